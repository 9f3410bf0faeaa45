// Where everything of one panel stands in a width and a height: texts above and below, the frame, its ticks. Twin of wxb/marks/sheet.py.
// Where there is little room the quieter texts are left out first: closing, subheading, titles of the axes, heading.
import { axisTitle, ticksOf } from "./axis.js";
import { equalUnits, frameOf } from "./frame.js";
import { folded, lineHeight, shortened, textWidth } from "./measure.js";

const EDGE = 8;
const HEADING = 15;
const TEXT = 13;
const SMALL_TEXT = 13;
const TICK = 12;
const LEAST_SHARE = 0.45; // of the height that a frame takes at least, if leaving texts out gives it so much
const BARE = [{}, { closing: "" }, { closing: "", subheading: "" }, { closing: "", subheading: "", up: "" },
  { closing: "", subheading: "", up: "", along: "" }, { closing: "", subheading: "", up: "", along: "", heading: "" }];

/** {frame, xTicks, yTicks (pixels), words: [{text, x, y, size, soft, bold, anchor}]} */
export function arranged(panel, width, height) {
  const texts = {
    heading: panel.heading, subheading: panel.subheading, closing: panel.closing,
    up: panel.y.hidden ? "" : axisTitle(panel.y), along: panel.x.hidden ? "" : axisTitle(panel.x),
  };
  let found = null;
  for (const less of BARE) {
    found = sheetWith(panel, { ...texts, ...less }, width, height);
    if (found.frame.height >= LEAST_SHARE * height) break;
  }
  return found;
}

function sheetWith(panel, texts, width, height) {
  const outer = width - 2 * EDGE, above = headWords(texts, outer), below = footHeights(panel, texts, outer);
  const room = Math.max(height - above.height - below.height - 2, 12);
  const { frame, ups } = framed(panel, above.height, outer, room);
  const overs = panel.x.hidden ? [] : xTicks(frame, EDGE, width - EDGE);
  return {
    frame,
    xTicks: overs.map(([x]) => x),
    yTicks: ups.map(([y]) => y),
    words: [
      ...above.words,
      ...ups.map(([y, text]) => ({ text, x: frame.left - 8, y: y + 0.36 * TICK, size: TICK, soft: true, anchor: "end" })),
      ...overs.map(([, x, text]) => ({ text, x, y: frame.box[3] + 17, size: TICK, soft: true, anchor: "middle" })),
      ...footWords(texts, frame, outer, frame.box[3] + (panel.x.hidden ? 6 : 22)),
    ],
  };
}

function linesOf(text, room, size, bold = false) {
  return text ? folded(text, (part) => textWidth(part, size) * (bold ? 1.06 : 1) <= room) : [];
}

function wordsDown(lines, top, size, look) {
  return lines.map((text, k) => ({ text, y: top + lineHeight(size) * k + size, size, anchor: "start", ...look }));
}

/** Heading, subheading and the title of the upright axis. */
function headWords({ heading, subheading, up }, outer) {
  const words = [];
  let y = 2;
  for (const [text, size, bold] of [[heading, HEADING, true], [subheading, TEXT, false]]) {
    const lines = linesOf(text, outer, size, bold);
    words.push(...wordsDown(lines, y, size, { x: EDGE, bold, soft: !bold }));
    y += lineHeight(size) * lines.length;
  }
  y += words.length ? 4 : 0;
  const title = linesOf(up, outer, SMALL_TEXT);
  words.push(...wordsDown(title, y + 1, SMALL_TEXT, { x: EDGE, soft: true }));
  return { words, height: y + lineHeight(SMALL_TEXT) * title.length + 7 };
}

function footHeights(panel, { along, closing }, outer) {
  const title = linesOf(along, outer - 40, SMALL_TEXT).length, end = linesOf(closing, outer, TEXT).length;
  const texts = lineHeight(SMALL_TEXT) * title + (end ? 4 + lineHeight(TEXT) * end : 0);
  return { height: (panel.x.hidden ? 6 : 22) + texts };
}

function footWords({ along, closing }, frame, outer, top) {
  const title = linesOf(along, Math.min(frame.width, outer - 40), SMALL_TEXT);
  const under = wordsDown(title, top, SMALL_TEXT, { x: frame.left + frame.width / 2, soft: true, anchor: "middle" });
  const end = wordsDown(linesOf(closing, outer, TEXT), top + lineHeight(SMALL_TEXT) * title.length + 4, TEXT, { x: EDGE });
  return [...under, ...end];
}

/** The frame, as far to the right as the numbers of its upright axis need; and these. */
function framed(panel, top, outer, height) {
  let pad = panel.y.hidden ? 0 : 40, found = padded(panel, top, outer, height, pad);
  pad = 0;
  for (let k = 0; k < 4; k += 1) { // the width decides on the numbers, and they on the width, which only shrinks
    const needed = Math.max(0, ...found.ups.map(([, text]) => textWidth(text, TICK))) + (found.ups.length ? 12 : 0);
    if (needed <= pad) break;
    pad = needed;
    found = padded(panel, top, outer, height, pad);
  }
  return found;
}

function padded(panel, top, outer, height, pad) {
  const plain = frameOf({ left: EDGE + pad, top, width: outer - pad - 8, height }, panel.x, panel.y);
  const frame = panel.square ? equalUnits(plain) : plain;
  return { frame, ups: panel.y.hidden ? [] : yTicks(frame, 0.42 * outer) };
}

/** [[y, text], …], none nearer than a line to the next. */
function yTicks(frame, room) {
  const ticks = ticksOf(frame.y, Math.max(2, Math.floor(frame.height / 34)));
  const texts = shortened(ticks.map(([, text]) => text), (text) => textWidth(text, TICK) <= room);
  const placed = ticks.map(([value], k) => [frame.down(value), texts[k]]).sort(([one], [other]) => one - other);
  return thinnedTicks(placed, ([one], [other]) => other - one >= 1.2 * TICK);
}

/** [[x of the tick, x of the middle of its text, text], …]: texts stay on the panel and do not touch. */
function xTicks(frame, left, right) {
  let best = [];
  for (let most = Math.max(2, Math.floor(frame.width / 55)); most > 0; most -= 1) {
    best = xTexts(frame, ticksOf(frame.x, most), left, right);
    if (frame.x.ticks || best.every((one, k) => k === 0 || areClear(best[k - 1], one))) break;
  }
  return thinnedTicks(best, areClear);
}

function xTexts(frame, ticks, left, right) {
  const room = Math.max(frame.width / Math.max(ticks.length, 1) - 8, 60);
  const texts = shortened(ticks.map(([, text]) => text), (text) => textWidth(text, TICK) <= room);
  const placed = ticks.map(([value], k) => {
    const x = frame.across(value), half = textWidth(texts[k], TICK) / 2;
    return [x, Math.min(Math.max(x, left + half), right - half), texts[k]];
  });
  return placed.sort(([one], [other]) => one - other);
}

function areClear(one, other) {
  return other[1] - one[1] >= (textWidth(one[2], TICK) + textWidth(other[2], TICK)) / 2 + 8;
}

/** Every second, third … of ticks, until they do not touch. */
function thinnedTicks(ticks, clear) {
  for (let step = 1; step <= ticks.length; step += 1) {
    const some = ticks.filter((_tick, k) => k % step === 0);
    if (some.every((one, k) => k === 0 || clear(some[k - 1], one))) return some;
  }
  return ticks;
}
