"""Sums of many groups under one plan: 64-bit integers, one for each pair of columns and each combined level.

    Σ z_i z_j of a group  =  2^(e_i + e_j) · Σ_m A_m 2^(−22 m)

Groups get a place as they come, so groups that only a few rows of belong to this plan take no more room than they need.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix
from wxb.moments.pairs import two_sum
from wxb.moments.plan import BITS

ROOM = 2**62  # what the sums of two may reach together as int64


class Era:
    """ids (g,) the groups in order of their places; exponents (q,); sums (g, levels, q, q).

    levels : combined ones, 2 L − 1 of L slices        peak : no sum is larger, whatever its sign
    """

    def __init__(self, exponents: Integers, levels: int) -> None:
        self.exponents, self.levels, self.peak = exponents, levels, 0
        self._place = np.empty(0, dtype=np.int64)  # of each group, −1 where it has none
        self._ids = np.empty(0, dtype=np.int64)
        self._sums = np.zeros((0, levels, len(exponents), len(exponents)), dtype=np.int64)
        self._count = 0

    @property
    def ids(self) -> Integers:
        return self._ids[: self._count]

    @property
    def sums(self) -> Integers:
        return self._sums[: self._count]

    def like(self, exponents: Integers, levels: int) -> bool:
        """Whether it is of this plan."""
        return self.levels == levels and np.array_equal(self.exponents, exponents)

    def add(self, ids: Integers, sums: Integers, peak: int) -> bool:
        """Add the sums of different groups; False, and nothing is added, where they could leave 64 bits."""
        if self.peak + peak >= ROOM:
            return False
        self.peak += peak
        self._make_room(ids)
        places = self._place[ids]
        if np.array_equal(places, np.arange(len(places))):
            self._sums[: len(places)] += sums
        else:
            self._sums[places] += sums
        return True

    def of(self, group: int) -> Integers | None:
        """The sums (levels, q, q) of one group, where it has any."""
        place = self._place[group] if group < len(self._place) else -1
        return self._sums[place].copy() if place >= 0 else None

    def pairs(self, exponents: Integers) -> tuple[Matrix, Matrix]:
        """The sums (g, q, q) as unevaluated sums of two doubles, in units of 2^(e_i + e_j) of other exponents."""
        sums = self.sums.copy()
        for m in range(self.levels - 1, 0, -1):  # carry upwards: all but the first become digits of 22 bits
            sums[:, m - 1] += sums[:, m] >> BITS
            sums[:, m] &= (1 << BITS) - 1
        high = sums[:, 0].astype(np.float64)
        low = (sums[:, 0] - high.astype(np.int64)).astype(np.float64)
        for m in range(1, self.levels, 2):
            digits = sums[:, m] << BITS
            if m + 1 < self.levels:
                digits = digits | sums[:, m + 1]
            part = np.ldexp(digits.astype(np.float64), -BITS * (m + 1))
            high, error = two_sum(high, part)
            low = low + error
        high, low = two_sum(high, low)
        shift = self.exponents - exponents
        if not shift.any():
            return high, low
        scale = shift[:, None] + shift[None, :]
        return np.ldexp(high, scale), np.ldexp(low, scale)

    def _make_room(self, ids: Integers) -> None:
        most = int(ids.max(initial=-1)) + 1
        if most > len(self._place):
            self._place = _longer(self._place, max(most, 2 * len(self._place)), -1)
        fresh = ids[self._place[ids] < 0]
        if len(fresh):
            needed = self._count + len(fresh)
            if needed > len(self._sums):
                room = max(needed, self._count + self._count // 2)
                self._sums, self._ids = _longer(self._sums, room, 0), _longer(self._ids, room, 0)
            self._place[fresh] = np.arange(self._count, needed)
            self._ids[self._count : needed] = fresh
            self._count = needed


def _longer(array: NDArray[np.int64], length: int, fill: int) -> NDArray[np.int64]:
    longer = (
        np.full((length, *array.shape[1:]), fill, dtype=np.int64)
        if fill
        else np.zeros((length, *array.shape[1:]), dtype=np.int64)
    )
    longer[: len(array)] = array
    return longer
