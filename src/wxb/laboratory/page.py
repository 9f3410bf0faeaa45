"""The page as one text: template, looks, texts in both languages, payload, script.

    html(payload, "Three students")        the whole file, which opens from disk and asks no address for anything

The page's own rules (Content-Security-Policy) know its one script and its one style sheet by their hashes, and allow nothing
else. What is foreign (names, rows) stands in the payload alone: JSON in a block that no browser runs, in which no `<` is left.
The same payload gives the same bytes.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any

from wxb._version import __version__
from wxb.i18n import language
from wxb.laboratory import texts
from wxb.laboratory.joined import WEB, script
from wxb.marks.style import FONTS, FRAME, GROUND, INK, LOOKS, SOFT, WIDE_FONTS, Theme, legible
from wxb.marks.svg import FONT_RULES, RULES, plain_colours
from wxb.printable import one_line

PLACE = re.compile(r"\{\{(\w+)\}\}")


def html(payload: dict[str, Any], title: str) -> str:
    """The page.  payload : what it shows        title : of the window"""
    style, code = style_sheet(), script()
    given = {"version": __version__, "language": language(), "texts": texts.both(), "looks": looks()} | payload
    parts = {
        "language": escape(given["language"]),
        "rules": escape(rules(style, code)),
        "version": escape(__version__),
        "title": escape(one_line(title)),
        "noscript": escape(" ".join(words["app.noscript"] for words in given["texts"].values())),
        "style": style,
        "payload": as_json(given),
        "script": code,
    }
    return PLACE.sub(lambda place: parts[place[1]], (WEB / "page.html").read_text("utf-8"))


def rules(style: str, code: str) -> str:
    """What the page may do: run its script, look as it looks, show pictures that it drew."""
    allowed = f"script-src '{_hash(code)}'; style-src '{_hash(style)}'; img-src data: blob:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _hash(content: str) -> str:
    return "sha256-" + b64encode(sha256(content.encode()).digest()).decode()


def as_json(content: Any) -> str:
    """JSON within a page: nothing in it ends the block, begins a comment or a line."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def looks() -> dict[str, dict[str, Any]]:
    """How each role looks, as `wxb.marks.style` has it; a terminal's colours are no part of it."""
    return {
        role: {name: value for name, value in asdict(look).items() if name != "terminal"}
        for role, look in LOOKS.items()
    }


@cache
def style_sheet() -> str:
    """The colours of both themes as variables, a class for each role, and what the page adds."""
    light, dark = _colours("light"), _colours("dark")
    roles = "\n".join(
        f".wxb-{role}{{color:var(--wxb-{role})}}"
        f".wxb-{role}-text{{fill:var(--wxb-{role}-text);color:var(--wxb-{role}-text)}}"
        for role in LOOKS
    )
    return (
        f":root{{color-scheme:light;--fonts:{FONTS};--wide-fonts:{WIDE_FONTS};{light}}}\n"
        f"@media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f"{_picture_rules()}\n{roles}\n{(WEB / 'lab.css').read_text('utf-8')}"
    )


def _picture_rules() -> str:
    """Of what is painted, as in any other SVG of wxb; its colours are the page's variables."""
    plain = plain_colours(*(f"var(--{name})" for name in ("ground", "ink", "soft", "frame")))
    return "\n".join([*FONT_RULES, *RULES, *(f"{where}{{{what}}}" for where, what in plain.items())])


def _colours(theme: Theme) -> str:
    """Of a theme, as variables: --ground --ink --soft --frame --wxb-ROLE --wxb-ROLE-text."""
    plain = {"ground": GROUND, "ink": INK, "soft": SOFT, "frame": FRAME}
    said = [f"--{name}:{colours[theme]}" for name, colours in plain.items()]
    for role, look in LOOKS.items():
        colour = look.colour(theme)
        said += [f"--wxb-{role}:{colour}", f"--wxb-{role}-text:{legible(colour, theme)}"]
    return ";".join(said)
