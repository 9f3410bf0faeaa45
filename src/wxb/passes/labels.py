"""Labels of rows: folds, test rows, groups, clusters are one thing, a whole number for each row of a block and what it stands for.

label(block) → (codes (n,), labels)        row i has the label labels[codes[i]]; None: all rows have the label 0
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial

import numpy as np

from wxb._typing import Integers
from wxb.data.block import Block
from wxb.data.labels import labels_of_integers

FEW = 12  # labels whose rows are looked for one by one, which is quicker than sorting

Ids = Integers
Label = Callable[[Block], tuple[Ids, Sequence[Hashable]] | None]


def unlabelled(block: Block) -> None:
    """All rows under the label 0."""


def by_label(*positions: int) -> Label:
    """What rows have in the label columns of a block at these positions: of several a tuple, of one the label itself."""
    return partial(_joint, positions)


def _joint(positions: tuple[int, ...], block: Block) -> tuple[Ids, Sequence[Hashable]]:
    first, *others = (block.labels[position] for position in positions)
    if not others:
        return first.codes, first.values
    codes, values = first.codes, tuple((value,) for value in first.values)
    for column in others:
        size = len(column.values)
        found = labels_of_integers(codes * size + column.codes)
        codes, values = found.codes, tuple((*values[n // size], column.values[n % size]) for n in found.values)
    return codes, values


def runs(codes: Ids) -> Iterator[tuple[int, Ids]]:
    """(code, places of its rows, in their order) for each code that occurs."""
    first, last = (int(codes.min()), int(codes.max())) if len(codes) else (0, -1)
    small = first >= -(2**15) and last < 2**15
    if small and last - first < FEW:
        narrow = codes.astype(np.int16)
        found = ((code, np.flatnonzero(narrow == code)) for code in range(first, last + 1))
        yield from ((code, rows) for code, rows in found if len(rows))
        return
    order = np.argsort(codes.astype(np.int16) if small else codes, kind="stable")  # by radix, ten times as quick
    starts = np.flatnonzero(np.diff(codes[order], prepend=codes[order[0]] - 1))
    for rows in np.split(order, starts[1:]):
        yield int(codes[rows[0]]), rows


class Numbering:
    """Labels to whole numbers, in order of first appearance."""

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}
        self._labels: Sequence[Hashable] | None = None
        self._table: Ids = np.empty(0, dtype=np.int64)

    def of(self, codes: Ids, labels: Sequence[Hashable]) -> Ids:
        """(n,) number of each row's label. Blocks cut from one table share their labels, which are looked up once."""
        if labels is not self._labels:
            self._labels = labels
            self._table = np.array([self.numbers.get(label, -1) for label in labels], dtype=np.int64)
        found = self._table[codes]
        if (found < 0).any():
            for code in _by_first_appearance(codes[found < 0], len(labels)):
                self._table[code] = self.numbers.setdefault(labels[code], len(self.numbers))
            found = self._table[codes]
        return found


def _by_first_appearance(codes: Ids, count: int) -> list[int]:
    """The codes that occur, in order of their first occurrence."""
    first = np.full(count, len(codes), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # of several writes to one place the last one stays
    order = np.argsort(first, kind="stable")
    return order[: np.count_nonzero(first < len(codes))].tolist()
