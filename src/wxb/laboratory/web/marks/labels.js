// Labels beside their marks: never over each other, never out of the frame, over marks only where there is no other place.
// A quick twin of wxb/marks/placing.py and labels.py; a label stays where it was while that is about as good, so that none jumps in a drag.
import { isInside, placesOf, ringPlaces } from "./frame.js";
import { folded, lineHeight, shortened, textWidth } from "./measure.js";
import { outlinesOf, strokesOf } from "./shapes.js";
import { spread } from "./thin.js";

export const LABEL_SIZE = 13;
const GAP = 9;
const FAR_GAPS = [1, 2.5, 5, 8, 12, 18, 28];
const SAMPLE = 8;
const MOST_OBSTACLES = 700;
const MOST_STROKES = 60;
const RING = 8; // of a handle, in pixels
const BESIDE = 6; // pixels between labels in a line
const CLEAR = 1.6;
const MISTAKEN = 2.5;
const STAYS = 1.5; // a change is worth so many dots hidden
const AROUND = [[1, -1], [-1, -1], [1, 1], [-1, 1], [0, -1], [0, 1], [1, 0], [-1, 0]];
const ALONG = [0.72, 0.84, 0.58, 0.4, 0.2, 0.94, 0.06]; // where on a line a label is tried

/** [{mark, lines, box: [left, top, right, bottom], leader: null | [x, y, x, y]}, …]. before: a Map that remembers where they stood
 *  rings: places of handles, which are drawn over labels */
export function labelsOf(marks, frame, before, rings = []) {
  const labelled = marks.filter((mark) => mark.text);
  if (!labelled.length) return [];
  const texts = linesFor(labelled, frame), hidden = obstaclesOf(marks, frame, rings), taken = [], found = [];
  const [left, top, right, bottom] = frame.box, bounds = [left + 2, top + 2, right - 2, bottom - 2];
  labelled.forEach((mark, k) => {
    const width = Math.max(...texts[k].map((text) => textWidth(text, LABEL_SIZE))), height = lineHeight(LABEL_SIZE) * texts[k].length;
    const label = { mark, width, height, anchors: anchorsOf(mark, frame), others: othersOf(mark, marks, frame) };
    const spot = spotFor(label, bounds, hidden, taken, before.get(k));
    before.set(k, spot);
    if (!spot) return;
    taken.push(spot.box);
    found.push({ mark, lines: texts[k], box: spot.box, leader: spot.leader });
  });
  return found;
}

/** The lines of each label: two at most, different labels different. */
function linesFor(marks, frame) {
  const fits = (part) => textWidth(part, LABEL_SIZE) <= 0.46 * frame.width;
  const whole = marks.map((mark) => folded(mark.text, fits, 3));
  const seen = new Set(whole.map((lines) => lines.join("\n"))).size;
  if (seen === new Set(marks.map((mark) => mark.text)).size) return whole;
  return shortened(marks.map((mark) => mark.text), fits).map((text) => [text]);
}

/** Flat places at which the label of a mark may stand, best first; none where nothing of it is seen. */
function anchorsOf(mark, frame) {
  if (mark.kind === "rule") return ruleAnchors(mark, frame);
  if (mark.kind === "line" || mark.kind === "arrow") return lineAnchors(strokesOf(mark, frame));
  let places = mark.kind === "ellipse" ? ringPlaces(mark.points, frame) : placesOf(frame, mark.points, mark.kind === "area" || mark.kind === "bars");
  if (mark.kind === "segments" || mark.kind === "squares" || mark.kind === "bars") places = middles(places, frame.box, 2);
  else if (mark.kind === "area") places = middles(places, frame.box, places.length / 2);
  const seen = [];
  for (let k = 0; k < places.length; k += 2) if (isInside(frame.box, places[k], places[k + 1])) seen.push([places[k], places[k + 1]]);
  if (mark.kind !== "ellipse") return seen.slice(0, 6).flat();
  seen.sort((one, other) => one[1] - other[1]); // from the top
  const step = Math.max(1, Math.floor(seen.length / 8));
  return seen.filter((_place, k) => k % step === 0).flat();
}

