"""Three and more absorbed categories are their dummies, whether one or two of them are eliminated, solved for or iterated."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import wxb
from wxb.elimination import terms
from wxb.errors import NumericalError, UsageError


def frame(rows: int = 700, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a, b, c, d = (rng.integers(0, count, rows) for count in (30, 14, 6, 4))
    x = rng.standard_normal(rows) + b
    made = {"y": 2 * x + np.sin(a) + b % 3 + c - d + rng.standard_normal(rows), "x": x, "z": rng.standard_normal(rows)}
    return pd.DataFrame(made | {name: [f"{name}{i:02d}" for i in own] for name, own in zip("abcd", (a, b, c, d))})


def quietly(data: Any, **options: Any) -> wxb.Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return wxb.fit(data, **options)


BOUNDS: list[dict[str, int]] = [{}, {"LEFT": 10}, {"LEFT": 10, "MOST_LEFT": 8}]


@pytest.mark.parametrize("bounds", BOUNDS)
def test_they_are_their_dummies(bounds: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    data = frame()
    expected = quietly(data, formula="y ~ x + z + d + a + b + c")
    for name, value in bounds.items():
        monkeypatch.setattr(terms, name, value)
    found = quietly(data, formula="y ~ x + z + d | c + b + a")
    names = found.solution.names
    places = [expected.solution.names.index(name) for name in names]
    assert names == ("x", "z", "d[d01]", "d[d02]", "d[d03]")
    np.testing.assert_allclose(found.theta, expected.theta[places], rtol=1e-14)
    np.testing.assert_allclose(found.inference.se, expected.inference.se[places], rtol=1e-10)
    covariance = expected.inference.covariance[np.ix_(places, places)]
    np.testing.assert_allclose(found.inference.covariance, covariance, rtol=1e-7)
    assert found.inference.freedom == expected.inference.freedom
    assert float(found.solution.rss) == pytest.approx(float(expected.solution.rss), rel=1e-13)
    assert found.r2 == pytest.approx(expected.r2, rel=1e-13)
    assert found.test("x = 2, z = 0").f == pytest.approx(expected.test("x = 2, z = 0").f, rel=1e-9)
    joint = [effect.f for effect in expected.anova().effects if effect.name in ("x", "z", "d")]
    assert [effect.f for effect in found.anova().effects] == pytest.approx(joint, rel=1e-8)
    np.testing.assert_allclose(found.predict(data), expected.predict(data), rtol=1e-11)
    own = [expected.solution.names.index(f"c[c{i:02d}]") for i in range(1, 6)]
    np.testing.assert_allclose(found.effects("c")["effect"].to_numpy()[1:], expected.theta[own], rtol=1e-11)
    errors = found.effects("c", errors=True)["se"].to_numpy()[1:]
    np.testing.assert_allclose(errors, expected.inference.se[own], rtol=1e-9)
    assert "c: absorbed, 6 levels" in found.summary()


@pytest.mark.parametrize("bounds", BOUNDS)
def test_nested_categories_and_what_is_effects_give_way(
    bounds: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = frame().assign(c=lambda d: [f"c{int(a[1:]) // 6}" for a in d["a"]])
    data["sum"] = [int(a[1:]) + int(b[1:]) ** 2 for a, b in zip(data["a"], data["b"])]
    expected = quietly(data, formula="y ~ x | a + b")
    for name, value in bounds.items():
        monkeypatch.setattr(terms, name, value)
    with pytest.warns(wxb.WxbWarning, match="sum is nothing but effects of a and b and c"):
        found = wxb.fit(data, formula="y ~ x + sum | a + b + c")
    assert found.dropped == ("sum",)
    assert found.inference.freedom == expected.inference.freedom
    np.testing.assert_allclose(found.theta[0], expected.theta[0], rtol=1e-13)
    np.testing.assert_allclose(found.inference.se[0], expected.inference.se[0], rtol=1e-10)
    assert found.equation("latex")
    assert f"y = {found.theta[0]:.4g} · x + an effect of a" in found.summary()


def test_what_is_too_much_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "LEFT", 10)
    monkeypatch.setattr(terms, "MOST", 12)
    with pytest.raises(
        NumericalError, match="beside `a` and `b` there are 10 levels of absorbed categories and 3 terms"
    ):
        wxb.fit(frame().assign(w=1.0), formula="y ~ x + z + w | a + b + c + d")
    found = quietly(frame(), formula="y ~ x | a + b + c")
    with pytest.raises(UsageError, match="`x` is not absorbed"):
        found.effects("x")
    with pytest.raises(UsageError, match="two stages go with one absorbed category, and absorbed are `a`, `b`"):
        wxb.fit(frame(), formula="y ~ 1 | a + b | x ~ z")
