"""Gradients among the values of a graph: what is derived of them is of the second order.

    (g,) = torch.autograd.grad(z, w, create_graph=True)        g = dz/dw        dg/dw = d²z/dw²
    z.backward(create_graph=True);  w.grad                     a gradient by w, of what is not known

Believed where the source certainly has that call and the gradient of z, taken again, has the bits of g.
"""

from __future__ import annotations

import ast

from wxb.explaining._torch import torch
from wxb.explaining.explanation import Second
from wxb.explaining.graph import Function, Place, sweep, walk
from wxb.explaining.naming import Names
from wxb.explaining.source import Source

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
        elif source is not None and name.isidentifier() and place not in found:
            one = _called(source, name)
            if one is not None and _has_the_bits(one, tensor, names):
                found[place] = one
    return found


def _called(source: Source, name: str) -> Second | None:
    """`g = torch.autograd.grad(z, w, create_graph=True)[0]`, `(g,) = grad(z, [w], create_graph=True)`."""
    given = source(name).values
    value = given[0] if len(given) == 1 else None
    if not (isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant)):
        return None
    call, place = value.value, value.slice.value
    if not (isinstance(call, ast.Call) and len(call.args) >= 2 and isinstance(place, int)):
        return None
    function = call.func
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    created = any(one.arg == "create_graph" and getattr(one.value, "value", False) is True for one in call.keywords)
    by = call.args[1].elts if isinstance(call.args[1], ast.Tuple | ast.List) else [call.args[1]]
    if called != "grad" or not created or not 0 <= place < len(by):
        return None
    of, by_one = call.args[0], by[place]
    if not isinstance(of, ast.Name) or not isinstance(by_one, ast.Name | ast.Attribute | ast.Subscript):
        return None
    return Second(of.id, ast.unparse(by_one))


def _has_the_bits(one: Second, gradient: torch.Tensor, names: Names) -> bool:
    of, by = names.values.get(one.of), names.values.get(one.by)
    if not isinstance(of, torch.Tensor) or not isinstance(by, torch.Tensor) or of.grad_fn is None or of.numel() != 1:
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
