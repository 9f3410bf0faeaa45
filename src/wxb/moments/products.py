"""Products of columns without any rounding: arrays whose unevaluated sum they are.

    (a + a')(b + b') = Σ p + e        each pair of parts as a product and what it leaves, arrays of zeros left out

That takes factors well inside the range of doubles; rows that are not are found, and multiplied as fractions.

>>> import numpy as np
>>> x = np.array([0.1, 3.0])
>>> parts, rows = expanded([(x, None), (x, None)])
>>> [part.tolist() for part in parts], rows.tolist()
([[0.010000000000000002, 9.0], [-8.326672684688674e-19, 0.0]], [])
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

import numpy as np

from wxb._typing import Integers, Marks, Vector
from wxb.moments.pairs import two_product
from wxb.moments.plan import not_finite

Factor = tuple[Vector, Vector | None]  # values, and what they leave where one double does not hold them
LARGE, SMALL = 2.0**900, 2.0**-900  # sizes between which products are exact in pairs
ZERO = Fraction(0)


def expanded(factors: Sequence[Factor]) -> tuple[list[Vector], Integers]:
    """Of a product of factors the parts (n,) whose sum it is, 0 in rows that are out of range; and these rows."""
    parts = _parts(factors[0])
    outside: Marks | None = None
    for factor in factors[1:]:
        found: list[Vector] = []
        for left in parts:
            for right in _parts(factor):
                with np.errstate(over="ignore", invalid="ignore"):
                    product, rest = two_product(left, right)
                    outside = _outside(outside, product, left, right)
                found += [product, rest] if rest.any() else [product]
        parts = found
    if outside is None:
        return parts, np.empty(0, dtype=np.int64)
    return [np.where(outside, 0.0, part) for part in parts], np.flatnonzero(outside)


def as_fractions(factors: Sequence[Factor], rows: Integers) -> list[Fraction]:
    """The products of some rows, one by one."""
    if not all(np.isfinite(part[rows]).all() for factor in factors for part in _parts(factor)):
        raise not_finite()
    columns = [[part[rows].tolist() for part in _parts(factor)] for factor in factors]
    return [
        prod((sum((Fraction(part[i]) for part in parts), ZERO) for parts in columns), start=Fraction(1))
        for i in range(len(rows))
    ]


def _parts(factor: Factor) -> list[Vector]:
    values, low = factor
    return [values] if low is None else [values, low]


def _outside(marks: Marks | None, product: Vector, left: Vector, right: Vector) -> Marks | None:
    """The marks, and those of rows where a product may not be what its two parts say."""
    size = np.abs(product)
    large = max(float(part.max(initial=0.0)) for part in (size, np.abs(left), np.abs(right)))
    if large <= LARGE and not (size < SMALL).any():
        return marks
    sizes = np.abs(left), np.abs(right)
    bad = (size < SMALL) & (left != 0) & (right != 0) | ~(np.maximum(size, np.maximum(*sizes)) <= LARGE)
    return (bad if marks is None else marks | bad) if bad.any() else marks
