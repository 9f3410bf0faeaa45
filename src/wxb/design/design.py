"""A design: which raw columns are made of a source, which pieces of these a line has, and what its coefficients stand for.

    source ── form ─▶ raw columns and labels ── gather ─▶ sums ── close ─▶ state: levels, bases ── moments ─▶ those of the terms

What a column means follows from the scan it was fitted to and is kept in the model and its file; nobody reads it off a name. A
yes/no column `paid` is the column `paid[yes]`; one of numbers that is itself called `paid[yes]` is of that name and a number.

    rows (m, k)        1 x₁ … x_p        the intercept's 1 first when there is one
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import numpy as np

from wxb import arguments
from wxb._typing import Matrix, Vector
from wxb.data.kinds import NUMBER, WHOLE, Kind
from wxb.data.table import Scan
from wxb.design.made import Made
from wxb.design.pieces import Category, Component, Level, Numbers, Piece, State
from wxb.errors import UsageError
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
        return WHOLE if self.levels and not self.component.names else NUMBER

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


@dataclass(frozen=True, kw_only=True)
class Design:
    """columns : q raw columns        target : what is predicted        pieces : in the order of the terms

    categories : the columns of labels, each once        intercept : whether there is a b
    formula : as typed, "" without one        offset : what is taken off the target before the fit and added to predictions
    state : what is known of all rows; levels and bases after `closed`
    """

    columns: tuple[Made, ...]
    target: Made
    pieces: tuple[Piece, ...]
    intercept: bool
    categories: tuple[Category, ...] = ()
    formula: str = ""
    offset: Made | None = None
    state: State = field(default_factory=State)

    @classmethod
    def plain(cls, columns: Sequence[Made], target: Made, intercept: bool) -> Design:
        """A term for every column."""
        pieces = tuple(
            Piece(text=one.name, factors=(Numbers(text=one.name, parts=(one.name,), names=(one.name,)),), columns=(j,))
            for j, one in enumerate(columns, 1)
        )
        return cls(columns=tuple(columns), target=target, pieces=pieces, intercept=intercept)

    @classmethod
    def of(cls, scan: Scan, intercept: bool) -> Design:
        """The columns of a scan, as they are known."""
        target = scan.roles.target
        kind = target.kind if target else None
        columns = tuple(map(Made.of, scan.roles.features))
        return cls.plain(columns, Made(name=scan.target, sources=(scan.target,), kind=kind), intercept)

    @classmethod
    def guessed(cls, terms: Sequence[str], target: str, intercept: bool) -> Design:
        """Of names alone."""
        return cls.plain(tuple(map(Made.guessed, terms)), Made(name=target, sources=(target,)), intercept)

    @property
    def is_plain(self) -> bool:
        """Whether its terms are columns of the source as they stand."""
        return not (self.categories or self.formula or self.offset)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """What the coefficients beside the intercept stand for; of a design that is `closed`."""
        found = []
        for place, piece in enumerate(self.pieces):
            coded = [self.coded_levels(one.column, one.full) for one in piece.categories]
            for component in piece.components(self.state):
                made = self._made(component) if not coded else None
                found += [
                    Term(
                        name=piece.term_name(component, levels),
                        piece=place,
                        component=component,
                        levels=levels,
                        made=made,
                    )
                    for levels in product(*coded)
                ]
        return tuple(found)

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

    def sources(self, columns: Sequence[str]) -> list[str]:
        """Which of a table's columns each raw column is read from: one of its own name, else the one it is made of."""
        return [one.name if one.name in columns else one.column for one in self.columns]

    def rows(self, columns: Mapping[str, Vector], constant: float = 1.0) -> Matrix:
        """(m, k) design rows of term columns, with the intercept's 1 (or `constant`) first when there is one."""
        columns = arguments.instance("columns", columns, Mapping, "a dict of columns by the names of the terms")
        names = self.layout.terms
        missing = [name for name in names if name not in columns]
        if missing:
            raise UsageError(
                f"no value for {', '.join(map(show, missing))}", f"the model's terms are {', '.join(names)}"
            )
        parts = [np.atleast_1d(arguments.vector(f"column {show(name)}", columns[name])) for name in names]
        rows = len(parts[0]) if parts else 1
        if any(part.shape != (rows,) for part in parts):
            raise UsageError("the columns have different lengths", "give each term one number a row")
        return np.column_stack(self.layout.listed(parts, np.full(rows, arguments.number("constant", constant))))
