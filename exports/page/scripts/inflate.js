// What deflate packed (RFC 1951), at once: a browser's own unpacking would let the page begin later than its reader.

const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

function inflate(bytes, size) {
  const found = new Uint8Array(size);
  let [at, to, held, count] = [0, 0, 0, 0];

  const bits = (wanted) => {
    for (; count < wanted; count += 8) held |= bytes[at++] << count;
    const value = held & ((1 << wanted) - 1);
    held >>>= wanted;
    count -= wanted;
    return value;
  };

  // How many codes there are of each length, and their symbols in order.
  const codes_of = (lengths) => {
    const counts = new Uint16Array(16);
    for (const length of lengths) if (length) counts[length]++;
    const order = [...lengths.keys()].filter((symbol) => lengths[symbol]);
    return { counts, symbols: order.sort((a, b) => lengths[a] - lengths[b] || a - b) };
  };

  const symbol = ({ counts, symbols }) => {
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; ; length++) {
      code |= bits(1);
      if (code - counts[length] < first) return symbols[index + code - first];
      index += counts[length];
      first = (first + counts[length]) << 1;
      code <<= 1;
    }
  };

  const written_codes = () => {
    const [literals, distances, lengths] = [bits(5) + 257, bits(5) + 1, new Array(19).fill(0)];
    for (let k = 0, last = bits(4) + 4; k < last; k++) lengths[ORDER[k]] = bits(3);
    const of_lengths = codes_of(lengths);
    const all = [];
    while (all.length < literals + distances) {
      const next = symbol(of_lengths);
      if (next < 16) all.push(next);
      else if (next === 16) all.push(...new Array(bits(2) + 3).fill(all.at(-1)));
      else all.push(...new Array(next === 17 ? bits(3) + 3 : bits(7) + 11).fill(0));
    }
    return [codes_of(all.slice(0, literals)), codes_of(all.slice(literals))];
  };

  const fixed_codes = () => {
    const literals = Array.from({ length: 288 }, (_, k) => (k < 144 ? 8 : k < 256 ? 9 : k < 280 ? 7 : 8));
    return [codes_of(literals), codes_of(new Array(30).fill(5))];
  };

  const unpack = ([literals, distances]) => {
    for (let next = symbol(literals); next !== 256; next = symbol(literals)) {
      if (next < 256) {
        found[to++] = next;
        continue;
      }
      const step = next - 257;
      const length = LENGTHS[step] + (step < 8 || step === 28 ? 0 : bits((step >> 2) - 1));
      const far = symbol(distances);
      const distance = far < 4 ? far + 1 : (1 << (far >> 1)) + ((far & 1) << ((far >> 1) - 1)) + 1 + bits((far >> 1) - 1);
      for (let k = 0; k < length; k++, to++) found[to] = found[to - distance];
    }
  };

  for (let is_last = false; !is_last; ) {
    is_last = bits(1) === 1;
    const kind = bits(2);
    if (kind) unpack(kind === 1 ? fixed_codes() : written_codes());
    else {
      held = count = 0;
      const length = bytes[at] + 256 * bytes[at + 1];
      found.set(bytes.subarray(at + 4, at + 4 + length), to);
      at += 4 + length;
      to += length;
    }
  }
  return found;
}
