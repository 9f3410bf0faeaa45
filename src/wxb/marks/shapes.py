"""Marks as SVG elements. Colours come from classes (`wxb-data`: currentColor), everything else from the role's look.

Paths are written in tenths of a pixel, each point as a step from the one before it; lines are thinned to what is seen, dots on each
other drawn once where they are thousands. So no picture grows with its data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.marks.geometry import Frame, cut_area, ring, spread, thinned
from wxb.marks.mark import Mark, Role
from wxb.marks.style import DEEPEST, LOOKS, Hatch, Look, Shape
from wxb.marks.traced import outlines, strokes

MOST_DOTS, MOST_POINTS, TINTS = 3000, 1500, 8
MOST_RADIUS = (
    20.0  # of a frame, beyond which an ellipse is drawn as far as it is seen: painters lose the place of longer ones
)
_HATCHES: dict[Hatch, tuple[int, str]] = {  # (period, what is drawn)
    "/": (6, '<path d="M-1 1l2-2M0 6l6-6M5 7l2-2"/>'),
    "\\": (6, '<path d="M-1 5l2 2M0 0l6 6M5-1l2 2"/>'),
    "-": (5, '<path d="M0 2.5h5"/>'),
    "x": (6, '<path d="M0 0l6 6M0 6l6-6"/>'),
    "dots": (5, '<path d="M1.5 1.5h0M4 4h0" stroke-width="1.6" stroke-linecap="round"/>'),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and how marks are drawn.

    key : the frame's clip is `#key`        fine : 1, less where all would be too long
    above : the height of the ring drawn before        crowded : bins lie below: lines and dots have an edge of ground
    """

    frame: Frame
    key: str
    fine: float = 1.0
    above: float = 1.0
    crowded: bool = False

    def after(self, mark: Mark) -> Setting:
        """The setting of what is drawn upon a mark."""
        if mark.kind == "ellipse" and mark.weight is not None:
            return replace(self, above=float(mark.weight[0]))
        return replace(self, crowded=True) if mark.kind == "cells" else self


def shapes(mark: Mark, setting: Setting) -> str:
    """The elements of a mark."""
    if mark.kind == "dots":
        return _dots(mark, setting)
    if mark.kind in ("line", "arrow", "segments", "rule"):
        return _strokes(mark, setting)
    if mark.kind == "ellipse":
        return _ellipse(mark, setting)
    if mark.kind == "cells":
        return _cells(mark, setting)
    return "" if mark.kind == "text" else _areas(mark, setting)


def hatch(role: Role, name: str) -> str:
    """The pattern of a role's areas, its tint and its lines; nothing where they are plain."""
    look = LOOKS[role]
    if not look.hatch:
        return ""
    period, inner = _HATCHES[look.hatch]
    return (
        f'<pattern id="{name}" class="wxb-{role}" width="{period}" height="{period}" patternUnits="userSpaceOnUse">'
        f'<rect width="{period}" height="{period}" fill="currentColor" fill-opacity="{look.fill:g}"/>'
        f'<g fill="none" stroke="currentColor">{inner}</g></pattern>'
    )


def dot_path(shape: Shape, places: Matrix, r: float) -> str:
    """A path of dots of a shape and radius."""
    w, d = number(r), number(1.2 * r)
    forms: dict[Shape, tuple[float, float, str]] = {
        "disc": (0, 0, "h0"),
        "point": (0, 0, "h0"),
        "ring": (-r, 0, f"a{w} {w} 0 1 0 {number(2 * r)} 0a{w} {w} 0 1 0-{number(2 * r)} 0z"),
        "square": (-0.9 * r, -0.9 * r, f"h{number(1.8 * r)}v{number(1.8 * r)}h-{number(1.8 * r)}z"),
        "diamond": (-1.2 * r, 0, f"l{d}-{d} {d} {d}-{d} {d}z"),
        "up": (0, -1.1 * r, f"l{number(1.1 * r)} {number(2 * r)}h-{number(2.2 * r)}z"),
        "down": (0, 1.1 * r, f"l{number(1.1 * r)}-{number(2 * r)}h-{number(2.2 * r)}z"),
        "plus": (-1.3 * r, 0, f"h{number(2.6 * r)}m-{number(1.3 * r)}-{number(1.3 * r)}v{number(2.6 * r)}"),
        "saltire": (-r, -r, f"l{number(2 * r)} {number(2 * r)}m0-{number(2 * r)}l-{number(2 * r)} {number(2 * r)}"),
    }  # fmt: skip
    across, down, form = forms[shape]
    tenths = np.rint((places + np.array([across, down])) * 10).astype(np.int64)
    return "".join(f"M{_tenth(x)} {_tenth(y)}{form}" for x, y in tenths.tolist())


