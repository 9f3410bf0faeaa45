"""flat: from the first step on the loss does not change, and why.

    every gradient is exactly zero        dead units, a saturated output, a loss that does not slope here
    the rate is 0, or the steps are lost  lr · ‖g‖ below the rounding of the parameters, or a vanishing decrease

A loss that has fallen and then rests is a finished run, and 0 is a minimum: neither is a finding.
"""

from __future__ import annotations

import math
from typing import Any

from wxb.i18n import _, _n
from wxb.numbers import readable
from wxb.watching import sources
from wxb.watching.events import Curve, ParameterRecord, Rule
from wxb.watching.finding import Finding, Site

LEAST = 5
STILL = 1e-6


class Flat(Rule):
    name = "flat"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._gradients = 0
        self._zeros = 0
        self._largest = 0.0
        self._size = 0.0

    def gradient_arriving(self, record: ParameterRecord, parameter: Any, gradient: Any) -> None:
        if gradient.is_sparse:
            return
        norm = float(gradient.norm())
        self._gradients += 1
        self._zeros += norm == 0.0
        self._largest = max(self._largest, norm)
        self._size = max(self._size, float(parameter.detach().norm()))

    def findings(self) -> list[Finding]:
        if not self.run.steps or not self._gradients:
            return []
        for site, curve in self.run.curves.items():
            if curve.count < LEAST or curve.first[0] == 0 or not all(map(math.isfinite, curve.first[:LEAST])):
                continue
            dead = self._zeros == self._gradients
            if dead or _still(curve):
                return [self._finding(site, curve, dead)]
        return []

    def _rate(self) -> tuple[float | None, Site]:
        for record in self.run.optimizers.values():
            if record.steps and record.groups():
                return float(
                    record.groups()[0].get("lr", math.nan)
                ), record.site if record.site.line else record.step_site
        return None, Site("", 0)

    def _finding(self, site: Site, curve: Curve, dead: bool) -> Finding:
        rate, made = self._rate()
        still = _(
            "the loss is {first} at the first and {last} at the last of {count} backward calls",
            first=readable(curve.first[0], 6),
            last=readable(curve.last[-1], 6),
            count=curve.count,
        )
        if dead:
            why = _n(
                "{still}: the one gradient looked at is exactly zero",
                "{still}: all {n} gradients looked at are exactly zero",
                self._gradients,
                still=still,
            )
            fix = _(
                "look for units that never fire (ReLU with large negative bias), a saturated sigmoid, or a "
                "step function (round, argmax, a comparison) in the loss."
            )
            place = site
        elif rate == 0.0:
            why, place = _("{still}: the learning rate is 0", still=still), made
            fix = _("a rate above 0; a schedule may have brought it there.")
        else:
            share = (rate or 0.0) * self._largest / max(self._size, 1e-300)
            why = _(
                "{still}: the largest gradient has norm {largest} beside parameters of norm {size}, and lr "
                "is {rate}: a step moves them by {share} of their size",
                still=still,
                largest=readable(self._largest, 3),
                size=readable(self._size, 3),
                rate=readable(rate or 0.0, 3),
                share=readable(share, 2),
            )
            fix, place = _("a larger rate, or a loss that is not divided by something large."), made
        return Finding(self.name, place, why + ".", _("Nothing is learned."), fix, sources.line_text(place))


def _still(curve: Curve) -> bool:
    """Whether the losses of the whole run lie within rounding of one value."""
    spread = curve.highest - curve.lowest
    return spread <= STILL * abs(curve.first[0])
