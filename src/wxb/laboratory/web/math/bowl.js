// Squared error is a quadratic bowl over (b, W), or over W alone: where its bottom is, how deep, how steep in each direction.
//
//     cost = floor + (δb + m δW)² + C δW²        δ = (b, W) − minimum, m the mean and C the variance of x
//
// The twin of wxb/bowl.py and wxb/solve: each number is formed exactly and rounded once, so it has Python's bits. Of one row, and
// of equal x, W gives way (0) and one direction is flat, as in Python.

import { quotient } from "./exact.js";
import { lowered } from "./moments.js";

const SMALLEST = 2 ** -1022;

/** The bowl over (b, W), null without rows. fault : "large" or "small" where the squares of x leave the range of doubles. */
export function bowlOf(moments) {
  if (moments.n === 0) return null;
  const { x, y, xx, xy, yy, xUnit, yUnit } = moments;
  const n = BigInt(moments.n);
  const [xs, xys, ys] = [xx * n - x * x, xy * n - x * y, yy * n - y * y]; // n² times the (co)variances
  const [mean, variance] = [quotient(x, n, xUnit), quotient(xs, n * n, 2 * xUnit)];
  const square = quotient(xx, n, 2 * xUnit);
  const spread = xs !== 0n;
  return Object.freeze({
    both: true,
    n: moments.n,
    mean,
    variance,
    square,
    minimum: spread
      ? { W: quotient(xys, xs, yUnit - xUnit), b: quotient(y * xs - x * xys, n * xs, yUnit) }
      : { W: 0, b: quotient(y, n, yUnit) },
    floor: spread ? quotient(ys * xs - xys * xys, n * n * xs, 2 * yUnit) : quotient(ys, n * n, 2 * yUnit),
    fault: faultOf(square, xx),
    ...directionsOf(mean, variance, square),
  });
}

/** The bowl over W alone, b held. */
export function bowlOfWeight(moments, b = 0) {
  if (moments.n === 0) return null;
  const { xx, xy, yy, xUnit, yUnit } = lowered(moments, b);
  const n = BigInt(moments.n);
  const square = quotient(xx, n, 2 * xUnit);
  const moves = xx !== 0n;
  return Object.freeze({
    both: false,
    n: moments.n,
    square,
    minimum: { W: moves ? quotient(xy, xx, yUnit - xUnit) : 0, b },
    floor: moves ? quotient(yy * xx - xy * xy, n * xx, 2 * yUnit) : quotient(yy, n, 2 * yUnit),
    fault: faultOf(square, xx),
    values: square > 0 ? [2 * square] : [],
    vectors: square > 0 ? [[0, 1]] : [],
  });
}

/** The mean squared error of the line {W, b}. */
export function costAt(bowl, { W, b }) {
  return bowl.floor + excessAt(bowl, { W, b });
}

/** The cost above the floor. */
export function excessAt(bowl, { W, b }) {
  const turn = W - bowl.minimum.W;
  if (!bowl.both) return bowl.square * turn * turn;
  const level = b - bowl.minimum.b + turn * bowl.mean;
  return level * level + bowl.variance * turn * turn;
}

/** The derivatives of the cost by W and by b; by b it is 0 where b is held. */
export function gradientAt(bowl, { W, b }) {
  const turn = W - bowl.minimum.W;
  if (!bowl.both) return { W: 2 * bowl.square * turn, b: 0 };
  const level = b - bowl.minimum.b + turn * bowl.mean;
  return { W: 2 * (level * bowl.mean + bowl.variance * turn), b: 2 * level };
}

/** Second derivatives of the cost as rows, b first; one number where b is held. */
export function hessianOf(bowl) {
  return bowl.both
    ? [
        [2, 2 * bowl.mean],
        [2 * bowl.mean, 2 * bowl.square],
      ]
    : [[2 * bowl.square]];
}

/** Eigenvalues of the Hessian, largest first, and their unit vectors [b, W]; a flat direction is left out.
 *
 * The discriminant has no difference of large numbers in it, and the smaller value comes from the exact variance: both have all
 * their digits however far x is from 0.
 */
function directionsOf(mean, variance, square) {
  const root = Math.hypot(square - 1, 2 * mean);
  const large = 1 + square + root;
  const along = square >= 1 ? [mean, (square - 1 + root) / 2] : [(1 - square + root) / 2, mean];
  const size = Math.hypot(...along);
  const [b, W] = size > 0 ? [along[0] / size, along[1] / size] : [1, 0];
  const steep = upright([b, W]);
  if (!(variance > 0)) return { values: [large], vectors: [steep] };
  return { values: [large, (4 * variance) / large], vectors: [steep, upright([-W, b])] };
}

/** The larger part of a vector positive, so that the same bowl always has the same. */
function upright([b, W]) {
  return (Math.abs(b) >= Math.abs(W) ? b : W) < 0 ? [-b, -W] : [b, W];
}

function faultOf(square, xx) {
  if (xx === 0n) return null;
  return square === Infinity ? "large" : square < SMALLEST ? "small" : null;
}
