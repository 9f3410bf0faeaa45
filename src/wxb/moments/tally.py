"""A tally: exact sums of columns under labels, of which there may be very many.

    Σ_{i: label_i = g} c_ij        g cells, each a combination of levels of m label columns that occurs; q columns

What a fit with categories needs of its rows: counts, sums by level, contingency tables. Tallies add and subtract, whatever levels
each has; chunks, threads and order leave no trace, and `a + b − b` is `a`.

>>> t = Tally.of([["b", "a", "b"]], [[1.0, 2.0, 3.0]])
>>> t.labels, t.rows.tolist(), t.pairs()[0].tolist()
((('a',), ('b',)), [1, 2], [[2.0], [4.0]])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from wxb._typing import Integers, Matrix
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.moments.digits import Digits
from wxb.numbers import numbered
from wxb.values import still


@dataclass(frozen=True, eq=False)
class Tally:
    """Exact sums by cell.

    Attributes
    ----------
    axes : for each of m label columns the levels that occur, in order: numbers by size, texts by code point
    codes : (g, m) of each cell the places of its levels, cells in ascending order
    rows : (g,) rows of each cell, of positive weight, each as often as it is counted; a cell without rows is not there
    sums : the digits of the sums, (g, q)
    """

    axes: tuple[tuple[Any, ...], ...]
    codes: Integers
    rows: Integers
    sums: Digits

    def __repr__(self) -> str:
        return f"Tally({numbered(len(self), 'cell')} of {numbered(len(self.axes), 'label')}, {numbered(self.width, 'column')})"

    @classmethod
    def of(cls, labels: Sequence[Sequence[Any]], columns: Sequence[ArrayLike]) -> Tally:
        """The tally of m lists of n labels and q arrays of n numbers."""
        parts = [[np.asarray(column, dtype=np.float64)] for column in columns]
        axes = [list(dict.fromkeys(column)) for column in labels]
        codes = [[axis.index(value) for value in column] for axis, column in zip(axes, labels)]
        found, cells = cells_of(np.array(codes, dtype=np.int64).T)
        sums = Digits(len(columns))
        sums.grow(len(found))
        sums.add(parts, cells)
        return cls.ordered(axes, found, np.bincount(cells, minlength=len(found)), sums)

    @classmethod
    def ordered(cls, axes: Sequence[Sequence[Any]], codes: Integers, rows: Integers, sums: Digits) -> Tally:
        """The tally of levels and cells in any order (each cell once), some of which may have no rows."""
        held = np.flatnonzero(rows > 0)
        codes, kept = codes[held].reshape(len(held), len(axes)), []
        columns: list[Integers] = []
        for axis, places in zip(axes, codes.T):
            used = np.flatnonzero(np.bincount(places, minlength=len(axis)))
            order = sorted(used.tolist(), key=lambda place: _key(axis[place]))
            back = np.zeros(len(axis), dtype=np.int64)
            back[order] = np.arange(len(order))
            kept.append(tuple(axis[place] for place in order))
            columns.append(back[places])
        order = np.lexsort(columns[::-1])
        arranged = np.stack([column[order] for column in columns], axis=1)
        return cls(tuple(kept), still(arranged), still(rows[held][order]), sums.taken(held[order]))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        """q, the number of columns."""
        return self.sums.width

    @cached_property
    def labels(self) -> tuple[tuple[Any, ...], ...]:
        """g tuples of m levels."""
        columns = [[axis[place] for place in places] for axis, places in zip(self.axes, self.codes.T.tolist())]
        return tuple(zip(*columns))

    def integers(self, column: int) -> tuple[list[int], int]:
        """(N, f): the sums of a column are N_g · 2^f, exactly."""
        return self.sums.integers(column)

    def pairs(self) -> tuple[Matrix, Matrix]:
        """(high, low), (g, q) each: the sums in pairs of doubles, to 2^−100; infinite beyond the range of doubles."""
        return self.sums.pairs()

    def exact(self, cell: int, column: int) -> Fraction:
        """One sum."""
        return self.sums.exact(cell, column)

    def __add__(self, other: object) -> Tally:
        return self._combined(other, 1) if isinstance(other, Tally) else NotImplemented

    def __sub__(self, other: object) -> Tally:
        """What is left without the rows of `other`, which must be among these."""
        if not isinstance(other, Tally):
            return NotImplemented
        return self._combined(other, -1)

    def _combined(self, other: Tally, sign: int) -> Tally:
        if (len(self.axes), self.width) != (len(other.axes), other.width):
            raise UsageError(
                _("tallies of different columns: {self2!r} and {other!r}", self2=self, other=other),
                _("both must be of the same labels and the same columns"),
            )
        axes = [list(dict.fromkeys((*mine, *theirs))) for mine, theirs in zip(self.axes, other.axes)]
        both = np.concatenate([_placed(self, axes), _placed(other, axes)])
        codes, cells = cells_of(both)
        mine, theirs = np.split(cells, [len(self)])
        rows = np.zeros(len(codes), dtype=np.int64)
        rows[mine] += self.rows
        rows[theirs] += sign * other.rows
        if (rows < 0).any():
            raise UsageError(
                _("the rows to be taken away are not among the rows of these sums"),
                _("take away rows that were added before"),
            )
        sums = Digits(self.width, self.sums.kernel)
        sums.grow(len(codes))
        sums.absorb(self.sums, mine)
        sums.absorb(other.sums, theirs, sign)
        return Tally.ordered(axes, codes, rows, sums)

    def of_columns(self, places: Sequence[int]) -> Tally:
        """The sums of some of the columns, in this order."""
        return Tally(self.axes, self.codes, self.rows, self.sums.of_columns(places))

    def over(self, places: Sequence[int]) -> Tally:
        """The tally under some of the label columns: cells that differ in the others only are added up."""
        codes, cells = cells_of(self.codes[:, list(places)])
        rows = np.bincount(cells, self.rows, len(codes)).astype(np.int64)
        return Tally.ordered([self.axes[place] for place in places], codes, rows, self.sums.folded(cells, len(codes)))

    def split(self, first: int) -> dict[tuple[Any, ...], Tally]:
        """The tallies under the other labels, by those of the first so many columns."""
        codes = self.codes[:, :first]
        starts = np.flatnonzero((np.diff(codes, axis=0, prepend=-1) != 0).any(axis=1))  # cells are in order
        found, parts = {}, np.split(np.arange(len(self)), starts[1:]) if len(self) else []
        for cells, sums in zip(parts, self.sums.parts(parts)):
            label = tuple(axis[place] for axis, place in zip(self.axes, codes[cells[0]].tolist()))
            found[label] = Tally.ordered(self.axes[first:], self.codes[cells][:, first:], self.rows[cells], sums)
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        same = (self.axes, self.width) == (other.axes, other.width) and np.array_equal(self.codes, other.codes)
        return same and np.array_equal(self.rows, other.rows) and self.sums.equals(other.sums)

    __hash__ = None  # pyright: ignore[reportAssignmentType] (its sums would have to be worked out)


def cells_of(codes: Integers) -> tuple[Integers, Integers]:
    """The different rows of codes (n, m), ascending, and which of them each row is (n,)."""
    sizes = [int(column.max(initial=0)) + 1 for column in codes.T]
    if prod(sizes) >= 2**62:
        found, cells = np.unique(codes, axis=0, return_inverse=True)
        return found, cells.reshape(-1)
    keys, cells = np.unique(np.ravel_multi_index(tuple(codes.T), sizes), return_inverse=True)
    return np.stack(np.unravel_index(keys, sizes), axis=1), cells


def _placed(tally: Tally, axes: Sequence[Sequence[Any]]) -> Integers:
    """(g, m) a tally's codes into other axes, which hold its levels."""
    columns = []
    for mine, axis, codes in zip(tally.axes, axes, tally.codes.T):
        places = {value: place for place, value in enumerate(axis)}
        columns.append(np.array([places[value] for value in mine], dtype=np.int64)[codes])
    return np.stack(columns, axis=1)


def in_order(labels: Iterable[Any]) -> list[Any]:
    """Labels of one column as levels stand: truth values, numbers by size, texts by code point."""
    return sorted(labels, key=_key)


def _key(value: Any) -> tuple[int, Any]:
    """Where a level stands among others: truth values, numbers by size, texts by code point."""
    return (0 if isinstance(value, bool) else 2 if isinstance(value, str) else 1), value
