"""Tests, analyses of variance and margins as tables of at most 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wxb.numbers import DASH, number, p_value
from wxb.printable import one_line
from wxb.report.lines import aligned, shortened, table, wrapped

if TYPE_CHECKING:
    from wxb.hypotheses.wald import WaldTest

NAME_WIDTH = 26


def wald_text(test: WaldTest, level: float) -> str:
    """Each hypothesis on its own, then all together."""
    bounds = [one.interval(level) for one in test.each]
    columns = [
        ["hypothesis", *(one.text for one in test.each)],
        ["estimate", *numbers([one.estimate for one in test.each])],
        ["std. err", *numbers([one.se for one in test.each], 3)],
        ["t", *numbers([one.t for one in test.each], 3)],
        ["p", *(p_value(one.p) for one in test.each)],
        [f"{number(100 * level)} % interval", *(between(low, high) for low, high in bounds)],
    ]
    lines = [f"tests by {test.errors} errors, {degrees(test.f_freedom[1])}", "", *named_table(columns)]
    if len(test.each) > 1:
        q, freedom = test.f_freedom
        lines += [
            "",
            f"  all together   F({q}, {number(freedom)}) = {number(test.f)}   p {p_value(test.p)}"
            f"      χ²({q}) = {number(test.chi2)}   p {p_value(test.chi2_p)}",
        ]
    follow = [f"`{text}` follows from the others, and counts for nothing beside them" for text in test.redundant]
    return "\n".join([*lines, *remarks([*follow, *test.notes])])


def remarks(notes: Sequence[str]) -> list[str]:
    """Notes under a table."""
    return [line for note in notes for line in wrapped(f"! {one_line(note)}", "  ", "    ")]


def degrees(freedom: float) -> str:
    return f"{number(freedom)} degree{'' if freedom == 1 else 's'} of freedom"


def between(low: float, high: float) -> str:
    """An interval, a dash where there is none."""
    return DASH if low != low or high != high else f"{number(low)} … {number(high)}"


def numbers(values: Sequence[float], digits: int = 4) -> list[str]:
    """Of one column, their points under each other."""
    return aligned([number(value, digits) for value in values])


def named_table(columns: Sequence[Sequence[str]]) -> list[str]:
    """Columns as lines, the first of names."""
    names, *others = columns
    rows = list(zip([shortened(name, NAME_WIDTH) for name in names], *others))
    return table(rows, gap="  ")
