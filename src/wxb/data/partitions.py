"""A table in pieces that an engine holds: partitions of Dask, of Spark, of whoever gives each of them as Arrow where it lies.

    pieces ── held (a name of it, or itself once it is where it is read) ── arrow(held) ──▶ batches ──▶ blocks

Only the names of the pieces are here; rows are read by the workers, in `Scan.runner`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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

    held : what it is known by, or the rows themselves where they are read        arrow : makes an Arrow table of these
    positions : of the columns used, among those of that table
    """

    key: str
    held: Any
    arrow: Callable[[Any], pa.Table]
    gate: Gate
    positions: tuple[int, ...]
    rows: int | None = None

    def of(self, rows: Any) -> Piece:
        """The piece with its rows at hand."""
        return replace(self, held=rows)

    def blocks(self, first: int) -> Blocks:
        part = PartGate(self.gate, first, rows_at)
        yield from batch_blocks(iter(self.arrow(self.held).to_batches()), (), part, self.positions)
        return part.close()


@dataclass(frozen=True, kw_only=True)
class Partitions:
    """A frame of an engine.

    schema : of all columns, with the types of Arrow        first_rows : some rows, asked for when texts must be looked at
    pieces : (names of the columns wanted) → (key, held) of each, and what makes Arrow of one
    """

    name: str
    schema: pa.Schema
    pieces: Callable[[Sequence[str]], tuple[Sequence[tuple[str, Any]], Callable[[Any], pa.Table]]]
    first_rows: Callable[[], pa.Table]
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
        need = [column.name for column in self.schema if wanted(column.name) and _needs_look(column.type)]
        head = self.first_rows() if need else None
        schema = self.schema if head is None else head.schema
        return [
            arrow_field(
                self.name,
                column.name,
                place,
                schema.field(place).type,
                None if head is None else head.column(place),
                pa.types.is_dictionary(column.type),
            )
            for place, column in enumerate(self.schema)
        ]


def _needs_look(kind: pa.DataType) -> bool:
    return is_text(value_type(kind)) or pa.types.is_dictionary(kind) or pa.types.is_null(kind)
