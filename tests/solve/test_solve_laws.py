"""What every least-squares fit owes: weights are repetitions, order is nothing, units and origins are the user's choice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wxb

RANDOM = np.random.default_rng(41)
X = RANDOM.normal(size=(40, 3))
Y = X @ [1.0, -2.0, 0.5] + 3 + RANDOM.normal(size=40)


def fitted(X, y, weights=None, **options) -> wxb.Model:
    data = {f"x{j}": column for j, column in enumerate(np.asarray(X).T)}
    if weights is None:
        return wxb.fit({**data, "y": y}, target="y", **options)
    return wxb.fit({**data, "w": weights, "y": y}, target="y", weights="w", **options)


def bits(model: wxb.Model) -> tuple[list[float], list[float]]:
    return model.theta.tolist(), model.inference.se.tolist()


def test_weights_of_one_are_none():
    assert bits(fitted(X, Y, np.ones(40))) == bits(fitted(X, Y))


def test_a_weight_of_zero_removes_the_row():
    w = np.ones(40)
    w[5:15] = 0
    kept = w > 0
    weighted = fitted(X, Y, w)
    assert bits(weighted) == bits(fitted(X[kept], Y[kept]))
    assert weighted.n == 30


@given(st.lists(st.integers(0, 4), min_size=40, max_size=40).filter(lambda w: sum(v > 0 for v in w) > 5))
def test_a_whole_weight_repeats_the_row(counts):
    w = np.array(counts)
    repeated = fitted(np.repeat(X, w, axis=0), np.repeat(Y, w))
    weighted = fitted(X, Y, w.astype(np.float64))
    assert weighted.theta.tolist() == repeated.theta.tolist()
    assert weighted.inference.rss == repeated.inference.rss
    assert weighted.cost == repeated.cost


@pytest.mark.parametrize("factor", [2.0**-40, 3.0, 1e300, 5e-324 * 2.0**52])
def test_the_size_of_all_weights_is_nothing(factor):
    w = np.full(40, factor)
    weighted = fitted(X, Y, w)
    assert bits(weighted) == bits(fitted(X, Y))
    assert weighted.r2 == fitted(X, Y).r2


@given(st.permutations(range(40)))
def test_order_of_rows(order):
    order = np.array(order)
    assert bits(fitted(X[order], Y[order])) == bits(fitted(X, Y))


@given(st.permutations(range(3)))
def test_order_of_columns(order):
    theta, se = bits(fitted(X, Y))
    turned = fitted(X[:, order], Y)
    assert turned.coef.tolist() == [theta[1 + j] for j in order]
    assert turned.intercept == theta[0]
    assert turned.inference.se.tolist() == [se[0], *(se[1 + j] for j in order)]


@given(st.lists(st.integers(-300, 300), min_size=4, max_size=4))
def test_units_that_are_powers_of_two(powers):
    """x in other units: its coefficient in the inverse ones, to the bit."""
    *columns, target = powers
    scale = 2.0 ** np.array(columns)
    model, scaled = fitted(X, Y), fitted(X * scale, Y * 2.0**target)
    assert scaled.coef.tolist() == (model.coef / scale * 2.0**target).tolist()
    assert scaled.intercept == model.intercept * 2.0**target
    assert scaled.inference.t.tolist() == model.inference.t.tolist()
    assert (scaled.r2, scaled.inference.f) == (model.r2, model.inference.f)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=4, max_size=4))
def test_another_origin(shifts):
    """Whole numbers shifted by whole numbers: slopes, their errors and the fit stay to the bit."""
    whole = np.round(X * 100)
    target = np.round(Y * 100)
    model = fitted(whole, target)
    shifted = fitted(whole + shifts[:3], target + shifts[3])
    assert shifted.coef.tolist() == model.coef.tolist()
    assert shifted.inference.se[1:].tolist() == model.inference.se[1:].tolist()
    assert (shifted.r2, shifted.inference.rss) == (model.r2, model.inference.rss)


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=3))
def test_adding_a_line_to_the_target_adds_it_to_the_coefficients(line):
    base, tilted = fitted(X, Y), fitted(X, Y + X @ line)
    assert tilted.coef == pytest.approx(base.coef + line, rel=1e-12, abs=1e-11)


def test_residuals_are_orthogonal_to_every_column():
    model = fitted(X, Y)
    residual = Y - model.predict(X)
    assert np.column_stack([np.ones(40), X]).T @ residual == pytest.approx(np.zeros(4), abs=1e-12)


def test_fewer_features_from_the_same_moments():
    moments = wxb.Moments.of(X, Y)
    assert wxb.fit(moments, features=["x3", "x1"]).theta.tolist() == fitted(X[:, [2, 0]], Y).theta.tolist()
