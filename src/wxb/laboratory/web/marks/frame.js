// A frame: data to pixels and back, lines and areas cut at its edges, true squares. Twin of wxb/marks/geometry.py.
// Places are flat lists [x, y, x, y, …] in pixels, y downwards; NaN where there is none.
import { shareAlong, valueAt } from "./axis.js";

const FAR = 1e7; // of widths of a frame: farther away is no other direction
const ROUND = 96;

/** A rectangle with its axes. place([x, y]) → [px, py], data([px, py]) → [x, y]; box: [left, top, right, bottom]. */
export function frameOf({ left, top, width, height }, x, y) {
  const along = shareAlong(x), up = shareAlong(y);
  const across = (value) => left + width * within(along(value), FAR);
  const down = (value) => top + height * (1 - within(up(value), FAR));
  return {
    left, top, width, height, x, y, across, down,
    box: [left, top, left + width, top + height],
    place: ([one, other]) => [across(one), down(other)],
    data: ([px, py]) => [valueAt(x, (px - left) / width), valueAt(y, 1 - (py - top) / height)],
  };
}

/** The same frame with as many pixels per unit across as up: the axis with room to spare shows more. */
export function equalUnits(frame) {
  const { x, y, width, height } = frame;
  if (x.log || y.log) return frame;
  const across = (x.high - x.low) / width, up = (y.high - y.low) / height;
  if (!(Math.max(across, up) * Math.max(width, height) < 1e308)) return frame;
  return across < up ? frameOf(frame, widened(x, up * width), y) : frameOf(frame, x, widened(y, across * height));
}

function widened(axis, reach) {
  const middle = axis.low / 2 + axis.high / 2;
  return { ...axis, low: middle - reach / 2, high: middle + reach / 2 };
}

function within(share, bound) {
  return share > bound ? bound : share < -bound ? -bound : share;
}

/** Points in data units as flat places. edges: what is infinite lies a little beyond the edge */
export function placesOf(frame, points, edges = false) {
  const found = new Array(2 * points.length);
  const [lowX, highX] = edges ? beyond(frame.x) : [NaN, NaN], [lowY, highY] = edges ? beyond(frame.y) : [NaN, NaN];
  const { across, down } = frame;
  for (let k = 0; k < points.length; k += 1) {
    const [x, y] = points[k];
    found[2 * k] = across(edged(x, lowX, highX, edges && frame.x.log));
    found[2 * k + 1] = down(edged(y, lowY, highY, edges && frame.y.log));
  }
  return found;
}

function edged(value, low, high, log) {
  if (value === Infinity) return high;
  return value === -Infinity || (log && value <= 0) ? low : value;
}

function beyond({ low, high, log }) {
  if (log) return [low * (low / high) ** 0.1, high * (high / low) ** 0.1];
  const reach = 0.2 * (high / 2 - low / 2);
  return [low - reach, high + reach];
}

export function isInside([left, top, right, bottom], x, y, slack = 0.5) {
  return x >= left - slack && x <= right + slack && y >= top - slack && y <= bottom + slack;
}

/** The parts of a line between its breaks. */
export function runsOf(places) {
  const found = [];
  let run = [];
  for (let k = 0; k < places.length; k += 2) {
    if (Number.isFinite(places[k]) && Number.isFinite(places[k + 1])) run.push(places[k], places[k + 1]);
    else if (run.length) { found.push(run); run = []; }
  }
  if (run.length) found.push(run);
  return found;
}

/** What of a line lies within a box, as lines (Liang and Barsky). */
export function cutLine(places, box) {
  const line = places.length === 2 ? [...places, ...places] : places, found = [];
  if (areInside(line, box)) return [line];
  let run = null;
  for (let k = 0; k + 3 < line.length; k += 2) {
    const x = line[k], y = line[k + 1], dx = line[k + 2] - x, dy = line[k + 3] - y;
    const [first, last] = shareInside(x, y, dx, dy, box);
    if (!(first <= last)) { run = null; continue; }
    if (run === null || first !== 0) found.push((run = [x + first * dx, y + first * dy]));
    run.push(x + last * dx, y + last * dy);
    if (last !== 1) run = null;
  }
  return found;
}

function areInside(line, [left, top, right, bottom]) {
  for (let k = 0; k < line.length; k += 2) {
    if (!(line[k] >= left && line[k] <= right && line[k + 1] >= top && line[k + 1] <= bottom)) return false;
  }
  return line.length > 0;
}

function shareInside(x, y, dx, dy, [left, top, right, bottom]) {
  let first = 0, last = 1;
  for (const [at, step, low, high] of [[x, dx, left, right], [y, dy, top, bottom]]) {
    if (step === 0) {
      if (at < low || at > high) return [1, 0];
      continue;
    }
    const one = (low - at) / step, other = (high - at) / step;
    first = Math.max(first, Math.min(one, other));
    last = Math.min(last, Math.max(one, other));
  }
  return [first, last];
}

