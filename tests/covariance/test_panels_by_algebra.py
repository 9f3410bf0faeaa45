"""Errors beside absorbed ways against direct algebra with dummies in 50 digits: Grunfeld's firms and ten seeded panels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.panels import quietly, within
from wxb.errors import NumericalError

SETS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "reference/panels/errors.json").read_text())[
    "sets"
]
WAYS = ("firm", "firm + year")
CASES = [  # of each set one in the quick run, of the next set the other
    pytest.param(one, ways, id=f"{one['name']}-{ways}", marks=[pytest.mark.slow] * (number % 2 == place))
    for number, one in enumerate(SETS)
    for place, ways in enumerate(WAYS)
]


@pytest.mark.parametrize(("one", "ways"), CASES)
def test_ten_digits_and_more(one: dict[str, Any], ways: str) -> None:
    known = {name: np.array([float(value) for value in values]) for name, values in one[ways].items()}
    np.testing.assert_allclose(quietly(one["data"], formula=f"y ~ x + z | {ways}").theta, known.pop("coef"), rtol=1e-14)
    for se, expected in known.items():
        found = quietly(one["data"], formula=f"y ~ x + z | {ways}", se=se)
        np.testing.assert_allclose(found.inference.se, expected, rtol=1e-12, err_msg=se)
    if "HC2" not in known:
        with pytest.raises(NumericalError, match="has a leverage of 1"):
            quietly(one["data"], formula=f"y ~ x + z | {ways}", se="HC3")


@pytest.mark.parametrize("one", SETS[:4], ids=[one["name"] for one in SETS[:4]])
def test_where_both_ways_are_iterated(one: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    within(monkeypatch, {"LEFT": 2, "MOST_LEFT": 2})
    for se in ("HC1", "cluster:firm", "cluster:firm+year", "DK:year:1", "HAC:2"):
        found = quietly(one["data"], formula="y ~ x + z | firm + year", se=se)
        expected = [float(value) for value in one["firm + year"][se]]
        np.testing.assert_allclose(found.inference.se, expected, rtol=1e-11, err_msg=se)
