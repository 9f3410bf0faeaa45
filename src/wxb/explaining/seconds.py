"""Gradients among the values of a graph: what is derived of them is of the second order.

    (g,) = torch.autograd.grad(z, w, create_graph=True)        g = dz/dw        dg/dw = d²z/dw²
    u_x = torch.autograd.grad(u, x, torch.ones_like(u), create_graph=True)[0]        of the sum of u
    z.backward(create_graph=True);  w.grad                     a gradient by w, of what is not known

Believed where the source certainly has that call and the gradient of z, taken again, has the bits of g.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import Any

from wxb.explaining._torch import torch
from wxb.explaining.explanation import Second
from wxb.explaining.graph import Function, Place, sweep, walk
from wxb.explaining.naming import Names
from wxb.explaining.source import Source

_ELEMENT = re.compile(r"(\w+)\[(\d+)\]")
MOST_FUNCTIONS = 400  # of a z that is swept again


def seconds(functions: list[Function], names: Names, source: Source | None) -> dict[Place, Second]:
    """(function, output) → which gradient it is."""
    places = {function.function: index for index, function in enumerate(functions)}
    found: dict[Place, Second] = {}
    for name, tensor in names.values.items():
        if not isinstance(tensor, torch.Tensor) or tensor.grad_fn not in places:
            continue
        place = (places[tensor.grad_fn], tensor.output_nr)
        if name.endswith(".grad"):
            found[place] = Second("", name.removesuffix(".grad"))
        elif source is not None and place not in found:
            one = _called(source, name)
            if one is not None and _has_the_bits(one, tensor, names):
                found[place] = one if _size(names, one.of) == 1 else replace(one, of=f"(sum({one.of}))")
    return found


def _called(source: Source, name: str) -> Second | None:
    """`g = grad(z, w, create_graph=True)[0]`, `(g,) = grad(z, [w], create_graph=True)`, `gs = grad(…)` of `gs[0]`."""
    element = _ELEMENT.fullmatch(name)
    if element is None and not name.isidentifier():
        return None
    given = source(element[1] if element else name).values
    value = given[0] if len(given) == 1 else None
    if element:
        return _of_call(value, int(element[2]))
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
        return _of_call(value.value, value.slice.value)
    return None


def _of_call(call: ast.expr | None, place: Any) -> Second | None:
    """Of the gradient at that place of what `torch.autograd.grad` returns."""
    if not isinstance(call, ast.Call) or not isinstance(place, int):
        return None
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    arguments = {
        **dict(zip(("outputs", "inputs"), call.args)),
        **{one.arg: one.value for one in call.keywords if one.arg},
    }
    created = getattr(arguments.get("create_graph"), "value", False) is True
    of, inputs = _alone(arguments.get("outputs")), arguments.get("inputs")
    by = list(inputs.elts) if isinstance(inputs, ast.Tuple | ast.List) else [inputs]
    if called != "grad" or not created or not 0 <= place < len(by):
        return None
    by_one = by[place]
    if not isinstance(of, ast.Name) or not isinstance(by_one, ast.Name | ast.Attribute | ast.Subscript):
        return None
    return Second(of.id, ast.unparse(by_one))


def _alone(outputs: ast.expr | None) -> ast.expr | None:
    """`z` of `[z]`"""
    if isinstance(outputs, ast.Tuple | ast.List) and len(outputs.elts) == 1:
        return outputs.elts[0]
    return outputs


def _size(names: Names, name: str) -> int:
    found = names.values.get(name)
    return found.numel() if isinstance(found, torch.Tensor) else 0


def _has_the_bits(one: Second, gradient: torch.Tensor, names: Names) -> bool:
    of, by = names.values.get(one.of), names.values.get(one.by)
    if not isinstance(of, torch.Tensor) or not isinstance(by, torch.Tensor) or of.grad_fn is None:
        return False
    functions = walk(of.grad_fn)
    if len(functions) > MOST_FUNCTIONS:
        return False
    swept = sweep(functions, of.output_nr, torch.ones_like(of.detach()), keep_edges=False)
    for (index, output), found in swept.gradients.items():
        function = functions[index].function
        same = function.variable is by if functions[index].is_leaf else (function, output) == (by.grad_fn, by.output_nr)
        if same:
            return found.dtype is gradient.dtype and torch.equal(found, gradient.detach())
    return False
