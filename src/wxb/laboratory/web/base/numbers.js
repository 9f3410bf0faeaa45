// How a number is written: the twin of wxb/numbers.py, no digit too many and the same everywhere.
//
//     readable   3.932   -17.58   30044   1.5e-12   nan      as it can be typed back: with the ASCII minus
//     number     3.932   −17.58   30044   1.5e-12   —        for an eye: a true minus sign, a dash for what is not known
//     predicted, fixed, percent, thousands, apart, toldApart, inWords, counted
//
// JavaScript rounds a tie away from zero, Python to the even digit: `fixedDigits` and `significantDigits` do as Python does.

import { t } from "./texts.js";

export const DASH = "—";
export const MINUS = "−";
const MOST_DECIMALS = 8;
const MOST_DIGITS = 17;

/** A number to `digits` significant digits, without an exponent from 0.0001 to a million. */
export function readable(value, digits = 4) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const [negative, figures, exponent] = significantDigits(value, digits);
  const sign = negative ? "-" : "";
  if (exponent >= -4 && exponent < digits) return sign + withoutExponent(figures, exponent);
  if (exponent >= 0 && Math.abs(value) < 1e6) return sign + fixedDigits(Math.abs(value), 0);
  const [first, rest] = [figures[0], figures.slice(1).replace(/0+$/, "")];
  return `${sign}${first}${rest && "." + rest}e${exponent}`;
}

/** A number as it is typed, with a decimal point or comma, any minus, digits of any width; NaN for what is none. */
export function typedNumber(text) {
  const plain = text.normalize("NFKC").trim().replace(/^[−–]/, "-").replace(",", ".");
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  return Number.isFinite(value) ? value + 0 : NaN;
}

/** The fewest digits that read back as the same number: 0.1803, 30, 1e-7. */
export function shortest(value) {
  for (let digits = 1; digits < MOST_DIGITS; digits++) {
    const text = readable(value, digits);
    if (Number(text) === value) return text;
  }
  return literal(value);
}

