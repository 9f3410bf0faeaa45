"""learning-rate: a rate that leaps far above all that it was before, and a loss that leaps with it.

    lr 0.003 → 1e30 at step 200        the loss before, at most 0.8        within 100 calls: not finite, or 100 times as much

Rates are known at every step (`tracks`), losses at every call: this is seen whenever it happens. A rate that climbs by small
factors (a finder of rates, a warm-up) does not leap, nor does one that comes back to where it was (a warm restart).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from wxb.i18n import _
from wxb.numbers import readable
from wxb.watching.events import Curve, Rule
from wxb.watching.finding import Finding, Site
from wxb.watching.known import Leap
from wxb.watching.rules.lost_update import rate_set_at

WITHIN = 100  # backward calls
TIMES = 100.0
LEAST = 3  # losses before


class RateLeap(Rule):
    name = "learning-rate"

    def findings(self) -> list[Finding]:
        for site, curve in self.run.curves.items():
            found = leap_of(self.run, site, curve)
            if found is not None:
                return [replace(self._finding(*found), call=found[0].losses[site], step=found[0].step)]
        return []

    def _finding(self, leap: Leap, before: float, after: float) -> Finding:
        record = leap.record
        made = record.site if record.site.line else record.step_site
        evidence = _(
            "the rate of {optimizer} leapt from {before} to {now} at step {step}, and the loss from at most {low} to {high}.",
            optimizer=record.name,
            before=readable(leap.before, 3),
            now=readable(leap.now, 3),
            step=leap.step,
            low=readable(before, 4),
            high=readable(after, 4),
        )
        effect = _("One such step throws away all that was learned before it.")
        fix = _("look for where the rate is set, and keep it below {rate}.", rate=readable(2 * leap.before, 2))
        return Finding(self.name, rate_set_at(record.step_site, made, by_hand=True), evidence, effect, fix)


def leap_of(run: Any, site: Site, curve: Curve) -> tuple[Leap, float, float] | None:
    """The leap of a rate that a loss followed, the highest loss before it and that after it."""
    whole = curve.whole
    for leap in run.leaps:
        count = leap.losses.get(site, 0)
        if count < LEAST:
            continue
        highs = list(zip(whole.at(), whole.bounds()[1]))
        before = max((high for at, high in highs if at < count), default=math.nan)
        near = [high for at, high in highs if count <= at < count + WITHIN + whole.width]
        if count <= whole.bad_at < count + WITHIN:
            return leap, before, math.inf if any(value == math.inf for value in curve.last) else math.nan
        after = max((high for high in near if math.isfinite(high)), default=-math.inf)
        if after > TIMES * abs(before):
            return leap, before, after
    return None
