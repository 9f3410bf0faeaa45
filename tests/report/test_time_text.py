"""Times in words: dates for values and ranges, slopes per a unit a person can read, examples that can be typed."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.data.times import DAY, days_of_ticks, duration, nanoseconds, text_of_days, text_of_duration

RANDOM = np.random.default_rng(7)
NOISE = RANDOM.normal(size=30)


def quietly(*arguments: Any, **options: Any) -> wxb.Model:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return wxb.fit(*arguments, **options)


def over(unit: str, step: int = 1) -> wxb.Model:
    """A model whose instants lie so many of a unit apart; y grows by 2 with each step."""
    when = np.datetime64("2024-01-02", "s") + (step * np.arange(30)).astype(f"m8[{unit}]")
    return quietly({"t": when, "y": 2.0 * np.arange(30) + 0.01 * NOISE}, "y")


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("unit", "said"), [("D", ""), ("h", "(2 an hour)"), ("m", "(2 a minute)"), ("s", "(2 a second)"), ("W", "")]
)
def test_slopes_in_the_unit_of_the_span(unit, said):
    text = plain(over(unit).summary())
    found = re.search(r"One more day of t goes with [\d.e+]+ more y( \([^)]*\))?\.", text)
    assert found is not None
    assert (found[1] or "").replace("2.00", "2").strip() == said
    assert "t per day" in text
    assert "`t`: instants, in days since 1970-01-01" in text


def test_slopes_of_years_say_a_year():
    when = np.arange("1990", "2020", dtype="M8[Y]")
    assert "a year)" in plain(quietly({"t": when, "y": np.arange(30) + 0.1 * NOISE}, "y").summary())


def test_ranges_are_dates():
    model = over("D")
    text = plain(model.summary())
    assert "The intercept is y where t is 1970-01-01 (day 0): outside the data (2024-01-02 … 2024-01-31)." in text
    from wxb.report.outside import outside

    assert outside(model, {"t": 0.0}) == ["t = 1970-01-01 is outside the data (2024-01-02 … 2024-01-31)"]


@pytest.mark.parametrize("unit", ["D", "h", "m", "s", "W"])
def test_the_example_can_be_typed(unit):
    model = over(unit)
    found = re.search(r'next: (model\.predict\(\{"t": \["([^"]*)"\]\}.*?\)) +→ +([\d.]+)', plain(model.summary()))
    assert found is not None
    assert nanoseconds(found[2]) is not None
    value = model.predict({"t": [found[2]]})[0]
    assert value == pytest.approx(float(found[3]), abs=0.02)


def test_durations_in_words():
    model = quietly({"d": np.arange(30).astype("m8[h]"), "y": 2.0 * np.arange(30) + NOISE}, "y")
    text = plain(model.summary())
    assert "d per day" in text
    assert re.search(r"One more day of d goes with .* more y \(.* an hour\)", text)
    assert 'np.timedelta64(82800, "s")' in text


DURATIONS = {
    "36h": 36 * 3600 * 10**9, "1.5d": 36 * 3600 * 10**9, "1.5": 36 * 3600 * 10**9, "90min": 5400 * 10**9, "15s": 15 * 10**9,
    "-15 s": -15 * 10**9, "2ms": 2 * 10**6, "P1DT2H": 26 * 3600 * 10**9, "PT0.5S": 5 * 10**8, "-P1W": -7 * 86_400 * 10**9,
    "1e1ns": 10, "0": 0, "P2DT3H4M5S": 183_845 * 10**9,
}  # fmt: skip


@pytest.mark.parametrize("text", DURATIONS)
def test_durations_as_they_are_typed(text):
    assert duration(text) == DURATIONS[text]


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "h", "1 hour", "1_0h", "0x1h", "1e99", "nan", "inf", "P1M", "P1Y", "1h30", "１h", "--1h"],
)
def test_what_is_no_duration(text):
    assert duration(text) is None


def test_a_double_alone_is_shown_with_the_digits_it_has():
    for ticks in RANDOM.integers(0, 2 * 10**9, 200).tolist():
        value = float(days_of_ticks(np.array([ticks]), "s")[0][0])
        assert nanoseconds(text_of_days(value)) == (ticks * 10**9, False)


def test_what_is_shown_of_a_double_is_nearest_to_that_double():
    for value in RANDOM.uniform(-3e4, 3e4, 500).tolist():
        found = nanoseconds(text_of_days(value))
        assert found is not None
        assert found[0] / DAY == value  # the nearest double: both are whole numbers, and DAY is exact


def test_durations_as_they_are_shown():
    days = {1.0: "1 day", 1.5: "1.5 days", 0.0: "0 days", 0.75: "18 h", 1 / 1440: "1 min", -0.5 / 86_400: "-500 ms"}
    assert {value: text_of_duration(value) for value in days} == days


@pytest.mark.parametrize("ends", [[0.0, 2.0**80], [-(2.0**80), 0.0], [-1e300, 1e300], [-1.7e308, 1.7e308]])
def test_bounds_no_clock_has_are_told_all_the_same(ends, tmp_path):
    model, path = over("D"), tmp_path / "m.json"
    model.save(path)
    content = json.loads(path.read_text("utf-8")) | {"ranges": [ends]}
    path.write_text(json.dumps(content), "utf-8")
    assert wxb.load(path).summary().startswith("y = ")
