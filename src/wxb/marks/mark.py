"""A mark: what is drawn, in units of the data, and what it means. No pixel and no colour is known here.

`points` (k, 2) by kind:

    dots      (k, 2)   a dot each
    line      (k, 2)   joined; a row of NaN breaks it
    area      (k, 2)   closed; an infinite coordinate is the edge of the frame
    segments  (2k, 2)  pairs of ends
    squares   (2k, 2)  pairs of ends, each pair one side of a TRUE square: as many pixels across as up
    bars      (2k, 2)  pairs of opposite corners; an infinite one is the edge of the frame
    arrow     (k, 2)   a path with a head at its end
    ellipse   (3, 2)   the centre and the ends of two conjugate radii; `weight` (1,) its height in [0, 1], 0 the deepest
    rule      (1, 2)   across the whole frame: NaN where it extends
    cells     (k, 2)   middles of bins of one `size`, `weight` (k,) how full in [0, 1]
    text      (1, 2)   what `text` says, centred there

Marks are drawn in the order in which they are given. What is not finite is left out, what lies outside the frame is cut
at it. `text` is a label beside the mark, placed so that nothing overlaps; `name` what the legend calls it ("" is not in
it; marks of one role and name are one entry).

The constructors below (`dots`, `line`, …) are how marks are made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from wxb._typing import Matrix, Vector
from wxb.values import Value

Kind: TypeAlias = Literal[
    "dots", "line", "area", "segments", "squares", "bars", "arrow", "ellipse", "rule", "cells", "text"
]
Role: TypeAlias = Literal[
    # rows and lines
    "data", "test", "fit", "other", "mean", "value", "band", "row-band", "outside",
    # errors: the line lies below the row (it is above the line), or above it
    "above", "below",
    # descent
    "minimum", "start", "end", "path", "gradient", "tangent", "triangle", "contour",
    # rates, from too small to too large; the limit between them and the reader's own
    "crawl", "slow", "good", "zigzag", "diverge", "limit", "own",
    # what is less, what is nothing but a help for the eye; several of one sort
    "faded", "quiet", "first", "second", "third", "fourth", "fifth",
    # graphs
    "leaf", "result",
]  # fmt: skip
SERIES: tuple[Role, ...] = ("first", "second", "third", "fourth", "fifth")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mark(Value):
    kind: Kind
    points: Matrix
    role: Role
    text: str = ""
    name: str = ""
    size: tuple[float, float] | None = None
    weight: Vector | None = None


def dots(x: ArrayLike, y: ArrayLike, role: Role = "data", *, text: str = "", name: str = "") -> Mark:
    return Mark(kind="dots", points=_points(x, y), role=role, text=text, name=name)


def line(x: ArrayLike, y: ArrayLike, role: Role = "fit", *, text: str = "", name: str = "") -> Mark:
    return Mark(kind="line", points=_points(x, y), role=role, text=text, name=name)


def between(x: ArrayLike, low: ArrayLike, high: ArrayLike, role: Role = "band", *, name: str = "") -> Mark:
    """The area between two curves over the same x."""
    x = np.asarray(x, dtype=np.float64)
    low, high = (np.broadcast_to(np.asarray(curve, dtype=np.float64), x.shape) for curve in (low, high))
    return Mark(
        kind="area",
        points=_points(np.concatenate([x, x[::-1]]), np.concatenate([low, high[::-1]])),
        role=role,
        name=name,
    )


def area(x: ArrayLike, y: ArrayLike, role: Role, *, text: str = "", name: str = "") -> Mark:
    return Mark(kind="area", points=_points(x, y), role=role, text=text, name=name)


def segments(
    x: ArrayLike, low: ArrayLike, high: ArrayLike, role: Role, *, squares: bool = False, name: str = ""
) -> Mark:
    """Upright lines at x from `low` to `high`; `squares`: as one side of a true square each."""
    x, low, high = np.broadcast_arrays(*(np.asarray(each, dtype=np.float64) for each in (x, low, high)))
    ends = np.stack([np.stack([x, low], axis=-1), np.stack([x, high], axis=-1)], axis=1).reshape(-1, 2)
    return Mark(kind="squares" if squares else "segments", points=ends, role=role, name=name)


def across(y: ArrayLike, low: ArrayLike, high: ArrayLike, role: Role, *, name: str = "") -> Mark:
    """Level lines at y from `low` to `high`: intervals."""
    upright = segments(y, low, high, role)
    return Mark(kind="segments", points=upright.points[:, ::-1].copy(), role=role, name=name)


def bars(
    left: ArrayLike, right: ArrayLike, bottom: ArrayLike, top: ArrayLike, role: Role, *, text: str = "", name: str = ""
) -> Mark:
    left, right, bottom, top = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(edge, dtype=np.float64)) for edge in (left, right, bottom, top))
    )
    corners = np.stack([np.stack([left, bottom], axis=-1), np.stack([right, top], axis=-1)], axis=1).reshape(-1, 2)
    return Mark(kind="bars", points=corners, role=role, text=text, name=name)


def arrow(x: ArrayLike, y: ArrayLike, role: Role = "gradient", *, text: str = "", name: str = "") -> Mark:
    return Mark(kind="arrow", points=_points(x, y), role=role, text=text, name=name)


def ellipse(center: ArrayLike, axes: ArrayLike, height: float, role: Role = "contour", *, text: str = "") -> Mark:
    """The image of the unit circle under `axes` (2, 2), whose columns are two conjugate radii, about a centre."""
    center = np.asarray(center, dtype=np.float64)
    ends = center + np.asarray(axes, dtype=np.float64).T
    return Mark(kind="ellipse", points=np.vstack([center, ends]), role=role, text=text, weight=np.array([height]))


def rule(*, x: float = np.nan, y: float = np.nan, role: Role = "quiet", text: str = "", name: str = "") -> Mark:
    """A line across the whole frame: upright at x, or level at y."""
    return Mark(kind="rule", points=np.array([[x, y]], dtype=np.float64), role=role, text=text, name=name)


def cells(x: ArrayLike, y: ArrayLike, size: tuple[float, float], weight: ArrayLike, role: Role = "data") -> Mark:
    """Bins about their middles."""
    share = np.asarray(weight, dtype=np.float64)
    return Mark(kind="cells", points=_points(x, y), role=role, size=size, weight=share)


def words(x: float, y: float, text: str, role: Role = "quiet") -> Mark:
    return Mark(kind="text", points=np.array([[x, y]], dtype=np.float64), role=role, text=text)


def _points(x: ArrayLike, y: ArrayLike) -> Matrix:
    across, up = np.broadcast_arrays(np.atleast_1d(np.asarray(x, np.float64)), np.atleast_1d(np.asarray(y, np.float64)))
    return np.column_stack([across, up])
