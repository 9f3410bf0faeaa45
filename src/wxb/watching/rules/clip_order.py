"""clip-order: gradients are clipped where it does nothing, or where they are not the gradients.

    clip, backward, step           what is clipped is empty; what the step uses is not clipped
    backward, step, clip           what is clipped is emptied before the next step
    backward, clip, unscale, step  what is clipped is multiplied by the loss scale

Judged at the step: none of the clippings of its parameters since the step before lies between the last gradient to arrive and
the step. Clipping one of several losses (backward, clip, backward, step) is left alone, and so is a limit that is itself
multiplied by the scale.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from typing import Any

from wxb.i18n import _, _n
from wxb.numbers import readable
from wxb.watching import sources
from wxb.watching.calls import clipping
from wxb.watching.events import OptimizerStep, ParameterRecord, Rule, TorchCall
from wxb.watching.finding import Finding, Site

BY_HAND = frozenset(("clamp_", "clip_"))
UNSCALE = "_amp_foreach_non_finite_check_and_unscale_"
EARLY, LATE, SCALED = "early", "late", "scaled"


@dataclass(slots=True)
class Clip:
    """One clipping.   full : whether there was any gradient to clip      limit : 0 where it is not known

    arrived : when the last gradient had arrived at one of its parameters
    """

    time: int
    site: Site
    what: str
    limit: float
    parameters: set[int] = field(default_factory=set)
    full: bool = False
    arrived: int = 0


@dataclass(slots=True)
class Order:
    """The steps of one optimizer before which something was clipped.   norm : of the gradients the first of them used"""

    kinds: list[str] = field(default_factory=list)
    first: Clip | None = None
    norm: float = 0.0
    scale: float = 1.0


class ClipOrder(Rule):
    name = "clip-order"
    operations = BY_HAND | {UNSCALE, "grad.__get__", "data.__get__"}

    def __init__(self, run: Any) -> None:
        super().__init__(run)
        self._now = 0
        self._clips: list[Clip] = []
        self._arrived: dict[int, int] = {}
        self._stepped: dict[int, int] = {}  # when an optimizer stepped last
        self._unscaled = (0, 1.0)  # when, and from which scale
        self._orders: dict[int, Order] = {}
        self._gradients: dict[int, tuple[Any, int]] = {}

    # ---- what happens, in order

    def operation(self, operation: TorchCall) -> None:
        if operation.name == "grad.__get__":
            parameter = operation.args[0]
            frame = clipping(sys._getframe(1), operation.frame)
            if frame is not None:
                self._clipped(operation, id(parameter), operation.out, frame)
            elif operation.out is not None:
                self._gradients[id(operation.out)] = (operation.out, id(parameter))
        elif operation.name == "data.__get__" and id(operation.args[0]) in self._gradients:
            self._gradients[id(operation.out)] = (operation.out, self._gradients[id(operation.args[0])][1])
        elif operation.name in BY_HAND and id(operation.args[0]) in self._gradients:
            self._clipped(operation, self._gradients[id(operation.args[0])][1], operation.args[0], None)
        elif operation.name == UNSCALE:
            self._now += 1
            self._unscaled = (self._now, 1 / float(operation.args[2]))

    def _clipped(self, operation: TorchCall, parameter: int, gradient: Any, frame: Any) -> None:
        site = sources.site_of(operation.frame)
        last = self._clips[-1] if self._clips else None
        if last is None or last.time != self._now or last.site != site:
            self._now += 1
            words = dict(sources.variables(frame)) if frame is not None else operation.kwargs
            limit = words.get("max_norm", words.get("clip_value", 0.0))
            what = frame.f_code.co_name if frame is not None else operation.name
            last = Clip(self._now, site, what, float(limit) if isinstance(limit, int | float) else 0.0)
            self._clips.append(last)
        last.parameters.add(parameter)
        last.arrived = max(last.arrived, self._arrived.get(parameter, 0))
        last.full = last.full or (gradient is not None and bool(gradient.any()))

    def gradient_arriving(self, record: ParameterRecord, parameter: Any, gradient: Any) -> None:
        self._now += 1
        self._arrived[record.identity] = self._now

    def window_opened(self, after_step: bool) -> None:
        self._clips.clear()
        self._stepped.clear()

    # ---- judged at the step

    def step_started(self, step: OptimizerStep) -> None:
        if not step.window or step.closure:
            return
        self._gradients.clear()
        key = id(step.record)
        began = self._stepped.get(key) if step.record.steps else 0
        mine = {id(parameter) for parameter in step.record.parameters()}
        clips = [clip for clip in self._clips if clip.parameters & mine]
        if began is not None and clips:
            self._judge(self._orders.setdefault(key, Order()), clips, began, step)
        self._clips = [clip for clip in self._clips if not clip.parameters & mine]
        self._now += 1
        self._stepped[key] = self._now

    def _judge(self, order: Order, clips: list[Clip], began: int, step: OptimizerStep) -> None:
        kinds = {self._kind(clip, began) for clip in clips}
        kind = kinds.pop() if len(kinds) == 1 else ""
        order.kinds.append(kind)
        if kind and order.first is None:
            order.first = clips[0]
            self.notice(clips[0].site)
            order.scale = self._unscaled[1]
            gradients = [p.grad for p in step.record.parameters() if p.grad is not None and not p.grad.is_sparse]
            order.norm = math.hypot(*(float(gradient.norm()) for gradient in gradients))

    def _kind(self, clip: Clip, began: int) -> str:
        """How this clipping misses the step that began to be prepared at `began`; "" when it does not."""
        after = any(self._arrived.get(parameter, 0) > clip.time for parameter in clip.parameters)
        if after and not clip.full:
            return EARLY
        if clip.arrived > began:
            unscaled, scale = self._unscaled
            scaled = not after and unscaled > clip.time and scale > 1 and 0 < clip.limit < scale
            return SCALED if scaled else ""
        return LATE if after else ""

    def findings(self) -> list[Finding]:
        self._gradients.clear()
        return [
            self._finding(order.first, order)
            for order in self._orders.values()
            if order.first is not None and len(order.kinds) >= 2 and order.kinds[0] and len(set(order.kinds[1:])) == 1
            and order.kinds[1]
        ]  # fmt: skip

    def _finding(self, clip: Clip, order: Order) -> Finding:
        count, kind = len(order.kinds), order.kinds[-1]
        if kind == SCALED:
            evidence = _(
                "{what} works on gradients that are still multiplied by the loss scale, {scale}: its limit {limit} is "
                "{share} of the real gradients.",
                what=clip.what,
                scale=readable(order.scale),
                limit=readable(clip.limit),
                share=readable(clip.limit / order.scale, 3),
            )
            effect = _("Nearly every gradient is cut, to almost nothing.")
            return Finding(self.name, clip.site, evidence, effect, _("scaler.unscale_(optimizer) before this line."))
        where = _("before backward()") if kind == EARLY else _("after step()")
        evidence = _n(
            "{what} stands {where}: at the one step looked at, the gradients the step used came later and were not clipped",
            "{what} stands {where}: at all {n} steps looked at, the gradients the step used came later and were not clipped",
            count,
            what=clip.what,
            where=where,
        )
        if clip.limit and order.norm > clip.limit and "norm" in clip.what:
            evidence += _(
                "; the first had norm {norm}, the limit is {limit}",
                norm=readable(order.norm),
                limit=readable(clip.limit),
            )
        effect = _("Nothing that moves the parameters is clipped: a large gradient makes a large step.")
        return Finding(self.name, clip.site, evidence + ".", effect, _("between the two: backward(), clip, step()."))
