"""Arrow tables of a line: the numbers of `inference`, of one type whatever the model: several go under each other."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

import wxb
from support.levels import of_levels

RANDOM = np.random.default_rng(4)
TABLE = {"a": RANDOM.normal(size=40), "b": RANDOM.normal(size=40), "y": RANDOM.normal(size=40)}
MODELS = {
    "plain": lambda: wxb.fit(TABLE, "y"),
    "no intercept": lambda: wxb.fit(TABLE, "y", intercept=False),
    "descent": lambda: wxb.fit(TABLE, "y", lr=0.1, epochs=3),
    "no errors": lambda: wxb.fit({"a": [1.0, 2.0, 3.0], "y": [2.0, 4.0, 6.0]}, "y"),
    "one level": lambda: wxb.fit({"a": [1.0, 2.0, 4.0], "y": [2.0, 2.0, 2.0]}, "y"),
    "no freedom": lambda: wxb.fit({"a": [1.0, 2.0], "y": [2.0, 4.5]}, "y"),
    "fast": lambda: wxb.fit(TABLE, "y", precision="fast"),
}


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
def test_glances_of_different_models_go_under_each_other() -> None:
    together = pa.concat_tables([make().glance() for make in MODELS.values()])
    assert together.num_rows == len(MODELS)
    assert together["n"].to_pylist() == [40, 40, 40, 3, 3, 2, 40]
    assert together["k"].to_pylist() == [3, 2, 3, 2, 2, 2, 3]


@pytest.mark.parametrize("name", ["plain", "no intercept", "fast"])
def test_a_glance_has_the_numbers_of_the_inference(name: str) -> None:
    model = MODELS[name]()
    row, found = model.glance().to_pylist()[0], model.inference
    same = ("r2", "adjusted_r2", "residual_sd", "f", "f_p", "loglik", "aic", "bic")
    assert [row[one] for one in same] == [getattr(found, one) for one in same]
    assert (row["df"], row["f_df1"], row["f_df2"]) == (found.freedom, *found.f_freedom)
    assert (row["errors"], row["outcome"], row["cost"]) == ("classical", "exact minimum", model.cost)


@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
def test_what_is_not_known_of_a_line_is_nan_and_not_left_out() -> None:
    row = MODELS["no freedom"]().glance().to_pylist()[0]
    assert math.isnan(row["f"])
    assert math.isnan(row["residual_sd"])


def test_levels_have_columns_of_their_own() -> None:
    table = of_levels(3, crossed=True).coefficients()
    assert table.column_names[:3] == ["term", "category", "level"]
    assert table["category"].to_pylist() == [None, None, "school", "school", "school", "school"]
    assert table["level"].to_pylist() == [None, None, "s001", "s002", "s001", "s002"]
