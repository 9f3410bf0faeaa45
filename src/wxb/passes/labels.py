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
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=codes[order[0]] - 1))
    for rows in np.split(order, starts[1:]):
        yield int(codes[rows[0]]), rows
