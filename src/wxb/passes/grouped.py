"""Moments under labels by the thousand, in one pass: `fit(by=…)`, clusters, levels of a category.

Blocks are collected until a batch is worth it; in a batch, labels with many rows go to a collector each, all the small ones
together to `GroupSums`. Memory is bounded by the batch and the number of labels. Labels are numbered in the order they first
appear.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.moments import Collector, FastCollector, LateLedger, Ledger, Moments, Noise
from wxb.moments.grouped import GroupPart, GroupSums
from wxb.moments.kernels import Kernel, choose
from wxb.passes.labels import Ids, Label, Numbering, runs
from wxb.passes.statistic import Numbers, Statistic, Weights
from wxb.passes.workers import blas_on_one_thread
from wxb.values import still

BATCH = 1 << 24  # numbers collected before they are summed
LARGE = 2048  # rows of a label in a batch above which it is sliced on its own

Columns = list[Vector]
AnyCollector = Collector | FastCollector


class GroupedMoments(Mapping[Any, Moments]):
    """Moments by label, in the order of first appearance; each worked out when it is first looked at.

    labels : g        rows : (g,) rows of each        small, large : sums of each label, either or both may hold some

    The moments of one label hold nothing of the others.
    """

    def __init__(
        self,
        terms: tuple[str, ...],
        targets: tuple[str, ...],
        rounding: tuple[float, ...],
        weighted: bool,
        precision: str,
        labels: Sequence[Any],
        small: GroupSums | None,
        large: dict[int, Alone],
    ) -> None:
        self.terms, self.targets, self.rounding = terms, targets, rounding
        self.weighted, self.precision = weighted, precision
        self.labels, self.small, self.large = tuple(labels), small, large
        self._numbers = {label: number for number, label in enumerate(labels)}
        self.rows = np.zeros(len(self.labels), dtype=np.int64)
        if small is not None:
            self.rows[: small.groups] += small.rows
        for group, alone in large.items():
            self.rows[group] += alone.rows
        still(self.rows)

    @property
    def plain(self) -> bool:
        """Whether `small` alone holds everything."""
        return not self.large and self.small is not None

    def __getitem__(self, label: Any) -> Moments:
        return self.numbered(self._numbers[label])

    def __iter__(self) -> Iterator[Any]:
        return iter(self.labels)

    def __len__(self) -> int:
        return len(self.labels)

    def numbered(self, group: int) -> Moments:
        """The moments of the label of that number."""
        large = self.large.get(group)
        small = self.small.part(group) if self.small is not None and group < self.small.groups else None
        return Moments(
            self.terms,
            self.targets,
            int(self.rows[group]),
            LateLedger(partial(_total, 1 + len(self.terms) + len(self.targets), small, large)),
            self.rounding,
            self.weighted,
            self.precision,
            None if large is None else large.noise,
            0 if large is None else large.log_weights,
        )

    def __reduce__(self) -> tuple[Any, ...]:
        known = (self.terms, self.targets, self.rounding, self.weighted, self.precision, self.labels)
        return GroupedMoments, (*known, self.small, self.large)


class Alone:
    """The sums of a label with a collector of its own, worked out when they are first looked at: a collector is asked once."""

    def __init__(self, collector: AnyCollector) -> None:
        self.rows, self.log_weights = collector.rows, collector.log_weights
        self._collector = collector

    @cached_property
    def noise(self) -> Noise | None:
        return self._collector.noise()

    @cached_property
    def ledger(self) -> Ledger:
        return self._collector.result()

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("rows", "log_weights", "noise", "ledger")}


def _total(width: int, small: GroupPart | None, large: Alone | None) -> Ledger:
    total = Ledger.empty(width)
    if small is not None:
        total.add(small.ledger())
    if large is not None:
        total.add(large.ledger)
    return total


class GroupMoments(Statistic[GroupedMoments]):
    """Moments of the rows of each label, of which there may be very many.

    terms, targets : names of the columns of a block, targets last        label : (wxb.passes.labels)
    """

    in_order = True
    numbers_rows = False

    def __init__(
        self,
        terms: Sequence[str],
        targets: Sequence[str],
        *,
        label: Label,
        precision: str = "exact",
        threads: int = 1,
        kernel: Kernel | None = None,
    ) -> None:
        self.terms, self.targets, self.label, self.precision = tuple(terms), tuple(targets), label, precision
        self.threads, self.kernel = threads, kernel or choose()
        self.appends = precision == "exact"  # rounded sums go by the order of rows
        self._numbering = Numbering()
        self._batch: list[tuple[Block, Ids]] = []
        self._size = 0
        self._held: Block | None = None
        self._weighted = False
        self._small: GroupSums | None = None
        self._large: dict[int, AnyCollector] = {}

    def new(self) -> Self:
        return type(self)(
            self.terms,
            self.targets,
            label=self.label,
            precision=self.precision,
            threads=self.threads,
            kernel=self.kernel,
        )

    def add(self, block: Block) -> None:
        """Hold the block until its turn comes: labels are numbered, and summed together, in the order of the rows."""
        self._held = block

    def absorb(self, other: Self) -> None:
        block = other._held
        assert block is not None
        found = self.label(block)
        codes, labels = (np.zeros(block.rows, dtype=np.int64), (0,)) if found is None else found
        self._batch.append((block, self._numbering.of(codes, labels)))
        self._size += block.rows * (1 + len(self.terms) + len(self.targets))
        if self._size >= BATCH:
            self._sum_batch()

    def append(self, other: Self) -> None:
        for one in (self, other):
            one._finish()
        labels = list(other._numbering.numbers)
        places = self._numbering.of(np.arange(len(labels)), labels)
        self._weighted |= other._weighted
        if other._small is not None:
            if self._small is None:
                self._small = GroupSums(other._small.width - 1, self.kernel, self.threads)
            self._small.absorb(other._small, places[: other._small.groups])
        for group, collector in other._large.items():
            mine: Any = self._large.setdefault(int(places[group]), collector)
            if mine is not collector:
                mine.absorb(collector)

    def result(self, scan: Scan) -> GroupedMoments:
        self._finish()
        labels = list(self._numbering.numbers)
        large = {group: Alone(collector) for group, collector in self._large.items()}
        return GroupedMoments(
            self.terms, self.targets, scan.rounding, self._weighted, self.precision, labels, self._small, large
        )

    def _finish(self) -> None:
        """Sum the blocks that wait."""
        if self._batch:
            self._sum_batch()

    def _sum_batch(self) -> None:
        batch, self._batch, self._size = self._batch, [], 0
        numbers = _joined([Numbers.of(block) for block, _ in batch])
        ids = _concatenated([numbers for _, numbers in batch])
        self._weighted |= numbers.weights.values is not None
        alone = np.bincount(ids, minlength=len(self._numbering.numbers)) > LARGE
        if not numbers.weights.none or numbers.lows or self.precision != "exact":
            alone[:] = True
        for group, rows in runs(ids) if alone.any() else ():
            if alone[group]:
                numbers.at(rows).into(self._collector(group))
        keep = ~alone[ids]  # of the labels in this batch: those that are not in it are neither large nor small
        if keep.all():
            self._sum_together(numbers.columns, ids)
        elif keep.any():
            self._sum_together([column[keep] for column in numbers.columns], ids[keep])

    def _sum_together(self, columns: Columns, ids: Ids) -> None:
        if self._small is None:
            self._small = GroupSums(len(columns), self.kernel, self.threads)
        with blas_on_one_thread():
            self._small.add(columns, ids)

    def _collector(self, group: int) -> AnyCollector:
        if group not in self._large:
            collector = Collector if self.precision == "exact" else FastCollector
            self._large[group] = collector(len(self.terms) + len(self.targets), self.kernel)
        return self._large[group]


def _joined(parts: Sequence[Numbers]) -> Numbers:
    """The rows of all."""
    columns = [_concatenated(pieces) for pieces in zip(*(part.columns for part in parts))]
    lows = {
        i: np.concatenate([part.lows[i] if i in part.lows else np.zeros(len(part.columns[i])) for part in parts])
        for i in {i for part in parts for i in part.lows}
    }
    weights = [
        None if pieces[0] is None else np.concatenate(pieces) for pieces in zip(*(part.weights for part in parts))
    ]
    return Numbers(columns, lows, Weights(*weights))


def _concatenated(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
