"""Arithmetic of a typed line on columns in pairs of doubles: what cancels in y − line(x) keeps its digits.

A line fitted to 64-bit identifiers, 1·id − 1582218195625938944, is 0 or 1 where float64 has steps of 256. Sums, products, quotients
and whole powers are made in pairs; functions such as exp, and other powers, are float64's and leave no second double.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from wxb.moments.pairs import Pair, add, divide, multiply

MOST_POWER = 64


class PairNumbers:
    """high + low, numbers or columns of them."""

    __array_ufunc__ = None
    __slots__ = ("high", "low")

    def __init__(self, high: Any, low: Any = 0.0) -> None:
        self.high, self.low = np.asarray(high, dtype=np.float64), np.asarray(low, dtype=np.float64)

    @classmethod
    def of_text(cls, text: str, value: float) -> PairNumbers:
        """A number as it was written, 0.1 closer than a float64 can be."""
        return cls(value, float(Fraction(text) - Fraction(value)))

    @property
    def pair(self) -> Pair:
        return self.high, self.low

    def __add__(self, other: PairNumbers) -> PairNumbers:
        return _made(self.high + other.high, add(self.pair, other.pair))

    def __sub__(self, other: PairNumbers) -> PairNumbers:
        return self + -other

    def __mul__(self, other: PairNumbers) -> PairNumbers:
        return _made(self.high * other.high, multiply(self.pair, other.pair))

    def __truediv__(self, other: PairNumbers) -> PairNumbers:
        return _made(self.high / other.high, divide(self.pair, other.pair))

    def __neg__(self) -> PairNumbers:
        return PairNumbers(-self.high, -self.low)

    def __pow__(self, other: PairNumbers) -> PairNumbers:
        power = float(other.high) if other.high.ndim == 0 and not other.low else 0.5
        if not power.is_integer() or abs(power) > MOST_POWER:
            return PairNumbers(self.high**other.high)
        result, base = PairNumbers(np.ones_like(self.high)), self
        for bit in bin(abs(int(power)))[2:]:
            result = result * result
            if bit == "1":
                result = result * base
        return result if power >= 0 else PairNumbers(1.0) / result


def of_function(function: Callable[..., Any]) -> Callable[..., PairNumbers]:
    """A function of float64 as one of pairs."""
    return lambda *arguments: PairNumbers(function(*(argument.high for argument in arguments)))


def _made(plain: Any, pair: Pair) -> PairNumbers:
    """The pair, and where it left the range on the way what float64 makes of it."""
    inside = np.isfinite(pair[0]) & np.isfinite(pair[1])
    return PairNumbers(np.where(inside, pair[0], plain), np.where(inside, pair[1], 0.0))
