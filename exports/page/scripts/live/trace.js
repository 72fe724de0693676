// Which cells each cell is computed from: what the program reads before it writes a cell.

let traced = null;
on_update(() => (traced = null));

// For each cell that is computed, what was read for it, in order; and for each cell, which cells read it.
function trace() {
  if (traced !== null) return traced;
  const reads = new Map();
  const users = new Map();
  let read = [];
  const recorder = new Proxy(state.values.slice(), {
    get(values, key) {
      const cell = Number(key);
      if (cell === cell) read.push(cell);
      return values[key];
    },
    set(values, key, value) {
      const cell = Number(key);
      reads.set(cell, read);
      for (const one of new Set(read)) {
        if (!users.has(one)) users.set(one, []);
        users.get(one).push(cell);
      }
      read = [];
      values[key] = value;
      return true;
    },
  });
  calculate(recorder);
  traced = { reads, users };
  return traced;
}

// The cell whose formula makes this one: where each member has a formula, that of a row of its own.
function maker(cell) {
  const read = trace().reads.get(cell) ?? [];
  return read.length === 1 && row_at(read[0]).kind === "part" ? read[0] : cell;
}

const read_by = (cell) => trace().reads.get(maker(cell)) ?? [];

// A row of one member's own formula is known as a member of the whole row.
const as_known = (cell) => (row_at(cell).kind === "part" ? ((trace().users.get(cell) ?? []).find((user) => maker(user) === cell) ?? cell) : cell);
// What a reader may be led to: not what only counts members.
const is_told = (cell) => row_at(cell).kind !== "dimension";
const as_told = (cells) => [...new Set(cells.map(as_known))].filter(is_told);
const sources_of = (cell) => as_told(read_by(cell));
const users_of = (cell) => as_told(trace().users.get(cell) ?? []);

// Why an output is none to rely on: for one without a value, what first has none, and what that rests on.
function explain_trouble(cell) {
  const trouble = trouble_of(cell);
  if (is_value(state.values[cell])) return `${cell_label(cell)} ${trouble}: it is ${told_with_unit(cell)}`;
  let first = cell;
  const seen = new Set();
  for (;;) {
    seen.add(first);
    const deeper = read_by(first).find((one) => !is_value(state.values[one]) && !seen.has(one));
    if (deeper === undefined) break;
    first = deeper;
  }
  const told_of = sources_of(first).slice(0, 40);
  const zeros = told_of.filter((one) => state.values[one] === 0);
  const because = (zeros.length ? zeros : told_of).slice(0, 3).map((one) => `${cell_label(one)} is ${told_with_unit(one)}`);
  const of = first === cell ? "" : `${cell_label(first)} has none, `;
  return `${cell_label(cell)} has no value: ${of}${because.length ? `because ${because.join(" and ")}` : "its formula has none"}`;
}
