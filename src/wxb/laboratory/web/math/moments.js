// The moments of rows (x, y): n, Σx, Σy, Σx², Σxy, Σy², exactly. All that a line, its cost and its descent need, for any n.
//
// Each is an integer times a power of two, so a row added and taken away leaves no trace, and the order of rows none either.
// x and y are integers in units of 2^xUnit and 2^yUnit, which become smaller when a row needs it.

import { inUnits, partsOf, quotient } from "./exact.js";

const LEAST_SUM = 1e-280, MOST_SUM = 1e280; // what sums of squares may be: beyond, products leave the range of a double
const NOTHING = Object.freeze({ n: 0, xUnit: 0, yUnit: 0, x: 0n, y: 0n, xx: 0n, xy: 0n, yy: 0n });

/** The moments of rows [[x, y], …] of finite numbers. */
export function momentsOf(rows) {
  const parts = rows.map(([x, y]) => [partsOf(x), partsOf(y)]);
  const start = inSmallerUnits(NOTHING, least(parts.map(([x]) => x)), least(parts.map(([, y]) => y)));
  return parts.reduce((moments, row) => joined(moments, row, 1), start);
}

/** The moments with one row [x, y] more. */
export function withRow(moments, [x, y]) {
  return joined(moments, [partsOf(x), partsOf(y)], 1);
}

/** The moments with one row [x, y], which was among them, less. */
export function withoutRow(moments, [x, y]) {
  return joined(moments, [partsOf(x), partsOf(y)], -1);
}

/** The moments that Python gives: n, an origin [x, y] and sums about it, each a pair of doubles [high, low]. */
export function momentsFrom({ n, origin, x, y, xx, xy, yy }) {
  const given = [x, y, xx, xy, yy].map((pair) => pair.map(partsOf));
  const [ox, oy] = origin.map(partsOf);
  const xUnit = Math.min(least([ox, ...given[0]]), Math.floor(least([...given[2], ...given[3]]) / 2));
  const yUnit = Math.min(least([oy, ...given[1]]), Math.floor(least([...given[4], ...given[3]]) / 2));
  const units = [xUnit, yUnit, 2 * xUnit, xUnit + yUnit, 2 * yUnit];
  const [sx, sy, sxx, sxy, syy] = given.map((pair, k) => inUnits(pair[0], units[k]) + inUnits(pair[1], units[k]));
  const [a, b, count] = [inUnits(ox, xUnit), inUnits(oy, yUnit), BigInt(n)];
  return Object.freeze({
    n,
    xUnit,
    yUnit,
    x: sx + count * a,
    y: sy + count * b,
    xx: sxx + 2n * a * sx + count * a * a,
    xy: sxy + a * sy + b * sx + count * a * b,
    yy: syy + 2n * b * sy + count * b * b,
  });
}

/** Whether a page can compute with them: squares, and those of distances from the mean, are 0 or within the range. */
export function isInRange({ n, xUnit, yUnit, x, y, xx, yy }) {
  const count = BigInt(n || 1);
  const sums = [[xx, 1n, xUnit], [xx * count - x * x, count, xUnit], [yy, 1n, yUnit], [yy * count - y * y, count, yUnit]];
  return sums.every(([sum, divisor, unit]) => sum === 0n || isSquare(quotient(sum, divisor, 2 * unit)));
}

function isSquare(size) {
  return LEAST_SUM < size && size < MOST_SUM;
}

/** The moments of rows (x, y − b). */
export function lowered(moments, b) {
  const part = partsOf(b);
  const fine = inSmallerUnits(moments, moments.xUnit, part[1]);
  const [less, count] = [inUnits(part, fine.yUnit), BigInt(fine.n)];
  return Object.freeze({
    ...fine,
    y: fine.y - count * less,
    xy: fine.xy - fine.x * less,
    yy: fine.yy - 2n * fine.y * less + count * less * less,
  });
}

function joined(moments, [xPart, yPart], sign) {
  const fine = inSmallerUnits(moments, xPart[1], yPart[1]);
  const [x, y, times] = [inUnits(xPart, fine.xUnit), inUnits(yPart, fine.yUnit), BigInt(sign)];
  return Object.freeze({
    n: fine.n + sign,
    xUnit: fine.xUnit,
    yUnit: fine.yUnit,
    x: fine.x + times * x,
    y: fine.y + times * y,
    xx: fine.xx + times * x * x,
    xy: fine.xy + times * x * y,
    yy: fine.yy + times * y * y,
  });
}

/** The same moments in units that are at most 2^xUnit and 2^yUnit. */
function inSmallerUnits(moments, xUnit, yUnit) {
  const [right, up] = [Math.max(moments.xUnit - xUnit, 0), Math.max(moments.yUnit - yUnit, 0)];
  if (right === 0 && up === 0) return moments;
  const [x, y] = [BigInt(right), BigInt(up)];
  return {
    n: moments.n,
    xUnit: moments.xUnit - right,
    yUnit: moments.yUnit - up,
    x: moments.x << x,
    y: moments.y << y,
    xx: moments.xx << (2n * x),
    xy: moments.xy << (x + y),
    yy: moments.yy << (2n * y),
  };
}

/** The least exponent of parts, 0 for none. */
function least(parts) {
  return parts.reduce((unit, [integer, exponent]) => (integer === 0n ? unit : Math.min(unit, exponent)), 0);
}
