"""The minimum → its uncertainty: standard errors, t, p, intervals, R², F, information criteria.

    se = √diag Cov(β̂)          t = β̂ / se,   p = P(|T| > |t|),  T ~ t(n − k)

Any covariance (k, k) serves; without one it is the classical (`wxb.covariance`), and then every number here is right to the last
digits a float64 has, where differences of rounded sums and `inv(R'R)` are not (statsmodels' QR has no correct digit on the standard
errors of NIST Filip). Another one brings the degrees of freedom of its t, and F is the Wald test of all terms with it. The tails of
t and F are those of `wxb.tails`.

Weights are analytic, as in R: the variance of a row is s²/w, and n counts the rows of positive weight.
Without an intercept R² and F are uncentred: they compare with predicting 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from math import inf, isnan, ldexp, log, nan, pi, sqrt
from typing import Any

import numpy as np

from wxb import arguments
from wxb._typing import Matrix, Vector
from wxb.certainty import Certainty, certainty_of
from wxb.covariance.classical import LEAST_DIGITS, covariance_matrix, float_root, residual_variance, standard_errors
from wxb.covariance.covariance import Covariance
from wxb.errors import NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.leverage import Leverage
from wxb.linear_form import evaluate
from wxb.moments.log_weights import HALF_BITS
from wxb.numbers import number, numbered
from wxb.solve import Solution, total_sum_of_squares
from wxb.tails import f_upper_p, t_two_sided_p, two_sided_t
from wxb.values import Value, still

LEFT = 2.0**-26  # of what is summed: below it fewer than seven digits of a sum are left


@dataclass(frozen=True, eq=False, kw_only=True)
class Inference(Value):
    """What the data say about the coefficients, besides their values.

    k coefficients, the intercept first when there is one; those of dropped terms are NaN throughout. The tails (p, f_p) are
    formed when they are asked for: with a million rows each takes longer than the fit of a thousand.

    Attributes
    ----------
    names : (k,)        se, t, p : (k,)
    errors : their covariance where it is not the classical one, or None
    rows : n        freedom : n − rank        t_freedom : (k,) of each t
    rss : residual sum of squares        residual_sd : √(rss / freedom)
    r2, adjusted_r2 : centred when there is an intercept; NaN when the target does not vary
    f, f_p : F statistic of all terms against none, and its p (by the covariance); f_freedom : its two degrees of freedom
    certainty : how many digits of these are certain; at precision fast a standard error of which none is, is NaN
    loglik, aic, bic : normal likelihood; as statsmodels counts parameters (σ is not one). With weights ½ Σ log w is part of
        it, as in R's lm and statsmodels' WLS; NaN where the model's file does not hold Σ log w (files of version 1), and in
        two stages, which have no likelihood
    aic_r, bic_r : as R counts them: σ is one more parameter
    """

    names: tuple[str, ...]
    coefficients: Vector
    se: Vector
    t: Vector
    rows: int
    freedom: int
    rss: float
    residual_sd: float
    r2: float
    adjusted_r2: float
    f: float
    f_freedom: tuple[int, float]
    loglik: float
    aic: float
    bic: float
    solution: Solution = field(repr=False)
    certainty: Certainty = field(repr=False)
    errors: Covariance | None = None

    def __repr__(self) -> str:
        what = f"{numbered(len(self.names), 'coefficient')}, {numbered(self.freedom, 'degree')} of freedom"
        return f"Inference({what}, residual sd {number(self.residual_sd)}, R² {number(self.r2)})"

    @cached_property
    def covariance(self) -> Matrix:
        """(k, k) of the estimates; NumericalError where that is too large to be formed."""
        if self.errors is not None:
            return self.errors.matrix
        if self.solution.eliminated is not None:
            return still(self.residual_sd**2 * self.solution.eliminated.covariance())
        return still(covariance_matrix(self.solution, residual_variance(self.solution, self.certainty)))

    @cached_property
    def p(self) -> Vector:
        return still(np.array([t_two_sided_p(t, own) for t, own in zip(self.t.tolist(), self.t_freedom.tolist())]))

    @cached_property
    def t_freedom(self) -> Vector:
        return still(np.full(len(self.names), float(self.freedom))) if self.errors is None else self.errors.freedom

    @property
    def is_through_all(self) -> bool:
        """Whether the line passes through every row; squares of errors may be too small for `rss`, and are not 0 all the same."""
        return self.solution.rss == 0

    @property
    def joint_freedom(self) -> float:
        """Degrees of freedom of what is said of several coefficients together: F, the mean at a row."""
        return self.freedom if self.errors is None else self.errors.joint

    @cached_property
    def f_p(self) -> float:
        return f_upper_p(self.f, *self.f_freedom)

    @property
    def aic_r(self) -> float:
        return self.aic + 2

    @property
    def bic_r(self) -> float:
        return self.bic + log(self.rows)

    def interval(self, level: float = 0.95) -> Matrix:
        """(k, 2) confidence intervals of the coefficients."""
        level = arguments.level(level)
        half = self.se * np.array([two_sided_t(level, own) for own in self.t_freedom.tolist()])
        return np.column_stack([self.coefficients - half, self.coefficients + half])

    def prediction_interval(self, rows: Matrix, level: float = 0.95, *, low: Matrix | None = None) -> Matrix:
        """(m, 2) intervals that a new row's target falls into, for design rows (m, k) with the intercept's 1 first.

        low : (m, k) what `rows` leave where one double does not hold a value
        """
        centre, half = self._centre(rows, low), self.half_width(rows, level, low=low)
        return np.column_stack([centre - half, centre + half])

    def mean_interval(self, rows: Matrix, level: float = 0.95, *, low: Matrix | None = None) -> Matrix:
        """(m, 2) intervals of the mean of the target at design rows (m, k)."""
        centre, half = self._centre(rows, low), self.half_width(rows, level, low=low, new=False)
        return np.column_stack([centre - half, centre + half])

    def mean_se(self, rows: Matrix, *, low: Matrix | None = None) -> Vector:
        """(m,) standard error of the mean at design rows (m, k), to at least twelve digits (see `wxb.leverage`)."""
        rows, low = self._design(rows), None if low is None else self._design(low)
        if self.errors is not None:
            if self.errors.beside is not None:
                gone: Any = self.solution.eliminated
                return np.sqrt(gone.variances(rows, low, self.errors.beside))
            turned = self._turned(rows, low)
            found = np.einsum("mi,ij,mj->m", *turned)
            if self.solution.eliminated is not None:
                _refuse_lost(turned[1], found, np.einsum("mi,ij,mj->m", *map(np.abs, turned)))
            with np.errstate(invalid="ignore"):  # of errors by two columns a variance may be below 0
                return np.sqrt(found)
        if self.solution.eliminated is not None:
            return self.residual_sd * self.solution.eliminated.root(rows, low)
        return self.residual_sd * self._leverage.root(*self._parts(rows, low))

    def products(self, rows: Matrix, low: Matrix | None = None) -> Matrix:
        """(m, m) R V Rᵀ of rows (m, k) and the covariance of `errors`."""
        turned, matrix, __ = self._turned(rows, low)
        return turned @ matrix @ turned.T

    def _turned(self, rows: Matrix, low: Matrix | None) -> tuple[Matrix, Matrix, Matrix]:
        """Rows and the covariance between them: whitened where that is known, for far from 0 the matrix itself cancels."""
        assert self.errors is not None
        if self.errors.whitened is not None and self.solution.eliminated is None:
            z = self._leverage.whitened(*self._parts(rows, low))
            return z, self.errors.whitened, z
        part = rows[:, self.solution.kept]
        return part, self.covariance[np.ix_(self.solution.kept, self.solution.kept)], part

    def _parts(self, rows: Matrix, low: Matrix | None) -> tuple[Vector, Matrix, Matrix | None]:
        """The intercept's entries, those of the columns kept, and what is below them."""
        kept = list(self.solution.kept)
        first = 1 if self.solution.layout.intercept and kept[:1] == [0] else 0
        columns = kept[first:]
        constant = rows[:, 0] if first else np.zeros(len(rows))
        return constant, rows[:, columns], None if low is None else low[:, columns]

    @cached_property
    def _leverage(self) -> Leverage:
        layout = self.solution.layout
        columns = [layout.columns[i] for i in self.solution.kept if layout.columns[i] > 0]
        return Leverage.of(self.solution.moments, columns, intercept=layout.intercept)

    def _design(self, rows: Matrix) -> Matrix:
        rows = arguments.vector(_("design rows"), rows)
        k = len(self.names)
        if rows.ndim != 2 or rows.shape[1] != k:
            first = _(", the intercept's 1 first") if self.solution.layout.intercept else ""
            raise UsageError(
                _("design rows have the shape {shape}, expected (m, {k}){first}", shape=rows.shape, k=k, first=first),
                _(
                    "their columns are {names}; model.design.rows(…) makes them",
                    names=", ".join(self.names[:12]) + (", …" if k > 12 else ""),
                ),
            )
        return rows

    def half_width(
        self,
        rows: Matrix,
        level: float = 0.95,
        *,
        low: Matrix | None = None,
        new: bool = True,
        mean_se: Vector | None = None,
    ) -> Vector:
        """(m,) how far the interval of a new row's target reaches to each side; that of the mean with new=False.

        mean_se : of these rows, where it is known already
        """
        if self.freedom == 0:
            raise NumericalError(
                _("no interval can be computed: 0 residual degrees of freedom"), _("use more rows or fewer terms")
            )
        if isnan(self.residual_sd):
            raise NumericalError(
                _("no interval can be computed: at precision fast the residuals cannot be told from 0"),
                _('fit with `precision="exact"`'),
            )
        error = self.mean_se(rows, low=low) if mean_se is None else mean_se
        if new:
            error = np.hypot(error, self.residual_sd)
        return error * two_sided_t(arguments.level(level), self.joint_freedom)

    def _centre(self, rows: Matrix, low: Matrix | None) -> Vector:
        rests = {} if low is None else dict(enumerate(self._design(low).T))
        return evaluate(list(self._design(rows).T), rests, self.coefficients, lambda: self.solution.exact)


