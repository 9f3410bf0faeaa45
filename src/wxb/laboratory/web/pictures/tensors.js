// The rows as cards, and as tensors: x_train and y_train of shape (3, 1) as boxes in two columns, and what (3,) − (3, 1) makes of them: a table of errors.
import { number } from "../base/numbers.js";
import { t, tn } from "../base/texts.js";
import { axis } from "../marks/axis.js";
import { bars, panelOf, words } from "../marks/mark.js";

const MOST_BOXES = 8;
const MOST_CARDS = 6;

/** The two tensors; of many rows the first and the last. */
export function tensorsPanel(known) {
  const { rows, state, names } = known, shown = shownRows(rows.length), count = shown.length, marks = [];
  [["x_train", 0], ["y_train", 1]].forEach(([title, column]) => {
    const left = 0.15 + 1.2 * column, middle = left + 0.45;
    marks.push(bars(left, left + 0.9, shown.map((_row, k) => count - k - 0.92), shown.map((_row, k) => count - k - 0.08), column ? "fit" : "leaf"));
    shown.forEach((row, k) => marks.push(words(middle, count - k - 0.5, row === null ? "⋮" : number(rows[row][column]))));
    const shape = state.shape === "(3,)" && column ? `(${rows.length},)` : `(${rows.length}, 1)`;
    marks.push(words(middle, count + 0.62, title), words(middle, count + 0.2, shape), words(middle, -0.3, column ? names.y : names.x));
  });
  const selected = shown.indexOf(state.selected);
  if (state.selected !== null && selected >= 0) marks.push(bars(0.1, 2.3, count - selected - 0.98, count - selected - 0.02, "start"));
  return panelOf(bare(0, 2.4), bare(-0.6, count + 0.9), marks, { heading: t("picture.tensors_title") });
}

/** What y − H(x) is when H(x) has shape (n, 1) and y has (n,): every row against every other. */
export function broadcastPanel(known) {
  const { rows, here } = known, shown = rows.slice(0, 5), count = shown.length, marks = [];
  shown.forEach(([x], down) => shown.forEach(([, y], along) => {
    const error = y - (here.W * x + here.b), top = count - down;
    marks.push(bars(along + 0.04, along + 0.96, top - 0.96, top - 0.04, down === along ? "good" : "diverge"));
    marks.push(words(along + 0.5, top - 0.5, number(error, 3), down === along ? "good" : "diverge"));
  }));
  shown.forEach(([x, y], k) => {
    marks.push(words(-0.45, count - k - 0.5, number(here.W * x + here.b, 3), "fit"), words(k + 0.5, count + 0.25, number(y, 3), "data"));
  });
  marks.push(words(count / 2, count + 0.6, `y (${rows.length},)`, "data"), words(-0.45, count + 0.25, `H (${rows.length}, 1)`, "fit"));
  const square = rows.length * rows.length;
  return panelOf(bare(-0.95, count + 0.15), bare(-0.15, count + 0.85), marks, {
    heading: t("picture.broadcast_title", { n: rows.length, square }),
    closing: rows.length > count ? t("picture.broadcast_part", { n: count }) : "",
  });
}

/** Which rows are boxes: all, or the first ones, a gap, the last. */
function shownRows(count) {
  const all = Array.from({ length: count }, (_, k) => k);
  return count <= MOST_BOXES ? all : [...all.slice(0, MOST_BOXES - 2), null, count - 1];
}

function bare(low, high) {
  return axis("", low, high, { hidden: true });
}

/** From where to where each card flies: to the point that its row is. */
export function cardFlights({ rows, cells }) {
  return cells ? [] : rows.slice(0, MOST_CARDS).map(([x, y], k) => ({ text: `${number(x)} → ${number(y)}`, from: ["C", [k + 0.5, 0.5]], to: ["A", [x, y]] }));
}

/** Each row as a card: what it has, and what goes with it. */
export function cardsPanel(known) {
  const { rows, names, state } = known, shown = rows.slice(0, MOST_CARDS), marks = [];
  shown.forEach(([x, y], k) => {
    marks.push(bars(k + 0.05, k + 0.95, 0.05, 0.95, k === state.selected ? "start" : "leaf"), words(k + 0.5, 0.5, `${number(x)} → ${number(y)}`, "data"));
  });
  const more = rows.length - shown.length;
  return panelOf(bare(0, Math.max(shown.length, 3)), bare(0, 1), marks, {
    heading: t("picture.cards_title", names), closing: more > 0 ? tn("picture.cards_left", more, { n: more }) : "", aspect: 0.2,
  });
}
