"""Blocks of columns → a file, block by block: CSV, JSON lines or Parquet, by the file's name.

Numbers are written with the digits that bring back the same float64, Python's integers (columns of objects) whole. What is
written is not yet safe from a crash: the caller gives a temporary file and renames it.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

from wxb.errors import UsageError
from wxb.printable import encodable, json_text

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
        parquet = _Parquet(path, names, whole)
        try:
            yield parquet
        finally:
            parquet.close()
        return
    with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="") as stream:
        yield CommaSeparated(stream, names) if form == ".csv" else _JsonLines(stream)


class CommaSeparated:
    """Comma-separated text on any stream."""

    def __init__(self, stream: IO[str], names: Sequence[str]) -> None:
        self._writer = csv.writer(stream, lineterminator="\n")
        broken = any("\r" in name for name in names)  # which this writer would leave without quotes
        csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL if broken else csv.QUOTE_MINIMAL).writerow(names)

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        self._writer.writerows(zip(*(column.tolist() for column in columns.values())))


class _JsonLines:
    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        names = list(columns)
        for row in zip(*(column.tolist() for column in columns.values())):
            self._stream.write(json_text(dict(zip(names, row))) + "\n")


class _Parquet:
    """The first block says which columns are of whole numbers."""

    def __init__(self, path: str | Path, names: Sequence[str], whole: Sequence[str]) -> None:
        self._path, self._names, self._whole = path, names, set(whole)
        self._writer: ParquetWriter | None = None

    def write(self, columns: Mapping[str, NDArray[Any]]) -> None:
        import pyarrow

        writer = self._writer or self._opened({name for name, column in columns.items() if _fits_int64(column)})
        arrays = [_arrow(column, writer.schema.field(encodable(name)).type) for name, column in columns.items()]
        writer.write_table(pyarrow.Table.from_arrays(arrays, schema=writer.schema))

    def close(self) -> None:
        (self._writer or self._opened(set())).close()

    def _opened(self, whole: set[str]) -> ParquetWriter:
        from pyarrow.parquet import ParquetWriter

        self._writer = ParquetWriter(self._path, _schema(self._names, self._whole | whole))
        return self._writer


def _fits_int64(column: NDArray[Any]) -> bool:
    return column.dtype == object and all(-(2**63) <= value < 2**63 for value in column.tolist())


def _arrow(column: NDArray[Any], kind: pyarrow.DataType) -> pyarrow.Array:
    """A column as the file has it; whole numbers that it has as others are rounded to float64."""
    import pyarrow

    if column.dtype == object and not pyarrow.types.is_integer(kind):
        column = column.astype(float)
    return pyarrow.array(column, type=kind)


def _schema(names: Sequence[str], whole: Collection[str]) -> pyarrow.Schema:
    import pyarrow

    return pyarrow.schema(
        [(encodable(name), pyarrow.int64() if name in whole else pyarrow.float64()) for name in names]
    )
