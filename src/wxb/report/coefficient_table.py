"""The table of coefficients, all of them.

                   W   std. err       t         p      95 % interval
      speed    3.932      0.416    9.46   1.5e-12     3.097 …  4.768

Nothing is cut. Numbers that take much room stand closer (each has some twelve letters at most, so a row fits on 80 cells; on
fewer the intervals stand below), and a name that leaves them none has lines of its own above them. Levels of a category stand
beneath it; more than a person reads are one line that says how many.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.numbers import number
from wxb.printable import cells, one_line
from wxb.report.coefficients import (
    DESCENT,
    MINIMUM,
    numbers_of_minimum,
    numbers_otherwise,
)
from wxb.report.lines import WIDTH, aligned, broken, fits, pad, width
from wxb.report.sections import Line, levels_counted, sections

INDENT = "  "
Cells = list[list[str]]  # rows of equal length, the head first


def coefficient_table(model: Fitted, level: float, rest: str) -> list[str]:
    """The table in lines. level : of the intervals        rest : where the levels are that are not shown"""
    lines = [line if not line.block else _in_words(model, line, rest) for line in sections(model)]
    places = [line.place for line in lines if line.place is not None]
    if model.is_minimum:
        numbers, head = (
            numbers_of_minimum(model, level, places),
            [*map(_, MINIMUM), _("{level} % interval", level=number(100 * level))],
        )
    else:
        head, numbers = numbers_otherwise(model, places)
    drawn = next(drawn for drawn in _drawings(lines, head, numbers) if drawn)
    return drawn if fits(drawn) else _in_two(lines, head, numbers)


def _drawings(lines: Sequence[Line], head: list[str], numbers: Cells) -> Iterator[list[str]]:
    """The table with the points of its numbers under each other, then ever narrower; [] where it does not fit."""
    straight, plain = ([head, *_joined(rows)] for rows in (_straight(numbers), numbers))
    if width() > WIDTH:  # the names beside their numbers, if they can be
        beside = [_drawn(lines, *drawing) for drawing in ((straight, "  "), (plain, "  "), (plain, " "))]
        yield from (drawn for drawn in beside if len(drawn) == len(lines) + 1)
    yield _drawn(lines, straight, "  ")
    yield _drawn(lines, straight, " ")
    yield _drawn(lines, plain, " ", certain=True)


def _in_two(lines: Sequence[Line], head: list[str], numbers: Cells) -> list[str]:
    """A narrow page: the intervals, or how far a descent is, stand in a table of their own."""
    joined = [head, *_joined(numbers)]
    first, second = ([[row[i] for i in places] for row in joined] for places in (range(len(head) - 1), [len(head) - 1]))
    return [*_drawn(lines, first, " ", certain=True), "", *_drawn(lines, second, "  ", certain=True)]


def _straight(numbers: Cells) -> Cells:
    """Numbers filled so that their points stand under each other; t, p and distances end where they end."""
    width = len(numbers[0]) if numbers else 0
    columns = [[row[i] for row in numbers] for i in range(width)]
    right = (2, 3) if width > len(DESCENT) else (3,)
    return [list(row) for row in zip(*(c if i in right else aligned(c) for i, c in enumerate(columns)))]


def _joined(numbers: Cells) -> Cells:
    """The two ends of each interval in one cell, under those of the others."""
    if not numbers or len(numbers[0]) <= len(DESCENT):
        return numbers
    width = max(cells(row[-1]) for row in numbers)
    return [[*row[:-2], f"{row[-2]} … {pad(row[-1], width)}" if row[-1].strip() else row[-2]] for row in numbers]


def _drawn(lines: Sequence[Line], rows: Cells, gap: str, certain: bool = False) -> list[str]:
    """Names, and at their right the numbers of each; [] where these alone are too wide, unless they are known to fit."""
    widths = [max(map(cells, column)) for column in zip(*rows)]
    room = width() - len(INDENT) - sum(widths) - cells(gap) * len(widths)
    if room < 0 and not certain:
        return []
    names = ["  " * line.depth + one_line(" ".join(line.label.split())) for line in lines]
    fitting = [cells(name) for name, line in zip(names, lines) if line.place is not None and cells(name) <= room]
    wide = max(fitting, default=0)
    told = iter([gap + gap.join(map(pad, row, widths)) for row in rows])
    found = [INDENT + " " * wide + next(told)]
    for name, line in zip(names, lines):
        if line.place is None:
            found += broken(name, INDENT)
        elif cells(name) > wide:
            found += [*broken(name, INDENT), INDENT + " " * wide + next(told)]
        else:
            found.append(INDENT + pad(name, wide, right=False) + next(told))
    return [text.rstrip() for text in found]


def _in_words(model: Fitted, line: Line, rest: str) -> Line:
    """Many levels in one line: how many, from where to where their coefficients go, and where they are."""
    known = [float(model.theta[place]) for place in line.places]
    count = levels_counted(len(known))
    return Line(label=f"{line.label}: {count}, {number(min(known))} … {number(max(known))}; {rest}")
