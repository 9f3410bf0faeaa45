"""Absorbed effects: the coefficients, errors and fit of the dummies that are not listed; the effects on request."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import wxb
from wxb.errors import UsageError


def frame(rows: int = 500, firms: int = 30, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    firm, kind = rng.integers(0, firms, rows), rng.integers(0, 3, rows)
    x = rng.standard_normal(rows) + firm / 10
    y = 2 * x + np.sin(firm) + kind + rng.standard_normal(rows)
    return pd.DataFrame({"y": y, "x": x, "kind": [f"k{i}" for i in kind], "firm": firm * 1000})


def test_coefficients_and_errors_are_those_of_dummies() -> None:
    data = frame()
    found = wxb.fit(data, "y", absorb="firm")
    full = wxb.fit(data.assign(firm=data["firm"].map("f{:06d}".format)), "y")
    places = [full.solution.names.index(name) for name in found.solution.names]
    assert found.solution.names == ("x", "kind[k1]", "kind[k2]")
    assert found.theta.tobytes() == full.theta[places].tobytes()
    np.testing.assert_allclose(found.inference.se, full.inference.se[places], rtol=1e-14)
    assert found.inference.freedom == full.inference.freedom == 500 - 3 - 30
    assert (found.r2, found.inference.adjusted_r2) == (full.r2, full.inference.adjusted_r2)
    assert found.inference.aic == pytest.approx(full.inference.aic, rel=1e-12)
    assert "within `firm`" in found.summary()


def test_effects_with_errors_are_the_means_that_are_left() -> None:
    data = frame().drop(columns="kind")
    model = wxb.fit(data, "y", absorb=["firm"])
    table = model.effects("firm", errors=True)
    assert table.column_names == ["firm", "n", "effect", "se"]
    left = (data["y"] - model.theta[0] * data["x"]).groupby(data["firm"]).agg(["mean", "count"])
    assert table["firm"].to_pylist() == left.index.tolist()
    assert table["n"].to_pylist() == left["count"].tolist()
    np.testing.assert_allclose(table["effect"].to_numpy(), left["mean"], rtol=1e-12)
    D = np.column_stack([data["x"], pd.get_dummies(data["firm"]).to_numpy(float)])
    se = np.sqrt(np.linalg.inv(D.T @ D).diagonal()[1:]) * model.inference.residual_sd
    np.testing.assert_allclose(table["se"].to_numpy(), se, rtol=1e-10)
    with pytest.raises(UsageError, match="`kind` is not absorbed"):
        model.effects("kind")


def test_levels_of_one_row_are_said_and_say_nothing() -> None:
    data = frame()
    extra = pd.DataFrame({"y": [5.0, 9.0], "x": [1.0, 2.0], "kind": ["k0", "k1"], "firm": [-1, -2]})
    found, expected = (wxb.fit(rows, "y", absorb="firm") for rows in (pd.concat([data, extra]), data))
    assert any("2 levels of one row" in note for note in found.notes)
    assert found.theta.tobytes() == expected.theta.tobytes()
    assert found.inference.freedom == expected.inference.freedom


def test_a_column_that_does_not_vary_within_levels_gives_way() -> None:
    data = frame().assign(size=lambda d: d["firm"] * 2)
    with pytest.warns(wxb.WxbWarning, match="size does not vary within the levels of firm"):
        model = wxb.fit(data, "y", absorb="firm")
    assert model.dropped


def test_nothing_left_when_every_row_has_a_level_of_its_own() -> None:
    data = frame(rows=20).assign(firm=range(20)).drop(columns="kind")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = wxb.fit(data, "y", absorb="firm")
    assert model.inference.freedom == 0
    assert np.isnan(model.inference.se).all()


@pytest.mark.parametrize("options", [{"test": 0.2}, {"by": "kind"}, {"lr": 0.1}, {"intercept": False}])
def test_what_does_not_go_with_it_is_refused(options: dict) -> None:
    with pytest.raises(UsageError, match="absorb"):
        wxb.fit(frame(), "y", absorb="firm", **options)


def test_a_formula_absorbs_the_same(tmp_path: Path) -> None:
    data = frame()
    found, expected = wxb.fit(data, formula="y ~ x + kind | firm"), wxb.fit(data, "y", absorb="firm")
    assert found.theta.tobytes() == expected.theta.tobytes()
    assert found.inference.se.tobytes() == expected.inference.se.tobytes()
    found.save(tmp_path / "m.json", keep="labels")
    loaded = wxb.load(tmp_path / "m.json")
    assert loaded.inference.se.tobytes() == found.inference.se.tobytes()
    assert loaded.effects("firm").equals(found.effects("firm"))
    assert loaded.predict(data).tolist() == found.predict(data).tolist()
    np.testing.assert_allclose(found.predict(data), data["y"] - found.residuals(data), rtol=1e-13)
    full = wxb.fit(data.assign(firm=data["firm"].map("f{:06d}".format)), "y")
    expected_values = full.predict(data.assign(firm=data["firm"].map("f{:06d}".format)))
    np.testing.assert_allclose(found.predict(data), expected_values, rtol=1e-13)
    for of in ("mean", "row"):
        bounds = full.predict(data.assign(firm=data["firm"].map("f{:06d}".format)), interval=0.9, of=of)
        for model in (found, loaded):
            interval = model.predict(data, interval=0.9, of=of)
            np.testing.assert_allclose(interval.low, bounds.low, rtol=1e-12)
            np.testing.assert_allclose(interval.high, bounds.high, rtol=1e-12)
    robust = wxb.fit(data, formula="y ~ x + kind | firm", se="HC1")
    with pytest.raises(UsageError, match="intervals beside absorbed effects are known of one category, with classical"):
        robust.predict(data, interval=0.9)
    with pytest.raises(UsageError, match="absorbed"):
        wxb.fit(data, formula="y ~ x | firm", test=0.2)
    assert [effect.df for effect in found.anova().effects] == [1, 2]


@pytest.mark.parametrize("se", ["HC1", "HC3"])
def test_robust_errors_are_those_of_dummies(se: str) -> None:
    data = frame()
    found, full = (
        wxb.fit(data, "y", absorb="firm", se=se),
        wxb.fit(data.assign(firm=data["firm"].map("f{:06d}".format)), "y", se=se),
    )
    places = [full.solution.names.index(name) for name in found.solution.names]
    np.testing.assert_allclose(found.inference.se, full.inference.se[places], rtol=1e-13)
