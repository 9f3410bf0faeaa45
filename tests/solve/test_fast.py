"""precision="fast": no more digits are promised than the true answer has, and lines through every row end in words, not in a crash.

Seen wrong before: half of all Celsius → Fahrenheit tables ended in a domain error, y = 2x + 1 + 1e-9 noise showed a standard error
20 times too large as certain, 7 of 8804 promises were broken.
"""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from support.notes import noted
from support.rational import digits
from wxb.moments import FastCollector, Moments
from wxb.moments.kernels import ByNumPy, choose
from wxb.moments.noise import Noise


def both(table: dict, **call) -> tuple[wxb.Model, wxb.Model]:
    return wxb.fit(table, target="y", **call), wxb.fit(table, target="y", precision="fast", **call)


def check(exact: wxb.Model, fast: wxb.Model) -> None:
    """Every promise holds against the exact fit."""
    truth, found = exact.inference, fast.inference
    sure = found.certainty
    for i, name in enumerate(found.names):
        if name in fast.dropped:
            continue
        assert max(digits(fast.theta[i], exact.solution.exact[i]), 0.0) >= sure.coefficients[i] - 1e-6, name
        if not np.isnan(found.se[i]):
            assert digits(found.se[i], Fraction(truth.se[i])) >= sure.errors[i] - 1e-2, name
    assert truth.rss <= sure.most_rss * (1 + 1e-12)
    assert max(digits(found.rss, Fraction(truth.rss)), 0.0) >= sure.rss - 1e-2
    if sure.share_error < np.inf:
        assert abs(found.r2 - truth.r2) <= sure.share_error + 1e-15


@settings(max_examples=80)
@given(
    seed=st.integers(0, 10**6),
    rows=st.integers(6, 300),
    offset=st.sampled_from([0.0, 1.0, 1e4, 1e7]),
    noise=st.sampled_from([1e-9, 1e-5, 1e-2, 1.0]),
    near=st.sampled_from([1.0, 1e-2, 1e-5]),
    scale=st.sampled_from([1e-5, 1.0, 1e6]),
    shape=st.sampled_from(["plain", "sorted", "whole"]),
    intercept=st.booleans(),
    weighted=st.booleans(),
)
def test_promises_are_kept(seed, rows, offset, noise, near, scale, shape, intercept, weighted):
    rng = np.random.default_rng(seed)
    a, e, y = rng.standard_normal((3, rows))
    if shape == "sorted":
        a = np.sort(a) * 100
    a = scale * (np.round(10 * a) if shape == "whole" else a + offset)
    b = a + near * scale * e
    table = {"a": a, "b": b, "y": 3 * a / scale - e + noise * y, "w": rng.random(rows) + 0.01}
    try:
        exact, fast = both(table, features=["a", "b"], intercept=intercept, weights="w" if weighted else None)
    except wxb.WxbWarning:
        return  # collinear but for rounding
    check(exact, fast)
    assert fast.summary()


@pytest.mark.parametrize("seed", range(12))
def test_celsius_to_fahrenheit(seed):
    rng = np.random.default_rng(seed)
    celsius = np.round(rng.normal(15, 10, 5 + 7 * seed), 1)
    table = {"c": celsius, "y": celsius * 9 / 5 + 32}
    exact, fast = both(table)
    check(exact, fast)
    assert fast.digits.min() >= 9
    assert np.isnan(fast.inference.se).all()
    text = fast.summary()
    assert "cannot be told from 0" in text
    assert "precision exact gives them" in text
    with pytest.raises(wxb.NumericalError, match='precision="exact"'):
        fast.predict({"c": [20.0]}, interval=0.95)
    assert fast.predict({"c": [20.0]}) == pytest.approx(68.0)


def test_little_noise():
    x = np.arange(1000.0)
    exact, fast = both({"x": x, "y": 2 * x + 1 + 1e-9 * np.sin(x * x)})
    check(exact, fast)
    assert np.isnan(fast.inference.se).all()
    exact, fast = both({"x": x, "y": 2 * x + 1 + 1e-2 * np.sin(x * x)})
    check(exact, fast)
    assert fast.inference.certainty.errors.min() > 2


def test_ordinary_data_keep_many_digits():
    fast = wxb.fit("tests/reference/peers/cars.csv", "dist", precision="fast")
    assert fast.digits.min() > 12
    assert fast.inference.certainty.errors.min() > 12
    assert "12 digits" in fast.summary() or "13 digits" in fast.summary()


def test_columns_that_may_be_collinear_are_promised_nothing():
    a = np.arange(1.0, 30.0) / 7
    table = {"a": a, "b": 3 * a + 0.1, "y": np.sin(a)}
    with pytest.warns(wxb.WxbWarning, match="collinear|combination|="):
        wxb.fit(table, target="y")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fast = wxb.fit(table, target="y", precision="fast")
    assert fast.digits.max() in (0.0, 16.0)
    assert "no digit" in fast.summary()


