// Special functions: the normal distribution and the incomplete beta function, with their inverses, to 1e-13 or better.

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);

const polynomial = (x, coefficients) => coefficients.reduceRight((sum, c) => sum * x + c, 0);

// exp(-x * x / 2): the square has more digits than a number has room for.
function bell(x) {
  const near = Math.round(x * 64) / 64;
  return Math.exp((-near * near) / 2) * Math.exp((near - x) * (near + (x - near) / 2));
}

// The probability that a standard normal number is at most x: a series near 0, a continued fraction beyond.
function ndtr(x) {
  const size = Math.abs(x);
  if (x !== x) return NaN;
  if (size < 2) {
    let term = x;
    let sum = x;
    for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) sum += term *= (x * x) / k;
    return 0.5 + (bell(x) / ROOT_TWO_PI) * sum;
  }
  if (size > 40) return x > 0 ? 1 : 0;
  let fraction = size;
  for (let k = Math.ceil(20 + 240 / size); k > 0; k--) fraction = size + k / fraction;
  const tail = bell(size) / ROOT_TWO_PI / fraction;
  return x > 0 ? 1 - tail : tail;
}

// Wichura's rational functions (1988, AS 241): numerators and denominators near the middle, beside it, and far out.
const NEAR = [
  [3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457,
    67265.770927008700853, 33430.575583588128105, 2509.0809287301226727],
  [1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061,
    28729.085735721942674, 5226.495278852854561],
];
const BESIDE = [
  [1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258,
    0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4],
  [1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459,
    0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9],
];
const FAR = [
  [6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123, 0.026532189526576123093,
    0.0012426609473880784386, 2.71155556874348757815e-5, 2.01033439929228813265e-7],
  [1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15],
];

const quotient = (x, [above, below]) => polynomial(x, above) / polynomial(x, below);

// The number that a standard normal one is at most with a probability.
function ndtri(p) {
  const middle = p - 0.5;
  if (Math.abs(middle) <= 0.425) return middle * quotient(0.180625 - middle * middle, NEAR);
  const out = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const size = out === Infinity ? out : out <= 5 ? quotient(out - 1.6, BESIDE) : quotient(out - 5, FAR);
  return middle < 0 ? -size : size;
}

// Lanczos' series with the coefficients of Godfrey (2001).
const LANCZOS = [
  0.99999999999999709182, 57.156235665862923517, -59.597960355475491248, 14.136097974741747174, -0.49191381609762019978,
  0.33994649984811888699e-4, 0.46523628927048575665e-4, -0.98374475304879564677e-4, 0.15808870322491248884e-3,
  -0.21026444172410488319e-3, 0.2174396181152126432e-3, -0.16431810653676389022e-3, 0.84418223983852743293e-4,
  -0.2619083840158140867e-4, 0.36899182659531622704e-5,
];

// The gamma function of what is above 0, without its power (x + 607 / 128 - 1 / 2) ** (x - 1 / 2) * exp(-x) and factor.
const lanczos = (x) => LANCZOS.reduce((sum, c, k) => (k ? sum + c / (x - 1 + k) : c), 0);

// One over the beta function.
function one_over_beta(a, b) {
  const shift = 607 / 128 - 0.5;
  const [one, other, both] = [a + shift, b + shift, a + b + shift];
  const powers = Math.pow(both / one, a - 0.5) * Math.pow(both / other, b - 0.5) * Math.sqrt(both);
  return ((powers * lanczos(a + b)) / lanczos(a) / lanczos(b)) * (Math.exp(shift) / ROOT_TWO_PI);
}

// The fraction of Gauss by Lentz' method (Numerical Recipes, 6.4), which is fast below the mean.
function beta_fraction(a, b, x) {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let found = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    found *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    found *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return found;
}

// The probability that a number with a beta distribution is at most x.
function betainc(a, b, x, over_beta = one_over_beta(a, b)) {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - beta_power(b, a, 1 - x, over_beta);
  return beta_power(a, b, x, over_beta);
}

const beta_power = (a, b, x, over_beta) =>
  ((Math.pow(x, a) * Math.pow(1 - x, b) * over_beta) / a) * beta_fraction(a, b, x);

// The number that one with a beta distribution is at most with a probability. In logarithms of both the lower part is
// nearly a straight line, so that Newton's steps are few also far out; the upper part is the lower one seen from 1.
function betaincinv(a, b, p, over_beta = one_over_beta(a, b)) {
  if (!(p > 0 && p < 1)) return p === 0 || p === 1 ? p : NaN;
  const turn = (a + 1) / (a + b + 2);
  const below = betainc(a, b, turn, over_beta);
  if (p > below) return 1 - beta_below(b, a, 1 - p, over_beta, 1 - turn);
  return beta_below(a, b, p, over_beta, turn);
}

function beta_below(a, b, p, over_beta, most) {
  let log = Math.min(Math.log((p * a) / over_beta) / a, Math.log(most));
  for (let step = 0; step < 60; step++) {
    const x = Math.exp(log);
    const found = beta_power(a, b, x, over_beta);
    const slope = (Math.pow(x, a) * Math.pow(1 - x, b - 1) * over_beta) / found;
    const next = Math.min(log - Math.log(found / p) / slope, Math.log(most) + (log - Math.log(most)) / 2);
    const moved = Math.abs(next - log);
    log = next;
    // What is left is about its square.
    if (moved <= 1e-8) break;
  }
  return Math.exp(log);
}
