// The value of one expression and, by going back through its parts, its derivative by each name in it: what autograd does.
//
// Numbers alone are Python's floats (1/0 is a fault, and so is a root of −8), whatever a name or a function has touched is a tensor's
// (1/0 is ∞), as in wxb.explain. The twin of wxb/expression and wxb/explaining/evaluation.py.

import { t, tn } from "../base/texts.js";
import { operandsOf, postorder } from "./expression.js";
import { BINARY, FUNCTIONS, powerOfNumbers, powerSlopes } from "./functions.js";
import { nearest } from "./nearest.js";
import { expressionFault } from "./tokens.js";

/** {value, slopes: Map of name → derivative, the other names held}. values : Map of name → number        Throws a fault. */
export function evaluated(expression, values, text) {
  const order = postorder(expression);
  const found = forward(order, values, text);
  const above = new Map(order.map((part) => [part, 0]));
  above.set(expression, 1);
  const slopes = new Map();
  for (const part of order.reverse()) {
    const given = above.get(part);
    if (part.type === "name") slopes.set(part.name, (slopes.get(part.name) ?? 0) + given);
    if (found.get(part).plain) continue;
    const operands = operandsOf(part);
    const local = slopesOf(part, operands.map((one) => found.get(one).value), found.get(part).value);
    operands.forEach((one, k) => {
      if (!found.get(one).plain) above.set(one, above.get(one) + given * local[k]);
    });
  }
  return { value: found.get(expression).value, slopes };
}

/** The value alone, for curves of many places. order : postorder of the expression, made once */
export function valueAlong(order, values, text) {
  return forward(order, values, text).get(order.at(-1)).value;
}

function forward(order, values, text) {
  const found = new Map();
  for (const part of order) found.set(part, valueOf(part, operandsOf(part).map((one) => found.get(one)), values, text));
  return found;
}

/** {value, plain}: whether it is made of numbers alone. */
function valueOf(part, operands, values, text) {
  if (part.type === "number") return { value: part.value, plain: true };
  if (part.type === "name") return { value: values.get(part.name), plain: false };
  if (part.type === "negative") return { value: -operands[0].value, plain: operands[0].plain };
  if (part.type === "call") return { value: called(part, operands.map(({ value }) => value), text), plain: false };
  const [left, right] = operands.map(({ value }) => value);
  const plain = operands.every((one) => one.plain);
  const value = computedOperation(part.symbol, left, right);
  if (plain) refuseAsPython(part, left, right, value, text);
  return { value, plain };
}

function computedOperation(symbol, left, right) {
  if (symbol === "+") return left + right;
  if (symbol === "-") return left - right;
  if (symbol === "*") return left * right;
  return symbol === "/" ? left / right : powerOfNumbers(left, right);
}

function refuseAsPython({ symbol, at }, left, right, value, text) {
  const zero = (symbol === "/" && right === 0) || (symbol === "**" && left === 0 && right < 0);
  if (zero) throw expressionFault(text, at, t("expression.by_zero"));
  if (symbol !== "**" || ![left, right].every(Number.isFinite)) return;
  if (Number.isNaN(value)) throw expressionFault(text, at, t("expression.no_root", { symbol }));
  if (!Number.isFinite(value)) throw expressionFault(text, at, t("expression.too_large", { symbol }));
}

function called({ name, operands: { length: given }, at }, values, text) {
  const count = FUNCTIONS.has(name) ? 1 : BINARY.has(name) ? 2 : 0;
  if (count === 0) throw expressionFault(text, at, t("expression.unknown_function", { name }), functionsNear(name));
  if (count !== given) {
    const error = tn("expression.takes", count, { name, given });
    throw expressionFault(text, at, t("expression.not_computed", { symbol: name, error }));
  }
  return (FUNCTIONS.get(name) ?? BINARY.get(name))[0](...values);
}

function functionsNear(name) {
  const names = [...FUNCTIONS.keys(), ...BINARY.keys()].sort();
  const near = nearest(name, names);
  return near.length ? t("expression.near", { near: near.join(", ") }) : t("expression.functions", { names: `${names.slice(0, 12).join(", ")}, …` });
}

/** The derivatives of a part by its operands. */
function slopesOf(part, values, out) {
  if (part.type === "negative") return [-1];
  if (part.type === "call") {
    return values.length === 1 ? [FUNCTIONS.get(part.name)[1](values[0], out)] : BINARY.get(part.name)[1](...values, out);
  }
  const [left, right] = values;
  if (part.symbol === "+") return [1, 1];
  if (part.symbol === "-") return [1, -1];
  if (part.symbol === "*") return [right, left];
  return part.symbol === "/" ? [1 / right, -left / right / right] : powerSlopes(left, right, out);
}
