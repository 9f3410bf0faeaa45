"""Records of a text table with the line each starts on, comment lines left out between them.

A comment is a line whose first letters, after spaces, are the comment mark; inside a quoted cell it is a part of the cell.
In a table separated by spaces any number of them, and tabs, stand between two cells.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

FIELD_LIMIT = 64 << 20

Record = tuple[int, list[str]]


class BrokenQuote(Exception):
    """A record that breaks the rules of quoting, and the line it starts on."""

    def __init__(self, line: int, error: csv.Error) -> None:
        super().__init__(str(error))
        self.line = line


def records(stream: TextIO, separator: str, *, comment: str = "", skipped: int = 0) -> Iterator[Record]:
    """(line, cells) of every record after `skipped` lines, blank ones as []; BrokenQuote where quoting breaks."""
    csv.field_size_limit(FIELD_LIMIT)
    for _ in range(skipped):
        if not stream.readline():
            break
    if comment or separator == " ":
        yield from _trimmed(stream, separator, comment, skipped)
        return
    reader = csv.reader(stream, delimiter=separator, strict=True)
    line = skipped + 1
    try:
        for row in reader:
            yield line, row
            line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise BrokenQuote(line, error) from error


def _trimmed(stream: TextIO, separator: str, comment: str, skipped: int) -> Iterator[Record]:
    lines = _Lines(stream, comment, separator == " ", skipped)
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=separator == " ")
    try:
        while True:
            lines.between = True
            row = next(reader, None)
            if row is None:
                return
            yield lines.start, row
    except csv.Error as error:
        raise BrokenQuote(lines.start, error) from error


class _Lines:
    """The lines of a stream for a csv.reader, which asks for more than one only inside a quoted cell."""

    def __init__(self, stream: TextIO, comment: str, spaces: bool, skipped: int) -> None:
        self.stream, self.comment, self.spaces = stream, comment, spaces
        self.number = self.start = skipped
        self.between = True

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._read()
        if not self.between:
            return line
        while self.comment and line.lstrip(" \t").startswith(self.comment):
            line = self._read()
        self.start, self.between = self.number, False
        if self.spaces:
            line = line.strip(" \t\r\n\v\f")
            line = line if '"' in line else line.replace("\t", " ")
        return line

    def _read(self) -> str:
        line = next(self.stream)
        self.number += 1
        return line
