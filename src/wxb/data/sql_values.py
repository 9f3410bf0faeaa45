"""What databases give as Arrow columns that mean the same as in any other source.

    cells of SQLite, each of a type of its own   one array: of doubles, of integers, of text, of numbers in text
    real, which is float32                       the double that is written as it is: 0.1, and not 0.10000000149011612
    uuid                                         its text
    char(n) of PostgreSQL                        without the spaces that pad it
    dates and times of PostgreSQL                infinity, and years that the driver's count cannot hold, are refused
    money of PostgreSQL                          refused: the driver gives hundredths, by the currency's digits

Decimals of any precision stay text (`wxb.data.arrow` reads it as the cells of a text table are).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from wxb.data.buffers import missing_of, values_of
from wxb.data.words import EXACT_LIMIT
from wxb.errors import DataError
from wxb.i18n import _
from wxb.printable import show

TYPE = b"POSTGRESQL:type"
FIRST_DAY = -2_451_545 + 10_957 - 1  # of PostgreSQL, 4714-11-24 BC, and one more: whatever is before is no date of its
MICROSECONDS = 86_400_000_000


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """The columns of a query as `plain_batch` gives them."""
    meant = {pa.float32(): pa.float64(), pa.uuid(): pa.string()}
    return pa.schema([column.with_type(meant.get(column.type, column.type)) for column in schema], schema.metadata)


def plain_batch(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """A batch of a driver, its columns as they are meant: those of this schema."""
    changed = False
    columns = []
    for column, found in zip(schema, batch.columns):
        kind = (column.metadata or {}).get(TYPE)
        if found.type == pa.float32():
            found, changed = found.cast(pa.string()).cast(pa.float64()), True
        elif found.type == pa.uuid():
            found, changed = pa.array([cell and str(cell) for cell in found.to_pylist()], pa.string()), True
        elif kind == b"bpchar":
            found, changed = pa.array([text and text.rstrip(" ") for text in found.to_pylist()], pa.string()), True
        elif kind in (b"date", b"timestamp", b"timestamptz"):
            _refuse_infinite(column.name, found)
        columns.append(found)
    return pa.RecordBatch.from_arrays(columns, schema=schema) if changed else batch


def _refuse_infinite(name: str, column: Any) -> None:
    days = pa.types.is_date32(column.type)
    ticks, missing = values_of(column.view(pa.int32() if days else pa.int64())), missing_of(column)
    far = ticks < FIRST_DAY * (1 if days else MICROSECONDS)
    if (far if missing is None else far & ~missing).any():
        raise DataError(
            _("the query: column {name} holds a date that is infinite, or too far off to be counted", name=show(name)),
            _("leave such rows out with a WHERE, or make NULL of them: nullif(…, 'infinity')"),
        )


def problem_of(column: pa.Field) -> DataError | None:
    """Why a column of this type cannot be read, or would be read as something that it is not."""
    named = (column.metadata or {}).get(TYPE, b"").decode(errors="replace")
    if not named or (named != "money" and _is_readable(column.type)):
        return None
    if named != "money":
        named = f"{named[1:]}[]" if named.startswith("_") else named
        return DataError(
            _("the query: column {name} is of type {kind}, which is no number", name=show(column.name), kind=named),
            _("cast {name} in the query, or leave it out of the features", name=show(column.name)),
        )
    return DataError(
        _("the query: column {name} is of type money, whose unit depends on the server", name=show(column.name)),
        _("cast {name} to numeric in the query", name=show(column.name)),
    )


def written_schema(source: str, schema: pa.Schema, numbers: bool) -> pa.Schema:
    """The types in which columns are written again.  numbers : decimals in text become doubles"""
    fields: list[pa.Field] = []
    for column in schema:
        kind = getattr(column.type, "storage_type", column.type)
        if getattr(column.type, "type_name", "") == "numeric":
            kind = pa.float64() if numbers else kind
        elif pa.types.is_null(kind):
            kind = pa.string()
        elif pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind) or kind == pa.month_day_nano_interval():
            raise DataError(
                _("{source}: column {name} holds values that no file has", source=source, name=show(column.name)),
                _("cast {name} to text in the query, or leave it out", name=show(column.name)),
            )
        fields.append(pa.field(column.name, kind))
    return pa.schema(fields)


def kept_batches(aside: Any) -> Iterator[pa.RecordBatch]:
    """The batches of a scan, each once it was read."""
    aside.batches = read = deque()
    return iter(lambda: read.popleft() if read else None, None)


def _is_readable(kind: pa.DataType) -> bool:
    if isinstance(kind, pa.BaseExtensionType):
        return getattr(kind, "type_name", "") == "numeric"
    texts = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return (texts or pa.types.is_primitive(kind) or pa.types.is_decimal(kind)) and kind != pa.month_day_nano_interval()


class Written(pa.ExtensionType):
    """Numbers as the text they were written as."""

    type_name = "numeric"

    def __init__(self) -> None:
        super().__init__(pa.string(), "wxb.numeric")

    def __arrow_ext_serialize__(self) -> bytes:
        return b""

    @classmethod
    def __arrow_ext_deserialize__(cls, storage_type: Any, serialized: bytes) -> Written:
        return cls()


def columns_of(rows: Sequence[Sequence[Any]]) -> list[pa.Array]:
    """Rows of Python's sqlite3 as columns."""
    return [_array(column) for column in zip(*rows)]


def _array(cells: Sequence[Any]) -> pa.Array:
    kinds = {*map(type, cells)} - {type(None)}
    if kinds == {float}:
        return pa.array(cells, pa.float64())
    if kinds == {int}:
        return pa.array(cells, pa.int64())
    if not kinds:
        return pa.nulls(len(cells))
    if kinds <= {int, float}:
        if all(type(cell) is not int or -EXACT_LIMIT <= cell <= EXACT_LIMIT for cell in cells):
            return pa.array(cells, pa.float64())
        texts = pa.array([None if cell is None else repr(cell) for cell in cells], pa.string())
        return pa.ExtensionArray.from_storage(Written(), texts)
    return pa.array([cell if cell is None or isinstance(cell, str) else _text(cell) for cell in cells], pa.string())


def _text(cell: Any) -> str:
    """A number as it is written, and bytes as SQLite writes a BLOB, which reads as no number: x'0102'."""
    return repr(cell) if isinstance(cell, int | float) else f"x'{cell.hex()}'"
