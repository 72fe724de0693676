// Which output is looked at, and its tornado: how far each input moves it, and by how much it follows by degrees.

const RESULTS = new Set(["formula", "equation"]);
const FEW = 12;
const analysis = { output: data.outputs.find((cell) => row_at(cell).choice === undefined), shows_all: false };
const asks = [];

// Ask for what is told of the output, once it or the model changes.
function analyse(action) {
  const ask = in_next_frame(() => analysis.output !== undefined && action(analysis.output));
  asks.push(ask);
  on_update(ask);
}

const choosers = [];
function chooser(id) {
  const option = (cell) => make("option", { value: cell }, cell_label(cell));
  const is_number = (cell) => row_at(cell).choice === undefined;
  const others = rows.filter(({ kind, at, size }) => RESULTS.has(kind) && size === 1 && !data.outputs.includes(at));
  const select = make(
    "select",
    { id, change: () => choose_output(Number(select.value)) },
    make("optgroup", { label: "Main results" }, ...data.outputs.filter(is_number).map(option)),
    others.length ? make("optgroup", { label: "Other results" }, ...others.map(({ at }) => at).filter(is_number).map(option)) : null,
  );
  choosers.push(select);
  return make("p", { class: "chooser" }, make("label", { for: id }, "Result "), select);
}

function choose_output(cell) {
  analysis.output = cell;
  for (const select of choosers) select.value = cell;
  for (const ask of asks) ask();
}

// A section with a heading, behind the charts.
function add_section(id, title, ...children) {
  const section = make("section", { id, "aria-labelledby": `${id}-title` }, make("h2", { id: `${id}-title` }, title), ...children);
  const before = ["uncertainty", "sensitivity", "charts", "changes", "results"].map((name) => document.getElementById(name));
  const last = before.find((element) => element !== null);
  if (last) last.after(section);
  else document.querySelector("main").append(section);
  return section;
}

const cell_of = (text, attributes = {}) => make("td", attributes, text);

function end_words(row, ends) {
  if (row.choice !== undefined) return dimensions[row.choice].members[codes[row.choice].indexOf(ends[0])];
  return ends.every((end) => end === ends[0]) ? format(ends[0]) : "each";
}

function range_words({ row, ends }) {
  const [low, high] = ends.map((side) => end_words(row, side));
  return low === high ? low : `${low} to ${high} ${unit_of(row)}`.trim();
}

// A bar from the present value to both ends, between the outermost of all bars.
function bar_picture({ outputs }, value, place) {
  const bar = (end, kind) => {
    const [from, to] = [place(value), place(end)].sort((a, b) => a - b);
    return make("rect", { class: kind, x: from, y: 2, width: Math.max(to - from, 0.3), height: 12 });
  };
  const known_ends = outputs.map((end, k) => [end, k ? "high" : "low"]).filter(([end]) => is_value(end));
  return make(
    "svg",
    { viewBox: "0 0 100 16", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...known_ends.map(([end, kind]) => bar(end, kind)),
    make("path", { class: "now", d: `M${place(value)} 0V16` }),
  );
}

const is_analysed = analysis.output !== undefined && rows.some((row) => row.value !== undefined && row.kind === "input");

if (is_analysed) {
  const body = make("tbody");
  const notes = make("ul", { class: "facts" });
  const caption = make("caption");
  const more = make("button", { type: "button", hidden: true, click: () => { analysis.shows_all = !analysis.shows_all; asks.forEach((ask) => ask()); } });
  const head = ["Input, from and to", "Result at low end", "", "At high end"].map((text) => make("th", { scope: "col" }, text));
  head[2] = make("td");
  if (backwards !== null) head.push(make("th", { scope: "col", title: "Percent by which the result changes for one percent of the input" }, "Elasticity"));
  const table = make("table", { class: "tornado" }, caption, make("thead", {}, make("tr", {}, ...head)), body);
  const words = "Each input alone goes to both ends of its range, or a tenth down and up where it has none; everything else stays as it is set above.";
  add_section(
    "sensitivity",
    "What matters most",
    make("p", { class: "note" }, backwards === null ? words : `${words} Elasticity: by how many percent the result changes for one percent of the input.`),
    chooser("sensitivity-output"),
    make("div", { class: "scroll", tabindex: 0, role: "group", "aria-labelledby": "sensitivity-title" }, table),
    more,
    notes,
  );

  const draw_tornado = (output, bars) => {
    const row = row_at(output);
    const value = state.values[output] * row.scale;
    const outer = bars.flatMap(({ outputs }) => outputs).concat(value).filter(is_value);
    const [low, high] = [Math.min(...outer), Math.max(...outer)];
    const place = (x) => Number((high > low ? ((x - low) / (high - low)) * 100 : 50).toFixed(2));
    const lines = bars.filter(({ of_all, cells, row: { over } }) => !of_all || cells.length > 1 || !over.length);
    caption.textContent = `${cell_label(output)} is ${told_with_unit(output)}`;
    body.replaceChildren(
      ...lines.slice(0, analysis.shows_all ? undefined : FEW).map((bar) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, bar.of_all ? bar.row.label : cell_label(bar.cells[0]), make("small", {}, range_words(bar))),
          cell_of(format(bar.outputs[0])),
          cell_of(is_value(value) ? bar_picture(bar, value, place) : "", { class: "bar" }),
          cell_of(format(bar.outputs[1])),
          ...(backwards === null ? [] : [cell_of(bar.elasticity === null ? "none" : bar.elasticity.toFixed(3))]),
        ),
      ),
    );
    notes.replaceChildren(...bars.notes.map((words) => make("li", {}, words)));
    more.hidden = lines.length <= FEW;
    more.textContent = analysis.shows_all ? "Show fewer" : `Show all ${lines.length} inputs`;
  };
  const go_through = slicer();
  analyse((output) => go_through(swings(output), (bars) => draw_tornado(output, bars)));
}
