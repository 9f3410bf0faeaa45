"""A picture: a scene as its holder sees it, in a terminal, a notebook, a file; and its table.

>>> import wxb
>>> wxb.fit("examples/hours.csv", target="score").plot("line", "examples/hours.csv").save("line.svg").name
'line.svg'
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from wxb import arguments
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.marks.scene import Scene
from wxb.numbers import numbered
from wxb.values import Value

if TYPE_CHECKING:
    import pyarrow

Theme = Literal["auto", "light", "dark"]
ENDINGS = (".svg", ".png", ".pdf", ".html", ".txt")
WIDTH = 80


@dataclass(frozen=True, slots=True, eq=False)
class Picture(Value):
    """scene : its marks, as data"""

    scene: Scene

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

    def save(self, path: str | Path, theme: Theme = "auto") -> Path:
        """Write it as .svg, .png, .pdf, .html or .txt, by the ending; PNG and PDF are light where no theme is named.

        UsageError where a file is there that is no such picture: it would be lost.
        """
        from wxb.writing import refuse_no_picture, write_atomically

        target = arguments.path("path", path)
        content = self.written(target.suffix.lower(), theme, target.name)
        refuse_no_picture(target, content if isinstance(content, str) else "")
        write_atomically(target, content)
        return target

    def written(self, ending: str, theme: Theme = "auto", name: str = "") -> str | bytes:
        """What a file of such an ending holds."""
        if ending == ".svg":
            return self.svg(theme)
        if ending in (".png", ".pdf"):
            from wxb.marks import raster

            return (
                raster.png(self.scene, "light" if theme == "auto" else theme)
                if ending == ".png"
                else raster.pdf(self.scene)
            )
        if ending == ".html":
            return self._page(theme)
        if ending == ".txt":
            return self.text() + "\n"
        raise UsageError(
            _(
                "{name}: a picture ends in {endings}, not {ending!r}",
                name=name or _("the file"),
                endings=", ".join(ENDINGS),
                ending=ending or _("nothing"),
            ),
            _("end its name so"),
        )

    def _page(self, theme: Theme) -> str:
        """A page of its own, which needs nothing and runs nothing."""
        from wxb.i18n import language
        from wxb.marks.style import GROUND
        from wxb.marks.svg import escape

        scheme = "light dark" if theme == "auto" else theme
        return f"""<!doctype html>
<html lang="{language()}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="{scheme}">
<title>{escape(self.scene.title)}</title>
<style>body{{margin:1em;background:{GROUND["dark" if theme == "dark" else "light"]}}}svg{{max-width:100%;height:auto}}
{"@media(prefers-color-scheme:dark){body{background:" + GROUND["dark"] + "}}" if theme == "auto" else ""}</style>
</head><body><main>{self.svg(theme)}</main></body></html>
"""

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        rows = max(map(len, self.scene.table.values()), default=0)
        return f"Picture({self.scene.kind}: {numbered(len(self.scene.panels), 'panel')}, {numbered(rows, 'row')})"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from wxb.marks.svg import shown

        picture = shown(self.svg())
        return {"image/svg+xml": picture, "text/html": picture, "text/plain": self.text()}
