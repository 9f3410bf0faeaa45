"""The normal equations G u = r in exact integers → u, what is left of Σy², and the inverse of G.

    G = Σ w x xᵀ,  r = Σ w x y        u = G⁻¹ r,        rss = Σ w y² − uᵀr

Two roads. *Balls* (python-flint) enclose G⁻¹ with so many bits that every number wanted is known far more closely than
float64 tells numbers apart; one elimination serves the coefficients and their uncertainty. *Rational* arithmetic decides where
balls cannot, as when the line passes through every row and rss is exactly 0, and it is quicker for a few coefficients.

Columns are first scaled by powers of two to a diagonal between 1/2 and 2. That is exact, and makes what follows depend on the
moments alone, not on the exponents that their integers happen to be stored with: the same moments give the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from flint import arb, arb_mat, ctx, fmpz_mat

Dyadic = tuple[int, int]  # mantissa · 2^exponent
Triangle = tuple[tuple[Dyadic, ...], ...]  # row a holds columns 0 … a of a symmetric matrix

FEW = 8  # coefficients up to which rational arithmetic is quicker than balls
RATIONAL = 150  # up to which it is the resort where balls do not decide; beyond, it takes too long
BITS = 512
NOTHING = 2.0**-400  # beside the largest, a number that counts as 0 where rational arithmetic takes too long
COEFFICIENT_BITS = 100  # certain bits asked of every coefficient,
RSS_BITS = 200  # of rss, from which R² is told however small,
INVERSE_BITS = 80  # and of the diagonal of the inverse


@dataclass(frozen=True, slots=True)
class Minimum:
    """u (k,) and rss, exact or known to far more bits than a float64 has; the inverse when it came along, in such bits."""

    coefficients: tuple[Fraction, ...]
    rss: Fraction
    inverse: Triangle | None


def solve_normal(gram: Sequence[Sequence[int]], right: Sequence[int], square: int) -> Minimum:
    """The minimum, of a positive definite `gram` (k, k), `right` (k,) and `square` Σ w y²."""
    if not right:
        return Minimum((), Fraction(square), ())
    if len(right) > FEW and square > 0:
        found = _by_balls(gram, right, square)
        if found is not None:
            return found
    numerators, denominator = fmpz_mat(gram).solve(fmpz_mat([[v] for v in right])).numer_denom()
    whole, common = [int(numerators[i, 0]) for i in range(len(right))], int(denominator)
    rss = Fraction(square * common - sum(map(mul, whole, right)), common)
    return Minimum(tuple(Fraction(v, common) for v in whole), rss, None)


def invert_normal(gram: Sequence[Sequence[int]]) -> Triangle:
    """The inverse of a positive definite matrix, its diagonal certain to 80 bits and the rest to as much beside it."""
    scales = [_half_bits(row[i]) for i, row in enumerate(gram)]
    before, bits = ctx.prec, BITS
    try:
        while True:
            ctx.prec = bits
            inverse = _inverse(gram, scales)
            if inverse is not None:
                return _unscaled(inverse, scales)
            bits *= 2
    finally:
        ctx.prec = before


def _by_balls(gram: Sequence[Sequence[int]], right: Sequence[int], square: int) -> Minimum | None:
    """The same; None where balls of 512 bits do not decide and rational arithmetic will, beyond which they get more bits."""
    scales, y_scale = [_half_bits(row[i]) for i, row in enumerate(gram)], _half_bits(square)
    before, bits = ctx.prec, BITS
    try:
        while True:
            ctx.prec = bits
            inverse = _inverse(gram, scales)
            if inverse is not None:
                side = arb_mat([[arb((v, -s - y_scale))] for v, s in zip(right, scales)])
                answer = inverse * side
                rss = arb((square, -2 * y_scale)) - (side.transpose() * answer)[0, 0]
                balls = [answer[i, 0] for i in range(len(right))]
                if _decided(balls, rss) or (len(right) > RATIONAL and _nearly_decided(balls, rss)):
                    coefficients = tuple(_fraction(b, y_scale - s) for b, s in zip(balls, scales))
                    return Minimum(
                        coefficients, max(_fraction(rss, 2 * y_scale), Fraction(0)), _unscaled(inverse, scales)
                    )
            if len(right) <= RATIONAL:
                return None
            bits *= 2
    finally:
        ctx.prec = before


def _inverse(gram: Sequence[Sequence[int]], scales: Sequence[int]) -> arb_mat | None:
    """The inverse of the scaled matrix at the present precision; None when that does not do."""
    lower = [[arb((row[j], -scales[i] - scales[j])) for j in range(i + 1)] for i, row in enumerate(gram)]
    size = range(len(gram))
    try:
        inverse = arb_mat([[lower[max(i, j)][min(i, j)] for j in size] for i in size]).inv()
    except ZeroDivisionError:
        return None
    return inverse if all(inverse[i, i].rel_accuracy_bits() > INVERSE_BITS for i in size) else None


def _decided(balls: Sequence[arb], rss: arb) -> bool:
    """Whether every ball is so narrow that only one float64 is in question."""
    return rss.rel_accuracy_bits() > RSS_BITS and all(
        b.rel_accuracy_bits() > COEFFICIENT_BITS and _rounds_one_way(b) for b in balls
    )


def _nearly_decided(balls: Sequence[arb], rss: arb) -> bool:
    """The same, but for numbers that may be 0 and are nothing beside the others (beside Σy², which is near 1, for rss)."""
    nothing = max(abs(b.mid()) for b in balls) * NOTHING
    return (rss.rel_accuracy_bits() > RSS_BITS or rss.rad() <= NOTHING) and all(
        b.rel_accuracy_bits() > COEFFICIENT_BITS or b.rad() <= nothing for b in balls
    )


def _rounds_one_way(ball: arb) -> bool:
    """Whether all numbers within 2^−100 of the ball's middle round to the same float64."""
    mantissa = abs(_dyadic(ball)[0])
    mantissa <<= max(0, 128 - mantissa.bit_length())
    mantissa >>= max(0, mantissa.bit_length() - 512)
    slack = mantissa >> (COEFFICIENT_BITS - 1)
    return float(mantissa - slack) == float(mantissa + slack)


def _unscaled(inverse: arb_mat, scales: Sequence[int]) -> Triangle:
    rows = []
    for a, mine in enumerate(scales):
        row = [_dyadic(inverse[a, b]) for b in range(a + 1)]
        rows.append(tuple((mantissa, exponent - mine - theirs) for (mantissa, exponent), theirs in zip(row, scales)))
    return tuple(rows)


def _dyadic(ball: arb) -> Dyadic:
    mantissa, exponent = ball.mid().man_exp()
    return int(mantissa), int(exponent)


def _fraction(ball: arb, exponent: int) -> Fraction:
    """The ball's middle times 2^exponent; 0 when the ball holds 0."""
    if ball.contains(0):
        return Fraction(0)
    mantissa, own = _dyadic(ball)
    exponent += own
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def _half_bits(value: int) -> int:
    """s with value · 2^(−2s) between 1/2 and 2."""
    return value.bit_length() // 2
