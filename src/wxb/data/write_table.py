"""A table with columns of any kind → a file, block by block: CSV, JSON lines or Parquet.

Columns come as lists of values (numbers, texts, truths, None for a missing cell), as arrays of NumPy, where NaN is a missing
cell, or as Arrow arrays. Two columns may have one name in CSV only. Numbers are written with the digits that bring back the same
float64, Python's integers whole. What is written is not yet safe from a crash: the caller gives a place of `writing.replacing`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from wxb.data.written import plain, string_of, text_of, values_of
from wxb.errors import UsageError
from wxb.i18n import N_, _
from wxb.printable import encodable, json_text

FORMS = N_(".csv, .jsonl or .parquet")


class TableWriter(Protocol):
    """Takes blocks of columns in the order of the names."""

    def write(self, columns: Sequence[Any]) -> None: ...


def check_form(name: str | Path) -> str:
    """The form a file's name asks for, or UsageError."""
    form = Path(name).suffix.lower()
    if form in (".csv", ".jsonl", ".ndjson", ".parquet", ".pq"):
        return form
    raise UsageError(
        _("{name}: no form to write in goes with the ending {form!r}", name=name, form=form),
        _("end the name in {forms}", forms=FORMS),
    )


@contextmanager
def table_writer(path: str | Path, form: str, names: Sequence[str], types: Mapping[str, Any]) -> Iterator[TableWriter]:
    """A writer to a file in a form; complete when the block ends. types : Arrow's, where they are known (Parquet)"""
    if form in (".parquet", ".pq"):
        parquet = _Parquet(path, names, types)
        try:
            yield parquet
        finally:
            parquet.close()
        return
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
        yield CommaSeparated(stream, names) if form == ".csv" else _JsonLines(stream, names)


class CommaSeparated:
    """Comma-separated text on any stream."""

    def __init__(self, stream: IO[str], names: Sequence[str]) -> None:
        self._writer = csv.writer(stream, lineterminator="\n")
        broken = any("\r" in name for name in names)  # which this writer would leave without quotes
        csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL if broken else csv.QUOTE_MINIMAL).writerow(names)

    def write(self, columns: Sequence[Any]) -> None:
        self._writer.writerows(zip(*map(_cells, columns)))


def _cells(column: Any) -> Iterable[Any]:
    """A column as the csv module writes it; it writes None as nothing and texts and whole numbers as they are."""
    values = values_of(column)
    plainly = isinstance(column, np.ndarray) and column.dtype.kind == "f" and not np.isnan(column).any()
    return values if plainly or _AS_THEY_ARE.issuperset(map(type, values)) else map(text_of, values)


_AS_THEY_ARE = {str, int, type(None)}


class _JsonLines:
    def __init__(self, stream: IO[str], names: Sequence[str]) -> None:
        self._stream, self._names = stream, names

    def write(self, columns: Sequence[Any]) -> None:
        for row in zip(*(map(plain, values_of(column)) for column in columns)):
            self._stream.write(json_text(dict(zip(self._names, row))) + "\n")


class _Parquet:
    """The types of the columns are those given; of others the first block says whether they are whole numbers."""

    def __init__(self, path: str | Path, names: Sequence[str], types: Mapping[str, Any]) -> None:
        self._path, self._names, self._types = path, names, types
        self._writer: Any = None

    def write(self, columns: Sequence[Any]) -> None:
        import pyarrow

        writer = self._writer or self._opened([_whole(column) for column in columns])
        arrays = [_arrow(column, field.type) for column, field in zip(columns, writer.schema)]
        writer.write_table(pyarrow.Table.from_arrays(arrays, schema=writer.schema))

    def close(self) -> None:
        (self._writer or self._opened([False] * len(self._names))).close()

    def _opened(self, whole: Sequence[bool]) -> Any:
        import pyarrow
        from pyarrow.parquet import ParquetWriter

        number = (pyarrow.float64(), pyarrow.int64())
        fields = [(encodable(name), self._types.get(name, number[mark])) for name, mark in zip(self._names, whole)]
        self._writer = ParquetWriter(self._path, pyarrow.schema(fields))
        return self._writer


def _whole(column: Any) -> bool:
    objects = isinstance(column, np.ndarray) and column.dtype.kind == "O"
    values = column if isinstance(column, list) else column.tolist() if objects else []
    return bool(values) and all(type(value) is int and -(2**63) <= value < 2**63 for value in values)


def _arrow(column: Any, kind: Any) -> Any:
    """A column as the file has it; whole numbers that it has as others are rounded to float64."""
    import pyarrow

    if isinstance(column, pyarrow.ChunkedArray):
        return column
    if isinstance(column, np.ndarray):
        column = column.astype(float) if column.dtype == object and not pyarrow.types.is_integer(kind) else column
        return pyarrow.array(column, type=kind, from_pandas=True)
    return pyarrow.array(map(string_of, column) if pyarrow.types.is_string(kind) else column, type=kind)
