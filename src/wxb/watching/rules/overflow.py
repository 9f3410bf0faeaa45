"""overflow: the loss grows by the same factor at every step; when it leaves the range of its type can be told now.

loss_e ≈ loss_0 · r^e, r > 1      overflow at e + ln(max / loss_e) / ln r
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching.events import Backward, Curve, Rule
from wxb.watching.finding import Finding, Site

LEAST = 4  # ratios of one sign in a row
GROWTH = 10.0
BLOWN = 1e6
SPREAD = 0.5  # largest relative spread of the log-ratios that still counts as one factor


def growth(curve: Curve) -> tuple[float, int, float] | None:
    """Factor per step, number of rises in a row, and total growth, of the rising end of a curve; None if it is none."""
    losses = list(curve.last)
    finite = [value for value in losses if math.isfinite(value)]
    if not finite or finite[-1] <= 0:
        return None
    start = len(finite) - 1
    while start > 0 and 0 < finite[start - 1] < finite[start]:
        start -= 1
    rising = finite[start:]
    if len(rising) < LEAST + 1 and not (len(rising) >= 3 and len(finite) < len(losses)):
        return None
    ratios = [math.log(b / a) for a, b in pairwise(rising)]
    late = ratios[len(ratios) // 2 :]
    mean = sum(late) / len(late)
    spread = max(abs(ratio - mean) for ratio in late) / mean
    total = rising[-1] / rising[0]
    blew_up = len(finite) < len(losses) and total > BLOWN  # faster than geometric: a network, not a quadratic
    if total < GROWTH or (spread > SPREAD and not blew_up):
        return None
    return math.exp(mean), len(rising) - 1, total


class Overflow(Rule):
    name = "overflow"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._largest: dict[Site, float] = {}

    def backward_started(self, backward: Backward) -> None:
        if backward.value is not None and backward.site not in self._largest:
            self._largest[backward.site] = self.run.torch.finfo(backward.loss.dtype).max

    def findings(self) -> list[Finding]:
        found = []
        for site, curve in self.run.curves.items():
            rising = growth(curve)
            if rising is not None:
                found.append(self._finding(site, curve, *rising))
        return found

    def _finding(self, site: Site, curve: Curve, factor: float, rises: int, total: float) -> Finding:
        finite = [value for value in curve.last if math.isfinite(value)]
        largest = self._largest.get(site, 3.4e38)
        now = curve.count - 1 - (len(curve.last) - len(finite))
        if len(finite) < len(curve.last):
            end = _(
                "At epoch {now} it left the range of its type ({largest}) and is {last}.",
                now=now + 1,
                largest=readable(largest),
                last=curve.last[-1],
            )
        else:
            epoch = now + math.ceil(math.log(largest / finite[-1]) / math.log(factor))
            end = _("At this pace it overflows ({largest}) at epoch {epoch}.", largest=readable(largest), epoch=epoch)
        return Finding(
            self.name,
            site,
            _(
                "the loss grew {total}-fold in {rises} steps, about {factor} times at each: {finite} → "
                "{finite2} at epoch {now} (epochs counted from 0)",
                total=readable(total),
                rises=rises,
                factor=readable(factor, 3),
                finite=readable(finite[-1 - rises]),
                finite2=readable(finite[-1]),
                now=now,
            ),
            _("{end} Geometric growth is a step size too large for the slope, not a bad row.", end=end),
            _("lower the learning rate until the loss falls from the first step")
            + ("" if self.run.steps else _(" (here: in the hand-written update)")),
        )
