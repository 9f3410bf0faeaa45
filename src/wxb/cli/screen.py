"""What goes where: the answer on stdout, everything about it (log, progress, warnings) on stderr when a machine reads.

On a terminal lines are coloured by what they begin with; piped they are the same lines, plain. With `--json` stdout holds
exactly one JSON object.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from wxb.printable import json_text, one_line, printable

_STYLES = (
    ("✗", "bold red"),
    ("✓", "green"),
    ("•", "yellow"),
    ("!", "yellow"),
    ("next:", "cyan"),
    ("$ ", "cyan"),
    (">>>", "cyan"),
    ("every digit", "dim"),
    ("saved", "green"),
)


SAID = ("warnings", "notes", "text", "what", "do")  # what wxb says, in a record


class Screen:
    """One command's output. as_json : a machine reads stdout        quiet : the answer only"""

    def __init__(self, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json, self.quiet = as_json, quiet

    def log(self, lines: Iterable[str]) -> None:
        """Lines on the way to the answer; none when quiet."""
        if self.quiet:
            return
        stream = sys.stderr if self.as_json else sys.stdout
        for line in lines:
            print(one_line(line), file=stream)

    def show(self, text: str, *, heading: bool = False) -> None:
        """The answer for a person; `heading`: its first line is one."""
        if not self.as_json:
            paint(text, sys.stdout, heading)

    def more(self, text: str) -> None:
        """What a person may want besides the answer."""
        if not self.quiet:
            self.show(text)

    def warn(self, texts: Iterable[str]) -> None:
        """What should be known about the answer."""
        from wxb.cli.flags import in_flags
        from wxb.report.lines import wrapped

        for text in texts:
            paint("\n".join(wrapped(f"! {in_flags(text)}", "", "  ")), sys.stderr)

    def answer(self, content: Mapping[str, Any]) -> None:
        """The answer for a machine."""
        if self.as_json:
            print(json_text(plain(content)))


def paint(text: str, stream: TextIO, heading: bool = False) -> None:
    """Print text, coloured on a terminal; whatever foreign text it holds is made safe here at the latest."""
    text = printable(text)
    if not is_terminal(stream):
        print(text, file=stream)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for position, line in enumerate(text.split("\n")):
        console.print(Text(line, style="bold" if heading and position == 0 else _style(line.strip())))


def _style(line: str) -> str:
    return next((style for start, style in _STYLES if line.startswith(start)), "")


def is_terminal(stream: TextIO) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())


def plain(content: Any) -> Any:
    """Content as JSON has it: arrays as lists, what is not finite as null, wxb's own words in flags."""
    if isinstance(content, Mapping):
        return {str(key): plain(_said(value) if key in SAID else value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [plain(value) for value in content]
    if isinstance(content, float):
        return content if math.isfinite(content) else None
    if hasattr(content, "tolist"):
        return plain(content.tolist())
    return content


def _said(words: Any) -> Any:
    from wxb.cli.flags import in_flags

    return in_flags(words) if isinstance(words, str) else [in_flags(text) for text in words]
