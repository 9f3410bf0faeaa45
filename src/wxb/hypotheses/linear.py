"""Hypotheses as a person types them, read as linear equations of the coefficients: R θ = r, exactly.

    hours = 2, a = b        2*a - b/3 = 1        a = b = 0        a - b        school[north] + 공부시간 = (b)

    hypotheses  hypothesis (("," | ";" | newline) hypothesis)*
    hypothesis  sum ("=" sum)*             without "=" it is compared with 0; a chain is an equation for each "="
    sum         product (("+" | "-") product)*
    product     signed (("*" | "/") signed)*
    signed      ("-" | "+") signed | number | name | "(" sum ")"

The name of a whole term (`school`, `poly(x, 2)`), alone or with `= 0`, stands for an equation for each of its coefficients.
Numbers are what is written, 0.1 is a tenth. A name is one of a coefficient (`names`). Refused, with a caret under the place: what
is not linear, what cannot be read, names of no coefficient, an equation that names none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from wxb.arguments import wrong
from wxb.errors import ExpressionError
from wxb.expression.tokens import expression_error
from wxb.hypotheses.names import Names, not_alone
from wxb.i18n import N_, _
from wxb.layout import Layout
from wxb.numbers import thousands

MAX_LENGTH, MAX_DEPTH = 20_000, 100
MOST_EXPONENT, MOST_LETTERS = 400, 400  # of a number

_NUMBER = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")
_TYPOGRAPHIC = str.maketrans("−–×·⋅∙÷∗＝", "--****/*=")


@dataclass(frozen=True, slots=True)
class Equation:
    """factors · θ = value, as `text` says it.        factors : by the place of the coefficient, none of them 0"""

    text: str
    factors: dict[int, Fraction]
    value: Fraction


def read_hypotheses(
    given: str | Sequence[str], layout: Layout, wholes: Mapping[str, Sequence[int]] | None = None
) -> tuple[Equation, ...]:
    """The equations of a text, or of several.  wholes : the places of the coefficients of whole terms, by their texts"""
    texts = [given] if isinstance(given, str) else list(given) if isinstance(given, Sequence) else []
    if not texts or not all(isinstance(text, str) for text in texts):
        raise wrong(_("hypotheses"), _("a text"), given, _('for example "hours = 2, a = b"'))
    names = Names(layout, wholes)
    return tuple(equation for text in texts for equation in _Reader(text, names).all())


@dataclass(frozen=True, slots=True)
class _Form:
    """Σ factors · θ + constant"""

    factors: dict[int, Fraction]
    constant: Fraction

    def plus(self, other: _Form, sign: int = 1) -> _Form:
        factors = dict(self.factors)
        for place, factor in other.factors.items():
            factors[place] = factors.get(place, Fraction(0)) + sign * factor
        return _Form({k: v for k, v in factors.items() if v}, self.constant + sign * other.constant)

    def times(self, factor: Fraction) -> _Form:
        return _Form({k: v * factor for k, v in self.factors.items() if factor}, self.constant * factor)


class _Reader:
    """One text, read from left to right."""

    def __init__(self, text: str, names: Names) -> None:
        if len(text) > MAX_LENGTH:
            raise ExpressionError(
                _(
                    "the hypotheses are {count} characters long, at most {max_length} are read",
                    count=thousands(len(text)),
                    max_length=thousands(MAX_LENGTH),
                ),
                _("give fewer of them at a time"),
            )
        self.text, self.names = text, names
        self.at = self.depth = 0

    def all(self) -> list[Equation]:
        found: list[Equation] = []
        while self._letter(",;\n"):
            if self._letter():
                found += self.hypothesis()
        if not found:
            raise ExpressionError(
                _("there is no hypothesis in the text"), _('write one, for example "hours = 2, a = b"')
            )
        return found

    def hypothesis(self) -> list[Equation]:
        whole = self.names.whole(self.text, self.at)
        if whole is not None:
            return self._whole(*whole)
        sides, starts = [], []
        while True:
            starts.append(self.at)
            sides.append((self.sum(), self.at))
            if self._letter() != "=":
                break
            self.at += 2 if self.text.startswith("==", self.at) else 1
        if self._letter() not in (*",;\n", ""):
            raise self._unexpected()
        if len(sides) == 1:
            form, end = sides[0]
            return [self._equation(f"{self.text[starts[0] : end].strip()} = 0", form, starts[0])]
        return [
            self._equation(self.text[start:end].strip(), left.plus(right, -1), start)
            for start, (left, __), (right, end) in zip(starts, sides[:-1], sides[1:])
        ]

    def _whole(self, places: Sequence[int], end: int) -> list[Equation]:
        """An equation for each coefficient of a term."""
        start, self.at = self.at, end
        typed, zero = self.text[start:end], True
        if self._letter() == "=":
            self.at += 2 if self.text.startswith("==", self.at) else 1
            form = self.sum()
            zero = not form.factors and not form.constant
        if not zero or self._letter() not in (*",;\n", ""):
            raise not_alone(self.text, start, typed)
        names = self.names.names
        return [Equation(f"{names[place]} = 0", {place: Fraction(1)}, Fraction(0)) for place in places]

    def _equation(self, text: str, form: _Form, start: int) -> Equation:
        if not form.factors:
            raise expression_error(
                self.text,
                start + len(self.text[start:]) - len(self.text[start:].lstrip()),
                _("`{text}` holds whatever the coefficients are", text=text)
                if form.constant == 0
                else _("`{text}` does not hold whatever the coefficients are", text=text),
                _("name a coefficient whose value it depends on"),
            )
        return Equation(" ".join(text.split()), form.factors, -form.constant)

    def sum(self) -> _Form:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise expression_error(
                self.text,
                self.at,
                _("brackets are nested more than {max_depth} deep", max_depth=MAX_DEPTH),
                _("open them"),
            )
        found = self.product()
        while (sign := self._letter()) and sign in "+-":
            self.at += 1
            found = found.plus(self.product(), 1 if sign == "+" else -1)
        self.depth -= 1
        return found

    def product(self) -> _Form:
        found = self.signed()
        while (symbol := self._letter()) and symbol in "*/":
            at, self.at = self.at, self.at + 1
            if self.text.startswith("*", self.at) and symbol == "*":
                raise expression_error(self.text, at, _("found a power, expected a linear hypothesis"), _(_LINEAR))
            found = (self._multiplied if symbol == "*" else self._divided)(found, self.signed(), at)
        return found

    def _multiplied(self, left: _Form, right: _Form, at: int) -> _Form:
        if left.factors and right.factors:
            raise expression_error(self.text, at, _("found a product of coefficients"), _(_LINEAR))
        return right.times(left.constant) if right.factors else left.times(right.constant)

    def _divided(self, left: _Form, right: _Form, at: int) -> _Form:
        if right.factors:
            raise expression_error(self.text, at, _("found a division by a coefficient"), _(_LINEAR))
        if right.constant == 0:
            raise expression_error(self.text, at, _("division by zero"), _("divide by another number"))
        return left.times(1 / right.constant)

    def signed(self) -> _Form:
        sign = 1
        while (letter := self._letter()) and letter in "+-":
            sign = -sign if letter == "-" else sign
            self.at += 1
        return self.operand().times(Fraction(sign))

    def operand(self) -> _Form:
        letter, at = self._letter(), self.at
        number = _NUMBER.match(self.text, at)
        if number is not None:
            self.at = number.end()
            return _Form({}, self._number(number))
        named = self.names.read(self.text, at)
        if named is not None:
            place, self.at = named
            return _Form({place: Fraction(1)}, Fraction(0))
        if letter != "(":
            raise self._unexpected(_("a coefficient, a number or ("))
        self.at += 1
        found = self.sum()
        if self._letter() != ")":
            raise expression_error(self.text, at, _("found a ( that nothing closes, expected )"), _("close it"))
        self.at += 1
        return found

    def _number(self, found: re.Match[str]) -> Fraction:
        if len(found[0]) > MOST_LETTERS or abs(int(found[1] or 0)) > MOST_EXPONENT:
            raise expression_error(
                self.text, found.start(), _("the number is beyond float64"), _("write a smaller one")
            )
        return Fraction(found[0])

    def _letter(self, passed: str = "") -> str:
        """The next letter that is no space, in its plain form; spaces and those `passed` are skipped. "" at the end."""
        while self.at < len(self.text) and (
            (self.text[self.at].isspace() and self.text[self.at] != "\n") or self.text[self.at] in passed
        ):
            self.at += 1
        return self.text[self.at : self.at + 1].translate(_TYPOGRAPHIC)

    def _unexpected(self, expected: str = "") -> ExpressionError:
        letter = self._letter()
        before, found = self.text[: self.at].rstrip(), f'"{letter}"' if letter.isprintable() else _("a sign")
        found = {"": _("the end of the text"), "\n": _("the end of the line")}.get(letter, found)
        do = _(_HINTS.get(letter, ""))
        if not do and before and (before[-1].isalnum() or before[-1] in ")]`") and (letter.isalpha() or letter in "`("):
            do = _("a product is written with *, as 2*a; a name with a space in backquotes, as `study hours`")
        return expression_error(
            self.text,
            self.at,
            _("found {found}, expected {expected}", found=found, expected=expected or _("an operator, = or a comma")),
            do or _(_EXAMPLE),
        )


_LINEAR = N_("a hypothesis is linear in the coefficients: numbers times coefficients, added up")
_EXAMPLE = N_('a hypothesis reads like "hours = 2", "a = b" or "2*a - b/3"')
_HINTS = {
    "^": _LINEAR,
    "`": N_("a backquote that opens a name is closed by a second one"),
    "<": N_("a hypothesis is an equation; the sign of t says on which side the estimate lies"),
    ">": N_("a hypothesis is an equation; the sign of t says on which side the estimate lies"),
    "≤": N_("a hypothesis is an equation; the sign of t says on which side the estimate lies"),
    "≥": N_("a hypothesis is an equation; the sign of t says on which side the estimate lies"),
    "≠": N_("a hypothesis is what is to be tested, an equation"),
    "!": N_("a hypothesis is what is to be tested, an equation"),
}
