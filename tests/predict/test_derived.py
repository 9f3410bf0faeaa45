"""What follows from the coefficients is as exact as they are: predictions, errors of means, intervals, by rational arithmetic.

Seen wrong before: Filip's mean errors five times too large, predictions of year⁵ off by 6000, of x near 2^62 0 or 4096, intervals
of two nearly equal columns NaN.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from support import nist, rational
from support.notes import noted
from support.rational import digits, root
from wxb.tails import two_sided_t

BAR = 12.0
YEARS = np.arange(1947.0, 2013.0)


def pairs(column) -> list[Fraction]:
    if isinstance(column, tuple):
        return [Fraction(a) + Fraction(b) for a, b in zip(column[0].tolist(), column[1].tolist())]
    return [Fraction(int(v)) if np.issubdtype(column.dtype, np.integer) else Fraction(v) for v in column.tolist()]


def design_of(columns: dict, intercept: bool) -> list[list[Fraction]]:
    parts = [pairs(c) for c in columns.values()]
    return [[*([Fraction(1)] if intercept else []), *row] for row in zip(*parts)]


def truths(fit: rational.Fit, rows: list[list[Fraction]]) -> tuple[list[Fraction], list[Fraction], list[Fraction]]:
    """H(x), the standard error of the mean and of a new row at exact design rows."""
    variance = fit.rss / fit.freedom
    value = [sum(a * b for a, b in zip(row, fit.coefficients)) for row in rows]
    spread = [sum(a * sum(c * b for c, b in zip(line, row)) for a, line in zip(row, fit.inverse)) for row in rows]
    return value, [root(variance * q) for q in spread], [root(variance * (1 + q)) for q in spread]


def check(model: wxb.Model, fit: rational.Fit, columns: dict, bar: float = BAR) -> None:
    value, mean_error, new_error = truths(fit, design_of(columns, model.question.intercept))
    found = model.predict(columns, interval=0.95)
    t = Fraction(two_sided_t(0.95, model.inference.freedom))
    for got, truth in zip(found.value, value):
        assert digits(got, truth) >= bar or truth == got
    for low, high, got, error in zip(found.low, found.high, found.value, new_error):
        assert abs(Fraction(high) - Fraction(low) - 2 * t * error) <= abs(2 * t * error + abs(Fraction(got))) / 10**13
    if not any(np.issubdtype(c.dtype, np.integer) for c in columns.values()):
        for got, truth in zip(model.inference.mean_se(model.design.rows(columns)), mean_error):
            assert digits(got, truth) >= bar


@pytest.mark.parametrize("name", [n for n in nist.NAMES if n not in nist.EXACT_FITS])
def test_nist(name):
    columns, _ = nist.load(name)
    check(nist.fitted(name), nist.exact(name), {k: v[:12] for k, v in columns.items()})


@pytest.mark.parametrize("degree", [3, 5, 6])
def test_powers_of_the_year(degree):
    """The terms of H(x) are 1e18 beside a value of 2500: float64 leaves two digits of it."""
    target = np.round(2000 * np.exp((YEARS - 1947) / 40) + 37 * np.sin(YEARS), 1)
    columns = {f"year{k}": YEARS**k for k in range(1, degree + 1)}
    model = wxb.fit({**columns, "gdp": target}, target="gdp")
    check(model, rational.Fit(list(columns.values()), target), {k: v[::9] for k, v in columns.items()})


@pytest.mark.parametrize("offset", [1e6, 1e9, 1e12])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("intercept", [True, False])
def test_far_from_zero(offset, weighted, intercept):
    a, b = offset + np.arange(9.0) ** 2 / 8, 3 * offset + np.array([1.0, -2.0, 4.0, 0.5, 2.0, -1.0, 8.0, 3.0, 0.0])
    y = np.sin(np.arange(9.0)) + 2 * (a - offset)
    w = np.arange(9.0) % 4 + 0.5
    table = {"a": a, "b": b, "y": y, "w": w}
    model = wxb.fit(table, target="y", features=["a", "b"], weights="w" if weighted else None, intercept=intercept)
    fit = rational.Fit([a, b], y, intercept, w if weighted else None)
    check(model, fit, {"a": a[:5] + 0.5, "b": b[:5]})


def test_integers_near_two_to_the_62():
    """W rounded to a double moves H(x) by 500 there."""
    x = np.array([2**62 + 997 * i * i for i in range(12)], dtype=np.int64)
    y = np.array([1417.0, 1532, 2264, 2300, 2500, 2612, 2755, 2903, 3110, 3402, 3555, 4021])
    model = wxb.fit({"x": x, "y": y}, target="y")
    assert noted("2\\^53", model)
    fit = rational.Fit([_split(x)], y)
    check(model, fit, {"x": x})


def _split(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    high = x.astype(np.float64)
    return high, np.array([float(int(a) - int(b)) for a, b in zip(x.tolist(), high.tolist())])


def test_two_nearly_equal_columns():
    a = np.arange(1.0, 21.0)
    b = a + 1e-9 * np.cos(a)
    y = a + np.sin(3 * a)
    model = wxb.fit({"a": a, "b": b, "y": y}, target="y")
    check(model, rational.Fit([a, b], y), {"a": a[:4], "b": b[:4]})


def test_a_row_whose_value_is_nothing_beside_its_terms():
    """The value is 0, or 2^−60 of a term: told in integers."""
    x = np.array([0.0, 1.0, 2.0, 3.0])
    model = wxb.fit({"x": x, "y": 3 * x - 1e9}, target="y")
    assert model.predict({"x": [1e9 / 3, 0.0]})[1] == -1e9
    assert digits(model.predict({"x": [1e9 / 3]})[0], 3 * Fraction(1e9 / 3) - 10**9) >= BAR


def test_values_beyond_the_range_are_refused_and_bad_design_rows_named():
    x = np.array([0.0, 1.0, 2.0, 4.0])
    model = wxb.fit({"x": x, "y": 1e150 * (x + 0.1 * x * x)}, target="y")
    with pytest.raises(wxb.WxbError, match="row 2"):
        model.predict({"x": np.array([1.0, 1e200])})
    with pytest.raises(wxb.UsageError, match=r"\(m, 2\), the intercept's 1 first"):
        model.inference.mean_interval(np.ones((3, 1)))
    assert model.inference.mean_se(np.array([[1.0, np.nan]])).tolist() != [0.0]


NUMBERS = st.floats(-8, 8, width=32)


@settings(max_examples=60)
@given(
    rows=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, st.sampled_from([0.25, 1.0, 3.0])), min_size=5, max_size=9),
    offset=st.sampled_from([0.0, 1e3, 1e8, -3e13]),
    scale=st.sampled_from([1.0, 1e-7, 2.0**40]),
    mix=st.sampled_from([0.0, 1.0, 1.0 + 2.0**-20]),
    intercept=st.booleans(),
    weighted=st.booleans(),
)
def test_law(rows, offset, scale, mix, intercept, weighted):
    """Whatever lies far off, is nearly collinear, weighted or without an intercept: twelve digits."""
    a, b, y, w = (np.array(c, dtype=np.float64) for c in zip(*rows))
    a = offset + scale * a
    b = mix * a + scale * b / 1024
    fit_of = {"weights": "w" if weighted else None, "intercept": intercept, "features": ["a", "b"]}
    try:
        model = wxb.fit({"a": a, "b": b, "y": y, "w": w}, target="y", **fit_of)
    except (wxb.WxbError, wxb.WxbWarning):
        return
    if model.dropped or model.inference.rss == 0:
        return
    fit = rational.Fit([a, b], y, intercept, w if weighted else None)
    check(model, fit, {"a": a[:3] + scale / 4, "b": b[:3]})


def test_differences_of_rows_have_errors_too():
    """A contrast, with 0 before it: the error of the difference of two means."""
    x = np.array([1.0, 2.0, 4.0, 7.0]) + 1e9
    model = wxb.fit({"x": x, "y": [1.0, 3.0, 2.0, 5.0]}, target="y")
    assert model.inference.mean_se(np.array([[0.0, 1.0]]))[0] == pytest.approx(model.inference.se[1], rel=1e-15)
    assert model.inference.mean_se(np.array([[2.0, 2 * x[0]], [1.0, x[0]]])) == pytest.approx(
        np.array([2.0, 1.0]) * model.inference.mean_se(np.array([[1.0, x[0]]])), rel=1e-14
    )