def dot_attributes(look: Look, r: float) -> str:
    """How such a path is painted."""
    if look.dot in ("disc", "point"):
        return f'class="wxb-dot" stroke-width="{number(2 * r)}"'
    if look.dot == "ring":
        return 'class="wxb-ring" stroke-width="1.8"'
    if look.dot in ("plus", "saltire"):
        return 'class="wxb-line" stroke-width="2.4"'
    return 'class="wxb-full"'


def _dots(mark: Mark, setting: Setting) -> str:
    look, frame = LOOKS[mark.role], setting.frame
    places = frame.place(mark.points)
    places = spread(places[frame.inside(places)], int(MOST_DOTS * setting.fine), 0.5)
    if not len(places):
        return ""
    r = 4.2 if len(places) <= 60 else 3.0 if len(places) <= 600 else 2.2
    r *= {"point": 0.6, "plus": 1.2}.get(look.dot, 1.0)
    path = dot_path(look.dot, places, r)
    round_dots = look.dot in ("disc", "point")
    edge = f'stroke-linecap="round" stroke-width="{number(2 * r + 2.4)}"' if round_dots else 'stroke-width="3"'
    halo = f'<path class="wxb-halo" {edge} d="{path}"/>' if setting.crowded and len(places) <= 300 else ""
    return f'<g class="wxb-{mark.role}">{halo}<path {dot_attributes(look, r)} d="{path}"/></g>'


def _strokes(mark: Mark, setting: Setting) -> str:
    """A line, an arrow, segments, a rule."""
    look, parts = LOOKS[mark.role], strokes(mark, setting.frame, setting.fine)
    if not parts:
        return ""
    most = max(int(MOST_POINTS * setting.fine) // len(parts), 20)
    thin = [line for part in parts for line in thinned(part, 0.3, most)]
    head = _head(setting.frame.place(mark.points), setting.frame, look) if mark.kind == "arrow" else ""
    path = "".join(map(_path, thin))
    halo = f'<path class="wxb-halo" stroke-width="{look.width + 2.4:g}" d="{path}"/>' if setting.crowded else ""
    return f'<g class="wxb-{mark.role}">{halo}<path class="wxb-line" {stroke(look)} d="{path}"/>{head}</g>'


def _head(places: Matrix, frame: Frame, look: Look) -> str:
    """The head of an arrow, where its end is seen."""
    known = places[np.isfinite(places).all(axis=1)]
    away = np.hypot(*(known - known[-1:]).T) if len(known) else np.zeros(0)
    before = np.flatnonzero(away > 1e-6)
    if not len(before) or not frame.inside(known[-1:])[0]:
        return ""
    far = np.flatnonzero(away > 4)
    back = known[far[-1] if len(far) else before[0]] - known[-1]
    back = back / np.hypot(*back)
    size = min(6 + 2 * look.width, 0.6 * away.max() + 3)
    side = np.array([-back[1], back[0]]) * 0.42 * size
    tip, base = known[-1], known[-1] + back * size
    return f'<path class="wxb-full" d="{_path(np.array([tip, base + side, base - side]))}z"/>'


def _areas(mark: Mark, setting: Setting) -> str:
    """Areas, bars and true squares: a tint, a hatch, an edge."""
    cut = [cut_area(outline, setting.frame.box, 8.0) for outline in outlines(mark, setting.frame, setting.fine)]
    most = int(MOST_POINTS * setting.fine)
    closed = [thinned(np.vstack([area, area[:1]]), 0.3, most)[0][:-1] for area in cut if len(area) > 2]
    path = "".join(f"{_path(area)}z" for area in closed if len(area) > 1)
    bare = f'<path class="wxb-bare" clip-path="url(#{setting.key})" d="{path}"/>' if setting.crowded else ""
    return bare + painted_area(mark.role, path, setting.key) if path else ""


def painted_area(role: Role, path: str, key: str) -> str:
    """A closed path as an area of a role, cut at the frame `#key`."""
    look = LOOKS[role]
    fill = (
        f'fill="url(#{key.split("-")[0]}-{role})"'
        if look.hatch
        else f'fill="currentColor" fill-opacity="{look.fill:g}"'
    )
    clip = f' clip-path="url(#{key})"' if "-" in key else ""
    edge = stroke(look, min(look.width, 1.2))
    return f'<g class="wxb-{role}"{clip}><path class="wxb-area" {fill} {edge} d="{path}"/></g>'


def _ellipse(mark: Mark, setting: Setting) -> str:
    """A ring of the bowl; all rings over each other tint the deepest by DEEPEST."""
    frame = setting.frame
    height = 1.0 if mark.weight is None else float(mark.weight[0])
    deep, before = DEEPEST * (1 - height), DEEPEST * (1 - setting.above)
    tint = max(0.0, 1 - (1 - deep) / (1 - before))
    places = frame.place(mark.points)
    if not np.isfinite(places).all():
        return ""
    style = f'class="wxb-area" fill="currentColor" fill-opacity="{tint:.3f}" {stroke(LOOKS[mark.role])}'
    long = np.abs(places[1:] - places[0]).max() > MOST_RADIUS * max(frame.width, frame.height)
    if frame.x.log or frame.y.log or long:
        around = cut_area(ring(mark.points, frame), frame.box, 8.0)
        shape = f'<path {style} d="{_path(around)}z"/>' if len(around) > 2 and np.isfinite(around).all() else ""
    else:
        center, one, other = places
        directions, radii, __ = np.linalg.svd(np.column_stack([one - center, other - center]))
        turn = math.degrees(math.atan2(directions[1, 0], directions[0, 0]))
        shape = (
            f'<ellipse {style} rx="{radii[0]:.2f}" ry="{radii[1]:.2f}" '
            f'transform="translate({center[0]:.2f} {center[1]:.2f}) rotate({turn:.3f})"/>'
        )
    return f'<g class="wxb-{mark.role}" clip-path="url(#{setting.key})">{shape}</g>'


def _cells(mark: Mark, setting: Setting) -> str:
    """Bins in eight tints, neighbours of one tint as one."""
    if mark.size is None or mark.weight is None:
        return ""
    frame = setting.frame
    middles, size, weight = _coarser(mark.points, np.array(mark.size), mark.weight, round(setting.fine**-0.5))
    low, high = frame.place(middles - size / 2), frame.place(middles + size / 2)
    seen = np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1) & (weight > 0)
    left, top, right, bottom = frame.box
    low, high = (np.clip(ends, [left, top], [right, bottom]) for ends in (low, high))
    seen &= (low != high).all(axis=1)
    steps = max(int(TINTS * setting.fine), 2)
    tints = np.clip(np.ceil(weight * steps), 1, steps)
    paths = []
    for tint in np.unique(tints[seen]):
        chosen = seen & (tints == tint)
        path = "".join(
            f"M{_tenth(left)} {_tenth(bottom)}H{_tenth(right)}V{_tenth(top)}H{_tenth(left)}z"
            for left, bottom, right, top in _joined(np.column_stack([low[chosen], high[chosen]]))
        )
        opacity = 0.16 + 0.84 * tint / steps
        paths.append(f'<path class="wxb-full" shape-rendering="crispEdges" fill-opacity="{opacity:.2f}" d="{path}"/>')
    return f'<g class="wxb-{mark.role}" clip-path="url(#{setting.key})">{"".join(paths)}</g>'


