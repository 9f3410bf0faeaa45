"""What one thread of a run does: its events, what the rules share of it, and their findings at the end.

The heavy checks (every operation, leaf hooks, graph walks) live in a window (`attention`); outside it a step costs one loss
value and a short hook. An error inside our own checks never reaches the user's run: it is reported as a note.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from wxb.watching import graph, hooks, sources
from wxb.watching.attention import FIRST, Attention
from wxb.watching.calls import call_name, dispatch_cost, from_optimizer, runs_twice, zeroes
from wxb.watching.checks import Checks
from wxb.watching.compilers import never_compiled
from wxb.watching.counted import Counted
from wxb.watching.events import Backward, OptimizerStep, ParameterRecord, Rule, TorchCall
from wxb.watching.finding import NOWHERE, Finding
from wxb.watching.known import holds_any
from wxb.watching.leaves import LeafHooks
from wxb.watching.lens import Lens
from wxb.watching.paths import Paths

PHASES = 8  # how often a new loop may open the window again


class Session(Counted):
    """The watcher of one run in one thread; see the module for what it costs when."""

    def __init__(self, torch: Any, rules: list[type[Rule]]) -> None:
        super().__init__(torch)
        self.forbidden = ""
        self.uphill = NOWHERE  # an update by hand that climbs the loss
        self.exception: BaseException | None = None
        self.notes: dict[str, None] = {}
        self.spent = 0.0  # seconds
        self.operations = 0  # that the lens told of
        self._arrives = False  # whether a gradient that comes is the user's, none of ours
        self.paths = Paths(self)
        self._checks = Checks([self.paths, *(rule(self) for rule in rules)], self.note)
        self._leaves = LeafHooks(torch)
        self._attention = Attention(dispatch_cost(torch))
        self._phases = 0
        self.lens = Lens(self, self._attention, torch)
        self._process = os.getpid()
        never_compiled(Session._at_leaf, torch)

    # ---- beginning and end

    def start(self) -> None:
        self._attention.opened()
        self._open()

    def close(self, exception: BaseException | None) -> None:
        """The run has ended. exception : what ended it, unless this thread has died of one of its own"""
        self.exception = self.exception or exception
        self._close()
        self.road.end()
        self.lens.end()
        if thinned := self._attention.thinned():
            self.note(thinned)

    def findings(self) -> list[Finding]:
        """What the rules found, without what is allowed at its line."""
        try:
            with hooks.unseen(self.torch):
                found = self._checks.findings()
            own = str(self.exception or "").split("\n", 1)[0]
            for note in [note for note in self.notes if len(own) > 20 and own in note]:
                del self.notes[note]  # a check met the user's own error (a broken graph, a device that is lost)
            return [sources.with_source(one) for one in found if not sources.allowed(one.rule, one.site)]
        except Exception as error:
            self._checks.failed("watch", error)
            return []

    def let_go(self) -> None:
        """The report stays with the user; nothing of theirs stays with us."""
        self._checks.clear()
        self.forget()
        self.road.backward = self.road.stepping = self.exception = None

    def note(self, text: str) -> None:
        self.notes[text] = None

    # ---- the window of heavy checks

    def alarm(self) -> None:
        """Something is new or wrong: look closely at the next steps."""
        self._attention.alarm(self.steps, self.backwards)
        if not self.window:
            self._open()
            self._checks.tell("window_opened", False)

    def turn(self) -> None:
        wanted = self._attention.wanted(
            self.steps,
            self.backwards,
            optimizers=bool(self.optimizers),
            looking=self.window,
            suspected=self._checks.suspected,
        )
        if wanted and not self.window:
            self._open()
            self._checks.tell("window_opened", True)
        elif self.window and not wanted:
            self._close()

    def _open(self) -> None:
        if not self.window:
            self._attention.opened()
        self.window = True
        self.road.close()
        self.lens.turn(True)

    def _close(self) -> None:
        self._attention.closed(self.steps or self.backwards, was_open=self.window)
        self.window = False
        self.lens.turn(False)
        with hooks.unseen(self.torch):
            self._leaves.remove(wholly=os.getpid() == self._process)

    def aside(self, compiled: bool) -> None:
        self.lens.aside(compiled)

    # ---- events, called from hooks

    def operation(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any) -> None:
        self.operations += 1
        if not self.window or os.getpid() != self._process:
            return
        name = call_name(func)
        caller = sys._getframe(2)
        if not self._attention.worth(caller) or not name or (name == "grad.__get__" and zeroes(caller)):
            return
        began, busy = time.perf_counter(), time.thread_time()
        frame, grad_enabled = sys._getframe(1), self.torch.is_grad_enabled()
        with hooks.unseen(self.torch):
            by_user = not self.still_steps(hook=False) or not from_optimizer(frame)
            if by_user and graph.readable((*args, out), self.torch):
                self._checks.operation(
                    TorchCall(func, name, args, kwargs, out, sources.user_frame(frame), grad_enabled)
                )
        self.spent += time.perf_counter() - began
        self._attention.took(time.thread_time() - busy)

    def backward_started(self, tensors: Any, backward: bool) -> None:
        self.guarded(self._backward_started, tensors, backward)

    def _backward_started(self, tensors: Any, backward: bool) -> None:
        loss: Any = tensors[0] if isinstance(tensors, list | tuple) and len(tensors) == 1 else tensors
        if not isinstance(loss, self.torch.Tensor):
            self.road.backward = None
            return
        frame = sources.user_frame(sys._getframe(1))
        event = Backward(self.backwards, sources.site_of(frame), loss, None, backward, self.stepping is not None,
                         self.window)  # fmt: skip
        event.value = self._value(loss)
        self.road.backwards += 1
        if event.value is not None:
            self._write_down(event, event.value, frame)
        if event.window:
            event.frame = frame
            event.nodes = list(graph.walk(loss.grad_fn))
            event.leaves = [leaf for leaf in graph.leaves(event.nodes) if leaf is not None]
            if self.backwards <= FIRST:
                self.names.learn(sources.user_frames(frame))
            self._watch_leaves(event)
        self.road.backward = event
        self._checks.tell("backward_started", event)
        self._arrives = event.backward

    def _write_down(self, event: Backward, value: float, frame: Any) -> None:
        curve = self.curves.get(event.site)
        if curve is None:
            curve = self.losses.begin(event.site)
            if not self.window and self._phases < PHASES:  # another loop has begun: look at it closely too
                self._phases += 1
                self.alarm()
                event.window = True
        self.losses.place(curve, frame, quick=event.loss.is_cpu and type(event.loss) is self.torch.Tensor)
        curve.add(value)
        event.window = event.window or not math.isfinite(value)

    def backward_ended(self) -> None:
        self.guarded(self._backward_ended)

    def _backward_ended(self) -> None:
        event = self.backward
        self._arrives = False
        self._attention.training()
        self._attention.missed = not self.lens.on
        if event is not None:
            self._checks.tell("backward_ended", event)
            event.loss, event.frame = None, None
            event.nodes, event.leaves = [], []
        if not self.steps and self.stepping is None:
            self.turn()

    def derived(self, tensors: Any, derivatives: Any, caller: Any) -> None:
        """`autograd.grad` gave derivatives that have none themselves."""
        if self.window:
            tracked = self.torch.is_grad_enabled()
            self.guarded(self.paths.derived, tensors, derivatives, sources.user_frame(caller), tracked)

    def optimizer_made(self, optimizer: Any) -> None:
        self.guarded(lambda: self.optimizer(optimizer, sources.site_of(sources.user_frame(sys._getframe(1)))))
        self._attention.training()

    def step_started(self, optimizer: Any, args: tuple[Any, ...]) -> None:
        closure = any(callable(argument) for argument in args)
        self.guarded(self._step_started, optimizer, closure)

    def _step_started(self, optimizer: Any, closure: bool) -> None:
        record = self.optimizer(optimizer, NOWHERE)
        if self.window or not record.steps:
            frame = sources.user_frame(sys._getframe(1))
            record.step_site = sources.site_of(frame)
            if record.steps < 2:
                self.names.learn(sources.user_frames(frame))
            for parameter in record.parameters():
                self.parameter(parameter).optimizer = record
        record.last_backward = self.backward
        self._checks.tell("step_started", OptimizerStep(self.steps, record, record.step_site, closure, self.window))
        self.road.stepping = record
        self.tracks.begins(record, self.steps, closure)
        if self.window and not closure and type(optimizer).__module__.startswith("torch.optim."):
            self.lens.rest(True)

    def step_ended(self, optimizer: Any) -> None:
        self.guarded(self._step_ended, optimizer)

    def _step_ended(self, optimizer: Any) -> None:
        self.lens.rest(False)
        self.road.stepping = None
        record = self.optimizer(optimizer, NOWHERE)
        self.tracks.ends(record)
        record.steps += 1
        record.latest = self.steps
        self.road.steps += 1
        self.road.may_be_calm = True
        self._checks.tell("step_ended", OptimizerStep(self.steps - 1, record, record.step_site, False, self.window))
        self.turn()

    def step_failed(self) -> None:
        if self.lens.rests:
            self.lens.rest(False)
            self._attention.missed = True
        super().step_failed()

    def died(self, error: BaseException) -> None:
        """An exception that nobody caught ended this thread."""
        self.exception = error

    def runs_user_code(self, what: str) -> None:
        self.forbidden = self.forbidden or runs_twice(what)

    def heard(self, event: str, *what: Any) -> None:
        """What happened around the operations (see `around`); rules that compute with it hide that themselves."""
        if os.getpid() == self._process:
            began = time.perf_counter()
            self._checks.tell(event, *what)
            self.spent += time.perf_counter() - began

    # ---- what rules ask for

    def sees_operations(self) -> bool:
        """Whether every operation since the last backward call was seen."""
        return self.lens.on and not self._attention.missed

    def keep(self, frame: Any) -> None:
        """Operations called where this frame is now are looked at even where others are passed by."""
        self._attention.keep(frame)

    @property
    def dispatched(self) -> int:
        """How many operations went through the lens."""
        return self.operations + self._attention.passed_at_once

    def affordable(self, seconds: float) -> bool:
        """Whether watching may take so many processor seconds more."""
        return self._attention.affordable(seconds)

    # ---- inner parts

    def _value(self, loss: Any) -> float | None:
        if loss.numel() != 1 or loss.is_complex():
            return None
        if loss.device.type != "cpu" and not self.window and self.backwards % 10:
            return None  # reading a number from an accelerator waits for it
        return float(loss.item())

    def _watch_leaves(self, event: Backward) -> None:
        for reference in tuple(self.names.optimizers):
            if reference() is not None:
                self.optimizer(reference(), NOWHERE)
        for leaf in event.leaves:
            record = self.parameter(leaf)
            arriving = partial(self._at_leaf, record)
            setattr(arriving, "wxb", True)  # noqa: B010 - the learning-rate rule must tell ours from the user's
            self._leaves.add(leaf, record.identity, record.reference, arriving)

    def _at_leaf(self, record: ParameterRecord, gradient: Any) -> None:
        if self._arrives:
            hooks.apart(self.guarded, self._arriving, record, gradient)

    def _arriving(self, record: ParameterRecord, gradient: Any) -> None:
        parameter = record.reference()
        if parameter is None or gradient is None or self.backward is None or not self.backward.backward:
            return
        record.norm = float(self.torch.linalg.vector_norm(gradient)) if self.plain(gradient) else None
        record.latest = bool(record.norm) or holds_any(gradient)  # squares of the smallest numbers are 0
        record.full = holds_any(parameter.grad)
        record.arrived += record.latest
        self._checks.tell("gradient_arriving", record, parameter, gradient)

    def guarded(self, work: Callable[..., Any], *what: Any) -> None:
        if os.getpid() != self._process:
            return
        began, busy = time.perf_counter(), time.thread_time()
        try:
            with hooks.unseen(self.torch):
                work(*what)
        except Exception as error:
            self._checks.failed("watch", error)
        self.spent += time.perf_counter() - began
        self._attention.used += time.thread_time() - busy