/** The middles of every `count` known places, cut at the frame. */
function middles(places, [left, top, right, bottom], count) {
  const found = [];
  for (let k = 0; k + 2 * count <= places.length; k += 2 * count) {
    let x = 0, y = 0, known = 0;
    for (let j = k; j < k + 2 * count; j += 2) {
      if (!Number.isFinite(places[j]) || !Number.isFinite(places[j + 1])) continue;
      x += Math.min(Math.max(places[j], left), right);
      y += Math.min(Math.max(places[j + 1], top), bottom);
      known += 1;
    }
    if (known) found.push(x / known, y / known);
  }
  return found;
}

function ruleAnchors(mark, frame) {
  const [left, top, right, bottom] = frame.box, [[x, y]] = mark.points, px = frame.across(x), py = frame.down(y);
  const found = Number.isFinite(px)
    ? [0.06, 0.94, 0.3, 0.6].flatMap((share) => [px, top + share * (bottom - top)])
    : [0.94, 0.06, 0.3, 0.6].flatMap((share) => [left + share * (right - left), py]);
  return isInside(frame.box, found[0], found[1]) ? found : [];
}

function lineAnchors(parts) {
  if (!parts.length) return [];
  const gone = parts.map(lengthsOf), most = Math.max(...gone.map((steps) => steps[steps.length - 1]));
  const longest = gone.findIndex((steps) => steps[steps.length - 1] === most);
  return ALONG.flatMap((share) => placeAfter(parts[longest], gone[longest], share * most));
}

function lengthsOf(line) {
  const steps = [0];
  for (let k = 2; k < line.length; k += 2) steps.push(steps[k / 2 - 1] + Math.hypot(line[k] - line[k - 2], line[k + 1] - line[k - 1]));
  return steps;
}

function placeAfter(line, steps, length) {
  let k = 1;
  while (k < steps.length - 1 && steps[k] < length) k += 1;
  const share = steps[k] > steps[k - 1] ? (length - steps[k - 1]) / (steps[k] - steps[k - 1]) : 0;
  return [line[2 * k - 2] + share * (line[2 * k] - line[2 * k - 2]), line[2 * k - 1] + share * (line[2 * k + 1] - line[2 * k - 1])];
}

/** The dots that a label of a dot is not of. */
function othersOf(mark, marks, frame) {
  if (mark.kind !== "dots") return [];
  const own = placesOf(frame, mark.points.slice(0, 6)), found = [];
  for (const one of marks) {
    if (one.kind !== "dots" || one === mark || one.points.length > 200) continue;
    const places = placesOf(frame, one.points);
    for (let k = 0; k < places.length; k += 2) {
      let away = Infinity;
      for (let j = 0; j < own.length; j += 2) away = Math.min(away, Math.hypot(places[k] - own[j], places[k + 1] - own[j + 1]));
      if (away > 2 && isInside(frame.box, places[k], places[k + 1])) found.push(places[k], places[k + 1]);
    }
  }
  return found;
}

/** Flat places that labels better leave free: dots, and points along lines. */
function obstaclesOf(marks, frame, rings) {
  const found = ringsAround(placesOf(frame, rings));
  for (const mark of marks) {
    if (mark.kind === "dots") {
      const places = mark.points.length > MOST_OBSTACLES ? mark.points.filter((_p, k) => k % Math.ceil(mark.points.length / MOST_OBSTACLES) === 0) : mark.points;
      const placed = placesOf(frame, places);
      for (let k = 0; k < placed.length; k += 2) if (isInside(frame.box, placed[k], placed[k + 1])) found.push(placed[k], placed[k + 1]);
    } else if (mark.kind === "line" || mark.kind === "arrow" || mark.kind === "segments" || mark.kind === "rule") {
      for (const part of strokesOf(mark, frame).slice(0, MOST_STROKES)) sampleInto(found, part);
    } else if (mark.kind === "squares") for (const square of outlinesOf(mark, frame).slice(0, MOST_STROKES)) fillInto(found, square, frame.box);
  }
  return spread(found, MOST_OBSTACLES, SAMPLE / 2);
}

/** Points on the rim of handles. */
function ringsAround(centres) {
  const found = [];
  for (let k = 0; k < centres.length; k += 2) for (const [x, y] of AROUND) found.push(centres[k] + RING * x, centres[k + 1] + RING * y);
  return found;
}

