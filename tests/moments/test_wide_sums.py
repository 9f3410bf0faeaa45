"""Sums of many columns, by panels: the same integers as NumPy's, whatever is odd about single numbers, rows and columns."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from support import rational
from wxb.moments import Ledger
from wxb.moments.kernels import ByNumPy, Kernel, Native
from wxb.moments.slices import Slicer

WIDE = 193  # by panels with every instruction set


def sums(columns: list[np.ndarray], kernel: Kernel) -> Ledger:
    slicer = Slicer(len(columns), kernel)
    slicer.add(columns)
    return slicer.result()


def same(here: Ledger, truth: Ledger) -> bool:
    finest = [min(a, b) for a, b in zip(here.exponents, truth.exponents)]
    return here.aligned(finest) == truth.aligned(finest)


@cache
def odd_tables() -> dict[str, np.ndarray]:
    """Tables of 1100 rows by what is odd about them."""
    random = np.random.default_rng(11)

    def normal():
        return random.normal(size=(1100, WIDE))

    mixed = normal()
    mixed[:, ::5], mixed[:, 1::7] = np.round(mixed[:, ::5], 2), random.integers(0, 9, mixed[:, 1::7].shape)
    ordered = mixed[:, np.argsort([len(np.unique(column)) for column in mixed.T])]
    crumbs = normal()
    crumbs[::3, ::4] *= 2.0**-15  # one more slice, in rows that hold several
    crumbs[5, :] *= 2.0**-14
    rows = normal()
    rows[3::50, 2] *= 1e9
    rows[::100, 6] *= 1e-200
    rows[7, 7], rows[8, 8] = 5e-324, 1e300
    squares = np.round(normal(), 1)
    squares[512:, 3] *= 3.9
    squares[1024:, 150:] *= 40
    return {
        "some of whole numbers and short decimals": mixed,
        "the same, in order": ordered,
        "numbers that are more than their slices": crumbs,
        "rows that do not fit": rows,
        "first slices too large to be added to others": squares,
        "growing": normal() * np.linspace(1, 60, 1100)[:, None],
        "zeros and negative zeros": np.where(normal() > 0.5, -0.0, np.round(normal())),
        "one row": normal()[:9],
    }


@pytest.mark.parametrize("what", odd_tables())
def test_what_is_odd_leaves_no_trace(kernel, what):
    columns = list(odd_tables()[what].T)
    assert same(sums(columns, kernel), sums(columns, ByNumPy()))


@pytest.mark.parametrize("width", [*range(191, 201), 96, 95])
def test_panels_of_every_width(kernel, width):
    random = np.random.default_rng(width)
    columns = list(random.normal(size=(513, width)).T)
    assert same(sums(columns, kernel), sums(columns, ByNumPy()))


@pytest.mark.parametrize("what", ["the same, in order", "numbers that are more than their slices"])
def test_levels_are_the_sums(kernel, what):
    columns = list(odd_tables()[what].T)
    slicer = Slicer(WIDE, kernel)
    slicer.add(columns)
    assert slicer._sums is not None
    levels, ledger = slicer._sums.levels(), slicer._sums.ledger()
    units = [int(e) - 11 * (len(levels) - 1) for e in slicer._sums.plan.exponents]
    total = levels[0].astype(object)
    for level in levels[1:]:
        total = (total << 22) + level
    assert same(Ledger(units, total.tolist()), ledger)
    slicer._sums.parts[0] = 1 << 18
    assert slicer._sums.levels() is None


def test_wide_sums_are_those_of_rational_arithmetic(kernel):
    random = np.random.default_rng(2)
    X = random.normal(size=(20, WIDE))
    X[::3, ::4] *= 2.0**-15
    some = [*range(0, WIDE, 9), WIDE - 1]
    ledger, truth = sums(list(X.T), kernel), rational.gram(X[:, some].T.tolist())
    for a, i in enumerate(some):
        for b, j in enumerate(some):
            number, exponent = ledger.value(i, j)
            assert truth[a + 1][b + 1] == number * Fraction(2) ** exponent


def test_numbers_alone_cost_no_slice():
    """Hundreds of normal columns: nearly every row has a number that is more than three slices, and three are enough."""
    kernel = pytest.importorskip("wxb.moments.kernels._native") and Native()
    slicer = Slicer(200, kernel)
    slicer.add(list(np.random.default_rng(3).normal(size=(2000, 200)).T))
    assert slicer._sums is not None
    assert len(slicer._sums.plan.counts) == 3
    assert not slicer._pool
