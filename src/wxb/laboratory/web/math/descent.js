// Gradient descent on a bowl, every epoch: what torch.optim.SGD does on the data, in closed form in the eigenvectors of the bowl.
//
//     grad ← λc (zero_grad before each backward)   or   grad ← grad + λc (without)
//     v ← βv + grad        c ← c − lr·v            c the distance from the minimum along an eigenvector
//
// Along them the steps do not know each other, so no digit is lost where x is far from 0. The twin of wxb/descent.

import { factorAt, modeOf } from "./modes.js";
import { CRITICAL_WITHIN, limitOf } from "./rates.js";

/** The run of `epochs` steps from start {W, b} on a bowl.
 *
 * zero : whether grad is emptied before each step        W, b, costs : of each epoch, the start first
 * diverges : whether the rate is above the limit and the start is not the minimum
 * overflow : the first epoch whose numbers leave the range of doubles, or null
 */
export function runOf(bowl, { start, lr, epochs, momentum = 0, zero = true }) {
  const away = [start.b - bowl.minimum.b, start.W - bowl.minimum.W];
  const first = bowl.vectors.map(([b, W]) => b * away[0] + W * away[1]);
  const still = stillOf(bowl, away, first);
  const paths = bowl.values.map((value, k) => pathAlong(value, first[k], { lr, epochs, momentum, zero }));
  const [W, b, costs] = [new Float64Array(epochs + 1), new Float64Array(epochs + 1), new Float64Array(epochs + 1)];
  for (let e = 0; e <= epochs; e++) {
    let [up, turn, excess] = [0, 0, 0];
    for (let k = 0; k < paths.length; k++) {
      const c = paths[k][e];
      up += bowl.vectors[k][0] * c;
      turn += bowl.vectors[k][1] * c;
      excess += 0.5 * bowl.values[k] * c * c;
    }
    b[e] = still.b + up;
    W[e] = still.W + turn;
    costs[e] = bowl.floor + excess;
  }
  [W[0], b[0]] = [start.W, start.b];
  const overflow = costs.findIndex((cost, e) => !(Number.isFinite(cost) && Number.isFinite(W[e]) && Number.isFinite(b[e])));
  return {
    epochs,
    W,
    b,
    costs,
    at: (e) => ({ W: W[e], b: b[e] }),
    cost: (e) => costs[e],
    diverges: first.some((c) => c !== 0) && grows(bowl, { lr, momentum, zero }),
    overflow: overflow < 0 ? null : overflow,
  };
}

/** c along one eigenvector, before each step and after the last: in closed form, but where grad and v both add up. */
function pathAlong(value, first, { lr, epochs, momentum, zero }) {
  const path = new Float64Array(epochs + 1);
  if (first === 0) return path;
  if (!zero && momentum > 0) return stepped(path, value, first, lr, momentum);
  const mode = modeOf(value, lr, zero ? momentum : 1); // a sum of gradients that nothing empties is a momentum of 1
  for (let e = 0; e <= epochs; e++) path[e] = first * factorAt(mode, e);
  return path;
}

/** The steps themselves, with neither grad nor v ever emptied. */
function stepped(path, value, first, lr, momentum) {
  let [c, v, grad] = [first, 0, 0];
  path[0] = c;
  for (let e = 1; e < path.length; e++) {
    grad += value * c;
    v = momentum * v + grad;
    c -= lr * v;
    path[e] = c;
  }
  return path;
}

/** Where the run would end: the minimum, and what lies in a flat direction, which never moves. */
function stillOf(bowl, away, first) {
  const count = bowl.both ? 2 : 1;
  if (bowl.values.length === count) return bowl.minimum;
  let [b, W] = away;
  bowl.vectors.forEach((vector, k) => {
    b -= vector[0] * first[k];
    W -= vector[1] * first[k];
  });
  return { b: bowl.minimum.b + b, W: bowl.minimum.W + W };
}

/** Whether the distance grows without end. Without zero_grad the sum of gradients is a momentum of 1; with one besides it always does. */
function grows(bowl, { lr, momentum, zero }) {
  if (bowl.values.length === 0) return false;
  if (!zero && momentum > 0) return true;
  return lr > limitOf(bowl, zero ? momentum : 1) * (1 + CRITICAL_WITHIN);
}
