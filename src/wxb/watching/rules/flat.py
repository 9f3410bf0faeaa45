"""flat: from the first step on the loss does not change, and why.

    every gradient is exactly zero        dead units, a saturated output, a loss that does not slope here
    one loss, computed before the loop    the same tensor is differentiated again and again (retain_graph)
    the rate is 0, or the steps are lost  lr · ‖g‖ below the rounding of the parameters, or a vanishing decrease

A loss that has fallen and then rests is a finished run, and 0 is a minimum: neither is a finding.
"""

from __future__ import annotations

import math
import weakref
from typing import Any

from wxb.i18n import _, _n
from wxb.numbers import readable
from wxb.watching import sources
from wxb.watching.events import Backward, Curve, ParameterRecord, Rule
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
        self._size = 0.0  # of the largest parameter, when its first gradient came
        self._sized: set[int] = set()
        self._last: dict[Site, tuple[Any, int]] = {}
        self._again: dict[Site, int] = {}
        self._made: dict[Site, Site] = {}

    def backward_started(self, backward: Backward) -> None:
        """Count how often the loss of the step before is differentiated again."""
        if not backward.window or not backward.backward:
            return
        last, steps = self._last.get(backward.site, (None, 0))
        if last is not None and last() is backward.loss and self.run.steps > steps:
            self._again[backward.site] = self._again.get(backward.site, 0) + 1
            self._made[backward.site] = self.run.paths.site_of(backward.loss.grad_fn)
        self._last[backward.site] = (weakref.ref(backward.loss), self.run.steps)

    def gradient_arriving(self, record: ParameterRecord, parameter: Any, gradient: Any) -> None:
        norm = record.norm
        if norm is None:
            return
        self._gradients += 1
        self._zeros += norm == 0.0
        self._largest = max(self._largest, norm)
        if record.identity not in self._sized:
            self._sized.add(record.identity)
            self._size = max(self._size, float(self.run.torch.linalg.vector_norm(parameter.detach())))

    def findings(self) -> list[Finding]:
        if not self.run.steps or not self._gradients:
            return []
        for site, curve in self.run.curves.items():
            if curve.count < LEAST or curve.first[0] == 0 or not all(map(math.isfinite, curve.first[:LEAST])):
                continue
            if self._again.get(site, 0) >= 2 and _still(curve):
                return [self._computed_once(site, curve)]
            dead = self._zeros == self._gradients
            if dead or _still(curve):
                return [self._finding(site, curve, dead)]
        return []

    def _computed_once(self, site: Site, curve: Curve) -> Finding:
        made = self._made[site] if self._made[site].line else site
        return Finding(
            self.name,
            made,
            _(
                "the loss was computed once, at line {made}, and the same tensor is differentiated at line {line} again "
                "and again: {count} backward calls, each with the value {value}.",
                made=made.line,
                line=site.line,
                count=curve.count,
                value=readable(curve.last[-1], 6),
            ),
            _("Its gradient is that of the first parameters: the loss of the later ones is never looked at."),
            _("compute the prediction and the loss inside the loop, and leave retain_graph=True out."),
            sources.line_text(made),
        )

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
