"""Moments of every group of a scan, in one pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from wxb.data.table import Block, Scan
from wxb.model.gather import Progress
from wxb.moments import Collector, FastCollector, Moments


def gather_groups(
    scan: Scan, *, precision: str = "exact", threads: int | None = None, progress: Progress | None = None
) -> dict[Any, Moments]:
    """{label: moments}, labels in order of first appearance."""
    width = len(scan.terms) + 1
    collectors: dict[Any, Collector | FastCollector] = {}
    weighted = False
    for block in scan.blocks():
        weighted = weighted or block.weights is not None
        for label, rows in _group_rows(block):
            if label not in collectors:
                collectors[label] = Collector(width) if precision == "exact" else FastCollector(width)
            _add(block, rows, collectors[label])
        if progress:
            progress(block.first + block.source_rows, None)
    return {
        label: Moments(scan.terms, scan.target, collector.rows, collector.result(), scan.integral, weighted, precision)
        for label, collector in collectors.items()
    }


def _group_rows(block: Block) -> list[tuple[Any, np.ndarray]]:
    """(label, positions of its rows) for each group of a block, by first appearance."""
    assert block.groups is not None
    order = np.argsort(block.groups, kind="stable")
    codes = block.groups[order]
    starts = np.flatnonzero(np.diff(codes, prepend=codes[0] - 1)) if len(codes) else np.empty(0, dtype=np.int64)
    pieces = np.split(order, starts[1:])
    found = [(block.group_labels[int(block.groups[rows[0]])], rows) for rows in pieces if len(rows)]
    return sorted(found, key=lambda pair: pair[1][0])


def _add(block: Block, rows: np.ndarray, collector: Collector | FastCollector) -> None:
    assert block.target is not None
    logical = (*block.features, block.target)
    collector.add(
        [column.values[rows] for column in logical],
        {i: column.low[rows] for i, column in enumerate(logical) if column.low is not None},
        None if block.weights is None else block.weights[rows],
    )
