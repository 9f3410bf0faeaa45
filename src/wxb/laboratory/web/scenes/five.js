// ⑤ One step: the tangent, the step −α · slope on the axis of W, and PyTorch's lines, lit one after the other in four beats.
import { byHand, lineAt, nudged, stepFor } from "../app/hands.js";
import { number, toldApart } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { codeOf } from "../data/code.js";
import { gradientAt } from "../math/bowl.js";
import { arrow, dots, panelOf, rule } from "../marks/mark.js";
import { contoursPanel } from "../pictures/contours.js";
import { costAxes, costMarks, heightOn, isLevel, parabolaOf, weightScale } from "../pictures/cost.js";
import { epochsPanel } from "../pictures/epochs.js";
import { slopeKey } from "./four.js";
import { valuesOf } from "./parts.js";
import { squaresOnLine } from "./three.js";

const FIVE_STEPS = 5;
const CLOSE_GUESS = 0.05; // of the way of five steps

export const sceneFive = {
  id: 5,
  key: "step",
  large: "B",
  beats: true,
  opening: () => ({ epoch: 0, view: "curve" }),
  panels: (known) => ({ A: squaresOnLine(known, { squares: false }), B: known.state.view === "contours" ? contoursPanel(known) : stepPanel(known), D: epochsPanel(known) }),
  handles: (known) => [startHandle(known)],
  press: (known, slot, [W]) => (slot === "B" && known.state.view === "curve" ? lineAt(known, { W: byHand(W, weightScale(known)) }) : null),
  say: (known) => t(slopeKey(known), valuesOf(known)),
  description: (known) => t("step.description", { ...valuesOf(known), lr: number(known.state.lr), next: number(nextOf(known).W) }),
  values: (known) => ({ ...valuesOf(known), W: number(afterFive(known)) }),
  controls(known) {
    const { state } = known, options = [["curve", t("curve.view_curve")], ["contours", t("curve.view_contours")]];
    return [
      { kind: "number", key: "five", label: t("step.guess"), value: state.answers[5] ?? null, optional: true, step: 0.1, set: (value) => ({ answers: answersWith(state.answers, value) }) },
      { kind: "choice", key: "view", label: t("curve.view"), value: state.view, options, set: (view) => ({ view }) },
    ];
  },
  table: () => null,
  formula: stepFormula,
  lines: ({ state: { beat, zero } }) => [
    ["H = model(x_train)", beat === 4],
    ["cost = F.mse_loss(H, y_train)", beat === 4],
    [`${zero ? "" : "# "}optimizer.zero_grad()`, beat === 1],
    ["cost.backward()", beat === 2],
    ["optimizer.step()", beat === 3],
  ],
  code: codeOf,
  task: { done: (known) => isGuessed(known) },
};

function answersWith(answers, value) {
  const { 5: _before, ...others } = answers;
  return value === null ? others : { ...others, 5: value };
}

function afterFive({ run }) {
  return run.at(Math.min(FIVE_STEPS, run.epochs)).W;
}

function isGuessed(known) {
  const answer = known.state.answers[5], W = afterFive(known);
  return answer !== undefined && Math.abs(answer - W) <= CLOSE_GUESS * Math.abs(W - known.run.at(0).W) + 1e-12;
}

/** The line after one more step. */
function nextOf({ run, epoch, here }) {
  return here.isMinimum || epoch >= run.epochs ? here : run.at(epoch + 1);
}

/** W := 0 − 0.01 × (−18.67) = 0.1867: the step to come, and while it is made the one that is made. */
function stepFormula(known) {
  const { here, state, run, epoch, bowl } = known, made = state.beat > 2 && epoch > 0 && !here.isMinimum, line = made ? run.at(epoch - 1) : here;
  const slope = made ? gradientAt(bowl, line).W : here.gradient.W, [from, to] = toldApart(line.W, made ? here.W : nextOf(known).W);
  const plain = state.momentum === 0 && state.zero, written = (text) => text.replace("-", "−");
  return [
    ["W := ", null], [written(from), "fit"], [" − ", null], ...(plain ? [] : [["… ", null]]), [number(state.lr, 6), "own"], [" × ", null],
    [slope < 0 ? `(${number(slope)})` : number(slope), "tangent"], [" = ", null], [written(to), "fit"],
  ];
}

/** The parabola; the step as an arrow on the axis; where the next line is. A beat shows its part: no gradient, the gradient, the step. */
function stepPanel(known) {
  const { state: { beat }, here } = known, { x, y } = costAxes(known), parts = parabolaOf(known), without = beat === 1 || beat === 3;
  const curve = costMarks(known, x).filter(({ role }) => !without || (role !== "tangent" && role !== "triangle"));
  const marks = [rule({ x: here.W, role: "quiet" }), ...trail(known, parts), ...curve, ...(beat === 1 ? [] : stepMarks(known, parts, y))];
  return panelOf(x, y, marks, { heading: isLevel(known) ? t("step.level") : t(here.gradient.W < 0 ? "step.grow" : "step.shrink") });
}

/** The step that is to be made, on its beat the one that was made. */
function stepMarks(known, parts, { low, high }) {
  const { run, epoch, here, state: { beat } } = known, made = beat === 3 && epoch > 0 && !here.isMinimum, foot = low + 0.06 * (high - low);
  const from = made ? run.at(epoch - 1).W : here.W, to = made ? here.W : nextOf(known).W, step = to - from;
  if (step === 0 || !Number.isFinite(step)) return [];
  const text = t("step.arrow", { step: `${step < 0 ? "−" : "+"}${number(Math.abs(step))}` });
  return [arrow([from, to], [foot, foot], "gradient", { text }), dots(to, heightOn(parts, to), "faded")];
}

/** The steps until now, with their own costs. */
function trail({ run, epoch, here, state: { only } }, parts) {
  const last = here.isMinimum ? 0 : Math.min(epoch, 200), Ws = [], costs = [];
  for (let e = Math.max(0, epoch - last); e < epoch; e += 1) { Ws.push(run.W[e]); costs.push(only === "W" ? heightOn(parts, run.W[e]) : run.costs[e]); }
  return Ws.length ? [dots(Ws, costs, "path")] : [];
}

/** ◯ the start: dragged, the descent begins elsewhere. */
function startHandle(known) {
  const { here, state, height } = known, scale = weightScale(known), contours = state.view === "contours";
  const to = (change) => lineAt(known, change);
  return {
    panel: "B", key: "start", role: "fit", at: [here.W, contours ? here.b : here.cost], name: t("step.start"), text: t("curve.dot_value", valuesOf(known)), value: here.W,
    low: here.W - 10 * scale, high: here.W + 10 * scale,
    move: (W, b) => to(contours ? { W: byHand(W, scale), b: byHand(b, height) } : { W: byHand(W, scale) }),
    nudge: (axis, size, sign) => to(contours && axis === "y" ? { b: nudged(here.b, stepFor(height), size, sign) } : { W: nudged(here.W, stepFor(scale), size, sign) }),
  };
}
