"""Statistics of its own for each group, over its rows as if they were all there are: in their order, numbered from 0.

Apart(label, {"north": [statistic, …], …})  →  {"north": what they make of the rows of north, or why they can make nothing of them}

Rounded sums go by the numbers of rows, so these have the bits of a pass over the group's rows alone, those that are complete and
count. Rows wait until there are some thousands of a group, or no more come; what is refused in one group does not disturb others.

Parts that are read elsewhere each begin at the numbers that the rows of a group before them leave off at, which a pass before has
counted (`RowsBefore`); what they came to is appended as that of any rows is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np

from wxb._typing import Marks, Vector
from wxb.data.block import Block, Column
from wxb.data.labels import Labels
from wxb.data.table import Scan
from wxb.errors import DataError, WxbError
from wxb.i18n import _
from wxb.passes.labels import Label, runs
from wxb.passes.statistic import Statistic

ENOUGH = 2048  # rows of a group that are summed at once

Before = Mapping[int, Mapping[Hashable, int]]  # of a part, by the number of its first row: rows of each group before it


class Apart(Statistic[dict[Any, Any]]):
    """label : (wxb.passes.labels)        statistics : of each group that is looked at

    skip : labels of a block that are those of groups, and stand before those that the statistics know
    left_out : marks rows that are not looked at, None for none
    before : where parts are read apart from each other; None where all rows come here, one after the other
    """

    in_order = True
    appends = True

    def __init__(
        self,
        label: Label,
        statistics: Mapping[Hashable, Sequence[Statistic[Any]]],
        *,
        skip: int,
        left_out: Callable[[Block], Marks] | None = None,
        before: Before | None = None,
    ) -> None:
        self.label, self.statistics, self.skip = label, statistics, skip
        self.left_out, self.before = left_out, before
        self.uses_blas = any(one.uses_blas for some in statistics.values() for one in some)
        self._waiting: dict[Hashable, list[Block]] = {}
        self._begun: dict[Hashable, list[Statistic[Any]]] = {}
        self._rows: dict[Hashable, int] = {}
        self._refused: dict[Hashable, WxbError] = {}

    def new(self) -> Self:
        return type(self)(self.label, self.statistics, skip=self.skip, left_out=self.left_out, before=self.before)

    def begin(self, block: Block) -> None:
        if self.before is not None:
            if block.first not in self.before:
                raise DataError(
                    _("the rows are not where they were when those of each group were counted"),
                    _("hold them still: write them to files, or let the engine keep them"),
                )
            self._rows = dict(self.before[block.first])

    def add(self, block: Block) -> None:
        if self.left_out is not None:
            block = block.at(np.flatnonzero(~self.left_out(block)))
        found = self.label(block)
        assert found is not None
        codes, labels = found
        if not block.rows:
            return
        for code, rows in runs(codes):
            if labels[code] in self.statistics:
                some = block.at(rows)
                self._waiting.setdefault(labels[code], []).append(replace(some, labels=some.labels[self.skip :]))

    def absorb(self, other: Self) -> None:
        for label, blocks in other._waiting.items():
            known = self._waiting.setdefault(label, [])
            known += blocks
            if sum(block.rows for block in known) >= ENOUGH:
                self._sum(label)

    def append(self, other: Self) -> None:
        self._sum_all()
        other._sum_all()
        self._refused = {**other._refused, **self._refused}
        for label, more in other._begun.items():
            whole = self._begun.setdefault(label, more)
            if whole is more or label in self._refused:
                continue
            try:
                for one, another in zip(whole, more):
                    one.append(another)
            except WxbError as error:
                self._refused[label] = error

    def __getstate__(self) -> dict[str, Any]:
        """As it is sent: the rows that wait are summed, or they would travel."""
        self._sum_all()
        return self.__dict__

    def result(self, scan: Scan) -> dict[Any, Any]:
        self._sum_all()
        return {label: self._result(label, scan) for label in self.statistics}

    def _sum_all(self) -> None:
        for label in list(self._waiting):
            self._sum(label)

    def _sum(self, label: Hashable) -> None:
        """Give the rows that wait to the statistics of their group."""
        first = self._rows.get(label, 0)
        block = joined(self._waiting.pop(label), first)
        self._rows[label] = first + block.rows
        if label in self._refused:
            return
        if label not in self._begun:
            self._begun[label] = [one.new() for one in self.statistics[label]]
        try:
            for whole in self._begun[label]:
                one = whole.new()
                one.add(block)
                whole.absorb(one)
        except WxbError as error:
            self._refused[label] = error

    def _result(self, label: Hashable, scan: Scan) -> Any:
        if label in self._refused:
            return self._refused[label]
        try:
            return [one.result(scan) for one in self._begun.get(label, self.statistics[label])]
        except WxbError as error:
            return error


class RowsBefore(Statistic[Before]):
    """How many rows each group has before each part.  label, left_out : as `Apart` has them"""

    in_order = True
    appends = True

    def __init__(self, label: Label, left_out: Callable[[Block], Marks] | None) -> None:
        self.label, self.left_out = label, left_out
        self._parts: dict[int, Counter[Hashable]] = {}  # by the numbers of their first rows, in their order
        self._rows: Counter[Hashable] = Counter()  # of a block

    def new(self) -> Self:
        return type(self)(self.label, self.left_out)

    def begin(self, block: Block) -> None:
        self._parts[block.first] = Counter()

    def add(self, block: Block) -> None:
        self._rows = rows_of(self.label, self.left_out, block)

    def absorb(self, other: Self) -> None:
        next(reversed(self._parts.values())).update(other._rows)

    def append(self, other: Self) -> None:
        self._parts |= other._parts

    def result(self, scan: Scan) -> Before:
        found, before = dict[int, Mapping[Hashable, int]](), Counter[Hashable]()
        for first, rows in self._parts.items():
            found[first] = dict(before)
            before.update(rows)
        return found


def rows_of(label: Label, left_out: Callable[[Block], Marks] | None, block: Block) -> Counter[Hashable]:
    """How many rows of a block each group has, as they are written, whatever they count."""
    found = label(block if left_out is None else block.at(np.flatnonzero(~left_out(block))))
    assert found is not None
    codes, labels = found
    return Counter(dict(zip(labels, np.bincount(codes, minlength=len(labels)).tolist())))


def joined(blocks: Sequence[Block], first: int) -> Block:
    """Rows one after the other, as a block of a source that has no others, whose number `first` is that of the first of them."""
    one, rows = blocks[0], sum(block.rows for block in blocks)
    if len(blocks) == 1:
        return replace(one, first=first, source_rows=rows, kept=None)
    columns = zip(*(block.features for block in blocks), strict=True)
    targets = [block.target for block in blocks if block.target is not None]
    return Block(
        first=first,
        source_rows=rows,
        kept=None,
        features=tuple(map(_column, columns)),
        target=_column(targets) if targets else None,
        weights=_vector([block.weights for block in blocks]),
        frequency=_vector([block.frequency for block in blocks]),
        labels=tuple(map(_labels, zip(*(block.labels for block in blocks), strict=True))),
    )


def _column(parts: Sequence[Column]) -> Column:
    lows = None
    if any(part.low is not None for part in parts):
        lows = np.concatenate([np.zeros(len(part.values)) if part.low is None else part.low for part in parts])
    return Column(np.concatenate([part.values for part in parts]), lows)


def _vector(parts: Sequence[Vector | None]) -> Vector | None:
    there = [part for part in parts if part is not None]
    return np.concatenate(there) if there else None


def _labels(parts: Sequence[Labels]) -> Labels:
    """The labels of all; blocks cut from one column share what their codes stand for."""
    if all(part.values is parts[0].values for part in parts):
        return Labels(np.concatenate([part.codes for part in parts]), parts[0].values)
    known = {value: code for code, value in enumerate(dict.fromkeys(value for part in parts for value in part.values))}
    tables = [np.array([known[value] for value in part.values], dtype=np.int64) for part in parts]
    return Labels(np.concatenate([table[part.codes] for table, part in zip(tables, parts)]), tuple(known))
