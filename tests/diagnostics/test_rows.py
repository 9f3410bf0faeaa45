"""Residuals of any rows, and the rows of a fit with what it made of each."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import wxb
from wxb.errors import DataError, UsageError
from wxb.tails import two_sided_t

RANDOM = np.random.default_rng(4)
TABLE = {"x": RANDOM.normal(size=40) + 2.0**40, "z": RANDOM.normal(size=40)}
TABLE["y"] = TABLE["x"] * 3 + TABLE["z"] + RANDOM.normal(size=40)


def test_residuals_are_one_sum_each():
    model = wxb.fit(TABLE, "y")
    b, *W = model.exact_theta
    truth = [
        float(Fraction(y) - b - W[0] * Fraction(x) - W[1] * Fraction(z))
        for x, z, y in zip(*(TABLE[name].tolist() for name in ("x", "z", "y")))
    ]
    assert model.residuals(TABLE) == pytest.approx(truth, rel=1e-12)
    table = model.augment(TABLE)
    assert table["residual"].to_numpy() == pytest.approx(truth, rel=1e-12)
    assert table["fitted"].to_numpy() == pytest.approx(model.predict(TABLE), rel=1e-15)


def test_residuals_of_a_descent_are_those_of_its_line():
    model = wxb.fit({"x": [1, 2, 3], "y": [2, 4, 7]}, "y", lr=0.1, epochs=3)
    assert model.residuals({"x": [1.0], "y": [2.0]})[0] == pytest.approx(2 - model.intercept - model.coef[0])


def test_missing_cells():
    model = wxb.fit(TABLE, "y")
    holes = {name: column.copy() for name, column in TABLE.items()}
    holes["z"][[3, 9]] = np.nan
    with pytest.raises(DataError, match="row"):
        model.residuals(holes)
    assert len(model.residuals(holes, missing="drop")) == 38
    whole = model.residuals(holes, missing="nan")
    assert np.flatnonzero(np.isnan(whole)).tolist() == [3, 9]
    with pytest.warns(wxb.WxbWarning, match="2 of 40 rows dropped"):
        few = wxb.fit(holes, "y", missing="drop")
    assert few.augment(holes)["row"].to_pylist() == [i for i in range(40) if i not in (3, 9)]


def test_augment_leverage_and_its_sum():
    model = wxb.fit(TABLE, "y")
    table = model.augment(TABLE)
    assert table.column_names == ["row", "x", "z", "y", "fitted", "residual", "leverage", "studentised", "cook"]
    h = table["leverage"].to_numpy()
    assert h.sum() == pytest.approx(3, rel=1e-13)
    found = model.diagnose(TABLE, largest=1)
    assert found.leverage[0] == (int(h.argmax()), h.max(), None)
    t = table["studentised"].to_numpy()
    assert abs(found.studentised[0].value) == np.abs(t).max()
    assert table["cook"].to_numpy().max() == found.cook[0].value


def test_a_studentised_error_is_that_of_the_line_without_the_row():
    table, i = {"z": TABLE["z"], "y": 2 * TABLE["z"] + RANDOM.normal(size=40)}, 17
    model, without = wxb.fit(table, "y"), wxb.fit({name: np.delete(column, i) for name, column in table.items()}, "y")
    row = {name: column[i : i + 1] for name, column in table.items()}
    far = row["y"][0] - without.predict(row)[0]
    half = without.predict(row, interval=0.95)
    error = (half.high[0] - half.low[0]) / 2 / two_sided_t(0.95, 37)
    assert model.augment(table)["studentised"][i].as_py() == pytest.approx(far / error, rel=1e-9)


def test_a_name_that_is_taken():
    table = {"cook": TABLE["z"], "y": TABLE["y"]}
    with pytest.raises(UsageError, match="already has a column `cook`"):
        wxb.fit(table, "y").augment(table)


def test_arrays_and_files(tmp_path):
    X, y = np.column_stack([TABLE["x"], TABLE["z"]]), TABLE["y"]
    model = wxb.fit((X, y))
    assert model.residuals((X, y)) == pytest.approx(wxb.fit(TABLE, "y").residuals(TABLE), rel=1e-13)
    w = RANDOM.uniform(1, 2, 40)
    weighted = wxb.fit((X, y, w))
    assert weighted.augment((X, y, w))["leverage"].to_numpy().sum() == pytest.approx(3, rel=1e-13)
    path = tmp_path / "rows.csv"
    path.write_text("x;y\n1;2\n2;3\n3;5\n", encoding="utf-8")
    assert wxb.fit(path, "y").residuals(path) == pytest.approx([1 / 6, -1 / 3, 1 / 6])


def test_categories_and_what_their_rows_say():
    """Text columns as dummies, by hand and as the design has them; the label of rows beside those of the design."""
    school = np.array(["north", "south", "west"])[RANDOM.integers(0, 3, 40)]
    table = {"x": TABLE["z"], "school": school.tolist(), "y": TABLE["z"] + (school == "south") + RANDOM.normal(size=40)}
    by_hand = {"x": table["x"], "south": school == "south", "west": school == "west", "y": table["y"]}
    by_hand |= {name: by_hand[name].astype(float) for name in ("south", "west")}
    named = table | {"name": [f"row {i}" for i in range(40)]}
    model, plain = wxb.fit(table, "y"), wxb.fit(by_hand, "y")
    assert model.residuals(table) == pytest.approx(plain.residuals(by_hand), rel=1e-12)
    found, truth = model.diagnose(named, white=True, label="name"), plain.diagnose(by_hand, white=True)
    assert [one.row for one in found.cook] == [one.row for one in truth.cook]
    assert [one.label for one in found.cook] == [f"row {one.row}" for one in truth.cook]
    assert found.press == pytest.approx(truth.press, rel=1e-12)
    assert found.white.freedom == truth.white.freedom == 6
    assert found.white.statistic == pytest.approx(truth.white.statistic, rel=1e-10)
    for kind, errors in found.errors.items():
        assert errors == pytest.approx(truth.errors[kind], rel=1e-12)
        assert model.with_se(kind, table).inference.se == pytest.approx(errors, rel=1e-14)
    augmented = model.augment(table)
    assert augmented["school"].to_pylist() == school.tolist()
    assert augmented["leverage"].to_numpy() == pytest.approx(plain.augment(by_hand)["leverage"].to_numpy(), rel=1e-12)
