// What is known of a state: all numbers that pictures and words are made of. Each part is made when it is asked for, and
// again only when what it depends on has changed. `derive(payload, state)` is a function of both; its memory is only speed.
//
//   names {x, y} · rows; sums: the moments that stand for the page's own rows where it has none (then rows are those added), else null
//   cells · n · moments · bowl (b, W) · line1d (W alone, b as it is now) · used (the bowl of the run)
//   run {at(e), cost(e), epochs, W, b, costs, diverges, overflow} · epoch, a number (the last where the state says "min")
//   here {W, b, cost, gradient {W, b}, isMinimum} · minimum {W, b, cost} · rates (null where nothing moves) · verdict · alpha {low, high, zones}
//   spread: standard deviation of the errors about the exact line, 0 below three rows · span [least x, largest x]
//   typed {text, leaves, graph, fault}: the expression, as far as it can be read, as a graph; what is wrong, in the language of now
//   up [least y, largest y], those of cells to their edges · height: largest y − least y (1 where that is 0) · state, payload

import { typedAt } from "../math/along.js";
import { bowlOf, bowlOfWeight, costAt, gradientAt } from "../math/bowl.js";
import { runOf } from "../math/descent.js";
import { momentsFrom, momentsOf, withoutRow, withRow } from "../math/moments.js";
import { ratesOf, roleOfVerdict, verdictOn } from "../math/rates.js";

const memories = new WeakMap();
const ZONE_GRID = 90;
const BEYOND = 6; // times the limit, where the axis of rates ends

export function derive(payload, state) {
  if (!memories.has(payload)) memories.set(payload, new Map());
  const memory = memories.get(payload);
  const known = { payload, state };
  for (const [name, [needs, make]] of Object.entries(PARTS)) {
    Object.defineProperty(known, name, { get: () => remembered(memory, name, needs(known), make), enumerable: true });
  }
  return Object.freeze(known);
}

function remembered(memory, name, needs, make) {
  const last = memory.get(name);
  if (last && last.needs.every((each, k) => Object.is(each, needs[k]))) return last.value;
  const value = make(...needs, last);
  memory.set(name, { needs, value });
  return value;
}

/** Name → [what it depends on, of that what it is]. */
const PARTS = {
  names: [({ payload, state }) => [state.names, payload, state.lang], namesIn],
  sums: [({ payload, state }) => [state.rows ?? payload.rows ?? null, payload.moments], (rows, given) => (rows ? null : given)],
  rows: [({ payload, state, sums }) => [sums ? state.added : (state.rows ?? payload.rows)], (rows) => rows],
  cells: [({ payload, sums }) => [sums && payload.cells], (cells) => cells ?? null],
  moments: [({ rows, sums }) => [rows, sums], momentsOfState],
  n: [({ moments }) => [moments], (moments) => moments.n],
  bowl: [({ moments }) => [moments], bowlOf],
  used: [({ state, moments, bowl }) => [moments, bowl, state.only, state.start.b], (moments, bowl, only, b) => (only === "W" ? bowlOfWeight(moments, b) : bowl)],
  run: [
    ({ state, used }) => [used, state.start, state.lr, state.epochs, state.momentum, state.zero],
    (used, start, lr, epochs, momentum, zero) => runOf(used, { start, lr, epochs, momentum, zero }),
  ],
  minimum: [({ used }) => [used], ({ minimum, floor }) => ({ ...minimum, cost: floor })],
  epoch: [({ state, run }) => [state.epoch, run.epochs], (epoch, last) => (epoch === "min" ? last : Math.min(epoch, last))],
  here: [({ state, run, minimum, bowl, epoch }) => [state.epoch === "min", run, minimum, bowl, epoch], hereOf],
  line1d: [({ moments, here }) => [moments, here.b], bowlOfWeight],
  rates: [({ used, state }) => [used, state.momentum], ratesOf],
  verdict: [({ rates, state }) => [rates, state.lr, state.epochs, state.start], (rates, lr, epochs, start) => rates && verdictOn(rates, lr, { epochs, start })],
  alpha: [({ rates, state }) => [rates, state.epochs], alphaOf],
  spread: [({ bowl }) => [bowl], ({ floor, n }) => (n > 2 ? Math.sqrt((floor / (n - 2)) * n) : 0)],
  span: [({ rows, sums, payload }) => [rows, sums && payload.span.x], (rows, given) => reachOf(rows, given, 0)],
  up: [({ rows, sums, cells, payload }) => [rows, sums && payload.span.y, cells], (rows, given, cells) => reachOf(rows, edgesOf(cells) ?? given, 1)],
  typed: [({ state }) => [state.expression, state.leaves, state.lang], typedAt],
  height: [({ up }) => [up], ([low, high]) => (high - low > 0 ? high - low : Math.abs(high) || 1)],
};

