"""The normal equations in ball arithmetic (python-flint), with as many bits as it takes.

Every ball encloses its number, so its radius says what is certain. A number that is nothing beside the others (rss of a line
through every row, a coefficient that is exactly 0) would never be told from 0 and passes as 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb, arb_mat, ctx

from wxb.normal_equations.scaled import (
    COEFFICIENT_BITS,
    INVERSE_BITS,
    RSS_BITS,
    Dyadic,
    Minimum,
    Triangle,
    dyadic_fraction,
    half_bits,
    scales_of,
)

BITS, INVERSE_START = 512, 256  # to begin with, for the minimum and for the inverse
NOTHING = 2.0**-400  # beside the largest


def solve(gram: Sequence[Sequence[int]], right: Sequence[int], square: int) -> Minimum:
    """The minimum."""
    scales, y_scale = scales_of(gram), half_bits(square)
    before, bits = ctx.prec, BITS
    try:
        while True:
            ctx.prec = bits
            found = _attempt(gram, right, square, scales, y_scale)
            if found is not None:
                return found
            bits *= 2
    finally:
        ctx.prec = before


def invert(gram: Sequence[Sequence[int]]) -> Triangle:
    """The inverse."""
    scales = scales_of(gram)
    inverse = _inverse(gram, scales)
    return tuple(
        tuple(_shifted(inverse[a, b], -mine - theirs) for b, theirs in enumerate(scales[: a + 1]))
        for a, mine in enumerate(scales)
    )


def diagonal(gram: Sequence[Sequence[int]]) -> list[Dyadic]:
    """That of the inverse."""
    scales = scales_of(gram)
    inverse = _inverse(gram, scales)
    return [_shifted(inverse[a, a], -2 * scale) for a, scale in enumerate(scales)]


def _inverse(gram: Sequence[Sequence[int]], scales: Sequence[int]) -> arb_mat:
    """Of the scaled matrix."""
    before, bits = ctx.prec, INVERSE_START
    try:
        while True:
            ctx.prec = bits
            try:
                inverse = matrix(gram, scales).inv()
            except ZeroDivisionError:
                inverse = None
            if inverse is not None and all(inverse[i, i].rel_accuracy_bits() > INVERSE_BITS for i in range(len(gram))):
                return inverse
            bits *= 2
    finally:
        ctx.prec = before


def _attempt(
    gram: Sequence[Sequence[int]], right: Sequence[int], square: int, scales: Sequence[int], y_scale: int
) -> Minimum | None:
    """The minimum at the present precision; None when a ball is too wide."""
    side = arb_mat([[arb((v, -s - y_scale))] for v, s in zip(right, scales)])
    try:
        answer = matrix(gram, scales).solve(side)
    except ZeroDivisionError:
        return None
    rss = arb((square, -2 * y_scale)) - (side.transpose() * answer)[0, 0]
    balls = [answer[i, 0] for i in range(len(right))]
    nothing = max(abs(b.mid()) for b in balls) * NOTHING
    if rss.rel_accuracy_bits() <= RSS_BITS and not rss.rad() <= NOTHING:  # Σy² is near 1
        return None
    if any(b.rel_accuracy_bits() <= COEFFICIENT_BITS and not b.rad() <= nothing for b in balls):
        return None
    coefficients = tuple(_fraction(b, y_scale - s) for b, s in zip(balls, scales))
    return Minimum(coefficients, max(_fraction(rss, 2 * y_scale), Fraction(0)))


def matrix(gram: Sequence[Sequence[int]], scales: Sequence[int]) -> arb_mat:
    """The scaled matrix."""
    lower = [[arb((row[j], -scales[i] - scales[j])) for j in range(i + 1)] for i, row in enumerate(gram)]
    size = range(len(gram))
    return arb_mat([[lower[max(i, j)][min(i, j)] for j in size] for i in size])


def _shifted(ball: arb, exponent: int) -> Dyadic:
    """The ball's middle times 2^exponent."""
    mantissa, own = ball.mid().man_exp()
    return int(mantissa), int(own) + exponent


def _fraction(ball: arb, exponent: int) -> Fraction:
    """The same as a fraction; 0 when the ball holds 0."""
    return Fraction(0) if ball.contains(0) else dyadic_fraction(*_shifted(ball, exponent))
