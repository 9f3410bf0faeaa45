"""The gate every row passes: complete cases go through as blocks, the rest is dropped and counted, or refused.

A row is complete when no used cell is missing (NaN or marked). `missing="drop"` drops the others; `missing="error"`
refuses them. An infinite value or a text that is no number is refused in any case. Whatever is refused, the part is
read to its end first (giving no more blocks), so that the message can say how many there are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.field import Field
from wxb.data.kinds import NUMBER
from wxb.data.problems import advise, all_missing, way_out
from wxb.data.roles import Roles
from wxb.data.table import Block, Column, Count, Scan
from wxb.data.words import Cells, Groups, count
from wxb.errors import DataError
from wxb.printable import show

SHOWN = 3
DROP_HINT = 'fill them in, or leave incomplete rows out with `missing="drop"`'

Place = tuple[int, str]
# (row within the part, column) of some cells → where each is in the user's words and its text, if it has one
Locate = Callable[[Sequence[Place]], list[tuple[str, str | None]]]


class Gate:
    """What all parts of one scan share: the policy, and the sums over parts."""

    def __init__(self, scan: Scan, roles: Roles, missing: str, parts: int) -> None:
        self.scan = scan
        self.roles = roles
        self.names = tuple(field.name for field in roles.numeric)
        self.drop = missing == "drop"
        self.parts = parts
        self.noted = {field.name for field in roles.numeric if field.note}
        self._lock = threading.Lock()

    def note(self, text: str) -> None:
        with self._lock:
            if text not in self.scan.notes:
                self.scan.notes.append(text)

    def note_digits(self, name: str) -> None:
        if name not in self.noted:
            self.noted.add(name)
            self.note(
                f"column {show(name)} has integers above 2^53, more digits than a float64 holds: all are kept exactly"
            )

    def not_integral(self, index: int) -> None:
        with self._lock:
            marks = self.scan.integral
            if index < len(marks) and marks[index]:
                self.scan.integral = (*marks[:index], False, *marks[index + 1 :])
                kinds = self.scan.kinds
                if kinds[index].sort == "whole":
                    self.scan.kinds = (*kinds[:index], NUMBER, *kinds[index + 1 :])

    def no_values(self, name: str, rows: int) -> tuple[str, str]:
        """(what, do) of a column whose every cell is missing."""
        fields = [field for field in self.roles.used if field.name == name]
        return all_missing(self.scan.source, name, rows).what, way_out(self.roles, fields)

    def finish(self, part: PartGate) -> None:
        """A part was read to its end; after the last one, say what was dropped, or refuse if nothing is left."""
        with self._lock:
            counts = self.scan.counts
            counts.append(Count(part.rows, part.dropped, part.missing, part.left_out))
            self.scan.dropped = sum(done.dropped for done in counts)
            if len(counts) < self.parts:
                return
        rows = sum(done.rows for done in counts)
        missing: dict[str, int] = {}
        for done in counts:
            for name, cells in done.missing.items():
                missing[name] = missing.get(name, 0) + cells
        if rows == 0:
            raise DataError(f"{self.scan.source}: there are no data rows.", "Give at least one row of data.")
        if self.roles.filter is not None:
            read = rows - sum(done.left_out for done in counts)
            condition = f"where {self.roles.filter.text}"
            if read == 0:
                raise DataError(f"{self.scan.source}: {condition} holds for none of the {count(rows, 'row')}.")
            self.note(f"{condition}: {read} of {count(rows, 'row')}")
            rows = read
        for name, cells in missing.items():
            if cells == rows:
                raise DataError(*self.no_values(name, rows))
        if self.scan.dropped:
            columns = ", ".join(f"{name} ({cells})" for name, cells in missing.items())
            if self.scan.dropped == rows:
                raise DataError(f"{self.scan.source}: every one of the {rows} rows has a missing value: {columns}.")
            self.note(f"{self.scan.dropped} of {rows} rows dropped: missing {columns}")


class PartGate:
    """One part's way through the gate: `block` for each stretch of rows in order, then `close`."""

    def __init__(self, gate: Gate, first: int, locate: Locate) -> None:
        self.gate = gate
        self.first = first
        self.locate = locate
        self.rows = 0
        self.dropped = 0
        self.left_out = 0
        self.missing: dict[str, int] = {}
        self._chosen: NDArray[np.bool_] | None = None
        self._places: NDArray[np.int64] | None = None
        self._faults: dict[str, _Fault] = {}

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

    def block(self, cells: Sequence[Cells], rows: int, groups: Groups | None = None) -> Block | None:
        """The next `rows` rows of the part as a block; None once something was found that will be refused."""
        chosen, self._chosen, self._places = self._chosen, None, None
        if chosen is not None and not chosen.all():
            self._places = np.flatnonzero(chosen)
            self.left_out += rows - len(self._places)
            cells = [_picked(column, self._places) for column in cells]
            groups = None if groups is None else _picked_groups(groups, self._places)
        read = rows if self._places is None else len(self._places)
        incomplete: NDArray[np.bool_] | None = None
        for index, (name, column) in enumerate(zip(self.gate.names, cells)):
            if column.low is not None:
                self.gate.note_digits(name)
            if not column.integral:
                self.gate.not_integral(index)
            if column.missing is not None or not (column.finite or _finite(column.values)):
                incomplete = _or(incomplete, self._look(name, column))
        if groups is not None and groups[2] is not None and self.gate.roles.by is not None:
            self._count_missing(self.gate.roles.by.name, groups[2])
            incomplete = _or(incomplete, groups[2])
        if self.gate.roles.weights is not None:
            self._negative(self.gate.names[-1], cells[-1].values)
        first = self.first + self.rows
        self.rows += rows
        if self._faults:
            return None
        kept = None if incomplete is None else np.flatnonzero(~incomplete)
        self.dropped += 0 if kept is None else read - len(kept)
        return self._assemble(first, rows, kept, cells, groups)

    def refuse_texts(self, name: str, positions: Sequence[int]) -> None:
        """Cells that are neither numbers nor missing, at `positions` of the rows the next `block` will bring."""
        if self._chosen is not None:
            positions = [position for position in positions if self._chosen[position]]
        if positions:
            self._add("text", name, [self.rows + position for position in positions[:SHOWN]], len(positions))

    def close(self) -> None:
        """The part was read to its end: raise what was found."""
        if self._faults:
            raise DataError(*self._message())
        self.gate.finish(self)

    def _assemble(
        self, first: int, rows: int, kept: NDArray[np.int64] | None, cells: Sequence[Cells], groups: Groups | None
    ) -> Block:
        def pick(values: Vector) -> Vector:
            return values if kept is None else values[kept]

        columns = [Column(pick(c.values), None if c.low is None else pick(c.low)) for c in cells]
        roles = self.gate.roles
        p = len(roles.features)
        codes, labels = (None, ()) if groups is None else groups[:2]
        places = self._places
        return Block(
            first=first,
            source_rows=rows,
            kept=kept if places is None else places if kept is None else places[kept],
            features=tuple(columns[:p]),
            target=columns[p] if roles.target else None,
            weights=columns[-1].values if roles.weights else None,
            groups=codes if codes is None or kept is None else codes[kept],
            group_labels=labels,
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

    def _negative(self, name: str, values: Vector) -> None:
        with np.errstate(invalid="ignore"):
            where = np.flatnonzero(values < 0)
        if where.size:
            self._add("negative", name, self._at(where), len(where))

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
        source = self.gate.scan.source
        for name, cells in self.missing.items():
            if cells == self.rows - self.left_out and "text" not in self._faults:
                return self.gate.no_values(name, cells)
        said: list[str] = []
        hint = ""
        for kind, (singular, plural, advice) in _KINDS.items():
            fault = self._faults.get(kind)
            if fault is None:
                continue
            places = self.locate(fault.cells)
            said.append(f"{count(fault.total, singular, plural)}: {_cells(fault, places)}")
            if kind == "text":
                said[-1] += self._numbers(fault)
                if not {field.name for field in self.gate.roles.features} & set(fault.columns):
                    advice = "Correct these cells."  # of the target or the weights, which cannot be left out
                advice = advise([text for _, text in places if text is not None]) or advice
            hint = hint or advice
        return f"{source}: " + "; ".join(said) + ".", hint

    def _numbers(self, fault: _Fault) -> str:
        """How many values of the columns with bad text are numbers: a slip in one cell, or a column of text?"""
        parts = []
        for name, bad in fault.columns.items():
            good = self.rows - self.left_out - bad - self.missing.get(name, 0)
            parts.append(f"the other {count(good, 'value')} of {show(name)} are numbers" if good > 1 else "")
        said = ", ".join(part for part in parts if part)
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
        "cell that is no number",
        "cells that are no numbers",
        "Correct these cells, or leave the column out.",
    ),
    "infinite": ("infinite value", "infinite values", "Correct these cells: a line cannot pass through infinity."),
    "negative": ("negative weight", "negative weights", "A weight says how much its row counts: give 0 or more."),
    "missing": ("missing value", "missing values", DROP_HINT),
}