/** What x and y are called: a table that comes with the page has names in each language, others are called as they are. */
function namesIn(own, { names, preset, presets = [] }, lang) {
  const key = own ? own.preset : preset;
  return presets.find((each) => each.key === key)?.names[lang] ?? (own?.x === undefined ? names : own);
}

/** When one row differs from the last time, one goes and one comes: the sums are exact, so nothing is left of it. */
function momentsOfState(rows, given, last) {
  const change = last && last.needs[1] === given ? difference(last.needs[0], rows) : null;
  if (change) return change.came.reduce(withRow, change.went.reduce(withoutRow, last.value));
  return given ? rows.reduce(withRow, momentsFrom(given)) : momentsOf(rows);
}

/** {went, came}, at most one row each; null where two lists differ by more. */
function difference(before, after) {
  const most = Math.max(before.length, after.length);
  let k = 0;
  while (k < most && sameRow(before[k], after[k])) k += 1;
  let rest = 0;
  while (rest < most - k - 1 && sameRow(before.at(-1 - rest), after.at(-1 - rest))) rest += 1;
  const went = before.slice(k, before.length - rest);
  const came = after.slice(k, after.length - rest);
  return went.length > 1 || came.length > 1 ? null : { went, came };
}

const sameRow = (one, other) => one === other || (one && other && one[0] === other[0] && one[1] === other[1]);

function hereOf(isMinimum, run, minimum, bowl, epoch) {
  const { W, b } = isMinimum ? minimum : run.at(epoch);
  return { W, b, cost: costAt(bowl, { W, b }), gradient: gradientAt(bowl, { W, b }), isMinimum };
}

/** The axis of learning rates about the limit, and what happens where on it: zones [{low, high, role}]. */
function alphaOf(rates, epochs) {
  if (!rates) return { low: 1e-4, high: 10, zones: [] };
  const { limit } = rates;
  const low = 10 ** Math.floor(Math.log10(limit / 900));
  const zones = [];
  const add = (lr, role) => {
    const last = zones.at(-1);
    if (last?.role === role) return;
    if (last) last.high = lr;
    zones.push({ low: lr, high: limit, role });
  };
  for (let k = 0; k < ZONE_GRID; k += 1) {
    const lr = low * (limit / low) ** (k / ZONE_GRID);
    add(lr, roleOfVerdict(verdictOn(rates, lr, { epochs })));
  }
  zones.push({ low: limit, high: BEYOND * limit, role: "diverge" });
  return { low, high: BEYOND * limit, zones };
}

/** The reach of rows along an axis, and of those that are only known in sum. */
function reachOf(rows, given, axis) {
  let [low, high] = given ?? [Infinity, -Infinity];
  for (const row of rows) {
    if (row[axis] < low) low = row[axis];
    if (row[axis] > high) high = row[axis];
  }
  return [low, high];
}

/** [lowest, highest] edge of cells, upwards. */
function edgesOf(cells) {
  if (!cells?.y.length) return null;
  const half = cells.size[1] / 2;
  const [low, high] = reachOf(cells.y.map((y) => [0, y]), null, 1);
  return [low - half, high + half];
}
