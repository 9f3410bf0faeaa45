"""Arithmetic as it is written in the name of a term: one spelling for each function.

    I(x**2), I( x ^2)      I(x^2)          log(x+1)      log(x + 1)          I(a*b>0.50)      I(a * b > 0.5)

Spaces around + − * / and comparisons, none around ^, one after a comma; brackets where they are needed and nowhere else.
"""

from __future__ import annotations

from wxb.expression.tree import (
    Call,
    Dot,
    Expression,
    Keyword,
    Listed,
    Name,
    Negative,
    Number,
    Operation,
    Text,
    postorder,
)
from wxb.formula.parser import COMPARISONS
from wxb.formula.tokens import written_name
from wxb.numbers import shortest

_STRENGTH = {**dict.fromkeys(COMPARISONS, 5), "+": 10, "-": 10, "*": 20, "/": 20, "%in%": 22, ":": 25, "**": 40}
_SIGN, _ATOM = 30, 100


def written(expression: Expression) -> str:
    """The text of an expression, operand by operand on a stack: no length of it can exhaust Python's."""
    stack: list[tuple[str, int]] = []
    for part in postorder(expression):
        match part:
            case Number():
                stack.append((shortest(part.value), _ATOM))
            case Text():
                stack.append((quoted_text(part.value), _ATOM))
            case Dot():
                stack.append((".", _ATOM))
            case Name():
                stack.append((written_name(part.name), _ATOM))
            case Negative():
                stack.append((f"-{_bracketed(stack.pop(), _SIGN)}", _SIGN))
            case Operation():
                right, left = stack.pop(), stack.pop()
                stack.append((_operation(part.symbol, left, right), _STRENGTH[part.symbol]))
            case Keyword():
                stack.append((f"{part.name}={stack.pop()[0]}", _ATOM))
            case Listed() | Call():
                count = len(part.arguments if isinstance(part, Call) else part.items)
                inside = ", ".join(text for text, _ in stack[len(stack) - count :])
                del stack[len(stack) - count :]
                stack.append((f"{part.function}({inside})" if isinstance(part, Call) else f"[{inside}]", _ATOM))
    return stack.pop()[0]


def quoted_text(text: str) -> str:
    """A text in quotes; one that holds both kinds of them cannot be typed, and stands as it can."""
    return f"'{text}'" if '"' in text else f'"{text}"'


def _operation(symbol: str, left: tuple[str, int], right: tuple[str, int]) -> str:
    strength = _STRENGTH[symbol]
    if symbol == "**":  # groups to the right, and binds tighter than the sign before it but not than one after it
        exponent = _bracketed(right, _SIGN)
        return f"{_bracketed(left, strength + 1)}^{exponent}"
    sign = symbol if symbol == ":" else f" {symbol} "
    return f"{_bracketed(left, strength)}{sign}{_bracketed(right, strength + 1)}"


def _bracketed(part: tuple[str, int], least: int) -> str:
    text, strength = part
    return text if strength >= least else f"({text})"
