// Marks as SVG elements: for each mark what is drawn, as tags with attributes. Twin of wxb/marks/shapes.py and traced.py.
// Colours come from classes (`wxb-data`: currentColor), everything else from the looks of the roles.
import { cutArea, cutLine, isInside, placesOf, ringPlaces, runsOf, squareOn } from "./frame.js";
import { spread, thinned } from "./thin.js";

const MOST_DOTS = 3000;
const MOST_POINTS = 1500;
const MOST_PIECES = 1500;
const TINTS = 8;
const DEEPEST = 0.14;
const ROOM = 8;
const TOLERANCE = 0.3;
const MOST_RADIUS = 20; // of a frame, beyond which an ellipse is drawn as far as it is seen: painters lose the place of longer ones

/** The pieces of a mark: [[tag, attributes], …]. setting: {frame, key, looks, above, crowded} */
export function shapesOf(mark, setting) {
  const look = setting.looks[mark.role];
  if (mark.kind === "dots") return dotShapes(mark, look, setting);
  if (mark.kind === "ellipse") return ellipseShapes(mark, look, setting);
  if (mark.kind === "cells") return cellShapes(mark, setting);
  if (mark.kind === "text") return [];
  return isStroked(mark) ? strokeShapes(mark, look, setting) : areaShapes(mark, look, setting);
}

/** Whether a mark is stroked and not filled. */
export function isStroked({ kind }) {
  return kind === "line" || kind === "arrow" || kind === "segments" || kind === "rule";
}

/** Whether what is drawn of a mark is cut by the clip of its frame. */
export function isClipped({ kind }) {
  return kind === "area" || kind === "bars" || kind === "squares" || kind === "cells" || kind === "ellipse";
}

/** The setting of what is drawn upon a mark. */
export function settingAfter(mark, setting) {
  if (mark.kind === "ellipse" && mark.weight) return { ...setting, above: mark.weight[0] };
  return mark.kind === "cells" ? { ...setting, crowded: true } : setting;
}

/** The lines of a line, an arrow, segments or a rule, cut at the frame: flat places. */
export function strokesOf(mark, frame) {
  if (mark.kind === "rule") return ruleStroke(mark, frame);
  const places = placesOf(frame, mark.points), pieces = mark.kind === "segments" ? pairsIn(places) : runsOf(places);
  return pieces.flatMap((piece) => cutLine(piece, frame.box));
}

/** The path of dots of a shape and radius at flat places. */
export function dotPath(shape, places, r) {
  const form = DOT_FORMS[shape](r), [across, down] = form.from;
  let path = "";
  for (let k = 0; k < places.length; k += 2) path += `M${tenth(places[k] + across)} ${tenth(places[k + 1] + down)}${form.path}`;
  return path;
}

const DOT_FORMS = {
  disc: () => ({ from: [0, 0], path: "h0" }),
  point: () => ({ from: [0, 0], path: "h0" }),
  ring: (r) => ({ from: [-r, 0], path: `a${tenth(r)} ${tenth(r)} 0 1 0 ${tenth(2 * r)} 0a${tenth(r)} ${tenth(r)} 0 1 0 ${tenth(-2 * r)} 0z` }),
  square: (r) => ({ from: [-0.9 * r, -0.9 * r], path: `h${tenth(1.8 * r)}v${tenth(1.8 * r)}h${tenth(-1.8 * r)}z` }),
  diamond: (r) => {
    const d = tenth(1.2 * r);
    return { from: [-1.2 * r, 0], path: `l${d} -${d} ${d} ${d} -${d} ${d}z` };
  },
  up: (r) => ({ from: [0, -1.1 * r], path: `l${tenth(1.1 * r)} ${tenth(2 * r)}h${tenth(-2.2 * r)}z` }),
  down: (r) => ({ from: [0, 1.1 * r], path: `l${tenth(1.1 * r)} ${tenth(-2 * r)}h${tenth(-2.2 * r)}z` }),
  plus: (r) => ({ from: [-1.3 * r, 0], path: `h${tenth(2.6 * r)}m${tenth(-1.3 * r)} ${tenth(-1.3 * r)}v${tenth(2.6 * r)}` }),
  saltire: (r) => ({ from: [-r, -r], path: `l${tenth(2 * r)} ${tenth(2 * r)}m0 ${tenth(-2 * r)}l${tenth(-2 * r)} ${tenth(2 * r)}` }),
};

