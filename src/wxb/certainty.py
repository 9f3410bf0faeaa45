"""How many digits of a minimum, and of its errors, the data as stored determine: all of exact moments, what is proven of fast ones.

Exact sums leave every number correctly rounded. Sums rounded on the way come with their slack (`moments.noise`); it is carried
through the normal equations by bounds that hold (`normal_equations.perturbation`), about the origin the sums were made about.

Which columns give way is decided by what is left of a column beside those before it, d_j. Where the slack leaves in doubt whether
that is more than rounding (`wxb.rank`), exact sums might choose other columns, and no digit is promised. With ŝ = (Σ s_i √X_ii)²
no d_j is off by more than ŝ / (1 − ŝ) of itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf, sqrt

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.layout import Layout
from wxb.moments import Moments, Noise
from wxb.normal_equations import Triangle, invert_normal
from wxb.normal_equations.perturbation import (
    half_scales,
    perturbation,
    promised,
    promised_root,
    scaled_float,
)
from wxb.solve import Solution
from wxb.values import Value

DOUBT, FAR = 0.1, 16.0  # how far the slack may move d_j, and how far d_j must be above what rounding leaves
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
    if moments.noise is None or not kept or solution.tss <= 0:
        return Certainty(coefficients=none, errors=none, rss=0.0, most_rss=inf, share_error=inf)
    rounded = _Rounded(moments, moments.noise, solution.layout, list(kept))
    if len(kept) < count or not rounded.clearly_independent():
        return Certainty(coefficients=none, errors=none, rss=0.0, most_rss=inf, share_error=inf)
    return rounded.judged(solution.exact, solution.rss, solution.tss)


class _Rounded:
    """Fast moments about the origin of their sums (about 0 without an intercept), scaled to a diagonal near 1."""

    def __init__(self, moments: Moments, noise: Noise, layout: Layout, kept: list[int]) -> None:
        self.intercept, self.kept = layout.intercept, kept
        self.places = [*(layout.columns[i] for i in kept), moments.ledger.width - 1]
        origin = noise.origin if layout.intercept else (0.0,) * moments.ledger.width
        self.origin = [origin[i] for i in self.places]
        self.moments = moments
        self.integers, self.units = _about(moments, self.origin, self.places)
        self.scales = half_scales([(row[i], 2 * unit) for i, (row, unit) in enumerate(zip(self.integers, self.units))])
        slack = noise.about(origin)
        with np.errstate(all="ignore"):
            self.slack = np.ldexp([slack[i] for i in self.places], [-s for s in self.scales])
        size = len(kept)
        self.inverse = self._inverse(invert_normal([row[:size] for row in self.integers[:size]]))

    def clearly_independent(self) -> bool:
        """Whether sums without rounding would surely keep the same columns."""
        spread = float(self.slack[:-1] @ np.sqrt(np.abs(self.inverse.diagonal())))
        if not spread < sqrt(DOUBT):
            return False
        size = len(self.kept)
        matrix = np.array(
            [
                [
                    scaled_float(row[b], self.units[a] + self.units[b] - self.scales[a] - self.scales[b])
                    for b in range(size)
                ]
                for a, row in enumerate(self.integers[:size])
            ]
        )
        try:
            T = np.linalg.inv(np.linalg.cholesky(matrix))
        except np.linalg.LinAlgError:
            return False
        left = 1 / np.square(T.diagonal())
        combinations = T / T.diagonal()[:, None]  # β_jk, and 1 for the column itself
        return bool((left > FAR * np.square(combinations) @ self._noise()).all())

    def _noise(self) -> Vector:
        """4 u² Σ x² of each kept column about 0, in the scale of its own."""
        units = [0.0, *self.moments.rounding]
        ledger = self.moments.ledger
        squares = [
            scaled_float(ledger.integers[i][i], 2 * (ledger.exponents[i] - s)) for i, s in zip(self.places, self.scales)
        ]
        return np.array([4 * units[i] ** 2 * s for i, s in zip(self.places, squares[:-1])])

    def judged(self, exact: Sequence[Fraction], rss: Fraction, tss: Fraction) -> Certainty:
        raw = [exact[i] for i in self.kept]
        theta = np.array([self._scaled(value, a) for a, value in enumerate(self._shifted(raw))])
        with np.errstate(all="ignore"):
            found = perturbation(self.inverse, theta, self.slack[:-1], float(self.slack[-1]), self._forms())
        y = self.scales[-1]
        size_of_rss = float(rss * Fraction(4) ** -y)
        relative = found.rss / size_of_rss if size_of_rss > 0 else inf
        digits, errors = np.full(len(exact), CERTAIN), np.full(len(exact), CERTAIN)
        for a, i in enumerate(self.kept):
            digits[i] = promised(float(found.forms[a]), self._scaled(raw[a], a))
            errors[i] = promised_root(relative, float(found.spreads[a]))
        size_of_tss = float(tss * Fraction(4) ** -y)
        total, share = self._total_error() / size_of_tss, float(rss / tss)
        return Certainty(
            coefficients=digits,
            errors=errors,
            rss=promised(found.rss, size_of_rss),
            most_rss=_float(rss + Fraction(found.rss) * Fraction(4) ** y) if found.rss < inf else inf,
            share_error=(size_of_rss + found.rss) / (size_of_tss * (1 - total)) - share if total < 1 else inf,
        )

    def _scaled(self, value: Fraction, a: int) -> float:
        return _float(value * Fraction(2) ** (self.scales[a] - self.scales[-1]))

    def _shifted(self, raw: list[Fraction]) -> list[Fraction]:
        """The coefficients of y − c_y on x − c_x."""
        if not self.intercept:
            return raw
        level = raw[0] + sum(b * Fraction(c) for b, c in zip(raw[1:], self.origin[1:-1])) - Fraction(self.origin[-1])
        return [level, *raw[1:]]

    def _forms(self) -> Matrix:
        """Each coefficient as a form of the shifted ones: b = b′ − Σ W c (+ c_y, which is known)."""
        forms = np.eye(len(self.kept))
        if self.intercept:
            shifts = [self.scales[0] - s for s in self.scales[1:-1]]
            forms[0, 1:] = -np.ldexp(self.origin[1:-1], shifts) if shifts else []
        return forms

    def _inverse(self, triangle: Triangle) -> Matrix:
        powers = [s - u for s, u in zip(self.scales, self.units)]
        out = np.empty((len(triangle), len(triangle)))
        for a, row in enumerate(triangle):
            for b, (mantissa, exponent) in enumerate(row):
                out[a, b] = out[b, a] = scaled_float(mantissa, exponent + powers[a] + powers[b])
        return out

    def _total_error(self) -> float:
        """Of Σ(y − ȳ)², the rss of the intercept alone, or of Σy²."""
        if not self.intercept:
            return float(self.slack[-1]) ** 2
        ones, y = float(self.slack[0]), float(self.slack[-1])
        n = scaled_float(self.integers[0][0], 2 * (self.units[0] - self.scales[0]))
        cross = scaled_float(abs(self.integers[0][-1]), sum(self.units[i] - self.scales[i] for i in (0, -1)))
        sigma = ones * ones / n
        return ((y + ones * cross / n) / (1 - sigma)) ** 2 * (1 + 1e-9) if sigma < 1 else inf


def _about(moments: Moments, origin: Sequence[float], places: Sequence[int]) -> tuple[list[list[int]], list[int]]:
    """Σ w (z_i − c_i)(z_j − c_j) = N_ij 2^(u_i + u_j) of some columns, exactly."""
    ledger = moments.ledger
    n, first = ledger.integers[0][0], ledger.exponents[0]
    moved = [Fraction(c) * Fraction(2) ** (first - ledger.exponents[i]) for c, i in zip(origin, places)]
    finer = [m.denominator.bit_length() - 1 for m in moved]
    steps = [m.numerator for m in moved]
    ones = [ledger.integers[0][i] for i in places]
    integers = [
        [
            (ledger.integers[i][j] << (finer[a] + finer[b]))
            - (steps[a] * ones[b] << finer[b])
            - (steps[b] * ones[a] << finer[a])
            + steps[a] * steps[b] * n
            for b, j in enumerate(places)
        ]
        for a, i in enumerate(places)
    ]
    return integers, [ledger.exponents[i] - f for i, f in zip(places, finer)]


def _float(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf
