"""Axes: always a width, ticks that are round, told apart and few."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxb.marks.axis import Axis, around, counting

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.floats(), max_size=6), st.booleans())
def test_around_has_a_width_and_shows_all(values: list[float], log: bool) -> None:
    axis = around("x", np.array(values), log=log)
    assert math.isfinite(axis.low)
    assert math.isfinite(axis.high)
    assert axis.low < axis.high
    places = axis.place(np.array(values))
    seen = np.isfinite(values) & ((np.array(values) > 0) | (not log)) if values else np.zeros(0, bool)
    assert np.all((places[seen] >= -1e-9) & (places[seen] <= 1 + 1e-9))


@given(FINITE, FINITE, st.integers(1, 12), st.booleans())
def test_ticks_are_inside_in_order_few_and_told_apart(low: float, high: float, most: int, log: bool) -> None:
    axis = Axis(label="x", low=low, high=high, log=log)
    ticks = axis.marked(most)
    values = [value for value, _ in ticks]
    assert values == sorted(set(values))
    assert all(axis.low <= value <= axis.high for value in values)
    assert len(values) <= 4 * most + 9
    assert len({text for _, text in ticks}) == len(ticks)


@pytest.mark.parametrize(
    ("low", "high", "log", "texts"),
    [
        (0, 4, False, ["0", "1", "2", "3", "4"]),
        (-0.3, 0.3, False, ["−0.2", "0", "0.2"]),
        (1e6, 1e6 + 4, False, ["1000000", "1000001", "1000002", "1000003", "1000004"]),
        (1e-3, 1e3, True, ["0.001", "0.01", "0.1", "1", "10", "100", "1000"]),
        (1, 30, True, ["1", "2", "5", "10", "20"]),
        (5, 5, False, ["3", "4", "5", "6", "7"]),
    ],
)
def test_ticks(low: float, high: float, log: bool, texts: list[str]) -> None:
    assert [text for _, text in Axis(label="x", low=low, high=high, log=log).marked(7 if log else 5)] == texts


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0, 1.7e6, ["0", "500000", "1000000", "1500000"]),
        (0, 1.1e-4, ["0", "0.00005", "0.0001"]),
        (0, 3.2e9, ["0", "1e9", "2e9", "3e9"]),
        (0.52, 1.45, ["0.75", "1", "1.25"]),  # by steps of 1, 2, 5 there would be one
        (0.9, 3.1, ["1", "2", "3"]),
    ],
)
def test_numbers_on_one_axis_are_written_alike(low: float, high: float, texts: list[str]) -> None:
    assert [text for _, text in Axis(label="x", low=low, high=high).marked(4)] == texts


def test_between_whole_numbers_nothing_is_counted() -> None:
    assert counting("epochs", [0, 2], margin=0.02).ticks == ((0, "0"), (1, "1"), (2, "2"))
    assert counting("epochs", [0, 200]).ticks is None


def test_titles() -> None:
    assert Axis(label="speed", low=1, high=2, unit="km/h").title == "speed (km/h)"
    assert Axis(label="cost", low=1, high=20, log=True).title == "cost, log scale"
    assert Axis(label="x", low=0, high=2, ticks=((0, "a"), (3, "b"))).marked(5) == [(0, "a")]
