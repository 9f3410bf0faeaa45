"""The printed line, typed back, costs what the fit costs: large offsets, odd names, several terms, whole identifiers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from support.notes import noted
from wxb.errors import NumericalError
from wxb.expression import parse, quoted
from wxb.model.line import cost_of
from wxb.numbers import apart
from wxb.printable import cells
from wxb.report.equation import equation

FACTOR = 1.001


def check(model: wxb.Model, table: dict, target: str) -> str:
    """The line is as cheap as the fit, or says that it is not to be typed."""
    line = equation(model)
    assert cells(line) <= 80
    if "≈" in line:
        return line
    found = cost_of(table, target, line)
    floor = np.mean(np.square(np.asarray(table[target], dtype=np.float64))) * 2.0**-100
    assert found.cost <= FACTOR * model.cost + floor, line
    return line


def test_times_counted_in_seconds_and_other_large_offsets():
    t = [51000003, 51000007, 51000011, 51000014]
    table = {"value": [1, 2, 3, 4], "t": t}
    assert check(wxb.fit(table, "value"), table, "value") == "value = 0.2691 · (t − 51000009) + 2.567"
    t = 1700000000 + np.array([0.103, 0.221, 0.394, 0.57, 0.686, 0.861, 1.036, 1.21])
    table = {"t": t, "pos": [801.1, 806.9, 815.2, 823.0, 828.1, 836.3, 845.2, 852.6]}
    line = check(wxb.fit(table, "pos"), table, "pos")
    assert "(t − 1700000000.6)" in line


def test_four_digits_stay_where_they_do():
    model = wxb.fit("tests/reference/peers/cars.csv", "dist")
    assert equation(model) == "dist = 3.932 · speed − 17.58"
    assert equation(wxb.fit({"x": [1.0, 2, 3], "y": [3.0, 5, 7]}, "y")) == "y = 2 · x + 1"


@pytest.mark.parametrize("name", ["GNP.deflator", "공부 시간", "a`b", "w²", "1990", "x[yes", "−x", "a;b", "sqrt", "`"])
def test_any_name_can_be_typed_back(name):
    table = {name: [1.0, 2.0, 3.0, 5.0], "y": [1.0, 2.0, 2.0, 4.0]}
    model = wxb.fit(table, "y")
    line = check(model, table, "y")
    assert "≈" not in line
    assert parse(line).names == (name,)


def test_names_that_cannot_be_seen_are_not_offered_to_type():
    assert quoted("a\nb") is None
    assert quoted("") is None
    table = {"a\tb": [1.0, 2.0, 4.0], "y": [1.0, 2.0, 2.0]}
    assert " ≈ " in equation(wxb.fit(table, "y"))


def test_terms_of_yes_and_no():
    table = {"paid": ["yes", "no", "yes", "no", "yes"], "x": [1.0, 2, 3, 4, 6], "y": [3.0, 1.0, 4.0, 2.5, 6.0]}
    line = check(wxb.fit(table, "y"), table, "y")
    assert "`paid[yes]`" in line


def test_identifiers_of_64_bits_cost_nothing():
    ids = np.array([1582218195625938945, 1582218195625938946, 1582218195625938947, 1582218195625938949])
    table = {"stamp": ids, "v": [1, 2, 3, 5]}
    model = wxb.fit(table, "v")
    assert noted("2\\^53", model)
    check(model, table, "v")
    assert cost_of(table, "v", "1*stamp - 1582218195625938944").cost == 0
    assert cost_of(table, "v", "stamp - 1582218195625938945").error.tolist() == [1.0, 1.0, 1.0, 1.0]


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    terms=st.integers(1, 3),
    offset=st.sampled_from([0.0, 1.0, -3e3, 5e7, 1.7e9, 4e13]),
    scale=st.sampled_from([1e-6, 1.0, 1e5]),
    noise=st.sampled_from([0.0, 1e-9, 1e-3, 1.0]),
    level=st.sampled_from([0.0, 12.0, -4e6]),
    intercept=st.booleans(),
)
def test_law(seed, terms, offset, scale, noise, level, intercept):
    rng = np.random.default_rng(seed)
    X = offset + scale * rng.standard_normal((12, terms))
    y = level + (X - offset) @ np.arange(1.0, terms + 1) / scale + noise * rng.standard_normal(12)
    table = {f"x{i}": column for i, column in enumerate(X.T)} | {"y": y}
    try:
        model = wxb.fit(table, "y", intercept=intercept)
    except wxb.WxbWarning:
        return  # collinear but for rounding
    check(model, table, "y")


def test_a_descent_shows_what_it_reached():
    table = {"x": [1.0, 2.0, 3.0], "y": [2.0, 4.0, 7.0]}
    model = wxb.fit(table, "y", lr=0.05, epochs=7)
    assert cost_of(table, "y", equation(model)).cost == pytest.approx(model.cost, rel=FACTOR - 1, abs=5e-6)


def test_costs_keep_their_digits_and_are_refused_beyond_the_range():
    table = {"x": [1.0, 2.0, 3.0], "y": [1e200, 2e200, 4e200]}
    with pytest.raises(NumericalError, match="divide the target"):
        cost_of(table, "y", "1e200*x")
    table = {"x": [1.0, 2.0, 3.0], "y": [1e-200, 2e-200, 4e-200]}
    assert cost_of(table, "y", "1e-200*x").mean_absolute == pytest.approx(1e-200 / 3)
    table = {"x": [0.1, 0.2, 0.3], "y": [1e153, 1e153, 2e153]}
    assert cost_of(table, "y", "1e153").cost == pytest.approx(1e306 / 3, rel=1e-12)
    assert cost_of({"x": [2.0, 3.0], "y": [8.0, 28.0]}, "y", "x**3 + 0*exp(x)").error.tolist() == [0.0, 1.0]
    assert cost_of({"x": [2.0, 4.0], "y": [0.5, 0.5]}, "y", "x**-1 + 0*x**0.5").error.tolist() == [0.0, 0.25]
    assert cost_of({"x": [1e300, 2.0], "y": [1e300, 2.0]}, "y", "x").cost == 0


def test_equal_looking_numbers_are_told_apart():
    assert apart([1700000000.1, 1700000000.2, 1700000000.1]) == ["1700000000.1", "1700000000.2", "1700000000.1"]
    assert apart([1.0, 2.5]) == ["1", "2.5"]
    assert apart([float("nan"), 1.0]) == ["—", "1"]
    model = wxb.fit({"t": 1.7e9 + np.arange(4.0), "y": [1.0, 2, 3, 5]}, "y")
    assert "(1700000000 … 1700000003)" in model.summary()
