"""What a step costs between windows: its loss and its rates are written down, and it is counted.

    backward begins    a line that is known, a finite loss, no marked rise
    step begins        the rates are the very numbers that they were, and no look of the curves is due
    step ends          no window is due

Where one of these does not hold, or several runs hear a thread, a session is asked (`Counted`, by `hooks`); most steps take
this road.
Between two of its calls lies the user's own step, which has thrown everything of ours out of the processor's caches: what
costs is the number of things touched (a variable of the thread 2.5 µs, an integer by which the thread is known 0.8). So a
call knows what it needs as its own variables, calls nothing written in Python, and writes into one small record, the Road.
"""

from __future__ import annotations

import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import FrameType
from typing import Any

from wxb.watching import nested, private
from wxb.watching.compilers import never_compiled
from wxb.watching.events import KEPT, LARGEST, Backward, Curve, OptimizerRecord
from wxb.watching.finding import NOWHERE
from wxb.watching.known import Known, Leap
from wxb.watching.losses import Losses
from wxb.watching.tracks import Tracks

# The names in `Tensor.backward` of a torch whose method does nothing for a plain tensor but to call `autograd.backward`.
PASSES_ON = ("has_torch_function_unary", "handle_torch_function", "Tensor", "backward", "torch", "autograd")
Slow = Callable[[tuple[Any, ...], dict[str, Any], FrameType], Any]
Hook = Callable[[Any, tuple[Any, ...], dict[str, Any]], None]


class Road:
    """What is counted of a thread at every step.

    backward : the last call, None where it was quiet    stepping : the optimizer that is in its step, the outermost
    nested : whether that calls steps
    places : by code and instruction, the curve of the losses differentiated there    optimizers : by id
    """

    __slots__ = (
        "armed",
        "backward",
        "backwards",
        "inside",
        "looking",
        "nested",
        "optimizers",
        "places",
        "stepping",
        "steps",
        "thread",
    )

    def __init__(self, optimizers: dict[int, OptimizerRecord], places: dict[tuple[int, int], Curve]) -> None:
        self.thread = threading.get_ident()
        self.backward: Backward | None = None
        self.backwards = self.steps = 0
        self.stepping: OptimizerRecord | None = None
        self.optimizers, self.places = optimizers, places
        self.inside = False  # a quiet backward
        self.armed = False  # the last backward was quiet: no mode of the user's is on, and steps need not look for one
        self.looking = False  # the curves look at the step that is made
        self.nested = False

    def open(self) -> None:
        """This thread takes it, until it is closed."""
        self.armed = False
        roads[self.thread] = self

    def close(self) -> None:
        if roads.get(self.thread) is self:
            del roads[self.thread]


class Leaving:
    """Kept by a thread as a variable of its own: another one may get its number when it is gone."""

    def __init__(self) -> None:
        self._thread, self._roads = threading.get_ident(), roads

    def __del__(self) -> None:
        self._roads.pop(self._thread, None)


roads: dict[int, Road] = {}  # by thread, of those heard by one session that need not look closely
compiles: list[bool] = []  # not empty once anything was given to torch's compiler, which then may trace what is here


def inside() -> bool:
    """Whether this thread is in the middle of a quiet backward."""
    road = roads.get(threading.get_ident())
    return road is not None and road.inside


