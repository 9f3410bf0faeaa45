"""The bowl seen from above: contours of the cost over two coefficients, exact ellipses with their costs written on them.

With more than two coefficients it is the slice through the minimum, the others as they are there; a path is projected onto it.

Of a column far from 0 beside its spread (years, 1e9 ± 1) the valley over (W, b) is a hair. Upwards stands then

    h = b + m·W        cost = floor + ½ H_bb ((h − h*)² + C (W − W*)²)        m, C : mean and variance of the column

the height of the line where the rows are, and not at 0, where none is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.bowl import Bowl
from wxb.i18n import _
from wxb.learning_rates.eigen import spectrum_of_line
from wxb.marks.axis import Axis, around, round_numbers
from wxb.marks.mark import Mark, arrow, dots, ellipse, line
from wxb.numbers import number
from wxb.pictures.run import Run, place_of, steepest, symbol
from wxb.pictures.words import name_of

RINGS = 9
ARROWS = 7
RING = 0.06
THIN = 0.02  # of a valley, its width by its length over (W, b), below which nothing of it is seen
EVEN = 1e-14  # of the larger curvature: a smaller one is none
LEAVES = 3.0  # times the distance of the start, to which a path that climbs is seen


@dataclass(frozen=True, eq=False)
class Plane:
    """Two coefficients of a bowl: a weight, and another or b. places : theirs"""

    bowl: Bowl
    places: tuple[int, int]

    @property
    def is_slice(self) -> bool:
        return len(self.bowl.names) > 2

    @cached_property
    def _column(self) -> tuple[float, float] | None:
        """Mean and variance of the column beside b; None for two weights."""
        if not self.bowl.layout.intercept or self.places[1] != 0:
            return None
        means, covariance = self.bowl.centred()
        place = self.places[0] - 1
        return float(means[place]), max(float(covariance[place, place]), 0.0)

    @property
    def lean(self) -> float:
        """What of the weight is added to b: the mean of its column where that is far from 0, else 0."""
        mean, variance = self._column or (0.0, 0.0)
        return mean if variance > 0 and variance < THIN**2 * mean**2 else 0.0

    def on(self, theta: Matrix) -> Matrix:
        """(k, 2) of coefficients (k, q)."""
        found = theta[:, list(self.places)]
        return found + np.column_stack([np.zeros(len(found)), self.lean * found[:, 0]]) if self.lean else found

    @cached_property
    def hessian(self) -> Matrix:
        """(2, 2) over what is seen."""
        pair = list(self.places)
        found = self.bowl.hessian[np.ix_(pair, pair)]
        if self.lean and self._column is not None:
            return found[1, 1] * np.diag([self._column[1], 1.0])
        return found

    def directions(self) -> tuple[Vector, Matrix]:
        """Curvatures over the two coefficients, the smaller first, and (2, 2) the directions as they are seen, in columns."""
        if self._column is None or not self.lean:
            values, vectors = np.linalg.eigh(self.hessian)
            even = self._column is not None and self._column[1] == 0
            return np.where(even or values < EVEN * values[1], [0.0, 1.0], 1.0) * values, vectors
        unit = float(self.hessian[1, 1])
        found = spectrum_of_line(unit, *self._column)
        b, weight = found.vectors[:, ::-1]
        return found.values[::-1], np.array([weight, found.values[::-1] * b / unit])  # b + m·W without its cancellation

    def axes(self, points: Matrix) -> tuple[Axis, Axis]:
        """Axes on which these places are seen."""
        x, y = (symbol(self.bowl, place) for place in self.places)
        up = f"b + {number(self.lean)} · W" if self.lean else y
        return around(x, points[:, 0], margin=0.1), around(up, points[:, 1], margin=0.1)

    @property
    def note(self) -> str:
        if not self.lean:
            return ""
        return _(
            "{column} lies far from 0: up the axis is the height of the line at its mean, {mean}; b is that at 0",
            column=name_of(self.bowl.names[self.places[0]]),
            mean=number(self.lean),
        )


@dataclass(frozen=True, eq=False)
class View:
    """A slice of a bowl. plane : the two numbers that it is over        center : (q,) the minimum that it goes through

    x, y : its axes
    """

    plane: Plane
    center: Vector
    x: Axis
    y: Axis

    def rings(self) -> list[Mark]:
        """Contours from the outside in."""
        hessian, middle = self.plane.hessian, self.on(self.center[None])[0]
        corners = np.array([[x, y] for x in (self.x.low, self.x.high) for y in (self.y.low, self.y.high)]) - middle
        highest = float(max(0.5 * corner @ hessian @ corner for corner in corners))
        values, vectors = np.linalg.eigh(hessian)
        radii = vectors / np.sqrt(np.maximum(values, 1e-12 * max(values[-1], 1e-300)))
        levels = _levels(self.plane.bowl.floor, highest)
        top = levels[0][0] if levels else 1.0
        return [
            ellipse(middle, radii * np.sqrt(2 * above), float(np.sqrt(above / top)), text=text)
            for above, text in levels
        ]

    def on(self, theta: Matrix) -> Matrix:
        """(k, 2) of coefficients (k, q)."""
        return self.plane.on(theta)

    def minimum(self) -> Mark:
        at = self.on(self.center[None])[0]
        return dots(at[0], at[1], "minimum", text=_("minimum"))

    def steps(self, run: Run) -> list[Mark]:
        """The path of a run: a line, a dot at each epoch, arrows, its real start and its end."""
        track = self._until_gone(self.on(run.track)) if run.diverges else self.on(run.track)
        marks = [
            line(track[:, 0], track[:, 1], "path"),
            dots(track[:, 0], track[:, 1], "path", name=_("after each epoch")),
        ]
        marks += self._arrows(track)
        marks.append(dots(track[0, 0], track[0, 1], "start", text=_("start")))
        if not run.diverges:
            marks.append(dots(track[-1, 0], track[-1, 1], "end", name=_("where it ends")))
        return marks

    def _until_gone(self, track: Matrix) -> Matrix:
        """A path that climbs until it is out of sight: what follows would cover it."""
        near = len(_near(track, self.on(self.center[None])[0]))
        return track[: near + 2]

    def _arrows(self, track: Matrix) -> list[Mark]:
        """Heads on steps that are long enough to carry one, spread over the path."""
        size = np.array([self.x.high - self.x.low, self.y.high - self.y.low])
        along = np.hypot(*(np.diff(track, axis=0) / size).T)
        low, high = np.array([self.x.low, self.y.low]), np.array([self.x.high, self.y.high])
        inside = np.all((track >= low) & (track <= high), axis=1)
        long = np.flatnonzero((along > 0.04) & inside[1:])
        if len(long):
            chosen = long[np.unique(np.linspace(0, len(long) - 1, ARROWS).astype(int))]
            return [arrow(track[k : k + 2, 0], track[k : k + 2, 1], "path") for k in chosen.tolist()]
        return self._far_arrows(track, size)

    def _far_arrows(self, track: Matrix, size: Vector) -> list[Mark]:
        """Of short steps: some stretches of the path."""
        gone = np.concatenate([[0.0], np.cumsum(np.hypot(*(np.diff(track, axis=0) / size).T))])
        if gone[-1] < 0.05:
            return []
        found = []
        for share in (0.3, 0.65):
            end = int(np.searchsorted(gone, share * gone[-1]))
            start = int(np.searchsorted(gone, share * gone[-1] - 0.04))
            if end > start:
                found.append(arrow(track[start : end + 1, 0], track[start : end + 1, 1], "path"))
        return found


def pair_of(bowl: Bowl, term: str | None) -> tuple[int, int]:
    """The two coefficients that are seen: one asked for, or the weight along which it is steepest, and b or another weight."""
    first = steepest(bowl) if term is None else place_of(bowl, term)
    if not bowl.layout.intercept:
        return first, place_of(bowl, None, (first,))
    return (first, 0) if first != 0 else (place_of(bowl, None, (first,)), 0)


def view(bowl: Bowl, places: tuple[int, int], center: Vector, tracks: list[Matrix]) -> View:
    """The slice in which these paths and the minimum are seen; one that climbs runs out of it."""
    plane = Plane(bowl, places)
    middle = plane.on(center[None])[0]
    points = np.vstack([middle[None], *(_near(plane.on(track), middle) for track in tracks)])
    reach = np.abs(points - middle).max(axis=0)
    share = np.maximum(0.25 * np.maximum(reach, 1e-300), _of_ring(plane, points - middle))
    wide = np.where(reach == 0, np.maximum(np.abs(middle), 1.0), share)
    return View(plane, center, *plane.axes(np.vstack([points, middle - wide, middle + wide])))


def _of_ring(plane: Plane, away: Matrix) -> Vector:
    """(2,) a share of how far the ring of the highest point reaches: a path along one axis leaves the bowl its shape."""
    hessian = plane.hessian
    highest = float(((away @ hessian) * away).sum(axis=1).max())
    scale = np.sqrt(np.diag(hessian))
    if not (scale > 0).all():
        return np.zeros(2)
    apart = max(1 - float(hessian[0, 1] / scale[0] / scale[1]) ** 2, 1e-2)
    return RING * np.sqrt(highest / apart) / scale


def _near(track: Matrix, middle: Vector) -> Matrix:
    """The part of a path that is no farther than some times its start."""
    away = np.abs(track - middle)
    bound = LEAVES * np.maximum(away[0], 0.3 * away[0].max())
    far = np.flatnonzero(~(away <= np.where(bound > 0, bound, np.inf)).all(axis=1))
    return track[: max(int(far[0]), 1)] if len(far) else track


def _levels(floor: float, highest: float) -> list[tuple[float, str]]:
    """(cost above the floor, the cost in words) of the rings, the highest first: round costs."""
    if not highest > 0:
        return []
    if floor > 0.2 * highest:
        costs = round_numbers(floor, floor + highest, RINGS)
        found = [(cost - floor, cost) for cost in costs if cost - floor > 1e-3 * highest]
    else:
        top = np.floor(np.log10(floor + highest))
        steps = [part * 10.0**power for power in (top, top - 1, top - 2, top - 3) for part in (5.0, 2.0, 1.0)]
        found = [(cost - floor, cost) for cost in sorted(steps, reverse=True) if floor < cost <= floor + highest]
        found = [(above, cost) for above, cost in found if above > 2e-3 * highest][:RINGS]
    return [(above, number(cost, 6)) for above, cost in sorted(found, reverse=True)]
