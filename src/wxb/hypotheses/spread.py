"""How linear forms of the coefficients vary, Var(R θ̂) = R V Rᵀ, by the errors of a fitted line.

    classical      V = s² G⁻¹ of the exact moments: every number is certain, and rounded once; where a category was eliminated, sums
                   of squares in float64
    any other      V as it was given, in float64; R V Rᵀ is formed of it exactly

R has the rows of `Form`s, {place of a coefficient: factor}. Refused: coefficients that were not estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import fsum, nan

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.certainty import CERTAIN
from wxb.covariance.classical import LEAST_DIGITS, float_root, residual_variance
from wxb.covariance.together import alike, wald
from wxb.errors import NumericalError, UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.normal_equations.forms import distance, spread
from wxb.printable import show
from wxb.rank import Dependence

USUAL = 100  # bits of factors that stay as they are
CLOSE = 1e-9  # relative, of factors that are the same but for the rounding of a combination

Form = Mapping[int, Fraction]


def exponent_of(value: Fraction) -> int:
    """About log₂ of a number above 0."""
    return value.numerator.bit_length() - value.denominator.bit_length()


class Spread:
    """Of the exact minimum of a fitted line."""

    def __init__(self, fitted: Fitted) -> None:
        self.inference = fitted.inference
        self.solution = fitted.solution
        self.errors = self.inference.errors
        self.variance = residual_variance(self.solution, self.inference.certainty)

    def estimable(self, form: Form) -> bool:
        """Whether the rows tell what the form comes to, whichever of collinear terms give way."""
        return all(self._told(form, dependence) for dependence in self.solution.dropped)

    def _told(self, form: Form, dependence: Dependence) -> bool:
        """Whether what a term is a combination of has the same combination of factors."""
        parts = [float(form[place]) * factor for place, factor in dependence.combination.items() if place in form]
        own = float(form.get(dependence.column, 0))
        return abs(own - fsum(parts)) <= CLOSE * max([abs(own), *map(abs, parts)])

    def refuse_unknown(self, form: Form) -> None:
        """UsageError where the form holds a coefficient that gave way, and hangs on it."""
        for dependence in self.solution.dropped:
            if form.get(dependence.column) and not self._told(form, dependence):
                name = self.solution.names[dependence.column]
                raise UsageError(
                    _(
                        "{name} was not estimated: {dependence_text}",
                        name=show(name),
                        dependence_text=self.solution.dependence_text(dependence),
                    ),
                    _("test the coefficients of the terms that it gave way to"),
                )

    def value(self, form: Form) -> Fraction:
        """R θ̂."""
        exact = self.solution.exact
        return sum((factor * exact[place] for place, factor in form.items()), Fraction(0))

    def freedom(self, form: Form) -> float:
        """Degrees of freedom of its t: its coefficient's own, or those that hold for several together."""
        own = [float(self.inference.t_freedom[place]) for place in form]
        return own[0] if len(own) == 1 else float(self.inference.joint_freedom)

    def se(self, forms: Sequence[Form]) -> Vector:
        """(q,) standard errors; NaN without degrees of freedom, and where rounded sums leave no digit."""
        if self.errors is not None:
            shorter, sizes = _in_range(forms)
            with np.errstate(invalid="ignore", over="ignore"):
                return np.ldexp(np.sqrt(self._given(shorter).diagonal()), sizes)
        if self.variance is None:
            return np.full(len(forms), nan)
        if self.solution.eliminated is not None:
            return self.inference.residual_sd * self.solution.eliminated.root(self._rows(forms))
        found = spread(self.gram, [self._row(form) for form in forms])
        se = np.array([float_root(self.variance * found[i][i]) for i in range(len(forms))])
        se[[self.digits(form) < LEAST_DIGITS for form in forms]] = nan
        return se

    def distance(self, forms: Sequence[Form], d: Sequence[Fraction]) -> float:
        """dᵀ (R V Rᵀ)⁻¹ d, of independent forms: χ² of all together; NaN where it cannot be told."""
        if self.errors is not None:
            if len(forms) > self.errors.most_tested:
                return nan
            forms, sizes = _in_range(forms)
            d = [value / Fraction(2) ** size for value, size in zip(d, sizes)]
            found = self._given(forms)
            if len(forms) > 1 and self.errors.whitened is not None and np.isfinite(found).all() and alike(found):
                forms, d = self._apart(forms, d)
                found = self.inference.products(*self._pairs(forms))
            return wald(np.array([_float(value) for value in d]), found)
        if self.variance is None or any(self.digits(form) < LEAST_DIGITS for form in forms):
            return nan
        if self.solution.eliminated is not None:
            found = self.solution.eliminated.products(self._rows(forms))
            return wald(np.array([float(value) for value in d]), found * float(self.variance))
        apart = distance(self.gram, [self._row(form) for form in forms], d)
        if self.variance == 0:
            return float("inf") if apart else nan
        return float(apart / self.variance)

    def _apart(self, forms: Sequence[Form], d: Sequence[Fraction]) -> tuple[list[Form], list[Fraction]]:
        """The same hypotheses as combinations that vary independently of each other where rows are independent and alike.

        Each less what those before it tell of it, by a factor that is a float64, whatever it loses: the hypotheses stay what they
        are, exactly, and of forms that hardly go together no digit is lost.
        """
        V = spread(self.gram, [self._row(form) for form in forms])
        made, values = [dict(form) for form in forms], list(d)
        for i in range(len(made)):
            for j in range(i):
                share = Fraction(float(V[i][j] / V[j][j]))
                for place, factor in made[j].items():
                    made[i][place] = made[i].get(place, Fraction(0)) - share * factor
                values[i] -= share * values[j]
                V[i] = [a - share * b for a, b in zip(V[i], V[j])]
                for row, own in zip(V, [row[j] for row in V]):
                    row[i] -= share * own
            unit = Fraction(2) ** (exponent_of(V[i][i]) // 2)
            made[i], values[i] = {place: factor / unit for place, factor in made[i].items()}, values[i] / unit
            V[i] = [a / unit for a in V[i]]
            for row in V:
                row[i] /= unit
        return list(made), values

    def digits(self, form: Form) -> float:
        """Certain decimal digits of the standard errors of its coefficients."""
        return min((float(self.inference.certainty.errors[place]) for place in form), default=CERTAIN)

    def _rows(self, forms: Sequence[Form]) -> Matrix:
        """(q, k) in float64."""
        rows = np.zeros((len(forms), len(self.solution.layout)))
        for row, form in zip(rows, forms):
            for place, factor in form.items():
                row[place] = float(factor)
        return rows

    def _pairs(self, forms: Sequence[Form]) -> tuple[Matrix, Matrix]:
        """(q, k) in pairs of doubles; factors of terms that gave way are none."""
        rows = self._rows(forms)
        low = np.zeros_like(rows)
        for own, rest, form in zip(rows, low, forms):
            for place, factor in form.items():
                rest[place] = float(factor - Fraction(float(own[place])))
        return rows, low

    def _given(self, forms: Sequence[Form]) -> Matrix:
        """R V Rᵀ, whitened where a form is of several coefficients; else of the covariance as it is, but for its own rounding."""
        if self.errors is not None and self.errors.whitened is not None and max(map(len, forms), default=0) > 1:
            return self.inference.products(*self._pairs(forms))
        V = self.inference.covariance
        exact = {
            (i, j): Fraction(float(V[i, j])) if np.isfinite(V[i, j]) else None
            for i in {place for form in forms for place in form}
            for j in {place for form in forms for place in form}
        }
        out = np.empty((len(forms), len(forms)))
        for a, one in enumerate(forms):
            for b, other in enumerate(forms[: a + 1]):
                parts = [(f * g, exact[i, j]) for i, f in one.items() for j, g in other.items()]
                known = [f * v for f, v in parts if v is not None]
                out[a, b] = out[b, a] = _float(sum(known, Fraction(0))) if len(known) == len(parts) else nan
        return out

    @cached_property
    def columns(self) -> list[int]:
        """Where the kept coefficients stand among the sums."""
        return [self.solution.layout.columns[place] for place in self.solution.kept]

    @cached_property
    def gram(self) -> list[list[int]]:
        """Σ w x xᵀ of the kept coefficients, as integers in the units of the sums."""
        integers = self.solution.moments.ledger.integers
        return [[integers[i][j] for j in self.columns] for i in self.columns]

    def _row(self, form: Form) -> list[Fraction]:
        """The form in the units of the integers of the kept coefficients."""
        exponents = self.solution.moments.ledger.exponents
        return [
            form.get(place, Fraction(0)) * Fraction(2) ** -exponents[column]
            for place, column in zip(self.solution.kept, self.columns)
        ]


class WithoutErrors:
    """Of a line under a penalty: what forms of its coefficients come to. How they vary is not known."""

    def __init__(self, fitted: Fitted) -> None:
        self._exact = fitted.exact_theta

    def estimable(self, form: Form) -> bool:
        """Always: collinear terms have an answer under a penalty."""
        return True

    def value(self, form: Form) -> Fraction:
        return sum((factor * self._exact[place] for place, factor in form.items()), Fraction(0))

    def freedom(self, form: Form) -> float:
        return nan

    def se(self, forms: Sequence[Form]) -> Vector:
        return np.full(len(forms), nan)


def spread_of(fitted: Fitted) -> Spread | WithoutErrors:
    """How forms of its coefficients vary, or under a penalty what they come to."""
    return Spread(fitted) if fitted.penalised is None else WithoutErrors(fitted)


def _in_range(forms: Sequence[Form]) -> tuple[list[Form], list[int]]:
    """The forms, divided by a power of two where their squares could leave the range of a float64, and these powers."""
    sizes = []
    for form in forms:
        largest = max(map(abs, form.values()), default=Fraction(1))
        size = largest.numerator.bit_length() - largest.denominator.bit_length()
        sizes.append(size if abs(size) > USUAL else 0)
    shorter = [
        {place: factor / Fraction(2) ** size for place, factor in form.items()} if size else form
        for form, size in zip(forms, sizes)
    ]
    return shorter, sizes


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        raise NumericalError(
            _("the variance of what is asked leaves the range of a float64"),
            _("ask with factors nearer to 1, in other units"),
        ) from None
