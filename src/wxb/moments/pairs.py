"""Numbers in pairs of doubles: 106 bits from ordinary float64 operations, whole columns at a time.

A pair (high, low) stands for high + low, |low| ≤ ½ ulp(high). Columns of powers are formed so, because rounding x¹⁰ to a double
spends seven digits: NIST Filip has 7.6 correct digits at best then, and 14 with pairs.

Each operation has a relative error below 2^−102. Sources: Knuth (two_sum), Dekker (1971), Joldes, Muller, Popescu (2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from wxb._typing import Vector
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _

Pair = tuple[Vector, Vector]

_SPLIT = 134217729.0  # 2^27 + 1: cuts a double into two halves of 26 bits


def pair_of(value: Fraction) -> tuple[float, float]:
    """The pair nearest to a number."""
    high = float(value)
    return high, float(value - Fraction(high))


def root_of(value: Fraction) -> tuple[float, float]:
    """That of its square root."""
    high = float(value) ** 0.5
    return high, float((value - Fraction(high) ** 2) / (2 * Fraction(high)))


def full(value: Sequence[float] | Vector, rows: int) -> Pair:
    """One pair in so many rows."""
    return np.full(rows, value[0]), np.full(rows, value[1])


def two_sum(a: Vector, b: Vector) -> Pair:
    """a + b = total + error, exactly."""
    total = a + b
    other = total - a
    return total, (a - (total - other)) + (b - other)


def two_product(a: Vector, b: Vector) -> Pair:
    """a·b = p + e without error, for factors well inside the range of doubles."""
    product = a * b
    big = _SPLIT * a
    a_high = big - (big - a)
    a_low = a - a_high
    big = _SPLIT * b
    b_high = big - (big - b)
    b_low = b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def add(a: Pair, b: Pair) -> Pair:
    """a + b."""
    high, error = two_sum(a[0], b[0])
    low, error_low = two_sum(a[1], b[1])
    high, error = _renormalise(high, error + low)
    return _renormalise(high, error + error_low)


def subtract(a: Pair, b: Pair) -> Pair:
    """a − b."""
    return add(a, (-b[0], -b[1]))


def multiply(a: Pair, b: Pair) -> Pair:
    """a·b."""
    high, low = two_product(a[0], b[0])
    return _renormalise(high, low + (a[0] * b[1] + a[1] * b[0]))


def divide(a: Pair, b: Pair) -> Pair:
    """a / b."""
    first = a[0] / b[0]
    rest = subtract(a, multiply((first, np.zeros_like(first)), b))
    second = rest[0] / b[0]
    rest = subtract(rest, multiply((second, np.zeros_like(second)), b))
    high, low = _renormalise(first, second)
    return _renormalise(high, low + rest[0] / b[0])


def power(values: ArrayLike, exponent: int) -> Pair:
    """x^exponent for a whole exponent ≥ 0. Raises NumericalError where a product leaves the range (about 1e300)."""
    if exponent < 0:
        raise UsageError(
            _("a power of a column needs a whole exponent of 0 or more, not {exponent}", exponent=exponent),
            _("give a whole number, 0 or more"),
        )
    x = np.asarray(values, dtype=np.float64)
    base: Pair = (x, np.zeros_like(x))
    result: Pair = (np.ones_like(x), np.zeros_like(x))
    with np.errstate(over="ignore", invalid="ignore"):
        for bit in bin(exponent)[2:]:
            result = multiply(result, result)
            if bit == "1":
                result = multiply(result, base)
    beyond = np.flatnonzero(np.isfinite(x) & ~(np.isfinite(result[0]) & np.isfinite(result[1])))
    if len(beyond):
        raise NumericalError(
            _(
                "row {beyond}: {flat:g} to the power {exponent} is beyond the range of a float64",
                beyond=beyond[0] + 1,
                flat=x.flat[beyond[0]],
                exponent=exponent,
            ),
            _("rescale the column, or use a smaller power"),
        )
    return result


def _renormalise(high: Vector, low: Vector) -> Pair:
    total = high + low
    return total, low - (total - high)
