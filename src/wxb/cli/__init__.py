"""The command line: parse, call, print, exit code. Nothing is computed here.

    app       the commands and their options            guard    errors → a message and an exit code, never a traceback
    screen    what goes to stdout and what to stderr    record   models as JSON objects
    one module per command does its work and is imported when that command runs

Exit codes: 0 done · 1 the data or the model cannot give an answer · 2 wrong usage · 130 interrupted.
"""

from __future__ import annotations

import codecs
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

__all__ = ["main"]

_PLAIN = {
    "−": "-", "·": "*", "×": "x", "→": "->", "←": "<-", "…": "...", "✗": "x", "✓": "ok", "•": "*", "—": "-", "²": "^2",
    "±": "+/-", "°": "deg", "─": "-", "▶": ">", "▼": "v", "│": "|", "∂": "d", "∇": "grad", "Σ": "sum", "α": "alpha", "β": "beta",
    "λ": "lambda", "κ": "kappa", "θ": "theta", "≤": "<=", "≥": ">=", "≈": "~", "’": "'", "“": '"', "”": '"',
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _make_streams_safe()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # `wxb … | head`: who was to read it has gone
        _abandon_output()
        return 0
    except OSError as error:  # `wxb … > /dev/full`
        _abandon_output()
        if os.environ.get("WXB_TRACEBACK"):
            raise
        from wxb.printable import one_line

        place = f"`{one_line(os.fsdecode(error.filename))}`" if error.filename else "while the output was written"
        print(f"✗ {error.strerror or error}: {place}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _run(arguments: list[str]) -> int:
    if arguments in (["--version"], ["-V"]):
        from wxb._version import __version__

        print(f"wxb {__version__}")
        return 0
    from wxb.cli.app import app

    try:
        app()(args=arguments or ["--help"], prog_name="wxb")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _abandon_output() -> None:
    """What is still to be flushed goes nowhere: the interpreter would complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _nowhere() -> TextIO:
    return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


def _make_streams_safe() -> None:
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
    return "".join(_PLAIN.get(letter, "?") for letter in error.object[error.start : error.end]), error.end
