"""Marks on a canvas of characters, their labels, and the samples of a legend."""

from __future__ import annotations

import numpy as np

from wxb._typing import Matrix
from wxb.marks.canvas import TALL, Alphabet, Canvas, Cell, is_solid, said
from wxb.marks.geometry import Frame, cut_area, cut_line
from wxb.marks.labels import anchors, labelled, obstacles, others
from wxb.marks.mark import Mark, Role
from wxb.marks.measure import shortened
from wxb.marks.placing import Wanted, placed
from wxb.marks.scene import Entry, Panel
from wxb.marks.style import LOOKS
from wxb.marks.traced import outlines, strokes
from wxb.printable import cells

CROWD = 0.12  # dots to a character: more of them are drawn small


def draw(canvas: Canvas, panel: Panel, frame: Frame, signed: set[tuple[Role, str]]) -> None:
    """signed : roles and names of the lines that carry signs"""
    for mark in panel.marks:
        _mark(canvas, mark, frame)
    position = 0
    for mark in panel.marks:
        if mark.kind in ("line", "segments") and (mark.role, mark.name) in signed:
            _signs(canvas, mark, frame, position)
            position += mark.kind == "line"
    _labels(canvas, panel, frame)


def sample(entry: Entry, alphabet: Alphabet, signed: bool, upright: bool = False) -> list[Cell]:
    """What a legend shows of an entry: three characters, or one of dots. An area that is not filled is its edges.

    upright : its line goes up, or the edge of its area
    """
    kinds, sign = set(entry.kinds), LOOKS[entry.role].dot
    lines = kinds & {"line", "segments", "rule", "arrow", "ellipse"}
    filled = kinds & {"area", "bars", "squares", "cells"}
    canvas = Canvas(3 if lines or filled else 1, 1, alphabet)
    if "cells" in kinds:
        canvas.shade((0, 0, 3, TALL), 0.5, entry.role)
    elif filled:
        left, top, right, bottom = canvas.box
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
        canvas.area(corners, entry.role)
        if not (lines or canvas.dots.any() or canvas.shades):
            _edges(canvas, corners, entry.role, "area" in kinds and not upright)
    if lines:
        canvas.line(np.array([[1.5, 0.0], [1.5, TALL]] if upright else [[0.0, 1.0], [3.0, 1.0]]), entry.role)
    if "dots" in kinds or signed:
        canvas.letter(canvas.width / 2, 1, canvas.signs.dots[sign], entry.role)
    if "arrow" in kinds:
        canvas.letter(2.5, 1, canvas.signs.heads[0], entry.role)
    return canvas.rows()[0]


def _edges(canvas: Canvas, corners: Matrix, role: Role, level: bool) -> None:
    """Above and below, or at the sides; where a character has too few dots to tell these, strokes are at the sides."""
    if not level and canvas.signs.hatches:
        for x in (0.5, 2.5):
            canvas.letter(x, 1, canvas.signs.axis[0], role)
        return
    for edge in ((0, 1), (3, 2)) if level else ((0, 3), (1, 2)):
        canvas.line(0.02 + 0.96 * corners[list(edge)], role)


def _mark(canvas: Canvas, mark: Mark, frame: Frame) -> None:
    if mark.kind == "dots":
        _dots(canvas, mark, frame)
    elif mark.kind == "cells":
        _cells(canvas, mark, frame)
    elif mark.kind in ("area", "bars", "squares"):
        for outline in outlines(mark, frame):
            _area(canvas, outline, mark, frame)
    elif mark.kind != "text":
        for part in strokes(mark, frame):
            canvas.line(part, mark.role)
        if mark.kind == "arrow":
            _head(canvas, frame.place(mark.points), frame, mark.role)


