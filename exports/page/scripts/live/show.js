// The numbers of the page follow those of the model at once; of many, those in lines out of view when there is time.

const MOST_AT_ONCE = 500;
const elements_by_cell = new Map();
const line_of = new Map();
const in_view = new Set();
const waiting = new Set();
let last_shown = null;

const view = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) in_view.add(target);
      else in_view.delete(target);
    }
    write_waiting(true);
  },
  { rootMargin: "100px" },
);

// Let an element follow the cell that it names.
function follow(element) {
  const cell = Number(element.dataset.cell);
  if (!elements_by_cell.has(cell)) elements_by_cell.set(cell, []);
  elements_by_cell.get(cell).push(element);
  const line = element.closest("tr");
  line_of.set(element, line);
  if (line !== null) view.observe(line);
}

function write_cell(element) {
  const cell = Number(element.dataset.cell);
  const words = told(cell);
  const text = element.firstChild;
  if (text instanceof Text) text.data = words;
  else element.textContent = words;
  element.classList.toggle("trouble", trouble_of(cell) !== "");
  waiting.delete(element);
}

function write_waiting(only_in_view) {
  for (const element of waiting) {
    const line = line_of.get(element);
    if (!only_in_view || line === null || in_view.has(line)) write_cell(element);
  }
}

// Thousands of cells far below would take longer than a frame, which a slider that is dragged must not wait for.
const write_rest = slicer();
const write_rest_later = later(60, () =>
  write_rest(
    (function* () {
      for (const element of waiting) {
        write_cell(element);
        yield;
      }
    })(),
    () => {},
  ),
);

function show_cells() {
  const { values } = state;
  for (const [cell, elements] of elements_by_cell) {
    if (last_shown !== null && Object.is(values[cell], last_shown[cell])) continue;
    for (const element of elements) if (last_shown !== null || element.textContent !== told(cell)) waiting.add(element);
  }
  last_shown = values.slice();
  write_waiting(waiting.size > MOST_AT_ONCE);
  if (waiting.size) write_rest_later();
}

// Of a row with too many values for a table: the least of them, their mean, and the largest.
const summaries = [...document.querySelectorAll("[data-summary]")].map((table) => [table, rows[Number(table.closest("[data-row]").dataset.row)]]);

function show_summaries() {
  for (const [table, row] of summaries) {
    const values = state.values.subarray(row.at, row.at + row.size).filter(is_value);
    const [least, sum, most] = values.reduce(([low, all, high], x) => [Math.min(low, x), all + x, Math.max(high, x)], [Infinity, 0, -Infinity]);
    [least, sum / values.length, most].forEach((x, k) => (table.rows[k].cells[1].textContent = format(shown(row, x))));
    table.classList.toggle("trouble", is_troubled(row));
  }
}

function is_troubled(row) {
  for (let cell = row.at; cell < row.at + row.size; cell++) if (trouble_of(cell)) return true;
  return false;
}

// The columns of a long table do not wait for all of its lines.
for (const table of document.querySelectorAll("table.lines")) table.classList.toggle("long", table.rows.length > 100);

// Why a result is none that a reader may rely on, '' for none: it has no value, or one out of its own bounds.
function trouble_of(cell) {
  const value = state.values[cell];
  if (!is_value(value)) return "has no value";
  const row = row_at(cell);
  if (row.min === undefined && row.max === undefined) return "";
  const [low, high] = [setting(cell, "min"), setting(cell, "max")];
  const now = shown(row, value);
  if (low !== null && less(now, low)) return `is below ${format(low)}, its least`;
  if (high !== null && less(high, now)) return `is above ${format(high)}, its most`;
  return "";
}

function show_checks() {
  const failing = [];
  for (const line of document.querySelectorAll("[data-check]")) {
    const number = Number(line.dataset.check);
    const cells = judge(number);
    const failed = cells.filter((one) => !one.passed);
    line.classList.toggle("bad", failed.length > 0);
    line.classList.toggle("good", !failed.length);
    line.querySelector(".state").textContent = failed.length ? "fails" : "holds";
    if (failed.length) failing.push(data.checks[number].label);
  }
  return failing;
}

// Troubles of outputs and checks, to read and to hear.
const troubles = make("ul", { id: "troubles", hidden: true });
document.getElementById("results")?.append(troubles);

function show_troubles() {
  const found = [
    ...data.outputs.filter((cell) => trouble_of(cell)).map((cell) => explain_trouble(cell)),
    ...show_checks().map((label) => `Check fails: ${label}`),
  ];
  const words = found.join("\n");
  if (words === troubles.dataset.words) return;
  troubles.dataset.words = words;
  troubles.replaceChildren(...found.map((text) => make("li", {}, text)));
  troubles.hidden = !found.length;
}

const tell_result = later(700, () => {
  const results = data.outputs.slice(0, 6).map((cell) => `${cell_label(cell)}: ${told_with_unit(cell)}`);
  announce([...[...troubles.children].map((line) => line.textContent), ...results].join(". "));
});

let updates = 0;
on_update(() => {
  show_cells();
  show_summaries();
  show_troubles();
  if (updates++) tell_result();
});
addEventListener("beforeprint", () => write_waiting(false));
