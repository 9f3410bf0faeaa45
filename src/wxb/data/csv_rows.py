"""The careful reader of text tables: every row with the line it starts on, nothing mended, nothing skipped.

It defines what a text table means here. DuckDB is used where it gives the same, faster; where it refuses, this reader
reads on, or finds the very cell.

- A row has as many cells as the header; empty cells more, from separators at the line's end, are allowed.
- Lines with nothing but spaces are no rows.
- A quoted cell may hold separators, line breaks and doubled quotes; after its closing quote the cell must end.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence

from wxb.advice import Advice
from wxb.data.csv_dialect import Dialect, without_na
from wxb.data.csv_encoding import NAMES, likely, option
from wxb.data.csv_lines import FIELD_LIMIT, BrokenQuote, records
from wxb.data.files import bad_gzip, damaged_gzip, open_bytes, read_head
from wxb.data.source_file import SourceFile
from wxb.data.words import count
from wxb.errors import DataError, system_said
from wxb.i18n import _
from wxb.printable import show

Row = tuple[int, list[str]]


class WrongEncoding(Exception):
    """The bytes do not decode in the encoding the head suggested."""


def data_rows(file: SourceFile, dialect: Dialect, as_written: bool = False) -> Iterator[Row]:
    """(line, cells) of every data row; DataError where a line is no row, once the file's end is known.

    Cells that the layout says are missing are empty, but for `as_written`.
    """
    width, na = len(dialect.header), () if as_written else dialect.layout.na
    ragged: list[tuple[int, list[str]]] = []
    wrong = 0
    for line, row in _rows_of_file(file, dialect):
        cells = len(row)
        if cells != width:
            if cells > width and not "".join(row[width:]).strip():
                del row[width:]
            elif cells <= 1 and not "".join(row).strip():
                continue
            else:
                wrong += 1
                if len(ragged) < 3:
                    ragged.append((line, row))
                continue
        elif cells == 1 and not row[0].strip():
            continue
        if not wrong:
            yield line, without_na(row, na) if na else row
    if wrong:
        raise _ragged_error(file, dialect, ragged, wrong)


def _rows_of_file(file: SourceFile, dialect: Dialect) -> Iterator[Row]:
    try:
        with io.TextIOWrapper(open_bytes(file, dialect.compressed), encoding=dialect.encoding, newline="") as stream:
            found = records(stream, dialect.separator, comment=dialect.comment, skipped=dialect.header_line - 1)
            next(found)
            yield from found
    except BrokenQuote as error:
        raise _quote_error(file, error) from error
    except UnicodeError as error:
        raise WrongEncoding(str(error)) from error
    except (EOFError, zlib.error, bad_gzip()) as error:
        raise damaged_gzip(file, error) from error
    except OSError as error:
        file.still_same()
        raise DataError(
            _("{name} cannot be read: {strerror}", name=file.name, strerror=system_said(error)),
            _("check that the file is there, is a file and may be read"),
        ) from error


def _quote_error(file: SourceFile, error: BrokenQuote) -> DataError:
    line = error.line
    if "unexpected end" in str(error):
        what = _(
            "{name}, line {line}: a double quote is opened in this row and never closed", name=file.name, line=line
        )
    elif "field larger" in str(error):
        what = _(
            "{name}, line {line}: a cell of more than {field_limit} MB; is a double quote not closed?",
            name=file.name,
            line=line,
            field_limit=FIELD_LIMIT >> 20,
        )
    else:
        what = _(
            "{name}, line {line}: a double quote is not closed where its cell ends (or one inside the "
            "cell is not doubled)",
            name=file.name,
            line=line,
        )
    return DataError(what, _('close the quote, or write a quote inside a quoted cell twice ("")'))


def _ragged_error(file: SourceFile, dialect: Dialect, ragged: Sequence[Row], wrong: int) -> DataError:
    width = len(dialect.header)
    said = "; ".join(_("line {line} has {fields}", line=line, fields=count(len(row), "field")) for line, row in ragged)
    if wrong > len(ragged):
        said = _("{said}; and {count} more lines", said=said, count=wrong - len(ragged))
    do = _("give every line the same number of fields; quote cells that hold the separator")
    if not dialect.comment and all(row[0].lstrip().startswith("#") for __, row in ragged):
        do = _('they begin with #: `comment="#"` skips such lines')
    elif width == 1 and ragged[0][0] == dialect.header_line + 1:
        do = _(
            "is line {header_line} ({header}) a title? {skip} begins with the next line; `sep=` names "
            "what is between the cells",
            header_line=dialect.header_line,
            header=show(dialect.header[0]),
            skip=Advice("skip", dialect.header_line),
        )
    return DataError(
        _("{name}: {said}; {width} expected, as in the header", name=file.name, said=said, width=width), do
    )


def locate(file: SourceFile, dialect: Dialect, places: Sequence[tuple[int, str]]) -> list[tuple[str, str | None]]:
    """The line and the text of cells given as (row of the file from 0, column)."""
    wanted = {row for row, __ in places}
    found: dict[int, Row] = {}
    for number, row in enumerate(data_rows(file, dialect, as_written=True)):
        if number in wanted:
            found[number] = row
            if len(found) == len(wanted):
                break
    said: list[tuple[str, str | None]] = []
    for number, name in places:
        line, cells = found.get(number, (0, []))
        said.append(
            (_("line {line}", line=line), cells[dialect.header.index(name)])
            if line
            else (_("row {number}", number=number + 1), None)
        )
    return said


def layout_hint(file: SourceFile, dialect: Dialect, absent: str) -> str:
    """How a file may have to be read for a column to be there: from a later line, or in another encoding."""
    for line, row in dialect.sample[:50]:
        if absent in (cell.strip() for cell in row):
            return _(
                "line {line} holds it: if that is the header, {skip} begins there",
                line=line,
                skip=Advice("skip", line - 1),
            )
    if dialect.encoding in ("cp1252", "latin-1", "cp949") and not dialect.layout.encoding:
        head = read_head(file, 1 << 16, dialect.compressed)
        other = likely(head)
        if other and other != dialect.encoding:
            return _("its encoding may be {encoding}: {option}", encoding=_(NAMES[other]), option=option(other))
    if len(dialect.header) == 1 and dialect.layout.sep is None:
        return _(
            "its first line is one cell, {header}: is it a title (`skip=1`), or is something else than "
            "comma, semicolon, tab, bar or spaces between its cells (`sep=…`)?",
            header=show(dialect.header[0]),
        )
    return ""


def space_hint(dialect: Dialect) -> str:
    """What to say of a file whose one column holds several numbers a line."""
    if len(dialect.header) == 1 and dialect.sample and len(dialect.sample[0][1][0].split()) > 1:
        return _(
            "its lines look separated by spaces ({sample}): write commas between the cells",
            sample=show(dialect.sample[0][1][0]),
        )
    return ""