def _coarser(middles: Matrix, size: Vector, weight: Vector, times: int) -> tuple[Matrix, Vector, Vector]:
    """Bins so many times as wide and high, as full as those they are made of on average."""
    if times <= 1 or not len(middles):
        return middles, size, weight
    corner = middles.min(axis=0) - size / 2
    blocks, which = np.unique(np.floor((middles - corner) / (times * size)), axis=0, return_inverse=True)
    return corner + (blocks + 0.5) * times * size, times * size, np.bincount(which.ravel(), weight) / times**2


def _joined(boxes: Matrix) -> list[list[int]]:
    """Boxes (left, bottom, right, top) in tenths, those that touch in a row as one."""
    tenths = np.rint(boxes * 10).astype(np.int64)
    tenths = tenths[np.lexsort((tenths[:, 0], tenths[:, 3], tenths[:, 1]))]
    same = (tenths[1:, [1, 3]] == tenths[:-1, [1, 3]]).all(axis=1) & (tenths[1:, 0] <= tenths[:-1, 2])
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    ends = np.append(starts[1:], len(tenths)) - 1
    tenths[starts, 2] = tenths[ends, 2]
    return tenths[starts].tolist()


def stroke(look: Look, width: float | None = None) -> str:
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    return f'stroke-width="{look.width if width is None else width:g}"{dash}'


def _path(line: Matrix) -> str:
    """A line as a path: its first point, then steps."""
    tenths = np.rint(line * 10).astype(np.int64)
    steps = np.diff(tenths, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    first = f"M{_tenth(tenths[0, 0])} {_tenth(tenths[0, 1])}"
    return first + ("l" + " ".join(f"{_tenth(x)} {_tenth(y)}" for x, y in steps.tolist()) if len(steps) else "h0")


def _tenth(tenths: int) -> str:
    whole, rest = divmod(abs(int(tenths)), 10)
    return f"{'-' if tenths < 0 else ''}{whole if whole or not rest else ''}{f'.{rest}' if rest else ''}"


def number(value: float) -> str:
    """A length in tenths of a pixel."""
    return _tenth(round(float(value) * 10))
