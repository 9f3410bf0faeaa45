"""What goes where: the answer on stdout, everything about it (log, progress, warnings) on stderr when a machine reads.

On a terminal lines are coloured by what they begin with; piped they are the same lines, plain. With `--json` stdout holds
exactly one JSON object.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from wxb.cli.streams import alphabet_of, is_coloured, width_of
from wxb.i18n import N_, _
from wxb.printable import json_text, one_line, printable

if TYPE_CHECKING:
    from pathlib import Path

    from wxb.marks.scene import Scene

_STYLES = (
    ("✗", "1;31"),  # bold red
    ("✓", "32"),
    ("•", "33"),
    ("!", "33"),
    (N_("next:"), "36"),
    ("$ ", "36"),
    (">>>", "36"),
    (N_("every digit"), "2"),
    (N_("saved"), "32"),
)
HEADING = "1"
WIDEST = 120  # of a picture: three panels side by side


SAID = ("warnings", "notes", "text", "what", "do")  # what wxb says, in a record


class Screen:
    """One command's output. as_json : a machine reads stdout        quiet : the answer only        typed : the command, by words"""

    def __init__(self, as_json: bool = False, quiet: bool = False, typed: Sequence[str] = ()) -> None:
        self.as_json, self.quiet, self.typed = as_json, quiet, typed

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

    def picture(self, scene: Scene) -> None:
        """A picture for a person, as wide as the terminal, in what it can show."""
        if self.as_json:
            return
        from wxb.marks.terminal import terminal

        stream = sys.stdout
        width = min(width_of(stream), WIDEST)
        print(terminal(scene, width, alphabet_of(stream), is_coloured(stream)), file=stream)

    def more(self, text: str) -> None:
        """What a person may want besides the answer."""
        if not self.quiet:
            self.show(text)

    def saved(self, path: Path, indent: str = "  ") -> None:
        """A file was written."""
        self.more(one_line(f"{indent}{_('saved {path}', path=path)}"))

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
    lines = printable(text).split("\n")
    if is_coloured(stream):
        lines = [_coloured(line, heading and position == 0) for position, line in enumerate(lines)]
    print("\n".join(lines), file=stream)


def _coloured(line: str, heading: bool) -> str:
    words = line.strip()
    code = HEADING if heading else next((code for start, code in _STYLES if words.startswith((start, _(start)))), "")
    return f"\x1b[{code}m{line}\x1b[0m" if code and words else line


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
