// The cost along W, b held as it is: a parabola, where the line is on it, its tangent and the triangle of its slope.
// Marks: twins of wxb/pictures/cost.py and parabola.py.
import { number } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { axis } from "../marks/axis.js";
import { area, dots, line, panelOf } from "../marks/mark.js";

const GRID_POINTS = 161;
const EVEN = 1e-9;
const REACHES = 40;
const DEEP = 5;
const REVEALED = 25; // dots of a trace

/** Where the parabola is lowest, its cost there, its second derivative. */
export function parabolaOf({ line1d }) {
  return { best: line1d.minimum.W, low: line1d.floor, curvature: 2 * line1d.square };
}

export function heightOn({ best, low, curvature }, W) {
  return low + 0.5 * curvature * (W - best) ** 2;
}

/** {x, y}: about the exact minimum, wider in doublings, so that they hold still while the line turns. */
export function costAxes(known, tracks = []) {
  const { bowl, here, line1d, state } = known, scale = weightScale(known), deep = DEEP * Math.sqrt((gainOf(bowl) || bowl.floor) / bowl.square);
  const narrow = deep > 0 && deep < scale / DEEP; // rows far from 0: with b held hardly any other W is possible
  const middle = narrow ? line1d.minimum.W : bowl.minimum.W, seen = narrow ? [here.W] : [here.W, state.start.W, line1d.minimum.W, ...tracks];
  const reach = 1.15 * reachAbout(middle, seen, narrow ? deep : scale), x = axis("W", middle - reach, middle + reach);
  const edge = bowl.floor + bowl.square * (x.high - middle) ** 2, low = bowl.floor;
  const wanted = Math.max(here.cost, line1d.floor + 0.3 * (edge - low)) - low;
  let height = edge - low || 1;
  for (let k = 0; k < REACHES && height < wanted; k += 1) height *= 2;
  return { x, y: axis(t("picture.cost"), low - 0.08 * height, low + height) };
}

/** How far below a level line through the rows the best line is: the size of costs that are to be told apart. */
export function gainOf({ variance, minimum }) {
  return variance * minimum.W ** 2;
}

/** A slope as large as the rows suggest: as far as W is from 0, or their height by their width. */
export function weightScale({ bowl, height, span }) {
  return Math.max(Math.abs(bowl.minimum.W), 0.5 * (height / (span[1] - span[0] || 1))) || 1;
}

/** A reach about a middle that is a doubling of a scale and has all of these within. */
export function reachAbout(middle, values, scale) {
  const most = values.reduce((far, value) => (Number.isFinite(value) ? Math.max(far, Math.abs(value - middle)) : far), 0);
  let reach = scale;
  for (let k = 0; k < REACHES && reach < most * 0.98; k += 1) reach *= 2;
  return reach;
}

/** The parabola over an axis. */
export function parabolaMark(parts, { low, high }) {
  const grid = Array.from({ length: GRID_POINTS }, (_, k) => low + ((high - low) * k) / (GRID_POINTS - 1));
  return line(grid, grid.map((W) => heightOn(parts, W)), "value", { name: t("picture.cost") });
}

/** Whether the tangent is level, but for rounding. */
export function isLevel({ state, here, line1d }) {
  const curvature = 2 * line1d.square, slope = curvature * (here.W - line1d.minimum.W);
  const first = Math.abs(curvature * (state.start.W - line1d.minimum.W));
  return Number.isFinite(slope) && Math.abs(slope) <= EVEN * Math.max(first, curvature * Math.abs(here.W));
}

/** The tangent, and a triangle under it: so far across, so far up. */
export function slopeMarks(at, cost, slope, { low, high }) {
  const reach = 0.22 * (high - low), toward = (slope > 0 ? -1 : 1) * 0.12 * (high - low), down = slope * toward;
  const ends = [at - reach, at + reach];
  return [
    area([at, at, at + toward], [cost, cost + down, cost + down], "triangle", { name: t("picture.triangle") }),
    line(ends, ends.map((end) => cost + slope * (end - at)), "tangent", { text: t("picture.slope", { slope: number(slope) }), name: t("picture.tangent") }),
  ];
}

/** The curve, its tangent, the minimum and the dot where the line is. */
export function costMarks(known, x) {
  const parts = parabolaOf(known), at = known.here.W, cost = heightOn(parts, at), slope = parts.curvature * (at - parts.best);
  const lowest = dots(parts.best, parts.low, "minimum", { text: t("picture.lowest", { weight: number(parts.best) }) });
  if (isLevel(known)) {
    const reach = 0.18 * (x.high - x.low);
    return [parabolaMark(parts, x), line([at - reach, at + reach], [cost, cost], "tangent", { text: t("picture.level") }), lowest];
  }
  return [parabolaMark(parts, x), ...slopeMarks(at, cost, slope, x), lowest, dots(at, cost, "fit", { text: t("picture.now", { weight: number(at) }) })];
}

/** The panel; while a hand leaves a trace its dots alone, until they are so many that the curve is there to be seen. */
export function costPanel(known) {
  const { x, y } = costAxes(known), { trace } = known.state;
  return panelOf(x, y, trace === null ? costMarks(known, x) : traceMarks(known, x, trace), { heading: t("picture.cost_title") });
}

function traceMarks(known, x, trace) {
  const parts = parabolaOf(known), at = known.here.W, curve = trace.length < REVEALED ? [] : [parabolaMark(parts, x)];
  const left = trace.length ? [dots(trace.map(([W]) => W), trace.map(([, cost]) => cost), "path")] : [];
  return [...curve, ...left, dots(at, heightOn(parts, at), "fit", { text: t("picture.now", { weight: number(at) }) })];
}
