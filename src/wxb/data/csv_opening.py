"""What stands above a table's rows: title lines, comments, `sep=;`, the header; and what is between the cells.

The separator is the one that cuts the header, and then the rows, into the same number of cells. Something else is
recognised only where nothing else can be meant, and is said:

- *Comments*: lines that begin with `#`, above a header that does not, or among rows they have not the cells of. A single
  `#` line above rows of numbers, with as many cells, is a header itself.
- *Title lines*: no row agrees with the first line, and from some later line on, whose cells look like names, all do.
- *Spaces*: no other separator is there, all lines have the same number of words, and some column is of numbers.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from wxb.data.csv_lines import BrokenQuote, Record, records
from wxb.data.layout import SourceLayout
from wxb.data.source_file import SourceFile
from wxb.data.words import count, number
from wxb.i18n import N_, _

SEPARATORS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("bar")}
LOOKED_AT = 1 << 16  # letters
LOOKED_AT_ROWS = 200
MOST_TITLES = 20
COMMENT = "#"


@dataclass(frozen=True, slots=True)
class Opening:
    """separator : " " for any number of spaces      skipped : lines before the header      comment : "" for none"""

    separator: str
    skipped: int
    comment: str
    notes: tuple[str, ...] = ()


def find_opening(file: SourceFile, text: str, layout: SourceLayout) -> Opening:
    """How the table in a text begins, where the layout does not say it."""
    head = text[:LOOKED_AT]
    cut = len(text) > LOOKED_AT
    if layout.skip is not None:
        comment = layout.comment if layout.comment is not None else _comment(head, cut, layout.skip, layout.sep)
        separator = layout.sep or _separator(head, cut, layout.skip, comment)
        return Opening(separator, layout.skip, comment, _comment_notes(file, head, comment, layout))
    first = text[:200].split("\n", 1)[0].strip().strip('"').strip().lower()
    if first.startswith("sep=") and len(first) == 5 and first[4] in SEPARATORS and layout.sep in (None, first[4]):
        return Opening(first[4], 1, layout.comment or "")
    comment = layout.comment if layout.comment is not None else _comment(head, cut, 0, layout.sep)
    notes = _comment_notes(file, head, comment, layout)
    separator, score = _best(head, cut, 0, comment, layout.sep)
    if score > 0 and not _lonely(_rows(head, cut, separator, 0, comment)[0][1]):
        return Opening(separator, 0, comment, notes)
    titled = _below_titles(head, cut, comment, layout.sep)
    if titled is not None:
        separator, skipped = titled
        said = _(
            "{name}: {count} above the header skipped, the header is line {skipped}",
            name=file.name,
            count=count(skipped, "line"),
            skipped=skipped + 1,
        )
        return Opening(separator, skipped, comment, (*notes, said))
    if layout.sep is None and score <= 0 and _aligned(head, cut, comment):
        separator = " "
    return Opening(layout.sep or separator, 0, comment, notes)


def _rows(head: str, cut: bool, separator: str, skipped: int, comment: str) -> list[Record]:
    """The first records of a text, without blank ones; the one that is cut is left out."""
    found: list[Record] = []
    broken = False
    try:
        stream = io.StringIO(head, newline="")
        for line, row in records(stream, separator, comment=comment, skipped=skipped):
            if row and (len(row) > 1 or row[0].strip()):
                found.append((line, row))
            if len(found) > LOOKED_AT_ROWS + 1:
                return found[:-1]
    except BrokenQuote:
        broken = True
    return found[:-1] if cut and not broken and len(found) > 1 else found


def _best(head: str, cut: bool, skipped: int, comment: str, given: str | None) -> tuple[str, float]:
    """(separator, the share of rows that have as many cells as the header); share 0 where none cuts it at all."""
    best, best_score = given or ",", (0.0, 1)
    for separator in (given,) if given else SEPARATORS:
        rows = _rows(head, cut, separator, skipped, comment)
        if not rows or len(rows[0][1]) < 2:
            continue
        width = len(rows[0][1])
        share = sum(_fits(row, width) for __, row in rows[1:]) / (len(rows) - 1) if len(rows) > 1 else 1.0
        score = (round(share, 1), width)
        if score > best_score or (best_score == (0.0, 1) and share == 0 and not given):
            best, best_score = separator, max(score, (0.0, 1))
        if given:
            return separator, share if len(rows) > 1 else 1.0
    return best, best_score[0]


def _lonely(cells: Sequence[str]) -> bool:
    """Whether one cell alone is filled, as where a spreadsheet has a title above its table."""
    return len(cells) > 1 and sum(bool(cell.strip()) for cell in cells) == 1


def _separator(head: str, cut: bool, skipped: int, comment: str) -> str:
    separator, score = _best(head, cut, skipped, comment, None)
    if score > 0:
        return separator
    rest = "".join(io.StringIO(head, newline="").readlines()[skipped:])
    return " " if _aligned(rest, cut, comment) else separator


def _fits(row: Sequence[str], width: int) -> bool:
    return len(row) == width or (len(row) > width and not "".join(row[width:]).strip())


# ---------------------------------------------------------------- comments


def _comment(head: str, cut: bool, skipped: int, sep: str | None) -> str:
    """`#` when its lines are comments and nothing else."""
    lines = io.StringIO(head, newline="").readlines()[skipped:]
    if cut:
        lines = lines[:-1]
    marked = [index for index, line in enumerate(lines) if line.lstrip(" \t").startswith(COMMENT)]
    if not marked:
        return ""
    plain = [line for index, line in enumerate(lines) if index not in set(marked) and line.strip()]
    if not plain:
        return ""
    separator, score = _best(head, cut, skipped, COMMENT, sep)
    rows = _rows(head, cut, separator, skipped, COMMENT) if score else []
    width = len(rows[0][1]) if rows else len(plain[0].split())
    above = [lines[index] for index in marked if lines.index(plain[0]) > index]
    if above and not _names(rows[0][1] if rows else plain[0].split()):
        return ""  # the header is a line of them
    among = [lines[index] for index in marked if lines[index] not in above]
    cells = [len(_rows(line, False, separator, 0, "")[0][1]) for line in among if _rows(line, False, separator, 0, "")]
    return COMMENT if above or (cells and all(cell != width for cell in cells)) else ""


def _comment_notes(file: SourceFile, head: str, comment: str, layout: SourceLayout) -> tuple[str, ...]:
    if not comment or layout.comment is not None:
        return ()
    return (_("{name}: lines that begin with {comment} are skipped as comments", name=file.name, comment=comment),)


# ---------------------------------------------------------------- titles, spaces


def _names(cells: Sequence[str]) -> bool:
    """Whether cells look like a header: names, no two the same, no numbers but years."""
    found = [cell.strip() for cell in cells]
    if len(found) < 2 or not any(found) or not all(found[1:]) or len(set(found)) < len(found):
        return False
    values = [number(cell) for cell in found if cell]
    years = [
        value is not None and (value != value or not (value.is_integer() and 1000 <= value < 3000)) for value in values
    ]
    return any(value is None for value in values) and not any(years)


def _some_numbers(rows: Sequence[Record]) -> bool:
    """Whether some column of these rows is of numbers, as far as it is filled."""
    columns = zip(*(row for __, row in rows))
    return any(all(_is_number(cell) for cell in column) and any(cell.strip() for cell in column) for column in columns)


def _is_number(cell: str) -> bool:
    return number(cell) is not None or number(cell, ",") is not None


def _below_titles(head: str, cut: bool, comment: str, sep: str | None) -> tuple[str, int] | None:
    """(separator, lines above the header) when from one line on all agree, and no line above does."""
    lines = io.StringIO(head, newline="").readlines()
    for skipped in range(1, min(MOST_TITLES, len(lines) - 2) + 1):
        if not lines[skipped].strip():
            continue
        for separator in (sep,) if sep else (*SEPARATORS, " "):
            rows = _rows(head, cut, separator, skipped, comment)
            if len(rows) < 2 or not _names(rows[0][1]):
                continue
            width = len(rows[0][1])
            above = _rows("".join(lines[:skipped]), False, separator, 0, comment)
            if not all(_fits(row, width) for __, row in rows[1:]) or any(
                len(row) == width and all(row) for __, row in above
            ):
                continue
            if _some_numbers([(line, row[:width]) for line, row in rows[1:]]):
                return separator, skipped
    return None


def _aligned(head: str, cut: bool, comment: str) -> bool:
    """Whether cells are separated by spaces, and by nothing else."""
    rows = _rows(head, cut, " ", 0, comment)
    if len(rows) < 2 or not _names(rows[0][1]):
        return False
    return len({len(row) for __, row in rows}) == 1 and _some_numbers(rows[1:])
