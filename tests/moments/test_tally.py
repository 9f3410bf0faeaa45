"""Tallies are sums of fractions by cell, whatever numbers, chunks and order; they add and subtract as rows do."""

from __future__ import annotations

import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxb.errors import NumericalError, UsageError
from wxb.fields import Reader
from wxb.moments import digits
from wxb.moments.digits import Digits
from wxb.moments.kernels import choose
from wxb.moments.kernels.by_numpy import ByNumPy
from wxb.moments.tally import Tally
from wxb.moments.tally_json import tally_from_json, tally_to_json

NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-5, 5).map(float),
    st.floats(-1e3, 1e3, allow_nan=False),
    st.sampled_from([1e308, -1e308, 5e-324, 2.0**36, 2.0**-36, 0.1]),
)
ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([1, 2, 10]), NUMBERS, NUMBERS), max_size=20)


def tally(rows: list[tuple[str, int, float, float]]) -> Tally:
    return Tally.of([[row[0] for row in rows], [row[1] for row in rows]], [[r[2] for r in rows], [r[3] for r in rows]])


def by_fractions(rows: list[tuple[str, int, float, float]]) -> dict[tuple[str, int], tuple[int, Fraction, Fraction]]:
    cells: dict[tuple[str, int], tuple[int, Fraction, Fraction]] = defaultdict(lambda: (0, Fraction(0), Fraction(0)))
    for a, b, x, y in rows:
        n, sx, sy = cells[a, b]
        cells[a, b] = n + 1, sx + Fraction(x), sy + Fraction(y)
    return dict(sorted(cells.items()))


@given(ROWS)
def test_sums_are_those_of_fractions(rows: list[tuple[str, int, float, float]]) -> None:
    found, expected = tally(rows), by_fractions(rows)
    assert found.labels == tuple(expected)
    for cell, (count, *sums) in enumerate(expected.values()):
        assert found.rows[cell] == count
        for column, total in enumerate(sums):
            assert found.exact(cell, column) == total
            numbers, unit = found.integers(column)
            assert Fraction(numbers[cell]) * Fraction(2) ** unit == total
            high, low = (float(part[cell, column]) for part in found.pairs())
            if abs(total) < 2**1000:
                assert abs(Fraction(high) + Fraction(low) - total) <= abs(total) / 2**100 + Fraction(5e-324)


@given(ROWS, ROWS)
def test_tallies_add_and_subtract_as_rows_do(one: list, other: list) -> None:
    both = tally(one) + tally(other)
    assert both == tally([*other, *one])
    assert both - tally(other) == tally(one)
    for mine, theirs in zip(both.pairs(), tally([*other, *one]).pairs()):
        assert mine.tobytes() == theirs.tobytes()


@given(ROWS)
def test_json_brings_the_tally_back(rows: list) -> None:
    content = tally_to_json(tally(rows))
    back = tally_from_json(Reader(json.loads(json.dumps(content)), "tally", Path("model.json")))
    assert back == tally(rows)
    assert tally_to_json(back) == content


@given(ROWS)
def test_over_fewer_labels(rows: list) -> None:
    assert tally(rows).over([1]) == Tally.of([[r[1] for r in rows]], [[r[2] for r in rows], [r[3] for r in rows]])


def test_levels_are_ordered_and_leave_when_their_rows_do() -> None:
    whole = Tally.of([[10, 9, True, "b", "B", 2.5]], [np.ones(6)])
    assert whole.labels == ((True,), (2.5,), (9,), (10,), ("B",), ("b",))
    assert (whole - Tally.of([["B"]], [[1.0]])).labels == ((True,), (2.5,), (9,), (10,), ("b",))


def test_rows_that_were_not_there_are_refused() -> None:
    with pytest.raises(UsageError, match="not among the rows"):
        _ = Tally.of([["a"]], [[1.0]]) - Tally.of([["b"]], [[1.0]])
    with pytest.raises(UsageError, match="different columns"):
        _ = Tally.of([["a"]], [[1.0]]) + Tally.of([["a"]], [[1.0], [2.0]])


def test_numbers_that_are_not_finite_are_refused() -> None:
    for bad in (np.nan, np.inf):
        with pytest.raises(NumericalError, match="not finite"):
            Tally.of([["a", "a"]], [[1.0, bad]])


def test_digits_are_carried_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits, "CARRY", 1000)
    sums = Digits(1)
    sums.grow(2)
    values = np.full(700, 2.0**36 - 2.0**-17)
    for _ in range(400):
        sums.add([[values]], np.zeros(700, dtype=np.int64))
    assert sums.exact(0, 0) == 400 * 700 * Fraction(values[0])
    assert np.abs(sums.table).max() < 2**62


@given(st.lists(NUMBERS, min_size=1, max_size=700), st.integers(-3, 2), st.integers(1, 4))
def test_kernels_add_the_same_digits(numbers: list[float], top: int, depth: int) -> None:
    values = np.array(numbers)
    cells = np.arange(len(values)) % 3
    plan = np.array([[top, 0, depth], [0, depth, 2]], dtype=np.int64)
    tables = [np.zeros((3, depth + 2), dtype=np.int64) for _ in range(2)]
    asides = [kernel.add_digits([values, -values], cells, plan, t) for kernel, t in zip((ByNumPy(), choose()), tables)]
    assert np.array_equal(*tables)
    assert all(np.array_equal(a, b) for a, b in zip(*asides))


def test_a_tally_splits_into_those_of_its_first_labels():
    random = np.random.default_rng(2)
    of, group, x = random.integers(0, 3, 200), random.integers(0, 5, 200), random.normal(size=200)
    whole = Tally.of([of.tolist(), group.tolist()], [x])
    parts = whole.split(1)
    assert list(parts) == [(0,), (1,), (2,)]
    for (label,), part in parts.items():
        mine = of == label
        assert part == Tally.of([group[mine].tolist()], [x[mine]])
        assert [a.tobytes() for a in part.pairs()] == [
            a.tobytes() for a in Tally.of([group[mine].tolist()], [x[mine]]).pairs()
        ]
    assert whole.over([1]).split(0) == {(): whole.over([1])}
