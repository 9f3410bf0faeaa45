"""Which λ: each is judged from moments, by folds or generalised cross-validation, or by one more pass (`leave_one_out`).

    folds   cost_k(λ) = mean square of the rows of fold k by the line of all others, each row counted once in the mean over folds
    GCV     cost(λ) / (1 − df(λ) / n)²

Costs are formed of exact sums in pairs of doubles, of whose 32 digits half may cancel; where more does, in integers.
One-standard-error rule: the largest λ whose cost is within one standard error of the least, the simplest line that is as good.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import nan, sqrt

import numpy as np

from wxb._typing import Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments import Moments
from wxb.moments.pairs import add, multiply
from wxb.penalties.lines import Pairs, pair, powers_of, sums
from wxb.penalties.lines import costs as formed
from wxb.penalties.path import PenaltyPath
from wxb.penalties.penalty import Penalty, Varied
from wxb.penalties.seen import Seen, in_pair

CANCELLED = 2.0**-50  # of what is summed: less of it has lost more than half of the digits of a pair


def path_of(
    seen: Seen,
    penalty: Penalty,
    varied: Varied,
    values: Vector,
    *,
    folds: Sequence[Fold] = (),
    left_out: Vector | None = None,
    one_se: bool = False,
) -> tuple[PenaltyPath, list[Pairs]]:
    """The path of all λ, judged, and of each fold the line (2, p) of the others under the λ that was chosen.

    values : (L,) falling        folds : (`folds_of`)        left_out : (L,) costs of leaving one row out, where they are known
    one_se : whether the one-standard-error rule chooses
    """
    lines = penalty.lines(seen, varied, values, free=True)
    cost, freedom = costs(seen, seen, lines.weights), lines.freedom + float(seen.intercept)
    by_fold, weights, others = np.empty((0, len(values))), np.empty(0), list[Pairs]()
    if len(folds):
        others = [penalty.lines(one.fitted, varied, values).weights for one in folds]
        by_fold = np.array([costs(one.judged, one.fitted, own) for one, own in zip(folds, others)])
        weights = np.array([float(one.judged.moments.exact(0, 0)) for one in folds])
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
    path = PenaltyPath(
        varied=varied,
        values=values,
        terms=seen.moments.terms,
        coef=lines.weights[0],
        intercept=_intercepts(seen, lines.weights),
        freedom=freedom,
        cost=cost,
        judged_by=judge,
        judged=judged,
        fold_costs=by_fold,
        spread=spread,
        least=least,
        chosen=chosen,
    )
    return path, [own[:, chosen] for own in others]


def _intercepts(seen: Seen, lines: Pairs) -> Vector:
    """(L,) b of each line."""
    powers = powers_of(seen.square[0].diagonal())
    means = np.ldexp(_apart(seen.means, [Fraction(0)] * len(seen.means)), -powers)
    scaled = np.ldexp(lines, powers[:-1] - powers[-1])
    level = sums(np.array(multiply(pair(scaled), pair(means[:, None, :-1]))))
    return np.ldexp(add((means[0, -1], means[1, -1]), (-level[0], -level[1]))[0], powers[-1])


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


def costs(judged: Seen, fitted: Seen, lines: Pairs) -> Vector:
    """(L,) mean squares of rows by lines W (2, L, p) that go through the middle of others.

    (ȳ − ȳ' − W (x̄ − x̄'))² + v − 2 cᵀW + WᵀC W in pairs, in powers of two; where nearly all of it cancels, in integers.
    """
    powers = powers_of(judged.square[0].diagonal())
    square = np.ldexp(judged.square, -(powers[:, None] + powers))
    apart = np.ldexp(_apart(judged.means, fitted.means), -powers)
    weights = np.empty((2, lines.shape[1], len(powers)))  # of the target too: −1
    weights[:, :, :-1], weights[0, :, -1], weights[1, :, -1] = np.ldexp(lines, powers[:-1] - powers[-1]), -1.0, 0.0
    found, lost = formed(square, weights, apart)
    out = np.ldexp(found, 2 * powers[-1])
    for i in np.flatnonzero(~(found > CANCELLED * lost)).tolist():
        out[i] = _exact_cost(judged, fitted, lines[:, i])
    return out


def _exact_cost(judged: Seen, fitted: Seen, line: Pairs) -> float:
    """The same in integers, rounded at the end."""
    mine, theirs = (one.beside(line[0]).beside(line[1]) for one in (judged, fitted))
    return float((mine.means[-1] - theirs.means[-1]) ** 2) + max(mine.variance, 0.0)


def _apart(one: Sequence[Fraction], other: Sequence[Fraction]) -> Pairs:
    """(2, p + 1) differences of means."""
    found = [
        in_pair(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator, 0)
        for a, b in zip(one, other)
    ]
    high, low, powers = zip(*found)
    return np.ldexp([high, low], powers)