function dotShapes(mark, look, { frame, crowded }) {
  const all = placesOf(frame, mark.points), seen = [];
  for (let k = 0; k < all.length; k += 2) if (isInside(frame.box, all[k], all[k + 1])) seen.push(all[k], all[k + 1]);
  const places = spread(seen, MOST_DOTS, 0.5), count = places.length / 2;
  if (!count) return [];
  const r = (count <= 60 ? 4.2 : count <= 600 ? 3 : 2.2) * ({ point: 0.6, plus: 1.2 }[look.dot] ?? 1);
  const d = dotPath(look.dot, places, r), round = look.dot === "disc" || look.dot === "point", found = [];
  if (crowded && count <= 300) {
    found.push(["path", { class: "wxb-halo", ...(round && { "stroke-linecap": "round" }), "stroke-width": tenth(round ? 2 * r + 2.4 : 3), d }]);
  }
  return [...found, ["path", { ...dotAttributes(look.dot, r), d }]];
}

function dotAttributes(shape, r) {
  if (shape === "disc" || shape === "point") return { class: "wxb-dot", "stroke-width": tenth(2 * r) };
  if (shape === "ring") return { class: "wxb-ring", "stroke-width": 1.8 };
  return shape === "plus" || shape === "saltire" ? { class: "wxb-line", "stroke-width": 2.4 } : { class: "wxb-full" };
}

function strokeShapes(mark, look, { frame, crowded }) {
  const parts = strokesOf(mark, frame);
  if (!parts.length) return [];
  const most = Math.max(Math.floor(MOST_POINTS / parts.length), 20), found = [];
  const d = parts.flatMap((part) => thinned(part, TOLERANCE, most)).map(pathOf).join("");
  if (crowded) found.push(["path", { class: "wxb-halo", "stroke-width": look.width + 2.4, d }]);
  found.push(["path", { class: "wxb-line", ...strokeOf(look, look.width), d }]);
  if (mark.kind === "arrow") found.push(...headOf(placesOf(frame, mark.points), frame, look));
  return found;
}

/** The head of an arrow, where its end is seen. */
function headOf(places, frame, look) {
  const known = runsOf(places).flat(), end = known.length - 2, x = known[end], y = known[end + 1];
  let most = 0, back = -1, near = -1;
  for (let k = 0; k < end; k += 2) {
    const away = Math.hypot(known[k] - x, known[k + 1] - y);
    most = Math.max(most, away);
    if (away > 4) back = k;
    if (away > 1e-6 && near < 0) near = k;
  }
  if (near < 0 || !isInside(frame.box, x, y)) return [];
  const from = back < 0 ? near : back, length = Math.hypot(known[from] - x, known[from + 1] - y);
  const dx = (known[from] - x) / length, dy = (known[from + 1] - y) / length, size = Math.min(6 + 2 * look.width, 0.6 * most + 3);
  const baseX = x + dx * size, baseY = y + dy * size, sideX = -dy * 0.42 * size, sideY = dx * 0.42 * size;
  return [["path", { class: "wxb-full", d: `${pathOf([x, y, baseX + sideX, baseY + sideY, baseX - sideX, baseY - sideY])}z` }]];
}

function areaShapes(mark, look, { frame, key, crowded }) {
  let d = "";
  for (const outline of outlinesOf(mark, frame)) {
    const cut = cutArea(outline, frame.box, ROOM);
    if (cut.length < 6) continue;
    const closed = thinned([...cut, cut[0], cut[1]], TOLERANCE, MOST_POINTS)[0].slice(0, -2);
    if (closed.length > 2) d += `${pathOf(closed)}z`;
  }
  if (!d) return [];
  const fill = look.hatch ? { fill: `url(#${key}-${mark.role})` } : { fill: "currentColor", "fill-opacity": look.fill };
  const bare = crowded ? [["path", { class: "wxb-bare", "clip-path": `url(#${key})`, d }]] : [];
  return [...bare, ["path", { class: "wxb-area", ...fill, ...strokeOf(look, Math.min(look.width, 1.2)), d }]];
}

/** The closed outlines of an area, bars or squares; they may reach beyond the frame. */
export function outlinesOf(mark, frame) {
  const places = placesOf(frame, mark.points, true);
  if (mark.kind === "area") return [runsOf(places).flat()];
  return pairsIn(places).map(([x, y, toX, toY]) =>
    mark.kind === "squares" ? squareOn(x, y, toX, toY, frame.box) : [x, y, toX, y, toX, toY, x, toY]);
}

/** Pairs of places that are known; of very many, evenly as many as are told apart. */
function pairsIn(places) {
  const pairs = [];
  for (let k = 0; k + 3 < places.length; k += 4) {
    const pair = places.slice(k, k + 4);
    if (pair.every(Number.isFinite)) pairs.push(pair);
  }
  const every = 1 + Math.floor(pairs.length / MOST_PIECES);
  return every === 1 ? pairs : pairs.filter((_pair, k) => k % every === 0);
}

