"""The rates worth showing side by side: two that are too small, the best, the limit, one that diverges, and the one asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wxb.i18n import _
from wxb.learning_rates.theory import Theory
from wxb.learning_rates.verdict import Verdict, verdict_on
from wxb.numbers import readable, round_down

ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Row:
    """A rate, what it does, and whether it was asked for. role : "slow", "best", "limit", "diverges" or "asked"."""

    role: str
    rate: float
    verdict: Verdict
    asked: bool

    @property
    def text(self) -> str:
        """What happens, in one line."""
        if self.role == "best":
            if self.verdict.arrives:
                return _("best constant rate: {pace}", pace=self.verdict.pace)
            return _("best constant rate, and slow: {pace}", pace=self.verdict.pace)
        if self.role == "limit":
            return _("the limit ({rule})", rule=self.verdict.rule)
        return self.verdict.brief


def rows_of(
    theory: Theory, lr: float | None, momentum: float, nesterov: bool, epochs: int | None = None
) -> tuple[Row, ...]:
    """Rows in ascending rate; the rate asked for takes the place of one it equals."""
    best, limit = theory.best_for(momentum, nesterov), theory.limit(momentum, nesterov)
    decade = 10.0 ** math.floor(math.log10(best / 10) + 1e-9)
    shown = [
        ("slow", decade / 10),
        ("slow", decade),
        ("best", round_down(best, 5)),
        ("limit", limit),
        ("diverges", _next_round(1.05 * limit)),
    ]
    if lr is not None:
        position = next((i for i, (__, rate) in enumerate(shown) if readable(rate, 5) == readable(lr, 5)), None)
        if position is None:
            shown.append(("asked", lr))
        elif shown[position][0] != "limit":
            shown[position] = (shown[position][0], lr)
        elif lr != limit:
            shown.append(("asked", lr))
    return tuple(
        Row(role, rate, verdict_on(theory, rate, momentum, nesterov, epochs=epochs), asked=rate == lr)
        for role, rate in sorted(shown, key=lambda pair: pair[1])
    )


def _next_round(value: float) -> float:
    decade = 10.0 ** math.floor(math.log10(value))
    return float(f"{next(step * decade for step in ROUND if step * decade >= value):.3g}")
