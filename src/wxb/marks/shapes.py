"""Marks as SVG elements. Colours come from classes (`wxb-data`: currentColor), everything else from the role's look.

Paths are written in tenths of a pixel, each point as a step from the one before it; lines are thinned to what is seen, dots on each
other drawn once where they are thousands. So no picture grows with its data.
"""

from __future__ import annotations

import math

import numpy as np

from wxb._typing import Matrix
from wxb.marks.geometry import Frame, cut_area, ellipse_points, spread, thinned
from wxb.marks.mark import Mark, Role
from wxb.marks.style import DEEPEST, LOOKS, Hatch, Look, Shape
from wxb.marks.traced import outlines, strokes

MOST_DOTS, MOST_POINTS = 3000, 1500
_HATCHES: dict[Hatch, tuple[int, str]] = {  # (period, what is drawn)
    "/": (6, '<path d="M-1 1l2-2M0 6l6-6M5 7l2-2"/>'),
    "\\": (6, '<path d="M-1 5l2 2M0 0l6 6M5-1l2 2"/>'),
    "-": (5, '<path d="M0 2.5h5"/>'),
    "x": (6, '<path d="M0 0l6 6M0 6l6-6"/>'),
    "dots": (5, '<path d="M1.5 1.5h0M4 4h0" stroke-width="1.6" stroke-linecap="round"/>'),
}


def shapes(mark: Mark, frame: Frame, key: str, above: float = 1.0, crowded: bool = False) -> str:
    """The elements of a mark.

    key : the frame's clip is `#key`        above : the height of the ring drawn before this one
    crowded : it may lie over bins, of whatever colour: lines and dots have an edge of ground
    """
    if mark.kind == "dots":
        return _dots(mark, frame, crowded)
    if mark.kind in ("line", "arrow", "segments", "rule"):
        return _strokes(mark, frame, crowded)
    if mark.kind == "ellipse":
        return _ellipse(mark, frame, key, above)
    if mark.kind == "cells":
        return _cells(mark, frame, key)
    return "" if mark.kind == "text" else _areas(mark, frame, key)


