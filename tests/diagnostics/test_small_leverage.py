"""Leverage and Cook's distance of rows that barely count, against rational arithmetic: a number is never what 1 − h leaves of 1."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import wxb
from support.rational import Fit

BAR = 1e-12


def truth(columns, y, weights, intercept):
    """h and Cook's distance of each row, exact; columns of numbers or of fractions that are whole."""
    rows = [[Fraction(v) for v in row] for row in zip(*columns)]
    fit = Fit(columns, y, intercept, weights)
    k, s2 = len(fit.coefficients), fit.rss / fit.freedom
    found = []
    for row, target, w in zip(rows, y, weights or [1.0] * len(y)):
        x = [Fraction(1), *row] if intercept else row
        h = Fraction(w) * sum(a * b * c for a, line in zip(x, fit.inverse) for b, c in zip(line, x))
        e = Fraction(target) - sum(a * b for a, b in zip(x, fit.coefficients))
        found.append((h, Fraction(w) * e * e / s2 * h / (k * (1 - h) ** 2)))
    return tuple(zip(*found))


def holds(found, true):
    for one, exact in zip(found, true):
        assert abs(Fraction(one) - exact) <= Fraction(BAR) * exact, (one, float(exact))


def test_a_row_near_0_of_a_line_through_the_origin():
    table = {"x": [1e-8, 1.0, 2.0, 3.0, 5.0], "y": [0.0, 1.0, 3.0, 3.0, 8.0]}
    model = wxb.fit(table, "y", intercept=False)
    assert model.augment(table)["leverage"][0].as_py() == pytest.approx(1e-16 / 39, rel=1e-15)


def drawn(seed):
    """A small table of hostile scales: columns, target, weights or None, whether with an intercept."""
    random = np.random.default_rng(seed)
    n, p = int(random.integers(6, 14)), int(random.integers(1, 4))
    size = 10.0 ** random.uniform(-6, 6, p)
    X = random.normal(size=(n, p)) * size
    if seed % 3 == 0:
        X += size * 10.0 ** random.uniform(0, 6)
    if seed % 4 == 1 and p > 1:
        X[:, 1] = X[:, 0] * (1 + 1e-7 * random.normal(size=n))
    if seed % 5 == 2:
        X[0] *= 1e-9
    weights = None if seed % 2 else 10.0 ** random.uniform(-6, 6, n)
    return X, random.normal(size=n), weights, bool(seed % 3)


@pytest.mark.parametrize("seed", range(60))
def test_of_any_rows(seed):
    X, y, weights, intercept = drawn(seed)
    data = (X, y) if weights is None else (X, y, weights)
    table = wxb.fit(data, intercept=intercept).augment(data)
    h, cook = truth(X.T.tolist(), y.tolist(), None if weights is None else weights.tolist(), intercept)
    holds(table["leverage"].to_pylist(), h)
    there = [i for i, one in enumerate(h) if one < 0.999]  # of the others 1 − h and e are what others leave
    holds_cook(table["cook"].to_pylist(), cook, there)


def holds_cook(found, true, there):
    for i in there:
        assert found[i] == pytest.approx(float(true[i]), rel=1e-11, abs=0), i


def test_columns_that_are_pairs_of_doubles():
    """Integers beyond 2^53, through the origin: the first row's number is 10^-10 of the others'."""
    x = [10**8 + 1, 10**18 + 1, 2 * 10**18 + 3, 3 * 10**18 + 7, 5 * 10**18 + 11]
    z = [3, 10**17 + 7, -(10**17) - 9, 4 * 10**17 + 1, 10**16 + 5]
    y = [0.0, 1.0, 3.0, 3.0, 8.0]
    table = {"x": np.array(x), "z": np.array(z), "y": np.array(y)}
    found = wxb.fit(table, "y", intercept=False).augment(table)
    pairs = [(list(map(float, one)), [float(v - int(float(v))) for v in one]) for one in (x, z)]
    fit = Fit(pairs, y, intercept=False)
    h = [sum(a * b * c for a, line in zip(row, fit.inverse) for b, c in zip(line, row)) for row in zip(x, z)]
    holds(found["leverage"].to_pylist(), h)


@pytest.mark.parametrize("several", [False, True])
def test_beside_levels_that_are_eliminated(several):
    """Within a level of heavy rows a light one hardly counts."""
    random = np.random.default_rng(5)
    n = 60
    a, b = np.arange(n) % 7, np.arange(n) // 7 % 5
    weights = 10.0 ** random.uniform(-6, 6, n) if not several else np.ones(n)
    table = {
        "x": random.normal(size=n),
        "a": [f"a{i}" for i in a],
        "b": [f"b{i}" for i in b],
        "y": random.normal(size=n),
    }
    table["w"] = weights
    names = ["a", "b"] if several else ["a"]
    model = wxb.fit(table, "y", features=["x"], absorb=names, weights="w")
    dummies = [(a == level) * 1.0 for level in range(7)]
    if several:
        dummies += [(b == level) * 1.0 for level in range(1, 5)]
    columns = [table["x"].tolist(), *(one.tolist() for one in dummies)]
    h, __ = truth(columns, table["y"].tolist(), weights.tolist(), False)
    holds(model.augment(table)["leverage"].to_pylist(), h)


def test_pictures_and_diagnoses_show_the_same():
    table = {"x": [1e-8, 1.0, 2.0, 3.0, 5.0], "y": [1.0, 1.0, 3.0, 3.0, 8.0]}
    model = wxb.fit(table, "y", intercept=False)
    beside = model.augment(table).to_pydict()
    noted = {one.row: one.value for one in model.diagnose(table, largest=5).leverage}
    cooks = {one.row: one.value for one in model.diagnose(table, largest=5).cook}
    assert [noted[row] for row in range(5)] == beside["leverage"]
    assert [cooks[row] for row in range(5)] == beside["cook"]
