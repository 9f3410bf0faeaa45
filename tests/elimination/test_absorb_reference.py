"""Twenty seeded sets with one or two ways absorbed, beside all dummies in 40 digits and pyfixest: at least ten digits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wxb

SETS = json.loads((Path(__file__).parents[1] / "reference" / "absorbed.json").read_text())["sets"]


def frame(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    rows = 150 + 10 * seed
    firm, year = rng.integers(0, 8 + seed, rows), rng.integers(0, 6, rows)
    x = rng.standard_normal(rows) + firm / 5
    z = rng.integers(0, 4, rows) + year % 2
    y = 2 * x - z + np.sin(firm) + year % 3 + rng.standard_normal(rows)
    names = {"firm": [f"f{i:02d}" for i in firm], "year": [f"t{i}" for i in year]}
    return {"y": y, "x": x, "z": z.astype(float)} | names


@pytest.mark.parametrize("expected", SETS, ids=lambda one: str(one["seed"]))
def test_coefficients_and_errors(expected: dict[str, Any]) -> None:
    model = wxb.fit(frame(expected["seed"]), formula=f"y ~ x + z | {' + '.join(expected['ways'])}")
    one_way = len(expected["ways"]) == 1
    np.testing.assert_allclose(model.theta, expected["coef"], rtol=1e-15 if one_way else 1e-14)
    np.testing.assert_allclose(model.inference.se, expected["se"], rtol=1e-13)
    for side, found in (("coef", model.theta), ("se", model.inference.se)):
        np.testing.assert_allclose(found, expected["pyfixest"][side], rtol=1e-10)
