"""Names for the values in a graph: the user's where there is one, u1, u2, … where there is none.

A tensor has no name; a variable has. So the variables of the calling frame are looked through, once, for tensors of the
graph (by their grad_fn), for its leaves (by identity), for constants, and for modules, whose parameters are named with
their path (`model.0.weight`). What `record()` wrote down comes second.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import BuiltinFunctionType, FrameType, FunctionType, ModuleType
from typing import Any

from wxb.explaining._torch import torch
from wxb.explaining.graph import Function
from wxb.explaining.recording import note_of

MAX_ITEMS = 200  # of a list or dict of tensors that is looked through
_NAMELESS = frozenset((FunctionType, BuiltinFunctionType, ModuleType, type, str, bool))  # most of a module's globals


@dataclass(slots=True)
class Names:
    """Tensors of the caller by name.

    Attributes:
        by_identity: id(tensor) → name, for leaves and constants.
        by_place: (autograd function, output) → (name, tensor).
        values: the tensors and numbers that names stand for.
    """

    by_identity: dict[int, str] = field(default_factory=dict)
    by_place: dict[tuple[Any, int], tuple[str, torch.Tensor]] = field(default_factory=dict)
    values: dict[str, torch.Tensor | int | float] = field(default_factory=dict)

    def add(self, name: str, tensor: torch.Tensor) -> None:
        """The first name of a tensor stays its name."""
        self.values.setdefault(name, tensor)
        self.by_identity.setdefault(id(tensor), name)
        made = tensor.grad_fn
        if made is not None:
            self.by_place.setdefault((made, tensor.output_nr), (name, tensor))
        elif (gradient := tensor.grad) is not None and gradient.grad_fn is not None:  # backward(create_graph=True)
            self.add(f"{name}.grad", gradient)


def names_of(given: Mapping[str, Any] | None, frame: FrameType | None) -> Names:
    """Names the caller gave explicitly, else those of the frame's variables."""
    names = Names()
    if given is not None:
        _collect(names, given.items())
    elif frame is not None:
        with _variables(frame) as local:
            _collect(names, local.items())
        _collect(names, frame.f_globals.items())
    return names


class _variables:  # noqa: N801 - reads as a function in a with statement
    """The frame's locals. Before Python 3.13 the frame keeps the copy it hands out, and with it every tensor in it,
    until the function returns: the copy is emptied again, unless the user holds it too."""

    def __init__(self, frame: FrameType) -> None:
        self.frame = frame

    def __enter__(self) -> dict[str, Any]:
        return dict(self.frame.f_locals)

    def __exit__(self, *_: object) -> None:
        function = bool(self.frame.f_code.co_flags & inspect.CO_OPTIMIZED)  # a module's locals are the real ones
        if function and sys.version_info < (3, 13):
            copy = self.frame.f_locals
            if sys.getrefcount(copy) <= 3:  # the frame's, this function's, the call's: nobody else holds it
                copy.clear()


def _collect(names: Names, items: Iterable[tuple[str, Any]]) -> None:
    for name, value in list(items):
        if type(value) in _NAMELESS or not isinstance(name, str) or name.startswith("_"):
            continue
        if isinstance(value, torch.Tensor):
            names.add(name, value)
        elif type(value) in (int, float):
            names.values.setdefault(name, value)
        elif isinstance(value, torch.nn.Module):
            for path, parameter in _parameters(value):
                names.add(f"{name}.{path}", parameter)
        elif type(value) in (list, tuple, dict) and len(value) <= MAX_ITEMS:
            for key, item in _items(value):
                if isinstance(item, torch.Tensor):
                    names.add(f"{name}[{key!r}]", item)


def _parameters(module: torch.nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    """As `named_parameters` has them, which takes thrice as long."""
    if type(module).named_parameters is not torch.nn.Module.named_parameters:
        yield from module.named_parameters()
        return
    waiting, seen = [("", module)], {id(module)}
    while waiting:
        path, one = waiting.pop()
        for key, parameter in one._parameters.items():
            if parameter is not None and id(parameter) not in seen:
                seen.add(id(parameter))
                yield path + key, parameter
        inner = [(f"{path}{key}.", child) for key, child in one._modules.items() if child is not None]
        for key, child in reversed(inner):
            if id(child) not in seen:
                waiting.append((key, child))
        seen.update(id(child) for __, child in inner)


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    yield from value.items() if isinstance(value, dict) else enumerate(value)


def label(functions: list[Function], outputs: list[set[int]], names: Names, result: str) -> dict[tuple[int, int], str]:
    """A name for every (function, output), each name once; those given here are no variable's."""
    wished: dict[tuple[int, int], str] = {}
    for index, function in enumerate(functions):
        for output in sorted(outputs[index]):
            wished[index, output] = _wish(function, output, names)
    last = len(functions) - 1
    for output in outputs[last]:
        wished[last, output] = wished[last, output] or result
    return _unique(functions, wished, set(names.values))


def _wish(function: Function, output: int, names: Names) -> str:
    if function.leaf is not None:
        return names.by_identity.get(id(function.function.variable), "")
    if (function.function, output) in names.by_place:
        return names.by_place[function.function, output][0]
    note = note_of(function.function, output)
    return "" if note is None else note.name


def _unique(
    functions: list[Function], wished: dict[tuple[int, int], str], variables: set[str]
) -> dict[tuple[int, int], str]:
    """A name wished several times goes to the last (as the variable does); the earlier get h.1, h.2, …"""
    places: dict[str, list[tuple[int, int]]] = {}
    for place, name in wished.items():
        if name:
            places.setdefault(name, []).append(place)
    labels: dict[tuple[int, int], str] = {}
    for name, several in places.items():
        labels[several[-1]] = name
        labels.update({place: f"{name}.{number}" for number, place in enumerate(several[:-1], 1)})
    taken = {*labels.values(), *variables}
    counters = {"leaf": 0, "u": 0}
    for place in wished:
        if place in labels:
            continue
        stem = "leaf" if functions[place[0]].leaf is not None else "u"
        while True:
            counters[stem] += 1
            name = f"{stem}{counters[stem]}"
            if name not in taken:
                break
        labels[place] = name
        taken.add(name)
    return {place: labels[place] for place in wished}
