"""A mistake becomes a message and an exit code: what was found, what to do. Never a traceback, unless WXB_TRACEBACK=1."""

from __future__ import annotations

import functools
import json
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

import typer

from wxb.errors import WxbError, WxbWarning

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
        with warnings.catch_warnings():
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


def tell(error: WxbError, as_json: bool) -> int:
    """Say an error; returns its exit code."""
    from wxb.cli.screen import paint
    from wxb.model.text import wrapped

    first, *pointing = error.what.split("\n")  # the lines after the first point at a place in a text: kept as they are
    do = wrapped(error.do, "  ", "  ") if error.do else []
    paint("\n".join([*wrapped(f"✗ {first}", "", "  "), *pointing, *do]), sys.stderr)
    if as_json:
        content = {"error": {"kind": type(error).__name__, "what": error.what, "do": error.do}}
        print(json.dumps(content, ensure_ascii=False))
    return error.exit_code


def _unexpected(error: Exception) -> int:
    if os.environ.get("WXB_TRACEBACK"):
        raise error
    said = " ".join(str(error).split())[:200]
    print(f"✗ this is a fault of wxb, not of your data: {type(error).__name__}: {said}", file=sys.stderr)
    print("  run it again with WXB_TRACEBACK=1 and report what it prints", file=sys.stderr)
    return UNEXPECTED
