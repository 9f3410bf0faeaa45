"""Numbers of earlier rows: `lag(x, k)` of row i is the x of the row whose number in the source is i − k.

Rows are numbered before any is left out, so that a gap never shifts what follows it: where row i − k is not there (it would be
before the first, a condition left it out, one of its cells is missing), row i has no such number, is left out and counted.

All parts are read as one, the last rows carried over from block to block: no threads, and afresh in every pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import numpy as np

from wxb._typing import Integers, Marks
from wxb.advice import Advice
from wxb.data.block import Block, Column
from wxb.data.reading import Blocks, Read, Reading
from wxb.data.table import Part, Scan
from wxb.design.made import Lag
from wxb.errors import DataError
from wxb.formula.tokens import written_name
from wxb.i18n import _
from wxb.numbers import counted

Short = Literal["drop", "error", "keep"]


def lag_text(lag: Lag) -> str:
    """As it is typed."""
    return f"lag({written_name(lag[0])}, {lag[1]})"


def looking_back(scan: Scan, lags: Sequence[Lag], names: Sequence[str], short: Short = "drop") -> Scan:
    """A scan whose blocks have numbers of earlier rows.

    names : of its columns, the target last        short : what becomes of rows that have none, kept ones have NaN
    """
    places = tuple(names.index(name) for name, __ in lags)
    return replace(scan, parts=(_LookingBack(scan.parts, scan.source, tuple(lags), places, short),), unproven=None)


def with_earlier(block: Block) -> Integers | None:
    """The places of rows that have all numbers of earlier rows, None where each has."""
    lacking = np.zeros(block.rows, dtype=np.bool_)
    for column in block.earlier:
        lacking |= np.isnan(column.values)
    return np.flatnonzero(~lacking) if lacking.any() else None


@dataclass(frozen=True, slots=True)
class _LookingBack:
    """parts : read one after the other        lags, places : what is wanted, and where in a block it is

    short : of rows that have no earlier ones: "drop" leaves them out, "error" names the first, "keep" gives them NaN
    looks_back : said to engines: it cannot be read as several
    """

    looks_back: ClassVar[bool] = True

    parts: tuple[Part, ...]
    source: str
    lags: tuple[Lag, ...]
    places: tuple[int, ...]
    short: Short

    @property
    def key(self) -> str:
        return "\n".join(part.key for part in self.parts)

    @property
    def rows(self) -> int | None:
        rows = [part.rows for part in self.parts]
        return None if None in rows else sum(count for count in rows if count is not None)

    def blocks(self, first: int) -> Blocks:
        before, reading, found = _Rows.none(len(self.lags)), Reading(), _Missed(self.lags)
        for part in self.parts:
            read = Read(part.blocks(first))
            for block in read:
                every = before.then(block, self.places)
                yield self._with_earlier(block, every, found)
                before = every.last(block.first + block.source_rows - max(k for __, k in self.lags))
            first += read.reading.rows
            reading = reading + read.reading
        if found.rows and found.rows == reading.rows - reading.left_out - reading.dropped:
            raise self._none_left(reading.rows)
        return found.added_to(reading)

    def _with_earlier(self, block: Block, every: _Rows, found: _Missed) -> Block:
        """The block with its numbers of earlier rows."""
        numbers, lacking = block.row_numbers(), np.zeros(block.rows, dtype=np.bool_)
        earlier: list[Column] = []
        for place, (lag, column) in enumerate(zip(self.lags, every.columns)):
            at, lost = every.places_of(numbers - lag[1])
            if lost is not None:
                found.cells[place] += int(np.count_nonzero(lost))
                lacking |= lost
                if self.short == "error":
                    raise self._no_row(int(numbers[np.argmax(lost)]), lag)
                here = column.at(at)
                column, at = Column(np.where(lost, np.nan, here.values), here.low), slice(None)
            earlier.append(column.at(at))
        block = replace(block, earlier=tuple(earlier))
        if not lacking.any():
            return block
        found.rows += int(np.count_nonzero(lacking))
        return block if self.short == "keep" else block.at(np.flatnonzero(~lacking))

    def _no_row(self, number: int, lag: Lag) -> DataError:
        what = _(
            "{source}: row {number} has no prediction: `{lag_text}` looks at a row that is not there",
            source=self.source,
            number=number + 1,
            lag_text=lag_text(lag),
        )
        return DataError(what, _("give the rows before it too, or {missing}", missing=Advice("missing", "nan")))

    def _none_left(self, rows: int) -> DataError:
        farthest = max(self.lags, key=lambda lag: lag[1])
        what = _(
            "{source}: no row has all earlier rows that are looked at: `{lag_text}` of {rows}",
            source=self.source,
            lag_text=lag_text(farthest),
            rows=counted(rows, "row"),
        )
        return DataError(what, _("look back fewer rows, or give more"))


@dataclass(slots=True)
class _Missed:
    """cells : how many rows have no number of each lag        rows : how many lack one"""

    lags: tuple[Lag, ...]
    rows: int = 0
    cells: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.cells = [0] * len(self.lags)

    def added_to(self, reading: Reading) -> Reading:
        missing = {lag_text(lag): cells for lag, cells in zip(self.lags, self.cells) if cells}
        return reading + Reading(dropped=self.rows, missing=missing)


@dataclass(frozen=True, slots=True)
class _Rows:
    """numbers : (n,) of rows, ascending        columns : of each lag, (n,)"""

    numbers: Integers
    columns: tuple[Column, ...]

    @classmethod
    def none(cls, columns: int) -> _Rows:
        return cls(np.empty(0, dtype=np.int64), (Column(np.empty(0)),) * columns)

    def then(self, block: Block, places: Sequence[int]) -> _Rows:
        """These rows and those of a block."""
        read = (*block.features, *((block.target,) if block.target else ()))
        numbers = np.concatenate([self.numbers, block.row_numbers()])
        joined: dict[int, Column] = {}  # two lags of a column are of one
        for place, column in zip(places, self.columns):
            joined.setdefault(place, _joined(column, read[place]))
        return _Rows(numbers, tuple(joined[place] for place in places))

    def last(self, first: int) -> _Rows:
        """Those from a number on, as memory of their own."""
        start = int(np.searchsorted(self.numbers, first))
        kept = (column.at(slice(start, None)) for column in self.columns)
        copies = (Column(one.values.copy(), None if one.low is None else one.low.copy()) for one in kept)
        return _Rows(self.numbers[start:].copy(), tuple(copies))

    def places_of(self, wanted: Integers) -> tuple[Integers | slice, Marks | None]:
        """Where rows with these ascending numbers are, and which are not there, None where all are."""
        rows, count = len(self.numbers), len(wanted)
        if not count:
            return slice(0, 0), None
        start = int(wanted[0] - self.numbers[0])
        if start >= 0 and int(self.numbers[-1] - self.numbers[0]) == rows - 1 and wanted[-1] - wanted[0] == count - 1:
            return slice(start, start + count), None
        at = np.minimum(np.searchsorted(self.numbers, wanted), rows - 1)
        lost = self.numbers[at] != wanted
        return at, lost if lost.any() else None


def _joined(one: Column, other: Column) -> Column:
    values = np.concatenate([one.values, other.values])
    if one.low is None and other.low is None:
        return Column(values)
    lows = [np.zeros(len(part.values)) if part.low is None else part.low for part in (one, other)]
    return Column(values, np.concatenate(lows))
