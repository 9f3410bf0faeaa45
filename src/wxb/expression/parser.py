"""Precedence climbing: from tokens to a program."""

from __future__ import annotations

import math

from wxb.errors import ExpressionError
from wxb.expression.tokens import Special, Token, expression_error, no_special, tokens_of
from wxb.expression.tree import Call, Expression, Name, Negative, Number, Operation, Program, Statement, postorder
from wxb.i18n import _

MAX_DEPTH = 100
_BINDING = {"+": 10, "-": 10, "*": 20, "/": 20, "**": 40}
_SUPERSCRIPT_BINDING = 50  # w²**3 is (w²)**3
_SIGN_BINDING = 30  # looser than **: -w**2 is -(w**2); tighter than *: -w*2 is (-w)*2


class Parser:
    """Precedence climbing over the tokens; only brackets, signs and powers deepen Python's stack, MAX_DEPTH at most."""

    special: Special = staticmethod(no_special)  # words that only conditions and formulas know

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text, self.special)
        self.position = 0
        self.depth = 0
        self.brackets = 0

    @property
    def token(self) -> Token:
        while self.brackets and self.tokens[self.position].value == "\n":  # a line may break inside brackets
            self.position += 1
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def fail(self, token: Token, expected: str, do: str = "") -> ExpressionError:
        found = {"end": _("the end of the text"), "separator": _("the end of the statement")}.get(
            token.kind, f'"{self.text[token.at : max(token.end, token.at + 1)]}"'
        )
        return expression_error(
            self.text, token.at, _("found {found}, expected {expected}", found=found, expected=expected), do
        )

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
            raise ExpressionError(
                _("the expression is empty, expected something like 2*w + 1"),
                _("write an expression of names and numbers"),
            )
        for statement, start in zip(statements[:-1], starts):
            if not statement.name:
                raise expression_error(
                    self.text, start, _("only the last statement may go without a name, expected `name = …`")
                )
        return Program(self.text, tuple(statements))

    def statement(self, before: list[Statement]) -> Statement:
        name, first = "", self.token
        following = self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        if first.kind == "name" and following.kind == "symbol" and following.value == "=":
            name = self.take().value
            self.take()
            if any(name == statement.name for statement in before):
                raise expression_error(
                    self.text, first.at, _('"{name}" is given twice', name=name), _("give the second a new name")
                )
            if any(name in statement.names for statement in before):
                raise expression_error(
                    self.text, first.at, _('"{name}" was used above, before it is given here', name=name)
                )
        start = self.token.at
        expression = self.expression(0)
        text = self.text[start : self.tokens[self.position - 1].end].strip()
        if name and any(isinstance(part, Name) and part.name == name for part in postorder(expression)):
            raise expression_error(
                self.text,
                first.at,
                _('"{name}" is given in terms of itself', name=name),
                _("give the new value a new name"),
            )
        return Statement(name, expression, text)

    def unexpected(self, token: Token) -> ExpressionError:
        before = self.tokens[self.position - 1]
        if token.kind == before.kind == "name":
            written = self.text[before.at : token.end].replace("`", "")
            return self.fail(
                token, _("an operator"), _("a name with a space is written in backquotes: `{written}`", written=written)
            )
        if token.kind in ("name", "number") or token.value == "(":
            written = self.text[before.at : before.end], self.text[token.at : token.end]
            simple = before.kind in ("name", "number") and token.kind in ("name", "number")
            example = f": {written[0]}*{written[1]}" if simple else ""
            return self.fail(token, _("an operator"), _("a product is written with *{example}", example=example))
        if token.value in ("=", "=="):
            return self.fail(token, _("an operator"), _("a single name stands before one =, once in a statement"))
        return self.fail(token, _("an operator, ; or the end"))

    def expression(self, binding: int) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise expression_error(
                self.text,
                self.token.at,
                _("the expression is nested more than {max_depth} deep", max_depth=MAX_DEPTH),
                _("name its parts"),
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
                raise expression_error(self.text, token.at, _("{value} is too large for float64", value=token.value))
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
        raise self.fail(token, _("a name, a number or ("))

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
                raise expression_error(self.text, opening.at, _("found a ( that nothing closes, expected )"))
            raise self.unexpected(token)
        self.brackets -= 1
        self.take()
        return found
