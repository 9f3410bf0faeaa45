"""A pass whose parts are summed elsewhere: map each part to what its rows came to, merge neighbours as a tree.

    parts ── summed ──▶ what each came to ── merged, two neighbours at a time ──▶ what all rows came to

An engine (`Scan.runner`) knows nothing of statistics: it maps and merges. Exact sums are the same bits whatever the parts and
the shape of the tree; what goes by the order of rows is merged in that order, left before right.

Row numbers are those of the whole source. Where a part does not know how many rows it has, those after it have no number until all
before are counted: where a statistic looks at numbers they are counted first, else only when a part is refused, to say where.
A runner may take one part as several, whose number only it learns, until rows are numbered (`Runner.settled`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import Any

from wxb.data.block import Block
from wxb.data.reading import Read, Reading
from wxb.data.refused import Lost, Moved
from wxb.data.table import Job, Part, Runner, Scan
from wxb.errors import DataError, WxbError
from wxb.i18n import _, language, speak
from wxb.passes.statistic import Statistic
from wxb.passes.workers import Progress, Workers, must_fit

Some = Sequence[Statistic[Any]]


@dataclass(frozen=True, slots=True)
class Summed:
    """What the rows of neighbouring parts came to.

    statistics : that were given them        readings : of each part, in order, with its key; of each stretch of it
    where a runner took it as several
    """

    statistics: Some
    readings: tuple[tuple[str, Reading], ...]


def spread(scan: Scan, parts: Sequence[Part], statistics: Some, progress: Progress | None) -> Summed:
    """The statistics of all parts and their readings, made where the scan's runner says."""
    runner = scan.runner
    assert runner is not None
    for statistic in statistics:
        statistic.refuse_elsewhere(scan.source)
    begun = [
        InOrder(one) if one.in_order and not one.appends else one
        for one in (statistic.new() for statistic in statistics)
    ]
    if not parts:
        return Summed(begun, ())
    bare = replace(scan, parts=(), unproven=None, runner=None)
    work = partial(summed, language(), bare, tuple(begun))
    numbered = any(statistic.numbers_rows for statistic in statistics)
    if not numbered:
        return _run(scan, parts, work, numbered, progress)
    with suppress(Moved):
        return _run(scan, runner.settled(parts), work, numbered, progress)
    return _run(scan, runner.settled(parts), work, numbered, progress)


def _run(
    scan: Scan, parts: Sequence[Part], work: Callable[[Part, int], Summed], numbered: bool, progress: Progress | None
) -> Summed:
    runner = scan.runner
    assert runner is not None
    lengths = _counted(runner, parts, work) if numbered else _lengths(runner, parts)
    known, job = None not in lengths, partial(Job, work=work, merge=merged, again=scan.again)
    try:
        made = runner.run(job(tasks=list(zip(parts, _firsts(lengths))), told=_told(progress, lengths)))
    except WxbError as error:
        if known or len(parts) == 1 or isinstance(error, Lost | Moved):
            raise
        counted = _firsts(_counted(runner, parts, work))
        made = runner.run(job(tasks=list(zip(parts, counted))))  # refused again, and now it says where
    if numbered:
        _refuse_changed(scan, lengths, made.readings)
    if progress is not None and not known:
        rows = sum(reading.rows for __, reading in made.readings)
        progress(rows, rows)
    runner.lengths.update((key, reading.rows) for key, reading in made.readings)
    return made


def summed(spoken: str, scan: Scan, statistics: Some, part: Part, first: int) -> Summed:
    """What the rows of one part came to, from its first row's number on; on one thread, with nothing of the caller's.

    spoken : the language of whoever asked, in which it is said what was found
    """
    if spoken != language():
        speak(spoken)
    begun = [statistic.new() for statistic in statistics]
    workers, read = Workers(scan, begun, threads=1), Read(part.blocks(first))
    try:
        for block in read:
            must_fit(block, scan)
            workers.take(block, 0)
        workers.drain()
    finally:
        workers.close()
    return Summed(begun, ((part.key, read.reading),))


