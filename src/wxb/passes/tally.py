"""A tally in one pass: exact sums of products of columns under the labels of some columns.

    Σ_{i: label_i = g} f_i w_i Π factors_ij        w, f: weight and frequency of the row, where there are any

Levels and cells are numbered as they appear, on each thread by itself; in the end all are put in order, so that neither chunks nor
threads nor the order of rows leave a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from wxb._typing import Integers, Vector
from wxb.data.block import Block, Column
from wxb.data.table import Scan
from wxb.moments.digits import Digits
from wxb.moments.kernels import Kernel, choose
from wxb.moments.products import Factor, as_fractions, expanded
from wxb.moments.tally import Tally
from wxb.passes.labels import Numbering
from wxb.passes.statistic import Statistic

if TYPE_CHECKING:
    from wxb.fields import Reader

Products = Callable[[Block], Sequence[Sequence[Column]]]  # of each column summed the factors; none for 1


class TallySums(Statistic[Tally]):
    """The tally of the rows.

    places : which of a block's columns of labels        columns : what is summed of a block; always as many products
    """

    sees_nan = True
    numbers_rows = False

    def __init__(self, places: Sequence[int], columns: Products, *, kernel: Kernel | None = None) -> None:
        self.places, self.columns = tuple(places), columns
        self.kernel = kernel or choose()
        self._begin()

    def _begin(self) -> None:
        """No row is added yet."""
        self._levels = [Numbering() for _ in self.places]
        self._cells = _Cells(len(self.places))
        self._rows = np.zeros(0, dtype=np.int64)
        self._sums: Digits | None = None

    def new(self) -> Self:
        return type(self)(self.places, self.columns, kernel=self.kernel)

    def add(self, block: Block) -> None:
        labels = [block.labels[place] for place in self.places]
        cells = self._cells.of([level.of(one.codes, one.values) for level, one in zip(self._levels, labels)])
        self._count(cells, counts_of(block))
        products = self.columns(block)
        sums = self._of(len(products))
        columns: list[list[Vector]] = []
        for place, product in enumerate(products):
            factors = _factors(block, product)
            parts, rows = expanded(factors)
            columns.append(parts)
            for row, value in zip(rows.tolist(), as_fractions(factors, rows)):
                sums.add_fraction(int(cells[row]), place, value)
        sums.add(columns, cells)

    def absorb(self, other: Self) -> None:
        if other._sums is not None:
            self._take_in(
                [list(level.numbers) for level in other._levels], other._cells.codes, other._rows, other._sums
            )

    def result(self, scan: Scan) -> Tally:
        sums = self._sums or Digits(0, self.kernel)
        return Tally.ordered([list(level.numbers) for level in self._levels], self._cells.codes, self._rows, sums)

    def state(self, scan: Scan) -> dict[str, Any]:
        from wxb.moments.tally_json import tally_to_json

        return tally_to_json(self.result(scan))

    def restore(self, reader: Reader) -> None:
        from wxb.moments.tally_json import tally_from_json

        tally = tally_from_json(reader)
        if len(tally):
            self._take_in(tally.axes, tally.codes, tally.rows, tally.sums)

    def _take_in(self, axes: Sequence[Sequence[Any]], codes: Integers, rows: Integers, sums: Digits) -> None:
        """Add the sums of other cells, each of which is there once."""
        found = [level.of(column, axis) for level, column, axis in zip(self._levels, codes.T, axes)]
        cells = self._cells.of(found)
        self._count(cells, rows)
        self._of(sums.width).absorb(sums, cells)

    def _count(self, cells: Integers, counts: Integers | Vector | None) -> None:
        rows = np.bincount(cells, counts, minlength=len(self._cells)).astype(np.int64)
        rows[: len(self._rows)] += self._rows
        self._rows = rows

    def _of(self, width: int) -> Digits:
        """The sums, with room for all cells."""
        if self._sums is None:
            self._sums = Digits(width, self.kernel)
        self._sums.grow(len(self._cells))
        return self._sums


class _Cells:
    """Combinations of m codes to whole numbers, in order of appearance. codes : (cells, m), those of each"""

    def __init__(self, count: int) -> None:
        self.codes = np.zeros((0, count), dtype=np.int64)
        self._pairs = [_Pairs() for _ in range(count - 1)]

    def __len__(self) -> int:
        return len(self.codes)

    def of(self, columns: Sequence[Integers]) -> Integers:
        """(n,) cell of each row, of m codes of each."""
        cells = columns[0]
        for pairs, column in zip(self._pairs, columns[1:]):
            cells = pairs.of(cells, column)
        more = int(cells.max(initial=-1)) + 1 - len(self.codes)
        if more > 0:
            first = np.full(more, -1, dtype=np.int64)
            fresh = np.flatnonzero(cells >= len(self.codes))
            first[cells[fresh] - len(self.codes)] = fresh
            self.codes = np.concatenate([self.codes, np.stack([column[first] for column in columns], axis=1)])
        return cells


class _Pairs:
    """Pairs of whole numbers below 2^31 to whole numbers, in order of appearance."""

    def __init__(self) -> None:
        self._keys = np.empty(0, dtype=np.int64)  # ascending
        self._numbers = np.empty(0, dtype=np.int64)

    def of(self, first: Integers, second: Integers) -> Integers:
        keys, inverse = np.unique((first << 32) | second, return_inverse=True)
        places = np.searchsorted(self._keys, keys)
        known = places < len(self._keys)
        known[known] = self._keys[places[known]] == keys[known]
        numbers = np.empty(len(keys), dtype=np.int64)
        numbers[known] = self._numbers[places[known]]
        numbers[~known] = len(self._keys) + np.arange(len(keys) - np.count_nonzero(known))
        self._keys = np.insert(self._keys, places[~known], keys[~known])
        self._numbers = np.insert(self._numbers, places[~known], numbers[~known])
        return numbers[inverse]


def counts_of(block: Block) -> Vector | None:
    """How many rows each one of a block is; None where each is one."""
    if block.weights is None and block.frequency is None:
        return None
    counts = np.ones(block.rows) if block.frequency is None else block.frequency
    return counts if block.weights is None else counts * (block.weights > 0)


def _factors(block: Block, product: Sequence[Column]) -> list[Factor]:
    """What is multiplied in each row: the factors, and what the row counts for."""
    counts = [(part, None) for part in (block.weights, block.frequency) if part is not None]
    factors = [(factor.values, factor.low) for factor in product] + counts
    return factors or [(np.ones(block.rows), None)]
