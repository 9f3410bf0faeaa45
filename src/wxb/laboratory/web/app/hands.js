// What hands can hold, made for scenes: the rows as points, the line by its slope and its bias. Patches for rows, too.

import { MOST_ROWS } from "./state.js";
import { number } from "../base/numbers.js";
import { t } from "../base/texts.js";

const SIZES = { small: 0.01, plain: 0.1, large: 1 };

/** A round step for values of such a size: 0.1 of the students, who are some units apart. */
export function stepFor(spread) {
  return spread > 0 && Number.isFinite(spread) ? 10 ** Math.round(Math.log10(spread / 3)) : 1;
}

/** A value moved by a step, without the dust of decimals. */
export function nudged(value, step, size, sign) {
  const by = step * SIZES[size];
  const moved = Math.round(value / by + sign) * by;
  return Number(moved.toPrecision(12));
}

/** A value as a drag leaves it: no finer than a hand is. */
export function byHand(value, spread) {
  const grain = 10 ** Math.floor(Math.log10(Math.abs(spread) || 1) - 2.3);
  return Number.isFinite(value) ? Number((Math.round(value / grain) * grain).toPrecision(12)) : value;
}

/** The line now; of one that ran out of the numbers there are, where it began. */
const startAt = ({ here, state: { start } }) => (Number.isFinite(here.W) && Number.isFinite(here.b) ? { W: here.W, b: here.b } : start);

/** The line with this slope, or this bias, from now on its own start. */
export function lineAt(known, change) {
  return { start: { ...startAt(known), ...change }, epoch: 0 };
}

export function rowMoved(known, row, [x, y]) {
  return { ...rowsBecome(known, replaced(known.rows, row, [x, y])), selected: row };
}

export function rowRemoved(known, row) {
  return { ...rowsBecome(known, known.rows.filter((_, k) => k !== row)), selected: null };
}

/** A row more; null where there is no room. */
export function rowAdded(known, [x, y]) {
  return known.rows.length < MOST_ROWS ? { ...rowsBecome(known, [...known.rows, [x, y]]), selected: known.rows.length } : null;
}

/** Rows of one's own, or those beside the sums of a page that has no rows. */
function rowsBecome(known, rows) {
  return known.sums ? { added: rows } : { rows };
}

function replaced(rows, at, row) {
  return rows.map((each, k) => (k === at ? row : each));
}

/** A handle for each row: drags, arrows ← ↑ → ↓, Del; dragged out of the frame it is removed. */
export function pointHandles(known, panel = "A") {
  const { rows } = known;
  const [low, high] = known.span;
  const across = high - low || Math.abs(high) || 1;
  const up = known.height || 1;
  return rows.map(([x, y], row) => ({
    panel,
    key: `row-${row}`,
    role: "data",
    at: [x, y],
    name: t("app.point", { row: row + 1 }),
    text: `(${number(x)}, ${number(y)})`,
    value: y,
    low: y - 10 * up,
    high: y + 10 * up,
    move: (px, py) => rowMoved(known, row, [byHand(px, across), byHand(py, up)]),
    nudge: (axis, size, sign) =>
      rowMoved(known, row, axis === "x" ? [nudged(x, stepFor(across), size, sign), y] : [x, nudged(y, stepFor(up), size, sign)]),
    remove: rows.length > 1 || known.sums ? () => rowRemoved(known, row) : undefined,
  }));
}

/** The slope W, held beyond the last row and turning about x = 0; the bias b, sliding at x = 0 or at the left edge. */
export function lineHandles(known, axes, panel = "A") {
  const { here } = known, { W, b } = here, x = axes.x;
  const far = onStage(handleAt(known.span, x), here, axes, 0.05);
  const near = onStage(x.low <= 0 && x.high >= 0 ? 0 : x.low + 0.04 * (x.high - x.low), here, axes);
  const arm = 0.1 * (x.high - x.low); // the shortest, from x = 0, by which a hand turns
  const up = known.height || 1;
  const across = known.span[1] - known.span[0] || 1;
  const slope = stepFor((3 * up) / across / 2);
  const cost = number(known.here.cost);
  return [
    {
      panel, key: "b", role: "fit", at: [near, W * near + b], name: t("app.bias"), text: t("app.bias_value", { value: number(b), cost }), value: b,
      low: b - 10 * up, high: b + 10 * up,
      move: (_, y) => lineAt(known, { b: byHand(y - W * near, up) }),
      nudge: (_, size, sign) => lineAt(known, { b: nudged(b, stepFor(up), size, sign) }),
    },
    {
      panel, key: "W", role: "fit", at: [far, W * far + b], name: t("app.weight"), text: t("app.weight_value", { value: number(W), cost }), value: W,
      low: W - 10 * slope, high: W + 10 * slope,
      move: (to, y) => lineAt(known, { W: byHand((y - b) / (to * far > 0 && Math.abs(to) > arm ? to : Math.sign(far) * Math.max(arm, Math.abs(far))), up / across) }),
      nudge: (_, size, sign) => lineAt(known, { W: nudged(W, slope, size, sign) }),
    },
  ];
}

/** Where the slope is held: beyond the last row, and never at x = 0, about which it turns. */
function handleAt([low, high], { low: left, high: right }) {
  const far = Math.min(high + 0.25 * (high - low), right - 0.06 * (right - left));
  if (Math.abs(far) > 0.05 * (right - left)) return far;
  return Math.abs(left) > Math.abs(right) ? left + 0.06 * (right - left) : right - 0.06 * (right - left);
}

/** A place of the line that is to be held: along the line back onto the stage, where it left it. least: of the width, about x = 0 */
function onStage(at, { W, b }, { x, y }, least = 0) {
  const inset = 0.03 * (y.high - y.low), low = y.low + inset, high = y.high - inset, up = W * at + b;
  const back = up > high ? (high - b) / W : up < low ? (low - b) / W : at;
  return back >= x.low && back <= x.high && Math.abs(back) >= least * (x.high - x.low) && (least === 0 || back * at > 0) ? back : at;
}
