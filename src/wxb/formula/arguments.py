"""The arguments of a call by name: each is taken as what its function reads it as, or refused with what it can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wxb.errors import ExpressionError
from wxb.expression.tokens import expression_error
from wxb.expression.tree import Call, Expression, Keyword, Listed, Name, Negative, Number, Text
from wxb.formula.checked import CONTRASTS, computed, elsewhere, place
from wxb.formula.factors import Computed
from wxb.formula.written import written
from wxb.i18n import _, either
from wxb.near import near_names
from wxb.numbers import counted
from wxb.printable import show

MOST_KNOTS = 200


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call by name, as trees."""

    call: Call
    found: Mapping[str, Expression]
    text: str

    @classmethod
    def of(cls, call: Call, parameters: Sequence[str], text: str) -> Arguments:
        found: dict[str, Expression] = {}
        for number, argument in enumerate(call.arguments):
            named = isinstance(argument, Keyword)
            if not named and number >= len(parameters):
                what = _(
                    "{function} takes {parameters}, and has {arguments}",
                    function=call.function,
                    parameters=", ".join(parameters),
                    arguments=counted(len(call.arguments), "argument"),
                )
                raise expression_error(text, argument.at, what, _("leave the others out"))
            name = argument.name if isinstance(argument, Keyword) else parameters[number]
            if name not in parameters:
                near = near_names(name, parameters)
                do = (
                    _("did you mean {near}?", near=near[0])
                    if near
                    else _("it takes {parameters}", parameters=", ".join(parameters))
                )
                raise expression_error(
                    text,
                    argument.at,
                    _("{function} has no argument {name}", function=call.function, name=show(name)),
                    do,
                )
            if name in found:
                raise expression_error(
                    text,
                    argument.at,
                    _("{name} of {function} is given twice", name=name, function=call.function),
                    _("give it once"),
                )
            found[name] = argument.value if isinstance(argument, Keyword) else argument
        if parameters[0] not in found:
            do = _("as {call}", call=f"{call.function}({parameters[0]})")
            raise expression_error(
                text, call.at, _("{function} has no {name}", function=call.function, name=parameters[0]), do
            )
        return cls(call, found, text)

    def wrong(self, name: str, wanted: str, do: str = "") -> ExpressionError:
        tree, function = self.found.get(name), self.call.function
        what = _("{name} of {function} is {wanted}", name=name, function=function, wanted=wanted)
        if tree is not None:
            given = written(tree)[:40]
            what = _("{wrong}, not {given}", wrong=what, given=given)
        at = self.call.at if tree is None else place(tree)
        return expression_error(self.text, at, what, do or _("leave it out for what is usual"))

    def numbers(self, name: str = "x") -> Computed:
        return computed(self.found[name], self.text)

    def column(self, name: str = "x") -> Name:
        tree = self.found[name]
        if not isinstance(tree, Name):
            raise self.wrong(name, _("a column"), _("name a column"))
        return tree

    def number(self, name: str) -> float | None:
        tree = self.found.get(name)
        return None if tree is None else _number(tree)

    def whole(self, name: str, least: int, most: int, default: int) -> int:
        if name not in self.found:
            return default
        value = self.number(name)
        if value is None or not value.is_integer() or not least <= value <= most:
            raise self.wrong(name, _("a whole number from {least} to {most}", least=least, most=most))
        return int(value)

    def truth(self, name: str) -> bool:
        tree = self.found.get(name)
        if tree is None:
            return False
        if isinstance(tree, Name) and tree.name in ("True", "TRUE", "False", "FALSE"):
            return tree.name.lower() == "true"
        raise self.wrong(name, _("True or False"))

    def listed(self, name: str) -> tuple[float, ...] | None:
        """Ascending numbers."""
        tree = self.found.get(name)
        if tree is None:
            return None
        items = _items(tree)
        values = [_number(item) for item in items]
        known = tuple(value for value in values if value is not None)
        if len(known) < len(values) or not 0 < len(known) <= MOST_KNOTS or any(a >= b for a, b in pairwise(known)):
            raise self.wrong(
                name,
                _("a list of at most {most_knots} ascending numbers", most_knots=MOST_KNOTS),
                _("as knots=[1, 2.5, 4]"),
            )
        return known

    def word(self, name: str, words: Sequence[str]) -> str:
        tree = self.found.get(name)
        if tree is None:
            return words[0]
        value = tree.name if isinstance(tree, Name) else tree.value if isinstance(tree, Text) else None
        if value not in words:
            raise self.wrong(name, either(*words))
        return str(value)

    def refuse_contrast(self, column: str) -> None:
        """ExpressionError for a contrast of other languages, Treatment(reference=6), with how it is written here."""
        for tree in (self.found[name] for name in self.found if name != "x"):
            call = Call(tree.name, (), tree.at) if isinstance(tree, Name) else tree
            if isinstance(call, Call) and call.function in CONTRASTS:
                what = _(
                    "{written} stands where {function} takes a level, or how it is coded",
                    written=show(written(tree)),
                    function=self.call.function,
                )
                raise expression_error(self.text, place(tree), what, elsewhere(call, column))

    def level(self, name: str) -> str | float | bool | None:
        tree = self.found.get(name)
        if tree is None:
            return None
        if isinstance(tree, Text):
            return tree.value
        if isinstance(tree, Name) and tree.name in ("True", "TRUE", "False", "FALSE"):
            return tree.name.lower() == "true"
        value = _number(tree)
        if value is None:
            raise self.wrong(name, _("a level: a text in quotes, or a number"), _('as base="north"'))
        return value


def _items(tree: Expression) -> tuple[Expression, ...]:
    """What is listed by [1, 2], by c(1, 2) as in R, or alone."""
    match tree:
        case Listed():
            return tree.items
        case Call() if tree.function == "c":
            return tree.arguments
    return (tree,)


def _number(tree: Expression) -> float | None:
    if isinstance(tree, Negative) and isinstance(tree.operand, Number):
        return -tree.operand.value
    return tree.value if isinstance(tree, Number) else None
