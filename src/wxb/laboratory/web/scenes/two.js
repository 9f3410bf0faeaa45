// ② Hypothesis: the line by two handles, ◉ b slides, ◯ W turns; the triangle of one step to the right and W up.
import { byHand, lineAt, lineHandles, pointHandles } from "../app/hands.js";
import { number } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { codeOf } from "../data/code.js";
import { bowlOf } from "../math/bowl.js";
import { momentsOf } from "../math/moments.js";
import { area, line, panelOf } from "../marks/mark.js";
import { errorMarks } from "../pictures/errors.js";
import { gainOf } from "../pictures/cost.js";
import { equationOf, heldAxes, lineMark, rowMarks, selectedMarks } from "../pictures/line.js";
import { lineFormula, rowsTable, rowUnder, valuesOf } from "./parts.js";

const NEAR_ENOUGH = 0.01; // of what the best line gains

export const sceneTwo = {
  id: 2,
  key: "hypothesis",
  adds: "A",
  opening: (payload) => ({ start: openingLine(payload, 0.6), epoch: 0 }),
  panels: (known) => ({ A: hypothesisPanel(known) }),
  handles: (known) => [...lineHandles(known, heldAxes(known)), ...pointHandles(known)],
  hover: (known, slot, place) => rowUnder(known, slot, place),
  say: saidOfRows,
  description: (known) => t("hypothesis.description", valuesOf(known)),
  values: valuesOf,
  controls: lineControls,
  table: (known) => rowsTable(known, ["x", "H", "y"]),
  formula: lineFormula,
  code: codeOf,
  task: { done: (known) => known.here.cost - known.bowl.floor <= NEAR_ENOUGH * (gainOf(known.bowl) || known.bowl.floor) },
};

/** W and b as numbers to be typed. */
export function lineControls(known) {
  const { here, bowl, height } = known, set = (change) => lineAt(known, change);
  const step = (size) => 10 ** Math.floor(Math.log10(size || 1) - 0.6);
  return [
    { kind: "number", key: "W", role: "fit", label: "W", value: here.W, step: step(Math.abs(bowl.minimum.W) || 1), set: (W) => set({ W }) },
    { kind: "number", key: "b", role: "fit", label: "b", value: here.b, step: step(height), set: (b) => set({ b }) },
  ];
}

/** A line that is on its way: a share of the exact slope, through where the exact line begins. */
export function openingLine({ presets, rows, moments, span }, share) {
  const own = rows ?? null, students = (presets ?? []).find(({ key }) => key === "students")?.rows;
  if (own && students && own.length === students.length && own.every(([x, y], k) => x === students[k][0] && y === students[k][1])) {
    return { W: Number((2 * share).toPrecision(2)), b: 0 };
  }
  const [low, high] = span.y, [left, right] = span.x, wide = right - left || 1;
  const rises = own ? !(bowlOf(momentsOf(own)).minimum.W < 0) : !moments || risesOf(moments) >= 0, W = ((rises ? 1 : -1) * share * (high - low)) / wide / 2;
  const turned = Number(W.toPrecision(2)), b = (low + high) / 2 - (turned * (left + right)) / 2;
  return { W: turned, b: byHand(b, high - low || 1) };
}

/** The sign of the covariance, from the moments of the page. */
function risesOf({ n, x, y, xy }) {
  return Math.sign(n * xy[0] - x[0] * y[0]);
}

function hypothesisPanel(known) {
  const { x, y } = heldAxes(known), { here } = known, step = stepAlong(known), left = x.low <= 0 && x.high > step ? 0 : known.span[0];
  const low = here.W * left + here.b, up = here.W * step, text = step === 1 ? `W = ${number(here.W)}` : `${number(step)} · W = ${number(up)}`;
  const triangle = [
    area([left, left + step, left + step], [low, low, low + up], "triangle"),
    line([left + step, left + step], [low, low + up], "triangle", { text }),
  ];
  const quiet = errorMarks(known).map((mark) => ({ ...mark, role: "faded" }));
  const marks = [...triangle, ...quiet, lineMark(here, x, { text: equationOf(here) }), ...rowMarks(known), ...selectedMarks(known)];
  return panelOf(x, y, marks, { heading: t("picture.line_title") });
}

/** One to the right, where rows are some units apart; else a round number. */
function stepAlong({ span }) {
  const wide = span[1] - span[0];
  return wide > 0 && (wide < 1.5 || wide > 15) ? 10 ** Math.floor(Math.log10(wide / 2)) : 1;
}

/** H at the first rows. */
function saidOfRows({ rows, here }) {
  return rows.slice(0, 4).map(([x]) => `H(${number(x)}) = ${number(here.W * x + here.b)}`).join(" · ");
}
