"""What arrays make of sums is what integers make of them: slices, systems, which columns are clear, the whole fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import wxb
from wxb.moments import Ledger, Moments
from wxb.moments.stacked import StackedLedger
from wxb.rank import _Seen, all_independent
from wxb.solve import solve
from wxb.verified import System, centred
from wxb.verified.sliced import Sliced

COUNT = 38


def moments(seed: int, near: float = 1.0, offset: float = 3.0, scale: float = 0.0, sort: str = "") -> Moments:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((90, COUNT)) + rng.standard_normal((90, 2)) @ rng.standard_normal((2, COUNT))
    X[:, 7] = X[:, 2] - X[:, 3] + near * X[:, 7]
    X = (X + offset * rng.standard_normal(COUNT)) * 10.0 ** rng.uniform(-scale / 2, scale / 2, COUNT)
    if sort == "outliers":
        X[rng.random(X.shape) < 0.01] *= 1e9
    if sort == "whole":
        X[:, ::2] = np.round(100 * X[:, ::2])
    return Moments.of(X, X @ rng.standard_normal(COUNT) + rng.standard_normal(90))


CASES = [
    {},
    {"offset": 1e6},
    {"near": 1e-3, "scale": 20.0},
    {"near": 1e-7},
    {"sort": "outliers"},
    {"sort": "whole", "scale": 6.0},
    {"near": 0.0},
]


def total(matrix: Sliced) -> np.ndarray:
    """All slices as integers of the last unit."""
    whole = np.zeros_like(matrix.slices[0], dtype=object)
    for digits in matrix.slices:
        whole = (whole << matrix.width) + digits.astype(np.int64)
    return whole


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("skip", [0, 1])
def test_a_system_of_stacks_is_that_of_integers(case, skip):
    """skip : 1 without the ones, and with one column left out"""
    ledger = moments(2, **case).ledger
    assert isinstance(ledger, StackedLedger)
    places = [i for i in range(skip, COUNT + 1) if not skip or i != 11]
    found = System.of_stacks(ledger, places)
    gram = [[ledger.integers[i][j] for j in places] for i in places]
    wanted = System.of(gram)
    assert (found is None) == (wanted is None)
    if found is None or wanted is None:
        assert case.get("near", 1.0) < 1e-3
        return
    assert (found.n, found.first, found.shift, found.scales) == (wanted.n, wanted.first, wanted.shift, wanted.scales)
    assert (total(found.matrix) == total(wanted.matrix)).all()
    assert max(np.abs(digits).max() for digits in found.matrix.slices) <= 2.0 ** (found.matrix.width - 1)
    diagonal = [row[i] for i, row in enumerate(gram)]
    seen = _Seen(gram, not skip)
    for unit in (0.0, 2.0**-53, 2.0**-24):
        clear = seen.clearly_independent(range(len(gram)), unit, diagonal)
        assert all_independent(found, not skip, diagonal, unit) == clear


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fit_from_arrays_has_the_bits_of_one_from_integers(case, intercept):
    made = moments(3, **case)
    plain = replace(made, ledger=Ledger(list(made.ledger.exponents), made.ledger.integers))
    found, wanted = (solve(one, intercept=intercept) for one in (moments(3, **case), plain))
    assert found.coefficients.tolist() == wanted.coefficients.tolist()
    assert [d.column for d in found.dropped] == [d.column for d in wanted.dropped]
    assert float(found.rss) == float(wanted.rss)
    assert found.tss == wanted.tss


def test_what_arrays_do_not_hold_takes_integers(monkeypatch):
    monkeypatch.setattr(centred, "MOST_POWER", 8)
    assert System.of_stacks(moments(4).ledger, range(COUNT + 1)) is None
    assert solve(moments(4)).coefficients.tolist() == solve(moments(4)).coefficients.tolist()


def test_no_integers_are_made_of_many_columns():
    rng = np.random.default_rng(6)
    X = rng.standard_normal((200, COUNT)) + 5
    model = wxb.fit((X, X[:, 0] - X[:, 1] + rng.standard_normal(200)))
    assert np.isfinite(model.inference.se).all()
    assert model.summary()
    with pytest.raises(AttributeError):
        object.__getattribute__(model.moments.ledger, "integers")
