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
    atom        number | name | `any name` | name "(" sum ("," sum)* ")" | "(" sum ")"

Every number is float64: with whole numbers `9**9**9` would never end. Text over 20 000 characters or nested over 100
deep is refused; long sums are no nesting. Whatever is wrong raises ExpressionError with a caret under the place.
"""

from __future__ import annotations

import difflib
import math
import operator
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wxb.errors import ExpressionError

MAX_LENGTH = 20_000
MAX_DEPTH = 100

_TYPOGRAPHIC = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "∗": "*"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAME = re.compile(r"[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹][^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*")
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_OPERATION: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}
_BINDING = {"+": 10, "-": 10, "*": 20, "/": 20, "**": 40}
_SUPERSCRIPT_BINDING = 50  # w²**3 is (w²)**3
_SIGN_BINDING = 30  # looser than **: -w**2 is -(w**2); tighter than *: -w*2 is (-w)*2


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A constant; `text` is how it was written."""

    value: float
    text: str
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
    """left `symbol` right, the symbol one of + - * / **."""

    symbol: str
    left: Expression
    right: Expression
    at: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call:
    """function(arguments); at least one argument."""

    function: str
    arguments: tuple[Expression, ...]
    at: int


Expression = Number | Name | Negative | Operation | Call


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


def parse(text: str) -> Program:
    """Read a text as statements; nothing is computed."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            f"the expression is {len(text):,} characters long, at most {MAX_LENGTH:,} are read",
            "Give the columns or values names and write a shorter line.",
        )
    return _Parser(text).program()


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
) -> Any:
    """The value of one expression, operand by operand on a stack: no depth of text can exhaust Python's."""
    stack: list[Any] = []
    for part in postorder(expression):
        match part:
            case Number():
                stack.append(part.value)
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


def children(expression: Expression) -> tuple[Expression, ...]:
    """The operands of an expression, left to right."""
    match expression:
        case Negative():
            return (expression.operand,)
        case Operation():
            return (expression.left, expression.right)
        case Call():
            return expression.arguments
    return ()


def postorder(expression: Expression) -> Iterator[Expression]:
    """Every part of an expression, operands before what uses them."""
    stack: list[tuple[Expression, bool]] = [(expression, False)]
    while stack:
        part, opened = stack.pop()
        if opened or isinstance(part, Number | Name):
            yield part
            continue
        stack.append((part, True))
        stack.extend((child, False) for child in reversed(children(part)))


def _compute(function: Callable[..., Any], operands: tuple[Any, ...], symbol: str, text: str, at: int) -> Any:
    try:
        value = function(*operands)
    except ZeroDivisionError:
        raise expression_error(text, at, "division by zero") from None
    except OverflowError:
        raise expression_error(text, at, f"the result of {symbol} is too large for float64") from None
    except (ArithmeticError, TypeError, ValueError, RuntimeError) as error:
        raise expression_error(text, at, f"{symbol} cannot be computed: {error}") from error
    if isinstance(value, complex) and not any(isinstance(operand, complex) for operand in operands):
        raise expression_error(text, at, f"{symbol}: a negative number has no real root here")
    return value


def _unknown(kind: str, name: str, known: Iterable[str], text: str, at: int) -> ExpressionError:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        do = f"Near it: {', '.join(near)}."
    elif names:
        do = f"Known {kind}s: {', '.join(names[:12])}{', …' if len(names) > 12 else ''}."
    else:
        do = f"No {kind} is known here."
    return expression_error(text, at, f'unknown {kind} "{name}"', do)


def expression_error(text: str, at: int, what: str, do: str = "") -> ExpressionError:
    """An error that shows the line of the text with a caret under character `at` (counted from 0)."""
    if not text:
        return ExpressionError(what, do)
    start = text.rfind("\n", 0, at) + 1
    line = text[start:].split("\n", 1)[0]
    column = at - start
    place = f"column {column + 1}" if start == 0 else f"line {text.count(chr(10), 0, at) + 1}, column {column + 1}"
    first = max(0, column - 40) if len(line) > 76 else 0
    line = "".join(character if character.isprintable() else " " for character in line)
    shown = ("…" if first else "") + line[first : first + 72] + ("…" if len(line) > first + 72 else "")
    before = shown[: column - first + (1 if first else 0)]
    cells = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in before)
    return ExpressionError(f"{what}, at {place}\n    {shown}\n    {' ' * cells}^", do)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, name, symbol, superscript, separator, end
    value: str  # a symbol in its plain form; a name without backquotes
    at: int
    end: int


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    position = 0
    while position < len(text):
        character = text[position]
        if character in ";\n":
            tokens.append(_Token("separator", character, position, position + 1))
        elif not character.isspace():
            tokens.append(_token(text, position))
            position = tokens[-1].end
            continue
        position += 1
    tokens.append(_Token("end", "", len(text), len(text)))
    return tokens


def _token(text: str, at: int) -> _Token:
    character = text[at]
    if found := _NUMBER.match(text, at):
        return _Token("number", found.group(), at, found.end())
    if (found := _NAME.match(text, at)) and found.group().isidentifier():
        return _Token("name", found.group(), at, found.end())
    if found := _SUPERSCRIPT.match(text, at):
        return _Token("superscript", found.group().translate(_SUPERSCRIPTS), at, found.end())
    if character == "`":
        end = text.find("`", at + 1)
        if end < 0 or "\n" in text[at:end] or end == at + 1:
            raise expression_error(text, at, "found a ` that no second ` closes, expected `a name`")
        return _Token("name", text[at + 1 : end], at, end + 1)
    if text.startswith(("**", "=="), at):
        return _Token("symbol", text[at : at + 2], at, at + 2)
    plain = _TYPOGRAPHIC.get(character, character)
    if plain in "+-*/(),=":
        return _Token("symbol", plain, at, at + 1)
    do = {"^": "A power is written **: w**2.", "%": "There is no remainder here."}.get(character, "")
    found = f'"{character}"' if character.isprintable() else f"the character U+{ord(character):04X}"
    raise expression_error(text, at, f"found {found}, expected a name, a number or one of + - * / ** ( )", do)


