"""A column computed from others, row by row, in pairs of doubles: a tree of arithmetic, walked operand by operand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from wxb._typing import Vector
from wxb.data.block import Column
from wxb.expression.tree import Call, Expression, Name, Negative, Number, Operation, postorder
from wxb.moments.pairs import Pair, add, divide, multiply, subtract

_ARITHMETIC = {"+": add, "-": subtract, "*": multiply, "/": divide}


def computed(tree: Expression, columns: Mapping[str, Column], rows: int) -> Column:
    """The value of a tree in each of so many rows."""
    stack: list[Pair] = []
    for part in postorder(tree):
        match part:
            case Number():
                stack.append(_constant(part.value, rows))
            case Name():
                stack.append(_pair(columns[part.name]))
            case Negative():
                high, low = stack.pop()
                stack.append((-high, -low))
            case Operation() if part.symbol == "**" and isinstance(part.right, Number):
                stack.pop()
                stack.append(_power(stack.pop(), int(part.right.value)))
            case Operation() if part.symbol in _ARITHMETIC:
                right, left = stack.pop(), stack.pop()
                stack.append(_ARITHMETIC[part.symbol](left, right))
            case Call() if part.function == "I":
                pass
            case _:
                raise NotImplementedError(part)
    high, low = stack.pop()
    return Column(high, low if low.any() else None)


def _power(base: Pair, exponent: int) -> Pair:
    result = base
    for bit in bin(exponent)[3:]:
        result = multiply(result, result)
        if bit == "1":
            result = multiply(result, base)
    return result


def _constant(value: float, rows: int) -> Pair:
    return np.full(rows, value), np.zeros(rows)


def _pair(column: Column) -> tuple[Vector, Vector]:
    return column.values, np.zeros(len(column.values)) if column.low is None else column.low
