// Where a number comes from: its formula with names and with numbers, what feeds it and what uses it, step by step.

const MOST_LISTED = 60;
const MOST_NUMBERS = 6;
const MOST_MEMBERS = 1000;
// The cells that led to the one explained, which stands last.
let trail = [];

const explained = make("div", { class: "explained" });
const panel = make(
  "dialog",
  { id: "explanation", "aria-labelledby": "explanation-h" },
  make("form", { method: "dialog" }, make("button", { class: "close", "aria-label": "Close" }, "×")),
  explained,
);
document.body.append(panel);

function explain(cell, path = []) {
  trail = [...path, as_known(cell)];
  show_explanation();
  if (!panel.open) panel.showModal();
  panel.scrollTop = 0;
  explained.querySelector("h2").focus();
}

// One step down or up from the cell explained.
function step_to(cell) {
  const at = trail.indexOf(as_known(cell));
  explain(cell, at < 0 ? trail : trail.slice(0, at));
}

function show_explanation() {
  const cell = trail[trail.length - 1];
  const row = row_at(cell);
  const parts = [
    crumbs(),
    make("h2", { id: "explanation-h", tabindex: -1 }, label_of(cell), " ", make("code", {}, row.id)),
    make("p", { class: "big" }, make("output", {}, told(cell)), " ", make("span", { class: "unit" }, unit_of(row))),
    member_picker(cell, row),
    ...origin(cell, row),
    ...listed("What feeds it", sources_of(cell)),
    ...listed("What uses it", users_of(cell)),
    picture_around(cell),
  ];
  explained.replaceChildren(...parts.filter((part) => part !== null));
}

// A row that no author wrote is called by its formula.
const label_of = (cell) => {
  const row = row_at(cell);
  if (row.label || !row.words) return cell_label(cell);
  return [text_of(row.words), members_at(cell).join(", ")].filter(Boolean).join(" · ");
};

function crumbs() {
  if (trail.length < 2) return null;
  const steps = trail.slice(0, -1).map((cell, k) => make("li", {}, link_to(cell, () => explain(cell, trail.slice(0, k)))));
  return make("nav", { "aria-label": "The way here" }, make("ol", { class: "crumbs" }, ...steps));
}

const link_to = (cell, click = () => step_to(cell), words = label_of(cell)) => make("button", { type: "button", class: "link", click }, words);

function member_picker(cell, row) {
  if (row.size < 2 || row.size > MOST_MEMBERS) return null;
  const options = Array.from({ length: row.size }, (_, k) => make("option", { value: row.at + k, selected: row.at + k === cell }, members_at(row.at + k).join(", ")));
  const select = make("select", { id: "member", input: () => (explain(Number(select.value), trail.slice(0, -1)), explained.querySelector("select").focus()) }, ...options);
  return make("p", { class: "picker" }, make("label", { for: "member" }, "For"), select);
}

// Of what is computed its formula, of an input its range, source and note.
function origin(cell, row) {
  const { words } = row_at(maker(cell));
  if (is_input(cell) || words === undefined || !read_by(cell).length) {
    const kind = row.kind === "constant" ? "A constant." : is_input(cell) ? "An assumption." : "";
    const note = state.changed.has(cell) ? `Changed here, from ${told_with_unit(cell, state.unchanged)}.` : "";
    return [make("p", { class: "note" }, `${kind} ${note}`), about(row)].filter(Boolean);
  }
  return [
    make("h3", {}, "Formula"),
    make("p", { class: "formula" }, ...in_names(words, cell)),
    make("p", { class: "formula numbers" }, ...in_numbers(words, cell), ` = ${told_with_unit(cell)}`),
    about(row),
  ].filter(Boolean);
}

// What the report says of an input stands at the end of its line, or below its table.
function about(row) {
  const line = document.querySelector(`#assumptions .lines > tbody > tr[data-row="${rows.indexOf(row)}"]`);
  const code = [...document.querySelectorAll("#assumptions dl.about dt code")].find((one) => one.textContent === row.id);
  const found = line === null ? code?.closest("dt").nextElementSibling : line.lastElementChild;
  if (!found?.textContent) return null;
  const copy = make("p", {}, ...[...found.childNodes].map((node) => node.cloneNode(true)));
  // A link to a source leads out of the panel.
  copy.addEventListener("click", (event) => event.target.closest("a") && panel.close());
  return copy;
}

