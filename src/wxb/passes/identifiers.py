"""Columns of labels that turn out to be identifiers, found before their labels fill the memory.

A column with more different labels than max(20, n/2), or than a million, is no category that anybody gave a thought. n is known
when all rows are read; the reading stops as soon as it is certain: labels are never fewer with more rows.

Labels are counted by their hashes, 8 bytes for each: two labels of one hash count as one, so there are at least as many.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from wxb.data.block import Block
from wxb.data.labels import Labels
from wxb.data.table import Scan
from wxb.passes.statistic import Statistic

if TYPE_CHECKING:
    from wxb.fields import Reader

FEW, MANY = 20, 1 << 20  # labels that are never too many, and that always are
PENDING = 1 << 16  # labels that wait to be counted

Refusal = Callable[[Sequence[tuple[str, int]], int], Exception]


class Identifiers(Statistic[None]):
    """Raises `refusal([(column, labels counted), …], rows read)` when some column is one, with all that look like it so far.

    columns : names by the position of their labels in a block        rows : of the whole source, None where not known
    """

    numbers_rows = False

    def __init__(self, columns: dict[int, str], rows: int | None, refusal: Refusal) -> None:
        self.columns, self.refusal = columns, refusal
        self.sees_nan = not columns  # it looks at no numbers, but rows that are read anew would be counted twice
        self.limit = MANY if rows is None else min(max(FEW, rows // 2), MANY)
        self.rows = 0
        self._seen = {place: _Different() for place in columns}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, scan: Scan, columns: dict[int, str], refusal: Refusal) -> Identifiers:
        """Those of a scan's rows."""
        parts = [part.rows for part in scan.parts]
        unknown = scan.roles.frequency is not None or any(rows is None for rows in parts)
        return cls(columns, None if unknown else sum(rows or 0 for rows in parts), refusal)

    def new(self) -> Self:
        return self  # all threads count together: what one of them sees says little of the whole

    def add(self, block: Block) -> None:
        with self._lock:
            self.rows += block.rows if block.frequency is None else int(block.frequency.sum())
            for place in self.columns:
                self._seen[place].add(block.labels[place])
            self._refuse()

    def absorb(self, other: Any) -> None:
        pass

    def append(self, other: Self) -> None:
        """Hashes of texts differ from process to process, so no more is known than the larger count."""
        self.rows += other.rows
        for place, seen in self._seen.items():
            seen.at_least(other._seen[place].count)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())

    def result(self, scan: Scan) -> None:
        for seen in self._seen.values():
            seen.settle()
        self._refuse()

    def state(self, scan: Scan) -> dict[str, Any]:
        return {}  # what a part put aside had counts again as far as it comes again

    def restore(self, reader: Reader) -> None:
        pass

    def _refuse(self) -> None:
        if all(seen.count <= self.limit for seen in self._seen.values()):
            return
        for seen in self._seen.values():
            seen.settle()
        most = min(max(FEW, self.rows / 2), self.limit)
        found = [(name, self._seen[place].count) for place, name in self.columns.items()]
        raise self.refusal([(name, count) for name, count in found if count > most], self.rows)


class _Different:
    """How many different labels there were: `count`, and some that wait."""

    def __init__(self) -> None:
        self._hashes: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._waiting: list[NDArray[np.int64]] = []
        self._of: tuple[Any, ...] = ()
        self._known = self._hashes
        self._least = 0  # counted elsewhere

    @property
    def count(self) -> int:
        return max(len(self._hashes), self._least)

    def at_least(self, count: int) -> None:
        """As many were found among other rows."""
        self._least = max(self._least, count)

    def __reduce__(self) -> tuple[Any, ...]:
        self.settle()
        return _counted, (self.count,)

    def add(self, labels: Labels) -> None:
        """Blocks cut from one column share their labels, whose hashes are taken once."""
        if labels.values is not self._of:
            self._of, self._known = labels.values, np.fromiter(map(hash, labels.values), np.int64, len(labels.values))
        found = self._known[np.flatnonzero(np.bincount(labels.codes, minlength=len(self._known)))]
        if len(self._hashes):
            places = np.minimum(np.searchsorted(self._hashes, found), len(self._hashes) - 1)
            found = found[self._hashes[places] != found]
        if len(found):
            self._waiting.append(found)
        if not len(self._hashes) or sum(map(len, self._waiting)) > max(PENDING, len(self._hashes) // 4):
            self.settle()

    def settle(self) -> None:
        """Count those that wait."""
        self._hashes = np.unique(np.concatenate([self._hashes, *self._waiting]))
        self._waiting = []


def _counted(count: int) -> _Different:
    """As many different labels, which ones is not known."""
    found = _Different()
    found.at_least(count)
    return found
