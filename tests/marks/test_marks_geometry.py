"""Cutting and thinning: what is left is what was seen, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxb.marks.axis import Axis
from wxb.marks.geometry import Frame, cut_area, cut_line, ring, runs, spread, square_on, thinned

BOX = (0.0, 0.0, 100.0, 60.0)
PLACES = st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=2, max_size=20)


def distance(point: np.ndarray, line: np.ndarray) -> float:
    """From a point to a line of many pieces."""
    start, step = line[:-1], np.diff(line, axis=0)
    length = (step**2).sum(axis=1)
    with np.errstate(all="ignore"):
        share = np.clip(np.nan_to_num(((point - start) * step).sum(axis=1) / length), 0, 1)
    return float(np.hypot(*(point - start - share[:, None] * step).T).min())


@given(PLACES)
def test_what_is_cut_is_inside_and_on_the_line(places: list[tuple[float, float]]) -> None:
    line = np.array(places)
    parts = cut_line(line, BOX)
    for part in parts:
        assert part.min(axis=0) == pytest.approx(np.clip(part.min(axis=0), BOX[:2], BOX[2:]), abs=1e-6)
        assert max(distance(point, line) for point in part) < 1e-6
    samples = np.vstack([line[:-1] + share * np.diff(line, axis=0) for share in np.linspace(0, 1, 9)])
    inside = samples[(samples > 1e-6).all(axis=1) & (samples < np.array(BOX[2:]) - 1e-6).all(axis=1)]
    for point in inside:
        assert min(distance(point, part) for part in parts) < 1e-6


@given(PLACES)
def test_an_area_is_cut_at_the_box(places: list[tuple[float, float]]) -> None:
    cut = cut_area(np.array(places), BOX)
    assert np.all((cut >= -1e-6) & (cut <= np.array(BOX[2:]) + 1e-6))


def test_a_square_cut_in_half() -> None:
    cut = cut_area(np.array([[-10.0, 10], [10, 10], [10, 30], [-10, 30]]), BOX)
    assert sorted(map(tuple, np.unique(cut, axis=0).tolist())) == [(0, 10), (0, 30), (10, 10), (10, 30)]


@given(st.integers(0, 10_000), st.integers(2, 1000))
def test_a_thinned_line_lies_on_the_line(seed: int, count: int) -> None:
    line = np.cumsum(np.random.default_rng(seed).normal(size=(count, 2)), axis=0)
    (thin,) = thinned(line, 0.5, most=10**6)
    assert len(thin) <= count
    assert np.array_equal(thin[[0, -1]], line[[0, -1]])
    for point in line[:: max(1, count // 50)]:
        assert distance(point, thin) <= 1.3


def test_a_crowded_line_is_drawn_once() -> None:
    swings = np.column_stack([np.tile([0.0, 50.0], 5000), np.tile([0.0, 40.0], 5000)])
    assert sum(map(len, thinned(swings, 0.3, most=100))) <= 4
    noise = np.random.default_rng(0).uniform(0, 100, (20_000, 2))
    assert sum(map(len, thinned(noise[np.argsort(noise[:, 0])], 0.3, most=1500))) < 20_000


def test_runs_and_dots() -> None:
    line = np.array([[0.0, 1], [np.nan, 1], [2, 3], [4, 5], [6, np.nan]])
    assert [len(part) for part in runs(line)] == [1, 2]
    assert len(spread(np.zeros((5000, 2)), 3000, 0.5)) == 1
    assert len(spread(np.random.default_rng(0).uniform(0, 500, (100_000, 2)), 3000, 0.5)) <= 3000


def test_a_square_turns_to_where_there_is_room() -> None:
    right = square_on(np.array([10.0, 50]), np.array([10.0, 30]), BOX)
    left = square_on(np.array([95.0, 50]), np.array([95.0, 30]), BOX)
    assert right[:, 0].max() == 30
    assert left[:, 0].min() == 75


def test_squares_of_one_path_turn_one_way() -> None:
    rng = np.random.default_rng(2)
    for x, low, high in rng.uniform(-20, 120, size=(200, 3)):
        (a, b, c, d) = square_on(np.array([x, low]), np.array([x, high]), BOX)
        turned = (b - a)[0] * (d - a)[1] - (b - a)[1] * (d - a)[0]
        assert turned <= 0
        assert np.hypot(*(b - a)) == pytest.approx(np.hypot(*(c - b)))


@pytest.mark.parametrize("longer", [1.0, 30.0, 1e3, 1e6])
def test_a_ring_is_where_it_is_however_long(longer: float) -> None:
    """What is drawn of an ellipse within the frame lies on it, by its own equation, and between its ends is no gap."""
    frame = Frame(
        left=0, top=0, width=100, height=60, x=Axis(label="", low=-1, high=1), y=Axis(label="", low=-1, high=1)
    )
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    radii = turn * np.array([0.5 * longer, 0.5])
    places = ring(np.vstack([[0.1, 0.0], (np.array([0.1, 0.0]) + radii.T)]), frame)
    lines = cut_line(np.vstack([places, places[:1]]), frame.box)
    assert len(lines) >= 1
    middles = np.vstack([(part[1:] + part[:-1]) / 2 for part in lines])
    x, y = middles[:, 0] / 50 - 1 - 0.1, 1 - middles[:, 1] / 30
    along, across = np.linalg.solve(radii, np.vstack([x, y]))
    assert np.abs(np.hypot(along, across) - 1).max() < 4e-3
