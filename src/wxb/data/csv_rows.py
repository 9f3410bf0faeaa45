"""The careful reader of text tables: every row with the line it starts on, nothing mended, nothing skipped.

It defines what a text table means here. DuckDB is used where it gives the same, faster; where it refuses, this reader
reads on, or finds the very cell.

- A row has as many cells as the header; empty cells more, from separators at the line's end, are allowed.
- Lines with nothing but spaces are no rows.
- A quoted cell may hold separators, line breaks and doubled quotes; after its closing quote the cell must end.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Sequence

from wxb.data.csv_dialect import FIELD_LIMIT, Dialect
from wxb.data.files import SourceFile, damaged_gzip, open_bytes
from wxb.data.words import count, show
from wxb.errors import DataError

Row = tuple[int, list[str]]


class WrongEncoding(Exception):
    """The bytes do not decode in the encoding the head suggested."""


def data_rows(file: SourceFile, dialect: Dialect) -> Iterator[Row]:
    """(line, cells) of every data row; DataError where a line is no row, once the file's end is known."""
    width = len(dialect.header)
    ragged: list[tuple[int, int]] = []
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
                    ragged.append((line, cells))
                continue
        elif cells == 1 and not row[0].strip():
            continue
        if not wrong:
            yield line, row
    if wrong:
        raise _ragged_error(file, dialect, ragged, wrong)


def _rows_of_file(file: SourceFile, dialect: Dialect) -> Iterator[Row]:
    csv.field_size_limit(FIELD_LIMIT)
    skipped = dialect.header_line - 1
    line = 0
    try:
        with io.TextIOWrapper(open_bytes(file, dialect.compressed), encoding=dialect.encoding, newline="") as stream:
            for _ in range(skipped):
                stream.readline()
            reader = csv.reader(stream, delimiter=dialect.separator, strict=True)
            line = skipped + 1
            next(reader)
            line = skipped + reader.line_num + 1
            for row in reader:
                yield line, row
                line = skipped + reader.line_num + 1
    except csv.Error as error:
        raise _quote_error(file, line, error) from error
    except UnicodeError as error:
        raise WrongEncoding(str(error)) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise damaged_gzip(file, error) from error
    except OSError as error:
        file.still_same()
        raise DataError(f"{file.name} cannot be read: {error.strerror or error}.") from error


def _quote_error(file: SourceFile, line: int, error: csv.Error) -> DataError:
    if "unexpected end" in str(error):
        what = f"{file.name}, line {line}: a double quote is opened in this row and never closed."
    elif "field larger" in str(error):
        what = f"{file.name}, line {line}: a cell of more than {FIELD_LIMIT >> 20} MB; is a double quote not closed?"
    else:
        what = (
            f"{file.name}, line {line}: a double quote is not closed where its cell ends "
            "(or one inside the cell is not doubled)."
        )
    return DataError(what, 'Close the quote, or write a quote inside a quoted cell twice ("").')


def _ragged_error(file: SourceFile, dialect: Dialect, ragged: Sequence[tuple[int, int]], wrong: int) -> DataError:
    width = len(dialect.header)
    said = "; ".join(f"line {line} has {count(cells, 'field')}" for line, cells in ragged)
    more = f"; and {wrong - len(ragged)} more lines" if wrong > len(ragged) else ""
    return DataError(
        f"{file.name}: {said}{more}; {width} expected, as in the header.",
        "Give every line the same number of fields; quote cells that hold the separator.",
    )


def locate(file: SourceFile, dialect: Dialect, places: Sequence[tuple[int, str]]) -> list[tuple[str, str | None]]:
    """The line and the text of cells given as (row of the file from 0, column)."""
    wanted = {row for row, _ in places}
    found: dict[int, Row] = {}
    for number, row in enumerate(data_rows(file, dialect)):
        if number in wanted:
            found[number] = row
            if len(found) == len(wanted):
                break
    said: list[tuple[str, str | None]] = []
    for number, name in places:
        line, cells = found.get(number, (0, []))
        said.append((f"line {line}", cells[dialect.header.index(name)]) if line else (f"row {number + 1}", None))
    return said


def space_hint(dialect: Dialect) -> str:
    """What to say of a file whose one column holds several numbers a line."""
    if len(dialect.header) == 1 and dialect.sample and len(dialect.sample[0][1][0].split()) > 1:
        return f"Its lines look separated by spaces ({show(dialect.sample[0][1][0])}): write commas between the cells."
    return ""
