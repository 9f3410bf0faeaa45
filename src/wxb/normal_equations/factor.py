"""The inverse of a Cholesky factor of the normal equations, in pairs of doubles, so that xᵀG⁻¹x is a sum of squares.

    G = Σ z zᵀ = S (L Lᵀ) S,   T = L⁻¹,        xᵀ G⁻¹ x = ‖T S⁻¹ x‖²        S powers of two

A product with a rounded inverse loses as many digits as G's condition has; squares cannot cancel, and what cancels inside
T S⁻¹ x is but the root of it. T is made in ball arithmetic by halves (`wxb.halves`),
with as many bits as it takes to tell each entry to 108, or to 2^−200 of its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from flint import arb, arb_mat, ctx

from wxb._typing import Matrix
from wxb.halves import half_inverse
from wxb.normal_equations.scaled import half_bits, scales_of

START_BITS = 384
ENTRY_BITS, ROW_BITS = 108, 200
VALUE_BITS = 64  # of a form that is asked for on its own


@dataclass(frozen=True, slots=True, eq=False)
class InverseFactor:
    """xᵀ (G/d)⁻¹ x = ‖T S⁻¹ x‖² of a positive definite integer matrix G (k, k) and an integer d.

    high, low : (k, k) lower triangular T        shifts : k exponents, S = diag 2^shift
    gram, share : G and d
    """

    high: Matrix
    low: Matrix
    shifts: tuple[int, ...]
    gram: tuple[tuple[int, ...], ...]
    share: int

    @classmethod
    def of(cls, gram: Sequence[Sequence[int]], share: int = 1) -> InverseFactor:
        scales, half = scales_of(gram), half_bits(share)
        before, bits = ctx.prec, START_BITS
        try:
            while True:
                ctx.prec = bits
                made = _rounded(_scaled(gram, scales), arb((share, -2 * half)).sqrt())
                if made is not None:
                    break
                bits *= 2
        finally:
            ctx.prec = before
        return cls(*made, tuple(s - half for s in scales), tuple(map(tuple, gram)), share)

    def root(self, x: Sequence[Fraction], more: Fraction = Fraction(0), scale: Fraction = Fraction(1)) -> float:
        """√(scale (more + xᵀ (G/d)⁻¹ x)), rounded once; for rows that pairs of doubles do not decide."""
        scales = scales_of(self.gram)
        before, bits = ctx.prec, START_BITS
        try:
            while True:
                ctx.prec = bits
                side = arb_mat([[_ball(v) * arb(2) ** -s] for v, s in zip(x, scales)])
                try:
                    answer = _scaled(self.gram, scales).solve(side)
                except ZeroDivisionError:
                    answer = None
                if answer is not None:
                    value = (side.transpose() * answer)[0, 0] * self.share + _ball(more)
                    if value.rel_accuracy_bits() > VALUE_BITS or (value.rad() == 0 and value == 0):
                        return float((value * _ball(scale)).sqrt().mid())
                bits *= 2
        finally:
            ctx.prec = before


def _ball(value: Fraction) -> arb:
    return arb(value.numerator) / arb(value.denominator)


def _scaled(gram: Sequence[Sequence[int]], scales: Sequence[int]) -> arb_mat:
    return arb_mat([[arb((v, -s - t)) for v, t in zip(row, scales)] for row, s in zip(gram, scales)])


def _rounded(matrix: arb_mat, factor: arb) -> tuple[Matrix, Matrix] | None:
    """T · factor as pairs; None where a ball is too wide."""
    try:
        T = half_inverse(matrix)
    except ZeroDivisionError:
        return None
    size = T.nrows()
    high, low = np.zeros((size, size)), np.zeros((size, size))
    for i in range(size):
        row = [T[i, j] * factor for j in range(i + 1)]
        width = max(abs(ball.mid()) for ball in row) * arb(2) ** -ROW_BITS
        for j, ball in enumerate(row):
            if ball.rel_accuracy_bits() < ENTRY_BITS and not ball.rad() <= width:
                return None
            high[i, j] = float(ball.mid())
            low[i, j] = float((ball - high[i, j]).mid())
    return high, low
