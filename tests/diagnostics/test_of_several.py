"""Diagnostics beside several absorbed categories: those of their dummies."""

from __future__ import annotations

import numpy as np
import pytest

import wxb
from support.panels import BOUNDS, panel, quietly, within
from wxb.errors import DataError, NumericalError


@pytest.mark.parametrize("weights", [{}, {"weights": "w"}], ids=["plain", "weighted"])
@pytest.mark.parametrize("ways", ["firm + year", "firm + year + state"])
@pytest.mark.parametrize("bounds", BOUNDS[:2], ids=str)
def test_they_are_those_of_dummies(
    bounds: dict[str, int], ways: str, weights: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = panel()
    by_hand = quietly(data, formula=f"y ~ x + z + {ways}", **weights)
    within(monkeypatch, bounds)
    mine = quietly(data, formula=f"y ~ x + z | {ways}", **weights)
    found, truth = mine.diagnose(data, qq=7, label="firm"), by_hand.diagnose(data, qq=7)
    assert found.k == truth.k
    for name in ("press", "predicted_r2", "durbin_watson"):
        assert getattr(found, name) == pytest.approx(getattr(truth, name), rel=1e-11)
    assert found.jarque_bera.statistic == pytest.approx(truth.jarque_bera.statistic, rel=1e-10)
    if weights:
        assert np.isnan(found.breusch_pagan.p)  # of sums that are weighted it is not known
    else:
        assert found.breusch_pagan.statistic == pytest.approx(truth.breusch_pagan.statistic, rel=1e-10)
        assert found.breusch_pagan.freedom == truth.breusch_pagan.freedom
    for name in ("leverage", "cook", "studentised"):
        assert [one.row for one in getattr(found, name)] == [one.row for one in getattr(truth, name)]
    own = [by_hand.solution.names.index(name) for name in ("x", "z")]
    for kind, errors in found.errors.items():
        assert errors == pytest.approx(truth.errors[kind][own], rel=1e-10), kind
    rows, others = mine.augment(data), by_hand.augment(data)
    for name in ("fitted", "residual", "leverage", "studentised", "cook"):
        assert rows[name].to_numpy() == pytest.approx(others[name].to_numpy(), rel=1e-9, abs=1e-11)
    assert mine.residuals(data) == pytest.approx(by_hand.residuals(data), rel=1e-10, abs=1e-11)


def test_residuals_beside_two_that_are_iterated(monkeypatch: pytest.MonkeyPatch) -> None:
    data = panel()
    expected = quietly(data, formula="y ~ x + firm + year").residuals(data)
    within(monkeypatch, BOUNDS[2])
    model = quietly(data, formula="y ~ x | firm + year")
    assert model.residuals(data) == pytest.approx(expected, rel=1e-10, abs=1e-11)
    with pytest.raises(NumericalError, match="the leverage of rows is not known"):
        model.diagnose(data)


def test_other_rows_are_refused() -> None:
    data = panel()
    model = quietly(data, formula="y ~ x | firm + year")
    with pytest.raises(DataError, match="row 8: `year` is `new`, a level that the model was not fitted to"):
        model.residuals(data.assign(year=[*data["year"][:7], "new", *data["year"][8:]]))
    with pytest.raises(DataError, match="has other rows than the fit"):
        model.diagnose(data[:250])
    assert isinstance(model, wxb.Model)