// A formula is a list of texts and of numbers of rows.
const text_of = (words) => words.map((part) => (typeof part === "string" ? part : name_of(rows[part]))).join("");
function name_of(row) {
  if (row.kind === "working" && row.words) return `(${text_of(row.words)})`;
  return row.kind === "constant" ? row.label : row.id;
}

// For each reference of a formula the cells that it read: the only one, one after the other, or all.
function cells_read(words, cell) {
  const read = read_by(cell);
  const found = new Map();
  for (const one of read) {
    const row = row_of_cell[one];
    if (!found.has(row)) found.set(row, []);
    found.get(row).push(one);
  }
  const places = new Map();
  return words.map((part) => {
    if (typeof part === "string") return [];
    const all = found.get(part) ?? [];
    const only = [...new Set(all)];
    const references = words.filter((other) => other === part).length;
    const place = places.get(part) ?? 0;
    places.set(part, place + 1);
    if (only.length === 1 || references === 1) return only;
    return all.length === references ? [all[place]] : only;
  });
}

function in_names(words, cell) {
  const cells = cells_read(words, cell);
  return words.map((part, k) => {
    if (typeof part === "string") return part;
    const name = name_of(rows[part]);
    return cells[k].length && is_told(cells[k][0]) ? link_to(cells[k][0], undefined, name) : name;
  });
}

// The number of a picked member takes the place of the pick, brackets and all.
function in_numbers(words, cell) {
  const cells = cells_read(words, cell);
  let depth = 0;
  const outside = (text, is_behind_row) => {
    let found = "";
    [...text].forEach((sign, k) => {
      if (sign === "[" && (depth || (is_behind_row && k === 0))) depth++;
      if (!depth) found += sign;
      if (sign === "]" && depth) depth--;
    });
    return found;
  };
  return words.map((part, k) => {
    if (typeof part === "string") return outside(part, typeof words[k - 1] === "number");
    return depth ? "" : numbers_of(cells[k], part);
  });
}

function numbers_of(cells, row) {
  if (!cells.length) return name_of(rows[row]);
  if (cells.length === 1) return link_to(cells[0], undefined, in_formula(cells[0]));
  const rest = cells.length - MOST_NUMBERS;
  return `(${cells.slice(0, MOST_NUMBERS).map(in_formula).join("; ")}${rest > 0 ? `; and ${rest} more` : ""})`;
}

// Percent counts as a fraction there.
const in_formula = (cell) => (row_at(cell).percent ? `${told(cell)}%` : told(cell));

function listed(title, cells) {
  if (!cells.length) return [];
  const lines = cells.slice(0, MOST_LISTED).map((cell) =>
    make(
      "tr",
      { class: state.changed.has(cell) ? "changed" : null },
      make("th", { scope: "row" }, link_to(cell)),
      make("td", { class: "value" }, told(cell)),
      make("td", { class: "unit" }, unit_of(row_at(cell))),
    ),
  );
  const rest = cells.length - lines.length;
  return [make("h3", {}, title), make("table", { class: "lines" }, make("tbody", {}, ...lines)), rest > 0 ? make("p", { class: "note" }, `and ${rest} more`) : null];
}

on_update(in_next_frame(() => panel.open && show_explanation()));

// A line is asked by its name, a number by a click on it.
function ask_button(head, cell) {
  const button = make("button", { type: "button", class: "ask", title: "Where this comes from", click: () => explain(cell) }, ...head.childNodes);
  head.replaceChildren(button);
}
for (const line of document.querySelectorAll("tr[data-row]")) ask_button(line.querySelector("th"), rows[Number(line.dataset.row)].at);
for (const card of document.querySelectorAll(".card")) {
  const value = card.querySelector("[data-cell]");
  if (value !== null) ask_button(card.querySelector("h3"), Number(value.dataset.cell));
}
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-cell]") : null;
  if (target !== null && !event.target.closest("button, a, input, select, svg")) explain(Number(target.dataset.cell));
});
