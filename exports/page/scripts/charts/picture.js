// Charts as lists of elements, each a name, attributes and a text: the same as charts/picture.py draws.

const [WIDTH, HEIGHT, TOP, GAP, BAR, LABELS] = [560, 300, 26, 8, 26, 190];
const tenth = (x) => Math.floor(x * 10 + 0.5) / 10;
const spot = (x) => String(tenth(x));

const written_at = (look, x, y, text, turn = 0) => [
  "text",
  { class: look, x: spot(x), y: spot(y), ...(turn ? { transform: `rotate(${turn} ${spot(x)} ${spot(y)})` } : {}) },
  text,
];
const path_of = (look, d) => ["path", { class: look, d }, ""];

function rect_between(look, x, y, other_x, other_y) {
  const [left, right] = [Math.min(x, other_x), Math.max(x, other_x)].map(tenth);
  const [top, foot] = [Math.min(y, other_y), Math.max(y, other_y)].map(tenth);
  return ["rect", { class: look, x: spot(left), y: spot(top), width: spot(right - left), height: spot(foot - top) }, ""];
}

const picture_size = (spec, numbers) => [WIDTH, spec.kind === "tornado" ? 30 + BAR * numbers.swings.length : HEIGHT];

const picture = (spec, numbers) => {
  const drawers = { tornado: draw_tornado, waterfall: draw_waterfall, bar: draw_bars, line: draw_lines, sweep: draw_sweep };
  return drawers[spec.kind]({ looks: [], names: [], ends: [], log: "", x_label: "", y_label: "", ...spec }, numbers);
};

function chart_plane(spec, values, is_bar) {
  const known = values.filter(Number.isFinite);
  const foot = HEIGHT - spec.foot;
  const y = heights(known.length ? known : [0], spec.log.includes("y"), is_bar).along(foot, TOP);
  return { y, left: y.width + GAP, right: WIDTH - spec.side, foot };
}

function* chart_frame(spec, { y, left, right }) {
  for (const [k, tick] of y.ticks.entries()) {
    const height = y.place(tick);
    yield path_of(tick ? "grid" : "zero", `M${spot(left)} ${spot(height)}H${spot(right)}`);
    yield written_at("tick", left - 5, height + 4, y.names[k]);
  }
  if (spec.y_label) yield written_at("unit", 0, 11, spec.y_label);
}

function* names_below(spec, left, slot, foot) {
  for (const [k, name] of spec.names.entries()) {
    const middle = left + slot * (k + 0.5);
    for (const [line, text] of name.entries()) {
      if (spec.turned) yield written_at("turned", middle + 3, foot + 12, text, -40);
      else yield written_at("name", middle, foot + 16 + 14 * line, text);
    }
  }
}

function curve_path(look, places) {
  let d = "";
  let pen = "M";
  places.forEach(([x, y], k) => {
    if (!Number.isFinite(y)) return void (pen = "M");
    const is_alone = pen === "M" && (k + 1 === places.length || !Number.isFinite(places[k + 1][1]));
    d += `${pen}${spot(x)} ${spot(y)}${is_alone ? "h0" : ""}`;
    pen = "L";
  });
  return path_of(`line ${look}`, d);
}

// Names of curves at their ends, of two that stand in each other's way the first.
function* names_at_ends(spec, right, last) {
  const written = [];
  for (const [k, name] of spec.ends.entries()) {
    const y = last[k];
    if (!Number.isFinite(y) || written.some((other) => Math.abs(y - other) < 13)) continue;
    written.push(y);
    yield written_at(`end ${spec.looks[k]}`, right + 6, y + 4, name);
  }
}

const height_of = (y, value) => (Number.isFinite(value) ? y.place(value) : NaN);

function draw_lines(spec, numbers) {
  const { y, left, right, foot } = chart_plane(spec, numbers.lines.flat(), false);
  const slot = (right - left) / Math.max(spec.names.length, 1);
  const ways = numbers.lines.map((line) => line.map((value, k) => [left + slot * (k + 0.5), height_of(y, value)]));
  return [
    ...chart_frame(spec, { y, left, right }),
    ...names_below(spec, left, slot, foot),
    ...spec.looks.map((look, k) => curve_path(look, ways[k])),
    ...names_at_ends(spec, right - slot / 2, ways.map((one) => one.at(-1)[1])),
  ];
}

