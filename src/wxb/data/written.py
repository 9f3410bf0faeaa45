"""The rows of a file as they are written there, all columns, to be carried along beside what was read of them.

    text     every cell as its text, whatever it means        JSON     every value        Parquet     arrays of their own types
    a query  arrays of their own types; decimals as their text, which outside of CSV are the nearest doubles

`take(n)` gives the next n rows of the source, in the order and by the counting of `Scan.blocks`. What one form has and another has
not becomes text on the way: instants in ISO form, lists and objects as JSON; a missing cell stays one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol

from wxb.data.csv_rows import WrongEncoding, data_rows
from wxb.data.csv_table import TextTable
from wxb.data.jsonlines import JsonTable, lines_of
from wxb.data.layout import SourceLayout
from wxb.errors import DataError, UsageError
from wxb.i18n import _
from wxb.printable import encodable, show

if TYPE_CHECKING:
    import pyarrow as pa

    from wxb.data.table import Table

Columns = list[Any]


class Written(Protocol):
    """names : of all columns        textual : whether every cell is a text, numbers too"""

    names: list[str]
    textual: bool

    def take(self, rows: int) -> Columns:
        """The next rows: a list of values, or an Arrow array, for each column."""
        ...

    def types(self) -> list[Any]:
        """The Arrow type of each column in a Parquet file."""
        ...


def as_written(table: Table, form: str) -> Written:
    """The rows of files and queries as they are written, to be written in a form; UsageError for another table.

    Those of a query come from its next scan, each batch once it was read: `take` follows the blocks.
    """
    if isinstance(table, TextTable):
        return _Texts(table)
    if isinstance(table, JsonTable):
        return _Objects(table)
    arrays: Any = table  # by name: pyarrow is not loaded for a file of text
    if type(table).__name__ == "ParquetTable":
        return _Arrays(table.name, arrays.schema, _record_batches(table))
    if type(table).__name__ == "StreamTable":
        from wxb.data.sql_values import kept_batches, written_schema

        schema = written_schema(table.name, arrays.schema, form != ".csv")
        return _Arrays(table.name, schema, kept_batches(arrays.aside))
    raise UsageError(_("{name} is no file whose columns could be written again", name=table.name), _("give a file"))


class _Rows:
    """Rows of cells, taken a few at a time."""

    def __init__(self, names: Sequence[str], rows: Iterator[Sequence[Any]], source: str) -> None:
        self.names, self._rows, self._source = list(names), rows, source

    def take(self, rows: int) -> Columns:
        found = list(islice(self._rows, rows))
        if len(found) < rows:
            raise changed(self._source)
        return [list(column) for column in zip(*found)] if found else [[] for __ in self.names]

    def types(self) -> list[Any]:
        import pyarrow

        return [pyarrow.string()] * len(self.names)


class _Texts(_Rows):
    textual = True

    def __init__(self, table: TextTable) -> None:
        super().__init__(table.dialects[0].header, _text_rows(table), table.name)


class _Objects(_Rows):
    textual = False

    def __init__(self, table: JsonTable) -> None:
        names = table.columns
        layout = SourceLayout(encoding=table.layout.encoding)
        rows = (
            tuple(row.get(name) for name in names)
            for file, packed in zip(table.files, table.compressed)
            for __, row in lines_of(file, packed, layout)
        )
        super().__init__(names, rows, table.name)


def _text_rows(table: TextTable) -> Iterator[Sequence[str]]:
    header = table.dialects[0].header
    for file, dialect in zip(table.files, table.dialects):
        order = None if dialect.header == header else [dialect.header.index(name) for name in header]
        given = 0
        while True:
            try:
                for __, row in islice(data_rows(file, dialect, as_written=True), given, None):
                    given += 1
                    yield row if order is None else [row[i] for i in order]
                break
            except WrongEncoding:  # the reader of the blocks has said which it is
                from wxb.data.csv_encoding import find_encoding
                from wxb.data.files import open_bytes

                with open_bytes(file, dialect.compressed) as stream:
                    encoding, __ = find_encoding(file, stream.read(), whole=True)
                if encoding == dialect.encoding:
                    raise changed(file.name) from None
                dialect = replace(dialect, encoding=encoding)


class _Arrays:
    """Columns of Parquet files and of queries, in Arrow's own arrays of these types."""

    textual = False

    def __init__(self, source: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
        self.names, self._schema, self._source = list(schema.names), schema, source
        self._batches = batches
        self._rest: pa.RecordBatch | None = None

    def take(self, rows: int) -> Columns:
        import pyarrow

        parts: list[pa.RecordBatch] = []
        while rows:
            batch = self._rest if self._rest is not None else next(self._batches, None)
            if batch is None:
                raise changed(self._source)
            parts.append(batch.slice(0, rows))
            self._rest = batch.slice(rows) if batch.num_rows > rows else None
            rows -= parts[-1].num_rows
        return [
            pyarrow.chunked_array([self._cast(part.column(i), field) for part in parts], type=field.type)
            for i, field in enumerate(self._schema)
        ]

    def _cast(self, column: Any, field: Any) -> Any:
        import pyarrow

        if column.type == field.type:
            return column
        try:
            return (column.storage if hasattr(column, "storage") else column).cast(field.type)
        except pyarrow.ArrowException:
            raise DataError(
                _(
                    "{source}: column {name} holds other kinds of values further down",
                    source=self._source,
                    name=show(field.name),
                ),
                _("end the name in .csv, or cast the column in the query"),
            ) from None

    def types(self) -> list[Any]:
        return [field.type for field in self._schema]


def _record_batches(table: Any) -> Iterator[pa.RecordBatch]:
    import pyarrow
    from pyarrow.parquet import ParquetFile

    names = table.schema.names
    try:
        for file in table.files:
            with ParquetFile(file.path) as parquet:
                for batch in parquet.iter_batches():
                    yield batch if batch.schema.names == names else batch.select(names)
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(
            _("{name} cannot be read: {splitlines}", name=table.name, splitlines=str(error).splitlines()[0][:200]),
            _("check that the file is there, is a file and may be read"),
        ) from error


def changed(source: str) -> DataError:
    return DataError(
        _("{source} changed while it was read", source=source), _("read it again when nothing writes to it")
    )


def values_of(column: Any) -> list[Any]:
    """A column's cells as Python has them: numbers, truths, texts, None for a missing one; all else as text."""
    if not hasattr(column, "type"):
        return column if isinstance(column, list) else column.tolist()
    import pyarrow

    if pyarrow.types.is_temporal(column.type):
        try:
            return column.cast(pyarrow.string()).to_pylist()
        except pyarrow.ArrowException:
            return [None if cell is None else str(cell) for cell in column.to_pylist()]
    return column.to_pylist()


def plain(value: Any) -> Any:
    """A value that JSON has; numbers that are not finite are missing."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if value is None or isinstance(value, str | int | list | dict):
        return value
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def text_of(value: Any) -> Any:
    """A cell of comma-separated text: nothing for a missing one, true and false, lists and objects as JSON."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if isinstance(value, str | int | float) else plain(value)


def string_of(value: Any) -> str | None:
    """A value of JSON in a Parquet column of text."""
    if value is None:
        return None
    return encodable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))
