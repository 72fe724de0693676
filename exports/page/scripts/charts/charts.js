// The model's charts, drawn again from the values that are shown: those in sight at once, the others when they come into it.

const chart_figures = [...document.querySelectorAll("figure[data-chart]")];
const chart_numbers = [];
const FEW_BARS = 12;

// The values that a curve is of: those shown, or those of its scenario, with what a reader changed.
function values_in(id, known) {
  if (id === undefined) return state.values;
  if (!known.has(id)) known.set(id, solve(id, state.changed));
  return known.get(id);
}

function numbers_of_chart(spec) {
  const known = new Map();
  const scale = spec.scale;
  const shown_at = (values) => (cell) => values[cell] * scale;
  if (spec.kind === "tornado") return numbers_of_tornado(spec);
  if (spec.sweep) return numbers_of_sweep(spec, known);
  if (spec.kind === "waterfall") return { steps: steps_of(spec, spec.curves[0].cells.map(shown_at(state.values))) };
  if (spec.cases) return { lines: spec.curves.map(({ cells }) => spec.cases.map((id) => values_in(id, known)[cells[0]] * scale)) };
  return { lines: spec.curves.map((one) => one.cells.map(shown_at(values_in(one.case, known)))) };
}

function steps_of(spec, values) {
  let before = 0;
  const found = values.map((value, k) => {
    const start = before;
    before = spec.signs[k] ? before + spec.signs[k] * value : value;
    return { start, end: before, is_whole: k === 0 };
  });
  if (spec.total === undefined) return found;
  return [...found, { start: 0, end: state.values[spec.total] * spec.scale, is_whole: true }];
}

function numbers_of_sweep(spec, known) {
  const { cell, values, scale, marks = [] } = spec.sweep;
  const ids = new Set([...spec.curves, ...marks].map((one) => one.case));
  const into = new Float64Array(cell_count);
  const at = (id, value) => solve(id ?? state.scenario, new Map(state.changed).set(cell, value), into);
  const lines = spec.curves.map(() => []);
  for (const id of ids)
    for (const [k, value] of values.entries()) {
      const found = at(id, value);
      spec.curves.forEach((one, number) => {
        if (one.case === id) lines[number][k] = found[one.cells[0]] * spec.scale;
      });
    }
  const found = marks.map((mark) => {
    const value = values_in(mark.case, known)[mark.cell];
    return [value * scale, at(mark.case, value)[spec.curves[0].cells[0]] * spec.scale];
  });
  return { lines, x: values.map((value) => value * scale), marks: found.filter(([, height]) => Number.isFinite(height)) };
}

const SHARES = [0, 0.25, 0.5, 0.75, 1];

// The result at places between the ends of all cells of an input, or with each member of a choice.
function swing_of(output, number, needed, into) {
  const row = rows[number];
  const cells = Array.from({ length: row.size }, (_, k) => row.at + k).filter(is_input);
  const cone = moved_steps([number], needed);
  const at = (values) => output_at(output, cells.map((cell, k) => [cell, values[k]]), cone, into);
  const swing = (values, low, high, ends) => ({
    label: row.label,
    low: values[low],
    high: values[high],
    low_end: ends[0],
    high_end: ends[1],
    least: Math.min(...values),
    most: Math.max(...values),
  });
  if (row.choice !== undefined) {
    const values = codes[row.choice].map((code) => at(cells.map(() => code)));
    // Of members that are alike the first, as the engine has it.
    const [low, high] = [values.indexOf(Math.min(...values)), values.indexOf(Math.max(...values))];
    return swing(values, low, high, [low, high].map((place) => dimensions[row.choice].members[place]));
  }
  const ends = cells.map(ends_of);
  const place = ([low, high], share) => (share === 1 ? high : low + (high - low) * share);
  const values = SHARES.map((share) =>
    at(ends.map((pair) => stored(row, row.whole ? round(place(pair, share)) : place(pair, share)))),
  );
  return swing(values, 0, SHARES.length - 1, [0, 1].map((side) => (cells.length === 1 ? general(ends[0][side], 6) : "")));
}

function numbers_of_tornado(spec) {
  const output = spec.curves[0].cells[0];
  const into = new Float64Array(cell_count);
  const needed = feeding([row_of_cell[output]]);
  const found = (spec.inputs ?? []).map((number) => swing_of(output, number, needed, into));
  const swings = found.filter(({ least, most }) => most - least > 0).sort((a, b) => b.most - b.least - (a.most - a.least));
  return { swings: swings.slice(0, FEW_BARS), value: state.values[output] * spec.scale };
}