def _area(canvas: Canvas, outline: Matrix, mark: Mark, frame: Frame) -> None:
    cut = cut_area(outline, frame.box, 1.0)
    if len(cut) < 3:
        return
    canvas.area(cut, mark.role)
    if is_solid(mark.role) or (canvas.signs.hatches and LOOKS[mark.role].hatch and mark.kind != "area"):
        return  # filled, or the letters of its hatch are as wide as its edge
    for part in cut_line(np.vstack([cut, cut[:1]]), frame.box):
        canvas.line(part, mark.role)


def _dots(canvas: Canvas, mark: Mark, frame: Frame) -> None:
    places = frame.place(mark.points)
    places = places[frame.inside(places, 0)]
    shape = LOOKS[mark.role].dot
    if shape == "point" or len(places) > max(CROWD * canvas.width * canvas.height, 12):
        canvas.points(places, mark.role)
        return
    for x, y in places:
        canvas.letter(x, y, canvas.signs.dots[shape], mark.role)


def _cells(canvas: Canvas, mark: Mark, frame: Frame) -> None:
    if mark.size is None or mark.weight is None:
        return
    reach = np.array(mark.size) / 2
    low, high = frame.place(mark.points - reach), frame.place(mark.points + reach)
    for start, end, weight in zip(low, high, mark.weight.tolist()):
        if np.isfinite(start).all() and np.isfinite(end).all() and weight > 0:
            canvas.shade((start[0], end[1], end[0], start[1]), weight, mark.role)


def _head(canvas: Canvas, places: Matrix, frame: Frame, role: Role) -> None:
    known = places[np.isfinite(places).all(axis=1)]
    moves = np.flatnonzero((known != known[-1:]).any(axis=1)) if len(known) else np.zeros(0, dtype=int)
    if not len(moves) or not frame.inside(known[-1:])[0]:
        return
    across, down = known[-1] - known[moves[-1]]
    right, upwards, left, downwards = canvas.signs.heads
    level = abs(across) >= abs(down)
    head = (right if across > 0 else left) if level else (downwards if down > 0 else upwards)
    canvas.letter(float(known[-1, 0]), float(known[-1, 1]), head, role)


def _signs(canvas: Canvas, mark: Mark, frame: Frame, position: int) -> None:
    """Signs along a line, shifted so that lines that run together show theirs in turn; in the middle of a segment."""
    parts = strokes(mark, frame)
    for part in parts:
        steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(part, axis=0).T))])
        if mark.kind == "segments":
            at = np.array([steps[-1] / 2] if steps[-1] > 2 * TALL else [])
        else:
            at = np.arange(2.0 + 2.5 * position, steps[-1], 14.0)
        for x, y in np.column_stack([np.interp(at, steps, part[:, k]) for k in (0, 1)]):
            canvas.letter(x, y, canvas.signs.dots[LOOKS[mark.role].dot], mark.role)


def _labels(canvas: Canvas, panel: Panel, frame: Frame) -> None:
    """The labels, in whole characters, where nothing stands."""
    marks = labelled(panel.marks)
    if not marks:
        return
    most = max(int(0.45 * canvas.width), min(24, canvas.width - 4), 8)
    whole = [said(mark.text, canvas.alphabet) for mark in marks]
    texts = [said(text, canvas.alphabet) for text in shortened(whole, lambda part: cells(part) <= most)]
    wanted = [
        Wanted(
            width=cells(text),
            height=TALL,
            anchors=anchors(mark, frame),
            centred=mark.kind in ("text", "area", "bars"),
            others=others(mark, panel.marks, frame, 1.0),
        )
        for mark, text in zip(marks, texts)
    ]
    spots = placed(wanted, canvas.box, obstacles(panel.marks, frame, 0.5), 2.0)
    for mark, text, spot in zip(marks, texts, spots):
        if spot is not None:
            column = min(round(spot.box[0]), canvas.width - cells(text))
            row = min(round(spot.box[1] / TALL), canvas.height - 1)
            canvas.text(row, max(column, 0), [(letter, cells(letter)) for letter in text], mark.role)
