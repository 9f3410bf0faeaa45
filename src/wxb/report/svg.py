"""Panels with axes, contours and paths, as SVG text.

A panel has a frame in data units; everything drawn is clipped to it. Numbers are written with two decimals of a pixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as escape_html

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.numbers import readable
from wxb.printable import one_line

WIDTH, HEIGHT = 300, 270
LEFT, RIGHT, TOP, BOTTOM = 54, 14, 106, 82
FONT = "'Noto Sans','Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic',sans-serif"
INK, QUIET, LINE = "#1f2933", "#64707d", "#c9d1da"
PATH, PATH_DOT, GOAL = "#d9480f", "#b03a0a", "#0b7285"
DEEP, HIGH = (158, 197, 224), (248, 250, 252)


@dataclass(frozen=True, slots=True)
class Extent:
    """The range of a panel in data units."""

    left: float
    right: float
    bottom: float
    top: float


class Panel:
    """One picture: heading, a quieter line under it, a closing line below, axes, and what is drawn."""

    def __init__(self, frame: Extent, labels: tuple[str, str], heading: str, subheading: str, closing: str) -> None:
        self.frame, self.labels = frame, labels
        self.heading, self.subheading, self.closing = heading, subheading, closing
        self.shapes: list[str] = []
        self.notes: list[str] = []

    def place(self, points: Matrix) -> Matrix:
        """Data (k, 2) → pixels of the panel, far outside pulled near so that no renderer overflows."""
        frame = self.frame
        x = WIDTH * (points[:, 0] - frame.left) / (frame.right - frame.left)
        y = HEIGHT * (frame.top - points[:, 1]) / (frame.top - frame.bottom)
        return np.clip(np.column_stack([x, y]), -1e4, 1e4)

    def ellipse(self, center: Vector, axes: Matrix, depth: float) -> None:
        """The image of the unit circle under `axes` (2, 2) about a center, filled by depth 0 (deep) … 1 (high)."""
        scale = np.array([WIDTH / (self.frame.right - self.frame.left), -HEIGHT / (self.frame.top - self.frame.bottom)])
        directions, radii, _ = np.linalg.svd(scale[:, None] * axes)
        turn = math.degrees(math.atan2(directions[1, 0], directions[0, 0]))
        middle = self.place(center[None])[0]
        color = ",".join(str(round(d + (h - d) * depth)) for d, h in zip(DEEP, HIGH))
        self.shapes.append(
            f'<ellipse rx="{min(radii[0], 1e5):.2f}" ry="{min(radii[1], 1e5):.2f}" fill="rgb({color})" stroke="#8fb3cc" '
            f'stroke-width=".7" transform="translate({middle[0]:.2f} {middle[1]:.2f}) rotate({turn:.3f})"/>'
        )

    def curve(self, points: Matrix) -> None:
        """A smooth line in ink."""
        self.shapes.append(
            f'<polyline points="{_points(self.place(points))}" fill="none" stroke="#4a7fa5" stroke-width="2"/>'
        )

    def track(self, points: Matrix) -> None:
        """The path of a descent: a line and a dot at every epoch, until it leaves the frame for good."""
        placed = self.place(points)
        inside = np.all((placed >= -1) & (placed <= [WIDTH + 1, HEIGHT + 1]), axis=1)
        last = int(np.flatnonzero(inside)[-1]) if inside.any() else 0
        placed = placed[: last + 2]
        self.shapes.append(
            f'<polyline points="{_points(placed)}" fill="none" stroke="{PATH}" stroke-width="1.6" stroke-linejoin="round"/>'
        )
        before = np.full(2, np.inf)
        for point in placed[:400]:
            if np.abs(point - before).max() > 5:
                self.shapes.append(f'<circle cx="{point[0]:.2f}" cy="{point[1]:.2f}" r="2.1" fill="{PATH_DOT}"/>')
                before = point

    def cross(self, point: Vector, name: str, below: bool = False) -> None:
        """The minimum, its name above it or below."""
        x, y = self.place(point[None])[0]
        arm = 5
        self.notes.append(
            f'<path d="M{x - arm:.2f} {y:.2f}h{2 * arm}M{x:.2f} {y - arm:.2f}v{2 * arm}" stroke="{GOAL}" stroke-width="2.4"/>'
            + self._name(x, y, name, GOAL, below)
        )

    def ring(self, point: Vector, name: str) -> None:
        """The start."""
        x, y = self.place(point[None])[0]
        self.notes.append(
            f'<circle cx="{x:.2f}" cy="{y:.2f}" r="4.6" fill="#fff" stroke="{PATH}" stroke-width="2"/>'
            + self._name(x, y, name, PATH)
        )

    def _name(self, x: float, y: float, name: str, color: str, below: bool = False) -> str:
        anchor, shift = ("end", -9) if x > WIDTH - 70 else ("start", 9)
        lift = 17 if y < 24 or below else -7
        return (
            f'<text x="{x + shift:.2f}" y="{y + lift:.2f}" text-anchor="{anchor}" font-size="11.5" fill="{color}" '
            f'stroke="#fff" stroke-width="3" paint-order="stroke">{escape(name)}</text>'
        )

    def svg(self, number: int) -> str:
        """The panel at its own origin."""
        title = self.heading or self.subheading
        second = self.subheading if self.heading else ""
        return "\n".join(
            [
                f'<text y="-34" font-size="16" font-weight="600" fill="{INK}">{escape(title)}</text>',
                f'<text y="-14" font-size="12.5" fill="{QUIET}">{escape(second)}</text>',
                f'<clipPath id="panel{number}"><rect width="{WIDTH}" height="{HEIGHT}"/></clipPath>',
                f'<g clip-path="url(#panel{number})"><rect width="{WIDTH}" height="{HEIGHT}" fill="rgb{HIGH}"/>',
                *self.shapes,
                *self.notes,
                "</g>",
                *self._axes(),
                f'<text y="{HEIGHT + 62}" font-size="12.5" fill="{INK}">{escape(self.closing)}</text>',
            ]
        )

    def _axes(self) -> list[str]:
        frame = self.frame
        parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="{LINE}"/>']
        for value in nice_ticks(frame.left, frame.right, 5):
            x = WIDTH * (value - frame.left) / (frame.right - frame.left)
            parts.append(f'<path d="M{x:.2f} {HEIGHT}v4" stroke="{LINE}"/>{_tick(x, HEIGHT + 17, value, "middle")}')
        for value in nice_ticks(frame.bottom, frame.top, 5):
            y = HEIGHT * (frame.top - value) / (frame.top - frame.bottom)
            parts.append(f'<path d="M0 {y:.2f}h-4" stroke="{LINE}"/>{_tick(-8, y + 4, value, "end")}')
        across, up = (escape(label) for label in self.labels)
        parts.append(
            f'<text x="{WIDTH / 2}" y="{HEIGHT + 36}" text-anchor="middle" font-size="12.5" fill="{INK}">{across}</text>'
        )
        parts.append(
            f'<text transform="translate({-LEFT + 14} {HEIGHT / 2}) rotate(-90)" text-anchor="middle" font-size="12.5" '
            f'fill="{INK}">{up}</text>'
        )
        return parts


def document(panels: Sequence[Panel], title: str, note: str) -> str:
    """The panels side by side under a title."""
    step = LEFT + WIDTH + RIGHT
    width, height = step * len(panels) + 12, TOP + HEIGHT + BOTTOM + (18 if note else 0)
    groups = [
        f'<g transform="translate({LEFT + step * i} {TOP})">\n{panel.svg(i)}\n</g>' for i, panel in enumerate(panels)
    ]
    foot = f'<text x="{LEFT}" y="{height - 12}" font-size="11.5" fill="{QUIET}">{escape(note)}</text>' if note else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{FONT}" role="img">\n<title>{escape(title)}</title>\n'
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n'
        f'<text x="{LEFT}" y="32" font-size="18" font-weight="600" fill="{INK}">{escape(title)}</text>\n'
        + "\n".join(groups)
        + f"\n{foot}</svg>\n"
    )


def nice_ticks(low: float, high: float, count: int) -> list[float]:
    """At most about `count` round numbers in a range."""
    least = (high - low) / count
    decade = 10.0 ** math.floor(math.log10(least))
    step = next(part * decade for part in (1.0, 2.0, 2.5, 5.0, 10.0) if part * decade >= least * (1 - 1e-9))
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _tick(x: float, y: float, value: float, anchor: str) -> str:
    text = readable(value, 6).replace("-", "−")
    return f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" font-size="11" fill="{QUIET}">{text}</text>'


def _points(placed: Matrix) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in placed)


def escape(text: str) -> str:
    """A text within XML, which has no control characters at all."""
    return escape_html(one_line(text))
