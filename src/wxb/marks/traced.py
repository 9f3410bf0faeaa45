"""What of a mark is stroked, and what is filled, in places of a frame: the same for every painter."""

from __future__ import annotations

import numpy as np

from wxb._typing import Matrix
from wxb.marks.geometry import Frame, cut_line, ring, runs, square_on
from wxb.marks.mark import Mark

MOST_PIECES = 1500


def strokes(mark: Mark, frame: Frame, fine: float = 1.0) -> list[Matrix]:
    """The lines of a line, an arrow, segments, a rule or an ellipse, cut at the frame. fine : which share of very many"""
    if mark.kind == "rule":
        return _rule(mark, frame)
    if mark.kind == "ellipse":
        around = ring(mark.points, frame)
        return cut_line(around, frame.box) if np.isfinite(around).all() else []
    places = frame.place(mark.points)
    pieces = _pairs(places, fine) if mark.kind == "segments" else runs(places)
    return [part for piece in pieces for part in cut_line(piece, frame.box)]


def outlines(mark: Mark, frame: Frame, fine: float = 1.0) -> list[Matrix]:
    """The closed outlines of an area, bars or squares; they may reach beyond the frame."""
    places = frame.place(mark.points, edges=True)
    if mark.kind == "area":
        return [places[np.isfinite(places).all(axis=1)]]
    pairs = _pairs(places, fine)
    return [
        square_on(start, end, frame.box) if mark.kind == "squares" else _corners(start, end) for start, end in pairs
    ]


def _pairs(places: Matrix, fine: float) -> list[Matrix]:
    """Pairs that are known; of very many, evenly as many as are told apart."""
    pairs = places[: len(places) // 2 * 2].reshape(-1, 2, 2)
    pairs = pairs[np.isfinite(pairs).all(axis=(1, 2))]
    return list(pairs[:: 1 + int(len(pairs) / (MOST_PIECES * fine))])


def _corners(start: Matrix, end: Matrix) -> Matrix:
    return np.array([start, [end[0], start[1]], end, [start[0], end[1]]])


def _rule(mark: Mark, frame: Frame) -> list[Matrix]:
    place = frame.place(mark.points)[0]
    upright = bool(np.isfinite(place[0]))
    ends = np.array([place, place])
    ends[:, int(upright)] = frame.box[int(upright)], frame.box[2 + int(upright)]
    return [ends] if np.isfinite(ends).all() and frame.inside(ends).all() else []
