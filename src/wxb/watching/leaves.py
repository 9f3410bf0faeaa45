"""Hooks on leaves while a window is open, and how they are taken back wholly.

    register_hook, remove    torch leaves an empty table on the tensor, and asks it at every backward call ever after
    `_backward_hooks = None` nothing is asked: a tensor that had no table before has none again

That asking costs 3 µs of each parameter, in the thread of autograd, also when nobody watches any more.
A thread may register a hook of its own just then, so that both are done one after the other (`REGISTERING`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

REGISTERING = threading.RLock()


class LeafHooks:
    """Those of one thread's window, by the identity of their tensors."""

    def __init__(self, torch: Any) -> None:
        self._torch = torch
        self._handles: dict[int, Any] = {}
        self._bare: dict[int, Callable[[], Any]] = {}  # references to tensors that had no table

    def add(self, leaf: Any, identity: int, reference: Callable[[], Any], hook: Callable[[Any], None]) -> None:
        """Have a hook called before a gradient is added to this leaf's, once; identity, reference : of the leaf."""
        if identity in self._handles:
            return
        if getattr(leaf, "_backward_hooks", self) is None:
            self._bare[identity] = reference
        self._handles[identity] = leaf.register_hook(self._torch.utils.hooks.unserializable_hook(hook))

    def remove(self, *, wholly: bool) -> None:
        """Take them back; unseen, for modes are told of a tensor's table. wholly : not in a child, whose lock may be held"""
        for handle in self._handles.values():
            handle.remove()
        self._handles.clear()
        while wholly and self._bare:
            leaf = self._bare.popitem()[1]()
            with REGISTERING:
                if leaf is not None and leaf._backward_hooks is not None and not leaf._backward_hooks:
                    leaf._backward_hooks = None
