"""A formula over a table as a design: which raw columns are made, which pieces are made of them, which columns are labels.

What a column means decides what its name stands for: a text, or whatever has declared levels, is a category, all else a number,
yes/no the number 1 or 0. `C(…)` makes a category of any column.

    poly(x, 2):z        raw columns z, x:z, I(x^2):z         a piece of their combinations
    x:school            raw column x                         a piece of x and the category school
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from wxb.data.kinds import Kind
from wxb.design.coding import full_rank
from wxb.design.computed_kind import kind_of
from wxb.design.design import Design
from wxb.design.made import Made
from wxb.design.pieces import Category, Coded, Numbers, Piece, State
from wxb.design.splines import count
from wxb.expression.tokens import expression_error
from wxb.expression.tree import Call, Expression, Listed, Name, Number, Operation, postorder
from wxb.formula import Basis, Column, Computed, Factor, Formula, Lag, Spline, Written, written
from wxb.formula import Coded as Asked
from wxb.formula.algebra import Interaction
from wxb.formula.checked import names_of
from wxb.formula.formula import text_of
from wxb.formula.texts import compared_with_text, with_texts_told
from wxb.i18n import _
from wxb.printable import show


def of_formula(
    formula: Written,
    columns: Sequence[str],
    kinds: Mapping[str, Kind],
    *,
    taken: Collection[str] = (),
    knots: Mapping[str, tuple[float, ...]] | None = None,
) -> Design:
    """The design of a formula over a table's columns, as they are known before they are read.

    kinds : what each column means        taken : columns that play a part outside of the formula, which `.` does not stand for
    knots : of splines, as `wxb.design.knots` finds them
    """
    found = dict(knots or {})
    design = _Making(formula.text, kinds, found).design(formula.over(columns, taken))
    return replace(design, state=State(knots=found))


def splines_of(formula: Written, columns: Sequence[str], taken: Collection[str] = ()) -> tuple[Spline, ...]:
    """The splines of a formula, whose knots must be known before its columns are."""
    terms = formula.over(columns, taken).terms
    return tuple({f.text: f for term in terms for f in term if isinstance(f, Spline)}.values())


@dataclass(slots=True)
class _Making:
    """text : of the formula        columns : raw columns by the text of what they are        categories : by column"""

    text: str
    kinds: Mapping[str, Kind]
    knots: Mapping[str, tuple[float, ...]]
    columns: dict[str, Made] = field(default_factory=dict[str, Made])
    categories: dict[str, Category] = field(default_factory=dict[str, Category])
    parts: dict[str, Expression] = field(default_factory=dict[str, Expression])

    def design(self, formula: Formula) -> Design:
        own, beside = formula.intercept or bool(formula.absorbed), len(formula.terms)
        pieces = self.pieces(formula.terms, own)
        for side in (formula.endogenous, formula.instruments):  # each coded beside the terms, and not beside the other
            pieces += self.pieces((*formula.terms, *side), own, beside)
        target = self.target(formula.target)
        offset = None if formula.offset is None else self.made(formula.offset.text, formula.offset.tree)
        for name in formula.absorbed:
            self.category(Asked(name, name), absorbed=True)
        return Design(
            columns=tuple(self.columns.values()),
            target=target,
            pieces=tuple(pieces),
            intercept=formula.intercept and not formula.absorbed,
            categories=tuple(self.categories.values()),
            formula=str(formula),
            offset=offset,
        )

    def target(self, target: Column | Computed) -> Made:
        """What is predicted; a category cannot be."""
        if isinstance(target, Computed):
            self.refuse_texts(target)
            self.refuse_compared(target, _("predicted"))
            return self.made(target.text, target.tree)
        kind = self.kinds.get(target.name)
        if kind is not None and kind.sort == "text":
            what = _("{name} is text, and a line predicts numbers", name=show(target.name))
            raise expression_error(self.text, target.at, what, _("predict a column of numbers, or yes/no as 1 and 0"))
        return Made(name=target.name, sources=(target.name,), kind=kind)

    def pieces(self, terms: Sequence[Interaction], intercept: bool, first: int = 0) -> list[Piece]:
        """The pieces of terms from the `first` on, coded beside those before."""
        factors = [[self.factor(factor) for factor in term] for term in terms]
        sides = [
            (
                frozenset(one.text for one in term if isinstance(one, Numbers)),
                tuple(one for one in term if isinstance(one, str)),
            )
            for term in factors
        ]
        codings = full_rank(sides, intercept)
        found: list[Piece] = []
        for term, made, codings_of in list(zip(terms, factors, codings))[first:]:
            columns = self.products([one for one in made if isinstance(one, Numbers)])
            for coding in codings_of:
                full = dict(coding)
                kept = tuple(
                    one if isinstance(one, Numbers) else Coded(column=one, full=full[one])
                    for one in made
                    if isinstance(one, Numbers) or one in full
                )
                found.append(Piece(text=text_of(term), factors=kept, columns=columns))
        return found

    def factor(self, factor: Factor) -> Numbers | str:
        """Numbers, or the name of a category."""
        match factor:
            case Asked():
                return self.category(factor)
            case Column() if (kind := self.kinds.get(factor.name)) is not None and kind.is_category:
                return self.category(Asked(factor.text, factor.name, at=factor.at), under_c=False)
            case Column():
                made = self.column(factor.name)
                self.parts[made.name] = Name(factor.name, factor.at)
                return Numbers(text=made.name, parts=(made.name,), names=(made.name,))
            case Computed():
                self.refuse_texts(factor)
                self.parts[factor.text] = factor.tree
                return Numbers(text=factor.text, parts=(factor.text,), names=(factor.text,))
            case Basis():
                return self.basis(factor)
            case Spline():
                return self.spline(factor)
            case Lag():
                self.refuse_texts(factor.of)
                self.refuse_compared(factor.of, _("looked back at"))
                steps = Number(float(factor.steps), str(factor.steps), factor.at)
                self.parts[factor.text] = Call("lag", (factor.of.tree, steps), factor.at)
                return Numbers(text=factor.text, parts=(factor.text,), names=(factor.text,))

    def basis(self, factor: Basis) -> Numbers:
        self.refuse_texts(factor.of)
        powers = [self.power(factor.of, exponent) for exponent in range(1, factor.degree + 1)]
        if not factor.raw:
            for part in powers:  # whose sums the basis follows from
                self.raw((part,))
        if factor.kind != "poly":
            return Numbers(text=factor.text, parts=("", *powers), names=(factor.text,), basis=factor.kind)
        names = tuple(f"{factor.text}[{exponent}]" for exponent in range(1, factor.degree + 1))
        if factor.raw:
            return Numbers(text=factor.text, parts=tuple(powers), names=names)
        return Numbers(text=factor.text, parts=("", *powers), names=names, basis="poly")

    def spline(self, factor: Spline) -> Numbers:
        """A raw column for each of its functions, as its knots say."""
        self.refuse_texts(factor.of)
        knots = self.knots[factor.text]
        listed = Listed(tuple(Number(knot, repr(knot), factor.at) for knot in knots), factor.at)
        degree = Number(float(factor.degree), str(factor.degree), factor.at)
        names = tuple(f"{factor.text}[{j}]" for j in range(1, 1 + count(factor.kind, len(knots) - 2, factor.degree)))
        for j, name in enumerate(names):
            place = Number(float(j), str(j), factor.at)
            self.parts[name] = Call(factor.kind, (factor.of.tree, listed, degree, place), factor.at)
        return Numbers(text=factor.text, parts=names, names=names)

    def power(self, of: Computed, exponent: int) -> str:
        """The name of a power as a raw column: of x itself, or I(x^2)."""
        if exponent == 1:
            name = of.text
            if isinstance(of.tree, Name):
                name = self.column(of.tree.name).name
            self.parts[name] = of.tree
            return name
        tree = Operation("**", of.tree, Number(float(exponent), str(exponent), of.at), of.at)
        whole = Call("I", (tree,), of.at)
        self.parts[text := written(whole)] = whole
        return text

    def products(self, numbers: Sequence[Numbers]) -> tuple[int, ...]:
        """The raw column of each product of parts, made where it is not there yet; 0 of the constant."""
        found: list[int] = []
        for parts in product(*(one.parts for one in numbers)):
            there = [part for part in parts if part]
            if not there:
                found.append(0)
                continue
            found.append(self.raw(there))
        return tuple(found)

    def raw(self, parts: Sequence[str]) -> int:
        """The raw column of a product of parts: x·z is z·x."""
        key = ":".join(sorted(parts))
        if key not in self.columns:
            tree = self.parts[parts[0]]
            for part in parts[1:]:
                tree = Operation("*", tree, self.parts[part], tree.at)
            self.columns[key] = self.made(":".join(parts), tree)
        return 1 + [*self.columns].index(key)

    def category(self, asked: Asked, *, under_c: bool = True, absorbed: bool = False) -> str:
        """The name of a category, which all terms code alike."""
        category = Category(
            column=asked.name,
            kind=self.kinds.get(asked.name),
            asked=under_c,
            base=asked.base,
            coding="sum" if asked.coding == "sum" else "treatment",
            absorbed=absorbed,
        )
        there = self.categories.get(asked.name, category)
        if not under_c:  # named alone: coded as it is elsewhere
            category = replace(there, asked=there.asked)
        elif there.asked and (there.base, there.coding) != (category.base, category.coding):
            do = _("code it alike in all terms")
            raise expression_error(self.text, asked.at, _("{name} is coded in two ways", name=show(asked.name)), do)
        self.categories[asked.name] = replace(category, absorbed=there.absorbed or absorbed)
        return asked.name

    def column(self, name: str) -> Made:
        """A column itself; that of yes and no by the name of its term."""
        kind = self.kinds.get(name)
        called = f"{name}[{kind.word}]" if kind is not None and kind.word else name
        return Made(name=called, sources=(name,), kind=kind)

    def made(self, name: str, tree: Expression) -> Made:
        """A raw column of that name."""
        tree = with_texts_told(tree)
        if isinstance(tree, Name):
            return replace(self.column(tree.name), name=name)
        return Made(name=name, sources=names_of(tree), tree=tree, kind=kind_of(tree, self.kinds))

    def refuse_texts(self, factor: Computed) -> None:
        """Nothing is computed of a text, which is compared with texts alone."""
        compared = compared_with_text(factor.tree)
        for part in postorder(factor.tree):
            if isinstance(part, Name) and id(part) in compared:
                self.refuse_no_text(part, factor)
            elif isinstance(part, Name) and (kind := self.kinds.get(part.name)) is not None and kind.sort == "text":
                what = _(
                    "column {name} is text, and `{text}` is computed of numbers", name=show(part.name), text=factor.text
                )
                raise expression_error(
                    self.text, part.at, what, _("a category is `C({text})`", text=Column(part.name).text)
                )

    def refuse_no_text(self, part: Name, factor: Computed) -> None:
        """A column of anything else is not compared with a text."""
        kind = self.kinds.get(part.name)
        if kind is not None and kind.sort != "text":
            what = _(
                "column {name} holds {described}, and `{text}` compares it with a text",
                name=show(part.name),
                described=kind.described,
                text=factor.text,
            )
            raise expression_error(
                self.text, part.at, what, _("numbers are written without quotes; yes is 1, and no 0")
            )

    def refuse_compared(self, factor: Computed, what: str) -> None:
        """Numbers alone are predicted and looked back at."""
        if compared_with_text(factor.tree):
            said = _("`{text}` compares a text, and numbers alone are {what}", text=factor.text, what=what)
            raise expression_error(self.text, factor.at, said, _("compute the column beforehand, as 1 and 0"))
