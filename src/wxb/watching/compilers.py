"""torch.compile beside watching: the compiler sees nothing of ours, and what it made runs without the lens.

our entries       never compiled as frames; traced inside a function of the user's they are empty (`is_dynamo_compiling`)
our work          with the compiler's frame evaluation off
compiled calls    with the lens off the stack: compiled code is guarded on the modes there, and would be compiled anew
tracing           what is differentiated or stepped on fake tensors is a compiler's or an export's work, not training
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from wxb.watching import private

F = TypeVar("F", bound=Callable[..., Any])


def never_compiled(function: F, torch: Any) -> F:
    """The same function, whose frame a compiler leaves alone when it runs into it."""
    frames = private.of(torch, "_C._dynamo.eval_frame")
    if hasattr(frames, "set_code_exec_strategy"):
        leave = frames._FrameExecStrategy(frames._FrameAction.SKIP, frames._FrameAction.DEFAULT)
        frames.set_code_exec_strategy(function.__code__, leave)
    elif hasattr(frames, "skip_code"):
        frames.skip_code(function.__code__)
    return function


_set_eval_frame: list[Callable[[Any], Any]] = [private.nothing]  # of the torch that is watched


def kept_apart(torch: Any) -> None:
    """From now on `apart` is from this torch's compiler."""
    _set_eval_frame[:] = [private.of(torch, "_C._dynamo.eval_frame.set_eval_frame", private.nothing)]


def apart(work: Callable[..., Any], *what: Any) -> Any:
    """Do it while no compiler looks at this thread's frames."""
    set_eval_frame = _set_eval_frame[0]
    kept = set_eval_frame(None)
    try:
        return work(*what)
    finally:
        set_eval_frame(kept)


def tracing(torch: Any) -> bool:
    """Whether tensors are fake now, or only written down."""
    try:
        if not torch._C._len_torch_dispatch_stack():
            return False
        kinds, mode = torch._C._TorchDispatchModeKey, torch._C._get_dispatch_mode
        return any(mode(kind) is not None for kind in (kinds.FAKE, kinds.PROXY, kinds.FUNCTIONAL))
    except AttributeError:
        return False


def compiler_used() -> bool:
    """Whether anything was given to torch's compiler in this process."""
    frames = sys.modules.get("torch._dynamo.eval_frame")
    return any(getattr(frames, "cached_backends", {}).values())  # None stands for "leave it alone"


def at_compiled_calls(replace: Callable[..., None], tell: Callable[[bool], None]) -> None:
    """From now on, tell(True) when this thread enters compiled code and tell(False) when it leaves it.

    replace : hooks' own way of wrapping a function of a module. Nothing is done where nothing was given to a compiler.
    """
    frames = sys.modules.get("torch._dynamo.eval_frame")
    entered = getattr(frames, "_maybe_set_eval_frame", None)
    if entered is None or hasattr(entered, "wxb") or not compiler_used():
        return

    outermost = threading.local()  # the frame by which compiled code was entered, and by which it is left

    def telling(original: Any) -> Any:
        def set_eval_frame(callback: Any) -> Any:
            caller = sys._getframe(1)
            entered = getattr(outermost, "frame", None)
            if entered is None and callable(callback):
                outermost.frame = caller
                tell(True)
            elif entered is caller:
                outermost.frame = None
                tell(False)
            return original(callback)

        setattr(set_eval_frame, "wxb", True)  # noqa: B010 - so that it is wrapped once
        return set_eval_frame

    replace(frames, "_maybe_set_eval_frame", telling)
