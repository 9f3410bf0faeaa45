"""The only loop over rows: each(scan, statistics) reads every block once and gives what each statistic made of them.

Memory is bounded by the blocks in flight (twice the threads), not by the rows. With a checkpoint what the statistics hold is put
aside after a part (a file, a row group) now and then, and a later run goes on from there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from wxb.data.table import Part, Scan
from wxb.errors import NumericalError
from wxb.passes.checkpoint import Checkpoint
from wxb.passes.statistic import Statistic
from wxb.passes.waiting import Waiting
from wxb.passes.workers import Workers

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """results : of each statistic        source_rows : rows read, dropped ones too"""

    results: list[Any]
    source_rows: int


def each(
    scan: Scan,
    statistics: Sequence[Statistic[Any]],
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
    needed: int = 0,
) -> Passed:
    """What the statistics make of the scan's rows.

    needed : coefficients to be estimated; fewer rows are refused before anything is summed
    """
    at_once = threads or os.cpu_count() or 1
    if scan.unproven is not None and all(statistic.sees_nan for statistic in statistics):
        with suppress(NumericalError):  # the reading that looks at every number says what is wrong, and where
            return _each(scan, scan.unproven, statistics, at_once, progress, checkpoint, needed)
    return _each(scan, scan.parts(), statistics, at_once, progress, checkpoint, needed)


def _each(
    scan: Scan,
    parts: Sequence[Part],
    statistics: Sequence[Statistic[Any]],
    threads: int,
    progress: Progress | None,
    checkpoint: Checkpoint | None,
    needed: int,
) -> Passed:
    begun = [statistic.new() for statistic in statistics]
    keys, first = checkpoint.resume(scan, parts, begun) if checkpoint else ([], 0)
    waiting = Waiting(0 if keys else needed)
    total = _known_rows(parts)
    workers = Workers(scan, begun, threads)
    try:
        saved = time.monotonic()
        for number, part in enumerate(parts[len(keys) :]):
            for block in part.blocks(first):
                first = block.first + block.source_rows
                for ready, its_part in waiting.pass_on(block, number):
                    workers.take(ready, its_part)
                if progress:
                    progress(first, total)
            keys.append(part.key)
            if checkpoint and len(keys) < len(parts) and not waiting.blocks and checkpoint.due(saved):
                workers.drain()
                checkpoint.save(scan, begun, keys, first)
                saved = time.monotonic()
        waiting.refuse_too_few(scan)
        workers.drain()
        return Passed(results=workers.results(), source_rows=first)
    finally:
        workers.close()


def _known_rows(parts: Sequence[Part]) -> int | None:
    rows = [part.rows for part in parts]
    return None if any(r is None for r in rows) else sum(r for r in rows if r is not None)
