"""The tests of Breusch and Pagan and of White of lines through the origin, whose columns are far from 0, in rational arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import wxb
from support.rational import Fit


def left(columns, target, intercept):
    """What the line leaves of each row."""
    line = Fit(columns, target, intercept).coefficients
    rows = zip(*([[1] * len(target)] if intercept else []), *columns)
    return [Fraction(y) - sum(b * Fraction(x) for b, x in zip(line, row)) for row, y in zip(rows, target)]


def explained(columns, target):
    """n R²."""
    n = len(target)
    mean = sum(target) / n
    return n * (1 - sum(e * e for e in left(columns, target, True)) / sum((y - mean) ** 2 for y in target))


@pytest.mark.parametrize("far", [0.0, 1e3, 1e5])
def test_columns_far_from_0_are_as_good_as_near_ones(far):
    random = np.random.default_rng(4)
    table = {"a": far + random.normal(size=12), "b": random.normal(size=12), "y": random.normal(size=12)}
    model = wxb.fit(table, "y", intercept=False)
    a, b, y = (table[name].tolist() for name in "aby")
    squares = [e * e for e in left([a, b], y, False)]
    a, b = ([Fraction(value) for value in column] for column in (a, b))
    products = [[p * q for p, q in zip(one, other)] for one, other in ((a, a), (a, b), (b, b))]
    found = model.diagnose(table, white=True)
    assert (found.breusch_pagan.freedom, found.white.freedom) == (2, 5)
    assert found.breusch_pagan.statistic == pytest.approx(float(explained([a, b], squares)), rel=1e-9)
    assert found.white.statistic == pytest.approx(float(explained([a, b, *products], squares)), rel=1e-9)
