"""What a call under the lens is: its name, whether torch's optimizer made it, and what looking at it costs."""

from __future__ import annotations

import os
import sys
import time
from functools import cache
from typing import Any

from wxb.i18n import _
from wxb.watching import private
from wxb.watching.sources import HERE, HIDDEN, whose

MODES = "_C._len_torch_function_stack", "_C._len_torch_dispatch_stack"
USUAL = 3e-6  # seconds
PROPERTIES = frozenset(("grad", "data", "T", "mT", "H", "mH", "real", "imag"))


def call_name(func: Any) -> str:
    """`sub` for `Tensor.sub`, `grad.__get__` for a property read; "" for what no rule looks at."""
    name = getattr(func, "__name__", "")
    if name in ("__get__", "__set__"):
        owner = getattr(getattr(func, "__self__", None), "__name__", "")
        return f"{owner}.{name}" if owner in PROPERTIES else ""
    return "" if name.startswith("_record_function") else name


def from_optimizer(frame: Any) -> bool:
    """Whether the innermost frame outside this package is torch's optimizer itself, not a closure of the user's."""
    while frame is not None and frame.f_code.co_filename.startswith(HERE):
        frame = frame.f_back
    return frame is not None and f"torch{os.sep}optim" in frame.f_code.co_filename


def zeroes(frame: Any) -> bool:
    """Whether a call comes from torch's `zero_grad`, which reads every gradient there is."""
    return frame.f_code.co_name == "zero_grad" and whose(frame.f_code.co_filename) == HIDDEN


def by_torch() -> bool:
    """Whether torch itself made the call that a rule is being told of (`zero_grad` reading `.grad`), not the user's line."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(HERE):
        frame = frame.f_back
    return frame is not None and whose(frame.f_code.co_filename) == HIDDEN


def clipping(frame: Any, until: Any) -> Any:
    """The frame of torch's clipping function between a call of torch's and the user's frame, or None."""
    found = None
    while frame is not None and frame is not until:
        if frame.f_code.co_filename.endswith("clip_grad.py") and frame.f_code.co_name != "_no_grad_wrapper":
            found = frame
        frame = frame.f_back
    return found


def runs_twice(what: str) -> str:
    """Why a second differentiation of the user's graph would run code of theirs twice."""
    if what == "hook":
        return _("a tensor carries a hook of the user's, which would run twice")
    return _("saved tensors are recomputed or moved by hooks (gradient checkpointing)")


def blind_spots(compiled: bool, events: int) -> list[str]:
    """What this run did that watching cannot see, one sentence each. events : backward calls and steps"""
    said = []
    if compiled:
        said.append(_("torch.compile was used: eager code only is watched, inside a compiled region nothing is seen"))
    if not events:
        said.append(_("no backward call and no optimizer step was seen: nothing to judge"))
    return said


def dispatch_cost(torch: Any) -> float:
    """Seconds one operation costs more under a mode that does nothing: measured once, on this machine."""
    if any(private.of(torch, name, private.nothing)() for name in MODES):
        return USUAL  # modes of the user's, who must not meet operations of ours
    return _measured_cost(torch)


@cache
def _measured_cost(torch: Any) -> float:

    class Nothing(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return func(*args, **(kwargs or {}))

    tensor = torch.zeros((), device="cpu")

    def seconds() -> float:
        began = time.perf_counter()
        for __ in range(50):
            tensor.detach()
        return (time.perf_counter() - began) / 50

    plain = min(seconds() for __ in range(3))
    with Nothing():
        return max(0.0, min(seconds() for __ in range(3)) - plain)
