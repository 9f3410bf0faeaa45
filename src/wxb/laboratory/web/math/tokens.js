// The words of a typed line, and faults that point at one of them. The twin of wxb/expression/tokens.py.

import { t } from "../base/texts.js";

const TYPOGRAPHIC = { "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "∗": "*" };
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const NUMBER = /(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const NAME = /(?![⁰¹²³⁴⁵⁶⁷⁸⁹])[\p{L}\p{Nl}\p{No}_](?:(?![⁰¹²³⁴⁵⁶⁷⁸⁹])[\p{L}\p{N}_])*/uy;
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;
const QUOTED = /`((?:[^`\n]|``)+)`/y;
const SUPERSCRIPT = /[⁰¹²³⁴⁵⁶⁷⁸⁹]+/y;
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const TWO_CELLS = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** What is wrong with a typed line, to be thrown: in words, what to do, and the line with a caret under the place. */
export function expressionFault(text, at, what, todo = "") {
  const fault = new Error(what);
  fault.todo = todo;
  fault.head = what;
  if (text === "") return fault;
  const start = at > 0 ? text.lastIndexOf("\n", at - 1) + 1 : 0;
  const letters = [...text.slice(start).split("\n", 1)[0]];
  const column = [...text.slice(start, at)].length;
  const number = text.slice(0, at).split("\n").length;
  const place = start === 0 ? t("expression.column", { column: column + 1 }) : t("expression.line", { line: number, column: column + 1 });
  const first = letters.length > 76 ? Math.max(0, column - 40) : 0;
  const seen = letters.slice(first, first + 72).map((letter) => (INVISIBLE.test(letter) ? " " : letter));
  const shown = (first ? "…" : "") + seen.join("") + (letters.length > first + 72 ? "…" : "");
  const before = [...shown].slice(0, column - first + (first ? 1 : 0));
  fault.head = t("expression.place", { what, place });
  fault.shown = shown;
  fault.caret = " ".repeat(before.reduce((cells, letter) => cells + (TWO_CELLS.test(letter) ? 2 : 1), 0)) + "^";
  return fault;
}

/** The words of a text: {kind, value, at, end}; kind number, name, symbol, superscript, separator, end. */
export function tokensOf(text) {
  const tokens = [];
  let at = 0;
  while (at < text.length) {
    const letter = text[at];
    if (letter === ";" || letter === "\n") tokens.push({ kind: "separator", value: letter, at, end: at + 1 });
    else if (!/\s/.test(letter)) tokens.push(tokenAt(text, at));
    at = /[;\s]/.test(letter) ? at + 1 : tokens.at(-1).end;
  }
  tokens.push({ kind: "end", value: "", at: text.length, end: text.length });
  return tokens;
}

function tokenAt(text, at) {
  const token = (kind, value, length) => ({ kind, value, at, end: at + length });
  const number = matchAt(NUMBER, text, at);
  if (number) return token("number", number[0], number[0].length);
  const name = matchAt(NAME, text, at);
  if (name && IDENTIFIER.test(name[0])) return token("name", name[0], name[0].length);
  const raised = matchAt(SUPERSCRIPT, text, at);
  if (raised) return token("superscript", [...raised[0]].map((digit) => SUPERSCRIPTS.indexOf(digit)).join(""), raised[0].length);
  const letter = String.fromCodePoint(text.codePointAt(at));
  if (letter === "`") {
    const quoted = matchAt(QUOTED, text, at);
    if (!quoted) throw expressionFault(text, at, t("expression.open_quote"));
    return token("name", quoted[1].replaceAll("``", "`"), quoted[0].length);
  }
  if (text.startsWith("**", at) || text.startsWith("==", at)) return token("symbol", text.slice(at, at + 2), 2);
  const plain = Object.hasOwn(TYPOGRAPHIC, letter) ? TYPOGRAPHIC[letter] : letter;
  if ("+-*/(),=".includes(plain)) return token("symbol", plain, 1);
  const todo = { "^": t("expression.power"), "%": t("expression.remainder") }[letter] ?? "";
  const code = letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  const found = INVISIBLE.test(letter) ? t("expression.character", { code }) : `"${letter}"`;
  throw expressionFault(text, at, t("expression.expected", { found }), todo);
}

function matchAt(pattern, text, at) {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
