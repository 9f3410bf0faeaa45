"""Labels beside their marks: never over each other, never out of the frame, over marks only where there is no other place.

Each label looks around its anchors, near first, in eight directions; a place far off, or as near to a dot of another mark, gets
a leader back to its own. A label for which nothing is free is left out: the scene's table has its number. Units are those of the
sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from wxb._typing import Marks, Matrix, Vector

Box = tuple[float, float, float, float]  # left, top, right, bottom
CLEAR = 1.6  # times as far as its own is any other dot from a label that is not mistaken for the other's
MISTAKEN = 2.5  # what that costs, in dots hidden
_AROUND = ((1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1), (1, 0), (-1, 0))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Wanted:
    """A label that wants a place. anchors : (k, 2) best first        centred : upon its anchor, if that is free

    others : (k, 2) dots that it is not of, nearer to which it would seem to be theirs
    """

    width: float
    height: float
    anchors: Matrix
    centred: bool = False
    others: Matrix = field(default_factory=lambda: np.zeros((0, 2)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """leader : from the label to its mark, where it lies far off"""

    box: Box
    leader: tuple[tuple[float, float], tuple[float, float]] | None = None


def placed(
    labels: Sequence[Wanted], bounds: Box, obstacles: Matrix, gap: float, taken: Sequence[Box] = ()
) -> list[Spot | None]:
    """A spot for each label. obstacles : (k, 2) places that are better left free        gap : from a mark to its label"""
    occupied = list(taken)
    spots: list[Spot | None] = []
    for label in labels:
        spot = _spot(label, bounds, obstacles, gap, occupied)
        spots.append(spot)
        if spot is not None:
            occupied.append(spot.box)
    return spots


def _spot(label: Wanted, bounds: Box, obstacles: Matrix, gap: float, occupied: Sequence[Box]) -> Spot | None:
    best, least = None, np.inf
    taken = np.array(occupied).reshape(-1, 4)
    for far, distance in enumerate(gap * np.array([1.0, 2.5, 5.0, 8.0, 12.0, 18.0, 28.0])):
        for order, anchor in enumerate(label.anchors):
            boxes = _boxes(label, anchor, float(distance), centred=label.centred and far == 0)
            free = _within(boxes, bounds) & ~_overlap(boxes, taken, 1.0)
            if not free.any():
                continue
            cost = _hidden(boxes, obstacles) + 0.2 * np.arange(len(boxes)) + 0.7 * order + 3 * far
            cost += MISTAKEN * _mistaken(boxes, anchor, label.others)
            cost = np.where(free, cost, np.inf)
            choice = int(np.argmin(cost))
            if cost[choice] < least:
                least, best = float(cost[choice]), (boxes[choice], anchor, far)
        if best is not None and least < 3 * (far + 1):  # farther away nothing is better
            break
    if best is None:
        return None
    box, anchor, far = best
    left, top, right, bottom = (float(edge) for edge in box)
    near = (min(max(anchor[0], left), right), min(max(anchor[1], top), bottom))
    leads = (
        np.hypot(near[0] - anchor[0], near[1] - anchor[1]) > 3 * gap or _mistaken(box[None], anchor, label.others)[0]
    )
    return Spot(box=(left, top, right, bottom), leader=(near, (float(anchor[0]), float(anchor[1]))) if leads else None)


def _boxes(label: Wanted, anchor: Vector, distance: float, centred: bool) -> Matrix:
    boxes = [_box(label, anchor, distance, *direction) for direction in _AROUND]
    if centred:
        boxes.insert(0, _box(label, anchor, 0.0, 0, 0))
    return np.array(boxes)


def _box(label: Wanted, anchor: Vector, distance: float, across: int, down: int) -> Box:
    near = distance * (0.7 if across and down else 1.0)
    left = anchor[0] + across * near - (0.5 - across / 2) * label.width
    top = anchor[1] + down * near - (0.5 - down / 2) * label.height
    return left, top, left + label.width, top + label.height


def _within(boxes: Matrix, bounds: Box) -> Marks:
    left, top, right, bottom = (boxes[:, k] for k in range(4))
    return (left >= bounds[0]) & (top >= bounds[1]) & (right <= bounds[2]) & (bottom <= bounds[3])


def _overlap(boxes: Matrix, taken: Matrix, air: float) -> Marks:
    left, top, right, bottom = (boxes[:, [k]] for k in range(4))
    beside = (left >= taken[:, 2] + air) | (right <= taken[:, 0] - air)
    apart = beside | (top >= taken[:, 3] + air) | (bottom <= taken[:, 1] - air)
    return np.asarray(~apart.all(axis=1))


def _mistaken(boxes: Matrix, anchor: Vector, others: Matrix) -> Marks:
    """Whether a dot of another mark lies about as near to the box as its own."""
    if not len(others):
        return np.zeros(len(boxes), dtype=np.bool_)
    own = _distances(boxes, anchor[None])[:, 0]
    return _distances(boxes, others).min(axis=1) < CLEAR * own


def _distances(boxes: Matrix, places: Matrix) -> Matrix:
    """(m, k) of each box from each place; 0 inside."""
    beside = [
        np.maximum(np.maximum(boxes[:, [k]] - places[:, k], places[:, k] - boxes[:, [k + 2]]), 0.0) for k in (0, 1)
    ]
    return np.hypot(*beside)


def _hidden(boxes: Matrix, obstacles: Matrix) -> Vector:
    """How many obstacles each box would lie over."""
    if not len(obstacles):
        return np.zeros(len(boxes))
    x, y = obstacles[:, 0], obstacles[:, 1]
    left, top, right, bottom = (boxes[:, [k]] for k in range(4))
    return ((x > left) & (x < right) & (y > top) & (y < bottom)).sum(axis=1).astype(np.float64)
