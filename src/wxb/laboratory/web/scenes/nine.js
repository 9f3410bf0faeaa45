// ⑨ zero_grad: a beaker that backward() pours into, and the real descent with and without emptying it, from the same start.
import { number, readable, roundDown } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { beakerCode } from "../data/beaker_code.js";
import { beakerPanel, bothDescents, firstRise, stepCostsPanel, stepsPanel } from "../pictures/gradients.js";
import { noRatePanel, valuesOf } from "./parts.js";
import { answered } from "./seven.js";
import { ratesOf } from "../math/rates.js";

const POUR = 2; // the gradient of 2w + 5
const TWENTY_ONE = 21;
const STEPS_SHOWN = 60;
const MOST_CALLS = 999;

export const sceneNine = {
  id: 9,
  key: "zero",
  opening: () => ({ start: { W: 0, b: 0 }, calls: TWENTY_ONE, epoch: TWENTY_ONE, epochs: STEPS_SHOWN, zero: false }),
  panels(known) {
    if (!known.rates) return { A: beakerOf(known), B: noRatePanel(known) };
    const both = descentsOf(known), now = Math.min(known.epoch, STEPS_SHOWN);
    return { A: beakerOf(known), B: stepsPanel(slowly(known), both, now), D: stepCostsPanel(known, both, now) };
  },
  handles: () => [],
  press: (known, slot, [step]) => (slot === "A" ? null : poured(Math.min(Math.max(Math.round(step), 0), STEPS_SHOWN))),
  say: (known) => t(known.state.zero ? "zero.say_emptied" : "zero.say_kept", zeroValues(known)),
  description: (known) => t("zero.description", zeroValues(known)),
  values: zeroValues,
  controls({ state }) {
    const more = (by) => poured(Math.min(state.calls + by, MOST_CALLS));
    return [
      { kind: "button", key: "backward", label: t("zero.backward"), set: () => more(1) },
      { kind: "button", key: "backward_21", label: t("zero.backward_21"), set: () => more(TWENTY_ONE) },
      { kind: "button", key: "empty", label: t("zero.empty"), set: () => poured(0) },
      { kind: "toggle", key: "zero", label: t("zero.first"), value: state.zero, set: (zero) => ({ zero }) },
      { kind: "number", key: "rise", label: t("zero.guess"), value: state.answers[9] ?? null, optional: true, low: 1, step: 1, set: (value) => ({ answers: answered(state.answers, 9, value) }) },
    ];
  },
  step: (known, sign) => poured(Math.min(Math.max(known.state.calls + sign, 0), MOST_CALLS)),
  keys: { b: (known) => poured(Math.min(known.state.calls + 1, MOST_CALLS)), z: (known) => ({ zero: !known.state.zero }) },
  table: () => null,
  formula: ({ state }) => {
    const many = state.zero ? Math.min(state.calls, 1) : state.calls;
    return [["w.grad = ", "gradient"], [`${state.zero && many ? "" : `${many} × `}${number(POUR)} = `, null], [floatText(POUR * many), "gradient"]];
  },
  lines: ({ state: { zero, calls } }) => [
    [`for _ in range(${calls}):`, false],
    [`    ${zero ? "w.grad = None" : "# w.grad = None"}`, zero],
    ["    z = 2*w + 5", false],
    ["    z.backward()", true],
  ],
  task: { done: (known) => known.state.answers[9] !== undefined && Boolean(known.rates) && known.state.answers[9] === firstRise(descentsOf(known).kept) },
  code: (known) => beakerCode(known.state),
};

/** So many calls of backward(), and as many steps. */
function poured(calls) {
  return { calls, epoch: Math.min(calls, STEPS_SHOWN) };
}

/** The beaker; where it is emptied each time, what it would hold otherwise is faded. */
function beakerOf({ state }) {
  const many = state.zero ? Math.min(state.calls, 1) : state.calls;
  const panel = beakerPanel("w", POUR, state.calls, { heading: t("zero.stage"), subheading: t("zero.holds", { calls: state.calls, value: floatText(POUR * many) }) });
  return state.zero ? { ...panel, marks: panel.marks.map((mark) => (mark.role === "gradient" ? { ...mark, role: "faded" } : mark)) } : panel;
}

/** At a rate at which both can be seen: a third of the best where your own is beyond it. */
function slowly(known) {
  const best = ratesOf(known.used).best, lr = known.state.lr < 0.6 * best ? known.state.lr : roundDown(0.3 * best, 1);
  return { ...known, used: known.used, state: { ...known.state, lr, momentum: 0 } };
}

function descentsOf(known) {
  return bothDescents(slowly(known), STEPS_SHOWN);
}

function zeroValues(known) {
  const { calls, zero } = known.state, rise = known.rates ? firstRise(descentsOf(known).kept) : null;
  const values = { calls, value: floatText(POUR * (zero ? Math.min(calls, 1) : calls)), step: rise ?? "—", lr: readable(known.rates ? slowly(known).state.lr : known.state.lr) };
  return { ...valuesOf(known), ...values };
}

function floatText(value) {
  return Number.isInteger(value) ? `${value}.0` : number(value);
}
