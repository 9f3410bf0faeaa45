"""Moments as a penalised fit sees them: from the middle of the rows, in float64, each number formed exactly and rounded once.

    C = 1/W Σ w (x − x̄)(x − x̄)ᵀ        c = 1/W Σ w (x − x̄)(y − ȳ)        v = 1/W Σ w (y − ȳ)²

Without an intercept the middle is 0. `beside` sees y − θᵀx in the place of y, formed in integers: a cost near its least, and
a gradient near 0, keep their digits only so (v − 2 cᵀθ + θᵀCθ is a difference of numbers that nearly agree).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments import Moments
from wxb.moments.ledger import Ledger
from wxb.printable import show
from wxb.solve import quotient
from wxb.values import Value

LEAST = 2.0**-1000  # a variance below it has lost digits, or its inverse is beyond the range


@dataclass(frozen=True, eq=False, kw_only=True)
class Seen(Value):
    """covariance (p, p), cross (p,), variance : C, c, v

    means : p + 1 exact, of the terms and the target; 0 without intercept
    rows : n        moments : what it was made of
    """

    covariance: Matrix
    cross: Vector
    variance: float
    means: tuple[Fraction, ...]
    rows: int
    moments: Moments
    intercept: bool

    @classmethod
    def of(cls, moments: Moments, intercept: bool) -> Seen:
        """NumericalError for a column whose spread is beyond the range of float64."""
        width = moments.ledger.width
        square = np.zeros((width - 1, width - 1))
        for i in range(1, width):
            square[i - 1, :i] = square[:i, i - 1] = _row(moments, i, intercept)
        whole = moments.exact(0, 0)
        means = tuple(moments.exact(0, i) / whole if intercept else Fraction(0) for i in range(1, width))
        return cls(
            covariance=square[:-1, :-1],
            cross=square[:-1, -1],
            variance=float(square[-1, -1]),
            means=means,
            rows=moments.rows,
            moments=moments,
            intercept=intercept,
        )

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
        row = np.array(_row(moments, moments.ledger.width - 1, self.intercept))
        mean = moments.exact(0, -1) / moments.exact(0, 0) if self.intercept else Fraction(0)
        means = (*self.means[:-1], mean)
        return replace(self, cross=row[:-1], variance=float(row[-1]), means=means, moments=moments)

    def deviations(self, standardise: bool) -> Vector:
        """(p,) what a column's coefficient is measured by: its standard deviation, 1 where it is constant or all count the same."""
        if not standardise:
            return np.ones(len(self.cross))
        spread = np.sqrt(self.covariance.diagonal())
        return np.where(spread > 0, spread, 1.0)


def _row(moments: Moments, i: int, intercept: bool) -> list[float]:
    """1/W Σ w (z_i − z̄_i)(z_j − z̄_j) of the column in this place with those up to it."""
    ledger = moments.ledger
    n, own, exponents = ledger.integers[0][0], ledger.integers[i], ledger.exponents
    square, unit, sums = n * n, exponents[i] - 2 * exponents[0], ledger.integers[0]
    mine = sums[i] if intercept else 0
    row = [quotient(own[j] * n - mine * sums[j], square, unit + exponents[j]) for j in range(1, i + 1)]
    _refuse_beyond(row[-1], moments, i)
    return row


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
