"""Files as the user names them: paths and globs, what a file really is, and whether it stays the same while it is read.

>>> [(file.name, form_of(file)) for file in find_files("examples/h*.csv")]
[('hours.csv', 'text')]
"""

from __future__ import annotations

import glob
import gzip
import os
import stat
import zlib
from collections.abc import Iterable
from typing import IO, cast

from wxb.advice import Advice
from wxb.data.source_file import SourceFile
from wxb.errors import DataError
from wxb.printable import show

PathLike = str | os.PathLike[str]

# The first bytes of what is often given a .csv name, and what to do with it.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"PAR1", "parquet", ""),
    (b"\x1f\x8b", "gzip", ""),
    (b"ARROW1", "an Arrow (Feather) file", "convert it: pyarrow.feather.read_table(…), then give the table to wxb"),
    (b"\xd0\xcf\x11\xe0", "an Excel file (.xls)", "save the sheet as CSV (UTF-8)"),
    (b"BZh", "compressed with bzip2", "decompress it first, or compress it with gzip"),
    (b"\xfd7zXZ", "compressed with xz", "decompress it first, or compress it with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "decompress it first, or compress it with gzip"),
    (b"%PDF", "a PDF", "export the table as CSV"),
    (b"SQLite format 3", "an SQLite database", "query it with DuckDB and give the result to wxb"),
    (b"\x89HDF", "an HDF5 file", "read it with pandas.read_hdf and give the table to wxb"),
    (b"\x89PNG", "a picture", "give a table of numbers"),
    (b"\x80\x04\x95", "a Python pickle", "wxb never loads pickles: save the table as Parquet or CSV"),
)


TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".dat", ".json", ".jsonl", ".ndjson")


def is_path(source: object) -> bool:
    return isinstance(source, (str, os.PathLike))


def is_stream(source: object) -> bool:
    return callable(getattr(source, "read", None)) and not hasattr(source, "columns")


def find_files(source: PathLike | Iterable[PathLike]) -> list[SourceFile]:
    """The files a path, a glob, or a list of them stands for; those of a glob sorted by name."""
    if isinstance(source, (str, os.PathLike)):
        return _expand(source)
    return [file for one in source for file in _expand(one)]


def _expand(source: PathLike) -> list[SourceFile]:
    text = os.fspath(source)
    if not isinstance(text, str) or not text or "\0" in text or not _encodable(text):
        raise DataError(f"{text!r} is not the name of a file", "give the path of a file")
    if text == "-":
        from wxb.data.stream import stdin_file

        return [stdin_file()]
    # A file whose very name has brackets or stars is that file.
    if os.path.lexists(text) or not glob.has_magic(text):
        return [source_file(text)]
    found = [path for path in sorted(glob.glob(text, recursive=True)) if not os.path.isdir(path)]
    if not found:
        raise DataError(f"no file matches {show(text, 200)}", "check the folder and the pattern")
    return [source_file(path) for path in found]


def _encodable(text: str) -> bool:
    """Whether the system can spell a name at all: a lone surrogate it cannot."""
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return False
    return True


def source_file(path: str) -> SourceFile:
    name = os.path.basename(path) or path
    try:
        status = os.stat(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise DataError(
            f"{show(path, 200)} is a folder, not a file",
            f"name its files, for instance {os.path.join(path, '*.csv')}",
        )
    if not stat.S_ISREG(status.st_mode):
        raise DataError(f"{show(path, 200)} is not a regular file", "write the data to a file first")
    return SourceFile(os.path.abspath(path), name, status.st_size, status.st_mtime_ns)


def _unreadable(path: str, error: OSError) -> DataError:
    if isinstance(error, FileNotFoundError):
        from pathlib import Path

        folder = Path(path).parent
        hint = ""
        if "~" in path[1:]:
            hint = f"a formula stands beside the data: {Advice('formula', path)}"
        elif folder.is_dir():
            from difflib import get_close_matches

            near = get_close_matches(os.path.basename(path), [entry.name for entry in os.scandir(folder)][:5000], n=2)
            hint = f"did you mean {' or '.join(show(name) for name in near)}?" if near else ""
        else:
            hint = f"there is no folder {show(str(folder), 200)}"
        return DataError(f"there is no file {show(path, 200)}", hint)
    return DataError(
        f"{show(path, 200)} cannot be read: {error.strerror or error}",
        "check that the file is there, is a file and may be read",
    )


def read_head(file: SourceFile, size: int, compressed: bool = False) -> bytes:
    """The first `size` bytes, decompressed when `compressed`."""
    try:
        with open_bytes(file, compressed) as stream:
            return stream.read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged_gzip(file, error) from error
    except OSError as error:
        raise _unreadable(file.path, error) from error


def damaged_gzip(file: SourceFile, error: Exception) -> DataError:
    return DataError(f"{file.name} is compressed with gzip but damaged or cut short: {error}", "fetch it again")


def open_bytes(file: SourceFile, compressed: bool) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(file.path, "rb")) if compressed else open(file.path, "rb")


def is_json(head: bytes, name: str) -> bool:
    """Whether a text begins as JSON does: one object a line, or an array; the name decides where it may be a CSV."""
    lower = name.lower().removesuffix(".gz")
    if lower.endswith((".jsonl", ".ndjson", ".json")):
        return True
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return (text.startswith(b"{") and text[1:].lstrip()[:1] in (b'"', b"}")) or (
        text[:1] == b"[" and text[1:].lstrip()[:1] == b"{"
    )


def form_of(file: SourceFile) -> str:
    """`text`, `gzip`, `parquet` or `excel`, by the first bytes; DataError for what is no table, or named as another."""
    head = read_head(file, 4096)
    if not head:
        raise DataError(f"{file.name} is empty (0 bytes)", "give a file with a header line and rows of data")
    if head.startswith(b"PK\x03\x04"):
        excel = b"xl/" in head or b"docProps" in head or b"[Content_Types]" in head
        if excel and not file.name.lower().endswith(TEXT_ENDINGS):
            return "excel"
        kind = "an Excel file (.xlsx, a zip archive)" if excel else "a zip archive"
        do = "rename it to end in .xlsx and read it again, or save the sheet as CSV (UTF-8)" if excel else ""
        raise DataError(f"{file.name} is {kind}, not a text table", do or "unpack it first")
    if head.startswith(b"\xd0\xcf\x11\xe0") and file.name.lower().endswith(".xls"):
        return "excel"
    for signature, kind, do in _SIGNATURES:
        if head.startswith(signature):
            if not do:
                return kind
            raise DataError(f"{file.name} is {kind}, not a text table", do)
    return "text"


def table_form(file: SourceFile) -> str:
    """`text`, `json`, `parquet` or `excel`: what kind of table a file is; the name decides between the two texts only."""
    form = form_of(file)
    lower = file.name.lower().removesuffix(".gz")
    parquet = lower.endswith((".parquet", ".pq", ".parq"))
    if form == "excel":
        return form
    if form == "parquet":
        if parquet or not lower.endswith((".csv", ".tsv", ".txt", ".jsonl", ".ndjson")):
            return form
        raise DataError(
            f"{file.name} is a Parquet file (binary), not a CSV", "rename it to end in .parquet and read it again"
        )
    if parquet:
        raise DataError(f"{file.name} is not a Parquet file: it does not start with PAR1", "is it damaged, or a text?")
    return "json" if is_json(read_head(file, 4096, form == "gzip"), file.name) else "text"
