"""The same instants through every door are the same numbers; what does not belong together is refused by name."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.reading import nanoseconds_in, read, refused
from wxb.data.kinds import DURATION, instant
from wxb.data.times import nanoseconds

TEXTS = ["2024-01-02", "2024-01-02 03:04:05.123", "1969-12-31 23:59:59", None]
WHEN = [None if text is None else datetime.fromisoformat(text) for text in TEXTS]
NAIVE = np.array([np.datetime64("NaT") if one is None else one for one in WHEN], dtype="datetime64[ms]")
AWARE = [None if one is None else one.replace(tzinfo=timezone(timedelta(hours=9))) for one in WHEN]
SPANS = [timedelta(hours=36), timedelta(milliseconds=-1), None, timedelta(0)]
Y4 = np.array([1.0, 2.0, 4.0, 3.0])


def wanted(texts: list[str | None]) -> list[int]:
    return [known[0] for text in texts if text is not None and (known := nanoseconds(text)) is not None]


def doors(things: list[Any], kind: str, unit: str, zone: str | None = None) -> dict[str, Any]:
    """A column of times as dicts, frames and tables of every kind."""
    arrow = pa.array(things, pa.timestamp(unit, zone) if kind == "M" else pa.duration(unit))
    table = pa.table({"t": arrow, "y": Y4})
    found = {
        "list": {"t": things, "y": Y4},
        "arrow": table,
        "column of arrow": {"t": arrow, "y": Y4},
        "polars": pl.from_arrow(table),
        "pandas": pd.DataFrame({"t": pd.Series(things, dtype=f"{kind}8[{unit}]"), "y": Y4}) if not zone else
        pd.DataFrame({"t": pd.Series(things, dtype=pd.DatetimeTZDtype(unit, zone)), "y": Y4}),
        "pandas through arrow": table.to_pandas(types_mapper=pd.ArrowDtype),
    }  # fmt: skip
    if not zone:
        array = np.array([np.timedelta64("NaT") if one is None else one for one in things], f"{kind}8[{unit}]")
        found |= {"array": {"t": array, "y": Y4}, "X and y": (array, Y4)}
        found |= {"objects": {"t": np.array([*array.astype("O")], dtype=object), "y": Y4}} if unit != "ns" else {}
    return found


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "Asia/Seoul"])
def test_instants_through_every_door(unit, zone, tmp_path):
    things = WHEN if zone is None else AWARE
    expected = read({"t": things, "y": Y4}, missing="drop").X[0]
    shift = 0 if zone is None else 9 * 3600 * 10**9
    assert nanoseconds_in(expected) == [one - shift for one in wanted(TEXTS)]
    sources = doors(things, "M", unit, zone)
    pq.write_table(sources["arrow"], tmp_path / "t.parquet")
    for name, source in {**sources, "parquet": tmp_path / "t.parquet"}.items():
        whole = read(source, missing="drop")
        assert whole.X[0] == expected, name
        assert whole.scan.kinds[0] == instant(zone is not None), name
        assert any("instants, in days since 1970-01-01" in note for note in whole.notes), name
        assert any("(UTC)" in note for note in whole.notes) == (zone is not None), name


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_durations_through_every_door(unit):
    expected = read({"t": SPANS, "y": Y4}, missing="drop").X[0]
    assert nanoseconds_in(expected) == [36 * 3600 * 10**9, -(10**6), 0]
    for name, source in doors(SPANS, "m", unit).items():
        whole = read(source, missing="drop")
        assert whole.X[0] == expected, name
        assert whole.scan.kinds[0] == DURATION, name
        assert any("durations, in days" in note for note in whole.notes), name


def test_dates_are_midnights():
    days = [date(2024, 1, 2), None, date(1969, 12, 31), date(1, 1, 1)]
    expected = [19724.0, -1.0, -719162.0]
    midnights = [None if day is None else datetime(day.year, day.month, day.day) for day in days]
    for column in (
        days,
        midnights,
        pa.array(days),
        pa.array(days, pa.date64()),
        pl.Series(days),
        pd.Series(days),
        np.array(["2024-01-02", "NaT", "1969-12-31", "0001-01-01"], "M8[D]"),
        ["2024-01-02", "NA", "1969-12-31", "0001-01-01T00:00"],
        pa.array(["2024-01-02", None, "1969-12-31", "0001-01-01"]),
        pd.Series(["2024-01-02", None, "1969-12-31", "0001-01-01"]),
    ):
        whole = read({"t": column, "y": Y4}, missing="drop")
        assert whole.X[0] == (expected, [0.0] * 3)
        assert whole.scan.kinds[0] == instant(False)
        assert whole.scan.integral[0]


def test_times_of_day_are_durations_since_midnight():
    clocks = [time(6), time(0, 0, 1), None, time(12)]
    for column in (clocks, pa.array(clocks), pa.array(clocks, pa.time32("s")), pl.Series(clocks), pd.Series(clocks)):
        whole = read({"t": column, "y": Y4}, missing="drop")
        assert nanoseconds_in(whole.X[0]) == [6 * 3600 * 10**9, 10**9, 12 * 3600 * 10**9]
        assert whole.scan.kinds[0] == DURATION


def test_nanoseconds_of_pandas_objects():
    stamps = [pd.Timestamp("2024-01-02T03:04:05.123456789"), pd.NaT, pd.Timestamp(0), np.datetime64(7, "ns")]
    whole = read({"t": stamps, "y": Y4}, missing="drop")
    assert nanoseconds_in(whole.X[0]) == [1704164645123456789, 0, 7]
    spans = [pd.Timedelta(5, "ns"), pd.Timedelta(-5, "ns"), np.timedelta64(36, "h"), None]
    whole = read({"t": spans, "y": Y4}, missing="drop")
    assert nanoseconds_in(whole.X[0]) == [5, -5, 36 * 3600 * 10**9]


def test_what_does_not_belong_together():
    naive, aware = datetime(2024, 1, 2), datetime(2024, 1, 2, tzinfo=UTC)
    said = refused({"t": [naive, aware, naive, naive], "y": Y4})
    assert (
        "column `t` begins with instants (without a time zone), and row 2 is one of instants (with a time zone)" in said
    )
    assert "with a zone or without one" in said
    assert "row 3 is one of durations" in refused({"t": [naive, naive, timedelta(1), naive], "y": Y4})
    assert "1 cell that is no number" in refused({"t": [naive, naive, 5, naive], "y": Y4})
    assert "row 2, column `t`: `2024-02-30`" in refused(
        {"t": ["2024-02-29", "2024-02-30", "2024-03-01", "NA"], "y": Y4}
    )


def test_files_may_keep_times_in_different_units(tmp_path):
    for name, unit in (("a", "us"), ("b", "ns")):
        table = pa.table({"t": pa.array(WHEN, pa.timestamp(unit)), "y": Y4})
        pq.write_table(table, tmp_path / f"{name}.parquet")
    whole = read(str(tmp_path / "*.parquet"), missing="drop")
    assert nanoseconds_in(whole.X[0]) == wanted(TEXTS) * 2
    zoned = pa.table({"t": pa.array(AWARE, pa.timestamp("us", "UTC")), "y": Y4})
    pq.write_table(zoned, tmp_path / "c.parquet")
    assert "c.parquet: column `t` is timestamp[us, tz=UTC]" in refused(str(tmp_path / "*.parquet"))


def test_json_lines_with_iso_times(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text(
        '{"t": "2024-01-02T00:00Z", "y": 1}\n{"t": null, "y": 2}\n{"t": "2024-01-02T09:00+09:00", "y": 3}\n'
    )
    whole = read(path, missing="drop")
    assert whole.X[0] == ([19724.0, 19724.0], [0.0, 0.0])
    assert whole.scan.kinds[0] == instant(True)


def test_groups_of_times_are_labelled_alike():
    frame = pd.DataFrame({"g": pd.to_datetime(["2024-01-02", "2024-01-02", "2024-01-03", None]), "x": Y4, "y": Y4})
    whole = read(frame, by="g", features=["x"], missing="drop")
    assert whole.labels == ["2024-01-02", "2024-01-02", "2024-01-03"]
    assert read({"g": [date(2024, 1, 2)] * 4, "x": Y4, "y": Y4}, by="g", features=["x"]).labels == ["2024-01-02"] * 4
