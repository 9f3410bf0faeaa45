"""Sums of many columns that stay arrays: whatever is asked of them is what their integers say."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest

from wxb.moments import Ledger, Moments
from wxb.moments.plan import make_plan
from wxb.moments.stacked import Stack, StackedLedger, ledger_of
from wxb.moments.sums import ROOM, Sums

WIDTH = 40


def rows(seed: int, sort: str, n: int = 60) -> np.ndarray:
    """Plain numbers, columns of few and of many digits in any order, or some that are far larger or smaller."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, WIDTH))
    if sort == "mixed":
        X[:, ::3] = np.round(X[:, ::3] * 10)
        X[:, 1::3] = X[:, 1::3].astype(np.float32)
    if sort == "outliers":
        X[rng.random(X.shape) < 0.01] *= 1e12
        X[rng.random(X.shape) < 0.01] *= 1e-12
    return X


@pytest.mark.parametrize("sort", ["plain", "mixed", "outliers"])
def test_values_parts_and_sums_are_those_of_the_integers(sort):
    X = rows(3, sort)
    made, again = (Moments.of(X, X[:, 0] - X[:, 5]).ledger for _ in range(2))
    assert isinstance(made, StackedLedger)
    reference = Ledger.of_rows([np.ones(len(X)), *X.T, X[:, 0] - X[:, 5]])
    whole = Ledger.empty(made.width)
    whole.add(reference)
    cells = [(i, j) for i in (0, 1, 7, 20, made.width - 1) for j in (0, 2, 3, made.width - 1)]
    alone = [made.value(*cell) for cell in cells]
    assert [made.integers[i][j] for i, j in cells] == [value for value, _ in alone]
    assert made.aligned(made.exponents) == made.integers
    finest = [min(a, b) for a, b in zip(made.exponents, whole.exponents)]
    assert made.aligned(finest) == whole.aligned(finest)
    places = [0, 3, 2, 9, 40]
    assert again.part(places).integers == [[made.integers[i][j] for j in places] for i in places]
    assert again.part(places).exponents == [made.exponents[i] for i in places]
    both = again.plus(Moments.of(rows(4, sort), X[:, 1]).ledger)
    assert isinstance(both, StackedLedger)
    other = Moments.of(rows(4, sort), X[:, 1]).ledger
    one = Ledger(list(made.exponents), made.integers)
    one.add(Ledger(list(other.exponents), other.integers))
    assert (both.exponents, both.integers) == (one.exponents, one.integers)
    assert deepcopy(both) == both


def test_sums_that_64_bits_do_not_hold_are_integers_at_once():
    sums = Sums.under(make_plan(list(rows(5, "plain").T)))
    first = sums.plan.order[0]
    sums.parts[0, 0, 0] = ROOM
    assert not isinstance(ledger_of(sums), StackedLedger)
    sums.parts[0, 0, 0] = ROOM - 1
    found = ledger_of(sums)
    assert isinstance(found, StackedLedger)
    assert found.integers == sums.ledger().integers
    assert found.integers[first][first] == (ROOM - 1) << (44 + 22 * (len(found.stacks[0].levels) - 1))


def test_a_stack_that_holds_nothing_holds_nothing():
    empty = StackedLedger([Stack(np.zeros((1, 3, 3), dtype=np.int64), [0, -5, 2])])
    assert not empty.holds_any
    assert not any(any(row) for row in empty.integers)
