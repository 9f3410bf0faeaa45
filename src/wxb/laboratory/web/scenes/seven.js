// ⑦ The training log: its lines are a timeline; the line settles in A, the path goes on in B, the cost falls in D.
import { counted, number } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { codeOf } from "../data/code.js";
import { contoursPanel } from "../pictures/contours.js";
import { epochsPanel, lastEpoch } from "../pictures/epochs.js";
import { filmPanel } from "../pictures/film.js";
import { logLine, logNumbers, loggedEpochs } from "./log.js";
import { valuesOf } from "./parts.js";

const THOUSAND = 1000;

export const sceneSeven = {
  id: 7,
  key: "log",
  opening: ({ path }) => ({ epoch: Math.min(101, path?.epochs ?? 101) }),
  panels: (known) => ({ A: filmPanel(known, seenEpoch(known)), B: contoursPanel(known, { epoch: seenEpoch(known) }), D: epochsPanel(known) }),
  handles: (known) => [timeHandle(known)],
  press: (known, slot, [epoch]) => (slot === "D" ? { epoch: epochWithin(known, epoch) } : null),
  hover: (known, slot) => (slot === "D" && known.state.selected !== null ? { selected: null } : null),
  say: (known) => logLine(known, logged(known)),
  description: (known) => t("log.description", logValues(known)),
  values: logValues,
  controls: ({ state }) => [
    { kind: "number", key: "thousandth", label: t("log.guess"), value: state.answers[7] ?? null, optional: true, low: 0, step: 10, set: (value) => ({ answers: answered(state.answers, 7, value) }) },
  ],
  table(known) {
    const epochs = loggedEpochs(known.run), now = logged(known);
    const shown = epochs.findLastIndex((epoch) => epoch <= now);
    return { columns: ["Epoch", "W", ...(known.used.both ? ["b"] : []), "Cost"], rows: epochs.map((epoch) => logNumbers(known, epoch)), selected: known.state.selected ?? shown };
  },
  formula: () => [],
  lines: (known) => loopLines(known),
  task: { done: (known) => known.state.answers[7] !== undefined && isNear(known.state.answers[7], thousandthOf(known.run, known.used.floor)) },
  code: codeOf,
};

/** The answers with one more, or one less. */
export function answered(answers, scene, value) {
  const { [scene]: _before, ...others } = answers;
  return value === null ? others : { ...others, [scene]: value };
}

/** The epoch that is shown: that of the log line under the pointer, else that of now. */
function seenEpoch(known) {
  const under = known.state.selected === null ? undefined : loggedEpochs(known.run)[known.state.selected];
  return under === undefined ? known.epoch : under + 1;
}

/** The epoch of the log: its line is written after the step. */
function logged(known) {
  return Math.max(seenEpoch(known) - 1, 0);
}

function epochWithin({ run }, epoch) {
  return Math.min(Math.max(Math.round(epoch), 0), lastEpoch(run));
}

/** The first epoch whose cost, above the least there is, is a thousandth of the first; null where none is. */
function thousandthOf({ costs }, floor) {
  const goal = floor + (costs[0] - floor) / THOUSAND, found = costs.findIndex((cost) => cost <= goal);
  return found < 0 ? null : found;
}

function isNear(answer, epoch) {
  return epoch !== null && Math.abs(answer - epoch) <= Math.max(1, 0.05 * epoch);
}

function logValues(known) {
  const epoch = logged(known), line = known.run.at(Math.min(epoch + 1, known.run.epochs)), found = thousandthOf(known.run, known.used.floor);
  return { ...valuesOf(known), epoch, W: number(line.W), first: number(known.run.cost(0)), last: number(known.run.cost(lastEpoch(known.run))), answer: found ?? "—", epochs: counted(known.run.epochs) };
}

function loopLines({ state, epoch, run }) {
  const on = epoch > 0 && epoch <= run.epochs;
  return [
    [`for epoch in range(${state.epochs}):`, false],
    ["    H = model(x_train)", false],
    ["    cost = F.mse_loss(H, y_train)", false],
    [`    ${state.zero ? "" : "# "}optimizer.zero_grad()`, false],
    ["    cost.backward()", false],
    ["    optimizer.step()", false],
    ["    print(epoch, W, b, cost)", on],
  ];
}

/** The epoch on the cost's picture, held and pulled along. */
function timeHandle(known) {
  const { epoch, run } = known, to = (next) => ({ epoch: epochWithin(known, next) }), steps = { small: 1, plain: 10, large: 100 };
  return {
    panel: "D", key: "epoch", role: "own", at: [epoch, Math.max(run.costs[Math.min(epoch, lastEpoch(run))], 5e-324)], name: t("picture.epoch"), value: epoch, low: 0, high: run.epochs,
    text: logLine(known, logged(known)),
    move: (next) => to(next),
    nudge: (_axis, size, sign) => to(epoch + sign * steps[size]),
    home: () => to(0),
    end: () => to(run.epochs),
  };
}
