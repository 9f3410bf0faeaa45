"""Linear forms of the minimum: how they vary together, and how far they are from what they should be, with certainty.

    V = R G⁻¹ Rᵀ (q, q)        dᵀ V⁻¹ d        det V        R (q, k) of full rank and d (q,), both exact

From a rounded inverse of G the difference of two coefficients of nearly collinear columns has no digit. Here everything is a ball,
with as many bits as it takes to tell each number given out to a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeVar

from flint import arb, arb_mat, ctx, fmpz_mat

from wxb.normal_equations.balls import matrix
from wxb.normal_equations.scaled import dyadic_fraction, scales_of

Found = TypeVar("Found")
Forms = Sequence[Sequence[Fraction]]

START_BITS, VALUE_BITS = 256, 100


def spread(gram: Sequence[Sequence[int]], forms: Forms) -> list[list[Fraction]]:
    """V (q, q) of a positive definite G, every entry certain to a hundred bits beside its diagonal entries."""

    def attempt() -> list[list[Fraction]] | None:
        V = _spread(gram, forms).tolist()
        if any(not _told(row[i]) for i, row in enumerate(V)):
            return None
        return [[_middle(ball) for ball in row] for row in V]

    return _certain(attempt) if forms else []


def distance(gram: Sequence[Sequence[int]], forms: Forms, d: Sequence[Fraction]) -> Fraction:
    """dᵀ V⁻¹ d, to a hundred bits."""

    def attempt() -> Fraction | None:
        side = arb_mat([[_ball(value)] for value in d])
        found = (side.transpose() * _spread(gram, forms).solve(side))[0, 0]
        return _middle(found) if _told(found) else None

    return _certain(attempt) if any(d) else Fraction(0)


def determinant(gram: Sequence[Sequence[int]], forms: Forms) -> Fraction:
    """det V, to a hundred bits."""

    def attempt() -> Fraction | None:
        found = _spread(gram, forms).det()
        return _middle(found) if _told(found) else None

    return _certain(attempt)


def exact_determinant(matrix: Sequence[Sequence[int]]) -> int:
    """det of a matrix of integers."""
    return int(fmpz_mat([list(row) for row in matrix]).det())


def _spread(gram: Sequence[Sequence[int]], forms: Forms) -> arb_mat:
    scales = scales_of(gram)
    side = arb_mat([[_ball(form[i]) * arb(2) ** -s for form in forms] for i, s in enumerate(scales)])
    return side.transpose() * matrix(gram, scales).solve(side)


def _certain(attempt: Callable[[], Found | None]) -> Found:
    bits = START_BITS
    while True:
        with ctx.workprec(bits):
            try:
                found = attempt()
            except ZeroDivisionError:
                found = None
        if found is not None:
            return found
        bits *= 2


def _told(ball: arb) -> bool:
    return ball.rel_accuracy_bits() > VALUE_BITS


def _ball(value: Fraction) -> arb:
    return arb(value.numerator) / arb(value.denominator)


def _middle(ball: arb) -> Fraction:
    mantissa, exponent = ball.mid().man_exp()
    return dyadic_fraction(int(mantissa), int(exponent))
