"""Moments as a penalised fit sees them: from the middle of the rows, each number formed exactly and rounded to a pair of doubles.

    C = 1/W Σ w (x − x̄)(x − x̄)ᵀ        c = 1/W Σ w (x − x̄)(y − ȳ)        v = 1/W Σ w (y − ȳ)²

Without an intercept the middle is 0. `beside` sees y − θᵀx in the place of y, formed in integers: a cost near its least, and
a gradient near 0, keep their digits only so (v − 2 cᵀθ + θᵀCθ is a difference of numbers that nearly agree).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Matrix, Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments import Moments
from wxb.moments.ledger import Ledger, fraction
from wxb.moments.pairs import divide, multiply, subtract
from wxb.moments.stacked import StackedLedger
from wxb.penalties.lines import products
from wxb.printable import show
from wxb.values import Value

BITS = 120  # of a number before it is rounded to a pair of doubles
MIDDLE = (
    2.0**-24
)  # of Σ x², what is left of it about the middle, or without others: of less, pairs made of arrays lose too much
ARRAYS = 2.0**-78  # of √(C_ii C_jj), what is left of pairs that are made of arrays, and of sums of their products
WIDE = 2.0**300  # of a spread, within which a pair has all of its digits
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
        square = _by_arrays(moments, intercept)
        if square is None:
            square = np.zeros((2, width - 1, width - 1))
            for i in range(1, width):
                square[:, i - 1, :i] = square[:, :i, i - 1] = _row(moments, i, intercept)
        means = tuple(_mean(moments.ledger, i) if intercept else Fraction(0) for i in range(1, width))
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
        n = ledger.value(0, 0)[0]
        names = (*self.moments.terms, *self.moments.targets)
        for i, (name, variance) in enumerate(zip(names, (*self.covariance.diagonal().tolist(), self.variance)), 1):
            if variance < LEAST and n * ledger.value(i, i)[0] > (ledger.value(0, i)[0] if self.intercept else 0) ** 2:
                raise NumericalError(
                    _("{name} is too small for a penalty: its variance is below the range of float64", name=show(name)),
                    _("multiply the column by a power of ten"),
                )

    def beside(self, line: Vector) -> Seen:
        """The same of y − θᵀx, θ (p,) float64 numbers; what is of x alone stays what it is."""
        moments = _less(self.moments, line)
        square = self.square.copy()
        square[:, -1] = square[:, :, -1] = _row(moments, moments.ledger.width - 1, self.intercept)
        mean = _mean(moments.ledger, moments.ledger.width - 1) if self.intercept else Fraction(0)
        means = (*self.means[:-1], mean)
        return replace(self, square=square, means=means, moments=moments)

    def slopes(self, line: NDArray[np.float64]) -> NDArray[np.float64]:
        """(2, p) c − C W, of W (2, p) as pairs."""
        taken = products(self.square[:, :-1, :-1], line[:, None])
        return np.array(subtract((self.square[0, :-1, -1], self.square[1, :-1, -1]), (taken[0, 0], taken[1, 0])))

    def slopes_within(self, line: Vector) -> tuple[NDArray[np.float64], Vector] | None:
        """The same of W (p,), and (p,) what each may be off by; None of few columns, and near the ends of the range."""
        spread = np.sqrt(self.square[0].diagonal())
        if (
            not isinstance(self.moments.ledger, StackedLedger)
            or ((spread > 0) & ~((spread > 1 / WIDE) & (spread < WIDE))).any()
        ):
            return None
        found = self.slopes(np.array([line, np.zeros(len(line))]))
        bound = ARRAYS * spread[:-1] * (spread[-1] + float(spread[:-1] @ np.abs(line))) + len(line) * 2.0**-1000
        return (found, bound) if np.isfinite([*found, bound]).all() else None

    def slopes_exactly(self, line: Vector) -> tuple[NDArray[np.float64], Vector]:
        """The same, formed in integers and rounded once."""
        found = _row(_less(self.moments, line), self.moments.ledger.width - 1, self.intercept)[:, :-1]
        return found, 2.0**-100 * np.abs(found[0]) + 2.0**-1070

    def deviations(self, standardise: bool) -> Vector:
        """(p,) what a column's coefficient is measured by: its standard deviation, 1 where it is constant or all count the same."""
        if not standardise:
            return np.ones(len(self.cross))
        spread = np.sqrt(self.covariance.diagonal())
        return np.where(spread > 0, spread, 1.0)


