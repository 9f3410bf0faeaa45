"""How coefficients vary beside the levels of two categories of which one is eliminated, the other solved for (`two_way`)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.elimination.apart import Apart
from wxb.elimination.eliminated import MOST
from wxb.elimination.two_way import Minimum, TwoWay
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _, both
from wxb.moments.pairs import Pair, subtract
from wxb.numbers import counted
from wxb.printable import show
from wxb.values import Value


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One of the two categories. places : (levels,) where its coefficients stand, −1 without one        listed : whether any do

    without : where those stand of levels that no row has, or that stand in for a base that none has
    """

    column: str
    levels: tuple[Any, ...]
    base: int
    listed: bool
    places: Integers
    rows: Integers
    without: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class TwoCategories(Value):
    """How coefficients vary beside the levels of two categories (`wxb.solve.Eliminated`).

    ways : the eliminated category and the other        columns : levels of the other that have a column
    count : of all coefficients        kept : where those stand that are of neither, terms : which of the others they are
    """

    ways: tuple[Way, Way]
    columns: Integers
    count: int
    intercept: bool
    kept: tuple[int, ...]
    terms: tuple[int, ...]
    system: TwoWay
    found: Minimum
    within: Fraction
    hidden: int

    @property
    def column(self) -> str:
        return both(*(way.column for way in self.ways))

    @property
    def hidden_columns(self) -> tuple[str, ...]:
        return tuple(way.column for way in self.ways if not way.listed)

    @cached_property
    def estimated(self) -> Vector:
        """(k,) 1 for coefficients that did not give way."""
        one, other = np.ones(len(self.ways[0].levels)), np.ones(len(self.found.beta[0]))
        return self.spread_out((one, one), (other, other), mark=True)[0]

    def spread_out(self, alpha: Pair, beta: Pair, *, mark: bool = False) -> Pair:
        """(k,) coefficients of α (G,) and β; with `mark` where there are any."""
        high, low = np.zeros(self.count), np.zeros(self.count)
        large, small = self.ways
        own = large.places >= 0
        if large.base >= 0 and not mark:
            base = (alpha[0][large.base : large.base + 1], alpha[1][large.base : large.base + 1])
            apart = subtract(alpha, base)
        else:
            apart = alpha
        high[large.places[own]], low[large.places[own]] = apart[0][own], apart[1][own]
        if self.intercept:
            high[0], low[0] = alpha[0][large.base], alpha[1][large.base]
        where = small.places[self.columns]
        other = where >= 0
        H = len(self.columns)
        high[where[other]], low[where[other]] = beta[0][:H][other], beta[1][:H][other]
        high[list(self.kept)], low[list(self.kept)] = beta[0][H:], beta[1][H:]
        return high, low

    def roots(self) -> Vector:
        """(k,) standard errors, NaN where a coefficient gave way."""
        return np.where(self.estimated > 0, np.sqrt(self._variances), np.nan)

    @cached_property
    def _variances(self) -> Vector:
        large, inverse, own = self.ways[0], self.found.inverse, np.zeros(len(self.ways[0].levels))
        diagonal = np.concatenate([np.zeros(len(self.columns)), self.found.numbers.diagonal()])
        if inverse is not None:
            diagonal = inverse.diagonal()
            own = self.system.spread(inverse, large.base) if large.listed else own
        found = self.spread_out((own, own), (diagonal, diagonal), mark=True)[0]
        if inverse is not None and self.intercept:
            found[0] = self.system.spread(inverse, -1)[large.base]
        return found

    def root(self, rows: Matrix, low: Matrix | None = None) -> Vector:
        """(m,) standard errors of combinations of coefficients, rows (m, k), where no level is listed."""
        return np.sqrt(self.products(rows if low is None else rows + low).diagonal())

    def products(self, rows: Matrix) -> Matrix:
        """(m, m) how far they vary together."""
        self._refuse_listed(_("the covariance of combinations of coefficients"))
        own = rows[:, list(self.kept)]
        return own @ self.found.numbers @ own.T

    def gave_way(self, place: int) -> str:
        """Why a coefficient is not there."""
        large, small = self.ways
        if place in large.without:
            return _("has no rows to be told from the base of {column}", column=large.column)
        if place in small.places:
            return _("is not joined to its base by any row's {column}", column=large.column)
        return _("is nothing but effects of {column} and {column2}", column=large.column, column2=small.column)

    def covariance(self) -> Matrix:
        """(k, k), where no level is listed."""
        self._refuse_listed(_("the covariance of all coefficients"))
        found = np.full((self.count, self.count), np.nan)
        found[np.ix_(self.kept, self.kept)] = self.found.numbers
        return found

    def normal(self) -> Matrix:
        """(p + 1, p + 1) sums of products beside the levels of both, of numbers and target."""
        own, beta = np.linalg.inv(self.found.numbers), self.found.beta[0][len(self.columns) :]
        right = own @ beta
        corner = beta @ right + self.found.rss[0][0]
        return np.block([[own, right[:, None]], [right[None, :], np.array([[corner]])]])

    def squares_within(self) -> Fraction:
        """Σ w y² beside the levels of both, where both are absorbed: what the others explain of it, and rss."""
        if any(way.listed for way in self.ways):
            return Fraction(0)
        own, beta = self.normal()[:-1, :-1], self.found.beta[0][len(self.columns) :]
        return Fraction(float(beta @ own @ beta)) + max(Fraction(self.found.rss[0][0]), Fraction(0))

    @cached_property
    def apart(self) -> Apart:
        from wxb.elimination.two_apart import apart_of

        ways = [(way.column, way.levels) for way in self.ways]
        return apart_of(self.system, self.found, ways, self.columns, self.kept, self.terms)

    def refuse_many(self) -> None:
        """NumericalError where the covariance of so many coefficients is not formed."""
        if self.count > MOST:
            raise self._too_many(_("the covariance of all coefficients"))

    def share_within(self, rss: Fraction) -> float | None:
        return float(1 - rss / self.within) if self.within > 0 else None

    def remarks(self) -> tuple[str, ...]:
        """How many digits there are; how many levels are absorbed stands in the table."""
        digits = min(53, self.found.bits) * 0.30103
        return (_("the coefficients are certain to {digits:.0f} digits, their errors to about ten", digits=digits),)

    def effects_of(self, column: str) -> tuple[tuple[Any, ...], Integers, Vector]:
        """Levels of an absorbed category, rows of each, effects; of the smaller beside its base."""
        large, small = self.ways
        if column not in self.hidden_columns:
            absorbed = ", ".join(map(show, self.hidden_columns)) or _("none")
            raise UsageError(
                _("{column} is not absorbed", column=show(column)), _("absorbed are: {absorbed}", absorbed=absorbed)
            )
        if column == large.column:
            return large.levels, large.rows, self.found.alpha[0]
        values = np.zeros(len(small.levels))
        values[self.columns] = self.found.beta[0][: len(self.columns)]
        return small.levels, small.rows, values

    def effect_roots(self, column: str) -> Vector:
        """Standard errors of these effects."""
        (large, small), inverse = self.ways, self.found.inverse
        if inverse is None:
            raise NumericalError(
                _(
                    "the errors of the effects of {column} are not formed, beside those of so many levels of another",
                    column=show(column),
                ),
                _("leave the errors out, or absorb {column} alone", column=show(column)),
            )
        if column == large.column:
            return np.sqrt(self.system.spread(inverse, -1))
        found = np.zeros(len(small.levels))
        found[self.columns] = np.sqrt(inverse.diagonal()[: len(self.columns)])
        return found

    def _refuse_listed(self, what: str) -> None:
        if any(way.listed for way in self.ways):
            raise self._too_many(what)

    def _too_many(self, what: str) -> NumericalError:
        return NumericalError(
            _("{what}: not formed beside {count}", what=what, count=counted(self.count, "coefficient")),
            _("absorb the categories: `absorb=`, or ask for `model.inference.se`"),
        )
