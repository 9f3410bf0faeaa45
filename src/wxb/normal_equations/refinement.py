"""The normal equations to a hundred proven bits: float64's inverse, corrected by exact residuals.

    E = I − R G,        |G⁻¹r − u| ≤ ‖R‖ ‖r − G u‖ / (1 − ‖E‖)        row-sum norms, scaled columns

R is LAPACK's inverse of the rounded matrix. E and the residuals are exact products of integers, so the bound is a proof
whatever R is worth. A step u ← u + R (r − G u) shrinks the error by ‖E‖, about 1e-16 times the condition of G; a step
X ← X + X (I − G X) squares ‖I − G X‖. An elimination in 500 bits takes as long as ten products; this takes one for the coefficients
and four for the inverse. None is the answer where the condition is beyond float64, or a number is 0 or so nearly that no
bound tells it from 0.

rss comes from the quadratic form at u, whose error is that of u squared.

Sources: Rump, Verification methods, Acta Numerica 2010, section 10; Schulz 1933 for the inverse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

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

MOST_BITS = 512  # of the scaled matrix after the point; beyond, its entries are cut off and the bounds say so
START_BITS = 80  # of R
ANSWER_BITS = 320  # of u, and of the inverse
NEWTON = 4  # steps of the inverse, of which two do at ordinary conditions


class _Matrix:
    """The scaled matrix in fixed point, and what is lost of it.

    whole : (k, k) integers in units of 2^−bits
    cut : whether anything was cut off, less than a unit of each entry, of this or of the right side
    start : (k, k) integers in units of 2^−START_BITS, about its inverse; None where float64 finds none
    """

    def __init__(self, gram: Sequence[Sequence[int]], y_scale: int = 0) -> None:
        self.size = len(gram)
        self.scales = scales_of(gram)
        needed = 2 * max(*self.scales, y_scale)
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


@dataclass(frozen=True, slots=True)
class _Answer:
    """u and r − G u (k,), in units of 2^−ANSWER_BITS and of 2^−(bits + ANSWER_BITS), and how far u is from G⁻¹r at most.

    size : Σ |u|
    """

    u: list[fmpz]
    rest: list[fmpz]
    size: int
    error: int


def solve(gram: Sequence[Sequence[int]], right: Sequence[int], square: int) -> Minimum | None:
    """The minimum, every number of it proven; None where it cannot be."""
    if square == 0:
        return None
    y_scale = half_bits(square)
    matrix = _Matrix(gram, y_scale)
    side = [matrix.fixed(v, s + y_scale) for v, s in zip(right, matrix.scales)]
    answer = _answered(matrix, side)
    if answer is None:
        return None
    u, error = answer.u, answer.error
    if any(abs(v) >> COEFFICIENT_BITS < error or not rounds_one_way(int(v)) for v in u):
        return None
    rss = matrix.fixed(square, 2 * y_scale) << 2 * ANSWER_BITS
    rss -= int(sum(map(mul, u, map(fmpz, side)), fmpz(0))) << ANSWER_BITS
    rss -= int(sum(map(mul, u, answer.rest), fmpz(0)))
    rss_error = 2 * matrix.size**2 * error**2 << matrix.bits
    rss_error += matrix.cut * ((1 << ANSWER_BITS) + answer.size) ** 2
    if rss >> RSS_BITS <= rss_error:
        return None
    return Minimum(
        tuple(dyadic_fraction(int(v), y_scale - s - ANSWER_BITS) for v, s in zip(u, matrix.scales)),
        dyadic_fraction(rss, 2 * y_scale - matrix.bits - 2 * ANSWER_BITS),
    )


def _answered(matrix: _Matrix, side: Sequence[int]) -> _Answer | None:
    """G u = side, refined until it gets no better; None where float64's inverse is no start."""
    R = matrix.start
    if R is None:
        return None
    unit = START_BITS + matrix.bits
    R_norm = int(_norm(R))
    E_norm = int(_norm(matrix.unit(unit) - R * matrix.whole)) + matrix.cut * matrix.size * R_norm
    if 16 * E_norm > 1 << unit:
        return None
    whole = fmpz_mat([[v << ANSWER_BITS] for v in side])
    best, answer, rest = None, fmpz_mat(matrix.size, 1), whole
    while True:
        answer += _shifted(R * rest, unit)
        rest = whole - matrix.whole * answer
        u, left = answer.entries(), rest.entries()
        size = int(sum(map(abs, u), fmpz(0)))
        most = int(max(map(abs, left))) + matrix.cut * ((1 << ANSWER_BITS) + size)
        error = 1 + (16 * R_norm * most) // (15 << unit)
        if best is not None and 2 * error > best.error:
            return best
        best = _Answer(u, left, size, error)


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
        more = min(ANSWER_BITS, START_BITS * 2 ** (step + 1) + 40)
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
