"""The cost along one coefficient, the others held: a parabola, and steps, tangents and triangles on it."""

from __future__ import annotations

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.bowl import Bowl
from wxb.i18n import _
from wxb.marks.axis import Axis, around
from wxb.marks.mark import Mark, dots, line
from wxb.pictures.contours import LEAVES
from wxb.pictures.run import Run, symbol

GRID = 161


def cut(bowl: Bowl, theta: Vector, place: int) -> tuple[float, float, float]:
    """The parabola through θ along a coefficient: (where it is lowest, its cost there, its second derivative)."""
    curvature = float(bowl.hessian[place, place])
    slope = float(bowl.gradient(theta)[place])
    if curvature <= 0:
        return float(theta[place]), float(bowl.cost(theta)), 0.0
    best = float(theta[place]) - slope / curvature
    lowest = np.array(theta, dtype=np.float64)
    lowest[place] = best
    return best, float(bowl.cost(lowest)), curvature


def height(parts: tuple[float, float, float], x: Matrix | Vector) -> Vector:
    best, low, curvature = parts
    return low + 0.5 * curvature * (np.asarray(x) - best) ** 2


def curve(parts: tuple[float, float, float], x: Axis) -> Mark:
    grid = np.linspace(x.low, x.high, GRID)
    return line(grid, height(parts, grid), "value", name=_("cost"))


def axes(bowl: Bowl, place: int, parts: tuple[float, float, float], values: Vector) -> tuple[Axis, Axis]:
    """Axes on which places on the parabola and its bottom are seen, as much on one side of it as on the other."""
    best, low, __ = parts
    reach = float(np.nanmax(np.abs(values - best), initial=0.0)) or max(abs(best), 1.0)
    x = around(symbol(bowl, place), [best - 1.15 * reach, best + 1.15 * reach], margin=0)
    high = float(height(parts, np.array([x.high]))[0])
    return x, Axis(label=_("cost"), low=low - 0.08 * (high - low), high=high)


def parabola(run: Run, place: int, along: Axis | None = None) -> tuple[Axis, Axis, list[Mark]]:
    """The run of a line of one coefficient on its parabola. along : the axis of the coefficient, where it is given"""
    weights = run.track[:, place]
    best = float(run.goal[place])
    parts = best, run.bowl.floor, float(run.bowl.hessian[place, place])
    bound = LEAVES * abs(weights[0] - best) or np.inf
    x, y = axes(run.bowl, place, parts, weights[np.abs(weights - best) <= bound])
    x, costs = along or x, height(parts, weights)
    marks = [
        curve(parts, x),
        line(weights, costs, "path"),
        dots(weights, costs, "path", name=_("after each epoch")),
        dots(weights[0], costs[0], "start", text=_("start")),
    ]
    if not run.diverges:
        marks.append(dots(weights[-1], costs[-1], "end", name=_("where it ends")))
    return x, y, [*marks, dots(best, run.bowl.floor, "minimum", text=_("minimum"))]
