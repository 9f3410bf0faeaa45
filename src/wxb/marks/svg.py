"""A scene as SVG: one text that any browser shows, complete with its style sheet, alone or several in one page.

What it says for readers who do not see it is its `title` and `desc`. Colours are classes: on `theme="auto"` they follow the
reader's light or dark setting (and are light in print), else they are fixed. Identifiers and rules carry a key made from
the picture's content, so that pictures in one page do not meddle with each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from html import escape as escape_html
from typing import Literal

import numpy as np

from wxb.i18n import language
from wxb.marks.geometry import Frame
from wxb.marks.labels import anchors, labelled, lines_of, obstacles, others
from wxb.marks.mark import Role
from wxb.marks.measure import is_wide, text_width
from wxb.marks.placing import Wanted, placed
from wxb.marks.scene import Scene
from wxb.marks.shapes import Setting, dot_attributes, dot_path, hatch, number, painted_area, shapes, stroke
from wxb.marks.sheet import LINE, SMALL, SWATCH, Place, Sheet, Swatch, Words, arranged
from wxb.marks.style import FONTS, FRAME, GROUND, INK, LOOKS, SOFT, WIDE_FONTS, Theme, legible
from wxb.printable import one_line

KEY = "\0"  # stands for the key, and in no text, until it is known what the key is made from
MOST_BYTES = 200_000
FONT_RULES = (
    f"text{{font-family:{FONTS};white-space:pre}}",
    f".wxb-wide{{font-family:{WIDE_FONTS}}}",
    f".wxb-sign{{font-family:{FONTS}}}",
)
RULES = (
    ".wxb-line{fill:none;stroke:currentColor;stroke-linejoin:round}",
    ".wxb-dot{fill:none;stroke:currentColor;stroke-linecap:round}",
    ".wxb-full{fill:currentColor}",
    ".wxb-ring{stroke:currentColor}",
    ".wxb-area{stroke:currentColor}",
    ".wxb-frame{fill:none}",
    ".wxb-halo{fill:none;stroke-linejoin:round}",
    ".wxb-label{stroke-width:3;stroke-linejoin:round;paint-order:stroke}",
)


def svg(scene: Scene, theme: Literal["auto", "light", "dark"] = "auto", width: float | None = None) -> str:
    """The picture. width : of the sheet in pixels; by default what its panels need"""
    sheet = arranged(scene, width)
    picture = ""
    for fine in (1.0, 0.5, 0.25, 0.1, 0.04):
        picture = _painted(scene, sheet, theme, fine)
        if len(picture.encode()) <= MOST_BYTES:
            break
    return keyed(picture)


def _painted(scene: Scene, sheet: Sheet, theme: Literal["auto", "light", "dark"], fine: float) -> str:
    """The picture without its key, drawn more or less finely."""
    roles: dict[Role, None] = {}
    for place in sheet.places:
        roles |= {mark.role: None for mark in place.panel.marks}
    parts = [
        opening(KEY, scene.title, scene.description, sheet.width, sheet.height),
        f"<style>{style_sheet(KEY, RULES, lambda shown: _colours(roles, shown), theme)}</style>",
        "<defs>" + "".join(hatch(role, f"{KEY}-{role}") for role in roles) + _clips(sheet, KEY) + "</defs>",
        f'<rect class="wxb-page" width="{number(sheet.width)}" height="{number(sheet.height)}"/>',
        *map(text, sheet.words),
        *(_swatch(swatch, KEY) for swatch in sheet.swatches),
        *(_panel(place, f"{KEY}-{position}", fine) for position, place in enumerate(sheet.places)),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def keyed(picture: str) -> str:
    """A picture whose key is made from what it is."""
    return picture.replace(KEY, "wxb" + sha256(picture.encode()).hexdigest()[:10])


_SHOWN: dict[str, int] = {}  # how often a picture has been shown, by its key


def shown(picture: str) -> str:
    """A picture for a page that may show it already, as notebooks do: its identifiers are told from those of the one before."""
    key = re.search(r' id="(wxb[0-9a-f]{10})"', picture)
    if key is None:
        return picture
    times = _SHOWN[key[1]] = _SHOWN.get(key[1], 0) + 1
    return picture if times == 1 else picture.replace(key[1], f"{key[1]}-{times}")


def opening(key: str, title: str, description: str, width: float, height: float) -> str:
    """The root of a picture, with what readers are told who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" id="{key}" class="wxb-picture" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" xml:lang="{language()}" lang="{language()}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'style="max-width:100%;height:auto">\n'
        f'<title id="{key}-title">{escape(title)}</title>\n<desc id="{key}-desc">{escape(description)}</desc>'
    )


