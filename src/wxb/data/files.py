"""Files as the user names them: paths and globs, what a file really is, and whether it stays the same while it is read.

>>> [(file.name, form_of(file)) for file in find_files("examples/h*.csv")]
[('hours.csv', 'text')]
"""

from __future__ import annotations

import glob
import os
import stat
import zlib
from collections.abc import Iterable
from typing import IO, cast

from wxb.advice import Advice
from wxb.data.source_file import SourceFile
from wxb.errors import DataError, system_said
from wxb.i18n import N_, _, either
from wxb.printable import show

PathLike = str | os.PathLike[str]

# The first bytes of what is often given a .csv name, and what to do with it.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"PAR1", "parquet", ""),
    (b"\x1f\x8b", "gzip", ""),
    (
        b"ARROW1",
        N_("an Arrow (Feather) file"),
        N_("convert it: pyarrow.feather.read_table(…), then give the table to wxb"),
    ),
    (b"\xd0\xcf\x11\xe0", N_("an Excel file (.xls)"), N_("save the sheet as CSV (UTF-8)")),
    (b"BZh", N_("compressed with bzip2"), N_("decompress it first, or compress it with gzip")),
    (b"\xfd7zXZ", N_("compressed with xz"), N_("decompress it first, or compress it with gzip")),
    (b"\x28\xb5\x2f\xfd", N_("compressed with zstd"), N_("decompress it first, or compress it with gzip")),
    (b"%PDF", N_("a PDF"), N_("export the table as CSV")),
    (b"\x89HDF", N_("an HDF5 file"), N_("read it with pandas.read_hdf and give the table to wxb")),
    (b"\x89PNG", N_("a picture"), N_("give a table of numbers")),
    (b'{\n "format": "wxb ', N_("a model that wxb saved"), N_("give the rows, as a table; `wxb.merge` adds models")),
    (b"\x80\x04\x95", N_("a Python pickle"), N_("wxb never loads pickles: save the table as Parquet or CSV")),
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
        raise DataError(_("{text!r} is not the name of a file", text=text), _("give the path of a file"))
    if text == "-":
        from wxb.data.stream import stdin_file

        return [stdin_file()]
    there = os.path.lexists(text)
    if "://" in text and not there:
        raise _no_file_here(text.partition("://")[0])
    # A file whose very name has brackets or stars is that file.
    if there or not glob.has_magic(text):
        return [source_file(text)]
    found = [path for path in sorted(glob.glob(text, recursive=True)) if not os.path.isdir(path)]
    if not found:
        raise DataError(_("no file matches {text}", text=show(text, 200)), _("check the folder and the pattern"))
    return [source_file(path) for path in found]


def _no_file_here(scheme: str) -> DataError:
    """What to say of an address, of which no more is shown: it may hold a password."""
    what = _("{address} is an address, and no file of this machine", address=show(f"{scheme}://…"))
    if scheme.partition("+")[0] in ("postgresql", "postgres", "sqlite", "duckdb"):
        return DataError(what, _queried(f"{scheme}://…"))
    return DataError(what, _("fetch it first, or give a table of pandas, polars or Arrow"))


def _queried(address: str) -> str:
    asked, of = Advice("sql", "select …"), Advice("uri", address)
    return _("its rows come by a query: {sql} of {uri}, in Python wxb.query(sql, uri)", sql=asked, uri=of)


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
            _("{path} is a folder, not a file", path=show(path, 200)),
            _("name its files, for instance {path}", path=os.path.join(path, f"*{_ending(path)}")),
        )
    if not stat.S_ISREG(status.st_mode):
        raise DataError(_("{path} is not a regular file", path=show(path, 200)), _("write the data to a file first"))
    return SourceFile(os.path.abspath(path), name, status.st_size, status.st_mtime_ns)


def _ending(folder: str) -> str:
    """Of most files in a folder, `.csv` where it has none to tell by."""
    try:
        endings = [os.path.splitext(name)[1] for name in sorted(os.listdir(folder)) if not name.startswith((".", "_"))]
    except OSError:
        endings = []
    known = [one for one in endings if one]
    return max(known, key=known.count, default=".csv")


