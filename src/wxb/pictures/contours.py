"""The bowl seen from above: contours of the cost over two coefficients, exact ellipses with their costs written on them.

With more than two coefficients it is the slice through the minimum, the others as they are there; a path is projected onto it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.bowl import Bowl
from wxb.i18n import _
from wxb.marks.axis import Axis, around, round_numbers
from wxb.marks.mark import Mark, arrow, dots, ellipse, line
from wxb.numbers import number
from wxb.pictures.run import Run, place_of, steepest, symbol

RINGS = 9
ARROWS = 7
RING = 0.06
LEAVES = 3.0  # times the distance of the start, to which a path that climbs is seen


@dataclass(frozen=True, eq=False)
class View:
    """A slice of a bowl. places : of the two coefficients        center : (q,) the minimum that it goes through

    x, y : its axes
    """

    bowl: Bowl
    places: tuple[int, int]
    center: Vector
    x: Axis
    y: Axis

    @property
    def is_slice(self) -> bool:
        return len(self.bowl.names) > 2

    def rings(self) -> list[Mark]:
        """Contours from the outside in."""
        pair = list(self.places)
        hessian, middle = self.bowl.hessian[np.ix_(pair, pair)], self.center[pair]
        corners = np.array([[x, y] for x in (self.x.low, self.x.high) for y in (self.y.low, self.y.high)]) - middle
        highest = float(max(0.5 * corner @ hessian @ corner for corner in corners))
        values, vectors = np.linalg.eigh(hessian)
        radii = vectors / np.sqrt(np.maximum(values, 1e-12 * max(values[-1], 1e-300)))
        levels = _levels(self.bowl.floor, highest)
        top = levels[0][0] if levels else 1.0
        return [
            ellipse(middle, radii * np.sqrt(2 * above), float(np.sqrt(above / top)), text=text)
            for above, text in levels
        ]

    def on(self, theta: Matrix) -> Matrix:
        """(k, 2) of coefficients (k, q)."""
        return theta[:, list(self.places)]

    def minimum(self) -> Mark:
        at = self.center[list(self.places)]
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
    middle = center[list(places)]
    seen = [middle[None], *(_near(track[:, list(places)], middle) for track in tracks)]
    points = np.vstack(seen)
    reach = np.maximum(np.abs(points - middle).max(axis=0), 1e-300)
    flat = np.abs(points - middle).max(axis=0) == 0
    wide = np.where(
        flat, np.maximum(np.abs(middle), 1.0), np.maximum(0.25 * reach, _of_ring(bowl, places, points - middle))
    )
    axes = []
    for k, place in enumerate(places):
        values = np.concatenate([points[:, k], [middle[k] - wide[k], middle[k] + wide[k]]])
        axes.append(around(symbol(bowl, place), values, margin=0.1))
    return View(bowl, places, center, axes[0], axes[1])


def _of_ring(bowl: Bowl, places: tuple[int, int], away: Matrix) -> Vector:
    """(2,) a share of how far the ring of the highest point reaches: a path along one axis leaves the bowl its shape."""
    hessian = bowl.hessian[np.ix_(list(places), list(places))]
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
