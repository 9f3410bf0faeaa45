"""A scene as text: panels of characters, below each other or side by side, with the same labels and legend as the SVG.

No line is wider than asked. Colours are escapes of a terminal, and there only where `coloured` says so; without them
lines differ by their dashes and by signs upon them, dots by their form.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np

from wxb.marks.canvas import SIGNS, TALL, Alphabet, Canvas, said
from wxb.marks.drawn import draw, sample
from wxb.marks.geometry import Frame, equal_units
from wxb.marks.mark import Role
from wxb.marks.measure import folded, shortened
from wxb.marks.scene import Entry, Panel, Scene
from wxb.marks.style import LOOKS
from wxb.printable import beginning, cells

BESIDE = 38  # characters of a panel that stands beside another
HIGHEST, LOWEST = 14, 5  # rows of a frame
Line = list[tuple[str, "Role | None"]]


def terminal(scene: Scene, width: int = 80, alphabet: Alphabet = "braille", coloured: bool = False) -> str:
    """The picture in lines of at most `width` characters, of 30 at least."""
    width = max(width, 30)
    signed = _signed(scene.legend)
    lines = [*_words(scene.title, width, alphabet), *_legend(scene, signed, width, alphabet)]
    across = max(1, min(3, len(scene.panels), (width + 3) // (BESIDE + 3)))
    outer = (width - 3 * (across - 1)) // across
    for start in range(0, len(scene.panels), across):
        blocks = _blocks(scene.panels[start : start + across], signed, outer, alphabet)
        lines += ([[]] if lines else []) + _beside(blocks, outer)
    lines += _words(scene.note, width, alphabet)
    return "\n".join(_written(line, coloured) for line in lines)


def _signed(entries: Sequence[Entry]) -> set[tuple[Role, str]]:
    """What carries signs of its role: a line that is not the only one, and segments beside others.

    None has what stands back, and none a contour, whose sign is that of dots.
    """
    plain = [entry for entry in entries if "dots" not in entry.kinds and entry.role != "faded"]
    lines = [entry for entry in plain if {"line", "rule"} & {*entry.kinds}]
    parts = [entry for entry in plain if "segments" in entry.kinds]
    signs = [one for one in lines if len(lines) > 1 and "rule" not in one.kinds and one.role != "contour"]
    return {(one.role, one.name) for one in (*signs, *(parts if len(parts) > 1 else []))}


def _upright(scene: Scene) -> set[tuple[Role, str]]:
    """The rules that go straight up, and the areas that reach to the edges of the frame."""
    marks = [mark for panel in scene.panels for mark in panel.marks]
    rules = [mark for mark in marks if mark.kind == "rule" and np.isfinite(mark.points[0, 0])]
    zones = [mark for mark in marks if mark.kind == "area" and np.isinf(mark.points).any()]
    return {(mark.role, mark.name) for mark in (*rules, *zones)}


def _words(text: str, width: int, alphabet: Alphabet, most: int = 4) -> list[Line]:
    """A folded text."""
    lines = folded(said(text, alphabet), lambda part: cells(part) <= width, most)
    return [[(said(line, alphabet), None)] for line in lines]


def _legend(scene: Scene, signed: set, width: int, alphabet: Alphabet) -> list[Line]:
    entries, upright = scene.legend, _upright(scene)
    names = shortened([said(entry.name, alphabet) for entry in entries], lambda name: cells(name) <= width - 5)
    lines: list[Line] = []
    taken = width
    for entry, name in zip(entries, names):
        own = (entry.role, entry.name)
        drawn = sample(entry, alphabet, own in signed, own in upright)
        needed = sum(cells(sign) for sign, __ in drawn) + 1 + cells(name)
        if taken + 3 + needed > width:
            lines.append([])
            taken = -3
        lines[-1] += [("   ", None)] * (taken >= 0) + drawn + [(f" {said(name, alphabet)}", None)]
        taken += 3 + needed
    return lines


def _blocks(panels: Sequence[Panel], signed: set, outer: int, alphabet: Alphabet) -> list[list[Line]]:
    """The panels of a row, their frames on one height."""
    heads = [
        [
            *_words(panel.heading, outer, alphabet, 4),
            *_words(panel.subheading, outer, alphabet, 4),
            *_words("" if panel.y.hidden else panel.y.title, outer, alphabet, 2),
        ]
        for panel in panels
    ]
    highest = max(map(len, heads))
    return [
        [*head, *[[]] * (highest - len(head)), *_framed(panel, signed, outer, alphabet)]
        for panel, head in zip(panels, heads)
    ]


def _beside(blocks: Sequence[list[Line]], outer: int) -> list[Line]:
    """Blocks of lines side by side."""
    lines = []
    for row in range(max(map(len, blocks))):
        line: Line = []
        for position, block in enumerate(blocks):
            part = block[row] if row < len(block) else []
            line += part
            if position < len(blocks) - 1:
                line.append((" " * (outer + 3 - _width(part)), None))
        lines.append(line)
    return lines


def _width(line: Line) -> int:
    return sum(cells(text) for text, __ in line)


def _framed(panel: Panel, signed: set, outer: int, alphabet: Alphabet) -> list[Line]:
    """The canvas of a panel between its axes, and what stands below."""
    up, tick_up, corner, along, tick_along = SIGNS[alphabet].axis
    frame, labels = _frame(panel, outer, alphabet)
    canvas = Canvas(int(frame.width), int(frame.height / TALL), alphabet)
    draw(canvas, panel, frame, signed)
    pad = max(outer - 1 - canvas.width - 1, 0)
    lines: list[Line] = []
    for row, drawn in enumerate(canvas.rows()):
        label = labels.get(row)
        shown = " " * (pad - cells(label or "")) + (label or "")
        axis = f"{shown} {tick_up if label is not None else up}" if labels else up
        lines.append([(axis, None), *drawn])
    ruler, below = _x_axis(frame, canvas.width, along, tick_along, alphabet)
    indent = " " * (pad + 1 if labels else 0)
    lines.append([(f"{indent}{corner}{ruler}", None)])
    if not panel.x.hidden:
        room = canvas.width
        lines.append([(f"{indent} {below}", None)])
        for line in _words(panel.x.title, room, alphabet, 2):
            lines.append([(f"{indent} " + " " * ((room - _width(line)) // 2), None), *line])
    return lines + _words(panel.closing, outer, alphabet)


def _frame(panel: Panel, outer: int, alphabet: Alphabet) -> tuple[Frame, dict[int, str]]:
    """The frame in characters, and the numbers of its upright axis by row."""
    pad = 0 if panel.y.hidden else 6
    frame, labels = _with_pad(panel, outer, pad, alphabet)
    pad = 0
    for __ in range(4):  # the width decides on the numbers, and they on the width, which only shrinks
        needed = max((cells(text) for text in labels.values()), default=-1) + 1
        if needed <= pad:
            break
        pad = needed
        frame, labels = _with_pad(panel, outer, pad, alphabet)
    return frame, {row: beginning(text, max(pad - 1, 0)) for row, text in labels.items()}


def _with_pad(panel: Panel, outer: int, pad: int, alphabet: Alphabet) -> tuple[Frame, dict[int, str]]:
    width = outer - pad - 1
    named = 0 if panel.y.ticks is None else len(panel.y.ticks)
    rows = min(max(round(width * panel.aspect / TALL * 0.85), LOWEST, min(named, 60)), max(HIGHEST, named))
    frame = Frame(left=0, top=0, width=width, height=TALL * rows, x=panel.x, y=panel.y)
    if panel.square:
        frame = equal_units(frame)
    if panel.y.hidden:
        return frame, {}
    ticks = frame.y.marked(max(2, rows // 3))
    texts = shortened([said(text, alphabet) for __, text in ticks], lambda text: cells(text) <= max(8, outer // 3))
    places = frame.y.place([value for value, __ in ticks])
    labels: dict[int, str] = {}
    for place, text in zip(places.tolist(), texts):
        labels.setdefault(min(int((1 - place) * rows), rows - 1), said(text, alphabet))
    return frame, labels


def _x_axis(frame: Frame, width: int, along: str, tick: str, alphabet: Alphabet) -> tuple[str, str]:
    """The line below the frame, and the numbers below that, none touching another."""
    if frame.x.hidden:
        return along * width, ""
    best: list[tuple[int, int, str]] = []
    for most in range(max(2, width // 9), 0, -1):
        best = _x_texts(frame, frame.x.marked(most), width, alphabet)
        if all(one[1] + cells(one[2]) < other[1] for one, other in pairwise(best)):
            break
    ruler, below, end = [along] * width, "", -1
    for column, first, text in best:
        if first > end:
            ruler[column] = tick
            below += " " * (first - cells(below)) + text
            end = first + cells(text)
    return "".join(ruler), below


def _x_texts(
    frame: Frame, ticks: list[tuple[float, str]], width: int, alphabet: Alphabet
) -> list[tuple[int, int, str]]:
    """(column of the tick, first column of its text, text)"""
    room = max(6, width // max(len(ticks), 1) - 1)
    texts = shortened([said(text, alphabet) for __, text in ticks], lambda text: cells(text) <= room)
    found = []
    for (value, __), text in zip(ticks, texts):
        column = min(int(float(frame.x.place([value])[0]) * width), width - 1)
        shown = said(text, alphabet)
        found.append((column, min(max(0, column - cells(shown) // 2), width - cells(shown)), shown))
    return sorted(found)


def _role(part: tuple[str, Role | None]) -> Role | None:
    return part[1]


def _written(line: Line, coloured: bool) -> str:
    if not coloured:
        return "".join(text for text, __ in line).rstrip()
    parts: list[str] = []
    for role, letters in groupby(line, key=_role):
        text = "".join(letter for letter, __ in letters)
        code = None if role is None else LOOKS[role].terminal
        parts.append(f"\x1b[38;5;{code}m{text}\x1b[0m" if code is not None and text.strip() else text)
    return "".join(parts).rstrip()
