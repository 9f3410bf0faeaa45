"""When a run is looked at closely: its first steps, a few after an alarm, and at powers of two while that costs little.

A *window* is a time in which every operation, leaf and graph is looked at. What the windows after the first cost is
measured against the run, and stays below a hundredth of it.

The first has an allowance, the larger of a fifth of a second and a twentieth of the run so far, in processor seconds of its
thread: of what is done there, and for each operation what it costs that a mode lies on the stack. Operations may take
three fifths of it, and a third of that before training begins. When it is used up, operations are *thinned out*: of each
place in the code a few more are looked at, of those that a rule suspects all; the window closes after the third step, where
no rule suspects anything that it needs more steps for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from wxb.i18n import _

FIRST = 10
PATIENCE = 60  # backward calls after which the first window closes even if few steps were made (long accumulation)
AFTER_ALARM = 5
AGAIN_FROM = 32
BUDGET = 0.01
LEAST, SHARE = 0.2, 0.05  # of the first window: seconds, and share of the run
OPERATIONS, BEFORE = 0.6, 0.35  # of it for operations, and of that before training
AT_ALARM = 0.1  # seconds more
ENOUGH = 3  # steps
FEW = 3  # operations of one place when thinned out
OWN = 2.0  # what is asked of an operation before it is looked at costs about as much again as the mode itself
ASKED = 256  # passed by before it is asked again whether there is time


class Attention:
    """Decides by the counts of steps and backward calls, and keeps the time that windows took."""

    def __init__(self, each: float = 0.0) -> None:
        """each : seconds that an operation costs because a mode is told of it, whatever that does"""
        self._each = OWN * each
        self.began = time.perf_counter()  # when the run began
        self._until = -1
        self._opened = 0.0  # when the window was opened last
        self._per_step = 0.0  # seconds of one step in the first window
        self._late = 0.0  # seconds of all windows after the first
        self.used = 0.0  # processor seconds of everything
        self.on_operations = 0.0  # of these
        self.missed = False  # whether an operation was passed by since the last backward call
        self._limit = BEFORE * OPERATIONS * LEAST
        self._training = False
        self._looked = 0  # operations looked at before any was passed by
        self._passed = 0
        self.passed_at_once = 0  # after these, without being asked about
        self._places: dict[tuple[int, int], int] = {}
        self._codes: dict[int, Any] = {}  # of these places: an id must not be given to another while it stands here
        self._kept: dict[tuple[int, int], Any] = {}  # with their codes
        self.passing: set[tuple[int, int]] = set()  # places whose operations are passed by

    def worth(self, frame: FrameType) -> bool:
        """Whether an operation called in this frame is looked at."""
        self.took(self._each)
        if self.on_operations < self._limit:
            self._looked += not self._passed
            return True
        self._limit = max(self._limit, OPERATIONS * SHARE * (time.perf_counter() - self.began))
        if self.on_operations < self._limit:
            self._look_at_all()
            return True
        place = id(frame.f_code), frame.f_lasti
        if place in self._kept:
            return True
        seen = self._places[place] = self._places.get(place, 0) + 1
        self._codes[place[0]] = frame.f_code
        if seen <= FEW:
            return True
        self.passing.add(place)
        self._passed += 1
        self.missed = True
        return False

    def passes(self) -> bool:
        """An operation of a place in `passing` is passed by, unless it is time to ask again."""
        self.passed_at_once += 1
        self.missed = True
        if self.passed_at_once % ASKED:
            return True
        self.took((ASKED - 1) * self._each)
        return False

    def keep(self, frame: FrameType) -> None:
        """Operations called where this frame is now are looked at for good."""
        place = id(frame.f_code), frame.f_lasti
        self._kept[place] = frame.f_code
        self.passing.discard(place)

    def took(self, seconds: float) -> None:
        """An operation cost processor seconds."""
        self.used += seconds
        self.on_operations += seconds

    def _look_at_all(self) -> None:
        """There is time again."""
        self.passing.clear()
        self._places.clear()
        self._codes.clear()

    def training(self) -> None:
        """What training is made of begins."""
        if not self._training:
            self._training = True
            self._limit = max(self._limit, self.on_operations + (1.0 - BEFORE) * OPERATIONS * LEAST)
            self._look_at_all()

    def thinned(self) -> str:
        """What is to be said of operations that were not looked at."""
        if not self._passed:
            return ""
        return _(
            "{looked} operations were looked at, which took all the time that watching may take so early; of those after "
            "them only the first few at each place, and then some steps now and again",
            looked=self._looked,
        )

    def _allowance(self) -> float:
        return max(LEAST, SHARE * (time.perf_counter() - self.began))

    def alarm(self, steps: int, backwards: int) -> None:
        """Something is new or wrong: the next steps are looked at, whatever they cost."""
        self._until = max(steps, backwards) + AFTER_ALARM
        self._limit = max(self._limit, self.on_operations + AT_ALARM)
        self._look_at_all()

    def wanted(
        self,
        steps: int,
        backwards: int,
        *,
        optimizers: bool,
        looking: bool,
        suspected: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Whether the window should be open now.

        optimizers : whether any is known      looking : whether it is open      suspected : whether a rule needs more steps
        """
        if max(steps, backwards) <= self._until:
            return True
        if backwards < FIRST or (steps < FIRST and optimizers and backwards < PATIENCE):
            enough = (steps if optimizers else backwards) >= ENOUGH or backwards >= PATIENCE
            return not (enough and self.used > self._allowance()) or suspected()
        count = steps or backwards
        if count < AGAIN_FROM:
            return False
        return (count - 1) & (count - 2) == 0 if looking else count & (count - 1) == 0 and self._again()

    def opened(self) -> None:
        self._opened = time.perf_counter()

    def closed(self, count: int, *, was_open: bool) -> None:
        """count : the steps made, or the backward calls where there were none"""
        lasted = time.perf_counter() - self._opened
        if not self._per_step:
            self._per_step = lasted / max(1, count)
        elif was_open:
            self._late += lasted

    def affordable(self, seconds: float) -> bool:
        return self.used + seconds < self._allowance()

    def _again(self) -> bool:
        """Whether two more steps in a window would keep all later windows within the budget."""
        return self._late + 2 * self._per_step < BUDGET * (time.perf_counter() - self.began)
