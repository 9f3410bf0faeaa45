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

import numpy as np
import pyarrow as pa

from wxb.data.arrow import arrow_field, batch_blocks, is_text, is_written, rows_at, value_type
from wxb.data.begin import begin
from wxb.data.block import Block
from wxb.data.columns import looked_at
from wxb.data.field import Field, kinds_of
from wxb.data.gate import Gate, PartGate
from wxb.data.kinds import Kind
from wxb.data.layout import SourceLayout
from wxb.data.reading import Blocks
from wxb.data.selection import Selection
from wxb.data.table import Runner, Scan
from wxb.errors import DataError
from wxb.i18n import N_, _
from wxb.printable import show

ALIKE = N_(
    "let every partition have the columns and types that the frame names: `frame.map_partitions` can make them so"
)


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
        batches = _alike(iter(self.arrow(held)), self.gate, self.positions)
        content = 0
        for block in batch_blocks(batches, (), part, self.positions):
            content += _content(block)
            yield block
        return replace(part.close(), content=content % 2**64)


def _alike(batches: Iterator[pa.RecordBatch], gate: Gate, positions: Sequence[int]) -> Iterator[pa.RecordBatch]:
    """The batches; DataError for a column that means something else than in the other pieces."""
    for batch in batches:
        for field, position in zip(gate.roles.used, positions):
            why = _unlike(field, gate.source, batch.schema.field(position).type)
            if why is not None:
                what = _(
                    "{source}: column {name} is not alike in all parts: {why}",
                    source=gate.source,
                    name=show(field.name),
                    why=why,
                )
                raise DataError(what, _(ALIKE))
        yield batch


def _unlike(field: Field, source: str, kind: pa.DataType) -> str | None:
    """Why a column of this type cannot be read as the field says; texts are looked at cell by cell."""
    kind = value_type(kind)
    if is_text(kind) or is_written(kind) or pa.types.is_null(kind):
        return None
    found = arrow_field(source, field.name, 0, kind, None)
    if found.problem is not None:
        raise found.problem()
    if field.kind.sort == "truth" and found.kind.sort != "truth":
        return _("they are {found}, and {wanted} are wanted", found=found.kind.described, wanted=field.kind.described)
    return field.kind.why_not(found.kind)


def _content(block: Block) -> int:
    """A sum of the bits of its numbers, whatever their order: other rows have the same one hardly ever."""
    columns = (*block.features, *((block.target,) if block.target is not None else ()))
    bits = [np.ascontiguousarray(column.values).view(np.uint64).sum(dtype=np.uint64) for column in columns]
    return sum((2 * place + 1) * int(one) for place, one in enumerate(bits))


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
            raise self._no_rows()
        return replace(scan, runner=self.runner)

    def _parts(self, gate: Gate) -> Sequence[Piece]:
        used = [role.name for role in gate.roles.used]
        names = list(dict.fromkeys(used)) or [self.schema.names[0]]
        pieces, arrow = self.pieces(names)
        positions = tuple(names.index(name) for name in used)
        unknown = replace(gate, alone=False)  # of one that is read as many
        return [Piece(key, held, arrow, unknown if held is None else gate, positions) for key, held in pieces]

    def _fields(self, wanted: Callable[[str], bool]) -> list[Field]:
        look = [place for place, column in enumerate(self.schema) if wanted(column.name) and _needs_look(column.type)]
        first = self.first_rows(look) if look else None
        if first is not None and not first.num_rows:
            raise self._no_rows()
        heads = {} if first is None else dict(zip(look, first.columns))
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

    def _no_rows(self) -> DataError:
        return DataError(_("{name}: there are no data rows", name=self.name), _("give at least one row of data"))


def _needs_look(kind: pa.DataType) -> bool:
    return is_text(value_type(kind)) or pa.types.is_dictionary(kind) or pa.types.is_null(kind)
