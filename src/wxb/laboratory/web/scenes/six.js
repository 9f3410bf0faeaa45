// ⑥ Learning rate: three rates from one start on one clock, too small, your own, too large; the axis of rates with its zones.
import { nudged } from "../app/hands.js";
import { number, roundDown } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { codeOf } from "../data/code.js";
import { runOf } from "../math/descent.js";
import { arrivalOf, briefOf } from "../math/rates.js";
import { bowlOf, costAt } from "../math/bowl.js";
import { momentsFrom, momentsOf } from "../math/moments.js";
import { ratesOf } from "../math/rates.js";
import { alphaPanel, geometric } from "../pictures/alpha.js";
import { ratesByEpoch, ratesPanels, triedRun } from "../pictures/rates.js";
import { noRatePanel, valuesOf } from "./parts.js";

const LEAST_CLOCK = 60;
const MOST_CLOCK = 500;
const GOAL_STEPS = 20;
const OPENING_SHARE = 0.56; // of the limit
const SEEN = 1e-7; // of the first cost, below which nobody sees a difference
const MOST_DIGITS_OF_GOAL = 12;
const TOO_SMALL = 180; // of the limit
const TOO_LARGE = 1.1; // times the limit

export const sceneSix = {
  id: 6,
  key: "rate",
  layout: "lanes",
  opening: (payload) => ({ start: { W: 0, b: 0 }, view: "curve", ...openingRun(payload) }),
  panels(known, size) {
    if (!known.rates) return { A: noRatePanel(known) };
    const runs = lanesOf(known), [A, B, C] = ratesPanels(known, runs, known.epoch);
    const D = known.state.view === "alpha" ? alphaOfScene(known) : ratesByEpoch(known, runs, known.epoch);
    return size === "narrow" ? { A: B, B: A, C, D } : { A, B, C, D };
  },
  handles: (known) => (known.rates && known.state.view === "alpha" ? [rateHandle(known)] : []),
  press(known, slot, [x]) {
    if (slot !== "D" || !known.rates) return null;
    return known.state.view === "alpha" ? { lr: rateByHand(x) } : { epoch: Math.min(Math.max(Math.round(x), 0), known.run.epochs) };
  },
  say: sayRate,
  description: (known) => (known.rates ? `${sayRate(known)} ${t("rate.border", rateValues(known))}` : sayRate(known)),
  values: rateValues,
  controls(known) {
    const { state } = known, views = [["curve", t("rate.view_costs")], ["alpha", t("rate.view_rates")]];
    return [
      { kind: "number", key: "lr", role: "own", label: "α", value: state.lr, low: 1e-12, step: 10 ** Math.floor(Math.log10(state.lr)) / 2, set: (lr) => ({ lr }) },
      { kind: "choice", key: "only", label: t("rate.moves"), value: state.only, options: [["both", t("rate.both")], ["W", t("rate.only_w")]], set: (only) => ({ only }) },
      { kind: "choice", key: "view", label: t("rate.view"), value: state.view === "alpha" ? "alpha" : "curve", options: views, set: (view) => ({ view }) },
    ];
  },
  table: () => null,
  formula(known) {
    if (!known.rates) return [];
    const { momentum } = known.state, top = momentum ? `2 · (1 + ${number(momentum)})` : "2", largest = number(known.used.values[0]);
    return [[t("rate.limit"), null], [` = 2${momentum ? "(1 + β)" : ""} / λ = ${top} / ${largest} = `, null], [number(known.rates.limit), "limit"]];
  },
  tasks: [
    { key: "rate.task", done: (known) => Boolean(known.rates) && known.run.epochs >= GOAL_STEPS && known.run.cost(GOAL_STEPS) < goalOfRates(known) },
    { key: "rate.task_diverge", done: (known) => known.verdict?.kind === "diverging" },
  ],
  code: codeOf,
};

