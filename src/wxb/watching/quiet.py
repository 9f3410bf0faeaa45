"""What a step costs between windows: its loss and its rates are written down, and it is counted.

    backward begins    a line that is known, a finite loss, no marked rise
    step begins        no look of the curves is due
    step ends          the rates are the very numbers that they were, no window is due

Where one of these does not hold, or several runs hear a thread, a session is asked (`counted`, by `hooks`); most steps take
this road. Where one thread trains, with optimizers of torch's own that have stepped already, nothing is asked when a step
begins (`calm`), but only when it has ended, and before the next look steps are announced again. One with a closure is always
announced: other steps may lie in it. So is every step where a hook of the user's may change the rates that it was made with.
Between two of its calls lies the user's own step, which has thrown everything of ours out of the processor's caches: what
costs is the number of things touched (a variable of the thread 2.5 µs, an integer by which the thread is known 0.8). So a
call knows what it needs as its own variables, calls nothing written in Python, and writes into one small record, the Road.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from wxb.watching import private
from wxb.watching.compilers import never_compiled
from wxb.watching.events import KEPT, LARGEST, Backward, Curve, OptimizerRecord

# The names in `Tensor.backward` of a torch whose method does nothing for a plain tensor but to call `autograd.backward`.
PASSES_ON = ("has_torch_function_unary", "handle_torch_function", "Tensor", "backward", "torch", "autograd")
Slow = Callable[[tuple[Any, ...], dict[str, Any], FrameType], Any]
Hook = Callable[[Any, tuple[Any, ...], dict[str, Any]], None]


class Road:
    """What is counted of a thread at every step.

    backward : the last call, None where it was quiet    stepping : the optimizer that is in its step, the outermost
    nested : whether that calls steps
    places : by code and instruction, the curve of the losses differentiated there    optimizers : by id
    unsure : those not yet known to call no other steps
    code, instruction, curve : the place that was taken last        latest : the optimizer
    """

    __slots__ = (
        "armed",
        "backward",
        "backwards",
        "code",
        "curve",
        "inside",
        "instruction",
        "latest",
        "looking",
        "may_be_calm",
        "nested",
        "optimizers",
        "places",
        "stepping",
        "steps",
        "thread",
        "unsure",
    )

    def __init__(
        self,
        optimizers: dict[int, OptimizerRecord],
        unsure: list[OptimizerRecord],
        places: dict[tuple[int, int], Curve],
    ) -> None:
        self.thread = threading.get_ident()
        self.backward: Backward | None = None
        self.backwards = self.steps = 0
        self.stepping: OptimizerRecord | None = None
        self.optimizers, self.unsure, self.places = optimizers, unsure, places
        self.inside = False  # a quiet backward
        self.armed = False  # the last backward was quiet: no mode of the user's is on, and steps need not look for one
        self.looking = False  # the curves look at the step that is made
        self.nested = False
        self.may_be_calm = False  # what that depends on has changed since it was asked
        self.code: CodeType | None = None
        self.instruction = -1
        self.curve: Curve | None = None
        self.latest: OptimizerRecord | None = None
        built.append(self)

    def open(self) -> None:
        """This thread takes it, until it is closed."""
        self.armed, self.may_be_calm, self.code = False, True, None
        roads[self.thread] = self

    def close(self) -> None:
        announce()
        if roads.get(self.thread) is self:
            del roads[self.thread]

    def end(self) -> None:
        """Its thread is watched no more."""
        self.close()
        if self in built:
            built.remove(self)

    def calm_down(self) -> None:
        """From now on steps are not announced, if nothing but torch's own optimizers steps, and here alone."""
        self.may_be_calm = False
        if len(built) == 1 and not compiles and not foreign:
            while self.unsure:  # each is asked until it is sure, for there may be thousands
                last = self.unsure.pop()
                if not _plain(last):
                    self.unsure.append(last)
                    return
            calm[:] = [self]


def _plain(record: OptimizerRecord) -> bool:
    """Whether its steps call no others; it must have made one, in which all is new."""
    optimizer = record.reference()
    if optimizer is None:
        return True
    hooks = any(getattr(optimizer, f"_optimizer_step_{when}_hooks", None) for when in ("pre", "post"))
    return record.steps > 0 and not hooks and type(optimizer).__module__.startswith("torch.optim.")


class Leaving:
    """Kept by a thread as a variable of its own: another one may get its number when it is gone."""

    def __init__(self) -> None:
        self._thread, self._roads = threading.get_ident(), roads

    def __del__(self) -> None:
        self._roads.pop(self._thread, None)


roads: dict[int, Road] = {}  # by thread, of those heard by one session that need not look closely
built: list[Road] = []  # of every thread that is watched
calm: list[Road] = []  # that of the only such thread, while its steps are not announced
wrapping: list[Any] = [None]  # what stands for `autograd.backward` while it is watched
foreign: list[bool] = []  # not empty where hooks that are called before ours hear every optimizer
compiles: list[bool] = []  # not empty once anything was given to torch's compiler, which then may trace what is here


def announce() -> None:
    """From now on it is told when a step begins."""
    for road in calm:
        road.may_be_calm = True
    calm.clear()


def hooked(optimizer: Any) -> None:
    """A hook of the user's will be called at its steps."""
    announce()
    for road in tuple(built):
        known = road.optimizers.get(id(optimizer))
        if known is not None:
            road.unsure.append(known)


def forget() -> None:
    """What is heard has changed: no thread is on a road."""
    roads.clear()
    announce()


