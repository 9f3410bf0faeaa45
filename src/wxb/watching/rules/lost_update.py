"""no-update: steps are made, gradients are there, and no parameter changes by a bit.

    the rate is 0         from the first step on, or for at least half of the run (`lr * (1 - epoch // 100)`)
    the step is lost      lr times the gradient is below the last digit of every parameter

Each is measured at the steps that are looked at: the parameters before and after. A warm-up that begins at 0, a schedule that
ends there and a parameter whose gradient is 0 are left alone.
"""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from wxb.i18n import _
from wxb.numbers import in_words, readable
from wxb.watching import sources
from wxb.watching.events import OptimizerRecord, OptimizerStep, Rule
from wxb.watching.finding import Finding, Site
from wxb.watching.rules.flat import _still

LEAST = 5
FEW = 4  # parameters that are compared while these move: then no step is lost
ENTRIES = 1_000_000  # of the parameters that are compared, in all
SETS_RATE = re.compile(r"""\[\s*["']lr["']\s*\]\s*=(?!=)""")


@dataclass(slots=True)
class Stillness:
    """What the steps of one optimizer that were looked at did.

    zero_since : the step from which the rate was always 0      rests : a step moved none of the few that were compared
    """

    rests: bool = False
    looked: int = 0
    still: int = 0
    zero: int = 0
    zero_since: int | None = None
    rate: float = 0.0
    gradient: float = 0.0
    size: float = 0.0


class LostUpdate(Rule):
    name = "no-update"

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._stillness: dict[int, Stillness] = {}
        self._before: list[tuple[Any, Any]] = []
        self._partly = False  # there may be more than these

    def step_started(self, step: OptimizerStep) -> None:
        self._before.clear()
        if not step.window or step.closure:
            return
        known = self._stillness.get(id(step.record))
        most = None if known is not None and known.rests else FEW
        self._before += islice(self._moving(step.record), most)
        self._partly = len(self._before) == most

    def _moving(self, record: OptimizerRecord) -> Iterator[tuple[Any, Any]]:
        """The parameters that have a gradient, with their values, the last layer first: it moves where early ones may rest."""
        entries = 0
        for parameter in reversed(record.parameters()):
            gradient = parameter.grad
            if gradient is None or gradient.is_sparse or not self.run.plain(parameter):
                continue
            entries += parameter.numel()
            if entries <= ENTRIES and bool(gradient.any()):
                yield parameter, parameter.detach().clone()

    def step_ended(self, step: OptimizerStep) -> None:
        before, self._before = self._before, []
        if not before:
            return
        known = self._stillness.setdefault(id(step.record), Stillness())
        rates = [float(group.get("lr", 1.0)) for group in step.record.groups()]
        still = all(self.run.torch.equal(parameter.detach(), was) for parameter, was in before)
        known.rests = known.rests or still
        if still and self._partly and any(rates):
            return  # of the others nothing is known; at the next steps all are compared
        known.looked += 1
        if not any(rates):
            known.zero += 1
            known.zero_since = step.record.steps - 1 if known.zero_since is None else known.zero_since
        else:
            known.zero_since = None
        if still:
            known.still += 1
            known.rate = max(rates, default=0.0)
            known.gradient = max(
                float(parameter.grad.abs().max()) for parameter, __ in before if parameter.grad is not None
            )
            known.size = min(float(was.abs().max()) for __, was in before)

    def findings(self) -> list[Finding]:
        self._before.clear()
        found = []
        for record in self.run.optimizers.values():
            known = self._stillness.get(id(record))
            made = record.site if record.site.line else record.step_site
            if known is None and self._always_zero(record):  # all of its steps were made between windows
                found.append(self._zero(rate_set_at(record.step_site, made), record.steps, record.steps))
            if known is None or known.looked < LEAST:
                continue
            since = known.zero_since
            ended = not any(float(group.get("lr", 1.0)) for group in record.groups())
            if since is not None and ended and (since == 0 or 2 * since <= record.steps - LEAST) and known.still:
                found.append(self._zero(rate_set_at(record.step_site, made), record.steps - since, record.steps))
            elif known.still == known.looked and not known.zero and not self._flat():
                found.append(self._lost(made, known))
        return found

    def _always_zero(self, record: OptimizerRecord) -> bool:
        """Whether no step of an optimizer had another rate, though its parameters have gradients."""
        gradients = [parameter.grad for parameter in record.parameters() if parameter.grad is not None]
        highest = record.track.highest_rate() if record.track is not None else None
        dense = [one for one in gradients if self.run.plain(one)]
        return record.steps >= 2 * LEAST and highest == 0.0 and any(bool(one.any()) for one in dense)

    def _flat(self) -> bool:
        """Whether no loss changes either: `flat` says so, with the size of a step."""
        return any(curve.count >= LEAST and _still(curve) for curve in self.run.curves.values())

    def _zero(self, site: Site, count: int, steps: int) -> Finding:
        evidence = _(
            "the learning rate is 0 at {count} of the {steps} steps, to the last: gradients arrive and nothing moves.",
            count=in_words(count),
            steps=in_words(steps),
        )
        effect = _("Nothing is learned while it is 0.")
        fix = _("a rate above 0. Whole-number division (`//`) and a schedule counted in other units bring it to 0.")
        return Finding(self.name, site, evidence, effect, fix)

    def _lost(self, site: Site, known: Stillness) -> Finding:
        evidence = _(
            "all {count} steps looked at left every parameter as it was, bit for bit: lr {rate} times the largest gradient, "
            "{gradient}, is below the last digit of parameters of size {size}.",
            count=known.looked,
            rate=readable(known.rate, 3),
            gradient=readable(known.gradient, 3),
            size=readable(known.size, 3),
        )
        effect = _("Nothing is learned: every step is lost in rounding.")
        fix = _("a larger rate, or parameters in float32 where they are kept in half precision.")
        return Finding(self.name, site, evidence, effect, fix)


def rate_set_at(step: Site, made: Site, *, by_hand: bool = False) -> Site:
    """The one line of the file that sets a rate by hand or makes a schedule; else where the optimizer was made.

    by_hand : a line that sets one by hand is meant before any schedule
    """
    lines = linecache.getlines(step.file)
    places = {number for number, line in enumerate(lines, 1) if SETS_RATE.search(line)}
    tree = sources._tree(step.file) if not (by_hand and places) else None
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("LR", "LambdaLR")):
            places.add(node.lineno)
    return Site(step.file, places.pop()) if len(places) == 1 else made
