"""What is known of the values in a graph after the fact, and where from.

Autograd keeps only what a derivative needs: `w**2` keeps w, `exp` keeps its result, `y + 5` keeps nothing. So a value is
looked for, in this order, in: the result and the leaves; tensors still alive under a name of the caller's; what
`record()` noted; what some function saved (a saved tensor knows which function made it); and last it is computed anew
from the others, for the operations whose constants are saved too. What is then missing is said to be missing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from wxb.explaining._torch import torch
from wxb.explaining.graph import Function, problem
from wxb.explaining.quantity import KEPT, Quantity

Place = tuple[int, int]  # (function, output)


@dataclass(slots=True)
class Values:
    """Values by place, with their source; constants and scalar settings by function; why a saved value is missing."""

    values: dict[Place, tuple[torch.Tensor, str]] = field(default_factory=dict)
    saved: dict[int, dict[str, Any]] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)

    def add(self, place: Place, value: torch.Tensor, source: str) -> None:
        self.values.setdefault(place, (value.detach(), source))

    def value(self, place: Place) -> torch.Tensor | None:
        found = self.values.get(place)
        return None if found is None else found[0]


def look_saved(functions: list[Function], known: Values) -> None:
    """Read what each function saved; freed or overwritten tensors are noted as such."""
    index_of = {function.function: index for index, function in enumerate(functions)}
    for index, function in enumerate(functions):
        if function.leaf is not None:
            continue
        saved = known.saved[index] = {}
        try:
            if function.custom:
                saved.update({f"{number}": value for number, value in enumerate(function.function.saved_tensors)})
            for name, attribute in _saved_names(type(function.function)):
                saved[name] = getattr(function.function, attribute)
        except Exception as error:  # freed, overwritten, or an unpack hook of the user's that raises
            known.missing[index] = problem(error)
        for value in saved.values():
            for tensor in value if isinstance(value, tuple | list) else (value,):
                if isinstance(tensor, torch.Tensor) and (maker := tensor.grad_fn) in index_of:
                    known.add((index_of[maker], tensor.output_nr), tensor, "saved")


@functools.cache
def _saved_names(kind: type) -> tuple[tuple[str, str], ...]:
    """What functions of this kind save: ("exponent", "_saved_exponent"), …"""
    names = [name for name in dir(kind) if name.startswith("_saved_") and "_sym_" not in name]
    return tuple((name.removeprefix("_saved_"), name) for name in names)


def _power(saved: dict[str, Any], operands: list[Any]) -> Any:
    return None if "exponent" not in saved else operands[0] ** saved["exponent"]


def _with_constant(function: Callable[[Any, Any], Any]) -> Callable[[dict[str, Any], list[Any]], Any]:
    def compute(saved: dict[str, Any], operands: list[Any]) -> Any:
        left = operands[0] if operands[0] is not None else saved.get("self")
        right = operands[1] if operands[1] is not None else saved.get("other")
        return None if left is None or right is None else function(left, right)

    return compute


def _sum(sign: int) -> Callable[[dict[str, Any], list[Any]], Any]:
    def compute(saved: dict[str, Any], operands: list[Any]) -> Any:
        if any(operand is None for operand in operands) or saved.get("alpha") != 1:
            return None
        return operands[0] + operands[1] if sign > 0 else operands[0] - operands[1]

    return compute


def _unary(function: Callable[[Any], Any]) -> Callable[[dict[str, Any], list[Any]], Any]:
    return lambda saved, operands: function(operands[0])


_UNARY = (
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh", "erf", "erfc", "exp", "exp2", "expm1",
    "log", "log10", "log1p", "log2", "neg", "reciprocal", "relu", "rsqrt", "sigmoid", "sin", "sinh", "sqrt", "tan",
    "tanh",
)  # fmt: skip
_COMPUTE: dict[str, Callable[[dict[str, Any], list[Any]], Any]] = {
    "pow": _power,
    "mul": _with_constant(torch.mul),
    "div": _with_constant(torch.div),
    "add": _sum(1),
    "sub": _sum(-1),
    **{name: _unary(getattr(torch, name)) for name in _UNARY},
}
_NEEDED = {"mul": 2, "div": 2, "add": 2, "sub": 2}


def compute_missing(functions: list[Function], known: Values, constants: dict[Place, Any]) -> None:
    """Compute anew, in the order of the forward, what follows from what is known.

    `constants`: (function, operand) → a number or tensor that was recorded there.
    """
    for index, function in enumerate(functions):
        compute = _COMPUTE.get(function.operation)
        if (index, 0) in known.values or compute is None or len(function.inputs) > 2:
            continue
        operands = [
            known.value(operand) if operand is not None else constants.get((index, slot))
            for slot, operand in enumerate(function.inputs)
        ]
        other = known.saved.get(index, {}).get("other")
        if len(operands) == 1 and isinstance(other, int | float):
            operands.append(other)
        graph_operands = [slot for slot, operand in enumerate(function.inputs) if operand is not None]
        if any(operands[slot] is None for slot in graph_operands) or any(map(_is_shape_alone, operands)):
            continue
        if len(operands) != _NEEDED.get(function.operation, 1):
            continue
        try:
            value = compute(known.saved.get(index, {}), operands)
        except (RuntimeError, TypeError):
            continue
        if isinstance(value, torch.Tensor) and tuple(value.shape) == function.shape(0):
            known.add((index, 0), value, "computed")


def _is_shape_alone(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_meta


def quantity_of(tensor: torch.Tensor) -> Quantity:
    """What is kept of a tensor: few numbers, or the range of many."""
    shape, dtype = tuple(tensor.shape), str(tensor.dtype).removeprefix("torch.")
    if tensor.layout is not torch.strided or tensor.is_meta:
        return Quantity(shape, dtype)
    if tensor.numel() <= KEPT:
        return Quantity(shape, dtype, tuple(_numbers(tensor)))
    if tensor.is_complex() or tensor.is_quantized:
        return Quantity(shape, dtype)
    low, high = torch.aminmax(tensor)
    return Quantity(shape, dtype, (), float(low), float(high))


def _numbers(tensor: torch.Tensor) -> list[complex]:
    numbers = tensor.reshape(-1).tolist()
    return [number if isinstance(number, complex) else float(number) for number in numbers]