def escape(foreign: str) -> str:
    """A text within XML, which has no control characters at all."""
    return escape_html(one_line(foreign))


def style_sheet(
    key: str, plain: Iterable[str], colours: Callable[[Theme], dict[str, str]], theme: Literal["auto", "light", "dark"]
) -> str:
    """The rules of one picture, none of which reaches beyond `#key`. colours : of a theme, by selector"""

    def ruled(shown: Theme) -> list[str]:
        return [f"#{key} {where}{{{what}}}" for where, what in colours(shown).items()]

    rules = [f"#{key} {rule}" for rule in (*FONT_RULES, *plain)] + ruled("light" if theme == "auto" else theme)
    if theme == "auto":
        rules += ["@media screen and (prefers-color-scheme: dark){", *ruled("dark"), "}"]
    return "\n".join(["", *rules, ""])


def _colours(roles: Iterable[Role], theme: Theme) -> dict[str, str]:
    rules = plain_colours(GROUND[theme], INK[theme], SOFT[theme], FRAME[theme])
    for role in roles:
        colour = LOOKS[role].colour(theme)
        rules[f".wxb-{role}"] = f"color:{colour}"
        rules[f".wxb-{role}-text"] = f"fill:{legible(colour, theme)}"
    return rules


def plain_colours(ground: str, ink: str, soft: str, frame: str) -> dict[str, str]:
    """The colours of what has no role, by selector."""
    return {
        ".wxb-page": f"fill:{ground}",
        ".wxb-ring": f"fill:{ground}",
        ".wxb-bare": f"fill:{ground};fill-opacity:.8;stroke:{ground};stroke-width:3.6",
        ".wxb-label": f"stroke:{ground}",
        ".wxb-halo": f"stroke:{ground}",
        ".wxb-ink": f"fill:{ink}",
        ".wxb-soft": f"fill:{soft}",
        ".wxb-frame": f"stroke:{frame}",
        ".wxb-tick": f"stroke:{soft}",
    }


def text(words: Words) -> str:
    more = ' font-weight="600"' if words.bold else ""
    more += "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    place = f'x="{number(words.x)}" y="{number(words.y)}" font-size="{words.size:g}"'
    return f'<text class="wxb-{words.style}{wide(words.text)}" {place}{more}>{escape(words.text)}</text>'


def wide(text: str) -> str:
    """The class of texts that need a Korean font."""
    return " wxb-wide" if is_wide(text) else ""


def _clips(sheet: Sheet, key: str) -> str:
    return "".join(
        f'<clipPath id="{key}-{position}">{_rectangle(place.frame)}</clipPath>'
        for position, place in enumerate(sheet.places)
    )


def _rectangle(frame: Frame, more: str = "") -> str:
    return (
        f'<rect x="{number(frame.left)}" y="{number(frame.top)}" width="{number(frame.width)}" '
        f'height="{number(frame.height)}"{more}/>'
    )


