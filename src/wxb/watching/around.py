"""What a training program does around its operations: modes, schedules, loaders, blocks without gradients.

    Module.train                           the mode of a module changed, seen once for a whole model
    scheduler.step                         seen where it asks for its rates (`_enable_get_lr_call`): a frame of ours around
                                           `step` itself would move the line of torch's own warnings
    _BaseDataLoaderIter.__next__           the first two batches of every iterator
    no_grad, inference_mode                entered and left by the user's code (not by torch's)

Each costs a comparison or two outside the moment it is about.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from wxb.watching import private, sources

Tell = Callable[..., None]
Replace = Callable[[Any, str, Callable[[Any], Any]], None]


def install(torch: Any, replace: Replace, tell: Tell) -> None:
    """Wrap, each by `replace`, which knows the way back; `tell` passes an event on to whoever watches."""
    import torch.optim.lr_scheduler
    import torch.utils.data.dataloader

    replace(torch.nn.Module, "train", lambda original: _mode(original, tell, torch))
    if schedules := private.of(torch, "optim.lr_scheduler._enable_get_lr_call"):
        replace(schedules, "__enter__", lambda original: _schedule(original, tell))
    if batches := private.of(torch, "utils.data.dataloader._BaseDataLoaderIter"):
        replace(batches, "__next__", lambda original: _batch(original, tell))
    users: set[int] = set()  # the blocks of the user's that are open; torch enters and leaves many at every step
    for block in (torch.no_grad, torch.inference_mode):
        replace(block, "__enter__", lambda original: _entering(original, tell, users))
        replace(block, "__exit__", lambda original: _leaving(original, tell, users))


def _mode(original: Any, tell: Tell, torch: Any) -> Any:
    """Told before the change, and only of the module it was asked of: its children's own calls come from torch's frames."""

    def train(module: Any, mode: bool = True) -> Any:
        if torch.compiler.is_dynamo_compiling():
            return original(module, mode)
        frame = sys._getframe(1)
        if module.training is not mode or not mode:
            user = frame if _is_users(frame) else _caller_of_eval(frame)
            if user is not None:
                tell("module_mode", module, mode, user)
        return original(module, mode)

    return train


def _caller_of_eval(frame: FrameType) -> FrameType | None:
    """`model.eval()` is torch's own `self.train(False)`."""
    above = frame.f_back
    return above if frame.f_code.co_name == "eval" and above is not None and _is_users(above) else None


def _is_users(frame: FrameType) -> bool:
    return sources.whose(frame.f_code.co_filename) == sources.USER


def _schedule(original: Any, tell: Tell) -> Any:
    def enter(call: Any) -> Any:
        tell("scheduler_stepped", call.o, sys._getframe(1))
        return original(call)

    return enter


def _batch(original: Any, tell: Tell) -> Any:
    def following(iterator: Any) -> Any:
        batch = original(iterator)
        if getattr(iterator, "_num_yielded", 3) <= 2:
            tell("batch_drawn", iterator, batch, sys._getframe(1))
        return batch

    return following


def _entering(original: Any, tell: Tell, users: set[int]) -> Any:
    def enter(block: Any) -> Any:
        out = original(block)
        frame = _decorated(sys._getframe(1))
        if frame is not None:
            users.add(id(block))
            tell("block_entered", block, frame)
        return out

    return enter


def _leaving(original: Any, tell: Tell, users: set[int]) -> Any:
    def leave(block: Any, *what: Any) -> Any:
        if id(block) in users:
            users.discard(id(block))
            tell("block_left", block)
        return original(block, *what)

    return leave


def _decorated(frame: FrameType) -> FrameType | None:
    """The user's frame that holds the block: itself, or the caller of a function of theirs under `@torch.no_grad()`."""
    if _is_users(frame):
        return frame
    function = frame.f_locals.get("func") if frame.f_code.co_name == "decorate_context" else None
    code = getattr(function, "__code__", None)
    if code is None or sources.whose(code.co_filename) != sources.USER:
        return None
    return sources.user_frame(frame)
