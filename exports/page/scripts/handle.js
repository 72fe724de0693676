// For tests, and for whoever embeds the page.

const LISTED = new Set(["input", "formula", "equation", "constant"]);

// A value as `solve --json` has it: a number, a member, or an object by member; null where there is none.
function record(row) {
  const cell = (at) => {
    const value = state.values[at];
    if (!(value - value === 0)) return null;
    const members = row.choice !== undefined ? dimensions[row.choice].members : null;
    if (members === null) return shown(row, value);
    return members[codes[row.choice].indexOf(value)] ?? null;
  };
  const nest = (depth, at, size) => {
    if (depth === row.over.length) return cell(at);
    const { members } = dimensions[row.over[depth]];
    const below = size / members.length;
    return Object.fromEntries(members.map((name, k) => [name, nest(depth + 1, at + k * below, below)]));
  };
  return nest(0, row.at, row.size);
}

// The cells that a name means: `price` all of a row, `share[North]` or `units[H100, 2027]` one member.
function cells_named(name) {
  const [, id, inside] = /^([a-z][a-z0-9_]*)(?:\[(.*)\])?$/s.exec(name.trim()) ?? [];
  const row = row_by_id.get(id);
  if (row === undefined) throw new Error(`there is no '${name}'`);
  const all = Array.from({ length: row.size }, (_, k) => row.at + k);
  if (inside === undefined) return all.filter(is_input);
  const wanted = inside.split(",").map((text) => text.trim());
  const found = all.filter((cell) => String(members_at(cell)) === String(wanted));
  if (!found.length) throw new Error(`'${id}' has no member '${inside}'`);
  return found;
}

function changeable(name) {
  const cells = cells_named(name);
  if (cells.length && cells.every(is_input)) return cells;
  throw new Error(`'${name}' is computed, and cannot be changed`);
}

// A value that a reader gives for a cell, as stored; an error says what is wrong with it.
function read_value(cell, given) {
  const row = row_at(cell);
  if (row.choice !== undefined) {
    const place = dimensions[row.choice].members.indexOf(String(given));
    if (place < 0) throw new RangeError(`'${given}' is no member of ${dimensions[row.choice].id}`);
    return codes[row.choice][place];
  }
  const value = Number(given);
  if (String(given).trim() === "" || !(value - value === 0)) throw new RangeError(`'${given}' is no number`);
  if (row.whole && value !== Math.round(value)) throw new RangeError(`'${row.id}' is a whole number`);
  const [least, most] = [setting(cell, "min"), setting(cell, "max")];
  if (least !== undefined && least !== null && value < least) throw new RangeError(`'${row.id}' is at least ${least}`);
  if (most !== undefined && most !== null && value > most) throw new RangeError(`'${row.id}' is at most ${most}`);
  return stored(row, value);
}

choose_scenario(data.first);
follow_link();
window.plainsheet = {
  scenario(id) {
    if (!scenario_by_id.has(id)) throw new Error(`there is no scenario '${id}'`);
    choose_scenario(id);
  },
  // One by its name, or several at once as an object.
  set(name, value) {
    const given = typeof name === "object" ? Object.entries(name) : [[name, value]];
    change(given.flatMap(([one, own]) => changeable(one).map((cell) => [cell, read_value(cell, own)])));
  },
  values: () => Object.fromEntries(rows.filter((row) => LISTED.has(row.kind)).map((row) => [row.id, record(row)])),
  reset: () => reset(),
  // The names of the cells that a cell is computed from.
  sources: (name) => sources_of(cells_named(name)[0] ?? row_by_id.get(name).at).map(cell_name),
};
