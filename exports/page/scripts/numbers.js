// The numbers of formulas, one cell at a time, as the engine has them: NaN where there is no value.

const finite = (x) => (x - x === 0 ? x : NaN);

const divide = (a, b) => (b !== 0 && b - b === 0 ? a / b : NaN);

// A negative number has no power with a broken exponent, and 0 ** 0 no value.
const power = (a, b) => ((a === 0 && b <= 0) || a - a !== 0 || b - b !== 0 ? NaN : Math.pow(a, b));

// The digits and the exponent of the decimal form of 15 digits, rounded half to even as the engine's texts are.
function decimal(x) {
  const [digits, exponent] = Math.abs(x).toExponential(14).split("e");
  let whole = digits.replace(".", "");
  // At a tie JavaScript takes the larger number.
  if ("13579".includes(whole[14])) {
    const [exact] = Math.abs(x).toExponential(40).split("e");
    const rest = exact.replace(".", "").slice(15);
    if (/^50*$/.test(rest)) whole = String(Number(whole) - 1).padStart(15, "0");
  }
  return [whole, Number(exponent)];
}

// Whether two numbers are equal at 15 significant digits, as a spreadsheet compares them.
function same(a, b) {
  const apart = Math.abs(a - b);
  if (!(apart < Infinity)) return NaN;
  if (a === b) return 1;
  if (apart > 1e-14 * Math.abs(a)) return 0;
  const one = decimal(a);
  const other = decimal(b);
  return Number(a > 0 === b > 0 && one[0] === other[0] && one[1] === other[1]);
}

function less(a, b) {
  const equal = same(a, b);
  return equal === 0 ? Number(a < b) : equal * 0;
}

const negate = (a) => (a - a === 0 ? Number(a === 0) : NaN);
const both = (a, b) => (a - a === 0 && b - b === 0 ? Number(a !== 0 && b !== 0) : NaN);
const either = (a, b) => (a - a === 0 && b - b === 0 ? Number(a !== 0 || b !== 0) : NaN);
const choose = (test, then, otherwise) => (test - test === 0 ? (test !== 0 ? then : otherwise) : NaN);
// Unlike a fold, these are compiled without a list where they are called with two.
const least = (...values) => values.reduce((a, b) => (a - a === 0 && b - b === 0 ? (b < a ? b : a) : NaN), values[0]);
const most = (...values) => values.reduce((a, b) => (a - a === 0 && b - b === 0 ? (b > a ? b : a) : NaN), values[0]);

const POWERS = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

// Half away from zero, on the decimal form of 15 digits.
function round(x, digits = 0) {
  const places = Math.trunc(digits);
  if (!(x - x === 0) || places !== places) return NaN;
  if (x === 0) return x;
  if (places >= -22 && places <= 22) {
    const size = Math.abs(x);
    const power_of_ten = POWERS[Math.abs(places)];
    const scaled = places < 0 ? size / power_of_ten : size * power_of_ten;
    // Far from a tie no text is needed.
    if (scaled < 1e14 && Math.abs(scaled - Math.floor(scaled) - 0.5) > 1e-12 * scaled + 1e-12) {
      const whole = Math.floor(scaled + 0.5);
      const found = places < 0 ? whole * power_of_ten : whole / power_of_ten;
      return x < 0 ? -found : found;
    }
  }
  if (places > 330) return x;
  const [text, exponent] = decimal(x);
  const kept = exponent + 1 + places;
  const sign = x < 0 ? -1 : 1;
  if (kept >= 15) return sign * Number(`${text}e${exponent - 14}`);
  if (kept < 0) return 0;
  const whole = Number(text.slice(0, kept)) + (text[kept] >= "5" ? 1 : 0);
  return sign * Number(`${whole}e${-places}`);
}

// Over members: from a first place to one behind the last, of a function of the place.

function sum(begin, end, of) {
  if (begin < 0 || end < 0) return NaN;
  let found = 0;
  for (let k = begin; k < end; k++) found += of(k);
  return found;
}

const mean = (begin, end, of) => (end > begin ? sum(begin, end, of) / (end - begin) : NaN);
const count = (begin, end) => (begin < 0 || end < 0 ? NaN : Math.max(end - begin, 0));

function minimum(begin, end, of) {
  if (begin < 0) return NaN;
  let found = Infinity;
  for (let k = begin; k < end; k++) {
    const x = of(k);
    if (!(x - x === 0)) return NaN;
    if (x < found) found = x;
  }
  return found;
}

const maximum = (begin, end, of) => -minimum(begin, end, (k) => -of(k));

// By group: of those members whose code is the one that is wanted.

function grouped_sum(count, of, code, wanted) {
  let found = 0;
  for (let k = 0; k < count; k++) if (code(k) === wanted) found += of(k);
  return found;
}

function grouped_count(count, of, code, wanted) {
  let found = 0;
  for (let k = 0; k < count; k++) if (code(k) === wanted) found++;
  return found;
}

const grouped_mean = (count, of, code, wanted) =>
  divide(grouped_sum(count, of, code, wanted), grouped_count(count, of, code, wanted));

function grouped_min(count, of, code, wanted) {
  let found = NaN;
  for (let k = 0; k < count; k++) {
    if (code(k) !== wanted) continue;
    const x = of(k);
    if (!(x - x === 0)) return NaN;
    if (!(found <= x)) found = x;
  }
  return found;
}

const grouped_max = (count, of, code, wanted) => -grouped_min(count, (k) => -of(k), code, wanted);

function grouped_first(count, of, code, wanted) {
  for (let k = 0; k < count; k++) if (code(k) === wanted) return of(k);
  return NaN;
}

function grouped_last(count, of, code, wanted) {
  for (let k = count - 1; k >= 0; k--) if (code(k) === wanted) return of(k);
  return NaN;
}

// The place of a computed member among ascending numbers, -1 for none.
function member(codes, value) {
  const wanted = codes.every(Number.isInteger) ? value : round(value, 10);
  return codes.indexOf(wanted);
}

const within = (place, of) => (place < 0 ? NaN : of(place));
const behind = (place) => (place < 0 ? place : place + 1);

// A result with bounds, which is let through but where somebody holds results against these.
const bounds = { hold: null };
const bounded = (cell, value) => (bounds.hold === null ? value : bounds.hold(cell, value));
