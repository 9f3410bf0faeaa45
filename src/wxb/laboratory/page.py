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
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from html import escape
from typing import Any

from wxb._version import __version__
from wxb.i18n import language
from wxb.laboratory import texts
from wxb.laboratory.joined import WEB, script
from wxb.laboratory.style import style_sheet
from wxb.marks.style import LOOKS
from wxb.printable import one_line

PLACE = re.compile(r"\{\{(\w+)\}\}")


def html(payload: Mapping[str, Any], title: str, picture: str = "", described: str = "") -> str:
    """The page.  payload : what it shows        title : of the window

    picture, described : SVG for where no script runs, and the same in words
    """
    style, code = style_sheet(), script()
    given = {"version": __version__, "lang": language(), "texts": texts.both(), "looks": looks(), **payload}
    parts = {
        "language": escape(given["lang"]),
        "rules": escape(rules(style, code)),
        "version": escape(__version__),
        "title": escape(one_line(title)),
        "noscript": escape(" ".join(words["app.noscript"] for words in given["texts"].values())),
        "picture": _image(picture, described),
        "style": style,
        "payload": as_json(given),
        "script": code,
    }
    return PLACE.sub(lambda place: parts[place[1]], (WEB / "page.html").read_text("utf-8"))


def _image(picture: str, described: str) -> str:
    """A picture whose own style sheet the page's rules let be: within an address."""
    if not picture:
        return ""
    return f'<img src="data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}" alt="{escape(one_line(described))}">'


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
