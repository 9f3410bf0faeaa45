// Derivatives of typed expressions as formulas a person would write: (w**2)' = 2w, (2*y + 5)' = 2, (a*a)' = 2a.
//
// Rules of sum, product, quotient, power and chain on the parsed tree, then the few simplifications that matter. The twin of
// wxb/explaining/derivative.py. A function without a short derivative, or a formula too long to read, gives null.

import { computed } from "../base/numbers.js";
import { operandsOf, parsed, postorder } from "./expression.js";

const LONGEST_DERIVATIVE = 400;
const LONGEST = 32;
const CHAIN = new Map([
  ["abs", "sign(u)"],
  ["acos", "-1/sqrt(1 - u**2)"],
  ["asin", "1/sqrt(1 - u**2)"],
  ["atan", "1/(1 + u**2)"],
  ["cos", "-sin(u)"],
  ["cosh", "sinh(u)"],
  ["exp", "exp(u)"],
  ["exp2", "exp2(u)*log(2)"],
  ["expm1", "exp(u)"],
  ["log", "1/u"],
  ["log10", "1/(u*log(10))"],
  ["log1p", "1/(1 + u)"],
  ["log2", "1/(u*log(2))"],
  ["reciprocal", "-1/u**2"],
  ["sigmoid", "sigmoid(u)*(1 - sigmoid(u))"],
  ["sin", "cos(u)"],
  ["sinh", "cosh(u)"],
  ["softplus", "sigmoid(u)"],
  ["sqrt", "1/(2*sqrt(u))"],
  ["square", "2*u"],
  ["tan", "1 + tan(u)**2"],
  ["tanh", "1 - tanh(u)**2"],
]);

/** The derivative by a name as it is written, "" where none is known or it is long. */
export function derivativeText(expression, name) {
  const derivative = differentiate(expression, name);
  const written = derivative === null ? "" : formulaOf(derivative);
  return [...written].length <= LONGEST ? written : "";
}

/** d expression / d name, all else held; null where no short formula is known. */
function differentiate(expression, name) {
  const stack = [];
  for (const part of postorder(expression)) {
    const count = operandsOf(part).length;
    const inner = count ? stack.splice(-count) : [];
    let derivative = inner.includes(null) ? null : ruleFor(part, inner, name);
    if (derivative !== null && postorder(derivative).length > LONGEST_DERIVATIVE) derivative = null;
    stack.push(derivative);
  }
  return stack.pop();
}

function ruleFor(part, inner, name) {
  if (part.type === "number") return constant(0);
  if (part.type === "name") return constant(part.name === name ? 1 : 0);
  if (part.type === "negative") return negated(inner[0]);
  if (part.type === "call") return chainRule(part, inner);
  const { symbol, left, right } = part;
  if (symbol === "+" || symbol === "-") return added(inner[0], symbol === "+" ? inner[1] : negated(inner[1]));
  if (symbol === "*") return added(multiplied(inner[0], right), multiplied(left, inner[1]));
  if (symbol === "**") return powerRule(part, inner);
  if (isNumber(inner[1], 0)) return divided(inner[0], right);
  const rest = multiplied(left, inner[1]);
  return added(divided(inner[0], right), negated(divided(rest, raised(right, constant(2)))));
}

function powerRule(part, inner) {
  const { left: base, right: exponent } = part;
  if (isNumber(inner[1], 0)) {
    const below = exponent.type === "negative" && exponent.operand.type === "number";
    const less = added(below ? negated(exponent.operand) : exponent, constant(-1));
    return multiplied(multiplied(exponent, raised(base, less)), inner[0]);
  }
  return isNumber(inner[0], 0) ? multiplied(multiplied(part, call("log", [base])), inner[1]) : null;
}

function chainRule(part, inner) {
  if (inner.every((one) => isNumber(one, 0))) return constant(0);
  if (inner.length !== 1 || !CHAIN.has(part.name)) return null;
  return multiplied(substituted(parsed(CHAIN.get(part.name))[0].expression, part.operands[0]), inner[0]);
}

/** The expression with `u` replaced, simplified on the way. */
function substituted(expression, argument) {
  const build = { "+": added, "-": (left, right) => added(left, negated(right)), "*": multiplied, "/": divided, "**": raised };
  const stack = [];
  for (const part of postorder(expression)) {
    const count = operandsOf(part).length;
    const inner = count ? stack.splice(-count) : [];
    if (part.type === "name") stack.push(argument);
    else if (part.type === "number") stack.push(part);
    else if (part.type === "negative") stack.push(negated(inner[0]));
    else stack.push(part.type === "call" ? call(part.name, inner) : build[part.symbol](inner[0], inner[1]));
  }
  return stack.pop();
}

