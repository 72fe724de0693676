// The draws of the scenario that is shown: from the points that `simulate` takes to values of inputs.

const SCRAMBLES = 16;
const POINTS = 256;
const CASES = SCRAMBLES * POINTS;
const LEAST_PROBABILITY = 2 ** -31;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

// The bits by which numpy's generator (PCG64) scrambles: of each step two, the first of both halves of 64 bits.
class Stream {
  constructor([state, increment]) {
    this.state = BigInt(`0x${state}`);
    this.increment = BigInt(`0x${increment}`);
  }
  // How a number of steps is one: a factor, and what is added.
  jump(steps) {
    let [factor, added] = [1n, 0n];
    for (let k = 0; k < steps; k++) {
      factor = BigInt.asUintN(128, factor * MULTIPLIER);
      added = BigInt.asUintN(128, added * MULTIPLIER + this.increment);
    }
    return [factor, added];
  }
  skip([factor, added]) {
    this.state = BigInt.asUintN(128, this.state * factor + added);
  }
  // The next `count` bits, an even number, the first one lowest.
  bits(count) {
    let found = 0;
    for (let k = 0; k < count; k += 2) {
      this.state = BigInt.asUintN(128, this.state * MULTIPLIER + this.increment);
      const high = this.state >> 64n;
      const mixed = high ^ BigInt.asUintN(64, this.state);
      const turn = Number(high >> 58n);
      const bit = (place) => Number((mixed >> BigInt((place + turn) % 64)) & 1n);
      found += bit(31) * 2 ** k + bit(63) * 2 ** (k + 1);
    }
    return found;
  }
}

const parity = (x) => {
  x ^= x >> 4;
  x ^= x >> 2;
  return (x ^ (x >> 1)) & 1;
};

// The first points of a scramble of Sobol's sequence as numbers of 30 bits, a line a dimension: a random lower
// triangular matrix for each dimension (Matousek 1998), of which the columns are read that these points take, and a
// shift. A point's number turns by each of its bits a fixed pattern.
function scrambled(stream, dimensions) {
  const shifts = dimensions.map(() => stream.bits(30));
  const rest = stream.jump(11);
  return dimensions.map((digits, dimension) => {
    const directions = Array.from({ length: 8 }, (_, k) => parseInt(digits.slice(2 * k, 2 * k + 2), 16));
    const turned = new Int32Array(8);
    for (let row = 0; row < 30; row++) {
      const drawn = stream.bits(8);
      stream.skip(rest);
      let mask = 0;
      for (let column = 0; column < 8 && column <= row; column++)
        mask |= (column === row || (drawn >> column) & 1 ? 1 : 0) << (7 - column);
      directions.forEach((direction, k) => (turned[k] |= parity(direction & mask) << (29 - row)));
    }
    const points = new Int32Array(POINTS).fill(shifts[dimension]);
    for (let number = 1; number < POINTS; number++) {
      const top = 31 - Math.clz32(number);
      points[number] = points[number ^ (1 << top)] ^ turned[top] ^ (top ? turned[top - 1] : 0);
    }
    return points;
  });
}

// The probabilities of so many draws, a line each, case by case: those of one number of the points stand together, so
// that any first part of them has as many of each scramble. It pauses now and then, as all that takes long.
function* probabilities(count) {
  const lines = Array.from({ length: count }, () => new Float64Array(CASES));
  for (const [scramble, stream] of data.draws.streams.entries()) {
    scrambled(new Stream(stream), data.draws.directions.slice(0, count)).forEach((points, dimension) =>
      points.forEach((point, number) => {
        lines[dimension][number * SCRAMBLES + scramble] = Math.max(point * 2 ** -30, LEAST_PROBABILITY);
      }),
    );
    yield;
  }
  return lines;
}

// The lower factor of a matrix, whose product with its transpose it is.
function cholesky(matrix) {
  const factor = matrix.map((line) => line.map(() => 0));
  matrix.forEach((line, i) => {
    for (let j = 0; j <= i; j++) {
      let rest = line[j];
      for (let k = 0; k < j; k++) rest -= factor[i][k] * factor[j][k];
      factor[i][j] = i === j ? Math.sqrt(rest) : rest / factor[j][j];
    }
  });
  return factor;
}

