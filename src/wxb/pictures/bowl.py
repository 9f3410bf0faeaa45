"""The bowl of the cost over two coefficients: labelled contours, its minimum, the directions in which it is steepest and flattest.

The steepest direction decides which learning rates converge, the flattest how many epochs they take.
"""

from __future__ import annotations

import numpy as np

from wxb._typing import Vector
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.marks.mark import Mark, arrow, dots
from wxb.marks.scene import Panel, Scene
from wxb.numbers import in_words, number, readable
from wxb.passes.binned import Shown
from wxb.pictures.contours import View, pair_of, view
from wxb.pictures.options import Options
from wxb.pictures.run import start_of
from wxb.pictures.words import name_of, warned

ROUND = 1.02  # times: a bowl that is as good as round
REACH = 0.36  # of the frame, to which the arrow of a direction goes


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    if len(model.layout) < 2:
        raise UsageError(
            _("contours are of two coefficients, and this line has one"), _("draw its parabola: the picture `cost`")
        )
    bowl = model.bowl
    places = pair_of(bowl, options.term)
    track = np.vstack([start_of(model), model.theta[None] if np.isfinite(model.theta).all() else bowl.minimum[None]])
    seen = view(bowl, places, bowl.minimum, [track])
    values, marks = _directions(seen, bowl.minimum)
    now: list[Mark] = []
    if not model.is_minimum and not model.diverged:
        at = seen.on(model.theta[None])[0]
        now = [dots(at[0], at[1], "fit", text=_("where the descent is"))]
    steep, flat = values
    heading = _heading(float(steep), float(flat))
    at = seen.on(bowl.minimum[None])[0]
    said = _("{heading}. Its minimum is at {x} = {a}, {y} = {b}, where the cost is {cost}.", heading=heading, x=seen.x.label,
        a=number(float(at[0])), y=seen.y.label, b=number(float(at[1])), cost=number(bowl.floor))  # fmt: skip
    slice_of = _("the other coefficients as at the minimum") if seen.plane.is_slice else ""
    return Scene(
        kind="bowl",
        title=_("The cost as a bowl: {target}", target=name_of(model.target)),
        description=said,
        panels=(
            Panel(
                x=seen.x,
                y=seen.y,
                marks=(*seen.rings(), *marks, seen.minimum(), *now),
                heading=heading,
                subheading=_("numbers on the rings: the cost"),
                closing=_("at the minimum: {cost}", cost=number(bowl.floor)),
                aspect=0.8,
            ),
        ),
        note=" · ".join(one for one in (seen.plane.note, slice_of, warned(model)) if one),
        table={"direction": [_("steepest"), _("flattest")], "curvature": [float(steep), float(flat)]},
    )


def _heading(steep: float, flat: float) -> str:
    if not flat > 0:
        return _("The bowl is flat one way: any of many minima costs the same")
    ratio = steep / flat
    if ratio < ROUND:
        return _("The bowl is as curved one way as the other")
    times = readable(ratio, 3) if ratio < 1000 else in_words(ratio)
    return _("The bowl is {times} times as curved one way as the other", times=times)


def _directions(seen: View, minimum: Vector) -> tuple[Vector, list[Mark]]:
    """Curvatures, the larger first, and an arrow from the minimum along each."""
    values, vectors = seen.plane.directions()
    size = np.array([seen.x.high - seen.x.low, seen.y.high - seen.y.low])
    middle = seen.on(minimum[None])[0]
    low, high = np.array([seen.x.low, seen.y.low]), np.array([seen.x.high, seen.y.high])
    marks = []
    for k, text in ((1, _("steepest")), (0, _("flattest"))):
        step = vectors[:, k]
        ways = [_within(middle, sign * step, low, high, REACH * size) for sign in (1, -1)]
        end = max(ways, key=lambda tip: float(np.hypot(*((tip - middle) / size))))
        curvature = _("{name}: curvature {value}", name=text, value=readable(max(float(values[k]), 0.0)))
        marks.append(arrow([middle[0], end[0]], [middle[1], end[1]], "gradient" if k else "tangent", text=curvature))
    return np.maximum(values[::-1], 0.0), marks


def _within(middle: Vector, step: Vector, low: Vector, high: Vector, reach: Vector) -> Vector:
    """How far an arrow goes without leaving the frame, and not farther than a share of it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(step > 0, (high - middle) / step, np.where(step < 0, (low - middle) / step, np.inf))
        far = np.where(step != 0, reach / np.abs(step), np.inf)
    return middle + 0.92 * float(min(room.min(), far.min())) * step
