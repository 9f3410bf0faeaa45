"""What clusters come to, in whole numbers: where columns are so far from 0, so nearly collinear, or of such a size that pairs of
doubles leave too little of F (c_g − M_g θ) and F M_g Fᵀ.

F, in pairs, and θ, to `BITS` bits, are whole numbers in units of a power of two, as the sums are; so both are two products of
matrices of integers each, and rounded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpz_mat

from wxb._typing import Matrix
from wxb.elimination.levels import as_pair
from wxb.moments.pairs import Pair

BITS = 400  # of a coefficient
ENOUGH = 2.0**26  # Σ |F_ij| √M_jj up to which pairs of doubles leave 50 bits of a square
LEAST, MOST = 2.0**-700, 2.0**800  # of squares that are multiplied in pairs

Whole = tuple[fmpz_mat, int]  # N, f: N · 2^f


def needed(front: Pair, squares: Matrix) -> bool:
    """Whether pairs of doubles do not do. squares : (g, k) Σ w x² of each cluster"""
    total = squares.sum(axis=0)
    if not ((total > LEAST) & (total < MOST)).all():
        return True
    return not bool((np.abs(front[0]) @ np.sqrt(total) < ENOUGH).all())


def scores(sums: Sequence[Sequence[tuple[list[int], int]]], front: Pair, theta: Sequence[Fraction]) -> Matrix:
    """(g, k) F (c_g − M_g θ). sums : (k, k + 1) of g integers each, the target last, in units of a power of two"""
    whole, unit = _stacked(sums)
    line, step = _integers([[-_short(value)] for value in theta] + [[Fraction(1)]])
    left = (whole * line).entries()
    F, size = _front(front)
    k = F.nrows()
    found = fmpz_mat(len(left) // k, k, left) * F.transpose()
    return _floats(found, unit + step + size)


def shares(sums: Sequence[Sequence[tuple[list[int], int]]], front: Pair) -> Matrix:
    """(g, k, k) F M_g Fᵀ. sums : (k, k) of g integers each"""
    whole, unit = _stacked(sums)
    F, size = _front(front)
    k = F.nrows()
    half = fmpz_mat(whole.nrows() // k, k * k, (whole * F.transpose()).entries())  # (g, i a)
    across = fmpz_mat([[row[i * k + a] for row in half.tolist() for a in range(k)] for i in range(k)])  # (i, g a)
    found = _floats(F * across, unit + 2 * size).reshape(k, -1, k).swapaxes(0, 1)
    return (found + found.swapaxes(1, 2)) / 2


def _stacked(sums: Sequence[Sequence[tuple[list[int], int]]]) -> Whole:
    """(g k, columns), the rows of each cluster under each other."""
    unit = min((exponent for row in sums for _, exponent in row), default=0)
    count = len(sums[0][0][0]) if sums else 0
    aligned = [[[value << (exponent - unit) for value in own] for own, exponent in row] for row in sums]
    return fmpz_mat([[column[g] for column in row] for g in range(count) for row in aligned]), unit


def _front(front: Pair) -> Whole:
    high, low = front[0].tolist(), front[1].tolist()
    return _integers([[Fraction(a) + Fraction(b) for a, b in zip(*rows)] for rows in zip(high, low)])


def _integers(rows: Sequence[Sequence[Fraction]]) -> Whole:
    """Fractions with powers of two below."""
    unit = -max(value.denominator.bit_length() - 1 for row in rows for value in row)
    return fmpz_mat([[int(value / Fraction(2) ** unit) for value in row] for row in rows]), unit


def _short(value: Fraction) -> Fraction:
    """The value to `BITS` bits."""
    shift = BITS - (value.numerator.bit_length() - value.denominator.bit_length())
    return Fraction(round(value * Fraction(2) ** shift)) / Fraction(2) ** shift


def _floats(matrix: fmpz_mat, exponent: int) -> Any:
    values = [int(value) for value in matrix.entries()]
    return as_pair(values, exponent)[0].reshape(matrix.nrows(), matrix.ncols())
