"""Scores by cell: every kernel against whole numbers added one by one, and against NumPy's to the bit; what does not fit."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from wxb.errors import NumericalError
from wxb.moments import digits
from wxb.moments.digits import Digits
from wxb.moments.kernels import ByNumPy
from wxb.moments.plan import DIGIT

RANDOM = np.random.default_rng(23)
CELLS = 7


def scores(width: int, rows: int, spread: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """z of all sizes, factors up to 2^99, cells; with zeros and halves, which are rounded to even."""
    z = RANDOM.uniform(-1, 1, (width, rows)) * 2.0 ** RANDOM.integers(-spread, 1, (width, rows))
    factors = RANDOM.uniform(-1, 1, rows) * 2.0 ** RANDOM.integers(90, 100, rows)
    z[:, ::5], factors[::5] = np.rint(z[:, ::5] * 100) + 0.5, 1.0
    factors[::11] = 0.0
    return z, factors, RANDOM.integers(0, CELLS, rows)


@pytest.mark.parametrize("width", [1, 2, 11, 40])
@pytest.mark.parametrize("rows", [1, 7, 64, 65, 5000])
def test_they_are_whole_numbers_added(kernel, width, rows):
    z, factors, cells = scores(width, rows, spread=130)
    columns = np.arange(width) * 4 + 1
    table, other = np.zeros((2, CELLS, 4 * width), dtype=np.int64)
    assert not len(kernel.add_scores(z, factors, cells, columns, table))
    assert not len(ByNumPy().add_scores(z, factors, cells, columns, other))
    assert table.tobytes() == other.tobytes()
    assert not table[:, ::4].any()
    truth = [[0] * width for _ in range(CELLS)]
    for row, cell in enumerate(cells.tolist()):
        for j in range(width):
            truth[cell][j] += round(float(z[j, row] * factors[row]))
    found = [
        [sum(int(d) << (64 - DIGIT * m) for m, d in enumerate(row[4 * j + 1 : 4 * j + 4])) for j in range(width)]
        for row in table
    ]
    assert found == truth


def test_rows_that_do_not_fit_are_given_back_whole(kernel):
    z, factors, cells = scores(3, 200)
    z[:, [4, 70, 199]], factors[[4, 70, 199]] = 1.0, [2.0**101, np.nan, np.inf]
    z[1, 13], factors[13] = -np.inf, 1.0
    table, other = np.zeros((2, CELLS, 9), dtype=np.int64)
    assert kernel.add_scores(z, factors, cells, np.array([0, 3, 6]), table).tolist() == [4, 13, 70, 199]
    fits = np.setdiff1d(np.arange(200), [4, 13, 70, 199])
    ByNumPy().add_scores(z[:, fits].copy(), factors[fits], cells[fits], np.array([0, 3, 6]), other)
    assert table.tobytes() == other.tobytes()


@pytest.mark.parametrize("low", [-30, -2, 0, 28])
def test_sums_of_digits_take_them_on_their_grid(kernel, low):
    """A column whose digits were carried stands elsewhere; a score beyond 2^100 is added as what it is."""
    z, factors, cells = scores(4, 300)
    z[:, 5], factors[5] = [1.0, -1.0, 0.5, 0.0], 2.0**103
    sums = Digits(4, kernel)
    sums.grow(CELLS)
    for _ in range(2):
        sums.add_scores(z, factors, cells, low)
        sums.table[0, sums.tops[0] - (low + 2)] += 1 << 40
        sums.carry()
    assert sums.tops[0] > low + 2
    unit = Fraction(2) ** (DIGIT * low)
    for cell in range(CELLS):
        for j in range(4):
            whole = sum(round(float(z[j, row] * factors[row])) for row in np.flatnonzero(cells == cell).tolist())
            more = (1 << 104) if (cell, j) == (0, 0) else 0
            assert sums.exact(cell, j) == 2 * (whole + more) * unit


def test_they_are_carried_in_time(kernel, monkeypatch):
    monkeypatch.setattr(digits, "CARRY", 1000)
    sums = Digits(1, kernel)
    sums.grow(1)
    for _ in range(300):
        sums.add_scores(np.ones((1, 700)), np.full(700, 2.0**99), np.zeros(700, dtype=np.int64), 0)
    assert sums.exact(0, 0) == 300 * 700 * Fraction(2) ** 99
    assert np.abs(sums.table).max() < 2**60


def test_what_is_no_number_is_refused(kernel):
    sums = Digits(1, kernel)
    sums.grow(1)
    with pytest.raises(NumericalError, match="not finite"):
        sums.add_scores(np.array([[np.inf]]), np.ones(1), np.zeros(1, dtype=np.int64), 0)


@pytest.mark.compiler
def test_what_does_not_belong_together_is_refused():
    loop = pytest.importorskip("wxb.moments.kernels._native").Loop()
    z, factors, cells, columns = np.zeros((2, 20)), np.zeros(20), np.zeros(20, dtype=np.int64), np.array([0, 3])
    table, aside = np.zeros((4, 6), dtype=np.int64), np.zeros(20, dtype=np.int64)
    assert loop.add_scores(z, factors, cells, columns, table, aside, 6) == 0
    for bad in (
        (z[:1], factors, cells, columns, table, aside, 6),
        (z, factors[:7], cells, columns, table, aside, 6),
        (z, factors, cells + 4, columns, table, aside, 6),
        (z, factors, cells - 1, columns, table, aside, 6),
        (z, factors, cells, columns + 1, table, aside, 6),
        (z, factors, cells, columns - 1, table, aside, 6),
        (z, factors, cells, columns, table, aside[:5], 6),
        (z, factors, cells, columns, table, aside, 7),
        (z, factors, cells, columns, table, aside, 0),
        (z.T.copy().T, factors, cells, columns, table, aside, 6),
        (z.astype(np.float32), factors, cells, columns, table, aside, 6),
    ):
        with pytest.raises((TypeError, ValueError, BufferError)):
            loop.add_scores(*bad)
