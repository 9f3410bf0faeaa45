"""A sheet of an Excel file (.xlsx, .xlsm, .xlsb, .xls) as a Table, read whole by python-calamine (the extra `excel`).

Rows above the header are skipped where nothing else can be meant: they fill one cell at most, and the first row that fills
more has names. Blank rows are none. Dates of Excel are instants, numbers are what the file holds, formulas what they
came to when the file was saved. Numbers kept as text are refused, as in every source.

Refused: a sheet that is not there (named with those that are), an empty one, several files at once, passwords.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from wxb.data.csv_dialect import looks_like_data
from wxb.data.excel_bounds import check_bounds
from wxb.data.frames import ColumnsTable, HeldObjects
from wxb.data.jsonlines import as_meant
from wxb.data.layout import SourceLayout
from wxb.data.source_file import SourceFile
from wxb.data.words import count, is_missing
from wxb.errors import DataError, MissingExtra, UsageError, system_said
from wxb.i18n import _, either
from wxb.near import list_names, near_names
from wxb.printable import show

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx")
MOST_TITLES = 50

Row = list[Any]


def excel_table(files: Sequence[SourceFile], layout: SourceLayout) -> ColumnsTable:
    """The table of the sheet that the layout names, or of the first."""
    layout.only(_("an Excel file"), "skip", "na", "date", "sheet")
    if len(files) > 1:
        raise UsageError(
            _("{count} Excel files make no one table", count=len(files)), _("read one at a time, or save them as CSV")
        )
    file = files[0]
    sheet, rows, notes = _sheet(file, layout.sheet)
    file.still_same()
    name = _("{name}, sheet {sheet}", name=file.name, sheet=show(sheet))
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(_filled(cell) for cell in row)]
    above = layout.skip if layout.skip is not None else _titles(filled)
    filled = [one for one in filled if one[0] > layout.skip] if layout.skip is not None else filled[above:]
    if not filled:
        raise DataError(_("{name} is empty", name=name), _("give a sheet with a row of names and rows of data"))
    (line, header), data = filled[0], filled[1:]
    names = _names(header)
    if looks_like_data(names) and layout.skip is None:
        raise DataError(
            _(
                "{name}: row {line} looks like data, not like names: {names}",
                name=name,
                line=line,
                names=list_names(names),
            ),
            _("put a row with the names of the columns first; `skip=0` takes these numbers as names"),
        )
    if not data:
        raise DataError(
            _("{name}: there are no data rows, only the header {names}", name=name, names=list_names(names)),
            _("give at least one row"),
        )
    if layout.skip is None and above:
        notes.append(
            _(
                "{name}: {count} above the header skipped, the header is row {line}",
                name=name,
                count=count(above, "row"),
                line=line,
            )
        )
    return _table(name, names, data, layout, notes)


def _table(
    name: str, names: list[str], data: list[tuple[int, Row]], layout: SourceLayout, notes: list[str]
) -> ColumnsTable:
    from wxb.data.dates import DateForm

    na = frozenset(layout.na)
    read = None if layout.date is None else DateForm.of(layout.date).nanoseconds
    columns, held = [], []
    for position, column in enumerate(names):
        cells = [as_meant(_plain(row[position]), na, read) if position < len(row) else None for __, row in data]
        if column or any(_filled(cell) for cell in cells):
            columns.append(column or _("column {position}", position=position + 1))
            held.append(HeldObjects(cells, name))
    return ColumnsTable(
        name, tuple(columns), held, len(data), notes=tuple(notes), row_names=tuple(number for number, __ in data)
    )


def _sheet(file: SourceFile, asked: str | None) -> tuple[str, list[Row], list[str]]:
    """(name, rows from the first of the sheet, notes) of a sheet."""
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtra("python-calamine", "excel", _("Reading {name}, an Excel file,", name=file.name)) from None
    check_bounds(file)
    try:
        with open(file.path, "rb") as stream:
            book = calamine.CalamineWorkbook.from_filelike(stream)
            names = list(book.sheet_names)
            if not names:
                raise DataError(_("{name} has no sheets", name=file.name), _("give a file with a table"))
            if asked is not None and asked not in names:
                raise _no_sheet(file, asked, names)
            name = names[0] if asked is None else asked
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except DataError:
        raise
    except calamine.PasswordError:
        raise DataError(
            _("{name} is protected by a password", name=file.name), _("save it without one, or as CSV")
        ) from None
    except OSError as error:
        raise DataError(
            _("{name} cannot be read: {strerror}", name=file.name, strerror=system_said(error)),
            _("check that the file is there, is a file and may be read"),
        ) from error
    except BaseException as error:  # a fault of the Rust library comes as one that is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
            raise
        raise DataError(
            _("{name} is damaged, or no Excel file: {error}", name=file.name, error=str(error)[:200]),
            _("save it again"),
        ) from None
    notes = []
    if asked is None and len(names) > 1:
        notes.append(
            _(
                "{name}: sheet {name2} is read, the first of {count} (`sheet=` names another)",
                name=file.name,
                name2=show(name),
                count=len(names),
            )
        )
    return name, rows, notes


def _no_sheet(file: SourceFile, asked: str, names: list[str]) -> DataError:
    near = near_names(asked, names)
    return DataError(
        _(
            "{name}: there is no sheet {asked}; there are {names}",
            name=file.name,
            asked=show(asked),
            names=list_names(names),
        ),
        _("did you mean {near}?", near=either(*map(show, near))) if near else "",
    )


def _filled(cell: Any) -> bool:
    return cell is not None and cell != ""


def _plain(cell: Any) -> Any:
    """A cell as the readers of objects take it; empty text is nothing."""
    if isinstance(cell, str):
        return None if is_missing(cell) else cell
    return cell if isinstance(cell, bool | int | float | date | datetime | time | timedelta) else None


def _names(header: Row) -> list[str]:
    """Names from the cells of a header: years are whole numbers without a point."""
    found = []
    for cell in header:
        whole = isinstance(cell, float) and cell.is_integer()
        found.append(str(int(cell)) if whole else "" if cell is None else str(cell).strip())
    while found and not found[-1]:
        found.pop()
    return found


def _titles(filled: list[tuple[int, Row]]) -> int:
    """How many rows stand above the header: they fill one cell at most, and what follows fills more, with names."""
    for above, (__, row) in enumerate(filled[:MOST_TITLES]):
        cells = [cell for cell in row if _filled(cell)]
        if len(cells) > 1:
            return above if any(isinstance(cell, str) for cell in cells) else 0
    return 0