const constant = (value) => ({ type: "number", value, text: computed(value), at: 0 });
const call = (name, operands) => ({ type: "call", name, operands, at: 0 });
const operation = (symbol, left, right) => ({ type: "operation", symbol, left, right, at: 0 });
const isNumber = (part, value = null) => part.type === "number" && (value === null || part.value === value);
const isProductOfNumber = (part) => part.type === "operation" && part.symbol === "*" && part.left.type === "number";
const isReciprocal = (part) => part.type === "operation" && part.symbol === "/" && isNumber(part.left, 1);
const isSame = (left, right) => formulaOf(left) === formulaOf(right);

function negated(part) {
  if (part.type === "number") return constant(-part.value);
  if (part.type === "negative") return part.operand;
  return isProductOfNumber(part) ? multiplied(constant(-part.left.value), part.right) : { type: "negative", operand: part, at: 0 };
}

function added(left, right) {
  if (isNumber(left, 0)) return right;
  if (isNumber(right, 0)) return left;
  if (isNumber(left) && isNumber(right)) return constant(left.value + right.value);
  if (right.type === "negative") return isSame(left, right.operand) ? constant(0) : operation("-", left, right.operand);
  return isSame(left, right) ? multiplied(constant(2), left) : operation("+", left, right);
}

function multiplied(left, right) {
  if (isNumber(left, 0) || isNumber(right, 0)) return constant(0);
  if (isNumber(left, 1)) return right;
  if (isNumber(right, 1)) return left;
  if (isNumber(left) && isNumber(right)) return constant(left.value * right.value);
  if (left.type === "negative" || right.type === "negative") {
    const [one, other] = [left, right].map((part) => (part.type === "negative" ? part.operand : part));
    const product = multiplied(one, other);
    return left.type === right.type ? product : negated(product);
  }
  if (isNumber(right)) [left, right] = [right, left];
  if (isNumber(left) && isProductOfNumber(right)) return multiplied(constant(left.value * right.left.value), right.right);
  if (isProductOfNumber(left)) return multiplied(left.left, multiplied(left.right, right));
  if (isProductOfNumber(right)) return multiplied(right.left, multiplied(left, right.right));
  if (isReciprocal(right)) return divided(left, right.right);
  if (isReciprocal(left)) return divided(right, left.right);
  return isSame(left, right) ? raised(left, constant(2)) : operation("*", left, right);
}

function divided(left, right) {
  return isNumber(left, 0) || isNumber(right, 1) ? left : operation("/", left, right);
}

function raised(base, exponent) {
  return isNumber(exponent, 1) ? base : isNumber(exponent, 0) ? constant(1) : operation("**", base, exponent);
}

// how tightly a written part holds together
const SUM = 0;
const SIGN = 1;
const PRODUCT = 2;
const POWER = 3;
const ATOM = 4;

/** An expression as it would be written by hand: `2y + 5`, `w²`, `a·b`, `(a + b)/2`. */
export function formulaOf(expression) {
  const stack = [];
  for (const part of postorder(expression)) {
    const count = operandsOf(part).length;
    stack.push(writtenPart(part, count ? stack.splice(-count) : []));
  }
  return stack.pop()[0];
}

/** [text, how tightly it holds together] */
function writtenPart(part, inner) {
  if (part.type === "number") return [part.text.replaceAll("-", "−"), part.value < 0 ? SIGN : ATOM];
  if (part.type === "name") return [part.name, ATOM];
  if (part.type === "negative") return [`−${held(inner[0], PRODUCT)}`, SIGN];
  if (part.type === "call") return [`${part.name}(${inner.map(([text]) => text).join(", ")})`, ATOM];
  return writtenOperation(part, inner[0], inner[1]);
}

function writtenOperation(part, left, right) {
  if (part.symbol === "+" || part.symbol === "-") {
    return [`${held(left, SUM)} ${part.symbol === "+" ? "+" : "−"} ${held(right, PRODUCT)}`, SUM];
  }
  if (part.symbol === "*") {
    const first = right[1] < PRODUCT ? "(" : right[0][0];
    const close = part.left.type === "number" && part.left.value > 0 && /[(A-Za-z]/.test(first);
    return [`${held(left, PRODUCT)}${close ? "" : "·"}${held(right, PRODUCT)}`, PRODUCT];
  }
  if (part.symbol === "/") return [`${held(left, PRODUCT)}/${held(right, POWER)}`, PRODUCT];
  const { type, value } = part.right;
  if (type === "number" && Number.isInteger(value) && Math.abs(value) < 1000) {
    return [held(left, ATOM) + [...computed(value)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789−".indexOf(digit)]).join(""), POWER];
  }
  return [`${held(left, ATOM)}^${held(right, ATOM)}`, POWER];
}

function held([text, holds], needed) {
  return holds >= needed ? text : `(${text})`;
}
