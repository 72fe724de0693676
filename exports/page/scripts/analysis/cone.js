// The part of the calculation that some rows move and others need, and results that are held against their bounds.

// A result out of its bounds is no value, and what it feeds has none either; the first one is kept, with what to say.
let first_broken = null;

function held(cell, value) {
  if (value !== value) return value;
  const row = row_at(cell);
  const shown_value = value * row.scale;
  const [low, high] = [setting(cell, "min"), setting(cell, "max")];
  let words = "";
  if (low !== null && shown_value < low && less(shown_value, low) === 1) words = `is below min = ${low}`;
  else if (high !== null && shown_value > high && less(high, shown_value) === 1) words = `is above max = ${high}`;
  else if (row.whole && same(shown_value, Math.round(shown_value)) === 0) words = "is not whole";
  if (!words) return value;
  first_broken ??= { cell, words };
  return NaN;
}

// What is computed while results are held against their bounds.
function with_bounds(compute) {
  bounds.hold = held;
  try {
    return compute();
  } finally {
    bounds.hold = null;
  }
}

// The numbers of the rows that feed some, with these.
function feeding(wanted) {
  const found = new Set(wanted);
  for (const [made, read] of [...steps].reverse())
    if (made.some((number) => found.has(number))) for (const number of [...made, ...read]) found.add(number);
  return found;
}

// The steps that rows move, in order, of those that feed others (`needed`).
function moved_steps(moving, needed) {
  const moved = new Set(moving);
  return steps.filter(([made, read]) => {
    const is_moved = read.some((number) => moved.has(number)) || made.some((number) => moved.has(number));
    if (is_moved) for (const number of made) moved.add(number);
    return is_moved && made.some((number) => needed.has(number));
  });
}
