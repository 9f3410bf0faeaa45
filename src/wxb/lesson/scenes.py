"""Pictures of the lesson that are no kind of a fitted line: the question, lines tried, and the squares of a line that is given."""

from __future__ import annotations

import numpy as np

from wxb._typing import Vector
from wxb.i18n import _
from wxb.marks.axis import Axis
from wxb.marks.mark import Mark, dots, line, rule, segments
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number


def question(hours: list[int], score: list[int]) -> Scene:
    """Three points, and an hour that nobody knows the score of."""
    marks = (dots(hours, score), rule(x=4, role="quiet", text="?"))
    return Scene(
        kind="question",
        title=_("Three students"),
        description=_("Points at (1, 2), (2, 4) and (3, 6), and at 4 hours a question mark."),
        panels=(Panel(x=_hours(0, 5), y=_score(0, 10), marks=marks, aspect=0.45),),
        table={"hours": [*hours, 4], "score": [*score, None]},
    )


def tried(hours: list[int], score: list[int], lines: list[tuple[float, float]]) -> Scene:
    """Lines through, and past, the points. lines : (W, b) of each"""
    ends = np.array([0.0, 4.0])
    roles = ("first", "second", "third")
    marks = [line(ends, W * ends + b, role, name=equation(W, b)) for (W, b), role in zip(lines, roles)]
    return Scene(
        kind="hypotheses",
        title=_("Three lines, one of which passes through every point"),
        description=_(
            "The points (1, 2), (2, 4), (3, 6) and the lines {lines}.", lines=", ".join(m.name for m in marks)
        ),
        panels=(Panel(x=_hours(0, 4), y=_score(-1, 9), marks=(*marks, dots(hours, score)), aspect=0.5),),
        table={"W": [W for W, __ in lines], "b": [b for __, b in lines]},
    )


def squares(hours: list[int], score: list[int], lines: list[tuple[float, float]]) -> Scene:
    """The squared errors of given lines, beside each other. lines : (W, b) of each"""
    x, y = np.asarray(hours, float), np.asarray(score, float)
    costs = [float(np.mean((y - (W * x + b)) ** 2)) for W, b in lines]
    told = [_("{line} costs {cost}", line=equation(W, b), cost=number(cost)) for (W, b), cost in zip(lines, costs)]
    return Scene(
        kind="squares",
        title=_("A square on every error: the mean of their areas is the cost"),
        description=f"{'; '.join(told)}.",
        panels=tuple(
            Panel(
                x=_hours(1, 7),
                y=_score(15, 75),
                marks=_squared(x, y, W * x + b, W, b),
                heading=equation(W, b),
                subheading=_("cost {cost}", cost=number(cost)),
            )
            for (W, b), cost in zip(lines, costs)
        ),
        table={"W": [W for W, __ in lines], "b": [b for __, b in lines], "cost": costs},
    )


def _squared(x: Vector, y: Vector, on_line: Vector, W: float, b: float) -> tuple[Mark, ...]:
    over, ends = y > on_line, np.array([1.0, 7.0])
    marks = (
        segments(x[over], on_line[over], y[over], "above", squares=True, name=_("above the line")),
        segments(x[~over], on_line[~over], y[~over], "below", squares=True, name=_("below the line")),
    )
    return (*marks, line(ends, W * ends + b, "fit", name=_("the line")), dots(x, y))


def equation(W: float, b: float) -> str:
    """y = 13x + 1"""
    if not W:
        return f"y = {number(b)}"
    last = "" if not b else f" {'+' if b > 0 else '−'} {number(abs(b))}"
    return f"y = {'' if W == 1 else number(W)}x{last}"


def _hours(low: float, high: float) -> Axis:
    return Axis(label=_("hours"), low=low, high=high)


def _score(low: float, high: float) -> Axis:
    return Axis(label=_("score"), low=low, high=high)
