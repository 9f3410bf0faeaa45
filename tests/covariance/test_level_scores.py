"""Errors by cluster and by time of the coefficients of levels that were eliminated, and of means far from 0: those of dummies."""

from __future__ import annotations

import numpy as np
import pytest

from support.panels import panel, quietly, within

FEW = {"FEW": 8}


@pytest.mark.parametrize("options", [{}, {"weights": "w"}, {"intercept": False}], ids=str)
@pytest.mark.parametrize("se", ["cluster:state", "cluster:firm", "cluster:state+year", "DK:year:2"])
def test_coefficients_of_levels(se: str, options: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    data = panel()
    lines = {"target": "y", "features": ["x", "z", "firm"], "se": se, **options}
    expected = quietly(data, **lines)
    within(monkeypatch, FEW)
    found = quietly(data, **lines)
    assert expected.solution.eliminated is None
    assert found.solution.eliminated is not None
    variances = np.abs(expected.errors.matrix.diagonal())  # of two columns one may be below 0
    scale = np.sqrt(np.outer(variances, variances))
    np.testing.assert_allclose(found.errors.matrix / scale, expected.errors.matrix / scale, atol=1e-7)
    np.testing.assert_allclose(found.inference.se, expected.inference.se, rtol=1e-7 if se == "cluster:firm" else 1e-10)
    assert not any("have no errors" in note for note in found.errors.notes)
    assert (
        quietly(data, **{**lines, "se": None}).with_se(se, data, weights=options.get("weights")).errors.matrix.tobytes()
        == found.errors.matrix.tobytes()
    )


@pytest.mark.parametrize("se", ["HC1", "HC3", "cluster:state", "DK:year"])
def test_means_at_points_far_from_zero(se: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The matrix of coefficients has lost them; z is 10⁷ ± 1."""
    data = panel().assign(z=lambda d: d["z"] - 1000 + 1e7)
    near = data.assign(z=lambda d: d["z"] - 1e7)
    at = {"x": [0.5, 2.0], "z": [1e7, 1e7 + 1], "firm": ["f03", "f11"]}
    lines = {"target": "y", "features": ["x", "z", "firm"], "se": se}
    expected = quietly(near, **lines).predict({**at, "z": [0.0, 1.0]}, interval=0.95, of="mean")
    within(monkeypatch, FEW)
    model = quietly(data, **lines)
    assert model.solution.eliminated is not None
    found = model.predict(at, interval=0.95, of="mean")
    np.testing.assert_allclose(found.high - found.low, expected.high - expected.low, rtol=1e-9)


def test_hac_of_rows_given_afterwards_says_whose_order_it_is() -> None:
    data = panel()
    notes = quietly(data, target="y", features=["x"]).with_se("HAC:2", data).errors.notes
    assert any("a model does not hold the order of its fit" in note for note in notes)
