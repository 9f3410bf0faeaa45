"""The gate every row passes: complete cases go through as blocks, the rest is dropped and counted, or refused.

A row is complete when no used cell is missing (NaN or marked). `missing="drop"` drops the others; `missing="error"`
refuses them. An infinite value or a text that is no number is refused in any case. Whatever is refused, the part is
read to its end first (giving no more blocks), so that the message can say how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.block import Block, Column
from wxb.data.field import Field
from wxb.data.labels import Labels, as_meant, as_written
from wxb.data.problems import advise, no_values
from wxb.data.reading import Reading
from wxb.data.roles import Roles
from wxb.data.words import Cells, count
from wxb.errors import DataError
from wxb.i18n import N_, _
from wxb.printable import show

SHOWN = 3
MOST_COUNT = 2.0**53  # of one row: all whole numbers up to it are doubles
DROP_HINT = N_('fill them in, or leave incomplete rows out; a fit does so with `missing="drop"`')

Place = tuple[int, str]
# (row within the part, column) of some cells → where each is in the user's words and its text, if it has one
Locate = Callable[[Sequence[Place]], list[tuple[str, str | None]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What all parts of one scan go by: whose columns they are, and whether incomplete rows are dropped or refused.

    looks : whether every number is looked at for one that is not finite; not where a reader finds out anyway (`Scan.unproven`)
    alone : whether there is one part, whose rows are all there are
    """

    source: str
    roles: Roles
    drop: bool
    looks: bool = True
    alone: bool = True


