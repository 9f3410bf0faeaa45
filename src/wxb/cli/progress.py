"""A line of progress on stderr for what takes longer than a second, when stderr is a terminal; else nothing."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from wxb.cli.screen import Screen
from wxb.cli.streams import is_terminal
from wxb.i18n import _
from wxb.numbers import thousands
from wxb.printable import beginning

if TYPE_CHECKING:
    from wxb.trajectory import Entry

PATIENCE = 1.0
EVERY = 0.1
BAR = 12
ERASE = "\r\x1b[K"


class Progress:
    """`with Progress(screen) as progress:` hands out callbacks; they are None where nobody would see a line."""

    def __init__(self, screen: Screen, epochs: int | None = None) -> None:
        self._total = epochs
        self._wanted = not screen.quiet and is_terminal(sys.stderr)
        self._began = self._shown = self._task = time.monotonic()
        self._drawn = False
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
        if self._drawn:
            print(ERASE, end="", file=sys.stderr, flush=True)

    def _rows(self, done: int, total: int | None) -> None:
        if self._due("reading"):
            speed = done / max(time.monotonic() - self._began, 1e-9)
            self._draw(
                done, total, _("{done} rows · {speed} rows/s", done=thousands(done), speed=thousands(round(speed)))
            )

    def _epoch(self, entry: Entry) -> None:
        if self._due("descending"):
            made = entry.epoch + 1
            speed = made / max(time.monotonic() - self._began, 1e-9)
            made_of = (
                thousands(made)
                if self._total is None
                else _("{made} of {total}", made=thousands(made), total=thousands(self._total))
            )
            facts = _(
                "epoch {made} · cost {cost:.4g} · |∇| {gradient_norm:.2g} · {speed} epochs/s",
                made=made_of,
                cost=entry.cost,
                gradient_norm=entry.gradient_norm,
                speed=thousands(round(speed)),
            )
            self._draw(made, self._total, facts)

    def _due(self, what: str) -> bool:
        """Whether it is time to draw; a new task begins with the first one's patience over."""
        now = time.monotonic()
        if what != self._what:
            self._what, self._task = what, now
        if now - self._began < PATIENCE or now - self._shown < EVERY:
            return False
        self._shown = now
        return True

    def _draw(self, done: int, total: int | None, facts: str) -> None:
        """One line, cut to the terminal: `━━━━        20 000 rows · 9000 rows/s 0:12`, the time that is left."""
        share = min(done / total, 1.0) if total else 0.0
        line = f"{'━' * round(share * BAR):<{BAR}} {facts} {_left(time.monotonic() - self._task, share)}"
        print(f"{ERASE}{beginning(line, _columns() - 1)}", end="", file=sys.stderr, flush=True)
        self._drawn = True


def _left(passed: float, share: float) -> str:
    """Minutes and seconds to come if the rest is as quick as what is done, or dashes."""
    if not share:
        return "--:--"
    minutes, seconds = divmod(round(passed * (1 - share) / share), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80
