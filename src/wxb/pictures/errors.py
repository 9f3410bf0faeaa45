"""Errors of the rows drawn on them: segments from the line to each row, or a true square on each, whose mean area is the cost.

Of rows by the thousand neither is seen one by one: a segment is the mean of the rows that are next to each other, and one
square has the mean area.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.marks.axis import around
from wxb.marks.mark import Mark, segments
from wxb.marks.scene import Panel, Scene
from wxb.numbers import apart, number
from wxb.passes.binned import Cloud, Pair, Shown
from wxb.pictures.along import Course, course, kind_of_target, timed
from wxb.pictures.curve import heights
from wxb.pictures.line import line_marks
from wxb.pictures.options import Options
from wxb.pictures.points import cloud_marks, ends, rows_text
from wxb.pictures.seen import Wanted
from wxb.pictures.smooth import smooth, unit_of
from wxb.pictures.words import equation, is_exact, name_of, partial_note, target_of, warned

MOST_SEGMENTS, MOST_SQUARES = 400, 80
ROUNDING = 2.0**-49  # of a number, by which the line at it may be rounded


def wants_residuals(model: Fitted, options: Options) -> Wanted:
    run = course(model, options.term)
    return Wanted(pairs={"residuals": Pair("x", run.height, "residual", unit_of(model))}, along=run.along())


def wants_squares(model: Fitted, options: Options) -> Wanted:
    run = course(model, options.term)
    return Wanted(pairs={"squares": Pair("x", run.height)}, along=run.along())


def residuals(model: Fitted, shown: Shown, options: Options) -> Scene:
    run, cloud = course(model, options.term), shown.clouds["residuals"]
    if cloud.cells is None and len(cloud.x) <= MOST_SEGMENTS:
        x, y, on, said = cloud.x, cloud.y, _on_line(run, cloud.x), _said(run, cloud)
        marks = _signed(x, on, y, squares=False)
    else:
        errors = None if cloud.cells else cloud.y - _on_line(run, cloud.x)
        x, mean = smooth(cloud, errors).T
        on = _on_line(run, x)
        y, said = on + mean, _("{rows}; a segment is the mean error of those beside it", rows=rows_text(cloud))
        marks = _signed(x, on, y, squares=False)
    title = _("Errors of {target}: from the line to each row", target=name_of(model.target))
    return _scene("residuals", title, model, run, cloud, marks, said, _table(cloud, x, on, y))


def squares(model: Fitted, shown: Shown, options: Options) -> Scene:
    run, cloud = course(model, options.term), shown.clouds["squares"]
    cost = number(model.cost)
    if cloud.cells is None and len(cloud.x) <= MOST_SQUARES:
        x, y, on = cloud.x, cloud.y, _on_line(run, cloud.x)
        marks = _signed(x, on, y, squares=True)
        said = _mean_text(model, y - on, np.abs(y).max(initial=0.0))
    else:
        x = np.array([(cloud.low[0] + cloud.high[0]) / 2])
        on = _on_line(run, x)
        y = on + model.cost**0.5
        marks = [segments(x, on, y, "above", squares=True, name=_("a square of the mean area"))]
        said = _("{rows}; the square has the mean area of theirs, the cost {cost}", rows=rows_text(cloud), cost=cost)
    title = _("Squared errors of {target}", target=name_of(model.target))
    return _scene("squares", title, model, run, cloud, marks, said, _table(cloud, x, on, y))


def _mean_text(model: Fitted, errors: Vector, size: float) -> str:
    """What the areas come to: the cost, unless rows have weights or are not those of the fit.

    size : of the target, whose rounding is no error
    """
    if model.cost == 0 and (errors != 0).any() and not is_exact(model):
        largest = number(np.abs(errors).max(), 3)
        return _("the largest error is {largest}: the squares are too small for a number", largest=largest)
    mean = float(np.mean(errors**2)) if len(errors) else 0.0
    if np.isclose(mean, model.cost, rtol=1e-6, atol=(ROUNDING * size) ** 2):
        return _("the mean of their areas is the cost, {cost}", cost=number(model.cost))
    areas, cost = apart([mean, model.cost])
    return _(
        "the mean of their areas is {areas}; the cost of the fit, by its rows and their weights, is {cost}",
        areas=areas,
        cost=cost,
    )


def _on_line(run: Course, x: Vector) -> Vector:
    """H at the rows; of a category at their levels, beside which the rows stand."""
    return run.value(np.rint(x)) if run.is_category else run.value(x)


def _said(run: Course, cloud: Cloud) -> str:
    if is_exact(run.model):
        return rows_text(cloud)
    above = int((cloud.y > _on_line(run, cloud.x)).sum())
    return _n("{rows}, {n} of them above the line", "{rows}, {n} of them above the line", above, rows=rows_text(cloud))


def _signed(x: Vector, on: Vector, y: Vector, *, squares: bool) -> list[Mark]:
    """Errors by their sign, which hatch and dash tell as well as colour."""
    names = _("above the line"), _("below the line")
    marks: list[Mark] = []
    if (there := y > on).any():
        marks.append(segments(x[there], on[there], y[there], "above", squares=squares, name=names[0]))
    if (there := y < on).any():
        marks.append(segments(x[there], on[there], y[there], "below", squares=squares, name=names[1]))
    return marks


def _scene(
    kind: str,
    title: str,
    model: Fitted,
    run: Course,
    cloud: Cloud,
    marks: Sequence[Mark],
    said: str,
    table: dict[str, Any],
) -> Scene:
    axis = run.axis(ends(cloud, 0))
    over = [one for one in line_marks(run, axis.low, axis.high, 0.95)[1] if one.role != "minimum"]
    seen = [heights(mark.points[:, 1], ends(cloud, 1)) for mark in (*over, *marks)]
    exact = _("every error is 0: the line passes through all rows") if is_exact(model) else ""
    rows = cloud_marks(cloud)
    drawn = (*rows, *marks, *over) if cloud.cells else (*marks, *over, *rows)
    up = timed(around(target_of(model, run), ends(cloud, 1), *seen), kind_of_target(model))
    panel = Panel(x=axis, y=up, marks=drawn, heading=equation(model), subheading=said, closing=exact)
    sentences = (said, _("the line: {line}", line=equation(model)), exact)
    return Scene(
        kind=kind,
        title=title,
        description="; ".join(one for one in sentences if one) + ".",
        panels=(panel,),
        note=" · ".join(one for one in (partial_note(run), warned(model)) if one),
        table=table,
    )


def _table(cloud: Cloud, x: Vector, on: Vector, y: Vector) -> dict[str, Any]:
    rows = {"row": (cloud.numbers + 1).tolist()} if len(cloud.numbers) == len(x) else {}
    errors = {"error": (y - on).tolist(), "error²": ((y - on) ** 2).tolist()}
    return rows | {"x": x.tolist(), "y": y.tolist(), "H(x)": on.tolist()} | errors
