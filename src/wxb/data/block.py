"""Some rows of a source as columns of numbers: what readers give and moments take."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.labels import Labels

MOST_ROWS, LEAST_ROWS, CELLS = 65_536, 2048, 1 << 20  # of a block


ALIGNED = 512  # rows that a kernel sums at once
FEW_ROWS = 4096  # of a table in memory, not worth saving a look at its numbers


def block_rows(columns: int) -> int:
    """Rows of a block of so many columns: about a million numbers, so that memory is bounded by blocks."""
    return max(LEAST_ROWS, min(MOST_ROWS, CELLS // max(1, columns)))


def view_rows(columns: int, left: int) -> int:
    """Rows of the next block of what lies in memory and is only looked at, where so many are left.

    Long ones take less of Python's time; that threads come to an end together the last ones are short.
    """
    rows = block_rows(columns)
    return max(rows // 2, min(4 * rows, left // 8 // ALIGNED * ALIGNED))


@dataclass(frozen=True, slots=True)
class Column:
    """n numbers, exactly: `values + low`.

    `low` is None when every number is a float64. It carries what a float64 cannot hold: integers above 2^53, 64-bit
    timestamps, and columns that were computed in pairs of doubles. |low| ≤ ½ ulp(values).

    values : (n,) float64, any stride        low : (n,) float64 or None
    """

    values: Vector
    low: Vector | None = None

    def at(self, rows: NDArray[np.int64] | slice) -> Column:
        """Some of the numbers."""
        return Column(self.values[rows], None if self.low is None else self.low[rows])


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive rows of a source, complete cases only.

    Attributes
    ----------
    first : number of the block's first row in the whole source, counted from 0, before any row was dropped
    source_rows : rows of the source this block stands for, kept and dropped
    kept : (n,) positions within the block's source rows of the rows kept; None when all were
    features : p columns of n numbers, in the order of `Scan.terms`
    target : n numbers, or None when the scan has no target
    weights, frequency : (n,) float64 or None
    labels : those of each column read as labels: `by`, then `labels` of the selection
    earlier : numbers of earlier rows, where a design looks back (`wxb.design.looking_back`)
    """

    first: int
    source_rows: int
    kept: NDArray[np.int64] | None
    features: tuple[Column, ...]
    target: Column | None = None
    weights: Vector | None = None
    frequency: Vector | None = None
    labels: tuple[Labels, ...] = ()
    earlier: tuple[Column, ...] = ()

    @property
    def rows(self) -> int:
        """Rows kept."""
        return self.source_rows if self.kept is None else len(self.kept)

    def at(self, places: NDArray[np.int64] | slice) -> Block:
        """Some of the rows kept, by their places, ascending; the others are as if they were left out."""
        if self.kept is not None:
            kept = self.kept[places]
        elif isinstance(places, slice):
            kept = np.arange(*places.indices(self.source_rows), dtype=np.int64)
        else:
            kept = np.arange(self.source_rows, dtype=np.int64)[places]
        return replace(
            self,
            kept=kept,
            features=tuple(column.at(places) for column in self.features),
            target=None if self.target is None else self.target.at(places),
            weights=None if self.weights is None else self.weights[places],
            frequency=None if self.frequency is None else self.frequency[places],
            labels=tuple(column.at(places) for column in self.labels),
            earlier=tuple(column.at(places) for column in self.earlier),
        )

    def row_numbers(self) -> NDArray[np.int64]:
        """(n,) number of each kept row in the whole source, counted from 0 before any row was dropped."""
        positions = np.arange(self.source_rows, dtype=np.int64) if self.kept is None else self.kept
        return self.first + positions

    def numbers_at(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The same of some of the kept rows, by their places."""
        return self.first + (places if self.kept is None else self.kept[places])

    def place_of(self, number: int) -> int | None:
        """Where the row of such a number is among those kept, None where it is not."""
        within = number - self.first
        place = within if self.kept is None else int(np.searchsorted(self.kept, within))
        if not 0 <= place < self.rows or (self.kept is not None and self.kept[place] != within):
            return None
        return place
