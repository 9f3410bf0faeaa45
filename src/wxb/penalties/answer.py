"""The line of one λ, exactly: with the signs that the descent found it is one linear system, solved in integers.

    (Σ w x xᵀ + W l2 F S²) θ = Σ w x y − ½ W l1 F S sign θ        over the coefficients that are not 0; b is not penalised

Its solution is rounded once. Where it has these signs and the KKT gap, formed from exact residual moments, is none, it is the
minimum. Where columns are collinear and nothing penalises their difference, the system has many answers: then that of the
descent stands, and the gap says how near it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import numpy as np

from wxb._typing import Vector
from wxb.layout import Layout
from wxb.moments import Moments
from wxb.normal_equations import solve_normal
from wxb.penalties.lasso import gap_from
from wxb.penalties.penalty import Penalty
from wxb.penalties.seen import Seen
from wxb.solve import rounded_once
from wxb.values import Value

if TYPE_CHECKING:
    from wxb.penalties.path import PenaltyPath


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer(Value):
    """exact : k coefficients        theta : (k,) each rounded once        gap : of the KKT conditions

    solved : whether `exact` is the solution of the system, and not what the descent reached        freedom : effective, with b
    constant : (p,) marks columns that do not vary, whose coefficients are 0 whatever the penalty
    l2, l1 : the λ of this line        path : of those it was chosen among, or None
    """

    exact: tuple[Fraction, ...]
    theta: Vector
    gap: float
    solved: bool
    freedom: float
    constant: tuple[bool, ...]
    l2: float
    l1: float
    path: PenaltyPath | None = None


def answer(seen: Seen, penalty: Penalty) -> Answer:
    """The minimum under this penalty."""
    layout = Layout(seen.moments.terms, seen.intercept)
    line = penalty.lines(seen, "l2", np.array([penalty.l2]))
    varies = seen.covariance.diagonal() > 0
    there = varies & (line[0] != 0) if penalty.sparse else varies
    signs = np.sign(line[0]) * there
    weights = _system(seen, penalty, np.flatnonzero(there), signs)
    solved = weights is not None and _agree(weights, signs, penalty.sparse)
    if weights is None or not solved:
        weights = [Fraction(value) for value in line[0].tolist()]
    slopes = zip(weights, seen.means)
    b = seen.means[-1] - sum((w * mean for w, mean in slopes if w), Fraction(0))
    exact = tuple(layout.listed(weights, b))
    theta = rounded_once(exact, layout.names, seen.moments.target)
    freedom = penalty.freedom(seen, "l2", np.array([penalty.l2]), layout.split(theta)[0][None])
    return Answer(
        exact=exact,
        theta=theta,
        gap=gap(seen, penalty, layout.split(theta)[0]),
        solved=bool(solved),
        freedom=float(freedom[0]),
        constant=tuple((~varies).tolist()),
        l2=penalty.l2,
        l1=penalty.l1,
    )


def gap(seen: Seen, penalty: Penalty, weights: Vector) -> float:
    """The KKT gap of W (p,), its gradient formed from exact residual moments."""
    unit, __, cross = penalty.units(seen)
    gradient = seen.beside(weights).cross / unit
    l1, l2 = penalty.l1 * penalty.factors, penalty.l2 * penalty.factors
    columns = (gradient[:, None], float(np.abs(cross).max(initial=0.0)), (weights * unit)[:, None])
    return float(gap_from(*columns, l1[:, None], l2[:, None], penalty.positive)[0])


def _agree(weights: list[Fraction], signs: Vector, sparse: bool) -> bool:
    return not sparse or all((w > 0) - (w < 0) == sign for w, sign in zip(weights, signs.tolist()))


def _system(seen: Seen, penalty: Penalty, there: np.ndarray, signs: Vector) -> list[Fraction] | None:
    """p weights, 0 but for those there; None where the system has no one solution."""
    moments = seen.moments
    ledger, whole = moments.ledger, moments.exact(0, 0)
    last = ledger.width - 1
    unit = seen.deviations(penalty.standardise)
    places = [0] * seen.intercept + [int(j) + 1 for j in there]
    units = [Fraction(2) ** ledger.exponents[i] for i in places]
    more = [Fraction(0)] * len(places)
    less = [Fraction(0)] * len(places)
    for row, j in enumerate(there.tolist(), int(seen.intercept)):
        factor, s = Fraction(float(penalty.factors[j])), Fraction(float(unit[j]))
        more[row] = whole * Fraction(penalty.l2) * factor * s * s / units[row] ** 2
        less[row] = whole * Fraction(penalty.l1) / 2 * factor * s * int(signs[j])
        less[row] /= units[row] * Fraction(2) ** ledger.exponents[last]
    common = lcm(*(value.denominator for value in (*more, *less)))
    gram = [[ledger.integers[i][j] * common for j in places] for i in places]
    for row, value in enumerate(more):
        gram[row][row] += int(value * common)
    right = [ledger.integers[i][last] * common - int(value * common) for i, value in zip(places, less)]
    try:
        found = solve_normal(gram, right, ledger.integers[last][last] * common).coefficients
    except ZeroDivisionError:
        return None
    out = [Fraction(0)] * len(moments.terms)
    for row, j in enumerate(there.tolist(), int(seen.intercept)):
        out[j] = found[row] * Fraction(2) ** ledger.exponents[last] / units[row]
    return out


def line_of(moments: Moments, intercept: bool, penalty: Penalty) -> tuple[Fraction, ...]:
    """The exact coefficients of some rows."""
    return answer(Seen.of(moments, intercept), penalty).exact
