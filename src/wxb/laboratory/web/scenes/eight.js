// ⑧ Prediction: what the line after so many epochs says, what the exact one says, and how sure it is; your own guess is still there.
import { byHand, nudged, pointHandles, stepFor } from "../app/hands.js";
import { number, predicted } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { codeOf } from "../data/code.js";
import { studentQuantile } from "../math/special.js";
import { between, dots, line, panelOf, rule } from "../marks/mark.js";
import { epochsPanel } from "../pictures/epochs.js";
import { lineMark, outsideMarks, rowMarks, selectedMarks, stageAxes } from "../pictures/line.js";
import { rowUnder, valuesOf } from "./parts.js";

const BAND_GRID = 61;
const LEVEL_OF_BAND = 0.95;

export const sceneEight = {
  id: 8,
  key: "prediction",
  adds: "A",
  opening: ({ path }) => ({ epoch: path?.epochs ?? 2000, at: path?.at ?? 4 }),
  panels: (known) => ({ A: predictionPanel(known), D: epochsPanel(known) }),
  handles: (known) => [placeHandle(known), ...pointHandles(known)],
  press: (known, slot, [epoch]) => (slot === "D" ? { epoch: Math.min(Math.max(Math.round(epoch), 0), known.run.epochs) } : null),
  hover: (known, slot, place) => (slot === "A" ? rowUnder(known, slot, place) : null),
  say: (known) => t(known.state.guess === null ? "prediction.say" : "prediction.say_guess", predictionValues(known)),
  description: (known) => t("prediction.description", predictionValues(known)),
  values: predictionValues,
  controls: ({ state, span, height }) => [
    { kind: "number", key: "at", label: "x", value: state.at, step: stepFor(span[1] - span[0]), set: (at) => ({ at }) },
    { kind: "number", key: "guess", role: "own", label: t("data.guess", { at: number(state.at, 6) }), value: state.guess, optional: true, step: stepFor(height), set: (guess) => ({ guess }) },
  ],
  table: () => null,
  formula({ here, state }) {
    const written = (value) => (value < 0 ? `(${number(value)})` : number(value));
    return [[`H(${number(state.at, 6)}) = `, null], [number(here.W), "fit"], [` · ${written(state.at)} + `, null], [written(here.b), "fit"], [` = ${predicted(here.W * state.at + here.b)}`, null]];
  },
  task: { done: ({ state }) => state.guess !== null },
  code: codeOf,
};

/** ● what the line says there, ✚ the exact one, ◌ the guess; the ground outside the data, and the band of the mean. */
function predictionPanel(known) {
  const { state, here, used: { minimum }, span } = known, { at, guess } = state, answer = here.W * at + here.b, exact = minimum.W * at + minimum.b;
  const { x, y } = stageAxes(known, { x: [at], y: [exact, ...(Number.isFinite(answer) ? [answer] : []), guess ?? exact] }), band = bandMarks(known, x);
  const own = guess === null ? [] : [dots(at, guess, "own", { text: t("data.guessed", { value: number(guess) }), name: t("prediction.own") })];
  const told = here.isMinimum ? [] : [dots(at, answer, "value", { text: predicted(answer), name: t("prediction.answer_of", { epochs: known.epoch }) })];
  const marks = [
    ...outsideMarks(span), ...band, lineMark(here, x), ...rowMarks(known), ...selectedMarks(known), rule({ x: at, role: "quiet" }),
    dots(at, exact, "minimum", { text: predicted(exact), name: t("prediction.exact") }), ...told, ...own,
  ];
  return panelOf(x, y, marks, { heading: t("prediction.stage", { x: number(at, 6) }) });
}

/** Where the mean of y lies with 95 % certainty, about the exact line; nothing where every row lies on it. */
export function bandMarks({ bowl, spread, n, used }, { low, high }) {
  if (!(spread > 0) || n < 3 || !used.both || !(bowl.variance > 0)) return [];
  const quantile = studentQuantile((1 + LEVEL_OF_BAND) / 2, n - 2), { W, b } = bowl.minimum;
  const grid = Array.from({ length: BAND_GRID }, (_, k) => low + ((high - low) * k) / (BAND_GRID - 1));
  const half = grid.map((x) => quantile * spread * Math.sqrt((1 + (x - bowl.mean) ** 2 / bowl.variance) / n));
  return [between(grid, grid.map((x, k) => W * x + b - half[k]), grid.map((x, k) => W * x + b + half[k]), "band", { name: t("prediction.band") }), line([low, high], [W * low + b, W * high + b], "minimum")];
}

function predictionValues(known) {
  const { run, state, span, used } = known, end = run.at(run.epochs), at = state.at;
  const values = { epochs: run.epochs, reached: predicted(end.W * at + end.b), exact: predicted(used.minimum.W * at + used.minimum.b), last: number(span[1]), x: number(at, 6) };
  return { ...valuesOf(known), ...values, epoch: known.epoch, now: predicted(known.here.W * at + known.here.b), guess: state.guess === null ? "—" : number(state.guess) };
}

/** ? along the axis, and up to a guess. */
function placeHandle(known) {
  const { state, here, span } = known, wide = span[1] - span[0] || 1, answer = here.W * state.at + here.b;
  return {
    panel: "A", key: "at", role: "value", at: [state.at, Number.isFinite(answer) ? answer : 0], name: t("prediction.place"), value: state.at, low: span[0] - 3 * wide, high: span[1] + 3 * wide,
    text: t("prediction.at_value", { x: number(state.at, 6), value: predicted(answer) }),
    move: (x) => ({ at: byHand(x, wide) }),
    nudge: (_axis, size, sign) => ({ at: nudged(state.at, stepFor(wide), size, sign) }),
  };
}
