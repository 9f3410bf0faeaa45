"""Moments as a penalised fit sees them: from the middle of the rows, each number formed exactly and rounded to a pair of doubles.

    C = 1/W Σ w (x − x̄)(x − x̄)ᵀ        c = 1/W Σ w (x − x̄)(y − ȳ)        v = 1/W Σ w (y − ȳ)²

Without an intercept the middle is 0. `beside` sees y − θᵀx in the place of y, formed in integers: a cost near its least, and
a gradient near 0, keep their digits only so (v − 2 cᵀθ + θᵀCθ is a difference of numbers that nearly agree).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Matrix, Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments import Moments
from wxb.moments.ledger import Ledger
from wxb.printable import show
from wxb.values import Value

BITS = 120  # of a number before it is rounded to a pair of doubles
LEAST = 2.0**-1000  # a variance below it has lost digits, or its inverse is beyond the range


@dataclass(frozen=True, eq=False, kw_only=True)
class Seen(Value):
    """square (2, p + 1, p + 1) : C, c, v in one, as pairs        covariance (p, p), cross (p,), variance : their first doubles

    means : p + 1 exact, of the terms and the target; 0 without intercept
    rows : n        moments : what it was made of
    """

    square: NDArray[np.float64]
    means: tuple[Fraction, ...]
    rows: int
    moments: Moments
    intercept: bool

    @classmethod
    def of(cls, moments: Moments, intercept: bool) -> Seen:
        """NumericalError for a column whose spread is beyond the range of float64."""
        width = moments.ledger.width
        square = np.zeros((2, width - 1, width - 1))
        for i in range(1, width):
            square[:, i - 1, :i] = square[:, :i, i - 1] = _row(moments, i, intercept)
        whole = moments.exact(0, 0)
        means = tuple(moments.exact(0, i) / whole if intercept else Fraction(0) for i in range(1, width))
        return cls(square=square, means=means, rows=moments.rows, moments=moments, intercept=intercept)

    @property
    def covariance(self) -> Matrix:
        return self.square[0, :-1, :-1]

    @property
    def cross(self) -> Vector:
        return self.square[0, :-1, -1]

    @property
    def variance(self) -> float:
        return float(self.square[0, -1, -1])

    def refuse_tiny(self) -> None:
        """NumericalError for a column, or the target, that varies by so little that its variance is lost in float64."""
        ledger = self.moments.ledger
        n, ones = ledger.integers[0][0], ledger.integers[0] if self.intercept else [0] * ledger.width
        names = (*self.moments.terms, *self.moments.targets)
        for i, (name, variance) in enumerate(zip(names, (*self.covariance.diagonal().tolist(), self.variance)), 1):
            if variance < LEAST and n * ledger.integers[i][i] > ones[i] * ones[i]:
                raise NumericalError(
                    _("{name} is too small for a penalty: its variance is below the range of float64", name=show(name)),
                    _("multiply the column by a power of ten"),
                )

    def beside(self, line: Vector) -> Seen:
        """The same of y − θᵀx, θ (p,) float64 numbers; what is of x alone stays what it is."""
        moments = _less(self.moments, line)
        square = self.square.copy()
        square[:, -1] = square[:, :, -1] = _row(moments, moments.ledger.width - 1, self.intercept)
        mean = moments.exact(0, -1) / moments.exact(0, 0) if self.intercept else Fraction(0)
        means = (*self.means[:-1], mean)
        return replace(self, square=square, means=means, moments=moments)

    def deviations(self, standardise: bool) -> Vector:
        """(p,) what a column's coefficient is measured by: its standard deviation, 1 where it is constant or all count the same."""
        if not standardise:
            return np.ones(len(self.cross))
        spread = np.sqrt(self.covariance.diagonal())
        return np.where(spread > 0, spread, 1.0)


def _row(moments: Moments, i: int, intercept: bool) -> NDArray[np.float64]:
    """(2, i) 1/W Σ w (z_i − z̄_i)(z_j − z̄_j) of the column in this place with those up to it."""
    ledger = moments.ledger
    n, own, exponents = ledger.integers[0][0], ledger.integers[i], ledger.exponents
    square, unit, sums = n * n, exponents[i] - 2 * exponents[0], ledger.integers[0]
    mine = sums[i] if intercept else 0
    row = [_in_pair(own[j] * n - mine * sums[j], square, unit + exponents[j]) for j in range(1, i + 1)]
    high, low, powers = zip(*row)
    with np.errstate(over="ignore"):
        found = np.ldexp([high, low], powers)
    _refuse_beyond(float(found[0, -1]), moments, i)
    return found


def _in_pair(numerator: int, denominator: int, exponent: int) -> tuple[float, float, int]:
    """numerator / denominator · 2^exponent rounded once, and what that leaves: two numbers times a power of two."""
    shift = BITS + denominator.bit_length() - numerator.bit_length()
    if shift > 0:
        whole, rest = divmod(numerator << shift, denominator)
    else:
        whole, rest = divmod(numerator >> -shift << -shift, denominator << -shift)
        rest |= numerator & (1 << -shift) - 1
    whole = whole << 1 | (rest != 0)  # what is not even is neither of a double nor half way between two
    high = float(whole)
    return high, float(whole - int(high)), exponent - shift - 1


def _refuse_beyond(value: float, moments: Moments, place: int) -> None:
    if isfinite(value):
        return
    name = (*moments.terms, *moments.targets)[place - 1]
    raise NumericalError(
        _("{name} is too large for a penalty: its variance is beyond the range of float64", name=show(name)),
        _("divide the column by a power of ten"),
    )


def _less(moments: Moments, line: Vector) -> Moments:
    """Moments with y − θᵀx in the place of y."""
    ledger, last = moments.ledger, moments.ledger.width - 1
    parts = [(last, 1, ledger.exponents[last])]
    for j, value in enumerate(line.tolist(), 1):
        if value:
            numerator, denominator = value.as_integer_ratio()
            parts.append((j, -numerator, ledger.exponents[j] - denominator.bit_length() + 1))
    unit = min(exponent for __, __, exponent in parts)
    factors = [(place, number << (exponent - unit)) for place, number, exponent in parts]
    row = [sum(f * ledger.integers[place][j] for place, f in factors) for j in range(last + 1)]
    row[last] = sum(f * row[place] for place, f in factors)
    integers = [[*old[:last], row[j]] for j, old in enumerate(ledger.integers[:last])]
    return replace(moments, ledger=Ledger([*ledger.exponents[:last], unit], [*integers, row]))