def differentiating(original: Callable[..., Any], slow: Slow, backward: bool, torch: Any) -> Callable[..., Any]:
    """In place of `Tensor.backward` and its like. slow : where the road cannot be taken        backward : not `grad`"""
    compiling, get_frame, ident = torch.compiler.is_dynamo_compiling, sys._getframe, threading.get_ident
    function_modes, dispatch_modes = _modes(torch)
    Tensor, small, full = torch.Tensor, -LARGEST, KEPT - 1
    autograd, engine = torch.autograd, torch.autograd.backward  # not wrapped yet where `Tensor.backward` is
    names = getattr(getattr(original, "__code__", None), "co_names", ())
    passes_on = backward and names == PASSES_ON and original.__qualname__ == "Tensor.backward"

    def call(*args: Any, **kwargs: Any) -> Any:
        if compiles and compiling():  # a compiler that traces this must find nothing of ours
            return original(*args, **kwargs)
        road = roads.get(ident())
        if road is None:
            return slow(args, kwargs, get_frame(1))
        if road.inside:
            return original(*args, **kwargs)
        caller, count = get_frame(1), road.backwards + 1
        curve = road.places.get((id(caller.f_code), caller.f_lasti))
        loss: Any = args[0] if args else None
        road.armed = False
        if curve is None or type(loss) is not Tensor or function_modes() or dispatch_modes():
            return slow(args, kwargs, caller)
        if not (road.steps or count & road.backwards) or (not backward and (kwargs or len(args) > 2)):
            return slow(args, kwargs, caller)
        try:
            value: Any = loss.item()
        except RuntimeError:  # several numbers
            value = None
        if value.__class__ is not float or not small < value < curve.rising or len(curve.new) >= full:
            return slow(args, kwargs, caller)
        curve.new.append(value)
        curve.rising = 1.2 * value if value > curve.before + curve.calm else LARGEST
        curve.before = value
        road.backwards, road.backward = count, None
        road.armed = road.inside = True
        try:
            plain = passes_on and not kwargs and len(args) == 1
            if plain and getattr(autograd.backward, "__wrapped__", None) is engine:
                return engine(
                    loss, None, None, False, inputs=None
                )  # as `Tensor.backward` does, without a wrapper between
            return original(*args, **kwargs)
        finally:
            road.inside = False

    return call


