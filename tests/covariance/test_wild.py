"""The wild cluster bootstrap from moments by cluster is that of rows fitted anew."""

from __future__ import annotations

import numpy as np
import pytest

import wxb
from wxb.covariance.wild import _values

RANDOM = np.random.default_rng(2)
N = 120


@pytest.mark.parametrize("count", [8, 20])
def test_p_is_that_of_refitting(count):
    g = np.arange(N) % count
    table = {"x": RANDOM.normal(size=N) + RANDOM.normal(size=count)[g] + 10, "z": RANDOM.normal(size=N), "g": g}
    table["y"] = 0.2 * table["x"] + RANDOM.normal(size=N) + RANDOM.normal(size=count)[g]
    model = wxb.fit(table, "y", features=["x", "z"], se="cluster:g")
    found = model.wild("x", null=0.1, draws=199, seed=3)
    X = np.column_stack([np.ones(N), table["x"], table["z"]])
    B = np.linalg.inv(X.T @ X)

    def t_of(y):
        theta = B @ X.T @ y
        e = y - X @ theta
        s = np.array([X[g == c].T @ e[g == c] for c in range(count)])
        return (theta[1] - 0.1) / np.sqrt((B @ s.T @ s @ B)[1, 1] * count / (count - 1) * (N - 1) / (N - 3))

    R = X[:, [0, 2]]
    y0 = table["y"] - 0.1 * table["x"]
    fitted = R @ np.linalg.lstsq(R, y0, rcond=None)[0]
    v = _values(3, np.arange(199), np.arange(count), count <= 12)
    drawn = np.array([t_of(0.1 * table["x"] + fitted + v[r][g] * (y0 - fitted)) for r in range(199)])
    assert found.t == pytest.approx(t_of(table["y"]), rel=1e-9)
    assert found.p == (np.abs(drawn) >= abs(found.t) * (1 - 1e-9)).mean()
    assert found.values == ("Webb" if count == 8 else "Rademacher")


def test_it_needs_moments_by_cluster():
    model = wxb.fit({"x": np.arange(9.0), "y": RANDOM.normal(size=9)}, "y", se="HC1")
    with pytest.raises(wxb.UsageError, match="clusters by one column"):
        model.wild("x")
