// Functions that JavaScript's Math lacks, to a last digit or two (lgamma, which passes through 0, to 1e-14): erf, erfc, erfinv, lgamma, digamma, trigamma.

const SERIES_BELOW = 2.2; // of erf; above it the continued fraction of erfc

/** The error function. */
export function erf(x) {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) >= SERIES_BELOW) return Math.sign(x) * (1 - erfcFraction(Math.abs(x)));
  let [term, total] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

/** 1 − erf(x), with its digits where that is small. */
export function erfc(x) {
  if (x < SERIES_BELOW) return x < -SERIES_BELOW ? 2 - erfcFraction(-x) : x > 0.5 ? erfcBetween(x) : 1 - erf(x);
  return erfcFraction(x);
}

/** By steps of Taylor's series from 2.2 down, where 1 − erf(x) would lose a digit or two. */
function erfcBetween(x) {
  const parts = 24;
  const width = (SERIES_BELOW - x) / parts;
  let value = erfcFraction(SERIES_BELOW);
  for (let k = parts; k > 0; k--) value += (2 / Math.sqrt(Math.PI)) * areaOfGauss(x + (k - 1) * width, width);
  return value;
}

/** ∫ exp(−u²) from a to a + width, by Gauss and Legendre's eight points. */
function areaOfGauss(a, width) {
  const places = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
  const weights = [0.362683783378362, 0.31370664587788727, 0.22238103445337448, 0.10122853629037626];
  const [middle, half] = [a + width / 2, width / 2];
  return half * places.reduce((sum, p, k) => sum + weights[k] * (Math.exp(-((middle + half * p) ** 2)) + Math.exp(-((middle - half * p) ** 2))), 0);
}

function erfcFraction(x) {
  if (x > 27.3) return 0;
  let tail = x;
  for (let k = 120; k > 0; k--) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / (tail * Math.sqrt(Math.PI));
}

/** The inverse of erf on −1 … 1, by Newton's steps from Giles's start. */
export function erfinv(y) {
  if (!(Math.abs(y) <= 1)) return NaN;
  if (Math.abs(y) === 1) return y * Infinity;
  if (y === 0) return y;
  const log = Math.log1p(-y * y);
  const part = 2 / (Math.PI * 0.147) + log / 2;
  let x = Math.sign(y) * Math.sqrt(Math.sqrt(part * part - log / 0.147) - part);
  for (let k = 0; k < 4; k++) {
    const off = Math.abs(y) < 0.5 ? erf(x) - y : Math.sign(y) * (1 - Math.abs(y) - erfc(Math.abs(x)));
    const step = off / ((2 / Math.sqrt(Math.PI)) * Math.exp(-x * x));
    x -= step / (1 + x * step);
  }
  return x;
}

/** log |Γ(x)|. */
export function lgamma(x) {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Infinity;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * (x % 2)))) - lgamma(1 - x);
  if (x === 1 || x === 2) return 0;
  let [large, product] = [x, 1];
  while (large < 15) product *= large++;
  return (large - 0.5) * Math.log(large) - large + 0.5 * Math.log(2 * Math.PI) + bernoulli(large) - Math.log(product);
}

const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400];

function bernoulli(x) {
  return STIRLING.reduceRight((sum, coefficient) => coefficient + sum / (x * x), 0) / x;
}

/** The derivative of lgamma. */
export function digamma(x) {
  if (x === 0) return Object.is(x, -0) ? Infinity : -Infinity;
  if (x < 0) return Number.isInteger(x) ? NaN : digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x % 1));
  let [large, less] = [x, 0];
  while (large < 15) less += 1 / large++;
  const square = 1 / (large * large);
  const series = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
  return Math.log(large) - 0.5 / large - series.reduceRight((sum, coefficient) => square * (coefficient + sum), 0) - less;
}

/** The derivative of digamma. */
export function trigamma(x) {
  if (x <= 0 && Number.isInteger(x)) return Infinity;
  if (x < 0.5) return (Math.PI / Math.sin(Math.PI * (x % 2))) ** 2 - trigamma(1 - x);
  let [large, more] = [x, 0];
  while (large < 15) more += 1 / large++ ** 2;
  const square = 1 / (large * large);
  const series = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];
  return more + 1 / large + square / 2 + series.reduceRight((sum, coefficient) => square * (coefficient + sum), 0) / large;
}

/** The quantile of Student's t with so many degrees of freedom, for p from ½ to 1: by halving its distribution. */
export function studentQuantile(p, freedom) {
  let [low, high] = [0, 1];
  while (studentTail(high, freedom) > 1 - p) [low, high] = [high, 2 * high];
  for (let k = 0; k < 80; k++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, freedom) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T > t), t ≥ 0: half of the incomplete beta function at ν/(ν + t²). */
function studentTail(t, freedom) {
  return 0.5 * incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5, (t * t) / (freedom + t * t));
}

/** I_x(a, b) by its continued fraction (Lentz). rest : 1 − x, with its digits */
function incompleteBeta(x, a, b, rest) {
  if (x === 0 || rest === 0) return x === 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(rest, b, a, x);
  const front = Math.exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * Math.log(x) + b * Math.log(rest)) / a;
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return front * fraction;
}
