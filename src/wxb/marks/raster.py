"""PNG and PDF of a picture, drawn from its SVG by vl-convert (extra `report`): no browser, no network.

Letters come from the fonts of the machine; Hangul needs one that has it (fonts-noto-cjk, Nanum, Malgun Gothic, …).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from wxb.errors import MissingExtra
from wxb.i18n import _
from wxb.marks.scene import Scene
from wxb.marks.style import Theme
from wxb.marks.svg import svg


def png(scene: Scene, theme: Theme = "light", scale: float = 2.0, width: float | None = None) -> bytes:
    """scale : pixels of the picture to a pixel of its SVG"""
    return png_of(svg(scene, theme, width), scale)


def pdf(scene: Scene, theme: Theme = "light", width: float | None = None) -> bytes:
    return pdf_of(svg(scene, theme, width))


def png_of(picture: str, scale: float = 2.0) -> bytes:
    """Of a picture in SVG, whose theme is one."""
    return _converter(_("a PNG picture")).svg_to_png(drawable(picture), scale=scale)


def pdf_of(picture: str) -> bytes:
    return _converter(_("a PDF picture")).svg_to_pdf(drawable(picture))


def drawable(picture: str) -> str:
    """With a hyphen for the minus beside Hangul: free Korean fonts lack it, and resvg then takes any font for the whole line.

    Not with a dash, which they draw with gaps as wide as itself.
    """
    lines = picture.split("\n")
    return "\n".join(line.replace("−", "-") if "wxb-wide" in line else line for line in lines)


def _converter(use: str) -> Any:
    try:
        return import_module("vl_convert")
    except ImportError:
        raise MissingExtra("vl-convert-python", "report", use) from None
