// A typed line of arithmetic as statements: `y = w**2; z = 2*y + 5`. Read by hand, never run as code.
//
//     program    statement (";" or newline statement)*        only the last may go without a name
//     statement  [name "="] sum
//     sum, product, sign, power ("**" groups to the right and binds tighter than the sign before it), w² is w**2
//     atom       number | name | `any name` | name "(" sum ("," sum)* ")" | "(" sum ")"
//
// The twin of wxb/expression: the same trees, the same faults in the same words. Parts of a tree:
//
//     {type: "number", value, text}  {type: "name", name}  {type: "negative", operand}
//     {type: "operation", symbol, left, right}  {type: "call", name, operands}          each with `at`

import { thousands } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { expressionFault, tokensOf } from "./tokens.js";

const MAX_LENGTH = 20000;
const MAX_DEPTH = 100;
const BINDING = new Map([
  ["+", 10],
  ["-", 10],
  ["*", 20],
  ["/", 20],
  ["**", 40],
]);
const SUPERSCRIPT_BINDING = 50; // w²**3 is (w²)**3
const SIGN_BINDING = 30; // looser than **: -w**2 is -(w**2); tighter than *: -w*2 is (-w)*2

/** The statements of a text: [{name, expression, text, names}], the name "" where the last has none. Throws a fault. */
export function parsed(text) {
  const count = text.length > MAX_LENGTH ? [...text].length : text.length;
  if (count > MAX_LENGTH) {
    const values = { count: thousands(count), max_length: thousands(MAX_LENGTH) };
    throw expressionFault("", 0, t("expression.too_long", values), t("expression.shorter"));
  }
  return program({ text, tokens: tokensOf(text), position: 0, depth: 0, brackets: 0 });
}

/** The parts that a part is made of, left to right. */
export function operandsOf(part) {
  if (part.type === "negative") return [part.operand];
  if (part.type === "operation") return [part.left, part.right];
  return part.type === "call" ? part.operands : [];
}

/** Every part of an expression, operands before what uses them; long sums cannot exhaust the stack. */
export function postorder(expression) {
  const [order, stack] = [[], [expression]];
  while (stack.length) {
    const part = stack.pop();
    order.push(part);
    stack.push(...operandsOf(part));
  }
  return order.reverse();
}

function program(reader) {
  const [statements, starts] = [[], []];
  for (;;) {
    while (current(reader).kind === "separator") take(reader);
    if (current(reader).kind === "end") break;
    starts.push(current(reader).at);
    statements.push(statement(reader, statements));
    if (!["separator", "end"].includes(current(reader).kind)) throw unexpected(reader, current(reader));
  }
  if (!statements.length) throw expressionFault("", 0, t("expression.empty"), t("expression.write"));
  const nameless = statements.slice(0, -1).findIndex(({ name }) => name === "");
  if (nameless >= 0) throw expressionFault(reader.text, starts[nameless], t("expression.nameless"));
  return statements;
}

function statement(reader, before) {
  const { text, tokens } = reader;
  const first = current(reader);
  const following = tokens[Math.min(reader.position + 1, tokens.length - 1)];
  let name = "";
  if (first.kind === "name" && following.kind === "symbol" && following.value === "=") {
    name = take(reader).value;
    take(reader);
    const twice = before.some((other) => other.name === name);
    if (twice) throw expressionFault(text, first.at, t("expression.twice", { name }), t("expression.second_name"));
    const used = before.some((other) => other.names.includes(name));
    if (used) throw expressionFault(text, first.at, t("expression.used", { name }));
  }
  const start = current(reader).at;
  const expression = sum(reader, 0);
  const written = text.slice(start, tokens[reader.position - 1].end).trim();
  const names = [...new Set(postorder(expression).flatMap((part) => (part.type === "name" ? [part.name] : [])))];
  if (name && names.includes(name)) throw expressionFault(text, first.at, t("expression.itself", { name }), t("expression.new_name"));
  return { name, expression, text: written, names };
}

