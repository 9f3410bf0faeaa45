"""Rows counted by cell: every kernel against whole numbers, and against NumPy's to the bit; a row that lies outside ends it."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest

from wxb.moments.kernels import MOST_MULTIPLE, Beside, Bins, ByNumPy, Counted, Native

RANDOM = np.random.default_rng(29)
SHIFT = 3
# (exponent, first) of bins, and numbers that lie in these or on their edges
AXES = {
    "ones": (0, -4, [-4.0, -3.5, -0.0, 0.0, 5e-324, -5e-324, 3.9999999999999996]),
    "wide": (1000, -1, [-5e-324, 0.0, 5e-324, 2.0**1002, -(2.0**999), -(2.0**1000)]),
    "widest": (1018, -1, [-1e-300, 0.0, 1e-310, -(2.0**1018)]),
    "narrow": (-1000, -3, [-3 * 2.0**-1000, -5e-324, 2.0**-1000, 4.5 * 2.0**-1000]),
    "far away": (0, 2**52 + 2, [2.0**52 + 2, 2.0**52 + 9]),
    "farther than rounding finds": (-2, 2**50 + 1, [2.0**48 + 0.25, 2.0**48 + 2.0]),
}


def counted(kernel, columns, names, start=0, more=None):
    """(reached, what was counted)"""
    axes = [AXES[name] for name in names]
    bins = Bins(SHIFT, np.array([2.0**-e for e, __, __ in axes]), np.array([float(first) for __, first, __ in axes]))
    found = Counted(
        np.zeros(1 << SHIFT * len(axes), dtype=np.int64),
        np.zeros(1 << SHIFT, dtype=np.int64),
        np.full(len(axes), np.inf),
        np.full(len(axes), -np.inf),
    )
    return kernel.count_cells(columns, start, bins, found, more or Beside()), found


def cells_of(columns, names):
    """The cells of rows, in rational arithmetic."""
    cells = [0] * len(columns[0])
    for column, name in zip(columns, names):
        exponent, first, __ = AXES[name]
        bins = [floor(Fraction(value) / Fraction(2) ** exponent) - first for value in column.tolist()]
        assert all(0 <= one < 1 << SHIFT for one in bins)
        cells = [(cell << SHIFT) + one for cell, one in zip(cells, bins)]
    return cells


def draw(name, rows):
    return RANDOM.choice(AXES[name][2], rows)


@pytest.mark.parametrize("names", [(x, "ones") for x in AXES] + [("ones", "wide"), *((x,) for x in AXES)], ids="×".join)
@pytest.mark.parametrize("rows", [9, 1500])
def test_they_are_whole_numbers_counted(kernel, names, rows):
    columns = [draw(name, rows) for name in names]
    reached, found = counted(kernel, columns, names)
    assert reached == rows
    assert found.counts.tolist() == np.bincount(cells_of(columns, names), minlength=len(found.counts)).tolist()
    assert found.low.tolist() == [column.min() for column in columns]
    assert found.high.tolist() == [column.max() for column in columns]


@pytest.mark.parametrize("counting", [False, True])
def test_what_is_averaged_and_how_often_a_row_counts(kernel, counting):
    names, rows = ("ones", "wide"), 5000
    columns = [draw(name, rows) for name in names]
    averaged = RANDOM.standard_cauchy(rows) * 2.0**28
    averaged[:4] = [0.5 / 1024, 1.5 / 1024, 1e300, -np.inf]
    times = RANDOM.integers(0, 5, rows).astype(np.float64) if counting else None
    more = Beside(averaged, 1024.0, times)
    __, found = counted(kernel, columns, names, more=more)
    cells, often = cells_of(columns, names), [1] * rows if times is None else times.astype(int).tolist()
    counts, sums = [0] * len(found.counts), [0] * len(found.sums)
    for cell, value, times_ in zip(cells, averaged.tolist(), often):
        counts[cell] += times_
        sums[cell >> SHIFT] += times_ * round(max(min(value * 1024, MOST_MULTIPLE), -MOST_MULTIPLE))
    assert found.counts.tolist() == counts
    assert found.sums.tolist() == sums


@pytest.mark.parametrize("value", [4.0, -4.1, np.nan, np.inf, -np.inf, 1e300])
@pytest.mark.parametrize("place", [0, 7, 600, 4999])
def test_a_row_outside_ends_it_before_it_is_counted(kernel, value, place):
    columns = [draw("ones", 5000), draw("ones", 5000)]
    columns[place % 2][place] = value
    reached, found = counted(kernel, columns, ("ones", "ones"))
    assert reached <= place
    assert found.counts.sum() == reached
    assert all(low >= -4 and high < 4 for low, high in zip(found.low, found.high) if reached)
    reached, found = counted(kernel, columns, ("ones", "ones"), start=place + 1)
    assert (reached, found.counts.sum()) == (5000, 4999 - place)


def test_columns_lie_as_they_like(kernel):
    matrix = np.asfortranarray(RANDOM.uniform(-4, 4, (1003, 4)))
    apart, together = list(np.ascontiguousarray(matrix).T[:2]), list(matrix.T[:2])
    __, one = counted(kernel, apart, ("ones", "ones"))
    __, other = counted(ByNumPy(), together, ("ones", "ones"))
    assert all((a == b).all() for a, b in zip(one, other))


@pytest.mark.compiler
def test_what_does_not_belong_together_is_refused():
    loop = Native()._loop
    x, one, table = np.zeros(4), np.ones(1), np.zeros(8, dtype=np.int64)
    good = ([x], 0, 3, one, one * 0, False, False, 1.0, table, table.copy(), one.copy(), one.copy())
    assert loop.count_cells(*good) == 4
    for place, bad in (
        (0, [x, x, x]),
        (1, -1),
        (2, 0),
        (2, 15),
        (3, np.ones(2)),
        (5, True),
        (8, np.zeros(7, dtype=np.int64)),
    ):
        with pytest.raises((ValueError, TypeError)):
            loop.count_cells(*good[:place], bad, *good[place + 1 :])
