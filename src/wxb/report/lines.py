"""Lines that fit: tables with columns under each other, words folded. Korean letters count as two cells.

width()       of a table: 80 cells, or those of the terminal that is written to, which says so with `page(cells)`
prose()       of words: the same, 100 at most, for reading
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from wxb.marks.measure import shortened as apart
from wxb.printable import beginning, cells, one_line

WIDTH, READABLE, LEAST = 80, 100, 40
_width = ContextVar("width", default=WIDTH)
GROUPS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
WORDS = re.compile(r"([ \t\n]*)([^ \t\n]+)")
TIED = "\N{NO-BREAK SPACE}"


@contextmanager
def page(cells: int) -> Iterator[None]:
    """Whatever is written within is that wide."""
    before = _width.set(max(cells, LEAST))
    try:
        yield
    finally:
        _width.reset(before)


def width() -> int:
    """Cells of a line."""
    return _width.get()


def prose() -> int:
    """Cells of a line of words."""
    return min(width(), READABLE)


def fits(lines: Sequence[str]) -> bool:
    return all(cells(line) <= width() for line in lines)


def room_for_names(*usual: int) -> list[int]:
    """The cells that names are given, one after the other until a table fits; on a page wider than 80 more than is usual."""
    return [*(room for room in (width(), 64, 48, 40, 32) if usual[0] < room and width() > WIDTH), *usual]


def aligned(column: Sequence[str]) -> list[str]:
    """Numbers with different decimals, filled with spaces so that their points stand under each other."""
    tails = [len(text.partition(".")[2]) + 1 if "." in text else 0 for text in column]
    numeric = [any(letter.isdigit() for letter in text) and "e" not in text for text in column]
    widest = max((tail for tail, is_number in zip(tails, numeric) if is_number), default=0)
    return [text + " " * (widest - tail) if known else text for text, tail, known in zip(column, tails, numeric)]


def pad(text: str, width: int, right: bool = True) -> str:
    """Text in `width` cells, its end (or its beginning) at the edge."""
    space = " " * max(width - cells(text), 0)
    return space + text if right else text + space


def shortened(text: str, width: int) -> str:
    """A name in at most `width` cells; line breaks and tabs in it do not break the table."""
    text = one_line(" ".join(text.split()))
    return text if cells(text) <= width else beginning(text, width - 1) + "…"


def names(texts: Sequence[str], width: int) -> list[str]:
    """Names in at most `width` cells each; those that differ stay different."""
    return apart(texts, lambda text: cells(text) <= width)


def headed(head: Sequence[str], rows: Sequence[Sequence[str]], gaps: Sequence[str] = ("   ", " ")) -> list[str]:
    """Columns of numbers under their names, which are as short as it takes for the lines to fit; what has no room is left out."""
    lines: list[str] = []
    for most, gap in ((most, gap) for most in room_for_names(24, 16, 12, 9, 6) for gap in gaps):
        lines = table([names(head, most), *rows], left=0, gap=gap)
        if fits(lines):
            break
    return lines


def broken(text: str, indent: str = "  ", *, room: int = 0, later: str = "    ") -> list[str]:
    """A name in lines of at most `room` cells (0: of the page), after spaces where it has some: nothing of it is left out."""
    room = room or width()
    lines, line, start = [], "", indent
    for word in text.split(" "):
        joined = f"{line} {word}" if line else start + word
        if line and cells(joined) > room:
            lines.append(line)
            start = later
            joined = later + word
        if cells(joined) > room:
            *above, joined = _pieces(joined, room, later)
            lines += above
            start = later
        line = joined
    return [*lines, line]


def _pieces(word: str, width: int, later: str) -> list[str]:
    """A word that is longer than a line, letter after letter."""
    found, lead, place = [], "", 0
    while len(fitting := beginning(word, width - cells(lead), place)) < len(word) - place:
        found.append(lead + fitting)
        lead, place = later, place + len(fitting)
    return [*found, lead + fitting]


def table(
    rows: Sequence[Sequence[str]], *, left: int = 1, gap: str = "   ", indent: str = "  ", words_last: bool = False
) -> list[str]:
    """Rows of equal length as lines; the first `left` columns, and with `words_last` the last, begin at the left edge."""
    if not rows:
        return []
    widths = [max(cells(row[i]) for row in rows) for i in range(len(rows[0]))]
    right = [left <= i < len(widths) - words_last for i in range(len(widths))]
    return [
        (indent + gap.join(pad(cell, width, right[i]) for i, (cell, width) in enumerate(zip(row, widths)))).rstrip()
        for row in rows
    ]


def stacked(names: Sequence[str], columns: Sequence[Sequence[str]], gap: str = "  ") -> list[str]:
    """Columns beside names; what the page has no room for stands beside the same names once more, below."""
    lines: list[str] = []
    taken: list[Sequence[str]] = []
    for column in columns:
        if taken and not fits(table(list(zip(names, *taken, column)), gap=gap)):
            lines += [*table(list(zip(names, *taken)), gap=gap), ""]
            taken = []
        taken.append(column)
    return [*lines, *table(list(zip(names, *taken)), gap=gap)]


def wrapped(text: str, indent: str = "  ", hanging: str | None = None) -> list[str]:
    """Words in lines of at most `prose()` cells. A number in groups, 25 566, is one word."""
    later = indent if hanging is None else hanging
    text = GROUPS.sub(TIED, text)
    room = prose()
    lines = textwrap.wrap(
        text, room, initial_indent=indent, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )
    if all(cells(line) <= room for line in lines):
        return [line.replace(TIED, " ") for line in lines]
    lines, line = [], indent
    for space, word in WORDS.findall(text):
        joined = line + word if line in (indent, later) else f"{line}{space}{word}"
        if cells(joined) > room and line not in (indent, later):
            lines.append(line)
            joined = later + word
        line = joined
    return [part.replace(TIED, " ") for part in (*lines, line)]


def folded(text: str) -> list[str]:
    """Lines such as an outcome's (`  do    …`), each folded under its own words where it is too long."""
    lines = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        lines += [line] if cells(line) <= prose() else wrapped(line.strip(), indent, "        " if indent else "  ")
    return lines
