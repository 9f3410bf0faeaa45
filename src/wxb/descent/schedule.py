"""Learning rates that fall as the descent goes on, as torch.optim.lr_scheduler has them.

step:SIZE[:GAMMA]     lr · GAMMA^⌊e/SIZE⌋            (GAMMA 0.1)
exponential:GAMMA     lr · GAMMA^e
cosine[:EPOCHS]       lr · (1 + cos(π e/EPOCHS))/2   (EPOCHS: the length of the run)
inverse:DECAY         lr / (1 + DECAY · e)           (also written 1/t:DECAY)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wxb._typing import Integers, Vector
from wxb.errors import UsageError
from wxb.i18n import _, _n

KINDS = {"step": (1, 2), "exponential": (1, 1), "cosine": (0, 1), "inverse": (1, 1)}
FORMS = "step:SIZE[:GAMMA], exponential:GAMMA, cosine[:EPOCHS], inverse:DECAY"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A rule for the rate of each epoch. kind : one of KINDS; numbers : its parameters in the order of the module's table."""

    kind: str
    numbers: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UsageError(
                _("there is no schedule {kind!r}", kind=self.kind), _("the schedules are {forms}", forms=FORMS)
            )
        least, most = KINDS[self.kind]
        if not least <= len(self.numbers) <= most:
            raise UsageError(
                _n(
                    "the schedule {kind} has {n} number",
                    "the schedule {kind} has {n} numbers",
                    len(self.numbers),
                    kind=self.kind,
                ),
                _("the schedules are {forms}", forms=FORMS),
            )
        if not all(number > 0 and math.isfinite(number) for number in self.numbers):
            raise UsageError(
                _("the schedule {kind} takes positive numbers, not {numbers}", kind=self.kind, numbers=self.numbers),
                _("give positive numbers, as in step:500:0.5"),
            )
        if self.kind == "step" and self.numbers[0] != round(self.numbers[0]):
            raise UsageError(
                _(
                    "the schedule step changes the rate every {numbers} epochs; it takes a whole number",
                    numbers=self.numbers[0],
                ),
                _("give a whole number of epochs"),
            )

    @classmethod
    def parse(cls, text: str | Schedule) -> Schedule:
        """`step:500:0.1` → Schedule("step", (500, 0.1))."""
        if isinstance(text, Schedule):
            return text
        kind, *rest = text.split(":")
        try:
            numbers = tuple(float(part) for part in rest)
        except ValueError:
            raise UsageError(
                _("the schedule {text!r} has a part that is not a number", text=text),
                _("the schedules are {forms}", forms=FORMS),
            ) from None
        return cls("inverse" if kind == "1/t" else kind, numbers)

    @property
    def text(self) -> str:
        """As it is written."""
        return ":".join([self.kind, *(f"{number:g}" for number in self.numbers)])

    def factors(self, epochs: Integers, total: int) -> Vector:
        """The factor on the rate at each epoch of a run of `total` epochs."""
        e = np.asarray(epochs, dtype=np.float64)
        if self.kind == "step":
            size, gamma = (*self.numbers, 0.1)[:2]
            return gamma ** np.floor(e / size)
        if self.kind == "exponential":
            return self.numbers[0] ** e
        if self.kind == "inverse":
            return 1 / (1 + self.numbers[0] * e)
        length = self.numbers[0] if self.numbers else total
        return 0.5 * (1 + np.cos(np.pi * e / length))
