"""Where watching touches torch, and how every touch is taken back.

    optimizer step pre/post hooks          torch's own global registry: every optimizer, also the user's subclasses
    Tensor.backward, autograd.backward     wrapped, so the user's loss is seen with its graph alive, at every step
    autograd.grad                          wrapped, for loops written without `.backward()`
    Optimizer.__init__, add_param_group    wrapped, to know the line where an optimizer was made, and its parameters
    Optimizer.register_step_…_hook         wrapped, to know of hooks that change what is read when a step has ended
    Process.start, os.fork                 a child is watched in its own process (`children`)
    threading.excepthook                   wrapped, to know what a thread died of
    saved_tensors_hooks.__enter__, Tensor.register_hook    wrapped, to know when the user's code would run twice
    modes, schedules, loaders, no_grad     see `around`
    warnings that would carry a line of ours    see `warned`
    torch.compile, and what it enters code by         wrapped, to know when compiled code runs (`compilers`)
    a lens (`lens`)                        every tensor operation of this thread, in the first steps and on alarm

Wrappers are installed with the first active run and removed with the last; runs may nest or overlap. The lens of another
thread cannot be taken off its stack: where that thread outlives the run, it stays there and passes everything on.
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

from wxb.watching import around, nested, private, quiet, warned
from wxb.watching.compilers import apart, at_compiled_calls, compiler_used, kept_apart, never_compiled, tracing
from wxb.watching.leaves import REGISTERING
from wxb.watching.listener import Listener, Run
from wxb.watching.sources import without_our_frames

_runs: list[tuple[Run, ...]] = [()]  # one entry: those active, another tuple after every change
_undo: list[Callable[[], None]] = []
_lock = threading.RLock()


class _Local(threading.local):
    inside = 0
    runs: tuple[Run, ...] = ()
    sessions: tuple[Listener, ...] = ()  # of these runs
    starting = False  # a child process, not by os.fork itself
    leaving: quiet.Leaving | None = None


_local = _Local()
_grad: list[Any] = []


def _heard() -> tuple[Run, ...]:
    """The runs begun in this thread, else every run."""
    return tuple(run for run in _runs[0] if run.thread == threading.get_ident()) or _runs[0]


def _here() -> tuple[Listener, ...]:
    """The sessions that hear this thread."""
    runs = _runs[0]
    if _local.runs is not runs:
        _local.runs = runs
        heard = [run.session() for run in _heard()]
        _local.sessions = tuple(session for session in heard if session is not None)
    return _local.sessions


def unwatched_grad() -> Any:
    """torch's own `autograd.grad`."""
    return _grad[0]


class unseen:  # noqa: N801 - it is used as a function is, and a class costs a third of a generator
    """Inside, nothing we do with tensors is seen by any mode, the user's or ours, nor kept for a derivative."""

    __slots__ = ("_before", "_guards", "_torch", "_tracked")

    def __init__(self, torch: Any) -> None:
        self._torch, inner = torch, torch._C
        try:
            self._guards = [inner.DisableTorchFunction()]
            if inner._len_torch_dispatch_stack():
                self._guards.append(inner._DisableTorchDispatch())
        except AttributeError:
            names = "_C.DisableTorchFunction", "_C._DisableTorchDispatch"
            self._guards = [private.of(torch, name, nullcontext)() for name in names]

    def __enter__(self) -> None:
        self._before = before = _local.inside
        _local.inside = before + 1
        self._tracked = self._torch.is_grad_enabled()
        self._torch._C._set_grad_enabled(False)
        for guard in self._guards:
            guard.__enter__()

    def __exit__(self, *ending: object) -> None:
        for guard in reversed(self._guards):
            guard.__exit__(*ending)
        self._torch._C._set_grad_enabled(self._tracked)
        _local.inside = self._before


def inside() -> bool:
    """Whether this thread is in the middle of a watched backward, or of our own computation."""
    return _local.inside > 0 or quiet.inside()


def attach(run: Run, torch: Any) -> None:
    with _lock:
        if not _runs[0]:
            _install(torch)
        _runs[0] = (*_runs[0], run)
        quiet.forget()