/** What of a closed area lies within a box and `room` around it (Sutherland and Hodgman). */
export function cutArea(places, [left, top, right, bottom], room) {
  let area = places;
  for (const [axis, bound, sign] of [[0, left - room, 1], [0, right + room, -1], [1, top - room, 1], [1, bottom + room, -1]]) {
    area = cutAtEdge(area, axis, bound, sign);
  }
  return area;
}

function cutAtEdge(area, axis, bound, sign) {
  const count = area.length, kept = [];
  let all = true;
  for (let k = axis; k < count; k += 2) if (!(sign * (area[k] - bound) >= 0)) { all = false; break; }
  if (all) return area;
  for (let k = 0; k < count; k += 2) {
    const next = (k + 2) % count, depth = sign * (area[k + axis] - bound), after = sign * (area[next + axis] - bound);
    if (depth >= 0) kept.push(area[k], area[k + 1]);
    if (depth >= 0 !== after >= 0) {
      const share = depth / (depth - after);
      kept.push(area[k] + share * (area[next] - area[k]), area[k + 1] + share * (area[next + 1] - area[k + 1]));
    }
  }
  return kept;
}

/** The corners of the true square on a side, on the side of it that has more room; all squares turn one way round, so that
 *  of one path none is empty where they lie on each other. */
export function squareOn(x, y, toX, toY, [left, top, right, bottom]) {
  let across = Math.abs(toY - y), down = -Math.abs(toX - x); // to the right, upwards
  if (x + across > right || y + down < top) {
    const roomAcross = right - (x + toX) / 2 - ((x + toX) / 2 - left), roomUp = (y + toY) / 2 - top - (bottom - (y + toY) / 2);
    if (roomAcross * Math.abs(across) + roomUp * Math.abs(down) < 0) { across = -across; down = -down; }
  }
  if ((toX - x) * down <= (toY - y) * across) return [x, y, toX, toY, toX + across, toY + down, x + across, y + down];
  return [x + across, y + down, toX + across, toY + down, toX, toY, x, y];
}

/** Flat places around an ellipse given by its centre and the ends of two conjugate radii; of a long one close together where it is
 *  seen: evenly spread, they would show a chord instead of the arc. */
export function ringPlaces(points, frame, long = false) {
  const turns = Array.from({ length: ROUND + 1 }, (_, k) => (2 * Math.PI * k) / ROUND);
  if (frame.x.log || frame.y.log) return placesOf(frame, aroundEllipse(points, turns));
  const { x, y, left, top, width, height } = frame;
  const placed = points.map(([one, other]) => [
    left + ((one / 2 - x.low / 2) / (x.high / 2 - x.low / 2)) * width,
    top + height - ((other / 2 - y.low / 2) / (y.high / 2 - y.low / 2)) * height,
  ]);
  if (!placed.flat().every(Number.isFinite)) return [NaN, NaN];
  return aroundEllipse(placed, long ? closeTurns(placed, frame, turns) : turns).flat();
}

function aroundEllipse([center, one, other], turns) {
  const [dx, dy] = [one[0] - center[0], one[1] - center[1]], [ex, ey] = [other[0] - center[0], other[1] - center[1]];
  return turns.map((turn) => {
    const c = Math.cos(turn), s = Math.sin(turn);
    return [center[0] + c * dx + s * ex, center[1] + c * dy + s * ey];
  });
}

/** Where around a long ellipse to look at it: evenly, at the edges of ever larger frames, and finely within. */
function closeTurns(placed, { box, width, height }, evenly) {
  const [center, one, other] = placed, found = new Set(evenly), full = 2 * Math.PI;
  const reach = Math.max(...[0, 1].map((k) => Math.abs(one[k] - center[k]) + Math.abs(other[k] - center[k])));
  const middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], away = Math.max(...[0, 1].map((k) => Math.abs(center[k] - middle[k])));
  const far = Math.min(Math.max(Math.log2(Math.max(reach + away, 1) / (Math.min(width, height) / 2)), 0), 60);
  for (const axis of [0, 1]) {
    const dx = one[axis] - center[axis], ex = other[axis] - center[axis], radius = Math.hypot(dx, ex), lean = Math.atan2(ex, dx);
    for (let k = 0; k <= far; k += 1) {
      for (const sign of [-1, 1]) {
        const share = (middle[axis] + (sign * 2 ** k * (axis ? height : width)) / 2 - center[axis]) / radius;
        if (!(Math.abs(share) <= 1)) continue;
        for (const turn of [lean + Math.acos(share), lean - Math.acos(share)]) found.add(((turn % full) + full) % full);
      }
    }
  }
  const turns = [...found].sort((a, b) => a - b), halfway = turns.slice(1).map((turn, k) => (turn + turns[k]) / 2);
  aroundEllipse(placed, halfway).forEach(([x, y], k) => {
    if (isInside(box, x, y, 1)) for (let j = 1; j < 24; j += 1) found.add(turns[k] + ((turns[k + 1] - turns[k]) * j) / 24);
  });
  return [...found].sort((a, b) => a - b);
}
