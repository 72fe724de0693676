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

// What a reader may be led to: not what only counts members.
const is_told = (cell) => row_at(cell).kind !== "dimension";
const sources_of = (cell) => [...new Set(read_by(cell))].filter(is_told);
const users_of = (cell) => [...new Set((trace().users.get(cell) ?? []).map((user) => (row_at(user).kind === "part" ? whole_of(user) : user)))];
const whole_of = (part) => (trace().users.get(part) ?? []).find((user) => maker(user) === part) ?? part;

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
