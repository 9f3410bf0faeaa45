// What zero_grad() is for: backward() only adds. A beaker with what is in grad after each call, and what step() makes of it.
// Marks: twins of wxb/pictures/gradients.py.
import { number, readable } from "../base/numbers.js";
import { t } from "../base/texts.js";
import { around, axis, counting } from "../marks/axis.js";
import { bars, dots, line, panelOf, rule, words } from "../marks/mark.js";
import { runOf } from "../math/descent.js";

const CALLS = 21;
const WRITTEN_AT = [5, 10, 15, CALLS];
const SEEN_TO = 4; // times the distance of the start, beyond which a step is out of sight
const FOLLOWED = 1e3; // times that, to which steps are followed where emptied ones go farther
const LEFT_OF_BAR = 2.4; // calls, by which a number stands to the left of its bar

/** The beaker of one derivative, filled by so many calls of at most 21; what is in it now as a rule. */
export function beakerPanel(name, first, calls = CALLS, more = {}) {
  const most = Math.max(CALLS, calls), top = most * first, bar = Array.from({ length: calls }, (_, k) => k + 1);
  const y = around(t("picture.grad_of", { weight: name }), [[0, 1.12 * top]], { margin: 0.02 });
  const x = axis(t("picture.calls"), 0.2, most + 0.8, { ticks: [1, 5, 10, 15, 21, ...(most > CALLS ? [most] : [])].map((k) => [k, String(k)]) });
  const poured = calls === 0 ? [] : [
    bars(bar.map((k) => k - 0.42), bar, 0, bar.map((k) => k * first), "gradient", { name: t("picture.without_zero") }),
    bars(bar, bar.map((k) => k + 0.42), 0, bar.map(() => first), "third", { name: t("picture.with_zero") }),
  ];
  const written = [...WRITTEN_AT, ...(most > CALLS ? [most] : [])].filter((k) => k <= calls);
  return panelOf(x, y, [...poured, ...written.map((k) => words(k - LEFT_OF_BAR, k * first + 0.01 * top, number(k * first), "gradient"))], { heading: t("picture.beaker_title"), ...more });
}

/** Both descents from the state's start: grad emptied before each step, and not. */
export function bothDescents({ used, state }, epochs) {
  const { start, lr, momentum } = state, options = { start, lr, momentum, epochs };
  return { emptied: runOf(used, options), kept: runOf(used, { ...options, zero: false }) };
}

/** The first step at which the cost of a run is above that of the step before; null where it never is. */
export function firstRise({ costs, epochs }) {
  for (let e = 1; e <= epochs; e += 1) if (!(costs[e] <= costs[e - 1])) return e;
  return null;
}

function stepsReach({ W }, best) {
  const away = Array.from(W, (one) => Math.abs(one - best)), near = away.filter((each) => each <= FOLLOWED * away[0]);
  return Math.max(SEEN_TO * away[0], 2.5 * Math.max(0, ...near), 1e-300);
}

/** W by step, with and without; now : the step that is shown, or null. */
export function stepsPanel({ used, state }, { emptied, kept }, now = null, name = "W") {
  const best = used.minimum.W, reach = stepsReach(emptied, best), steps = Array.from(emptied.W, (_, e) => e);
  const near = (run) => Array.from(run.W).filter((W) => Math.abs(W - best) <= reach);
  const marks = [
    rule({ y: best, role: "minimum", text: t("picture.minimum_at", { value: number(best) }) }),
    line(steps, Array.from(kept.W), "gradient", { name: t("picture.without_zero"), text: t("picture.without_zero") }),
    line(steps, Array.from(emptied.W), "third", { name: t("picture.with_zero"), text: t("picture.with_zero") }),
    dots(0, emptied.W[0], "start", { text: t("picture.start") }),
  ];
  const run = state.zero ? emptied : kept, shown = now === null || now === 0 || now > run.epochs ? [] : [dots(now, run.W[now], "own")];
  const x = counting(t("picture.steps"), [steps], { margin: 0.02 }), y = around(name, [near(emptied), near(kept), best]);
  return panelOf(x, y, [...marks, ...shown], { heading: t("picture.steps_title"), subheading: t("picture.rate", { lr: readable(state.lr) }) });
}

/** The cost by step of both, on a logarithmic scale. */
export function stepCostsPanel({ used }, { emptied, kept }, now = null) {
  const costs = (run) => Array.from(run.costs, (cost) => Math.max(cost, emptied.costs[0] * 1e-12 || 5e-324)), steps = Array.from(emptied.costs, (_, e) => e);
  const drawn = [line(steps, costs(kept), "gradient", { name: t("picture.without_zero") }), line(steps, costs(emptied), "third", { name: t("picture.with_zero") })];
  const floor = used.floor > 0 ? [rule({ y: used.floor, role: "minimum", text: t("picture.the_minimum", { cost: number(used.floor) }) })] : [];
  const x = counting(t("picture.steps"), [steps], { margin: 0.02 }), y = around(t("picture.cost"), drawn.map(({ points }) => points.map(([, cost]) => Math.min(cost, 1e4 * emptied.costs[0] || 1))), { log: true, margin: 0.04 });
  return panelOf(x, y, [...drawn, ...floor, ...(now === null ? [] : [rule({ x: now, role: "own" })])], { heading: t("picture.epochs_title"), aspect: 0.3 });
}