def detach(run: Run) -> None:
    with _lock:
        _runs[0] = tuple(other for other in _runs[0] if other is not run)
        quiet.forget()
        _here()
        if not _runs[0]:
            while _undo:
                _undo.pop()()
            _grad.clear()
            quiet.wrapping[:] = [None]


def _replace(torch: Any, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    original = owner.__dict__[name]
    wrapper = functools.wraps(original)(never_compiled(make(original), torch))
    setattr(owner, name, wrapper)

    def restore() -> None:
        # Someone else may have wrapped ours meanwhile; theirs stays, and ours passes through with no listener.
        if owner.__dict__.get(name) is wrapper:
            setattr(owner, name, original)

    _undo.append(restore)


def _install(torch: Any) -> None:
    from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

    _grad[:] = [torch.autograd.grad]
    kept_apart(torch)
    never_compiled(apart, torch)
    replace = partial(_replace, torch)
    replace(torch.Tensor, "backward", partial(_watched, torch=torch, backward=True))
    replace(torch.autograd, "backward", partial(_watched, torch=torch, backward=True))
    quiet.wrapping[:] = [torch.autograd.backward]
    replace(torch.autograd, "grad", partial(_watched, torch=torch, backward=False))
    replace(torch.optim.Optimizer, "__init__", partial(_announcing, torch=torch))
    replace(torch.optim.Optimizer, "add_param_group", partial(_telling, torch=torch, tell=lambda __: quiet.announce()))
    for name in ("register_step_pre_hook", "register_step_post_hook"):
        replace(torch.optim.Optimizer, name, partial(_telling, torch=torch, tell=quiet.hooked))
    replace(torch.autograd.graph.saved_tensors_hooks, "__enter__", partial(_warning, torch=torch, what="recompute"))
    replace(torch.Tensor, "register_hook", partial(_warning, torch=torch, what="hook"))
    replace(threading, "excepthook", _dying)
    replace(BaseProcess, "start", _parenting)
    replace(torch, "compile", partial(_compiling, replace=replace))
    quiet.compiles += [True] * compiler_used()
    at_compiled_calls(replace, partial(_tell, "aside"))
    around.install(torch, replace, partial(_happened, torch))
    warned.install(replace)
    before, after = _stepping(torch)
    _undo.append(register_optimizer_step_pre_hook(before).remove)
    ours = register_optimizer_step_post_hook(after)
    _undo.append(ours.remove)
    quiet.foreign[:] = [True] * (len(ours.hooks_dict_ref() or ()) > 1)


def _tell(event: str, *what: Any) -> None:
    """Tell the sessions that hear this thread."""
    for listener in _here():
        getattr(listener, event)(*what)


def _happened(torch: Any, event: str, *what: Any) -> None:
    """Something `around` the operations."""
    if not inside() and not tracing(torch):
        apart(_tell, "heard", event, *what)


def _on_the_road(listeners: tuple[Listener, ...]) -> None:
    """The only session that hears this thread need not be asked until it looks closely again."""
    with _lock:
        if len(listeners) == 1 and _local.runs is _runs[0] and listeners[0].road.thread == threading.get_ident():
            _local.leaving = _local.leaving or quiet.Leaving()
            listeners[0].road.open()


def _watched(original: Any, torch: Any, backward: bool) -> Any:
    def slow(args: tuple[Any, ...], kwargs: dict[str, Any], caller: FrameType) -> Any:
        if _local.inside or not (listeners := _here()) or tracing(torch):
            return original(*args, **kwargs)
        if not backward and kwargs.get("create_graph"):
            return original(*args, **kwargs)  # a derivative inside a cost (gradient penalty), not a training step
        tensors = args[0] if args else kwargs.get("tensors", kwargs.get("outputs"))
        loud = apart(told, listeners, tensors, caller)
        _local.inside = 1
        try:
            out = original(*args, **kwargs)
        finally:
            _local.inside = 0
        for listener in loud:
            apart(listener.backward_ended)
            if not backward:
                apart(listener.derived, tensors, out, caller)
        return out

    def told(listeners: tuple[Listener, ...], tensors: Any, caller: FrameType) -> list[Listener]:
        loud = [listener for listener in listeners if not listener.quiet_backward(tensors, caller)]
        for listener in loud:
            listener.backward_started(tensors, backward)
        if not loud and quiet.roads.get(threading.get_ident()) is None:
            _on_the_road(listeners)
        return loud

    return quiet.differentiating(original, never_compiled(slow, torch), backward, torch)


def _stepping(torch: Any) -> tuple[Callable[..., None], Callable[..., None]]:
    def before(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if not tracing(torch):
            apart(begins, optimizer, (*args[1:], *kwargs.values()))

    def begins(optimizer: Any, arguments: tuple[Any, ...]) -> None:
        for listener in _here():
            if not listener.part_begins(optimizer) and not listener.quiet_step(optimizer):
                listener.step_started(optimizer, arguments)

    def after(optimizer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if not tracing(torch):
            apart(ends, optimizer, (*args[1:], *kwargs.values()))

    def ends(optimizer: Any, arguments: tuple[Any, ...]) -> None:
        if quiet.calm and not all(one.late_step(optimizer) for one in _here()):
            made_up(optimizer, arguments)
        for listener in _local.sessions:
            if not listener.part_ends(optimizer) and not listener.quiet_end():
                listener.step_ended(optimizer)

    def made_up(optimizer: Any, arguments: tuple[Any, ...]) -> None:
        quiet.announce()
        for outer in reversed(list(nested.stepping_around(torch, hook=True))):
            begins(outer, ())
        begins(optimizer, arguments)
        for listener in _here():
            listener.not_looked_at()

    begun = quiet.beginning(never_compiled(before, torch), torch)
    ended = quiet.ending(never_compiled(after, torch), torch)
    return never_compiled(begun, torch), never_compiled(ended, torch)


def _announcing(original: Any, torch: Any) -> Any:
    def construct(optimizer: Any, *args: Any, **kwargs: Any) -> None:
        original(optimizer, *args, **kwargs)
        if not torch.compiler.is_dynamo_compiling():
            quiet.announce()
            apart(_tell, "optimizer_made", optimizer)

    return construct


def _telling(original: Any, torch: Any, tell: Callable[[Any], None]) -> Any:
    def call(optimizer: Any, *args: Any, **kwargs: Any) -> Any:
        if not torch.compiler.is_dynamo_compiling():
            tell(optimizer)
        return original(optimizer, *args, **kwargs)

    return call


def _warning(original: Any, torch: Any, what: str) -> Any:
    def call(*args: Any, **kwargs: Any) -> Any:
        if not torch.compiler.is_dynamo_compiling() and not inside():
            apart(_tell, "runs_user_code", what)
        if what != "hook" or torch.compiler.is_dynamo_compiling():
            return original(*args, **kwargs)
        with REGISTERING:
            return original(*args, **kwargs)

    return call


def _dying(original: Any) -> Any:
    def call(args: Any) -> Any:
        if args.exc_value is not None:
            _tell("died", args.exc_value)
        ours_left_out = without_our_frames(args.exc_traceback)
        return original(threading.ExceptHookArgs((args.exc_type, args.exc_value, ours_left_out, args.thread)))

    return call


def _parenting(original: Any) -> Any:
    def start(process: Any) -> None:
        runs = _heard()
        if runs:
            runs[-1].children.adopt(process)
        _local.starting = True
        try:
            original(process)
        finally:
            _local.starting = False

    return start


def _forked_here() -> None:
    if not _local.starting:
        for run in _heard()[-1:]:
            run.children.forked += 1


def _forked_away() -> None:
    """In the child: what was inherited is laid down; the run goes on in the parent."""
    for session in _here():
        session.close(None)
    _local.inside, _local.runs, _local.sessions = 0, (), ()
    _runs[0] = ()
    quiet.forget()
    quiet.built.clear()
    while _undo:
        _undo.pop()()
    _grad.clear()


def _compiling(original: Any, replace: Callable[..., None]) -> Any:
    def compile_(*args: Any, **kwargs: Any) -> Any:
        quiet.compiles.append(True)
        quiet.announce()
        made = original(*args, **kwargs)
        at_compiled_calls(replace, partial(_tell, "aside"))  # the compiler may have been loaded only now
        return made

    return compile_


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_parent=_forked_here, after_in_child=_forked_away)