def _refuse_lost(matrix: Matrix, found: Vector, size: Vector) -> None:
    """NumericalError where the errors of a row are made of coefficients that have none, or cancel in the covariance."""
    if np.isnan(matrix).any():
        raise NumericalError(
            _("the error of a mean is made of those of its level, and the many levels have none of this kind"),
            _("take HC1, or the classical errors"),
        )
    if (found < LEFT * size).any():
        raise NumericalError(
            _("the columns are so far from 0 that the error of a mean is lost in their covariance"),
            _("subtract a number near its mean from each column, as in I(x − 1000)"),
        )


def infer(estimate: Estimate, covariance: Covariance | None = None) -> Inference:
    """Of the exact minimum of the estimate's moments. covariance : of its coefficients; None: the classical one"""
    solution = estimate.solution
    sure, freedom, rank = certainty_of(solution), solution.freedom, len(solution.kept)
    told = sure.rss >= LEAST_DIGITS
    variance, rss = residual_variance(solution, sure), _residual_sum(solution)
    se = standard_errors(solution, sure) if covariance is None else covariance.se
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(np.isnan(se), nan, solution.coefficients / se)
    r2, adjusted = _r2(solution)
    f, f_freedom = nan, (rank - solution.layout.offset, float(freedom) if covariance is None else covariance.joint)
    if told:
        staged = estimate.stages is not None
        if covariance is None:
            f, f_freedom = _f(solution, rank, staged)
        else:
            from wxb.covariance.together import all_terms

            f = all_terms(solution, covariance) / max(1, f_freedom[0])
    loglik, aic, bic = _likelihood(solution, solution.rank) if told and estimate.stages is None else (nan, nan, nan)
    return Inference(
        names=solution.names,
        coefficients=solution.coefficients,
        se=se,
        t=t,
        rows=solution.rows,
        freedom=freedom,
        rss=rss,
        residual_sd=float_root(variance) if variance is not None else nan,
        r2=r2,
        adjusted_r2=adjusted,
        f=f,
        f_freedom=f_freedom,
        loglik=loglik,
        aic=aic,
        bic=bic,
        solution=solution,
        certainty=sure,
        errors=covariance,
    )


