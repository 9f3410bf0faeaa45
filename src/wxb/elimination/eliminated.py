"""How coefficients vary where the effects α of G levels were eliminated: what (Σ w x xᵀ)⁻¹ is, without ever forming it.

    β  of the columns left: W⁻¹        α_g = ȳ_g − x̄_g'β        Var(a'α + b'β) / σ² = Σ a_g²/w_g + ‖T (b − Σ a_g x̄_g)‖²

T is the inverse Cholesky factor of W, made exactly and rounded once (`normal_equations.factor`), so both parts are sums of squares.
A coefficient of a level is a combination of the α: α_g − α_base as treatment coding has it, α_g − ᾱ under sum coding.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.elimination.apart import Apart
from wxb.elimination.levels import Levels
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _, _n
from wxb.leverage import Leverage
from wxb.moments.pairs import subtract
from wxb.printable import show
from wxb.values import Value

Coding = Literal["treatment", "sum", "full", "absorbed"]
MOST = 5000  # coefficients whose covariance is formed
AT_ONCE = 1 << 22  # numbers of rows looked at together


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Sandwich:
    """Σ v ψ ψᵀ of the parts that move the coefficients: z = T (x − x̄_g) those left, the sums of e those of the levels.

    meat : (p, p) Σ v z zᵀ        spread : (G,) Σ v of each level, or (G, G) of two together        scores : (G, p) Σ v z
    """

    meat: Matrix
    spread: Matrix
    scores: Matrix

    def times(self, factor: float) -> Sandwich:
        return Sandwich(meat=self.meat * factor, spread=self.spread * factor, scores=self.scores * factor)

    def plus(self, other: Sandwich) -> Sandwich:
        return Sandwich(
            meat=self.meat + other.meat, spread=self.spread + other.spread, scores=self.scores + other.scores
        )


@dataclass(frozen=True, eq=False, kw_only=True)
class Eliminated(Value):
    """column : of the category        levels : its G levels, in order        coding : what its coefficients stand for

    count : k of all coefficients        base : the place of the base level among the levels, −1 without one
    places : (G,) where the coefficient of each level stands, −1 where it has none
    kept : where the p coefficients stand that are left and were estimated        columns : which of the columns left they are
    effects : (G,) α, each rounded once        sums : by level        measure : T
    within : Σ w (y − ȳ_g)²        rows : (G,) of each level        hidden : degrees of freedom of levels that have no coefficient
    without : where coefficients of levels stand of which there is no row, or which stand in for a base that has none
    """

    column: str
    levels: tuple[Any, ...]
    coding: Coding
    count: int
    base: int
    places: Integers
    kept: tuple[int, ...]
    columns: tuple[int, ...]
    effects: Vector
    sums: Levels
    measure: Leverage | None
    within: Fraction
    rows: Integers
    hidden: int = 0
    without: tuple[int, ...] = ()

    @cached_property
    def means(self) -> tuple[Matrix, Matrix]:
        """(G, p) x̄ of the columns kept, in pairs."""
        return self.sums.means(self.columns)

    @cached_property
    def parts(self) -> Vector:
        """(G,) 1/w."""
        return self.sums.parts()

    @cached_property
    def apart(self) -> Apart:
        high, low = self.sums.means([*self.columns, len(self.sums.sums) - 1])
        parts = self.sums.part_pairs()
        return Apart(
            columns=(self.column,),
            levels=(self.levels,),
            effects=((np.ascontiguousarray(high.T), np.ascontiguousarray(low.T)),),
            places=self.kept,
            terms=self.columns,
            measure=self.measure,
            share=lambda codes: (parts[0][codes[0]], parts[1][codes[0]]),
            explained=lambda sums: float(np.square(sums[0]) @ self.parts),
        )

    def roots(self) -> Vector:
        """(k,) √ of the diagonal of (Σ w x xᵀ)⁻¹; NaN for coefficients that gave way."""
        found = np.full(self.count, np.nan)
        found[list(self.kept)] = self._root(np.eye(len(self.kept)))
        high, low = self.means
        if self.coding == "full":
            found[self.places] = np.hypot(np.sqrt(self.parts), self._root(high, low))
        elif self.coding == "treatment":
            own = (high[self.base], low[self.base])
            found[0] = np.hypot(np.sqrt(self.parts[self.base]), self._root(own[0][None], own[1][None])[0])
            apart = self._root(*subtract(self.means, own))
            spread = np.sqrt(self.parts + self.parts[self.base])
            others = self.places >= 0
            found[self.places[others]] = np.hypot(spread, apart)[others]
        elif self.coding == "sum":
            count, share = len(self.levels), self.parts.sum() / len(self.levels) ** 2
            centre = high.mean(axis=0)
            found[0] = np.hypot(np.sqrt(share), self._root(centre[None])[0])
            spread = np.sqrt(self.parts * (1 - 2 / count) + share)
            others = self.places >= 0
            found[self.places[others]] = np.hypot(spread, self._root(high - centre, low))[others]
        return found

    @property
    def hidden_columns(self) -> tuple[str, ...]:
        return (self.column,) if self.hidden else ()

    def share_within(self, rss: Fraction) -> float | None:
        """R² within the levels of an absorbed category."""
        return float(1 - rss / self.within) if self.hidden and self.within > 0 else None

    def remarks(self) -> tuple[str, ...]:
        """What should be known of an absorbed category."""
        if not self.hidden:
            return ()
        alone = int(np.count_nonzero(self.rows == 1))
        if not alone:  # how many are absorbed stands in the table
            return ()
        return (
            _n(
                "{column}: {n} level of one row says nothing of the coefficients",
                "{column}: {n} levels of one row each say nothing of the coefficients",
                alone,
                column=show(self.column),
            ),
        )

    def gave_way(self, place: int) -> str:
        """Why a coefficient is not there, where it is no combination of others."""
        if place in self.without:
            return _("has no rows to be told from the base of {column}", column=self.column)
        return _("does not vary within the levels of {column}", column=self.column)

    def effects_of(self, column: str) -> tuple[tuple[Any, ...], Integers, Vector]:
        """Levels of an absorbed category, rows of each, effects."""
        if column not in self.hidden_columns:
            absorbed = ", ".join(map(show, self.hidden_columns)) or _("none")
            raise UsageError(
                _("{column} is not absorbed", column=show(column)), _("absorbed are: {absorbed}", absorbed=absorbed)
            )
        return self.levels, self.rows, self.effects

    def effect_roots(self, column: str) -> Vector:
        """Standard errors of these effects."""
        return np.hypot(np.sqrt(self.parts), self._root(*self.means))

    def root(self, rows: Matrix, low: Matrix | None = None) -> Vector:
        """(m,) √(r' (Σ w x xᵀ)⁻¹ r) of design rows (m, k)."""
        found = np.empty(len(rows))
        step = max(1, AT_ONCE // max(1, len(self.levels)))
        for start in range(0, len(rows), step):
            piece = slice(start, start + step)
            weights = self._weights(rows[piece])
            rest = None if low is None else low[piece]
            found[piece] = np.hypot(np.sqrt(np.square(weights) @ self.parts), self._apart(rows[piece], rest, weights))
        return found

    def root_at(self, codes: Integers, rows: Matrix, low: Matrix | None = None) -> Vector:
        """(m,) the same of rows of which the level is given, and of the coefficients left what they are multiplied by (m, p)."""
        high, rest = self.means
        own = subtract((rows, np.zeros_like(rows) if low is None else low), (high[codes], rest[codes]))
        return np.hypot(np.sqrt(self.parts[codes]), self._root(*own))

    def covariance(self) -> Matrix:
        """(k, k) (Σ w x xᵀ)⁻¹; NaN for coefficients that gave way."""
        self.refuse_many()
        found = self.products(np.eye(self.count))
        np.fill_diagonal(found, np.square(self.roots()))
        gone = np.isnan(found.diagonal())
        found[gone], found[:, gone] = np.nan, np.nan
        return found

    def sandwich(self, parts: Sandwich) -> Matrix:
        """(k, k) Σ v ψ ψᵀ, ψ how a row moves the coefficients: v e² weighed anew, as errors of rows have it.

        α_g moves by e w/w_g − x̄_g'β̇ and β by β̇ = Tᵀ z e w, so that all is a square of (1/w_g, z).
        """
        self.refuse_many()
        weights, apart = self._forms(np.eye(self.count), None)
        cross = weights @ parts.scores @ apart.T
        return _spread(weights, parts.spread) @ weights.T + cross + cross.T + apart @ parts.meat @ apart.T

    def variances(self, rows: Matrix, low: Matrix | None, parts: Sandwich) -> Vector:
        """(m,) the same of what design rows (m, k) are multiplied with."""
        weights, apart = self._forms(rows, low)
        found = np.einsum("mg,mg->m", _spread(weights, parts.spread), weights)
        found += 2 * np.einsum("mp,mp->m", weights @ parts.scores, apart)
        return found + np.einsum("mp,mp->m", apart @ parts.meat, apart)

    def _forms(self, rows: Matrix, low: Matrix | None) -> tuple[Matrix, Matrix]:
        """(m, G) and (m, p) what design rows are of the sums of e by level and of z."""
        weights = self._weights(rows)
        apart = self._distance(rows, low, weights)
        apart = np.zeros((len(rows), 0)) if self.measure is None else apart @ self.measure.T.T
        return weights * self.parts, apart

    def refuse_many(self) -> None:
        """NumericalError where the covariance of so many coefficients is not formed."""
        if self.count > MOST:
            raise NumericalError(
                _(
                    "the covariance of {count} coefficients is not formed: it would have {count2:.1e} entries",
                    count=self.count,
                    count2=self.count**2,
                ),
                _(
                    "absorb `{column}` (`absorb=`), or ask for standard errors, which take no covariance",
                    column=self.column,
                ),
            )

    def products(self, rows: Matrix) -> Matrix:
        """(m, m) R (Σ w x xᵀ)⁻¹ Rᵀ of m rows R (m, k)."""
        weights = self._weights(rows)
        found = (weights * self.parts) @ weights.T
        if self.measure is not None:
            whitened = self._distance(rows, None, weights) @ self.measure.T.T
            found += whitened @ whitened.T
        return found

    def _weights(self, rows: Matrix) -> Matrix:
        """(m, G) the weight of each α in what a design row is multiplied with."""
        found = np.zeros((len(rows), len(self.levels)))
        if self.coding == "absorbed":
            return found
        others = self.places >= 0
        found[:, others] = rows[:, self.places[others]]
        if self.coding == "treatment":
            found[:, self.base] = rows[:, 0] - found.sum(axis=1)
        elif self.coding == "sum":
            found += ((rows[:, 0] - found.sum(axis=1)) / len(self.levels))[:, None]
        return found

    def _apart(self, rows: Matrix, low: Matrix | None, weights: Matrix) -> Vector:
        return self._root(self._distance(rows, low, weights))

    def _distance(self, rows: Matrix, low: Matrix | None, weights: Matrix) -> Matrix:
        """(m, p) b − Σ a x̄; of rows at one level without what the mean would lose."""
        high, rest = self.means
        own = rows[:, self.kept]
        level = weights.argmax(axis=1)
        single = (np.count_nonzero(weights, axis=1) == 1) & (weights[np.arange(len(rows)), level] == 1)
        found = own - weights @ high
        found[single] = own[single] - high[level[single]]
        found -= weights @ rest
        return found if low is None else found + low[:, self.kept]

    def _root(self, rows: Matrix, low: Matrix | None = None) -> Vector:
        """(m,) ‖T b‖."""
        if self.measure is None:
            return np.zeros(len(rows))
        return self.measure.root(np.zeros(len(rows)), rows, low)


def _spread(weights: Matrix, spread: Matrix) -> Matrix:
    return weights * spread if spread.ndim == 1 else weights @ spread
