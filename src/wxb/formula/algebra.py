"""From trees to terms: the algebra of Wilkinson and Rogers (1973) as R has it.

    a + b      both                       a:b       the crossing of both              a*b      a + b + a:b
    a - b      a without b                a %in% b  the same, a within b              a/b      a + a:b
    (a+b+c)^2  all crossings of up to two of them

A term is a set of factors, 1 the empty one; a + a is a, and a:a is a. So x^2 is x: it is refused, as x:x and x*x are, and a power
is I(x^2). Terms stand by the number of their factors, then as they appear; factors as they are first written. What would be more
terms than `MOST_TERMS` is refused before it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from wxb.errors import ExpressionError
from wxb.expression.tokens import expression_error
from wxb.expression.tree import Call, Dot, Expression, Name, Negative, Number, Operation
from wxb.formula.factors import Column, Computed, Factor, Offset
from wxb.formula.functions import called
from wxb.i18n import N_, _
from wxb.numbers import thousands

MOST_TERMS, MOST_PRODUCTS, MOST_POWER = 10_000, 200_000, 100
Interaction = tuple[Factor, ...]
_ARITHMETIC = N_("arithmetic stands inside of I(…)")


@dataclass(slots=True)
class Terms:
    """found : by the texts of their factors        without : 0 was said last        offsets : in order"""

    found: dict[frozenset[str], Interaction] = field(default_factory=dict[frozenset[str], Interaction])
    without: bool = False
    offsets: list[Computed] = field(default_factory=list[Computed])

    @classmethod
    def of(cls, *factors: Factor) -> Terms:
        return cls({frozenset((factor.text,)): (factor,) for factor in factors})

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """In order, without 1."""
        return tuple(sorted((term for term in self.found.values() if term), key=len))


ONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Algebra:
    """text : of the formula        check : refuses columns that are not there        others : the columns of .

    playing : columns that play another part, which . does not stand for: taking them away is no mistake
    """

    text: str
    check: Callable[[Factor | Computed, Expression], None]
    others: tuple[str, ...]
    playing: frozenset[str]

    def terms(self, tree: Expression) -> Terms:
        """The terms of a tree, part by part on a stack."""
        stack: list[Terms] = []
        for part in _structure(tree):
            match part:
                case Operation():
                    right = Terms() if part.symbol == "**" else stack.pop()
                    stack.append(self._joined(part, stack.pop(), right))
                case Negative():
                    stack.append(self._without(Terms(), stack.pop(), part.at))
                case _:
                    stack.append(self._leaf(part))
        return stack.pop()

    def _leaf(self, part: Expression) -> Terms:
        match part:
            case Name():
                column = Column(part.name, part.at)
                self.check(column, part)
                return Terms.of(column)
            case Dot():
                return Terms.of(*(Column(name, part.at) for name in self.others))
            case Call():
                found = called(part, self.text)
                self.check(found.of if isinstance(found, Offset) else found, part)
                return Terms(offsets=[found.of]) if isinstance(found, Offset) else Terms.of(found)
            case Number() if part.value in (0, 1):
                return Terms({ONE: ()}) if part.value else Terms(without=True)
            case Number():
                do = _("0 leaves the intercept out, 1 has it; a number in a computation stands inside of I(…)")
                raise expression_error(self.text, part.at, _("found {text} among the terms", text=part.text), do)
        raise expression_error(
            self.text, part.at, _("found a text among the terms"), _("a name with a space is in backticks")
        )

    def _joined(self, part: Operation, left: Terms, right: Terms) -> Terms:
        match part.symbol:
            case "+":
                return _sum(left, right)
            case "-":
                return self._without(left, right, part.at)
            case ":" | "%in%":
                self._refuse_itself(part, left, right)
                return self._product(left, right, part.at)
            case "*":
                self._refuse_itself(part, left, right)
                both = self._product(left, right, part.at)
                return self._bounded(_sum(_sum(left, right), both), part.at)
            case "/":
                nest = tuple({factor.text: factor for term in left.found.values() for factor in term}.values())
                inside = Terms({frozenset(factor.text for factor in nest): nest})
                return self._bounded(_sum(left, self._product(inside, right, part.at, left)), part.at)
            case "**":
                return self._power(part, left)
        raise expression_error(
            self.text,
            part.at,
            _("found {symbol} among the terms", symbol=part.symbol),
            _("comparisons stand inside of I(…)"),
        )

    def _without(self, left: Terms, right: Terms, at: int) -> Terms:
        """left − right; −1 leaves the intercept out, −0 has it."""
        if right.offsets:
            raise expression_error(self.text, at, _("an offset cannot be taken away"), _("leave it out"))
        for key, term in right.found.items():
            if key == ONE:
                left.without = True
                left.found.pop(ONE, None)
            elif left.found.pop(key, None) is None and not self.playing.issuperset(n for f in term for n in f.names):
                shown = ":".join(factor.text for factor in term)
                what = _("there is no term `{shown}` before it that could be taken away", shown=shown)
                raise expression_error(self.text, at, what, _("leave it out; {arithmetic}", arithmetic=_(_ARITHMETIC)))
        return _sum(left, Terms({ONE: ()})) if right.without else left

    def _product(self, left: Terms, right: Terms, at: int, also: Terms | None = None) -> Terms:
        for side in (left, right, also):
            if side is not None and (side.without or side.offsets):
                what = _("an offset is crossed") if side.offsets else _("0 is crossed with terms")
                raise expression_error(self.text, at, what, _("give it by itself, between two +"))
        if len(left.found) * len(right.found) > MOST_PRODUCTS:
            raise self._too_many(at)
        found: dict[frozenset[str], Interaction] = {}
        for one, first in left.found.items():
            for other, second in right.found.items():
                if one | other not in found:
                    found[one | other] = (*first, *(factor for factor in second if factor.text not in one))
        return self._bounded(Terms(found), at)

    def _power(self, part: Operation, base: Terms) -> Terms:
        exponent = part.right.value if isinstance(part.right, Number) else 0.0
        if not exponent.is_integer() or not 1 <= exponent <= MOST_POWER:
            do = _("(a + b)^2 crosses all terms; a power is I(x^2), and {arithmetic}", arithmetic=_(_ARITHMETIC))
            raise expression_error(
                self.text, part.at, _("^ crosses terms 1 to {most_power} times", most_power=MOST_POWER), do
            )
        self._refuse_itself(part, base, base)
        found = base
        for __ in range(int(exponent) - 1):
            more = self._product(found, base, part.at)
            if len(more.found) == len(found.found):
                break
            found = more
        return found

    def _refuse_itself(self, part: Operation, left: Terms, right: Terms) -> None:
        """x*x, x:x and x^2 are x; who writes them means a power."""
        alone = isinstance(part.left, Name | Call) and (part.symbol == "**" or isinstance(part.right, Name | Call))
        if alone and left.found.keys() == right.found.keys():
            name = "".join(factor.text for term in left.found.values() for factor in term)
            do = _("a power is I({name}^2)", name=name)
            raise expression_error(
                self.text, part.at, _("`{name}` crossed with itself is `{name}` alone", name=name), do
            )

    def _bounded(self, terms: Terms, at: int) -> Terms:
        if len(terms.found) > MOST_TERMS:
            raise self._too_many(at)
        return terms

    def _too_many(self, at: int) -> ExpressionError:
        do = _("cross fewer columns, or categories by their interaction alone")
        return expression_error(
            self.text, at, _("this crosses to more than {most_terms} terms", most_terms=thousands(MOST_TERMS)), do
        )


def _sum(left: Terms, right: Terms) -> Terms:
    """left + right, in left; what is said of the intercept last holds."""
    for key, term in right.found.items():
        left.found.setdefault(key, term)
    if ONE in right.found:
        left.without = False
    if right.without:
        left.without = True
        left.found.pop(ONE, None)
    left.offsets += right.offsets
    return left


def _structure(tree: Expression) -> Iterator[Expression]:
    """The parts of a tree of terms, operands first; calls are whole, and exponents belong to their ^."""
    stack: list[tuple[Expression, bool]] = [(tree, False)]
    while stack:
        part, opened = stack.pop()
        if opened or not isinstance(part, Operation | Negative):
            yield part
            continue
        stack.append((part, True))
        if isinstance(part, Negative):
            stack.append((part.operand, False))
        elif part.symbol == "**":
            stack.append((part.left, False))
        else:
            stack += [(part.right, False), (part.left, False)]
