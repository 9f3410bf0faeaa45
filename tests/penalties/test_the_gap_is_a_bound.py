"""What is said of a line under a penalty, how far the conditions of its minimum are from holding, is no less than what is true."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import wxb
from support.rational import gram


def true_gap(model, columns, y, weights, l1, l2, positive) -> Fraction:
    """Of the coefficients as they are, by rational arithmetic; s is the float64 number that columns are measured by."""
    sums = gram([*columns, y], weights)
    whole, last = sums[0][0], len(columns) + 1
    found = []
    spread = [sums[j][j] / whole - (sums[0][j] / whole) ** 2 for j in range(1, last)]
    unit = [Fraction(float(np.sqrt(float(value)))) if value else Fraction(1) for value in spread]
    theta = [Fraction(value) for value in model.coef.tolist()]

    def covariance(i, j):
        return sums[i][j] / whole - sums[0][i] * sums[0][j] / whole**2

    size = max(abs(covariance(j, last)) / s for j, s in enumerate(unit, 1))
    for j, (s, own) in enumerate(zip(unit, theta), 1):
        g = (covariance(j, last) - sum(covariance(j, k) * w for k, w in enumerate(theta, 1))) / s
        if own:
            found.append(abs(g - Fraction(l2) * own * s - Fraction(l1) / 2 * (1 if own > 0 else -1)))
        else:
            found.append(max((g if positive else abs(g)) - Fraction(l1) / 2, Fraction(0)))
    return max(found) / size


def said_of(model) -> float:
    assert model.penalised is not None
    return model.penalised.gap


def drawn(seed):
    random = np.random.default_rng(seed)
    n, p = int(random.integers(6, 20)), int(random.integers(1, 7))
    X = random.normal(size=(n, p)) * 10.0 ** random.uniform(-6, 6, p)
    if seed % 4 == 1 and p > 1:
        X[:, 1] = X[:, 0] * (1 + 10.0 ** -random.uniform(2, 9) * random.normal(size=n))
    if seed % 4 == 3:
        X += 10.0 ** random.uniform(0, 8)
    y = random.normal(size=n) * 10.0 ** random.uniform(-4, 4)
    weights = None if seed % 3 else 10.0 ** random.uniform(-3, 3, n)
    return X, y, weights


@pytest.mark.parametrize("kind", ["l1", "l2", "both", "positive"])
def test_it_is_no_less_than_the_true_one_and_hardly_more(kind):
    for seed in range(25):
        X, y, weights = drawn(seed)
        l1, l2 = (0.0 if kind == "l2" else 0.1 * float(y.std())), (0.0 if kind == "l1" else 0.01)
        given: Any = {"l1": l1, "l2": l2, "positive": True} if kind == "positive" else {"l1": l1, "l2": l2}
        data = (X, y) if weights is None else (X, y, weights)
        model = wxb.fit(data, **{name: value for name, value in given.items() if value})
        columns, w = X.T.tolist(), None if weights is None else weights.tolist()
        true = true_gap(model, columns, y.tolist(), w, l1, l2, kind == "positive")
        said = Fraction(said_of(model))
        assert true <= said <= true * (1 + Fraction(1, 10**12)) + Fraction(1, 10**28), (seed, float(true), float(said))


def test_of_many_columns_too():
    random = np.random.default_rng(3)
    X = random.normal(size=(60, 40))
    y = X[:, 0] + random.normal(size=60)
    model = wxb.fit((X, y), l1=0.2)
    true = true_gap(model, X.T.tolist(), y.tolist(), None, 0.2, 0.0, False)
    assert true <= Fraction(said_of(model)) <= true * (1 + Fraction(1, 1000))
