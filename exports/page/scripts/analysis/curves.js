// Two pictures of many values: how often each occurs, and how probable it is that they are above a place.

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [360, 200, 44, 176];
const BINS = 30;

// The places of values between the outermost, by logarithms where they span decades; `ticks` are round ones.
function axis_of(sorted) {
  const [low, five, high] = [0.5, 5, 99.5].map((percent) => percentile(sorted, percent));
  if (five > 0 && high / five > 30) return axis_between(Math.max(low, five / 10), high, true);
  return axis_between(low, high, false);
}

function axis_between(low, high, is_log) {
  const [begin, end] = is_log ? [Math.log(low), Math.log(high)] : [low, high];
  const width = end - begin || 1;
  const share = (x) => ((is_log ? Math.log(x) : x) - begin) / width;
  const at = (part) => (is_log ? Math.exp(begin + width * part) : begin + width * part);
  return { share, at, ticks: is_log ? decades(low, high) : round_places(low, high), is_one: end === begin };
}

function round_places(low, high) {
  const rough = (high - low) / 4 || 1;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = ten * [1, 2, 5, 10].find((factor) => factor * ten >= rough);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, k) => (first + k) * step);
}

function decades(low, high) {
  const found = [];
  for (let power = Math.ceil(Math.log10(low)); power <= Math.log10(high); power++) found.push(Number(`1e${power}`));
  const every = Math.ceil(found.length / 4);
  return found.filter((_, k) => k % every === 0);
}

const SIZES = [[1e12, "T"], [1e9, "bn"], [1e6, "M"], [1e3, "k"]];

function short(x) {
  const size = Math.abs(x);
  if (size >= 1e15 || (size && size < 1e-3)) return x.toExponential(0).replace("e+", "E").replace("e", "E");
  const [divisor, letter] = SIZES.find(([least]) => size >= least && size >= 1e4) ?? [1, ""];
  return `${format(x / divisor, 3)}${letter && ` ${letter}`}`;
}

const across = (share) => LEFT + (WIDTH - LEFT - 8) * share;
const fixed = (x) => x.toFixed(1);

function frame(axis) {
  const labels = axis.ticks.map((tick) => {
    const x = fixed(across(axis.share(tick)));
    return [make("path", { class: "grid", d: `M${x} 8V${BOTTOM}` }), make("text", { class: "along", x, y: BOTTOM + 16 }, short(tick))];
  });
  return [...labels.flat(), make("path", { class: "zero", d: `M${LEFT} ${BOTTOM}H${WIDTH - 8}` })];
}

// A line at a place, such as a target.
function mark(axis, x, kind) {
  const share = axis.share(x);
  return share >= 0 && share <= 1 ? [make("path", { class: kind, d: `M${fixed(across(share))} 8V${BOTTOM}` })] : [];
}

function draw_histogram(svg, sorted, target) {
  const axis = axis_of(sorted);
  const counts = new Array(BINS).fill(0);
  for (const x of sorted) {
    const bin = Math.floor(axis.share(x) * BINS);
    if (bin >= 0 && bin < BINS) counts[bin]++;
  }
  const most = Math.max(...counts, 1);
  const bars = counts.map((count, k) => {
    const [x, end] = [across(k / BINS), across((k + 1) / BINS)];
    const height = (count / most) * (BOTTOM - 16);
    return `M${fixed(x + 0.5)} ${BOTTOM}V${fixed(BOTTOM - height)}H${fixed(end - 0.5)}V${BOTTOM}Z`;
  });
  svg.replaceChildren(...frame(axis), make("path", { class: "area", d: bars.join("") }), ...marks(axis, sorted, target));
}

function draw_exceedance(svg, sorted, target) {
  const axis = axis_of(sorted);
  const up = (share) => BOTTOM - (BOTTOM - 12) * share;
  const shares = Array.from({ length: 61 }, (_, k) => k / 60);
  const places = shares.map((part) => `${fixed(across(part))} ${fixed(up(above(sorted, axis.at(part))))}`);
  const levels = [0.25, 0.5, 0.75, 1].flatMap((level) => [
    make("path", { class: "grid", d: `M${LEFT} ${fixed(up(level))}H${WIDTH - 8}` }),
    make("text", { class: "beside", x: LEFT - 6, y: fixed(up(level) + 4) }, `${level * 100}%`),
  ]);
  svg.replaceChildren(...frame(axis), ...levels, make("path", { class: "curve", d: `M${places.join("L")}` }), ...marks(axis, sorted, target));
}

const marks = (axis, sorted, target) => [
  ...mark(axis, percentile(sorted, 50), "median"),
  ...(is_value(target) ? mark(axis, target, "target") : []),
];

// Which share of ascending values is above a place.
function above(sorted, place) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > place) high = middle;
    else low = middle + 1;
  }
  return 1 - low / (sorted.length || 1);
}
