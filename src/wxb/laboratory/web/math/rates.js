// Which learning rates converge on a bowl, which is best, what a given one will do: before the run.
//
//     converges below   2/λmax · (1 + β)        best   2/(λmax + λmin) · (1 + β)
//
// The twin of wxb/learning_rates: theory, horizon and verdict. A rate *arrives* when the distance, from the worst start, has fallen
// to a hundredth (two digits) for good. A flat bowl, on which nothing moves, has no rates.

import { counted, inWords, toldApart } from "../base/numbers.js";
import { t, tn } from "../base/texts.js";
import { factorAt, modeOf } from "./modes.js";

/** The limit is known to about this; a rate closer to it is called critical. */
export const CRITICAL_WITHIN = 4e-15;
const ARRIVED = 0.01;
const REASONABLE = 10000;
const SLOW = 10; // times the epochs of the best rate
const CRAWLING = 100;
const ZIGZAG = 1.5;
const LOG_LARGEST = Math.log(Number.MAX_VALUE);

/** The smallest rate that does not converge, Infinity on a flat bowl. */
export function limitOf(bowl, momentum = 0) {
  return bowl.values.length ? (2 / bowl.values[0]) * (1 + momentum) : Infinity;
}

/** What any rate does on a bowl with a momentum, null on a flat bowl: limit, best, condition, and functions of a rate. */
export function ratesOf(bowl, momentum = 0) {
  const { values } = bowl;
  if (!values.length) return null;
  const limit = limitOf(bowl, momentum);
  const best = (2 / (values[0] + values.at(-1))) * (1 + momentum);
  const modes = (lr) => values.map((value) => modeOf(value, lr, momentum));
  const slowest = (lr) => Math.max(...modes(lr).map((mode) => mode.logRadius));
  return Object.freeze({
    bowl,
    momentum,
    limit,
    best,
    condition: values[0] / values.at(-1),
    flat: (bowl.both ? 2 : 1) - values.length,
    modes,
    growth: (lr) => Math.exp(slowest(lr)),
    epochs: (lr, tolerance = 0.1) => (lr >= limit ? Infinity : epochsUntil(modes(lr), tolerance)),
    epochsPerDigit: (lr) => (slowest(lr) >= 0 || lr >= limit ? Infinity : Math.log(10) / -slowest(lr)),
  });
}

/** Epochs until the coefficients have two digits. */
export function arrivalOf(rates, lr) {
  return rates.epochs(lr, ARRIVED);
}

/** The verdict on a rate. kind : "too small" "slow" "good" "zigzag" "critical" "diverging"
 *
 * epochs : within which it is to arrive, null for any reasonable number        start : {W, b}, decides when a diverging run overflows
 */
export function verdictOn(rates, lr, { epochs = null, start = { W: 0, b: 0 } } = {}) {
  const [pace, bestPace] = [rates.epochsPerDigit(lr), rates.epochsPerDigit(rates.best)];
  const arrival = arrivalOf(rates, lr);
  let kind = kindOf(rates, lr, pace, bestPace);
  if (kind === "too small" && epochs !== null && arrival <= epochs) {
    kind = "good";
  } else if (kind === "good" && arrival > (epochs ?? REASONABLE)) {
    kind = epochs === null || arrivalOf(rates, rates.best) > epochs ? "slow" : "too small";
  }
  const critical = kind === "critical";
  return Object.freeze({
    kind,
    lr,
    epochs,
    growth: critical ? 1 : rates.growth(lr),
    arrival: critical ? Infinity : arrival,
    epochs_per_digit: critical ? Infinity : pace,
    best_epochs_per_digit: bestPace,
    limit: rates.limit,
    best: rates.best,
    overflow: kind === "diverging" ? overflowEpoch(rates, lr, start) : null,
  });
}

/** The kind as the pace tells it, whatever the number of epochs. */
function kindOf(rates, lr, pace, bestPace) {
  if (Math.abs(lr - rates.limit) <= CRITICAL_WITHIN * rates.limit) return "critical";
  if (lr > rates.limit) return "diverging";
  const slowest = rates.modes(lr).reduce((one, other) => (other.logRadius > one.logRadius ? other : one));
  if (slowest.flips && pace > ZIGZAG * Math.max(bestPace, 1)) return "zigzag";
  return pace > SLOW * Math.max(bestPace, 1) ? "too small" : "good";
}

/** The role, by which it is coloured, of a verdict; a rate crawls that takes a hundred times the epochs of the best. */
export function roleOfVerdict({ kind, epochs_per_digit: pace, best_epochs_per_digit: best }) {
  if (kind === "too small") return pace > CRAWLING * Math.max(best, 1) ? "crawl" : "slow";
  return { slow: "slow", good: "good", zigzag: "zigzag", critical: "zigzag", diverging: "diverge" }[kind];
}

/** A verdict in one line: "good: 53 epochs per digit". */
export function briefOf(verdict) {
  const { kind, epochs, epochs_per_digit: pace } = verdict;
  if (kind === "critical") return t("verdict.critical");
  if (kind === "diverging") {
    const values = { growth: toldApart(verdict.growth, 1)[0], epoch: inWords(verdict.overflow ?? 0) };
    return t(verdict.overflow === null ? "verdict.diverging" : "verdict.overflows", values);
  }
  const word = wordOf(verdict);
  if (epochs === null) return `${word}: ${pace < 0.1 ? t("verdict.one_step") : t("verdict.pace", { epochs: counted(pace) })}`;
  const needed = inWords(verdict.arrival);
  if (verdict.arrival <= epochs) return `${word}: ${t("verdict.arrives", { needed, epochs: counted(epochs) })}`;
  return `${word}: ${tn("verdict.too_few", epochs, { needed, epochs: inWords(epochs) })}`;
}

