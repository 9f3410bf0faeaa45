"""Plots in plain text, at most 80 columns: the cost by epoch, and the line through the points.

A character of Braille is a grid of 2 × 4 dots, so a plot of 60 × 14 characters has 120 × 56 dots; no colour is needed and a
pipe or a file keeps it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wxb._typing import Vector
from wxb.errors import UsageError
from wxb.numbers import readable
from wxb.printable import cells, one_line
from wxb.trajectory import Trajectory

__all__ = ["cost_plot", "line_plot"]


BLANK = 0x2800
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Canvas:
    """Dots on a grid of characters. x and y run from 0 to 1, y upwards; marks are characters that stand over dots."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.cells = np.full((height, width), BLANK, dtype=np.int64)
        self.marks: dict[tuple[int, int], str] = {}

    def dot(self, x: float, y: float) -> None:
        """Set one dot; what lies outside is left out."""
        if not (0 <= x <= 1 and 0 <= y <= 1):
            return
        column = min(int(x * 2 * self.width), 2 * self.width - 1)
        row = min(int((1 - y) * 4 * self.height), 4 * self.height - 1)
        self.cells[row // 4, column // 2] |= DOTS[row % 4][column % 2]

    def curve(self, x: Vector, y: Vector) -> None:
        """Join points by straight lines of dots."""
        for x0, y0, x1, y1 in zip(x[:-1], y[:-1], x[1:], y[1:]):
            steps = 1 + int(max(abs(x1 - x0) * 2 * self.width, abs(y1 - y0) * 4 * self.height))
            for share in np.linspace(0, 1, min(steps, 2000) + 1):
                self.dot(float(x0 + share * (x1 - x0)), float(y0 + share * (y1 - y0)))
        if len(x) == 1:
            self.dot(float(x[0]), float(y[0]))

    def mark(self, x: float, y: float, character: str) -> None:
        """Put a character over the dots."""
        column = min(int(x * self.width), self.width - 1)
        row = min(int((1 - y) * self.height), self.height - 1)
        self.marks[row, column] = character

    def rows(self) -> list[str]:
        lines = []
        for row in range(self.height):
            cells = [self.marks.get((row, c)) or chr(self.cells[row, c]) for c in range(self.width)]
            lines.append("".join(" " if cell == chr(BLANK) else cell for cell in cells))
        return lines


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of numbers and where they lie between 0 and 1. logarithmic : by their logarithm"""

    low: float
    high: float
    logarithmic: bool = False

    def place(self, values: Vector) -> Vector:
        values = np.asarray(values, dtype=np.float64)
        if self.logarithmic:
            values = np.log10(np.maximum(values, 10.0**self.low))
        return (values - self.low) / (self.high - self.low)

    def ticks(self, count: int) -> list[tuple[float, str]]:
        """(place, label) of at most `count` round numbers."""
        if self.logarithmic:
            step = max(1, math.ceil((self.high - self.low) / count))
            powers = range(math.ceil(self.low - 1e-9), math.floor(self.high + 1e-9) + 1)
            logs = [float(power) for power in powers if power % step == 0]
            if len(logs) < 3:
                logs = [
                    power + math.log10(part) for power in range(math.floor(self.low), powers.stop) for part in (1, 2, 5)
                ]
            inside = [log for log in logs if self.low <= log <= self.high]
            return [((log - self.low) / (self.high - self.low), readable(10.0**log)) for log in inside]
        step = round_step((self.high - self.low) / count)
        first = math.ceil(self.low / step - 1e-9)
        numbers = [k * step for k in range(first, math.floor(self.high / step + 1e-9) + 1)]
        return [((number - self.low) / (self.high - self.low), readable(number, 6)) for number in numbers]


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    decade = 10.0 ** math.floor(math.log10(least))
    return next(step * decade for step in (1.0, 2.0, 5.0, 10.0) if step * decade >= least * (1 - 1e-9))


def cost_plot(path: Trajectory, *, width: int = 78, height: int = 14) -> str:
    """The cost by epoch on a logarithmic scale; the test cost, when there is one, as small circles."""
    _checked(width, height)
    series = [path.cost] if path.test_cost is None else [path.cost, path.test_cost]
    positive = np.concatenate(series)
    positive = positive[positive > 0]
    if not len(positive):
        return "cost is 0 at every epoch"
    low, high = math.log10(positive.min()), math.log10(positive.max())
    # A cost that has reached the rounding of its first value is drawn at the bottom, not followed into noise.
    low = max(low, high - 16)
    spread = max(high - low, 0.3)
    vertical = Axis(low - 0.02 * spread, low + 1.02 * spread, logarithmic=True)
    last = max(int(path.epochs[-1]), 1)
    horizontal = Axis(0.0, float(last))
    lines_width = _label_width(vertical, height)
    canvas = Canvas(width - lines_width - 2, height)
    thin = np.unique(np.linspace(0, len(path) - 1, 8 * width).astype(int))
    canvas.curve(horizontal.place(path.epochs[thin].astype(float)), vertical.place(path.cost[thin]))
    if path.test_cost is not None:
        shown = np.unique(np.linspace(0, len(path) - 1, 24).astype(int))
        places = zip(horizontal.place(path.epochs[shown].astype(float)), vertical.place(path.test_cost[shown]))
        for x, y in places:
            canvas.mark(float(x), float(min(max(y, 0), 1)), "∘")
    title = "cost by epoch" if path.test_cost is None else "cost by epoch (∘ test cost)"
    return "\n".join(
        [title, *_framed(canvas, vertical, horizontal, lines_width), _centred("epoch", lines_width, width)]
    )


def line_plot(
    x: Vector,
    y: Vector,
    *,
    weight: float,
    intercept: float,
    names: tuple[str, str] = ("x", "y"),
    width: int = 78,
    height: int = 16,
) -> str:
    """The points of one feature and the line y = weight·x + intercept through them."""
    _checked(width, height)
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise UsageError(
            f"x has shape {x.shape} and y {y.shape}; they must be two equally long columns",
            "give two columns of one length",
        )
    horizontal = _range(x)
    ends = np.array([horizontal.low, horizontal.high])
    vertical = _range(y)
    label_width = _label_width(vertical, height)
    canvas = Canvas(width - label_width - 2, height)
    canvas.curve(np.array([0.0, 1.0]), vertical.place(weight * ends + intercept))
    for place_x, place_y in zip(horizontal.place(x), vertical.place(y)):
        canvas.mark(float(place_x), float(place_y), "●")
    sign = "+" if intercept >= 0 else "−"
    names = (one_line(names[0]), one_line(names[1]))
    title = f"{names[1]} = {readable(weight)} · {names[0]} {sign} {readable(abs(intercept))}"
    return "\n".join(
        [title, *_framed(canvas, vertical, horizontal, label_width), _centred(names[0], label_width, width)]
    )


def _range(values: Vector) -> Axis:
    low, high = float(values.min()), float(values.max())
    spread = high - low or abs(high) or 1.0
    return Axis(low - 0.05 * spread, high + 0.05 * spread)


def _checked(width: int, height: int) -> None:
    if width < 30 or height < 4:
        raise UsageError(f"a plot of {width} × {height} characters is too small", "at least 30 × 4")


def _label_width(axis: Axis, height: int) -> int:
    return max((len(label) for _, label in axis.ticks(height // 2)), default=1)


def _framed(canvas: Canvas, vertical: Axis, horizontal: Axis, label_width: int) -> list[str]:
    """The canvas with a scale on the left and one below."""
    labels = {
        min(int((1 - y) * canvas.height), canvas.height - 1): text for y, text in vertical.ticks(canvas.height // 2)
    }
    lines = []
    for row, text in enumerate(canvas.rows()):
        label = labels.get(row)
        lines.append(f"{label or '':>{label_width}} {'┤' if label is not None else '│'}{text}".rstrip())
    ruler, below = ["─"] * canvas.width, [" "] * (canvas.width + 1)
    end = 0
    for x, text in horizontal.ticks(max(2, canvas.width // 14)):
        column = min(int(x * canvas.width), canvas.width - 1)
        first = min(max(0, column - len(text) // 2), canvas.width + 1 - len(text))
        if first >= end:
            ruler[column] = "┬"
            below[first : first + len(text)] = text
            end = first + len(text) + 1
    return [*lines, f"{'':{label_width}} └{''.join(ruler)}", f"{'':{label_width}}  {''.join(below)}".rstrip()]


def _centred(text: str, label_width: int, width: int) -> str:
    room = width - label_width - 2
    left = max(room - cells(text), 0)
    return " " * (label_width + 2 + left // 2 + (left & room & 1)) + text
