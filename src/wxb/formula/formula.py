"""What a text says, before and after the columns of a table are known.

`read` takes a text apart and refuses what is no formula. `Written.over` is told the columns there are: it says what `.` stands for,
refuses names that are none with those near them, and expands the algebra.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from wxb.expression.tokens import expression_error
from wxb.expression.tree import Dot, Expression, Name, Number, Operation, postorder
from wxb.formula.algebra import Algebra, Interaction, Terms
from wxb.formula.checked import computed, names_of
from wxb.formula.factors import Coded, Column, Computed, Factor, Lag
from wxb.formula.parser import Trees, trees
from wxb.formula.written import written as written_out
from wxb.i18n import _, either
from wxb.near import list_names, near_names
from wxb.printable import show


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """target : what is predicted        terms : in order, without the intercept        offset : taken off the target, or None

    absorbed : columns whose effects are fitted and not shown        endogenous, instruments : of two-stage least squares
    """

    target: Column | Computed
    terms: tuple[Interaction, ...]
    intercept: bool = True
    offset: Computed | None = None
    absorbed: tuple[str, ...] = ()
    endogenous: tuple[Interaction, ...] = ()
    instruments: tuple[Interaction, ...] = ()

    def __str__(self) -> str:
        """The formula written out; read again it is the same."""
        terms = [*([] if self.intercept else ["0"]), *map(text_of, self.terms)]
        terms += [f"offset({self.offset.text})"] if self.offset else []
        parts = [f"{self.target.text} ~ {' + '.join(terms) or '1'}"]
        if self.absorbed:
            parts.append(" + ".join(Column(name).text for name in self.absorbed))
        if self.endogenous:
            sides = (" + ".join(map(text_of, side)) for side in (self.endogenous, self.instruments))
            parts.append(" ~ ".join(sides))
        return " | ".join(parts)

    @property
    def names(self) -> tuple[str, ...]:
        """Every column it needs, once, those of the target first."""
        factors = [
            factor for side in (self.terms, self.endogenous, self.instruments) for term in side for factor in term
        ]
        found = [*self.target.names, *(name for factor in factors for name in factor.names), *self.absorbed]
        return tuple(dict.fromkeys((*found, *(self.offset.names if self.offset else ()))))


def text_of(term: Interaction) -> str:
    """`x:school`: the factors in the order written."""
    return ":".join(factor.text for factor in term)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text that was read.  target : what is predicted"""

    trees: Trees
    target: Column | Computed

    @property
    def text(self) -> str:
        return self.trees.text

    @property
    def names(self) -> tuple[str, ...]:
        """The names in it that may be columns, in order of appearance; `.` stands for others besides."""
        found = [part.name for tree in self._trees for part in postorder(tree) if isinstance(part, Name)]
        return tuple(dict.fromkeys(found))

    @property
    def _trees(self) -> tuple[Expression, ...]:
        trees = self.trees
        every = (trees.target, trees.terms, trees.absorbed, trees.endogenous, trees.instruments)
        return tuple(tree for tree in every if tree is not None)

    def over(self, columns: Sequence[str], taken: Collection[str] = ()) -> Formula:
        """The formula over the columns of a table.  taken : those that `.` does not stand for: weights, labels"""
        return _Over(self, tuple(columns), taken).formula()


def read(text: str) -> Written:
    """Take a text apart; ExpressionError with a caret for whatever is no formula."""
    found = trees(text)
    tree = found.target
    target = Column(tree.name, tree.at) if isinstance(tree, Name) else _target(tree, text)
    written = Written(trees=found, target=target)
    _Over(written, written.names, ()).formula()  # what is wrong whatever the columns are
    return written


def _target(tree: Expression, text: str) -> Computed:
    for part in postorder(tree):
        if isinstance(part, Dot | Number) and part is tree:
            raise expression_error(text, part.at, _("what is predicted is no column"), _("as in y ~ x, or log(y) ~ x"))
    return computed(tree, text)


