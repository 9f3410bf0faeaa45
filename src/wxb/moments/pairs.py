"""Columns in pairs of doubles: powers and products with 106 bits, so that rounding x¹⁰ to 53 does not spend seven digits.

A pair (values, low) stands for values + low, |low| ≤ ½ ulp(values). NIST Filip has 7.6 correct digits at best when the powers of
x are rounded to doubles, and 13 and more when they are pairs.

Source: Dekker (1971); the product of pairs drops only low·low, an error below 2^−104 relative.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wxb.errors import UsageError
from wxb.moments.collect import two_product

Vector = NDArray[np.float64]
Pair = tuple[Vector, Vector]


def product(a: Pair, b: Pair) -> Pair:
    """(values, low) of a·b, elementwise."""
    high, low = two_product(a[0], b[0])
    return _renormalise(high, low + (a[0] * b[1] + a[1] * b[0]))


def power(values: ArrayLike, exponent: int) -> Pair:
    """(values, low) of x^exponent for a whole exponent ≥ 0, elementwise."""
    if exponent < 0:
        raise UsageError(f"a power of a column needs a whole exponent of 0 or more, not {exponent}")
    x = np.asarray(values, dtype=np.float64)
    base: Pair = (x, np.zeros_like(x))
    result: Pair = (np.ones_like(x), np.zeros_like(x))
    for bit in bin(exponent)[2:]:
        result = product(result, result)
        if bit == "1":
            result = product(result, base)
    return result


def _renormalise(high: Vector, low: Vector) -> Pair:
    total = high + low
    return total, low - (total - high)
