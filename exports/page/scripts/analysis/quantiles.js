// The quantile of each distribution, as the engine has them: parameters and values as stored.

const Z95 = ndtri(0.95);
const LOGIT90 = Math.log(9);
const FURTHEST_LOGIT = 40;

const expit = (x) => 1 / (1 + Math.exp(-x));
const clip = (x, low, high) => Math.min(Math.max(x, low ?? -Infinity), high ?? Infinity);

const pert_powers = ([low, mode, high]) => [
  1 + (4 * (mode - low)) / (high - low),
  1 + (4 * (high - mode)) / (high - low),
];
const metalog_terms = ([low, middle, high]) => [
  middle,
  (high - low) / (2 * LOGIT90),
  (low + high - 2 * middle) / (0.8 * LOGIT90),
];

// Each gives of its parameters the function of a probability.
const QUANTILES = {
  normal([low, high]) {
    const [middle, width] = [(low + high) / 2, (high - low) / (2 * Z95)];
    return (u) => middle + width * ndtri(u);
  },
  lognormal(ends) {
    const of = QUANTILES.normal(ends.map(Math.log));
    return (u) => Math.exp(of(u));
  },
  uniform: ([low, high]) => (u) => low + (high - low) * u,
  loguniform([low, high]) {
    const width = Math.log(high / low);
    return (u) => low * Math.exp(width * u);
  },
  triangular([low, mode, high]) {
    const width = high - low;
    return (u) =>
      u * width < mode - low
        ? low + Math.sqrt(u * (width * (mode - low)))
        : high - Math.sqrt((1 - u) * (width * (high - mode)));
  },
  pert(parameters) {
    const powers = pert_powers(parameters);
    const over_beta = one_over_beta(...powers);
    const [low, , high] = parameters;
    return (u) => low + (high - low) * betaincinv(...powers, u, over_beta);
  },
  metalog(parameters) {
    const [middle, spread, skew] = metalog_terms(parameters);
    return (u) => middle + (spread + skew * (u - 0.5)) * Math.log(u / (1 - u));
  },
};

// The probability of at most x, which is asked only of bounds that cut a distribution.
const CUMULATIVES = {
  normal: ([low, high], x) => ndtr(((2 * x - low - high) * Z95) / (high - low)),
  lognormal: (ends, x) => (x > 0 ? CUMULATIVES.normal(ends.map(Math.log), Math.log(x)) : 0),
  uniform: ([low, high], x) => clip((x - low) / (high - low), 0, 1),
  loguniform: (ends, x) => (x > 0 ? CUMULATIVES.uniform(ends.map(Math.log), Math.log(x)) : 0),
  triangular([low, mode, high], given) {
    const x = clip(given, low, high);
    if (x < mode) return (x - low) ** 2 / ((high - low) * (mode - low));
    return high > mode ? 1 - (high - x) ** 2 / ((high - low) * (high - mode)) : 1;
  },
  pert: (parameters, x) =>
    betainc(...pert_powers(parameters), clip((x - parameters[0]) / (parameters[2] - parameters[0]), 0, 1)),
  metalog(parameters, x) {
    const [middle, spread, skew] = metalog_terms(parameters);
    const beyond = (logit) => middle + (spread + skew * (expit(logit) - 0.5)) * logit - x;
    let [low, high] = [-FURTHEST_LOGIT, FURTHEST_LOGIT];
    if (beyond(low) >= 0) return 0;
    if (beyond(high) <= 0) return 1;
    for (let step = 0; step < 100; step++) {
      const middle_logit = (low + high) / 2;
      if (beyond(middle_logit) < 0) low = middle_logit;
      else high = middle_logit;
    }
    return expit((low + high) / 2);
  },
};

// The function of a probability that a shape is; whole numbers are whole times the scale.
function quantile_of(shape, scale) {
  const { distribution, parameters, low, high, whole } = shape;
  if (distribution === "discrete") return discrete(parameters, shape.weights);
  const ends = (least, most) => [
    least === null ? null : Math.ceil(least * scale - 1e-9),
    most === null ? null : Math.floor(most * scale + 1e-9),
  ];
  if (whole && distribution === "uniform") {
    const [first, last] = ends(clip(parameters[0], low, null), clip(parameters[1], null, high));
    return (u) => Math.min(first + Math.floor(u * (last - first + 1)), Math.max(first, last)) / scale;
  }
  if (parameters[0] === parameters[parameters.length - 1]) return () => parameters[0];
  const from = low === null ? 0 : CUMULATIVES[distribution](parameters, low);
  const to = high === null ? 1 : CUMULATIVES[distribution](parameters, high);
  const of = QUANTILES[distribution](parameters);
  const cut = from === 0 && to === 1 ? of : (u) => of(from + u * (to - from));
  if (!whole) return low === null && high === null ? cut : (u) => clip(cut(u), low, high);
  const [least, most] = ends(low, high);
  return (u) => clip(Math.floor(clip(cut(u), low, high) * scale + 0.5), least, most) / scale;
}

function discrete(values, weights) {
  let sum = 0;
  const begins = weights.map((weight) => (sum += weight) - weight);
  begins[0] = 0;
  return (u) => {
    let k = 0;
    while (k + 1 < begins.length && begins[k + 1] <= u) k++;
    return values[k];
  };
}
