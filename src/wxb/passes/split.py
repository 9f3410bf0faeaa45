"""A statistic of its own for the rows of each label, in one pass: what holds of all rows, for each group of them.

Split(label, statistic)  →  {label: what `statistic` makes of its rows}, labels in the order of their first rows
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np

from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.passes.labels import Label, runs
from wxb.passes.statistic import Statistic


class Split(Statistic[dict[Any, list[Any]]]):
    """label : (wxb.passes.labels)        statistics : of each group; their results come in the same order

    skip : labels of a block that are those of groups, and stand before those that the statistics know
    """

    def __init__(self, label: Label, statistics: Sequence[Statistic[Any]], *, skip: int = 0) -> None:
        self.label, self.statistics, self.skip = label, tuple(statistics), skip
        self.in_order = any(one.in_order for one in statistics)
        self.sees_nan = all(one.sees_nan for one in statistics)
        self.uses_blas = any(one.uses_blas for one in statistics)
        self._groups: dict[Hashable, tuple[int, list[Statistic[Any]]]] = {}

    def new(self) -> Self:
        return type(self)(self.label, self.statistics, skip=self.skip)

    def begin(self, block: Block) -> None:
        for one in self.statistics:
            one.begin(block)

    def add(self, block: Block) -> None:
        found = self.label(block)
        codes, labels = found if found is not None else (np.zeros(block.rows, dtype=np.int64), (0,))
        for code, rows in runs(codes):
            some = block.at(rows)
            some = replace(some, labels=some.labels[self.skip :])
            first = int(some.row_numbers()[0])
            known = self._groups.get(labels[code])
            begun, statistics = known or (first, [one.new() for one in self.statistics])
            self._groups[labels[code]] = min(begun, first), statistics
            for one in statistics:
                one.add(some)

    def absorb(self, other: Self) -> None:
        for label, (first, statistics) in other._groups.items():
            known = self._groups.get(label)
            begun, wholes = known or (first, [one.new() for one in self.statistics])
            self._groups[label] = min(begun, first), wholes
            for whole, one in zip(wholes, statistics):
                whole.absorb(one)

    def result(self, scan: Scan) -> dict[Any, list[Any]]:
        order = sorted(self._groups.items(), key=lambda item: item[1][0])
        return {label: [one.result(scan) for one in statistics] for label, (_, statistics) in order}


class OfTerms(Statistic[Any]):
    """A statistic of rows of the terms, which are made of raw ones by `dense`.  skip : as of `Split`"""

    def __init__(self, dense: Callable[[Block], Block], statistic: Statistic[Any], *, skip: int = 0) -> None:
        self.dense, self.statistic, self.skip = dense, statistic, skip
        self.in_order, self.uses_blas = statistic.in_order, statistic.uses_blas

    def new(self) -> Self:
        return type(self)(self.dense, self.statistic.new(), skip=self.skip)

    def begin(self, block: Block) -> None:
        self.statistic.begin(block)

    def add(self, block: Block) -> None:
        made = self.dense(replace(block, labels=block.labels[self.skip :]))
        self.statistic.add(replace(made, labels=block.labels))

    def absorb(self, other: Self) -> None:
        self.statistic.absorb(other.statistic)

    def result(self, scan: Scan) -> Any:
        return self.statistic.result(scan)
