// The cost as a meter: the squared error of each row and their mean as one square; of many rows their shares, the largest first.
// Marks: twins of wxb/pictures/cost.py; with `absolute` the errors without their signs, side by side as bars.
import { number } from "../base/numbers.js";
import { t, tn } from "../base/texts.js";
import { axis } from "../marks/axis.js";
import { bars, panelOf, rule, words } from "../marks/mark.js";

const BARS = 40;
const FEW_ROWS = 8;

/** The panel of a state; null where the rows are no longer there one by one. */
export function meterPanel(known) {
  const { rows, cells, here, state } = known;
  if (cells || !rows.length) return null;
  const errors = rows.map(([x, y]) => y - (here.W * x + here.b));
  if (!errors.some((error) => error !== 0)) return stillPanel();
  if (state.absolute) return barsPanel(errors.map(Math.abs));
  const squares = errors.map((error) => error * error);
  return rows.length <= FEW_ROWS ? squaresPanel(squares, here.cost, state.selected) : sharesPanel(squares, here.cost);
}

function stillPanel() {
  const bare = () => axis("", 0, 1, { hidden: true });
  return panelOf(bare(), bare(), [rule({ y: 0.5, role: "mean", text: t("picture.no_errors") })], { heading: t("picture.no_cost"), aspect: 0.3 });
}

/** A true square for each row, in their order, and one of the mean area. */
function squaresPanel(squares, cost, selected) {
  const sides = [...squares, cost].map(Math.sqrt), most = Math.max(...sides), gap = 0.12 * most, count = squares.length;
  const left = [0];
  for (let k = 0; k < count; k += 1) left.push(left[k] + sides[k] + gap + (k === count - 1 ? 2 * gap : 0));
  const right = left.map((from, k) => from + sides[k]), low = -0.3 * most;
  const texts = [...squares.map((area) => number(area, 3)), t("picture.mean", { area: number(cost, 4) })];
  const marks = [
    bars(left.slice(0, -1), right.slice(0, -1), 0, sides.slice(0, -1), "value", { name: t("picture.square_of_row") }),
    bars(left.slice(-1), right.slice(-1), 0, sides.slice(-1), "mean", { name: t("picture.mean_of_squares") }),
    ...texts.map((text, k) => words((left[k] + right[k]) / 2, 0.45 * low, text)),
  ];
  if (selected !== null && selected < count) marks.push(bars([left[selected]], [right[selected]], 0, [sides[selected]], "start"));
  const x = axis("", -gap, right[count] + 2 * gap, { hidden: true }), y = axis("", low, 1.1 * most, { hidden: true });
  return panelOf(x, y, marks, { heading: t("picture.mean_of_these"), square: true, aspect: 0.45 });
}

/** Shares of the cost along one bar, the largest first; very many are added up. */
function sharesPanel(all, cost) {
  const sorted = [...all].sort((one, other) => other - one), squares = all.length <= BARS ? sorted : groupedSums(sorted);
  const total = squares.reduce((sum, each) => sum + each, 0), ends = [0];
  for (const each of squares) ends.push(ends.at(-1) + each);
  const shares = ends.map((end) => end / total), half = shares.findIndex((share) => share >= 0.5);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => [share, `${100 * share} %`]);
  const heading = all.length <= BARS ? tn("picture.half_of", half, { n: half }) : t("picture.where_from");
  return panelOf(
    axis(t("picture.share"), 0, 1, { ticks }), axis("", 0, 1, { hidden: true }),
    [bars(shares.slice(0, -1), shares.slice(1), 0, 1, "value")],
    { heading, closing: t("picture.mean_closing", { cost: number(cost) }), aspect: 0.3 },
  );
}

/** Sums of BARS parts of a list, the first ones longer by one where it does not divide. */
function groupedSums(sorted) {
  const least = Math.floor(sorted.length / BARS), longer = sorted.length % BARS, sums = [];
  for (let k = 0, at = 0; k < BARS; k += 1) {
    const end = at + least + (k < longer ? 1 : 0);
    sums.push(sorted.slice(at, end).reduce((sum, each) => sum + each, 0));
    at = end;
  }
  return sums;
}

/** Errors without their signs as bars, and their mean. */
function barsPanel(errors) {
  const mean = errors.reduce((sum, each) => sum + each, 0) / errors.length;
  const left = errors.map((_error, k) => k + 0.6), right = errors.map((_error, k) => k + 1.4);
  return panelOf(
    axis(t("picture.row"), 0.4, errors.length + 0.6, { hidden: true }), axis(t("picture.absolute"), 0, 1.1 * Math.max(...errors)),
    [bars(left, right, 0, errors, "value"), rule({ y: mean, role: "mean", text: t("picture.mean", { area: number(mean) }) })],
    { heading: t("picture.absolute_title"), aspect: 0.3 },
  );
}
