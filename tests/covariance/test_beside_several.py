"""Errors of rows and of clusters beside several absorbed categories: those of their dummies, whichever way these are taken out."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import wxb
from support.panels import BOUNDS, panel, quietly, within
from wxb.errors import NumericalError

WAYS = ("firm + year", "firm + year + state")


@cache
def by_dummies(ways: str, se: str, **weights: str) -> wxb.Model:
    return quietly(panel(), formula=f"y ~ x + z + {ways}", se=se, **weights)


@pytest.mark.parametrize("weights", [{}, {"weights": "w"}], ids=["plain", "weighted"])
@pytest.mark.parametrize("ways", WAYS)
@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
def test_they_are_those_of_dummies(
    bounds: dict[str, int], ways: str, weights: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = panel()
    names = ["HC0", "HC1", "HC2", "HC3", "HAC:2", "cluster:industry+state", "DK:industry:1"]
    expected = {se: by_dummies(ways, se, **weights) for se in names}  # before the bounds are moved
    within(monkeypatch, bounds)
    for se in names[:2] + names[4:] if "MOST_LEFT" in bounds else names:
        found, truth = quietly(data, formula=f"y ~ x + z | {ways}", se=se, **weights), expected[se]
        own = [truth.solution.names.index(name) for name in ("x", "z")]
        assert truth.solution.eliminated is None
        assert found.solution.eliminated is not None
        factor = 1.0
        if found.errors.errors.labels:  # firms lie within industries: their effects do not count
            effects = {"state": 5, "firm": 30} if se.startswith("cluster") else {"firm": 30}
            effects = {name: count for name, count in effects.items() if name in ways}
            freedom = found.solution.freedom
            factor = freedom / (freedom + sum(effects.values()) - len(effects))
        np.testing.assert_allclose(found.inference.se, truth.inference.se[own] * factor**0.5, rtol=1e-11)
        assert found.inference.freedom == truth.inference.freedom
        assert found.errors.joint == truth.errors.joint


@pytest.mark.parametrize("bounds", BOUNDS[:2], ids=str)
def test_a_row_that_alone_decides_an_effect_is_named(bounds: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    within(monkeypatch, bounds)
    for se in ("HC2", "HC3"):
        with pytest.raises(NumericalError, match="data row 260 has a leverage of 1"):
            quietly(panel(alone=True), formula="y ~ x | firm + year", se=se)
    assert np.isfinite(quietly(panel(alone=True), formula="y ~ x | firm + year", se="HC1").inference.se).all()


def test_leverage_is_refused_where_two_are_iterated(monkeypatch: pytest.MonkeyPatch) -> None:
    within(monkeypatch, BOUNDS[2])
    with pytest.raises(
        NumericalError, match="the leverage of rows is not known beside so many levels of both `firm` and `year`"
    ):
        quietly(panel(), formula="y ~ x | firm + year", se="HC3")


def test_effects_that_lie_within_clusters_do_not_count() -> None:
    data, said = panel(), "(the effects of `firm` not counted, as in fixest; those of `year` counted in k)"
    for label in ("firm", "industry"):
        assert said in quietly(data, formula="y ~ x | firm + year", se=f"cluster:{label}").errors.factor
    assert (
        "(the effects of `firm` and `year` counted in k)"
        in quietly(data, formula="y ~ x | firm + year", se="cluster:state").errors.factor
    )
    both = quietly(data, formula="y ~ x | firm + year", se="cluster:firm+year").errors.factor
    assert "(the effects of `firm` and `year` not counted, as in fixest)" in both


def test_changed_afterwards_and_whatever_the_chunks(tmp_path: Any) -> None:
    data = pd.concat([panel(3000, seed) for seed in range(4)], ignore_index=True)
    path = tmp_path / "panel.csv"
    data.to_csv(path, index=False)
    plain = quietly(data, formula="y ~ x | firm + year")
    for se in ("HC3", "cluster:firm", "HAC:2"):
        one = quietly(data, formula="y ~ x | firm + year", se=se, threads=1)
        assert one.errors.matrix.tobytes() == plain.with_se(se, data).errors.matrix.tobytes()
        assert (
            one.errors.matrix.tobytes()
            == quietly(path, formula="y ~ x | firm + year", se=se, threads=2).errors.matrix.tobytes()
        )
