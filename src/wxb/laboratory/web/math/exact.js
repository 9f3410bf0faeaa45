// Exact arithmetic: a double is an integer times a power of two; sums of products are integers; a quotient is rounded once.
//
//     partsOf(0.75) = [3n, -2]        3 · 2^-2        quotient(1n, 3n, 0) = 1/3 to the last bit

const DOUBLE = new Float64Array(1);
const BITS = new BigUint64Array(DOUBLE.buffer);
const FRACTION = (1n << 52n) - 1n;

/** [integer, exponent] of a finite double: value = integer · 2^exponent, the integer odd or 0. */
export function partsOf(value) {
  if (Number.isSafeInteger(value) && value % 2 !== 0) return [BigInt(value), 0];
  if (value === 0) return [0n, 0];
  DOUBLE[0] = Math.abs(value);
  const field = Number(BITS[0] >> 52n);
  const whole = field ? (BITS[0] & FRACTION) | (1n << 52n) : BITS[0];
  const zeros = Math.round(Math.log2(Number(whole & -whole)));
  const integer = whole >> BigInt(zeros);
  return [value < 0 ? -integer : integer, (field || 1) - 1075 + zeros];
}

/** integer · 2^exponent in units of 2^unit, which is not above the exponent. */
export function inUnits([integer, exponent], unit) {
  return integer === 0n ? 0n : integer << BigInt(exponent - unit);
}

/** numerator / denominator · 2^exponent, rounded once (ties to even); infinite beyond the range of a double. */
export function quotient(numerator, denominator, exponent = 0) {
  if (numerator === 0n) return 0;
  const negative = numerator < 0n !== denominator < 0n;
  const [top, bottom] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
  const shift = 66 + bitLength(bottom) - bitLength(top);
  const [upper, lower] = shift >= 0 ? [top << BigInt(shift), bottom] : [top, bottom << BigInt(-shift)];
  const whole = ((upper / lower) << 1n) | (upper % lower ? 1n : 0n); // the last bit says whether anything was left
  const size = rounded(whole, exponent - shift - 1);
  return negative ? -size : size;
}

/** A positive integer · 2^power as the nearest double. */
function rounded(whole, power) {
  const length = bitLength(whole);
  const kept = Math.min(53, length + power + 1074); // fewer bits where it is subnormal
  if (kept < 0) return 0;
  const dropped = BigInt(length - kept);
  const half = 1n << (dropped - 1n);
  const rest = whole & ((half << 1n) - 1n);
  let figures = whole >> dropped;
  if (rest > half || (rest === half && figures & 1n)) figures += 1n;
  return timesPower(Number(figures), power + Number(dropped));
}

/** value · 2^power where that is a double or too large for one. */
function timesPower(value, power) {
  if (power > 1023) return power > 2100 ? value * Infinity : value * 2 ** 1023 * 2 ** (power - 1023);
  return value * 2 ** power;
}

function bitLength(integer) {
  const text = integer.toString(16);
  return 4 * text.length - Math.clz32(parseInt(text[0], 16)) + 28;
}
