"""A line of arithmetic that a person typed, parsed by hand and never handed to Python.

    y = w**2; z = 2*y + 5          13*hours + 1          `study hours`*2 + 공부시간          −w² × 3

Grammar, loosest first; `**` groups to the right and binds tighter than the sign before it, as in Python:

    program     statement (";" or newline statement)*         only the last may go without a name
    statement   [name "="] sum
    sum         product (("+" | "-") product)*
    product     signed (("*" | "/") signed)*
    signed      ("-" | "+") signed | power
    power       raised ["**" signed]
    raised      atom [superscript digits]                     w² is w**2
    atom        number | name | `any name, a `` doubled` | name "(" sum ("," sum)* ")" | "(" sum ")"

Every number is float64: with whole numbers `9**9**9` would never end. Text over 20 000 characters or nested over 100
deep is refused; long sums are no nesting. Whatever is wrong raises ExpressionError with a caret under the place.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wxb.arguments import wrong
from wxb.errors import ExpressionError
from wxb.expression.parser import MAX_DEPTH, Parser
from wxb.expression.tokens import expression_error, quoted
from wxb.expression.tree import (
    Call,
    Expression,
    Name,
    Negative,
    Number,
    Operation,
    Program,
    Statement,
    children,
    postorder,
)
from wxb.i18n import _
from wxb.numbers import thousands

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "Call",
    "Expression",
    "Name",
    "Negative",
    "Number",
    "Operation",
    "Program",
    "Statement",
    "children",
    "evaluate",
    "evaluate_expression",
    "parse",
    "postorder",
    "quoted",
]

MAX_LENGTH = 20_000
_OPERATION: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "@": operator.matmul,  # of Python's expressions, which wxb.explaining reads; typed ones have none
}


def parse(text: str) -> Program:
    """Read a text as statements; nothing is computed."""
    if not isinstance(text, str):
        raise wrong(_("an expression"), _("a text"), text, _('for example "13*hours + 1"'))
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            _(
                "the expression is {count} characters long, at most {max_length} are read",
                count=thousands(len(text)),
                max_length=thousands(MAX_LENGTH),
            ),
            _("give the columns or values names and write a shorter line"),
        )
    return Parser(text).program()


def evaluate(
    program: Program, environment: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]
) -> dict[str, Any]:
    """The value of every statement, by name; a last statement without a name stands under "".

    `environment` gives the free names: floats, NumPy arrays, torch tensors, anything with arithmetic.
    `values[program.result]` is the last value.
    """
    values: dict[str, Any] = {}
    for statement in program.statements:
        known = {**environment, **values}
        values[statement.name] = evaluate_expression(statement.expression, known, functions, text=program.text)
    return values


def evaluate_expression(
    expression: Expression,
    environment: Mapping[str, Any],
    functions: Mapping[str, Callable[..., Any]],
    *,
    text: str = "",
    number: Callable[[Number], Any] = operator.attrgetter("value"),
) -> Any:
    """The value of one expression, operand by operand on a stack: no depth of text can exhaust Python's."""
    stack: list[Any] = []
    for part in postorder(expression):
        match part:
            case Number():
                stack.append(number(part))
            case Name():
                if part.name not in environment:
                    raise _unknown("name", part.name, environment, text, part.at)
                stack.append(environment[part.name])
            case Negative():
                stack.append(_compute(operator.neg, (stack.pop(),), "−", text, part.at))
            case Operation():
                right, left = stack.pop(), stack.pop()
                stack.append(_compute(_OPERATION[part.symbol], (left, right), part.symbol, text, part.at))
            case Call():
                if part.function not in functions:
                    raise _unknown("function", part.function, functions, text, part.at)
                count = len(part.arguments)
                stack[-count:] = [
                    _compute(functions[part.function], tuple(stack[-count:]), part.function, text, part.at)
                ]
    return stack.pop()


def _compute(function: Callable[..., Any], operands: tuple[Any, ...], symbol: str, text: str, at: int) -> Any:
    try:
        value = function(*operands)
    except ZeroDivisionError:
        raise expression_error(text, at, _("division by zero")) from None
    except OverflowError:
        raise expression_error(text, at, _("the result of {symbol} is too large for float64", symbol=symbol)) from None
    except (ArithmeticError, TypeError, ValueError, RuntimeError) as error:
        raise expression_error(
            text, at, _("{symbol} cannot be computed: {error}", symbol=symbol, error=error)
        ) from error
    if isinstance(value, complex) and not any(isinstance(operand, complex) for operand in operands):
        raise expression_error(text, at, _("{symbol}: a negative number has no real root here", symbol=symbol))
    return value


def _unknown(kind: str, name: str, known: Iterable[str], text: str, at: int) -> ExpressionError:
    from difflib import get_close_matches

    names, is_name = sorted(known), kind == "name"
    near = get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        do = _("Near it: {near}.", near=", ".join(near))
    elif names:
        shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        do = _("known names: {names}", names=shown) if is_name else _("known functions: {names}", names=shown)
    else:
        do = _("no name is known here") if is_name else _("no function is known here")
    what = _('unknown name "{name}"', name=name) if is_name else _('unknown function "{name}"', name=name)
    return expression_error(text, at, what, do)
