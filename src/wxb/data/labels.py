"""A column read as labels: codes of rows, and what each code stands for.

A label is a number, True or False, or a text without the spaces around it. `1` and `1.0` are one label. The labels of a column
may stand in any order, and some may have no row.

>>> labels_of(["north", "south", "north"])
Labels(codes=array([0, 1, 0]), values=('north', 'south'), missing=None)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.data.words import is_missing


@dataclass(frozen=True, slots=True)
class Labels:
    """Row i has the label `values[codes[i]]`. Blocks cut from one column share their `values`.

    codes : (n,) int64        values : the labels, each once
    missing : (n,) marks of rows without a label, whose codes mean nothing; None where there are none, as in every block
    """

    codes: NDArray[np.int64]
    values: tuple[Any, ...]
    missing: NDArray[np.bool_] | None = None

    def cut(self, start: int, stop: int) -> Labels:
        """The labels of some rows that follow each other."""
        gone = self.missing
        return Labels(self.codes[start:stop], self.values, None if gone is None else _any(gone[start:stop]))

    def at(self, places: NDArray[np.int64]) -> Labels:
        """The labels of the rows at these places."""
        gone = self.missing
        return Labels(self.codes[places], self.values, None if gone is None else _any(gone[places]))


def labels_of(things: Sequence[object]) -> Labels:
    """The labels of things one by one, in order of first appearance; None and what is not equal to itself is missing."""
    table: dict[object, int] = {}
    codes = np.empty(len(things), dtype=np.int64)
    missing = np.zeros(len(things), dtype=bool)
    for position, label in enumerate(things):
        if label is None or label != label:
            missing[position] = True
            codes[position] = 0
        else:
            codes[position] = table.setdefault(label, len(table))
    return Labels(codes, tuple(table), _any(missing))


def labels_of_texts(texts: Sequence[str]) -> Labels:
    """The labels of cells of text, in order of first appearance."""
    return labels_of([None if is_missing(text) else text.strip() for text in texts])


def labels_of_integers(found: NDArray[np.integer[Any]]) -> Labels:
    """The labels of whole numbers, ascending, without looking at them one by one."""
    low, high = int(found.min(initial=0)), int(found.max(initial=0))
    if high - low > 4 * len(found) + 1024:
        labels, codes = np.unique(found, return_inverse=True)
        return Labels(codes.astype(np.int64), tuple(labels.tolist()))
    offsets = found.astype(np.int64) - low
    present = np.flatnonzero(np.bincount(offsets, minlength=1))
    table = np.zeros(high - low + 1, dtype=np.int64)
    table[present] = np.arange(len(present))
    return Labels(table[offsets], tuple((present + low).tolist()))


def _any(marks: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    return marks if marks.any() else None
