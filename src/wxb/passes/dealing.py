"""Which rows are in which fold, where their values decide it: one pass over all rows before that of the sums.

    groups   the largest first, each into the fold with the fewest rows so far; among equals a hash of (seed, value) decides
    times    n rows in their order in K + 1 stretches, the last K of ⌊n / (K + 1)⌋ rows; equal times are where their first row is

A group in two folds, or a row judged by one after it, would show rows to the line that judges them.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Hashable, Mapping
from dataclasses import replace
from hashlib import blake2b
from itertools import accumulate
from typing import Any, Self

import numpy as np

from wxb.advice import Advice
from wxb.data.block import Block
from wxb.data.kinds import Kind
from wxb.data.labels import as_meant
from wxb.data.table import Scan
from wxb.data.text_times import reader_of
from wxb.errors import UsageError
from wxb.i18n import _, _n
from wxb.moments.tally import in_order
from wxb.numbers import counted, thousands
from wxb.passes.each import each, known_rows
from wxb.passes.labels import Numbering
from wxb.passes.statistic import Statistic
from wxb.printable import show
from wxb.question.dealing import Dealing, Dealt
from wxb.question.shares import MOST_FOLDS, Shares


class LabelCounts(Statistic[Mapping[Hashable, int]]):
    """Rows of each label, each as often as it is counted. place : which of a block's columns of labels"""

    def __init__(self, place: int) -> None:
        self.place = place
        self._numbers, self._rows = Numbering(), np.zeros(0, dtype=np.int64)

    def new(self) -> Self:
        return type(self)(self.place)

    def add(self, block: Block) -> None:
        labels = block.labels[self.place]
        self._count(self._numbers.of(labels.codes, labels.values), block.frequency)

    def absorb(self, other: Self) -> None:
        labels = list(other._numbers.numbers)
        self._count(self._numbers.of(np.arange(len(labels)), labels), other._rows)

    def result(self, scan: Scan) -> Mapping[Hashable, int]:
        return dict(zip(self._numbers.numbers, self._rows.tolist()))

    def _count(self, numbers: Any, rows: Any) -> None:
        found = np.bincount(numbers, rows, minlength=len(self._numbers.numbers)).astype(np.int64)
        found[: len(self._rows)] += self._rows
        self._rows = found


def deal(shares: Shares, scan: Scan, threads: int | None, *, again: bool) -> Shares:
    """The shares with each row's fold settled.

    scan : as it was begun: a connection of a database may have one query on its way, so this pass takes the rows that wait
    again : whether the rows can be read once more after that
    """
    dealing = shares.dealing
    assert dealing is not None
    if dealing.column is None:
        return replace(shares, dealt=_of_rows(dealing, _rows(scan, shares, threads, again)))
    place = _place(dealing, scan)
    if not again:
        raise _once(shares, scan)
    [counts] = each(scan, [LabelCounts(place)], threads=threads).results
    if dealing.ordered:
        folds = _stretches(dealing, counts, scan.roles.labelled[place].kind, scan.roles.date)
    else:
        folds = _groups(dealing, counts, shares.seed)
    return replace(shares, dealt=Dealt(count=max(folds.values()) + 1, place=place, folds=folds))


def _rows(scan: Scan, shares: Shares, threads: int | None, again: bool) -> int:
    """How many rows the source has."""
    rows = known_rows(scan.parts)
    if rows is not None:
        return rows
    if not again:
        raise _once(shares, scan)
    return each(scan, [], threads=threads).reading.rows


def _once(shares: Shares, scan: Scan) -> UsageError:
    return UsageError(
        _(
            "{folds} takes two looks at the rows, and {source} can be read only once",
            folds=Advice("folds", str(shares.folds)),
            source=scan.source,
        ),
        _("write it to a file and give its path"),
    )


def _place(dealing: Dealing, scan: Scan) -> int:
    """Which of a block's columns of labels it is, the last ones."""
    names = [field.called for field in scan.roles.labelled]
    return len(names) - 1 - names[::-1].index(dealing.column or "")


