// Several rates side by side, from one start and on the same axes: what each does on the parabola (W alone) or on the contours.
// Marks: twins of wxb/pictures/rates.py.
import { number, readable, toldApart } from "../base/numbers.js";
import { t, tn } from "../base/texts.js";
import { around, axis } from "../marks/axis.js";
import { dots, line, panelOf, rule } from "../marks/mark.js";
import { excessAt } from "../math/bowl.js";
import { runOf } from "../math/descent.js";
import { ratesOf, verdictOn } from "../math/rates.js";
import { contourAxes, minimumMark, pathMarks, ringMarks, trackOf } from "./contours.js";
import { heightOn, parabolaMark } from "./cost.js";

const LEAVES_BY = 1.5; // times the distance of the start, beyond which a step on a parabola is out of sight
const BLOWN_UP = 1e3;
const TWO_DIGITS = 1e-4; // of the cost above the minimum
const SERIES = ["first", "second", "third", "fourth", "fifth"];

const MOST_KEPT = 12; // runs of one bowl
const keptRuns = new WeakMap();

/** The run of another rate: the same start, momentum, everything. Runs of a bowl are kept while its rates are tried. */
export function triedRun({ used, state }, lr, epochs) {
  const { start, momentum, zero } = state, key = [start.W, start.b, lr, epochs, momentum, zero].join();
  if (!keptRuns.has(used)) keptRuns.set(used, new Map());
  const kept = keptRuns.get(used);
  if (!kept.has(key)) {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, { ...runOf(used, { start, lr, epochs, momentum, zero }), lr, momentum, bowl: used });
  }
  return kept.get(key);
}

/** What came of a run, a key of "came.…": judged by where it is, and only then by its rate. */
export function cameOf(run) {
  const { bowl, lr, momentum, epochs, costs } = run, rates = ratesOf(bowl, momentum);
  if (run.diverges) return "diverging";
  const kind = rates ? verdictOn(rates, lr, { epochs: Math.max(epochs, 1) }).kind : "good";
  if (kind === "zigzag" || kind === "critical") return kind;
  if (costs[epochs] - bowl.floor <= TWO_DIGITS * (costs[0] - bowl.floor) * (1 + 1e-9)) return "good";
  return kind === "too small" ? "too_small" : "slow";
}

/** Epochs until a run that climbs is stopped: its cost is a thousand times the first. */
function madeOf({ costs, epochs, diverges }) {
  const blown = diverges ? costs.findIndex((cost) => !(cost <= BLOWN_UP * costs[0])) : -1;
  return blown < 0 ? epochs : Math.min(blown + 1, epochs);
}

/** How far a run came, in words. */
export function endText(run) {
  const { bowl, lr, momentum } = run, made = madeOf(run), said = tn("picture.epochs", made, { n: made });
  const growth = run.diverges ? ratesOf(bowl, momentum).growth(lr) : 0;
  if (growth > 1) return t("picture.grows", { epochs: said, growth: toldApart(growth, 1)[0] });
  return t("picture.above_minimum", { epochs: said, left: number(Math.max(excessAt(bowl, run.at(made)), 0), 3) });
}

/** A panel for each run, all of its path, and where on it the epoch of now is, null for none. axes : {x, y} of all, or null */
export function ratesPanels(known, runs, epoch = null, axes = null) {
  const alone = !known.used.both, { x, y } = axes ?? (alone ? parabolaAxes(known, runs) : pathAxes(known, runs));
  return runs.map((run) => {
    const marks = alone ? onParabola(known, run, x) : [...ringMarks(known, x, y), ...pathMarks(trackOf({ run, bowl: known.bowl }), x, y, { ends: !run.diverges }), minimumMark(known)];
    const said = { heading: t(`came.${cameOf(run)}`), subheading: t("picture.rate", { lr: readable(run.lr) }), closing: endText(run) };
    return panelOf(x, y, [...marks, ...nowMark(known, run, epoch)], { ...said, aspect: alone ? 0.75 : 0.9 });
  });
}

/** Where a run is at an epoch on its way. */
function nowMark({ used }, run, epoch) {
  if (epoch === null || epoch === 0 || epoch >= run.epochs) return [];
  const { W, b } = run.at(epoch);
  return [dots(W, used.both ? b : heightOn({ best: used.minimum.W, low: used.floor, curvature: 2 * used.square }, W), "own")];
}

/** Those that stay decide what is seen. */
function pathAxes(known, runs) {
  const staying = runs.filter((run) => !run.diverges), tracks = staying.flatMap((run) => trackOf({ run, bowl: known.bowl }));
  return contourAxes(known, tracks);
}

function parabolaAxes({ used }, runs) {
  const { minimum: { W: best }, floor, square } = used, staying = runs.filter((run) => !run.diverges);
  const reaches = (staying.length ? staying : runs).map((run) => {
    const away = Array.from(run.W, (W) => Math.abs(W - best)), most = LEAVES_BY * away[0] || Infinity;
    return away.reduce((far, each) => (each <= most ? Math.max(far, each) : far), 0) || Math.max(Math.abs(best), 1);
  });
  const reach = 1.15 * Math.max(...reaches), x = around("W", [[best - reach, best + reach]], { margin: 0 });
  const high = floor + square * (x.high - best) ** 2;
  return { x, y: axis(t("picture.cost"), floor - 0.08 * (high - floor), high) };
}

/** Steps on the parabola of W alone. */
function onParabola({ used }, run, x) {
  const parts = { best: used.minimum.W, low: used.floor, curvature: 2 * used.square }, Ws = Array.from(run.W);
  const costs = Ws.map((W) => heightOn(parts, W)), marks = [parabolaMark(parts, x), line(Ws, costs, "path"), dots(Ws, costs, "path", { name: t("picture.after_each") }), dots(Ws[0], costs[0], "start", { text: t("picture.start") })];
  if (!run.diverges) marks.push(dots(Ws.at(-1), costs.at(-1), "end", { name: t("picture.end") }));
  return [...marks, dots(parts.best, parts.low, "minimum", { text: t("picture.minimum") })];
}

/** The costs of all of them by epoch, and the epoch of now. */
export function ratesByEpoch({ used }, runs, epoch) {
  const first = runs[0].costs[0], cap = 1e3 * first, least = Math.max(first * 1e-16, 5e-324);
  const drawn = runs.map((run, k) => {
    const costs = Array.from(run.costs.subarray(0, run.overflow ?? run.epochs + 1), (cost) => Math.max(cost, least)), name = t("picture.rate_short", { lr: readable(run.lr) });
    return line(costs.map((_, e) => e), costs, SERIES[k], { name, text: name });
  });
  const x = around(t("picture.epoch"), [[0, runs[0].epochs]], { margin: 0.02 });
  const y = around(t("picture.cost"), drawn.map(({ points }) => points.map(([, cost]) => Math.min(cost, cap))), { log: true, margin: 0.04 });
  const floor = used.floor > y.low ? [rule({ y: used.floor, role: "minimum", text: t("picture.the_minimum", { cost: number(used.floor) }) })] : [];
  return panelOf(x, y, [...drawn, ...floor, rule({ x: Math.min(epoch, runs[0].epochs), role: "own" })], { heading: t("picture.epochs_title"), aspect: 0.3 });
}
