"""The parsed form of a typed line: numbers, names, signs, operations, calls; statements; the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A constant; `text` is how it was written."""

    value: float
    text: str
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A text in quotes, of a condition or a formula."""

    value: str
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Dot:
    """The `.` of a formula: all other columns."""

    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Keyword:
    """`name=value` among the arguments of a call in a formula."""

    name: str
    value: Expression
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """`[a, b, c]` among the arguments of a call in a formula."""

    items: tuple[Expression, ...]
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A name, without its backquotes."""

    name: str
    at: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Negative:
    """The sign before an operand."""

    operand: Expression
    at: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Operation:
    """left `symbol` right, the symbol one of + - * / **; in conditions of == != < <= > >= and or; in formulas of
    the comparisons and : %in%."""

    symbol: str
    left: Expression
    right: Expression
    at: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call:
    """function(arguments); at least one argument, but in formulas, where each function says how many."""

    function: str
    arguments: tuple[Expression, ...]
    at: int


Expression = Number | Text | Dot | Keyword | Listed | Name | Negative | Operation | Call


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """`name = expression`; the name is "" where none was given. `text` is the right-hand side as typed."""

    name: str
    expression: Expression
    text: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names the right-hand side uses, in order of appearance."""
        return tuple(dict.fromkeys(part.name for part in postorder(self.expression) if isinstance(part, Name)))


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The statements of a text, in order."""

    text: str
    statements: tuple[Statement, ...]

    @property
    def assigned(self) -> tuple[str, ...]:
        """The names the program gives, in order."""
        return tuple(statement.name for statement in self.statements if statement.name)

    @property
    def names(self) -> tuple[str, ...]:
        """The free names: used and not given by the program itself, in order of appearance."""
        given = set(self.assigned)
        used = (name for statement in self.statements for name in statement.names)
        return tuple(dict.fromkeys(name for name in used if name not in given))

    @property
    def result(self) -> str:
        """The key of the last value in what `evaluate` returns: its name, or "" where it has none."""
        return self.statements[-1].name


def children(expression: Expression) -> tuple[Expression, ...]:
    """The operands of an expression, left to right."""
    match expression:
        case Negative():
            return (expression.operand,)
        case Operation():
            return (expression.left, expression.right)
        case Call():
            return expression.arguments
        case Keyword():
            return (expression.value,)
        case Listed():
            return expression.items
    return ()


def postorder(
    expression: Expression, operands: Callable[[Expression], tuple[Expression, ...]] = children
) -> Iterator[Expression]:
    """Every part of an expression, operands before what uses them.  operands : those of a part that are looked at"""
    stack: list[tuple[Expression, bool]] = [(expression, False)]
    while stack:
        part, opened = stack.pop()
        if opened or isinstance(part, Number | Text | Dot | Name):
            yield part
            continue
        stack.append((part, True))
        stack.extend((child, False) for child in reversed(operands(part)))
