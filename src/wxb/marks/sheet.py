"""Where everything of a scene stands on a sheet of a given width, in pixels: title, legend, panels in rows, ticks.

Panels stand side by side, three at most, as many as have room; the frames of a row begin at one height. Texts are folded,
tick numbers thinned until they do not touch, names shortened so that different ones stay different.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from wxb.marks.geometry import Frame, equal_units
from wxb.marks.measure import folded, shortened, text_width
from wxb.marks.scene import Entry, Panel, Scene

MARGIN, GAP = 20.0, 26.0
LEAST, MOST_ACROSS = 250.0, 3  # width of a panel with its ticks; panels in a row
WIDTHS = {1: 620.0, 2: 920.0}
WIDEST = 1080.0
TITLE, HEADING, TEXT, SMALL, TICK = 18.0, 15.0, 12.5, 12.0, 11.0  # sizes of fonts
LINE = 1.32  # height of a line by the size of its font
SWATCH = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line of text: x, y of the start (or middle, end) of its baseline."""

    text: str
    x: float
    y: float
    size: float
    style: Literal["ink", "soft"] = "ink"
    bold: bool = False
    anchor: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swatch:
    """An entry of the legend: its sample's left edge and middle line."""

    entry: Entry
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A panel on the sheet. ticks : where its axes have them"""

    panel: Panel
    frame: Frame
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    width: float
    height: float
    words: tuple[Words, ...]
    swatches: tuple[Swatch, ...]
    places: tuple[Place, ...]


def arranged(scene: Scene, width: float | None = None) -> Sheet:
    """The scene on a sheet."""
    wide = float(width or WIDTHS.get(len(scene.panels), WIDEST))
    room = wide - 2 * MARGIN
    words, y = _lines(scene.title, MARGIN, MARGIN * 0.7, room, TITLE, bold=True, most=3)
    swatches, names, y = _legend(scene.legend, y + (6 if words else 0), room)
    places, y = _rows(scene.panels, y + 8, room)
    note, y = _lines(scene.note, MARGIN, y + 2, room, SMALL, style="soft")
    return Sheet(
        width=math.ceil(wide),
        height=math.ceil(y + 0.6 * MARGIN),
        words=(*words, *names, *note),
        swatches=swatches,
        places=tuple(places),
    )


def _lines(
    text: str, x: float, top: float, room: float, size: float, most: int = 4, **style
) -> tuple[list[Words], float]:
    """A folded text from a height on, and the height after it."""
    lines = folded(text, lambda part: text_width(part, size) * (1.06 if style.get("bold") else 1) <= room, most)
    step = LINE * size
    return [Words(text=line, x=x, y=top + step * k + size, size=size, **style) for k, line in enumerate(lines)], (
        top + step * len(lines)
    )


def _legend(entries: Sequence[Entry], top: float, room: float) -> tuple[tuple[Swatch, ...], list[Words], float]:
    """Samples with their names, in as many rows as it takes."""
    step, x, y = 19.0, MARGIN, top + 10
    swatches, words = [], []
    names = shortened([entry.name for entry in entries], lambda name: text_width(name, SMALL) <= room - SWATCH - 8)
    for entry, name in zip(entries, names):
        taken = SWATCH + 7 + text_width(name, SMALL)
        if x > MARGIN and x + taken > MARGIN + room:
            x, y = MARGIN, y + step
        swatches.append(Swatch(entry=entry, x=x, y=y))
        words.append(Words(text=name, x=x + SWATCH + 7, y=y + 4, size=SMALL))
        x += taken + 20
    return tuple(swatches), words, (y + 10 if entries else top)


def _rows(panels: Sequence[Panel], top: float, room: float) -> tuple[list[Place], float]:
    if not panels:
        return [], top
    fitting = max(1, min(MOST_ACROSS, len(panels), int((room + GAP) // (LEAST + GAP))))
    across = math.ceil(len(panels) / math.ceil(len(panels) / fitting))
    outer = (room - GAP * (across - 1)) / across
    places: list[Place] = []
    for start in range(0, len(panels), across):
        row, top = _row(panels[start : start + across], top, outer)
        places += row
        top += 12
    return places, top


def _row(panels: Sequence[Panel], top: float, outer: float) -> tuple[list[Place], float]:
    lefts = [MARGIN + k * (outer + GAP) for k in range(len(panels))]
    heads = [_head(panel, left, top, outer) for panel, left in zip(panels, lefts)]
    after = max(end for __, end in heads)
    titles = [_lines("" if p.y.hidden else p.y.title, x, 0, outer, SMALL, style="soft") for p, x in zip(panels, lefts)]
    frame_top = after + max(end for __, end in titles) + 7
    places, bottom = [], frame_top
    for panel, left, (head, __), (title, height) in zip(panels, lefts, heads, titles):
        lift = frame_top - 6 - height
        above = [*head, *(Words(text=w.text, x=w.x, y=w.y + lift, size=w.size, style="soft") for w in title)]
        place, end = _place(panel, left, frame_top, outer, above)
        places.append(place)
        bottom = max(bottom, end)
    return places, bottom


def _head(panel: Panel, left: float, top: float, outer: float) -> tuple[list[Words], float]:
    heading, y = _lines(panel.heading, left, top, outer, HEADING, bold=True)
    subheading, y = _lines(panel.subheading, left, y, outer, TEXT, style="soft")
    return [*heading, *subheading], y + (4 if heading or subheading else 0)


def _place(panel: Panel, left: float, top: float, outer: float, above: list[Words]) -> tuple[Place, float]:
    """The frame with its ticks, and what stands below it."""
    frame, ups = _frame(panel, left, top, outer)
    right_edge = left + outer
    y_words = [
        Words(text=text, x=frame.left - 8, y=y + 0.36 * TICK, size=TICK, style="soft", anchor="end") for y, text in ups
    ]
    overs = [] if panel.x.hidden else _x_ticks(frame, left, right_edge)
    x_words = [
        Words(text=text, x=x, y=frame.box[3] + 17, size=TICK, style="soft", anchor="middle") for __, x, text in overs
    ]
    y = frame.box[3] + (22 if overs else 6)
    title = [] if panel.x.hidden else _lines(panel.x.title, frame.left, y, frame.width, SMALL, style="soft")[0]
    titles = [
        Words(text=w.text, x=frame.left + frame.width / 2, y=w.y, size=w.size, style="soft", anchor="middle")
        for w in title
    ]
    closing, y = _lines(panel.closing, left, y + LINE * SMALL * len(title) + 4, outer, TEXT)
    place = Place(
        panel=panel,
        frame=frame,
        x_ticks=tuple(x for x, __, __ in overs),
        y_ticks=tuple(y for y, __ in ups),
        words=(*above, *y_words, *x_words, *titles, *closing),
    )
    return place, y


def _frame(panel: Panel, left: float, top: float, outer: float) -> tuple[Frame, list[tuple[float, str]]]:
    """The frame, as much to the right as the numbers of its upright axis need; and these."""
    pad = 0.0 if panel.y.hidden else 40.0
    frame, ups = _with_pad(panel, left, top, outer, pad)
    pad = 0.0
    for __ in range(4):  # the width decides on the numbers, and they on the width, which only shrinks
        needed = max((text_width(text, TICK) for __, text in ups), default=0.0) + (12 if ups else 0)
        if needed <= pad:
            break
        pad = needed
        frame, ups = _with_pad(panel, left, top, outer, pad)
    return frame, ups


def _with_pad(panel: Panel, left: float, top: float, outer: float, pad: float) -> tuple[Frame, list[tuple[float, str]]]:
    width = outer - pad - 8
    frame = Frame(left=left + pad, top=top, width=width, height=width * panel.aspect, x=panel.x, y=panel.y)
    if panel.square:
        frame = equal_units(frame)
    return frame, [] if panel.y.hidden else _y_ticks(frame, 0.42 * outer)


def _y_ticks(frame: Frame, room: float) -> list[tuple[float, str]]:
    """(y, text), none nearer than a line to the next."""
    ticks = frame.y.marked(max(2, int(frame.height // 34)))
    texts = shortened([text for __, text in ticks], lambda text: text_width(text, TICK) <= room)
    heights = frame.top + frame.height * (1 - frame.y.place([value for value, __ in ticks]))
    pairs = sorted(zip(heights.tolist(), texts))
    return _apart(pairs, lambda one, other: other[0] - one[0] >= 1.2 * TICK)


def _x_ticks(frame: Frame, left: float, right: float) -> list[tuple[float, float, str]]:
    """(x of the tick, x of the middle of its text, text): texts stay on the panel and do not touch."""
    best: list[tuple[float, float, str]] = []
    for most in range(max(2, int(frame.width // 55)), 0, -1):
        best = _x_texts(frame, frame.x.marked(most), left, right)
        if frame.x.ticks is not None or all(_clear(one, other) for one, other in pairwise(best)):
            break
    return _apart(best, _clear)


def _x_texts(frame: Frame, ticks: list[tuple[float, str]], left: float, right: float) -> list[tuple[float, float, str]]:
    room = max(frame.width / max(len(ticks), 1) - 8, 36.0)
    texts = shortened([text for __, text in ticks], lambda text: text_width(text, TICK) <= max(room, 60.0))
    placed = []
    for (value, __), text in zip(ticks, texts):
        x = frame.left + frame.width * float(frame.x.place([value])[0])
        half = text_width(text, TICK) / 2
        placed.append((x, min(max(x, left + half), right - half), text))
    return sorted(placed)


def _clear(one: tuple[float, float, str], other: tuple[float, float, str]) -> bool:
    return other[1] - one[1] >= (text_width(one[2], TICK) + text_width(other[2], TICK)) / 2 + 8


def _apart(ticks: list, clear) -> list:
    """Every second, third … of ticks, until they do not touch."""
    for step in range(1, len(ticks) + 1):
        if all(clear(one, other) for one, other in pairwise(ticks[::step])):
            return ticks[::step]
    return ticks
