"""Marks on a sheet: data to places of a frame, cut at its edges, thinned to what can be seen.

A frame is a rectangle of a sheet, y downwards. Places are in the sheet's units: pixels, or dots of a terminal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from wxb._typing import Integers, Marks, Matrix, Vector
from wxb.marks.axis import Axis

FAR = 1e7  # of widths of a frame: farther away is no other direction
_ROUND = np.linspace(0, 2 * np.pi, 97)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    left: float
    top: float
    width: float
    height: float
    x: Axis
    y: Axis

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.left + self.width, self.top + self.height

    def place(self, points: Matrix, edges: bool = False) -> Matrix:
        """Data (k, 2) → places; NaN where there is none. edges : what is infinite lies a little beyond the edge"""
        x, y = (_edged(points[:, 0], self.x), _edged(points[:, 1], self.y)) if edges else (points[:, 0], points[:, 1])
        with np.errstate(invalid="ignore"):
            x, y = np.where(np.isinf(x), np.nan, x), np.where(np.isinf(y), np.nan, y)
        across, up = np.clip(self.x.place(x), -FAR, FAR), np.clip(self.y.place(y), -FAR, FAR)
        return np.column_stack([self.left + self.width * across, self.top + self.height * (1 - up)])

    def inside(self, places: Matrix, slack: float = 0.5) -> Marks:
        left, top, right, bottom = self.box
        x, y = places[:, 0], places[:, 1]
        return (x >= left - slack) & (x <= right + slack) & (y >= top - slack) & (y <= bottom + slack)


def _edged(values: Vector, axis: Axis) -> Vector:
    """Infinite numbers, and on a logarithmic axis 0, so far beyond the edge that no line is drawn along it."""
    low, high = _beyond(axis)
    downwards = values <= 0 if axis.log else values == -np.inf
    return np.where(values == np.inf, high, np.where(downwards, low, values))


def _beyond(axis: Axis) -> tuple[float, float]:
    if axis.log:
        return axis.low * (axis.low / axis.high) ** 0.1, axis.high * (axis.high / axis.low) ** 0.1
    reach = 0.2 * (axis.high / 2 - axis.low / 2)
    return axis.low - reach, axis.high + reach


def equal_units(frame: Frame) -> Frame:
    """A frame with as many pixels per unit across as up: the axis with room to spare shows more."""
    x, y = frame.x, frame.y
    if x.log or y.log:
        return frame
    across, up = (x.high - x.low) / frame.width, (y.high - y.low) / frame.height
    if not max(across, up) * max(frame.width, frame.height) < 1e308:
        return frame
    if across < up:
        return replace(frame, x=_widened(x, up * frame.width))
    return replace(frame, y=_widened(y, across * frame.height))


def _widened(axis: Axis, reach: float) -> Axis:
    middle = axis.low / 2 + axis.high / 2
    return replace(axis, low=middle - reach / 2, high=middle + reach / 2)


def runs(places: Matrix) -> list[Matrix]:
    """The parts of a line between its breaks."""
    known = np.isfinite(places).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [places[start:end] for start, end in zip(edges[::2], edges[1::2])]


def cut_line(places: Matrix, box: tuple[float, float, float, float], room: float = 0.0) -> list[Matrix]:
    """What of a line lies within a box (and so much around it), as lines (Liang and Barsky)."""
    if len(places) == 1:
        places = np.repeat(places, 2, axis=0)
    start, step = places[:-1], np.diff(places, axis=0)
    first, last = np.zeros(len(step)), np.ones(len(step))
    left, top, right, bottom = box
    with np.errstate(all="ignore"):
        for axis, low, high in ((0, left - room, right + room), (1, top - room, bottom + room)):
            to_low, to_high = (low - start[:, axis]) / step[:, axis], (high - start[:, axis]) / step[:, axis]
            level = step[:, axis] == 0
            out = level & ((start[:, axis] < low) | (start[:, axis] > high))
            first = np.where(level, first, np.maximum(first, np.minimum(to_low, to_high)))
            last = np.where(level, np.where(out, -1.0, last), np.minimum(last, np.maximum(to_low, to_high)))
    seen = np.flatnonzero(first <= last)
    if not len(seen):
        return []
    begins, ends = (start[seen] + share[seen, None] * step[seen] for share in (first, last))
    goes_on = (np.diff(seen) == 1) & (first[seen[1:]] == 0) & (last[seen[:-1]] == 1)
    cuts = np.flatnonzero(~goes_on) + 1
    return [
        np.vstack([begins[low : low + 1], ends[low:high]])
        for low, high in zip([0, *cuts.tolist()], [*cuts.tolist(), len(seen)])
    ]


def cut_area(places: Matrix, box: tuple[float, float, float, float], room: float = 0.0) -> Matrix:
    """What of a closed area lies within a box (Sutherland and Hodgman)."""
    left, top, right, bottom = box
    for axis, bound, sign in ((0, left - room, 1), (0, right + room, -1), (1, top - room, 1), (1, bottom + room, -1)):
        if len(places) == 0:
            break
        depth = sign * (places[:, axis] - bound)
        if (depth >= 0).all():
            continue
        following, after = np.roll(places, -1, axis=0), np.roll(depth, -1)
        crosses = (depth >= 0) != (after >= 0)
        with np.errstate(all="ignore"):
            share = np.where(crosses, depth / (depth - after), 0.0)
        crossing = places + share[:, None] * (following - places)
        both = np.stack([places, crossing], axis=1).reshape(-1, 2)
        places = both[np.stack([depth >= 0, crosses], axis=1).reshape(-1)]
    return places


def thinned(line: Matrix, tolerance: float, most: int = 1500) -> list[Matrix]:
    """A line with fewer points that looks the same within a tolerance; a crowded one without what is drawn twice."""
    rightwards = bool((np.diff(line[:, 0]) >= 0).all())
    parts = [line]
    for step in tolerance * 2.0 ** np.arange(6):
        moving = _extremes(line, 2 * step) if rightwards and len(line) > most else _moving(line, step)
        kept = _simpler(moving, step) if len(moving) <= 8 * most else moving
        parts = [kept] if len(kept) <= most else _once(kept, step)
        if sum(map(len, parts)) <= most:
            return parts
    return parts[:: -(-sum(map(len, parts)) // most)]  # a filled area: any of its lines show it


def _moving(line: Matrix, grid: float) -> Matrix:
    """Points that stand still left out."""
    places = np.round(line / grid)
    moves = np.concatenate([[True], (np.diff(places, axis=0) != 0).any(axis=1)])
    moves[-1] = True
    return line[moves]


def _extremes(line: Matrix, column: float) -> Matrix:
    """Of a line that runs rightwards, the first, lowest, highest and last point in each column."""
    columns = np.floor(line[:, 0] / column)
    starts = np.flatnonzero(np.concatenate([[True], np.diff(columns) != 0]))
    ends = np.append(starts[1:], len(line)) - 1
    order = np.lexsort((line[:, 1], columns))
    return line[np.unique(np.concatenate([starts, ends, order[starts], order[ends]]))]


def _simpler(line: Matrix, tolerance: float) -> Matrix:
    """Douglas and Peucker."""
    kept = np.zeros(len(line), dtype=bool)
    kept[[0, -1]] = True
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        away = _distances(line[first + 1 : last], line[first], line[last])
        farthest = int(np.argmax(away))
        if away[farthest] > tolerance:
            middle = first + 1 + farthest
            kept[middle] = True
            waiting += [(first, middle), (middle, last)]
    return line[kept]


def _distances(points: Matrix, start: Vector, end: Vector) -> Vector:
    """From a segment."""
    step = end - start
    length = float(step @ step)
    share = np.clip((points - start) @ step / length, 0, 1) if length > 0 else np.zeros(len(points))
    away = points - start - share[:, None] * step
    return np.sqrt((away**2).sum(axis=1))


def _once(line: Matrix, grid: float) -> list[Matrix]:
    """The segments of a line, those that look the same drawn once."""
    places = np.round(line / grid)
    pairs = np.concatenate([places[:-1], places[1:]], axis=1)
    swapped = (pairs[:, 0] > pairs[:, 2]) | ((pairs[:, 0] == pairs[:, 2]) & (pairs[:, 1] > pairs[:, 3]))
    pairs = np.where(swapped[:, None], pairs[:, [2, 3, 0, 1]], pairs)
    first = np.sort(_first_of_each(pairs))
    cuts = np.flatnonzero(np.diff(first) > 1) + 1
    return [line[part[0] : part[-1] + 2] for part in np.split(first, cuts) if len(part)]


def _first_of_each(rows: Matrix) -> Integers:
    """Where each different row of whole numbers (of a sheet: small ones) stands first."""
    packed = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        packed = packed * 2**15 + column.astype(np.int64)
    return np.unique(packed, return_index=True)[1]


def spread(places: Matrix, most: int, grid: float) -> Matrix:
    """Dots, those that would lie on each other drawn once where they are many."""
    while len(places) > most:
        places = places[np.sort(_first_of_each(np.round(places / grid)))]
        grid *= 2
    return places


def square_on(start: Vector, end: Vector, box: tuple[float, float, float, float]) -> Matrix:
    """(4, 2) the corners of the true square on a side, on the side of it that has more room; all squares turn one way round.

    Squares drawn as one path and turning different ways would be empty where they lie on each other.
    """
    side = end - start
    normal = np.array([abs(side[1]), -abs(side[0])])  # to the right, upwards
    left, top, right, bottom = box
    middle = (start + end) / 2
    room = np.array([right - middle[0] - (middle[0] - left), (middle[1] - top) - (bottom - middle[1])])
    sticks_out = (start + normal)[0] > right or (start + normal)[1] < top
    if sticks_out and room @ np.abs(normal) < 0:
        normal = -normal
    corners = np.array([start, end, end + normal, start + normal])
    return corners if side[0] * normal[1] <= side[1] * normal[0] else corners[::-1]


def ring(points: Matrix, frame: Frame) -> Matrix:
    """(k, 2) places around an ellipse given by its centre and the ends of two conjugate radii, close together where it is seen.

    Of one that is a thousand times as long as the frame, evenly spread points would show a chord instead of the arc.
    """
    if frame.x.log or frame.y.log:
        return frame.place(_around(points, _ROUND))
    scale = np.array([frame.width / 2, -frame.height / 2])
    half = np.array([frame.x.high / 2 - frame.x.low / 2, frame.y.high / 2 - frame.y.low / 2])
    with np.errstate(all="ignore"):
        corner = np.array([frame.x.low, frame.y.low])
        placed = (points / 2 - corner / 2) / half * 2 * scale + np.array([frame.left, frame.top + frame.height])
        return _around(placed, _turns(placed, frame)) if np.isfinite(placed).all() else np.full((1, 2), np.nan)


def _around(points: Matrix, turns: Vector) -> Matrix:
    center, one, other = points
    with np.errstate(invalid="ignore", over="ignore"):
        return center + np.cos(turns)[:, None] * (one - center) + np.sin(turns)[:, None] * (other - center)


def _turns(placed: Matrix, frame: Frame) -> Vector:
    """Where around an ellipse to look at it: evenly, at the lines on which edges of ever larger frames lie, and finely within."""
    center, one, other = placed
    low, high = np.array(frame.box[:2]), np.array(frame.box[2:])
    middle, size = (low + high) / 2, (high - low) / 2
    reach = np.abs(one - center) + np.abs(other - center)
    far = float(np.log2(max(reach.max() + np.abs(center - middle).max(), 1.0) / size.min()))
    times = 2.0 ** np.arange(0.0, min(max(far, 0.0), 60.0) + 1)
    edges = middle + size * np.concatenate([-times, times])[:, None]
    radius = np.hypot(one - center, other - center)
    share = (edges - center) / np.where(radius > 0, radius, np.nan)
    swing, lean = np.arccos(np.where(np.abs(share) <= 1, share, np.nan)), np.arctan2(other - center, one - center)
    meets = np.concatenate([(lean + swing).ravel(), (lean - swing).ravel()])
    turns = np.unique(np.concatenate([_ROUND, meets[np.isfinite(meets)] % (2 * np.pi)]))
    halfway = (turns[1:] + turns[:-1]) / 2
    seen = frame.inside(_around(placed, halfway), 1.0)
    finely = turns[:-1][seen, None] + np.diff(turns)[seen, None] * np.linspace(0, 1, 25)
    return np.unique(np.concatenate([turns, finely.ravel()]))
