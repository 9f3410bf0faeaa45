"""Leaving one row out, exactly, for all λ of a ridge together, in one more pass over the rows.

    e₋ᵢ(λ) = eᵢ(λ) / (1 − hᵢ(λ))        hᵢ(λ) = wᵢ (1/W + z(λ)²)        z(λ) = T(λ) (x − x̄)

W, x̄ and s are those of all rows: what a column is measured by stays when a row is left out, and so does the penalty. Each line of
the others minimises Σ_{j≠i} w_j e_j² + W λ ‖·‖²: its penalty is n·λ of all n rows and not (n − 1)·λ, as RidgeCV of scikit-learn
has it. A row that nothing else tells of (h = 1) has no line of the others, and no λ that leaves it so is taken.

Most λ leave directions not far from alike in size, and most rows a 1 − h not near 0: `Plain` has twelve digits there, of one
eigendecomposition. Elsewhere rows are whitened (`wxb.whitening`) by the sums with the penalty of one λ₀ in them, where z, e and
1 − h have their digits. From there it is only up, and nothing cancels:

    1 − h(λ) = 1 − h(λ₀) + w Σ_k b_k (Qᵀz)_k²        b_k = δν_k / (1 + δν_k)        δ = λ − λ₀
    e(λ) = e(λ₀) + zᵀ δ W T P θ(λ)                   W T P Tᵀ = Q diag(ν) Qᵀ        P = diag(f s²)

ν ≤ 1/λ₀, and in float64 it loses as many digits as λ/λ₀ has: beyond `REACH` another λ₀ is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import fsum, inf, sqrt
from typing import Any, Self

import numpy as np

from wxb._typing import Marks, Matrix, Vector
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.layout import Layout
from wxb.moments import Moments
from wxb.moments.kernels import Kernel, choose
from wxb.moments.ledger import Ledger
from wxb.moments.pairs import add, multiply, subtract, two_sum
from wxb.passes.statistic import Numbers, Statistic
from wxb.penalties.answer import through_middle
from wxb.penalties.lines import Pairs, pair, product_of
from wxb.penalties.penalty import Penalty
from wxb.penalties.ridge import Directions
from wxb.penalties.seen import Seen
from wxb.solve import Solution, solve
from wxb.whitening import Whitening

ROWS = 4096  # worked on at a time, so that what is made of them stays in the cache
ALONE = 2.0**-66  # of 1 − h, in pairs of doubles: below it a row stands alone
REACH = 2.0**13  # of δν beside 1 + δν of the other directions, of what cancels in doubles: four of sixteen digits
FEW = 32  # columns up to which rows whose 1 − h is near 0 have a λ₀ of each λ
NEAR = 2.0**-4  # of 1 − h: what float64 leaves of it is looked at again below


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plain:
    """How rows are seen in float64, for the λ that leave it twelve digits.

    middle, rest (p + 1,) : x̄, ȳ, and what these doubles leave of them        turned (p, r) : S⁻¹ T, Tᵀ(A + λP)T = diag(d + λ q)
    slopes, gains (r, L) : Tᵀu(λ), 1 / (d + λ q)
    weight : W        intercept : whether the middle moves with a row
    """

    middle: Vector
    rest: Vector
    turned: Matrix
    slopes: Matrix
    gains: Matrix
    weight: float
    intercept: bool

    @classmethod
    def of(cls, seen: Seen, penalty: Penalty, values: Vector) -> Plain:
        """Of the first of these λ (L,), falling: those of which it is sure."""
        unit, square, cross = penalty.units(seen)
        directions = Directions.of(square, penalty.factors)
        told = directions.basis.T @ cross
        gains = directions.gains(values)
        left = seen.variance - (told**2 * gains * (2 - directions.size * gains)).sum(axis=1)
        sure = directions.loss(square, penalty.factors, values) ** 2 * seen.variance <= REACH**2 * left
        gains = np.ascontiguousarray(gains[: int(np.cumprod(sure).sum())].T)
        middle = [float(mean) for mean in seen.means]
        return cls(
            middle=np.array(middle),
            rest=np.array([float(mean - Fraction(near)) for mean, near in zip(seen.means, middle)]),
            turned=directions.basis / unit[:, None],
            slopes=gains * told[:, None],
            gains=gains,
            weight=float(seen.moments.exact(0, 0)),
            intercept=seen.intercept,
        )

    def squares(self, numbers: Numbers) -> tuple[Vector, Marks]:
        """(L,) Σ w e₋ᵢ² of some rows, and which of them are near to standing alone, and left out of it."""
        values, __, counts = numbers.weights
        middles = zip(numbers.columns, self.middle, self.rest)
        centred = np.array([column - middle - rest for column, middle, rest in middles])
        for place, low in numbers.lows.items():
            centred[place] += low
        weight = np.ones(centred.shape[1]) if values is None else values
        z = centred[:-1].T @ self.turned
        errors = centred[-1][:, None] - z @ self.slopes
        np.square(z, out=z)
        left = z @ self.gains
        if self.intercept:
            left += 1.0
        left *= (weight / -self.weight)[:, None]
        left += 1.0
        near = np.zeros(len(weight), dtype=np.bool_)
        if not left.min(initial=1.0) >= NEAR:
            near = np.asarray(~(left >= NEAR).all(axis=1), dtype=np.bool_)
            left[near] = 1.0
            errors[near] = 0.0
        errors /= left
        np.square(errors, out=errors)
        return (weight if counts is None else weight * counts) @ errors, near


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measure:
    """How rows are seen from one λ₀, for some λ that are no less.

    whitening : by the sums with the penalty in them        turned (k, k) : Qᵀ        gains (L, k) : b
    shifts (L, k) : δ W T P θ        first : where these λ begin among all
    lines (2, L, p), middle (2, p + 1) : W, and x̄, ȳ, as pairs, for rows that are near to standing alone
    """

    whitening: Whitening
    turned: Matrix
    gains: Matrix
    shifts: Matrix
    first: int
    lines: Pairs
    middle: Pairs

    def squares(self, numbers: Numbers, kernel: Kernel, *, near: bool) -> tuple[Vector, Marks]:
        """(L,) Σ w e₋ᵢ² of some rows, and which are near to standing alone, and left out of it unless these are."""
        values, __, counts = numbers.weights
        places = np.arange(len(numbers.columns[-1]))
        rows = self.whitening.rows(places, numbers.columns, numbers.lows, kernel, values, counts)
        z = rows.z[int(rows.constant) :]
        errors = self._errors(numbers) if near else self.shifts @ z + rows.left
        left = self.gains @ np.square(self.turned @ z)
        weight = np.ones(len(rows)) if values is None else values
        left *= weight
        left += rows.rest
        low = left <= ALONE if near else left < NEAR
        if low.any():
            left[low] = 1.0
            errors[low & (weight > 0)] = inf if near else 0.0
        errors /= left
        np.square(errors, out=errors)
        out = np.asarray(low.any(axis=0), dtype=np.bool_)
        if not near and out.any():
            errors[:, out] = 0.0
        return errors @ (weight if counts is None else weight * counts), out

    def _errors(self, numbers: Numbers) -> Matrix:
        """(L, n) y − H(x) in pairs of doubles: beside 1 − h near 0 they are small too."""
        zeros = np.zeros(len(numbers.columns[-1]))
        *columns, total = (
            subtract((np.ascontiguousarray(column), numbers.lows.get(i, zeros)), (self.middle[0, i], self.middle[1, i]))
            for i, column in enumerate(numbers.columns)
        )
        for j, column in enumerate(columns):
            total = subtract(total, multiply((self.lines[0, :, j, None], self.lines[1, :, j, None]), column))
        return total[0]


def measures(seen: Seen, penalty: Penalty, values: Vector, reach: float) -> list[Measure]:
    """Of all λ, as many as it takes.  values : (L,) falling"""
    found, last = list[Measure](), len(values)
    lines = penalty.lines(seen, "l2", values).weights if last else np.empty((2, 0, 0))
    while last:
        found.append(_measure(seen, penalty, values[:last], lines[:, :last], reach))
        last = found[-1].first
    return found


def _measure(seen: Seen, penalty: Penalty, values: Vector, lines: Pairs, reach: float) -> Measure:
    """From the last of these λ, for those that it reaches.  lines : (2, L, p) W of each"""
    low, weight = float(values[-1]), seen.moments.exact(0, 0)
    solution = _solution(seen, penalty, low, lines[:, -1])
    whitening = _in_pairs_beyond_reach(Whitening.of(solution), solution)
    there = list(whitening.places)
    factors, unit = penalty.factors[there], seen.deviations(penalty.standardise)[there]
    basis, spread, __ = np.linalg.svd(whitening.fine[0] * (np.sqrt(factors * float(weight)) * unit))
    size, above = np.square(spread), values - low
    most = (
        0.0 if solution.dropped else reach * (1 + above * size.min(initial=inf))
    )  # what gave way may be under a penalty
    first = int(np.flatnonzero(above * size.max(initial=0.0) <= most)[0])
    above = two_sum(values[first:], np.full(len(values) - first, -low))
    with np.errstate(divide="ignore", over="ignore"):
        gains = 1 / (1 + 1 / np.outer(above[0], size))
    terms = multiply(pair(lines[:, first:][:, :, there]), (unit, np.zeros_like(unit)))
    terms = multiply(terms, pair(product_of(factors, np.full(len(there), float(weight)))))
    terms = multiply(terms, (above[0][:, None], above[1][:, None]))
    T = multiply(whitening.fine, (unit, np.zeros_like(unit)))
    shifts = (np.zeros_like(gains), np.zeros_like(gains))
    for j in range(len(there)):
        shifts = add(shifts, multiply((terms[0][:, j, None], terms[1][:, j, None]), (T[0][:, j], T[1][:, j])))
    middle = np.array([(float(mean), float(mean - Fraction(float(mean)))) for mean in seen.means]).T
    seen_from: Any = {"whitening": whitening, "turned": basis.T.copy(), "gains": gains, "shifts": shifts[0]}
    return Measure(**seen_from, first=first, lines=lines[:, first:], middle=middle)


def _solution(seen: Seen, penalty: Penalty, l2: float, line: Pairs) -> Solution:
    """The line of this penalty as the minimum of sums with the penalty in them.  line (2, p) : W"""
    moments = _with_penalty(seen, penalty, l2)
    layout = Layout(moments.terms, seen.intercept)
    if not (l2 and penalty.factors.all() and seen.covariance.diagonal().all()):  # some may have to give way
        return solve(moments, intercept=seen.intercept)
    exact = through_middle(seen, [Fraction(high) + Fraction(low) for high, low in line.T.tolist()])
    none = Fraction(0)
    return Solution(moments, layout, tuple(range(len(layout))), (), np.empty(0), none, none, 0, exact)


def _in_pairs_beyond_reach(whitening: Whitening, solution: Solution) -> Whitening:
    """Where z made of doubles keeps twelve digits, that does."""
    if not whitening.in_pairs:
        return whitening
    places = [place + 1 for place in whitening.places]
    size = np.array([sqrt(solution.moments.exact(i, i)) for i in places])
    return replace(whitening, in_pairs=bool((np.abs(whitening.fine[0]) @ size).max() > REACH))


def _with_penalty(seen: Seen, penalty: Penalty, l2: float) -> Moments:
    """The sums with the penalty in them: Σ w x xᵀ + W λ P, of no fewer rows than coefficients."""
    moments, ledger = seen.moments, seen.moments.ledger
    whole, units = moments.exact(0, 0) * Fraction(l2), list(ledger.exponents)
    numbers = zip(penalty.factors.tolist(), seen.deviations(penalty.standardise).tolist())
    more = [whole * Fraction(factor) * Fraction(s) ** 2 for factor, s in numbers]
    for i, value in enumerate(more, 1):
        units[i] = min(units[i], -(value.denominator.bit_length() // 2))
    shifts = [old - new for old, new in zip(ledger.exponents, units)]
    integers = [[value << i + j for value, j in zip(row, shifts)] for row, i in zip(ledger.integers, shifts)]
    for i, value in enumerate(more, 1):
        integers[i][i] += int(value / Fraction(4) ** units[i])
    return replace(
        moments,
        rows=max(moments.rows, len(more) + 1),
        ledger=Ledger(units, integers),
        rounding=(0.0,) * len(moments.rounding),
    )


class Near:
    """What sees the rows that are near to standing alone, made when there is one."""

    def __init__(self, seen: Seen, penalty: Penalty, values: Vector) -> None:
        self._asked, self.values = (seen, penalty, values), values

    @cached_property
    def measures(self) -> list[Measure]:
        return measures(*self._asked, 0.0 if len(self._asked[0].cross) <= FEW else REACH)


class LeftOut(Statistic[Vector]):
    """(L,) the mean squares of rows, each by the line of all others.

    plain, near : of the larger λ, and of the rows that are near to standing alone under these        fine : of the smaller λ
    held_out : marks rows that have no part in it
    """

    in_order = True
    uses_blas = True

    def __init__(
        self, plain: Plain, near: Near, fine: Sequence[Measure], held_out: Callable[[Block], Marks] | None = None
    ) -> None:
        self.plain, self.near, self.fine, self.held_out = plain, near, fine, held_out
        self._sums: list[Vector] = []

    @classmethod
    def of(cls, seen: Seen, penalty: Penalty, values: Vector, held_out: Callable[[Block], Marks] | None = None) -> Self:
        """Of all λ (L,), falling."""
        plain = Plain.of(seen, penalty, values)
        count = plain.gains.shape[1]
        return cls(plain, Near(seen, penalty, values), measures(seen, penalty, values[count:], REACH), held_out)

    def new(self) -> Self:
        return type(self)(self.plain, self.near, self.fine, self.held_out)

    def add(self, block: Block) -> None:
        numbers = Numbers.of(block)
        if self.held_out is not None:
            numbers = numbers.at(~self.held_out(block))
        for start in range(0, len(numbers.columns[-1]), ROWS):
            self._sums.append(self._squares(numbers.at(slice(start, start + ROWS)), choose()))

    def _squares(self, numbers: Numbers, kernel: Kernel) -> Vector:
        found, last = [], len(self.near.values)
        for one in self.fine:
            found.append(self._with_near(*one.squares(numbers, kernel, near=False), numbers, kernel, last))
            last -= len(one.gains)
        found.append(self._with_near(*self.plain.squares(numbers), numbers, kernel, last))
        return np.concatenate(found[::-1])

    def _with_near(self, found: Vector, near: Marks, numbers: Numbers, kernel: Kernel, last: int) -> Vector:
        """(l,) of the λ up to one, with the rows that are near to standing alone."""
        if near.any():
            parts = [one.squares(numbers.at(near), kernel, near=True)[0] for one in self.near.measures]
            found += np.concatenate(parts[::-1])[last - len(found) : last]
        return found

    def absorb(self, other: Self) -> None:
        self._sums += other._sums

    def result(self, scan: Scan) -> Vector:
        if not self._sums:
            return np.full(len(self.near.values), inf)
        whole = np.array(self._sums)
        total = [fsum(column) if np.isfinite(column).all() else inf for column in whole.T.tolist()]
        return np.array(total) / self.plain.weight
