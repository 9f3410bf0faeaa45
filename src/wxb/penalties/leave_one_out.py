"""Leaving one row out, exactly, for all λ of a ridge together, in one more pass over the rows.

    e₋ᵢ(λ) = eᵢ(λ) / (1 − hᵢ(λ))        hᵢ(λ) = wᵢ / W (1 + Σ_k z_ik² / (d_k + λ q_k))        z = Tᵀ S⁻¹ (x − x̄)

W, x̄ and s are those of all rows: what a column is measured by stays when a row is left out, and so does the penalty. Each line of
the others minimises Σ_{j≠i} w_j e_j² + W λ ‖·‖²: its penalty is n·λ of all n rows and not (n − 1)·λ, as RidgeCV of scikit-learn
has it. A row that nothing else tells of (h = 1) has no line of the others, and no λ that leaves it so is taken.

Directions are those of float64: one that varies by less than 2^-50 p of the largest, where λ is as small too, is taken as none.
There what is judged is the line without it, and not the exact line of that λ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import fsum, inf
from typing import Self

import numpy as np

from wxb._typing import Marks, Matrix, Vector
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.passes.statistic import Numbers, Statistic
from wxb.penalties.penalty import Penalty
from wxb.penalties.ridge import Directions
from wxb.penalties.seen import Seen

ROWS = 4096  # worked on at a time, so that what is made of them stays in the cache
ALONE = 1e-12  # of 1 − h: below it a row stands alone


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measure:
    """What is asked of a row.

    middle, rest (p + 1,) : x̄, ȳ, and what these doubles leave of them        turned (p, r) : S⁻¹ T
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
    def of(cls, seen: Seen, penalty: Penalty, values: Vector) -> Measure:
        unit, square, cross = penalty.units(seen)
        directions = Directions.of(square, penalty.factors)
        gains = np.ascontiguousarray(directions.gains(values).T)
        middle = [float(mean) for mean in seen.means]
        return cls(
            middle=np.array(middle),
            rest=np.array([float(mean - Fraction(near)) for mean, near in zip(seen.means, middle)]),
            turned=directions.basis / unit[:, None],
            slopes=gains * (directions.basis.T @ cross)[:, None],
            gains=gains,
            weight=float(seen.moments.exact(0, 0)),
            intercept=seen.intercept,
        )


class LeftOut(Statistic[Vector]):
    """(L,) the mean squares of rows, each by the line of all others.  held_out : marks rows that have no part in it"""

    in_order = True
    uses_blas = True

    def __init__(self, measure: Measure, held_out: Callable[[Block], Marks] | None = None) -> None:
        self.measure, self.held_out = measure, held_out
        self._sums: list[Vector] = []

    def new(self) -> Self:
        return type(self)(self.measure, self.held_out)

    def add(self, block: Block) -> None:
        numbers = Numbers.of(block)
        if self.held_out is not None:
            numbers = numbers.at(~self.held_out(block))
        for start in range(0, len(numbers.columns[-1]), ROWS):
            self._sums.append(self._squares(numbers.at(slice(start, start + ROWS))))

    def absorb(self, other: Self) -> None:
        self._sums += other._sums

    def result(self, scan: Scan) -> Vector:
        if not self._sums:
            return np.full(self.measure.gains.shape[1], inf)
        whole = np.array(self._sums)
        total = [fsum(column) if np.isfinite(column).all() else inf for column in whole.T.tolist()]
        return np.array(total) / self.measure.weight

    def _squares(self, numbers: Numbers) -> Vector:
        """(L,) Σ w e₋ᵢ² of some rows."""
        measure, (values, __, counts) = self.measure, numbers.weights
        middles = zip(numbers.columns, measure.middle, measure.rest)
        centred = np.array([column - middle - rest for column, middle, rest in middles])
        for place, low in numbers.lows.items():
            centred[place] += low
        weight = np.ones(centred.shape[1]) if values is None else values
        z = centred[:-1].T @ measure.turned
        errors = centred[-1][:, None] - z @ measure.slopes
        np.square(z, out=z)
        left = z @ measure.gains
        if measure.intercept:
            left += 1.0
        left *= (weight / -measure.weight)[:, None]
        left += 1.0
        if (left <= ALONE).any():
            alone = (left <= ALONE) & (weight > 0)[:, None]
            left[left <= ALONE] = 1.0
            errors[alone] = inf
        errors /= left
        np.square(errors, out=errors)
        return (weight if counts is None else weight * counts) @ errors
