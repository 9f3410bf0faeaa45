"""A mistake becomes a message and an exit code: what was found, what to do. Never a traceback, unless WXB_TRACEBACK=1."""

from __future__ import annotations

import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Any, TextIO

from wxb.cli.options import QUERY
from wxb.cli.origin import rows_of
from wxb.cli.parse import parsed
from wxb.cli.screen import Screen, paint
from wxb.cli.streams import is_terminal, width_of
from wxb.errors import ModelFileError, WxbError, WxbWarning
from wxb.i18n import _
from wxb.printable import json_text, one_line

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from wxb.cli.declared import Command

UNEXPECTED = 70  # EX_SOFTWARE: wxb itself is at fault
INTERRUPTED = 130


def ended(command: Command, words: Sequence[str]) -> int:
    """Run a command with these words; every ending is an exit code, its own return value is one too."""
    as_json = "--json" in words  # where the words cannot be understood: did a program type them?
    found: dict[str, Any] = {}
    try:
        with warnings.catch_warnings(), _ending_in_order(not command.handed_on):
            warnings.simplefilter("ignore", WxbWarning)  # a model's warnings are shown once, by the command
            found = parsed(command, words)
            as_json = found.get("json", False)
            return _run(command, found, words)
    except WxbError as error:
        return tell(error, as_json)
    except SystemExit as end:  # SIGTERM
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except OSError:  # of the output: `main` says it
        raise
    except KeyboardInterrupt:
        print(_("\n• interrupted"), file=sys.stderr)
        _say_how_to_go_on(command, words, found)
        return INTERRUPTED
    except MemoryError:
        print(_("✗ out of memory\n  fewer columns, or a file instead of a table in memory, need less"), file=sys.stderr)
        return 1
    except Exception as error:
        return _unexpected(error)


def _say_how_to_go_on(command: Command, words: Sequence[str], found: dict[str, Any]) -> None:
    """The same command goes on from a checkpoint that was left."""
    checkpoint = found.get("checkpoint")
    if checkpoint is not None and checkpoint.is_file():
        import shlex

        call = one_line(shlex.join(["wxb", command.name, *words]))
        print(_("  what was read is in {path}; go on with: {call}", path=checkpoint, call=call), file=sys.stderr)


def _run(command: Command, found: dict[str, Any], words: Sequence[str]) -> int:
    if found.pop("help", False):
        from wxb.cli.help import show_help

        return show_help(command)
    module, __, work = command.work.partition(".")
    screen = Screen(found.pop("json", False), found.pop("quiet", False), (command.name, *words))
    if any(option is QUERY[0] for option in command.options):
        found = rows_of(found)
    with _as_wide_as(sys.stdout):
        try:
            return getattr(import_module(f"wxb.cli.{module}"), work)(screen, **found) or 0
        except ModelFileError as error:
            from wxb.cli.swapped import seen_in_order

            raise seen_in_order(error, found, [command.name, *words]) from None


def _as_wide_as(stream: TextIO) -> AbstractContextManager[None]:
    """What is written within is as wide as a terminal; 80 cells where a program reads it."""
    if not is_terminal(stream):
        return nullcontext()
    from wxb.report.lines import page

    return page(width_of(stream))


@contextmanager
def _ending_in_order(wanted: bool) -> Iterator[None]:
    """SIGTERM and SIGHUP unwind the command, so that what it was writing is put away; a watched script's are its own."""
    taken: list[int] = []
    if wanted and threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, _unwind)
                taken.append(number)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _unwind(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def tell(error: WxbError, as_json: bool) -> int:
    """Say an error; returns its exit code."""
    with _as_wide_as(sys.stderr):
        first, others, do = _told(error)
    if as_json:
        content = {"error": {"kind": type(error).__name__, "what": "\n".join([first, *others]), "do": do}}
        print(json_text(content))
    return error.exit_code


def _told(error: WxbError) -> tuple[str, list[str], str]:
    """Say what was found and what to do, and give both."""
    from wxb.cli.flags import in_flags
    from wxb.printable import cells
    from wxb.report.lines import prose, wrapped

    first, *others = error.what.split("\n")  # lines that point at a place in a text are short, and kept as they are
    first, do = in_flags(first), in_flags(error.do)
    pointing = [
        part
        for line in others
        for part in ([line] if cells(line) <= prose() else wrapped(line.strip(), "    ", "      "))
    ]
    paint(
        "\n".join([*wrapped(f"✗ {first}", "", "  "), *pointing, *(wrapped(do, "  ", "  ") if do else [])]), sys.stderr
    )
    return first, others, do


def _unexpected(error: Exception) -> int:
    if os.environ.get("WXB_TRACEBACK"):
        raise error
    said = one_line(" ".join(str(error).split())[:200])
    print(
        _("✗ this is a fault of wxb, not of your data: {kind}: {said}", kind=type(error).__name__, said=said),
        file=sys.stderr,
    )
    print(_("  run it again with WXB_TRACEBACK=1 and report what it prints"), file=sys.stderr)
    return UNEXPECTED
