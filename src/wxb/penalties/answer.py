"""The line of one λ, exactly: with the signs that the descent found it is one linear system, solved in integers.

    (Σ w x xᵀ + W l2 F S²) θ = Σ w x y − ½ W l1 F S sign θ        over the coefficients that are not 0; b is not penalised

Its solution is rounded once. Where it has these signs and no coefficient at 0 wants to leave it, by exact residual moments,
it is the minimum; where not, as the descent in float64 may end among nearly collinear columns, the signs are mended one at a
time, a system solved for each, until it is. Where columns are collinear and nothing penalises their difference, the system
has many answers: then that of the descent stands, and the gap says how near it is.

The gap that is shown is never below the true one, of the coefficients as they are rounded: the gradient is formed in integers and
rounded to pairs, of many columns in pairs where these do; what they may be off by is added, all else is rational, and the quotient
is rounded upwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, nextafter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.layout import Layout
from wxb.normal_equations import solve_normal
from wxb.numbers import number
from wxb.penalties.penalty import Penalty
from wxb.penalties.seen import Seen
from wxb.solve import rounded_once
from wxb.values import Value

if TYPE_CHECKING:
    from wxb.penalties.path import PenaltyPath


MOST_STEPS = (
    100  # in integers, from the line of the descent to the minimum: one, but for columns that are nearly collinear
)
ROUNDING = 2.0**-48  # of the largest |a_j|
CROSS = Fraction(1, 2**53)  # of a_j, rounded to a double
SEEN = 1024  # times what the gradient may be off by, of what is printed


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer(Value):
    """exact : k coefficients        theta : (k,) each rounded once        gap : no less than that of the KKT conditions at theta

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

    def __repr__(self) -> str:
        asked = ", ".join(f"{name} {number(value)}" for name, value in (("l2", self.l2), ("l1", self.l1)) if value)
        freedom = f"freedom {number(self.freedom)} of {len(self.theta)}"
        return f"Answer({asked or 'no coefficient below 0'}: {freedom}, gap {number(self.gap, 2)})"


def answer(seen: Seen, penalty: Penalty) -> Answer:
    """The minimum under this penalty."""
    layout = Layout(seen.moments.terms, seen.intercept)
    near, freedom = penalty.line(seen)
    exact, solved = line_of(seen, penalty, near[0])
    theta = rounded_once(exact, layout.names, seen.moments.target)
    return Answer(
        exact=exact,
        theta=theta,
        gap=gap(seen, penalty, layout.split(theta)[0]),
        solved=solved,
        freedom=freedom + float(seen.intercept),
        constant=tuple((~_varies(seen)).tolist()),
        l2=penalty.l2,
        l1=penalty.l1,
    )


def line_of(seen: Seen, penalty: Penalty, line: Vector) -> tuple[tuple[Fraction, ...], bool]:
    """The exact coefficients of these rows, and whether they are the solution of the system.  line : W (p,) in doubles"""
    if penalty.sparse:
        weights = _walked(seen, penalty, line)
    else:
        weights = _system(seen, penalty, np.flatnonzero(_varies(seen)), np.zeros(len(seen.cross)))
    solved = weights is not None
    if weights is None:
        weights = [Fraction(value) for value in line.tolist()]
    return through_middle(seen, weights), solved


