"""Sums of products of slices under one plan, as 64-bit integers, until they are carried into Python's, which have no end.

    Σ z_i z_j = 2^(e_i + e_j) · Σ_m A_m 2^(−22 m)        A_m of all pairs of slices k + l = m

A product (s, s) of a stretch of rows is at most 2^53 in each cell, and at most eight pairs of slices come to one m: 32 stretches
are added before what is above 22 bits moves on, so nothing ever overflows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector
from wxb.moments.ledger import Ledger
from wxb.moments.plan import BITS, Plan

FULL = 32  # stretches added before sums are carried
TOP_BITS = 2 * BITS  # of A_0, what is beyond is counted apart
FEW = 24  # columns whose sums are put together by Python's integers, which is quicker than arrays of words
ROOM = 1 << 18  # what is beyond A_0 is below, where both are a number of 62 bits
WORD = 64


@dataclass(slots=True, eq=False)
class Sums:
    """What a kernel adds to: the sums of m columns cut by one plan of L slices, and the range of their numbers.

    Attributes
    ----------
    plan : how the columns are cut
    counts : (L,) columns with more than k slices, as an array
    factors : (m,) 2^−e, by which each column is scaled
    scalable : whether all factors are doubles with room to spare; else scaling takes `ldexp`
    parts : (2 L + 2, m, m) what is carried beyond A_0 and A_0 … A_2L, columns in the plan's order. Cells (i, j) and (j, i) are two
        parts of one sum. A_2L−1 and A_2L hold what single numbers have over after their slices
    pending : (1,) stretches added since the sums were last carried
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
        width, levels = len(plan.exponents), len(plan.counts)
        with np.errstate(over="ignore"):
            factors = np.ldexp(1.0, -plan.exponents)
        return cls(
            plan,
            np.array(plan.counts, dtype=np.int64),
            factors,
            bool((np.abs(plan.exponents) < 1000).all()),
            np.zeros((2 * levels + 2, width, width), dtype=np.int64),
            np.zeros(1, dtype=np.int64),
            np.full(width, np.inf),
            np.full(width, -np.inf),
        )

    def add(self, product: Matrix) -> None:
        """Add the product (s, s) of the stacked slices of a stretch of rows."""
        if self.pending[0] == FULL:
            self._carry()
        self.pending += 1
        tops = np.concatenate([[0], np.cumsum(self.counts)]).tolist()
        for k, many in enumerate(self.plan.counts):
            for other, few in enumerate(self.plan.counts[k:], k):
                block = product[tops[k] : tops[k + 1], tops[other] : tops[other + 1]] * 2.0 ** (BITS * (k + other))
                whole = block.astype(np.int64)
                if k == other:
                    whole = np.triu(whole)
                else:  # of the two cells of a diagonal sum only one is there
                    whole[np.diag_indices(few)] *= 2
                self.parts[1 + k + other, :many, :few] += whole

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
        if len(self.plan.exponents) <= FEW:
            levels, integers = self._used() - 1, _folded_few(self.parts[: self._used()], self.plan)
        else:
            whole = self._symmetric()
            levels, integers = len(whole) - 1, folded(whole)
        return Ledger(self.units(levels), integers)

    def units(self, levels: int) -> list[int]:
        """f of each column, whose sums count units of 2^(f_i + f_j), of so many levels."""
        return [int(e) - BITS * (levels // 2) for e in self.plan.exponents]

    def levels(self) -> NDArray[np.int64] | None:
        """(2 L − 1, m, m) A_0 … symmetric, in the order of the columns, and two more where single numbers had something over.

        They add to sums in units of 2^(f_i + f_j), f = e − 22 (levels − 1) / 2. None where 64 bits do not hold A_0.
        """
        top, *__ = whole = self._symmetric()
        if max(int(top.max()), -int(top.min())) >= ROOM:
            return None
        whole[1] += top << TOP_BITS
        return whole[1:]

    def _used(self) -> int:
        """How many of the parts hold anything: without what single numbers have over, two less than all."""
        return len(self.parts) - (0 if self.parts[-2:].any() else 2)

    def _symmetric(self) -> NDArray[np.int64]:
        """The parts that are used, carried, whole and in the order of the columns."""
        self._carry()
        width, count = len(self.plan.order), self._used()
        moved = not np.array_equal(self.plan.order, np.arange(width))
        back = np.empty(width, dtype=np.int64)
        back[self.plan.order] = np.arange(width)
        whole = np.empty((count, width, width), dtype=np.int64)
        for part, to in zip(self.parts, whole):
            np.add(part, part.T, out=to)
            to[np.diag_indices(width)] -= part.diagonal()
            if moved:
                to[:] = to[back[:, None], back]
        return whole

    def _carry(self) -> None:
        """Move all but the lowest bits of each A to the one before."""
        _carry(self.parts)
        self.pending[:] = 0


def _carry(parts: NDArray[np.int64]) -> None:
    for place in range(len(parts) - 1, 0, -1):
        bits = BITS if place > 1 else TOP_BITS
        parts[place - 1] += parts[place] >> bits
        parts[place] &= (1 << bits) - 1


def _folded_few(parts: NDArray[np.int64], plan: Plan) -> list[list[int]]:
    """The same as `folded`, cell by cell: all of a small fit takes five times as long as this."""
    width = len(plan.order)
    order = plan.order.tolist()
    levels = parts.tolist()
    shifts = [0, TOP_BITS, *[BITS] * (len(levels) - 2)]
    folded = [[0] * width for __ in range(width)]
    for i, here in enumerate(order):
        for j in range(i, width):
            value = 0
            for part, bits in zip(levels, shifts):
                value = (value << bits) + part[i][j]
                if i != j:
                    value += part[j][i]
            there = order[j]
            folded[here][there] = folded[there][here] = value
    return folded


def folded(whole: NDArray[np.int64]) -> list[list[int]]:
    """(m, m) integers Σ z_i z_j in units of the last of symmetric parts (parts, m, m)."""
    width = whole.shape[1]
    rows, columns = np.triu_indices(width)
    digits = whole[:, rows, columns]
    _carry(digits)
    words = _words(digits)
    size, memory = words.shape[1] * WORD // 8, memoryview(words.tobytes())
    values = [int.from_bytes(memory[at : at + size], "little", signed=True) for at in range(0, len(memory), size)]
    upper, at = [], 0
    for i in range(width):
        upper.append(values[at : at + width - i])
        at += width - i
    return [[*(upper[j][i - j] for j in range(i)), *upper[i]] for i in range(width)]


def _words(digits: Integers) -> Integers:
    """(cells, words) from carried parts (parts, cells): words of 64 bits, the lowest first, the last one with the sign."""
    places = [0, *(BITS * m for m in range(1, len(digits) - 1))]  # from the last part upwards
    places.append(places[-1] + TOP_BITS)
    words = np.zeros((digits.shape[1], (places[-1] + WORD) // WORD + 1), dtype="<i8")
    for place, digit in zip(places, digits[::-1]):
        word, shift = divmod(place, WORD)
        words[:, word] |= digit << shift
        words[:, word + 1] |= digit >> min(WORD - shift, WORD - 1)
    return words
