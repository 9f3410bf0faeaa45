"""`precision="fast"` of many columns that rounded sums hardly tell apart: exact sums, where the rows can be read again."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import wxb

pytestmark = pytest.mark.filterwarnings("ignore:x[0-9]+ = :wxb.WxbWarning")

RANDOM = np.random.default_rng(8)


def rows(collinear: int):
    X = RANDOM.normal(size=(600, 40))
    for k in range(collinear):
        X[:, 39 - k] = X[:, k] + X[:, k + 3]
    return X, X[:, 0] + RANDOM.normal(size=600)


def test_collinear_columns_have_the_exact_line_and_it_is_said(tmp_path):
    given = rows(3)
    model, exact = wxb.fit(given, precision="fast"), wxb.fit(given)
    assert model == exact
    assert model.dropped == exact.dropped == ("x38", "x39", "x40")
    assert any("summed once more, exactly" in note for note in model.notes)
    assert model.question.precision == "exact"
    model.save(tmp_path / "m.json")
    assert wxb.load(tmp_path / "m.json") == exact
    assert wxb.update(model, rows(3)).n == 1200


def test_test_rows_and_folds_are_of_the_exact_sums_too():
    given = rows(2)
    model, exact = (wxb.fit(given, precision=how, test=0.2, folds=3) for how in ("fast", "exact"))
    assert model.test_cost == exact.test_cost
    assert model.fold_costs.tolist() == exact.fold_costs.tolist()


def test_columns_that_are_told_apart_stay_fast():
    model = wxb.fit(rows(0), precision="fast")
    assert (model.moments.precision, model.notes) == ("fast", ())


def test_rows_that_are_read_once_stay_as_they_were_summed():
    X, y = rows(2)
    table = pa.table({f"x{j}": X[:, j] for j in range(40)} | {"y": y})
    assert wxb.fit(table.to_reader(), "y", precision="fast").moments.precision == "fast"
