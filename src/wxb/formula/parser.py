"""From the text of a formula to its trees: what stands before ~, after it, and between the bars.

    formula     sum "~" sum ("|" sum)? ("|" sum "~" sum)?
    sum         the grammar of expressions, with comparisons, ":" and "%in%" between "*" and the sign
    call        name "(" [argument ("," argument)*] ")"        argument  [name "="] sum | [name "="] "[" sum ("," sum)* "]"

One grammar serves arithmetic and the algebra of terms; which of its signs mean something where is for those to say. A line may
break anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from wxb.arguments import wrong
from wxb.errors import ExpressionError
from wxb.expression.parser import Parser
from wxb.expression.tokens import Token, expression_error
from wxb.expression.tree import Call, Dot, Expression, Keyword, Listed, Name, Text
from wxb.formula.tokens import formula_token
from wxb.i18n import N_, _
from wxb.numbers import thousands

MAX_LENGTH = 20_000
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
EXAMPLE = N_("as in y ~ x + z")
_BINDING = {**dict.fromkeys(COMPARISONS, 5), "%in%": 22, ":": 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """text : as it was typed        target ~ terms | absorbed | endogenous ~ instruments, None where a part is not there"""

    text: str
    target: Expression
    terms: Expression
    absorbed: Expression | None = None
    endogenous: Expression | None = None
    instruments: Expression | None = None


def trees(text: str) -> Trees:
    """Read a text as the trees of a formula; ExpressionError with a caret where it is none."""
    if not isinstance(text, str):
        raise wrong(_("a formula"), _("a text"), text, _('for example "y ~ x + C(school)"'))
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            _(
                "the formula is {count} characters long, at most {max_length} are read",
                count=thousands(len(text)),
                max_length=thousands(MAX_LENGTH),
            ),
            _("`.` stands for all other columns"),
        )
    if not text.strip():
        raise ExpressionError(
            _("the formula is empty"), _("say what is predicted, ~, and from what, {example}", example=_(EXAMPLE))
        )
    return _Formulas(text).formula()


class _Formulas(Parser):
    special = staticmethod(formula_token)

    @property
    def token(self) -> Token:
        while (found := self.tokens[self.position]).kind == "separator" and found.value == "\n":
            self.position += 1
        return found

    def at(self, symbol: str) -> bool:
        return self.token.kind == "symbol" and self.token.value == symbol

    def formula(self) -> Trees:
        target, terms = self.side(_("before ~: what is predicted")), None
        if not self.at("~"):
            if self.token.kind == "end":
                raise expression_error(self.text, self.token.at, _("there is no ~ in the formula"), _(EXAMPLE))
            raise self.unexpected(self.token)
        self.take()
        terms = self.side(_("after ~"), _("y ~ 1 fits a constant"))
        absorbed = endogenous = instruments = None
        while self.at("|"):
            bar = self.take()
            part = self.side(_("after |"), _("y ~ x | firm absorbs a column, y ~ x | a ~ z has an instrument"))
            if endogenous is not None or (absorbed is not None and not self.at("~")):
                raise expression_error(
                    self.text, bar.at, _("found one | too many"),
                    _("y ~ x | firm + year | endogenous ~ instruments is all there can be"),
                )  # fmt: skip
            if self.at("~"):
                self.take()
                endogenous, instruments = part, self.side(_("after the second ~: the instruments"))
            else:
                absorbed = part
        if self.token.kind != "end":
            raise self.unexpected(self.token)
        return Trees(
            text=self.text, target=target, terms=terms, absorbed=absorbed, endogenous=endogenous, instruments=instruments
        )  # fmt: skip

    def side(self, where: str, do: str = "") -> Expression:
        if self.token.kind == "end" or self.at("~") or self.at("|"):
            raise expression_error(self.text, self.token.at, _("nothing stands {where}", where=where), do or _(EXAMPLE))
        return self.expression(0)

    def strength(self) -> int:
        if self.token.kind == "symbol" and self.token.value in _BINDING:
            return _BINDING[self.token.value]
        return super().strength()

    def operand(self) -> Expression:
        token = self.token
        if token.kind == "text":
            self.take()
            return Text(token.value, token.at)
        if self.at("."):
            self.take()
            return Dot(token.at)
        if token.kind == "name":
            self.take()
            called = self.at("(") and not token.quoted
            return Call(token.value, self.arguments(), token.at) if called else Name(token.value, token.at)
        return super().operand()

    def arguments(self) -> tuple[Expression, ...]:
        opening = self.take()
        found: list[Expression] = []
        while not self.at(")"):
            if found:
                if not self.at(","):
                    raise self.closing(opening, ")")
                self.take()
            found.append(self.argument())
        self.take()
        return tuple(found)

    def argument(self) -> Expression:
        token, following = self.token, self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        if token.kind == "name" and following.kind == "symbol" and following.value == "=":
            self.take()
            self.take()
            return Keyword(token.value, self.value(), token.at)
        return self.value()

    def value(self) -> Expression:
        if not self.at("["):
            return self.expression(0)
        opening = self.take()
        found: list[Expression] = []
        while not self.at("]"):
            if found:
                if not self.at(","):
                    raise self.closing(opening, "]")
                self.take()
            found.append(self.expression(0))
        self.take()
        return Listed(tuple(found), opening.at)

    def closing(self, opening: Token, wanted: str) -> ExpressionError:
        if self.token.kind == "end":
            what = _("found a {value} that nothing closes, expected {wanted}", value=opening.value, wanted=wanted)
            return expression_error(self.text, opening.at, what, _("close it"))
        return self.unexpected(self.token)

    def unexpected(self, token: Token) -> ExpressionError:
        if token.value == "|" and token.kind == "symbol":
            do = _(
                "columns are absorbed after all terms, y ~ x | firm; effects that vary at random are not fitted here"
            )
            return self.fail(token, _("an operator or )"), do)
        if token.value == "~" and token.kind == "symbol":
            return self.fail(token, _("an operator"), _("a formula has one ~, and another where there are instruments"))
        if token.value == "=" and token.kind == "symbol":
            return self.fail(token, _("an operator"), _("equal is written ==; what is predicted stands before ~"))
        if token.value == "[" and token.kind == "symbol":
            do = _('a level is chosen by base: C(school, base="north"); a list stands where knots= is given')
            return self.fail(token, _("an operator"), do)
        if token.value == "," and token.kind == "symbol":
            return self.fail(token, _("an operator"), _("terms are joined by +"))
        if token.kind == "separator":
            return self.fail(token, _("an operator"), _("a formula is one line, without ;"))
        if token.kind == "text":
            return self.fail(token, _("an operator"), _("a name with a space is written in backticks"))
        return super().unexpected(token)
