"""Labels of rows: folds, test rows, groups, clusters are one thing, a whole number for each row of a block and what it stands for.

label(block) → (codes (n,), labels)        row i has the label labels[codes[i]]; None: all rows have the label 0
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

import numpy as np

from wxb._typing import Integers
from wxb.data.block import Block

Ids = Integers
Label = Callable[[Block], tuple[Ids, Sequence[Hashable]] | None]


def unlabelled(block: Block) -> None:
    """All rows under the label 0."""


def by_group(block: Block) -> tuple[Ids, Sequence[Hashable]]:
    """The labels of the column `by`."""
    assert block.groups is not None
    return block.groups, block.group_labels


def runs(codes: Ids) -> Iterator[tuple[int, Ids]]:
    """(code, places of its rows, in their order) for each code that occurs."""
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=codes[order[0]] - 1))
    for rows in np.split(order, starts[1:]):
        yield int(codes[rows[0]]), rows
