// ④ The cost curve: each line is a point of a parabola; its tangent, the triangle of its slope; or contours of W and b with the cut.
import { byHand, lineAt, lineHandles, nudged, pointHandles, stepFor } from "../app/hands.js";
import { number } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { codeOf } from "../data/code.js";
import { costAt, gradientAt } from "../math/bowl.js";
import { contoursPanel } from "../pictures/contours.js";
import { costPanel, isLevel, weightScale } from "../pictures/cost.js";
import { epochsPanel } from "../pictures/epochs.js";
import { heldAxes } from "../pictures/line.js";
import { meterPanel } from "../pictures/meter.js";
import { rowUnder, valuesOf } from "./parts.js";
import { squaresOnLine } from "./three.js";
import { lineControls, openingLine } from "./two.js";

const MOST_TRACE = 300;
const LEVEL = 0.02; // of the slope that a start of no line at all has

export const sceneFour = {
  id: 4,
  key: "curve",
  large: "B",
  adds: "A",
  opening: (payload) => ({ start: openingLine(payload, 0.2), epoch: 0, view: "curve", trace: null }),
  panels(known) {
    const curve = known.state.view === "contours" ? contoursPanel(known, { path: false }) : costPanel(known), meter = meterPanel(known);
    return { A: squaresOnLine(known), B: curve, ...(meter ? { C: meter } : {}), D: epochsPanel(known) };
  },
  handles: (known) => [...curveHandles(known), ...lineHandles(known, heldAxes(known)).map((handle) => traced(known, handle)), ...pointHandles(known)],
  press(known, slot, [W, b]) {
    if (slot !== "B") return null;
    const scale = weightScale(known), to = known.state.view === "contours" ? { W: byHand(W, scale), b: byHand(b, known.height) } : { W: byHand(W, scale) };
    return movedTo(known, to);
  },
  hover: (known, slot, place) => (slot === "A" || slot === "C" ? rowUnder(known, slot, place, slot === "C" ? meterPanel(known) : null) : null),
  say: (known) => t(slopeKey(known), valuesOf(known)),
  description: (known) => t("curve.description", valuesOf(known)),
  values: (known) => ({ ...valuesOf(known), W: number(known.line1d.minimum.W) }),
  controls(known) {
    const { state } = known, options = [["curve", t("curve.view_curve")], ["contours", t("curve.view_contours")]];
    const view = { kind: "choice", key: "view", label: t("curve.view"), value: state.view, options, set: (value) => ({ view: value }) };
    const trace = { kind: "toggle", key: "trace", label: t("curve.trace"), value: state.trace !== null, set: (on) => ({ trace: on ? [] : null, view: "curve" }) };
    return [...lineControls(known), view, trace];
  },
  table: () => null,
  formula: ({ here }) => [["∂cost/∂W", "tangent"], [" = ", null], [number(here.gradient.W), "tangent"]],
  code: codeOf,
  task: { done: (known) => isLevel(known) || Math.abs(known.here.gradient.W) <= LEVEL * steepness(known) },
};

/** The slope of no line at all; where that is none, or where the rows lie far more steeply, of one as steep as they are. */
function steepness(known) {
  const { bowl, line1d } = known, none = Math.abs(gradientAt(bowl, { W: 0, b: 0 }).W), usual = 2 * line1d.square * weightScale(known);
  return none > 0 ? Math.min(none, usual) : usual;
}

/** What is said of a slope: that W is to grow, to shrink, or that it is level. */
export function slopeKey(known) {
  if (isLevel(known)) return "curve.say_level";
  return known.here.gradient.W < 0 ? "curve.say_negative" : "curve.say_positive";
}

/** The line elsewhere, and where it was left as a dot while a trace is wanted. */
function movedTo(known, change) {
  const patch = lineAt(known, change), { trace } = known.state;
  return trace === null ? patch : { ...patch, trace: [...trace.slice(1 - MOST_TRACE), [patch.start.W, costAt(known.bowl, patch.start)]] };
}

function traced(known, handle) {
  const withTrace = (patch) => (patch?.start ? movedTo(known, patch.start) : patch);
  return { ...handle, move: (x, y) => withTrace(handle.move(x, y)), nudge: (...how) => withTrace(handle.nudge(...how)) };
}

/** The dot on the curve, or on the contours. */
function curveHandles(known) {
  const { here, state, height } = known, scale = weightScale(known), contours = state.view === "contours";
  return [{
    panel: "B", key: "curve", role: "fit", at: [here.W, contours ? here.b : here.cost], name: t("curve.dot"), text: t("curve.dot_value", valuesOf(known)), value: here.W,
    low: here.W - 10 * scale, high: here.W + 10 * scale,
    move: (W, b) => movedTo(known, contours ? { W: byHand(W, scale), b: byHand(b, height) } : { W: byHand(W, scale) }),
    nudge: (axis, size, sign) => movedTo(known, contours && axis === "y" ? { b: nudged(here.b, stepFor(height), size, sign) } : { W: nudged(here.W, stepFor(scale), size, sign) }),
  }];
}
