// Axes: numbers as they stand along them, and where a number stands, as in charts/axes.py.

const LETTER = 6.6;
const capital_e = (text) =>
  text.replace(/e([+-])(\d+)/, (_, sign, power) => `E${sign}${power.padStart(2, "0")}`);

// A number at some digits, as Python's %g.
function general(x, digits) {
  const [mantissa, power] = exponential(x, digits).split("e");
  if (power >= -4 && power < digits) return String(Number(`${mantissa}e${power}`));
  return `${Number(mantissa)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

function on_axis(x) {
  const size = Math.abs(x);
  if (!size) return "0";
  if (size >= 1e12 || size < 1e-3) return capital_e(general(x, 3));
  if (size >= 1e9) return `${general(x / 1e9, 4)} bn`;
  if (size >= 1e6) return `${general(x / 1e6, 4)} M`;
  if (size < 1e3) return general(x, 4);
  const whole = Math.round(size);
  // At a tie Python takes the even number.
  const even = whole - size === 0.5 && whole % 2 ? whole - 1 : whole;
  return (x < 0 ? "-" : "") + String(even).replace(/\B(?=(\d{3})+$)/g, ",");
}

function names_on_axis(values) {
  let names = values.map(on_axis);
  for (let digits = 5; digits < 16; digits++) {
    if (new Set(names).size === new Set(values).size) break;
    names = values.map((value) => capital_e(general(value, digits)));
  }
  return names;
}

const power_of = (x) => Number(x.toExponential().split("e")[1]);
const multiples = (first, last, step) =>
  Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));

function step_of(low, high) {
  const fifth = (high - low) / 5 || 0.2;
  const power = power_of(fifth);
  return [1, 2, 5, 10].map((part) => Number(`${part}e${power}`)).find((step) => step >= fifth);
}

function log_powers(low, high, parts) {
  const last = power_of(high) + (Number(`1e${power_of(high)}`) === high ? 0 : 1);
  const every = [];
  for (let power = power_of(low); power <= last; power++) for (const part of parts) every.push(Number(`${part}e${power}`));
  let begin = 0;
  every.forEach((tick, k) => (begin = tick <= low ? k : begin));
  const end = every.findIndex((tick) => tick >= high);
  return every.slice(begin, end < 0 ? every.length : end + 1);
}

function log_ticks(low, high) {
  if (high - low <= 1e-9 * high) {
    const found = log_powers(low, high, [1]);
    return found.length > 1 ? found : [low / 10, low, low * 10];
  }
  const found = log_powers(low, high, high < 1000 * low ? [1, 2, 5] : [1]);
  if (found.filter((tick) => low <= tick && tick <= high).length > 1) return found;
  const third = (high - low) / 3;
  const power = power_of(third);
  const step = [5, 2, 1].map((part) => Number(`${part}e${power}`)).find((one) => one <= third);
  return multiples(Math.floor(low / step), Math.ceil(high / step), step);
}

function axis_of(low, high, ticks, is_log) {
  const names = names_on_axis(ticks);
  const share = is_log
    ? (x) => Math.log(x / low) / Math.log(high / low)
    : (x) => (x - low) / (high - low);
  const along = (begin, end) => ({ ...found, place: (x) => begin + share(x) * (end - begin) });
  const found = { ticks, names, width: Math.max(...names.map((name) => [...name].length)) * LETTER, along };
  return found;
}

function heights(values, is_log, is_bar) {
  let low = Math.min(...values);
  let high = Math.max(...values);
  if (is_log) {
    const ticks = log_ticks(low, high);
    const begin = Math.min(low, ticks[0]);
    return axis_of(is_bar && begin === low ? (ticks[0] * ticks[0]) / ticks[1] : begin, Math.max(high, ticks.at(-1)), ticks, true);
  }
  if (is_bar || high - low > Math.max(Math.abs(low), Math.abs(high)) / 6 || low === high) {
    low = Math.min(low, 0);
    high = Math.max(high, 0);
  }
  const step = step_of(low, high);
  const first = Math.floor(low / step);
  const ticks = multiples(first, Math.max(Math.ceil(high / step), first + 1), step);
  return axis_of(ticks[0], ticks.at(-1), ticks, false);
}

function across(values, is_log) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = step_of(low, high);
  const ticks = is_log ? log_ticks(low, high) : multiples(Math.floor(low / step), Math.ceil(high / step), step);
  return axis_of(low, high, ticks.filter((tick) => low <= tick && tick <= high), is_log);
}
