"""log-likelihood, AIC and BIC with weights are those of R and statsmodels, whatever the order of rows and of sums."""

from __future__ import annotations

import json
from math import isnan, log, pi

import numpy as np
import pytest

import wxb

N = 40
X = np.linspace(-3, 9, N)
Y = 2 - X / 3 + np.sin(5 * X)
W = np.exp(np.cos(np.arange(N)) * 3)
TABLE = {"x": X, "y": Y, "w": W}


def direct(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[float, float, float]:
    """By the density of each row's normal distribution, of variance σ²/w with σ² = RSS_w/n."""
    design = np.column_stack([np.ones_like(x), x])
    roots = np.sqrt(w)[:, None]
    theta = np.linalg.lstsq(design * roots, y * roots[:, 0], rcond=None)[0]
    error = y - design @ theta
    variance = np.sum(w * error**2) / len(y) / w
    loglik = float(np.sum(-0.5 * np.log(2 * pi * variance) - error**2 / (2 * variance)))
    return loglik, -2 * loglik + 4, -2 * loglik + log(len(y)) * 2


def likelihood(model: wxb.Model) -> tuple[float, float, float]:
    return model.inference.loglik, model.inference.aic, model.inference.bic


@pytest.mark.parametrize("precision", ["exact", "fast"])
def test_weighted(precision):
    model = wxb.fit(TABLE, "y", weights="w", precision=precision)
    assert likelihood(model) == pytest.approx(direct(X, Y, W), rel=1e-12)


def test_statsmodels_own_numbers():
    """sm.WLS([1, 2, 4, 3, 6], add_constant([1 … 5]), weights=[1, 2, 3, 4, 5]).fit()"""
    x, y, w = np.arange(1.0, 6.0), np.array([1.0, 2, 4, 3, 6]), np.arange(1.0, 6.0)
    model = wxb.fit({"x": x, "y": y, "w": w}, "y", weights="w")
    assert likelihood(model) == pytest.approx(direct(x, y, w), rel=1e-13)


def test_rows_of_no_weight_and_weights_of_one_count_as_they_should():
    some = W * (np.arange(N) % 3 > 0)
    model = wxb.fit({"x": X, "y": Y, "w": some}, "y", weights="w")
    kept = some > 0
    assert likelihood(model) == pytest.approx(direct(X[kept], Y[kept], some[kept]), rel=1e-12)
    ones = wxb.fit({"x": X, "y": Y, "w": np.ones(N)}, "y", weights="w")
    assert likelihood(ones) == likelihood(wxb.fit({"x": X, "y": Y}, "y"))


def test_sums_and_files_keep_it_to_the_bit(tmp_path):
    whole = wxb.fit(TABLE, "y", weights="w")
    parts = [wxb.fit({k: v[rows] for k, v in TABLE.items()}, "y", weights="w") for rows in (slice(0, 17), slice(17, N))]
    assert likelihood(wxb.merge(parts[1], parts[0])) == likelihood(whole)
    assert likelihood(wxb.fit({k: v[::-1].copy() for k, v in TABLE.items()}, "y", weights="w")) == likelihood(whole)
    rest = wxb.forget(whole, {k: v[:17] for k, v in TABLE.items()}, weights="w")
    assert likelihood(rest) == likelihood(parts[1])
    whole.save(tmp_path / "m.json")
    assert likelihood(wxb.load(tmp_path / "m.json")) == likelihood(whole)
    content = json.loads((tmp_path / "m.json").read_text())
    del content["moments"]["log_weights"]
    (tmp_path / "old.json").write_text(json.dumps(content))
    assert all(map(isnan, likelihood(wxb.load(tmp_path / "old.json"))))
    content["moments"]["log_weights"] = 10**60
    (tmp_path / "bad.json").write_text(json.dumps(content))
    with pytest.raises(wxb.ModelFileError, match="log_weights"):
        wxb.load(tmp_path / "bad.json")


def test_groups_have_their_own():
    table = {**TABLE, "g": np.arange(N) % 2}
    groups = wxb.fit(table, "y", features=["x"], weights="w", by="g")
    assert likelihood(groups[1]) == pytest.approx(direct(X[1::2], Y[1::2], W[1::2]), rel=1e-12)


@pytest.mark.parametrize("size", [1e156, 1e200, 1e307])
def test_targets_whose_squares_are_no_float64_are_refused_by_name_or_answered(size):
    table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [size, 2 * size, 3 * size, 3.5 * size]}
    model = wxb.fit(table, "y")
    assert model.predict({"x": [2.0]})[0] == pytest.approx(1.8 * size + 0.15 * size, rel=0.1)
    for asked in (lambda: model.cost, lambda: model.inference, lambda: model.bowl, model.summary):
        with pytest.raises(wxb.NumericalError, match="too large"):
            asked()
    with pytest.raises(wxb.NumericalError, match="too large"):
        wxb.fit(table, "y", lr=0.01, epochs=5)
    with pytest.raises(wxb.NumericalError, match="too large"):
        wxb.rates(table, "y")


def test_just_below_that_all_is_answered():
    table = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1e152, 2e152, 3e152, 3.5e152]}
    small = wxb.fit({**table, "y": [1.0, 2.0, 3.0, 3.5]}, "y", lr=0.01, epochs=5)
    large = wxb.fit(table, "y", lr=0.01, epochs=5)
    assert large.cost == pytest.approx(small.cost * 1e304, rel=1e-12)
    assert large.summary()
    assert wxb.rates(table, "y").max == wxb.rates({**table, "y": [1.0, 2.0, 3.0, 3.5]}, "y").max