def _residual_sum(solution: Solution) -> float:
    try:
        return float(solution.rss)
    except OverflowError:
        raise NumericalError(
            _("the values are too large: the sum of squared errors overflows float64"),
            _("scale the columns: divide the largest by a power of ten"),
        ) from None


def _r2(solution: Solution) -> tuple[float, float]:
    if solution.tss == 0:
        return nan, nan
    share = solution.rss / solution.tss
    whole = solution.rows - solution.centred
    adjusted = float(1 - share * whole / solution.freedom) if solution.freedom else nan
    return float(1 - share), adjusted


def _f(solution: Solution, rank: int, staged: bool) -> tuple[float, tuple[int, int]]:
    freedom = explained, __ = rank - solution.layout.offset, solution.freedom
    if solution.eliminated is not None and solution.eliminated.hidden and not staged:
        total = solution.eliminated.within
    else:  # tss, but in two stages that of x̂, within levels where these are absorbed
        total = total_sum_of_squares(solution.moments, solution.layout.intercept)
    if explained < 1 or solution.freedom < 1 or solution.tss == 0 or total == 0:
        return nan, freedom
    if solution.rss == 0:
        return inf, freedom
    f = (total - solution.rss) / explained / (solution.rss / solution.freedom)
    try:
        return float(f), freedom
    except OverflowError:  # the line passes through a row of 1e308 and leaves numbers near 1
        return inf, freedom


def _likelihood(solution: Solution, rank: int) -> tuple[float, float, float]:
    logs, n = solution.moments.log_weights, solution.rows
    if logs is None:
        return nan, nan, nan
    if solution.rss == 0:
        return inf, -inf, -inf
    mean_square = solution.rss / n
    log_square = log(mean_square.numerator) - log(mean_square.denominator)
    loglik = -n / 2 * (log(2 * pi) + log_square + 1) + ldexp(logs, -2 * HALF_BITS - 1)
    return loglik, -2 * loglik + 2 * rank, -2 * loglik + log(n) * rank


def standard_error_distance(inference: Inference, coefficients: Vector) -> float:
    """How far coefficients (k,) are from the minimum, in standard errors, at the worst; NaN when there are none."""
    kept = list(inference.solution.kept)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.abs(np.asarray(coefficients)[kept] - inference.coefficients[kept]) / inference.se[kept]
    return float(sqrt(np.max(np.square(distance)))) if len(distance) and not np.isnan(distance).any() else nan