def hatch(role: Role, name: str) -> str:
    """The pattern of a role's areas; nothing where they are plain."""
    kind = LOOKS[role].hatch
    if not kind:
        return ""
    period, inner = _HATCHES[kind]
    return (
        f'<pattern id="{name}" class="wxb-{role}" width="{period}" height="{period}" patternUnits="userSpaceOnUse">'
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


def _dots(mark: Mark, frame: Frame, crowded: bool) -> str:
    look = LOOKS[mark.role]
    places = frame.place(mark.points)
    places = spread(places[frame.inside(places)], MOST_DOTS, 0.5)
    if not len(places):
        return ""
    r = 4.2 if len(places) <= 60 else 3.0 if len(places) <= 600 else 2.2
    r *= {"point": 0.6, "plus": 1.2}.get(look.dot, 1.0)
    path = dot_path(look.dot, places, r)
    round_dots = look.dot in ("disc", "point")
    edge = f'stroke-linecap="round" stroke-width="{number(2 * r + 2.4)}"' if round_dots else 'stroke-width="3"'
    halo = f'<path class="wxb-halo" {edge} d="{path}"/>' if crowded and len(places) <= 300 else ""
    return f'<g class="wxb-{mark.role}">{halo}<path {dot_attributes(look, r)} d="{path}"/></g>'


def _strokes(mark: Mark, frame: Frame, crowded: bool) -> str:
    """A line, an arrow, segments, a rule."""
    look, parts = LOOKS[mark.role], strokes(mark, frame)
    if not parts:
        return ""
    most = max(MOST_POINTS // len(parts), 40)
    thin = [line for part in parts for line in thinned(part, 0.3, most)]
    head = _head(frame.place(mark.points), frame, look) if mark.kind == "arrow" else ""
    path = "".join(map(_path, thin))
    halo = f'<path class="wxb-halo" stroke-width="{look.width + 2.4:g}" d="{path}"/>' if crowded else ""
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


def _areas(mark: Mark, frame: Frame, key: str) -> str:
    """Areas, bars and true squares: a tint, a hatch, an edge."""
    cut = [cut_area(outline, frame.box, 8.0) for outline in outlines(mark, frame)]
    closed = [thinned(np.vstack([area, area[:1]]), 0.3, MOST_POINTS)[0][:-1] for area in cut if len(area) > 2]
    path = "".join(f"{_path(area)}z" for area in closed if len(area) > 1)
    return painted_area(mark.role, path, key) if path else ""


def painted_area(role: Role, path: str, key: str) -> str:
    """A closed path as an area of a role, cut at the frame `#key`."""
    look = LOOKS[role]
    lines = f'<path fill="url(#{key.split("-")[0]}-{role})" d="{path}"/>' if look.hatch else ""
    edge = f'<path class="wxb-line" {stroke(look, min(look.width, 1.2))} d="{path}"/>'
    clip = f' clip-path="url(#{key})"' if "-" in key else ""
    return (
        f'<g class="wxb-{role}"{clip}><path class="wxb-full" fill-opacity="{look.fill:g}" d="{path}"/>{lines}{edge}</g>'
    )


def _ellipse(mark: Mark, frame: Frame, key: str, above: float) -> str:
    """A ring of the bowl; all rings over each other tint the deepest by DEEPEST."""
    height = 1.0 if mark.weight is None else float(mark.weight[0])
    deep, before = DEEPEST * (1 - height), DEEPEST * (1 - above)
    tint = max(0.0, 1 - (1 - deep) / (1 - before))
    places = frame.place(mark.points)
    if not np.isfinite(places).all():
        return ""
    style = f'class="wxb-ellipse" fill-opacity="{tint:.3f}" {stroke(LOOKS[mark.role])}'
    if frame.x.log or frame.y.log:
        around = cut_area(frame.place(ellipse_points(mark.points)), frame.box, 8.0)
        shape = f'<path {style} d="{_path(around)}z"/>' if len(around) > 2 and np.isfinite(around).all() else ""
    else:
        center, one, other = places
        directions, radii, __ = np.linalg.svd(np.column_stack([one - center, other - center]))
        turn = math.degrees(math.atan2(directions[1, 0], directions[0, 0]))
        shape = (
            f'<ellipse {style} rx="{radii[0]:.2f}" ry="{radii[1]:.2f}" '
            f'transform="translate({center[0]:.2f} {center[1]:.2f}) rotate({turn:.3f})"/>'
        )
    return f'<g class="wxb-{mark.role}" clip-path="url(#{key})">{shape}</g>'


def _cells(mark: Mark, frame: Frame, key: str) -> str:
    """Bins in eight tints."""
    if mark.size is None or mark.weight is None:
        return ""
    reach = np.array(mark.size) / 2
    low, high = frame.place(mark.points - reach), frame.place(mark.points + reach)
    seen = np.isfinite(low).all(axis=1) & np.isfinite(high).all(axis=1) & (mark.weight > 0)
    left, top, right, bottom = frame.box
    low, high = (np.clip(ends, [left, top], [right, bottom]) for ends in (low, high))
    seen &= (low != high).all(axis=1)
    tints = np.clip(np.ceil(mark.weight * 8), 1, 8)
    paths = []
    for tint in np.unique(tints[seen]):
        chosen = seen & (tints == tint)
        corners = np.rint(np.column_stack([low[chosen], high[chosen]]) * 10).astype(np.int64)
        path = "".join(
            f"M{_tenth(left)} {_tenth(bottom)}H{_tenth(right)}V{_tenth(top)}H{_tenth(left)}z"
            for left, bottom, right, top in corners.tolist()
        )
        paths.append(
            f'<path class="wxb-full" shape-rendering="crispEdges" fill-opacity="{0.16 + 0.84 * tint / 8:.2f}" d="{path}"/>'
        )
    return f'<g class="wxb-{mark.role}" clip-path="url(#{key})">{"".join(paths)}</g>'


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
