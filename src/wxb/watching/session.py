"""One watched run: it hears the events, keeps what the rules share, and asks them at the end.

The heavy checks (every operation, leaf hooks, graph walks) live in a *window*: the first 10 steps, a few steps after an
alarm or when another loop begins, and one or two at powers of two from 32 on while that costs less than 1 % of the run.
Outside it a step costs one loss value and two short hooks.
An error inside our own checks never reaches the user's run: the check is switched off and reported as a note.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from wxb.watching import graph, hooks, sources
from wxb.watching.calls import blind_spots, dispatch_cost, from_optimizer, name_of
from wxb.watching.events import EVENTS, Backward, Curve, Operation, OptimizerRecord, ParameterRecord, Rule, Step
from wxb.watching.finding import NOWHERE, Finding, Site, arrange
from wxb.watching.known import Known
from wxb.watching.report import Report

FIRST = 10
PATIENCE = 60  # backward calls after which the first window closes even if few steps were made (long accumulation)
AGAIN_FROM = 32
BUDGET = 0.01
WAKES, PHASES = 16, 8  # how often a rising loss, or a new loop, may open the window again


class Session(Known):
    """The watcher of one run in one thread; see the module for what it costs when."""

    def __init__(self, torch: Any, rules: list[type[Rule]], report: Report) -> None:
        super().__init__(torch)
        self.report = report
        self.curves: dict[Site, Curve] = {}
        self.backwards = 0
        self.steps = 0
        self.window = True
        self.backward: Backward | None = None
        self.stepping: OptimizerRecord | None = None
        self.forbidden = ""
        self.exception: BaseException | None = None
        self.notes: dict[str, None] = {}
        self.rules = [rule(self) for rule in rules]
        self._listeners = {
            event: [rule for rule in self.rules if getattr(type(rule), event) is not getattr(Rule, event)]
            for event in EVENTS
        }
        self._handles: dict[int, Any] = {}
        self._alarm_until = -1
        self._spent = 0.0
        self._operations = 0
        self._places: dict[tuple[int, int], tuple[Any, Curve]] = {}
        self._wakes = 0
        self._opened = 0.0  # when the window was opened last
        self._per_step = 0.0  # seconds of one step in the first window
        self._late = 0.0  # seconds of all windows after the first
        self._phases = 0
        self._lens = hooks.make_lens(self, torch)
        self._lens_on = False
        self._thread = threading.get_ident()
        self._process = os.getpid()
        self._elsewhere = 0
        self._began = 0.0

    # ---- beginning and end

    def start(self) -> None:
        self._began = time.perf_counter()
        sources.refresh()
        hooks.attach(self, self.torch)
        self._open()

    def stop(self, exception: BaseException | None) -> Report:
        """Take every hook back, then ask the rules. Called once, whatever happened to the run."""
        self.exception = exception
        self._close()
        hooks.detach(self)
        began = time.perf_counter()
        try:
            with hooks.unseen(self.torch):
                found = [finding for rule in self.rules for finding in self._ask(rule)]
            kept = [finding for finding in found if not sources.allowed(finding.rule, finding.site)]
            self._write(arrange([sources.with_source(finding) for finding in kept]), began)
        except Exception as error:
            self._failed(None, error)
            self.report.notes[:] = list(self.notes)
        self._let_go()
        return self.report

    def _let_go(self) -> None:
        """The report stays with the user; nothing of theirs stays with us."""
        self.rules.clear()
        self._listeners.clear()
        self.forget()
        self.backward = self.stepping = self.exception = None

    def _ask(self, rule: Rule) -> list[Finding]:
        try:
            return rule.findings()
        except Exception as error:
            self._failed(rule, error)
            return []

    def _write(self, findings: list[Finding], began: float) -> None:
        for blind in blind_spots(self.torch, self._elsewhere, self.backwards + self.steps):
            self.note(blind)
        report = self.report
        report.findings[:] = findings
        report.notes[:] = list(self.notes)
        report.backwards, report.steps = self.backwards, self.steps
        curve = max(self.curves.values(), key=lambda curve: curve.count, default=None)
        if curve is not None:
            report.first_loss, report.last_loss = curve.first[0], curve.last[-1]
        now = time.perf_counter()
        spent = self._spent + (now - began) + self._operations * dispatch_cost(self.torch)
        report.overhead = min(1.0, spent / max(now - self._began, 1e-9))
        report.seconds = spent

    def note(self, text: str) -> None:
        self.notes[text] = None

    # ---- the window of heavy checks

    def alarm(self) -> None:
        """Something is new or wrong: look closely at the next steps."""
        self._alarm_until = max(self.backwards, self.steps) + 5
        if not self.window:
            self._open()
            self._tell("window_opened", False)

    def _wanted(self) -> bool:
        clock = max(self.steps, self.backwards)
        if clock <= self._alarm_until:
            return True
        if self.backwards < FIRST or (self.steps < FIRST and self.optimizers and self.backwards < PATIENCE):
            return True
        count = self.steps or self.backwards
        if count < AGAIN_FROM:
            return False
        return (count - 1) & (count - 2) == 0 if self.window else count & (count - 1) == 0 and self._affordable()

    def _affordable(self) -> bool:
        """Whether two more steps under the lens would keep all later windows below a hundredth of the run."""
        return self._late + 2 * self._per_step < BUDGET * (time.perf_counter() - self._began)

    def _turn(self) -> None:
        wanted = self._wanted()
        if wanted and not self.window:
            self._open()
            self._tell("window_opened", True)
        elif self.window and not wanted:
            self._close()

    def _open(self) -> None:
        if not self.window or not self._opened:
            self._opened = time.perf_counter()
        self.window = True
        if not self._lens_on and threading.get_ident() == self._thread:
            hooks.push(self._lens)
            self._lens_on = True

    def _close(self) -> None:
        lasted = time.perf_counter() - self._opened
        if not self._per_step:
            self._per_step = lasted / max(1, self.steps or self.backwards)
        elif self.window:
            self._late += lasted
        self.window = False
        for handle in self._handles.values():
            handle.remove()
        self._handles.clear()
        if self._lens_on and threading.get_ident() == self._thread:
            hooks.pull(self._lens, self.torch)
            self._lens_on = False

    # ---- events, called from hooks

    def operation(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any) -> None:
        self._operations += 1
        if not self.window or os.getpid() != self._process:
            return
        began = time.perf_counter()
        name = name_of(func)
        if name:
            frame, grad_enabled = sys._getframe(1), self.torch.is_grad_enabled()
            # no_grad: what we compute of the user's tensors must not be saved by the user's saved-tensor hooks
            with hooks.unseen(self.torch), self.torch.no_grad():
                if self.stepping is None or not from_optimizer(frame):
                    self._tell(
                        "operation", Operation(func, name, args, kwargs, out, sources.user_frame(frame), grad_enabled)
                    )
        self._spent += time.perf_counter() - began

    def backward_started(self, tensors: Any, backward: bool) -> None:
        began = time.perf_counter()
        if self.window or not self._quietly(tensors):
            self._guarded(lambda: self._backward_started(tensors, backward))
        self._spent += time.perf_counter() - began

    def _quietly(self, loss: Any) -> bool:
        """Outside the window: write down the loss, and say whether that is all there is to do."""
        self.backward = None
        if type(loss) is not self.torch.Tensor or self.torch._C._len_torch_function_stack():
            return False
        frame = sys._getframe(3)  # the caller of backward(), if that is the user
        known = self._places.get((id(frame.f_code), frame.f_lineno))
        if known is None:
            user = sources.user_frame(frame)
            known = self._places.get((id(user.f_code), user.f_lineno)) if user is not None else None
        if known is None:
            return False
        if not loss.is_cpu and self.backwards % 10:
            self.backwards += 1
            return True  # reading a number from an accelerator waits for it
        curve = known[1]
        value: Any = loss.item() if loss.numel() == 1 else None
        if value.__class__ is not float or (self._wakes < WAKES and curve.would_rise(value)):
            self._wakes += 1
            return False
        if not math.isfinite(value) and curve.bad < 3:
            return False
        curve.add(value)
        self.backwards += 1
        self._elsewhere += threading.get_ident() != self._thread
        return True

    def _backward_started(self, tensors: Any, backward: bool) -> None:
        loss: Any = tensors[0] if isinstance(tensors, list | tuple) and len(tensors) == 1 else tensors
        self._elsewhere += threading.get_ident() != self._thread
        if not isinstance(loss, self.torch.Tensor):
            self.backward = None
            return
        frame = sources.user_frame(sys._getframe(1))
        event = Backward(self.backwards, sources.site_of(frame), loss, None, backward, self.stepping is not None,
                         self.window)  # fmt: skip
        event.value = self._value(loss)
        self.backwards += 1
        if event.value is not None:
            self._write_down(event, event.value, frame)
        if event.window:
            event.frame = frame
            event.nodes = list(graph.walk(loss.grad_fn))
            event.leaves = [leaf for leaf in graph.leaves(event.nodes) if leaf is not None]
            if self.backwards <= FIRST:
                self.names.learn(sources.user_frames(frame))
            self._watch_leaves(event)
        self.backward = event
        self._tell("backward_started", event)

    def _write_down(self, event: Backward, value: float, frame: Any) -> None:
        curve = self.curves.get(event.site)
        if curve is None:
            curve = self.curves[event.site] = Curve()
            if frame is not None:
                self._places[id(frame.f_code), frame.f_lineno] = (frame.f_code, curve)
            if not self.window and self._phases < PHASES:  # another loop has begun: look at it closely too
                self._phases += 1
                self.alarm()
                event.window = True
        curve.add(value)
        event.window = event.window or not math.isfinite(value)

    def backward_ended(self) -> None:
        if self.backward is None and not self.window:
            if not self.steps:
                self._turn()
            return
        began = time.perf_counter()
        self._guarded(self._backward_ended)
        self._spent += time.perf_counter() - began

    def _backward_ended(self) -> None:
        event = self.backward
        if event is not None:
            self._tell("backward_ended", event)
            event.loss, event.frame = None, None
            event.nodes, event.leaves = [], []
        if not self.steps and self.stepping is None:
            self._turn()

    def optimizer_made(self, optimizer: Any) -> None:
        self._guarded(lambda: self.optimizer(optimizer, sources.site_of(sources.user_frame(sys._getframe(3)))))

    def step_started(self, optimizer: Any, args: tuple[Any, ...]) -> None:
        known = self.optimizers.get(id(optimizer))
        if not self.window and known is not None and known.steps and known.reference() is optimizer:
            self.stepping = known
            return
        began = time.perf_counter()
        closure = any(callable(argument) for argument in args)
        self._guarded(lambda: self._step_started(optimizer, closure))
        self._spent += time.perf_counter() - began

    def _step_started(self, optimizer: Any, closure: bool) -> None:
        record = self.optimizer(optimizer, NOWHERE)
        self._elsewhere += threading.get_ident() != self._thread
        if self.window or not record.steps:
            frame = sources.user_frame(sys._getframe(1))
            record.step_site = sources.site_of(frame)
            if record.steps < 2:
                self.names.learn(sources.user_frames(frame))
            for parameter in record.parameters():
                self.parameter(parameter).optimizer = record
        record.last_backward = self.backward
        self._tell("step_started", Step(self.steps, record, record.step_site, closure, self.window))
        self.stepping = record

    def step_ended(self, optimizer: Any) -> None:
        if not self.window and self.stepping is not None:
            self.stepping.steps += 1
            self.steps = count = self.steps + 1
            self.stepping = None
            if count & (count - 1) == 0:  # only then can the window be due
                self._turn()
            return
        began = time.perf_counter()
        self._guarded(lambda: self._step_ended(optimizer))
        self._spent += time.perf_counter() - began

    def _step_ended(self, optimizer: Any) -> None:
        self.stepping = None
        record = self.optimizer(optimizer, NOWHERE)
        record.steps += 1
        self.steps += 1
        self._tell("step_ended", Step(self.steps - 1, record, record.step_site, False, self.window))
        self._turn()

    def runs_user_code(self, what: str) -> None:
        reasons = {
            "recompute": "saved tensors are recomputed or moved by hooks (gradient checkpointing)",
            "hook": "a tensor carries a hook of the user's, which would run twice",
        }
        self.forbidden = self.forbidden or reasons[what]

    # ---- what rules ask for

    def sees_operations(self) -> bool:
        """Whether the lens is on, and this is the thread it is on."""
        return self._lens_on and threading.get_ident() == self._thread

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
            if record.identity not in self._handles:
                self._handles[record.identity] = leaf.register_hook(self._leaf_hook(record))

    def _leaf_hook(self, record: ParameterRecord) -> Callable[[Any], None]:
        def arriving(gradient: Any) -> None:
            began = time.perf_counter()
            self._guarded(lambda: self._arriving(record, gradient))
            self._spent += time.perf_counter() - began

        setattr(arriving, "wxb", True)  # noqa: B010 - the learning-rate rule must tell ours from the user's
        return self.torch.utils.hooks.unserializable_hook(arriving)

    def _arriving(self, record: ParameterRecord, gradient: Any) -> None:
        parameter = record.reference()
        if parameter is None or gradient is None or self.backward is None or not self.backward.backward:
            return
        if bool(gradient.detach().any() if not gradient.is_sparse else gradient._nnz()):
            record.arrived += 1
        self._tell("gradient_arriving", record, parameter, gradient)

    def _guarded(self, work: Callable[[], Any]) -> None:
        if os.getpid() != self._process:
            return
        try:
            with hooks.unseen(self.torch), self.torch.no_grad():
                work()
        except Exception as error:
            self._failed(None, error)

    def _tell(self, event: str, *what: Any) -> None:
        for rule in tuple(self._listeners[event]):
            try:
                getattr(rule, event)(*what)
            except Exception as error:
                self._listeners[event].remove(rule)
                self._failed(rule, error)

    def _failed(self, rule: Rule | None, error: Exception) -> None:
        name = rule.name if rule is not None else "watch"
        self.note(f"check {name} failed: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")