class _Parser:
    """Precedence climbing over the tokens; only brackets, signs and powers deepen Python's stack, MAX_DEPTH at most."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.position = 0
        self.depth = 0
        self.brackets = 0

    @property
    def token(self) -> _Token:
        while self.brackets and self.tokens[self.position].value == "\n":  # a line may break inside brackets
            self.position += 1
        return self.tokens[self.position]

    def take(self) -> _Token:
        token = self.token
        self.position += 1
        return token

    def fail(self, token: _Token, expected: str, do: str = "") -> ExpressionError:
        found = {"end": "the end of the text", "separator": "the end of the statement"}.get(
            token.kind, f'"{self.text[token.at : max(token.end, token.at + 1)]}"'
        )
        return expression_error(self.text, token.at, f"found {found}, expected {expected}", do)

    def program(self) -> Program:
        statements: list[Statement] = []
        starts: list[int] = []
        while True:
            while self.token.kind == "separator":
                self.take()
            if self.token.kind == "end":
                break
            starts.append(self.token.at)
            statements.append(self.statement(statements))
            if self.token.kind not in ("separator", "end"):
                raise self.unexpected(self.token)
        if not statements:
            raise ExpressionError("the expression is empty, expected something like 2*w + 1")
        for statement, start in zip(statements[:-1], starts):
            if not statement.name:
                raise expression_error(
                    self.text, start, "only the last statement may go without a name, expected `name = …`"
                )
        return Program(self.text, tuple(statements))

    def statement(self, before: list[Statement]) -> Statement:
        name, first = "", self.token
        following = self.tokens[self.position + 1] if first.kind == "name" else first
        if following.kind == "symbol" and following.value == "=":
            name = self.take().value
            self.take()
            if any(name == statement.name for statement in before):
                raise expression_error(self.text, first.at, f'"{name}" is given twice', "Give the second a new name.")
            if any(name in statement.names for statement in before):
                raise expression_error(self.text, first.at, f'"{name}" was used above, before it is given here')
        start = self.token.at
        expression = self.expression(0)
        text = self.text[start : self.tokens[self.position - 1].end].strip()
        if name and any(isinstance(part, Name) and part.name == name for part in postorder(expression)):
            raise expression_error(
                self.text, first.at, f'"{name}" is given in terms of itself', "Give the new value a new name."
            )
        return Statement(name, expression, text)

    def unexpected(self, token: _Token) -> ExpressionError:
        before = self.tokens[self.position - 1]
        if token.kind == before.kind == "name":
            written = self.text[before.at : token.end].replace("`", "")
            return self.fail(token, "an operator", f"A name with a space is written in backquotes: `{written}`.")
        if token.kind in ("name", "number") or token.value == "(":
            written = self.text[before.at : before.end], self.text[token.at : token.end]
            return self.fail(token, "an operator", f"A product is written with *: {written[0]}*{written[1]}.")
        if token.value in ("=", "=="):
            return self.fail(token, "an operator", "A single name stands before one =, once in a statement.")
        return self.fail(token, "an operator, ; or the end")

    def expression(self, binding: int) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise expression_error(
                self.text, self.token.at, f"the expression is nested more than {MAX_DEPTH} deep", "Name its parts."
            )
        left = self.operand()
        while (strength := self.strength()) > binding:
            symbol = self.take()
            if symbol.kind == "superscript":
                left = Operation("**", left, Number(float(symbol.value), symbol.value, symbol.at), symbol.at)
                continue
            right = self.expression(strength - 1 if symbol.value == "**" else strength)
            left = Operation(symbol.value, left, right, symbol.at)
        self.depth -= 1
        return left

    def strength(self) -> int:
        if self.token.kind == "superscript":
            return _SUPERSCRIPT_BINDING
        return _BINDING.get(self.token.value, 0) if self.token.kind == "symbol" else 0

    def operand(self) -> Expression:
        token = self.take()
        if token.kind == "number":
            value = float(token.value)
            if math.isinf(value):
                raise expression_error(self.text, token.at, f"{token.value} is too large for float64")
            return Number(value, token.value, token.at)
        if token.kind == "name":
            if self.token.kind == "symbol" and self.token.value == "(":
                return Call(token.value, tuple(self.bracketed(many=True)), token.at)
            return Name(token.value, token.at)
        if token.value in ("-", "+") and token.kind == "symbol":
            operand = self.expression(_SIGN_BINDING)
            return Negative(operand, token.at) if token.value == "-" else operand
        if token.value == "(":
            self.position -= 1
            return self.bracketed(many=False)[0]
        raise self.fail(token, "a name, a number or (")

    def bracketed(self, *, many: bool) -> list[Expression]:
        opening = self.take()
        self.brackets += 1
        found = [self.expression(0)]
        while many and self.token.value == "," and self.token.kind == "symbol":
            self.take()
            found.append(self.expression(0))
        token = self.token
        if token.kind != "symbol" or token.value != ")":
            if token.kind in ("end", "separator"):
                raise expression_error(self.text, opening.at, "found a ( that nothing closes, expected )")
            raise self.unexpected(token)
        self.brackets -= 1
        self.take()
        return found
