"""What tests show: columns of names and numbers as a table, with remarks under it."""

from __future__ import annotations

from collections.abc import Sequence

from wxb.i18n import N_, _
from wxb.numbers import DASH, number, statistic
from wxb.printable import one_line
from wxb.report.lines import aligned, fits, room_for_names, stacked, table, wrapped
from wxb.report.lines import names as short_names


def remarks(notes: Sequence[str]) -> list[str]:
    """Notes under a table."""
    return [line for note in notes for line in wrapped(f"! {one_line(note)}", "  ", "    ")]


def degrees(freedom: float) -> str:
    text = N_("{freedom} degree of freedom") if freedom == 1 else N_("{freedom} degrees of freedom")
    return _(text, freedom=number(freedom))


def between(low: float, high: float) -> str:
    """An interval, a dash where there is none."""
    return DASH if low != low or high != high else f"{number(low)} … {number(high)}"


def numbers(values: Sequence[float], digits: int = 4) -> list[str]:
    """Of one column, their points under each other."""
    return aligned([number(value, digits) for value in values])


def statistics(values: Sequence[float]) -> list[str]:
    """The same of t, F, χ² and inflations, with their zeros: 1.0004 reads 1.000, and no 1."""
    return aligned([statistic(value) for value in values])


def named_table(columns: Sequence[Sequence[str]]) -> list[str]:
    """Columns as lines, the first of names."""
    names, *others = columns
    for most in room_for_names(34, 26, 20, 12):
        lines = table(list(zip(short_names(names, most), *others)), gap="  " if most > 20 else " ")
        if fits(lines):
            return lines
    return stacked(short_names(names, 20), others)
