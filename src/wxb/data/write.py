"""Blocks of columns → a file, block by block: CSV, JSON lines or Parquet, by the file's name.

Numbers are written with the digits that bring back the same float64. What is written is not yet safe from a crash: the
caller gives a temporary file and renames it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

from wxb.errors import UsageError

if TYPE_CHECKING:
    import pyarrow
    from pyarrow.parquet import ParquetWriter

FORMS = ".csv, .jsonl or .parquet"


class Writer(Protocol):
    """Takes blocks {name: (n,) numbers}."""

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None: ...


def check_form(name: str | Path) -> str:
    """The form a file's name asks for, or UsageError."""
    form = Path(name).suffix.lower()
    if form in (".csv", ".jsonl", ".ndjson", ".parquet", ".pq"):
        return form
    raise UsageError(f"{name}: no form to write in goes with the ending {form!r}", f"end the name in {FORMS}")


@contextmanager
def open_writer(path: str | Path, form: str, names: Sequence[str], *, whole: Sequence[str] = ()) -> Iterator[Writer]:
    """A writer of `names` to a file in a form; the file is complete when the block ends. whole : names of integers"""
    if form in (".parquet", ".pq"):
        from pyarrow.parquet import ParquetWriter

        schema = _schema(names, whole)
        with ParquetWriter(path, schema) as parquet:
            yield _Parquet(parquet, schema)
        return
    with open(path, "w", encoding="utf-8", newline="") as stream:
        yield CommaSeparated(stream, names) if form == ".csv" else _JsonLines(stream)


class CommaSeparated:
    """Comma-separated text on any stream."""

    def __init__(self, stream: IO[str], names: Sequence[str]) -> None:
        self._writer = csv.writer(stream, lineterminator="\n")
        self._writer.writerow(names)

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        self._writer.writerows(zip(*(column.tolist() for column in columns.values())))


class _JsonLines:
    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        names = list(columns)
        for row in zip(*(column.tolist() for column in columns.values())):
            self._stream.write(json.dumps(dict(zip(names, row)), ensure_ascii=False, allow_nan=False) + "\n")


class _Parquet:
    def __init__(self, writer: ParquetWriter, schema: pyarrow.Schema) -> None:
        self._writer, self._schema = writer, schema

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        import pyarrow

        arrays = [pyarrow.array(column, type=self._schema.field(name).type) for name, column in columns.items()]
        self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))


def _schema(names: Sequence[str], whole: Sequence[str]) -> pyarrow.Schema:
    import pyarrow

    return pyarrow.schema([(name, pyarrow.int64() if name in whole else pyarrow.float64()) for name in names])
