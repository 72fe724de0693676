// Cases of what is drawn: an output in 4,096 trials, those that `simulate` computes, and what is told of them.

const PERCENTILES = [5, 25, 50, 75, 95];
const AT_ONCE = 128;

// A simulation of rows, by number: what feeds them is computed once, and what is drawn moves for each case, which is
// read. Its `work` is done by whoever goes through it, pausing as often as it lets him.
function simulation(wanted, read) {
  const run = { done: 0, draws: [], held: [], moved: [] };
  run.work = work_of(run, wanted, read);
  return run;
}

function* work_of(run, wanted, read) {
  const found = drawn();
  const needed = feeding(wanted);
  const is_needed = ({ row }) => needed.has(row_of_cell[row.at]);
  run.draws = found.draws.filter(is_needed);
  run.held = found.held.filter(is_needed);
  const own = yield* columns(found, run.draws);
  const settings = run.draws.flatMap(({ cells }, k) => cells.map((cell) => [cell, own[k]]));
  const [cells, lines] = [settings.map(([cell]) => cell), settings.map(([, line]) => line)];
  run.moved = moved_steps(run.draws.map(({ row }) => row_of_cell[row.at]), needed);
  const programs = run.moved.map((step) => step[2]);
  const values = with_bounds(() => calculate(state.values.slice()));
  while (run.done < CASES) {
    yield;
    const last = run.done + AT_ONCE;
    with_bounds(() => {
      for (; run.done < last; run.done++) {
        first_broken = null;
        for (let k = 0; k < cells.length; k++) values[cells[k]] = lines[k][run.done];
        for (let k = 0; k < programs.length; k++) programs[k](values);
        read(values, run.done);
      }
    });
  }
}

// The trials of an output: its value in each case as shown, NaN for none, and why it has none.
function trials_of(cell) {
  const row = row_at(cell);
  const found = simulation([row_of_cell[cell]], (values, at) => {
    const value = values[cell];
    const is_known = value - value === 0;
    found.outcomes[at] = is_known ? value * row.scale : NaN;
    if (is_known) return;
    const words = why_none(found, values);
    found.why.set(words, (found.why.get(words) ?? 0) + 1);
  });
  return Object.assign(found, { cell, outcomes: new Float64Array(CASES), why: new Map() });
}

// Where a case loses its value: at a result out of its bounds, or at the first one that has none.
function why_none(run, values) {
  if (first_broken !== null) return `${cell_label(first_broken.cell)} ${first_broken.words}`;
  for (const [made] of run.moved)
    for (const number of made) {
      const { at, size } = rows[number];
      for (let cell = at; cell < at + size; cell++)
        if (values[cell] - values[cell] !== 0) return `${cell_label(cell)} has no value`;
    }
  return `${cell_label(run.cell)} has no value`;
}

// Between neighbours, from the nearer one, as a spreadsheet has it; of values in ascending order.
function percentile(sorted, percent) {
  if (!sorted.length) return NaN;
  const place = (sorted.length - 1) * (percent / 100);
  const before = Math.floor(place);
  const share = place - before;
  const [low, high] = [sorted[before], sorted[Math.min(before + 1, sorted.length - 1)]];
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
}

const average = (values) => (values.length ? values.reduce((sum, x) => sum + x, 0) / values.length : NaN);

// The standard error of a figure from those of independent scrambles.
function error_of(parts) {
  const size = Math.max(...parts.map(Math.abs)) || 1;
  const scaled = parts.map((part) => part / size);
  if (scaled.every((part) => part === scaled[0])) return 0;
  const middle = average(scaled);
  const squares = scaled.reduce((sum, part) => sum + (part - middle) ** 2, 0);
  return (Math.sqrt(squares / (parts.length - 1)) * size) / Math.sqrt(parts.length);
}

const known = (values) => values.filter((x) => x - x === 0);

// Mean and percentiles of the cases that are computed, each with its standard error, and how many have no value.
function figures_of({ outcomes, done }) {
  const sorted = known(outcomes.subarray(0, done)).sort();
  const parts = Array.from({ length: SCRAMBLES }, (_, scramble) => {
    const own = new Float64Array(Math.floor(done / SCRAMBLES));
    for (let k = 0; k < own.length; k++) own[k] = outcomes[k * SCRAMBLES + scramble];
    return known(own).sort();
  });
  const figure = (of) => ({ value: of(sorted), error: error_of(parts.map(of)) });
  return {
    sorted,
    mean: figure(average),
    percentiles: PERCENTILES.map((percent) => figure((values) => percentile(values, percent))),
    missing: done - sorted.length,
  };
}

// In which share of the cases that are computed something holds, with its standard error.
function chance_of({ done }, holds) {
  const hits = new Array(SCRAMBLES).fill(0);
  for (let at = 0; at < done; at++) if (holds(at)) hits[at % SCRAMBLES]++;
  const own = done / SCRAMBLES;
  return { value: hits.reduce((sum, x) => sum + x, 0) / done, error: error_of(hits.map((x) => x / own)) };
}

// Whether checks hold in each case, at all of their members; those alone that what is drawn moves.
function checked() {
  const drawn_rows = new Set(drawn().draws.map(({ row }) => row_of_cell[row.at]));
  const is_moved = (number) => [...feeding(compared[number])].some((one) => drawn_rows.has(one));
  const numbers = [...data.checks.keys()].filter(is_moved);
  const holds = numbers.map(() => new Uint8Array(CASES));
  const read = (values, at) =>
    numbers.forEach((number, k) => (holds[k][at] = Number(judge(number, values).every(({ passed }) => passed))));
  return Object.assign(simulation(numbers.flatMap((number) => compared[number]), read), { numbers, holds });
}
