// The derivatives of one cell by all others: adjoints go back from row to row, through the derivatives of formulas.

// The places of members that are taken together, in one list.
function each(begin, end, of) {
  const found = [];
  if (begin >= 0) for (let k = begin; k < end; k++) found.push(of(k));
  return found.flat();
}

const each_of = (place, of) => (place < 0 ? [] : of(place));

// How an aggregate passes its adjoint on; of several that are smallest or largest, each takes an equal part.
function spread_sum(v, d, adjoint, places) {
  for (const place of places) d[place] += adjoint;
}

const spread_mean = (v, d, adjoint, places) => spread_sum(v, d, adjoint / places.length, places);

function spread_worst(v, d, adjoint, places, worst) {
  const hit = places.filter((place) => v[place] === worst);
  spread_sum(v, d, adjoint / hit.length, hit);
}

const spread_min = (v, d, adjoint, places) =>
  spread_worst(v, d, adjoint, places, places.reduce((worst, place) => Math.min(worst, v[place]), Infinity));
const spread_max = (v, d, adjoint, places) =>
  spread_worst(v, d, adjoint, places, places.reduce((worst, place) => Math.max(worst, v[place]), -Infinity));
const spread_first = (v, d, adjoint, places) => spread_sum(v, d, adjoint, places.slice(0, 1));
const spread_last = (v, d, adjoint, places) => spread_sum(v, d, adjoint, places.slice(-1));

const times_of = (days) => days.map((day) => (day - days[0]) / 365);

const spread_value = (v, d, adjoint, places, rate, times) =>
  places.forEach((place, k) => (d[place] += adjoint * finite(grown(rate, -times[k]))));

// Of a rate of return: the value at the rate is 0, so that times may be counted from any flow.
function spread_rate(v, d, adjoint, places, rate, times) {
  const flows = places.map((place) => v[place]);
  const there = times.filter((_, k) => flows[k] !== 0);
  const seen = rate >= 0 ? there[0] : there[there.length - 1];
  const weights = times.map((time) => grown(rate, seen - time));
  const slope = flows.reduce((sum, flow, k) => sum + discounted(times[k] * flow, weights[k]), 0);
  places.forEach((place, k) => (d[place] += adjoint * finite((weights[k] / slope) * (1 + rate))));
}

const spread_npv = (v, d, adjoint, places, rate) => spread_value(v, d, adjoint, places, rate, periods(places));
const spread_irr = (v, d, adjoint, places, rate) => spread_rate(v, d, adjoint, places, rate, periods(places));
const spread_xnpv = (v, d, adjoint, places, rate, days) =>
  spread_value(v, d, adjoint, places, rate, times_of(days));
const spread_xirr = (v, d, adjoint, places, rate, days) => spread_rate(v, d, adjoint, places, rate, times_of(days));

function adjoints_of(cell) {
  const found = new Float64Array(cell_count);
  found[cell] = 1;
  for (let k = backwards.length - 1; k >= 0; k--) backwards[k](state.values, found);
  return found;
}

// Whether several of some values are the smallest; with -1 as sign, the largest.
function ties(values, sign) {
  const least = values.reduce((worst, value) => Math.min(worst, value * sign), Infinity);
  return values.filter((value) => value * sign === least).length > 1;
}

// What to say of derivatives, in the engine's words: at steps, and where a formula is at a kink.
function notes_of(adjoints) {
  const moves = (cell) => adjoints[cell] !== 0;
  const found = new Set();
  for (const [number, words, at] of kinks) {
    const row = rows[number];
    const cells = at ? at(state.values) : Array.from({ length: row.size }, (_, k) => row.at + k);
    const cell = cells.find(moves);
    if (cell === undefined) continue;
    const members = members_at(cell).join(", ");
    found.add(at ? `'${row.id}${members && `[${members}]`}'${words}` : words);
  }
  return [...found];
}
