"""Where a curve is drawn: evenly, close together where it is steep, and with a gap where it breaks, as 1/x does at 0.

Between two places it is looked at ever more closely: at the half over which it changes more, and around the top of a peak.
It breaks where it jumps, or climbs, however near one looks, or has no value. What runs off to infinity is not followed: a picture
shows the rows, and as much again above and below.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wxb._typing import Integers, Marks, Vector

DRAWN = 97  # places
STEEP, MOST_STEEP = 0.1, 16  # of the height of the curve between two places, that is looked at; of so many of them
HALVINGS = 24
JUMPS = 0.3  # of the first difference, that is left where it jumps
LEAVES = 1.0  # times the height of the rows, that is seen above them and below

Curve = Callable[[Vector], Vector]


def places(curve: Curve, low: float, high: float) -> Vector:
    """(m,) in ascending order, NaN where it breaks.  curve : of places (k,), NaN where it has no value"""
    x = np.linspace(low, high, DRAWN)
    y = curve(x)
    steep = _steep(y)
    if not len(steep):
        return x
    looks = [_closer(curve, x, y, steep), _higher(curve, x, y, steep)]
    seen, gaps = (np.concatenate(parts) for parts in zip(*looks))
    keys = np.concatenate([x, seen, gaps])
    found = np.concatenate([x, seen, np.full(len(gaps), np.nan)])
    return found[np.argsort(keys, kind="stable")]


def stretches(values: Vector) -> list[slice]:
    """The parts of a curve between its breaks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], np.isfinite(values), [False]]).astype(np.int8)))
    return [slice(start, end) for start, end in zip(edges[::2].tolist(), edges[1::2].tolist())]


def heights(values: Vector, rows: Vector) -> Vector:
    """What of a curve decides how high a picture is: all of one without breaks.  rows : (2,) their range, () of none"""
    known = values[np.isfinite(values)]
    if len(known) in (0, len(values)):
        return known
    low, high = rows if len(rows) else np.quantile(known, [0.1, 0.9])
    air = LEAVES * (high - low)
    return np.clip(known, low - air, high + air) if air > 0 else known


def _steep(y: Vector) -> Integers:
    """After which places it changes much, or begins or ends."""
    known = y[np.isfinite(y)]
    if not len(known):
        return np.empty(0, dtype=np.int64)
    tall = np.ptp(np.quantile(known, [0.05, 0.95])) or np.ptp(known)
    with np.errstate(invalid="ignore", over="ignore"):
        change = _change(y[:-1], y[1:])
        turned = np.abs(np.diff(y, 2))
        bend = np.fmax(np.append(turned, 0.0), np.append(0.0, turned))
    steep = np.flatnonzero((change > STEEP * tall) | (bend > STEEP * tall))
    return np.sort(steep[np.argsort(-change[steep], kind="stable")[:MOST_STEEP]])


def _closer(curve: Curve, x: Vector, y: Vector, steep: Integers) -> tuple[Vector, Vector]:
    """(places that were looked at, places where it jumps)"""
    left, right, low, high = x[steep], x[steep + 1], y[steep], y[steep + 1]
    seen, first = [], np.zeros(len(left))
    for k in range(HALVINGS):
        middle = left + (right - left) / 2
        value = curve(middle)
        seen.append(middle)
        before, after = _change(low, value), _change(value, high)
        first = first if k else np.maximum(before, after)
        leftwards = before >= after
        left, right = np.where(leftwards, left, middle), np.where(leftwards, middle, right)
        low, high = np.where(leftwards, low, value), np.where(leftwards, value, high)
    broken = (first > 0) & (_change(low, high) >= JUMPS * first)
    return np.concatenate(seen), (left + (right - left) / 2)[broken]


def _higher(curve: Curve, x: Vector, y: Vector, steep: Integers) -> tuple[Vector, Vector]:
    """(places that were looked at, places at which it climbs, or falls, from both sides without end)"""
    inner = steep[(steep > 0) & (steep < len(x) - 2)]
    with np.errstate(invalid="ignore", over="ignore"):
        before, after = np.sign(y[inner] - y[inner - 1]), np.sign(y[inner + 1] - y[inner + 2])
    inner, way = inner[before * after > 0], before[before * after > 0]
    if not len(inner):
        return np.empty(0), np.empty(0)
    at, width = (x[inner] + x[inner + 1]) / 2, (x[inner + 1] - x[inner]) / 4
    seen, tops = [], [np.maximum(way * y[inner], way * y[inner + 1])]
    for __ in range(HALVINGS):
        around = at + width * np.array([[-1.0], [0.0], [1.0]])
        value = way * curve(around.ravel()).reshape(around.shape)
        value[~np.isfinite(value)] = np.inf
        best = np.argmax(value, axis=0), np.arange(len(at))
        seen.append(around.ravel())
        at, width = around[best], width / 2
        tops.append(value[best])
    half = HALVINGS // 2
    early, late = _change(tops[0], tops[half]), _change(tops[half], tops[-1])
    endless = ~np.isfinite(tops[-1]) | (
        (late > 1e-9 * np.abs(tops[-1])) & (tops[-1] > tops[0]) & (late >= JUMPS * early)
    )
    return np.concatenate(seen), at[endless]


def _change(one: Vector, other: Vector) -> Vector:
    """How far two values are apart: infinitely, if one of them is none."""
    there: Marks = np.isfinite(one) & np.isfinite(other)
    none = np.isfinite(one) == np.isfinite(other)
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(there, np.abs(other - one), np.where(none, 0.0, np.inf))
