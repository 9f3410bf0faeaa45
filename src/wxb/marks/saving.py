"""What is drawn as a file: SVG, PNG, PDF, a page, a text, by the ending; nothing but a picture is overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from wxb import arguments
from wxb.errors import UsageError
from wxb.i18n import _

Theme = Literal["auto", "light", "dark"]
ENDINGS = (".svg", ".png", ".pdf", ".html", ".txt")


class Saves:
    """Base of pictures and of explanations: who has a title, `svg` and `text` can be saved."""

    __slots__ = ()

    @property
    def title(self) -> str:
        """Of the page that it is saved as."""
        raise NotImplementedError

    def svg(self, theme: Theme = "auto") -> str:
        raise NotImplementedError

    def text(self) -> str:
        raise NotImplementedError

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

            picture = self.svg("light" if theme == "auto" else theme)
            return raster.png_of(picture) if ending == ".png" else raster.pdf_of(picture)
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
<title>{escape(self.title)}</title>
<style>body{{margin:1em;background:{GROUND["dark" if theme == "dark" else "light"]}}}svg{{max-width:100%;height:auto}}
{"@media(prefers-color-scheme:dark){body{background:" + GROUND["dark"] + "}}" if theme == "auto" else ""}</style>
</head><body><main>{self.svg(theme)}</main></body></html>
"""
