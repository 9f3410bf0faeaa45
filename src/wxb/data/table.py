"""Any table → blocks of float64 columns: the words the readers and the moments share.

A **Table** is a source whose columns are known; `scan` chooses columns and gives a **Scan**; a scan has **parts** (files,
row groups, record batches) that can be read one after the other, each as a stream of **blocks**.

>>> from wxb.data import open_table
>>> scan = open_table("examples/hours.csv").scan(Selection(target="score"))
>>> for part in scan.parts():
...     for block in part.blocks(first=0):
...         print(block.rows, block.features[0].values, block.target.values)
3 [1. 2. 3.] [2. 4. 6.]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.kinds import Kind
from wxb.data.selection import Selection

MOST_ROWS, LEAST_ROWS, CELLS = 65_536, 2048, 1 << 20  # of a block


def block_rows(columns: int) -> int:
    """Rows of a block of so many columns: about a million numbers, so that memory is bounded by blocks."""
    return max(LEAST_ROWS, min(MOST_ROWS, CELLS // max(1, columns)))


@dataclass(frozen=True, slots=True)
class Column:
    """n numbers, exactly: `values + low`.

    `low` is None when every number is a float64. It carries what a float64 cannot hold: integers above 2^53, 64-bit
    timestamps, and columns that were computed in pairs of doubles. |low| ≤ ½ ulp(values).

    values : (n,) float64, any stride        low : (n,) float64 or None
    """

    values: Vector
    low: Vector | None = None


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
    weights : (n,) float64 or None
    groups : (n,) integer codes into `group_labels`, or None
    group_labels : the label of each code in this block
    """

    first: int
    source_rows: int
    kept: NDArray[np.int64] | None
    features: tuple[Column, ...]
    target: Column | None = None
    weights: Vector | None = None
    groups: NDArray[np.int64] | None = None
    group_labels: tuple[object, ...] = ()

    @property
    def rows(self) -> int:
        """Rows kept."""
        return self.source_rows if self.kept is None else len(self.kept)

    def row_numbers(self) -> NDArray[np.int64]:
        """(n,) number of each kept row in the whole source, counted from 0 before any row was dropped."""
        positions = np.arange(self.source_rows, dtype=np.int64) if self.kept is None else self.kept
        return self.first + positions


@dataclass(frozen=True, slots=True)
class Count:
    """Of one part read to its end.

    rows : of the source      dropped : of them, incomplete      missing : {column: cells}      left_out : by a condition
    """

    rows: int
    dropped: int
    missing: Mapping[str, int]
    left_out: int = 0


class Part(Protocol):
    """A piece of a source that can be read on its own: a file, a row group, a whole in-memory table.

    key : what it is, in text that changes when the piece does (path, size, modification time, row group number)
    rows : rows of the source it holds, when known before reading
    """

    @property
    def key(self) -> str: ...
    @property
    def rows(self) -> int | None: ...
    def blocks(self, first: int) -> Iterator[Block]:
        """The part's rows as blocks; `first` is the number of its first row in the whole source."""
        ...


@dataclass(slots=True)
class Scan:
    """Chosen columns of a source, ready to be read once.

    Attributes
    ----------
    source : the source as the user would name it: "hours.csv", "the table"
    terms : p names of the features as terms; a yes/no column `paid` reads as the term "paid[yes]" with 1 for yes
    target : name of the target column, "" when there is none
    integral : p + 1 (features, then target, when there is one) marks of columns that are exact by type
        (integers, booleans, timestamps): their numbers carry no rounding error
    kinds : p + 1 (as `integral`) meanings of the columns: numbers, yes/no, instants, …
    pieces : the parts in source order
    notes : what the reader did that the user should know ("read as CP949", "3 rows with missing values dropped");
        appended to while reading, complete when every part was read
    dropped : rows dropped so far because a value was missing
    counts : of each part read to its end, in the order they were; those of an earlier, interrupted scan are put here
        before this one starts
    unproven : the same parts read without looking whether every number is finite, where that is a pass saved; for a
        reader who finds out anyway, and then reads `pieces` to learn what is wrong and where
    """

    source: str
    terms: tuple[str, ...]
    target: str
    integral: tuple[bool, ...]
    pieces: Sequence[Part]
    notes: list[str] = field(default_factory=list)
    dropped: int = 0
    counts: list[Count] = field(default_factory=list)
    unproven: Sequence[Part] | None = None
    kinds: tuple[Kind, ...] = ()

    @property
    def rounding(self) -> tuple[float, ...]:
        """p + 1 unit roundoffs of the columns, 0 where their numbers are exact by type."""
        return tuple(
            0.0 if exact else kind.unit_roundoff for exact, kind in zip(self.integral, self.kinds, strict=True)
        )

    def parts(self) -> Sequence[Part]:
        return self.pieces

    def blocks(self) -> Iterator[Block]:
        """Every block of every part, in source order."""
        first = 0
        for part in self.pieces:
            for block in part.blocks(first):
                yield block
                first = block.first + block.source_rows


@runtime_checkable
class Table(Protocol):
    """A source whose columns are known. Whatever has these four is one, also where wxb did not make it.

    name : as the user would name it        columns : names in source order
    rereadable : whether every scan finds all rows; an open stream gives them once
    """

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def rereadable(self) -> bool: ...
    def scan(self, selection: Selection) -> Scan:
        """Choose columns; each but the labels must be numeric.

        Raises DataError for a column that is not there (with the near names), not numeric, empty, or an identifier.
        """
        ...