def _cells(fault: _Fault, places: Sequence[tuple[str, str | None]]) -> str:
    said = []
    for (_, name), (place, text) in zip(fault.cells, places):
        shown = "" if text is None else f": {show(text) if text.strip() else 'empty'}"
        said.append(f"{place}, column {show(name)}{shown}")
    more = fault.total - len(said)
    return "; ".join(said) + (f"; and {more} more" if more else "")


def _picked(column: Cells, places: NDArray[np.int64]) -> Cells:
    low = None if column.low is None else column.low[places]
    missing = None if column.missing is None else column.missing[places]
    return Cells(column.values[places], low, missing, column.integral, column.finite)


def _picked_groups(groups: Groups, places: NDArray[np.int64]) -> Groups:
    codes, labels, missing = groups
    gone = None if missing is None or not missing[places].any() else missing[places]
    return codes[places], labels, gone


def _finite(values: Vector) -> bool:
    """Whether all values are finite: one pass without a mask. A finite sum proves it; an overflowing one does not."""
    with np.errstate(all="ignore"):
        total = values.sum()
    return bool(np.isfinite(total)) or bool(np.isfinite(values).all())


def _or(marks: NDArray[np.bool_] | None, more: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    if marks is None or more is None:
        return more if marks is None else marks
    return marks | more
