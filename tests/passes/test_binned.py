"""Points while they are few, else counts that follow from the numbers alone: whatever the blocks, their order and their range."""

from fractions import Fraction
from math import floor
from random import Random

import numpy as np
import pytest

from wxb.data import Selection, open_table
from wxb.errors import NumericalError
from wxb.passes import each
from wxb.passes.binned import MOST_POINTS, Binned, Look, Pair
from wxb.passes.grid import BINS, Grid, Ranks


def exact_bins(values, axis):
    unit = Fraction(2) ** axis.exponent
    return [floor(Fraction(float(value)) / unit) - axis.first for value in values]


def grid_of(x, y, cuts=(), unit=None, times=None):
    grid = Grid(unit)
    for part in np.split(np.arange(len(x)), cuts):
        if len(part):
            grid.add(x[part], y[part], None if times is None else times[part], y[part])
    return grid


def same(one, other):
    assert one.x == other.x
    assert one.y == other.y
    assert (one.found.counts == other.found.counts).all()
    assert (one.found.sums == other.found.sums).all()


random = np.random.default_rng(0)
COLUMNS = {
    "about 50": random.normal(50, 12, 3000),
    "both signs": random.normal(0, 1e-7, 3000),
    "growing": np.cumsum(random.exponential(size=3000)),
    "heavy": random.standard_cauchy(3000),
    "far away": 1e15 + random.integers(0, 3, 3000),
    "constant": np.full(3000, 7.25),
    "zero": np.zeros(3000),
    "whole": random.integers(-5, 6, 3000).astype(np.float64),
    "the whole range": random.choice([-1.7e308, 1.7e308, 5e-324, -5e-324, 0.0, -0.0], 3000),
    "tiny": random.choice([5e-324, -5e-324, 1e-310], 3000),
}


@pytest.mark.parametrize("x", COLUMNS, ids=str)
@pytest.mark.parametrize("y", ["about 50", "the whole range"])
def test_counts_are_those_of_rational_arithmetic(x, y):
    x, y = COLUMNS[x], COLUMNS[y]
    grid = grid_of(x, y, (1, 2, 50, 2000))
    expected = np.zeros((BINS, BINS), dtype=np.int64)
    for i, j in zip(exact_bins(x, grid.x), exact_bins(y, grid.y)):
        expected[i, j] += 1
    assert (grid.found.counts == expected).all()


@pytest.mark.parametrize("name", COLUMNS)
def test_blocks_their_order_and_threads_leave_no_trace(name):
    x, y = COLUMNS[name], COLUMNS["about 50"]
    whole = grid_of(x, y, unit=-20)
    draw = Random(1)
    for count in (2, 7, 100):
        order = np.array(draw.sample(range(3000), 3000))
        same(grid_of(x[order], y[order], sorted(draw.sample(range(3000), count)), unit=-20), whole)
    parts = [grid_of(x[i::5], y[i::5], (3,), unit=-20) for i in (3, 0, 4, 2, 1)]
    for one in parts[1:]:
        parts[0].absorb(one)
    same(parts[0], whole)


@pytest.mark.parametrize("name", ["about 50", "growing", "heavy", "far away", "whole"])
def test_bins_are_no_wider_than_they_need_to_be(name):
    grid = grid_of(COLUMNS[name], COLUMNS[name])
    half = Fraction(2) ** (grid.x.exponent - 1)
    bins = floor(Fraction(grid.x.high) / half) - floor(Fraction(grid.x.low) / half) + 1
    whole = all(float(value).is_integer() for value in COLUMNS[name]) and grid.x.high > 2**49
    assert bins > BINS or whole


def test_a_row_that_stands_for_several_counts_as_often():
    x, y = COLUMNS["about 50"], COLUMNS["growing"]
    times = random.integers(0, 4, 3000).astype(np.float64)
    often = np.repeat(np.arange(3000), times.astype(int))
    counted = grid_of(x, y, (10, 700), unit=-10, times=times)
    repeated = grid_of(x[often], y[often], unit=-10)
    counted.found.axes = repeated.found.axes  # rows of frequency 0 are left out before
    assert counted.rows == repeated.rows
    assert counted.found.counts.sum() == repeated.found.counts.sum() == times.sum()


