"""The table of docs/how-to/penalties.md: the same λ in scikit-learn, and in glmnet by the cost that its manual states."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import ElasticNet, Lasso, Ridge
from sklearn.preprocessing import StandardScaler

import wxb

N = 80
RANDOM = np.random.default_rng(4)
X = RANDOM.normal(size=(N, 4)) * [1.0, 10.0, 0.1, 3.0]
Y = X @ [1.0, 0.1, -8.0, 0.0] + RANDOM.normal(size=N)
L2, L1 = 0.3, 0.4
NET = {"alpha": L1 / 2 + L2, "l1_ratio": L1 / 2 / (L1 / 2 + L2)}
CLOSE = {"rtol": 1e-6, "atol": 1e-9}
TIGHT = {"tol": 1e-14, "max_iter": 100_000}
PAIRS = {
    "ridge": ({"l2": L2}, lambda: Ridge(alpha=N * L2, tol=1e-14)),
    "lasso": ({"l1": L1}, lambda: Lasso(alpha=L1 / 2, **TIGHT)),
    "elastic net": ({"l2": L2, "l1": L1}, lambda: ElasticNet(**NET, **TIGHT)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_the_same_penalty_in_scikit_learn(name):
    options, theirs = PAIRS[name]
    mine, found = wxb.LinearRegression(**options, standardise=False).fit(X, Y), theirs().fit(X, Y)
    np.testing.assert_allclose(mine.coef_, found.coef_, **CLOSE)
    assert mine.intercept_ == pytest.approx(found.intercept_, rel=1e-6)
    scaler = StandardScaler().fit(X)
    scaled = theirs().fit(scaler.transform(X), Y).coef_ / scaler.scale_
    np.testing.assert_allclose(wxb.fit((X, Y), **options).coef, scaled, **CLOSE)


def test_weights_take_the_place_of_rows_in_ridge():
    w = RANDOM.uniform(0.5, 2, N)
    mine = wxb.LinearRegression(l2=L2, standardise=False).fit(X, Y, sample_weight=w)
    found = Ridge(alpha=w.sum() * L2, tol=1e-14).fit(X, Y, sample_weight=w)
    np.testing.assert_allclose(mine.coef_, found.coef_, **CLOSE)


def test_what_the_words_of_elastic_nets_say_is_the_way_back():
    alpha, ratio = 0.5, 0.7  # ElasticNet(alpha, l1_ratio)
    mine = wxb.LinearRegression(l1=2 * alpha * ratio, l2=alpha * (1 - ratio), standardise=False).fit(X, Y)
    found = ElasticNet(alpha=alpha, l1_ratio=ratio, **TIGHT).fit(X, Y)
    np.testing.assert_allclose(mine.coef_, found.coef_, **CLOSE)


def test_glmnet_divides_the_target_by_its_deviation_first():
    """lambda and alpha of glmnet(X, y): both penalties of y/s and of standardised columns, brought back to the units of y."""
    size, mix, s = 0.6, 0.4, Y.std()
    scaler = StandardScaler().fit(X)
    inner = ElasticNet(alpha=size / s, l1_ratio=mix, **TIGHT).fit(scaler.transform(X), Y / s)
    mine = wxb.fit((X, Y), l1=2 * size * mix, l2=size * (1 - mix) / s)
    np.testing.assert_allclose(mine.coef, inner.coef_ * s / scaler.scale_, **CLOSE)
