// The functions that a typed line may call: PyTorch's, of numbers, each with its derivative as PyTorch has it where there is a choice.
//
//     FUNCTIONS.get("sqrt") = [x => √x, (x, out) => 1/(2 out)]        one operand
//     BINARY.get("hypot")   = [(x, y) => …, (x, y, out) => [by x, by y]]

import { digamma, erf, erfc, erfinv, lgamma, trigamma } from "./special.js";

const ROOT_PI = Math.sqrt(Math.PI);
const SELU = [1.0507009873554805, 1.6732632423543772];
const sigmoid = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const gauss = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const normal = (x) => 0.5 * erfc(-x / Math.SQRT2);
const softplus = (x) => (x > 20 ? x : Math.log1p(Math.exp(x)));
const softplusSlope = (x) => (x > 20 ? 1 : sigmoid(x));
const level = () => 0;
const limited = (low, high) => (x) => (Number.isNaN(x) ? x : Math.min(Math.max(x, low), high));
const inside = (low, high, slope) => (x) => (x > low && x < high ? slope : 0);

/** To the nearest whole number, halves to the even one. */
function roundEven(x) {
  const below = Math.floor(x);
  const half = x - below === 0.5;
  return half ? below + (Math.abs(below) % 2) : Math.round(x);
}

/** sin(πx)/(πx) */
function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Of one operand: name → [value, derivative by x given x and the value]. */
export const FUNCTIONS = new Map([
  ["abs", [Math.abs, (x) => Math.sign(x)]],
  ["acos", [Math.acos, (x) => -1 / Math.sqrt(1 - x * x)]],
  ["acosh", [Math.acosh, (x) => 1 / Math.sqrt(x * x - 1)]],
  ["asin", [Math.asin, (x) => 1 / Math.sqrt(1 - x * x)]],
  ["asinh", [Math.asinh, (x) => 1 / Math.sqrt(x * x + 1)]],
  ["atan", [Math.atan, (x) => 1 / (1 + x * x)]],
  ["atanh", [Math.atanh, (x) => 1 / (1 - x * x)]],
  ["ceil", [Math.ceil, level]],
  ["celu", [(x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))]],
  ["cos", [Math.cos, (x) => -Math.sin(x)]],
  ["cosh", [Math.cosh, (x) => Math.sinh(x)]],
  ["digamma", [digamma, (x) => trigamma(x)]],
  ["elu", [(x) => (x > 0 ? x : Math.expm1(x)), (x) => (x > 0 ? 1 : Math.exp(x))]],
  ["erf", [erf, (x) => (2 / ROOT_PI) * Math.exp(-x * x)]],
  ["erfc", [erfc, (x) => (-2 / ROOT_PI) * Math.exp(-x * x)]],
  ["erfinv", [erfinv, (_, out) => (ROOT_PI / 2) * Math.exp(out * out)]],
  ["exp", [Math.exp, (_, out) => out]],
  ["exp2", [(x) => 2 ** x, (_, out) => out * Math.LN2]],
  ["expm1", [Math.expm1, (_, out) => out + 1]],
  ["floor", [Math.floor, level]],
  ["frac", [(x) => x - Math.trunc(x), () => 1]],
  ["gelu", [(x) => x * normal(x), (x) => normal(x) + x * gauss(x)]],
  ["hardsigmoid", [(x) => limited(0, 6)(x + 3) / 6, inside(-3, 3, 1 / 6)]],
  ["hardswish", [(x) => (x * limited(0, 6)(x + 3)) / 6, (x) => (x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1)]],
  ["hardtanh", [limited(-1, 1), inside(-1, 1, 1)]],
  ["leaky_relu", [(x) => (x > 0 ? x : 0.01 * x), (x) => (x > 0 ? 1 : 0.01)]],
  ["lgamma", [lgamma, (x) => digamma(x)]],
  ["log", [Math.log, (x) => 1 / x]],
  ["log10", [Math.log10, (x) => 1 / (x * Math.LN10)]],
  ["log1p", [Math.log1p, (x) => 1 / (x + 1)]],
  ["log2", [Math.log2, (x) => 1 / (x * Math.LN2)]],
  ["logit", [(x) => Math.log(x / (1 - x)), (x) => (x < 0 || x > 1 ? NaN : 1 / (x * (1 - x)))]],
  ["logsigmoid", [(x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))), (x) => sigmoid(-x)]],
  ["mish", [(x) => x * Math.tanh(Math.log1p(Math.exp(x))), mishSlope]],
  ["neg", [(x) => -x, () => -1]],
  ["reciprocal", [(x) => 1 / x, (_, out) => -out * out]],
  ["relu", [(x) => (x > 0 ? x : Number.isNaN(x) ? x : 0), (x) => (x > 0 ? 1 : 0)]],
  ["relu6", [limited(0, 6), inside(0, 6, 1)]],
  ["round", [roundEven, level]],
  ["rsqrt", [(x) => 1 / Math.sqrt(x), (_, out) => -0.5 * out ** 3]],
  ["selu", [(x) => SELU[0] * (x > 0 ? x : SELU[1] * Math.expm1(x)), (x) => SELU[0] * (x > 0 ? 1 : SELU[1] * Math.exp(x))]],
  ["sigmoid", [sigmoid, (_, out) => out * (1 - out)]],
  ["sign", [(x) => (Number.isNaN(x) ? 0 : Math.sign(x)), level]],
  ["silu", [(x) => x * sigmoid(x), (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))]],
  ["sin", [Math.sin, (x) => Math.cos(x)]],
  ["sinc", [sinc, sincSlope]],
  ["sinh", [Math.sinh, (x) => Math.cosh(x)]],
  ["softplus", [softplus, softplusSlope]],
  ["softsign", [(x) => x / (1 + Math.abs(x)), (x) => 1 / (1 + Math.abs(x)) ** 2]],
  ["sqrt", [Math.sqrt, (_, out) => 1 / (2 * out)]],
  ["square", [(x) => x * x, (x) => 2 * x]],
  ["tan", [Math.tan, (_, out) => 1 + out * out]],
  ["tanh", [Math.tanh, (_, out) => 1 - out * out]],
  ["trunc", [Math.trunc, level]],
]);

