"""Too few rows, perfect fits, targets that do not vary."""

from __future__ import annotations

from math import inf, isnan

import numpy as np
import pytest

import wxb
from support import rational
from support.rational import digits
from wxb.inference import standard_error_distance
from wxb.moments import Moments

RANDOM = np.random.default_rng(31)


def test_no_residual_degrees_of_freedom():
    with pytest.warns(wxb.WxbWarning, match="0 residual degrees of freedom: 2 rows for 2 coefficients"):
        model = wxb.fit((np.array([1.0, 2.0]), np.array([3.0, 5.0])))
    found = model.inference
    assert model.coef.tolist() == [2.0]
    assert found.freedom == 0
    assert np.isnan(found.se).all()
    assert np.isnan(found.t).all()
    assert np.isnan(found.p).all()
    assert isnan(found.residual_sd)
    assert isnan(found.adjusted_r2)
    assert isnan(found.f)
    assert found.r2 == 1.0
    with pytest.raises(wxb.NumericalError, match="0 residual degrees of freedom"):
        found.prediction_interval(np.ones((1, 2)))


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 3), (5, 20)])
def test_fewer_rows_than_coefficients(rows, columns):
    X, y = RANDOM.normal(size=(rows, columns)), RANDOM.normal(size=rows)
    with pytest.raises(wxb.NumericalError, match=f"too few for {columns + 1} coefficients") as caught:
        wxb.fit((X, y))
    assert "fewer columns" in str(caught.value)


def test_a_perfect_fit():
    found = wxb.fit((np.arange(10), 2 * np.arange(10) + 1)).inference
    assert (found.rss, found.residual_sd, found.r2, found.adjusted_r2) == (0.0, 0.0, 1.0, 1.0)
    assert (found.f, found.f_p) == (inf, 0.0)
    assert found.se.tolist() == [0.0, 0.0]
    assert found.t.tolist() == [inf, inf]
    assert found.p.tolist() == [0.0, 0.0]
    assert (found.loglik, found.aic, found.bic) == (inf, -inf, -inf)
    assert found.interval().tolist() == [[1.0, 1.0], [2.0, 2.0]]


def test_a_perfect_fit_with_a_coefficient_of_zero():
    """0/0 is not significant and not certain: NaN, as there is nothing to say."""
    found = wxb.fit((np.arange(10), 2 * np.arange(10))).inference
    assert found.coefficients.tolist() == [0.0, 2.0]
    assert isnan(found.t[0])
    assert isnan(found.p[0])
    assert found.p[1] == 0.0


def test_a_constant_target():
    with pytest.warns(wxb.WxbWarning, match="y does not vary"):
        model = wxb.fit((np.arange(10), np.full(10, 0.1)))
    assert model.coef.tolist() == [0.0]
    assert model.intercept == 0.1
    assert isnan(model.r2)
    assert isnan(model.inference.f)


def test_a_target_of_zeros_without_intercept():
    with pytest.warns(wxb.WxbWarning, match="y is 0"):
        model = wxb.fit((np.arange(10), np.zeros(10)), intercept=False)
    assert model.coef.tolist() == [0.0]


def test_only_an_intercept():
    moments = Moments.of(np.empty((4, 0)), np.array([1.0, 2.0, 3.0, 6.0]))
    model = wxb.fit(moments)
    assert model.intercept == 3.0
    assert model.inference.rss == 14.0
    assert model.inference.residual_sd == pytest.approx(np.sqrt(14 / 3), rel=1e-15)
    assert model.inference.r2 == 0.0
    with pytest.raises(wxb.UsageError, match="nothing to estimate"):
        wxb.fit(moments, intercept=False)


@pytest.mark.parametrize("level", [0.0, 1.0, 95, -1.0, float("nan")])
def test_levels_that_are_none(level):
    found = wxb.fit((np.arange(10), RANDOM.normal(size=10))).inference
    with pytest.raises(wxb.UsageError, match="between 0 and 1"):
        found.interval(level)


@pytest.mark.parametrize("intercept", [True, False])
def test_all_of_it_against_rational_arithmetic(intercept):
    X = RANDOM.normal(size=(60, 4)) * [1, 1e6, 1e-6, 1] + [0, 1e7, 1, 5]
    y = X @ [1, 1e-6, 1e6, 0.5] + RANDOM.normal(size=60)
    weights = RANDOM.integers(1, 5, 60).astype(np.float64)
    names = [f"x{j}" for j in range(4)]
    data = {**dict(zip(names, X.T)), "w": weights, "y": y}
    found = wxb.fit(data, target="y", weights="w", intercept=intercept).inference
    truth = rational.Fit(list(X.T), y, intercept, weights)
    assert found.coefficients.tolist() == [float(c) for c in truth.coefficients]
    for value, square in zip(found.se, truth.squared_errors):
        assert digits(value, rational.root(square)) >= 15.9
    assert (found.rss, found.r2, found.f) == (float(truth.rss), float(truth.r2), float(truth.f))
    for i, row in enumerate(found.covariance):
        for j, value in enumerate(row):
            assert digits(value, truth.rss / truth.freedom * truth.inverse[i][j]) >= 15.5


def test_distance_in_standard_errors():
    found = wxb.fit((np.arange(10), RANDOM.normal(size=10))).inference
    assert standard_error_distance(found, found.coefficients) == 0.0
    away = found.coefficients + found.se * [1.0, -3.0]
    assert standard_error_distance(found, away) == pytest.approx(3.0, rel=1e-12)
    perfect = wxb.fit((np.arange(10), 2 * np.arange(10))).inference
    assert isnan(standard_error_distance(perfect, np.array([0.0, 3.0])))


def test_an_f_beyond_float64_is_infinite():
    x = [-2.4e-3, 1e308, -3.9e-4, 0.0, -1.3e-5, 1.1e-3]
    y = [-917.3, -1e308, -287.1, 348.5, 671.2, 610.4]
    inference = wxb.fit((x, y)).inference
    assert inference.f == np.inf
    assert inference.f_p == 0.0
