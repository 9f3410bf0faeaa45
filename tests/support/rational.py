"""Least squares by rational arithmetic on the stored doubles: slow, obviously right, and sharing no code with wxb.

Doubles are integers times a power of two, and so are sums of their products; Python's integers do not end.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul
from typing import Any


def integers(column: Sequence[Any]) -> tuple[list[int], int]:
    """Each double times one power of two that makes all of them whole, and that power."""
    ratios = [float(value).as_integer_ratio() for value in column]
    unit = max((denominator for _, denominator in ratios), default=1)
    return [numerator * (unit // denominator) for numerator, denominator in ratios], unit


def _whole(column: Any) -> tuple[list[int], int]:
    if not isinstance(column, tuple):
        return integers(column)
    (values, unit), (low, finer) = map(integers, column)
    most = max(unit, finer)
    return [a * (most // unit) + b * (most // finer) for a, b in zip(values, low)], most


def gram(columns: Sequence[Sequence[Any]], weights: Sequence[Any] | None = None) -> list[list[Fraction]]:
    """Σ w z zᵀ of z = (1, columns…); a column is numbers, or a pair (values, low) of them as a tuple."""
    whole = [([1] * len(_first(columns[0])), 1), *map(_whole, columns)]
    w, part = (None, 1) if weights is None else integers(weights)
    size = len(whole)
    out = [[Fraction(0)] * size for _ in range(size)]
    for i, (left, unit) in enumerate(whole):
        weighted = left if w is None else [a * b for a, b in zip(w, left)]
        for j, (right, other) in enumerate(whole[: i + 1]):
            out[i][j] = out[j][i] = Fraction(sum(map(mul, weighted, right)), part * unit * other)
    return out


def _first(column: Any) -> Any:
    return column[0] if isinstance(column, tuple) else column


class Fit:
    """The exact minimum of Σ w (y − Xβ)²: coefficients, rss, tss, the inverse of Σ w x xᵀ, all rational."""

    def __init__(self, columns: Sequence[Any], y: Any, intercept: bool = True, weights: Any = None) -> None:
        moments = gram([*columns, y], weights)
        first = 0 if intercept else 1
        last = len(columns) + 1
        chosen = range(first, last)
        self.gram = [[moments[i][j] for j in chosen] for i in chosen]
        right = [moments[i][last] for i in chosen]
        self.inverse = invert(self.gram)
        self.coefficients = [sum((a * b for a, b in zip(row, right)), Fraction(0)) for row in self.inverse]
        self.rss = moments[last][last] - sum((a * b for a, b in zip(self.coefficients, right)), Fraction(0))
        self.tss = moments[last][last] - (moments[0][last] ** 2 / moments[0][0] if intercept else 0)
        rows = len(_first(y)) if weights is None else sum(1 for w in weights if w > 0)
        self.freedom = rows - len(self.coefficients)
        self.explained = len(self.coefficients) - (1 if intercept else 0)

    @property
    def squared_errors(self) -> list[Fraction]:
        """Squares of the standard errors."""
        return [self.rss / self.freedom * self.inverse[i][i] for i in range(len(self.coefficients))]

    @property
    def r2(self) -> Fraction:
        return 1 - self.rss / self.tss

    @property
    def f(self) -> Fraction:
        return (self.tss - self.rss) / self.explained / (self.rss / self.freedom)


def invert(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    """The inverse by Gauss and Jordan."""
    size = len(matrix)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = next(r for r in range(i, size) if rows[r][i] != 0)
        rows[i], rows[pivot] = rows[pivot], rows[i]
        scale = rows[i][i]
        rows[i] = [value / scale for value in rows[i]]
        for r in range(size):
            if r != i and rows[r][i] != 0:
                factor = rows[r][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return [row[size:] for row in rows]


def root(value: Fraction) -> Fraction:
    """√value to 60 digits."""
    scale = 10**120
    shift = max(0, value.denominator.bit_length() - value.numerator.bit_length())
    shift += shift % 2
    from math import isqrt

    return Fraction(isqrt(value.numerator * scale * 2**shift // value.denominator), 10**60 * 2 ** (shift // 2))


def digits(found: Any, truth: Any) -> float:
    """Correct significant digits, at most 17."""
    from math import log10

    found, truth = Fraction(float(found)), Fraction(truth)
    if found == truth:
        return 17.0
    if truth == 0:
        return 0.0
    error = abs(found - truth) / abs(truth)
    size = error.numerator.bit_length() - error.denominator.bit_length()
    return min(17.0, -log10(error)) if -1000 < size < 1000 else (17.0 if size < 0 else 0.0)


def is_semidefinite(matrix: Sequence[Sequence[Any]]) -> bool:
    """Symmetric elimination with the largest pivot left."""
    m = [[Fraction(v) for v in row] for row in matrix]
    left = list(range(len(m)))
    while left:
        if any(m[i][i] < 0 for i in left):
            return False
        p = max(left, key=lambda i: m[i][i])
        if m[p][p] == 0:
            return all(m[i][j] == 0 for i in left for j in left)
        left.remove(p)
        for i in left:
            factor = m[i][p] / m[p][p]
            for j in left:
                m[i][j] -= factor * m[p][j]
    return True
