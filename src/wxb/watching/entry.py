"""`watch()`: a context manager and a decorator around any code that trains.

    with wxb.watch() as report:            @wxb.watch()
        train()                            def train(): ...
    print(report)                          # the report goes to stderr when the outermost call ends

In a notebook the report shows itself when the block or the call ends.

Entering the same object again while it is active changes nothing; two objects may be active at once. The user's exception
passes through unchanged, without frames of ours in its traceback.
"""

from __future__ import annotations

import functools
import importlib.util
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import ParamSpec, TypeVar

from wxb.errors import MissingExtra
from wxb.i18n import _
from wxb.watching import sources
from wxb.watching.report import Report
from wxb.watching.threads import Threads

P = ParamSpec("P")
R = TypeVar("R")


def require_torch() -> None:
    if importlib.util.find_spec("torch") is None:
        raise MissingExtra("torch", "torch", "wxb watch")


def begin(report: Report) -> Threads:
    """This process is watched, from now on."""
    import torch

    from wxb.watching.rules import RULES

    run = Threads(torch, RULES, report, begin)
    run.start()
    return run


class Watch(AbstractContextManager[Report]):
    """What `watch()` returns; see the module."""

    def __init__(self, title: str = "") -> None:
        require_torch()
        self.report = Report(title=title)
        self._run: Threads | None = None
        self._depth = 0

    def __enter__(self) -> Report:
        self._depth += 1
        if self._depth == 1:
            title = self.report.title
            self.report = Report(title=title)
            self._run = begin(self.report)
        return self.report

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth or self._run is None:
            return
        run, self._run = self._run, None
        run.stop(error)
        self.report.outcome = ending_of(error)
        self._show()
        if error is not None:
            error.__traceback__ = sources.without_our_frames(error.__traceback__)

    def _show(self) -> None:
        """In a notebook the report shows itself."""
        shell = sys.modules.get("IPython")
        running = shell.get_ipython() if shell is not None else None
        if running is not None and hasattr(running, "kernel"):
            sys.modules["IPython.display"].display(self.report)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def watched(*args: P.args, **kwargs: P.kwargs) -> R:
            outermost = self._depth == 0
            try:
                with self:
                    return function(*args, **kwargs)
            finally:
                if outermost:
                    sys.stderr.write(self.report.text())

        return watched


def watch(title: str = "") -> Watch:
    """Watch a training loop for the usual mistakes; the report is complete when the block ends.

    title : what the report calls the run, "" for "the run"

    Every thread that trains is watched, except one that has a `watch()` of its own; PyTorch runs bit for bit as it
    would unwatched.
    Raises MissingExtra when torch is not installed.
    """
    return Watch(title)


def ending_of(error: BaseException | None) -> str:
    if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
        return _("ran to the end")
    if isinstance(error, SystemExit):
        return _("left with exit code {code}", code=error.code)
    return _("stopped with {kind}", kind=type(error).__name__)
