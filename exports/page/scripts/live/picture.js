// The graph around a cell: what feeds it on the left, what uses it on the right.

const MOST_AROUND = 8;
const BOX = { width: 190, height: 40, gap: 12, between: 60 };

function picture_around(cell) {
  const columns = [sources_of(cell), [cell], users_of(cell)];
  const shown_columns = columns.map((cells) => cells.slice(0, MOST_AROUND));
  const tallest = Math.max(...shown_columns.map((cells) => cells.length));
  if (shown_columns[0].length + shown_columns[2].length === 0) return null;
  const height = tallest * (BOX.height + BOX.gap) + BOX.gap;
  const width = 3 * BOX.width + 2 * BOX.between;
  const left = (column) => column * (BOX.width + BOX.between);
  const top = (column, k) => (height - shown_columns[column].length * (BOX.height + BOX.gap)) / 2 + BOX.gap / 2 + k * (BOX.height + BOX.gap);
  const middle = height / 2;
  const line = (x1, y1, x2, y2) => make("path", { class: "edge", d: `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}` });
  const center = (column, k) => top(column, k) + BOX.height / 2;
  const edges = [
    ...shown_columns[0].map((_, k) => line(BOX.width, center(0, k), left(1), middle)),
    ...shown_columns[2].map((_, k) => line(left(1) + BOX.width, middle, left(2), center(2, k))),
  ];
  const boxes = shown_columns.flatMap((cells, column) => cells.map((one, k) => box_of(one, left(column), top(column, k), column === 1)));
  const rest = columns.map((cells, column) => cells.length - shown_columns[column].length);
  const more = rest[0] + rest[2] > 0 ? make("p", { class: "note" }, `Not drawn: ${rest[0]} that feed it, ${rest[2]} that use it.`) : null;
  return make(
    "div",
    { class: "around" },
    make("h3", {}, "Around it"),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Picture of what feeds it and what uses it" },
      make("svg", { viewBox: `-2 0 ${width + 4} ${height}`, width, height, role: "group", "aria-label": `What feeds ${label_of(cell)}, and what uses it` }, ...edges, ...boxes)),
    more,
  );
}

function box_of(cell, x, y, is_center) {
  const go = () => step_to(cell);
  const actions = is_center
    ? {}
    : { role: "button", tabindex: 0, click: go, keydown: (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), go()) };
  return make(
    "g",
    { class: is_center ? "box center" : "box", ...actions },
    make("rect", { x, y, width: BOX.width, height: BOX.height, rx: 4 }),
    make("text", { x: x + 8, y: y + 16 }, shortened(label_of(cell), 26)),
    make("text", { x: x + 8, y: y + 32, class: "number" }, shortened(told_with_unit(cell), 26)),
  );
}

const shortened = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);