def test_means_of_bins():
    x, y = COLUMNS["about 50"], COLUMNS["growing"]
    cells = grid_of(x, y, (100,), unit=-20).cells()
    place = ((x - cells.low[0]) / cells.width[0]).astype(int)
    for i in range(len(cells.counts)):
        if (place == i).any():
            assert cells.means[i] == pytest.approx(y[place == i].mean(), rel=1e-6)
        else:
            assert np.isnan(cells.means[i])


def test_cells_are_merged_until_they_are_few():
    cells = grid_of(random.uniform(size=100_000), random.uniform(size=100_000)).cells()
    centres, counts, (width, height) = cells.filled(1500)
    assert len(centres) <= 1500
    assert counts.sum() == 100_000
    assert width / cells.width[0] * height / cells.width[1] >= 4


def look(block):
    yield Look(block, {"x": block.features[0].values, "y": block.target.values})


def shown(data, threads=1, **more):
    scan = open_table(data).scan(Selection(target="y", features=("x",)))
    return each(scan, [Binned(look, {"all": Pair("x", "y")}, **more)], threads=threads).results[0]


@pytest.mark.parametrize("rows", [1, 3, MOST_POINTS])
def test_few_rows_are_points_in_their_order(rows):
    x = random.normal(size=rows)
    cloud = shown({"x": x, "y": 2 * x}).clouds["all"]
    assert cloud.cells is None
    assert cloud.n == rows
    assert cloud.x.tolist() == x.tolist()
    assert cloud.y.tolist() == (2 * x).tolist()
    assert cloud.numbers.tolist() == list(range(rows))
    assert (cloud.low, cloud.high) == ((x.min(), 2 * x.min()), (x.max(), 2 * x.max()))


def test_more_are_cells_whatever_the_threads():
    x = np.cumsum(random.normal(size=200_001))
    one, two = (shown({"x": x, "y": x**2}, threads).clouds["all"] for threads in (1, 4))
    assert one.cells.counts.sum() == 200_001
    assert not len(one.x)
    assert (one.cells.counts == two.cells.counts).all()
    assert (one.cells.low, one.cells.width, one.low, one.high) == (two.cells.low, two.cells.width, two.low, two.high)


def test_the_largest_and_quantiles_go_along():
    x = random.normal(size=5000)
    found = shown({"x": x, "y": x}, ranks=("y",), largest={"x": 3})
    assert found.largest["x"].numbers.tolist() == np.argsort(-np.abs(x))[:3].tolist()
    assert found.beside[int(np.argmax(np.abs(x)))]["y"] == x[np.argmax(np.abs(x))]
    assert len(found.beside) == 3
    assert found.ranks["y"].at(np.array([0.5]))[0] == pytest.approx(np.median(x), abs=1e-2)


def test_numbers_that_are_none_are_refused():
    x = np.arange(5.0)
    with pytest.raises(NumericalError, match="not finite"):
        Grid().add(x, np.where(x == 2, np.nan, x))


@pytest.mark.parametrize("name", COLUMNS)
def test_quantiles_of_a_column_whatever_the_blocks(name):
    x, draw = COLUMNS[name], Random(2)
    whole = Ranks()
    whole.add(x)
    for count in (1, 9):
        parts = [Ranks(), Ranks()]
        for i, some in enumerate(
            np.split(x[draw.sample(range(3000), 3000)], sorted(draw.sample(range(1, 3000), count)))
        ):
            parts[i % 2].add(some)
        parts[0].absorb(parts[1])
        assert parts[0].axis == whole.axis
        assert (parts[0].found.counts == whole.found.counts).all()
    shares = (np.arange(100) + 0.5) / 100
    exact = np.sort(x)[np.ceil(shares * 3000 - 1e-9).astype(int) - 1]
    assert (np.abs(whole.at(shares) - exact) <= 2.0**whole.axis.exponent).all()