// The lines of a chart's table, each with its name first.
function table_of(spec, numbers) {
  if (spec.kind === "tornado") return numbers.swings.map(({ label, low, high }) => [label, format(low), format(high)]);
  if (spec.kind === "waterfall")
    return numbers.steps.map(({ start, end }, k) => [spec.categories[k] ?? spec.total_label, format(end - start), format(end)]);
  const names = spec.sweep ? numbers.x.map((x) => format(x)) : spec.categories;
  return names.map((name, k) => [name, ...numbers.lines.map((line) => format(line[k]))]);
}

function draw_chart(number) {
  const figure = chart_figures[number];
  const spec = data.charts[number];
  const numbers = (chart_numbers[number] = numbers_of_chart(spec));
  const svg = figure.querySelector(":scope > svg");
  svg.setAttribute("viewBox", `0 0 ${picture_size(spec, numbers).join(" ")}`);
  svg.replaceChildren(...picture(spec, numbers).map(([tag, attributes, text]) => make(tag, attributes, text)));
  figure.querySelectorAll(".legend .at").forEach((element, k) => (element.textContent = format(numbers.marks[k]?.[0])));
  const body = figure.querySelector("details[open] tbody");
  if (body) fill_table(body, spec, numbers);
}

function fill_table(body, spec, numbers) {
  const line = ([name, ...cells]) => make("tr", {}, make("th", { scope: "row" }, name), ...cells.map((cell) => make("td", {}, cell)));
  body.replaceChildren(...table_of(spec, numbers).map(line));
}

const in_sight = new Set();
const is_stale = new Set();

function draw_charts_in_sight() {
  chart_figures.forEach((_, number) => is_stale.add(number));
  in_sight.forEach(draw_if_stale);
}

function draw_if_stale(number) {
  if (is_stale.delete(number)) draw_chart(number);
}

// What a reader hears of a place along a chart, by the arrow keys; a line shows where it is.
function read_aloud(figure, svg, number, step) {
  const spec = data.charts[number];
  const numbers = (chart_numbers[number] ??= numbers_of_chart(spec));
  const lines = table_of(spec, numbers);
  const last = lines.length - 1;
  const place = step === "Home" ? 0 : step === "End" ? last : Math.min(Math.max(Number(figure.dataset.place ?? -1) + step, 0), last);
  figure.dataset.place = place;
  const heads = [...figure.querySelectorAll("thead th")].slice(1).map((head) => head.textContent);
  const [name, ...cells] = lines[place];
  announce(`${name}: ${cells.map((cell, k) => `${heads[k]} ${cell}`).join(", ")} ${spec.y_label ?? ""}`);
  svg.querySelector(".cursor")?.remove();
  const [width, height] = picture_size(spec, numbers);
  const [x, d] = cursor_of(spec, numbers, place, width, height);
  svg.append(make("path", { class: "cursor", d: `M${spot(x)} ${d}` }));
}

function cursor_of(spec, numbers, place, width, height) {
  if (spec.kind === "tornado") return [0, `${BAR * place + 13}H${width}`];
  const values = numbers.lines?.flat() ?? numbers.steps.flatMap(({ start, end }) => [start, end]);
  const whole = { log: "", ...spec };
  const drawn = chart_plane(whole, spec.sweep ? [...values, ...numbers.marks.map(([, at]) => at)] : values, !["line", "sweep"].includes(spec.kind));
  const up = `${height - spec.foot}V${TOP}`;
  if (!spec.sweep) return [drawn.left + ((drawn.right - drawn.left) * (place + 0.5)) / spec.names.length, up];
  const x = across([...numbers.x, ...numbers.marks.map(([at]) => at)], whole.log.includes("x")).along(drawn.left, drawn.right);
  return [x.place(numbers.x[place]), up];
}

const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: "Home", End: "End" };

chart_figures.forEach((figure, number) => {
  const svg = figure.querySelector(":scope > svg");
  svg.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    draw_if_stale(number);
    read_aloud(figure, svg, number, KEYS[event.key]);
  });
  svg.addEventListener("blur", () => svg.querySelector(".cursor")?.remove());
  figure.querySelector("details").addEventListener("toggle", () => {
    if (chart_numbers[number]) fill_table(figure.querySelector("tbody"), data.charts[number], chart_numbers[number]);
  });
});
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const number = Number(target.dataset.chart);
    if (isIntersecting) in_sight.add(number);
    else in_sight.delete(number);
    if (isIntersecting) draw_if_stale(number);
  }
});
chart_figures.forEach((figure) => watcher.observe(figure));
addEventListener("beforeprint", () => is_stale.forEach(draw_if_stale));
on_update(draw_charts_in_sight);