function draw_sweep(spec, numbers) {
  const { y, left, right, foot } = chart_plane(spec, [...numbers.lines.flat(), ...numbers.marks.map(([, height]) => height)], false);
  const x = across([...numbers.x, ...numbers.marks.map(([at]) => at)], spec.log.includes("x")).along(left, right);
  const ways = numbers.lines.map((line) => line.map((value, k) => [x.place(numbers.x[k]), height_of(y, value)]));
  const below = x.ticks.flatMap((tick, k) => [
    path_of("tick", `M${spot(x.place(tick))} ${spot(foot)}v4`),
    written_at("name", x.place(tick), foot + 17, x.names[k]),
  ]);
  return [
    ...chart_frame(spec, { y, left, right }),
    ...below,
    written_at("label", (left + right) / 2, foot + 37, spec.x_label),
    ...spec.looks.map((look, k) => curve_path(look, ways[k])),
    ...numbers.marks.map(([at, height]) => path_of("mark", `M${spot(x.place(at))} ${spot(y.place(height) - 6)}l6 6l-6 6l-6 -6z`)),
    ...names_at_ends(spec, right, ways.map((one) => one.at(-1)[1])),
  ];
}

function draw_bars(spec, numbers) {
  const { y, left, right, foot } = chart_plane(spec, numbers.lines.flat(), true);
  const slot = (right - left) / Math.max(spec.names.length, 1);
  const wide = (slot * 0.8) / spec.looks.length;
  const base = spec.log.includes("y") ? foot : y.place(0);
  const found = [...chart_frame(spec, { y, left, right }), ...names_below(spec, left, slot, foot)];
  numbers.lines.forEach((line, number) =>
    line.forEach((value, k) => {
      if (!Number.isFinite(value)) return;
      const x = left + slot * (k + 0.1) + wide * number;
      found.push(rect_between(`bar ${spec.looks[number]}`, x, y.place(value), x + wide * 0.94, base));
      const text = on_axis(value);
      if (spec.names.length * spec.looks.length > 14 || (text.length + 1) * LETTER > wide) return;
      found.push(written_at("number", x + wide * 0.47, y.place(value) + (value < 0 ? 13 : -4), text));
    }),
  );
  return found;
}

function draw_waterfall(spec, { steps }) {
  const { y, left, right, foot } = chart_plane(spec, steps.flatMap(({ start, end }) => [start, end]), true);
  const slot = (right - left) / Math.max(steps.length, 1);
  const found = [...chart_frame(spec, { y, left, right }), ...names_below(spec, left, slot, foot)];
  steps.forEach(({ start, end, is_whole }, k) => {
    const x = left + slot * (k + 0.19);
    const look = is_whole ? "whole" : end >= start ? "rise" : "fall";
    found.push(rect_between(`bar ${look}`, x, y.place(start), x + slot * 0.62, y.place(end)));
    if (k + 1 < steps.length) found.push(path_of("link", `M${spot(x + slot * 0.62)} ${spot(y.place(end))}h${spot(slot * 0.38)}`));
    const sign = is_whole || end < start ? "" : "+";
    const text = `${sign}${on_axis(is_whole ? end : end - start)}`;
    found.push(written_at("number", x + slot * 0.31, y.place(Math.max(start, end)) - 4, text));
  });
  return found;
}

function draw_tornado(spec, { swings, value }) {
  const ends = [...swings.flatMap(({ least, most }) => [least, most]), value];
  const x = heights(ends, false, false).along(LABELS + 40, WIDTH - 50);
  const foot = BAR * swings.length + 4;
  const found = x.ticks.flatMap((tick, k) => [
    path_of("grid", `M${spot(x.place(tick))} 0V${spot(foot)}`),
    written_at("name", x.place(tick), foot + 16, x.names[k]),
  ]);
  swings.forEach((one, k) => {
    const top = BAR * k + 5;
    const letters = [...one.label];
    found.push(written_at("row", LABELS, top + 12, letters.length <= 27 ? one.label : `${letters.slice(0, 26).join("")}…`));
    if (one.least < Math.min(one.low, one.high) || one.most > Math.max(one.low, one.high))
      found.push(rect_between("bar reach", x.place(one.least), top, x.place(one.most), top + 16));
    found.push(...swing_bars(x, value, one, top));
  });
  return [...found, path_of("zero", `M${spot(x.place(value))} 0V${spot(foot)}`)];
}

// The longer bar first, so that the shorter one of the same side stays in sight.
function* swing_bars(x, value, { low, high, low_end, high_end }, top) {
  const both = [[low, low_end, "low"], [high, high_end, "high"]];
  both.sort((a, b) => Math.abs(b[0] - value) - Math.abs(a[0] - value));
  const is_one_sided = (low - value) * (high - value) > 0;
  for (const [order, [end, text, look]] of both.entries()) {
    yield rect_between(`bar ${look}`, x.place(value), top, x.place(end), top + 16);
    if (!text || end === value || (is_one_sided && order)) continue;
    yield end > value ? written_at("after", x.place(end) + 4, top + 12, text) : written_at("before", x.place(end) - 4, top + 12, text);
  }
}
