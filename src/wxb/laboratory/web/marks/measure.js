// How wide a text is, folded and shortened; foreign text made safe to show. Twin of wxb/marks/measure.py.

const NARROW = new Set("iljt.,:;|!'()[]f ");
const BROAD = new Set("mwMW@…─→·");
const STEERING =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0001}-\u{e007f}]|\p{Surrogate}|(?<![^\u0000-\u007f])[\u200c\u200d]|[\u200c\u200d](?![^\u0000-\u007f])/gu;
const WIDE_LETTER = /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\u1160-\u11ff]/u;
const LINE_HEIGHT = 1.32;

/** Height of a line by the size of its font. */
export function lineHeight(size) {
  return LINE_HEIGHT * size;
}

/** Width of a text in the fonts named, rather too much than too little. */
export function textWidth(text, size) {
  let width = 0;
  for (const letter of text) width += emOf(letter);
  return size * width;
}

function emOf(letter) {
  if (letter < "\u0080") return NARROW.has(letter) ? 0.34 : BROAD.has(letter) ? 0.95 : letter >= "A" && letter <= "Z" ? 0.72 : 0.6;
  if (WIDE_LETTER.test(letter)) return 1;
  if (NO_WIDTH.test(letter)) return 0;
  if (BROAD.has(letter) || letter.codePointAt(0) > 0x2190) return 0.95;
  return letter.toUpperCase() === letter && letter.toLowerCase() !== letter ? 0.72 : 0.6;
}

/** Whether a text has letters as wide as high: Hangul, Han, Kana. */
export function isWide(text) {
  return WIDE_LETTER.test(text);
}

/** Foreign text as one line in which nothing steers or hides. */
export function clean(text) {
  return text.split(/\s+/u).filter(Boolean).join(" ").replace(STEERING, escaped);
}

function escaped(letter) {
  const code = letter.codePointAt(0);
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

/** A text in at most `most` lines that fit, after spaces where it has some; what is left over is shortened. */
export function folded(text, fits, most = 4) {
  const lines = [];
  let rest = clean(text);
  while (rest && lines.length < most - 1 && !fits(rest)) {
    const fitting = mostLetters(rest, fits), space = rest.lastIndexOf(" ", fitting), end = space > 0 ? space : fitting;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest ? [...lines, ...shortened([rest], fits)] : lines;
}

/** Texts that fit, the middle left out where they are too long. Those that differ stay different. */
export function shortened(texts, fits) {
  const cleaned = texts.map(clean), short = new Map(cleaned.map((text) => [text, byEnds(text, fits)]));
  for (const same of clashes(short)) {
    const start = common(same);
    for (const text of same) short.set(text, fromThere(text, start, fits));
  }
  for (const same of clashes(short)) { // told apart by nothing that has room: by number
    same.forEach((text, k) => {
      const mark = ` #${k + 1}`;
      short.set(text, byEnds(text, (part) => fits(part + mark)) + mark);
    });
  }
  return cleaned.map((text) => short.get(text));
}

function clashes(short) {
  const groups = new Map();
  for (const [text, seen] of short) groups.set(seen, [...(groups.get(seen) ?? []), text]);
  return [...groups.values()].filter((same) => same.length > 1);
}

function common(texts) {
  const shortest = Math.min(...texts.map((text) => text.length));
  for (let k = 0; k < shortest; k += 1) if (texts.some((text) => text[k] !== texts[0][k])) return k;
  return shortest;
}

/** How many of its first letters fit; at least one, so that something is left to say. */
function mostLetters(text, fits) {
  let low = 1, high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fits(text.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Beginning … end, the end half as long. */
function byEnds(text, fits) {
  if (fits(text)) return text;
  const withLetters = (count) => {
    const tail = Math.floor(count / 3);
    return `${text.slice(0, count - tail).trimEnd()}…${text.slice(text.length - tail).trimStart()}`;
  };
  let low = 1, high = text.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fits(withLetters(middle))) low = middle;
    else high = middle - 1;
  }
  return withLetters(low);
}

/** A letter or two of the beginning, then from where it differs from another. */
function fromThere(text, start, fits) {
  const head = start > 4 ? `${text.slice(0, 2)}…` : text.slice(0, start);
  return head + byEnds(text.slice(start > 4 ? Math.max(start - 1, 0) : start), (part) => fits(head + part));
}
