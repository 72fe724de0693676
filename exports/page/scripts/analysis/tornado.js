// One input at a time at both ends of its range: what an output is there, and by how much it follows by degrees.

const SWING = 0.1;
// Each bar is a calculation: of more members only a few have one alone.
const MOST_APART = 1000;
const FEW_APART = 5;

// How low and how high a cell of an input goes, as shown.
function ends_of(cell) {
  const row = row_at(cell);
  const value = shown(row, state.values[cell]);
  const given = setting(cell, "range") ?? setting(cell, "values");
  let ends = given === null ? [value - value * SWING, value + value * SWING] : [Math.min(...given), Math.max(...given)];
  ends.sort((a, b) => a - b);
  if (row.whole) ends = ends.map((end) => round(end));
  let [least, most] = [setting(cell, "min") ?? -Number.MAX_VALUE, setting(cell, "max") ?? Number.MAX_VALUE];
  if (row.whole) [least, most] = [Math.ceil(least), Math.floor(most)];
  return ends.map((end) => clip(end, least, most));
}

// An output with some inputs changed, as shown: NaN where it, or a result that feeds it, has no value within its bounds.
// `cone` are the steps that the inputs move, and `values` an array to compute in.
function output_at(cell, changes, cone, values) {
  values.set(state.values);
  for (const [place, value] of changes) values[place] = value;
  first_broken = null;
  with_bounds(() => cone.forEach((step) => step[2](values)));
  return first_broken === null ? values[cell] * row_at(cell).scale : NaN;
}

// The bar of some cells of an input: the outputs at its ends; of a choice with each of its members.
function bar_of(output, row, cells, cone, values) {
  const at = (settings) => output_at(output, cells.map((cell, k) => [cell, settings[k]]), cone, values);
  const bar = { row, cells, name: cells.length < row.size ? cells[0] : row.at, is_whole: cells.length === row.size };
  if (row.choice !== undefined) {
    const found = codes[row.choice].map((code) => ({ code, value: at(cells.map(() => code)) }));
    const sorted = found.filter(({ value }) => is_value(value)).sort((a, b) => a.value - b.value);
    const first = sorted[0] ?? { code: Math.min(...codes[row.choice]), value: NaN };
    // Of several that are highest the one that comes first in the dimension is named.
    const last = sorted.find(({ value }) => value === sorted[sorted.length - 1].value) ?? {
      code: Math.max(...codes[row.choice]),
      value: NaN,
    };
    return { ...bar, ends: [[first.code], [last.code]], outputs: [first.value, last.value] };
  }
  const ends = cells.map(ends_of);
  const sides = [0, 1].map((side) => ends.map((pair) => pair[side]));
  return { ...bar, ends: sides, outputs: sides.map((side) => at(side.map((end) => stored(row, end)))) };
}

// The few cells that move an output most by its derivatives, the most first; of such that tie with one left out none.
function leading(cells, adjoints) {
  const moved = cells.map((cell) => {
    const [low, high] = ends_of(cell);
    const by = Math.abs(adjoints[cell] * (high - low));
    return is_value(by) ? by : 0;
  });
  const largest = moved.reduce((most, by) => Math.max(most, by), 0);
  if (!largest) return [];
  const shares = moved.map((by) => Number((by / largest).toFixed(12)));
  const first = Array.from(cells.keys()).sort((a, b) => shares[b] - shares[a] || a - b);
  return first.slice(0, FEW_APART).filter((k) => shares[k] > shares[first[FEW_APART]]).map((k) => cells[k]);
}

// All bars of an output with the largest swing first, those without a value before them; it pauses after each.
function* swings(output) {
  const needed = feeding([row_of_cell[output]]);
  const adjoints = backwards === null ? null : adjoints_of(output);
  const value = state.values[output];
  const values = new Float64Array(cell_count);
  const found = [];
  const many = [];
  for (const [number, row] of rows.entries()) {
    if (!needed.has(number) || row.value === undefined || row.kind === "constant" || row.kind === "dimension") continue;
    const cone = moved_steps([number], needed);
    const all = Array.from({ length: row.size }, (_, k) => row.at + k).filter(is_input);
    const is_many = all.length > MOST_APART;
    let apart = row.over.length ? all : [];
    if (is_many) apart = adjoints === null || row.choice !== undefined ? [] : leading(all, adjoints);
    for (const cells of [all, ...apart.map((cell) => [cell])]) {
      const bar = bar_of(output, row, cells, cone, values);
      bar.of_all = cells === all;
      if (adjoints !== null && row.choice === undefined) {
        const scaled = cells.reduce((sum, cell) => sum + adjoints[cell] * state.values[cell], 0);
        bar.elasticity = value && is_value(scaled / value) ? Number((scaled / value).toPrecision(15)) + 0 : null;
      } else bar.elasticity = null;
      bar.swing = Math.abs(bar.outputs[1] - bar.outputs[0]);
      found.push(bar);
      yield;
    }
    if (is_many) many.push([row, all.length]);
  }
  const reach = ({ swing }) => (is_value(swing) ? swing : Infinity);
  found.sort((a, b) => reach(b) - reach(a) || Math.abs(b.elasticity ?? 0) - Math.abs(a.elasticity ?? 0));
  found.notes = [...many.map(([row, count]) => many_note(output, row, count, found)), ...(adjoints === null ? [] : notes_of(adjoints))];
  return found;
}

// What is said of an input whose members are too many to go one by one, with those that do.
function many_note(output, row, count, bars) {
  const alone = bars.filter((bar) => bar.row === row && !bar.of_all).map(({ name }) => `'${cell_name(name)}'`);
  const how = alone.length ? `, and alone only what moves '${cell_name(output)}' most by derivative and range: ${alone.join(", ")}` : " and not one by one";
  return `'${row.id}' has ${count.toLocaleString("en-US")} values, which go to their ends together${how}`;
}
