"""lag(x, k) is the x of the row whose number is k less: the bits of columns shifted by hand, and no gap shifts what follows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyarrow
import pyarrow.parquet
import pytest

import wxb
from wxb.errors import DataError, ExpressionError, UsageError, WxbWarning

rng = np.random.default_rng(5)
N = 300
FRAME = pandas.DataFrame({"x": rng.normal(size=N), "z": rng.integers(0, 9, N), "y": rng.normal(size=N).cumsum()})
FORMULA = "y ~ lag(x) + lag(x, 2) + lag(y) + z"
pytestmark = pytest.mark.filterwarnings("ignore:.* rows (dropped|have no prediction):wxb.errors.WxbWarning")


def shifted(frame: pandas.DataFrame) -> pandas.DataFrame:
    """The columns of the formula by hand, with a number for every row."""
    return pandas.DataFrame(
        {"a": frame.x.shift(1), "b": frame.x.shift(2), "c": frame.y.shift(1), "z": frame.z, "y": frame.y}
    )


def same(one: wxb.Model, other: wxb.Model) -> bool:
    errors = not one.is_minimum or one.inference.se.tobytes() == other.inference.se.tobytes()
    return errors and one.theta.tobytes() == other.theta.tobytes() and one.cost == other.cost


def by_hand(frame: pandas.DataFrame = FRAME, **options: Any) -> wxb.Model:
    return wxb.fit(frame, "y", features=["a", "b", "c", "z"], **options)


def test_a_lag_is_the_column_shifted_by_hand() -> None:
    model = wxb.fit(FRAME, formula=FORMULA)
    assert same(model, by_hand(shifted(FRAME).dropna()))
    assert model.terms == ("lag(x, 1)", "lag(x, 2)", "lag(y, 1)", "z")
    assert model.n == N - 2
    assert model.dropped_rows == 2
    assert any("2 of 300 rows dropped: missing lag(x, 1) (1), lag(x, 2) (2), lag(y, 1) (1)" in n for n in model.notes)


def test_what_is_left_out_is_told() -> None:
    with pytest.warns(WxbWarning, match=r"1 of 300 rows dropped: missing lag\(x, 1\) \(1\)"):
        wxb.fit(FRAME, formula="y ~ lag(x)")


@pytest.mark.parametrize("precision", ["exact", "fast"])
@pytest.mark.parametrize("batches", [1, 7, 100])
@pytest.mark.parametrize("threads", [1, 3])
def test_any_parts_and_threads_give_the_same_bits(batches: int, threads: int, precision: str) -> None:
    table = pyarrow.Table.from_pandas(FRAME)
    parts = pyarrow.Table.from_batches(table.to_batches(max_chunksize=-(-N // batches)))
    whole = wxb.fit(FRAME, formula=FORMULA, precision=precision)
    model = wxb.fit(parts, formula=FORMULA, threads=threads, precision=precision)
    assert same(model, whole) if precision == "exact" else np.allclose(model.theta, whole.theta, rtol=1e-12)


def test_any_source_gives_the_same_bits(tmp_path: Path) -> None:
    whole = wxb.fit(FRAME, formula=FORMULA)
    FRAME.to_csv(tmp_path / "all.csv", index=False)
    pyarrow.parquet.write_table(pyarrow.Table.from_pandas(FRAME), tmp_path / "all.parquet", row_group_size=37)
    FRAME[:120].to_csv(tmp_path / "a.csv", index=False)
    FRAME[120:].to_csv(tmp_path / "b.csv", index=False)
    for source in (tmp_path / "all.csv", tmp_path / "all.parquet", [tmp_path / "a.csv", tmp_path / "b.csv"]):
        assert same(wxb.fit(source, formula=FORMULA), whole)


def test_many_blocks(tmp_path: Path) -> None:
    n = 150_000
    x, y = rng.normal(size=n), rng.normal(size=n)
    x[70_001] = np.nan
    frame = pandas.DataFrame({"x": x, "y": y})
    model = wxb.fit(frame, formula="y ~ lag(x, 3) + I(x^2)", missing="drop")
    hand = pandas.DataFrame({"y": y, "a": frame.x.shift(3), "b": frame.x}).dropna()
    assert same(model, wxb.fit(hand, formula="y ~ a + I(b^2)"))


def test_a_gap_never_shifts() -> None:
    holes = FRAME.copy()
    holes.loc[[50, 51, 120], "x"] = np.nan
    hand = shifted(holes)
    there = hand.notna().all(axis=1) & holes.x.notna()
    there &= holes.x.notna().shift(1, fill_value=False)  # a row that was left out is not there to be looked at
    model = wxb.fit(holes, formula=FORMULA, missing="drop")
    assert same(model, by_hand(hand[there]))
    assert model.n + model.dropped_rows == N


def test_rows_left_out_by_a_condition_are_not_there() -> None:
    model = wxb.fit(FRAME, formula=FORMULA, where="z != 3")
    read = FRAME.z != 3
    there = read & read.shift(1, fill_value=False) & read.shift(2, fill_value=False)
    assert same(model, by_hand(shifted(FRAME)[there]))


def test_missing_values_are_refused_as_they_are() -> None:
    holes = FRAME.copy()
    holes.loc[50, "x"] = np.nan
    with pytest.raises(DataError, match="row 51"):
        wxb.fit(holes, formula=FORMULA)


def test_whole_numbers_beyond_a_double() -> None:
    big = [2**60 + 3 * i * i for i in range(20)]
    model = wxb.fit({"x": big, "y": list(range(20))}, formula="y ~ lag(x)")
    assert same(model, wxb.fit({"x": big[:-1], "y": list(range(1, 20))}, "y"))


def test_of_what_is_computed_and_beside_products() -> None:
    model = wxb.fit(FRAME, formula="y ~ lag(exp(x), 2):z + lag(z)")
    hand = pandas.DataFrame({"a": FRAME.x.shift(2), "b": FRAME.z.shift(1), "z": FRAME.z, "y": FRAME.y}).dropna()
    assert same(model, wxb.fit(hand.astype({"b": int}), formula="y ~ b + I(exp(a) * z)"))


@pytest.mark.parametrize(
    "options",
    [
        {"test": 0.3, "seed": 4},
        {"folds": 4},
        {"se": "HAC:2"},
        {"se": "HC3"},
        {"se": "CR2:w"},
        {"weights": "w"},
        {"lr": 0.02, "epochs": 5},
    ],
)
def test_what_else_a_fit_does(options: dict[str, Any]) -> None:
    frame = FRAME.assign(w=1 + FRAME.z)
    hand = shifted(frame).assign(w=frame.w)  # its first rows are dropped, and the others keep their numbers
    assert same(wxb.fit(frame, formula=FORMULA, **options), by_hand(hand, missing="drop", **options))


def test_an_autoregression_of_a_public_set() -> None:
    """Of airquality: Temp on the day before and the day before that, beside NumPy."""
    data = pandas.read_csv(Path(__file__).parents[1] / "reference" / "peers" / "airquality.csv")
    temp = data["Temp"].to_numpy(dtype=np.float64)
    model = wxb.fit({"Temp": temp}, formula="Temp ~ lag(Temp) + lag(Temp, 2)")
    rows = np.column_stack([np.ones(len(temp) - 2), temp[1:-1], temp[:-2]])
    expected = np.linalg.lstsq(rows, temp[2:], rcond=None)[0]
    assert np.allclose([model.intercept, *model.coef], expected, rtol=1e-10)


def test_predictions_keep_their_places() -> None:
    model = wxb.fit(FRAME, formula=FORMULA)
    found = model.predict(FRAME.head(9))
    hand = by_hand(shifted(FRAME).dropna()).predict(shifted(FRAME).head(9)[2:])
    assert np.isnan(found[:2]).all()
    assert found[2:].tobytes() == hand.tobytes()
    with pytest.warns(WxbWarning, match=r"2 of 9 rows have no prediction: missing lag\(x, 1\)"):
        model.predict(FRAME.head(9), interval=0.9)


def test_predictions_by_their_way_with_missing_values() -> None:
    from wxb.predict.evaluate import predicted_blocks

    model, few = wxb.fit(FRAME, formula=FORMULA), FRAME.head(5)
    [dropped] = predicted_blocks(model, few, missing="drop")
    [kept] = predicted_blocks(model, few, missing="nan")
    assert dropped.numbers.tolist() == [2, 3, 4]
    assert kept.numbers.tolist() == [0, 1, 2, 3, 4]
    assert kept.shown["x"].tolist() == few.x.tolist()
    with pytest.raises(DataError, match=r"row 1 has no prediction: `lag\(x, 1\)` looks at a row that is not there"):
        list(predicted_blocks(model, few))


def test_a_model_file_looks_back(tmp_path: Path) -> None:
    model = wxb.fit(FRAME, formula=FORMULA)
    model.save(tmp_path / "m.json")
    assert json.loads((tmp_path / "m.json").read_text())["version"] >= 3
    again = wxb.load(tmp_path / "m.json")
    assert np.array_equal(again.predict(FRAME), model.predict(FRAME), equal_nan=True)
    assert np.allclose(again.residuals(FRAME), FRAME.y[2:] - model.predict(FRAME)[2:])


def test_the_numbers_of_a_second_pass_begin_afresh() -> None:
    model = wxb.fit(FRAME, formula=FORMULA)
    assert (
        model.with_se("HC1", FRAME).inference.se.tobytes()
        == wxb.fit(FRAME, formula=FORMULA, se="HC1").inference.se.tobytes()
    )


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("y ~ lag(x, 0)", "a whole number from 1"),
        ("y ~ lag(x, -1)", "a whole number from 1"),
        ("y ~ lag(x, 1.5)", "a whole number from 1"),
        ("y ~ lag(lag(x))", "stands inside"),
        ("lag(y) ~ x", "stands inside"),
        ("y ~ y + lag(y)", "is what is predicted"),
        ("y ~ lag(name)", "is text"),
    ],
)
def test_what_is_no_lag_is_refused(formula: str, said: str) -> None:
    with pytest.raises((ExpressionError, UsageError), match=said):
        wxb.fit(FRAME.assign(name="a"), formula=formula)


def test_more_rows_than_there_are() -> None:
    with pytest.raises(DataError, match=r"`lag\(x, 7\)` of 3 rows"):
        wxb.fit(FRAME.head(3), formula="y ~ lag(x, 7)")


def test_rows_that_cannot_stand_for_themselves() -> None:
    model = wxb.fit(FRAME, formula="y ~ lag(x)")
    for work in (lambda: wxb.merge(model, model), lambda: wxb.forget(model, FRAME), lambda: wxb.update(model, FRAME)):
        with pytest.raises(UsageError, match="looks at earlier ones"):
            work()
    with pytest.raises(UsageError, match="of another group"):
        wxb.fit(FRAME, formula="y ~ lag(x)", by="z")
    with pytest.raises(UsageError, match="stand for several"):
        wxb.fit(FRAME, formula="y ~ lag(x)", frequency="z")
    with pytest.raises(UsageError, match="a checkpoint does not hold"):
        wxb.fit(FRAME, formula="y ~ lag(x)", checkpoint="state.json")
    with pytest.raises(UsageError, match="looks at an earlier row"):
        model.to_sql()
    with pytest.raises(UsageError, match="no column `x`"):
        model.margins("x")
