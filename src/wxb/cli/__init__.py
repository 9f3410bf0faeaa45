"""The command line: parse, call, print, exit code. Nothing is computed here.

    commands  what can be typed, declared once (in the words of `declared`); from it follow
    parse     words → values by name (`values` reads them)      help, completion   what a reader and a shell are told
    language  in which language all this is said
    guard     errors → a message and an exit code, never a traceback
    screen    what goes to stdout and what to stderr (`streams`: what these can show)
    one module per command does its work and is imported when that command runs

`--version` and `--help` are asked for by scripts and by every beginner: until a command runs, nothing that takes milliseconds
is imported, not even `re` or `dataclasses`.

Exit codes: 0 done · 1 the data or the model cannot give an answer · 2 wrong usage · 130 interrupted.
"""

from __future__ import annotations

import os
import sys

from wxb.cli.language import behind, speak_as_asked
from wxb.cli.streams import abandon_output, make_safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    make_safe()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # `wxb … | head`: who was to read it has gone
        abandon_output()
        return 0
    except OSError as error:  # `wxb … > /dev/full`
        abandon_output()
        if os.environ.get("WXB_TRACEBACK"):
            raise
        from wxb.errors import system_said
        from wxb.i18n import _
        from wxb.printable import one_line

        place = f"`{one_line(os.fsdecode(error.filename))}`" if error.filename else _("while the output was written")
        print(f"✗ {system_said(error)}: {place}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _run(words: list[str]) -> int:
    words = behind(words)
    first = words[0]
    if first in ("--version", "-V"):
        from wxb._version import __version__

        print(f"wxb {__version__}")
        return 0
    from wxb.cli.commands import COMMANDS, SHOW_HELP

    command = next((one for one in COMMANDS if one.name == first), None)
    spoken = speak_as_asked(command, words[1:])
    if command is None and not spoken:  # a command's own words are read and refused below
        from wxb.cli.guard import tell
        from wxb.cli.parse import no_language

        return tell(no_language(), as_json=False)
    if first in SHOW_HELP.flags or (command is not None and words[1:2] and words[1] in SHOW_HELP.flags):
        from wxb.cli.help import show_help

        return show_help(command)
    if first in ("--install-completion", "--show-completion"):
        from wxb.cli.completion import run

        return run(first, words[1:])
    from wxb.cli.guard import ended, tell

    if command is None:
        from wxb.cli.parse import no_command

        return tell(no_command(first), "--json" in words)
    return ended(command, words[1:])
