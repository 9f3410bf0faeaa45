"""The cost along one coefficient, the others held: a parabola, where the line is on it, its tangent and the triangle of its slope.

With rows beside it the meter: the share of each row in the cost, and their mean as one square. Of rows by the thousand the
shares of those beside each other are added.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _, _n
from wxb.marks.axis import Axis
from wxb.marks.mark import Mark, area, bars, dots, line, rule, words
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number
from wxb.passes.binned import Cloud, Pair, Shown
from wxb.pictures.options import Options
from wxb.pictures.parabola import axes, curve, cut, height
from wxb.pictures.points import rows_text
from wxb.pictures.run import place_of, start_of, symbol
from wxb.pictures.seen import Wanted
from wxb.pictures.words import columns, equation, is_exact

BARS, FEW = 40, 8
EVEN = 1e-7  # of the size of a slope at the start, below which a tangent is level


def wants(model: Fitted, options: Options) -> Wanted:
    """The errors of the rows, in their order; of weighted ones the squares as drawn would not have the cost as their mean."""
    return Wanted() if _weighted(model) else Wanted(pairs={"cost": Pair("fitted", "residual")})


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    if not np.isfinite(model.theta).all():
        raise UsageError(_("this run ended without numbers to draw"), _("fit with a smaller learning rate"))
    place = place_of(model.bowl, options.term)
    panels, said = [_parabola(model, place)], [_said(model, place)]
    table = _table(model, place)
    if shown is not None and "cost" in shown.clouds:
        panels.append(_meter(model, shown.clouds["cost"]))
        said.append(_("The mean of the squared errors is the cost, {cost}.", cost=number(model.cost)))
    notes = [_("the other coefficients are held where they are")] if len(model.layout) > 1 else []
    notes += [_("rows are weighted: what each adds to the cost is not drawn")] if _weighted(model) else []
    return Scene(
        kind="cost",
        title=_("The cost along {weight}", weight=symbol(model.bowl, place)),
        description=" ".join(said),
        panels=tuple(panels),
        note=" · ".join(notes),
        table=table,
    )


def _weighted(model: Fitted) -> bool:
    return model.moments.weighted or model.question.selection.frequency is not None


def _parabola(model: Fitted, place: int) -> Panel:
    bowl, theta = model.bowl, model.theta
    parts = cut(bowl, theta, place)
    at, start = float(theta[place]), float(start_of(model)[place])
    slope = parts[2] * (at - parts[0])
    x, y = axes(bowl, place, parts, np.array([at, start]))
    cost = float(height(parts, np.array([at]))[0])
    marks: list[Mark] = [curve(parts, x)]
    if not _level(model, place):
        marks += _slope(at, cost, slope, x)
    else:
        reach = 0.18 * (x.high - x.low)
        marks.append(line([at - reach, at + reach], [cost, cost], "tangent", text=_("slope 0")))
    marks.append(dots(parts[0], parts[1], "minimum", text=_("lowest: {weight}", weight=number(parts[0]))))
    if not _level(model, place):
        marks.append(dots(at, cost, "fit", text=_("now: {weight}", weight=number(at))))
    return Panel(
        x=x,
        y=y,
        marks=tuple(marks),
        heading=_heading(model, place),
        subheading=equation(model),
        closing=_(
            "cost {cost}, slope {slope}", cost=number(cost), slope=number(0.0 if _level(model, place) else slope)
        ),
    )


def _slope(at: float, cost: float, slope: float, x: Axis) -> list[Mark]:
    """The tangent, and a triangle under it: so far across, so far up."""
    reach, step = 0.22 * (x.high - x.low), 0.12 * (x.high - x.low)
    toward = -step if slope > 0 else step  # downhill
    down = slope * toward
    ends = np.array([at - reach, at + reach])
    told = _("slope {slope}", slope=number(slope))
    return [
        area([at, at, at + toward], [cost, cost + down, cost + down], "triangle", name=_("slope × a step")),
        line(ends, cost + slope * (ends - at), "tangent", text=told, name=_("tangent")),
    ]


def _level(model: Fitted, place: int) -> bool:
    first = abs(float(model.bowl.gradient(start_of(model))[place]))
    now = abs(float(model.bowl.gradient(model.theta)[place]))
    return now <= EVEN * max(first, float(model.bowl.hessian[place, place]) * abs(float(model.theta[place])))


def _heading(model: Fitted, place: int) -> str:
    if _level(model, place):
        return _("At the bottom the tangent is level")
    slope = float(model.bowl.gradient(model.theta)[place])
    name = symbol(model.bowl, place)
    if slope < 0:
        return _("The slope is negative: {weight} is to grow", weight=name)
    return _("The slope is positive: {weight} is to shrink", weight=name)


def _said(model: Fitted, place: int) -> str:
    parts = cut(model.bowl, model.theta, place)
    slope = 0.0 if _level(model, place) else float(model.bowl.gradient(model.theta)[place])
    return _("{heading}. {weight} is {value}, where the cost is {cost} and its slope {slope}; it is lowest at {best}.",
        heading=_heading(model, place), weight=symbol(model.bowl, place), value=number(float(model.theta[place])),
        cost=number(float(height(parts, model.theta[place : place + 1])[0])), slope=number(slope),
        best=number(parts[0]))  # fmt: skip


def _meter(model: Fitted, cloud: Cloud) -> Panel:
    """The squared errors of few rows as squares and their mean as one; of many their shares, the largest first."""
    shares, single = _squares(cloud)
    cost = float(model.cost)
    told: dict[str, Any] = {
        "subheading": rows_text(cloud),
        "closing": _("mean of the squared errors: {cost}", cost=number(cost)),
    }
    if not cost > 0:
        exact = is_exact(model)
        still = rule(y=0.5, role="mean", text=_("every error is 0") if exact else "")
        bare: dict[str, Any] = {
            "x": Axis(label="", low=0, high=1, hidden=True),
            "y": Axis(label="", low=0, high=1, hidden=True),
        }
        heading = (
            _("The cost is 0: every row is on the line")
            if exact
            else _("The squared errors are too small for a number")
        )
        return Panel(marks=(still,), heading=heading, aspect=0.3, **bare, **told)
    if single and len(shares) <= FEW:
        return _side_by_side(shares, cost, told)
    ends = np.concatenate([[0.0], np.cumsum(np.sort(shares)[::-1])]) / shares.sum()
    half = int(np.searchsorted(ends, 0.5))
    half_of = _n("{n} row makes half of the cost", "{n} rows make half of the cost", half)
    percent = tuple((share, f"{100 * share:.0f} %") for share in (0.0, 0.25, 0.5, 0.75, 1.0))
    return Panel(
        x=Axis(label=_("share of the cost, the largest errors first"), low=0.0, high=1.0, ticks=percent),
        y=Axis(label="", low=0.0, high=1.0, hidden=True),
        marks=(bars(ends[:-1], ends[1:], 0.0, 1.0, "value"),),
        heading=half_of if single else _("Where the cost comes from"),
        aspect=0.3,
        **told,
    )


def _side_by_side(squares: Vector, cost: float, told: dict[str, Any]) -> Panel:
    """A true square for each row, in their order, and one of the mean area."""
    sides = np.append(np.sqrt(squares), cost**0.5)
    gap = 0.12 * float(sides.max())
    left = np.concatenate([[0.0], np.cumsum(sides[:-1] + gap)])
    left[-1] += 2 * gap
    right, low = left + sides, -0.3 * float(sides.max())
    texts = [*(number(float(area), 3) for area in squares), _("mean {area}", area=number(cost, 4))]
    marks = [
        bars(left[:-1], right[:-1], 0.0, sides[:-1], "value", name=_("squared error of a row")),
        bars(left[-1:], right[-1:], 0.0, sides[-1:], "mean", name=_("their mean: the cost")),
        *(words((a + b) / 2, 0.45 * low, text) for a, b, text in zip(left, right, texts)),
    ]
    return Panel(
        x=Axis(label="", low=-gap, high=float(right[-1]) + 2 * gap, hidden=True),
        y=Axis(label="", low=low, high=1.1 * float(sides.max()), hidden=True),
        marks=tuple(marks),
        heading=_("The cost is the mean of these squares"),
        square=True,
        aspect=0.45,
        **told,
    )


def _squares(cloud: Cloud) -> tuple[Vector, bool]:
    """Squared errors of the rows; of many the sums of so many parts of them. Whether they are of single rows"""
    if cloud.cells is None:
        squares = cloud.y**2
        if len(squares) <= BARS:
            return squares, True
        squares = np.sort(squares)[::-1]
        return np.array([part.sum() for part in np.array_split(squares, BARS)]), False
    centres, counts, __ = cloud.cells.filled(10**9)
    squares = centres[:, 1] ** 2 * counts
    order = np.argsort(-np.abs(centres[:, 1]), kind="stable")
    return np.array([part.sum() for part in np.array_split(squares[order], min(BARS, len(squares)))]), False


def _table(model: Fitted, place: int) -> dict[str, list[Any]]:
    parts = cut(model.bowl, model.theta, place)
    x, __ = axes(model.bowl, place, parts, np.array([model.theta[place], start_of(model)[place]]))
    grid = np.linspace(x.low, x.high, 21)
    slopes = parts[2] * (grid - parts[0])
    theirs = {model.bowl.names[place]: grid.tolist()}
    return columns({}, theirs, {"cost": height(parts, grid).tolist(), "slope": slopes.tolist()})