def test_whole_numbers_beyond_a_double_keep_their_low_parts():
    x = np.array([2**60 + 3 * i + i % 2 for i in range(50)], dtype=np.int64)
    exact = wxb.fit({"x": x, "y": np.cos(np.arange(50))}, target="y")
    assert noted("2\\^53", exact)
    fast = wxb.fit({"x": x, "y": np.cos(np.arange(50))}, target="y", precision="fast")
    assert noted("2\\^53", fast)
    check(exact, fast)
    assert fast.digits[1] > 8


@pytest.mark.parametrize("kernel", [ByNumPy(), choose()], ids=lambda kernel: kernel.name)
@given(
    seed=st.integers(0, 10**6),
    offset=st.sampled_from([0.0, 1e6, -3e9]),
    parts=st.integers(1, 4),
    weighted=st.booleans(),
)
def test_the_slack_bounds_what_sums_lose(kernel, seed, offset, parts, weighted):
    """Of one collector, of siblings absorbed, of moments added, about any origin."""
    rng = np.random.default_rng(seed)
    first, total = FastCollector(2, kernel), None
    columns = [offset + rng.standard_normal(700) * [1, 1e4][seed % 2], rng.standard_normal(700) + np.arange(700.0)]
    w = rng.random(700) * 3 if weighted else None
    for rows in np.array_split(np.arange(700), parts):
        own = FastCollector(2, kernel) if seed % 3 else first.sibling()
        own.add([c[rows] for c in columns], {}, None if w is None else w[rows])
        made = Moments(("x",), ("y",), own.rows, own.result(), (2.0**-53,) * 2, weighted, "fast", noise=own.noise())
        total = made if total is None else total + made
    assert total is not None
    assert total.noise is not None
    truth = Moments.of(columns[0], columns[1], w)
    for origin in (total.noise.origin, (0.0, 0.0, 0.0), (0.0, offset + 0.5, 350.0)):
        slack = total.noise.about(origin)
        for i in range(3):
            for j in range(i + 1):
                lost = about(total, origin, i, j) - about(truth, origin, i, j)
                assert abs(lost) <= Fraction(slack[i]) * Fraction(slack[j])


def about(moments: Moments, origin: tuple[float, ...], i: int, j: int) -> Fraction:
    c, d = Fraction(origin[i]), Fraction(origin[j])
    return moments.exact(i, j) - c * moments.exact(0, j) - d * moments.exact(0, i) + c * d * moments.exact(0, 0)


def test_weights_of_no_scale_promise_nothing_and_the_file_keeps_the_slack(tmp_path):
    x, y = np.arange(9.0), np.cos(np.arange(9.0))
    fast = wxb.fit({"x": x, "y": y, "w": np.full(9, 1e-200)}, target="y", weights="w", precision="fast")
    assert fast.moments.noise is None
    assert fast.digits.tolist() == [0.0, 0.0]
    fast = wxb.fit({"x": x, "y": y}, target="y", precision="fast")
    fast.save(tmp_path / "m.json")
    kept = wxb.load(tmp_path / "m.json")
    assert isinstance(kept.moments.noise, Noise)
    assert kept.moments.noise == fast.moments.noise
    assert kept.digits.tolist() == fast.digits.tolist()
    assert kept.summary() == fast.summary()


@pytest.mark.parametrize("seed", range(25))
def test_squares_that_rounding_leaves_below_0_are_squares_all_the_same(seed, tmp_path):
    """Of a column that is 0 in all rows held out, or in all but a fold's; summed about a mean it leaves less than nothing."""
    random = np.random.default_rng(seed)
    rows = 40
    table = {"a": (random.random(rows) < 0.07) * 1.1, "b": random.normal(size=rows), "y": random.normal(size=rows)}
    table["a"][seed % rows] = 1.1
    for shares in ({"test": 0.25}, {"folds": 4}):
        fast = wxb.fit(table, "y", precision="fast", seed=seed, **shares)
        fast.save(tmp_path / "m.json")
        kept = wxb.load(tmp_path / "m.json")
        assert kept.theta.tolist() == fast.theta.tolist()
        assert kept.test_cost == pytest.approx(fast.test_cost)


def test_squares_that_are_below_0_by_more_than_rounding_are_refused(tmp_path):
    fast = wxb.fit({"a": np.arange(9.0), "y": np.sin(np.arange(9.0))}, "y", precision="fast")
    fast.save(tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text())
    content["moments"]["sums"][1][1] = "-1p-10"
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(wxb.ModelFileError, match="negative sum of squares"):
        wxb.load(tmp_path / "m.json")
