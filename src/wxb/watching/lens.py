"""The lens: a mode on this thread's stack that lets every tensor operation pass as it is, and then tells of it."""

from __future__ import annotations

import sys
import threading
from typing import Any

from wxb.watching import hooks, private
from wxb.watching.attention import Attention
from wxb.watching.compilers import never_compiled, tracing

STACK = ("_C._len_torch_function_stack", "overrides._push_mode", "overrides._pop_mode")


class Lens:
    """Of one thread. `on`: wanted; it lies on the thread's stack then, but not while compiled code runs."""

    def __init__(self, listener: hooks.Listener, attention: Attention, torch: Any) -> None:
        self.on = False
        self.compiled = False  # whether compiled code ever ran
        self._compiled_now = False
        self.rests = False
        self._lies = False
        self._torch = torch
        self._possible = not any(private.of(torch, name) is None for name in STACK)
        self._thread = threading.get_ident()
        self._mode = _make_mode(listener, attention, torch)

    def turn(self, on: bool) -> None:
        self.on = on and self._possible
        lies = self.on and not self._compiled_now and not self.rests
        if lies != self._lies and threading.get_ident() == self._thread:
            (_push if lies else _pull)(self._mode, self._torch)
            self._lies = lies

    def aside(self, compiled: bool) -> None:
        """Compiled code begins (or ends) to run in this thread."""
        self.compiled = self.compiled or compiled
        self._compiled_now = compiled
        self.turn(self.on)

    def rest(self, rests: bool) -> None:
        """Operations that no rule looks at begin (or end): those of torch's own optimizers are thousands where layers are many."""
        self.rests = rests
        self.turn(self.on)

    def end(self) -> None:
        """The run is over, though this may be another thread, whose stack cannot be reached."""
        self.turn(False)
        self._mode.listener = None


def _make_mode(listener: hooks.Listener, attention: Attention, torch: Any) -> Any:
    """A TorchFunctionMode that runs the operation as it is and then tells the listener, while it has one.

    Where operations are passed by, nothing else is asked: they may be many thousands.
    """
    compiling, get_frame = torch.compiler.is_dynamo_compiling, sys._getframe
    passing, passes = attention.passing, attention.passes

    class Through(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            out = func(*args, **kwargs) if kwargs else func(*args)
            # first: a compiler traces this function too, and must find nothing of ours in it
            if compiling():
                return out
            caller = get_frame(1)
            if (id(caller.f_code), caller.f_lasti) in passing and passes():
                return out
            if hooks.inside() or self.listener is None or tracing(torch):
                return out
            self.listener.operation(func, args, kwargs or {}, out)
            return out

    never_compiled(Through.__torch_function__, torch)
    mode = Through()
    mode.listener = listener
    return mode


def _push(mode: Any, torch: Any) -> None:
    """Put a mode at the bottom of this thread's stack: the user's above it are entered and left as they were."""
    from torch.overrides import _pop_mode, _push_mode

    above = [_pop_mode() for _ in range(torch._C._len_torch_function_stack())]
    for one in (mode, *reversed(above)):
        _push_mode(one)


def _pull(mode: Any, torch: Any) -> None:
    """Take a mode off this thread's stack wherever it lies."""
    from torch.overrides import _pop_mode, _push_mode

    above = [_pop_mode() for _ in range(torch._C._len_torch_function_stack())]
    for other in reversed(above):
        if other is not mode:
            _push_mode(other)
