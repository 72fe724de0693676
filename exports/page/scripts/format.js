// Numbers in words, as the report writes them.

const NONE = "no value";

// A number at some digits with its power of ten: at a tie the even one, as Python rounds, where JavaScript takes the larger.
function exponential(x, digits) {
  const up = x.toExponential(digits - 1);
  const [whole, power] = x.toExponential().split("e");
  const kept = whole.slice(0, -1);
  const is_half = whole.replace(/[-.]/g, "").length === digits + 1 && whole.endsWith("5");
  if (!is_half || !/[02468]\.?$/.test(kept) || !x.toExponential(50).startsWith(`${whole}000`)) return up;
  return `${kept}e${power}`;
}

// At six digits, with separators and without zeros behind.
function format(x, digits = 6) {
  if (!(x - x === 0)) return NONE;
  const short = Number(exponential(x, digits));
  const size = Math.abs(short);
  if (size && (size < 1e-4 || size >= 1e12)) {
    const [mantissa, exponent] = short.toExponential().split("e");
    return `${mantissa}E${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
  }
  const [whole, decimals] = String(short + 0).split(".");
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals ? `${separated}.${decimals}` : separated;
}

// The value of a cell as a reader is told it: a number in the declared unit, or the member that a choice takes.
function told(cell, values = state.values) {
  const row = row_at(cell);
  if (row.choice !== undefined) return dimensions[row.choice].members[codes[row.choice].indexOf(values[cell])] ?? NONE;
  return format(shown(row, values[cell]));
}

// What a reader calls a cell; and its value with the unit.
const cell_label = (cell) => [row_at(cell).label, members_at(cell).join(", ")].filter(Boolean).join(" · ");
const RAISED = { "**2": "²", "**3": "³", " * ": "·", _: " " };
const unit_of = (row) => (row.unit === "1" ? "" : row.unit.replace(/\*\*2|\*\*3| \* |_/g, (sign) => RAISED[sign]));
const told_with_unit = (cell, values = state.values) => `${told(cell, values)} ${unit_of(row_at(cell))}`.trim();
const is_value = (x) => x - x === 0;
