"""Many columns: what is made of sums as arrays beside what is made of their integers; a lasso of columns that nearly agree."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import wxb
from wxb.moments import Moments
from wxb.moments.ledger import Ledger
from wxb.moments.stacked import StackedLedger
from wxb.penalties.seen import Seen

pytestmark = pytest.mark.filterwarnings("ignore:.*predicts best")
COLUMNS = 40


def moments(n: int = 90, seed: int = 0, middle: float = 3.0) -> Moments:
    rng = np.random.default_rng(seed)
    X = (rng.standard_normal((n, COLUMNS)) + middle) * 2.0 ** rng.integers(-9, 9, COLUMNS)
    return Moments.of(X, X[:, 0] - X[:, 3] + rng.standard_normal(n))


def in_integers(one: Moments) -> Moments:
    """The same sums, as Python's integers."""
    return replace(one, ledger=Ledger(list(one.ledger.exponents), [list(row) for row in one.ledger.integers]))


@pytest.mark.parametrize("intercept", [True, False])
def test_arrays_see_what_integers_do(intercept):
    one = moments()
    assert isinstance(one.ledger, StackedLedger)
    quick, slow = Seen.of(one, intercept), Seen.of(in_integers(one), intercept)
    root = np.sqrt(slow.square[0].diagonal())
    apart = (quick.square[0] - slow.square[0]) + (quick.square[1] - slow.square[1])
    assert (np.abs(apart) <= 2.0**-85 * root * root[:, None]).all()
    for part in (quick, slow):
        assert np.array_equal(part.square[:, -1], slow.square[:, -1])
        assert np.array_equal(part.square.diagonal(axis1=1, axis2=2), slow.square.diagonal(axis1=1, axis2=2))
    assert quick.means == slow.means


def test_rows_far_from_0_are_seen_in_integers():
    one = moments(middle=2.0**16)
    assert np.array_equal(Seen.of(one, True).square, Seen.of(in_integers(one), True).square)


@pytest.mark.parametrize("power", [10, 40, 53, 100])
def test_what_is_left_of_far_larger_rows_keeps_its_digits(power):
    rng = np.random.default_rng(power)
    X = rng.standard_normal((90, COLUMNS))
    y = X[:, 0] + rng.standard_normal(90)
    X[:30, 5] *= 2.0**power
    left = Moments.of(X, y) - Moments.of(X[:30], y[:30])
    assert isinstance(left.ledger, StackedLedger)
    quick, slow = Seen.of(left, True), Seen.of(in_integers(left), True)
    root = np.sqrt(slow.square[0].diagonal())
    apart = (quick.square[0] - slow.square[0]) + (quick.square[1] - slow.square[1])
    assert (np.abs(apart) <= 2.0**-76 * root * root[:, None]).all()


@pytest.mark.parametrize("sign", [1, -1])
def test_stacks_of_any_units_add_and_are_taken_away(sign):
    one, other = moments(), moments(60, 1, middle=2.0**30)
    found = one.ledger.combined(other.ledger, sign)
    assert isinstance(found, StackedLedger)
    places = range(0, COLUMNS + 2, 7)
    for i in places:
        for j in places:
            value, power = found.value(i, j)
            assert value * Fraction(2) ** power == one.exact(i, j) + sign * other.exact(i, j)
    assert (one + other) - other == one


def test_columns_of_which_pairs_nearly_agree_have_a_certified_line():
    rng = np.random.default_rng(7)
    X = rng.standard_normal((400, 80))
    X[:, 60:] = X[:, :20] + 1e-7 * rng.standard_normal((400, 20))
    y = X[:, :4].sum(axis=1) + rng.standard_normal(400)
    model = wxb.fit((X, y), l1=1e-3, standardise=False)
    assert model.penalised.solved
    assert model.penalised.gap < 1e-15
    path = wxb.fit((X, y), l1="auto", folds=2, standardise=False).path
    place = np.argmin(np.abs(path.values - 1e-3))
    alone = wxb.fit((X, y), l1=float(path.values[place]), standardise=False)
    assert path.coef[place] == pytest.approx(alone.coef, rel=1e-14)
