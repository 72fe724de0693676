// Shapley values: the mean of what each player adds, over all orders in which they come.

const MOST_EXACT = 10;
const ORDERS = 300;

// Steps towards the shares of `players` in each of the values that `value_of` gives for a coalition, an array of whether
// each is in it; what is returned at the end has a line of values for each player, and whether they are exact.
function* shapley(players, value_of) {
  return players <= MOST_EXACT ? yield* exact_shares(players, value_of) : yield* sampled_shares(players, value_of);
}

function* exact_shares(players, value_of) {
  const values = [];
  for (let mask = 0; mask < 1 << players; mask++) {
    values.push(value_of(Array.from({ length: players }, (_, k) => Boolean((mask >> k) & 1))));
    yield;
  }
  const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));
  const size = (mask) => mask.toString(2).replaceAll("0", "").length;
  const shares = Array.from({ length: players }, () => values[0].map(() => 0));
  for (let mask = 0; mask < 1 << players; mask++) {
    const weight = (factorial(size(mask)) * factorial(players - size(mask) - 1)) / factorial(players);
    for (let player = 0; player < players; player++) {
      if ((mask >> player) & 1) continue;
      const after = values[mask | (1 << player)];
      values[mask].forEach((before, k) => (shares[player][k] += weight * (after[k] - before)));
    }
  }
  return { shares, is_exact: true };
}

// Each order is followed by its reverse: together they vary less than two of their own.
function* sampled_shares(players, value_of) {
  const random = generator(1953);
  let shares = null;
  for (let half = 0; half < ORDERS / 2; half++) {
    const order = shuffled(players, random);
    for (const one of [order, [...order].reverse()]) {
      const inside = Array(players).fill(false);
      let before = value_of(inside);
      shares ??= Array.from({ length: players }, () => before.map(() => 0));
      for (const player of one) {
        inside[player] = true;
        const after = value_of(inside);
        after.forEach((value, k) => (shares[player][k] += (value - before[k]) / ORDERS));
        before = after;
        yield;
      }
    }
  }
  return { shares, is_exact: false };
}

// Numbers from 0 to 1, the same on every machine: mulberry32.
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled(count, random) {
  const found = Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [found[k], found[other]] = [found[other], found[k]];
  }
  return found;
}
