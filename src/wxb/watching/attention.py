"""When a run is looked at closely: its first steps, a few after an alarm, and at powers of two while that costs little.

A *window* is a time in which every operation, leaf and graph is looked at. What the windows after the first cost is
measured against the run, and stays below a hundredth of it.
"""

from __future__ import annotations

import time

FIRST = 10
PATIENCE = 60  # backward calls after which the first window closes even if few steps were made (long accumulation)
AFTER_ALARM = 5
AGAIN_FROM = 32
BUDGET = 0.01


class Attention:
    """Decides by the counts of steps and backward calls, and keeps the time that windows took."""

    def __init__(self) -> None:
        self.began = time.perf_counter()  # when the run began
        self._until = -1
        self._opened = 0.0  # when the window was opened last
        self._per_step = 0.0  # seconds of one step in the first window
        self._late = 0.0  # seconds of all windows after the first

    def alarm(self, steps: int, backwards: int) -> None:
        """Something is new or wrong: the next steps are looked at, whatever they cost."""
        self._until = max(steps, backwards) + AFTER_ALARM

    def wanted(self, steps: int, backwards: int, *, optimizers: bool, looking: bool) -> bool:
        """Whether the window should be open now. optimizers : whether any is known      looking : whether it is open"""
        if max(steps, backwards) <= self._until:
            return True
        if backwards < FIRST or (steps < FIRST and optimizers and backwards < PATIENCE):
            return True
        count = steps or backwards
        if count < AGAIN_FROM:
            return False
        return (count - 1) & (count - 2) == 0 if looking else count & (count - 1) == 0 and self._affordable()

    def opened(self) -> None:
        self._opened = time.perf_counter()

    def closed(self, count: int, *, was_open: bool) -> None:
        """count : the steps made, or the backward calls where there were none"""
        lasted = time.perf_counter() - self._opened
        if not self._per_step:
            self._per_step = lasted / max(1, count)
        elif was_open:
            self._late += lasted

    def _affordable(self) -> bool:
        """Whether two more steps in a window would keep all later windows within the budget."""
        return self._late + 2 * self._per_step < BUDGET * (time.perf_counter() - self.began)
