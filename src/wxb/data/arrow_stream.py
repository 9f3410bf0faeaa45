"""Anything that hands out an Arrow stream as a Table read once, batch by batch."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from wxb.data.arrow import arrow_field, batch_blocks, rows_at
from wxb.data.columns import choose
from wxb.data.gate import Gate, PartGate
from wxb.data.pandas_index import index_columns, left_out_notes
from wxb.data.roles import Roles
from wxb.data.selection import Selection
from wxb.data.table import Block, Scan, block_rows
from wxb.errors import DataError

PEEKED_ROWS = 2000


@dataclass(slots=True)
class StreamTable:
    """Anything that hands out an Arrow stream. Its first stream is opened to learn the columns and kept for the scan."""

    source: Any
    schema: pa.Schema
    _waiting: list[Any] = field(default_factory=list)
    name: str = "the table"
    where: str | None = None

    @classmethod
    def of(cls, source: Any) -> StreamTable:
        reader = _reader(source)
        table = cls(source, reader.schema, [reader])
        if not table.columns:
            raise DataError("The table has no columns.", "Give at least one column.")
        return table

    @property
    def rereadable(self) -> bool:
        """Whether a second scan finds the rows again; after a reader of batches it does not."""
        return hasattr(self.source, "columns")

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.schema.names)

    def scan(self, selection: Selection) -> Scan:
        batches, head = self._peek()
        fields = [
            arrow_field(self.name, column.name, position, column.type, None if head is None else head.column(position))
            for position, column in enumerate(self.schema)
        ]
        index = index_columns(self.columns, self.schema.metadata)
        fields = [replace(one, named=False) if one.name in index else one for one in fields]
        try:
            roles = choose(
                fields,
                selection,
                source=self.name,
                where=self.where,
            )
        except Exception:
            self._waiting = [batches]  # another choice of columns may still read this stream
            raise
        scan = roles.scan(self.name)
        scan.notes[:0] = left_out_notes(index, self.columns, selection.features, roles)
        scan.pieces = (StreamPart(batches, roles, Gate(scan, roles, selection.missing, 1)),)
        return scan

    def _peek(self) -> tuple[Iterator[Any], Any]:
        """The stream from its start, and its first rows."""
        if self._waiting:
            batches = iter(self._waiting.pop())
        elif isinstance(self.source, pa.RecordBatchReader):
            raise DataError("The stream was read already.", "Open the table anew: a stream can be read once.")
        else:
            batches = iter(_reader(self.source))
        for batch in batches:
            if batch.num_rows:
                return itertools.chain([batch], batches), batch.slice(0, PEEKED_ROWS)
        return iter(()), None


def _reader(source: Any) -> pa.RecordBatchReader:
    if isinstance(source, pa.RecordBatchReader):
        return source
    if isinstance(source, pa.Table):
        return source.to_reader()
    if isinstance(source, pa.RecordBatch):
        return pa.RecordBatchReader.from_batches(source.schema, [source])
    if type(source).__name__ == "DuckDBPyRelation":
        rows = block_rows(len(source.columns))
        return source.to_arrow_reader(rows) if hasattr(source, "to_arrow_reader") else source.fetch_arrow_reader(rows)
    try:
        return pa.RecordBatchReader.from_stream(source)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise DataError(f"The Arrow stream of {type(source).__name__} cannot be read as a table: {error}.") from error


@dataclass(slots=True)
class StreamPart:
    """A stream, to be read once."""

    batches: Iterator[Any] | None
    roles: Roles
    gate: Gate

    @property
    def key(self) -> str:
        return f"stream|{id(self)}"

    @property
    def rows(self) -> int | None:
        return None

    def blocks(self, first: int) -> Iterator[Block]:
        batches, self.batches = self.batches, None
        if batches is None:
            raise DataError("The stream was read already.", "Scan the table anew.")
        part = PartGate(self.gate, first, rows_at)
        positions = [role.position for role in self.roles.used]
        try:
            yield from batch_blocks(batches, (), self.roles, part, positions)
        except pa.ArrowException as error:
            raise DataError(f"The stream broke off after {part.rows} rows: {error}.") from error
        part.close()
