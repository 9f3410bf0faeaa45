"""PNG and PDF, or the extra that draws them."""

from __future__ import annotations

import struct
import sys
from itertools import product

import pytest

from support.scenes import line_scene
from wxb.errors import MissingExtra
from wxb.marks import raster
from wxb.marks.raster import drawable, pdf, png
from wxb.marks.style import GROUND
from wxb.marks.svg import svg
from wxb.pictures.picture import Picture


def test_png_and_pdf() -> None:
    pytest.importorskip("vl_convert")
    data = png(line_scene("공부한 시간"), "dark", scale=1.0)
    assert data.startswith(b"\x89PNG")
    width = struct.unpack(">I", data[16:20])[0]
    assert f'width="{width}"' in svg(line_scene("공부한 시간"), "dark")
    assert pdf(line_scene()).startswith(b"%PDF")


def test_a_minus_beside_hangul_is_one_that_korean_fonts_have() -> None:
    picture = svg(line_scene("기온 −5"))
    assert "기온 −5" in picture
    drawn = drawable(picture)
    assert "기온 -5" in drawn
    changed = [pair for pair in zip(picture.split("\n"), drawn.split("\n"), strict=True) if pair[0] != pair[1]]
    assert changed
    assert all(one.replace("−", "-") == other and "wxb-wide" in one for one, other in changed)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    for draw in (png, pdf):
        with pytest.raises(MissingExtra, match=r"wxb\[report\]"):
            draw(line_scene())


def test_a_theme_is_that_of_every_file(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []
    for name in ("png_of", "pdf_of"):
        monkeypatch.setattr(raster, name, lambda picture: painted.append(picture) or b"")
    for ending, theme in product((".png", ".pdf"), ("auto", "light", "dark")):
        Picture(line_scene()).written(ending, theme)
    assert [GROUND["dark"] in picture for picture in painted] == [False, False, True] * 2
