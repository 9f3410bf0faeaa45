"""Offsets, scales, timestamps: what float64 methods lose without a word, against rational arithmetic on the doubles."""

from __future__ import annotations

import numpy as np
import pytest

import wxb
from support import rational
from support.notes import noted
from support.rational import digits
from wxb.moments.kernels import ByNumPy, choose

X = np.linspace(0, 1, 200)
NOISE = np.random.default_rng(11).normal(size=200) * 0.01


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e6, 1e9, 1e12, -1e12])
def test_offsets(offset):
    """x far from 0: the line of the stored doubles to the last bit, and the slope 3 to what the doubles still hold."""
    x = X + offset
    y = 2 + 3 * X
    model = wxb.fit((x[:, None], y))
    truth = rational.Fit([x], y)
    assert model.theta.tolist() == [float(c) for c in truth.coefficients]
    assert digits(model.coef[0], truth.coefficients[1]) >= 13
    held = 16 - np.log10(max(abs(offset), 1))  # digits of x that its spacing at the offset leaves
    assert digits(model.coef[0], 3) >= min(13, held - 0.5)


@pytest.mark.parametrize("offset", [1e3, 1e6, 1e9, 1e12])
def test_offsets_that_the_doubles_hold(offset):
    """x on a grid the doubles have exactly, y formed from it exactly: the slope is 3, whatever the offset."""
    steps = np.arange(64) / 64
    model = wxb.fit((offset + steps, 2 + 3 * steps))
    assert model.coef.tolist() == [3.0]
    assert model.intercept == 2 - 3 * offset
    assert model.inference.rss == 0.0


@pytest.mark.parametrize("scale", [1e-150, 1e-100, 1e-9, 1e9, 1e100, 1e150])
@pytest.mark.parametrize("which", ["x", "y", "both"])
def test_scales(scale, which):
    x = X * (scale if which in ("x", "both") else 1.0)
    y = (2 + 3 * X + NOISE) * (scale if which in ("y", "both") else 1.0)
    model = wxb.fit((x[:, None], y))
    truth = rational.Fit([x], y)
    found = model.inference
    assert model.theta.tolist() == [float(c) for c in truth.coefficients]
    for value, square in zip(found.se, truth.squared_errors):
        assert digits(value, rational.root(square)) >= 15.5
    assert found.r2 == float(truth.r2)
    assert found.f == float(truth.f)


def test_a_rate_and_a_capital():
    """Two features of very different scale, on which a widely used library finds R² = 0.127 without a warning."""
    random = np.random.default_rng(0)
    rate, capital = random.uniform(0, 0.01, 5000), random.uniform(1e6, 1e9, 5000)
    y = 500 * rate + 2e-9 * capital + random.normal(size=5000) * 0.1
    model = wxb.fit({"rate": rate, "capital": capital, "y": y}, target="y")
    truth = rational.Fit([rate, capital], y)
    assert model.theta.tolist() == [float(c) for c in truth.coefficients]
    assert model.r2 == float(truth.r2)
    assert model.r2 > 0.99
    assert model.coef == pytest.approx([500, 2e-9], rel=0.01)
    assert model.dropped == ()


def test_nanosecond_timestamps():
    """64-bit integers near 1.7e18 keep the digits that a float64 has not."""
    ticks = 1_700_000_000_000_000_000 + np.arange(1000, dtype=np.int64) * 1_000_000_007
    slope = 2.0**-40
    y = (ticks - ticks[0]).astype(np.float64) * slope
    model = wxb.fit({"time": ticks, "y": y}, target="y")
    assert noted("`time` has integers above 2.53.*kept exactly", model)
    assert model.coef.tolist() == [slope]
    assert model.r2 == 1.0


def test_integers_beyond_two_to_the_53():
    ids = 2**60 + np.array([1, 3, 5, 7, 8], dtype=np.int64)
    model = wxb.fit({"number": ids, "y": np.array([1.0, 3.0, 5.0, 7.0, 8.0])}, target="y")
    assert noted("kept exactly", model)
    assert model.coef.tolist() == [1.0]
    assert model.inference.rss == 0.0


def test_year_and_its_square():
    year = np.arange(1950, 2025).astype(np.float64)
    y = 0.002 * (year - 1980) ** 2 + 0.1 * (year - 1950)
    model = wxb.fit({"year": year, "year2": year**2, "y": y}, target="y")
    truth = rational.Fit([year, year**2], y)
    assert model.theta.tolist() == [float(c) for c in truth.coefficients]
    assert model.r2 > 0.997
    assert model.dropped == ()


def test_large_values_have_a_line():
    """Squares of 1e308 overflow a float64; their moments do not."""
    x = np.array([1e307, 2e307, 4e307, 6e307, 8e307])
    y = np.array([2e307, 4.1e307, 7.9e307, 1.21e308, 1.59e308])
    model = wxb.fit((x, y))
    truth = rational.Fit([x], y)
    assert model.theta.tolist() == [float(c) for c in truth.coefficients]


@pytest.mark.parametrize(
    ("x", "y", "edge"),
    [
        ([1e-320, 2e-320, 3e-320], [1.0, 2.0, 3.5], "too large"),
        ([1e300, 2e300, 4e300], [1e-300, 2e-300, 3e-300], "too small"),
    ],
)
def test_a_coefficient_that_no_float64_holds_is_refused(x, y, edge):
    with pytest.raises(wxb.NumericalError, match=f"coefficient of x .*{edge}.*scales of x and y"):
        wxb.fit((np.array(x), np.array(y)))


@pytest.mark.parametrize(("size", "edge"), [(1e200, "large"), (1e-200, "small"), (1e-160, "small")])
def test_columns_whose_squares_leave_the_range_are_no_ground_for_a_descent(size, edge):
    data = {"x": [size, 2 * size, 3 * size], "y": [1.0, 2.0, 4.0]}
    assert wxb.fit(data, "y").coef[0] == pytest.approx(1.5 / size, rel=1e-15)
    for call in (lambda: wxb.fit(data, "y", lr=0.1, epochs=9), lambda: wxb.rates(data, "y")):
        with pytest.raises(wxb.NumericalError, match=f"x is too {edge} for a descent.*range of float64"):
            call()


@pytest.mark.parametrize("seed", range(4))
def test_fast_says_what_it_can_promise_and_keeps_it(seed):
    random = np.random.default_rng(seed)
    X = random.normal(size=(20_000, 4)) * [1, 10, 100, 1e-3] + [0, 5, 1e3, 1]
    y = X @ [1.0, -2.0, 0.5 * seed, 300.0] + random.normal(size=20_000)
    exact, fast = wxb.fit((X, y)), wxb.fit((X, y), precision="fast")
    assert fast.digits is not None
    assert fast.digits.min() >= (7.4 if isinstance(choose(), ByNumPy) else 8)
    for value, truth, promised in zip(fast.theta, exact.theta, fast.digits):
        assert digits(value, rational.Fraction(truth)) >= promised
    assert fast.inference.se == pytest.approx(exact.inference.se, rel=1e-8)


def test_fast_promises_less_for_columns_that_are_nearly_collinear():
    random = np.random.default_rng(4)
    x = random.normal(size=20_000)
    X = np.column_stack([x, x + 1e-5 * random.normal(size=20_000)])
    y = X @ [1.0, 1.0] + random.normal(size=20_000)
    exact, fast = wxb.fit((X, y)), wxb.fit((X, y), precision="fast")
    assert fast.digits is not None
    assert fast.digits.min() < 7
    for value, truth, promised in zip(fast.theta, exact.theta, fast.digits):
        assert digits(value, rational.Fraction(truth)) >= promised
