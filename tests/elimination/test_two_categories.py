"""Two categories, one eliminated and one solved for in float64 and refined: what their dummies give, to twelve digits and more."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import wxb
from wxb.elimination import terms
from wxb.elimination.doubles import components
from wxb.errors import NumericalError
from wxb.question import Shares


def frame(rows: int = 600, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    g, h, c = rng.integers(0, 25, rows), rng.integers(0, 12, rows), rng.integers(0, 3, rows)
    x = rng.standard_normal(rows) + h + 1000
    y = 2 * x + np.sin(g) + h % 4 + c + rng.standard_normal(rows)
    names = {"firm": [f"f{i:02d}" for i in g], "year": [f"t{i:02d}" for i in h], "kind": [f"k{i}" for i in c]}
    return pd.DataFrame({"y": y, "x": x, "z": rng.integers(0, 5, rows)} | names)


def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few levels are many."""
    monkeypatch.setattr(terms, "FEW", 10)
    monkeypatch.setattr(terms, "LEFT", 10)


def quietly(data: Any, **options: Any) -> wxb.Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return wxb.fit(data, "y", **options)


@pytest.mark.parametrize("options", [{}, {"weights": "z"}])
def test_listed_levels_are_those_of_dummies(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame()
    data["z"] += 0.25
    expected = quietly(data, **options)
    assert expected.inference.se.size
    two(monkeypatch)
    found = quietly(data, **options)
    assert found.solution.eliminated is not None
    assert found.solution.eliminated.column == "firm and year"
    assert found.solution.names == expected.solution.names
    np.testing.assert_allclose(found.theta, expected.theta, rtol=1e-14)
    np.testing.assert_allclose(found.inference.se, expected.inference.se, rtol=1e-11)
    assert found.inference.freedom == expected.inference.freedom
    assert float(found.solution.rss) == pytest.approx(float(expected.solution.rss), rel=1e-14)
    assert found.r2 == pytest.approx(expected.r2, rel=1e-14)
    assert found.inference.aic == pytest.approx(expected.inference.aic, rel=1e-12)
    with pytest.raises(NumericalError, match="not formed"):
        _ = found.inference.covariance


def test_two_absorbed_are_their_dummies() -> None:
    data = frame()
    expected = quietly(data)
    found = quietly(data, absorb=["year", "firm"])
    names = expected.solution.names
    places = [names.index(name) for name in found.solution.names]
    assert found.solution.names == ("x", "z", "kind[k1]", "kind[k2]")
    np.testing.assert_allclose(found.theta, expected.theta[places], rtol=1e-14)
    np.testing.assert_allclose(found.inference.se, expected.inference.se[places], rtol=1e-11)
    covariance = expected.inference.covariance[np.ix_(places, places)]
    np.testing.assert_allclose(found.inference.covariance, covariance, rtol=1e-7)
    assert found.inference.freedom == expected.inference.freedom
    assert found.test("x = 2, z = 0").f == pytest.approx(expected.test("x = 2, z = 0").f, rel=1e-9)
    joint = [effect.f for effect in expected.anova().effects if effect.name not in ("firm", "year")]
    assert [effect.f for effect in found.anova().effects] == pytest.approx(joint, rel=1e-9)
    np.testing.assert_allclose(found.residuals(data), expected.residuals(data), atol=1e-12)
    table, own = found.effects("year", errors=True), [names.index(f"year[t{i:02d}]") for i in range(1, 12)]
    np.testing.assert_allclose(table["effect"].to_numpy()[1:], expected.theta[own], rtol=1e-12)
    np.testing.assert_allclose(table["se"].to_numpy()[1:], expected.inference.se[own], rtol=1e-10)
    first = found.effects("firm", errors=True)
    assert first["effect"][0].as_py() == pytest.approx(expected.theta[0], rel=1e-12)
    assert first["se"][0].as_py() == pytest.approx(expected.inference.se[0], rel=1e-10)


def test_components_and_what_does_not_vary_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    g = rng.integers(0, 24, 500)
    h = np.where(g < 12, rng.integers(0, 6, 500), rng.integers(6, 12, 500))
    x = rng.standard_normal(500)
    data = {"y": x + g + h + rng.standard_normal(500), "x": x, "size": g * 2.0, "twice": 2 * x}
    names: dict[str, Any] = {"firm": [f"f{i:02d}" for i in g], "year": [f"t{i:02d}" for i in h]}
    expected = quietly(data | names)
    found = quietly(data | names, absorb=["firm", "year"])
    assert found.dropped == ("size", "twice")
    assert found.inference.freedom == expected.inference.freedom == 500 - 24 - 12 + 2 - 1
    assert found.theta[0] == pytest.approx(expected.theta[expected.solution.names.index("x")], rel=1e-14)
    assert f"y = {found.theta[0]:.4g} · x + an effect of firm + an effect of year\n" in found.summary()
    two(monkeypatch)
    listed = quietly({name: data[name] for name in ("y", "x")} | names)
    assert listed.dropped == ("year[t11]",)
    assert listed.inference.freedom == expected.inference.freedom


def test_components_are_what_edges_join() -> None:
    first, second = np.array([0, 0, 1, 2, 3, 3]), np.array([4, 2, 2, 0, 1, 3])
    assert components(first, second, (4, 5)).tolist() == [0, 1, 2, 1, 2]


@pytest.mark.parametrize("options", [{}, {"weights": "z"}])
def test_two_absorbed_are_iterated_to_the_same_digits(options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame()
    data["z"] += 0.25
    lines: dict[str, Any] = {"absorb": ["firm", "year"], **options}
    expected = quietly(data, **lines)
    monkeypatch.setattr(terms, "MOST_LEFT", 5)
    found = quietly(data, **lines)
    assert found.solution.names == expected.solution.names
    np.testing.assert_allclose(found.theta, expected.theta, rtol=1e-15)
    np.testing.assert_allclose(found.inference.se, expected.inference.se, rtol=1e-11)
    np.testing.assert_allclose(found.inference.covariance, expected.inference.covariance, rtol=1e-7)
    assert found.inference.freedom == expected.inference.freedom
    assert float(found.solution.rss) == pytest.approx(float(expected.solution.rss), rel=1e-14)
    assert found.r2 == pytest.approx(expected.r2, rel=1e-14)
    for column in ("firm", "year"):
        effects = (model.effects(column)["effect"].to_numpy() for model in (found, expected))
        np.testing.assert_allclose(*effects, rtol=1e-13)
        with pytest.raises(NumericalError, match=f"errors of the effects of `{column}` are not formed"):
            found.effects(column, errors=True)
    assert any("certain to 16 digits" in note for note in found.notes)
    two(monkeypatch)
    with pytest.raises(NumericalError, match=r"absorb both: `absorb=\['firm', 'year'\]`"):
        wxb.fit(data, "y", **options)


def test_iterated_components_and_what_does_not_vary_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    g = rng.integers(0, 24, 500)
    h = np.where(g < 12, rng.integers(0, 6, 500), rng.integers(6, 12, 500))
    h[g == 3] = 12  # a component of one level each
    x = rng.standard_normal(500)
    data = {"y": x + g + h + rng.standard_normal(500), "x": x, "size": g * 2.0, "twice": 2 * x}
    data |= {"firm": [f"f{i:02d}" for i in g], "year": [f"t{i:02d}" for i in h]}
    expected = quietly(data, absorb=["firm", "year"])
    monkeypatch.setattr(terms, "MOST_LEFT", 5)
    found = quietly(data, absorb=["firm", "year"])
    assert found.dropped == expected.dropped == ("size", "twice")
    assert found.inference.freedom == expected.inference.freedom == 500 - 24 - 13 + 3 - 1
    np.testing.assert_allclose(found.theta, expected.theta, rtol=1e-15)
    np.testing.assert_allclose(found.inference.se, expected.inference.se, rtol=1e-11)
    np.testing.assert_allclose(*(model.effects("year")["effect"].to_numpy() for model in (found, expected)), rtol=1e-12)


@pytest.mark.parametrize("lost", ["f99", "a", "t99"])
def test_levels_of_held_out_rows_alone_give_way(lost: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame()
    row = int(np.flatnonzero(Shares(test=0.2, seed=1).of(np.arange(600)) < 0)[0])
    data.loc[row, "year" if lost.startswith("t") else "firm"] = lost
    expected = quietly(data, test=0.2, seed=1)
    two(monkeypatch)
    found = quietly(data, test=0.2, seed=1)
    assert found.solution.eliminated is not None
    assert found.inference.freedom == expected.inference.freedom
    assert len(found.dropped) == len(expected.dropped) == 1
    assert found.predict(data.drop(index=row)) == pytest.approx(expected.predict(data.drop(index=row)), rel=1e-12)


@pytest.mark.parametrize("shift", [1e9, -3e12])
@pytest.mark.parametrize("bound", [8000, 5])
def test_columns_far_from_zero_keep_their_digits(shift: float, bound: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame()
    data["x"] = np.round(data["x"] * 64) / 64
    absorbed: dict[str, Any] = {"absorb": ["firm", "year"], "features": ["x", "z"]}
    two(monkeypatch)
    monkeypatch.setattr(terms, "MOST_LEFT", bound)
    near, listed = quietly(data, **absorbed), quietly(data) if bound == 8000 else None
    data["x"] += shift
    data["y"] = np.round(data["y"] * 64) / 64 + 2.0**33
    far = quietly(data, **absorbed)
    data["y"] -= 2.0**33
    expected = quietly(data.assign(x=data["x"] - shift), **absorbed)
    assert near.dropped == far.dropped == ()
    np.testing.assert_allclose(far.theta, expected.theta, rtol=1e-14)
    np.testing.assert_allclose(far.inference.se, expected.inference.se, rtol=1e-12)
    assert float(far.solution.rss) == pytest.approx(float(expected.solution.rss), rel=1e-13)
    if listed is not None:
        moved = quietly(data.assign(y=frame()["y"]))
        np.testing.assert_allclose(moved.theta[1:], listed.theta[1:], rtol=1e-13)
        np.testing.assert_allclose(moved.inference.se[1:], listed.inference.se[1:], rtol=1e-11)


def test_what_is_beneath_the_doubles_of_iterated_coefficients_is_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    """`exact` is nearer to the minimum in whole numbers than a double is."""
    data = frame()
    lines: dict[str, Any] = {"absorb": ["firm", "year"]}
    expected = quietly(data, **lines)
    monkeypatch.setattr(terms, "MOST_LEFT", 5)
    found = quietly(data, **lines)
    for place, value in enumerate(found.theta.tolist()):
        near, true = found.solution.exact[place], expected.solution.exact[place]
        assert float(near) == value
        assert abs(near - true) <= abs(true) * 2**-60
    assert found.solution.moments.rounding == expected.solution.moments.rounding
