"""A progress bar on stderr for what takes longer than a second, when stderr is a terminal; else nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any

from wxb.cli.screen import Screen, is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from wxb.trajectory import Entry

PATIENCE = 1.0
EVERY = 0.1


class Progress:
    """`with Progress(screen) as progress:` hands out callbacks; they are None where nobody would see a bar."""

    def __init__(self, screen: Screen, epochs: int | None = None) -> None:
        self._total = epochs
        self._wanted = not screen.quiet and is_terminal(sys.stderr)
        self._began = self._shown = time.monotonic()
        self._bar: Bar | None = None
        self._task: Any = None
        self._what = ""

    @property
    def rows(self) -> Callable[[int, int | None], None] | None:
        """For `progress=`: rows read, rows in all where known."""
        return self._rows if self._wanted else None

    @property
    def epochs(self) -> Callable[[Entry], None] | None:
        """For `on_epoch=`: epoch, cost, gradient norm, epochs a second, time left."""
        return self._epoch if self._wanted else None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def _rows(self, done: int, total: int | None) -> None:
        if self._due("reading"):
            speed = done / max(time.monotonic() - self._began, 1e-9)
            self._update(done, total, f"{done:,} rows · {speed:,.0f} rows/s")

    def _epoch(self, entry: Entry) -> None:
        if self._due("descending"):
            made = entry.epoch + 1
            speed = made / max(time.monotonic() - self._began, 1e-9)
            facts = f"epoch {made:,} · cost {entry.cost:.4g} · |∇| {entry.gradient_norm:.2g} · {speed:,.0f} epochs/s"
            self._update(made, self._total, facts)

    def _due(self, what: str) -> bool:
        """Whether it is time to draw; a new task begins with its own patience over."""
        if what != self._what:
            self._stop()
            self._what = what
        now = time.monotonic()
        if now - self._began < PATIENCE or now - self._shown < EVERY:
            return False
        self._shown = now
        return True

    def _update(self, done: int, total: int | None, facts: str) -> None:
        if self._bar is None:
            self._bar = _new_bar()
            self._task = self._bar.add_task(self._what, total=total, facts="")
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total, facts=facts)

    def _stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _new_bar() -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    return Bar(
        BarColumn(bar_width=12),
        TextColumn("{task.fields[facts]}"),
        TimeRemainingColumn(compact=True),
        console=Console(file=sys.stderr),
        transient=True,
    )
