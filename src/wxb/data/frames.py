"""Tables held column by column in memory, as `memory` makes them of dicts, frames and arrays.

Each column is read where it lies: NumPy columns as strided views, pandas' extension columns and polars series through
Arrow, lists of Python objects one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from wxb.arguments import described
from wxb.data.begin import begin
from wxb.data.block import FEW_ROWS, block_rows
from wxb.data.columns import looked_at
from wxb.data.disguise import is_text, texts_among
from wxb.data.field import Field, kinds_of
from wxb.data.gate import Gate, PartGate
from wxb.data.kinds import TEXT, Kind, truth
from wxb.data.labels import Labels, labels_of, labels_of_array
from wxb.data.layout import NOTHING, SourceLayout
from wxb.data.numbers import array_cells, dtype_kind, is_gone, kind_of_objects, object_cells, time_of_object
from wxb.data.problems import all_missing, text_column
from wxb.data.reading import Blocks
from wxb.data.selection import Selection
from wxb.data.table import Scan
from wxb.data.times import has_length
from wxb.data.words import Texts, number
from wxb.errors import DataError
from wxb.i18n import N_, _
from wxb.printable import show

T = TypeVar("T")


def filter_objects(things: Sequence[object], field: Field, as_text: bool) -> Any:
    """A column of objects for a condition on rows: as text, None where missing, or as `object_cells` reads them."""
    if as_text:
        return [None if is_gone(thing) else str(thing) for thing in things]
    return object_cells(things, field.kind)


class Held(Protocol):
    """A column in memory."""

    def __len__(self) -> int: ...
    def field(self, name: str, position: int) -> Field: ...
    def cells(self, start: int, stop: int, kind: Kind) -> Texts: ...
    def objects(self, start: int, stop: int) -> Sequence[object]: ...
    def labels(self) -> Labels: ...


GROUPED = 16  # sums of groups are made of many rows at a time
IN_MEMORY = N_("the table")  # what a table without a file is called


@dataclass(slots=True)
class HeldArray:
    """A NumPy column of floats, integers, bools or times."""

    array: NDArray[Any]

    def __len__(self) -> int:
        return len(self.array)

    def field(self, name: str, position: int) -> Field:
        kind = self.array.dtype.kind
        if kind == "b":
            return Field(name, position, truth("TRUE"), integral=True)
        problem = None
        if kind in "mM" and not has_length(self.array.dtype):
            what = _(
                "the table: column {name} is {dtype}: months and years have no fixed length",
                name=show(name),
                dtype=self.array.dtype,
            )
            problem = lambda: DataError(what, _("give durations in days or smaller units"))  # noqa: E731
        return Field(name, position, dtype_kind(self.array.dtype), integral=kind != "f", problem=problem)

    def cells(self, start: int, stop: int, kind: Kind) -> Texts:
        return Texts(array_cells(self.array[start:stop]), [])

    def labels(self) -> Labels:
        return labels_of_array(self.array)

    def objects(self, start: int, stop: int) -> Sequence[object]:
        part = self.array[start:stop]
        return (
            [None if gone else str(label) for label, gone in zip(part, np.isnat(part))]
            if (part.dtype.kind in "mM")
            else part.tolist()
        )


@dataclass(slots=True)
class HeldObjects:
    """A column of Python objects; `source` is the file they were read from."""

    things: Sequence[object]
    source: str = field(default_factory=lambda: _(IN_MEMORY))

    def __len__(self) -> int:
        return len(self.things)

    def field(self, name: str, position: int) -> Field:
        if is_text(texts_among(self.things)):
            return Field(name, position, TEXT, problem=partial(self._no_numbers, name))
        kind = kind_of_objects(self.things)
        present = [thing for thing in self.things if not is_gone(thing)]
        problem = None
        if not present:
            rows = len(self.things)
            problem = lambda: all_missing(self.source, name, rows)  # noqa: E731
        elif not kind.word:
            __, bad = object_cells(self.things, kind)
            if kind.is_time and bad and all(time_of_object(self.things[i]) for i in bad):
                problem = lambda: mixed_times(self.source, name, self.things, kind, bad)  # noqa: E731
            elif 2 * len(bad) > len(present):
                problem = partial(self._no_numbers, name, bad)
                texts = [thing for i in bad if isinstance(thing := self.things[i], str)]
                kind = TEXT if 2 * len(texts) > len(bad) and is_text(texts) else kind
        integral = problem is None and object_cells(self.things, kind).cells.integral
        return Field(name, position, kind, integral, problem=problem)

    def _no_numbers(self, name: str, bad: Sequence[int] | None = None) -> DataError:
        if bad is None:
            bad = [position for position, thing in enumerate(self.things) if not is_gone(thing)]
        return no_numbers(self.source, name, self.things, bad, typed=self.source == _(IN_MEMORY))

    def cells(self, start: int, stop: int, kind: Kind) -> Texts:
        return object_cells(self.things[start:stop], kind)

    def labels(self) -> Labels:
        return labels_of(self.things)

    def objects(self, start: int, stop: int) -> Sequence[object]:
        return [None if is_gone(thing) else thing for thing in self.things[start:stop]]


def mixed_times(source: str, name: str, things: Sequence[object], kind: Kind, bad: Sequence[int]) -> DataError:
    """Times of several kinds in one column: with and without a zone, instants and durations."""
    other = time_of_object(things[bad[0]])
    assert other is not None
    return DataError(
        _(
            "{source}: column {name} begins with {kind}, and row {row} is one of {other}: {value}",
            source=source,
            name=show(name),
            kind=kind.described,
            row=bad[0] + 1,
            other=other[0].described,
            value=_shown(things[bad[0]]),
        ),
        _("give every time of the column the same way: with a zone or without one"),
    )


def no_numbers(
    source: str, name: str, things: Sequence[object], bad: Sequence[int], place: str = "", *, typed: bool = True
) -> DataError:
    """Why a column of text or objects cannot be used as numbers."""
    texts = [thing for thing in things if isinstance(thing, str)]
    shown = "; ".join(f"{_('row {row}', row=i + 1)}: {_shown(things[i])}" for i in bad[:3])
    if len(bad) > 3:
        shown = _("{shown}; and {count} more", shown=shown, count=len(bad) - 3)
    if len(texts) < len(things) - sum(is_gone(thing) for thing in things):
        return DataError(
            _("{source}: column {name} does not hold numbers: {shown}", source=source, name=show(name), shown=shown), ""
        )
    if all(number(text) is not None for text in texts):
        what = _(
            "{source}: column {name} holds text, not numbers: {shown}", source=source, name=show(name), shown=shown
        )
        return DataError(what, _("those of {name} are numbers kept as text: make numbers of them", name=show(name)))
    cells = [
        (_("row {row}", row=i + 1), thing)
        for i, thing in enumerate(things)
        if isinstance(thing, str) and not is_gone(thing)
    ]
    return text_column(source, name, cells, typed=typed)


def _shown(thing: object) -> str:
    return show(thing) if isinstance(thing, str) else f"{described(thing)} ({type(thing).__name__})"


class _Looked(dict[int, T]):
    """What was found of columns, by position, in the process that looked."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _Looked, ()


