// What changed against the scenario: each output before and after, and the share of each changed input.

const changes = make("section", { id: "changes", "aria-labelledby": "changes-h", hidden: true });
const main = document.querySelector("main");
if (document.getElementById("results") !== null) document.getElementById("results").after(changes);
else main.append(changes);

const split_slowly = slicer();
const split_later = later(60, () => split_changes());
const scratch = new Float64Array(cell_count);

// The inputs that were changed, each with its cells.
function changed_rows() {
  const found = new Map();
  for (const cell of state.changed.keys()) {
    const row = row_at(cell);
    if (!found.has(row)) found.set(row, []);
    found.get(row).push(cell);
  }
  return [...found];
}

const is_number = (cell) => row_at(cell).choice === undefined;
const with_sign = (row, value) => {
  if (!is_value(value)) return "none";
  const text = format(shown(row, value));
  return value > 0 && text !== "0" ? `+${text}` : text;
};

function show_changes() {
  const rows_changed = changed_rows();
  changes.hidden = !rows_changed.length;
  if (changes.hidden) {
    changes.replaceChildren();
    return split_slowly((function* () {})(), () => {});
  }
  const label = scenario_by_id.get(state.scenario).label;
  const head = data.outputs.map((cell) => make("th", { scope: "col" }, cell_label(cell), " ", make("span", { class: "unit" }, unit_of(row_at(cell)))));
  const line = (name, write, type = "td") =>
    make("tr", {}, make("th", { scope: "row" }, ...name), ...data.outputs.map((cell, k) => make(type, { class: "number" }, write(cell, k))));
  const shares = rows_changed.map(([row, cells], player) => {
    const tr = line([change_in_words(row, cells), back_button(`Put ${row.label} back`, () => reset(cells))], () => "…");
    tr.dataset.player = player;
    return tr;
  });
  const body = make(
    "tbody",
    { "aria-busy": "true" },
    line([label], (cell) => told(cell, state.unchanged)),
    ...shares,
    line(["As changed"], (cell) => told(cell)),
    line(["Change"], (cell) => (is_number(cell) ? with_sign(row_at(cell), state.values[cell] - state.unchanged[cell]) : "")),
  );
  const table = make("table", { class: "grid" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Changed"), ...head)), body);
  changes.replaceChildren(
    make("h2", { id: "changes-h" }, `What changed against “${label}”`),
    make("p", { class: "note" }, "What each changed assumption adds: its mean over all orders in which the changes may come (Shapley values). They add up to the change."),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Shares of the change" }, table),
  );
  split_later();
}

function change_in_words(row, cells) {
  if (cells.length > 1) return `${row.label}, ${cells.length} of ${row.size} values `;
  const [cell] = cells;
  return `${cell_label(cell)}: ${told(cell, state.unchanged)} → ${told_with_unit(cell)} `;
}

// A coalition has the changes of some inputs; its values are those of all outputs.
function split_changes() {
  const players = changed_rows();
  if (!players.length) return;
  const value_of = (inside) => {
    const changed = players.flatMap(([, cells], k) => (inside[k] ? cells.map((cell) => [cell, state.changed.get(cell)]) : []));
    solve(state.scenario, changed, scratch);
    return data.outputs.map((cell) => scratch[cell]);
  };
  split_slowly(shapley(players.length, value_of), ({ shares, is_exact }) => show_shares(shares, is_exact));
}

function show_shares(shares, is_exact) {
  const body = changes.querySelector("tbody");
  const lines = body === null ? [] : [...body.querySelectorAll("[data-player]")];
  // What was changed since is shown in the next frame, and split then.
  if (lines.length !== shares.length) return;
  for (const line of lines) {
    const own = shares[Number(line.dataset.player)];
    line.querySelectorAll("td").forEach((td, k) => {
      const cell = data.outputs[k];
      td.textContent = is_number(cell) ? with_sign(row_at(cell), own[k]) : "";
      td.dataset.share = own[k];
    });
  }
  body.setAttribute("aria-busy", "false");
  if (!is_exact) changes.querySelector(".note").append(` Sampled over ${ORDERS} orders.`);
}

on_update(in_next_frame(show_changes));