/** Precedence climbing. binding : how tightly what stands before holds */
function sum(reader, binding) {
  reader.depth += 1;
  if (reader.depth > MAX_DEPTH) {
    throw expressionFault(reader.text, current(reader).at, t("expression.deep", { max_depth: MAX_DEPTH }), t("expression.parts"));
  }
  let left = operand(reader);
  for (let strength = strengthOf(current(reader)); strength > binding; strength = strengthOf(current(reader))) {
    const { kind, value, at } = take(reader);
    if (kind === "superscript") {
      left = { type: "operation", symbol: "**", left, right: { type: "number", value: Number(value), text: value, at }, at };
      continue;
    }
    const right = sum(reader, value === "**" ? strength - 1 : strength);
    left = { type: "operation", symbol: value, left, right, at };
  }
  reader.depth -= 1;
  return left;
}

function strengthOf({ kind, value }) {
  if (kind === "superscript") return SUPERSCRIPT_BINDING;
  return kind === "symbol" ? (BINDING.get(value) ?? 0) : 0;
}

function operand(reader) {
  const token = take(reader);
  const { kind, value, at } = token;
  if (kind === "number") {
    if (!Number.isFinite(Number(value))) throw expressionFault(reader.text, at, t("expression.large", { value }));
    return { type: "number", value: Number(value), text: value, at };
  }
  if (kind === "name") {
    const { kind: next, value: opening } = current(reader);
    if (next === "symbol" && opening === "(") return { type: "call", name: value, operands: bracketed(reader, true), at };
    return { type: "name", name: value, at };
  }
  if (kind === "symbol" && (value === "-" || value === "+")) {
    const signed = sum(reader, SIGN_BINDING);
    return value === "-" ? { type: "negative", operand: signed, at } : signed;
  }
  if (kind === "symbol" && value === "(") {
    reader.position -= 1;
    return bracketed(reader, false)[0];
  }
  throw failed(reader, token, t("expression.an_operand"));
}

function bracketed(reader, many) {
  const opening = take(reader);
  reader.brackets += 1;
  const found = [sum(reader, 0)];
  while (many && current(reader).kind === "symbol" && current(reader).value === ",") {
    take(reader);
    found.push(sum(reader, 0));
  }
  const token = current(reader);
  if (token.kind !== "symbol" || token.value !== ")") {
    const open = token.kind === "end" || token.kind === "separator";
    throw open ? expressionFault(reader.text, opening.at, t("expression.open_bracket")) : unexpected(reader, token);
  }
  reader.brackets -= 1;
  take(reader);
  return found;
}

function current(reader) {
  while (reader.brackets && reader.tokens[reader.position].value === "\n") reader.position += 1; // a line may break in brackets
  return reader.tokens[reader.position];
}

function take(reader) {
  const token = current(reader);
  reader.position += 1;
  return token;
}

function failed({ text }, token, expected, todo = "") {
  const ends = { end: "expression.end", separator: "expression.end_of_statement" };
  const found = Object.hasOwn(ends, token.kind) ? t(ends[token.kind]) : `"${text.slice(token.at, token.end)}"`;
  return expressionFault(text, token.at, t("expression.found", { found, expected }), todo);
}

function unexpected(reader, token) {
  const { text, tokens } = reader;
  const before = tokens[reader.position - 1];
  if (token.kind === "name" && before.kind === "name") {
    const written = text.slice(before.at, token.end).replaceAll("`", "");
    return failed(reader, token, t("expression.an_operator"), t("expression.backquotes", { written }));
  }
  if (token.kind === "name" || token.kind === "number" || token.value === "(") {
    const simple = [before, token].every(({ kind }) => kind === "name" || kind === "number");
    const example = simple ? `: ${text.slice(before.at, before.end)}*${text.slice(token.at, token.end)}` : "";
    return failed(reader, token, t("expression.an_operator"), t("expression.product", { example }));
  }
  if (token.value === "=" || token.value === "==") return failed(reader, token, t("expression.an_operator"), t("expression.one_equals"));
  return failed(reader, token, t("expression.operator_or_end"));
}
