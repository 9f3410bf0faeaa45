"""A condition on rows that a person typed: the grammar of expressions with comparisons, and/or/not and texts in quotes.

    age >= 18          18 <= age < 65          status == 'ok' and not (score < 50 or smoker == yes)          t >= '2024-01-05'

    condition   conjunction ("or" conjunction)*
    conjunction negation ("and" negation)*
    negation    "not" negation | comparison
    comparison  sum (("==" | "!=" | "<" | "<=" | ">" | ">=") sum)*       a < b < c is a < b and b < c

It is parsed to the same tree: comparisons, and, or are operations; `not` is a call of "not", a comparison in brackets
one of "()"; a text in quotes is a Text.
A lone `=`, `&&`, `|` and `<>` are refused with what is meant. What the parts may be is for who evaluates them.
"""

from __future__ import annotations

import re

from wxb.errors import ExpressionError
from wxb.expression.parser import Parser
from wxb.expression.tokens import Token, comparison_token, expression_error, text_token
from wxb.expression.tree import Call, Expression, Operation, Text
from wxb.i18n import N_, _
from wxb.numbers import thousands

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_WORDS = {"or": 1, "and": 2}
_NOT = 3
_COMPARE = 5
MAX_LENGTH = 20_000


_QUOTED = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`")
_DATE = re.compile(r"(?<![\w.])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w.])")


def parse_condition(text: str) -> Expression:
    """The tree of a condition; ExpressionError with a caret where it is none."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            _(
                "the condition is {count} characters long, at most {max_length} are read",
                count=thousands(len(text)),
                max_length=thousands(MAX_LENGTH),
            ),
            _("write a shorter condition"),
        )
    _refuse_bare_dates(text)
    parser = _Conditions(text)
    if parser.token.kind == "end":
        raise ExpressionError(
            _("the condition is empty, expected something like age >= 18"), _("write a condition, or leave it out")
        )
    found = parser.expression(0)
    if parser.token.kind != "end":
        raise parser.unexpected(parser.token)
    return found


def _refuse_bare_dates(text: str) -> None:
    """A date without quotes is a subtraction: x > 2024-01-01 would say x > 2022."""
    outside = _QUOTED.sub(lambda found: " " * len(found[0]), text)
    bare = _DATE.search(outside)
    if bare is not None:
        raise ExpressionError(
            _(
                "{bare} without quotes is a subtraction in the condition, {replace}",
                bare=bare[0],
                replace=bare[0].replace("-", " − "),
            ),
            _("a date stands in quotes: `'{bare}'`", bare=bare[0]),
        )


_MEANT = {"&": "and", "|": "or", "!": N_("not, or !=")}


def _condition_token(text: str, at: int) -> Token | None:
    """A comparison or a text in quotes; None for what every expression knows."""
    found = comparison_token(text, at) or text_token(text, at)
    if found is None and text[at] in _MEANT:
        meant = _("it is written {meant}", meant=_(_MEANT[text[at]]))
        raise expression_error(text, at, _('found "{text}", expected an operator', text=text[at]), meant)
    return found


class _Conditions(Parser):
    special = staticmethod(_condition_token)

    def strength(self) -> int:
        token = self.token
        if token.kind == "name" and not token.quoted:
            return _WORDS.get(token.value.lower(), 0)
        if token.kind == "symbol" and token.value in COMPARISONS:
            return _COMPARE
        return super().strength()

    def operand(self) -> Expression:
        token = self.token
        if token.kind == "text":
            self.take()
            return Text(token.value, token.at)
        if token.kind == "name" and not token.quoted and token.value.lower() == "not":
            self.take()
            return Call("not", (self.expression(_NOT),), token.at)
        found = super().operand()
        if token.value == "(" and isinstance(found, Operation) and found.symbol in COMPARISONS:
            return Call("()", (found,), token.at)  # (a < b) < c is no chain
        return found

    def unexpected(self, token: Token) -> ExpressionError:
        if token.value == "=":
            return expression_error(self.text, token.at, _('found "=", expected an operator'), _("equal is written =="))
        return super().unexpected(token)
