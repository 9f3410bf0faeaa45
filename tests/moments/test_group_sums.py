"""Sums of many small groups at once, where their 64-bit and 53-bit limits lie."""

from __future__ import annotations

import copy
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import rational
from wxb.moments import LateLedger, Ledger
from wxb.moments.grouped import GroupSums


def assert_exact(sums: GroupSums, columns: list, ids) -> None:
    for group in range(sums.groups):
        rows = np.flatnonzero(ids == group)
        truth = rational.gram([column[rows] for column in columns])
        ledger = sums.ledger(group)
        for i in range(len(truth)):
            for j in range(len(truth)):
                integer, exponent = ledger.value(i, j)
                assert Fraction(integer) * Fraction(2) ** exponent == truth[i][j], (group, i, j)
        assert sums.rows[group] == len(rows)


@pytest.mark.parametrize("stride", [1, 4, 8, 16])
@pytest.mark.parametrize("ones", [32, 64, 256])
def test_a_sum_of_squares_of_exactly_2_to_53_is_not_trusted(kernel, ones, stride):
    last = np.zeros(256)
    places = np.arange(0, ones, stride)
    last[places], last[places[:2]] = 2.0**-20, 2.0**6
    x = np.concatenate([np.ones(256 * 20), last])
    ids = np.repeat(np.arange(21), 256)
    sums = GroupSums(1, kernel)
    sums.add([x], ids)
    assert_exact(sums, [x], ids)


def test_later_batches_that_are_larger_do_not_overflow(kernel):
    """One group in many short segments, its values thirty times those the plan was made from: they soon fill 64 bits."""
    batches = 20
    ids = np.concatenate([np.zeros(2000, dtype=np.int64), np.arange(1, 1501)])
    sums = GroupSums(1, kernel)
    sums.add([np.full(3500, 1.25)], ids)
    for _ in range(batches):
        sums.add([np.full(3500, 40.0)], ids)
    integer, exponent = sums.ledger(0).value(1, 1)
    assert Fraction(integer) * Fraction(2) ** exponent == 2000 * (Fraction(1.25) ** 2 + batches * Fraction(40) ** 2)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 10**6),
    spread=st.floats(0, 200),
    groups=st.integers(1, 30),
    lengths=st.lists(st.integers(1, 700), min_size=1, max_size=4),
    threads=st.integers(1, 2),
)
def test_any_data_in_any_batches(kernel, seed, spread, groups, lengths, threads):
    random = np.random.default_rng(seed)
    n = sum(lengths)
    columns = [random.normal(size=n) * 10.0 ** random.uniform(-spread, spread, n), random.integers(-5, 5, n) * 0.1]
    ids = random.integers(0, groups, n)
    sums = GroupSums(2, kernel, threads)
    start = 0
    for length in lengths:
        piece = slice(start, start + length)
        sums.add([column[piece] for column in columns], ids[piece])
        start += length
    assert_exact(sums, columns, ids)


def test_segments_that_are_too_large_are_set_aside_without_their_padding(kernel):
    """Groups of one to five rows; later the numbers of one are 2^8 times what the plan was made for, and squares pass 2^53."""
    ids = np.repeat(np.arange(200), np.arange(200) % 5 + 1)
    plain, later = np.full(len(ids), 1.25), np.where(ids == 7, 320.0, 1.25)
    sums = GroupSums(1, kernel)
    sums.add([plain], ids)
    sums.add([later], ids)
    assert_exact(sums, [np.concatenate([plain, later])], np.concatenate([ids, ids]))


@pytest.mark.parametrize("size", [1e-305, 1e308])
def test_numbers_whose_scale_is_no_double(kernel, size):
    random = np.random.default_rng(4)
    columns, ids = [random.uniform(-1.7, 1.7, 300) * size, random.normal(size=300)], random.integers(0, 20, 300)
    sums = GroupSums(2, kernel)
    sums.add(columns, ids)
    assert not (np.abs(sums.pairs().exponents) < 1000).all()
    assert_exact(sums, columns, ids)


def test_a_late_ledger_is_worked_out_once_and_only_when_looked_at():
    calls = []

    def work() -> Ledger:
        calls.append(1)
        return Ledger([0, -2], [[3, 4], [4, 9]])

    late, plain = LateLedger(work), Ledger([0, -2], [[3, 4], [4, 9]])
    assert not calls
    assert late.width == 2
    assert late == plain
    assert plain == late
    assert late != Ledger.empty(2)
    assert repr(late.integers) == repr(plain.integers)
    assert copy.deepcopy(late) == plain
    late.add(plain)
    assert late.integers == [[6, 8], [8, 18]]
    assert calls == [1]
    with pytest.raises(AttributeError):
        late.nothing  # noqa: B018
    with pytest.raises(TypeError):
        hash(late)
