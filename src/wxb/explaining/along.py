"""Derivatives of a value by the tensors in the expression that it is written as: through all operations at once.

    z = 2*y + 5        dz/dy = 2              cost = mean((h − y)²)        dcost/dh = 2(h − y)/n, element by element

Where every operation works element by element, or the value is one number, that is the function called with ones, back
through the expression; a matrix product within leaves only what flows back.
"""

from __future__ import annotations

from wxb.explaining._torch import torch
from wxb.explaining.derivative import constant, differentiate, divide, formula
from wxb.explaining.graph import Function, Sweep, call, shaped_as_operand
from wxb.explaining.operations import ELEMENTWISE
from wxb.explaining.quantity import Quantity
from wxb.explaining.written import Place, Written
from wxb.expression import Call, Expression

LONGEST = 40


def derivatives(functions: list[Function], swept: Sweep, one: Written, place: Place) -> dict[Place, torch.Tensor]:
    """Operand → derivative, where it is one."""
    gradient = swept.gradients.get(place)
    if gradient is None or one.members & swept.problems.keys():
        return {}
    single = gradient.numel() == 1
    if not single and any(functions[index].operation not in ELEMENTWISE for index in one.members):
        return {}
    if gradient.is_complex() and any(functions[index].operation == "abs" for index in one.members):
        return {}
    flows = {place: torch.ones_like(gradient)}
    try:
        for index in sorted(one.members, reverse=True):
            parts = call(functions[index], [flows.pop((index, 0))])
            for operand, part in zip(functions[index].inputs, parts):
                if operand is not None and part is not None:
                    part = shaped_as_operand(part, functions[operand[0]], operand[1]) if single else part
                    flows[operand] = flows[operand] + part if operand in flows else part
    except Exception:  # the sweep has already said what is wrong with it
        return {}
    return {operand: part for operand, part in flows.items() if not gradient.is_complex() or part.is_complex()}


def differentiable(functions: list[Function], index: int, slot: int) -> bool:
    """Whether an operand has a derivative that what flows back is multiplied by: a real one of complex numbers has none."""
    function, operand = functions[index], functions[index].inputs[slot] if slot < len(functions[index].inputs) else None
    if operand is None or function.outputs is None or not function.outputs[0][1].is_complex:
        return True
    told = functions[operand[0]].outputs
    return told is not None and told[operand[1]][1].is_complex


def brought(functions: list[Function], swept: Sweep, one: Written) -> dict[Place, torch.Tensor]:
    """Operand → what flows back to it from this value."""
    found: dict[Place, torch.Tensor] = {}
    for index in sorted(one.members, reverse=True):
        for slot, operand in enumerate(functions[index].inputs):
            part = swept.contributions.get((index, slot))
            if operand is not None and operand[0] not in one.members and part is not None:
                found[operand] = found[operand] + part if operand in found else part
    return found


def symbol(expression: Expression, name: str, count: int | None) -> str:
    """The derivative as a formula, or "". count : of the numbers that a mean or sum is of, None where it is not theirs"""
    inner, means = expression, False
    if isinstance(expression, Call) and expression.function in ("mean", "sum") and count is not None:
        inner, means = expression.arguments[0], expression.function == "mean"
    derivative = differentiate(inner, name)
    if derivative is None:
        return ""
    shown = formula(divide(derivative, constant(count)) if means and count else derivative)
    return shown if len(shown) <= LONGEST else ""


def count_under(functions: list[Function], one: Written, place: Place, derivative: Quantity) -> int | None:
    """How many numbers the mean or sum on top is of, where they are those of the operand, one for one."""
    function = functions[place[0]]
    if function.operation not in ("mean", "sum") or function.inputs[0] is None:
        return None
    below = function.inputs[0]
    shape = functions[below[0]].shape(below[1])
    elementwise = all(functions[index].operation in ELEMENTWISE for index in one.members - {place[0]})
    return derivative.count if elementwise and shape == derivative.shape else None
