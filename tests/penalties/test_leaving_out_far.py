"""Leaving one row out of a ridge against rationals: columns nearly collinear, weights far apart, rows near to standing alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import wxb


def drawn(kind, seed=0):
    """X, y, weights of a few rows."""
    random = np.random.default_rng(seed)
    X, weights = random.normal(size=(9, 3)), np.ones(9)
    if kind == "collinear":
        X[:, 1] = X[:, 0] + 1e-6 * X[:, 1]
    elif kind == "scales":
        X *= [1e-7, 1.0, 1e6]
    elif kind == "far":
        X[0] *= 1e5
    elif kind == "weights":
        weights = 10.0 ** random.uniform(-6, 6, 9)
    y = X @ np.ones(3) + 1e-3 * random.normal(size=9)
    return X, y, weights


def solved(gram, right):
    """A linear system by elimination."""
    rows = [[*row, value] for row, value in zip(gram, right)]
    for i in range(len(rows)):
        pivot = next(r for r in range(i, len(rows)) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(len(rows)):
            if r != i and rows[r][i]:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i])]
    return [row[-1] for row in rows]


def left_out(X, y, weights, l2, factors):
    """The mean square of each row by the line of the others, by definition."""
    x = [[Fraction(1), *map(Fraction, row)] for row in X.tolist()]
    y, w = [*map(Fraction, y.tolist())], [*map(Fraction, weights.tolist())]
    whole, total = sum(w), Fraction(0)
    under = [Fraction(0), *(whole * Fraction(l2) * Fraction(factor) for factor in factors)]
    for out in range(len(y)):
        rest = [i for i in range(len(y)) if i != out]
        gram = [[sum(w[i] * x[i][a] * x[i][b] for i in rest) for b in range(4)] for a in range(4)]
        for a in range(4):
            gram[a][a] += under[a]
        line = solved(gram, [sum(w[i] * x[i][a] * y[i] for i in rest) for a in range(4)])
        total += w[out] * (y[out] - sum(a * b for a, b in zip(line, x[out]))) ** 2
    return total / whole


@pytest.mark.filterwarnings("ignore:l2 = :wxb.WxbWarning")
@pytest.mark.parametrize("factors", [(1.0, 1.0, 1.0), (1.0, 0.0, 20.0)])
@pytest.mark.parametrize("kind", ["plain", "collinear", "scales", "far", "weights"])
def test_rows_are_left_out_to_twelve_digits(kind, factors):
    X, y, weights = drawn(kind)
    table = {f"x{i}": X[:, i] for i in range(3)} | {"y": y, "w": weights}
    options = {"weights": "w", "standardise": False, "penalise": {f"x{i}": factor for i, factor in enumerate(factors)}}
    path = wxb.fit(table, "y", l2="auto", among=[1e-12, 1e-8, 1e-4, 1.0, 1e4], **options).path
    for value, judged in zip(path.values.tolist(), path.judged.tolist()):
        true = left_out(X, y, weights, value, factors)
        assert abs(Fraction(judged) - true) <= true / 10**12, value
