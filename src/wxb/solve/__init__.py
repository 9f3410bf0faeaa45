"""Moments → the exact minimum, and which terms give way.

    minimise Σ w (y − xᵀβ)²      ⇔      (Σ w x xᵀ) β = Σ w x y

The normal equations square the condition number, which is why everyone avoids them in float64. Here both sides are exact
integers, so nothing is lost: `normal_equations` solves them exactly or to proven bits, and each coefficient is rounded once, at the
end. The residual sum of squares Σy² − βᵀΣxy is formed so too; from rounded numbers that difference would be noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf, lcm, ldexp, log10
from operator import mul

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.bowl import Bowl
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _, _n
from wxb.layout import Layout
from wxb.moments import Moments
from wxb.normal_equations import Minimum, solve_normal
from wxb.rank import Dependence, find_dependences
from wxb.solve.solution import Eliminated, Solution

__all__ = [
    "Eliminated",
    "Solution",
    "bowl_of",
    "check_rows",
    "cost_as_float",
    "exact_mean_square",
    "mean_square",
    "quotient",
    "rounded_once",
    "solve",
    "solve_quickly",
    "told_apart",
    "total_sum_of_squares",
]

MANY = 16  # coefficients above which arrays are solved, and no integers made
QUICK = 32  # up to which fast sums are looked at as integers where these know more
TINY = 2.0**-1000  # a quotient above this was not rounded a second time
SMALLEST = 2.0**-1022  # of the doubles that have all their bits


def solve(moments: Moments, *, intercept: bool = True, rank: str = "drop") -> Solution:
    """The exact minimum of squared error over the moments' terms.

    `rank="drop"`: of collinear terms the later ones give way (their coefficient is 0 and `dropped` names them), as in R;
    `rank="error"`: they are refused by name.
    """
    if rank not in ("drop", "error"):
        raise UsageError(
            _("rank must be 'drop' or 'error', not {rank!r}", rank=rank), _('give `rank="drop"` or `rank="error"`')
        )
    layout = Layout(moments.terms, intercept)
    if not len(layout):
        raise UsageError(
            _("a model without terms and without an intercept has nothing to estimate"),
            _("give it a feature, or the intercept"),
        )
    check_rows(moments.rows, len(layout), len(moments.terms))
    solution = _minimum(moments, layout)
    if solution.dropped and rank == "error":
        text = "; ".join(solution.dependence_text(d) for d in solution.dropped)
        raise NumericalError(
            _("collinear terms: {text}", text=text), _('leave one of each set out, or use `rank="drop"`')
        )
    return solution


def told_apart(moments: Moments, *, intercept: bool = True) -> tuple[str, ...]:
    """The terms that are left when, of those that the rows cannot tell apart, the later ones give way.

    n rows tell n coefficients apart at most, so no more are looked at together, and once there are n all others give way.
    """
    room, left, later = moments.rows - intercept, list[str](), list(moments.terms)
    while later and len(left) < room:
        count = room - len(left)
        tried, later = [*left, *later[:count]], later[count:]
        layout = Layout(tuple(tried), intercept)
        __, __, dropped = _dependences(moments.select(tried), layout)
        gone = {layout.names[one.column] for one in dropped}
        left = [term for term in tried if term not in gone]
    return tuple(left)


def _dependences(moments: Moments, layout: Layout) -> tuple[list[list[int]], list[int], list[Dependence]]:
    """The sums of products of the columns in units of their exponents, and which of the columns give way."""
    here = slice(layout.columns.start, layout.columns.stop)
    integers = [row[here] for row in moments.ledger.integers[here]]
    exponents = moments.ledger.exponents[here]
    marks = layout.listed(moments.rounding[: len(moments.terms)], 0.0)
    return integers, exponents, find_dependences(integers, exponents, marks, layout.intercept)


def _minimum(moments: Moments, layout: Layout) -> Solution:
    """The minimum, whatever the number of rows: of terms that the rows cannot tell apart the later ones give way."""
    if len(layout) > MANY or moments.precision == "fast":
        solution = (_rounded_minimum if moments.precision == "fast" else _stacked_minimum)(moments, layout)
        if solution is not None:
            return solution
    return _minimum_in_integers(moments, layout)


def _minimum_in_integers(moments: Moments, layout: Layout) -> Solution:
    """That of sums taken as exact."""
    ledger, columns = moments.ledger, layout.columns
    integers, __, dropped = _dependences(moments, layout)
    gone = {d.column for d in dropped}
    kept = [i for i in range(len(layout)) if i not in gone]
    right = [ledger.integers[-1][columns[i]] for i in kept]
    minimum = solve_normal([[integers[i][j] for j in kept] for i in kept], right, ledger.integers[-1][-1])
    return _of_minimum(moments, layout, minimum, kept, dropped)


def _of_minimum(
    moments: Moments, layout: Layout, minimum: Minimum, kept: Sequence[int], dropped: Sequence[Dependence]
) -> Solution:
    """Coefficients in the units of their columns, each rounded once."""
    if minimum.rss < 0 and moments.precision == "exact":
        raise NumericalError(
            _("the sums are those of no rows: what they leave unexplained is negative"),
            _("the model was changed by hand or is damaged; fit it anew"),
        )
    exponents, exact = moments.ledger.exponents, [Fraction(0)] * len(layout)
    for i, value in zip(kept, minimum.coefficients):
        exact[i] = value * Fraction(2) ** (exponents[-1] - exponents[layout.columns[i]])
    coefficients = rounded_once(exact, layout.names, moments.target)
    return Solution(
        moments,
        layout,
        tuple(kept),
        tuple(dropped),
        coefficients,
        max(minimum.rss, Fraction(0)) * Fraction(4) ** exponents[-1],  # fast sums may leave a little less than nothing
        total_sum_of_squares(moments, layout.intercept),
        moments.rows - len(kept),
        tuple(exact),
        variances=minimum.variances,
    )


def _stacked_minimum(moments: Moments, layout: Layout) -> Solution | None:
    """That of many columns whose sums are still as they were made; None where one may have to give way, or that is not proven."""
    from wxb.moments.stacked import StackedLedger
    from wxb.normal_equations.refinement import solved
    from wxb.rank import all_independent
    from wxb.verified import System

    ledger, places = moments.ledger, list(layout.columns)
    system = System.of_stacks(ledger, places) if isinstance(ledger, StackedLedger) else None
    if system is None:
        return None
    diagonal = [ledger.value(i, i)[0] for i in places]
    if not all_independent(system, layout.intercept, diagonal, max(moments.rounding[: len(moments.terms)])):
        return None
    last = ledger.width - 1
    right, square = [ledger.value(last, i)[0] for i in places], ledger.value(last, last)[0]
    minimum = solved(system, right, square, varied=True)
    return None if minimum is None else _of_minimum(moments, layout, minimum, range(len(places)), ())


def solve_quickly(moments: Moments, *, intercept: bool = True) -> Solution | None:
    """The minimum of rounded sums of many columns; None where float64 proves nothing, as of columns that are nearly collinear.

    Then `solve` goes by integers, of which these sums are no better: it takes longer than exact sums of the rows would.
    """
    layout = Layout(moments.terms, intercept)
    check_rows(moments.rows, len(layout), len(moments.terms))
    return _rounded_minimum(moments, layout)


def _rounded_minimum(moments: Moments, layout: Layout) -> Solution | None:
    """That of rounded sums; None where doubles do not prove that no column gives way. In integers where few lose more so."""
    from wxb.solve.rounded import Rounded

    found = Rounded.of(moments, layout)
    if found is None:
        return None
    if len(layout) <= QUICK and not found.tells_enough():
        return _minimum_in_integers(moments, layout)
    exact, rss = found.exact()
    return Solution(
        moments,
        layout,
        tuple(range(len(layout))),
        (),
        rounded_once(exact, layout.names, moments.target),
        rss,
        total_sum_of_squares(moments, layout.intercept),
        moments.rows - len(layout),
        exact,
        rounded=found,
    )


def check_rows(rows: int, count: int, terms: int) -> None:
    """NumericalError when there are fewer rows than coefficients."""
    if rows < count:
        of = _n("{n} term", "{n} terms", terms)
        what = _n("{n} row is", "{n} rows are", rows)
        raise NumericalError(
            _n(
                "{what} too few for {n} coefficient ({of})",
                "{what} too few for {n} coefficients ({of})",
                count,
                what=what,
                of=_("{terms} and the intercept", terms=of) if count > terms else of,
            ),
            _(
                'use more rows, fewer columns (`features=…`), or a penalty, under which there is an answer (`l2="auto"`)'
            ),
        )


def rounded_once(exact: Sequence[Fraction], names: Sequence[str], target: str) -> Vector:
    """(k,) coefficients as float64; NumericalError names one that is none."""
    out = np.empty(len(exact))
    for i, value in enumerate(exact):
        try:
            out[i] = value.numerator / value.denominator
        except OverflowError:
            out[i] = inf
        if not np.isfinite(out[i]) or (out[i] == 0 and value != 0):
            size = round((value.numerator.bit_length() - value.denominator.bit_length()) * log10(2))
            edge = _("large") if size > 0 else _("small")
            raise NumericalError(
                _(
                    "the coefficient of {name} would be about {value}, too {edge} for a float64: the scales "
                    "of {name} and {target} are too far apart",
                    name=names[i],
                    value=f"1e{size:+d}",
                    edge=edge,
                    target=target,
                ),
                _("rescale column {name} (multiply it by {factor})", name=names[i], factor=f"1e{size:+d}"),
            )
    return out


def total_sum_of_squares(moments: Moments, intercept: bool) -> Fraction:
    """Σ w (y − ȳ)², or Σ w y² without an intercept."""
    last = moments.ledger.width - 1
    total = moments.exact(last, last)
    if intercept:
        total -= moments.exact(0, last) ** 2 / moments.exact(0, 0)
    return max(total, Fraction(0))


def mean_square(moments: Moments, theta: Vector, intercept: bool) -> float:
    """Mean of w (y − xᵀθ)² over the rows of the moments, θ (k,), rounded once."""
    return cost_as_float(exact_mean_square(moments, [Fraction(float(value)) for value in theta], intercept))


def cost_as_float(cost: Fraction) -> float:
    """A mean of squares as float64; refused where it is none."""
    try:
        return float(cost)
    except OverflowError:
        raise NumericalError(
            _("the values are too large: the mean of squared errors is beyond the range of a float64"),
            _("divide the target by a power of ten: squares of numbers from 1e154 on are no float64"),
        ) from None


def exact_mean_square(moments: Moments, theta: Sequence[Fraction], intercept: bool) -> Fraction:
    """The same exactly: vᵀNv with v = (θ, −1), in integers.

    In float64 the terms of this sum cancel: with a column of 1e15 identifiers nothing is left but noise, below 0 at times.
    Fast sums are themselves rounded and may end below 0 by that much.
    """
    columns = Layout(moments.terms, intercept).columns
    places = [*columns, columns.stop]
    factors = [*theta, Fraction(-1)]
    scaled = [factor * Fraction(2) ** moments.ledger.exponents[i] for factor, i in zip(factors, places, strict=True)]
    common = lcm(*(value.denominator for value in scaled))
    whole = [value.numerator * (common // value.denominator) for value in scaled]
    rows = [moments.ledger.integers[i][columns.start :] for i in places]
    total = sum(v * sum(map(mul, row, whole)) for v, row in zip(whole, rows) if v)
    return max(Fraction(total, common * common) / moments.exact(0, 0), Fraction(0))


def bowl_of(solution: Solution, moments: Moments | None = None) -> Bowl:
    """The cost as a quadratic bowl over all coefficients, for descent and rates.

    With `moments` the bowl of other rows of the same columns (a test set), with its own minimum.
    """
    if moments is not None:
        solution = _minimum(moments, solution.layout)
    source = solution.moments
    columns, count = solution.layout.columns, len(solution.layout)
    weight = source.exact(0, 0)
    (n, unit), hessian = source.ledger.value(0, 0), np.empty((count, count))
    for i in range(count):
        for j in range(i + 1):
            cross, exponent = source.ledger.value(columns[i], columns[j])
            hessian[i, j] = hessian[j, i] = quotient(2 * cross, n, exponent - unit)
        if not SMALLEST <= hessian[i, i] < inf and source.ledger.integers[columns[i]][columns[i]]:
            edge = _("large") if hessian[i, i] == inf else _("small")
            raise NumericalError(
                _(
                    "{name} is too {edge} for a descent: the mean of its squares leaves the range of float64",
                    name=solution.names[i],
                    edge=edge,
                ),
                _("scale the column: divide {name} by a power of ten", name=solution.names[i]),
            )
    return Bowl(
        solution.layout,
        hessian,
        solution.coefficients,
        cost_as_float(solution.rss / weight),
        source.rows,
        *(_centred(source) if solution.layout.intercept else (None, None)),
    )


def _centred(moments: Moments) -> tuple[Vector, Matrix]:
    """Means (p,) and covariance (p, p) of the terms, each formed exactly and rounded once."""
    ledger, terms = moments.ledger, range(1, len(moments.terms) + 1)
    weight = moments.exact(0, 0)
    means = np.array([float(moments.exact(0, i) / weight) for i in terms])
    n, ones = ledger.integers[0][0], ledger.integers[0]
    covariance = np.zeros((len(terms), len(terms)))
    for i in terms:
        for j in range(1, i + 1):
            cross = ledger.integers[i][j] * n - ones[i] * ones[j]  # in units of 2^(f_i + f_j + 2 f_0)
            exponent = ledger.exponents[i] + ledger.exponents[j] - 2 * ledger.exponents[0]
            covariance[i - 1, j - 1] = covariance[j - 1, i - 1] = quotient(cross, n * n, exponent)
    return means, covariance


def quotient(numerator: int, denominator: int, exponent: int) -> float:
    """numerator / denominator · 2^exponent, rounded once; infinite beyond the range of a float64."""
    try:
        plain = ldexp(numerator / denominator, exponent)  # Python divides integers of any size with one rounding
    except OverflowError:
        plain = 0.0
    if abs(plain) > TINY or numerator == 0:
        return plain
    try:
        return float(Fraction(numerator, denominator) * Fraction(2) ** exponent)
    except OverflowError:
        return inf if numerator > 0 else -inf