@dataclass(slots=True)
class ColumnsTable:
    """Columns of the same length, in memory.

    target, weights : the names of those that were given as such        notes : what was done to put the columns together
    where : a condition on rows        row_names : what the rows are called in messages, where not 1, 2, …
    index : columns that were the index of a pandas frame, features only when they are asked for
    """

    name: str
    columns: tuple[str, ...]
    held: list[Held]
    rows: int
    target: str | None = None
    weights: str | None = None
    notes: tuple[str, ...] = ()
    index: frozenset[str] = frozenset()
    where: str | None = None
    row_names: tuple[int, ...] | None = None
    _fields: _Looked[Field] = field(init=False, default_factory=_Looked)
    _labels: _Looked[Labels] = field(init=False, default_factory=_Looked)

    @property
    def rereadable(self) -> bool:
        return True

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return kinds_of([self._field(position, name) for position, name in enumerate(self.columns)])

    def scan(self, selection: Selection) -> Scan:
        wanted = looked_at(selection, self.where)
        fields = [
            self._field(position, name) if wanted(name) else Field(name, position)
            for position, name in enumerate(self.columns)
        ]
        layout = NOTHING if self.where is None else SourceLayout(where=self.where)
        parts = partial(_whole, self)
        scan = begin(self.name, fields, selection, parts, layout=layout, index=self.index, notes=self.notes)
        judged = (scan.roles.weights, scan.roles.frequency, scan.roles.filter)  # whose numbers decide about rows
        if self.rows <= FEW_ROWS or judged != (None, None, None):
            return scan
        gate = Gate(source=self.name, roles=scan.roles, drop=selection.missing == "drop", looks=False)
        return replace(scan, unproven=parts(gate))

    def _field(self, position: int, name: str) -> Field:
        """What a column is, found once: the lists among them are looked at cell by cell."""
        if position not in self._fields:
            self._fields[position] = self.held[position].field(name, position)
        return self._fields[position]

    def labels(self, position: int) -> Labels:
        """A column as labels, numbered once, however many passes ask."""
        if position not in self._labels:
            self._labels[position] = self.held[position].labels()
        return self._labels[position]


def _whole(table: ColumnsTable, gate: Gate) -> tuple[ColumnsPart]:
    return (ColumnsPart(table, gate),)


@dataclass(frozen=True, slots=True)
class ColumnsPart:
    """The whole of a ColumnsTable."""

    table: ColumnsTable
    gate: Gate

    @property
    def key(self) -> str:
        return f"columns|{self.table.rows}|{id(self.table)}"

    @property
    def rows(self) -> int | None:
        return self.table.rows

    def blocks(self, first: int, start: int = 0) -> Blocks:
        """The rows from `start` on; those before it went by another way."""
        part, roles = PartGate(self.gate, first, self._locate), self.gate.roles
        part.rows = start
        rows = self.table.rows
        size = block_rows(len(roles.used)) * (GROUPED if roles.by else 1)
        labelled = [self.table.labels(field.position) for field in roles.labelled]
        for at in range(start, rows, size):
            stop = min(at + size, rows)
            part.choose(partial(self._filter, at, stop), stop - at)
            cells = []
            for role in roles.numeric:
                column, bad = self.table.held[role.position].cells(at, stop, role.kind)
                if bad:
                    part.refuse_texts(role.name, bad)
                cells.append(column)
            block = part.block(cells, stop - at, [labels.cut(at, stop) for labels in labelled])
            if block is not None:
                yield block
        return part.close()

    def _filter(self, at: int, stop: int, number: int, field: Field, as_text: bool) -> Any:
        held = self.table.held[field.position]
        if as_text:
            return [None if is_gone(thing) else str(thing) for thing in held.objects(at, stop)]
        return held.cells(at, stop, field.kind)

    def _locate(self, places: Sequence[tuple[int, str]]) -> list[tuple[str, str | None]]:
        found: list[tuple[str, str | None]] = []
        for row, name in places:
            thing = self.table.held[self.table.columns.index(name)].objects(row, row + 1)[0]
            names = self.table.row_names
            found.append(
                (
                    _("row {value}", value=row + 1 if names is None else names[row]),
                    None if is_gone(thing) else str(thing),
                )
            )
        return found
