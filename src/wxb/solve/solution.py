"""What was solved: the exact minimum, and what is known where levels were eliminated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isnan
from typing import TYPE_CHECKING, Any, Protocol

from wxb._typing import Integers, Matrix, Vector
from wxb.i18n import _
from wxb.layout import Layout
from wxb.moments import Moments
from wxb.numbers import numbered
from wxb.rank import Dependence
from wxb.values import Value, short

if TYPE_CHECKING:
    from wxb.normal_equations.variances import Variances
    from wxb.solve.rounded import Rounded


class Eliminated(Protocol):
    """What is known of a category whose levels were eliminated (`wxb.elimination`), σ = 1 throughout.

    column : of the category        within : Σ w (y − ȳ)² around the means of its levels
    hidden : degrees of freedom of its levels where these have no coefficients of their own (absorbed), else 0
    """

    @property
    def column(self) -> str: ...
    @property
    def hidden_columns(self) -> tuple[str, ...]:
        """The categories that are absorbed."""
        ...

    @property
    def kept(self) -> tuple[int, ...]:
        """Where the coefficients stand that were estimated and are of no level of theirs."""
        ...

    @property
    def apart(self) -> Any:
        """How rows are seen beside the effects (`wxb.elimination.apart`)."""
        ...

    @property
    def within(self) -> Fraction: ...
    @property
    def hidden(self) -> int: ...

    def roots(self) -> Vector:
        """(k,) standard errors."""
        ...

    def share_within(self, rss: Fraction) -> float | None:
        """R² within the levels of absorbed categories; None without any, or where the target does not vary within them."""
        ...

    def remarks(self) -> tuple[str, ...]:
        """What should be known of absorbed categories."""
        ...

    def gave_way(self, place: int) -> str:
        """Why a coefficient is not there that is no combination of others."""
        ...

    def effects_of(self, column: str) -> tuple[tuple[Any, ...], Integers, Vector]:
        """Levels of an absorbed category, rows of each, effects."""
        ...

    def effect_roots(self, column: str) -> Vector:
        """Standard errors of these effects."""
        ...

    def root(self, rows: Matrix, low: Matrix | None = None) -> Vector:
        """(m,) standard errors at design rows (m, k)."""
        ...

    def products(self, rows: Matrix) -> Matrix:
        """(m, m) how far design rows (m, k) vary together."""
        ...

    def covariance(self) -> Matrix:
        """(k, k), where that can be formed."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Solution(Value):
    """The exact minimum of squared error.

    Attributes
    ----------
    moments : what was solved
    layout : where each of the k coefficients stands
    kept : positions of the coefficients that were estimated
    dropped : the others, with the combination each one is
    coefficients : (k,) each rounded once, 0 for those dropped
    rss : Σ w (y − ŷ)² at the minimum, exact or to 200 bits
    tss : Σ w (y − ȳ)², exact; Σ w y² without an intercept
    freedom : residual degrees of freedom, n − rank
    exact : k coefficients before they were rounded, exact or to 100 bits
    eliminated : where the levels of a category were eliminated, how the coefficients vary; None elsewhere
    variances : the diagonal of the inverse of their sums, where it came with them
    rounded : of rounded sums of many columns what doubles found, and prove of it; `exact` and `rss` are then these doubles
    """

    moments: Moments
    layout: Layout
    kept: tuple[int, ...]
    dropped: tuple[Dependence, ...]
    coefficients: Vector
    rss: Fraction
    tss: Fraction
    freedom: int
    exact: Sequence[Fraction]
    eliminated: Eliminated | None = None
    variances: Variances | None = None
    rounded: Rounded | None = None

    def __repr__(self) -> str:
        what = f"{numbered(len(self.kept), 'coefficient')} of {short(self.moments.target)}"
        return f"Solution({what}, {numbered(len(self.dropped), 'term')} left out, {numbered(self.rows, 'row')})"

    @property
    def names(self) -> tuple[str, ...]:
        """(k,) of all coefficients."""
        return self.layout.names

    @property
    def rows(self) -> int:
        return self.moments.rows

    @property
    def rank(self) -> int:
        """Parameters of the mean that were estimated, those that are not shown among them."""
        return len(self.kept) + (0 if self.eliminated is None else self.eliminated.hidden)

    @property
    def centred(self) -> bool:
        """Whether the constant is among what was fitted."""
        return self.layout.intercept or (self.eliminated is not None and self.eliminated.hidden > 0)

    @property
    def total_weight(self) -> Fraction:
        return self.moments.exact(0, 0)

    def dependence_text(self, dependence: Dependence) -> str:
        """ "minutes = 60·hours", "female = 1 − male", "room is constant (7)"."""
        name = self.names[dependence.column]
        combination = dependence.combination
        if not combination and self.eliminated is not None:
            return _("{name} {why}", name=name, why=self.eliminated.gave_way(dependence.column))
        if not combination:
            return (
                _("{name} is 0 in every row", name=name)
                if dependence.exact
                else _("{name} is no more than rounding", name=name)
            )
        if any(isnan(value) for value in combination.values()):  # a file that does not tell rows does not hold them
            constant = self.layout.intercept and 0 in combination
            parts = [_("a constant")] * constant + [self.names[i] for i in combination if not constant or i]
            return self._within(_("{name} is made of {parts}", name=name, parts=", ".join(parts)))
        if self.layout.intercept and set(combination) == {0}:
            return _("{name} is constant ({value:.6g})", name=name, value=combination[0])
        parts: list[str] = []
        for position, value in combination.items():
            constant = self.layout.intercept and position == 0
            size = f"{abs(value):.6g}"
            factor = size if constant else self.names[position] if size == "1" else f"{size}·{self.names[position]}"
            sign = "−" if value < 0 else "+"
            parts.append(f" {sign} {factor}" if parts else f"{'−' if value < 0 else ''}{factor}")
        return self._within(f"{name} = {''.join(parts)}")

    def _within(self, equation: str) -> str:
        """Where levels were eliminated, it holds within them."""
        column = self.eliminated.column if self.eliminated is not None else ""
        return _("{equation} within the levels of {column}", equation=equation, column=column) if column else equation