class InOrder(Statistic[Any]):
    """What goes by the order of rows: copies that blocks were added to wait until all parts are there; then they are absorbed."""

    in_order = True

    def __init__(self, statistic: Statistic[Any]) -> None:
        self.statistic, self.copies = statistic, list[Statistic[Any]]()
        self.sees_nan, self.uses_blas, self.numbers_rows = (
            statistic.sees_nan,
            statistic.uses_blas,
            statistic.numbers_rows,
        )

    def new(self) -> Any:
        return InOrder(self.statistic.new())

    def begin(self, block: Block) -> None:
        self.statistic.begin(block)

    def add(self, block: Block) -> None:
        copy = self.statistic.new()
        copy.add(block)
        self.copies.append(copy)

    def absorb(self, other: InOrder) -> None:
        self.copies += other.copies

    def result(self, scan: Scan) -> Any:
        whole = self.statistic.new()
        for copy in self.copies:
            whole.absorb(copy)
        return whole.result(scan)


def merged(left: Summed, right: Summed) -> Summed:
    """Both, the rows of `right` after those of `left`; the two are no use afterwards."""
    for whole, more in zip(left.statistics, right.statistics):
        whole.append(more)
    return Summed(left.statistics, (*left.readings, *right.readings))


def _counted(runner: Runner, parts: Sequence[Part], work: Callable[[Part, int], Summed]) -> list[int | None]:
    """How many rows each part has, by reading those that do not say it; the first that is refused is, with its rows' numbers."""
    lengths = _lengths(runner, parts)
    silent = [part for part, rows in zip(parts, lengths) if rows is None]
    rows = runner.run(Job(work=count, merge=joined, tasks=[(part, 0) for part in silent], again=True)) if silent else ()
    runner.lengths.update((part.key, own) for part, own in zip(silent, rows) if own is not None)
    lengths = _lengths(runner, parts)
    if None in lengths:
        place = lengths.index(None)
        runner.run(Job(work=work, merge=merged, tasks=[(parts[place], _firsts(lengths)[place])]))
    return lengths


def _refuse_changed(scan: Scan, lengths: Sequence[int | None], readings: Sequence[tuple[str, Reading]]) -> None:
    """DataError where rows went by numbers that are not theirs: a part had not as many as were counted."""
    for counted, (__, reading) in zip(lengths, readings):
        if counted is not None and reading.rows != counted:
            raise DataError(
                _(
                    "{source} changed while it was read: {rows} rows at first, then {rows2}",
                    source=scan.source,
                    rows=counted,
                    rows2=reading.rows,
                ),
                _("hold its rows still, as `frame.persist()` does, or write them to Parquet and read that"),
            )


def count(part: Part, first: int) -> tuple[int | None, ...]:
    """How many rows it has; None of one that is refused."""
    read = Read(part.blocks(first))
    try:
        for _block in read:
            pass
    except WxbError:
        return (None,)
    return (read.reading.rows,)


def joined(left: tuple[int | None, ...], right: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """Counts of both, in their order."""
    return left + right


def _lengths(runner: Runner, parts: Sequence[Part]) -> list[int | None]:
    return [runner.lengths.get(part.key, part.rows) for part in parts]


def _firsts(lengths: Sequence[int | None]) -> list[int]:
    """The number of each part's first row, as if what is not known had none."""
    return [0, *accumulate(rows or 0 for rows in lengths[:-1])]


def _told(progress: Progress | None, lengths: Sequence[int | None]) -> Callable[[int], None] | None:
    """What says how far it is when a part, by its place, is done; None where parts do not know how many rows they have."""
    if progress is None or None in lengths:
        return None
    total = sum(rows or 0 for rows in lengths)
    rows_done = 0

    def done(place: int) -> None:
        nonlocal rows_done
        rows_done += lengths[place] or 0
        progress(rows_done, total)

    return done
