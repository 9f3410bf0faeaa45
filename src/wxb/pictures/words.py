"""What pictures say of a line, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.numbers import number
from wxb.printable import one_line
from wxb.report.equation import equation as written
from wxb.report.lines import shortened

if TYPE_CHECKING:
    from wxb.pictures.along import Course

WIDTH, NAME = 64, 40


def name_of(name: str, width: int = NAME) -> str:
    """A name in a sentence."""
    return shortened(one_line(name), width)


def columns(
    before: Mapping[str, list[Any]], theirs: Mapping[str, list[Any]], after: Mapping[str, list[Any]] | None = None
) -> dict[str, list[Any]]:
    """A table of the reader's columns between ours, which give way where one of theirs has such a name: `row`, `row (wxb)`."""

    def ours(named: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
        found = {}
        for name, values in named.items():
            while name in theirs:
                name += " (wxb)"
            found[name] = values
        return found

    return {**ours(before), **theirs, **ours(after or {})}


def equation(model: Fitted) -> str:
    """The line as an equation, "" where a run left none."""
    return one_line(written(model, WIDTH)) if np.isfinite(model.theta).all() else ""


def target_of(model: Fitted, run: Course) -> str:
    """What stands up the axis: the target, or where rows are put on the line."""
    return name_of(model.target) if run.alone else _("{target}, put on the line", target=name_of(model.target))


def percent_text(level: float) -> str:
    """95 %, 99.9 %"""
    return f"{number(100 * level)} %"


def partial_note(run: Course) -> str:
    if run.alone:
        return ""
    return _(
        "the line along {column}, all else as in the rows on average; rows: their errors put on it (partial residuals)",
        column=name_of(run.column),
    )


def warned(model: Fitted) -> str:
    """What is to be known before the picture is believed."""
    if model.diverged:
        return _("this run ended without an answer: {outcome}", outcome=_(model.outcome))
    if model.penalised is not None:
        return _("the line is a minimum under a penalty")
    return "" if model.is_minimum else _("the line is what a descent reached: {outcome}", outcome=_(model.outcome))


def is_exact(model: Fitted) -> bool:
    """Whether every row lies on the line, but for rounding."""
    return model.is_minimum and model.solution.rss == 0
