// The line of a descent at epochs 0, 1, 2, 5, 10, 100 … and where it is now, beside the exact minimum: how it settles.
// Marks: twins of wxb/pictures/film.py.
import { inWords } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { around } from "../marks/axis.js";
import { line, panelOf } from "../marks/mark.js";
import { lastEpoch } from "./epochs.js";
import { outsideMarks, rowMarks, selectedMarks, stageAxes } from "./line.js";

const FIRST_FRAMES = [0, 1, 2, 5, 10, 100];
const LINE_LEAVES = 1.5; // times the height of rows and first line, beyond which a line is out of sight

/** Which epochs are drawn until one: a few of the first, powers of ten, and that one. */
export function framesUntil(made) {
  const powers = Array.from({ length: 13 }, (_, k) => 10 ** (k + 3));
  return [...new Set([...FIRST_FRAMES, ...powers].filter((epoch) => epoch < 0.7 * made)), made];
}

/** The exact line, and those of some epochs until one. */
export function filmMarks({ run, used }, epoch, { low, high }) {
  const frames = framesUntil(epoch), heights = ({ W, b }) => [W * low + b, W * high + b];
  const drawn = frames.map((e, k) => {
    const last = k === frames.length - 1, text = k === 0 || last ? t("picture.epoch_n", { n: inWords(e) }) : inWords(e);
    return line([low, high], heights(run.at(e)), last ? "fit" : "faded", { text, name: t(last ? "picture.film_end" : "picture.film_way") });
  });
  return [line([low, high], heights(used.minimum), "minimum", { name: t("picture.exact") }), ...drawn];
}

/** The panel at an epoch. */
export function filmPanel(known, epoch = known.epoch) {
  const { run, used, span, up } = known, now = Math.min(epoch, lastEpoch(run));
  const { x } = stageAxes(known), ends = [...up];
  for (const { W, b } of [run.at(0), used.minimum, ...(run.diverges ? [] : [run.at(now)])]) ends.push(W * x.low + b, W * x.high + b);
  const seen = ends.filter(Number.isFinite), [low, high] = [Math.min(...seen), Math.max(...seen)], air = run.diverges ? (LINE_LEAVES - 1) * (high - low || Math.abs(high) || 1) : 0;
  const y = around(known.names.y, [[low - air, high + air]]), rows = rowMarks(known);
  const marks = [...outsideMarks(span), ...(known.cells ? rows : []), ...filmMarks(known, now, x), ...(known.cells ? [] : rows), ...selectedMarks({ ...known, state: { ...known.state, selected: null } })];
  return panelOf(x, y, marks, { heading: t(run.diverges ? "picture.film_climbs" : "picture.film_title") });
}
