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

Entries = dict[tuple[int, int], Pair]  # (g,) each, of a lower triangle


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
    with np.errstate(all="ignore"):
        raw = _entries(high, low)
        means, centred = _centred(raw, high.shape[1]) if intercept else ({}, raw)
        fit = _Substituted.of(raw, means, centred, high.shape[1])
        level, slack = fit.level()
        certain = sure & fit.clear(unit)
        for beta, size in zip(fit.beta, fit.size):
            certain &= _rounds_surely(beta, fit.error * size)
        if intercept:
            certain &= _rounds_surely(level, slack)
        coef = np.column_stack(
            [np.ldexp(beta[0], int(exponents[-1] - exponents[i])) for i, beta in enumerate(fit.beta, 1)]
            or [np.empty((len(high), 0))]
        )
        b = np.ldexp(level[0], int(exponents[-1] - exponents[0]))
        certain &= np.isfinite(coef).all(axis=1) & np.isfinite(b) & (np.abs(coef) > 1e-290).all(axis=1)
    return GroupSolution(coef, b, certain)


def _entries(high: Matrix, low: Matrix) -> Entries:
    return {
        (i, j): (np.ascontiguousarray(high[:, i, j]), np.ascontiguousarray(low[:, i, j]))
        for i in range(high.shape[1])
        for j in range(i + 1)
    }


def _centred(raw: Entries, width: int) -> tuple[dict[int, Pair], Entries]:
    """The mean of every column, and the sums about them."""
    means = {i: divide(raw[i, 0], raw[0, 0]) for i in range(1, width)}
    return means, {
        (i, j): subtract(raw[i, j], multiply(means[i], raw[j, 0])) for i in range(1, width) for j in range(1, i + 1)
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Substituted:
    """Slopes of g groups, and what bounds their errors.

    raw, means, centred : the sums as given; the means of the columns, {} without an intercept; the sums about them
    beta : p slopes, in the units of the sums      size : (g,) each: a slope's error is `error` times this
    spread, least : (g,) the largest Σx²/Σ(x − x̄)² and the smallest pivot of the terms
    error : (g,) of a slope, relative to its size
    """

    raw: Entries
    means: dict[int, Pair]
    beta: list[Pair]
    size: list[Vector]
    spread: Vector
    least: Vector
    error: Vector
    target_spread: Vector  # Σ(y − ȳ)², with an intercept

    @classmethod
    def of(cls, raw: Entries, means: dict[int, Pair], centred: Entries, width: int) -> _Substituted:
        p, y = width - 2, width - 1
        beta, pivots = _substitute(centred, p, y)
        spread = least = np.ones(len(raw[0, 0][0]))
        for i in range(p):
            spread = np.maximum(spread, raw[i + 1, i + 1][0] / centred[i + 1, i + 1][0])
            least = np.minimum(least, pivots[i])
        error = UNIT * np.maximum(spread, raw[y, y][0] / centred[y, y][0]) / least**2 * p
        size = [np.sqrt(centred[y, y][0] / centred[i, i][0]) for i in range(1, y)]
        return cls(raw, means, beta, size, spread, least, error, centred[y, y][0])

    def clear(self, unit: float) -> Marks:
        """(g,) whether the terms are far from collinear, for columns rounded to `unit`; and there is a row."""
        limit = max(SMALLEST_PIVOT, CLEAR_ROOTS * sqrt(unit)) if unit > DOUBLE else SMALLEST_PIVOT
        clear = (self.least > limit) & (self.raw[0, 0][0] > 0)
        if unit > DOUBLE:
            clear &= self.spread < (limit / (16 * unit * sqrt(len(self.beta) + 2))) ** 2
        return clear

    def level(self) -> tuple[Pair, Vector]:
        """The intercepts ȳ − Σ β x̄, in the units of the sums, and a bound on their errors; 0 without one."""
        zero = np.zeros(len(self.error))
        if not self.means:
            return (zero, zero), zero
        level = self.means[len(self.beta) + 1]
        total = np.abs(level[0])
        slack = self.error * np.sqrt(self.target_spread / self.raw[0, 0][0])
        for i, (beta, size) in enumerate(zip(self.beta, self.size), 1):
            term = multiply(beta, self.means[i])
            level = subtract(level, term)
            total = total + np.abs(term[0])
            slack = slack + self.error * size * np.abs(self.means[i][0])
        return level, slack + UNIT * total


def _substitute(matrix: Entries, p: int, y: int) -> tuple[list[Pair], list[Vector]]:
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
