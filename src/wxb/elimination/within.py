"""Sums of squares and products within levels, exact: what is left of the moments when every level has an effect of its own.

    W = Σ w z zᵀ − Σ_g S_g S_gᵀ / w_g        z = (columns, target), S_g their sums over the rows of level g

With D the indicators of G levels that is zᵀ(I − D(DᵀD)⁻¹Dᵀ)z: the normal equations with the levels' effects eliminated. Times a
whole number L it is one of integers: L is the least common multiple of the different weights (counts, as a rule) of levels.
Where that has too many digits, as with weights that are no counts, L is a power of two, so large that what W loses by rounding
down is below 2^−500 of Σ w z².
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from flint import fmpz_mat

from wxb.elimination.levels import Integers, Levels
from wxb.moments import Ledger

LONGEST = 20_000  # bits of L
ROUNDED = 512  # bits of a quotient beyond those of its parts, where L is a power of two


@dataclass(frozen=True, slots=True)
class Within:
    """W of q columns, the target last: W_ij = integers_ij / share · 2^(f_i + f_j).

    squares : of each column Σ w z² in the same units        sums : of each, by level, in units of 2^(f_i + half)
    exact : whether nothing was rounded
    """

    integers: list[list[int]]
    exponents: list[int]
    share: int
    squares: list[int]
    sums: Sequence[Integers]
    exact: bool

    @classmethod
    def of(cls, ledger: Ledger, levels: Levels) -> Within:
        """ledger : of the q columns alone"""
        exponents = [min(own, e - levels.half) for own, e in zip(ledger.exponents, levels.exponents)]
        whole = ledger.aligned(exponents)
        sums = [levels.aligned(i, e + levels.half) for i, e in enumerate(exponents)]
        share = _share(levels.weights)
        exact = share is not None
        if share is None:
            share = 1 << ROUNDED
            between = _rounded(sums, levels.weights)
        else:
            between = _exact(sums, levels.weights, share)
        integers = [[share * a - b for a, b in zip(row, other)] for row, other in zip(whole, between)]
        squares = [share * row[i] for i, row in enumerate(whole)]
        return cls(integers, exponents, share, squares, sums, exact)

    def ledger(self, whole: Ledger) -> Ledger:
        """W as the sums of columns that are 0 on the average of each level; whole : of (1, columns), where 1 is as it was.

        Divided by L, which is a fraction with an end only to 2^−512 of the largest.
        """
        size = len(self.integers)
        integers = [[0] * (size + 1) for _ in range(size + 1)]
        integers[0][0] = whole.integers[0][0]
        for i, row in enumerate(self.integers):
            for j, value in enumerate(row):
                integers[i + 1][j + 1] = (value << 2 * ROUNDED) // self.share
        return Ledger([whole.exponents[0], *(e - ROUNDED for e in self.exponents)], integers)


def _share(weights: Integers) -> int | None:
    """L, or None where it is too long."""
    share, bits = 1, 0
    for weight in sorted(set(weights)):
        share = lcm(share, weight)
        bits = share.bit_length()
        if bits > LONGEST:
            return None
    return share


def _exact(sums: Sequence[Integers], weights: Integers, share: int) -> list[list[int]]:
    """L Σ_g s_g s_gᵀ / w_g: levels of one weight together, each sum a product of matrices."""
    q = len(sums)
    total = [[0] * q for _ in range(q)]
    same: dict[int, list[int]] = {}
    for level, weight in enumerate(weights):
        same.setdefault(weight, []).append(level)
    for weight, levels in same.items():
        matrix = fmpz_mat([[column[g] for g in levels] for column in sums])
        product, factor = (matrix * matrix.transpose()).tolist(), share // weight
        for row, more in zip(total, product):
            for j, value in enumerate(more):
                row[j] += factor * int(value)
    return total


def _rounded(sums: Sequence[Integers], weights: Integers) -> list[list[int]]:
    """2^ROUNDED Σ_g s_g s_gᵀ / w_g, each quotient rounded down."""
    q = len(sums)
    total = [[0] * q for _ in range(q)]
    for i, left in enumerate(sums):
        for j in range(i + 1):
            value = sum((a * b << ROUNDED) // w for a, b, w in zip(left, sums[j], weights) if a and b)
            total[i][j] = total[j][i] = value
    return total
