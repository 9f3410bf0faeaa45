"""What the rules are told: operations, backward calls, optimizer steps, and the parameters they concern."""

from __future__ import annotations

import sys
import weakref
from collections import deque
from dataclasses import dataclass, field, replace
from types import FrameType
from typing import Any, ClassVar

from wxb.watching.finding import NOWHERE, Finding, Site
from wxb.watching.thinned import Thinned

KEPT = 512
LARGEST = sys.float_info.max
EVENTS = ("operation", "backward_started", "backward_ended", "gradient_arriving", "step_started", "step_ended",
          "window_opened", "module_mode", "scheduler_stepped", "batch_drawn", "block_entered", "block_left")  # fmt: skip


@dataclass(slots=True)
class TorchCall:
    """One call of a torch function by the user's code, already made."""

    func: Any
    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    out: Any
    frame: FrameType | None
    grad_enabled: bool

    @property
    def operands(self) -> tuple[Any, ...]:
        return (*self.args, *self.kwargs.values())


@dataclass(slots=True)
class Backward:
    """One differentiation of a loss. `value` is None when the loss is not one real number.

    `nodes` and `leaves` are filled while the window is open, and emptied after the call. `backward` is False for
    `autograd.grad`.
    """

    index: int
    site: Site
    loss: Any
    value: float | None
    backward: bool
    in_step: bool
    window: bool
    nodes: list[Any] = field(default_factory=list)
    leaves: list[Any] = field(default_factory=list)
    frame: FrameType | None = None


class ParameterRecord:
    """A leaf that the optimizer holds or that a loss depends on, known by identity (tensors compare elementwise)."""

    __slots__ = (
        "__weakref__",
        "arrived",
        "first",
        "full",
        "identity",
        "latest",
        "norm",
        "optimizer",
        "reference",
        "shape",
    )

    def __init__(self, tensor: Any) -> None:
        self.reference = weakref.ref(tensor)
        self.identity = id(tensor)
        self.shape = tuple(tensor.shape)
        self.optimizer: OptimizerRecord | None = None
        self.arrived = 0  # backward calls that brought it a gradient that is not all zero
        self.latest = False  # whether the last gradient that it was brought is one
        self.norm: float | None = None  # of that gradient; None where it is sparse, or of no plain tensor
        self.full = False  # whether its `.grad` held anything but zeros when that one came
        self.first: Any = None  # its value when first seen, to know at the end whether it ever moved


@dataclass(slots=True)
class OptimizerRecord:
    """An optimizer, where it was made, and how often it stepped.

    due, allowed : the step from which on, and the time after which, its curves want to look at one
    rates : of its groups, at the last step; something else where one may change in its place (a tensor)
    """

    reference: Any
    name: str
    site: Site
    steps: int = 0
    step_site: Site = NOWHERE
    last_backward: Backward | None = None
    track: Any = None  # of its parameters (see `tracks`)
    due: float = 0.0
    allowed: float = 0.0
    rates: list[Any] = field(default_factory=list)
    latest: int = 0  # the step of the run that it made last

    def parameters(self) -> list[Any]:
        optimizer = self.reference()
        return [p for group in optimizer.param_groups for p in group["params"]] if optimizer is not None else []

    def groups(self) -> list[dict[str, Any]]:
        optimizer = self.reference()
        return optimizer.param_groups if optimizer is not None else []


@dataclass(slots=True)
class OptimizerStep:
    """One optimizer step, about to be made or just made."""

    index: int
    record: OptimizerRecord
    site: Site
    closure: bool
    window: bool


