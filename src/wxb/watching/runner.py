"""`wxb watch train.py`: run a script as Python would, under watch, without an edit.

The script is `__main__`, sees its own sys.argv and sys.path[0], keeps its stdout and its exit code; an uncaught exception is
shown with the script's own traceback. Watching begins at the script's own `import torch`, not before: what a script sets
before that import (threads, devices) must still work.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from wxb.errors import UsageError
from wxb.i18n import _
from wxb.watching.at_import import AtImport
from wxb.watching.entry import begin, ending_of, require_torch
from wxb.watching.report import Report, write
from wxb.watching.sources import without_our_frames

FOUND = 3


def run_script(path: str, args: Sequence[str], report: str | Sequence[str] | None = None, fail: bool = False) -> int:
    """Run a script under watch; returns its exit code, or 3 when `fail` is set, it ended well and something was found.

    `report`: where to write the findings as JSON, or where its name ends in .html the page with all curves; one or several.
    The text goes to stderr.
    Raises UsageError when the script (or the folder of the report) cannot be found, MissingExtra without torch.
    """
    if not os.path.isfile(path):
        raise UsageError(
            _("{path}: no such script", path=path), _("give the path of a Python file: wxb watch train.py")
        )
    reports = [report] if isinstance(report, str) else list(report or ())
    for one in reports:
        if not os.path.isdir(os.path.dirname(os.path.abspath(one))):
            raise UsageError(
                _("{report}: its folder does not exist", report=one),
                _("make the folder first, or choose another path"),
            )
    require_torch()
    result = Report(title=os.path.basename(path))
    error = _run(path, args, result)
    code = _exit_code(error)
    sys.stdout.flush()
    sys.stderr.write(result.text())
    for one in reports:
        write(result, one)
    return FOUND if fail and not code and result.findings else code


def _run(path: str, args: Sequence[str], result: Report) -> BaseException | None:
    """Execute the script; whatever ends it is returned, after it was shown as Python would show it."""
    kept_main, kept_argv, kept_path = sys.modules["__main__"], sys.argv, list(sys.path)
    main = _main_module(path)
    sys.modules["__main__"], sys.argv = main, [path, *args]
    sys.path[:0] = [] if sys.flags.safe_path else [os.path.dirname(os.path.realpath(path))]
    starter = AtImport(result, begin)
    error: BaseException | None = None
    try:
        with io.open_code(os.path.abspath(path)) as file:
            code = compile(file.read(), path, "exec")
        exec(code, main.__dict__)  # noqa: S102 - running the user's script is what was asked for
    except BaseException as raised:  # the script's own end, whatever it is: it becomes the exit code
        error = raised
        error.__traceback__ = without_our_frames(error.__traceback__)
    finally:
        starter.stop(error)
        sys.modules["__main__"], sys.argv, sys.path[:] = kept_main, kept_argv, kept_path
    result.outcome = ending_of(error)
    if starter.run is None:
        result.notes.append(_("the script never imported torch: nothing to judge"))
    _show(error)
    return error


def _main_module(path: str) -> ModuleType:
    main = ModuleType("__main__")
    main.__dict__.update(__file__=path, __builtins__=builtins, __cached__=None, __loader__=None, __spec__=None)
    return main


def _show(error: BaseException | None) -> None:
    sys.stdout.flush()
    if error is None or (isinstance(error, SystemExit) and isinstance(error.code, int | None)):
        return
    if isinstance(error, SystemExit):
        sys.stderr.write(f"{error.code}\n")
    else:
        sys.excepthook(type(error), error, error.__traceback__)


def _exit_code(error: BaseException | None) -> int:
    if error is None:
        return 0
    if isinstance(error, SystemExit):
        return error.code & 0xFF if isinstance(error.code, int) else int(error.code is not None)
    return 130 if isinstance(error, KeyboardInterrupt) else 1
