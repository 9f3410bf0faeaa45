"""Where watching touches torch, and how every touch is taken back.

    optimizer step pre/post hooks          torch's own global registry: every optimizer, also the user's subclasses
    Tensor.backward, autograd.backward     wrapped, so the user's loss is seen with its graph alive, at every step
    autograd.grad                          wrapped, for loops written without `.backward()`
    Optimizer.__init__                     wrapped, to know the line where an optimizer was made
    threading.excepthook                   wrapped, to know what a thread died of
    saved_tensors_hooks.__enter__, Tensor.register_hook    wrapped, to know when the user's code would run twice
    modes, schedules, loaders, no_grad     see `around`
    Lens, a TorchFunctionMode              every tensor operation of this thread, in the first steps and on alarm

Wrappers are installed with the first active run and removed with the last; runs may nest or overlap. The lens of another
thread cannot be taken off its stack: where that thread outlives the run, it stays there and passes everything on.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from wxb.watching import around
from wxb.watching.sources import without_our_frames


class Listener(Protocol):
    """What the session of a thread answers to."""

    def operation(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any) -> None: ...
    def backward_started(self, tensors: Any, backward: bool) -> None: ...
    def backward_ended(self) -> None: ...
    def step_started(self, optimizer: Any, args: tuple[Any, ...]) -> None: ...
    def step_ended(self, optimizer: Any) -> None: ...
    def optimizer_made(self, optimizer: Any) -> None: ...
    def runs_user_code(self, what: str) -> None: ...
    def heard(self, event: str, *what: Any) -> None: ...
    def died(self, error: BaseException) -> None: ...


class Run(Protocol):
    """A watched run: the thread that began it, and the session of the thread that asks."""

    thread: int

    def session(self) -> Listener | None: ...


_runs: list[tuple[Run, ...]] = [()]  # one entry: those active, another tuple after every change
_undo: list[Callable[[], None]] = []
_lock = threading.RLock()


class _Local(threading.local):
    inside = 0
    runs: tuple[Run, ...] = ()
    sessions: tuple[Listener, ...] = ()  # of these runs


_local = _Local()
_grad: list[Any] = []


def _here() -> tuple[Listener, ...]:
    """The sessions that hear this thread: of the runs begun in it, else of every run."""
    runs = _runs[0]
    if _local.runs is not runs:
        _local.runs = runs
        own = [run for run in runs if run.thread == threading.get_ident()]
        heard = [run.session() for run in own or runs]
        _local.sessions = tuple(session for session in heard if session is not None)
    return _local.sessions


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


def attach(run: Run, torch: Any) -> None:
    with _lock:
        if not _runs[0]:
            _install(torch)
        _runs[0] = (*_runs[0], run)


def detach(run: Run) -> None:
    with _lock:
        _runs[0] = tuple(other for other in _runs[0] if other is not run)
        _here()
        if not _runs[0]:
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
    _replace(threading, "excepthook", _dying)
    around.install(torch, _replace, _tell)
    _undo.append(register_optimizer_step_pre_hook(_step_started).remove)
    _undo.append(register_optimizer_step_post_hook(_step_ended).remove)


def _tell(event: str, *what: Any) -> None:
    if not _local.inside:
        for listener in _here():
            listener.heard(event, *what)


def _watched(original: Any, backward: bool) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        if _local.inside or not _runs[0]:
            return original(*args, **kwargs)
        tensors = args[0] if args else kwargs.get("tensors", kwargs.get("outputs"))
        if not backward and kwargs.get("create_graph"):
            return original(*args, **kwargs)  # a derivative inside a cost (gradient penalty), not a training step
        for listener in _here():
            listener.backward_started(tensors, backward)
        _local.inside = 1
        try:
            out = original(*args, **kwargs)
        finally:
            _local.inside = 0
        for listener in _here():
            listener.backward_ended()
        return out

    return call


def _announcing(original: Any) -> Any:
    def construct(optimizer: Any, *args: Any, **kwargs: Any) -> None:
        original(optimizer, *args, **kwargs)
        for listener in _here():
            listener.optimizer_made(optimizer)

    return construct


def _warning(original: Any, what: str) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        if not inside():
            for listener in _here():
                listener.runs_user_code(what)
        return original(*args, **kwargs)

    return call


def _dying(original: Any) -> Any:
    def call(args: Any) -> Any:
        if args.exc_value is not None:
            for listener in _here():
                listener.died(args.exc_value)
        ours_left_out = without_our_frames(args.exc_traceback)
        return original(threading.ExceptHookArgs((args.exc_type, args.exc_value, ours_left_out, args.thread)))

    return call


def _step_started(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for listener in _here():
        listener.step_started(optimizer, (*args[1:], *kwargs.values()))


def _step_ended(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    for listener in _here():
        listener.step_ended(optimizer)


def make_lens(listener: Listener, torch: Any) -> Any:
    """A TorchFunctionMode that runs the operation as it is and then tells the listener, while it has one."""

    class Lens(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            out = func(*args, **(kwargs or {}))
            # is_compiling first: a compiler traces this function too, and must find nothing of ours in it
            if not torch.compiler.is_compiling() and not inside() and self.listener is not None:
                self.listener.operation(func, args, kwargs or {}, out)
            return out

    lens = Lens()
    lens.listener = listener
    return lens


def push(lens: Any, torch: Any) -> None:
    """Put a mode at the bottom of this thread's stack: the user's above it are entered and left as they were."""
    from torch.overrides import _pop_mode, _push_mode

    above = [_pop_mode() for _ in range(torch._C._len_torch_function_stack())]
    for mode in (lens, *reversed(above)):
        _push_mode(mode)


def pull(lens: Any, torch: Any) -> None:
    """Take a mode off this thread's stack wherever it lies."""
    from torch.overrides import _pop_mode, _push_mode

    above = [_pop_mode() for _ in range(torch._C._len_torch_function_stack())]
    for mode in reversed(above):
        if mode is not lens:
            _push_mode(mode)
