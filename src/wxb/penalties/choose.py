"""Which λ: each is judged from moments, by folds or generalised cross-validation, or by one more pass (`leave_one_out`).

    folds   cost_k(λ) = mean square of the rows of fold k by the line of all others, each row counted once in the mean over folds
    GCV     cost(λ) / (1 − df(λ) / n)²

Costs of a fold are formed beside one line of all rows, from exact sums, so that what cancels in them was taken away in integers.
One-standard-error rule: the largest λ whose cost is within one standard error of the least, the simplest line that is as good.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments import Moments
from wxb.penalties.path import PenaltyPath
from wxb.penalties.penalty import Penalty, Varied
from wxb.penalties.seen import Seen


def path_of(
    seen: Seen,
    penalty: Penalty,
    varied: Varied,
    values: Vector,
    *,
    folds: Sequence[Fold] = (),
    left_out: Vector | None = None,
    one_se: bool = False,
) -> PenaltyPath:
    """The path of all λ, judged.

    values : (L,) falling        folds : (`folds_of`)        left_out : (L,) costs of leaving one row out, where they are known
    one_se : whether the one-standard-error rule chooses
    """
    lines = penalty.lines(seen, varied, values)
    line = reference(seen)
    own = seen.beside(line)
    cost = costs(own, own, lines - line)
    freedom = penalty.freedom(seen, varied, values, lines)
    by_fold, weights = np.empty((0, len(values))), np.empty(0)
    if len(folds):
        by_fold, weights = fold_costs(line, lines, folds, penalty, varied, values)
        judge, judged = "folds", weights @ by_fold / weights.sum()
    elif left_out is not None:
        judge, judged = "leave-one-out", left_out
    else:
        judge, judged = "gcv", _gcv(cost, freedom, seen.rows)
    judged = np.where(np.isfinite(judged), judged, np.inf)
    count = len(by_fold)
    spread = by_fold.std(axis=0, ddof=1) / sqrt(count) if count > 1 else np.full(len(values), nan)
    least = int(np.argmin(judged))
    within = judged[least] + spread[least] if one_se else judged[least]
    chosen = int(np.flatnonzero(judged <= within)[0]) if one_se and count > 1 else least
    means = np.array([float(mean) for mean in seen.means[:-1]])
    return PenaltyPath(
        varied=varied,
        values=values,
        terms=seen.moments.terms,
        coef=lines,
        intercept=float(seen.means[-1]) - lines @ means if seen.intercept else np.zeros(len(values)),
        freedom=freedom,
        cost=cost,
        judged_by=judge,
        judged=judged,
        fold_costs=by_fold,
        spread=spread,
        least=least,
        chosen=chosen,
    )


def _gcv(cost: Vector, freedom: Vector, rows: int) -> Vector:
    """(L,) generalised cross-validation, infinite where the line has as much freedom as there are rows."""
    if rows < 2:
        return cost
    left = np.maximum(1 - freedom / rows, 0.0)
    return np.where(left > 0, cost, np.inf) / np.where(left > 0, left, 1.0) ** 2


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fold:
    """judged : the rows of a fold        fitted : those whose line judges it"""

    judged: Seen
    fitted: Seen


def folds_of(parts: Iterable[tuple[int, Moments, Moments]], intercept: bool) -> dict[int, Fold]:
    """Each fold that has rows, by its number.  NumericalError where nothing else has any.  parts : (`wxb.quality.apart`)"""
    found: dict[int, Fold] = {}
    for k, fold, others in parts:
        if fold.rows and not others.rows:
            raise NumericalError(
                _("all rows are in one fold, so there is no line of the others"), _("use more folds, or other groups")
            )
        if fold.rows:
            found[k] = Fold(judged=Seen.of(fold, intercept), fitted=Seen.of(others, intercept))
    return found


def fold_costs(
    line: Vector, lines: Matrix, folds: Sequence[Fold], penalty: Penalty, varied: Varied, values: Vector
) -> tuple[Matrix, Vector]:
    """(K, L) costs of each fold by the line of the others, and the weight of its rows (K,).

    line : beside which costs are formed        lines : of all rows
    """
    out = [
        costs(one.judged.beside(line), one.fitted.beside(line), penalty.lines(one.fitted, varied, values, lines) - line)
        for one in folds
    ]
    return np.array(out), np.array([float(one.judged.moments.exact(0, 0)) for one in folds])


def costs(judged: Seen, fitted: Seen, delta: Matrix) -> Vector:
    """(L,) mean squares of rows by lines that go through the middle of others.

    judged, fitted : both seen beside one line        delta : (L, p) W less that line
    """
    apart = np.array([float(one - other) for one, other in zip(judged.means, fitted.means)])
    level = apart[-1] - delta @ apart[:-1]
    inside = judged.variance + (delta * (delta @ judged.covariance - 2 * judged.cross)).sum(axis=1)
    return level**2 + np.maximum(inside, 0.0)


def reference(seen: Seen) -> Vector:
    """(p,) a line near the least squares of all rows."""
    return np.asarray(np.linalg.lstsq(seen.covariance, seen.cross, rcond=None)[0], dtype=np.float64)
