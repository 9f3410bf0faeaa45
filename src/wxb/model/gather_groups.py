"""Moments of every group of a scan, in one pass.

Blocks are collected until a batch is worth it; in a batch, groups with many rows go to a collector each, all the small ones
together to `GroupSums`. Memory is bounded by the batch and the number of groups.
"""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers
from wxb.data.table import Block, Scan
from wxb.model.gather import Progress, blas_on_one_thread, noise_of
from wxb.moments import Collector, FastCollector, LateLedger, Ledger, Moments
from wxb.moments.grouped import GroupSums
from wxb.moments.kernels import Kernel, choose

BATCH = 1 << 24  # numbers collected before they are summed
LARGE = 2048  # rows of a group in a batch above which it is sliced on its own

AnyCollector = Collector | FastCollector


@dataclass(slots=True)
class GatheredGroups:
    """labels : g, in order of first appearance        small, large : sums of each group, either or both may hold some"""

    scan: Scan
    precision: str
    kernel: Kernel
    weighted: bool = False
    labels: list[Any] = field(default_factory=list)
    small: GroupSums | None = None
    large: dict[int, AnyCollector] = field(default_factory=dict)
    _ledgers: dict[int, Ledger] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether `small` alone holds everything."""
        return not self.large and self.small is not None

    def rows(self) -> Integers:
        """(g,) rows of each group."""
        rows = np.zeros(len(self.labels), dtype=np.int64)
        if self.small is not None:
            rows[: self.small.groups] += self.small.rows
        for group, collector in self.large.items():
            rows[group] += collector.rows
        return rows

    def moments(self, group: int) -> Moments:
        """The exact moments of one group."""
        rows = int(self.small.rows[group]) if self.small is not None and group < self.small.groups else 0
        if group in self.large:
            rows += self.large[group].rows
        scan, ledger = self.scan, LateLedger(partial(self._ledger, group))
        large = self.large.get(group)
        logs = 0 if large is None else large.log_weights
        return Moments(
            scan.terms, scan.target, rows, ledger, scan.rounding, self.weighted, self.precision, noise_of(large), logs
        )

    def _ledger(self, group: int) -> Ledger:
        total = Ledger.empty(len(self.scan.terms) + 2)
        if self.small is not None and group < self.small.groups:
            total.add(self.small.ledger(group))
        if group in self.large:
            if group not in self._ledgers:
                self._ledgers[group] = self.large[group].result()
            total.add(self._ledgers[group])
        return total


def gather_groups(
    scan: Scan,
    *,
    precision: str = "exact",
    threads: int | None = None,
    progress: Progress | None = None,
    kernel: Kernel | None = None,
) -> GatheredGroups:
    """The sums of each group of a scan that has groups."""
    gathered = GatheredGroups(scan, precision, kernel or choose())
    numbering = _Numbering()
    batch: list[tuple[Block, Integers]] = []
    size = 0
    threads = threads or os.cpu_count() or 1
    for block in scan.blocks():
        if block.rows:
            batch.append((block, numbering.of(block)))
            size += block.rows * (len(scan.terms) + 2)
        if size >= BATCH:
            _add_batch(gathered, batch, len(numbering.numbers), threads)
            batch, size = [], 0
        if progress:
            progress(block.first + block.source_rows, None)
    if batch:
        _add_batch(gathered, batch, len(numbering.numbers), threads)
    gathered.labels = list(numbering.numbers)
    return gathered


@dataclass(slots=True)
class _Numbering:
    """Labels to whole numbers, in order of first appearance."""

    numbers: dict[Hashable, int] = field(default_factory=dict)
    _labels: tuple[Any, ...] | None = None
    _table: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def of(self, block: Block) -> Integers:
        """(n,) number of each row's group. Blocks cut from one table share their labels, which are looked up once."""
        assert block.groups is not None
        labels = block.group_labels
        if labels is not self._labels:
            self._labels = labels
            self._table = np.array([self.numbers.get(label, -1) for label in labels], dtype=np.int64)
        found = self._table[block.groups]
        if (found < 0).any():
            for code in _by_first_appearance(block.groups[found < 0], len(labels)):
                self._table[code] = self.numbers.setdefault(labels[code], len(self.numbers))
            found = self._table[block.groups]
        return found


def _by_first_appearance(codes: Integers, count: int) -> list[int]:
    """The codes that occur, in order of their first occurrence."""
    first = np.full(count, len(codes), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # of several writes to one place the last one stays
    order = np.argsort(first, kind="stable")
    return order[: np.count_nonzero(first < len(codes))].tolist()


def _add_batch(gathered: GatheredGroups, batch: list[tuple[Block, Integers]], groups: int, threads: int) -> None:
    ids = _joined([numbers for _, numbers in batch])
    columns = [_joined([_logical(block)[i].values for block, _ in batch]) for i in range(len(gathered.scan.terms) + 1)]
    lows = _joined_lows(batch, len(columns))
    weights = None
    if batch[0][0].weights is not None:
        weights = np.concatenate([block.weights for block, _ in batch if block.weights is not None])
        gathered.weighted = True
    alone = np.bincount(ids, minlength=groups) > LARGE
    if weights is not None or lows or gathered.precision != "exact":
        alone[:] = True
    if alone.any():
        _add_large(gathered, columns, lows, weights, ids, alone)
    keep = ~alone[ids]  # of the groups in this batch: those that are not in it are neither large nor small
    if keep.any():
        if not keep.all():
            columns, ids = [column[keep] for column in columns], ids[keep]
        if gathered.small is None:
            gathered.small = GroupSums(len(columns), gathered.kernel, threads)
        with blas_on_one_thread():
            gathered.small.add(columns, ids)


def _add_large(
    gathered: GatheredGroups,
    columns: list[NDArray[np.float64]],
    lows: dict[int, NDArray[np.float64]],
    weights: NDArray[np.float64] | None,
    ids: Integers,
    alone: NDArray[np.bool_],
) -> None:
    order = np.argsort(ids, kind="stable")
    starts = np.flatnonzero(np.diff(ids[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        group = int(ids[rows[0]])
        if alone[group]:
            if group not in gathered.large:
                collector = Collector if gathered.precision == "exact" else FastCollector
                gathered.large[group] = collector(len(columns), gathered.kernel)
            gathered.large[group].add(
                [column[rows] for column in columns],
                {i: low[rows] for i, low in lows.items()},
                None if weights is None else weights[rows],
            )


def _joined(parts: list[Any]) -> Any:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _logical(block: Block) -> tuple[Any, ...]:
    assert block.target is not None
    return (*block.features, block.target)


def _joined_lows(batch: list[tuple[Block, Integers]], width: int) -> dict[int, NDArray[np.float64]]:
    lows = {}
    for i in range(width):
        parts = [_logical(block)[i] for block, _ in batch]
        if any(part.low is not None for part in parts):
            lows[i] = np.concatenate([np.zeros(len(p.values)) if p.low is None else p.low for p in parts])
    return lows