def _panel(place: Place, key: str, fine: float) -> str:
    """A panel: its frame and ticks, the marks, their labels, the texts around it."""
    setting = Setting(frame=place.frame, key=key, fine=fine)
    parts = [_rectangle(place.frame, ' class="wxb-frame"'), _ticks(place)]
    for mark in place.panel.marks:
        parts.append(shapes(mark, setting))
        setting = setting.after(mark)
    parts += _labels(place)
    parts += map(text, place.words)
    return "<g>\n" + "\n".join(part for part in parts if part) + "\n</g>"


def _ticks(place: Place) -> str:
    left, __, __, bottom = place.frame.box
    path = "".join(f"M{number(x)} {number(bottom)}v5" for x in place.x_ticks)
    path += "".join(f"M{number(left)} {number(y)}h-5" for y in place.y_ticks)
    return f'<path class="wxb-tick" d="{path}"/>' if path else ""


def _labels(place: Place) -> list[str]:
    """The labels of the marks, each where it hides least."""
    frame, marks = place.frame, labelled(place.panel.marks)
    if not marks:
        return []
    texts = lines_of(marks, lambda part: text_width(part, SMALL) <= 0.46 * frame.width)
    wanted = [
        Wanted(
            width=max(text_width(line, SMALL) for line in lines),
            height=LINE * SMALL * len(lines),
            anchors=anchors(mark, frame),
            centred=mark.kind in ("text", "area", "bars"),
            others=others(mark, place.panel.marks, frame, 2.0),
        )
        for mark, lines in zip(marks, texts)
    ]
    left, top, right, bottom = frame.box
    spots = placed(wanted, (left + 2, top + 2, right - 2, bottom - 2), obstacles(place.panel.marks, frame, 5.0), 9.0)
    parts = []
    for mark, lines, spot in zip(marks, texts, spots):
        if spot is None:
            continue
        if spot.leader is not None:
            (x, y), (to_x, to_y) = spot.leader
            line = f'd="M{number(x)} {number(y)}L{number(to_x)} {number(to_y)}"'
            parts.append(f'<path class="wxb-tick" stroke-width=".8" fill="none" {line}/>')
        parts.append(_label(lines, mark.role, spot.box))
    return parts


def _label(lines: list[str], role: Role, box: tuple[float, float, float, float]) -> str:
    """Lines in the middle of a box, as one text."""
    x = number((box[0] + box[2]) / 2)
    spans = "".join(
        f'<tspan x="{x}" y="{number(box[1] + LINE * SMALL * k + SMALL)}">{escape(line)}</tspan>'
        for k, line in enumerate(lines)
    )
    kind = f"wxb-label wxb-{role}-text{wide(''.join(lines))}"
    return f'<text class="{kind}" font-size="{SMALL:g}" text-anchor="middle">{spans}</text>'


def _swatch(swatch: Swatch, key: str) -> str:
    """A sample of what the legend names: its area, its line, its dot."""
    entry, x, y = swatch.entry, swatch.x, swatch.y
    look = LOOKS[entry.role]
    parts = []
    if set(entry.kinds) & {"area", "bars", "squares", "cells", "ellipse"}:
        box = f"M{number(x)} {number(y - 6)}h{number(SWATCH)}v12h-{number(SWATCH)}z"
        parts.append(painted_area(entry.role, box, key))
    middle = f'd="M{number(x)} {number(y)}h{number(SWATCH)}"'
    if set(entry.kinds) & {"line", "segments", "rule", "arrow"}:
        parts.append(f'<g class="wxb-{entry.role}"><path class="wxb-line" {stroke(look)} {middle}/></g>')
    if "arrow" in entry.kinds:
        tip = f"M{number(x + SWATCH)} {number(y)}l-9-4v8z"
        parts.append(f'<g class="wxb-{entry.role}"><path class="wxb-full" d="{tip}"/></g>')
    if "dots" in entry.kinds:
        dot = dot_path(look.dot, np.array([[x + SWATCH / 2, y]]), 4.2)
        parts.append(f'<g class="wxb-{entry.role}"><path {dot_attributes(look, 4.2)} d="{dot}"/></g>')
    return "".join(parts)
