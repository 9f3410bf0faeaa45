"""A **Table** is a source whose columns are known; `scan` chooses columns and gives a **Scan**; a scan has **parts** (files, row
groups, record batches) that can be read one after the other, each as a stream of **blocks** of float64 columns.

>>> from wxb.data import open_table
>>> scan = open_table("examples/hours.csv").scan(Selection(target="score"))
>>> for part in scan.parts:
...     for block in part.blocks(first=0):
...         print(block.rows, block.features[0].values, block.target.values)
3 [1. 2. 3.] [2. 4. 6.]

A scan says what will be read and is never changed; what reading finds is a **Reading**, which parts give back and which adds up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Generic, Protocol, Self, TypeVar

from wxb.data.block import Block
from wxb.data.field import Field
from wxb.data.kinds import Kind
from wxb.data.reading import Blocks, Read, Reading
from wxb.data.remarks import remarks
from wxb.data.roles import Roles
from wxb.data.selection import Selection

T = TypeVar("T")


class Part(Protocol):
    """A piece of a source that can be read on its own: a file, a row group, a whole in-memory table.

    key : what it is, in text that changes when the piece does (path, size, modification time, row group number)
    rows : rows of the source it holds, when known before reading
    """

    @property
    def key(self) -> str: ...
    @property
    def rows(self) -> int | None: ...
    def blocks(self, first: int) -> Blocks:
        """The part's rows as blocks, at the end its Reading; `first` is the number of its first row in the whole source."""
        ...


class Form(Protocol):
    """What is made of the columns of a source before anything is summed, a block at a time, on any thread."""

    def __call__(self, block: Block) -> Block:
        """The block with the columns that are made of its own; DataError where a number that is made is not finite."""
        ...

    def unproven(self) -> Self:
        """The same, without looking whether every number is finite (`Scan.unproven`)."""
        ...

    def fields(self, roles: Roles) -> tuple[Field, ...]:
        """What is made: features, then the target when there is one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Generic[T]):
    """What an engine is to do.

    work : of (part, number of its first row)        merge : of what two neighbours came to; both are no use afterwards
    tasks : (part, number of its first row), one at least
    told : called with the place of a task, in any order, when its work is done
    again : whether the same parts will be asked for once more, so that it pays to keep their rows where they are
    """

    work: Callable[[Part, int], T]
    merge: Callable[[T, T], T]
    tasks: Sequence[tuple[Part, int]]
    told: Callable[[int], None] | None = None
    again: bool = False

    def over(self, places: Iterable[int]) -> None:
        """Say that the tasks at these places are done."""
        if self.told is not None:
            for place in places:
                self.told(place)


class Runner(Protocol):
    """An engine that works on parts where they are: it maps and merges, and knows nothing of what is made of them.

    lengths : rows of parts by their keys, as far as readings have told
    """

    lengths: dict[str, int]

    def settled(self, parts: Sequence[Part]) -> Sequence[Part]:
        """The same rows in parts that stay as they are, each time in the same place: what numbers of rows need.

        What it only takes to stay is refused by `Moved` where it did not, and is made to stay when this is asked again.
        """
        ...

    def run(self, job: Job[T]) -> T:
        """What the work on every task came to, merged left before right, in any tree. What `work` raises is raised here."""
        ...

    def let_go(self) -> None:
        """Of what is held for more readings: there will be none. An error that is kept must not keep rows on workers."""
        ...


@dataclass(frozen=True, kw_only=True)
class Scan:
    """Chosen columns of a source, ready to be read. Of files and tables in memory it can be sent to another process.

    source : the source as the user would name it: "hours.csv", "the table"
    roles : which column plays which part, as far as is known beforehand
    parts : in source order
    unproven : the same parts read without looking whether every number is finite, where that is a pass saved; for a
        reader who finds out anyway, and then reads `parts` to learn what is wrong and where
    notes : what the reader did that the user should know ("read as CP949")
    form : what is made of the columns that are read; None where they are taken as they stand. Parts give blocks as they are
        read, `blocks` and passes as they are formed
    runner : the engine that works on the parts where they are; None where they are read here
    again : whether the rows will be read once more, as far as is known
    ordered : whether the rows come in an order that means something; those of a query without ORDER BY come in none
    """

    source: str
    roles: Roles
    parts: tuple[Part, ...]
    unproven: tuple[Part, ...] | None = None
    notes: tuple[str, ...] = ()
    form: Form | None = None
    runner: Runner | None = None
    again: bool = False
    ordered: bool = True

    @property
    def columns(self) -> tuple[Field, ...]:
        """Features, then the target when there is one: the columns of the moments."""
        return self.roles.columns if self.form is None else self.form.fields(self.roles)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """p names of the features as terms; a yes/no column `paid` reads as the term "paid[yes]" with 1 for yes."""
        if self.form is None:
            return self.roles.terms
        return tuple(field.name for field in self.columns[: -1 if self.roles.target else None])

    @property
    def target(self) -> str:
        """The name of the target, "" when there is none."""
        if self.roles.target is None:
            return ""
        return self.roles.target.called if self.form is None else self.columns[-1].name

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """p + 1 (features, then target, when there is one) meanings of the columns: numbers, yes/no, instants, …"""
        return tuple(field.kind for field in self.columns)

    @property
    def integral(self) -> tuple[bool, ...]:
        """p + 1 marks of columns that are exact by type (integers, yes/no, times): their numbers carry no rounding error."""
        return tuple(field.integral for field in self.columns)

    @property
    def rounding(self) -> tuple[float, ...]:
        """p + 1 unit roundoffs of the columns, 0 where their numbers are exact by type."""
        return tuple(0.0 if field.integral else field.kind.unit_roundoff for field in self.columns)

    def after(self, reading: Reading) -> Scan:
        """The scan with its columns as a reading showed them."""
        return replace(self, roles=self.roles.after(reading)) if reading.inexact else self

    def blocks(self) -> Blocks:
        """Every block of every part, in source order, at the end what was found; DataError where nothing is left."""
        first, reading = 0, Reading()
        for part in self.parts:
            if self.form is None:
                found = yield from part.blocks(first)
            else:
                read = Read(part.blocks(first))
                yield from map(self.form, read)
                found = read.reading
            first += found.rows
            reading = reading + found
        return conclude(self, reading)


def conclude(scan: Scan, reading: Reading) -> Reading:
    """What was found of a whole source: all notes, those on dropped rows last; DataError where no row is left."""
    said, doubts = remarks(scan.source, scan.roles, reading), scan.roles.doubts()
    if not (said or doubts or scan.notes):
        return reading
    return replace(
        reading,
        notes=tuple(dict.fromkeys((*scan.notes, *reading.notes, *said))),
        cautions=(*doubts, *reading.cautions, *(said[-1:] if reading.dropped else ())),
    )


class Table(Protocol):
    """A source whose columns are known. Whatever has these five is one, also where wxb did not make it.

    name : as the user would name it        columns : names in source order        kinds : what each holds, by name
    rereadable : whether every scan finds all rows; an open stream gives them once
    """

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def kinds(self) -> Mapping[str, Kind]: ...
    @property
    def rereadable(self) -> bool: ...
    def scan(self, selection: Selection) -> Scan:
        """Choose columns; each but those read as labels must be numeric.

        Raises DataError for a column that is not there (with the near names), not numeric, empty, or an identifier.
        """
        ...