def stepping(before: Hook, after: Hook, torch: Any) -> tuple[Hook, Hook]:
    """In place of the hooks of an optimizer's step, which are for where the road cannot be taken."""
    compiling, ident, clock = torch.compiler.is_dynamo_compiling, threading.get_ident, time.perf_counter

    def begins(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if compiles and compiling():
            return
        road = roads.get(ident())
        if road is not None and road.armed and road.stepping is None:
            known = road.optimizers.get(id(optimizer))
            if known is not None and known.reference() is optimizer:
                groups, rates = optimizer.param_groups, known.rates
                if (
                    (known.steps < known.due or clock() < known.allowed)
                    and len(groups) == len(rates) > 0
                    and groups[0].get("lr") is rates[0]
                    and (len(rates) == 1 or all(map(same, groups, rates)))
                ):
                    road.stepping = known
                    return
        before(optimizer, args, kwargs)

    def ends(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if compiles and compiling():
            return
        road = roads.get(ident())
        if road is not None and not road.looking and not road.nested:
            known, count = road.stepping, road.steps + 1
            if known is not None and count & road.steps:  # at a power of two a window may be due
                known.steps += 1
                known.latest = road.steps
                road.steps, road.stepping = count, None
                return
        after(optimizer, args, kwargs)

    def same(group: dict[str, Any], rate: Any) -> bool:
        return group.get("lr") is rate

    never_compiled(same, torch)
    return begins, ends


def _modes(torch: Any) -> tuple[Callable[[], int], Callable[[], int]]:
    """How many modes of functions, and of dispatch, are on."""
    names = "_C._len_torch_function_stack", "_C._len_torch_dispatch_stack"
    return private.of(torch, names[0], private.nothing), private.of(torch, names[1], private.nothing)


class Counted(Known, ABC):
    """A session as far as it counts, and what it does where it is asked between windows."""

    @abstractmethod
    def guarded(self, work: Callable[..., Any], *what: Any) -> None:
        """Do it unseen; an error in it is not the user's."""

    @abstractmethod
    def turn(self) -> None:
        """Open the window or close it, where that is due."""

    def __init__(self, torch: Any) -> None:
        super().__init__(torch)
        self.losses = Losses()
        self.curves = self.losses.curves
        self.tracks = Tracks(self)
        self.road = Road(self.optimizers, self.losses.quick)
        self.window = True

    @property
    def steps(self) -> int:
        return self.road.steps

    @property
    def backwards(self) -> int:
        return self.road.backwards

    @property
    def backward(self) -> Backward | None:
        return self.road.backward

    @property
    def stepping(self) -> OptimizerRecord | None:
        return self.road.stepping

    def leapt(self, leap: Leap) -> None:
        leap.losses = {site: curve.count for site, curve in self.curves.items()}
        super().leapt(leap)

    def quiet_backward(self, loss: Any, caller: FrameType) -> bool:
        """Outside the window: write down the loss, and say whether that is all there is to do. caller : of backward()"""
        road = self.road
        count = road.backwards + 1
        if road.stepping is not None:
            self.still_steps(hook=False)
        if self.window or (not road.steps and count & (count - 1) == 0):  # only then can the window be due
            return False
        road.backward = None
        if type(loss) is not self.torch.Tensor or any(modes() for modes in _modes(self.torch)):
            return False
        if loss.is_cpu or road.backwards % 10 == 0:  # reading a number from an accelerator waits for it
            if not self.losses.take(caller, loss.item() if loss.numel() == 1 else None):
                return False
        elif self.losses.at(caller) is None:
            return False
        road.backwards = count
        return True

    def still_steps(self, *, hook: bool) -> bool:
        """Whether the step that was begun goes on, in which this is called; one that failed is laid down.

        hook : in a hook of another step
        """
        record = self.road.stepping
        if record is None:
            return False
        if nested.lies_in(self.torch, record.reference(), hook=hook):
            return True
        self.step_failed()
        return False

    def step_failed(self) -> None:
        """The step that was begun ended in an exception, which the user's code has caught: it is none."""
        road = self.road
        if road.stepping is not None and road.stepping.track is not None:
            road.stepping.track.dropped()
        road.stepping, road.looking, road.nested = None, False, False

    def part_begins(self, optimizer: Any) -> bool:
        """Whether the step that begins is a part of one: of its class above, or of an optimizer that another one holds."""
        if self.road.stepping is None or not self.still_steps(hook=True):
            return False
        self.road.nested = True
        if not nested.lies_in(self.torch, optimizer, hook=True):
            self.guarded(lambda: self._part(optimizer))
        return True

    def _part(self, optimizer: Any) -> None:
        """Another optimizer steps within; its rates are its own unless it shares its groups."""
        record, outer = self.optimizer(optimizer, NOWHERE), self.stepping
        if outer is not None and not any(one is other for one in record.groups() for other in outer.groups()):
            self.tracks.of(record).rated(self.steps)

    def part_ends(self, optimizer: Any) -> bool:
        """Whether the step that has ended was a part of one."""
        road = self.road
        if not road.nested or road.stepping is None:
            return False
        if nested.lies_in(self.torch, optimizer, hook=True):  # of its class above
            return True
        if optimizer is road.stepping.reference():
            road.nested = False
            return False
        record = self.optimizers.get(id(optimizer))
        if record is not None and record.reference() is optimizer:
            record.steps += 1
            record.latest = self.steps
        return True

    def quiet_step(self, optimizer: Any) -> bool:
        """Outside the window: of an optimizer that has stepped before."""
        known = self.optimizers.get(id(optimizer))
        if self.window or known is None or not known.steps or known.reference() is not optimizer:
            return False
        self.road.stepping = known
        track = known.track
        if track is not None and (track.due() or len(known.rates) != len(optimizer.param_groups)):
            self.guarded(lambda: self.tracks.begins(known, self.steps))
            self.road.looking = known.track.looking
        elif track is not None and track.tensors:  # rates that are tensors
            self.guarded(lambda: track.rated(self.steps))
        elif track is not None:
            track.rated(self.steps)
        return True

    def quiet_end(self) -> bool:
        """Outside the window: the step has ended."""
        road = self.road
        known, road.stepping = road.stepping, None
        if self.window or known is None:
            return False
        if road.looking:
            self.guarded(known.track.after)
            road.looking = False
        known.steps += 1
        known.latest = road.steps
        road.steps = count = road.steps + 1
        if count & (count - 1) == 0:  # only then can the window be due
            self.turn()
        return True
