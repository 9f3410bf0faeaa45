// The state as the fragment of the address, and back: `#s=3&W=0.4&b=0&lr=0.01&e=100&d=1,2;2,4;3,6&x=hours&y=score`.
//
// Only what differs from the page's own first state is written. What is read is data: a finite number in range or a known
// word, or it is left out and named among the faults. Nothing of it is ever markup.

import { plainText } from "../base/plain.js";
import { isInRange, momentsOf } from "../math/moments.js";
import { accepted, firstState, LONGEST_NAME } from "./state.js";

export const LONGEST_FRAGMENT = 200000;
const NUMBER_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

const HALF_LETTER = /\p{Surrogate}/gu; // of a name cut in two; no address can hold it

const numberOf = (text) => (NUMBER_TEXT.test(text) ? Number(text) : undefined);
const WORDS = {
  lang: { ko: "ko", en: "en" },
  theme: { light: "light", dark: "dark", auto: "auto" },
  yes: { 0: false, 1: true },
  only: { W: "W", both: "both" },
  shape: { 1: "(3,)", 2: "(3, 1)" },
  view: { contours: "contours", curve: "curve", alpha: "alpha" },
};
const worded = (field, words) => [field, (text) => (Object.hasOwn(words, text) ? words[text] : undefined), (value) => Object.keys(words).find((word) => words[word] === value)];

const rowsSaid = (text) => {
  const rows = text === "" ? [] : allKnown(text.split(";").map((row) => allKnown(row.split(",").map(numberOf))));
  return accepted({ added: rows }).added && isInRange(momentsOf(rows)) ? rows : undefined;
};
const rowsText = (rows) => rows.map((row) => row.join(",")).join(";");
const epochOf = (text) => (text === "min" ? "min" : numberOf(text));

/** Keyed numbers, `w:2;v:3`; a record without a prototype's names. */
function recordOf(text) {
  const pairs = text === "" ? [] : text.split(";").map((pair) => pair.split(":"));
  const known = pairs.every(([name, value, ...more]) => /^[\p{L}_][\p{L}\p{N}_]*$|^\d{1,2}$/u.test(name) && !more.length && numberOf(value ?? "") !== undefined);
  return known ? Object.fromEntries(pairs.map(([name, value]) => [name, numberOf(value)])) : undefined;
}
const recordText = (record) => Object.entries(record).map(([name, value]) => `${name}:${value}`).join(";");
const doneOf = (text) => {
  const ids = text.split(",");
  return ids.every((id) => /^(10|[1-9])b?$/.test(id)) ? Object.fromEntries(ids.map((id) => [id, true])) : undefined;
};
const doneText = (done) => Object.keys(done).filter((id) => done[id]).join(",");

/** Key in the fragment → [field, from text, to text]. W and b, x and y are halves of a field and are read by `readHalves`; n is the table that gives the names. */
const KEYS = {
  s: ["scene", numberOf, String],
  lang: worded("lang", WORDS.lang),
  th: worded("theme", WORDS.theme),
  d: ["rows", rowsSaid, rowsText],
  p: ["added", rowsSaid, rowsText],
  e: ["epoch", epochOf, String],
  E: ["epochs", numberOf, String],
  lr: ["lr", numberOf, String],
  m: ["momentum", numberOf, String],
  o: worded("only", WORDS.only),
  z: worded("zero", WORDS.yes),
  at: ["at", numberOf, String],
  g: ["guess", numberOf, String],
  abs: worded("absolute", WORDS.yes),
  sh: worded("shape", WORDS.shape),
  c: ["calls", numberOf, String],
  f: ["expression", (text) => plainText(text), (text) => text],
  l: ["leaves", recordOf, recordText],
  al: ["along", numberOf, String],
  v: worded("view", WORDS.view),
  dw: ["delta", numberOf, String],
  t: ["done", doneOf, doneText],
  a: ["answers", recordOf, recordText],
};

/** What a fragment says: {patch, faults}, the keys that said nothing one could take. */
export function fromFragment(fragment, payload) {
  const text = fragment.replace(/^#/, "");
  if (text.length > LONGEST_FRAGMENT) return { patch: {}, faults: ["#"] };
  const faults = [];
  const patch = {};
  const halves = {};
  for (const pair of text.split("&").filter(Boolean)) {
    const [key, value] = keyAndValue(pair);
    if (["W", "b", "x", "y", "n"].includes(key) && value !== undefined) halves[key] = value;
    else if (!readInto(patch, key, value)) faults.push(key);
  }
  readHalves(patch, halves, faults, payload);
  if (Object.keys(patch).some((name) => !["scene", "lang", "theme", "done"].includes(name))) patch.touched = true;
  return { patch, faults };
}

function readInto(patch, key, value) {
  if (!Object.hasOwn(KEYS, key) || value === undefined) return false;
  const [field, read] = KEYS[key];
  const found = accepted({ [field]: read(value) });
  Object.assign(patch, found);
  return Object.hasOwn(found, field);
}

function readHalves(patch, halves, faults, payload) {
  const { W, b, x, y, n } = halves, first = firstState(payload);
  for (const [key, text] of Object.entries({ W, b })) {
    const value = text === undefined ? undefined : numberOf(text);
    const start = { ...first.start, ...patch.start, [key]: value };
    if (text === undefined) continue;
    if (value !== undefined && Number.isFinite(value)) patch.start = start;
    else faults.push(key);
  }
  if (n !== undefined && payload.presets?.some(({ key }) => key === n)) patch.names = { preset: n };
  else if (n !== undefined) faults.push("n");
  if (x === undefined && y === undefined) return;
  Object.assign(patch, accepted({ names: { x: plainText(x ?? "x", LONGEST_NAME), y: plainText(y ?? "y", LONGEST_NAME) } }));
}

function keyAndValue(pair) {
  const at = pair.indexOf("=");
  try {
    return at < 0 ? [pair.slice(0, 20), undefined] : [pair.slice(0, Math.min(at, 20)), decodeURIComponent(pair.slice(at + 1).replace(/\+/g, "%20"))];
  } catch {
    return [pair.slice(0, Math.min(at, 20)), undefined];
  }
}

/** The fragment of a state, with its `#`. */
export function toFragment(state, payload) {
  const first = firstState(payload);
  const parts = [`s=${state.scene}`];
  const say = (key, text) => parts.push(`${key}=${encodeURIComponent(text.replace(HALF_LETTER, "\ufffd")).replace(/%2C/g, ",").replace(/%3B/g, ";").replace(/%3A/g, ":").replace(/%20/g, "+")}`);
  for (const [key, [field, , write]] of Object.entries(KEYS)) {
    const always = ["scene", "lang", "theme", "done"].includes(field);
    if (field === "scene" || (!state.touched && !always) || sameText(state[field], first[field], write)) continue;
    say(key, write(state[field]));
  }
  if (state.touched) {
    for (const key of ["W", "b"]) if (state.start[key] !== first.start[key]) say(key, String(state.start[key]));
    if (state.names?.preset) say("n", state.names.preset);
    else if (state.names) for (const key of ["x", "y"]) say(key, state.names[key]);
  }
  return `#${parts.join("&")}`;
}

function sameText(value, usual, write) {
  if (value === null || value === undefined) return true; // null is what a fragment cannot say, and what stands by itself
  return usual !== null && usual !== undefined && write(value) === write(usual);
}

/** The values, or undefined where one of them is not known. */
function allKnown(values) {
  return values.every((value) => value !== undefined) ? values : undefined;
}
