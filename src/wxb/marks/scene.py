"""A scene: panels of marks with their axes, a title, what a reader who does not see it is told, and its table.

A scene is data. Painters draw it (`svg`, `terminal`, `raster`); `to_json` says it in full to any other, and is what
pictures are compared by.

    description   one or two sentences with the numbers: the `desc` of the SVG
    table         what the picture shows, as columns
    note          a quiet line at the foot
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from wxb.marks.axis import Axis
from wxb.marks.mark import Kind, Mark, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the legend says of marks of one role and one name. kinds : of these marks"""

    role: Role
    name: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """One picture of several.

    heading, subheading, closing : above it, quieter below that, and under its axis
    square : as many pixels per unit across as up; the axis that has room to spare shows more
    aspect : height of the frame by its width
    """

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    heading: str = ""
    subheading: str = ""
    closing: str = ""
    square: bool = False
    aspect: float = 0.75


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    kind: str
    title: str
    description: str
    panels: tuple[Panel, ...]
    note: str = ""
    table: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def legend(self) -> tuple[Entry, ...]:
        """The named marks, each once, in the order of their first appearance."""
        found: dict[tuple[Role, str], dict[Kind, None]] = {}
        for mark in (mark for panel in self.panels for mark in panel.marks if mark.name):
            found.setdefault((mark.role, mark.name), {})[mark.kind] = None
        return tuple(Entry(role=role, name=name, kinds=tuple(kinds)) for (role, name), kinds in found.items())

    def to_json(self, digits: int | None = None) -> dict[str, Any]:
        """The scene as JSON has it. digits : significant ones, None for all"""
        return {
            "kind": self.kind,
            "title": self.title,
            "description": self.description,
            "panels": [_panel(panel, digits) for panel in self.panels],
            "note": self.note,
            "table": {name: [_plain(value, digits) for value in column] for name, column in self.table.items()},
        }


def _panel(panel: Panel, digits: int | None) -> dict[str, Any]:
    return {
        "x": _axis(panel.x, digits),
        "y": _axis(panel.y, digits),
        "marks": [_mark(mark, digits) for mark in panel.marks],
        **{name: getattr(panel, name) for name in ("heading", "subheading", "closing", "square", "aspect")},
    }


def _axis(axis: Axis, digits: int | None) -> dict[str, Any]:
    ticks = None if axis.ticks is None else [[_plain(value, digits), text] for value, text in axis.ticks]
    numbers = {"low": _plain(axis.low, digits), "high": _plain(axis.high, digits)}
    return {"label": axis.label, **numbers, "log": axis.log, "ticks": ticks, "unit": axis.unit, "hidden": axis.hidden}


def _mark(mark: Mark, digits: int | None) -> dict[str, Any]:
    """What a mark says; what it leaves at its default is not there."""
    content: dict[str, Any] = {"kind": mark.kind, "role": mark.role, "points": _plain(mark.points, digits)}
    content |= {name: text for name, text in (("text", mark.text), ("name", mark.name)) if text}
    more = {"size": mark.size, "weight": mark.weight}
    return content | {name: _plain(value, digits) for name, value in more.items() if value is not None}


def _plain(value: Any, digits: int | None) -> Any:
    """Arrays as lists; NaN as null, infinities as their names."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(each, digits) for each in value]
    if not isinstance(value, float):
        return value
    if np.isnan(value):
        return None
    if np.isinf(value):
        return str(value)
    return value if digits is None else float(f"{value:.{digits}g}") + 0.0
