// Axes: a range of numbers, what it is called, its ticks; linear, or by the logarithm. Twin of wxb/marks/axis.py.
import { apart, MINUS, number } from "../base/numbers.js";
import { t } from "../base/texts.js";

const MOST = Number.MAX_VALUE;
const LEAST = 5e-324;
const TICK_STEPS = [1, 2, 5, 10];
const FINER_STEPS = [1, 2, 2.5, 5, 10]; // of a tick to the next; where there would be hardly any
const LONGEST_TICK = 9; // letters of a number without exponent beside one that would have one

/** An axis; a range of one number, or of none, is widened. more: {log, ticks: [[value, text], …], unit, hidden} */
export function axis(label, low, high, more = {}) {
  const { log = false, ticks = null, unit = "", hidden = false } = more;
  const [from, to] = withWidth(low, high, log);
  return { label, low: from, high: to, log, ticks, unit, hidden };
}

/** The axis on which all these values (numbers, lists) are seen, with some air on both sides. */
export function around(label, values, { margin = 0.05, ...more } = {}) {
  let least = Infinity, most = -Infinity;
  const look = (value) => {
    if (!Number.isFinite(value) || (more.log && value <= 0)) return;
    if (value < least) least = value;
    if (value > most) most = value;
  };
  for (const each of values) {
    if (typeof each === "number") look(each);
    else for (let k = 0; k < each.length; k += 1) look(each[k]);
  }
  if (least > most) return axis(label, NaN, NaN, more);
  const [low, high] = withWidth(least, most, more.log);
  if (more.log) {
    const air = margin * (Math.log10(high) - Math.log10(low));
    return axis(label, Math.max(low * 10 ** -air, LEAST), Math.min(high * 10 ** air, MOST), more);
  }
  const air = 2 * margin * (high / 2 - low / 2);
  return axis(label, Math.max(low - air, -MOST), Math.min(high + air, MOST), more);
}

/** The same of what is counted: no tick stands between two whole numbers. */
export function counting(label, values, more = {}) {
  const found = around(label, values, more);
  if (found.high - found.low > 10) return found;
  const ticks = [];
  for (let k = Math.ceil(found.low); k <= Math.floor(found.high); k += 1) ticks.push([k, number(k)]);
  return { ...found, ticks };
}

/** The label with its unit; a logarithmic axis says so. */
export function axisTitle({ label, unit, log }) {
  const name = unit ? `${label} (${unit})` : label;
  return log ? t("axis.log", { name }) : name;
}

/** value → its share of the way from low to high; NaN where a logarithm has none. */
export function shareAlong({ low, high, log }) {
  if (log) {
    const from = Math.log10(low), reach = Math.log10(high) - from;
    return (value) => (value > 0 ? (Math.log10(value) - from) / reach : NaN);
  }
  const half = high / 2 - low / 2; // a width of 1e308 and more has no double of its own
  return (value) => (value / 2 - low / 2) / half;
}

/** share → the value there. */
export function valueAt({ low, high, log }, share) {
  if (log) return 10 ** (Math.log10(low) * (1 - share) + Math.log10(high) * share);
  return low * (1 - share) + high * share;
}

/** [[value, text], …] of its ticks, about `most` of them where they are not given. */
export function ticksOf(given, most) {
  const { low, high, log, ticks } = given;
  if (ticks) return ticks.filter(([value]) => low <= value && value <= high);
  const values = log ? powers(low, high, most) : roundNumbers(low, high, most);
  const texts = log ? apart(values) : alike(values);
  return values.map((value, k) => [value, texts[k]]);
}

/** At most about `most` round numbers in a range. */
export function roundNumbers(low, high, most) {
  const found = multiples(low, high, most, TICK_STEPS);
  return found.length >= 3 ? found : multiples(low, high, most, FINER_STEPS);
}

function multiples(low, high, most, steps) {
  const least = Math.max(((high / 2 - low / 2) / Math.max(most, 1)) * 2, LEAST);
  const decade = 10 ** Math.floor(Math.log10(least));
  const part = steps.find((each) => each * decade >= least * (1 - 1e-9));
  const step = part === undefined || decade === 0 ? least : part * decade;
  const first = Math.ceil((low / step) * (1 - 1e-12)), last = Math.floor((high / step) * (1 + 1e-12));
  const found = [];
  for (let k = first; k <= Math.min(last, first + 4 * most + 8); k += 1) {
    if (low <= k * step && k * step <= high) found.push(k * step + 0); // no −0
  }
  return found;
}

/** Numbers as texts, with exponents in all of them or in none: 800000, 1000000 and not 1e6. */
function alike(values) {
  const texts = apart(values), powered = texts.filter((text, k) => values[k] && text.includes("e")).length;
  if (!powered || powered === values.filter(Boolean).length) return texts;
  const plain = values.map((value) => (value && Math.abs(value) < 1e-7 ? value.toFixed(12) : String(Number(value.toPrecision(12)))).replace("-", MINUS));
  return Math.max(...plain.map((text) => text.length)) <= LONGEST_TICK ? plain : texts;
}

/** Powers of ten; 1, 2, 5 times them where they are few; round numbers within less than a decade. */
function powers(low, high, most) {
  const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
  const isSeen = (value) => low <= value && value <= high, every = (step) => {
    const found = [];
    for (let power = first; power <= last; power += 1) if (power % step === 0) found.push(10 ** power);
    return found;
  };
  let step = Math.max(1, Math.ceil((last - first + 1) / Math.max(most, 1))), values = every(step);
  while (step > 1 && values.filter(isSeen).length < 2) values = every((step -= 1));
  if (values.length < 3 && step === 1) {
    values = [];
    for (let power = first - 1; power <= last; power += 1) values.push(10 ** power, 2 * 10 ** power, 5 * 10 ** power);
  }
  const inside = values.filter(isSeen);
  return inside.length >= 2 ? inside : roundNumbers(low, high, most);
}

function withWidth(one, other, log) {
  if (!Number.isFinite(one) || !Number.isFinite(other) || (log && (one <= 0 || other <= 0))) return log ? [1, 10] : [0, 1];
  const low = Math.min(one, other), high = Math.max(one, other);
  if (log) return high / low > 1 + 1e-9 ? [low, high] : [Math.max(low / 2, LEAST), Math.min(high * 2, MOST)];
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (high / 2 - low / 2 > 8 * Math.max(largest * 2 ** -52, LEAST)) return [low, high];
  const reach = 0.5 * Math.abs(high) || 0.5;
  return [Math.max(low - reach, -MOST), high + Math.min(reach, MOST - high)];
}
