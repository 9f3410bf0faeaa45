"""Errors of the rows drawn on them: segments from the line to each row, or a true square on each, whose mean area is the cost.

Of rows by the thousand none is seen one by one. Then strips of the picture have a box each, the middle half of the errors there,
on a line that holds 90 % of them: a bend of the line and errors that spread unevenly are seen; and a square each, of the mean
area.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import frexp, isfinite
from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.marks.axis import around
from wxb.marks.mark import Mark, Role, bars, segments
from wxb.marks.scene import Panel, Scene
from wxb.moments.kernels import MOST_MULTIPLE
from wxb.numbers import apart, number
from wxb.passes.binned import Cloud, Pair, Shown
from wxb.pictures.along import Course, course, kind_of_target, timed
from wxb.pictures.curve import heights
from wxb.pictures.line import line_marks
from wxb.pictures.options import Options
from wxb.pictures.points import cloud_marks, ends, rows_text
from wxb.pictures.seen import Wanted
from wxb.pictures.strips import SHARES, Strips, strips
from wxb.pictures.words import equation, is_exact, name_of, partial_note, target_of, warned

MOST_SEGMENTS, MOST_SQUARES = 400, 80
MOST_STRIPS, MOST_MEANS = 24, 8
ERRORS = "/errors"  # after the name of a cloud: that of the errors along the same column
BOX = 0.6  # of the width of a strip
SHAPE, APART = 0.75, 1.3  # height of a frame beside its width; places of squares beside their sides
ROUNDING = 2.0**-49  # of a number, by which the line at it may be rounded


def wants_residuals(model: Fitted, options: Options) -> Wanted:
    run = course(model, options.term)
    pairs = {"residuals": Pair("x", run.height), "residuals" + ERRORS: Pair("x", "residual")}
    return Wanted(pairs=pairs, along=run.along())


def wants_squares(model: Fitted, options: Options) -> Wanted:
    run = course(model, options.term)
    errors = Pair("x", "residual", "square", _unit(model))
    return Wanted(pairs={"squares": Pair("x", run.height), "squares" + ERRORS: errors}, along=run.along())


def _unit(model: Fitted) -> int:
    """The exponent of what squares are averaged in multiples of: none of the fit is more than all of them together."""
    total = model.cost * model.n
    return frexp(total)[1] - frexp(MOST_MULTIPLE)[1] + 1 if isfinite(total) and total > 0 else -1000


def residuals(model: Fitted, shown: Shown, options: Options) -> Scene:
    run, cloud = course(model, options.term), shown.clouds["residuals"]
    if cloud.cells is None and len(cloud.x) <= MOST_SEGMENTS:
        title = _("Errors of {target}: from the line to each row", target=name_of(model.target))
        on = _on_line(run, cloud.x)
        marks = _signed(cloud.x, on, cloud.y, squares=False)
        return _scene(
            "residuals", title, model, run, cloud, marks, _said(run, cloud), _table(cloud, cloud.x, on, cloud.y)
        )
    title = _("Errors of {target} on both sides of the line", target=name_of(model.target))
    found = strips(shown.clouds["residuals" + ERRORS], MOST_STRIPS, is_category=run.is_category).shown
    said = _("{rows}; a box is the middle half of the errors beside it, a line 90 % of them", rows=rows_text(cloud))
    return _scene(
        "residuals", title, model, run, cloud, _boxes(run, found), said, _strips_table(run, found), in_strips=True
    )


def squares(model: Fitted, shown: Shown, options: Options) -> Scene:
    run, cloud = course(model, options.term), shown.clouds["squares"]
    title = _("Squared errors of {target}", target=name_of(model.target))
    if cloud.cells is None and len(cloud.x) <= MOST_SQUARES:
        on = _on_line(run, cloud.x)
        marks = _signed(cloud.x, on, cloud.y, squares=True)
        said = _mean_text(model, cloud.y - on, np.abs(cloud.y).max(initial=0.0))
        return _scene("squares", title, model, run, cloud, marks, said, _table(cloud, cloud.x, on, cloud.y))
    errors = shown.clouds["squares" + ERRORS]
    all_strips = strips(errors, _side_by_side(model, cloud), is_category=run.is_category)
    found, rows = all_strips.shown, all_strips.rows
    mean = float(np.nansum(all_strips.squares * rows) / max(rows.sum(), 1))
    on = _on_line(run, found.x)
    name = _("mean square of the rows beside it")
    marks = [segments(found.x, on, on + np.sqrt(found.squares), "above", squares=True, name=name)]
    said = _mean_of_strips(model, cloud, mean)
    return _scene("squares", title, model, run, cloud, marks, said, _strips_table(run, found), in_strips=True)


def _side_by_side(model: Fitted, cloud: Cloud) -> int:
    """How many squares of the mean area stand beside each other and do not touch."""
    height = (cloud.high[1] - cloud.low[1]) or 1.0
    return int(max(2, min(MOST_MEANS, height / (SHAPE * APART * model.cost**0.5)))) if model.cost > 0 else MOST_MEANS


def _mean_of_strips(model: Fitted, cloud: Cloud, mean: float) -> str:
    cost, rows = number(model.cost), rows_text(cloud)
    if np.isclose(mean, model.cost, rtol=1e-5, atol=0):
        return _(
            "{rows}; a square is the mean of those beside it, and the mean of all is the cost, {cost}",
            rows=rows,
            cost=cost,
        )
    areas, cost = apart([mean, model.cost])
    return _(
        "{rows}; a square is the mean of those beside it, and the mean of all is {areas} (the cost of the fit: {cost})",
        rows=rows, areas=areas, cost=cost,
    )  # fmt: skip


def _boxes(run: Course, found: Strips) -> list[Mark]:
    """The middle half of the errors on the line, and 90 % of them; what is above it apart from what is below."""
    on, half = _on_line(run, found.x), BOX / 2 * found.width
    far_low, low, high, far_high = found.quantiles.T
    sides: tuple[tuple[Role, str, Vector, Vector, Vector, Vector], ...] = (
        ("above", _("above the line"), np.maximum(far_low, 0), np.maximum(low, 0), high, far_high),
        ("below", _("below the line"), far_low, low, np.minimum(high, 0), np.minimum(far_high, 0)),
    )
    marks: list[Mark] = []
    for role, name, start, bottom, top, end in sides:
        if (there := start < end).any():
            marks.append(segments(found.x[there], (on + start)[there], (on + end)[there], role))
        if (there := bottom < top).any():
            x, low_edge, high_edge = found.x[there], (on + bottom)[there], (on + top)[there]
            marks.append(bars(x - half, x + half, low_edge, high_edge, role, name=name))
    return marks


def _strips_table(run: Course, found: Strips) -> dict[str, Any]:
    table = {"x": found.x.tolist(), "rows": found.rows.tolist(), "H(x)": _on_line(run, found.x).tolist()}
    names = [f"error {share:.0%}" for share in SHARES]
    table |= {name: values.tolist() for name, values in zip(names, found.quantiles.T)}
    return table if np.isnan(found.squares).all() else table | {"error²": found.squares.tolist()}


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
    *,
    in_strips: bool = False,
) -> Scene:
    axis = run.axis(ends(cloud, 0))
    over = [one for one in line_marks(run, axis.low, axis.high, 0.95)[1] if one.role != "minimum"]
    seen = [heights(mark.points[:, 1], ends(cloud, 1)) for mark in (*over, *marks)]
    exact = _("every error is 0: the line passes through all rows") if is_exact(model) else ""
    rows = cloud_marks(cloud)
    drawn = (*rows, *marks, *over) if in_strips else (*marks, *over, *rows)
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
