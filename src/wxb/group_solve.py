"""The minimum of squared error for every group at once, in pairs of doubles, and which answers are certain.

With the means taken out in pairs, C = Σ(x − x̄)(x − x̄)ᵀ, an LDLᵀ of the scaled C and two substitutions give β; all groups go
through each step together, as columns. A bound on what 106 bits lose (from the share of C in the raw sums and from the
smallest pivot) then says whether rounding β to a float64 can have gone the wrong way. Where it can, the group is left to the
exact solver; elsewhere the float64 is the correctly rounded exact minimum, the same bits the exact solver gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from wxb._typing import Integers, Marks, Matrix, Vector
from wxb.moments.pairs import Pair, divide, multiply, subtract

UNIT = 2.0**-96  # error of a few hundred operations on pairs, relative to the largest intermediate
SMALLEST_PIVOT = 1e-8
DOUBLE = 2.0**-53
CLEAR_ROOTS = 32.0  # of coarser numbers: as in `wxb.rank`


@dataclass(frozen=True, slots=True, eq=False)
class GroupSolution:
    """coef : (g, p)        intercept : (g,)        certain : (g,) whether correctly rounded"""

    coef: Matrix
    intercept: Vector
    certain: Marks


def solve_groups(
    high: Matrix,
    low: Matrix,
    exponents: Integers,
    sure: Marks,
    *,
    intercept: bool,
    unit: float = 0.0,
) -> GroupSolution:
    """Minima of g groups from their sums Σ z zᵀ = (high + low) · 2^(e_i + e_j), (g, q, q), z = (1, x₁ … x_p, y).

    unit : the coarsest unit roundoff of the terms. Groups whose terms might be collinear but for that are not certain.
    """
    width = high.shape[1]
    p = width - 2

    def entry(i: int, j: int) -> Pair:
        return np.ascontiguousarray(high[:, i, j]), np.ascontiguousarray(low[:, i, j])

    with np.errstate(all="ignore"):
        raw = {(i, j): entry(i, j) for i in range(width) for j in range(i + 1)}
        if intercept:
            means = {i: divide(raw[i, 0], raw[0, 0]) for i in range(1, width)}
            centred = {
                (i, j): subtract(raw[i, j], multiply(means[i], raw[j, 0]))
                for i in range(1, width)
                for j in range(1, i + 1)
            }
        else:
            means, centred = {}, raw
        beta, pivots = _substitute(centred, p, width - 1)
        spread = [raw[i, i][0] / centred[i, i][0] for i in range(1, width - 1)]
        size = [np.sqrt(centred[width - 1, width - 1][0] / centred[i, i][0]) for i in range(1, width - 1)]
        worst = np.ones(len(high))
        least = np.ones(len(high))
        for i in range(p):
            worst = np.maximum(worst, spread[i])
            least = np.minimum(least, pivots[i])
        target_spread = raw[width - 1, width - 1][0] / centred[width - 1, width - 1][0]
        error = UNIT * np.maximum(worst, target_spread) / least**2 * p
        clear = max(SMALLEST_PIVOT, CLEAR_ROOTS * sqrt(unit)) if unit > DOUBLE else SMALLEST_PIVOT
        certain = sure & (least > clear) & (raw[0, 0][0] > 0)
        if unit > DOUBLE:
            certain &= worst < (clear / (16 * unit * sqrt(width))) ** 2
        for i in range(p):
            certain &= _rounds_surely(beta[i], error * size[i])
        start = (np.zeros(len(high)), np.zeros(len(high)))
        if intercept:
            start = means[width - 1]
            total = np.abs(start[0])
            slack = error * np.sqrt(centred[width - 1, width - 1][0] / raw[0, 0][0])
            for i in range(p):
                term = multiply(beta[i], means[i + 1])
                start = subtract(start, term)
                total = total + np.abs(term[0])
                slack = slack + error * size[i] * np.abs(means[i + 1][0])
            certain &= _rounds_surely(start, slack + UNIT * total)
        coef = np.column_stack(
            [np.ldexp(beta[i][0], int(exponents[-1] - exponents[i + 1])) for i in range(p)]
            or [np.empty((len(high), 0))]
        )
        level = np.ldexp(start[0], int(exponents[-1] - exponents[0]))
        certain &= np.isfinite(coef).all(axis=1) & np.isfinite(level) & (np.abs(coef) > 1e-290).all(axis=1)
    return GroupSolution(coef, level, certain)


def _substitute(matrix: dict[tuple[int, int], Pair], p: int, y: int) -> tuple[list[Pair], list[Vector]]:
    """β of columns 1 … p against column y, and each pivot as a share of its diagonal entry."""
    factors: dict[tuple[int, int], Pair] = {}
    pivots: list[Pair] = []
    scaled: dict[tuple[int, int], Pair] = {}  # L·D, so that each product is formed once
    right: list[Pair] = []
    for i in [*range(1, p + 1), y]:
        for j in range(1, (i if i != y else p + 1)):
            value = matrix[i, j]
            for c in range(1, j):
                value = subtract(value, multiply(scaled[i, c], factors[j, c]))
            scaled[i, j] = value
            factors[i, j] = divide(value, pivots[j - 1])
        if i != y:
            value = matrix[i, i]
            for c in range(1, i):
                value = subtract(value, multiply(scaled[i, c], factors[i, c]))
            pivots.append(value)
    right = [factors[y, j] for j in range(1, p + 1)]
    for i in range(p, 0, -1):
        for c in range(i + 1, p + 1):
            right[i - 1] = subtract(right[i - 1], multiply(factors[c, i], right[c - 1]))
    return right, [pivots[i][0] / matrix[i + 1, i + 1][0] for i in range(p)]


def _rounds_surely(value: Pair, error: Vector) -> Marks:
    """(g,) whether every number within `error` of the pair rounds to its high part."""
    high, low = value
    half = 0.5 * np.spacing(np.abs(high))
    # Below a power of two the doubles lie twice as close, so a quarter of the spacing above is the bound that always holds.
    edge = np.where(np.frexp(high)[0] == 0.5, 0.5 * half, half)
    return np.isfinite(error) & (np.abs(low) + error < edge) & (error < np.abs(high))