/** A verdict in a word or two: "good", "zigzags", "diverges". */
export function wordOf(verdict) {
  if (verdict.kind === "too small") {
    return t(verdict.epochs_per_digit > CRAWLING * verdict.best_epochs_per_digit ? "zone.crawl" : "zone.slow");
  }
  const keys = { slow: "verdict.slow", good: "zone.good", zigzag: "zone.zigzag", critical: "verdict.critical", diverging: "zone.diverge" };
  return t(keys[verdict.kind]);
}

/** Epochs until every mode has fallen to `tolerance` and stays there; Infinity when one never does. */
function epochsUntil(modes, tolerance) {
  if (!modes.every((mode) => mode.logRadius < 0)) return Infinity;
  const bounds = modes.map((mode) => envelopeOf(mode, tolerance));
  if (modes.every((mode) => mode.lead === 0 && !mode.swings)) return Math.max(1, Math.ceil(Math.max(...bounds)));
  let last = 1;
  for (const place of bounds.map((_, k) => k).sort((one, other) => bounds[other] - bounds[one])) {
    if (bounds[place] <= last) break;
    last = Math.max(last, lastAbove(modes[place], tolerance, bounds[place]) + 1);
  }
  return Math.ceil(last);
}

/** Epochs after which a mode is certainly below the tolerance. */
function envelopeOf(mode, tolerance) {
  if (mode.swings) return Math.max(Math.log(tolerance / Math.hypot(1, mode.tilt)) / mode.logRadius, 0);
  if (mode.lead === 0) return Math.max(Math.log(tolerance) / mode.logRadius, 0);
  if (mode.logRadius === -Infinity) return 2;
  const bound = (e) => {
    const powers = Math.min(e, mode.gap > 0 ? 2 / mode.gap : Infinity);
    return e * mode.logRadius + Math.log1p(Math.abs(mode.lead) * powers * Math.exp(-mode.logRadius));
  };
  let [low, high] = [0, Math.max(2, 2 / -mode.logRadius)];
  while (bound(high) > Math.log(tolerance)) [low, high] = [high, 2 * high];
  for (let k = 0; k < 60; k++) {
    const middle = 0.5 * (low + high);
    if (bound(middle) > Math.log(tolerance)) low = middle;
    else high = middle;
  }
  return high;
}

/** The last epoch at which a mode is above the tolerance, −1 when it never is: searched backwards from its envelope. */
function lastAbove(mode, tolerance, envelope) {
  const above = (e) => Math.abs(factorAt(mode, e)) > tolerance;
  const high = Math.floor(Math.min(envelope + 2, Number.MAX_SAFE_INTEGER / 2));
  return mode.swings ? lastSwing(above, high, mode) : lastFall(above, high);
}

/** Of two real roots: in strides that grow by a tenth, two epochs together, for with roots of two signs every other is lower. */
function lastFall(above, high) {
  const either = (e) => e >= 1 && (above(e) || above(e - 1));
  let [below, stride] = [high + 1, 1];
  while (below - stride >= 1 && !either(Math.floor(below - stride))) {
    below = Math.floor(below - stride);
    stride = Math.max(1, 0.1 * (high + 1 - below));
  }
  const start = Math.floor(below - stride);
  if (start < 1) return above(0) ? 0 : -1;
  return falling(either, start, below) - 1;
}

/** Of complex roots, R^e cos(θe − φ): the top of each swing from the last one on, and where it falls from there to zero. */
function lastSwing(above, high, { angle, tilt, logRadius }) {
  const [shift, lean] = [Math.atan(tilt), Math.atan(logRadius / angle)];
  for (let k = Math.floor((high * angle - shift) / Math.PI + 0.5); k >= 0; k--) {
    const [top, zero] = [(shift + lean + k * Math.PI) / angle, (shift + Math.PI / 2 + k * Math.PI) / angle];
    const [before, after] = [Math.max(Math.floor(top), 0), Math.max(Math.ceil(top), 0)];
    if (above(after)) return falling(above, after, Math.max(Math.floor(zero), after) + 1);
    if (above(before)) return before;
  }
  return above(0) ? 0 : -1;
}

/** The last epoch above the tolerance between one that is and one that is not. */
function falling(above, low, high) {
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (above(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The epoch near which the cost leaves the range of doubles; null when it never does from this start. */
function overflowEpoch(rates, lr, start) {
  const { bowl } = rates;
  const away = [start.b - bowl.minimum.b, start.W - bowl.minimum.W];
  const epochs = rates.modes(lr).map((mode, k) => {
    const component = Math.abs(bowl.vectors[k][0] * away[0] + bowl.vectors[k][1] * away[1]);
    const logCost = Math.log(bowl.values[k] / 2) + 2 * (Math.log(component) + Math.log(amplitudeOf(mode)));
    if (!(mode.logRadius > 0) || !Number.isFinite(logCost)) return Infinity;
    return (LOG_LARGEST - logCost) / (2 * mode.logRadius);
  });
  const first = Math.min(...epochs);
  return first === Infinity ? null : Math.max(1, Math.ceil(first));
}

/** f(e)/z^e for large e. */
function amplitudeOf(mode) {
  if (mode.lead === 0) return 1;
  return Math.max(mode.gap > 0 ? Math.abs(mode.lead / mode.gap) * Math.exp(-mode.first) : 0, 1e-300);
}
