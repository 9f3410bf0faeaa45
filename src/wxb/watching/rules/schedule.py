"""schedule: the learning rate is scheduled before the step it is for, or by batches where epochs are meant.

    scheduler.step(), optimizer.step()         the first rate of the schedule is never used
    scheduler.step() at every batch            a schedule made for 30 epochs has ended after 30 batches

The order is judged where the same line comes first twice, with steps of the optimizer between (catching up on epochs when a
run is resumed is not that). By batches is said only where batches lie inside epochs, the schedule moves with every step, and
more than half of all steps were made at a thousandth of the first rate or less, or a cosine went up and down three times.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any

from wxb.i18n import _
from wxb.numbers import in_words, readable
from wxb.watching import sources
from wxb.watching.events import OptimizerRecord, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Finding, Site

UNSCALE = "_amp_foreach_non_finite_check_and_unscale_"
COLLAPSED = 1e-3 * (1 + 1e-9)
SWINGS = 3
LEAST = 12  # steps of a run before a schedule is judged by where it went


@dataclass(slots=True)
class Schedule:
    """What one scheduler did.   early : it came before the first step; None until its second call

    began : the optimizer's steps when it was first called      collapsed : … when its rate had fallen to a thousandth
    """

    name: str
    record: OptimizerRecord
    first: float
    site: Site = NOWHERE
    calls: int = 0
    began: int = 0
    early: bool | None = None
    collapsed: int | None = None
    period: int = 0
    nested: bool = False
    made: dict[int, tuple[CodeType, int]] = field(default_factory=dict)  # the frames that made it, and their lines


class ScheduleOrder(Rule):
    name = "schedule"
    operations = frozenset((UNSCALE,))

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._schedules: dict[int, tuple[Any, Schedule]] = {}
        self._scaled = False

    def operation(self, operation: TorchCall) -> None:
        self._scaled = self._scaled or operation.name == UNSCALE

    def scheduler_stepped(self, scheduler: Any, frame: FrameType) -> None:
        held, schedule = self._schedules.get(id(scheduler), (None, None))
        if schedule is None or held is not scheduler:
            self._begin(scheduler, frame)
            return
        steps = schedule.record.steps
        schedule.calls += 1
        if schedule.calls <= 2:
            self._order(schedule, steps, sources.user_frame(frame))
        low = scheduler.optimizer.param_groups[0]["lr"] <= COLLAPSED * schedule.first
        schedule.collapsed = (steps if schedule.collapsed is None else schedule.collapsed) if low else None

    def _begin(self, scheduler: Any, frame: FrameType) -> None:
        """It sets its first rates when it is made. Held until the end: its identity must not be given away."""
        if getattr(scheduler, "_step_count", 2) > 1 or not hasattr(scheduler, "optimizer"):
            return
        record = self.run.optimizer(scheduler.optimizer, NOWHERE)
        group = scheduler.optimizer.param_groups[0]
        schedule = Schedule(type(scheduler).__name__, record, float(group.get("initial_lr", group["lr"])))
        schedule.period = int(getattr(scheduler, "T_max", 0)) if schedule.name == "CosineAnnealingLR" else 0
        schedule.made = {id(one): (one.f_code, one.f_lineno) for one in sources.user_frames(frame)}
        self._schedules[id(scheduler)] = (scheduler, schedule)

    def _order(self, schedule: Schedule, steps: int, frame: FrameType | None) -> None:
        site = sources.site_of(frame)
        if schedule.calls == 1:
            schedule.site, schedule.began = site, steps
            schedule.nested = _in_two_loops(frame, schedule.made)
        else:
            schedule.early = schedule.began == 0 < steps and site == schedule.site
            if schedule.early:
                self.notice(site)

    def findings(self) -> list[Finding]:
        found = []
        for __, schedule in self._schedules.values():
            if schedule.early and not self._scaled:
                found.append(self._too_early(schedule))
            elif self._by_batches(schedule):
                found.append(self._too_often(schedule))
        self._schedules.clear()
        return found

    def _by_batches(self, schedule: Schedule) -> bool:
        steps = schedule.record.steps
        if not schedule.nested or steps < LEAST or abs(steps - schedule.calls) > 1:
            return False
        swings = schedule.period and schedule.calls >= 2 * SWINGS * schedule.period
        return bool(swings) or (schedule.collapsed is not None and 2 * schedule.collapsed < steps)

    def _too_early(self, schedule: Schedule) -> Finding:
        evidence = _(
            "{name}.step() comes before the first step of {optimizer}: its first rate {first} is never used, and each of "
            "its {calls} changes comes one step too soon.",
            name=schedule.name,
            optimizer=schedule.record.name,
            first=readable(schedule.first, 3),
            calls=in_words(schedule.calls),
        )
        effect = _(
            "The schedule is shifted; a warm-up begins at its second value, a decay before anything was learned."
        )
        fix = _("after the optimizer: optimizer.step(), then scheduler.step().")
        return Finding(self.name, schedule.site, evidence, effect, fix)

    def _too_often(self, schedule: Schedule) -> Finding:
        steps = schedule.record.steps
        groups = schedule.record.groups()
        now = float(groups[0]["lr"]) if groups else 0.0
        if schedule.collapsed is not None and 2 * schedule.collapsed < steps:
            evidence = _(
                "{name} moves with every batch, {calls} times in {steps} steps: the rate fell from {first} below "
                "{low} by step {when}, and is {now} after {steps}.",
                name=schedule.name,
                calls=in_words(schedule.calls),
                steps=in_words(steps),
                first=readable(schedule.first, 3),
                low=readable(COLLAPSED * schedule.first, 3),
                when=in_words(schedule.collapsed),
                now=readable(now, 3),
            )
            effect = _("Most of the run learns next to nothing.")
        else:
            evidence = _(
                "{name} moves with every batch, {calls} times in {steps} steps: with T_max={period} the rate has gone "
                "down and up again {swings} times, and is {now} after {steps}.",
                name=schedule.name,
                calls=in_words(schedule.calls),
                steps=in_words(steps),
                period=schedule.period,
                swings=schedule.calls // (2 * schedule.period),
                now=readable(now, 3),
            )
            effect = _("The rate swings within an epoch instead of falling once over the run.")
        fix = _("scheduler.step() after the loop over the batches, once an epoch; or a schedule counted in batches.")
        return Finding(self.name, schedule.site, evidence, effect, fix)


def _in_two_loops(frame: FrameType | None, made: dict[int, tuple[CodeType, int]]) -> bool:
    """Whether a line is repeated within what is repeated, by loops that do not make the scheduler anew each time."""
    loops = 0
    for one in sources.user_frames(frame) if frame is not None else ():
        code, line = made.get(id(one), (None, 0))
        loops += _loops_around(one, line if code is one.f_code else 0)
    return loops >= 2


def _loops_around(frame: FrameType, made: int) -> int:
    """How many loops of its function are around the line of a frame, and not around the line `made`."""
    tree, line, first = sources._tree(frame.f_code.co_filename), frame.f_lineno, frame.f_code.co_firstlineno
    loops = (node for node in (ast.walk(tree) if tree is not None else ()) if isinstance(node, ast.For | ast.While))
    spans = [range(node.lineno + 1, (node.end_lineno or node.lineno) + 1) for node in loops if node.lineno >= first]
    return sum(line in span and made not in span for span in spans)
