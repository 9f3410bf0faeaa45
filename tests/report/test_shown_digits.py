"""What a table shows serves: no standard error is shown as 0, small numbers keep digits, fast sums show no digit they cannot."""

from __future__ import annotations

import re

import numpy as np
import pytest

import wxb
from wxb.numbers import MINUS, placed, significant

NOISE = np.random.default_rng(5).normal(size=20)
X = np.arange(20.0)


def row(model, name):
    line = next(line for line in model.summary().split("\n") if line.split()[:1] == [name])
    return line.replace(MINUS, "-").split()


@pytest.mark.parametrize("level", [1.234567e9, 3e10, 7e12, -2e9])
def test_an_error_is_never_shown_as_0(level):
    model = wxb.fit({"x": X, "y": level + X + NOISE / 10}, "y")
    assert float(row(model, "(b)")[2]) == pytest.approx(model.inference.se[0], rel=5e-3)


@pytest.mark.parametrize("unit", [1e-7, 1e-8, 3e-9, 1e-12])
def test_small_coefficients_keep_four_digits(unit):
    model = wxb.fit({"x": X, "y": (3 + X + NOISE / 100) * unit}, "y")
    for name, place in (("(b)", 0), ("x", 1)):
        shown = row(model, name)
        assert float(shown[1]) == pytest.approx(model.theta[place], rel=5e-4)
        assert float(shown[2]) == pytest.approx(model.inference.se[place], rel=5e-3)
        assert [float(shown[5]), float(shown[7])] == pytest.approx(model.inference.interval()[place], rel=5e-4)


@pytest.mark.parametrize(("level", "unit"), [(1.234567e9, 1.0), (1e13, 10.0), (2e-8, 1e-10), (0.0, 1e-7)])
def test_the_ends_of_a_prediction_interval_are_told_apart(level, unit):
    model = wxb.fit({"x": X, "y": level + (X + NOISE / 10) * unit}, "y")
    value, low, high = re.search(r"→\s+(\S+)\s+\((\S+) … (\S+)\)", model.summary()).groups()
    found = model.predict({"x": [15.0]}, interval=0.95)
    half = found.high[0] - found.value[0]
    for text, true in ((value, found.value[0]), (low, found.low[0]), (high, found.high[0])):
        assert abs(float(text) - true) < half / 50


@pytest.mark.parametrize("spread", [1e-6, 1e-7, 3e-8, 1e-8])
@pytest.mark.parametrize("size", [1e-9, 1.0, 1e6])
def test_fast_sums_show_no_digit_that_they_do_not_determine(spread, size):
    """Nearly equal columns: 23148292 was shown where two digits were certain, and t with six."""
    random = np.random.default_rng(5)  # of its own: tests run in any order
    x = random.random(30)
    table = {"a": x, "b": x * (1 + spread * random.normal(size=30)), "y": (x + random.normal(size=30)) * size}
    fast, exact = (wxb.fit(table, "y", precision=precision) for precision in ("fast", "exact"))
    true = exact.inference
    for name, place in (("(b)", 0), ("a", 1), ("b", 2)):
        shown = row(fast, name)
        values = [true.coefficients[place], true.se[place], true.t[place]]
        for text, value in zip(shown[1:4], values):
            if text != "—":
                unit = 10.0 ** int((*text.split("e"), "0")[1]) / 10 ** len(text.split("e")[0].partition(".")[2])
                assert abs(float(text) - value) <= 1.01 * unit, (text, value)


def test_numbers_to_a_place():
    assert [placed(v, d) for v, d in ((1234.56, 1), (1234.56, -2), (23148292.0, -6), (-3e-12, 13), (40.0, -3))] == [
        "1234.6", "1.2e3", "2.3e7", f"{MINUS}3e-12", "0",
    ]  # fmt: skip
    assert [significant(v, 2) for v in (0.0123, 12.3, 123.0, 23148.0, -997158.0, 1e12)] == [
        "0.012", "12", "1.2e2", "2.3e4", f"{MINUS}1.0e6", "1e12",
    ]  # fmt: skip
