"""The labels of a panel: what they say, where they would like to stand, and what they should not hide."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from wxb._typing import Matrix
from wxb.marks.geometry import Frame, ring, spread
from wxb.marks.mark import Mark
from wxb.marks.measure import clean, folded, shortened
from wxb.marks.traced import strokes

_ALONG = (0.94, 0.8, 0.6, 0.4, 0.2, 0.06)  # where on a line a label is tried, from its end


def labelled(marks: Sequence[Mark]) -> list[Mark]:
    return [mark for mark in marks if clean(mark.text)]


def lines_of(marks: Sequence[Mark], fits: Callable[[str], bool]) -> list[list[str]]:
    """The lines of each label: two at most, different labels different."""
    whole = [folded(mark.text, fits, most=3) for mark in marks]
    if len({tuple(lines) for lines in whole}) == len({mark.text for mark in marks}):
        return whole
    return [[text] for text in shortened([mark.text for mark in marks], fits)]


def anchors(mark: Mark, frame: Frame) -> Matrix:
    """(k, 2) places at which the label of a mark may stand, best first; none where nothing of it is seen."""
    if mark.kind == "rule":
        return _rule_anchors(mark, frame)
    if mark.kind in ("line", "arrow"):
        return _line_anchors(strokes(mark, frame))
    places = (
        ring(mark.points, frame) if mark.kind == "ellipse" else frame.place(mark.points, mark.kind in ("area", "bars"))
    )
    if mark.kind in ("segments", "squares", "bars"):
        left, top, right, bottom = frame.box
        cut = np.clip(places, [left, top], [right, bottom])
        places = (cut[::2] + cut[1::2]) / 2
    elif mark.kind == "area":
        seen = places[np.isfinite(places).all(axis=1)]
        cut = np.clip(seen, frame.box[:2], frame.box[2:])
        places = cut.mean(axis=0, keepdims=True) if len(cut) else seen
    seen = places[np.isfinite(places).all(axis=1) & frame.inside(places)]
    if mark.kind == "ellipse" and len(seen):
        order = np.argsort(seen[:, 1])  # from the top
        return seen[order[:: max(1, len(order) // 8)]]
    return seen[:6]


def _rule_anchors(mark: Mark, frame: Frame) -> Matrix:
    left, top, right, bottom = frame.box
    place = frame.place(mark.points)[0]
    if np.isfinite(place[0]):
        points = np.array([[place[0], top + share * (bottom - top)] for share in (0.06, 0.94, 0.3, 0.6)])
    else:
        points = np.array([[left + share * (right - left), place[1]] for share in (0.94, 0.06, 0.3, 0.6)])
    return points[frame.inside(points)]


def _line_anchors(parts: list[Matrix]) -> Matrix:
    if not parts:
        return np.zeros((0, 2))
    longest = max(parts, key=_length)
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(longest, axis=0).T))])
    at = np.array(_ALONG) * steps[-1]
    return np.column_stack([np.interp(at, steps, longest[:, k]) for k in (0, 1)])


def _length(line: Matrix) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def others(mark: Mark, marks: Sequence[Mark], frame: Frame, step: float) -> Matrix:
    """(k, 2) the dots that a label of a dot is not of."""
    if mark.kind != "dots" or not len(own := anchors(mark, frame)):
        return np.zeros((0, 2))
    seen = [frame.place(one.points) for one in marks if one.kind == "dots" and one is not mark]
    places = np.concatenate([np.zeros((0, 2)), *seen])
    places = places[frame.inside(places)]
    away = (
        np.hypot(*(places[:, None] - own).transpose(2, 0, 1)).min(axis=1) > step
    )  # the same dot, drawn as a row as well
    return spread(places[away], 2000, step)


def obstacles(marks: Sequence[Mark], frame: Frame, step: float) -> Matrix:
    """(k, 2) places that labels better leave free: dots, and points every `step` along lines."""
    found = [np.zeros((0, 2))]
    for mark in marks:
        if mark.kind == "dots":
            places = frame.place(mark.points)
            found.append(spread(places[frame.inside(places)], 800, step))
        elif mark.kind in ("line", "arrow", "segments", "rule"):
            found += [_sampled(part, step) for part in strokes(mark, frame)[:400]]
    return spread(np.concatenate(found), 4000, step)


def _sampled(line: Matrix, step: float) -> Matrix:
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.arange(0.0, min(steps[-1], 3000 * step) + step, step)
    return np.column_stack([np.interp(at, steps, line[:, k]) for k in (0, 1)])
