"""Bootstrapped errors: near those they estimate, the same bits whatever the threads and blocks; counts are Poisson's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import wxb
from wxb.passes.draws import poisson

RANDOM = np.random.default_rng(21)
N = 3000
DATA = {"x": RANDOM.normal(size=N) + 50, "z": RANDOM.normal(size=N), "g": RANDOM.integers(0, 60, N)}
DATA |= {"w": RANDOM.uniform(0.5, 2, N), "f": np.full(N, 2)}
DATA["y"] = DATA["x"] + RANDOM.normal(size=N) * (1 + DATA["z"] ** 2) + RANDOM.normal(size=60)[DATA["g"]]
ASKED = {"target": "y", "features": ["x", "z"]}


def test_counts_are_those_of_poisson_and_of_nothing_but_seed_draw_and_number():
    counts = poisson(3, np.arange(200), np.arange(500))
    assert counts.mean() == pytest.approx(1, abs=0.02)
    assert counts.var() == pytest.approx(1, abs=0.03)
    assert (counts == 0).mean() == pytest.approx(np.exp(-1), abs=0.01)
    assert abs(np.corrcoef(counts[0], counts[1])[0, 1]) < 0.2
    assert np.array_equal(poisson(3, np.array([7]), np.array([5, 90]))[0], counts[7, [5, 90]])
    assert not np.array_equal(poisson(4, np.arange(200), np.arange(500)), counts)


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize(("se", "like"), [("bootstrap:400", "HC0"), ("bootstrap:400:g", "cluster:g")])
def test_they_are_near_what_they_estimate(se, like, weights):
    found = wxb.fit(DATA, **ASKED, se=se, weights=weights)
    truth = wxb.fit(DATA, **ASKED, se=like, weights=weights)
    np.testing.assert_allclose(found.inference.se, truth.inference.se, rtol=0.15)
    assert set(found.inference.t_freedom) == {59 if ":g" in se else N - 3}


@pytest.mark.parametrize("se", ["bootstrap:60", "bootstrap:60:g"])
def test_threads_and_blocks_leave_no_trace_and_the_seed_does(se, tmp_path):
    one = wxb.fit(DATA, **ASKED, se=se, threads=1).inference.se.tolist()
    frame = pd.DataFrame(DATA)
    for i in range(3):
        frame.iloc[i * 1000 : (i + 1) * 1000].to_csv(tmp_path / f"{i}.csv", index=False)
    assert wxb.fit(str(tmp_path / "*.csv"), **ASKED, se=se, threads=2).inference.se.tolist() == one
    assert wxb.fit(DATA, **ASKED, se=se, seed=1).inference.se.tolist() != one
    if ":g" in se:
        assert (
            wxb.fit(frame.sample(frac=1, random_state=1).reset_index(drop=True), **ASKED, se=se).inference.se.tolist()
            == one
        )
        assert wxb.fit(DATA, **ASKED, se="cluster:g").with_se(se).inference.se.tolist() == one
    assert wxb.fit(DATA, **ASKED).with_se(se, DATA).inference.se.tolist() == one


def test_a_row_that_stands_for_many_is_not_drawn():
    with pytest.raises(wxb.UsageError, match="many that are drawn each by itself"):
        wxb.fit(DATA, **ASKED, se="bootstrap:99", frequency="f")


def test_draws_that_do_not_determine_the_line_are_said():
    few = {"x": [0.0] * 10 + [1.0, 1.0], "y": RANDOM.normal(size=12).tolist(), "g": [*range(10), 10, 10]}
    model = wxb.fit(few, "y", features=["x"], se="bootstrap:200:g")
    assert "determine not all coefficients" in model.errors.notes[0]
    rare = np.zeros((12, 3))
    rare[[0, 4, 8], [0, 1, 2]] = 1
    table = dict(zip("abc", rare.T)) | {"y": few["y"], "g": list(range(12))}
    with pytest.raises(wxb.NumericalError, match="draws some coefficient is not determined"):
        wxb.fit(table, "y", features=["a", "b", "c"], se="bootstrap:200:g")


def test_one_cluster_is_no_sample_of_clusters():
    data = {"x": np.arange(30.0), "y": np.arange(30.0) ** 1.5, "one": np.zeros(30, int)}
    with pytest.raises(wxb.WxbError, match="one"):
        wxb.fit(data, "y", features=["x"], se="bootstrap:60:one")
