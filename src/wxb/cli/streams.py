"""stdout and stderr: whether a person looks at them, what they can show, and when nobody reads them any more."""

from __future__ import annotations

import codecs
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO

    from wxb.marks.canvas import Alphabet


def is_terminal(stream: TextIO) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())


def is_coloured(stream: TextIO) -> bool:
    """Whether a person looks at it on a terminal that has colours (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def alphabet_of(stream: TextIO) -> Alphabet:
    """What pictures are drawn with there: Braille, half blocks where its letters or its font lack it, else ASCII.

    In the locale C a terminal shows nothing but ASCII, though Python would write UTF-8 to it.
    """
    if os.environ.get("TERM") == "dumb" or _is_plain():
        return "ascii"
    if os.environ.get("TERM") != "linux" and _can_show(stream, "⣿"):
        return "braille"
    return "blocks" if _can_show(stream, "▀▄█░▒▓│┤└─┬■·") else "ascii"


def carries(stream: TextIO, signs: str) -> bool:
    """Whether texts with such signs reach their reader there."""
    return not _is_plain() and _can_show(stream, signs)


def _is_plain() -> bool:
    """Whether the locale is C, and nothing says otherwise."""
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := os.environ.get(name))), "")
    told = os.environ.get("PYTHONIOENCODING") or os.environ.get("PYTHONUTF8") == "1"
    return locale in ("C", "POSIX") and not told


def _can_show(stream: TextIO, signs: str) -> bool:
    try:
        signs.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def width_of(stream: TextIO, piped: int = 80) -> int:
    """How many characters a line of it has."""
    if not is_terminal(stream):
        return piped
    from shutil import get_terminal_size

    return get_terminal_size((piped, 24)).columns


def abandon_output() -> None:
    """What is still to be flushed goes nowhere: the interpreter would complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def make_safe() -> None:
    """Where the terminal cannot show a sign, show its nearest in ASCII: a lost minus would be a wrong number.

    A stream that was closed before the start (`>&-`) becomes one that goes nowhere.
    """
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    codecs.register_error("wxb", _nearest)
    for stream in (sys.stdout, sys.stderr):
        encoding = (getattr(stream, "encoding", "") or "").lower().replace("-", "")
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # UTF-8 lacks lone surrogates alone: names of files that are no text
            reconfigure(errors="backslashreplace" if encoding in ("utf8", "utf_8") else "wxb")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from wxb.printable import in_ascii  # which loads `re`: not at every start

    return in_ascii(error.object[error.start : error.end]), error.end
