"""What a column means belongs to the model: one instant is one number in every unit, and what means another thing is refused."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from wxb.data.kinds import DURATION, NUMBER, WHOLE, instant, truth

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
REPORTS = [REFERENCE / "reports" / f"r36_{name}.parquet" for name in ("us", "ns", "ms_first4")]
UNITS = ["s", "ms", "us", "ns"]


def quietly(call, *arguments: Any, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return call(*arguments, **options)


def fitted(*arguments: Any, **options: Any) -> wxb.Model:
    return quietly(wxb.fit, *arguments, **options)


def refused(call, *arguments: Any, **options: Any) -> str:
    with pytest.raises(wxb.WxbError) as caught:
        quietly(call, *arguments, **options)
    return str(caught.value)


SECONDS = np.array([0, 3600, 90_061, 172_800, 400_000, 500_123, 700_000, 800_000]) + 1_704_067_200
Y8 = np.array([1.0, 3.0, 2.0, 5.0, 4.0, 7.0, 8.0, 6.0])


def instants(unit: str, seconds=SECONDS) -> np.ndarray:
    return seconds.astype("M8[s]").astype(f"M8[{unit}]")


# ---------------------------------------------------------------- one instant, whatever its unit


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_fitted_on_one_each_predicts_all(path):
    model = fitted(path, "y")
    for other in REPORTS[:2]:
        assert model.predict(other).tolist() == pytest.approx(range(1, 9), abs=1e-12)
        frame = pq.read_table(other).to_pandas()
        assert model.predict(frame).tolist() == pytest.approx(range(1, 9), abs=1e-12)
    assert model.predict(REPORTS[2]).tolist() == pytest.approx([1, 2, 3, 4], abs=1e-12)


def test_sums_across_units_have_the_bits_of_one():
    whole = fitted(REPORTS[0], "y").moments
    first = fitted(REPORTS[2], "y")
    rest = pq.read_table(REPORTS[1]).slice(4)
    assert quietly(wxb.update, first, rest).moments == whole
    assert quietly(wxb.merge, first, fitted(rest, "y")).moments == whole
    assert quietly(wxb.forget, fitted(REPORTS[1], "y"), REPORTS[2]).moments == fitted(rest, "y").moments


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(-(2**32), 2**32), min_size=4, max_size=12, unique=True),
    st.sampled_from(UNITS), st.sampled_from(UNITS), st.booleans(),
)  # fmt: skip
def test_units_leave_no_trace(seconds, one, other, spans):
    ticks = np.array(seconds)
    kind = "m8" if spans else "M8"
    y = np.arange(len(seconds), dtype=float)
    columns = [{"t": ticks.astype(f"{kind}[s]").astype(f"{kind}[{unit}]"), "y": y} for unit in (one, other)]
    models = [fitted(column, "y") for column in columns]
    assert models[0].moments == models[1].moments
    assert models[0].coef.tolist() == models[1].coef.tolist()
    assert models[0].predict(columns[0]).tolist() == models[0].predict(columns[1]).tolist()
    assert quietly(wxb.update, models[0], columns[1]).moments == quietly(wxb.merge, *models).moments


def test_slopes_are_per_day():
    days = np.arange(10)
    for unit in UNITS:
        model = fitted(
            {"t": np.datetime64("2024-01-01") + days.astype("m8[D]").astype(f"m8[{unit}]"), "y": 3.0 * days}, "y"
        )
        assert model.coef.tolist() == [3.0]


T = instants("us")
FITTED = {
    "instants": T,
    "aware": pd.Series(T).dt.tz_localize("UTC"),
    "durations": (SECONDS - SECONDS[0]).astype("m8[s]"),
}


def test_every_way_to_say_an_instant():
    model = fitted({"t": T, "y": Y8}, "y")
    wanted = model.predict({"t": np.array(["2024-01-02T03:04"], "M8[s]")}).tolist()
    when = datetime(2024, 1, 2, 3, 4)
    ways: list[Any] = [
        when, [when], pd.Timestamp(when), np.datetime64("2024-01-02T03:04"), "2024-01-02T03:04", ["2024-01-02 03:04"],
        np.array([when]), pd.Series([when]), pd.Series(["2024-01-02T03:04"]), pa.array([when]), pl.Series([when]),
        np.array("2024-01-02T03:04", "M8[ns]"), pd.to_datetime([when]),
    ]  # fmt: skip
    for way in ways:
        assert model.predict({"t": way}).tolist() == wanted, way
    assert model.predict(np.array([when], "M8[ms]")).tolist() == wanted
    assert model.predict(pd.DataFrame({"t": [when]})).tolist() == wanted
    assert model.predict([when]).tolist() == wanted
    midnight = model.predict({"t": [datetime(2024, 1, 2)]}).tolist()
    for way in (date(2024, 1, 2), "2024-01-02", pa.array([date(2024, 1, 2)]), np.datetime64("2024-01-02")):
        assert model.predict({"t": way}).tolist() == midnight


def test_zones_are_compared_in_utc():
    model = fitted({"t": FITTED["aware"], "y": Y8}, "y")
    seoul = FITTED["aware"].dt.tz_convert("Asia/Seoul")
    assert model.predict({"t": seoul}).tolist() == model.predict({"t": FITTED["aware"]}).tolist()
    assert fitted({"t": seoul, "y": Y8}, "y").moments == model.moments
    assert model.predict({"t": "2024-01-02T09:00+09:00"}).tolist() == model.predict({"t": "2024-01-02T00:00Z"}).tolist()


OTHERS: dict[str, Any] = {
    **FITTED,
    "numbers": SECONDS,
    "floats": SECONDS.astype(float),
    "float32": np.arange(8, dtype=np.float32),
    "bools": np.arange(8) % 2 == 0,
    "yes": ["yes", "no"] * 4,
}
TIMES = ("instants", "aware", "durations")


@pytest.mark.parametrize("kind", [*TIMES, "numbers"])
@pytest.mark.parametrize("other", OTHERS)
def test_what_cannot_be_compared_is_refused_by_name(kind, other):
    model = fitted({"t": OTHERS[kind], "y": Y8}, "y")
    numeric = kind == "numbers" and other in ("numbers", "floats", "float32", "bools")
    if kind == other or numeric:
        quietly(model.predict, {"t": OTHERS[other]})
        quietly(wxb.update, model, {"t": OTHERS[other], "y": Y8})
        return
    for call in (
        lambda: model.predict({"t": OTHERS[other]}),
        lambda: model.predict(pd.DataFrame({"t": OTHERS[other]})),
        lambda: model.predict(pa.table({"t": pa.array(OTHERS[other])})),
        lambda: wxb.update(model, {"t": OTHERS[other], "y": Y8}),
        lambda: wxb.forget(model, {"t": OTHERS[other], "y": Y8}),
    ):
        said = refused(call)
        assert "column `t` does not fit the model" in said or "`t` does not fit" in said
        assert "are wanted" in said
        assert "give" in said or "take" in said
    if other != "yes" and other != "bools":
        said = refused(wxb.merge, model, fitted({"t": OTHERS[other], "y": Y8}, "y"))
        assert "model 2 of the merge: column `t`" in said


def test_arrays_of_numbers_for_times_are_refused():
    model = fitted((T, Y8))
    assert model.predict(instants("ns")).tolist() == model.predict(T).tolist()
    assert "instants (without a time zone) are wanted" in refused(model.predict, SECONDS)
    assert "instants (without a time zone) are wanted" in refused(model.predict, [[1.0], [2.0]])
    assert "numbers are wanted" in refused(fitted((SECONDS / 7, Y8)).predict, T)


def test_targets_have_kinds_too():
    model = fitted({"x": Y8, "t": FITTED["durations"]}, "t")
    assert model.kinds == (NUMBER, DURATION)
    assert (
        model.predict({"x": [1.0]}).tolist()
        == fitted({"x": Y8, "t": FITTED["durations"].astype("m8[ns]")}, "t").predict({"x": [1.0]}).tolist()
    )
    assert "durations are wanted" in refused(wxb.update, model, {"x": Y8, "t": SECONDS})


def test_numbers_of_every_width_mix():
    model = fitted({"x": np.arange(8), "y": Y8}, "y")
    for column in (np.arange(8.0), np.arange(8, dtype=np.float32), np.arange(8, dtype=np.int8), [1.5] * 8):
        quietly(model.predict, {"x": column})
        assert quietly(wxb.update, model, {"x": column, "y": Y8}).n == 16
        assert quietly(wxb.merge, model, fitted({"x": np.asarray(column) + Y8, "y": Y8}, "y")).n == 16


def test_groups_know_their_kinds():
    columns = {"t": np.tile(T, 80), "g": np.repeat(np.arange(80), 8), "y": np.tile(Y8, 80)}
    found = fitted(columns, "y", by="g")
    assert {found[label].kinds for label in (0, 79)} == {(instant(False), NUMBER)}
    assert "are wanted" in refused(found[3].predict, {"t": SECONDS})


# ---------------------------------------------------------------- yes and no


PAID = ["yes", "no", "No", "YES", "yes", "no", "no", "yes"]
BITS = [1, 0, 0, 1, 1, 0, 0, 1]
SAYS: dict[str, Any] = {
    "words": PAID,
    "other words": [["FALSE", "True"][bit] for bit in BITS],
    "whole": BITS,
    "floats": [float(bit) for bit in BITS],
    "bools": [bool(bit) for bit in BITS],
    "array": np.array(BITS, dtype=np.int8),
    "float32": np.array(BITS, dtype=np.float32),
    "bool array": np.array(BITS, dtype=bool),
}


@pytest.mark.parametrize("column", ["paid", "paid[yes]"])
@pytest.mark.parametrize("how", SAYS)
def test_yes_and_no_in_every_way(how, column, tmp_path):
    model = fitted({"x": Y8, "paid": PAID, "y": np.roll(Y8, 3)}, "y")
    wanted = model.predict({"x": Y8, "paid": PAID}).tolist()
    said = SAYS[how]
    frame = pd.DataFrame({"x": Y8, column: said})
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    for source in ({"x": Y8, column: said}, frame, pl.from_pandas(frame), tmp_path / "t.csv", tmp_path / "t.jsonl"):
        assert model.predict(source).tolist() == wanted
        if not isinstance(source, Path):
            continue
        whole = pd.DataFrame({"x": Y8, column: said, "y": np.roll(Y8, 3)})
        assert quietly(wxb.update, model, whole).moments == model.moments + model.moments
        assert quietly(wxb.update, model, whole).kinds == model.kinds
    if how not in ("words", "other words"):
        assert model.predict(np.column_stack([Y8, said])).tolist() == wanted


@pytest.mark.parametrize("bad", [2, 0.5, -1, 1e300])
def test_another_number_is_neither_yes_nor_no(bad, tmp_path):
    model = fitted({"x": Y8, "paid": PAID, "y": np.roll(Y8, 3)}, "y")
    paid = [*BITS[:5], bad, *BITS[6:]]
    frame = pd.DataFrame({"x": Y8, "paid": paid, "y": Y8})
    frame.to_csv(tmp_path / "t.csv", index=False)
    for call in (
        lambda: model.predict({"x": Y8, "paid": paid}),
        lambda: model.predict({"x": Y8, "paid[yes]": np.array(paid)}),
        lambda: model.predict(np.column_stack([Y8, paid])),
        lambda: model.predict(tmp_path / "t.csv"),
        lambda: wxb.update(model, frame),
    ):
        said = refused(call)
        assert f"row 6: {bad:g} is neither 1 (yes) nor 0 (no)" in said
        assert "paid" in said


def test_get_dummies_frames():
    frame = pd.get_dummies(pd.DataFrame({"x": Y8, "school": list("aabbccab"), "y": np.roll(Y8, 2)}), drop_first=True)
    model = fitted(frame, "y")
    assert model.kinds == (NUMBER, truth("TRUE"), truth("TRUE"), NUMBER)
    wanted = model.predict(frame).tolist()
    for dtype in (int, float, np.uint8, bool):
        assert model.predict(frame.astype({"school_b": dtype, "school_c": dtype})).tolist() == wanted
    assert model.predict({"x": [1.0], "school_b": [1], "school_c": [0]}).shape == (1,)


def test_fitted_to_numbers_true_and_false_are_1_and_0():
    model = fitted({"x": Y8, "paid": BITS, "y": np.roll(Y8, 3)}, "y")
    assert model.terms == ("x", "paid")
    wanted = model.predict({"x": Y8, "paid": BITS}).tolist()
    for column in (SAYS["bools"], SAYS["bool array"], SAYS["other words"]):
        assert model.predict({"x": Y8, "paid": column}).tolist() == wanted
        assert quietly(wxb.update, model, {"x": Y8, "paid": column, "y": Y8}).n == 16
    assert "give 1 and 0" in refused(model.predict, {"x": Y8, "paid": PAID})


def test_a_name_in_brackets_is_a_name():
    """`weight[kg]` is no yes/no column, and `a[yes]` may be a column of numbers."""
    model = fitted({"weight[kg]": Y8, "a[yes]": np.roll(Y8, 1), "y": np.roll(Y8, 3)}, "y")
    assert model.kinds == (NUMBER, NUMBER, NUMBER)
    assert model.predict({"weight[kg]": [2.5], "a[yes]": [7.0]}).shape == (1,)
    assert "no column `weight[kg]`" in refused(model.predict, {"weight": [2.5], "a[yes]": [7.0]})


# ---------------------------------------------------------------- kept in the file


def test_kinds_are_kept_in_the_file(tmp_path):
    data = {"t": FITTED["aware"], "d": FITTED["durations"], "p": PAID, "n": np.arange(8), "y": np.roll(Y8, 3)}
    model = fitted(data, "y", features=["t", "p", "n"])
    model.save(tmp_path / "m.json")
    again = wxb.load(tmp_path / "m.json")
    assert again.kinds == model.kinds == (instant(True), truth("yes"), WHOLE, NUMBER)
    assert again.predict(data).tolist() == model.predict(data).tolist()
    assert "with a time zone" in refused(again.predict, {**data, "t": T})


def test_a_file_of_version_2():
    model = wxb.load(REFERENCE / "models" / "version_2.json")
    assert model.kinds == (NUMBER, truth("yes"), instant(False), WHOLE)
    assert model.moments.rounding == (2.0**-53, 0.0, 2.0**-105, 0.0)
    found = model.predict({"hours": 1.0, "paid": "yes", "when": "2024-01-03"})
    assert found.tolist() == pytest.approx([2.6422799392679517], rel=1e-12)
    assert model.solution.coefficients.tolist()[1:] == model.coef.tolist()


def test_a_file_of_version_1_is_read_but_does_not_know_its_times(tmp_path):
    model = wxb.load(REFERENCE / "models" / "version_1.json")
    assert model.kinds is None
    assert model.moments.rounding == (2.0**-53, 0.0, 0.0, 0.0)
    numbers = {"hours": [1.0], "paid": [1], "when": [1_704_240_000_000_000]}
    assert model.predict(numbers).tolist() == pytest.approx([2.6422799392679517], rel=1e-9)
    for paid in ("yes", True, 1.0):
        assert model.predict({**numbers, "paid": [paid]}).tolist() == model.predict(numbers).tolist()
    new = wxb.load(REFERENCE / "models" / "version_2.json")
    times = {"hours": [1.0], "paid": ["yes"], "when": ["2024-01-03"], "score": [3]}
    for call in (
        lambda: model.predict(times),
        lambda: wxb.update(model, times),
        lambda: wxb.merge(model, new),
        lambda: wxb.merge(new, model),
    ):
        said = refused(call)
        assert "does not know in which unit its `when` was counted" in said
        assert "fit that model anew" in said
    model.save(tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))["kinds"] is None
    assert wxb.load(tmp_path / "again.json").kinds is None


def test_bare_moments_know_no_kinds():
    model = quietly(wxb.fit, wxb.Moments.of(np.arange(5.0), np.arange(5.0), terms=["t"]), None)
    assert model.kinds is None
    assert model.predict({"t": [2.0]}).tolist() == [2.0]
    assert "does not know in which unit" in refused(model.predict, {"t": [datetime(2024, 1, 1, tzinfo=UTC)]})
    assert "does not know in which unit" in refused(model.predict, {"t": [timedelta(1)]})


def test_fast_sums_and_descents_of_times():
    for options in ({"precision": "fast"}, {"lr": "auto", "epochs": 3, "scale": "standard"}):
        models = [fitted({"t": instants(unit), "y": Y8}, "y", **options) for unit in ("us", "ns")]
        assert models[0].coef.tolist() == models[1].coef.tolist()
        assert "durations" in refused(models[0].predict, {"t": FITTED["durations"]})


def test_float_widths_of_several_files_carry_the_coarsest_rounding(tmp_path):
    for name, dtype in (("a", np.float64), ("b", np.float32)):
        pq.write_table(pa.table({"x": Y8.astype(dtype), "y": Y8}), tmp_path / f"{name}.parquet")
    assert fitted(str(tmp_path / "*.parquet"), "y").moments.rounding == (2.0**-24, 2.0**-53)


def test_sums_as_json_keep_the_rounding():
    from wxb.moments.as_json import moments_from_json, moments_to_json

    moments = wxb.Moments.of([np.arange(5.0), np.arange(5, dtype=np.float32) / 3], np.arange(5.0))
    from wxb.fields import Reader

    again = moments_from_json(Reader(json.loads(json.dumps(moments_to_json(moments)))))
    assert again.rounding == moments.rounding


def test_a_column_that_is_called_like_the_term_of_another_is_refused():
    """Both would be `paid[yes]`, in the model's file and where it predicts."""
    data = {"paid[yes]": [1.0, 2, 3, 5], "paid": ["yes", "no", "yes", "no"], "y": [1.0, 2, 4, 3]}
    for features in (None, ["paid", "paid[yes]"]):
        with pytest.raises(
            wxb.DataError, match=r"`paid\[yes\]` and the yes/no column `paid` would make terms of one name"
        ):
            wxb.fit(data, "y", features=features)
    assert wxb.fit(data, "y", features=["paid[yes]"]).predict({"paid[yes]": [1]}).shape == (1,)
