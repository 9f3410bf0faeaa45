// What several scenes share: rows as a table, the formula of the line, the row under a pointer, words about a slope.
import { number, summed, thousands } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { axis } from "../marks/axis.js";
import { panelOf, words } from "../marks/mark.js";
import { equationOf } from "../pictures/line.js";

const NEAR = 0.05; // of the stage's width and height: a row is under the pointer
const FEW_TERMS = 5;

/** Rows with what the line says of them. columns: which of x, y, H, error, square */
export function rowsTable({ rows, cells, names, here, state }, columns) {
  if (cells || !rows.length) return null;
  const heads = { x: names.x, y: names.y, H: "H(x)", error: "y − H(x)", square: "(y − H)²" };
  const told = rows.map(([x, y]) => {
    const H = here.W * x + here.b, error = y - H, all = { x, y, H, error, square: error * error };
    return columns.map((column) => number(all[column]));
  });
  return { columns: columns.map((column) => heads[column]), rows: told, selected: state.selected };
}

/** H(x) = W x + b in pieces, whose numbers can be pulled. */
export function lineFormula({ here }) {
  const sign = here.b < 0 ? " x − " : " x + ";
  return [["H(x) = ", null], [number(here.W), "fit", "W"], [sign, null], [number(Math.abs(here.b)), "fit", "b"]];
}

/** cost = (2.56 + 10.24 + 23.04) / 3 = 11.95, each square by its side of the line; of many rows the sum alone. */
export function costFormula({ rows, cells, here, n }) {
  const end = [[` / ${n} = `, null], [number(here.cost), "mean"]];
  if (cells || rows.length > FEW_TERMS) return [["cost = Σ (y − H(x))²", null], ...end];
  const errors = rows.map(([x, y]) => y - (here.W * x + here.b)), squares = summed(errors.map((error) => error * error));
  const terms = errors.flatMap((error, k) => [...(k ? [[" + ", null]] : []), [squares[k], error < 0 ? "below" : "above"]]);
  return [["cost = (", null], ...terms, [")", null], ...end];
}

/** The row under a place of the stage, or of the meter, as a patch; null where nothing changes. */
export function rowUnder(known, slot, place, meter = null) {
  const found = place === null ? null : slot === "C" ? barUnder(meter, place) : pointUnder(known, place);
  return found === known.state.selected ? null : { selected: found };
}

function pointUnder({ rows, span, height, here }, [x, y]) {
  const wide = span[1] - span[0] || Math.abs(span[0]) || 1;
  let found = null, least = NEAR;
  rows.forEach(([at, up], k) => {
    const on = here.W * at + here.b, beside = Math.abs(x - at) / wide;
    const away = y > Math.min(on, up) && y < Math.max(on, up) ? beside : Math.max(beside, Math.min(Math.abs(y - up), Math.abs(y - on)) / height);
    if (away < least) { least = away; found = k; }
  });
  return found;
}

function barUnder(meter, [x, y]) {
  const squares = meter?.marks.find(({ kind, role }) => kind === "bars" && role === "value");
  if (!squares || !meter.square) return null;
  for (let k = 0; 2 * k + 1 < squares.points.length; k += 1) {
    const [left, low] = squares.points[2 * k], [right, high] = squares.points[2 * k + 1];
    if (x >= left && x <= right && y >= low && y <= high) return k;
  }
  return null;
}

/** The rows of a preset, if these are what is shown. */
export function isPreset({ payload, rows, cells }, key) {
  const wanted = (payload.presets ?? []).find((preset) => preset.key === key)?.rows;
  return !cells && Boolean(wanted) && wanted.length === rows.length && wanted.every(([x, y], k) => rows[k][0] === x && rows[k][1] === y);
}

/** The numbers of now, for texts. */
export function valuesOf({ here, minimum, line1d, n, names, state }) {
  return {
    n: thousands(n), square: thousands(n * n), x: names.x, y: names.y, W: number(minimum.W), b: number(minimum.b), least: number(minimum.cost), cost: number(here.cost),
    equation: equationOf(here), slope: number(here.gradient.W), at: number(state.at, 6), weight: number(here.W), best: number(line1d.minimum.W),
  };
}

/** Where nothing moves, because x is 0 in every row: that in words. */
export function noRatePanel({ names }) {
  const hidden = { hidden: true };
  return panelOf(axis(names.x, 0, 1, hidden), axis("", 0, 1, hidden), [words(0.5, 0.5, t("app.no_rate"))]);
}
