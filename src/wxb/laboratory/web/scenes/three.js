// ③ Cost: a true square on each error, hatched by its side of the line; below them side by side, and their mean as one square.
import { lineHandles, pointHandles } from "../app/hands.js";
import { number } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { codeOf } from "../data/code.js";
import { panelOf } from "../marks/mark.js";
import { errorMarks } from "../pictures/errors.js";
import { gainOf } from "../pictures/cost.js";
import { equationOf, heldAxes, lineMark, rowMarks, selectedMarks } from "../pictures/line.js";
import { meterPanel } from "../pictures/meter.js";
import { costFormula, isPreset, rowsTable, rowUnder, valuesOf } from "./parts.js";
import { lineControls, openingLine } from "./two.js";

const SHEET_GOAL = 62.5; // y = 13x + 1

export const sceneThree = {
  id: 3,
  key: "cost",
  adds: "A",
  opening: (payload) => ({ start: openingLine(payload, 0.2), epoch: 0, absolute: false }),
  panels(known) {
    const meter = meterPanel(known);
    return meter ? { A: squaresOnLine(known), C: meter } : { A: squaresOnLine(known) };
  },
  handles: (known) => [...lineHandles(known, heldAxes(known)), ...pointHandles(known)],
  hover: (known, slot, place) => rowUnder(known, slot, place, slot === "C" ? meterPanel(known) : null),
  say: (known) => (isSheetLine(known) ? t("cost.sentence_sheet") : t("cost.sentence_squares", valuesOf(known))),
  description: (known) => t("cost.description", valuesOf(known)),
  values: (known) => ({ ...valuesOf(known), goal: number(goalOf(known), 6) }),
  controls(known) {
    const { state } = known, options = [[false, t("cost.squares")], [true, t("cost.absolute")]];
    const which = { kind: "choice", key: "absolute", label: t("cost.error_as"), value: state.absolute, options, set: (absolute) => ({ absolute }) };
    return [...lineControls(known), which];
  },
  table: (known) => rowsTable(known, ["x", "y", "H", "error", "square"]),
  formula: costFormula,
  code: codeOf,
  task: { done: (known) => known.here.cost < goalOf(known) || known.here.cost === known.bowl.floor },
};

/** The rows, the line, on each error its square, or its length alone. */
export function squaresOnLine(known, { squares = true } = {}) {
  const { x, y } = heldAxes(known), errors = errorMarks(known, { squares: squares && !known.state.absolute });
  const line = lineMark(known.here, x, { text: equationOf(known.here) }), rows = rowMarks(known);
  const over = known.cells ? [...rows, ...errors, line] : [...errors, line, ...rows];
  return panelOf(x, y, [...over, ...selectedMarks(known)], {
    heading: t("picture.line_title"), subheading: squares && errors.length ? t("picture.signs") : "",
  });
}

/** 62.5 of the sheet's rows; of others a cost at which most of what a line can gain is gained. */
function goalOf(known) {
  if (isPreset(known, "sheet")) return SHEET_GOAL;
  return Number((known.bowl.floor + 0.375 * gainOf(known.bowl)).toPrecision(2)) || known.bowl.floor;
}

function isSheetLine(known) {
  return isPreset(known, "sheet") && known.here.W === 13 && known.here.b === 1;
}
