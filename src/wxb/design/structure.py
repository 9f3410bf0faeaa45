"""What a design is made of: raw columns, pieces of them, and a term for each component and level of a piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from math import prod

from wxb.data.kinds import NUMBER, WHOLE, Kind
from wxb.design.made import Lag, Made
from wxb.design.pieces import Category, Component, Level, Piece, State, level_text
from wxb.errors import UsageError
from wxb.i18n import _, few
from wxb.layout import Layout
from wxb.printable import show


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """What one coefficient stands for.

    piece : its place among those of the design        component : its numbers        levels : one of each category of the piece
    made : the raw column that the term is, where it is one and nothing else
    """

    name: str
    piece: int
    component: Component
    levels: tuple[Level, ...] = ()
    made: Made | None = None

    @property
    def column(self) -> str:
        """The column of the source that it is made of, where it is one; else its name."""
        return self.made.column if self.made is not None and len(self.made.sources) == 1 else self.name

    @property
    def kind(self) -> Kind | None:
        """What it means; None where a model does not know."""
        if self.made is not None:
            return self.made.kind
        return WHOLE if self.is_level else NUMBER

    @property
    def is_level(self) -> bool:
        """Whether it is 1 for some rows and 0 for others, and no more."""
        return bool(self.levels) and not self.component.names

    @property
    def word(self) -> str:
        """What 1 stands for in a yes/no column, "" elsewhere."""
        return self.made.word if self.made is not None else ""

    @property
    def is_truth(self) -> bool:
        return self.made is not None and self.made.is_truth

    @property
    def is_time(self) -> bool:
        return self.made is not None and self.made.is_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The terms of one component of a piece, which stand together: one for each combination of its levels.

    piece : its place among those of the design        first : place of the first among the terms        count : of them
    """

    piece: int
    component: Component
    first: int
    count: int


