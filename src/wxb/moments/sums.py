"""Sums of products of slices under one plan, as 64-bit integers, until they are carried into Python's, which have no end.

Each cell is low + 2^40 · high. Products of at most 2^53 are added to the low part, 256 of them before what is above 2^40 moves
on to the high part, so neither ever overflows. A cell (k, i), (l, j) counts units of 2^(e_i + e_j − 22 (k + l)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Matrix, Vector
from wxb.moments.ledger import Ledger
from wxb.moments.plan import BITS, Plan

CARRY = 256  # products added as int64 before their upper part moves on: 2^8 · 2^53 < 2^63
LOW_BITS = 40  # what stays below
FEW = 24  # slices whose sums are put together by Python's integers, which is quicker than arrays of digits


@dataclass(slots=True, eq=False)
class Sums:
    """What a kernel adds to: the sums of m columns cut by one plan, and the range of their numbers.

    Attributes
    ----------
    plan : how the columns are cut, with s slices in all
    counts : (levels,) columns with more than k slices, as an array
    factors : (m,) 2^−e, by which each column is scaled
    scalable : whether all factors are doubles with room to spare; else scaling takes `ldexp`
    parts : (2, s, s) low and high part of the sums, upper triangle
    pending : (1,) additions to the low part since it was last carried over
    low, high : (m,) smallest and largest number of each column
    """

    plan: Plan
    counts: NDArray[np.int64]
    factors: Vector
    scalable: bool
    parts: NDArray[np.int64]
    pending: NDArray[np.int64]
    low: Vector
    high: Vector

    @classmethod
    def under(cls, plan: Plan) -> Sums:
        """Nothing yet, under this plan."""
        width, height = len(plan.exponents), plan.height
        with np.errstate(over="ignore"):
            factors = np.ldexp(1.0, -plan.exponents)
        return cls(
            plan,
            np.array(plan.counts, dtype=np.int64),
            factors,
            bool((np.abs(plan.exponents) < 1000).all()),
            np.zeros((2, height, height), dtype=np.int64),
            np.zeros(1, dtype=np.int64),
            np.full(width, np.inf),
            np.full(width, -np.inf),
        )

    def add(self, product: Matrix) -> None:
        """Add a product (s, s) of the stacked slices, whose entries are whole numbers up to 2^53; it is overwritten."""
        np.multiply(product, self.plan.scale, out=product)
        self.parts[0] += product.astype(np.int64)
        self.pending += 1
        if self.pending[0] == CARRY:
            self._carry()

    def absorb(self, other: Sums) -> None:
        """Take over other sums under the same plan."""
        self._carry()
        other._carry()
        self.parts += other.parts
        self.pending += 1
        self.widen(other.low, other.high)

    def widen(self, low: Vector, high: Vector) -> None:
        """Take in the smallest and largest numbers of some rows."""
        np.minimum(self.low, low, out=self.low)
        np.maximum(self.high, high, out=self.high)

    def ledger(self) -> Ledger:
        """The sums as Python's integers."""
        deepest = len(self.plan.counts) - 1
        folded = _folded_few if self.plan.height <= FEW else _folded
        return Ledger([int(e) - BITS * deepest for e in self.plan.exponents], folded(self.parts, self.plan))

    def _carry(self) -> None:
        """Move all but the lowest bits of the low part to the high part."""
        low, high = self.parts
        high += low >> LOW_BITS
        low &= (1 << LOW_BITS) - 1
        self.pending[:] = 0


def _folded_few(parts: NDArray[np.int64], plan: Plan) -> list[list[int]]:
    """The same as `_folded`, cell by cell: all of a small fit takes five times as long as this."""
    width, deepest = len(plan.order), len(plan.counts) - 1
    order = plan.order.tolist()
    cut = [(order[row], BITS * (deepest - k)) for k, rows in enumerate(plan.counts) for row in range(rows)]
    low, high = parts.tolist()
    folded = [[0] * width for __ in range(width)]
    for a, (i, up) in enumerate(cut):
        for b in range(a, len(cut)):
            j, further = cut[b]
            value = ((high[a][b] << LOW_BITS) + low[a][b]) << (up + further)
            folded[i][j] += value
            if a != b:
                folded[j][i] += value
    return folded


def _folded(parts: NDArray[np.int64], plan: Plan) -> list[list[int]]:
    """(m, m) integers Σ z_i z_j in units of the deepest slices, from the sums of slices (2, s, s), upper triangle."""
    low, high = np.triu(parts) + np.triu(parts, 1).transpose(0, 2, 1)
    width, deepest = len(plan.order), len(plan.counts) - 1
    digits = np.zeros((2 * deepest + 5, width, width), dtype=np.int64)  # of 22 bits, the last first
    tops = np.concatenate([[0], np.cumsum(plan.counts)]).tolist()
    for k, rows in enumerate(plan.counts):
        for other, columns in enumerate(plan.counts):
            cells = np.s_[tops[k] : tops[k + 1], tops[other] : tops[other + 1]]
            place = 2 * deepest - k - other
            upper = high[cells]
            digits[place, :rows, :columns] += low[cells]
            # 2^40 · upper = 2^(22 + 18) · its lower 26 bits + 2^(22 · 3) · the rest
            digits[place + 1, :rows, :columns] += (upper & ((1 << 26) - 1)) << 18
            digits[place + 3, :rows, :columns] += upper >> 26
    for place in range(len(digits) - 1):
        digits[place + 1] += digits[place] >> BITS
        digits[place] &= (1 << BITS) - 1
    pairs = digits[0:-1:2] + (digits[1::2] << BITS)
    values = digits[-1].astype(object)
    for pair in pairs[::-1]:
        values = (values << (2 * BITS)) + pair
    back = np.empty(width, dtype=np.int64)
    back[plan.order] = np.arange(width)
    return values[back][:, back].tolist()
