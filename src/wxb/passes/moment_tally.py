"""Moments under labels of which there may be thousands, as a tally: what clustered errors are made of.

    Σ_{i: label_i = g} f_i w_i z_i z_iᵀ        z = (1, features…, target), the upper triangle as columns

Every thread has sums of its own, a block at a time; what all came to is in the order of the labels, so neither threads nor the
order of rows leave a trace. Where there are too many labels for that to be held, or more rows than are wanted of it, there is no
result: whoever needs them sums something smaller under the labels then, in a pass of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Self

import numpy as np

from wxb._typing import Integers, Marks, Vector
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.moments.collect import outside_safe_range, weight_parts
from wxb.moments.digits import Digits
from wxb.moments.grouped import GroupSums
from wxb.moments.kernels import Kernel
from wxb.moments.pairs import two_product
from wxb.moments.plan import BITS, DIGIT
from wxb.moments.tally import Tally
from wxb.passes.statistic import Numbers
from wxb.passes.tally import TallySums

MOST_BYTES = 1 << 28  # of the sums of one thread
MOST_ROWS = 1 << 16  # from which on a second pass for less is quicker
LEVELS = 5  # combined, of three slices

Key = tuple[tuple[int, ...], int]  # columns that are pairs, parts of a weight


def triangle(width: int) -> list[tuple[int, int]]:
    """(i, j), i ≤ j, in the order of the columns of such a tally."""
    return [(i, j) for i in range(width) for j in range(i, width)]


class MomentTally(TallySums):
    """Moments by label; the result is an empty tally of no columns where there are too many labels, or rows.

    places : which of a block's columns of labels        width : columns summed, features and target
    left_out : marks rows that are not looked at, None for none        most_rows : None for any number
    """

    def __init__(
        self,
        places: Sequence[int],
        width: int,
        *,
        left_out: Callable[[Block], Marks] | None = None,
        kernel: Kernel | None = None,
        most_bytes: int = MOST_BYTES,
        most_rows: int | None = None,
    ) -> None:
        super().__init__(places, lambda block: (), kernel=kernel)
        self.width, self.left_out, self.most_bytes, self.most_rows = width + 1, left_out, most_bytes, most_rows
        self.uses_blas, self.numbers_rows = self.kernel.uses_blas, left_out is not None
        self.too_many = False
        self._kept, self._seen = 0, [0]  # rows of this one, and about of all threads
        self._firsts: dict[Key, GroupSums] = {}
        self._groups: dict[Key, GroupSums] = {}

    def new(self) -> Self:
        other = type(self)(
            self.places,
            self.width - 1,
            left_out=self.left_out,
            kernel=self.kernel,
            most_bytes=self.most_bytes,
            most_rows=self.most_rows,
        )
        other._firsts, other._seen = self._firsts, self._seen
        return other

    def add(self, block: Block) -> None:
        if self.left_out is not None:
            block = block.at(np.flatnonzero(~self.left_out(block)))
        self._kept += block.rows
        self._seen[0] += block.rows
        if self._beyond(self._seen[0]) or self.too_many or not block.rows:
            return
        labels = [block.labels[place] for place in self.places]
        cells = self._cells.of([level.of(one.codes, one.values) for level, one in zip(self._levels, labels)])
        numbers = Numbers.of(block)
        values, second, counts = numbers.weights
        paired = tuple(sorted(numbers.lows))
        raw = [*numbers.columns, *(numbers.lows[j] for j in paired)]
        if numbers.weights.none:
            self._count(cells, None)
            self._into((paired, 0), raw, cells)
            return
        w = np.ones(len(cells)) if values is None else values
        used = np.flatnonzero(w > 0 if counts is None else (w > 0) & (counts > 0))
        rest, often = (None if part is None else part[used] for part in (second, counts))
        self._count(cells[used], often)
        self._add_weighted(paired, [column[used] for column in raw], cells[used], w[used], rest, often)

    def _add_weighted(
        self,
        paired: tuple[int, ...],
        raw: list[Vector],
        cells: Integers,
        w: Vector,
        rest: Vector | None,
        often: Vector | None,
    ) -> None:
        rare = outside_safe_range([*raw, w] if rest is None else [*raw, w, rest])
        for row in np.flatnonzero(rare).tolist():
            total = Fraction(w[row]) + (0 if rest is None else Fraction(rest[row]))
            total *= 1 if often is None else int(often[row])
            self._add_odd(paired, [column[row] for column in raw], total, int(cells[row]))
        if rare.any():
            w, cells, raw = w[~rare], cells[~rare], [column[~rare] for column in raw]
            rest, often = (None if part is None else part[~rare] for part in (rest, often))
        if len(cells):
            factors = weight_parts(w, rest, often)
            products = [[two_product(factor, column) for column in (np.ones(len(cells)), *raw)] for factor in factors]
            union = [*raw, *(pair[half] for made in products for half in (0, 1) for pair in made)]
            self._into((paired, 2 * len(factors)), union, cells)

    def _into(self, key: Key, raw: list[Vector], cells: Integers) -> None:
        if len(self._cells) * (len(raw) + 1) ** 2 * LEVELS * 8 > self.most_bytes:
            self._give_up()
            return
        self._under(key, len(raw)).add(raw, cells)

    def _under(self, key: Key, width: int) -> GroupSums:
        if key not in self._groups:
            self._groups[key] = self._firsts.setdefault(key, GroupSums(width, self.kernel)).sibling()
        return self._groups[key]

    def _add_odd(self, paired: tuple[int, ...], row: list[Any], weight: Fraction, cell: int) -> None:
        """A row whose weighted products leave the range of doubles."""
        z = [Fraction(1), *map(Fraction, row[: self.width - 1])]
        for j, low in zip(paired, row[self.width - 1 :]):
            z[j + 1] += Fraction(low)
        sums = self._of(len(triangle(self.width)))
        for column, (i, j) in enumerate(triangle(self.width)):
            if z[i] and z[j]:
                sums.add_fraction(cell, column, weight * z[i] * z[j])

    def _beyond(self, rows: int) -> bool:
        """Whether these are more rows than are wanted; then all is given up."""
        beyond = self.most_rows is not None and rows > self.most_rows
        if beyond and not self.too_many:
            self._give_up()
        return beyond

    def _give_up(self) -> None:
        self.too_many, self._groups = True, {}
        self._begin()

    def _take_in_groups(self, groups: dict[Key, GroupSums], cells: Integers) -> None:
        for key, sums in groups.items():
            self._under(key, sums.width - 1).absorb(sums, cells)

    def absorb(self, other: Any) -> None:
        self._kept += other._kept
        if self._beyond(self._kept) or self.too_many or other.too_many:
            self._give_up()
            return
        axes = [list(level.numbers) for level in other._levels]
        found = [level.of(codes, axis) for level, codes, axis in zip(self._levels, other._cells.codes.T, axes)]
        cells = self._cells.of(found)
        self._count(cells, other._rows)
        self._take_in_groups(other._groups, cells)
        if other._sums is not None:
            self._of(other._sums.width).absorb(other._sums, cells)

    def result(self, scan: Scan) -> Tally:
        if not self.too_many:
            self._settle()
        return super().result(scan)

    def _settle(self) -> None:
        """Make digits of the sums of groups."""
        pairs = triangle(self.width)
        digits = self._of(len(pairs))
        for key, sums in self._groups.items():
            parts = _parts(self.width, *key)
            made = [(column, a, b) for column, (i, j) in enumerate(pairs) for a in parts[i][0] for b in parts[j][1]]
            _into_digits(digits, sums, made)
        digits.carry()
        self._groups = {}


def _parts(width: int, paired: tuple[int, ...], weighted: int) -> list[tuple[list[int], list[int]]]:
    """Of each column the raw ones whose sum it is, weighted and not."""
    own = [[i] for i in range(width)]
    for place, column in enumerate(paired):
        own[column + 1].append(width + place)
    count = width + len(paired)
    return [([i + k * count for k in range(1, weighted + 1) for i in one] if weighted else one, one) for one in own]


def _into_digits(digits: Digits, sums: GroupSums, wanted: Sequence[tuple[int, int, int]]) -> None:
    """Add Σ raw_a raw_b of every group to a column, for each (column, a, b) wanted."""
    for era in sums.eras:
        units = {(a, b): int(era.exponents[a] + era.exponents[b]) for _, a, b in wanted}
        windows: dict[int, tuple[int, int]] = {}
        for column, a, b in wanted:
            top, low = units[a, b] // DIGIT + 2, (units[a, b] - BITS * (era.levels - 1)) // DIGIT
            known = windows.get(column, (top, low))
            windows[column] = max(known[0], top), min(known[1], low)
        digits.widen(windows)
        for column, a, b in wanted:
            for level in range(era.levels):
                digits.add_whole(column, era.sums[:, level, a, b], units[a, b] - BITS * level, era.ids)
    for group, ledger in sums.rare.items():
        for column, a, b in wanted:
            integer, unit = ledger.value(a, b)
            if integer:
                digits.add_fraction(group, column, Fraction(integer) * Fraction(2) ** unit)
