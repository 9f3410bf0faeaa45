"""Times as days: one instant, one pair of doubles, whatever unit it came in; ISO text, and nothing that only looks like it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxb.data.kinds import DURATION, FLOAT32, NUMBER, SORTS, WHOLE, Kind, instant, truth
from wxb.data.times import DAY, days_of_nanoseconds, days_of_ticks, nanoseconds, text_of_days, ticks_to_days

SECONDS = st.integers(-(2**33), 2**33)
UNITS = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
INT64 = st.integers(-(2**63), 2**63 - 1)


def parts(found) -> tuple[list[float], list[float]]:
    values, low = found
    return values.tolist(), ([0.0] * len(values) if low is None else low.tolist())


@given(st.lists(SECONDS, min_size=1, max_size=20))
def test_an_instant_has_the_same_bits_in_every_unit(seconds):
    wanted = parts(days_of_nanoseconds([second * 10**9 for second in seconds]))
    for unit, size in UNITS.items():
        ticks = np.array([second * (10**9 // size) for second in seconds], dtype=np.int64)
        assert parts(days_of_ticks(ticks, unit)) == wanted
        values, low, missing = ticks_to_days(ticks.view(f"datetime64[{unit}]"))
        assert (parts((values, low)), missing) == (wanted, None)


@given(st.lists(INT64, min_size=1, max_size=20), st.sampled_from(["D", "h", "m", *UNITS, "ps", "as"]))
def test_days_are_those_of_exact_arithmetic(ticks, unit):
    per_day = {"D": 1, "h": 24, "m": 1440, "ps": 1000 * DAY, "as": 10**9 * DAY}
    per_day |= {name: DAY // size for name, size in UNITS.items()}
    values, low = parts(days_of_ticks(np.array(ticks, dtype=np.int64), unit))
    for tick, value, rest in zip(ticks, values, low):
        exact = Fraction(tick, per_day[unit])
        assert abs(Fraction(value) + Fraction(rest) - exact) <= abs(exact) * Fraction(2) ** -105
        assert value == value + rest


@given(st.lists(st.integers(-(10**22), 10**22), min_size=1, max_size=20))
def test_counts_beyond_64_bits(found):
    values, low = parts(days_of_nanoseconds(found))
    for one, value, rest in zip(found, values, low):
        assert (
            abs(Fraction(value) + Fraction(rest) - Fraction(one, DAY)) <= abs(Fraction(one, DAY)) * Fraction(2) ** -105
        )


def test_whole_days_are_exact_doubles():
    days = np.arange(-1000, 1000)
    assert days_of_ticks(days, "D")[1] is None
    assert days_of_ticks(days * 86_400, "s")[1] is None
    assert days_of_ticks(days * DAY, "ns")[0].tolist() == days.tolist()


@given(
    st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)),
    st.one_of(st.none(), st.integers(-1439, 1439)),
)
def test_iso_text_is_what_datetime_reads(when, offset):
    zone = None if offset is None else timezone(timedelta(minutes=offset))
    when = when.replace(tzinfo=zone)
    origin = datetime(1970, 1, 1, tzinfo=None if zone is None else UTC)
    microseconds = (when - origin) // timedelta(microseconds=1)
    assert nanoseconds(when.isoformat()) == (microseconds * 1000, zone is not None)
    assert nanoseconds(when.isoformat(" ")) == (microseconds * 1000, zone is not None)


@given(st.integers(-(10**21), 2 * 10**20), st.booleans())
def test_what_is_shown_reads_back(since, aware):
    values, low = days_of_nanoseconds([since])
    text = text_of_days(float(values[0]), 0.0 if low is None else float(low[0]), aware)
    if not text.startswith("-") and not text.startswith("0000"):
        assert nanoseconds(text) == (since, aware)


ISO = {
    "1970-01-01": (0, False),
    "2024-02-29": (19_782 * DAY, False),
    " 1970-01-02 ": (DAY, False),
    "1970-01-01T00:01": (60 * 10**9, False),
    "1970-01-01 00:00:01.5": (1_500_000_000, False),
    "1970-01-01T00:00:00.123456789Z": (123_456_789, True),
    "1970-01-01T01:00+01:00": (0, True),
    "1969-12-31T23:59:58-00:00:02": (0, True),
}


@pytest.mark.parametrize("text", ISO)
def test_iso_forms(text):
    assert nanoseconds(text) == ISO[text]


NO_ISO = [
    "", "20240102", "2024-1-2", "01/02/2024", "2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "0000-01-01",
    "2024-01-02T24:00", "2024-01-02T23:60", "2024-01-02T23:59:60", "2024-01-02T", "2024-01-02Z", "2024-01-02T3:04",
    "2024-01-02T03", "2024-01-02T03:04:05.", "2024-01-02T03:04:05,5", "2024-01-02T03:04:05.1234567890", "2024-W01-1",
    "2024-01-02T03:04+1", "2024-01-02T03:04+24:00", "2024-01-02T03:04z", "２０２４-01-02", "2024-01-02x", "12024-01-02",
    "2024-01-02  03:04", "-2024-01-02", "2024\u201301\u201302", "2024-001",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_ISO)
def test_what_only_looks_like_it(text):
    assert nanoseconds(text) is None


def test_times_as_they_are_shown():
    values, low = days_of_nanoseconds([0, 19_724 * DAY + 11_045 * 10**9, -1])
    shown = [text_of_days(float(v), float(rest)) for v, rest in zip(values, low)]
    assert shown == ["1970-01-01", "2024-01-02 03:04:05", "1969-12-31 23:59:59.999999999"]
    assert text_of_days(0.0, aware=True) == "1970-01-01 00:00:00Z"


def test_numpy_units_and_missing():
    for dtype, text in (("M8[Y]", "2024"), ("M8[M]", "2024-01"), ("M8[W]", "2024-01-04"), ("M8[15m]", "2024-01-01")):
        values, low, missing = ticks_to_days(np.array([text, "NaT"], dtype=dtype))
        day = np.datetime64(text).astype("M8[W]" if "W" in dtype else "M8[D]").astype("M8[D]").astype(int)
        assert values[0] == day
        assert low is None
        assert missing.tolist() == [False, True]
    assert ticks_to_days(np.array([36], dtype="m8[h]"))[0].tolist() == [1.5]
    assert ticks_to_days(np.array([1], dtype=">m8[D]"))[0].tolist() == [1.0]


KINDS = [NUMBER, WHOLE, FLOAT32, truth("yes"), truth("TRUE"), instant(True), instant(False), DURATION]


def test_kinds_that_stand_for_each_other():
    numbers, words, times = KINDS[:3], KINDS[3:5], KINDS[5:]
    for one in numbers:
        assert all(one.why_not(other) is None for other in (*numbers, truth("TRUE")))
        assert all(one.why_not(other) for other in (*times, truth("yes")))
    for one in words:
        assert all(one.why_not(other) is None for other in (*numbers, *words))
        assert all(one.why_not(other) for other in times)
    for one in times:
        assert [other for other in KINDS if one.why_not(other) is None] == [one]


def test_kinds_as_json():
    assert len({str(kind.to_json()) for kind in KINDS}) == len(KINDS)
    assert {kind.sort for kind in KINDS} | {"float16", "text"} == set(SORTS)


def test_scans_say_what_their_columns_mean(tmp_path):
    import pandas as pd
    import polars as pl
    import pyarrow.parquet as pq

    from wxb.data import Selection, open_table

    frame = pd.DataFrame(
        {
            "f": [1.5, 2.5],
            "g": np.array([1.5, 2.5], dtype=np.float32),
            "h": np.array([1.5, 2.5], dtype=np.float16),
            "i": [1, 2],
            "b": [True, False],
            "t": pd.to_datetime(["2024-01-01", "2024-01-02"]),
            "z": pd.to_datetime(["2024-01-01", "2024-01-02"]).tz_localize("Asia/Seoul"),
            "d": pd.to_timedelta([1, 2], unit="h"),
            "y": [1.0, 2.0],
        }
    )
    wanted = (
        NUMBER,
        FLOAT32,
        Kind(sort="float16"),
        WHOLE,
        truth("TRUE"),
        instant(False),
        instant(True),
        DURATION,
        NUMBER,
    )

    def kinds(source) -> tuple[Kind, ...]:
        return open_table(source).scan(Selection(target="y")).kinds

    import pyarrow as pa

    table = pa.Table.from_pandas(frame.drop(columns="h"))
    pq.write_table(table, tmp_path / "t.parquet")
    shorter = (*wanted[:2], *wanted[3:])
    assert kinds(frame) == wanted
    assert kinds(table) == kinds(tmp_path / "t.parquet") == kinds(pl.from_arrow(table)) == shorter
    X = np.ones((3, 2), dtype=np.float32)
    assert kinds((X, np.arange(3))) == (FLOAT32, FLOAT32, WHOLE)
    frame[["f", "i", "b", "y"]].to_csv(tmp_path / "t.csv", index=False)
    frame[["f", "i", "b", "y"]].to_json(tmp_path / "t.jsonl", orient="records", lines=True)
    assert kinds(tmp_path / "t.csv")[:3] == kinds(tmp_path / "t.jsonl")[:3] == (NUMBER, WHOLE, truth("TRUE"))


def test_a_column_that_began_whole_is_one_of_numbers(tmp_path):
    from wxb.data import Selection, open_table
    from wxb.data.reading import Read

    path = tmp_path / "t.csv"
    path.write_text("a,y\n" + "1,2\n" * 2100 + "1.5,2\n")
    scan = open_table(path).scan(Selection(target="y"))
    read = Read(scan.blocks())
    assert sum(block.rows for block in read) == 2101
    assert scan.kinds[0] == WHOLE
    assert scan.after(read.reading).kinds[0] == NUMBER


@given(st.lists(st.integers(-(10**60), 10**60), min_size=1, max_size=4))
def test_counts_of_any_size_are_days_to_a_pair_of_doubles(counts):
    for count, value, low in zip(counts, *parts(days_of_nanoseconds(counts))):
        exact = Fraction(count, DAY)
        assert value == float(exact)
        assert abs(Fraction(value) + Fraction(low) - exact) <= abs(exact) * Fraction(1, 2**105)