def through_middle(seen: Seen, weights: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """The coefficients of the line of weights W (p) that goes through the middle of the rows."""
    b = seen.means[-1] - sum((w * mean for w, mean in zip(weights, seen.means) if w), Fraction(0))
    return tuple(Layout(seen.moments.terms, seen.intercept).listed(weights, b))


def _varies(seen: Seen) -> np.ndarray:
    """(p,) marks columns that vary."""
    return seen.covariance.diagonal() > 0


def gap(seen: Seen, penalty: Penalty, weights: Vector) -> float:
    """An upper bound of the KKT gap of W (p,), a thousandth above it at most where it is not below 2^−80."""
    unit = [Fraction(value) for value in seen.deviations(penalty.standardise).tolist()]
    within, lost, worst = seen.slopes_within(weights), Fraction(1), Fraction(0)
    if within is not None:
        lost, worst = _broken(penalty, unit, weights, *within)
    if lost * SEEN > worst:
        __, worst = _broken(penalty, unit, weights, *seen.slopes_exactly(weights))
    size = max((abs(Fraction(value)) / s for value, s in zip(seen.cross.tolist(), unit)), default=Fraction(0))
    return _upwards(worst / (size * (1 - CROSS)) if size else worst)


def _broken(
    penalty: Penalty, unit: Sequence[Fraction], weights: Vector, slopes: NDArray[np.float64], off: Vector
) -> tuple[Fraction, Fraction]:
    """What the worst condition may be off by, and what it is broken by at most.  slopes, off (p,) : c − C W, within so much"""
    l2, half, worst = Fraction(penalty.l2), Fraction(penalty.l1) / 2, (Fraction(0), Fraction(0))
    each = zip(*slopes.tolist(), off.tolist(), unit, penalty.factors.tolist(), weights.tolist())
    for high, low, lost, s, factor, w in each:
        slope, f = Fraction(high) + Fraction(low), Fraction(factor)
        if w:
            signed = half if w > 0 else -half
            broken = abs(slope - f * s * (l2 * s * Fraction(w) + signed))
        else:
            broken = (slope if penalty.positive else abs(slope)) - half * f * s
        worst = max(worst, ((broken + Fraction(lost)) / s, Fraction(lost) / s))
    return worst[1], worst[0]


def _upwards(value: Fraction) -> float:
    """The least double that is no less."""
    near = float(value)
    return near if Fraction(near) >= value else nextafter(near, inf)


def _walked(seen: Seen, penalty: Penalty, line: Vector) -> list[Fraction] | None:
    """p exact weights of the minimum, from a line (p,) near it; None where a system on the way has no one solution, or it is far.

    With the signs of the line to the minimum among lines with these, as far as they hold: a coefficient that would change its sign
    stops at 0. At a minimum with its signs the one that most wants to leave 0 does. The cost falls on the way.
    """
    line = np.where(_varies(seen), line, 0.0)
    signs, size = np.sign(line), float(np.abs(penalty.units(seen)[2]).max(initial=0.0))
    for __ in range(MOST_STEPS):
        weights = _system(seen, penalty, np.flatnonzero(signs), signs)
        if weights is None:
            return None
        wanted = np.array([float(weight) for weight in weights])
        turns = np.flatnonzero([(w > 0) - (w < 0) != sign for w, sign in zip(weights, signs.tolist())])
        if len(turns):
            shares = np.clip(
                line[turns] / (line[turns] - wanted[turns]), 0.0, 1.0
            )  # 1e-17 of a step may be on the wrong side
            line = line + shares.min() * (wanted - line)
            signs[turns[shares <= shares.min()]] = 0.0
            line[signs == 0] = 0.0
            continue
        rest = np.array([float(weight - Fraction(near)) for weight, near in zip(weights, wanted.tolist())])
        wants = _wants(seen, seen.slopes(np.array([wanted, rest]))[0], penalty, signs, size)
        if not wants.any():
            return weights
        first = np.argmax(np.abs(wants))
        line, signs[first] = wanted, np.sign(wants[first])
    return None


def _wants(seen: Seen, slopes: Vector, penalty: Penalty, signs: Vector, size: float) -> Vector:
    """(p,) the gradient of coefficients at 0 that would leave it, by more than rounding."""
    gradient = slopes / seen.deviations(penalty.standardise)
    if penalty.positive:
        gradient = np.maximum(gradient, 0.0)
    idle = (signs == 0) & _varies(seen)
    return np.where(idle & (np.abs(gradient) > 0.5 * penalty.l1 * penalty.factors + ROUNDING * size), gradient, 0.0)


def _system(seen: Seen, penalty: Penalty, there: np.ndarray, signs: Vector) -> list[Fraction] | None:
    """p weights, 0 but for those there; None where the system has no one solution."""
    p = len(seen.moments.terms)
    ledger = seen.moments.ledger.part([*[0] * seen.intercept, *(int(j) + 1 for j in there), p + 1])
    unit, units = seen.deviations(penalty.standardise).tolist(), ledger.exponents
    whole = _Dyadic(*seen.moments.ledger.value(0, 0))
    more, less = [_Dyadic(0, 0)] * (len(units) - 1), [_Dyadic(0, 0)] * (len(units) - 1)
    for row, j in enumerate(there.tolist(), int(seen.intercept)):
        pulled = whole * _Dyadic.of(float(penalty.factors[j])) * _Dyadic.of(unit[j])
        more[row] = pulled * _Dyadic.of(unit[j]) * _Dyadic.of(penalty.l2) * _Dyadic(1, -2 * units[row])
        less[row] = pulled * _Dyadic.of(penalty.l1) * _Dyadic(int(signs[j]), -1 - units[row] - units[-1])
    shift = max([0, *(-value.exponent for value in (*more, *less) if value.whole)])
    *rows, last = ledger.integers
    gram = [[value << shift for value in row[:-1]] for row in rows]
    for row, value in enumerate(more):
        gram[row][row] += value.above(shift)
    right = [(row[-1] << shift) - value.above(shift) for row, value in zip(rows, less)]
    try:
        found = solve_normal(gram, right, last[-1] << shift).coefficients
    except ZeroDivisionError:
        return None
    out = [Fraction(0)] * p
    for row, j in enumerate(there.tolist(), int(seen.intercept)):
        out[j] = found[row] * Fraction(2) ** (units[-1] - units[row])
    return out


class _Dyadic(NamedTuple):
    """whole · 2^exponent"""

    whole: int
    exponent: int

    @classmethod
    def of(cls, value: float) -> _Dyadic:
        numerator, denominator = value.as_integer_ratio()
        return cls(numerator, 1 - denominator.bit_length())

    def __mul__(self, other: object) -> _Dyadic:
        if not isinstance(other, _Dyadic):
            return NotImplemented
        return _Dyadic(self.whole * other.whole, self.exponent + other.exponent)

    def above(self, shift: int) -> int:
        """It in units of 2^−shift, of which it is a multiple."""
        return self.whole << (self.exponent + shift) if self.whole else 0
