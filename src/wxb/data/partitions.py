"""A table in pieces that an engine holds: partitions of Dask, of Spark, of whoever gives each of them as Arrow where it lies.

    pieces ── held (a name of it, or itself once it is where it is read) ── arrow(held) ──▶ batches ──▶ blocks

Only the names of the pieces are here; rows are read by the workers, in `Scan.runner`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pyarrow as pa

from wxb.data.arrow import arrow_field, batch_blocks, is_text, rows_at, value_type
from wxb.data.begin import begin
from wxb.data.columns import looked_at
from wxb.data.field import Field, kinds_of
from wxb.data.gate import Gate, PartGate
from wxb.data.kinds import Kind
from wxb.data.layout import SourceLayout
from wxb.data.reading import Blocks
from wxb.data.selection import Selection
from wxb.data.table import Runner, Scan
from wxb.errors import DataError
from wxb.i18n import _


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a frame.

    held : what it is known by, or the rows themselves where they are read; None where they are `at_hand` there
    arrow : makes record batches of these        positions : of the columns used, among those of the batches
    """

    key: str
    held: Any
    arrow: Callable[[Any], Iterable[pa.RecordBatch]]
    gate: Gate
    positions: tuple[int, ...]
    rows: int | None = None

    def blocks(self, first: int) -> Blocks:
        part = PartGate(self.gate, first, partial(rows_at, offset=first))
        held = _at_hand.get() if self.held is None else self.held
        if held is None:
            raise DataError(
                _(
                    "the rows of {name} are read by its engine, and here they are wanted one by one",
                    name=self.gate.source,
                ),
                _("bring some of them here, as a table in memory, and give these"),
            )
        yield from batch_blocks(iter(self.arrow(held)), (), part, self.positions)
        return part.close()


_at_hand: ContextVar[Any] = ContextVar("rows_at_hand", default=None)


@contextmanager
def at_hand(rows: Any) -> Iterator[None]:
    """While it lasts, these are the rows of a piece that holds none."""
    token = _at_hand.set(rows)
    try:
        yield
    finally:
        _at_hand.reset(token)


@dataclass(frozen=True, kw_only=True)
class Partitions:
    """A frame of an engine.

    schema : of all columns, with the types of Arrow
    pieces : (names of the columns wanted) → (key, held) of each, and what makes record batches of one
    first_rows : (places of columns) → these columns of some rows, asked for when texts must be looked at
    """

    name: str
    schema: pa.Schema
    pieces: Callable[[Sequence[str]], tuple[Sequence[tuple[str, Any]], Callable[[Any], Iterable[pa.RecordBatch]]]]
    first_rows: Callable[[Sequence[int]], pa.Table]
    runner: Runner
    where: str | None = None

    @property
    def rereadable(self) -> bool:
        return True

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.schema.names)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        return kinds_of(self._fields(lambda name: True))

    def scan(self, selection: Selection) -> Scan:
        fields = self._fields(looked_at(selection, self.where))
        scan = begin(self.name, fields, selection, self._parts, layout=SourceLayout(where=self.where))
        if not scan.parts:
            raise DataError(_("{name}: there are no data rows", name=self.name), _("give at least one row of data"))
        return replace(scan, runner=self.runner)

    def _parts(self, gate: Gate) -> Sequence[Piece]:
        used = [role.name for role in gate.roles.used]
        names = list(dict.fromkeys(used)) or [self.schema.names[0]]
        pieces, arrow = self.pieces(names)
        positions = tuple(names.index(name) for name in used)
        return [Piece(key, held, arrow, gate, positions) for key, held in pieces]

    def _fields(self, wanted: Callable[[str], bool]) -> list[Field]:
        look = [place for place, column in enumerate(self.schema) if wanted(column.name) and _needs_look(column.type)]
        heads = dict(zip(look, self.first_rows(look).columns)) if look else {}
        return [
            arrow_field(
                self.name,
                column.name,
                place,
                heads[place].type if place in heads else column.type,
                heads.get(place),
                pa.types.is_dictionary(column.type),
            )
            for place, column in enumerate(self.schema)
        ]


def _needs_look(kind: pa.DataType) -> bool:
    return is_text(value_type(kind)) or pa.types.is_dictionary(kind) or pa.types.is_null(kind)
