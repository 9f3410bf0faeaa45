"""How many digits of a minimum, and of its errors, the data as stored determine: all of exact moments, what is proven of fast ones.

Exact sums leave every number correctly rounded. Sums rounded on the way come with their slack (`moments.noise`); it is carried
through the normal equations by bounds that hold (`normal_equations.perturbation`), about the origin the sums were made about.

Which columns give way is decided by what is left of a column beside those before it, d_j. Where the slack leaves in doubt whether
that is more than rounding (`wxb.rank`), exact sums might choose other columns, and no digit is promised. With ŝ = (Σ s_i √X_ii)²
no d_j is off by more than ŝ / (1 − ŝ) of itself.

Where the minimum itself was found in doubles (`wxb.solve.rounded`), how far these are off is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.moments import Moments, Noise
from wxb.normal_equations.perturbation import (
    PROVEN,
    half_scales,
    perturbation,
    promised,
    promised_root,
    scaled_float,
)
from wxb.solve import QUICK, Solution
from wxb.values import Value

if TYPE_CHECKING:
    from wxb.solve.rounded import Rounded

CERTAIN = 16.0  # digits of a float64 that is the correctly rounded exact value


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Certainty(Value):
    """Decimal digits that are certain for the data as stored, 16 where the number is correctly rounded.

    coefficients, errors : (k,) of the coefficients and of their standard errors        rss : of the residual sum of squares
    most_rss : what rss is at most        share_error : how far rss/tss, and so R², may be off
    """

    coefficients: Vector
    errors: Vector
    rss: float
    most_rss: float
    share_error: float


def certainty_of(solution: Solution) -> Certainty:
    """Of a minimum: its coefficients before they were rounded, of which `kept` were estimated."""
    moments, kept, count = solution.moments, solution.kept, len(solution.layout)
    if moments.precision == "exact":
        full = np.full(count, CERTAIN)
        return Certainty(coefficients=full, errors=full, rss=CERTAIN, most_rss=_float(solution.rss), share_error=0.0)
    none = np.zeros(count)
    nothing = Certainty(coefficients=none, errors=none, rss=0.0, most_rss=inf, share_error=inf)
    if moments.noise is None or len(kept) < count or not kept or solution.tss <= 0:
        return nothing
    if solution.rounded is not None:
        return _judged(_Seen.of_doubles(solution.rounded), solution)
    if count > QUICK:
        return nothing
    seen = _Seen.of_integers(moments, moments.noise, solution)
    return nothing if seen is None else _judged(seen, solution)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Seen:
    """Fast moments about the origin of their sums (about 0 without an intercept), scaled to a diagonal near 1, with their minimum.

    scales : (k + 1,) of the target the last        slack : (k + 1,)        inverse : (k, k), off by `doubt` and `rough`
    theta : (k,), off by `away` at most, as `lost` is of rss        level : the form that b is, or None
    ones : Σw        cross : |Σ w (y − c_y)|
    """

    scales: list[int]
    slack: Vector
    inverse: Matrix
    theta: Vector
    level: Vector | None
    ones: float
    cross: float
    doubt: float = PROVEN
    rough: float = 0.0
    away: Vector | float = 0.0
    lost: float = 0.0

    @classmethod
    def of_doubles(cls, known: Rounded) -> _Seen:
        from wxb.solve.rounded import rough

        system = known.system
        return cls(
            scales=system.scales.tolist(),
            slack=known.slack,
            inverse=system.inverse,
            theta=known.minimum.theta,
            level=known.level(),
            ones=float(system.matrix[0, 0]),
            cross=abs(float(system.right[0])),
            doubt=system.doubt,
            rough=rough(len(system.right)),
            away=known.minimum.away,
            lost=known.minimum.lost,
        )

    @classmethod
    def of_integers(cls, moments: Moments, noise: Noise, solution: Solution) -> _Seen | None:
        """None where sums without rounding might not keep the same columns."""
        from wxb.moments.shifted import about
        from wxb.normal_equations import invert_normal

        layout, exact = solution.layout, solution.exact
        places = [*layout.columns, moments.ledger.width - 1]
        origin = noise.origin if layout.intercept else (0.0,) * moments.ledger.width
        centres = [origin[i] for i in places]
        integers, units = about(moments.ledger, centres, places)
        scales = half_scales([(row[i], 2 * unit) for i, (row, unit) in enumerate(zip(integers, units))])
        slack = noise.about(origin)
        powers = [unit - s for unit, s in zip(units, scales)]
        with np.errstate(all="ignore"):
            slack = np.ldexp([slack[i] for i in places], [-s for s in scales])
        size = len(places) - 1
        inverse = _symmetric(invert_normal([row[:size] for row in integers[:size]]), [-p for p in powers])
        lower = [[(v, 0) for v in row[: a + 1]] for a, row in enumerate(integers[:size])]
        if not _clearly_independent(_symmetric(lower, powers), inverse, slack[:-1], _noise(moments, places, scales)):
            return None
        shifted, level = list(exact), None
        if layout.intercept:
            shifted[0] += sum(b * Fraction(c) for b, c in zip(exact[1:], centres[1:-1])) - Fraction(centres[-1])
            level = np.ones(size)
            level[1:] = -np.ldexp(centres[1:-1], [scales[0] - s for s in scales[1:-1]]) if size > 1 else []
        return cls(
            scales=scales,
            slack=slack,
            inverse=inverse,
            theta=np.array([_scaled(value, s - scales[-1]) for value, s in zip(shifted, scales)]),
            level=level,
            ones=scaled_float(integers[0][0], 2 * powers[0]),
            cross=scaled_float(abs(integers[0][-1]), powers[0] + powers[-1]),
        )

    def total_error(self) -> float:
        """Of Σ(y − ȳ)², the rss of the intercept alone, or of Σy²."""
        ones, y = float(self.slack[0]), float(self.slack[-1])
        if self.level is None:
            return y**2
        sigma = ones * ones / self.ones
        return ((y + ones * self.cross / self.ones) / (1 - sigma)) ** 2 * (1 + 1e-9) if sigma < 1 else inf


def _judged(seen: _Seen, solution: Solution) -> Certainty:
    rss, tss, exact, y = solution.rss, solution.tss, solution.exact, seen.scales[-1]
    known = {"doubt": seen.doubt, "rough": seen.rough, "away": seen.away}
    with np.errstate(all="ignore"):
        found = perturbation(seen.inverse, seen.theta, seen.slack[:-1], float(seen.slack[-1]), seen.level, **known)
    size, lost = float(rss * Fraction(4) ** -y), found.rss + seen.lost
    relative = lost / size if size > 0 else inf
    scaled = [_scaled(value, s - y) for value, s in zip(exact, seen.scales)]
    size_of_tss = float(tss * Fraction(4) ** -y)
    total, share = seen.total_error() / size_of_tss, float(rss / tss)
    return Certainty(
        coefficients=np.array([promised(off, value) for off, value in zip(found.forms.tolist(), scaled)]),
        errors=np.array([promised_root(relative, spread) for spread in found.spreads.tolist()]),
        rss=promised(lost, size),
        most_rss=_float(rss + Fraction(lost) * Fraction(4) ** y) if lost < inf else inf,
        share_error=(size + lost) / (size_of_tss * (1 - total)) - share if total < 1 else inf,
    )


def _clearly_independent(matrix: Matrix, inverse: Matrix, slack: Vector, noise: Vector) -> bool:
    from wxb.normal_equations.rounded import clearly_independent

    try:
        T = np.asarray(np.linalg.inv(np.linalg.cholesky(matrix)), dtype=np.float64)
    except np.linalg.LinAlgError:
        return False
    return clearly_independent(T, np.sqrt(np.abs(inverse.diagonal())), slack, noise)


def _noise(moments: Moments, places: Sequence[int], scales: Sequence[int]) -> Vector:
    """4 u² Σ x² of each column about 0, in the scale of its own."""
    units, ledger = [0.0, *moments.rounding], moments.ledger
    squares = [scaled_float(ledger.integers[i][i], 2 * (ledger.exponents[i] - s)) for i, s in zip(places, scales)]
    return np.array([4 * units[i] ** 2 * s for i, s in zip(places, squares[:-1])])


def _symmetric(lower: Sequence[Sequence[tuple[int, int]]], powers: Sequence[int]) -> Matrix:
    """(k, k) mantissa · 2^(exponent + p_a + p_b) in doubles."""
    out = np.empty((len(lower), len(lower)))
    for a, row in enumerate(lower):
        for b, (mantissa, exponent) in enumerate(row):
            out[a, b] = out[b, a] = scaled_float(mantissa, exponent + powers[a] + powers[b])
    return out


def _scaled(value: Fraction, power: int) -> float:
    return _float(value * Fraction(2) ** power)


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf
