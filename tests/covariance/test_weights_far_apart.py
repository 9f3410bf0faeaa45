"""HC0, HC1 and CR1 of few rows whose weights and sizes are far apart, against rational arithmetic.

What a coefficient's variance comes of may be 10⁻⁷ of what the rows vary by in other directions; no digit is left to those.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import wxb
from support.rational import Fit


def drawn(seed):
    """Eight rows through the origin, one column of which is near 10⁶."""
    random = np.random.default_rng(seed)
    p = int(random.integers(1, 4))
    X = random.normal(size=(8, p))
    if random.random() < 0.5:
        X *= 10 ** random.uniform(-4, 4, (8, 1))
    if random.random() < 0.3:
        X = np.round(X * 10)
    j = int(random.integers(0, p))
    X[:, j] = 1e6 * (
        random.normal(size=8) if random.random() < 0.5 else 1 + random.normal(size=8) * 10 ** random.uniform(-9, 0)
    )
    if random.random() < 0.3:
        X[random.integers(0, 8), :] = 0
    y = random.normal(size=8)
    if random.random() < 0.3:
        y = y * 10 ** random.uniform(-6, 6, 8)
    elif random.random() < 0.5:
        y = 1e-3 * y + X @ np.ones(p)
    return X, y, 10 ** random.uniform(-5.2, 5.95, 8), random.integers(0, 3, 8).tolist()


def squares(X, y, w, groups):
    """HC0 and CR1, of what each row moves the coefficients by."""
    fit = Fit(X.T.tolist(), y.tolist(), False, w.tolist())
    n, k = X.shape
    moved = []
    for row, target, weight in zip(X.tolist(), y.tolist(), w.tolist()):
        x = [Fraction(v) for v in row]
        e = Fraction(weight) * (Fraction(target) - sum(a * b for a, b in zip(x, fit.coefficients)))
        moved.append([e * sum(a * b for a, b in zip(line, x)) for line in fit.inverse])
    G = len(set(groups))
    of_groups = [
        [sum(m[i] for m, own in zip(moved, groups) if own == g) for i in range(k)] for g in sorted(set(groups))
    ]
    factor = Fraction(G, G - 1) * Fraction(n - 1, n - k)
    return {
        "HC0": [sum(m[i] ** 2 for m in moved) for i in range(k)],
        "HC1": [sum(m[i] ** 2 for m in moved) * n / (n - k) for i in range(k)],
        "cluster:g": [factor * sum(m[i] ** 2 for m in of_groups) for i in range(k)],
    }


@pytest.mark.parametrize("seed", [33, 167, 218, 501, 1327, 1529, 1878, *range(12)])
def test_each_error_has_its_digits(seed):
    X, y, w, groups = drawn(seed)
    names = [f"x{j}" for j in range(X.shape[1])]
    table = {**dict(zip(names, X.T)), "y": y, "w": w, "g": [f"g{g}" for g in groups]}
    if len(set(groups)) == 1:
        return
    for kind, true in squares(X, y, w, groups).items():
        found = wxb.fit(table, "y", features=names, weights="w", intercept=False, se=kind).inference.se
        for one, square in zip(found.tolist(), true):
            assert abs(Fraction(one) ** 2 - square) <= Fraction(1, 10**12) * 4 * square, (kind, one)