@dataclass(frozen=True, kw_only=True)
class Structure:
    """columns : q raw columns        target : what is predicted        pieces : in the order of the terms

    categories : the columns of labels, each once        intercept : whether there is a b
    formula : as typed, "" without one        offset : what is taken off the target before the fit and added to predictions
    state : what is known of all rows; levels and bases after `closed`
    meanings : what each column of the source means, where it was read
    """

    columns: tuple[Made, ...]
    target: Made
    pieces: tuple[Piece, ...]
    intercept: bool
    categories: tuple[Category, ...] = ()
    formula: str = ""
    offset: Made | None = None
    state: State = field(default_factory=State)
    meanings: Mapping[str, Kind] = field(default_factory=dict[str, Kind])

    @property
    def is_plain(self) -> bool:
        """Whether its terms are columns of the source as they stand."""
        return not (self.categories or self.formula or self.offset)

    @property
    def is_numeric(self) -> bool:
        """Whether its terms are its raw columns: sums of these are those of the terms."""
        bases = any(factor.basis for piece in self.pieces for factor in piece.numbers)
        return not self.categories and not bases

    def remarks(self) -> tuple[str, ...]:
        """What should be known of the categories of a closed design: those that are the same in every row."""
        alone = [(name, levels[0]) for name, levels in self.state.levels.items() if len(levels) == 1]
        return few(
            _(
                "{name} is {level} in every row: it has no coefficient of its own",
                name=show(name),
                level=show(level_text(level)),
            )
            for name, level in alone
        )

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """What the coefficients beside the intercept stand for; of a design that is `closed`."""
        found: list[Term] = []
        for one in self.stretches:
            piece, component = self.pieces[one.piece], one.component
            coded = [self.coded_levels(category.column, category.full) for category in piece.categories]
            made = self._made(component) if not coded else None
            found += [
                Term(
                    name=piece.term_name(component, levels),
                    piece=one.piece,
                    component=component,
                    levels=levels,
                    made=made,
                )
                for levels in product(*coded)
            ]
        return tuple(found)

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The terms by component, in their order; of a design that is `closed`."""
        found, first = [], 0
        for place, piece in enumerate(self.pieces):
            count = prod(len(self.state.levels[one.column]) - (not one.full) for one in piece.categories)
            for component in piece.components(self.state):
                found.append(Stretch(piece=place, component=component, first=first, count=count))
                first += count
        return tuple(found)

    @cached_property
    def level_places(self) -> dict[str, dict[Level, int]]:
        """Where each level of a category stands among them; of a design that is `closed`."""
        return {column: {level: i for i, level in enumerate(levels)} for column, levels in self.state.levels.items()}

    def _made(self, component: Component) -> Made | None:
        """The raw column that a component is."""
        if len(component.combination) != 1:
            return None
        [(column, factor)] = component.combination
        return self.columns[column - 1] if column and factor == 1 else None

    def category(self, column: str) -> Category:
        return next(one for one in self.categories if one.column == column)

    def base(self, column: str) -> Level:
        """The level of a category that the others are compared with."""
        asked, levels = self.category(column).base, self.state.levels[column]
        return levels[0] if asked is None else asked

    def coded_levels(self, column: str, full: bool) -> tuple[Level, ...]:
        """The levels of a category that have a column: all, or those beside the base."""
        levels = self.state.levels[column]
        base = self.base(column)
        return levels if full else tuple(level for level in levels if level != base)

    @cached_property
    def layout(self) -> Layout:
        return Layout(tuple(term.name for term in self.terms), self.intercept)

    @property
    def kinds(self) -> tuple[Kind, ...] | None:
        """p + 1 meanings (terms, then target); None when one is not known."""
        kinds = tuple(one.kind for one in (*self.terms, self.target) if one.kind is not None)
        return kinds if len(kinds) == len(self.terms) + 1 else None

    @cached_property
    def source_names(self) -> tuple[str, ...]:
        """The columns that are read as numbers, each once: those that features are made of, then one of the target's.

        UsageError where what is predicted is made of nothing but what predicts it.
        """
        now = {name for one in self._making for name in one.names_now}
        own = [name for name in self.target.sources if name not in now]
        if not own:
            raise UsageError(
                _("what is predicted, {name}, is made of columns that also predict it", name=show(self.target.name)),
                _("leave them out of the terms: it would predict itself"),
            )
        others = dict.fromkeys((*self.needed_names, *own[1:]))
        return (*(name for name in others if name != own[0]), own[0])

    @property
    def needed_names(self) -> tuple[str, ...]:
        """The columns of numbers that its raw columns are made of, and its offset: what a prediction needs of them."""
        return tuple(dict.fromkeys(name for one in self._making for name in one.sources))

    @property
    def _making(self) -> tuple[Made, ...]:
        return (*self.columns, *([self.offset] if self.offset else []))

    @cached_property
    def lags(self) -> tuple[Lag, ...]:
        """The columns that are looked back at, and how far."""
        return tuple(dict.fromkeys(lag for one in self._making for lag in one.lags))

    @property
    def shown_names(self) -> tuple[str, ...]:
        """The columns that new rows are shown by: the terms that are columns, else those of the source."""
        if self.is_plain:
            return self.layout.terms
        return tuple(dict.fromkeys((*self.needed_names, *self.read_as_labels)))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Of a design without a formula: the columns that its terms are made of, in order."""
        named = [piece.categories or [self.columns[piece.columns[0] - 1]] for piece in self.pieces]
        return tuple(one.column for [one] in named)

    @property
    def label_names(self) -> tuple[str, ...]:
        """The columns of the categories."""
        return tuple(one.column for one in self.categories)

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The columns that are compared with a text, and with which."""
        return tuple(dict.fromkeys(one for made in self._making for one in made.texts))

    @property
    def read_as_labels(self) -> tuple[str, ...]:
        """The columns that are read as labels: categories, then others that are compared with a text."""
        return tuple(dict.fromkeys((*self.label_names, *(name for name, __ in self.texts))))
