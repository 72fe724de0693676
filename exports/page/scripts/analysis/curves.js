// Two pictures of many values: how often each occurs, and how probable it is that they are above a place.

const [CURVE_WIDTH, CURVE_HEIGHT, CURVE_LEFT, CURVE_BOTTOM] = [360, 200, 44, 176];
const BINS = 30;

// The places of values between the outermost, by logarithms where they span decades.
function axis_of_values(sorted) {
  let [low, five, high] = [0.5, 5, 99.5].map((percent) => percentile(sorted, percent));
  const is_log = five > 0 && high / five > 30;
  if (is_log) low = Math.max(low, five / 10);
  if (low === high) [low, high] = [low - 0.1 * Math.abs(low) - 0.1, high + 0.1 * Math.abs(high) + 0.1];
  const { ticks, names, along } = across([low, high], is_log);
  const { place } = along(CURVE_LEFT, CURVE_WIDTH - 8);
  const at = (share) => (is_log ? low * (high / low) ** share : low + (high - low) * share);
  const share = (x) => (place(x) - CURVE_LEFT) / (CURVE_WIDTH - 8 - CURVE_LEFT);
  const every = Math.ceil(ticks.length / 5);
  return { place, at, share, ticks: ticks.map((tick, k) => [tick, names[k]]).filter((_, k) => k % every === 0) };
}

const fixed = (x) => x.toFixed(1);

function frame(axis) {
  const labels = axis.ticks.map(([tick, name]) => {
    const x = fixed(axis.place(tick));
    return [make("path", { class: "grid", d: `M${x} 8V${CURVE_BOTTOM}` }), make("text", { class: "along", x, y: CURVE_BOTTOM + 16 }, name)];
  });
  return [...labels.flat(), make("path", { class: "zero", d: `M${CURVE_LEFT} ${CURVE_BOTTOM}H${CURVE_WIDTH - 8}` })];
}

// A line at a place, such as a target.
function mark(axis, x, kind) {
  const share = axis.share(x);
  return share >= 0 && share <= 1 ? [make("path", { class: kind, d: `M${fixed(axis.place(x))} 8V${CURVE_BOTTOM}` })] : [];
}

function draw_histogram(svg, sorted, target) {
  const axis = axis_of_values(sorted);
  const counts = new Array(BINS).fill(0);
  for (const x of sorted) {
    const bin = Math.floor(axis.share(x) * BINS);
    if (bin >= 0 && bin < BINS) counts[bin]++;
  }
  const most = Math.max(...counts, 1);
  const bars = counts.map((count, k) => {
    const [x, end] = [k, k + 1].map((one) => CURVE_LEFT + ((CURVE_WIDTH - 8 - CURVE_LEFT) * one) / BINS);
    const height = (count / most) * (CURVE_BOTTOM - 16);
    return `M${fixed(x + 0.5)} ${CURVE_BOTTOM}V${fixed(CURVE_BOTTOM - height)}H${fixed(end - 0.5)}V${CURVE_BOTTOM}Z`;
  });
  svg.replaceChildren(...frame(axis), make("path", { class: "area", d: bars.join("") }), ...marks(axis, sorted, target));
}

function draw_exceedance(svg, sorted, target) {
  const axis = axis_of_values(sorted);
  const up = (share) => CURVE_BOTTOM - (CURVE_BOTTOM - 12) * share;
  const shares = Array.from({ length: 61 }, (_, k) => k / 60);
  const places = shares.map((part) => `${fixed(axis.place(axis.at(part)))} ${fixed(up(above(sorted, axis.at(part))))}`);
  const levels = [0.25, 0.5, 0.75, 1].flatMap((level) => [
    make("path", { class: "grid", d: `M${CURVE_LEFT} ${fixed(up(level))}H${CURVE_WIDTH - 8}` }),
    make("text", { class: "beside", x: CURVE_LEFT - 6, y: fixed(up(level) + 4) }, `${level * 100}%`),
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
