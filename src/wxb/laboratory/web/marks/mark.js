// Marks: what is drawn, in units of the data, and what it means. Twin of wxb/marks/mark.py: the same constructors, the same fields.

/** Dots at x, y (numbers, or lists of one length). more: {text, name} */
export function dots(x, y, role = "data", more = {}) {
  return markOf("dots", pairsOf(x, y), role, more);
}

export function line(x, y, role = "fit", more = {}) {
  return markOf("line", pairsOf(x, y), role, more);
}

/** The area between two curves over the same x. */
export function between(x, low, high, role = "band", more = {}) {
  const there = pairsOf(x, low), back = pairsOf(x, high).reverse();
  return markOf("area", [...there, ...back], role, more);
}

export function area(x, y, role, more = {}) {
  return markOf("area", pairsOf(x, y), role, more);
}

/** Upright lines at x from low to high; more.squares: as one side of a true square each. */
export function segments(x, low, high, role, { squares = false, ...more } = {}) {
  const from = pairsOf(x, low), to = pairsOf(x, high);
  return markOf(squares ? "squares" : "segments", from.flatMap((start, k) => [start, to[k]]), role, more);
}

/** Level lines at y from low to high. */
export function across(y, low, high, role, more = {}) {
  const upright = segments(y, low, high, role, more);
  return { ...upright, points: upright.points.map(([up, along]) => [along, up]) };
}

/** Boxes; an infinite edge is that of the frame. */
export function bars(left, right, bottom, top, role, more = {}) {
  const count = Math.max(...[left, right, bottom, top].map((edge) => (isList(edge) ? edge.length : 1)));
  const at = (edge, k) => (isList(edge) ? edge[k] : edge);
  const points = [];
  for (let k = 0; k < count; k += 1) points.push([at(left, k), at(bottom, k)], [at(right, k), at(top, k)]);
  return markOf("bars", points, role, more);
}

/** A path with a head at its end. */
export function arrow(x, y, role = "gradient", more = {}) {
  return markOf("arrow", pairsOf(x, y), role, more);
}

/** The image of the unit circle about a centre; one, other: conjugate radii; height in [0, 1], 0 the deepest. */
export function ellipse([x, y], one, other, height, role = "contour", more = {}) {
  const points = [[x, y], [x + one[0], y + one[1]], [x + other[0], y + other[1]]];
  return markOf("ellipse", points, role, { ...more, weight: [height] });
}

/** A line across the whole frame: upright at x, or level at y. */
export function rule({ x = NaN, y = NaN, role = "quiet", ...more }) {
  return markOf("rule", [[x, y]], role, more);
}

/** Bins about their middles; size [across, up], weight how full in [0, 1]. */
export function cells(x, y, size, weight, role = "data") {
  return markOf("cells", pairsOf(x, y), role, { size, weight });
}

/** A text centred there, if that is free. */
export function words(x, y, text, role = "quiet") {
  return markOf("text", [[x, y]], role, { text });
}

/** A panel of two axes and its marks. more: {heading, subheading, closing, square, aspect} */
export function panelOf(x, y, marks, more = {}) {
  return { x, y, marks, heading: "", subheading: "", closing: "", square: false, aspect: 0.75, ...more };
}

function markOf(kind, points, role, { text = "", name = "", size, weight }) {
  const mark = { kind, role, points };
  if (text) mark.text = text;
  if (name) mark.name = name;
  if (size) mark.size = size;
  if (weight) mark.weight = weight;
  return mark;
}

function isList(value) {
  return typeof value === "object" && value !== null;
}

function pairsOf(x, y) {
  if (!isList(x) && !isList(y)) return [[x, y]];
  const count = isList(x) ? x.length : y.length, points = new Array(count);
  for (let k = 0; k < count; k += 1) points[k] = [isList(x) ? x[k] : x, isList(y) ? y[k] : y];
  return points;
}