function ruleStroke({ points: [[x, y]] }, frame) {
  const [left, top, right, bottom] = frame.box, px = frame.across(x), py = frame.down(y), upright = Number.isFinite(px);
  const ends = upright ? [px, top, px, bottom] : [left, py, right, py];
  return ends.every(Number.isFinite) && isInside(frame.box, ends[0], ends[1]) ? [ends] : [];
}

/** A ring of the bowl; all rings over each other tint the deepest by DEEPEST. */
function ellipseShapes(mark, look, { frame, above }) {
  const height = mark.weight ? mark.weight[0] : 1, deep = DEEPEST * (1 - height), before = DEEPEST * (1 - above);
  const tint = Math.max(0, 1 - (1 - deep) / (1 - before)), places = placesOf(frame, mark.points);
  if (!places.every(Number.isFinite)) return [];
  const style = { class: "wxb-area", fill: "currentColor", "fill-opacity": tint.toFixed(3), ...strokeOf(look, look.width) };
  const reach = Math.max(...places.slice(2).map((value, k) => Math.abs(value - places[k % 2])));
  const long = reach > MOST_RADIUS * Math.max(frame.width, frame.height);
  if (frame.x.log || frame.y.log || long) {
    const around = cutArea(ringPlaces(mark.points, frame, long), frame.box, ROOM);
    return around.length > 4 && around.every(Number.isFinite) ? [["path", { ...style, d: `${pathOf(around)}z` }]] : [];
  }
  const [x, y, ...ends] = places, [rx, ry, turn] = principal(ends[0] - x, ends[2] - x, ends[1] - y, ends[3] - y);
  const transform = `translate(${x.toFixed(2)} ${y.toFixed(2)}) rotate(${((turn * 180) / Math.PI).toFixed(3)})`;
  return [["ellipse", { ...style, rx: rx.toFixed(2), ry: ry.toFixed(2), transform }]];
}

/** The larger and the smaller singular value of [[a, b], [c, d]], and the direction of the larger. */
function principal(a, b, c, d) {
  const one = Math.hypot(a + d, c - b) / 2, other = Math.hypot(a - d, c + b) / 2;
  return [one + other, Math.abs(one - other), (Math.atan2(c + b, a - d) + Math.atan2(c - b, a + d)) / 2];
}

/** Bins in eight tints, neighbours of one tint as one. */
function cellShapes({ points, size, weight }, { frame }) {
  const [left, top, right, bottom] = frame.box, paths = new Map();
  const boxes = [];
  points.forEach(([x, y], k) => {
    const edges = [frame.across(x - size[0] / 2), frame.down(y - size[1] / 2), frame.across(x + size[0] / 2), frame.down(y + size[1] / 2)];
    if (!(weight[k] > 0) || !edges.every(Number.isFinite)) return;
    const box = [0, 1, 2, 3].map((side) => tenths(Math.min(Math.max(edges[side], side % 2 ? top : left), side % 2 ? bottom : right)));
    const tint = Math.min(Math.max(Math.ceil(weight[k] * TINTS), 1), TINTS);
    if (box[0] !== box[2] && box[1] !== box[3]) boxes.push([tint, ...box]);
  });
  boxes.sort((one, other) => one[0] - other[0] || one[2] - other[2] || one[4] - other[4] || one[1] - other[1]);
  for (const [tint, from, low, to, high] of joinedBoxes(boxes)) {
    paths.set(tint, `${paths.get(tint) ?? ""}M${from / 10} ${low / 10}H${to / 10}V${high / 10}H${from / 10}z`);
  }
  return [...paths].map(([tint, d]) =>
    ["path", { class: "wxb-full", "shape-rendering": "crispEdges", "fill-opacity": (0.16 + (0.84 * tint) / TINTS).toFixed(2), d }]);
}

function joinedBoxes(boxes) {
  const found = [];
  for (const box of boxes) {
    const last = found[found.length - 1];
    const touches = last && last[0] === box[0] && last[2] === box[2] && last[4] === box[4] && box[1] <= last[3];
    if (touches) last[3] = box[3];
    else found.push([...box]);
  }
  return found;
}

function strokeOf(look, width) {
  return look.dash ? { "stroke-width": width, "stroke-dasharray": look.dash } : { "stroke-width": width };
}

/** A flat line as a path. */
export function pathOf(line) {
  let path = `M${tenth(line[0])} ${tenth(line[1])}`;
  for (let k = 2; k < line.length; k += 2) path += `L${tenth(line[k])} ${tenth(line[k + 1])}`;
  return line.length > 2 ? path : `${path}h0`;
}

function tenths(value) {
  return Math.round(value * 10);
}

function tenth(value) {
  return Math.round(value * 10) / 10;
}
