"""Where the rows of many small groups lie: group by group, in segments of equal length, padded at the end.

Sums of a segment are sums of one group; a group of several segments is added up afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector

LONGEST = 256  # rows of a segment


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Rows in segments of one length, each of one group.

    rows : (segments, length) row of each place, −1 for padding; None when the rows lie so already
    ids : (g,) groups, ascending        starts : (g,) first segment of each group
    count, length : of the segments
    padded : whether any place is padding
    """

    rows: Integers | None
    ids: Integers
    starts: Integers
    count: int
    length: int
    padded: bool

    @classmethod
    def of(cls, ids: Integers) -> Segments:
        """The segments of rows with these group ids."""
        n = len(ids)
        ordered = bool((ids[1:] >= ids[:-1]).all())
        order = None if ordered else np.argsort(ids.astype(np.uint16) if ids.max() < 2**16 else ids, kind="stable")
        sorted_ids = ids if order is None else ids[order]
        first = np.flatnonzero(np.diff(sorted_ids, prepend=-1))
        sizes = np.diff(first, append=n)
        length = int(min(max(sizes.max() if sizes.max() <= 2 * sizes.mean() else sizes.mean(), 4), LONGEST))
        per_group = -(-sizes // length)
        segments = int(per_group.sum())
        starts = np.cumsum(per_group) - per_group
        if (sizes == length).all():
            rows = None if order is None else order.reshape(segments, length)
            return cls(rows, sorted_ids[first], starts, segments, length, padded=False)
        group_of_segment = np.repeat(np.arange(len(sizes)), per_group)
        place = (np.arange(segments) - starts[group_of_segment]) * length
        within = place[:, None] + np.arange(length)
        inside = within < sizes[group_of_segment][:, None]
        position = np.where(inside, first[group_of_segment][:, None] + within, 0)
        rows = position if order is None else order[position]
        return cls(np.where(inside, rows, -1), sorted_ids[first], starts, segments, length, padded=True)

    def part(self, first: int, last: int) -> Segments:
        """Some of the segments, whole groups of them; ids and starts are those of all."""
        if (first, last) == (0, self.count):
            return self
        rows = self.rows
        if rows is None:
            rows = np.arange(first * self.length, last * self.length).reshape(last - first, self.length)
        else:
            rows = np.ascontiguousarray(rows[first:last])
        return Segments(rows, self.ids, self.starts, last - first, self.length, self.padded)

    def piece(self, column: Vector, start: int, stop: int) -> tuple[Matrix, NDArray[np.bool_] | None]:
        """(stop − start, length) numbers of some segments, 0 in the padding, and which places hold rows (None: all)."""
        if self.rows is None:
            return column[start * self.length : stop * self.length].reshape(stop - start, self.length), None
        rows = self.rows[start:stop]
        if not self.padded:
            return column[rows], None
        inside = rows >= 0
        return np.where(inside, column[rows], 0.0), inside

    def rows_at(self, marked: NDArray[np.bool_], start: int, stop: int) -> Integers:
        """The rows at the marked places (stop − start, length) of some segments, padding left out."""
        if self.rows is None:
            return np.flatnonzero(marked) + start * self.length
        rows = self.rows[start:stop][marked]
        return rows[rows >= 0]
