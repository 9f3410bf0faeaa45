"""The sentence under the table: which coefficient it tells, and what it says of an intercept far from the data."""

from __future__ import annotations

import numpy as np
import pytest

import wxb

RANDOM = np.random.default_rng(17)
A, B, C = RANDOM.normal(size=(3, 60))
Y = 0.3 * A - 5.0 * B + 0.6 * C + RANDOM.normal(size=60)


def told(model: wxb.Model) -> str:
    return " ".join(model.summary().split()).partition("One more unit of ")[2]


@pytest.mark.parametrize("order", ["abc", "bca", "cab"])
@pytest.mark.parametrize("intercept", [True, False])
def test_the_coefficient_told_is_the_one_surest_to_differ_from_0(order: str, intercept: bool) -> None:
    columns = {"a": A, "b": B, "c": C}
    model = wxb.fit({name: columns[name] for name in order} | {"y": Y}, "y", intercept=intercept)
    assert told(model).startswith("b goes with")
    assert "less y, the other terms held." in told(model)


@pytest.mark.parametrize(("low", "outside"), [(-9.0, True), (3.0, True), (-2.0, False), (0.0, False)])
def test_an_intercept_outside_the_data_is_said_on_either_side(low: float, outside: bool) -> None:
    x = low + np.linspace(0.0, 4.0, 9)
    model = wxb.fit({"x": x, "y": 2 * x + np.cos(3 * x)}, "y")
    assert ("The intercept is y where x is 0: outside the data (" in told(model)) == outside
    assert "The intercept is y where x is 0" in told(model)