def inside() -> bool:
    """Whether this thread is in the middle of a quiet backward."""
    road = roads.get(threading.get_ident())
    return road is not None and road.inside


def differentiating(original: Callable[..., Any], slow: Slow, backward: bool, torch: Any) -> Callable[..., Any]:
    """In place of `Tensor.backward` and its like. slow : where the road cannot be taken        backward : not `grad`"""
    compiling, get_frame, ident = torch.compiler.is_dynamo_compiling, sys._getframe, threading.get_ident
    function_modes, dispatch_modes = modes_on(torch)
    Tensor, small, full = torch.Tensor, -LARGEST, KEPT - 1
    autograd, engine = torch.autograd, torch.autograd.backward  # not wrapped yet where `Tensor.backward` is
    passes_on = backward and _passes_on(original)

    def call(*args: Any, **kwargs: Any) -> Any:
        if compiles and compiling():  # a compiler that traces this must find nothing of ours
            return original(*args, **kwargs)
        road = roads.get(ident())
        if road is None:
            return slow(args, kwargs, get_frame(1))
        if road.inside:
            return original(*args, **kwargs)
        caller, count = get_frame(1), road.backwards + 1
        if caller.f_code is not road.code or caller.f_lasti != road.instruction:
            road.code, road.instruction = caller.f_code, caller.f_lasti
            road.curve = road.places.get((id(road.code), road.instruction))
        curve = road.curve
        loss: Any = args[0] if args else None
        plain = type(loss) is Tensor and not function_modes() and not dispatch_modes()
        due = not (road.steps or count & road.backwards)
        if curve is None or not plain or due or (not backward and (kwargs or len(args) > 2)):
            road.armed, road.code = False, None
            return slow(args, kwargs, caller)
        try:
            value: Any = loss.item()
        except RuntimeError:  # several numbers
            value = None
        if value.__class__ is not float or not small < value < curve.rising or len(curve.new) >= full:
            road.armed, road.code = False, None
            return slow(args, kwargs, caller)
        curve.new.append(value)
        curve.rising = 1.2 * value if value > curve.before + curve.calm else LARGEST
        curve.before = value
        road.backwards, road.backward, road.armed, road.inside = count, None, True, True
        try:
            if passes_on and not kwargs and len(args) == 1 and autograd.backward is wrapping[0]:
                # as `Tensor.backward` does, with no wrapper between
                return engine(loss, None, None, False, inputs=None)
            return original(*args, **kwargs)
        finally:
            road.inside = False

    return call


def _passes_on(original: Any) -> bool:
    names = getattr(getattr(original, "__code__", None), "co_names", ())
    return names == PASSES_ON and original.__qualname__ == "Tensor.backward"


def beginning(before: Hook, torch: Any) -> Hook:
    """In place of a hook before an optimizer's step, which is for where the road cannot be taken."""
    compiling, ident, clock = torch.compiler.is_dynamo_compiling, threading.get_ident, time.perf_counter

    def begins(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if compiles:
            if compiling():
                return
        elif calm:
            if (len(args) < 2 or args[1] is None) and not kwargs:
                return
            announce()  # a closure: other steps may lie in it
        road = roads.get(ident())
        if road is not None and road.armed and road.stepping is None:
            known = road.optimizers.get(id(optimizer))
            if known is not None and known.reference() is optimizer:
                groups, rates = optimizer.param_groups, known.rates
                if (
                    (known.steps < known.due or clock() < known.allowed)
                    and len(groups) == len(rates) > 0
                    and groups[0].get("lr") is rates[0]
                    and (len(rates) == 1 or all(map(_same, groups, rates)))
                ):
                    road.stepping = known
                    return
        before(optimizer, args, kwargs)

    return begins


def ending(after: Hook, torch: Any) -> Hook:
    """In place of a hook after an optimizer's step."""
    compiling, ident, clock = torch.compiler.is_dynamo_compiling, threading.get_ident, time.perf_counter
    never_compiled(_same, torch)

    def ends(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if compiles and compiling():
            return None
        road = roads.get(ident())
        if road is None or road.looking or road.nested:
            return after(optimizer, args, kwargs)
        count = road.steps + 1
        if not count & road.steps:  # at a power of two a window may be due
            return after(optimizer, args, kwargs)
        if calm:
            known = road.latest
            if known is None or known.reference() is not optimizer:
                known = road.latest = road.optimizers.get(id(optimizer))
                if known is None or known.reference() is not optimizer:
                    return after(optimizer, args, kwargs)
            groups, rates = optimizer.param_groups, known.rates
            if (
                not road.armed
                or not len(groups) == len(rates) > 0
                or groups[0].get("lr") is not rates[0]
                or not (len(rates) == 1 or all(map(_same, groups, rates)))
            ):
                return after(optimizer, args, kwargs)
            known.steps = made = known.steps + 1
            if made >= known.due and clock() >= known.allowed:
                announce()
        else:
            known = road.stepping
            if known is None or not known.steps:  # of a first step more is asked
                return after(optimizer, args, kwargs)
            known.steps += 1
            road.stepping = None
            if road.may_be_calm:
                road.calm_down()
        known.latest = road.steps
        road.steps = count
        return None

    return ends


def _same(group: dict[str, Any], rate: Any) -> bool:
    return group.get("lr") is rate


def modes_on(torch: Any) -> tuple[Callable[[], int], Callable[[], int]]:
    """How many modes of functions, and of dispatch, are on."""
    names = "_C._len_torch_function_stack", "_C._len_torch_dispatch_stack"
    return private.of(torch, names[0], private.nothing), private.of(torch, names[1], private.nothing)