class PartGate:
    """One part's way through the gate: `block` for each stretch of rows in order, then `close` for its Reading."""

    def __init__(self, gate: Gate, first: int, locate: Locate) -> None:
        self.gate, self.first, self.locate = gate, first, locate
        self.names = tuple(field.name for field in gate.roles.numeric)
        self.notes: dict[str, None] = {}
        self.inexact: set[int] = set()
        self.rows = 0
        self.dropped = 0
        self.left_out = 0
        self.missing: dict[str, int] = {}
        self._chosen: NDArray[np.bool_] | None = None
        self._places: NDArray[np.int64] | None = None
        self._faults: dict[str, _Fault] = {}
        self._meanings: dict[int, tuple[Any, ...]] = {}

    def choose(self, read: Callable[[int, Field, bool], Any], rows: int) -> None:
        """Say which of the next rows are read, before their other cells are.

        read : (number of a column of the condition, its field, whether as text) → Texts, or its cells as text
        """
        condition = self.gate.roles.filter
        if condition is None:
            return
        columns: list[Any] = []
        for number, (field, as_text) in enumerate(zip(condition.fields, condition.as_text)):
            found = read(number, field, as_text)
            if not as_text:
                found, bad = found
                if bad:
                    self.refuse_texts(field.name, bad)
            columns.append(found)
        self._chosen = condition.mask(columns, rows)

    def block(self, cells: Sequence[Cells], rows: int, labels: Sequence[Labels] = ()) -> Block | None:
        """The next `rows` rows of the part as a block; None once something was found that will be refused.

        cells : of the columns read as numbers        labels : of those read as labels
        """
        labels = self._meant(labels)
        chosen, self._chosen, self._places = self._chosen, None, None
        if chosen is not None and not chosen.all():
            self._places = np.flatnonzero(chosen)
            self.left_out += rows - len(self._places)
            cells = [_picked(column, self._places) for column in cells]
            labels = [column.at(self._places) for column in labels]
        read = rows if self._places is None else len(self._places)
        incomplete: NDArray[np.bool_] | None = None
        for place, (name, column) in enumerate(zip(self.names, cells)):
            if column.low is not None:
                self._note_digits(place)
            if not column.integral:
                self.inexact.add(place)
            if column.missing is not None or (self.gate.looks and not (column.finite or _finite(column.values))):
                incomplete = _or(incomplete, self._look(name, column))
        counted = set(self.names)  # a column may be read twice, and its missing cells are counted once
        for field, column in zip(self.gate.roles.labelled, labels):
            if column.missing is not None:
                if field.name not in counted:
                    self._count_missing(field.name, column.missing)
                incomplete = _or(incomplete, column.missing)
            counted.add(field.name)
        none = self._counted(cells)
        first = self.first + self.rows
        self.rows += rows
        if self._faults:
            return None
        kept = None if incomplete is None else np.flatnonzero(~incomplete)
        self.dropped += 0 if kept is None else read - len(kept)
        if none is not None and none.any():  # rows that stand for no row are as if they were not there
            kept = np.flatnonzero(~(none if incomplete is None else none | incomplete))
        return self._assemble(first, rows, kept, cells, labels)

    def _meant(self, labels: Sequence[Labels]) -> list[Labels]:
        """Labels of groups as they are written, others as the column means them, which is looked up once for labels shared."""
        roles, found = self.gate.roles, list(labels)
        for place, field in enumerate(roles.labelled):
            column = found[place]
            if place not in self._meanings or self._meanings[place][0] is not column.values:
                meaning = as_written if place < len(roles.by) else as_meant
                self._meanings[place] = (column.values, *_changed(*meaning(column.values, field.kind)))
            __, places, values = self._meanings[place]
            codes = column.codes if places is None else places[column.codes]
            if places is not None and places.min() < 0:
                bad = (codes < 0) if column.missing is None else (codes < 0) & ~column.missing
                if field.name not in self.names:  # else they are refused as numbers
                    self.refuse_texts(field.name, np.flatnonzero(bad).tolist())
            found[place] = Labels(codes, values, column.missing)
        return found

    def refuse_texts(self, name: str, positions: Sequence[int]) -> None:
        """Cells that are neither numbers nor missing, at `positions` of the rows the next `block` will bring."""
        if self._chosen is not None:
            positions = [position for position in positions if self._chosen[position]]
        if positions:
            self._add("text", name, [self.rows + position for position in positions[:SHOWN]], len(positions))

    def note(self, text: str) -> None:
        self.notes[text] = None

    def close(self) -> Reading:
        """The part was read to its end: what was found, or DataError for what is refused."""
        if self._faults:
            raise DataError(*self._message())
        exact = self.gate.roles.columns
        return Reading(
            rows=self.rows,
            dropped=self.dropped,
            left_out=self.left_out,
            missing=self.missing,
            notes=tuple(self.notes),
            inexact=frozenset(place for place in self.inexact if place < len(exact) and exact[place].integral),
        )

    def _note_digits(self, place: int) -> None:
        field = self.gate.roles.numeric[place]
        if not field.note:
            self.note(
                _(
                    "column {name} has integers above 2^53, more digits than a float64 holds: all are kept exactly",
                    name=show(field.name),
                )
            )

    def _assemble(
        self, first: int, rows: int, kept: NDArray[np.int64] | None, cells: Sequence[Cells], labels: Sequence[Labels]
    ) -> Block:
        def pick(values: Vector) -> Vector:
            return values if kept is None else values[kept]

        columns = [Column(pick(c.values), None if c.low is None else pick(c.low)) for c in cells]
        roles = self.gate.roles
        p, k = len(roles.features), len(roles.columns)
        places = self._places
        return Block(
            first=first,
            source_rows=rows,
            kept=kept if places is None else places if kept is None else places[kept],
            features=tuple(columns[:p]),
            target=columns[p] if roles.target else None,
            weights=columns[k].values if roles.weights else None,
            frequency=columns[-1].values if roles.frequency else None,
            labels=tuple([Labels(c.codes if kept is None else c.codes[kept], c.values) for c in labels]),
        )

    def _look(self, name: str, column: Cells) -> NDArray[np.bool_] | None:
        """Mark the missing cells of a column, and remember its infinite ones."""
        missing = np.isnan(column.values)
        if column.missing is not None:
            missing |= column.missing
        infinite = np.isinf(column.values) & ~missing
        if infinite.any():
            where = np.flatnonzero(infinite)
            self._add("infinite", name, self._at(where), len(where))
        if not missing.any():
            return None
        self._count_missing(name, missing)
        return missing

    def _count_missing(self, name: str, missing: NDArray[np.bool_]) -> None:
        where = np.flatnonzero(missing)
        self.missing[name] = self.missing.get(name, 0) + len(where)
        if not self.gate.drop:
            self._add("missing", name, self._at(where), len(where))

    def _counted(self, cells: Sequence[Cells]) -> NDArray[np.bool_] | None:
        """Look whether weights are numbers of 0 or more, and frequencies whole ones; mark rows of frequency 0."""
        roles, none = self.gate.roles, None
        for kind, role in (("negative", roles.weights), ("broken", roles.frequency)):
            if role is None:
                continue
            column = cells[roles.numeric.index(role)]
            values = column.values
            with np.errstate(invalid="ignore"):
                odd = values < 0
                if kind == "broken":
                    odd |= (np.floor(values) < values) | (values > MOST_COUNT)
                    if column.low is not None:  # a fraction, or too large for a double to count
                        odd |= column.low != 0
                    none = values == 0
            where = np.flatnonzero(odd)
            if where.size:
                self._add(kind, role.name, self._at(where), len(where))
        return none

    def _at(self, where: NDArray[np.int64]) -> list[int]:
        """Rows of the part of the first of some positions among the rows that are read."""
        first = where[:SHOWN]
        return (self.rows + (first if self._places is None else self._places[first])).tolist()

    def _add(self, kind: str, name: str, rows: list[int], total: int) -> None:
        fault = self._faults.setdefault(kind, _Fault())
        fault.columns[name] = fault.columns.get(name, 0) + total
        fault.cells = sorted({*fault.cells, *((row, name) for row in rows)})[:SHOWN]

    def _message(self) -> tuple[str, str]:
        """What was found, in order of weight, and what to do about the first."""
        source, roles = self.gate.source, self.gate.roles
        for name, cells in self.missing.items():
            if self.gate.alone and cells == self.rows - self.left_out and "text" not in self._faults:
                return no_values(source, roles, name, cells)
        said: list[str] = []
        hint = ""
        for kind, (singular, plural, advice) in _KINDS.items():
            fault = self._faults.get(kind)
            if fault is None:
                continue
            places = self.locate(fault.cells)
            said.append(f"{_(singular if fault.total == 1 else plural, n=fault.total)}: {_cells(fault, places)}")
            if kind == "text":
                said[-1] += self._numbers(fault)
                if not {field.name for field in roles.features} & set(fault.columns):
                    advice = N_("correct these cells")  # of the target or the weights, which cannot be left out
                advice = advise([text for __, text in places if text is not None]) or advice
            hint = hint or _(advice)
        return f"{source}: " + "; ".join(said), hint

    def _numbers(self, fault: _Fault) -> str:
        """How many values of the columns with bad text are numbers: a slip in one cell, or a column of text?"""
        parts = []
        for name, bad in fault.columns.items():
            good = self.rows - self.left_out - bad - self.missing.get(name, 0)
            if good > 1:
                rest = count(good, "value")
                parts.append(_("the other {values} of {name} are numbers", values=rest, name=show(name)))
        said = ", ".join(parts)
        return f" ({said})" if said else ""