/** A number as Python writes it (`repr`), so that it reads back to the bit: 0.1, 1e+16, 3.0. */
export function literal(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'float("nan")' : value > 0 ? 'float("inf")' : '-float("inf")';
  const [digits, power] = Math.abs(value).toExponential().split("e");
  const [figures, exponent] = [digits.replace(".", ""), Number(power)];
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (exponent >= -4 && exponent < 16) {
    const text = withoutExponent(figures.padEnd(exponent + 1, "0"), exponent);
    return sign + (text.includes(".") ? text : text + ".0");
  }
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}${digits}e${exponent < 0 ? "-" : "+"}${size}`;
}

/** A number to `digits` significant digits: 3.932, −17.58, 30044, 1.5e-12; a dash where there is none. */
export function number(value, digits = 4) {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  return trueMinus(readable(value === 0 ? 0 : value, digits));
}

/** A number of a computation with at most `digits` significant digits, a whole one whole below a billion. */
export function computed(value, digits = 5) {
  if (value === 0) return "0";
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return trueMinus(String(value));
  return trueMinus(readable(value, digits));
}

/** The same as a factor of a product: in brackets where it is negative. */
export function factor(value, digits = 5) {
  const text = computed(value, digits);
  return text.startsWith(MINUS) ? `(${text})` : text;
}

/** A number with so many decimals; with an exponent where that would be long or show nothing. */
export function fixed(value, decimals) {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  if (value !== 0 && (Math.abs(value) >= 1e9 || Math.abs(value) < 0.5 * 10 ** -MOST_DECIMALS)) return number(value);
  const text = fixedDigits(Math.abs(value), decimals);
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** Decimals that show `digits` significant digits of a value. */
export function decimalsFor(value, digits) {
  const place = value === 0 || !Number.isFinite(value) ? digits - 1 : digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  return Math.min(Math.max(place, 0), MOST_DECIMALS);
}

/** A prediction with its zeros: 8.000, 65.00, 30043. */
export function predicted(value, digits = 4) {
  return fixed(value, decimalsFor(value, digits));
}

/** A share of 0 … 1: 1.4 %. */
export function percent(share) {
  return `${share < 0 ? "-" : ""}${fixedDigits(Math.abs(100 * share), 1)} %`;
}

/** Numbers to so many significant digits, or as many as it takes to tell different ones apart. */
export function apart(values, digits = 4) {
  const different = new Set(values.filter(Number.isFinite)).size;
  for (;;) {
    const texts = values.map((value) => number(value, digits));
    const told = new Set(texts.filter((_, place) => Number.isFinite(values[place]))).size;
    if (digits >= MOST_DIGITS || told >= different) return texts;
    digits += 1;
  }
}

/** Numbers that are added up, with one count of decimals: that of the largest to so many digits, noughts that all end in left out. */
export function summed(values, digits = 4) {
  const largest = Math.max(...values.map(Math.abs));
  if (!(largest >= 1e-3 && largest < 1e9)) return values.map((value) => number(value, digits));
  const texts = values.map((value) => fixed(value, decimalsFor(largest, digits)));
  const ends = (part) => texts.every((text) => text.endsWith(part) && text.includes("."));
  while (ends("0") || ends(".")) texts.forEach((text, k) => (texts[k] = text.slice(0, -1)));
  return texts;
}

/** Two numbers as they can be typed, with as many digits as it takes to see which is larger. */
export function toldApart(a, b, digits = 4) {
  while (readable(a, digits) === readable(b, digits) && a !== b && digits < MOST_DIGITS) digits += 1;
  return [readable(a, digits), readable(b, digits)];
}

/** The largest number of `digits` significant digits that is not above a positive value. */
export function roundDown(value, digits = 4) {
  if (!(value > 0 && value < Infinity)) return value;
  const [, figures, exponent] = significantDigits(value, digits);
  const rounded = Number(`${figures}e${exponent - digits + 1}`);
  if (rounded <= value) return rounded;
  const [written, power] = value.toExponential(40).split("e");
  return Number(`${written.slice(0, digits + 1)}e${power}`);
}

/** A number of things in words: `1 epoch`, `53 epochs`, `about 3 740 000 epochs`. unit : epoch, row */
export function counted(count, unit = "epoch") {
  return t(`count.${unit}_${count === 1 ? "one" : "many"}`, { count: inWords(count) });
}

/** A count: whole, grouped by thousands, with an exponent from a billion on. */
export function inWords(count) {
  if (count === Infinity) return t("count.infinite");
  if (count >= 1e9) return readable(count);
  if (count !== Math.round(count) && count < 10) return fixedDigits(count, 1);
  return thousands(Number(fixedDigits(count, 0)));
}

/** A whole number of things as every text writes it: in groups of three from five digits on, `1052`, `10 520`. */
export function thousands(count) {
  const text = String(Math.abs(count));
  const grouped = Math.abs(count) >= 10000 ? text.replace(/\B(?=(\d{3})+$)/g, " ") : text;
  return count < 0 ? `-${grouped}` : grouped;
}

/** A value ≥ 0 with `decimals` decimals, ties to the even digit as Python has it. */
export function fixedDigits(value, decimals) {
  if (!Number.isFinite(value)) return readable(value);
  if (value >= 1e21) return `${BigInt(value)}${decimals ? "." + "0".repeat(decimals) : ""}`;
  const text = value.toFixed(decimals);
  return isTie(value.toFixed(decimals + 1), value) ? evened(text) : text;
}

/** [negative, digits, exponent of the first] of a finite number to `count` significant digits, ties to the even digit. */
export function significantDigits(value, count) {
  const size = Math.abs(value);
  const [digits, power] = size.toExponential(count - 1).split("e");
  const tie = isTie(size.toExponential(count).split("e")[0], size, Number(size.toExponential(count).split("e")[1]));
  const figures = digits.replace(".", "");
  const carried = figures === "1"; // 9.5 → 1e1: there is no odd digit to go back to
  return [value < 0 || Object.is(value, -0), tie && !carried ? evened(figures) : figures, Number(power)];
}

/** Whether the last digit of a text is a 5 with nothing behind it: the number lies exactly between two shorter ones. */
function isTie(text, value, power = 0) {
  if (!text.endsWith("5")) return false;
  const written = power === 0 ? text : `${text}e${power}`;
  if (Number(written) !== value) return false;
  const exact = value.toExponential(100).split("e")[0].replace(".", "").replace(/0+$/, "");
  return text.replace(".", "").replace(/^0+/, "") === exact;
}

/** A tie was rounded up: back, where that made the last digit odd. */
function evened(text) {
  const last = Number(text.at(-1));
  return last % 2 ? text.slice(0, -1) + (last - 1) : text;
}

/** Digits with their first at 10^exponent, without an exponent and without zeros at the end. */
function withoutExponent(figures, exponent) {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${figures}`.replace(/\.?0+$/, "");
  const [whole, rest] = [figures.slice(0, exponent + 1), figures.slice(exponent + 1).replace(/0+$/, "")];
  return rest ? `${whole}.${rest}` : whole;
}

/** The sign of a number, not of its exponent, as a true minus. */
function trueMinus(text) {
  return text.startsWith("-") ? MINUS + text.slice(1) : text;
}

