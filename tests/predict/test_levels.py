"""New rows of lines with categories and formulas: by name, by position, of every source; levels that the model does not know."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pytest

import wxb
from wxb.data import Selection, open_table
from wxb.predict.evaluate import predicted_blocks

RANDOM = np.random.default_rng(8)
N = 300
TABLE: dict[str, Any] = {
    "x": RANDOM.uniform(1, 9, N),
    "z": RANDOM.normal(size=N),
    "school": RANDOM.choice(["north", "south", "east", "yes"], N).tolist(),
    "year": RANDOM.choice([2001, 2002, 2003], N),
}
TABLE["y"] = 2 * TABLE["x"] + TABLE["z"] * (TABLE["year"] == 2002) + RANDOM.normal(size=N)
FORMULAS = [
    "y ~ x + z + school",
    "y ~ log(x) + x:z",
    "y ~ school*z + C(year)",
    "log(y^2 + 1) ~ poly(x, 3) + school:C(year)",
    "y ~ 0 + C(school, coding=sum) + scale(x)",
    "y ~ school*C(year, coding=sum) + poly(x, 2):school",
    "y ~ z + offset(log(x))",
    "y ~ C(year)",
]
FEW = {name: column[:9] for name, column in TABLE.items() if name != "y"}


def dense(model: wxb.Model) -> Any:
    """(9, k) rows of all terms."""
    scan = open_table(TABLE).scan(model.design.selection(Selection()))
    return model.design.matrix(next(iter(model.design.formed(scan).blocks())))[:9]


@pytest.mark.parametrize("formula", FORMULAS)
def test_predictions_and_intervals_are_those_of_all_terms(formula: str) -> None:
    model = wxb.fit(TABLE, formula=formula)
    rows, exact = dense(model), model.exact_theta
    offset = np.log(FEW["x"]) if "offset" in formula else np.zeros(9)
    expected = [
        float(sum(Fraction(z) * theta for z, theta in zip(row, exact)) + Fraction(one))
        for row, one in zip(rows.tolist(), offset.tolist())
    ]
    assert model.predict(FEW).tolist() == pytest.approx(expected, rel=1e-13)
    for of in ("row", "mean"):
        found = model.predict(FEW, 0.9, of=of)
        half = model.inference.half_width(rows, 0.9, new=of == "row")
        assert (found.high - found.low) / 2 == pytest.approx(half, rel=1e-12)
        assert found.value.tolist() == model.predict(FEW).tolist()


@pytest.mark.parametrize("form", ["frame", "csv", "parquet", "stream", "records", "rows", "one"])
def test_rows_of_every_source(form: str, tmp_path: Path) -> None:
    model = wxb.fit(TABLE, formula="y ~ x + school:z + C(year)")
    assert model.design.shown_names == ("x", "z", "year", "school")
    expected, data, new = model.predict(FEW).tolist(), pd.DataFrame(FEW), None
    match form:
        case "frame":
            new = data.astype({"school": "category"})
        case "csv":
            pyarrow.csv.write_csv(pa.table(data), new := tmp_path / "t.csv")
        case "parquet":
            data.to_parquet(new := tmp_path / "t.parquet")
        case "stream":
            new = pa.table(data).to_reader(max_chunksize=2)
        case "records":
            new = data.to_dict("records")
        case "rows":
            new = data[["x", "z", "year", "school"]].to_numpy().tolist()
        case "one":
            new, expected = {name: column[3] for name, column in FEW.items()}, expected[3:4]
    assert model.predict(new).tolist() == expected


def test_rows_by_position_name_what_is_wanted() -> None:
    model = wxb.fit(TABLE, formula="y ~ x + school")
    with pytest.raises(wxb.UsageError, match="X has 3 columns, and the model is made of 2: `x`, `school`"):
        model.predict([[1.0, 2.0, "north"]])
    numbers = wxb.fit(TABLE, formula="y ~ log(x) + z + C(year)")
    found = numbers.predict(np.array([[2.0, 0.5, 2002.0]])).tolist()
    assert found == numbers.predict({"x": [2.0], "z": [0.5], "year": [2002]}).tolist()


def test_a_few_rows_are_read_as_the_model_knows_them(tmp_path: Path) -> None:
    model = wxb.fit(TABLE, formula="y ~ school")
    path = tmp_path / "t.csv"
    path.write_text("school\nyes\nyes\n")  # of all yes a column of its own would be yes/no
    assert model.predict(path).tolist() == model.predict({"school": ["yes"] * 2}).tolist()
    years = wxb.fit(TABLE, formula="y ~ C(year)")
    path.write_text("year\n2001.0\n 2003\n")
    assert years.predict(path).tolist() == years.predict({"year": [2001, 2003]}).tolist()


NEW = {"x": [1.0, 2, 3, 4], "z": [1.0, 1, 1, 1], "school": ["north", "nort", "west", "nort"]}


def test_a_level_that_is_not_known_is_named_with_its_row_and_those_near() -> None:
    model = wxb.fit(TABLE, formula="y ~ x + z + school")
    with pytest.raises(wxb.DataError) as caught:
        model.predict(NEW)
    assert "row 2: `school` is `nort`, a level that the model was not fitted to" in str(caught.value)
    assert "did you mean `north`?" in str(caught.value)
    with pytest.raises(wxb.DataError, match="its levels are `east`, `north`, `south`, `yes`"):
        model.predict({"x": 1.0, "z": 1.0, "school": "Ulsan"})
    with pytest.raises(wxb.UsageError, match="unseen must be 'error', 'drop' or 'reference'"):
        model.predict(NEW, unseen="ignore")


def test_it_is_left_out_or_counted_as_the_base() -> None:
    model = wxb.fit(TABLE, formula="y ~ x + z + school")
    with pytest.warns(wxb.WxbWarning, match=r"3 rows without a prediction: `school` is .*`nort` \(2\), `west` \(1\)"):
        found = model.predict(NEW, 0.9, unseen="drop")
    assert np.isnan(found.value).tolist() == np.isnan(found.low).tolist() == [False, True, True, True]
    with pytest.warns(wxb.WxbWarning, match="3 rows counted as `east`"):
        base = model.predict(NEW, unseen="reference").tolist()
    assert base == model.predict({**NEW, "school": ["north", "east", "east", "east"]}).tolist()
    sums = wxb.fit(TABLE, formula='y ~ C(school, coding=sum, base="south")')
    with pytest.warns(wxb.WxbWarning, match="counted as `south`"):
        assert sums.predict({"school": ["west"]}, unseen="reference") == sums.predict({"school": ["south"]})


def test_missing_labels_and_levels_that_are_not_known_in_one_table() -> None:
    model = wxb.fit(TABLE, formula="y ~ x + school")
    new = {"x": [1.0, np.nan, 3, 4], "school": ["north", "north", "west", None]}
    with pytest.raises(wxb.DataError, match="row 2, column `x`"):
        model.predict(new)
    notes: list[str] = []
    [rows] = predicted_blocks(model, new, missing="nan", unseen="nan", notes=notes)
    assert np.isnan(rows.prediction.value).tolist() == [False, True, True, True]
    assert rows.numbers.tolist() == [0, 1, 2, 3]
    assert rows.shown["school"].tolist() == ["north", None, None, None]
    [rows] = predicted_blocks(model, new, missing="drop", unseen="drop", notes=notes)
    assert rows.numbers.tolist() == [0]
    assert len([note for note in notes if "`west` (1)" in note]) == 2


def test_a_thousand_levels_are_predicted_without_a_column_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    from wxb.design import dense as dense_rows

    codes = np.arange(4000) % 500
    table = {"g": [f"g{code:03}" for code in codes], "x": RANDOM.normal(size=4000)}
    table["y"] = np.sin(codes) + np.asarray(table["x"])
    model = wxb.fit(table, "y")
    monkeypatch.setattr(dense_rows, "_stretches", None)
    found = model.predict(table)
    theta = dict(zip(model.layout.names, model.theta.tolist()))
    x, label = table["x"][7], table["g"][7]
    assert found[7] == pytest.approx(theta["(b)"] + theta["x"] * x + theta[f"g[{label}]"], rel=1e-13)


def test_what_cancels_is_summed_exactly() -> None:
    """Levels of 10^17, from which a slope of 10^17 takes all but a little."""
    x = np.arange(40.0)
    table = {"x": x, "g": ["a", "b"] * 20, "y": 2.0**60 * x + np.array([0.0, 2.0**60] * 20)}
    model = wxb.fit(table, "y")
    assert model.predict({"x": [-1.0], "g": ["b"]}).tolist() == [0.0]


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, " and 1 more"), (8, " and 3 more")])
def test_of_many_unseen_levels_five_are_named(count: int, more: str) -> None:
    model = wxb.fit({"g": ["a", "b"] * 20, "y": np.arange(40.0)}, "y")
    new = [f"n{i}" for i in range(count)]
    with pytest.warns(wxb.WxbWarning) as caught:
        model.predict({"g": ["a", *new]}, unseen="reference")
    [said] = [str(one.message) for one in caught]
    assert said.endswith(f"`n4` (1){more}"), said
