"""stale-gradients: an optimizer step used what an earlier step had already used.

    after a step, the first gradient to arrive finds `.grad` not empty  → marked
    a later gradient finds it empty                                     → not marked (zeroed in between, as in a GAN)
    the next step starts, or a hand-written update happens, and the mark is still there → stale

Only gradients surviving *across* a step count, so adding up micro-batches is silent. In a loop without an optimizer "a step"
is the parameter having changed since its last gradient arrived. In a closure (LBFGS) the arrivals lie inside the step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from wxb.i18n import _, _n
from wxb.numbers import readable
from wxb.watching import sources
from wxb.watching.events import OptimizerStep, ParameterRecord, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Finding, Site


@dataclass(slots=True)
class Arrivals:
    """What arrived at one parameter since its last step."""

    record: ParameterRecord
    pending: bool = False
    marked: bool = False
    counted: bool = False
    site: Site = NOWHERE
    left: float = 0.0
    added: float = 0.0
    snapshot: Any = None
    in_step: int = 0
    found_empty: int = 0


@dataclass(slots=True)
class Stale:
    """Contaminated steps of one optimizer (or of the hand-written loop): how many, where, how much.

    left, added, used : norms, at the first of them: in `.grad` before the backward call, of what that call added, and in
        `.grad` when the step at `step_site` was made
    """

    site: Site
    who: str
    step_site: Site = NOWHERE
    steps: int = 0
    parameters: int = 0
    of: int = 0
    left: float = 0.0
    added: float = 0.0
    used: float = 0.0
    seen: int = 0
    zeroed: set[Site] = field(default_factory=set)
    each: dict[int, int] = field(default_factory=dict)


class StaleGradients(Rule):
    name = "stale-gradients"
    operations = frozenset(("grad.__set__",))

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._arrivals: dict[int, Arrivals] = {}
        self._stale: dict[int, Stale] = {}
        self._zeroed: dict[int, set[Site]] = {}
        self._evaluations: dict[int, int] = {}
        self._checked: dict[int, int] = {}

    def operation(self, operation: TorchCall) -> None:
        if operation.name == "grad.__set__" and operation.args[1] is None:
            self._zeroed.setdefault(id(operation.args[0]), set()).add(sources.site_of(operation.frame))

    def window_opened(self, after_step: bool) -> None:
        for arrivals in self._arrivals.values():
            arrivals.pending = after_step and arrivals.record.optimizer is not None
            arrivals.marked, arrivals.snapshot = False, None

    def gradient_arriving(self, record: ParameterRecord, parameter: Any, gradient: Any) -> None:
        arrivals = self._arrivals.setdefault(record.identity, Arrivals(record))
        if arrivals.record is not record:
            arrivals = self._arrivals[record.identity] = Arrivals(record)
        if record.optimizer is None:
            self._hand_written(arrivals, parameter)
        before, full = parameter.grad, record.full
        if self.run.stepping is not None:
            arrivals.in_step += 1
            arrivals.found_empty += not full
        if arrivals.pending:
            arrivals.pending = False
            arrivals.marked = full
            arrivals.left = float(before.norm()) if full and before is not None else 0.0
            arrivals.added = float(gradient.norm()) if full else 0.0
        elif not full:
            arrivals.marked = False
        arrivals.site = self.run.backward.site
        if record.optimizer is None and self.run.plain(parameter) and parameter.numel() <= 1_000_000:
            arrivals.snapshot = parameter.detach().clone()

    def _hand_written(self, arrivals: Arrivals, parameter: Any) -> None:
        if arrivals.snapshot is None or self.run.torch.equal(parameter.detach(), arrivals.snapshot):
            return
        if arrivals.marked:
            self._count(0, [arrivals], _("the hand-written update"), 1)
        arrivals.pending, arrivals.marked = True, False

    def step_started(self, step: OptimizerStep) -> None:
        if not step.window:
            return
        mine = self._of(step)
        for arrivals in mine:
            arrivals.in_step = arrivals.found_empty = 0
            arrivals.counted = arrivals.marked
        self._evaluations[id(step.record)] = self._evaluated(step)
        self._checked[id(step.record)] = self._checked.get(id(step.record), 0) + 1
        self._count(id(step.record), [one for one in mine if one.marked], step.record.name, len(mine), step.site)

    def step_ended(self, step: OptimizerStep) -> None:
        if not step.window:
            return
        mine = self._of(step)
        late = [one for one in mine if one.marked and not one.counted and one.in_step]
        if not late and self._evaluated(step) - self._evaluations.get(id(step.record), 0) >= 2:
            late = [one for one in mine if one.in_step >= 2 and one.found_empty <= 1]
        self._count(id(step.record), late, step.record.name, len(mine), step.site)
        for arrivals in mine:
            arrivals.pending, arrivals.marked, arrivals.counted = True, False, False

    def _of(self, step: OptimizerStep) -> list[Arrivals]:
        known = (self._arrivals.get(id(parameter)) for parameter in step.record.parameters())
        return [arrivals for arrivals in known if arrivals is not None]

    def _evaluated(self, step: OptimizerStep) -> int:
        optimizer = step.record.reference()
        return max((state.get("func_evals", 0) for state in optimizer.state.values()), default=0)

    def _count(self, key: int, marked: list[Arrivals], who: str, of: int, site: Site | None = None) -> None:
        if not marked:
            return
        stale = self._stale.setdefault(key, Stale(marked[0].site, who))
        self.notice(stale.site)
        if key:
            stale.steps += 1
        else:  # by hand each parameter is noticed on its own: the loop made as many updates as the busiest of them
            for one in marked:
                stale.each[one.record.identity] = stale.each.get(one.record.identity, 0) + 1
            stale.steps = max(stale.each.values())
        stale.seen = self._checked.get(key, 0)
        stale.parameters, stale.of = max(stale.parameters, len(marked)), max(stale.of, of)
        if stale.steps == 1:
            stale.left = math.hypot(*(one.left for one in marked))
            stale.added = math.hypot(*(one.added for one in marked))
            stale.step_site = NOWHERE if site is None else site
            grads = [tensor.grad for one in marked if (tensor := one.record.reference()) is not None]
            stale.used = math.hypot(*(float(grad.norm()) for grad in grads if grad is not None))
        for one in marked:
            stale.zeroed |= self._zeroed.get(one.record.identity, set())

    def findings(self) -> list[Finding]:
        for arrivals in self._arrivals.values():
            parameter = arrivals.record.reference()
            if arrivals.record.optimizer is None and parameter is not None:
                self._hand_written(arrivals, parameter)
        everywhere = set().union(*self._zeroed.values()) if self._zeroed else set()
        return [self._finding(key, stale, everywhere) for key, stale in self._stale.items()]

    def _finding(self, key: int, stale: Stale, everywhere: set[Site]) -> Finding:
        if key:
            count = _n(
                "{steps} of the {n} {who} step looked at",
                "{steps} of the {n} {who} steps looked at",
                stale.seen,
                steps=stale.steps,
                who=stale.who,
            )
        else:
            count = _n("{n} update by hand", "{n} updates by hand", stale.steps)
        evidence = _("{count} used gradients left over from before the previous step", count=count)
        if stale.used > 0 and stale.left > 0:
            evidence += _("; the first time, {ledger}", ledger=_ledger(stale))
        elsewhere = ", ".join(
            _("line {line}", line=site.line) for site in sorted(everywhere, key=lambda site: site.line) if site.line
        )
        if stale.zeroed:
            evidence += _(
                ". Gradients are emptied at {elsewhere}, but not between every two steps", elsewhere=elsewhere
            )
        elif elsewhere:
            evidence += _(". What is emptied at {elsewhere} are other parameters", elsewhere=elsewhere)
        else:
            evidence += _(". They are never emptied")
        if not key:
            fix = _("set the gradients to None (w.grad = None) after each update")
        elif stale.zeroed or not elsewhere:
            fix = _("call optimizer.zero_grad() once for every step, before this backward")
        else:
            line = self._line(key)
            fix = _("call zero_grad() of the optimizer that steps ({name} at line {line})", name=stale.who, line=line)
        return Finding(
            self.name,
            stale.site,
            evidence + ".",
            _(
                "Each step moves along the sum of all gradients so far: it overshoots, oscillates, and a "
                "safe learning rate looks too large."
            ),
            fix + _(". Carrying gradients over on purpose? Allow it on this line."),
        )

    def _line(self, key: int) -> int:
        records = (record for record in self.run.optimizers.values() if id(record) == key)
        return next((record.step_site.line for record in records), 0)


def _ledger(stale: Stale) -> str:
    """Which backward call added what, on top of what, and what the step used."""
    step = _("the step at line {line}", line=stale.step_site.line) if stale.step_site.line else _("the update")
    return _(
        "norm {left} was left in .grad, backward at line {line} added norm {added} on top of it, and "
        "{step} used norm {used}",
        left=readable(stale.left),
        line=stale.site.line,
        added=readable(stale.added),
        step=step,
        used=readable(stale.used),
    )
