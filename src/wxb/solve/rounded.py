"""The minimum of rounded sums as doubles find it: the sums are hardly known any better.

    y − c_y = level + Σ W (x − c_x)        b = level + c_y − Σ W c_x        c the origin of the sums, 0 without an intercept

Only where float64 proves that no column could have to give way, whatever the sums lost (`wxb.normal_equations.rounded`); where it
does not, the sums are taken as exact and solved as exact ones are.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.layout import Layout
from wxb.moments import Moments
from wxb.moments.shifted import in_doubles
from wxb.normal_equations.rounded import UNIT, RoundedMinimum, RoundedSystem
from wxb.values import Value

TWICE = 4.0  # noise is the square of two roundings of each number
ENOUGH = 2.0**-30  # of nine digits that are certain none that is shown is not


def rough(count: int) -> float:
    """What rounding leaves of gᵀXg of so many coefficients, as a share of the largest that it may be."""
    return 4 * (count + 8) * UNIT


@dataclass(frozen=True, slots=True, eq=False)
class Rounded(Value):
    """What doubles know of k coefficients.

    system, minimum : in the scale of the system        origin : (k + 1,) c, of y the last
    slack : (k + 1,) s, the sums are off by s_i s_j at most, in that scale        intercept : whether the first column is the ones
    """

    system: RoundedSystem
    minimum: RoundedMinimum
    origin: Vector
    slack: Vector
    intercept: bool

    @classmethod
    def of(cls, moments: Moments, layout: Layout) -> Rounded | None:
        """None where doubles prove nothing."""
        noise = moments.noise
        if noise is None:
            return None
        places = [*layout.columns, moments.ledger.width - 1]
        origin = noise.origin if layout.intercept else (0.0,) * moments.ledger.width
        sums, rounding = in_doubles(moments.ledger, origin)
        system = RoundedSystem.of(sums[np.ix_(places, places)])
        if system is None:
            return None
        slack = np.hypot(noise.about(origin), rounding)[places] * (1 + 2.0**-50)
        c = np.array(origin)
        squares = sums.diagonal() + 2 * np.abs(c * sums[0]) + c * c * sums[0, 0]
        units = np.array([0.0, *moments.rounding])
        down = -system.scales
        with np.errstate(all="ignore"):
            slack = np.ldexp(slack, down)
            stored = np.ldexp(TWICE * units[places] ** 2 * squares[places], 2 * down)
        if not system.clearly_independent(slack[:-1], stored[:-1]):
            return None
        return cls(system, system.minimum(), c[places], slack, layout.intercept)

    def exact(self) -> tuple[list[Fraction], Fraction]:
        """The coefficients as they were found, and rss."""
        *scales, top = self.system.scales.tolist()
        found = [Fraction(v) * Fraction(2) ** (top - s) for v, s in zip(self.minimum.theta.tolist(), scales)]
        if self.intercept:
            *centres, level = map(Fraction, self.origin.tolist())
            found[0] += level - sum(b * c for b, c in zip(found[1:], centres[1:]))
        return found, max(Fraction(self.minimum.rss), Fraction(0)) * Fraction(4) ** top

    def nearly_solved_by(self, theta: Vector) -> bool:
        """Whether (k,) coefficients are the minimum of sums that these may be, as far as they were rounded."""
        system, shifted = self.system, list(map(Fraction, theta.tolist()))
        if self.intercept:
            *centres, level = map(Fraction, self.origin.tolist())
            shifted[0] += sum(b * c for b, c in zip(shifted[1:], centres[1:])) - level
        *scales, top = system.scales.tolist()
        found, rounding = (
            np.array([float(v * Fraction(2) ** (s - top)) for v, s in zip(values, scales)])
            for values in (shifted, self._rounding(theta))
        )
        rest = np.abs(system.right - system.matrix @ found)
        slack = self.slack[:-1] * (self.slack[-1] + self.slack[:-1] @ np.abs(found))
        return bool((rest <= slack + np.abs(system.matrix) @ rounding).all())

    def _rounding(self, theta: Vector) -> list[Fraction]:
        """What rounding to doubles has done to coefficients at most, of b to that of all parts of the level."""
        lost = [abs(Fraction(value)) * Fraction(UNIT) for value in theta.tolist()]
        if self.intercept:
            lost[0] += sum(w * abs(Fraction(c)) for w, c in zip(lost[1:], self.origin[1:-1].tolist()))
        return lost

    def tells_enough(self) -> bool:
        """Whether doubles lose an eighth of what the sums have lost at most, or ENOUGH of what is asked for."""
        R, w, theta, slack = self.system.inverse, self.system.roots, np.abs(self.minimum.theta), self.slack[:-1]
        reach, wide, away, level = np.abs(R) @ slack, w.copy(), self.minimum.away.copy(), self.level()
        tau, doubt = float(self.slack[-1] + slack @ theta), self.system.doubt
        if level is not None:
            size, (own, *__, top) = np.abs(level), self.system.scales
            reach[0], wide[0], away[0] = np.abs(level @ R) @ slack, size @ w, size @ away
            theta[0] = abs(float(level @ self.minimum.theta + np.ldexp(self.origin[-1], own - top)))
        away += doubt * float(w @ slack) * wide * tau
        spread = (doubt + rough(len(w))) * np.square(wide)
        return bool(
            (away <= np.maximum(reach * tau / 8, ENOUGH * theta)).all()
            and (spread <= np.maximum(np.square(reach) / 8, ENOUGH * self.variances())).all()
            and self.minimum.lost <= max(tau**2 / 8, ENOUGH * self.minimum.rss)
        )

    def level(self) -> Vector | None:
        """(k,) b as a form of what the system was solved for, in its scale; None without an intercept."""
        if not self.intercept:
            return None
        scales = self.system.scales[:-1]
        return np.concatenate([[1.0], -np.ldexp(self.origin[1:-1], scales[0] - scales[1:])])

    def variances(self) -> Vector:
        """(k,) diagonal of the inverse, in the scale of the system."""
        R, level = self.system.inverse, self.level()
        diagonal = R.diagonal().copy()
        if level is not None:
            diagonal[0] = level @ (R @ level)
        return diagonal

    def inverse(self) -> Matrix:
        """(k, k), likewise."""
        R, level = self.system.inverse.copy(), self.level()
        if level is not None:
            R[0] = R[:, 0] = self.system.inverse @ level
            R[0, 0] = level @ R[0]
        return R
