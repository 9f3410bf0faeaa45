"""What the user calls a tensor: found by identity among the variables of their frames and the modules in them."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import FrameType
from typing import Any

from wxb.watching.sources import variables

MEMBERS = 200


class NamesById:
    """id → name, each entry checked against a weak reference so that a recycled id is never misnamed."""

    def __init__(self, torch: Any, hold: Callable[[Any, int], None] = lambda thing, entries: None) -> None:
        self._torch = torch
        self._hold = hold  # modules must outlive the run to be judged after it
        self._known: dict[int, tuple[Any, str]] = {}
        self.modules: list[tuple[Any, str]] = []
        self.optimizers: list[Any] = []
        self._visited: set[int] = set()

    def of(self, tensor: Any) -> str:
        reference, name = self._known.get(id(tensor), (None, ""))
        return name if reference is not None and reference() is tensor else ""

    def root_of(self, tensor: Any) -> Any:
        """The outermost module known that holds this parameter."""
        for reference, _ in self.modules:
            module = reference()
            if module is not None and any(own is tensor for own in module.parameters()):
                return module
        return None

    def learn(self, frames: list[FrameType]) -> None:
        for frame in reversed(frames):
            for name, value in variables(frame):
                if not name.startswith("__"):
                    self._take(value, name, depth=0)

    def _take(self, value: Any, name: str, depth: int) -> None:
        nn, torch = self._torch.nn, self._torch
        kind = type(value)
        if issubclass(kind, torch.Tensor):
            self._note(value, name)
        elif issubclass(kind, nn.Module):
            self._take_module(value, name)
        elif issubclass(kind, torch.optim.Optimizer):
            if not any(reference() is value for reference in self.optimizers):
                self.optimizers.append(weakref.ref(value))
        elif depth < 2 and kind in (list, tuple) and len(value) <= MEMBERS:
            for i, member in enumerate(value):
                self._take(member, f"{name}[{i}]", depth + 1)
        elif depth < 2 and kind is dict and len(value) <= MEMBERS:
            for key, member in tuple(value.items()):
                self._take(member, f"{name}[{key!r}]", depth + 1)
        elif depth == 0 and name == "self" and hasattr(value, "__dict__"):
            for key, member in tuple(vars(value).items()):
                self._take(member, f"self.{key}", depth + 1)

    def _note(self, tensor: Any, name: str) -> None:
        if not self.of(tensor):
            self._known[id(tensor)] = (weakref.ref(tensor), name)

    def _take_module(self, module: Any, name: str) -> None:
        if isinstance(module, self._torch.jit.ScriptModule) or any(ref() is module for ref, _ in self.modules):
            return
        self.modules.append((weakref.ref(module), name))
        parameters = list(module.named_parameters())
        self._hold(module, sum(parameter.numel() for __, parameter in parameters))
        for inner, parameter in parameters:
            self._note(parameter, f"{name}.{inner}")