class _Fault:
    """Cells refused for one reason: the first few, and how many in each column."""

    def __init__(self) -> None:
        self.cells: list[Place] = []
        self.columns: dict[str, int] = {}

    @property
    def total(self) -> int:
        return sum(self.columns.values())


_KINDS = {
    "text": (
        N_("{n} cell that is no number"),
        N_("{n} cells that are no numbers"),
        N_("correct these cells, or leave the column out"),
    ),
    "infinite": (
        N_("{n} infinite value"),
        N_("{n} infinite values"),
        N_("correct these cells: a line cannot pass through infinity"),
    ),
    "negative": (
        N_("{n} negative weight"),
        N_("{n} negative weights"),
        N_("a weight says how much its row counts: give 0 or more"),
    ),
    "broken": (
        N_("{n} frequency that is no count"),
        N_("{n} frequencies that are no counts"),
        N_("a frequency says how many rows its row stands for: give 0, 1, 2, … up to 2^53"),
    ),
    "missing": (N_("{n} missing value"), N_("{n} missing values"), DROP_HINT),
}


def _cells(fault: _Fault, places: Sequence[tuple[str, str | None]]) -> str:
    said = []
    for (__, name), (place, text) in zip(fault.cells, places):
        shown = "" if text is None else f": {show(text) if text.strip() else _('empty')}"
        said.append(_("{place}, column {name}", place=place, name=show(name)) + shown)
    shown, more = "; ".join(said), fault.total - len(said)
    return _("{shown}; and {count} more", shown=shown, count=more) if more else shown


def _changed(places: NDArray[np.int64], meant: tuple[Any, ...]) -> tuple[NDArray[np.int64] | None, tuple[Any, ...]]:
    """Places of labels, None where they are those that the labels have."""
    return None if np.array_equal(places, np.arange(len(places))) else places, meant


def _picked(column: Cells, places: NDArray[np.int64]) -> Cells:
    low = None if column.low is None else column.low[places]
    missing = None if column.missing is None else column.missing[places]
    return Cells(column.values[places], low, missing, column.integral, column.finite)


def _finite(values: Vector) -> bool:
    """Whether all values are finite: one pass without a mask. A finite sum proves it; an overflowing one does not."""
    with np.errstate(all="ignore"):
        total = values.sum()
    return bool(np.isfinite(total)) or bool(np.isfinite(values).all())


def _or(marks: NDArray[np.bool_] | None, more: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    if marks is None or more is None:
        return more if marks is None else marks
    return marks | more
