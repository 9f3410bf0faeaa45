"""The rows and the line: points or cells, the line with its bands, predictions, and the ground outside the data.

A line of several columns is drawn along one, all else as it is in the rows on average; the rows are then their errors put on it
(partial residuals), for on that line alone they would lie beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.marks.axis import around
from wxb.marks.mark import Mark, Role, area, between, dots, line, segments
from wxb.marks.scene import Panel, Scene
from wxb.numbers import predicted
from wxb.passes.binned import Cloud, Pair, Shown
from wxb.pictures.along import Course, columns_of, course, kind_of_target, timed
from wxb.pictures.curve import heights, stretches
from wxb.pictures.options import Options
from wxb.pictures.points import cloud_table, ends, row_marks, rows_text
from wxb.pictures.seen import TEST, Wanted
from wxb.pictures.words import equation, name_of, partial_note, percent_text, target_of, warned

NAME = "line"
SEEN = 2e-3  # of the height of the picture


def wants(model: Fitted, options: Options) -> Wanted:
    """Rows along the column, as they are or put on the line."""
    run = course(model, options.term)
    return Wanted(pairs={NAME: Pair("x", run.height)}, along=run.along())


def scene(model: Fitted, shown: Shown, options: Options) -> Scene:
    run, cloud = course(model, options.term), shown.clouds[NAME]
    given = _points(model, run, options)
    clouds = [cloud, *([shown.clouds[NAME + TEST]] if NAME + TEST in shown.clouds else [])]
    axis = run.axis(*(ends(one, 0) for one in clouds), [at for at, __ in given])
    span = (cloud.low[0], cloud.high[0]) if cloud.n else None
    drawn = line_marks(run, axis.low, axis.high, options.interval)
    rows = row_marks(shown, NAME)
    over = [*rows, *drawn[1]] if cloud.cells else [*drawn[1], *rows]  # a line is seen on cells, dots are seen on it
    marks = [*outside(run, span), *drawn[0], *over]
    marks += [dots([at], [value], "own", text=f"({run.text(at)}, {predicted(value)})") for at, value in given]
    rows_at = [ends(one, 1) for one in clouds]
    seen = [heights(mark.points[:, 1], rows_at[0]) for mark in drawn[1]]
    up = timed(around(target_of(model, run), *rows_at, *seen, [h for __, h in given]), kind_of_target(model))
    return Scene(
        kind=NAME,
        title=_("{target} by {column}", target=name_of(model.target), column=name_of(run.column or _("row"))),
        description=_described(model, run, cloud, given),
        panels=(Panel(x=axis, y=up, marks=tuple(marks), heading=equation(model), subheading=rows_text(cloud)),),
        note=" · ".join(one for one in (partial_note(run), warned(model)) if one),
        table=cloud_table(cloud, name_of(run.column or _("row")), target_of(model, run)),
    )


def without_rows(model: Fitted, options: Options) -> Scene | None:
    """The line alone, over the range of its column, which a model knows; None of a line of other columns than one."""
    run = course(model, options.term) if len(columns_of(model)) == 1 else None
    if run is None or not run.alone or (run.span is None and not run.is_category):
        return None
    axis = run.axis(run.span or ())
    below, over = line_marks(run, axis.low, axis.high, options.interval)
    said = _("The line {line}.", line=equation(model))
    if run.span is not None:
        low, high = map(run.text, run.span)
        said = f"{said} {_('{column} runs from {low} to {high}.', column=name_of(run.column), low=low, high=high)}"
    name = name_of(model.target)
    up = around(name, *(heights(mark.points[:, 1], np.empty(0)) for mark in over))
    panel = Panel(x=axis, y=up, marks=(*outside(run, run.span), *below, *over), heading=equation(model))
    return Scene(
        kind=NAME,
        title=_("{target} by {column}", target=name, column=name_of(run.column)),
        description=said,
        panels=(panel,),
        note=warned(model),
        table={name_of(run.column): over[0].points[:, 0].tolist(), name: over[0].points[:, 1].tolist()},
    )


def outside(run: Course, span: tuple[float, float] | None) -> list[Mark]:
    """The ground to both sides of the data."""
    if run.is_category or span is None:
        return []
    far, top = np.inf, np.array([-np.inf, -np.inf, np.inf, np.inf])
    (low, high), name = span, _("outside the data")
    return [
        area([-far, low, low, -far], top, "outside", name=name),
        area([high, far, far, high], top, "outside", name=name),
    ]


def line_marks(run: Course, low: float, high: float, level: float) -> tuple[list[Mark], list[Mark]]:
    """The bands, which lie under the rows, and the line, which lies over them."""
    grid = run.grid(low, high)
    fine = grid if len(grid) > 2 or run.is_category else np.linspace(low, high, 65)
    value = run.value(grid)
    middle = value if len(grid) > 2 or run.is_category else run.value(fine)
    halves = run.halves(fine, level) if np.isfinite(middle).any() else None
    names = _("{level} of means", level=percent_text(level)), _("{level} of new rows", level=percent_text(level))
    if run.is_category:
        return _level_marks(grid, value, halves, names)
    bands: list[Mark] = []
    if halves is not None:
        mean, row = halves
        bands = [*_band(fine, middle, row, "row-band", names[1]), *_band(fine, middle, mean, "band", names[0])]
    marks = [line(grid, value, "fit", name=_("the line"))] if np.isfinite(value).any() else []
    return bands, [*marks, *_minimum(run, grid, value)]


def _band(x: Vector, middle: Vector, half: Vector, role: Role, name: str) -> list[Mark]:
    """Between the breaks of a line an area each."""
    low, high = middle - half, middle + half
    return [between(x[at], low[at], high[at], role, name=name) for at in stretches(middle)]


def _level_marks(at: Vector, value: Vector, halves: Any, names: tuple[str, str]) -> tuple[list[Mark], list[Mark]]:
    """Of a category: the mean of each level with its intervals."""
    over = [dots(at, value, "fit", name=_("the line"))]
    if halves is None:
        return [], over
    return [], [segments(at, value - halves[0], value + halves[0], "fit", name=names[0]), *over]


def _minimum(run: Course, grid: Vector, value: Vector) -> list[Mark]:
    """The exact minimum beside a line that a descent reached, where an eye tells them apart."""
    if run.model.is_minimum:
        return []
    least = run.at_minimum(grid)
    if np.isfinite(value).all() and np.abs(least - value).max() <= SEEN * (np.abs(least).max() + np.ptp(least)):
        return []
    return [line(grid, least, "minimum", name=_("the exact minimum"))]


def _points(model: Fitted, run: Course, options: Options) -> list[tuple[float, float]]:
    """(x, H) of each place that was asked for."""
    return [run.point(dict(point)) for point in options.at]


def _described(model: Fitted, run: Course, cloud: Cloud, given: list[tuple[float, float]]) -> str:
    column = name_of(run.column)
    said = [
        _("{rows} and the line {line}.", rows=rows_text(cloud), line=equation(model))
        if run.alone
        else _("{rows}, each put on the line along {column} by its error.", rows=rows_text(cloud), column=column)
    ]
    if cloud.n and not run.is_category and run.column:
        low, high = (run.text(end) for end in ends(cloud, 0).tolist())
        said.append(_("{column} runs from {low} to {high}.", column=column, low=low, high=high))
    said += [_("At {at} the line is at {value}.", at=run.text(at), value=predicted(value)) for at, value in given]
    return " ".join(said)