def _groups(dealing: Dealing, counts: Mapping[Any, int], seed: int) -> dict[Any, int]:
    """The fold of each group."""
    column, groups = show(dealing.column or ""), list(in_order(counts))
    if len(groups) < 2:
        raise UsageError(
            _("{column} has one value in all rows, so none is left to judge it by", column=column),
            _("give a column with two groups at least, or the number of folds alone"),
        )
    if dealing.count is None:
        if len(groups) > MOST_FOLDS:
            raise UsageError(
                _(
                    "{column} has {count} values, more than the {most} folds that are kept apart",
                    column=column,
                    count=thousands(len(groups)),
                    most=thousands(MOST_FOLDS),
                ),
                _("put several into a fold, as {folds} does", folds=Advice("folds", str(replace(dealing, count=5)))),
            )
        return {group: fold for fold, group in enumerate(groups)}
    if dealing.count > len(groups):
        raise UsageError(
            _(
                "{folds} folds of {groups}: there are more folds than groups",
                folds=dealing.count,
                groups=_n("{n} group", "{n} groups", len(groups)),
            ),
            _(
                "use fewer folds; {folds} makes one of each group",
                folds=Advice("folds", str(replace(dealing, count=None))),
            ),
        )
    return _even(dealing.count, counts, groups, seed)


def _even(count: int, counts: Mapping[Any, int], groups: list[Any], seed: int) -> dict[Any, int]:
    """The fold of each group, so that folds have about as many rows."""
    drawn = sorted(groups, key=lambda group: (-counts[group], _hash(seed, group)))
    folds, found = [(0, fold) for fold in range(count)], dict[Any, int]()
    for group in drawn:
        rows, fold = folds[0]
        found[group] = fold
        heapq.heapreplace(folds, (rows + max(counts[group], 1), fold))
    return found


def _hash(seed: int, group: Any) -> bytes:
    return blake2b(f"{seed}:{group}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _starts(count: int, rows: int) -> list[int]:
    """Where stretches begin, but for the first."""
    step = rows // (count + 1)
    return [rows - left * step for left in range(count, 0, -1)]


def _of_rows(dealing: Dealing, rows: int) -> Dealt:
    count = dealing.count or 0
    if count + 1 > rows:
        raise UsageError(
            _(
                "{folds} folds along {rows}: there are more stretches than rows",
                folds=count,
                rows=counted(rows, "row"),
            ),
            _("use fewer folds: of K there are K + 1 stretches, the first of which is only learned from"),
        )
    return Dealt(count=count + 1, starts=np.array(_starts(count, rows), dtype=np.int64))


def _stretches(dealing: Dealing, counts: Mapping[Any, int], kind: Kind, date: str | None) -> dict[Any, int]:
    """The stretch of each time.  date : the form of dates"""
    when = _when(dealing, list(counts), kind, date)
    rows: dict[Any, int] = {}
    for label, time in sorted(when.items(), key=lambda pair: pair[1]):
        rows[time] = rows.get(time, 0) + counts[label]
    before = dict(zip(rows, accumulate(rows.values(), initial=0)))
    starts = _starts(dealing.count or 0, sum(rows.values()))
    found = {label: bisect_right(starts, before[time]) for label, time in when.items()}
    if len({*found.values()}) <= (dealing.count or 0):
        raise UsageError(
            _(
                "{folds} folds along {column}: its rows are at {times}, too few or too unequal for so many",
                folds=dealing.count,
                column=show(dealing.column or ""),
                times=_n("{n} time", "{n} times", len(rows)),
            ),
            _("use fewer folds: of K there are K + 1 stretches, the first of which is only learned from"),
        )
    return found


def _when(dealing: Dealing, labels: list[Any], kind: Kind, date: str | None) -> dict[Any, Any]:
    """A number for each label, by which it stands in time."""
    places, meant = as_meant(labels, kind)
    read = reader_of(date)
    times = [read(one) if isinstance(one, str) else (one,) for one in meant]
    known = {label: times[place] if place >= 0 else None for label, place in zip(labels, places.tolist())}
    wrong = next((label for label, time in known.items() if time is None), None)
    if wrong is not None:
        raise UsageError(
            _("{column} holds {label!r}, which has no place in time", column=show(dealing.column or ""), label=wrong),
            _(
                "give the form of its dates, {date}, a column of numbers or ISO dates, or {folds} for the order of the rows",
                date=Advice("date", date or "%d/%m/%Y"),
                folds=Advice("folds", f"time:{dealing.count}"),
            ),
        )
    return {label: time[0] for label, time in known.items() if time is not None}
