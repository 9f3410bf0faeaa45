"""The only loop over rows: each(scan, statistics) reads every block once and gives what each statistic made of them.

Memory is bounded by the blocks in flight (twice the threads), not by the rows. With a checkpoint what the statistics hold is put
aside after a part (a file, a row group) now and then, and a later run goes on from there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from wxb.advice import Advice
from wxb.data.reading import Read, Reading
from wxb.data.table import Part, Scan, conclude
from wxb.errors import DataError, NumericalError, UsageError
from wxb.i18n import _
from wxb.passes.statistic import Statistic
from wxb.passes.waiting import Waiting, refuse_too_few
from wxb.passes.workers import Progress, Workers, must_fit

if TYPE_CHECKING:
    from wxb.passes.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """results : of each statistic        scan : its columns as the rows showed them        reading : what was found"""

    results: list[Any]
    scan: Scan
    reading: Reading


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
    at_once = threads or cores()
    if scan.runner is not None:
        return _elsewhere(scan, statistics, progress, checkpoint, needed)
    if scan.unproven is not None and all(statistic.sees_nan for statistic in statistics):
        with suppress(
            NumericalError, DataError
        ):  # the reading that looks at every number says what is wrong, and where
            blind = scan if scan.form is None else replace(scan, form=scan.form.unproven())
            found = _each(blind, scan.unproven, statistics, at_once, progress, checkpoint, needed)
            return replace(found, scan=replace(found.scan, form=scan.form))
    return _each(scan, scan.parts, statistics, at_once, progress, checkpoint, needed)


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
    readings = checkpoint.resume(scan, parts, begun) if checkpoint else []
    first = sum(reading.rows for reading in readings)
    waiting = Waiting(0 if readings else needed)
    total = known_rows(parts)
    workers = Workers(scan, begun, threads)
    try:
        saved = time.monotonic()
        for number, part in enumerate(parts[len(readings) :]):
            read, start = Read(part.blocks(first)), first
            for block in read:
                must_fit(block, scan)
                first = block.first + block.source_rows
                for ready, its_part in waiting.pass_on(block, number):
                    workers.take(ready, its_part)
                if progress:
                    progress(first, total)
            if not isinstance(read.reading, Reading):
                raise DataError(
                    _("a part of {source} ends without a Reading", source=scan.source),
                    _("give one back where its blocks end"),
                )
            readings.append(read.reading)
            first = start + read.reading.rows
            if checkpoint and len(readings) < len(parts) and not waiting.blocks and checkpoint.due(saved):
                workers.drain()
                checkpoint.save(scan, parts, begun, readings)
                saved = time.monotonic()
        reading = conclude(scan, sum(readings[1:], readings[0]) if readings else Reading())
        waiting.refuse_too_few(scan)
        workers.drain()
        found = scan.after(reading)
        return Passed(results=workers.results(found), scan=found, reading=reading)
    finally:
        workers.close()


def _elsewhere(
    scan: Scan,
    statistics: Sequence[Statistic[Any]],
    progress: Progress | None,
    checkpoint: Checkpoint | None,
    needed: int,
) -> Passed:
    """The same where the parts are: on the engine that holds them."""
    from wxb.passes.spread import spread

    if checkpoint is not None:
        what = _("a checkpoint is of one machine, and {source} is read by several", source=scan.source)
        raise UsageError(
            what, _("leave {checkpoint} out: a worker that dies is replaced", checkpoint=Advice("checkpoint"))
        )
    made = spread(scan, scan.parts, statistics, progress)
    reading = conclude(scan, sum((reading for __, reading in made.readings), Reading()))
    if needed and scan.roles.frequency is None:
        refuse_too_few(scan, reading.rows - reading.dropped - reading.left_out, needed)
    found = scan.after(reading)
    return Passed(results=[statistic.result(found) for statistic in made.statistics], scan=found, reading=reading)


@cache
def cores() -> int:
    """How many threads there are at once; asking the system takes a tenth of a small fit."""
    return os.cpu_count() or 1


def known_rows(parts: Sequence[Part]) -> int | None:
    """Rows of the source, where that is known before it is read."""
    rows = [part.rows for part in parts]
    return None if any(r is None for r in rows) else sum(r for r in rows if r is not None)