class _Over:
    """One formula over one table's columns."""

    def __init__(self, written: Written, columns: tuple[str, ...], taken: Collection[str]) -> None:
        self.written, self.text, self.trees = written, written.text, written.trees
        self.columns = columns
        self.there = frozenset(map(_plain, columns))
        self.predicted = frozenset(written.target.names)
        beside = [
            tree for tree in (self.trees.absorbed, self.trees.endogenous, self.trees.instruments) if tree is not None
        ]
        self.playing = self.predicted.union(taken, (name for tree in beside for name in names_of(tree)))

    def formula(self) -> Formula:
        self.check(self.written.target, self.trees.target)
        absorbed = self.absorbed()
        terms = self.terms(self.trees.terms)
        for term in terms.interactions:
            self.refuse_absorbed(term, absorbed, terms)
        endogenous, instruments = self.two_stages(terms)
        return Formula(
            target=self.written.target,
            terms=terms.interactions,
            intercept=not terms.without,
            offset=_added(terms.offsets) if terms.offsets else None,
            absorbed=absorbed,
            endogenous=endogenous,
            instruments=instruments,
        )

    def terms(self, tree: Expression) -> Terms:
        playing = frozenset(map(_plain, self.playing))
        others = tuple(name for name in self.columns if name and _plain(name) not in playing)
        found = Algebra(self.text, self.check, others, self.playing).terms(tree)
        for factor in (*found.offsets, *(factor for term in found.found.values() for factor in term)):
            self.refuse_target(factor)
        return found

    def absorbed(self) -> tuple[str, ...]:
        """The names after |, a sum of columns; none where it is 0."""
        tree, found = self.trees.absorbed, dict[str, None]()
        if tree is None or (isinstance(tree, Number) and tree.value == 0):
            return ()
        for part in _summands(tree):
            if not isinstance(part, Name):
                do = _("as in y ~ x | firm + year; the effects of an interaction are a term, C(firm):x")
                raise expression_error(
                    self.text, part.at, _("what is absorbed is one column, or several with + between"), do
                )
            column = Column(part.name, part.at)
            self.check(column, part)
            self.refuse_target(column)
            found[part.name] = None
        return tuple(found)

    def two_stages(self, terms: Terms) -> tuple[tuple[Interaction, ...], tuple[Interaction, ...]]:
        if self.trees.endogenous is None or self.trees.instruments is None:
            return (), ()
        seen = dict.fromkeys(terms.found, _("a term"))
        parts: list[tuple[Interaction, ...]] = []
        for tree, what in ((self.trees.endogenous, _("endogenous")), (self.trees.instruments, _("an instrument"))):
            side = self.terms(tree)
            if side.without or side.offsets or not all(side.found) or not side.found:
                do = _("the intercept and offsets stand in the first part")
                raise expression_error(self.text, tree.at, _("here stand columns and functions of them alone"), do)
            for key, term in side.found.items():
                if key in seen:
                    said = _("`{term}` is {seen} and {what}", term=text_of(term), seen=seen[key], what=what)
                    raise expression_error(self.text, term[0].at, said, _("name it once"))
                seen[key] = what
            parts.append(side.interactions)
        return parts[0], parts[1]

    def check(self, factor: Factor, tree: Expression) -> None:
        """Refuse a column that is not there, with those near it."""
        for name in factor.names:
            if _plain(name) not in self.there:
                at = next(part.at for part in postorder(tree) if isinstance(part, Name) and part.name == name)
                near = near_names(name, self.columns)
                asked = _("did you mean {near}?", near=either(*(show(one) for one in near)))
                do = _of_stata(name, self.there) or (
                    asked if near else _("the columns are {columns}", columns=list_names(self.columns))
                )
                raise expression_error(self.text, at, _("there is no column {name}", name=show(name)), do)

    def refuse_target(self, factor: Factor) -> None:
        """What is predicted predicts nothing, but by its value of earlier rows."""
        name = next((name for name in factor.names if name in self.predicted), None)
        if name is not None and not isinstance(factor, Lag):
            do = _("leave it out of the terms: it would predict itself")
            raise expression_error(
                self.text, factor.at, _("{name} is what is predicted, and stands among the terms", name=show(name)), do
            )

    def _of_ivreg(self, terms: Terms, absorbed: Sequence[str]) -> str:
        """What is written here for `y ~ x + endogenous | x + instruments`; "" where that cannot be meant."""
        named = {text_of(term): term for term in terms.interactions}
        own = [Column(name).text for name in absorbed]
        endogenous, instruments = [t for t in named if t not in own], [one for one in own if one not in named]
        if self.trees.endogenous is not None or not endogenous or not instruments:
            return ""
        both = " + ".join(one for one in own if one in named)
        asked = f"{self.written.target.text} ~ {both} | {' + '.join(endogenous)} ~ {' + '.join(instruments)}"
        return _(
            "after | stands what is absorbed; are instruments meant? They have a part of their own: {asked}",
            asked=asked,
        )

    def refuse_absorbed(self, term: Interaction, absorbed: Sequence[str], terms: Terms) -> None:
        if len(term) == 1 and isinstance(term[0], Column | Coded) and term[0].name in absorbed:
            do = self._of_ivreg(terms, absorbed) or _(
                "what is absorbed has an effect for each level: leave it out of the terms"
            )
            raise expression_error(
                self.text, term[0].at, _("{name} is absorbed, and a term as well", name=show(term[0].name)), do
            )


def _of_stata(name: str, columns: Collection[str]) -> str:
    """What is written here for `i.year` and `L.x`; "" of other names."""
    sign, __, column = name.partition(".")
    if column not in columns:
        return ""
    if sign in ("i", "ib", "factor"):
        return _("a category is `C({column})`", column=column)
    if sign == "c":
        return _("a number is {column} alone", column=show(column))
    rows = re.fullmatch(r"L(\d*)", sign)
    return (
        _("the number so many rows before is `lag({column}, {rows})`", column=column, rows=rows[1] or 1) if rows else ""
    )


def _summands(tree: Expression) -> list[Expression]:
    """What stands between the + of a sum, in order."""
    found: list[Expression] = []
    while isinstance(tree, Operation) and tree.symbol == "+":
        found.append(tree.right)
        tree = tree.left
    return [tree, *reversed(found)]


def _added(offsets: Sequence[Computed]) -> Computed:
    """All offsets as one."""
    tree = offsets[0].tree
    for other in offsets[1:]:
        tree = Operation("+", tree, other.tree, other.at)
    return Computed(written_out(tree), tree, names_of(tree), offsets[0].at)


def _plain(name: str) -> str:
    """A name in the one Unicode form that all are compared in."""
    return name if name.isascii() else unicodedata.normalize("NFC", name)
