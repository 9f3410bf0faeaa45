"""HC0, HC1 and CR1 of few rows whose weights and sizes are far apart, against rational arithmetic.

What a coefficient's variance comes of may be 10⁻⁷ of what the rows vary by in other directions; no digit is left to those.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import wxb
from support.rational import Fit
from wxb.passes import moment_tally


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


def panel(seed, power):
    """Three levels beside six clusters, the second of which weighs 10^(2 power) times as much as all others."""
    random = np.random.default_rng(seed)
    n = 30
    levels, clusters = np.arange(n) % 3, random.permutation(np.arange(n) % 6)
    X = random.normal(size=(n, 2)) + np.array([0.0, 100.0])
    y = X @ [1.0, -1.0] + random.normal(size=n) + levels
    w = np.where(clusters == 1, 10.0**power, 10.0**-power) * random.uniform(0.5, 2, n)
    return X, y, w, levels, clusters


@pytest.mark.parametrize("power", [0, 3, 6, 10])
@pytest.mark.parametrize("seed", range(4))
def test_a_cluster_that_decides_the_line_beside_absorbed_levels(seed, power):
    """Its score is what the others leave it: of rounded rows nothing would be left of it."""
    X, y, w, levels, clusters = panel(seed, power)
    whole = np.column_stack([X, np.eye(3)[levels]])
    true = squares(whole, y, w, clusters.tolist())["cluster:g"][:2]
    table = {"a": X[:, 0], "b": X[:, 1], "y": y, "w": w, "g": clusters, "nr": levels}
    model = wxb.fit(table, formula="y ~ a + b | nr", weights="w", se="cluster:g")
    for one, square in zip(model.inference.se.tolist(), true):
        assert abs(Fraction(one) ** 2 - square) <= Fraction(1, 10**10) * 2 * square


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("power", [0, 6, 10])
def test_a_cluster_that_decides_the_line_where_scores_are_summed_in_a_second_pass(monkeypatch, power, intercept):
    monkeypatch.setattr(moment_tally, "MOST_ROWS", 8)
    X, y, w, __, clusters = panel(9, power)
    whole = np.column_stack([np.ones(len(y)), X]) if intercept else X
    true = squares(whole, y, w, clusters.tolist())["cluster:g"]
    table = {"a": X[:, 0], "b": X[:, 1], "y": y, "w": w, "g": clusters}
    model = wxb.fit(table, "y", features=["a", "b"], weights="w", intercept=intercept, se="cluster:g")
    assert "the rows once more" in model.errors.read
    for one, square in zip(model.inference.se.tolist(), true):
        assert abs(Fraction(one) ** 2 - square) <= Fraction(1, 10**10) * 2 * square


def test_leaving_out_a_cluster_beside_levels_that_nearly_all_of_the_weight_lies_in():
    X, y, w, levels, clusters = panel(2, 2)
    table = {"a": X[:, 0], "b": X[:, 1], "y": y, "w": w, "g": clusters, "nr": levels}
    found = wxb.fit(table, formula="y ~ a + b | nr", weights="w", se="CR3:g").inference.se
    whole = np.column_stack([X, np.eye(3)[levels]])
    fit = Fit(whole.T.tolist(), y.tolist(), False, w.tolist()).coefficients
    moved = []
    for g in range(6):
        own = clusters != g
        left = Fit(whole[own].T.tolist(), y[own].tolist(), False, w[own].tolist()).coefficients
        moved.append([a - b for a, b in zip(left, fit)])
    for i, one in enumerate(found.tolist()):
        square = Fraction(5, 6) * sum(m[i] ** 2 for m in moved)
        assert abs(Fraction(one) ** 2 - square) <= Fraction(1, 10**8) * 2 * square
    table["w"] = panel(2, 10)[2]
    with pytest.raises(wxb.NumericalError, match="without `1` of `g` some coefficient is not determined"):
        wxb.fit(table, formula="y ~ a + b | nr", weights="w", se="CR3:g")
