"""How large an Excel file is once it is unpacked, known before anything is: a small file can stand for gigabytes.

An .xlsx is a zip archive of XML. Refused are one whose parts unpack to more than MOST_BYTES, and a sheet whose last row and
last column span more than MOST_CELLS, for its reader keeps every cell of that rectangle, filled or not.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import IO

from wxb.data.source_file import SourceFile
from wxb.errors import DataError
from wxb.i18n import N_, _
from wxb.numbers import thousands

MOST_BYTES = 2 << 30
MOST_CELLS = 100_000_000
PIECE = 1 << 20
OVERLAP = 32  # bytes that a cell's reference may reach over the end of a piece

_CELL = re.compile(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"')
_DO = N_("delete what is far from the table, or save the sheet as CSV (UTF-8)")


def check_bounds(file: SourceFile) -> None:
    """Raise DataError for a file that would unpack to more than memory should hold; what is no zip passes."""
    try:
        with zipfile.ZipFile(file.path) as archive:
            size = sum(part.file_size for part in archive.infolist())
            if size > MOST_BYTES:
                raise DataError(
                    _(
                        "{name} unpacks to {size} bytes, at most {most_bytes} are read",
                        name=file.name,
                        size=thousands(size),
                        most_bytes=thousands(MOST_BYTES),
                    ),
                    _DO,
                )
            for part in archive.infolist():
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    with archive.open(part) as stream:
                        _check_cells(file, stream)
    except DataError:
        raise
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return  # the reader says what is wrong with it


def _check_cells(file: SourceFile, stream: IO[bytes]) -> None:
    width = height = 0
    for letters, digits in _references(stream):
        height = max(height, int(digits))
        column = 0
        for letter in letters:
            column = 26 * column + letter - 64
        width = max(width, column)
        if width * height > MOST_CELLS:
            last = f"{letters.decode()}{digits.decode()}"
            raise DataError(
                _(
                    "{name}: a sheet reaches to cell {last}, {width} columns by {height} rows",
                    name=file.name,
                    last=last,
                    width=thousands(width),
                    height=thousands(height),
                ),
                _DO,
            )


def _references(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The column and the row of every cell that a sheet names."""
    rest = b""
    while piece := stream.read(PIECE):
        yield from _CELL.findall(rest + piece)
        rest = piece[-OVERLAP:]