/** A rate that is seen to work, somewhat more than half of the limit, and the epochs in which it does. */
function openingRun({ rows, moments }) {
  const bowl = bowlOf(rows ? momentsOf(rows) : momentsFrom(moments)), rates = bowl && ratesOf(bowl);
  if (!rates) return { lr: 0.1, epochs: MOST_CLOCK, epoch: GOAL_STEPS };
  const lr = roundDown(OPENING_SHARE * rates.limit, 1), epochs = Math.min(Math.max(Math.ceil(arrivalOf(rates, lr) / 50) * 50, LEAST_CLOCK), MOST_CLOCK);
  return { lr, epochs, epoch: epochs };
}

/** The runs of the three lanes: one that crawls, your own, one that climbs. */
function lanesOf(known) {
  const { state, rates } = known, small = roundDown(rates.limit / TOO_SMALL, 1), large = roundUp(TOO_LARGE * rates.limit, 2);
  return [small, state.lr, large].map((lr) => triedRun(known, lr, known.run.epochs));
}

/** The smallest number of so many digits that is no smaller. */
function roundUp(value, digits) {
  const size = 10 ** (Math.floor(Math.log10(value)) - digits + 1);
  return Number((Math.ceil(value / size - 1e-9) * size).toPrecision(digits));
}

function alphaOfScene({ rates, state }) {
  return alphaPanel(rates, state.epochs, [state.lr]);
}

function sayRate(known) {
  const { state, rates, verdict } = known, lr = number(state.lr);
  if (!rates) return t("app.no_rate");
  if (verdict.kind === "diverging") return t("rate.say_climbs", { lr, growth: number(verdict.growth ** 2, 3) });
  return t("app.alpha_value", { lr, verdict: briefOf(verdict) });
}

function rateValues(known) {
  const { rates, used } = known, values = { ...valuesOf(known), n: GOAL_STEPS };
  if (!rates) return { ...values, limit: "—", best: "—", goal: "—", curvature: "—" };
  return { ...values, limit: number(rates.limit), best: number(roundDown(rates.best, 3)), goal: number(goalOfRates(known), 2), curvature: number(used.values[0]), arrives: number(arrivalOf(rates, rates.best)) };
}

const goals = new WeakMap(); // of rates, from one start

/** A cost that the best rate reaches within so many steps, and the one with which the scene opens does not. */
function goalOfRates(known) {
  const { rates, state: { start } } = known, last = goals.get(rates);
  if (last?.start === start) return last.goal;
  const goal = goalFrom(known);
  goals.set(rates, { start, goal });
  return goal;
}

function goalFrom({ rates, used, state: { start, momentum } }) {
  const after = (lr) => runOf(used, { start, lr, momentum, epochs: GOAL_STEPS }).cost(GOAL_STEPS);
  const costs = geometric(rates.limit / 100, rates.limit, 60).map(after), least = Math.min(...costs.filter(Number.isFinite)), given = after(roundDown(OPENING_SHARE * rates.limit, 1));
  const between = least + (given - least) / 2, first = costAt(used, start), seen = used.floor + SEEN * (first - used.floor);
  if (given < seen) return roundUp(seen, 1); // of W alone any good rate is there in a few steps
  if (!(given - least > 1e-9 * Math.abs(least))) return roundUp(least + (after(rates.limit / 10) - least) / 2, 3); // any good rate is as good
  for (let digits = 1; digits < MOST_DIGITS_OF_GOAL; digits += 1) {
    const goal = roundUp(between, digits);
    if (goal < given) return goal;
  }
  return between;
}

const rateByHand = (lr) => Number(Math.max(lr, 1e-12).toPrecision(3));

/** ◆ on the axis of rates. */
function rateHandle(known) {
  const { state, rates } = known, own = alphaOfScene(known).marks.at(-1).points[0], sizes = { small: 1.01, plain: 1.1, large: 2 };
  return {
    panel: "D", key: "lr", role: "own", at: own, name: t("app.alpha_long"), value: Math.log10(state.lr), low: Math.log10(rates.limit / 1000), high: Math.log10(2 * rates.limit),
    text: t("app.alpha_value", { lr: number(state.lr), verdict: briefOf(known.verdict) }),
    move: (lr) => ({ lr: rateByHand(lr) }),
    nudge: (_axis, size, sign) => ({ lr: nudged(state.lr * sizes[size] ** sign, state.lr, "small", 0) }),
  };
}