def _unreadable(path: str, error: OSError) -> DataError:
    if isinstance(error, FileNotFoundError):
        from pathlib import Path

        folder = Path(path).parent
        hint = ""
        if "~" in path[1:]:
            hint = _("a formula stands beside the data: {formula}", formula=Advice("formula", path))
        elif folder.is_dir():
            from difflib import get_close_matches

            near = get_close_matches(os.path.basename(path), [entry.name for entry in os.scandir(folder)][:5000], n=2)
            hint = (
                _("did you mean {near}?", near=either(*(show(name) for name in near)))
                if near
                else _(
                    "it was looked for in {folder}; a column is named by an option, as `target=`",
                    folder=show(str(folder.absolute()), 200),
                )
            )
        else:
            hint = _("there is no folder {folder}", folder=show(str(folder), 200))
        return DataError(_("there is no file {path}", path=show(path, 200)), hint)
    return DataError(
        _("{path} cannot be read: {strerror}", path=show(path, 200), strerror=system_said(error)),
        _("check that the file is there, is a file and may be read"),
    )


def read_head(file: SourceFile, size: int, compressed: bool = False) -> bytes:
    """The first `size` bytes, decompressed when `compressed`."""
    try:
        with open_bytes(file, compressed) as stream:
            return stream.read(size)
    except (EOFError, zlib.error, bad_gzip()) as error:
        raise damaged_gzip(file, error) from error
    except OSError as error:
        raise _unreadable(file.path, error) from error


def bad_gzip() -> type[Exception]:
    """What is raised of such: few files are compressed, and what reads them takes as long to load as a small table."""
    from gzip import BadGzipFile

    return BadGzipFile


def damaged_gzip(file: SourceFile, error: Exception) -> DataError:
    return DataError(
        _("{name} is compressed with gzip but damaged or cut short: {error}", name=file.name, error=error),
        _("fetch it again"),
    )


def open_bytes(file: SourceFile, compressed: bool) -> IO[bytes]:
    if not compressed:
        return open(file.path, "rb")
    from gzip import open as open_gzip

    return cast("IO[bytes]", open_gzip(file.path, "rb"))


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
        raise DataError(
            _("{name} is empty (0 bytes)", name=file.name), _("give a file with a header line and rows of data")
        )
    if head.startswith(b"PK\x03\x04"):
        excel = b"xl/" in head or b"docProps" in head or b"[Content_Types]" in head
        if excel and not file.name.lower().endswith(TEXT_ENDINGS):
            return "excel"
        kind = _("an Excel file (.xlsx, a zip archive)") if excel else _("a zip archive")
        do = _("rename it to end in .xlsx and read it again, or save the sheet as CSV (UTF-8)") if excel else ""
        raise DataError(_("{name} is {kind}, not a text table", name=file.name, kind=kind), do or _("unpack it first"))
    if head.startswith(b"\xd0\xcf\x11\xe0") and file.name.lower().endswith(".xls"):
        return "excel"
    database = "sqlite" if head.startswith(b"SQLite format 3") else "duckdb" if head[8:12] == b"DUCK" else ""
    if database:
        what = _("{name} is a database, not a table", name=file.name)
        raise DataError(what, _queried(f"{database}:///{file.name}"))
    for signature, kind, do in _SIGNATURES:
        if head.startswith(signature):
            if not do:
                return kind
            raise DataError(_("{name} is {kind}, not a text table", name=file.name, kind=_(kind)), _(do))
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
            _("{name} is a Parquet file (binary), not a CSV", name=file.name),
            _("rename it to end in .parquet and read it again"),
        )
    if parquet:
        raise DataError(
            _("{name} is not a Parquet file: it does not start with PAR1", name=file.name),
            _("is it damaged, or a text?"),
        )
    return "json" if is_json(read_head(file, 4096, form == "gzip"), file.name) else "text"
