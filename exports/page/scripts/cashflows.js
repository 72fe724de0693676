// Flows discounted to one value, the rates at which they are worth nothing, loans, depreciation, and places on a curve.

const line = (begin, end, of) => Array.from({ length: end - begin }, (_, k) => of(begin + k));

// (1 + rate) ** exponent, with the digits of the rate that 1 + rate has no room for.
function grown(rate, exponent) {
  if (!(rate > -1 && rate < Infinity)) return NaN;
  const growth = 1 + rate;
  return Math.pow(growth, exponent) * (1 + exponent * ((rate - (growth - 1)) / growth));
}

// A flow of 0 is worth 0 also where its factor overflows, but not where there is no rate.
const discounted = (flow, factor) => (flow === 0 && factor === factor ? 0 : flow * factor);

function worth(rate, flows, times) {
  let found = 0;
  flows.forEach((flow, k) => (found += discounted(flow, grown(rate, -times[k]))));
  return finite(found);
}

function worth_by_rate(rate, flows, times) {
  let found = 0;
  flows.forEach((flow, k) => (found += discounted(times[k] * flow, -grown(rate, -times[k]) / (1 + rate))));
  return finite(found);
}

const periods = (flows) => flows.map((_, k) => k);
const years = (begin, end, starts) => {
  const days = line(begin, end, starts);
  return days.map((day) => (day - days[0]) / 365);
};

function npv(begin, end, of, rate) {
  const flows = line(begin, end, of);
  return worth(rate, flows, periods(flows));
}

const xnpv = (begin, end, of, rate, starts) => worth(rate, line(begin, end, of), years(begin, end, starts));

function npv_by_rate(begin, end, of, rate) {
  const flows = line(begin, end, of);
  return worth_by_rate(rate, flows, periods(flows));
}

const xnpv_by_rate = (begin, end, of, rate, starts) =>
  worth_by_rate(rate, line(begin, end, of), years(begin, end, starts));

function irr(begin, end, of, low, high) {
  const flows = line(begin, end, of);
  return rate_of(flows, periods(flows), low, high);
}

const xirr = (begin, end, of, starts, low, high) => rate_of(line(begin, end, of), years(begin, end, starts), low, high);

// Flows that change sign once have one rate; others need bounds that leave one.
function rate_of(flows, times, low = NaN, high = NaN) {
  if (!flows.every((flow) => flow - flow === 0)) return NaN;
  const changes = sign_changes(flows).length;
  if (!changes || (changes > 1 && !(low <= high))) return NaN;
  const ends = changes === 1 ? [-Infinity, Infinity] : [Math.log1p(Math.max(low, -1)), Math.log1p(Math.max(high, -1))];
  const found = roots(flows, times, ...ends);
  if (found.length !== 1) return NaN;
  const rate = Math.expm1(found[0]);
  return rate > -1 && rate < Infinity ? rate : NaN;
}

// The places of coefficients whose sign is another than that of the last before that is not 0, each with that place.
function sign_changes(coefficients) {
  const found = [];
  let before = -1;
  coefficients.forEach((c, k) => {
    if (c === 0) return;
    if (before >= 0 && c > 0 !== coefficients[before] > 0) found.push([k, before]);
    before = k;
  });
  return found;
}

// The roots from low to high of sum(c[k] * exp(-t[k] * s)): Descartes' rule of signs as a method. Between the roots of
// each derivative, which changes sign once less, the sum before it is monotonic.
function roots(coefficients, times, low, high) {
  const largest = Math.max(...coefficients.map(Math.abs));
  const scaled = coefficients.map((c) => c / largest);
  const [least_end, most_end] = outermost(scaled, times);
  low = Math.max(low, least_end);
  high = Math.min(high, most_end);
  if (low > high) return [];
  const changes = sign_changes(scaled);
  const levels = [scaled];
  const span = times[times.length - 1] - times[0];
  for (const [change, before] of changes.slice(0, -1)) {
    const middle = (times[change] + times[before]) / 2;
    levels.push(levels[levels.length - 1].map((c, k) => (c * (middle - times[k])) / span));
  }
  let found = [];
  for (const level of levels.reverse()) found = roots_between([low, ...found, high], level, times);
  return found;
}

// Bounds of all roots: below them the last coefficient outweighs all others, above them the first.
function outermost(c, times) {
  const first = c.findIndex((x) => x !== 0);
  const last = c.length - 1 - [...c].reverse().findIndex((x) => x !== 0);
  const log = (k) => Math.log(Math.abs(c[k]));
  const many = Math.log(c.length);
  let low = Infinity;
  let high = -Infinity;
  c.forEach((x, k) => {
    if (x === 0) return;
    if (times[k] > times[first]) high = Math.max(high, (log(k) + many - log(first)) / (times[k] - times[first]));
    if (times[k] < times[last]) low = Math.min(low, (log(last) - log(k) - many) / (times[last] - times[k]));
  });
  return [low, high];
}

