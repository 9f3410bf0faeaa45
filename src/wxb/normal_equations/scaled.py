"""What the roads through the normal equations share: powers of two that scale, and the form of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wxb.normal_equations.variances import Variances

Dyadic = tuple[int, int]  # mantissa · 2^exponent
Triangle = tuple[tuple[Dyadic, ...], ...]  # row a holds columns 0 … a of a symmetric matrix

COEFFICIENT_BITS = 100  # certain bits of every coefficient,
RSS_BITS = 200  # of rss, from which R² is told however small,
INVERSE_BITS = 100  # and of the inverse, beside its diagonal


@dataclass(frozen=True, slots=True)
class Minimum:
    """u (k,) and rss, exact or with the certain bits above; of many coefficients how they vary, where that came with them."""

    coefficients: tuple[Fraction, ...]
    rss: Fraction
    variances: Variances | None = None


def half_bits(value: int) -> int:
    """s with value · 2^(−2s) between 1/2 and 2."""
    return value.bit_length() // 2


def scales_of(gram: Sequence[Sequence[int]]) -> list[int]:
    """s of each column."""
    return [half_bits(row[i]) for i, row in enumerate(gram)]


def dyadic_fraction(mantissa: int, exponent: int) -> Fraction:
    """mantissa · 2^exponent."""
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


def rounds_one_way(mantissa: int) -> bool:
    """Whether all numbers within 2^−100 of this one round to the same float64 (but for its exponent)."""
    mantissa = abs(mantissa)
    mantissa <<= max(0, 128 - mantissa.bit_length())
    mantissa >>= max(0, mantissa.bit_length() - 512)
    slack = mantissa >> (COEFFICIENT_BITS - 1)
    return float(mantissa - slack) == float(mantissa + slack)
