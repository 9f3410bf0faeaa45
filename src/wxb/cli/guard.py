"""A mistake becomes a message and an exit code: what was found, what to do. Never a traceback, unless WXB_TRACEBACK=1."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

from wxb.errors import WxbError, WxbWarning
from wxb.printable import json_text, one_line

UNEXPECTED = 70  # EX_SOFTWARE: wxb itself is at fault
INTERRUPTED = 130


def guarded(command: Callable[..., int | None]) -> Callable[..., None]:
    """The command with every ending turned into an exit code; its own return value is one too."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        code = _code_of(command, args, options)
        if code:
            raise typer.Exit(code)

    return run


def _code_of(command: Callable[..., int | None], args: Any, options: dict[str, Any]) -> int:
    as_json = bool(options.get("as_json"))
    try:
        with warnings.catch_warnings(), _ending_in_order(command.__name__ != "watch"):
            warnings.simplefilter("ignore", WxbWarning)  # a model's warnings are shown once, by the command
            return command(*args, **options) or 0
    except WxbError as error:
        return tell(error, as_json)
    except (OSError, typer.Exit):  # of the output: `main` says it
        raise
    except KeyboardInterrupt:
        print("\n• interrupted", file=sys.stderr)
        return INTERRUPTED
    except MemoryError:
        print("✗ out of memory\n  fewer columns, or a file instead of a table in memory, need less", file=sys.stderr)
        return 1
    except Exception as error:
        return _unexpected(error)


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
    from wxb.cli.flags import in_flags
    from wxb.cli.screen import paint
    from wxb.report.lines import WIDTH, cells, wrapped

    what, do = in_flags(error.what), in_flags(error.do)
    first, *others = what.split("\n")  # lines that point at a place in a text are short, and kept as they are
    pointing = [
        part
        for line in others
        for part in ([line] if cells(line) <= WIDTH else wrapped(line.strip(), "    ", "      "))
    ]
    paint(
        "\n".join([*wrapped(f"✗ {first}", "", "  "), *pointing, *(wrapped(do, "  ", "  ") if do else [])]), sys.stderr
    )
    if as_json:
        content = {"error": {"kind": type(error).__name__, "what": what, "do": do}}
        print(json_text(content))
    return error.exit_code


def _unexpected(error: Exception) -> int:
    if os.environ.get("WXB_TRACEBACK"):
        raise error
    said = one_line(" ".join(str(error).split())[:200])
    print(f"✗ this is a fault of wxb, not of your data: {type(error).__name__}: {said}", file=sys.stderr)
    print("  run it again with WXB_TRACEBACK=1 and report what it prints", file=sys.stderr)
    return UNEXPECTED
