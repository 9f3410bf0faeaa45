"""How far design rows lie from the data, in the data's own measure: √(c' (Σ w x xᵀ)⁻¹ c), at least twelve digits of it.

    c' (Σ w x xᵀ)⁻¹ c = c₀²/Σw + ‖T (c − c₀ x̄)‖²        c₀ the intercept's entry, 1 in a design row; T from the centred moments

A standard error of a mean is s times this. The first summand is absent without an intercept, and x̄ is 0 then. T is an inverse
Cholesky factor made exactly and rounded once (`normal_equations.factor`), so the outer sum is one of squares. What cancels in
T (c − c₀ x̄) is looked after as in `linear_form`: float64 with a bound, pairs of doubles where the bound is too wide, balls
where that does not decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from wxb._typing import Integers, Marks, Matrix, Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments import Moments
from wxb.moments.pairs import Pair, add, full, multiply, pair_of, subtract
from wxb.normal_equations import InverseFactor

UNIT = 2.0**-53
PAIR_UNIT = 2.0**-98
ENOUGH = 2.0**-42
ROWS = 8192
CANCELS = 2.0**10  # Σ |T_ij| σ_j beyond which float64 loses three of its sixteen digits
LEAST, MOST = 2.0**-900, 2.0**900  # of a sum of squares; beyond, squares leave the range


@dataclass(frozen=True, slots=True, eq=False)
class Leverage:
    """The measure of p columns with means x̄, and of the intercept where there is one.

    factor : T of the columns, in units of 2^shifts        means : p exact numbers        weight : Σw, None without an intercept
    T : (p, p) the same in the columns' own units, as float64; infinite or 0 where that is no float64
    """

    factor: InverseFactor | None
    shifts: Integers
    means: tuple[Fraction, ...]
    weight: Fraction | None
    T: Matrix

    @classmethod
    def of(cls, moments: Moments, columns: Sequence[int], *, intercept: bool) -> Leverage:
        """Of columns of the moments, counted from 1 as in their ledger."""
        ledger = moments.ledger
        n, ones = ledger.integers[0][0], ledger.integers[0]
        gram = [
            [ledger.integers[i][j] * n - ones[i] * ones[j] if intercept else ledger.integers[i][j] for j in columns]
            for i in columns
        ]
        factor = InverseFactor.of(gram, n if intercept else 1) if columns else None
        weight = moments.exact(0, 0)
        means = tuple(moments.exact(0, i) / weight if intercept else Fraction(0) for i in columns)
        shifts = [] if factor is None else [s + ledger.exponents[i] for s, i in zip(factor.shifts, columns)]
        whole = np.array(shifts, dtype=np.int64)
        with np.errstate(over="ignore"):
            T = np.empty((0, 0)) if factor is None else np.ldexp(factor.high, -whole)
        return cls(factor, whole, means, weight if intercept else None, T)

    def cancels(self) -> bool:
        """Whether pairs are taken at once where rows of the data are whitened."""
        return self.factor is not None and bool(np.abs(self.factor.high).sum(axis=1).max() > CANCELS)

    def whitened(self, constant: Vector, rows: Matrix, low: Matrix | None = None) -> Matrix:
        """(m, k) z of rows, the intercept's c₀/√Σw first where there is one: Σ z² is the square of `root`."""
        first = [] if self.weight is None else [constant * np.sqrt(self._share(self.weight))]
        if self.factor is None:
            return np.column_stack(first) if first else np.empty((len(rows), 0))
        out = np.empty((len(rows), len(self.means)))
        with np.errstate(all="ignore"):
            for start in range(0, len(rows), ROWS):
                piece = slice(start, start + ROWS)
                rests = None if low is None else low[piece]
                out[piece], __, doubtful = self._seen(constant[piece], rows[piece], rests)
                places = start + np.flatnonzero(doubtful)
                if len(places):
                    rests = None if low is None else low[places]
                    out[places] = self._in_pairs(constant[places], rows[places], rests)[0]
        return np.column_stack([*first, out])

    def root(self, constant: Vector, rows: Matrix, low: Matrix | None = None) -> Vector:
        """(m,) of rows (m, p) + low, with c₀ (m,)."""
        out = np.empty(len(rows))
        with np.errstate(all="ignore"):
            for start in range(0, len(rows), ROWS):
                piece = slice(start, start + ROWS)
                out[piece] = self._root(constant[piece], rows[piece], None if low is None else low[piece])
        return out

    def _root(self, constant: Vector, rows: Matrix, low: Matrix | None) -> Vector:
        if self.factor is None:
            return np.sqrt(self._level(constant))
        __, total, doubtful = self._seen(constant, rows, low)
        places = np.flatnonzero(doubtful)
        out = np.sqrt(total)
        if len(places):
            rests = None if low is None else low[places]
            out[places] = self._refined(constant[places], rows[places], rests, self._level(constant[places]))
        return out

    def _level(self, constant: Vector) -> Vector:
        """(m,) c₀²/Σw, 0 without an intercept."""
        return np.zeros(len(constant)) if self.weight is None else constant * constant * self._share(self.weight)

    def _seen(self, constant: Vector, rows: Matrix, low: Matrix | None) -> tuple[Matrix, Vector, Marks]:
        """z (m, p) and c₀²/Σw + Σ z² in float64, and of which rows that does not do."""
        means = [pair_of(m) for m in self.means]
        centre, rest = np.array([h for h, __ in means]), np.array([b for __, b in means])
        u = rows - centre if (constant == 1).all() else rows - np.outer(constant, centre)
        u -= rest if (constant == 1).all() else np.outer(constant, rest)
        if low is not None:
            u += low
        size = _bounding(self.T)
        z = u @ self.T.T
        error = np.abs(u) @ size.T
        error *= (len(means) + 6) * UNIT
        error += 2 * PAIR_UNIT * (size @ np.abs(centre))
        total = self._level(constant) + np.einsum("mi,mi->m", z, z)
        doubtful = ~_decided(total, error) | ((constant != 0) & (constant != 1) & (self.weight is not None))
        return z, total, doubtful & np.isfinite(rows).all(axis=1) & np.isfinite(constant)

    def _share(self, weight: Fraction) -> float:
        """1/Σw; NumericalError where that, or a square beside it, leaves the range of a float64."""
        if not LEAST < 1 / weight < MOST:
            raise NumericalError(
                _("the weights are so small that the error of a prediction is beyond the range of a float64")
                if weight < 1
                else _("the weights are so large that the error of a prediction is beyond the range of a float64"),
                _("multiply all of them by the same number: the line stays as it is"),
            )
        return float(1 / weight)

    def _refined(self, constant: Vector, rows: Matrix, low: Matrix | None, level: Vector) -> Vector:
        """The same in pairs of doubles, and where they do not decide in balls."""
        z, error = self._in_pairs(constant, rows, low)
        found = level + np.einsum("mi,mi->m", z, z)
        out = np.sqrt(found)
        for row in np.flatnonzero(~_decided(found, error)):
            rest = np.zeros(rows.shape[1]) if low is None else low[row]
            out[row] = self._exactly(float(constant[row]), rows[row], rest)
        return out

    def _in_pairs(self, constant: Vector, rows: Matrix, low: Matrix | None) -> tuple[Matrix, Matrix]:
        """z (m, p), and bounds of their errors."""
        assert self.factor is not None
        zeros = np.zeros(len(rows))
        p = rows.shape[1]
        u: list[Pair] = []
        for j, mean in enumerate(self.means):
            own = (np.ascontiguousarray(rows[:, j]), zeros if low is None else np.ascontiguousarray(low[:, j]))
            high, rest = subtract(own, multiply((constant, zeros), full(pair_of(mean), len(zeros))))
            shift = -int(self.shifts[j])
            u.append((np.ldexp(high, shift), np.ldexp(rest, shift)))
        z = np.empty((len(rows), p))
        for i in range(p):
            total: Pair = (zeros, zeros)
            for j in range(i + 1):
                entry = (float(self.factor.high[i, j]), float(self.factor.low[i, j]))
                if entry[0] != 0:
                    total = add(total, multiply(u[j], full(entry, len(zeros))))
            z[:, i] = total[0]
        error = np.abs(np.column_stack([high for high, __ in u]))
        error += np.ldexp(2 * np.outer(np.abs(constant), [abs(float(m)) for m in self.means]), -self.shifts)
        return z, (2 * p + 4) * PAIR_UNIT * (error @ _bounding(self.factor.high).T) + 4 * UNIT * np.abs(z)

    def _exactly(self, constant: float, row: Vector, rest: Vector) -> float:
        assert self.factor is not None
        c = Fraction(constant)
        shifts = [int(s) - own for s, own in zip(self.shifts, self.factor.shifts)]
        x = [
            (Fraction(a) + Fraction(b) - c * mean) / Fraction(2) ** shift
            for a, b, mean, shift in zip(row.tolist(), rest.tolist(), self.means, shifts)
        ]
        return self.factor.root(x, Fraction(0) if self.weight is None else c * c / self.weight)


def not_above(values: Vector, bar: float) -> Integers:
    """Places of those that are no more than that, as a rule none."""
    return np.flatnonzero(~(values > bar)) if not values.min(initial=np.inf) > bar else np.empty(0, dtype=np.int64)


def _bounding(T: Matrix) -> Matrix:
    """|T|, and what a zero of it may hide."""
    size = np.abs(T)
    return np.maximum(size, 2.0**-100 * size.max(axis=1, keepdims=True))


def _decided(total: Vector, error: Matrix) -> Marks:
    """(m,) whether errors of z leave Σz² its digits: it moves by 2‖z‖‖e‖ + ‖e‖² at most."""
    lost = np.sqrt(np.einsum("mi,mi->m", error, error))
    inside = ((total > LEAST) & (total < MOST)) | ((total == 0) & (error == 0).all(axis=1))
    return (lost * (2 * np.sqrt(total) + lost) <= ENOUGH * total) & inside
