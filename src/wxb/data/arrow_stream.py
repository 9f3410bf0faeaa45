"""Anything that hands out an Arrow stream as a Table read batch by batch: once, or anew where it hands out another."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from wxb.data.arrow import arrow_field, batch_blocks, one_dictionary, rows_at
from wxb.data.begin import begin
from wxb.data.block import block_rows
from wxb.data.field import Field, kinds_of
from wxb.data.gate import Gate, PartGate
from wxb.data.kinds import Kind
from wxb.data.layout import SourceLayout
from wxb.data.pandas_index import categories, index_columns
from wxb.data.reading import Blocks
from wxb.data.selection import Selection
from wxb.data.sql_values import problem_of
from wxb.data.table import Scan
from wxb.errors import DataError
from wxb.i18n import _
from wxb.numbers import counted

PEEKED_ROWS = 2000


class Aside:
    """The batches of a scan as they come past, for who writes their rows again: a second stream may have another order.

    batches : those that were read and not yet written; None as long as nobody writes
    """

    def __init__(self) -> None:
        self.batches: deque[Any] | None = None

    def passing(self, batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            if self.batches is not None:
                self.batches.append(batch)
            yield batch


@dataclass(slots=True)
class StreamTable:
    """Anything that hands out an Arrow stream. Its first stream is opened to learn the columns and kept for the scan."""

    source: Any
    schema: pa.Schema
    _waiting: list[Any] = field(default_factory=list)
    aside: Aside = field(default_factory=Aside)
    name: str = field(default_factory=lambda: _("the table"))
    where: str | None = None

    @classmethod
    def of(cls, source: Any) -> StreamTable:
        reader = _reader(source)
        table = cls(source, reader.schema, [reader])
        if _is_query(source):
            table.name = _("the query")
        if not table.columns:
            raise DataError(_("the table has no columns"), _("give at least one column"))
        return table

    @property
    def rereadable(self) -> bool:
        return gives_again(self.source)

    @property
    def ordered(self) -> bool:
        """Whether the rows come in an order that means something."""
        return getattr(self.source, "ordered", True)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.schema.names)

    @property
    def kinds(self) -> Mapping[str, Kind]:
        self._waiting = [found := self._peek()]
        return kinds_of(found[1])

    def scan(self, selection: Selection) -> Scan:
        batches, fields = self._peek()
        begun = Begun(batches)
        try:
            begun_scan = begin(
                self.name,
                fields,
                selection,
                lambda gate: (StreamPart(self.source, gate, begun, self.aside, self.where),),
                layout=SourceLayout(where=self.where),
                index=index_columns(self.columns, self.schema.metadata),
            )
            return replace(begun_scan, ordered=self.ordered)
        except Exception:
            self._waiting = [(batches, fields)]  # another choice of columns may still read this stream
            raise

    def _peek(self) -> tuple[Iterator[Any], list[Field]]:
        """The stream from its start, and what its columns are by the first rows."""
        if self._waiting and isinstance(self._waiting[0], tuple):
            return self._waiting.pop()
        if self._waiting:
            batches = iter(self._waiting.pop())
        elif isinstance(self.source, pa.RecordBatchReader):
            raise DataError(_("the stream was read already"), _("open the table anew: a stream can be read once"))
        else:
            batches = iter(_reader(self.source))
        for batch in batches:
            if batch.num_rows:
                return itertools.chain([batch], batches), self._fields(batch.slice(0, PEEKED_ROWS))
        return iter(()), self._fields(None)

    def _fields(self, head: Any) -> list[Field]:
        declared = categories(self.schema)
        found = [
            arrow_field(
                self.name,
                column.name,
                position,
                column.type,
                None if head is None else head.column(position),
                column.name in declared or self._declares(position),
            )
            for position, column in enumerate(self.schema)
        ]
        return [_refusing(field, problem_of(column)) for field, column in zip(found, self.schema)]

    def _declares(self, position: int) -> bool:
        """Whether a dictionary's order is one for all rows, as far as that can be known before they are read."""
        return isinstance(self.source, pa.Table) and one_dictionary(self.source.column(position))


def _refusing(field: Field, problem: DataError | None) -> Field:
    return field if problem is None else replace(field, problem=lambda: problem)


def gives_again(source: Any) -> bool:
    """Whether a second stream has the rows again; after a reader of batches none has."""
    return hasattr(source, "columns") or _is_query(source)


def _is_query(source: Any) -> bool:
    return hasattr(source, "issue")


def _reader(source: Any) -> Any:
    """The schema and the batches of a source, from the first one on."""
    if _is_query(source):
        return source.issue()
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
        raise DataError(
            _("the Arrow stream of {kind} cannot be read as a table: {error}", kind=type(source).__name__, error=error),
            _("give a table, or columns by name"),
        ) from error


class Begun:
    """A stream that was begun to learn its columns, for whoever takes it first; it stays in the process it was begun in."""

    def __init__(self, batches: Iterator[Any] | None = None) -> None:
        self._batches = batches

    def take(self) -> Iterator[Any] | None:
        batches, self._batches = self._batches, None
        return batches

    def __reduce__(self) -> tuple[Any, ...]:
        return Begun, ()


@dataclass(frozen=True, slots=True)
class StreamPart:
    """A stream; of what hands out a new one each time, to be read again and again."""

    source: Any
    gate: Gate
    begun: Begun
    aside: Aside
    where: str | None = None

    @property
    def key(self) -> str:
        return f"stream|{id(self)}"

    @property
    def rows(self) -> int | None:
        return None

    def blocks(self, first: int) -> Blocks:
        batches = self.begun.take()
        if batches is None:
            if not gives_again(self.source):
                raise DataError(_("the stream was read already"), _("scan the table anew"))
            batches = iter(_reader(self.source))
        if not _is_query(self.source):
            return (yield from self._read(batches, first))
        roles = self.gate.roles
        key = (
            tuple((role.name, role.kind.sort) for role in roles.used),
            len(roles.numeric),
            self.where,
            self.gate.drop,
        )
        return (yield from self.source.watch(key, self._read(batches, first)))

    def _read(self, batches: Iterator[Any], first: int) -> Blocks:
        part = PartGate(self.gate, first, rows_at)
        positions = [role.position for role in self.gate.roles.used]
        try:
            yield from batch_blocks(self.aside.passing(batches), (), part, positions)
        except pa.ArrowException as error:
            raise DataError(
                _("the stream broke off after {rows}: {error}", rows=counted(part.rows, "row"), error=error),
                _("give it anew"),
            ) from error
        return part.close()
