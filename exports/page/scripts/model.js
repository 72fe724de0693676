// The model's numbers: the values of a scenario, with what a reader changed, and all that is computed from them.

const data = JSON.parse(document.getElementById("model").textContent);
const { rows, dimensions } = data;
for (const row of rows) {
  row.over ??= [];
  row.size = row.over.reduce((size, dimension) => size * dimensions[dimension].members.length, 1);
  row.scale = row.percent ? 100 : 1;
}
const row_by_id = new Map(rows.map((row) => [row.id, row]));
const scenario_by_id = new Map(data.scenarios.map((scenario) => [scenario.id, scenario]));
const cell_count = rows.reduce((count, row) => count + row.size, 0);
const row_of_cell = new Int32Array(cell_count);
rows.forEach((row, number) => row_of_cell.fill(number, row.at, row.at + row.size));

// The row that a cell belongs to, and the members at which it stands.
const row_at = (cell) => rows[row_of_cell[cell]];

function members_at(cell) {
  const row = row_at(cell);
  let rest = cell - row.at;
  const found = [];
  for (const dimension of [...row.over].reverse()) {
    const { members } = dimensions[dimension];
    found.unshift(members[rest % members.length]);
    rest = Math.floor(rest / members.length);
  }
  return found;
}

// What formulas call a cell.
const cell_name = (cell) => (row_at(cell).size > 1 || row_at(cell).over.length ? `${row_at(cell).id}[${members_at(cell).join(", ")}]` : row_at(cell).id);

function write(values, row, given) {
  if (typeof given === "number") values.fill(given, row.at, row.at + row.size);
  else given.forEach((value, number) => (values[row.at + number] = value ?? NaN));
}

const written = new Float64Array(cell_count);
for (const row of rows) if (row.value !== undefined) write(written, row, row.value);

// What a row says of a cell, a number or of some keys a list: one for all, or one for each cell; null where it says nothing.
const LISTS = new Set(["range", "values", "weights"]);

function setting(cell, key) {
  const row = row_at(cell);
  const given = row[key];
  const is_list = (one) => one === null || Array.isArray(one);
  const is_by_cell = Array.isArray(given) && (!LISTS.has(key) || given.some(is_list));
  return (is_by_cell ? given[cell - row.at] : given) ?? null;
}

// Whether a reader may change a cell: that of an input, and of a row that begins with values.
const is_input = (cell) => {
  const row = row_at(cell);
  return row.value !== undefined && row.kind !== "constant" && row.kind !== "dimension" && written[cell] === written[cell];
};

// The values of a scenario with changes, a map from cell to value as stored, into an array that may be given.
function solve(scenario, changed, into = new Float64Array(cell_count)) {
  into.set(written);
  for (const [id, given] of Object.entries(scenario_by_id.get(scenario).values)) write(into, row_by_id.get(id), given);
  for (const [cell, value] of changed) into[cell] = value;
  return calculate(into);
}

// `values` are those shown, `unchanged` those of the scenario as it is; all as stored.
const state = { scenario: data.first, changed: new Map(), values: null, unchanged: null };
const listeners = [];
const on_update = (listener) => listeners.push(listener);

function update() {
  state.values = solve(state.scenario, state.changed, state.values ?? undefined);
  for (const listener of listeners) listener();
}

function choose_scenario(id) {
  state.scenario = id;
  state.unchanged = solve(id, new Map());
  update();
}

// Change cells to values as stored; one that is the scenario's own is no change.
function change(pairs) {
  for (const [cell, value] of pairs) {
    if (value === state.unchanged[cell]) state.changed.delete(cell);
    else state.changed.set(cell, value);
  }
  update();
}

function reset(cells = [...state.changed.keys()]) {
  for (const cell of cells) state.changed.delete(cell);
  update();
}

// A stored value as it is shown, in the declared unit; and back.
const shown = (row, value) => (row.percent ? Number((value * 100).toPrecision(15)) : value) + 0;
const stored = (row, value) => value / row.scale;

// Each cell of a check: whether it holds, and both sides in the unit that the left one is shown in.
function judge(number, values = state.values) {
  const { function: compare, tolerance, scale } = data.checks[number];
  return comparisons[number](values).map(([left, right, magnitude]) => {
    if (!(left - right - (left - right) === 0)) return { passed: false };
    const slack = tolerance ?? 1e-9 * magnitude;
    const passed = {
      le: () => !less(right + slack, left),
      ge: () => !less(left, right - slack),
      eq: () => !less(slack, Math.abs(left - right)),
      ne: () => less(slack, Math.abs(left - right)),
      lt: () => less(left, right),
      gt: () => less(right, left),
    }[compare]();
    return { passed: Boolean(passed), left: left * scale, right: right * scale, slack: slack * scale };
  });
}
