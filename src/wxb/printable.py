r"""Foreign text on its way to an eye: what would steer a terminal, hide or reorder is written as an escape, `\x1b`.

Names of columns, labels of groups, file names and model files come from anywhere. Control characters (C0, C1, DEL), marks
that reorder or hide text (bidirectional overrides, zero-width signs, tags), line and paragraph separators and lone
surrogates never leave as they are. Letters of every script, combining marks and emoji stay; a joiner stays between signs
that are not ASCII, where writing needs it. A backslash is not doubled, so what was escaped once stays as it is. The password in
an address of a database, wherever it was typed, is a `…`.

    printable(text)      many lines: its line breaks and tabs are ours and stay
    one_line(name)       a name in a line of ours: a line break in it would forge a line
    show(name)           the same in backticks, shortened: in a message
    foreign(text)        a text as it stands, in which nothing poses as advice
    json_text(content)   JSON whose strings say the same in such escapes: nothing is lost
    shell_word(text)     a word of a command that is suggested: nothing in it runs
    cells(text)          its width in a terminal: Korean letters take two cells
    in_ascii(text)       signs as their nearest in ASCII, where nothing else can be shown
    encodable(text)      lone surrogates alone are escaped: for forms that have no escapes of their own
"""

from __future__ import annotations

import re
from typing import Any

_STEERING = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0001-\U000e007f"
)
_JOINER = "(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
_SHELL = r"""[\s\[\](){}<>|&;'"*?$`\\!#~]|^-|^$"""
_SHELL_ACTIVE = r"""["$`\\!]"""
_LIKE_ADVICE = re.compile(r"[a-z_]+=|wxb\.")
_POSING = re.compile(r"`(?:[a-z][a-z_]*=[^`]*|wxb\.[a-z]+)`")
_PASSWORD = re.compile(r"(\b\w[\w+.-]*:/{1,2}[^\s/:@]*:)(?:\S*|[^@\n]*)@|([?&]\w*password=)[^&\s]*")
_LINES = re.compile(f"[{_STEERING}]|{_JOINER}")
_LINE = re.compile(f"[{_STEERING}\t\n]|{_JOINER}")


_ASCII = {
    "−": "-", "·": "*", "×": "x", "→": "->", "←": "<-", "…": "...", "✗": "x", "✓": "ok", "•": "*", "—": "-", "²": "^2",
    "±": "+/-", "°": "deg", "─": "-", "▶": ">", "▼": "v", "│": "|", "∂": "d", "∇": "grad", "Σ": "sum", "α": "alpha", "β": "beta",
    "λ": "lambda", "κ": "kappa", "θ": "theta", "≤": "<=", "≥": ">=", "≈": "~", "’": "'", "“": '"', "”": '"',
}  # fmt: skip


def printable(text: str) -> str:
    """A text of many lines, safe to print."""
    return _LINES.sub(_escaped, without_password(text))


def one_line(text: str) -> str:
    """A text safe to print within a line."""
    return _LINE.sub(_escaped, without_password(text))


def without_password(text: str) -> str:
    """A text in which the addresses of databases, `postgresql://ann:secret@host/name`, tell no password."""
    if ":/" not in text:
        return text
    return _PASSWORD.sub(lambda found: f"{found[1]}…@" if found[1] else f"{found[2]}…", text)


def show(text: str, width: int = 40) -> str:
    """A text of the user's in a message: control characters escaped, long text shortened, in backticks.

    Within backticks `lr=0.1` and `wxb.fit` are read as advice (`wxb.advice`); what is called so is quoted.
    """
    escaped = one_line(without_password(text)[: width + 1]).replace("`", r"\x60")
    short = f"{escaped[: width - 1]}…" if len(escaped) > width else escaped
    return f'`"{short}"`' if _LIKE_ADVICE.match(short) else f"`{short}`"


def foreign(text: str) -> str:
    """A text of the user's as it stands in a message: what in it would be read as advice has its backticks escaped."""
    return _POSING.sub(lambda found: found[0].replace("`", r"\x60"), text)


def json_text(content: Any, **options: Any) -> str:
    """`json.dumps` with letters as they are and everything else as the escapes of JSON; NaN is refused."""
    options = {"ensure_ascii": False, "allow_nan": False, **options}
    import json

    lines = json.dumps(content, **options).split("\n")
    plain = (line if line.isascii() and "\x7f" not in line else _LINES.sub(_escaped_for_json, line) for line in lines)
    return "\n".join(plain)  # of millions of numbers hardly a line holds letters


def shell_word(text: str) -> str:
    """A text as one word of a POSIX shell, escaped as a line: what is to be typed must not run, whatever a column is called."""
    if not re.search(_SHELL, text):
        return one_line(text)
    import shlex

    return one_line(shlex.quote(text) if re.search(_SHELL_ACTIVE, text) else f'"{text}"')


def cells(text: str) -> int:
    """Width in a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def beginning(text: str, width: int, start: int = 0) -> str:
    """As many of its letters, from `start` on, as fit into `width` cells."""
    taken = 0
    for end in range(start, len(text)):
        taken += cells(text[end])
        if taken > width:
            return text[start:end]
    return text[start:]


def in_ascii(text: str) -> str:
    """A text in ASCII: signs as the nearest there is (a lost minus would be a wrong number), other letters as "?"."""
    return text if text.isascii() else "".join(c if c.isascii() else _ASCII.get(c, "?") for c in text)


def encodable(text: str) -> str:
    """A text that UTF-8 can hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def _escaped_for_json(found: re.Match[str]) -> str:
    import json

    return json.dumps(found[0])[1:-1]