def _mean(ledger: Ledger, place: int) -> Fraction:
    (weight, unit), (total, own) = ledger.value(0, 0), ledger.value(0, place)
    return fraction(total, own - unit, weight)


def _row(moments: Moments, i: int, intercept: bool) -> NDArray[np.float64]:
    """(2, i) 1/W Σ w (z_i − z̄_i)(z_j − z̄_j) of the column in this place with those up to it."""
    ledger = moments.ledger
    n, own, exponents = ledger.integers[0][0], ledger.integers[i], ledger.exponents
    square, unit, sums = n * n, exponents[i] - 2 * exponents[0], ledger.integers[0]
    mine = sums[i] if intercept else 0
    row = [in_pair(own[j] * n - mine * sums[j], square, unit + exponents[j]) for j in range(1, i + 1)]
    high, low, powers = zip(*row)
    with np.errstate(over="ignore"):
        found = np.ldexp([high, low], powers)
    _refuse_beyond(float(found[0, -1]), moments, i)
    return found


def _by_arrays(moments: Moments, intercept: bool) -> NDArray[np.float64] | None:
    """(2, p + 1, p + 1) of many columns as pairs to 2^−80 of √(C_ii C_jj), variances and what is of the target as of few.

    None where sums are integers already, or more digits of a pair would cancel: the middle is far from 0, or rows that were taken
    away were far larger than those that are left.
    """
    ledger = moments.ledger
    if not isinstance(ledger, StackedLedger):
        return None
    rows, columns = np.triu_indices(ledger.width)
    n, sums = _whole_pair(ledger.value(0, 0)[0]), [ledger.value(0, i)[0] for i in range(ledger.width)]
    means = np.array([_whole_pair(value) for value in sums]).T
    found, top = ledger.in_pairs(), ledger.sizes()
    if (found[0][rows == columns] < MIDDLE * top).any():
        return None
    if intercept:
        taken = multiply((means[0][rows], means[1][rows]), (means[0][columns], means[1][columns]))
        found = subtract(multiply((found[0], found[1]), (n[0], n[1])), taken)
        left = found[0][rows == columns]
        if (left[1:] < MIDDLE * n[0] * top[1:]).any():
            return None
        n = multiply(n, n)
    found = np.array(divide((found[0], found[1]), n))
    powers = np.array(ledger.exponents)
    found = np.ldexp(found, (powers[:, None] + powers)[rows, columns] - 2 * powers[0])
    square = np.empty((2, ledger.width, ledger.width))
    square[:, rows, columns] = square[:, columns, rows] = found
    square = square[:, 1:, 1:].copy()
    return _sure(square, moments, sums if intercept else [0] * len(sums))


def _sure(square: NDArray[np.float64], moments: Moments, sums: list[int]) -> NDArray[np.float64]:
    """The same with its diagonal and last row formed in integers."""
    ledger, last = moments.ledger, moments.ledger.width - 1
    n, exponents = ledger.value(0, 0)[0], ledger.exponents
    for i in range(1, ledger.width):
        for j in {i, last}:
            numerator = ledger.value(i, j)[0] * n - sums[i] * sums[j]
            high, low, power = in_pair(numerator, n * n, exponents[i] + exponents[j] - 2 * exponents[0])
            with np.errstate(over="ignore"):
                square[:, i - 1, j - 1] = square[:, j - 1, i - 1] = np.ldexp([high, low], power)
        _refuse_beyond(float(square[0, i - 1, i - 1]), moments, i)
    return square


def _whole_pair(value: int) -> tuple[Any, Any]:
    high = float(value)
    return np.float64(high), np.float64(value - int(high))


def in_pair(numerator: int, denominator: int, exponent: int) -> tuple[float, float, int]:
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
