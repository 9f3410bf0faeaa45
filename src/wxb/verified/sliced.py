"""A symmetric matrix of integers as slices of doubles, so that BLAS multiplies it without error.

    A = Σ_m a_m 2^(2 − βm),  m = 1 … M,  and less than 2^−bits of each entry        |A_ij| < 2,  bits = βM − 2

a_m are whole numbers of at most 2^(β−1), and k 2^(2β−2) ≤ 2^53: every sum of k products of two such numbers is a double, whatever
its order. The cut is made by bytes: to each integer the same number is added, which makes all digits of all of them positive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from wxb._typing import Integers, Matrix, Vector

MOST_BITS = 512  # after the point; beyond, entries are cut off and the bounds say so
WORD = 64
UNIT = 2.0**-53
PLAIN = 4  # slices that a double is made from


@dataclass(frozen=True, slots=True, eq=False)
class Sliced:
    """slices : M times (k, k) a_m        width : β        cut : whether anything was cut off below the last slice"""

    slices: tuple[Matrix, ...]
    width: int
    cut: bool

    @classmethod
    def of(cls, lower: Iterable[Sequence[int]], scales: Sequence[int]) -> Sliced:
        """A_ij = N_ij 2^(−s_i − s_j), of rows N_i0 … N_ii."""
        size = len(scales)
        width = digit_width(size)
        count, cut = places_of(scales, width)
        bits = width * count - 2
        words = -(-(width * count + 2) // WORD)
        above = sum(1 << (width * (m + 1) - 1) for m in range(count))
        cells = bytearray()
        for row, mine in zip(lower, scales):
            room, length = bits - mine, words * WORD // 8
            if room >= max(scales):
                cells += b"".join([((v << (room - s)) + above).to_bytes(length, "little") for v, s in zip(row, scales)])
            else:
                whole = [v << (room - s) if room >= s else v >> (s - room) for v, s in zip(row, scales)]
                cells += b"".join([(v + above).to_bytes(length, "little") for v in whole])
        table = np.frombuffer(cells, dtype="<u8").reshape(-1, words).T.copy()
        return cls(tuple(_spread(_digits(table, width, count), size)), width, cut)

    @property
    def size(self) -> int:
        return len(self.slices[0])

    @property
    def bits(self) -> int:
        """After the point, down to the last unit."""
        return self.width * len(self.slices) - 2

    def unit(self, m: int) -> float:
        """Of slice m, counted from 1."""
        return 2.0 ** (2 - self.width * m)

    def plain(self) -> Matrix:
        """(k, k) A in doubles, off by less than 3u|A| + 2^(2 − 4β)."""
        return self.below(0)

    def below(self, m: int) -> Matrix:
        """What slices m + 1, m + 2, … come to, in doubles."""
        total = np.zeros_like(self.slices[0])
        for place in range(min(len(self.slices), m + PLAIN), m, -1):
            total += self.slices[place - 1] * self.unit(place)
        return total

    def part(self, places: Sequence[int]) -> Sliced:
        """Of some columns."""
        where = np.ix_(places, places)
        return Sliced(tuple(np.ascontiguousarray(slice_[where]) for slice_ in self.slices), self.width, self.cut)

    def times(self, digits: Sequence[Matrix]) -> tuple[Integers, ...]:
        """A Σ_d z_d 2^(−βd) by levels, the first one first: level l, from 0, in units of 2^(2 − β(l + 2)).

        digits : whole numbers (k, q) of at most 2^(β−1), two at most.  The levels are (k, q) integers.
        """
        stacked = np.concatenate(digits, axis=1)
        q = digits[0].shape[1]
        levels = [np.zeros((self.size, q), dtype=np.int64) for _ in range(len(self.slices) + len(digits) - 1)]
        for m, a in enumerate(self.slices):
            product = (a @ stacked).astype(np.int64)
            for d in range(len(digits)):
                levels[m + d] += product[:, d * q : (d + 1) * q]
        return tuple(levels)


def digit_width(size: int) -> int:
    """β, with size · 2^(2β − 2) ≤ 2^53."""
    return (53 - (size - 1).bit_length()) // 2 + 1


def places_of(scales: Sequence[int], width: int) -> tuple[int, bool]:
    """How many slices there are of a matrix of integers scaled by 2^(−s_i − s_j), and whether more would be needed."""
    needed = 2 * max(scales)
    count = -(-(min(needed, MOST_BITS) + 2) // width)
    return count, needed > width * count - 2


def _digits(table: Matrix, width: int, count: int) -> Iterable[Vector]:
    """Digits of all cells from the top: whole numbers from −2^(β−1), of words (w, cells) that hold them shifted up."""
    mask, half = np.uint64((1 << width) - 1), 2.0 ** (width - 1)
    for place in range(count - 1, -1, -1):
        word, offset = divmod(width * place, WORD)
        value = table[word] >> np.uint64(offset)
        if offset and word + 1 < len(table):
            value |= table[word + 1] << np.uint64(WORD - offset)
        if place < count - 1:  # the top one has room for a bit more
            value &= mask
        yield value.astype(np.float64) - half


def _spread(rows: Iterable[Vector], size: int) -> Iterable[Matrix]:
    """Lower triangles, row by row, as symmetric matrices."""
    i = np.arange(size)
    low, high = np.minimum.outer(i, i), np.maximum.outer(i, i)
    index = high * (high + 1) // 2 + low
    for row in rows:
        yield row[index]