// The sums of what is above 0 and of what is below, and both with each weighed by its time.
function halves(c, times, s) {
  const first = times[c.findIndex((x) => x !== 0)];
  const last = times[c.length - 1 - [...c].reverse().findIndex((x) => x !== 0)];
  const seen = s >= 0 ? first : last;
  let [plus, minus, plus_time, minus_time] = [0, 0, 0, 0];
  c.forEach((x, k) => {
    if (x === 0) return;
    const part = Math.abs(x) * Math.exp(Math.min(s * (seen - times[k]), 0));
    if (x > 0) {
      plus += part;
      plus_time += part * times[k];
    } else {
      minus += part;
      minus_time += part * times[k];
    }
  });
  return [plus, minus, plus_time, minus_time];
}

const ROUNDING = 4e-15;

function roots_between(nodes, c, times) {
  const sign = nodes.map((node) => {
    const [plus, minus] = halves(c, times, node);
    const share = (plus - minus) / (plus + minus);
    return Math.abs(share) <= ROUNDING ? 0 : Math.sign(share);
  });
  const found = [];
  nodes.forEach((node, k) => {
    // Between two nodes that are both at 0 nothing leaves 0: they are one root.
    if (sign[k] === 0 && (k === 0 || sign[k - 1] !== 0)) found.push(node);
    if (k + 1 < nodes.length && sign[k] * sign[k + 1] < 0) found.push(root_in(c, times, node, nodes[k + 1], sign[k]));
  });
  return found;
}

// By Newton's steps, or by halves.
function root_in(c, times, low, high, sign) {
  let at = low < 0 && high > 0 ? 0 : (low + high) / 2;
  let before = high - low;
  const span = times[times.length - 1] - times[0];
  for (let step = 0; step < 200; step++) {
    const [plus, minus, plus_time, minus_time] = halves(c, times, at);
    const height = Math.log(plus / minus);
    if (height === 0) return at;
    if (Math.sign(height) === sign) low = at;
    else high = at;
    const newton = at - height / (minus_time / minus - plus_time / plus);
    const is_good = newton >= low && newton <= high && Math.abs(newton - at) <= before / 2;
    const next = is_good ? newton : (low + high) / 2;
    before = Math.abs(next - at);
    at = next;
    if (before <= (is_good ? 1e-9 / span : Math.abs(at) * 2e-16)) return at;
  }
  return at;
}

const log_growth = (rate) => (rate > -1 ? Math.log1p(rate) : NaN);

function pmt(rate, periods, present) {
  const growth = periods * log_growth(rate);
  if (growth !== growth || periods === 0) return NaN;
  if (rate === 0) return finite(present / periods);
  return finite(present * rate * (Math.exp(growth) / Math.expm1(growth)));
}

const in_term = (period, periods) => 1 <= period && period <= periods;

const ppmt = (rate, period, periods, present) =>
  in_term(period, periods) ? pmt(rate, periods, present) * Math.exp((period - 1 - periods) * log_growth(rate)) : NaN;

const ipmt = (rate, period, periods, present) =>
  in_term(period, periods) ? pmt(rate, periods, present) * -Math.expm1((period - 1 - periods) * log_growth(rate)) : NaN;

function nper(rate, payment, present) {
  if (payment === 0) return NaN;
  if (rate === 0) return finite(present / payment);
  const share = (rate * present) / payment;
  return share < 1 ? finite(-Math.log1p(-share) / log_growth(rate)) : NaN;
}

const sln = (cost, salvage, life) => divide(cost - salvage, life);

function ddb(cost, salvage, life, period) {
  if (![cost, salvage, life, period].every((x) => x - x === 0)) return NaN;
  if (life > 0 && less(life, period)) return 0;
  if (cost < 0 || salvage < 0 || salvage > cost || life <= 0 || period < 1) return NaN;
  if (round(period, 9) !== Math.round(period)) return NaN;
  const share = Math.min(1, 2 / life);
  const left = cost * Math.pow(1 - share, period - 1);
  return Math.max(Math.min(left * share, left - salvage), 0);
}

// The code of the member at the last point that is not above x; NaN where the points do not rise or x is beyond them.
function place_on(points, x, code, begin, fewest, is_flat, ends_above) {
  if (points.length < fewest || !(x - x === 0)) return NaN;
  for (let k = 1; k < points.length; k++) if (less(points[k - 1], points[k]) !== 1) return NaN;
  let found = -1;
  while (found + 1 < points.length && less(x, points[found + 1]) === 0) found++;
  const is_above = ends_above && less(points[points.length - 1], x) === 1;
  if (!is_flat && (found < 0 || is_above)) return NaN;
  return code(begin + Math.min(Math.max(found, 0), points.length - fewest));
}

const place_step = (begin, end, of, x, code, is_flat) =>
  place_on(line(begin, end, of), x, code, begin, 1, is_flat, false);
const place_lookup = (begin, end, of, x, code, is_flat) =>
  place_on(line(begin, end, of), x, code, begin, 2, is_flat, true);
