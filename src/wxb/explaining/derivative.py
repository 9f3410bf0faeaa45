"""Derivatives of typed expressions as formulas a person would write: (w**2)' = 2w, (2*y + 5)' = 2, (a*a)' = 2a.

The sum, product, quotient, power and chain rules, on the parsed tree; then the few simplifications that matter (0, 1,
numbers gathered, equal terms added). The numbers shown beside come from autograd; these formulas only say why.
A function without a short derivative, or a formula too long to read, gives None.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from wxb.expression import Call, Expression, Name, Negative, Number, Operation, children, parse, postorder
from wxb.numbers import computed

MOST_PARTS = 400
_SUPERSCRIPT = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_DERIVATIVES = {
    "abs": "sign(u)",
    "acos": "-1/sqrt(1 - u**2)",
    "asin": "1/sqrt(1 - u**2)",
    "atan": "1/(1 + u**2)",
    "cos": "-sin(u)",
    "cosh": "sinh(u)",
    "exp": "exp(u)",
    "exp2": "exp2(u)*log(2)",
    "expm1": "exp(u)",
    "log": "1/u",
    "log10": "1/(u*log(10))",
    "log1p": "1/(1 + u)",
    "log2": "1/(u*log(2))",
    "reciprocal": "-1/u**2",
    "sigmoid": "sigmoid(u)*(1 - sigmoid(u))",
    "sin": "cos(u)",
    "sinh": "cosh(u)",
    "softplus": "sigmoid(u)",
    "sqrt": "1/(2*sqrt(u))",
    "square": "2*u",
    "tan": "1 + tan(u)**2",
    "tanh": "1 - tanh(u)**2",
}


def differentiate(expression: Expression, name: str) -> Expression | None:
    """d expression / d name, everything else held; None where no short formula is known."""
    stack: list[Expression | None] = []
    for part in postorder(expression):
        parts = [stack.pop() for _ in children(part)][::-1]
        derivative = None if any(one is None for one in parts) else _rule(part, [one for one in parts if one], name)
        if derivative is not None and sum(1 for _ in postorder(derivative)) > MOST_PARTS:
            derivative = None
        stack.append(derivative)
    return stack.pop()


def _rule(part: Expression, inner: list[Expression], name: str) -> Expression | None:
    """The derivative of a part, given those of its operands."""
    match part:
        case Number():
            return constant(0)
        case Name():
            return constant(1 if part.name == name else 0)
        case Negative():
            return negative(inner[0])
        case Operation(symbol="+" | "-"):
            return add(inner[0], inner[1] if part.symbol == "+" else negative(inner[1]))
        case Operation(symbol="*"):
            return add(multiply(inner[0], part.right), multiply(part.left, inner[1]))
        case Operation(symbol="/"):
            if is_number(inner[1], 0):
                return divide(inner[0], part.right)
            rest = multiply(part.left, inner[1])
            return add(divide(inner[0], part.right), negative(divide(rest, power(part.right, constant(2)))))
        case Operation(symbol="@"):
            return None
        case Operation():
            return _power_rule(part, inner)
        case Call():
            return _chain_rule(part, inner)


def _power_rule(part: Operation, inner: list[Expression]) -> Expression | None:
    base, exponent = part.left, part.right
    if is_number(inner[1], 0):
        return multiply(multiply(exponent, power(base, add(_as_number(exponent), constant(-1)))), inner[0])
    if is_number(inner[0], 0):
        return multiply(multiply(part, Call("log", (base,), 0)), inner[1])
    return None


def _as_number(exponent: Expression) -> Expression:
    match exponent:
        case Negative(operand=Number() as size):
            return negative(size)
        case _:
            return exponent


def _chain_rule(part: Call, inner: list[Expression]) -> Expression | None:
    if len(inner) == 1 and is_number(inner[0], 0):
        return constant(0)
    if len(inner) != 1 or part.function not in _DERIVATIVES:
        return constant(0) if all(is_number(one, 0) for one in inner) else None
    return multiply(substitute(_outer(part.function), part.arguments[0]), inner[0])


@functools.cache
def _outer(function: str) -> Expression:
    return parse(_DERIVATIVES[function]).statements[0].expression


def substitute(expression: Expression, argument: Expression) -> Expression:
    """The expression with `u` replaced, simplified on the way."""
    stack: list[Expression] = []
    build: dict[str, Callable[[Expression, Expression], Expression]] = {
        "+": add,
        "-": lambda left, right: add(left, negative(right)),
        "*": multiply,
        "/": divide,
        "**": power,
    }
    for part in postorder(expression):
        inner = [stack.pop() for _ in children(part)][::-1]
        match part:
            case Name():
                stack.append(argument)
            case Number():
                stack.append(part)
            case Negative():
                stack.append(negative(inner[0]))
            case Operation():
                stack.append(build[part.symbol](inner[0], inner[1]))
            case Call():
                stack.append(Call(part.function, tuple(inner), 0))
    return stack.pop()


def constant(value: float) -> Number:
    return Number(float(value), computed(value), 0)


def is_number(expression: Expression, value: float | None = None) -> bool:
    return isinstance(expression, Number) and (value is None or expression.value == value)


def negative(operand: Expression) -> Expression:
    match operand:
        case Number():
            return constant(-operand.value)
        case Negative():
            return operand.operand
        case Operation(symbol="*", left=Number() as first):
            return multiply(constant(-first.value), operand.right)
    return Negative(operand, 0)


def add(left: Expression, right: Expression) -> Expression:
    if is_number(left, 0):
        return right
    if is_number(right, 0):
        return left
    if isinstance(left, Number) and isinstance(right, Number):
        return constant(left.value + right.value)
    if isinstance(right, Negative):
        return constant(0) if same(left, right.operand) else Operation("-", left, right.operand, 0)
    if same(left, right):
        return multiply(constant(2), left)
    return Operation("+", left, right, 0)


def multiply(left: Expression, right: Expression) -> Expression:
    if is_number(left, 0) or is_number(right, 0):
        return constant(0)
    if is_number(left, 1):
        return right
    if is_number(right, 1):
        return left
    if isinstance(left, Number) and isinstance(right, Number):
        return constant(left.value * right.value)
    if isinstance(left, Negative) or isinstance(right, Negative):
        plain = [one.operand if isinstance(one, Negative) else one for one in (left, right)]
        product = multiply(plain[0], plain[1])
        both = isinstance(left, Negative) and isinstance(right, Negative)
        return product if both else negative(product)
    if isinstance(right, Number):
        left, right = right, left
    match left, right:
        case Number(), Operation(symbol="*", left=Number() as first):
            return multiply(constant(left.value * first.value), right.right)
        case Operation(symbol="*", left=Number() as first), _:
            return multiply(first, multiply(left.right, right))
        case _, Operation(symbol="*", left=Number() as first):
            return multiply(first, multiply(left, right.right))
        case _, Operation(symbol="/", left=Number() as first) if first.value == 1:
            return divide(left, right.right)
        case Operation(symbol="/", left=Number() as first), _ if first.value == 1:
            return divide(right, left.right)
    return power(left, constant(2)) if same(left, right) else Operation("*", left, right, 0)


def divide(left: Expression, right: Expression) -> Expression:
    if is_number(left, 0) or is_number(right, 1):
        return left
    return Operation("/", left, right, 0)


def power(base: Expression, exponent: Expression) -> Expression:
    if is_number(exponent, 1):
        return base
    if is_number(exponent, 0):
        return constant(1)
    return Operation("**", base, exponent, 0)


def same(left: Expression, right: Expression) -> bool:
    """Whether two expressions are written alike."""
    return formula(left) == formula(right)


_ATOM, _POWER, _PRODUCT, _SIGN, _SUM = 4, 3, 2, 1, 0


def formula(expression: Expression) -> str:
    """An expression as it would be written by hand: `2y + 5`, `w²`, `a·b`, `(a + b)/2`."""
    stack: list[tuple[str, int]] = []
    for part in postorder(expression):
        inner = [stack.pop() for _ in children(part)][::-1]
        match part:
            case Number():
                written = part.text.replace("-", "−")
                stack.append((written, _SIGN if part.value < 0 else _ATOM))
            case Name():
                stack.append((part.name, _ATOM))
            case Negative():
                stack.append((f"−{_held(inner[0], _PRODUCT)}", _SIGN))
            case Operation():
                stack.append(_operation(part, inner[0], inner[1]))
            case Call():
                stack.append((f"{part.function}({', '.join(text for text, _ in inner)})", _ATOM))
    return stack.pop()[0]


def _held(written: tuple[str, int], level: int) -> str:
    return written[0] if written[1] >= level else f"({written[0]})"


def _operation(part: Operation, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
    if part.symbol in "+-":
        sign = "+" if part.symbol == "+" else "−"
        return f"{_held(left, _SUM)} {sign} {_held(right, _PRODUCT)}", _SUM
    if part.symbol == "*":
        first = "(" if right[1] < _PRODUCT else right[0][0]
        close = (
            isinstance(part.left, Number)
            and part.left.value > 0
            and first.isascii()
            and (first == "(" or first.isalpha())
        )
        return f"{_held(left, _PRODUCT)}{'' if close else '·'}{_held(right, _PRODUCT)}", _PRODUCT
    if part.symbol == "/":
        return f"{_held(left, _PRODUCT)}/{_held(right, _POWER)}", _PRODUCT
    if part.symbol == "@":
        return f"{_held(left, _PRODUCT)} @ {_held(right, _POWER)}", _PRODUCT
    exponent = part.right
    if isinstance(exponent, Number) and exponent.value.is_integer() and abs(exponent.value) < 1000:
        return f"{_held(left, _ATOM)}{computed(exponent.value).translate(_SUPERSCRIPT)}", _POWER
    return f"{_held(left, _ATOM)}^{_held(right, _ATOM)}", _POWER
