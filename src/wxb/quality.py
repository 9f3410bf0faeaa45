"""How well a line predicts rows it was not fitted to: test rows, and each fold by the line of all others.

    cost = Σ w e² / Σ w      RMSE = √cost      MAE = Σ w |e| / Σ w      R² = 1 − Σ w e² / Σ w (y − ȳ)²

Folds in the order of time are judged by the line of those before them (`ordered`), the first by none.

R² is around the mean ȳ of the very rows that are judged, or around 0 without an intercept. Of folds every row counts once, so cost,
RMSE, MAE and R² are of all rows together; `costs` has each fold's own, and `spread` is their standard deviation over the folds
(ddof 1), not a standard error. Costs come from moments; |e| needs the rows, so MAE is there only where they could be read again.

A line is judged by its exact coefficients: rounded to float64, those of a column of instants in nanoseconds would cost
three times as much as the line does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import frexp, isfinite, nan, sqrt

import numpy as np

from wxb._typing import Vector
from wxb.errors import NumericalError
from wxb.i18n import _, _n
from wxb.moments import Moments
from wxb.numbers import number, numbered
from wxb.solve import Solution, cost_as_float, exact_mean_square, solve, total_sum_of_squares
from wxb.values import Value

Line = Sequence[Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """rows : judged        cost, rmse, r2 : of them; NaN where not defined        mae : None where rows were read once only"""

    rows: int
    cost: float
    rmse: float
    mae: float | None
    r2: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossValidation(Value):
    """overall : of all rows, each by a line that never saw it        costs : (K,) of each fold, NaN where there is none

    lines : exact coefficients of all rows but the fold's, None where there are none; of ordered folds of the rows before each
        stretch, the first of which has none and is not judged
    spread : standard deviation of the costs        notes : folds that could not be judged, and why
    """

    overall: Quality
    costs: Vector
    lines: tuple[Line | None, ...]
    spread: float
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        found = f"cost {number(self.overall.cost)}, R² {number(self.overall.r2)}"
        return f"CrossValidation({numbered(len(self.costs), 'fold')}: {found})"


def judge(moments: Moments, line: Line, intercept: bool, mae: float | None = None) -> Quality:
    """The quality of a line on the rows of the moments."""
    cost = cost_as_float(exact_mean_square(moments, line, intercept))
    return _quality(moments, cost, intercept, mae)


def apart(folds: Sequence[Moments], ordered: bool = False) -> Iterator[tuple[int, Moments, Moments]]:
    """(k, the rows of a fold, those whose line judges it) of each: all others, or those before, so that the first has none."""
    if ordered:
        before = accumulate(folds)
        return ((k, fold, rows) for k, (fold, rows) in enumerate(zip(folds[1:], before), 1))
    total = sum(folds[1:], folds[0])
    return ((k, fold, total - fold) for k, fold in enumerate(folds))


def cross_validate(
    folds: Sequence[Moments],
    intercept: bool,
    mae: float | None = None,
    line_of: Callable[[int], Line] | None = None,
    ordered: bool = False,
    cost_of: Callable[[int], float] | None = None,
) -> CrossValidation:
    """Each fold judged by the line of all others, or of those before it.

    line_of : the line that judges fold k; None takes the exact minimum
    cost_of : what fold k costs by it, where that is known
    """
    costs, lines, notes = np.full(len(folds), nan), list[Line | None]([None] * len(folds)), []
    squares, judged = Fraction(0), None
    for k, fold, others in apart(folds, ordered):
        line, note = _line_without(others, fold, k, intercept, line_of)
        lines[k] = line
        if note:
            notes.append(note)
        if line is not None:
            cost = cost_as_float(exact_mean_square(fold, line, intercept)) if cost_of is None else cost_of(k)
            costs[k] = cost
            squares += Fraction(cost) * fold.exact(0, 0)
            judged = fold if judged is None else judged + fold
    known = costs[np.isfinite(costs)]
    if judged is None:
        overall = Quality(rows=0, cost=nan, rmse=nan, mae=None, r2=nan)
    else:
        overall = _quality(judged, float(squares / judged.exact(0, 0)), intercept, mae)
    costs = costs[int(ordered) :]
    return CrossValidation(overall=overall, costs=costs, lines=tuple(lines), spread=_spread(known), notes=_few(notes))


def _spread(costs: Vector) -> float:
    """Standard deviation, NaN of fewer than two; in units of a power of two, for the squares of costs near 1e300."""
    if len(costs) < 2:
        return nan
    unit = frexp(float(costs.max()))[1]
    return float(np.ldexp(np.ldexp(costs, -unit).std(ddof=1), unit))


def _line_without(
    others: Moments, fold: Moments, k: int, intercept: bool, line_of: Callable[[int], Line] | None
) -> tuple[Line | None, str]:
    """Coefficients of all rows but a fold's, and what should be known of them."""
    if fold.rows == 0:
        return None, _("fold {k} has no rows left (they were held out, incomplete, or of weight 0)", k=k)
    try:
        if line_of is not None:
            return line_of(k), ""
        solution = solve(others, intercept=intercept)
    except NumericalError as error:
        return None, _("fold {k} cannot be judged: without its rows {what}", k=k, what=error.what)
    return solution.exact, _dropped(solution, k)


def _dropped(solution: Solution, k: int) -> str:
    names = [solution.names[d.column] for d in solution.dropped]
    if not names:
        return ""
    return _n(
        "without the rows of fold {k} {names} cannot be told from the other terms and is left out",
        "without the rows of fold {k} {names} cannot be told from the other terms and are left out",
        len(names),
        k=k,
        names=", ".join(names),
    )


def _few(notes: list[str], most: int = 3) -> tuple[str, ...]:
    return tuple(
        notes if len(notes) <= most else [*notes[:most], _("… and {count} more folds", count=len(notes) - most)]
    )


def _quality(moments: Moments, cost: float, intercept: bool, mae: float | None) -> Quality:
    around = float(total_sum_of_squares(moments, intercept) / moments.exact(0, 0))
    r2 = 1 - cost / around if around > 0 and isfinite(cost) else nan
    return Quality(rows=moments.rows, cost=cost, rmse=sqrt(cost), mae=mae, r2=r2)
