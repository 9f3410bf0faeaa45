"""The rows once more, when the line is known: one pass for all that robust errors need of them.

Each block is whitened and summed by tiles on a thread (`row_sums`); rows of a tile, or of a run of lags, that another block ends
wait at the block's edges and are summed when their turn comes. So the sums are the same bits from any blocks, threads and files.

    head   rows before the first tile that is whole, and has the rows before it that sums look back to
    tree   the tiles from there on, summed        tail   rows after them, of a tile that is not whole yet

Parts that are read elsewhere are such runs too, and are appended in any grouping; what is sent of one is its edges and log n sums.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from wxb._typing import Integers, Marks, Matrix
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.moments.kernels import TILE, Kernel, choose
from wxb.passes.labels import Label
from wxb.passes.row_measures import Noted
from wxb.passes.row_sums import Wanted, columns_by_level, sums_by_tile, sums_of_levels
from wxb.passes.statistic import Numbers, Statistic
from wxb.passes.tiles import Sums, Tree
from wxb.whitening import Rows, Whitening

CACHED, LEAST = 1 << 17, 8  # numbers whitened at a time, and of how many tiles at least
TOGETHER = 8  # times as many where levels were eliminated: each of many calls there waits for the interpreter

Former = Callable[[Block], Numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """sums : by name (`row_sums`)        rows : how many there were, each as often as it counts        noted : of single rows

    levels : (G, m) `columns_by_level`, of the levels of all categories one after the other, or None
    """

    sums: Sums
    rows: int
    noted: Noted
    levels: Matrix | None = None


class OnceMore(Statistic[Found]):
    """The rows once more.

    whitening : how they are seen        wanted : what is summed
    form : the terms of some rows of a block, and their target last: few rows at a time, so that many terms find room
    left_out : marks rows that are not looked at, None for none        label : what the largest rows are called
    """

    in_order = True
    appends = True

    def __init__(
        self,
        whitening: Whitening,
        wanted: Wanted,
        *,
        form: Former = Numbers.of,
        left_out: Callable[[Block], Marks | None] | None = None,
        label: Label | None = None,
        kernel: Kernel | None = None,
    ) -> None:
        self.whitening, self.wanted, self.form = whitening, replace(wanted, unit=whitening.unit), form
        self.left_out, self.label = left_out, label
        self.kernel = kernel or choose()
        self.uses_blas = self.kernel.uses_blas or whitening.width > 64 or wanted.lags is not None or bool(wanted.draws)
        self._begin()

    def _begin(self) -> None:
        """No row is added yet."""
        self._tree = Tree()
        self._noted = Noted.none(self.wanted.scale, self.wanted.largest, self.wanted.quantiles)
        self._rows = 0
        self._opened = False  # whether no row stands before these
        self._start: int | None = None  # the source row from which on they were given
        self._covered = 0  # source rows up to which all were given
        self._first: int | None = None  # the first tile in the tree that is not preceded by rows that wait
        self._head: list[Rows] = []  # rows before that tile
        self._tail: list[Rows] = []  # rows after the last
        self._of_levels: list[tuple[Integers | None, Matrix]] = []
        self._levels: Matrix | None = None
        self._before: Rows | None = None  # rows before the tail, as many as sums look back

    def new(self) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._begin()
        return other

    def begin(self, block: Block) -> None:
        if self._start is None and block.first == 0:
            self._opened = True

    def add(self, block: Block) -> None:
        self._start = block.first
        block = self._looked_at(block)
        numbers = block.row_numbers()
        self._rows = len(numbers) if block.frequency is None else int(block.frequency.sum())
        self._sum_block(block, numbers)
        if self.label is not None and (labelled := self.label(block)) is not None:
            self._noted.name(numbers, *labelled)

    def _sum_block(self, block: Block, numbers: Integers) -> None:
        self._covered = block.first + block.source_rows
        first = -(-block.first // TILE)
        edges = np.arange(first, max(first, self._covered // TILE) + 1) * TILE
        places = np.searchsorted(numbers, edges)
        ready = int(np.searchsorted(places, self.wanted.before))  # a tile needs the rows before it
        if ready >= len(places) - 1:
            self._head = self._whitened(block, numbers, 0, len(numbers))
            return
        places, self._first = places[ready:], first + ready
        self._head = self._whitened(block, numbers, 0, int(places[0]))
        self._keep(self._head)
        self._add_tiles(block, numbers, places, self._first)
        self._tail = self._whitened(block, numbers, int(places[-1]), len(numbers))

    def absorb(self, other: Self) -> None:
        if other._start is None:
            return
        if (
            self._start is None and not self._opened
        ):  # no row stands here: what the other has, its beginning too, is all
            self.__dict__.update(other.__dict__)
            return
        self._rows += other._rows
        self._noted.absorb(other._noted)
        self._covered = max(self._covered, other._covered)
        if self._start is None:
            self._start = other._start
        if self._first is None and not self._opened:
            self._head += other._head
            if other._first is None:
                self._divide(self._start)
                return
            self._first = other._first
        else:
            self._tail += other._head
            if other._first is None:
                self._settle(self._covered // TILE)
                return
            self._settle(other._first)
        self._of_levels += other._of_levels
        if self._opened:
            self._fold_levels()
        self._tree.absorb(other._tree)
        self._tail = other._tail
        self._before = other._before

    def _divide(self, start: int) -> None:
        """Sum the tiles of a head that has become long enough; `start` is where it begins in the source."""
        if not self._head:
            return
        rows, first = Rows.joined(self._head), -(-start // TILE)
        places = np.searchsorted(rows.numbers, np.arange(first, max(first, self._covered // TILE) + 1) * TILE)
        ready = int(np.searchsorted(places, self.wanted.before))
        if ready >= len(places) - 1:
            return
        self._first, at = first + ready, int(places[ready])
        self._head = [rows.at(slice(0, at))] if at else []
        self._tail = [rows.at(slice(at, len(rows)))] if at < len(rows) else []
        self._keep(self._head)
        self._settle(self._covered // TILE)

    def result(self, scan: Scan) -> Found:
        if not self._opened:
            whole = self.new()
            whole._opened = True
            whole.absorb(self)
            return whole.result(scan)
        self._settle(self._covered // TILE + 1)
        self._fold_levels()
        return Found(sums=self._tree.total(), rows=self._rows, noted=self._noted, levels=self._levels)

    def _fold_levels(self) -> None:
        """Add what was summed by level to the whole, in the order of the rows."""
        for there, sums in self._of_levels:
            if self._levels is None:
                self._levels = np.zeros((sum(self.whitening.levels), sums.shape[1]))
            self._levels[slice(None) if there is None else there] += sums
        self._of_levels = []

    def _looked_at(self, block: Block) -> Block:
        """The rows that count."""
        out = None if self.left_out is None else self.left_out(block)
        for one in (block.weights, block.frequency):
            if one is not None and not one.all():
                out = one == 0 if out is None else out | (one == 0)
        return block if out is None or not out.any() else block.at(np.flatnonzero(~out))

    def _add_tiles(self, block: Block, numbers: Integers, places: Integers, first: int) -> None:
        """The tiles that begin at these places, some at a time."""
        most = TOGETHER * CACHED if self.whitening.levels else CACHED
        step = max(LEAST, most // (TILE * max(1, self.whitening.width)))
        for start in range(0, len(places) - 1, step):
            some = places[start : start + step + 1]
            for rows in self._whitened(block, numbers, int(some[0]), int(some[-1])):
                self._sum(rows, some - some[0], first + start)

    def _whitened(self, block: Block, numbers: Integers, start: int, stop: int) -> list[Rows]:
        """Some rows, [] of none."""
        if start >= stop:
            return []
        some = self.form(block.at(slice(start, stop)) if stop - start < len(numbers) else block)
        rows = self.whitening.rows(
            numbers[start:stop], some.columns, some.lows, self.kernel, some.weights.values, some.weights.counts
        )
        self._noted.add(rows)
        return [rows]

    def _sum(self, rows: Rows, starts: Integers, first: int) -> None:
        """Add tiles to the tree; they follow what is there."""
        self._tree.extend(first, sums_by_tile(self.wanted, self._before, rows, starts, self.kernel))
        if self.wanted.by_level:
            assert rows.levels is not None
            columns = columns_by_level(self.wanted, rows)
            self._of_levels += [sums_of_levels(own, columns, sum(self.whitening.levels)) for own in rows.levels]
        self._keep([rows])

    def _keep(self, rows: list[Rows]) -> None:
        """The last rows, as many as sums look back."""
        wanted = self.wanted.before
        if wanted and rows:
            last = Rows.joined([*([self._before] if self._before is not None else []), *rows])
            self._before = last.at(slice(max(0, len(last) - wanted), len(last)))

    def _settle(self, tile: int) -> None:
        """Sum the rows that wait and come before this tile."""
        if not self._tail:
            return
        rows = Rows.joined(self._tail)
        first, last = (int(rows.numbers[i]) // TILE for i in (0, -1))
        edges = np.arange(first, min(last + 1, tile) + 1) * TILE
        places = np.searchsorted(rows.numbers, edges)
        if len(edges) > 1:
            self._sum(rows.at(slice(0, int(places[-1]))), places, first)
        self._tail = [rows.at(slice(int(places[-1]), len(rows)))] if places[-1] < len(rows) else []
