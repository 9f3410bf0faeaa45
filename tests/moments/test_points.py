"""Columns of three slices each take five products of values at points, and not six of slices: the sums are the same integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wxb.moments import Ledger
from wxb.moments.kernels import ByNumPy, Kernel
from wxb.moments.plan import BITS, CENTRE, LIMIT, make_plan
from wxb.moments.slices import Slicer

ROWS = 512 * 40 + 77


def the_same(columns: list[np.ndarray], kernel: Kernel) -> None:
    here, truth = summed(columns, kernel), Ledger.of_rows(columns)
    finest = [min(a, b) for a, b in zip(here.exponents, truth.exponents)]
    assert here.aligned(finest) == truth.aligned(finest)


def summed(columns: list[np.ndarray], kernel: Kernel) -> Ledger:
    slicer = Slicer(len(columns), kernel)
    slicer.add(columns)
    return slicer.result()


def full(rows: int, width: int, seed: int) -> list[np.ndarray]:
    return list(np.random.default_rng(seed).normal(size=(width, rows)) * 10.0 ** np.arange(width)[:, None])


@pytest.mark.parametrize("ones", [True, False])
@pytest.mark.parametrize("width", [1, 3, 4, 11])
def test_full_columns(kernel, width, ones):
    columns = full(ROWS, width, width)
    assert set(make_plan([column[:1024] for column in columns]).levels.tolist()) == {3}
    the_same([np.broadcast_to(1.0, ROWS), *columns] if ones else columns, kernel)


@pytest.mark.parametrize("constant", [1.0, -3.0, 2.0**20, 0.1, 0.0])
def test_beside_a_constant_of_any_size(kernel, constant):
    the_same([np.broadcast_to(constant, ROWS), *full(ROWS, 4, 5)], kernel)


@pytest.mark.parametrize("other", [np.round, lambda column: column.astype(np.float32).astype(float), np.exp])
def test_beside_a_column_of_fewer_or_more_slices(kernel, other):
    first, *rest = full(ROWS, 4, 6)
    the_same([np.broadcast_to(1.0, ROWS), *rest, other(first)], kernel)


def of_slices(first: np.ndarray, middle: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Numbers a + b 2^-22 + c 2^-44 that a double holds."""
    return first + (middle + last * 2.0**-BITS) * 2.0**-BITS


@pytest.mark.parametrize("after", [1024, 5000])
@pytest.mark.parametrize("signs", [(1, 1, 1), (1, -1, 1), (-1, 1, 1)])
def test_slices_as_large_as_they_can_be_all_with_one_sign(kernel, signs, after):
    """Then values at the points are too large for products without rounding, and these rows take six."""
    random, column = np.random.default_rng(7), full(ROWS, 2, 7)
    for own in column:
        scale = 2.0 ** int(make_plan([own[:1024]]).exponents[0])
        first = random.integers(2**7, 2**8, ROWS - after)
        parts = [
            first,
            random.integers(2**21 - 9, 2**21, ROWS - after),
            random.integers(2**21 - 9, 2**21, ROWS - after),
        ]
        large = of_slices(*(sign * part.astype(float) for sign, part in zip(signs, parts)))
        own[after:] = scale * large
        own[after + 2000 :: 2] *= 2.0**11
    the_same([np.broadcast_to(1.0, ROWS), *column], kernel)


@pytest.mark.parametrize("where", [[600], [3000, 3001], list(range(2048, 9000, 700))])
def test_rows_far_out_among_others(kernel, where):
    columns = full(ROWS, 4, 8)
    columns[1][where] = 1e9
    columns[2][where] = 1e-12
    the_same([np.broadcast_to(1.0, ROWS), *columns], kernel)


@pytest.mark.parametrize("first", [True, False])
def test_a_number_that_scaling_makes_infinite_beside_others_that_are_too_large(kernel, first):
    """Its squares are NaN, which is no bound of the others of its column, and no less than those of another column."""
    tiny, other = full(4096, 2, 9)
    tiny *= 1e-290
    tiny[2048:] *= 2.0**9
    tiny[2100] = 1e20
    the_same([tiny, other] if first else [other, tiny], kernel)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1.5, 3.0, 30.0]), st.integers(513, 9000))
@settings(max_examples=25, deadline=None)
def test_heavy_tails(kernel, seed, freedom, rows):
    columns = list(np.random.default_rng(seed).standard_t(freedom, size=(3, rows)))
    here, truth = summed(columns, kernel), summed(columns, ByNumPy())
    finest = [min(a, b) for a, b in zip(here.exponents, truth.exponents)]
    assert here.aligned(finest) == truth.aligned(finest)


def test_values_at_the_points_are_within_the_bound_for_a_column_as_it_is_planned():
    """Root mean squares: of the first slice 2^CENTRE at most, of the others those of evenly spread numbers of 2^21."""
    first, other = 2.0**CENTRE, 2.0 ** (BITS - 1) / 3**0.5
    largest = (4 * first) ** 2 + (2 * other) ** 2 + other**2
    assert 512 * largest < 0.7 * LIMIT
