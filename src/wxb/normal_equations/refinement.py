"""The normal equations to a hundred proven bits: float64's inverse, corrected by exact residuals.

The minimum comes from `wxb.verified`: its steps go on until the bounds tell a hundred bits of each coefficient, that all of these
round to one float64, and two hundred of rss, whose error is that of the coefficients squared. So do the diagonal entries of the
inverse that pairs of doubles do not decide.

The whole inverse is made in integers, X ← X + X (I − G X), which squares ‖I − G X‖ from float64's start on: two long products for
each step, of which two do at ordinary conditions.

None is the answer where the condition is beyond float64, or a number is 0 or so nearly that no bound tells it from 0.

Sources: Rump, Verification methods, Acta Numerica 2010, section 10; Schulz 1933 for the inverse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from flint import fmpz, fmpz_mat

from wxb.normal_equations.scaled import (
    COEFFICIENT_BITS,
    INVERSE_BITS,
    RSS_BITS,
    Minimum,
    Triangle,
    dyadic_fraction,
    half_bits,
    rounds_one_way,
    scales_of,
)
from wxb.normal_equations.variances import Variances
from wxb.verified import ANSWER_BITS, Answer, System

MOST_BITS = 512  # of the scaled matrix after the point; beyond, its entries are cut off and the bounds say so
START_BITS = 80  # of R
WHOLE_BITS = 320  # of the inverse
NEWTON = 4  # steps of the inverse, of which two do at ordinary conditions


class _Matrix:
    """The scaled matrix in fixed point, and what is lost of it.

    whole : (k, k) integers in units of 2^−bits
    cut : whether anything was cut off, less than a unit of each entry
    start : (k, k) integers in units of 2^−START_BITS, about its inverse; None where float64 finds none
    """

    def __init__(self, gram: Sequence[Sequence[int]]) -> None:
        self.size = len(gram)
        self.scales = scales_of(gram)
        needed = 2 * max(self.scales)
        self.bits = min(MOST_BITS, needed)
        self.cut = self.bits < needed
        rows = [[self.fixed(v, s + t) for v, t in zip(row, self.scales)] for row, s in zip(gram, self.scales)]
        self.whole = fmpz_mat(rows)
        self.start = self._started(rows)

    def fixed(self, value: int, scale: int) -> int:
        """value · 2^−scale in units of 2^−bits."""
        shift = self.bits - scale
        return value << shift if shift >= 0 else value >> -shift

    def _started(self, rows: list[list[int]]) -> fmpz_mat | None:
        try:
            inverse = np.linalg.inv(np.ldexp(np.array([[float(v) for v in row] for row in rows]), -self.bits))
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(inverse).all() or np.abs(inverse).max() > 2.0**60:
            return None
        return fmpz_mat([[int(v) for v in row] for row in np.rint(np.ldexp(inverse, START_BITS)).tolist()])

    def unit(self, bits: int) -> fmpz_mat:
        """The identity in units of 2^−bits."""
        zeros = [0] * self.size
        return fmpz_mat([[*zeros[:i], 1 << bits, *zeros[i + 1 :]] for i in range(self.size)])


def solve(gram: Sequence[Sequence[int]], right: Sequence[int], square: int, *, varied: bool = False) -> Minimum | None:
    """The minimum, every number of it proven; None where it cannot be. varied : with the variances"""
    system = System.of(gram)
    return None if system is None else solved(system, right, square, varied=varied)


def solved(system: System, right: Sequence[int], square: int, *, varied: bool) -> Minimum | None:
    """The same of a system that is known."""
    n, first, shift = system.n, system.first, system.shift
    centred = [(n * r << shift) - g * right[0] for r, g in zip(right[1:], first)]
    left = (n * square << 2 * shift) - right[0] ** 2  # n Σ(y − ȳ)², in the units of the first column
    if left <= 0 or not any(centred):
        return None
    y_scale = half_bits(left)
    for (answer,) in system.answers([centred], [-s - y_scale for s in system.scales]):
        found = _minimum(system, answer, right[0], left, y_scale)
        if found is not None:
            return replace(found, variances=Variances.of(system)) if varied else found
    return None


def _minimum(system: System, answer: Answer, level: int, left: int, y_scale: int) -> Minimum | None:
    """What an answer proves, or None where it does not do."""
    error, shift = answer.error, system.shift
    if any(abs(v) >> COEFFICIENT_BITS < error or not rounds_one_way(v) for v in answer.x):
        return None
    units = [y_scale - s - ANSWER_BITS for s in system.scales]
    low = min(0, *units)
    rest = (level << -low) - sum(g * v << (unit - low) for g, v, unit in zip(system.first, answer.x, units))
    doubt = sum(abs(g) * error << (unit - low) for g, unit in zip(system.first, units))
    if abs(rest) >> COEFFICIENT_BITS < doubt or not rounds_one_way((rest << MOST_BITS) // system.n):
        return None
    form = answer.form()
    unit = form.exponent + 2 * y_scale
    if unit > 0:
        return None
    rss = (left << -unit) - form.middle
    if rss >> RSS_BITS <= form.radius:
        return None
    intercept = Fraction(rest, system.n) * dyadic_fraction(1, low - 2 * shift)
    return Minimum(
        (intercept, *(dyadic_fraction(v, own - shift) for v, own in zip(answer.x, units))),
        Fraction(rss, system.n) * dyadic_fraction(1, unit - 2 * shift),
    )


def invert(gram: Sequence[Sequence[int]]) -> Triangle | None:
    """The inverse, every entry proven beside its diagonal; None where it cannot be."""
    matrix = _Matrix(gram)
    X, bits = matrix.start, START_BITS
    if X is None:
        return None
    for step in range(NEWTON):
        E = matrix.unit(bits + matrix.bits) - matrix.whole * X
        X_norm = _norm(X)
        E_norm = _norm(E) + matrix.cut * matrix.size * X_norm
        if 16 * E_norm > 1 << (bits + matrix.bits):
            return None
        more = min(WHOLE_BITS, START_BITS * 2 ** (step + 1) + 40)
        E = _shifted(E, bits + matrix.bits - more)
        X = _shifted(X * fmpz(1 << more) + X * E, bits)
        # ‖I − G X‖ is now the square of what it was, and what was cut off of E and X, each less than a unit, twice over.
        square = Fraction(int(E_norm), 1 << (bits + matrix.bits)) ** 2
        share = square + Fraction(4 * matrix.size * (matrix.size + 1), 1 << more)
        share += Fraction(matrix.cut * 2 * matrix.size * int(X_norm), 1 << (bits + matrix.bits))
        bits = more
        error = Fraction(int(_norm(X)), 1 << bits) * share * Fraction(16, 15)
        if error * 2**INVERSE_BITS <= Fraction(int(min(X[i, i] for i in range(matrix.size))), 1 << bits):
            return _triangle(X, bits, matrix.scales)
    return None


def _norm(matrix: fmpz_mat) -> fmpz:
    """The largest row sum of sizes."""
    entries, width = matrix.entries(), matrix.ncols()
    return max(sum(map(abs, entries[i : i + width]), fmpz(0)) for i in range(0, len(entries), width))


def _shifted(matrix: fmpz_mat, bits: int) -> fmpz_mat:
    """The matrix divided by 2^bits, rounded down."""
    if bits <= 0:
        return matrix * fmpz(1 << -bits)
    return fmpz_mat(matrix.nrows(), matrix.ncols(), [v >> bits for v in matrix.entries()])


def _triangle(X: fmpz_mat, bits: int, scales: Sequence[int]) -> Triangle:
    rows, width = X.entries(), len(scales)
    return tuple(
        tuple((int(rows[a * width + b]), -bits - mine - theirs) for b, theirs in enumerate(scales[: a + 1]))
        for a, mine in enumerate(scales)
    )