class Curve:
    """The losses differentiated at one line: the first and the last 512, and the extremes of all.

    A number costs an append; what is known of all is worked out when it is asked for, or when 512 have come.

    rising : what a number must be above to be the second rise in a row, and a marked one
    calm : 0, infinite where rises are not looked at any more
    """

    __slots__ = ("_bad", "_first", "_highest", "_last", "_lowest", "_whole", "before", "calm", "new", "rising")

    def __init__(self) -> None:
        self.new: list[float] = []
        self.before = float("inf")
        self.calm = 0.0
        self.rising = LARGEST
        self._first: list[float] = []
        self._last: deque[float] = deque(maxlen=KEPT)
        self._bad = 0
        self._whole = Thinned()
        self._lowest = float("inf")
        self._highest = float("-inf")

    def add(self, value: float) -> None:
        new = self.new
        new.append(value)
        self.rising = 1.2 * value if value > self.before + self.calm else LARGEST
        self.before = value
        if len(new) == KEPT:
            self._settle()

    def _settle(self) -> None:
        """Take in what has come since."""
        new, self.new = self.new, []
        for value in new:
            self._whole.add(value)
            if value < self._lowest:
                self._lowest = value
            if value > self._highest:
                self._highest = value
            self._bad += value - value != 0.0
        self._first += new[: KEPT - len(self._first)]
        self._last += new

    @property
    def count(self) -> int:
        return self._whole.count + len(self.new)

    @property
    def first(self) -> list[float]:
        return self._settled()._first

    @property
    def last(self) -> deque[float]:
        return self._settled()._last

    @property
    def bad(self) -> int:
        """How many were not finite."""
        return self._settled()._bad

    @property
    def whole(self) -> Thinned:
        return self._settled()._whole

    @property
    def lowest(self) -> float:
        return self._settled()._lowest

    @property
    def highest(self) -> float:
        return self._settled()._highest

    def would_rise(self, value: float) -> bool:
        """Whether this would be the second rise in a row, and a marked one."""
        return value > self.rising < LARGEST

    def _settled(self) -> Curve:
        if self.new:
            self._settle()
        return self


class Rule:
    """One kind of mistake. A rule overrides the events it needs and says at the end what it found."""

    name: ClassVar[str]
    operations: ClassVar[frozenset[str] | None] = None  # the names of those that it is told of; None for all

    def __init__(self, run: Any) -> None:
        self.run = run
        self._noticed: dict[Site, int] = {}

    def notice(self, site: Site) -> None:
        """What is found at a line shows now: the first time its step is kept, and the finding there will say it."""
        self._noticed.setdefault(site, self.run.steps)

    def noticed(self, finding: Finding) -> Finding:
        """The finding, with the step in which it was noticed first; a loop without an optimizer counts none."""
        step = self._noticed.get(finding.site) if finding.step is None else finding.step
        return replace(finding, step=step if self.run.optimizers else None)

    @classmethod
    def hears(cls, name: str) -> bool:
        """Whether it is told of the operations of a name; of one that writes to `out=` every rule is."""
        return cls.operations is None or name in cls.operations

    def operation(self, operation: TorchCall) -> None:
        """After a torch function that it hears, window only."""

    def backward_started(self, backward: Backward) -> None:
        """Before a backward call, every one."""

    def backward_ended(self, backward: Backward) -> None:
        """After a backward call, every one."""

    def gradient_arriving(self, record: ParameterRecord, parameter: Any, gradient: Any) -> None:
        """Before a gradient is added to `.grad`, window only."""

    def step_started(self, step: OptimizerStep) -> None:
        """Before an optimizer step, every one."""

    def step_ended(self, step: OptimizerStep) -> None:
        """After an optimizer step, every one."""

    def window_opened(self, after_step: bool) -> None:
        """The heavy checks are on again, right after a step or in the middle of one: older memories no longer hold."""

    def module_mode(self, module: Any, mode: bool, frame: FrameType) -> None:
        """Before a model of the user's goes into training (True) or evaluation (False), every time."""

    def scheduler_stepped(self, scheduler: Any, frame: FrameType) -> None:
        """Before a scheduler sets its rates, every time, also when it is made (its `_step_count` is 1 then)."""

    def batch_drawn(self, iterator: Any, batch: Any, frame: FrameType) -> None:
        """After the first and the second batch of a DataLoader's iterator."""

    def block_entered(self, block: Any, frame: FrameType) -> None:
        """The user's code went into `no_grad` or `inference_mode`; `frame` holds the block or calls what it decorates."""

    def block_left(self, block: Any) -> None:
        """A block of the user's is about to be left."""

    def suspects(self) -> bool:
        """Whether more steps of the first window would settle what the rule suspects."""
        return False

    def findings(self) -> list[Finding]:
        """What was found, when the run has ended."""
        return []
