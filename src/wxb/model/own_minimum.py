"""Whether coefficients are the minimum of moments, without solving for it: M θ must be c but for the rounding of θ.

Each coefficient of an exact minimum θ* is rounded once, so |θ_j − θ*_j| ≤ 2^-53 |θ*_j|, and from M θ* = c follows

    |(M θ − c)_i| ≤ 2^-52 Σ_j |M_ij| |θ_j|          for every equation i,

which is looked at in exact integers. A file whose coefficients were changed by hand does not pass. Where a coefficient is 0 (it
may have given way) or too small to be rounded so, the moments are solved and compared. Rounded sums are solved in doubles, not to
the last bit: θ must be a minimum of sums no farther from these than what they may have lost, |M θ − c|_i ≤ s_i (s_y + Σ s_j |θ_j|),
but for its own rounding.
"""

from __future__ import annotations

from fractions import Fraction
from operator import mul

import numpy as np
from numpy.typing import NDArray

from wxb.layout import Layout
from wxb.moments import Moments
from wxb.solve import solve

SMALLEST = 2.0**-1022


def is_own_minimum(moments: Moments, theta: NDArray[np.float64], intercept: bool, rank: str) -> bool:
    """Whether θ (k,), the intercept first when there is one, is what `solve` makes of these moments."""
    if moments.precision == "fast":
        from wxb.solve.rounded import Rounded

        known = Rounded.of(moments, Layout(moments.terms, intercept))
        if known is not None:
            return known.nearly_solved_by(theta)
    if (np.abs(theta) < SMALLEST).any():
        return np.array_equal(solve(moments, intercept=intercept, rank=rank).coefficients, theta)
    return _solves(moments, theta, intercept)


def _solves(moments: Moments, theta: NDArray[np.float64], intercept: bool) -> bool:
    ledger, last = moments.ledger, moments.ledger.width - 1
    places = Layout(moments.terms, intercept).columns
    shifted = [Fraction(float(t)) * Fraction(2) ** ledger.exponents[i] for t, i in zip(theta, places, strict=True)]
    right = Fraction(2) ** ledger.exponents[last]
    unit = max(value.denominator for value in (*shifted, right))  # all of them are powers of two
    whole = [value.numerator * (unit // value.denominator) for value in shifted]
    sizes = [abs(value) for value in whole]
    scale = right.numerator * (unit // right.denominator)
    for i in places:
        row = ledger.integers[i][places.start : last]
        left = sum(map(mul, row, whole)) - ledger.integers[i][last] * scale
        if abs(left) << 52 > sum(map(mul, map(abs, row), sizes)):
            return False
    return True
