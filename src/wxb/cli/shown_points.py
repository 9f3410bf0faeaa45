"""Predictions at typed points, worked out and shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wxb.cli.points import resolve, resolve_columns
from wxb.cli.screen import Screen
from wxb.cli.values import Point
from wxb.i18n import _
from wxb.printable import one_line

if TYPE_CHECKING:
    from wxb.model.model import Model
    from wxb.predict.evaluate import Of
    from wxb.report.record import Shown


def predict_at(model: Model, point: Point, level: float | None, of: Of = "row") -> Shown:
    """A prediction at a typed point, with its interval where the model has one; whether it has an answer is asked before."""
    import numpy as np

    from wxb.predict.evaluate import predict_terms
    from wxb.report.outside import outside
    from wxb.report.record import Shown

    if not model.design.is_plain:
        return _of_columns(model, point, level, of)
    values, lows = resolve(model, point)
    columns = {term: np.array([value]) for term, value in values.items()}
    rests = {term: np.array([low]) for term, low in lows.items() if low}
    bounded = level is not None and model.is_minimum and model.inference.residual_sd > 0
    found = predict_terms(model, columns, level if bounded else None, rests, of)
    return Shown(values, found if bounded else found.value, outside(model, columns))


def _of_columns(model: Model, point: Point, level: float | None, of: Of) -> Shown:
    """The same of a line with categories or a formula: one row of the columns that it is made of."""
    from wxb.predict.evaluate import predicted_blocks
    from wxb.report.outside import outside
    from wxb.report.record import Shown

    values = resolve_columns(model, point)
    bounded = level is not None and model.is_minimum and model.inference.residual_sd > 0
    data = {name: [value] for name, value in values.items()}
    [rows] = predicted_blocks(model, data, level if bounded else None, of)
    return Shown(values, rows.prediction if bounded else rows.prediction.value, outside(model, rows.terms))


def show_points(
    screen: Screen, model: Model, shown: Sequence[Shown], level: float, of: Of = "row", group: str = ""
) -> None:
    """`score at hours = 4:  7.995`, with the interval where there is one.  group : what is said of the rows besides"""
    from wxb.numbers import number, predicted
    from wxb.printable import cells
    from wxb.report.lines import width as page_width
    from wxb.report.lines import wrapped
    from wxb.report.next_step import interval_text

    share = f"{number(100 * level)} %"
    meant = _("{share} of new rows", share=share) if of == "row" else _("{share} interval of the mean", share=share)
    for one in shown:
        place = ", ".join(f"{term} = {_value(model, term, value)}" for term, value in one.point.items())
        if one.low is None or one.high is None:
            text = predicted(one.value)
        else:
            text = f"{interval_text(one.value, one.low, one.high)}   {meant}"
        where = ", ".join(part for part in (group, place) if part)
        line = one_line(_("  {target} at {where}:  {text}", target=model.target, where=where, text=text))
        if cells(line) > page_width():  # what was asked, and beneath it what comes out
            screen.show(
                "\n".join(wrapped(one_line(_("{target} at {where}:", target=model.target, where=where)), "  ", "    "))
            )
            line = one_line(f"    {text}")
        screen.show(line)


def _value(model: Model, name: str, value: Any) -> str:
    from wxb.numbers import number
    from wxb.report.time_text import value_text

    if isinstance(value, int | str):  # a level, True and False among them, a time as it was typed
        return str(value)
    return value_text(model, name, value) or number(value, 15)