function sampleInto(found, line) {
  found.push(line[0], line[1]);
  for (let k = 2; k < line.length; k += 2) {
    const dx = line[k] - line[k - 2], dy = line[k + 1] - line[k - 1], pieces = Math.max(1, Math.round(Math.hypot(dx, dy) / SAMPLE));
    for (let j = 1; j <= pieces; j += 1) found.push(line[k - 2] + (dx * j) / pieces, line[k - 1] + (dy * j) / pieces);
  }
}

/** Places within a square: words upon its hatch are hard to read. */
function fillInto(found, square, [left, top, right, bottom]) {
  const xs = [square[0], square[4]].map((x) => Math.min(Math.max(x, left), right)), ys = [square[1], square[5]].map((y) => Math.min(Math.max(y, top), bottom));
  const across = Math.abs(xs[1] - xs[0]), down = Math.abs(ys[1] - ys[0]), step = Math.max(2 * SAMPLE, Math.sqrt(across * down) / 12);
  for (let x = Math.min(...xs); x <= Math.max(...xs); x += step) for (let y = Math.min(...ys); y <= Math.max(...ys); y += step) found.push(x, y);
}

function spotFor(label, bounds, hidden, taken, stood) {
  const { anchors, mark } = label, centred = mark.kind === "text" || mark.kind === "area" || mark.kind === "bars";
  let best = null, least = Infinity;
  for (let far = 0; far < FAR_GAPS.length; far += 1) {
    for (let order = 0; 2 * order < anchors.length; order += 1) {
      for (let turn = centred && far === 0 ? -1 : 0; turn < AROUND.length; turn += 1) {
        const box = boxAt(label, anchors[2 * order], anchors[2 * order + 1], GAP * FAR_GAPS[far], turn < 0 ? null : AROUND[turn]);
        const early = 0.2 * (turn + (centred ? 1 : 0)) + 0.7 * order + 3 * far;
        if (early - STAYS >= least || !isWithin(box, bounds) || taken.some((one) => doOverlap(box, one))) continue;
        const same = stood && stood.far === far && stood.order === order && stood.turn === turn;
        const mistaken = isMistaken(box, anchors[2 * order], anchors[2 * order + 1], label.others);
        const cost = early + hiddenBy(box, hidden) + (mistaken ? MISTAKEN : 0) - (same ? STAYS : 0);
        if (cost < least) { least = cost; best = { box, far, order, turn, mistaken }; }
      }
    }
    if (best && least < 3 * (far + 1)) break; // farther away nothing is better
  }
  if (!best) return null;
  const x = anchors[2 * best.order], y = anchors[2 * best.order + 1], [left, top, right, bottom] = best.box;
  const near = [Math.min(Math.max(x, left), right), Math.min(Math.max(y, top), bottom)];
  const leads = Math.hypot(near[0] - x, near[1] - y) > 3 * GAP || best.mistaken;
  return { ...best, leader: leads ? [...near, x, y] : null };
}

function boxAt({ width, height }, x, y, distance, direction) {
  const [across, down] = direction ?? [0, 0], near = direction ? distance * (across && down ? 0.7 : 1) : 0;
  const left = x + across * near - (0.5 - across / 2) * width, top = y + down * near - (0.5 - down / 2) * height;
  return [left, top, left + width, top + height];
}

function isWithin(box, bounds) {
  return box[0] >= bounds[0] && box[1] >= bounds[1] && box[2] <= bounds[2] && box[3] <= bounds[3];
}

function doOverlap(box, other) {
  return box[0] < other[2] + BESIDE && box[2] > other[0] - BESIDE && box[1] < other[3] + 1 && box[3] > other[1] - 1;
}

function hiddenBy(box, places) {
  let count = 0;
  for (let k = 0; k < places.length; k += 2) {
    if (places[k] > box[0] && places[k] < box[2] && places[k + 1] > box[1] && places[k + 1] < box[3]) count += 1;
  }
  return count;
}

/** Whether a dot of another mark lies about as near to the box as its own. */
function isMistaken(box, x, y, others) {
  const bound = CLEAR * fromBox(box, x, y);
  for (let k = 0; k < others.length; k += 2) if (fromBox(box, others[k], others[k + 1]) < bound) return true;
  return false;
}

function fromBox([left, top, right, bottom], x, y) {
  return Math.hypot(Math.max(left - x, x - right, 0), Math.max(top - y, y - bottom, 0));
}
