"""Values as the source says that they were made: `z = 2*y + 5`, of which autograd keeps y and 2, and forgets 5.

An assignment is believed where nothing else can have given the variable its value (`bindings`), where the graph below the
variable has the same operations in the same places on the tensors of the same names, and where its arithmetic, done again
with the numbers of the text, has the same bits. Else nothing is taken from it. What Python holds only while it computes (2y)
is then no value of its own, as in the command.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wxb.errors import ExpressionError
from wxb.explaining._torch import torch
from wxb.explaining.graph import Function
from wxb.explaining.naming import Names
from wxb.explaining.source import Source
from wxb.explaining.syntax import FUNCTIONS, literal, read
from wxb.expression import Call, Expression, Name, Negative, Number, Operation, children, evaluate_expression, postorder

Place = tuple[int, int]
MOST_NUMBERS = 1_000_000  # of a tensor that is computed again
_OPERATIONS = {
    "+": ("add",), "-": ("sub", "rsub"), "*": ("mul",), "/": ("div",), "**": ("pow",), "@": ("mm", "mv", "dot"),
}  # fmt: skip


class _DiffersError(Exception):
    """The graph was made otherwise."""


class _UnknownError(Exception):
    """It cannot be told whether the graph was made so."""


@dataclass(slots=True)
class Written:
    """How a value was made.

    Attributes:
        expression: as the text has it, in the names of the text.
        operands: the tensors of the graph in it, by these names.
        members: the functions that it is made of, its own among them.
    """

    expression: Expression
    operands: dict[str, Place] = field(default_factory=dict)
    members: set[int] = field(default_factory=set)

    def renamed(self, labels: Mapping[Place, str]) -> Expression:
        """In the names of the nodes."""
        return _renamed(self.expression, {name: labels[place] for name, place in self.operands.items()})


def written(
    functions: list[Function], outputs: list[set[int]], names: Names, source: Source | None
) -> dict[Place, Written]:
    """(function, output) → how the source says that it was made, where it is certain."""
    if source is None:
        return {}
    reader = _Reader(functions, outputs, names)
    found: dict[Place, Written] = {}
    for name, tensor in names.values.items():  # a value may have several names: one tells how it was made
        place = reader.place_of(name) if name.isidentifier() else None
        if not isinstance(tensor, torch.Tensor) or place is None or place in found or tensor.grad_fn is None:
            continue
        if place[1] in outputs[place[0]] and tensor.numel() <= MOST_NUMBERS:
            given = source(name)
            one = reader.only(given.values, place, tensor, certain=given.certain)
            if one is not None:
                found[place] = one
    return found


class _Reader:
    """Compares expressions with the graph."""

    def __init__(self, functions: list[Function], outputs: list[set[int]], names: Names) -> None:
        self.functions, self.outputs, self.names = functions, outputs, names
        self.index = {function.function: index for index, function in enumerate(functions)}
        self.leaves = {id(one.function.variable): (i, 0) for i, one in enumerate(functions) if one.leaf is not None}
        self.uses: dict[Place, int] = {}
        for function in functions:
            for operand in function.inputs:
                if operand is not None:
                    self.uses[operand] = self.uses.get(operand, 0) + 1

    def only(
        self, values: tuple[ast.expr | None, ...], place: Place, tensor: torch.Tensor, *, certain: bool
    ) -> Written | None:
        """The one expression that it can have been made by; None where there is none or another."""
        found: dict[str, Written] = {}
        for value in values:
            if value is None:
                return None
            try:
                found[ast.dump(value)] = self.compared(read(value), place, tensor, certain=certain)
            except _DiffersError:
                continue
            except (_UnknownError, ValueError):
                return None
        return next(iter(found.values())) if len(found) == 1 else None

    def compared(self, expression: Expression, place: Place, tensor: torch.Tensor, *, certain: bool) -> Written:
        """The expression on this graph; an error where it is another's."""
        if isinstance(expression, Name):  # another name of what another statement made
            raise _UnknownError
        one = Written(expression)
        self.match(expression, place, one, top=True)
        if not _same_bits(self.value(expression), tensor.detach()):
            raise _DiffersError
        for number in () if certain else [part for part in postorder(expression) if isinstance(part, Number)]:
            if _same_bits(self.value(expression, number), tensor.detach()):
                raise _UnknownError  # the value does not tell this number from others
        return one

    def match(self, part: Expression, place: Place, one: Written, *, top: bool = False) -> None:
        if isinstance(part, Name):
            if self.place_of(part.name) != place:
                raise _UnknownError
            one.operands[part.name] = place
            return
        function = self.inside(place, top=top)
        one.members.add(place[0])
        match part:
            case Negative() if function.operation == "neg":
                self.match(part.operand, self.graph_operands(function, 1)[0], one)
            case Call() if function.operation == FUNCTIONS[part.function]:
                self.match(part.arguments[0], self.graph_operands(function, 1)[0], one)
            case Operation():
                self.match_two(part, function, one)
            case _:
                raise _DiffersError

    def match_two(self, part: Operation, function: Function, one: Written) -> None:
        left, right = self.is_live(part.left), self.is_live(part.right)
        if part.symbol == "/" and right and not left and function.operation == "mul":  # 5/y is 5 · (1/y)
            (place,) = self.graph_operands(function, 1)
            function = self.inside(place)
            one.members.add(place[0])
            if function.operation != "reciprocal":
                raise _DiffersError
        elif function.operation not in _OPERATIONS[part.symbol]:
            raise _DiffersError
        places = self.graph_operands(function, left + right)
        for side, place in zip([side for side, live in ((part.left, left), (part.right, right)) if live], places):
            self.match(side, place, one)

    def inside(self, place: Place, *, top: bool = False) -> Function:
        """The function of a value that nothing but this expression has held."""
        index, output = place
        function = self.functions[index]
        if function.leaf is not None or output or self.outputs[index] != {0} or function.custom:
            raise _DiffersError
        if not top and (self.uses[place] != 1 or (function.function, output) in self.names.by_place):
            raise _DiffersError
        return function

    def graph_operands(self, function: Function, count: int) -> list[Place]:
        places = [operand for operand in function.inputs if operand is not None]
        if len(places) != count:
            raise _DiffersError
        return places

    def is_live(self, part: Expression) -> bool:
        """Whether there is anything in it that a derivative goes to."""
        found = [self.named(one.name) for one in postorder(part) if isinstance(one, Name)]
        live = any(isinstance(one, torch.Tensor) and one.requires_grad for one in found)
        if not live and any(isinstance(one, Operation) and one.symbol == "**" and not isinstance(one.right, Number)
                            for one in postorder(part)):  # fmt: skip
            raise _UnknownError
        return live

    def named(self, name: str) -> Any:
        if name not in self.names.values:
            raise _UnknownError
        return self.names.values[name]

    def place_of(self, name: str) -> Place | None:
        """Where in the graph the tensor stands that a variable holds now."""
        tensor = self.named(name)
        if not isinstance(tensor, torch.Tensor):
            return None
        if tensor.grad_fn is None:
            return self.leaves.get(id(tensor))
        index = self.index.get(tensor.grad_fn)
        return None if index is None else (index, tensor.output_nr)

    def value(self, expression: Expression, changed: Number | None = None) -> Any:
        """It is computed again; `changed` with another number in the place of one."""
        names = {one.name: self.named(one.name) for one in postorder(expression) if isinstance(one, Name)}
        held = {name: one.detach() if isinstance(one, torch.Tensor) else one for name, one in names.items()}
        if any(isinstance(one, torch.Tensor) and one.numel() > MOST_NUMBERS for one in held.values()):
            raise _UnknownError
        functions = {name: getattr(torch, name) for name in FUNCTIONS}

        def number(part: Number) -> int | float:
            return literal(part) if part is not changed else literal(part) * 1.0078125 + (part.value == 0) / 128

        try:
            return evaluate_expression(expression, held, functions, number=number)
        except (ExpressionError, RuntimeError, TypeError, ValueError):
            raise _UnknownError from None


def _same_bits(one: Any, other: torch.Tensor) -> bool:
    if not isinstance(one, torch.Tensor) or one.dtype is not other.dtype or one.shape != other.shape:
        return False
    return torch.equal(*(each.contiguous().reshape(-1).view(torch.uint8) for each in (one, other)))


def _renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    stack: list[Expression] = []
    for part in postorder(expression):
        inner = [stack.pop() for __ in children(part)][::-1]
        match part:
            case Name():
                stack.append(Name(names.get(part.name, part.name), 0))
            case Negative():
                stack.append(Negative(inner[0], 0))
            case Operation():
                stack.append(Operation(part.symbol, inner[0], inner[1], 0))
            case Call():
                stack.append(Call(part.function, tuple(inner), 0))
            case _:
                stack.append(part)
    return stack.pop()
