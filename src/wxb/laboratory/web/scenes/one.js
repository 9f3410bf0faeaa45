// ① Data and tensors: rows as cards, as points and as boxes of two tensors; the trap of (3,) − (3, 1); a first guess by hand.
import { byHand, nudged, pointHandles, stepFor } from "../app/hands.js";
import { number } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { codeOf } from "../data/code.js";
import { dots, panelOf, rule, words } from "../marks/mark.js";
import { cardFlights, cardsPanel, broadcastPanel, tensorsPanel } from "../pictures/tensors.js";
import { rowMarks, selectedMarks, stageAxes } from "../pictures/line.js";
import { isPreset, rowsTable, rowUnder, valuesOf } from "./parts.js";

export const sceneOne = {
  id: 1,
  key: "data",
  adds: "A",
  opening: () => ({ start: { W: 1, b: 0 }, epoch: 0, shape: "(3, 1)" }),
  panels(known, size) {
    const tensors = known.state.shape === "(3,)" && known.rows.length > 1 ? broadcastPanel(known) : tensorsPanel(known);
    if (known.cells) return { A: guessPanel(known) };
    return size === "narrow" ? { A: guessPanel(known), B: tensors } : { A: guessPanel(known), B: tensors, C: cardsPanel(known) };
  },
  flights: cardFlights,
  handles: (known) => [...pointHandles(known), guessHandle(known)],
  hover: (known, slot, place) => (slot === "A" ? rowUnder(known, slot, place) : null),
  sentence: (known) => t(isPreset(known, "students") ? "data.sentence" : "data.sentence_own", valuesOf(known)),
  say: (known) => t(known.state.shape === "(3,)" ? "data.say_flat" : "data.say_shape", valuesOf(known)),
  description: (known) => t("data.description", valuesOf(known)),
  values: (known) => ({ ...valuesOf(known), answer: number(known.bowl.minimum.W * known.state.at + known.bowl.minimum.b) }),
  controls({ state, n, cells }) {
    const shape = { kind: "choice", key: "shape", label: "y_train.shape", value: state.shape, options: [["(3, 1)", `(${n}, 1)`], ["(3,)", `(${n},)`]], set: (value) => ({ shape: value }) };
    const label = t("data.guess", { at: number(state.at, 6) });
    const guess = { kind: "number", key: "guess", role: "own", label, value: state.guess, optional: true, step: 0.5, set: (value) => ({ guess: value }) };
    return cells ? [guess] : [shape, guess];
  },
  table: (known) => rowsTable(known, ["x", "y"]),
  formula: () => [],
  code: codeOf,
  task: { done: ({ state }) => state.guess !== null },
};

/** The points, a place that waits for a guess, and the guess. */
function guessPanel(known) {
  const { state, bowl } = known, { at, guess } = state, answer = bowl.minimum.W * at + bowl.minimum.b;
  const { x, y } = stageAxes(known, { x: [at], y: [answer, guess ?? answer] });
  const asked = guess === null ? [words(at, middleOf(y), "?", "own")] : [dots(at, guess, "own", { text: t("data.guessed", { value: number(guess) }) })];
  const marks = [rule({ x: at, role: "quiet" }), ...asked, ...rowMarks(known), ...selectedMarks(known)];
  return panelOf(x, y, marks, { heading: t("data.stage") });
}

function middleOf({ low, high }) {
  return low + 0.5 * (high - low);
}

/** ◌ slides at the place that is asked about. */
function guessHandle(known) {
  const { state, height, bowl } = known, { at, guess } = state;
  const { y } = stageAxes(known, { x: [at], y: [bowl.minimum.W * at + bowl.minimum.b] }), value = guess ?? middleOf(y);
  return {
    panel: "A", key: "guess", role: "own", at: [at, value], name: t("data.guess", { at: number(at, 6) }), value, low: value - 10 * height, high: value + 10 * height,
    text: guess === null ? "?" : number(guess),
    move: (_, up) => ({ guess: byHand(up, height) }),
    nudge: (axis, size, sign) => ({ guess: nudged(value, stepFor(height), size, sign) }),
  };
}
