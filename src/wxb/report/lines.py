"""Lines of at most 80 cells: tables with columns under each other, words folded. Korean letters count as two cells."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from wxb.marks.measure import shortened as apart
from wxb.printable import beginning, cells, one_line

WIDTH = 80
GROUPS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
TIED = "\N{NO-BREAK SPACE}"


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
    """Columns of numbers under their names, which are as short as it takes for the lines to fit."""
    lines: list[str] = []
    for width, gap in ((width, gap) for width in (24, 16, 12, 9, 6) for gap in gaps):
        lines = table([names(head, width), *rows], left=0, gap=gap)
        if all(cells(line) <= WIDTH for line in lines):
            break
    return lines


def broken(text: str, indent: str = "  ", *, width: int = WIDTH, later: str = "    ") -> list[str]:
    """A name in lines of at most `width` cells, after spaces where it has some: nothing of it is left out."""
    lines, line, start = [], "", indent
    for word in text.split(" "):
        joined = f"{line} {word}" if line else start + word
        if line and cells(joined) > width:
            lines.append(line)
            start = later
            joined = later + word
        if cells(joined) > width:
            *above, joined = _pieces(joined, width, later)
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


def wrapped(text: str, indent: str = "  ", hanging: str | None = None) -> list[str]:
    """Words in lines of at most WIDTH cells. A number in groups, 25 566, is one word."""
    later = indent if hanging is None else hanging
    text = GROUPS.sub(TIED, text)
    lines = textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )
    if all(cells(line) <= WIDTH for line in lines):
        return [line.replace(TIED, " ") for line in lines]
    lines, line = [], indent
    for word in re.split(r"[ \t\n]+", text):
        joined = line + word if line in (indent, later) else f"{line} {word}"
        if cells(joined) > WIDTH and line not in (indent, later):
            lines.append(line)
            joined = later + word
        line = joined
    return [part.replace(TIED, " ") for part in (*lines, line)]


def folded(text: str) -> list[str]:
    """Lines such as an outcome's (`  do    …`), each folded under its own words where it is too long."""
    lines = []
    for line in text.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        lines += [line] if cells(line) <= WIDTH else wrapped(line.strip(), indent, "        " if indent else "  ")
    return lines
