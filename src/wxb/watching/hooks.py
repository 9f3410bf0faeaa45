"""Where watching touches torch, and how every touch is taken back.

    optimizer step pre/post hooks          torch's own global registry: every optimizer, also the user's subclasses
    Tensor.backward, autograd.backward     wrapped, so the user's loss is seen with its graph alive, at every step
    autograd.grad                          wrapped, for loops written without `.backward()`
    Optimizer.__init__                     wrapped, to know the line where an optimizer was made
    saved_tensors_hooks.__enter__, Tensor.register_hook    wrapped, to know when the user's code would run twice
    Lens, a TorchFunctionMode              every tensor operation of this thread, in the first steps and on alarm

Wrappers are installed with the first active session and removed with the last; sessions may nest or overlap.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol


class Listener(Protocol):
    """What a session answers to."""

    def operation(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any) -> None: ...
    def backward_started(self, tensors: Any, backward: bool) -> None: ...
    def backward_ended(self) -> None: ...
    def step_started(self, optimizer: Any, args: tuple[Any, ...]) -> None: ...
    def step_ended(self, optimizer: Any) -> None: ...
    def optimizer_made(self, optimizer: Any) -> None: ...
    def runs_user_code(self, what: str) -> None: ...


_active: list[Listener] = []
_undo: list[Callable[[], None]] = []
_lock = threading.RLock()


class _Local(threading.local):
    inside = 0


_local = _Local()
_grad: list[Any] = []


def unwatched_grad() -> Any:
    """torch's own `autograd.grad`."""
    return _grad[0]


@contextmanager
def unseen(torch: Any) -> Iterator[None]:
    """Inside, nothing we do with tensors is seen by any mode, the user's or ours."""
    before = _local.inside
    _local.inside = before + 1
    try:
        with torch._C.DisableTorchFunction():
            yield
    finally:
        _local.inside = before


def inside() -> bool:
    """Whether this thread is in the middle of a watched backward, or of our own computation."""
    return _local.inside > 0


def attach(listener: Listener, torch: Any) -> None:
    with _lock:
        if not _active:
            _install(torch)
        _active.append(listener)


def detach(listener: Listener) -> None:
    with _lock:
        if listener in _active:
            _active.remove(listener)
        if not _active:
            while _undo:
                _undo.pop()()
            _grad.clear()


def _replace(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    original = owner.__dict__[name]
    wrapper = functools.wraps(original)(make(original))
    setattr(owner, name, wrapper)

    def restore() -> None:
        # Someone else may have wrapped ours meanwhile; theirs stays, and ours passes through with no listener.
        if owner.__dict__.get(name) is wrapper:
            setattr(owner, name, original)

    _undo.append(restore)


def _install(torch: Any) -> None:
    from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

    _grad[:] = [torch.autograd.grad]
    _replace(torch.Tensor, "backward", functools.partial(_watched, backward=True))
    _replace(torch.autograd, "backward", functools.partial(_watched, backward=True))
    _replace(torch.autograd, "grad", functools.partial(_watched, backward=False))
    _replace(torch.optim.Optimizer, "__init__", _announcing)
    _replace(torch.autograd.graph.saved_tensors_hooks, "__enter__", functools.partial(_warning, what="recompute"))
    _replace(torch.Tensor, "register_hook", functools.partial(_warning, what="hook"))
    _undo.append(register_optimizer_step_pre_hook(_step_started).remove)
    _undo.append(register_optimizer_step_post_hook(_step_ended).remove)


def _watched(original: Any, backward: bool) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        if _local.inside or not _active:
            return original(*args, **kwargs)
        tensors = args[0] if args else kwargs.get("tensors", kwargs.get("outputs"))
        if not backward and kwargs.get("create_graph"):
            return original(*args, **kwargs)  # a derivative inside a cost (gradient penalty), not a training step
        for listener in tuple(_active):
            listener.backward_started(tensors, backward)
        _local.inside = 1
        try:
            out = original(*args, **kwargs)
        finally:
            _local.inside = 0
        for listener in tuple(_active):
            listener.backward_ended()
        return out

    return call


def _announcing(original: Any) -> Any:
    def construct(optimizer: Any, *args: Any, **kwargs: Any) -> None:
        original(optimizer, *args, **kwargs)
        for listener in tuple(_active):
            listener.optimizer_made(optimizer)

    return construct


def _warning(original: Any, what: str) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        if not inside():
            for listener in tuple(_active):
                listener.runs_user_code(what)
        return original(*args, **kwargs)

    return call


def _step_started(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for listener in tuple(_active):
        listener.step_started(optimizer, (*args[1:], *kwargs.values()))


def _step_ended(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for listener in tuple(_active):
        listener.step_ended(optimizer)


def make_lens(listener: Listener, torch: Any) -> Any:
    """A TorchFunctionMode that runs the operation as it is and then tells the listener."""

    class Lens(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            out = func(*args, **(kwargs or {}))
            # is_compiling first: a compiler traces this function too, and must find nothing of ours in it
            if not torch.compiler.is_compiling() and not inside():
                listener.operation(func, args, kwargs or {}, out)
            return out

    return Lens()


def push(lens: Any) -> None:
    lens.__enter__()


def pull(lens: Any, torch: Any) -> None:
    """Take a mode off this thread's stack wherever it lies: the user may have entered a mode of their own above it."""
    from torch.overrides import _pop_mode, _push_mode

    above = []
    for _ in range(torch._C._len_torch_function_stack()):
        top = _pop_mode()
        if top is lens:
            break
        above.append(top)
    for mode in reversed(above):
        _push_mode(mode)