// Probabilities of draws that go together by a Gaussian copula; `pairs` are of numbers of lines.
function joined(lines, pairs) {
  if (!pairs.length) return lines;
  const numbers = [...new Set(pairs.flatMap(([one, other]) => [one, other]))].sort((a, b) => a - b);
  const matrix = numbers.map((_, i) => numbers.map((_, j) => Number(i === j)));
  for (const [one, other, correlation] of pairs) {
    const [i, j] = [numbers.indexOf(one), numbers.indexOf(other)];
    matrix[i][j] = matrix[j][i] = correlation;
  }
  const scores = numbers.map((number) => lines[number].map(ndtri));
  const found = [...lines];
  cholesky(matrix).forEach((factors, i) => {
    found[numbers[i]] = lines[0].map((_, at) => {
      let sum = 0;
      for (let k = 0; k <= i; k++) sum += factors[k] * scores[k][at];
      return clip(ndtr(sum), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
    });
  });
  return found;
}

// The shape of a cell with a value, or in words why it is held.
function shape_of(cell, value) {
  const row = row_at(cell);
  const weights = setting(cell, "weights");
  if (row.choice !== undefined) return { distribution: "discrete", parameters: codes[row.choice], weights };
  const values = setting(cell, "values");
  if (values !== null) {
    const pairs = values.map((one, k) => [stored(row, one), weights[k]]).sort((a, b) => a[0] - b[0]);
    if (!pairs.some(([one]) => same(value, one))) return "outside its range";
    return { distribution: "discrete", parameters: pairs.map((pair) => pair[0]), weights: pairs.map((pair) => pair[1]) };
  }
  let parameters = setting(cell, "range").map((end) => stored(row, end));
  const [first, last] = [parameters[0], parameters[parameters.length - 1]];
  if (row.distribution === undefined) return "no distribution";
  if (less(value, first) || less(last, value)) return "outside its range";
  if (row.distribution === "triangular" || row.distribution === "pert")
    parameters = [first, clip(value, first, last), last];
  const [low, high] = ["min", "max"].map((key) => {
    const bound = setting(cell, key);
    return bound === null ? null : stored(row, bound);
  });
  return { distribution: row.distribution, parameters, low, high, whole: Boolean(row.whole) };
}

// What is drawn of the scenario as it is shown, and what is held and why: what a reader changed stays where it is put.
function drawn() {
  const numbers = new Map();
  const found = { draws: [], held: [] };
  data.draws.draws.forEach((one, place) => {
    const row = rows[one.row];
    const groups = new Map();
    for (const number of one.cells ?? Array(row.size).keys()) {
      const cell = row.at + number;
      const is_set = one.drawn && state.changed.has(cell);
      const shape = one.lag
        ? "a lag, which is the same in all cases"
        : is_set
          ? "set by hand"
          : shape_of(cell, state.values[cell]);
      const key = typeof shape === "string" ? shape : JSON.stringify(shape);
      if (!groups.has(key)) groups.set(key, { shape, cells: [] });
      groups.get(key).cells.push(cell);
    }
    for (const { shape, cells } of groups.values()) {
      if (typeof shape === "string") {
        found.held.push({ row, cells, reason: shape });
        continue;
      }
      if (!numbers.has(place)) numbers.set(place, numbers.size);
      found.draws.push({ name: one.name, row, cells, shape, number: numbers.get(place) });
    }
  });
  const pairs = data.draws.correlations
    .filter(([one, other]) => numbers.has(one) && numbers.has(other))
    .map(([one, other, correlation]) => [numbers.get(one), numbers.get(other), correlation]);
  return { ...found, count: numbers.size, pairs };
}

// The values of some draws in all cases, as stored; kept for what does not change from one update to the next.
const kept_columns = new Map();
const MOST_COLUMNS = 500;
function* columns({ count, pairs }, draws) {
  if (kept_columns.size > MOST_COLUMNS) kept_columns.clear();
  const key = JSON.stringify([count, pairs]);
  if (!kept_columns.has(key)) kept_columns.set(key, joined(yield* probabilities(count), pairs));
  const lines = kept_columns.get(key);
  const found = [];
  for (const { row, shape, number } of draws) {
    const own = JSON.stringify([key, number, shape, row.scale]);
    if (!kept_columns.has(own)) kept_columns.set(own, yield* column(lines[number], quantile_of(shape, row.scale)));
    found.push(kept_columns.get(own));
  }
  return found;
}

function* column(line, quantile) {
  const found = new Float64Array(CASES);
  for (let at = 0; at < CASES; at++) {
    found[at] = quantile(line[at]);
    if (at % 256 === 255) yield;
  }
  return found;
}
