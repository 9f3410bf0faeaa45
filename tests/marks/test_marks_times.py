"""Ticks of dates: where a person would set them, few, in order, inside, and right by the calendar."""

from __future__ import annotations

from datetime import date, datetime
from random import Random

import pytest

from wxb.marks.times import DAY, FIRST, LAST, MOST, date_ticks, duration_ticks


def days(text: str) -> float:
    at = datetime.fromisoformat(text)
    return (
        at.toordinal()
        - date(1970, 1, 1).toordinal()
        + (at - datetime.combine(at, datetime.min.time())).total_seconds() / DAY
    )


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        ("2019-12-20", "2024-06-01", "2020 2021 2022 2023 2024"),
        ("1912-03-01", "2024-06-01", "1920 1940 1960 1980 2000 2020"),
        ("2024-01-10", "2024-12-20", "2024-04 2024-07 2024-10"),
        ("2023-12-20", "2024-04-20", "2024-01 2024-02 2024-03 2024-04"),
        ("2024-01-03", "2024-02-01", "2024-01-08 2024-01-15 2024-01-22 2024-01-29"),
        ("2024-02-27", "2024-03-02", "2024-02-27 2024-02-28 2024-02-29 2024-03-01 2024-03-02"),
        ("2024-01-01 05:30", "2024-01-02 02:00", "2024-01-01_06:00 12:00 18:00 2024-01-02"),
        ("2024-01-01 05:31", "2024-01-01 06:31", "2024-01-01_05:45 06:00 06:15 06:30"),
        ("2024-01-01 05:31:04", "2024-01-01 05:31:06.3", "2024-01-01_05:31:04 05:31:04.5 05:31:05 05:31:05.5 05:31:06"),
        ("1969-12-31 23:59:57", "1970-01-01 00:00:02", "1969-12-31_23:59:58 1970-01-01 00:00:02"),
        ("0001-01-01", "9999-12-31", "2000 4000 6000 8000"),
    ],
)
def test_as_a_person_sets_them(low, high, texts):
    ticks = date_ticks(days(low), days(high), 6 if "1912" in low else MOST)
    assert [text for __, text in ticks] == texts.replace(" ", "\0").replace("_", " ").split("\0")


def test_they_lie_where_they_say_and_are_few():
    draw = Random(7)
    for __ in range(2000):
        span = 10 ** draw.uniform(-9, 6.4)
        low = draw.uniform(FIRST, LAST - 1)
        high = min(low + span, LAST)
        ticks = date_ticks(low, high)
        if ticks is None:
            assert high - low < 5e-7
            continue
        assert 1 <= len(ticks) <= MOST
        at = [value for value, __ in ticks]
        assert at == sorted(at)
        slack = 1e-9 * max(1.0, abs(low))
        assert low - slack <= at[0]
        assert at[-1] <= high + slack
        first = ticks[0][1]
        written = f"{first}-01-01" if len(first) == 4 else f"{first}-01" if len(first) == 7 else first
        assert days(written) == pytest.approx(at[0], abs=1e-6 / DAY + slack)


@pytest.mark.parametrize(
    "ends", [(-1e308, 1e308), (float("nan"), 1.0), (5.0, 5.0), (0.0, 1e-13), (FIRST - 1, 0), (0, LAST + 1)]
)
def test_what_are_no_dates_have_none(ends):
    assert date_ticks(*ends) is None


def test_durations():
    def hours(value):
        return f"{24 * value:g} h"

    assert [text for __, text in duration_ticks(-0.1, 1.05, hours)] == ["0 h", "6 h", "12 h", "18 h", "24 h"]
    assert [round(value * 1440) for value, __ in duration_ticks(0, 0.04, hours)] == [0, 15, 30, 45]
    assert duration_ticks(0, 90, hours) is None
    assert duration_ticks(float("nan"), 1, hours) is None
