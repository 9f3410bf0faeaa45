"""A page as one HTML file: nothing is asked for from anywhere, and what may run in it is known by its hash."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from wxb._version import __version__
from wxb.i18n import language
from wxb.page import style
from wxb.page.parts import text


def document(title: str, body: Sequence[str], script: str = "") -> str:
    """A page of its own. script : the one program that it runs, known by its hash"""
    rules = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    digest = b64encode(sha256(script.encode()).digest()).decode()
    allowed = f"; script-src 'sha256-{digest}'" if script else ""
    runs = f"<script>{script}</script>\n" if script else ""
    within = "\n".join(part for part in body if part)
    return f"""<!doctype html>
<html lang="{language()}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{rules}{allowed}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="generator" content="wxb {__version__}">
<title>{text(title)}</title>
<style>{style.SHOWN}{style.PAGE}</style>
</head><body><main class="wxb-shown">
<h1>{text(title)}</h1>
{within}
</main>
{runs}</body></html>
"""
