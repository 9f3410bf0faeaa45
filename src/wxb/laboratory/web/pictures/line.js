// The rows and the line now: axes that hold still while it turns, points or cells, the line, the ground outside the data.
// Marks: twins of wxb/pictures/line.py and points.py.
import { number } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { around } from "../marks/axis.js";
import { area, cells, dots, ellipse, line, panelOf } from "../marks/mark.js";

const AIR = 0.08;
const HELD = 0.2; // of the rows' width: where the line's slope is held, beyond the last of them

/** {x, y} of the rows, with 0 where it is near: they depend on the rows alone, so that a line that is turned turns. more: values to be seen */
export function stageAxes({ names, span, up }, more = {}) {
  const tall = around("", [up]);
  const x = around(names.x, [withZero(...span), more.x ?? []], { margin: AIR });
  const y = around(names.y, [withZero(tall.low, tall.high), more.y ?? []], { margin: AIR });
  return { x, y };
}

/** The same with room to the right of the rows, where the line is held. */
export function heldAxes(known) {
  const [low, high] = known.span, { W, b } = known.bowl.minimum, x = high + HELD * (high - low), y = W * x + b;
  return stageAxes(known, { x: [x], y: Number.isFinite(y) ? [y] : [] });
}

function withZero(low, high) {
  const reach = high - low;
  if (low > 0 && low <= reach) return [0, high];
  return high < 0 && -high <= reach ? [low, 0] : [low, high];
}

/** The rows: dots; of very many cells, of moments alone an ellipse, and upon them what was added as dots. */
export function rowMarks({ rows, cells: bins, state, bowl }, more = {}) {
  const single = bins ? state.added : rows, one = single.length ? [dots(single.map(([x]) => x), single.map(([, y]) => y), "data", more)] : [];
  if (!bins) return one;
  return [bins.x.length ? cells(bins.x, bins.y, bins.size, bins.weight) : spreadMark(bowl), ...one];
}

/** Two standard deviations of rows of which only the moments are known: along the exact line, and of the errors about it. */
function spreadMark({ mean, variance, minimum: { W, b }, floor }) {
  const along = 2 * Math.sqrt(variance), up = 2 * Math.sqrt(floor);
  return ellipse([mean, W * mean + b], [along, W * along], [0, up], 0, "data", { text: t("picture.spread") });
}

/** The line over an axis. */
export function lineMark({ W, b }, { low, high }, more = {}, role = "fit") {
  return line([low, high], [W * low + b, W * high + b], role, { name: t("picture.line"), ...more });
}

/** The ground to both sides of the data. */
export function outsideMarks(span) {
  if (!span) return [];
  const ups = [-Infinity, -Infinity, Infinity, Infinity], name = t("picture.outside"), [low, high] = span;
  return [area([-Infinity, low, low, -Infinity], ups, "outside", { name }), area([high, Infinity, Infinity, high], ups, "outside", { name })];
}

/** The line as an equation: H(x) = 2x − 1. */
export function equationOf({ W, b }, digits = 4) {
  const sign = b < 0 ? "−" : "+";
  return b === 0 ? `H(x) = ${number(W, digits)}x` : `H(x) = ${number(W, digits)}x ${sign} ${number(Math.abs(b), digits)}`;
}

/** The row that is looked at, if one is: a ring of its own. */
export function selectedMarks({ rows, cells: bins, state }) {
  const row = bins || state.selected === null ? null : rows[state.selected];
  return row ? [dots(row[0], row[1], "start")] : [];
}

/** The rows and the line, as `wxb plot line` draws them without bands. */
export function linePanel(known, more = {}) {
  const { x, y } = more.axes ?? stageAxes(known), drawn = lineMark(known.here, x), rows = rowMarks(known);
  const over = known.cells ? [...rows, drawn] : [drawn, ...rows];
  return panelOf(x, y, [...outsideMarks(known.span), ...over], { heading: t("picture.line_title") });
}
