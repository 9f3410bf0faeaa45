"""A picture: a scene as its holder sees it, in a terminal, a notebook, a file; and its table.

>>> import wxb
>>> wxb.fit("examples/hours.csv", target="score").plot("line", "examples/hours.csv").save("line.svg").name
'line.svg'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wxb.marks.saving import Saves, Theme
from wxb.marks.scene import Scene
from wxb.numbers import numbered
from wxb.values import Value

if TYPE_CHECKING:
    import pyarrow

WIDTH = 80


@dataclass(frozen=True, slots=True, eq=False)
class Picture(Value, Saves):
    """scene : its marks, as data"""

    scene: Scene

    @property
    def title(self) -> str:
        return self.scene.title

    def svg(self, theme: Theme = "auto") -> str:
        """As SVG. theme : "auto" follows the reader's, "light" and "dark" stay"""
        from wxb.marks.svg import svg

        return svg(self.scene, theme)

    def text(self, width: int = WIDTH) -> str:
        """For a terminal, at most so many cells wide."""
        from wxb.marks.terminal import terminal

        return terminal(self.scene, width)

    def table(self) -> pyarrow.Table:
        """What it shows, as an Arrow table."""
        import pyarrow

        return pyarrow.table(self.scene.table)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        rows = max(map(len, self.scene.table.values()), default=0)
        return f"Picture({self.scene.kind}: {numbered(len(self.scene.panels), 'panel')}, {numbered(rows, 'row')})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from wxb.marks.svg import shown

        picture = shown(self.svg())
        return {"image/svg+xml": picture, "text/html": picture, "text/plain": self.text()}