/** Of two operands: name → [value, derivatives by x and y given x, y and the value]. */
export const BINARY = new Map([
  ["atan2", [Math.atan2, (x, y) => (x === 0 && y === 0 ? [0, 0] : [y / (x * x + y * y), -x / (x * x + y * y)])]],
  ["fmax", [(x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) || x >= y ? x : y), (x, y) => firstOrSecond(x >= y || Number.isNaN(y))]],
  ["fmin", [(x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) || x <= y ? x : y), (x, y) => firstOrSecond(x <= y || Number.isNaN(y))]],
  ["hypot", [Math.hypot, (x, y, out) => [x / out, y / out]]],
  ["logaddexp", [logAddExp, (x, y, out) => [Math.exp(x - out), Math.exp(y - out)]]],
  ["maximum", [Math.max, (x, y) => (x === y ? [0.5, 0.5] : firstOrSecond(x > y))]],
  ["minimum", [Math.min, (x, y) => (x === y ? [0.5, 0.5] : firstOrSecond(x < y))]],
  ["pow", [(x, y) => powerOfNumbers(x, y), powerSlopes]],
]);

/** x^y as C has it: 1^y is 1, whatever y is, and (−1)^∞ too. */
export function powerOfNumbers(x, y) {
  return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y;
}

/** The derivatives of x^y; by a base to the power 0, and by the exponent of 0, they are 0. */
export function powerSlopes(x, y, out) {
  const byExponent = x === 0 && y >= 0 ? 0 : out * Math.log(x);
  return [y === 0 ? 0 : y * powerOfNumbers(x, y - 1), byExponent];
}

function mishSlope(x) {
  const soft = Math.tanh(Math.log1p(Math.exp(x)));
  return soft + x * (1 - soft * soft) * sigmoid(x);
}

function sincSlope(x) {
  if (x === 0) return 0;
  const turn = Math.PI * x;
  return (turn * Math.cos(turn) - Math.sin(turn)) / (turn * x);
}

function logAddExp(x, y) {
  const high = Math.max(x, y);
  return Math.abs(high) === Infinity && x === y ? x : high + Math.log1p(Math.exp(-Math.abs(x - y)));
}

function firstOrSecond(first) {
  return first ? [1, 0] : [0, 1];
}
