"""Three and more absorbed categories: the smaller ones are dummies before all terms, and taken out of the answer again.

    y ~ x | a + b + c    is solved as    y ~ c + x | a + b,    of whose coefficients those of c are effects

The dummies stand first, so what varies with nothing but effects gives way, and dummies that the other categories tell of (c nested
in a, levels that no row joins) give way as collinear terms do: the freedom is that of the rank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.design import Coded, Design, Piece
from wxb.elimination.apart import Apart
from wxb.elimination.eliminated import Eliminated
from wxb.elimination.ledger import as_ledger
from wxb.elimination.one_way import Late
from wxb.elimination.sums import SumsByLevel
from wxb.elimination.two_categories import TwoCategories
from wxb.errors import UsageError
from wxb.i18n import _, both
from wxb.moments import Ledger, Moments
from wxb.moments.gathered import Gathered
from wxb.printable import show
from wxb.rank import Dependence
from wxb.solve import Solution
from wxb.values import Value


def with_dummies(design: Design, columns: Sequence[str]) -> Design:
    """A closed design of which some absorbed categories are terms, before all others."""
    first = tuple(Piece(text=name, factors=(Coded(column=name, full=False),), columns=(0,)) for name in columns)
    categories = tuple(replace(one, absorbed=one.absorbed and one.column not in columns) for one in design.categories)
    return replace(design, pieces=(*first, *design.pieces), categories=categories)


@dataclass(frozen=True, eq=False, kw_only=True)
class Several(Value):
    """How coefficients vary beside all absorbed categories (`wxb.solve.Eliminated`).

    whole : the solution with the dummies, its first m coefficients, and inner how they vary        skip : m
    dummies : of each category that became dummies its levels, the rows of each, and where each stands (−1: the base)
    """

    whole: Solution
    inner: Eliminated | TwoCategories
    skip: int
    dummies: Mapping[str, tuple[tuple[Any, ...], Integers, Integers]]
    within: Fraction

    @property
    def column(self) -> str:
        return both(*self.hidden_columns)

    @property
    def hidden_columns(self) -> tuple[str, ...]:
        return (*self.inner.hidden_columns, *self.dummies)

    @property
    def hidden(self) -> int:
        return self.inner.hidden + sum(place < self.skip for place in self.whole.kept)

    @property
    def kept(self) -> tuple[int, ...]:
        """Where the coefficients stand that were estimated."""
        return tuple(place - self.skip for place in self.inner.kept if place >= self.skip)

    @cached_property
    def apart(self) -> Apart:
        from wxb.elimination.several_apart import apart_of

        dummies = {name: (levels, places) for name, (levels, __, places) in self.dummies.items()}
        exact = [self.whole.exact[place] for place in self.inner.kept]
        return apart_of(self.inner.apart, self.skip, dummies, exact)

    def roots(self) -> Vector:
        return self.inner.roots()[self.skip :]

    def share_within(self, rss: Fraction) -> float | None:
        return float(1 - rss / self.within) if self.within > 0 else None

    def remarks(self) -> tuple[str, ...]:
        """What should be known of absorbed categories."""
        return self.inner.remarks()

    def effects_of(self, column: str) -> tuple[tuple[Any, ...], Integers, Vector]:
        """Levels of an absorbed category, rows of each, effects; of those that became dummies beside the first."""
        if column not in self.hidden_columns:
            raise UsageError(
                _("{column} is not absorbed", column=show(column)),
                _("absorbed are: {hidden_columns}", hidden_columns=", ".join(map(show, self.hidden_columns))),
            )
        if column not in self.dummies:
            return self.inner.effects_of(column)
        levels, rows, places = self.dummies[column]
        return levels, rows, np.where(places < 0, 0.0, self.whole.coefficients[places])

    def effect_roots(self, column: str) -> Vector:
        """Standard errors of these effects."""
        if column not in self.dummies:
            return self.inner.effect_roots(column)
        places = self.dummies[column][2]
        return np.where(places < 0, 0.0, self.inner.roots()[places])

    def root(self, rows: Matrix, low: Matrix | None = None) -> Vector:
        return self.inner.root(self._padded(rows), None if low is None else self._padded(low))

    def products(self, rows: Matrix) -> Matrix:
        return self.inner.products(self._padded(rows))

    def covariance(self) -> Matrix:
        return self.inner.covariance()[self.skip :, self.skip :]

    def gave_way(self, place: int) -> str:
        return _("is nothing but effects of {column}", column=self.column)

    def _padded(self, rows: Matrix) -> Matrix:
        return np.hstack([np.zeros((len(rows), self.skip)), rows])


def without_dummies(whole: Solution, design: Design, gathered: Gathered, columns: Sequence[str]) -> Solution:
    """The answer for a design, of the solution with dummies of some of its absorbed categories."""
    count, skip = len(design.layout), len(whole.layout) - len(design.layout)
    assert isinstance(whole.eliminated, Eliminated | TwoCategories)
    kept = tuple(place - skip for place in whole.kept if place >= skip)
    normal = _normal(whole, [place + skip for place in kept])
    found = Several(
        whole=whole,
        inner=whole.eliminated,
        skip=skip,
        dummies=_dummies(design, gathered, columns),
        within=Fraction(float(normal[-1, -1])),
    )
    return replace(
        whole,
        moments=_moments(whole.moments, design, as_ledger(normal, kept, count, whole.moments.ledger)),
        layout=design.layout,
        kept=kept,
        dropped=tuple(_beside(one, skip) for one in whole.dropped if one.column >= skip),
        coefficients=whole.coefficients[skip:],
        exact=Late(count, lambda place: whole.exact[place + skip]),
        eliminated=found,
    )


def _dummies(
    design: Design, gathered: Gathered, columns: Sequence[str]
) -> dict[str, tuple[tuple[Any, ...], Integers, Integers]]:
    found, at = {}, 0
    for name in columns:
        levels = design.state.levels[name]
        places, base = np.full(len(levels), -1, dtype=np.int64), levels.index(design.base(name))
        others = np.delete(np.arange(len(levels)), base)
        places[others] = at + np.arange(len(others))
        found[name] = (levels, SumsByLevel.of(design, gathered, name).rows(), places)
        at += len(others)
    return found


def _normal(whole: Solution, places: Sequence[int]) -> Matrix:
    """(p + 1, p + 1) sums of products beside all effects, of the terms kept and the target."""
    assert whole.eliminated is not None
    own = np.linalg.inv(whole.eliminated.covariance()[np.ix_(places, places)])
    beta = whole.coefficients[list(places)]
    right = own @ beta
    corner = np.array([[beta @ right + float(whole.rss)]])
    return np.block([[own, right[:, None]], [right[None, :], corner]])


def _moments(own: Moments, design: Design, ledger: Ledger) -> Moments:
    """Of the terms of a design beside all effects."""
    terms = design.layout.terms
    return replace(own, terms=terms, ledger=ledger, rounding=own.rounding[len(own.terms) - len(terms) :])


def _beside(one: Dependence, skip: int) -> Dependence:
    """What a term is, of those that are listed; of effects as well, nothing can be said of it in terms alone."""
    alone = all(place >= skip for place in one.combination)
    return Dependence(
        one.column - skip, {place - skip: v for place, v in one.combination.items()} if alone else {}, one.exact
    )
