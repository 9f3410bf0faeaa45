"""CR2, CR3 and draws of clusters beside levels that were eliminated: those of dummies, and of fits without each cluster."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from support.panels import panel, quietly, within
from wxb.elimination import terms
from wxb.errors import NumericalError, UsageError
from wxb.passes.draws import poisson

WAYS = ["firm", "firm + year", "firm + year + state"]
MANY = {"FEW": 8}  # so that 30 firms are eliminated where they are listed


def dummies(data: pd.DataFrame, ways: str) -> np.ndarray:
    columns = [data[["x", "z"]].to_numpy() - [0, 1000], np.ones((len(data), 1))]
    columns += [pd.get_dummies(data[way]).to_numpy(float)[:, 1:] for way in ways.split(" + ")]
    return np.hstack(columns)


def line(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    root = np.sqrt(w)
    return np.linalg.lstsq(X * root[:, None], y * root, rcond=1e-12)[0][:2]


@pytest.mark.parametrize("weights", [{}, {"weights": "w"}], ids=["plain", "weighted"])
@pytest.mark.parametrize("label", ["state", "industry", "year", "firm"])
@pytest.mark.parametrize("ways", WAYS)
def test_each_cluster_left_out(ways: str, label: str, weights: dict[str, str]) -> None:
    data = panel()
    found = quietly(data, formula=f"y ~ x + z | {ways}", se=f"CR3:{label}", **weights)
    X, y, w = dummies(data, ways), data["y"].to_numpy(), data["w"].to_numpy() if weights else np.ones(len(data))
    clusters = [data[label].to_numpy() == one for one in sorted(set(data[label]))]
    apart = np.array([line(X[~one], y[~one], w[~one]) for one in clusters]) - line(X, y, w)
    expected = np.sqrt((apart**2).sum(axis=0) * (len(clusters) - 1) / len(clusters))
    np.testing.assert_allclose(found.inference.se, expected, rtol=1e-9)
    assert found.errors.freedom.tolist() == [len(clusters) - 1] * 2
    assert not any("not determined" in note for note in found.errors.notes)


@pytest.mark.parametrize("label", ["state", "industry", "firm"])
@pytest.mark.parametrize("ways", WAYS)
def test_bell_mccaffrey_is_that_of_dummies(ways: str, label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data, se = panel(120), f"CR2:{label}"
    found = quietly(data, formula=f"y ~ x + z | {ways}", se=se)
    expected = quietly(data, formula=f"y ~ x + z + {ways}", se=se)
    own = [expected.solution.names.index(name) for name in ("x", "z")]
    np.testing.assert_allclose(found.inference.se, expected.inference.se[own], rtol=1e-11)
    np.testing.assert_allclose(found.errors.freedom, expected.errors.freedom[own], rtol=1e-10)
    if ways == "firm":
        within(monkeypatch, MANY)
        listed = quietly(data, formula="y ~ x + z + firm", se=se)
        assert listed.inference.se[1:3].tolist() == found.inference.se.tolist()
        assert listed.errors.freedom[1:3].tolist() == found.errors.freedom.tolist()


@pytest.mark.parametrize("weights", [{}, {"weights": "w"}], ids=["plain", "weighted"])
@pytest.mark.parametrize("label", ["firm", "industry", "state"])
@pytest.mark.parametrize("ways", WAYS[:2])
def test_draws_of_clusters(ways: str, label: str, weights: dict[str, str]) -> None:
    data = panel()
    found = quietly(data, formula=f"y ~ x + z | {ways}", se=f"bootstrap:50:{label}", **weights)
    X, y, w = dummies(data, ways), data["y"].to_numpy(), data["w"].to_numpy() if weights else np.ones(len(data))
    code = pd.factorize(data[label], sort=True)[0]
    counts = poisson(found.question.shares.seed, np.arange(50), np.arange(code.max() + 1))[:, code]
    drawn = []
    for often in counts:
        rows = often > 0
        drawn.append(line(X[rows], y[rows], (w * often)[rows]))
    if any("draws determine not all" in note for note in found.errors.notes):
        return
    np.testing.assert_allclose(found.inference.se, np.std(drawn, axis=0, ddof=1), rtol=1e-8)


def test_what_is_refused_and_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    data = panel()
    lone = data.assign(only=(data["state"] == "s00") * data["x"])
    with pytest.raises(NumericalError, match="without `s00` of `state` some coefficient is not determined"):
        quietly(lone, formula="y ~ x + only | firm", se="CR3:state")
    assert any(
        "without cluster `s00`" in note
        for note in quietly(lone, formula="y ~ x + only | firm", se="CR2:state").errors.notes
    )
    within(monkeypatch, MANY)
    listed = quietly(data, formula="y ~ x + firm", se="CR3:state")
    assert np.isfinite(listed.inference.se[1])
    assert np.isnan(listed.inference.se[2:]).all()
    monkeypatch.setattr("wxb.covariance.beside_levels.MOST_DUMMIES", 5)
    with pytest.raises(UsageError, match="beside `firm` and `year` take all but one as columns, and 7 are too many"):
        quietly(data, formula="y ~ x | firm + year", se="CR3:state")
    assert terms.FEW == 8


def test_neither_threads_nor_order_leave_a_trace() -> None:
    data = pd.concat([panel(2000, seed) for seed in range(3)], ignore_index=True)
    for se in ("CR2:state", "CR3:state", "bootstrap:50:state"):
        one = quietly(data, formula="y ~ x | firm", se=se, threads=1).errors.matrix
        other = quietly(
            data.sample(frac=1, random_state=1, ignore_index=True), formula="y ~ x | firm", se=se, threads=2
        )
        assert one.tobytes() == other.errors.matrix.tobytes()
