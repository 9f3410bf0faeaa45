"""Test rows and folds: from row number and seed alone, in the asked proportions, equal to explicit refits."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import wxb
from wxb.question.shares import TEST, Shares

ROWS = 6000
RANDOM = np.random.default_rng(61)
X = RANDOM.normal(size=(ROWS, 2))
Y = X @ [1.0, -1.0] + RANDOM.normal(size=ROWS)
TABLE = pa.table({"a": X[:, 0], "b": X[:, 1], "y": Y})
NUMBERS = np.arange(ROWS)


def rows_of(share: int, shares: Shares) -> np.ndarray:
    return np.flatnonzero(shares.of(NUMBERS) == share)


@pytest.mark.parametrize("chunks", [1, 7, 1000])
@pytest.mark.parametrize("threads", [1, 3])
def test_shares_do_not_depend_on_chunks_or_threads(chunks, threads):
    cuts = np.linspace(0, ROWS, chunks + 1).astype(int)
    batches = [b for low, high in pairwise(cuts) for b in TABLE.slice(low, high - low).to_batches()]
    reader = pa.RecordBatchReader.from_batches(TABLE.schema, batches)
    model = wxb.fit(reader, target="y", test=0.25, folds=3, seed=7, threads=threads)
    shares = Shares(test=0.25, folds=3, seed=7)
    for fold in range(3):
        rows = rows_of(fold, shares)
        assert model.fold_moments[fold] == wxb.Moments.of(X[rows], Y[rows], terms=["a", "b"], target="y")
    rows = rows_of(TEST, shares)
    assert model.test_moments == wxb.Moments.of(X[rows], Y[rows], terms=["a", "b"], target="y")
    assert model.moments == sum(model.fold_moments)


def test_costs_of_test_rows_and_folds_are_those_of_explicit_refits():
    model = wxb.fit(TABLE, target="y", test=0.2, folds=4, seed=3)
    shares = Shares(test=0.2, folds=4, seed=3)
    test = rows_of(TEST, shares)
    error = Y[test] - model.predict(X[test])
    assert model.test_cost == pytest.approx(np.mean(error**2), rel=1e-12)
    train = np.flatnonzero(shares.of(NUMBERS) != TEST)
    assert model.theta.tolist() == wxb.fit((X[train], Y[train])).theta.tolist()
    for fold in range(4):
        own = rows_of(fold, shares)
        others = np.setdiff1d(train, own)
        refit = wxb.fit((X[others], Y[others]))
        error = Y[own] - refit.predict(X[own])
        assert model.fold_costs[fold] == pytest.approx(np.mean(error**2), rel=1e-12)


@pytest.mark.parametrize("precision", ["exact", "fast"])
def test_costs_of_test_rows_and_folds_hold_far_from_zero(precision):
    """With an identifier near 1e15 the cost in float64 is noise of 1e4, of either sign."""
    far = 1e15 + RANDOM.integers(0, 10**6, ROWS).astype(float)
    columns = {"id": far, "a": X[:, 0], "y": Y}
    model = wxb.fit(columns, target="y", test=0.2, folds=4, seed=3, precision=precision)
    test = rows_of(TEST, Shares(test=0.2, folds=4, seed=3))
    error = Y[test] - model.predict(np.column_stack([far, X[:, 0]])[test])
    assert model.test_cost == pytest.approx(np.mean(error**2), rel=1e-5)
    assert model.fold_costs == pytest.approx(np.full(4, model.cost), rel=0.1)


def test_weights_go_with_their_rows():
    w = RANDOM.uniform(0, 2, ROWS)
    model = wxb.fit({"a": X[:, 0], "b": X[:, 1], "w": w, "y": Y}, target="y", weights="w", folds=3, seed=2)
    share = Shares(test=0.0, folds=3, seed=2).of(NUMBERS)
    for fold in range(3):
        rows = np.flatnonzero(share == fold)
        assert model.fold_moments[fold] == wxb.Moments.of(X[rows], Y[rows], w[rows], terms=["a", "b"], target="y")


@pytest.mark.parametrize(("test", "folds"), [(0.2, 0), (0.01, 0), (0.5, 5), (0.0, 2), (0.9, 10)])
def test_proportions(test, folds):
    n = 200_000
    share = Shares(test=test, folds=folds, seed=5).of(np.arange(n))
    assert np.mean(share == TEST) == pytest.approx(test, abs=5 * np.sqrt(test * (1 - test) / n))
    sizes = np.bincount(share[share != TEST], minlength=max(folds, 1))
    assert sizes == pytest.approx(np.full(max(folds, 1), sizes.mean()), rel=0.05)
    assert sorted(Shares(test=test, folds=folds, seed=5).labels()) == sorted(
        {*range(max(folds, 1)), *([TEST] if test else [])}
    )


@given(st.integers(2, 40), st.integers(-(2**70), 2**70), st.integers(1, 300), st.integers(0, 1000), st.data())
def test_sizes_of_folds_differ_by_at_most_one(folds, seed, n, first, data):
    """Whatever is dealt in whichever pieces; each block of K rows is a permutation, so leaving one out is K = n."""
    share = Shares(test=0.0, folds=folds, seed=seed).of(np.arange(first + n))
    sizes = np.bincount(share, minlength=folds)
    assert sizes.max() - sizes.min() <= 1
    for block in range((first + n) // folds):
        assert sorted(share[block * folds : (block + 1) * folds]) == list(range(folds))
    assert (Shares(test=0.0, folds=folds, seed=seed, first=first).of(np.arange(n)) == share[first:]).all()
    some = np.array(data.draw(st.lists(st.integers(0, first + n - 1), min_size=1, max_size=20)))
    assert (Shares(test=0.0, folds=folds, seed=seed).of(some) == share[some]).all()


def test_every_permutation_of_a_block_is_as_likely():
    share = Shares(test=0.0, folds=3, seed=11).of(np.arange(180_000)).reshape(-1, 3)
    counts = np.unique(share, axis=0, return_counts=True)[1]
    assert len(counts) == 6
    assert counts == pytest.approx(np.full(6, 10_000), abs=500)


def test_test_rows_and_folds_are_independent():
    """Whether a row is for testing says nothing of the fold it would be in; neighbours and seeds share nothing."""
    n = 200_000
    fold = Shares(test=0.0, folds=2, seed=5).of(np.arange(n))
    test = Shares(test=0.5, folds=0, seed=5).of(np.arange(n)) == TEST
    other = Shares(test=0.0, folds=2, seed=6).of(np.arange(n))
    # Of two rows of one block one is in each fold; the blocks share nothing.
    blocks = fold[::2]
    for first, second in ((fold, test), (fold, other), (blocks[1:], blocks[:-1]), (test[1:], test[:-1])):
        assert abs(np.corrcoef(first, second)[0, 1]) < 5 / np.sqrt(n)


@pytest.mark.parametrize("seed", [0, 1, -1, 2**63, -(2**70)])
def test_any_integer_is_a_seed(seed):
    share = Shares(test=0.5, folds=0, seed=seed).of(np.arange(1000))
    assert 400 < np.sum(share == TEST) < 600


def test_the_seed_matters_and_nothing_else_does():
    first, again = (Shares(test=0.2, folds=5, seed=1).of(NUMBERS) for _ in range(2))
    assert (first == again).all()
    assert (first != Shares(test=0.2, folds=5, seed=2).of(NUMBERS)).any()
    assert (Shares(test=0.2, folds=5, seed=1).of(NUMBERS[100:]) == first[100:]).all()


def test_dropped_rows_do_not_move_the_others():
    y = Y.copy()
    y[::10] = np.nan
    with pytest.warns(wxb.WxbWarning, match="600"):
        model = wxb.fit({"a": X[:, 0], "b": X[:, 1], "y": y}, target="y", missing="drop", folds=3, seed=2)
    share = Shares(test=0.0, folds=3, seed=2).of(NUMBERS)
    for fold in range(3):
        rows = np.flatnonzero((share == fold) & np.isfinite(y))
        assert model.fold_moments[fold] == wxb.Moments.of(X[rows], Y[rows], terms=["a", "b"], target="y")


@pytest.mark.parametrize("folds", [2, 5, 13])
def test_rows_that_follow_each_other_are_dealt_as_any_others(folds):
    shares, numbers = Shares(folds=folds, seed=3), np.arange(7, 40_000)
    some = np.sort(RANDOM.choice(numbers, 1000, replace=False))
    assert np.array_equal(shares.of(numbers)[some - 7], shares.of(some))
    assert np.array_equal(shares.of(numbers[:1]), shares.of(numbers)[:1])


@pytest.mark.parametrize("matrix", [np.ascontiguousarray, np.asfortranarray, lambda x: np.repeat(x, 2, axis=1)[:, ::2]])
def test_a_matrix_is_split_as_its_columns_are(matrix):
    found = wxb.fit((matrix(X), Y), folds=3).fold_moments
    share = Shares(folds=3).of(NUMBERS)
    assert list(found) == [wxb.Moments.of(X[share == k], Y[share == k], target="y") for k in range(3)]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"test": 1.0}, "between 0 and 1"),
        ({"test": -0.1}, "between 0 and 1"),
        ({"test": 20}, "20 % is 0.2"),
        ({"test": float("nan")}, "between 0 and 1"),
        ({"folds": 1}, "2 or more"),
        ({"folds": -3}, "2 or more"),
        ({"folds": 10**9}, "more than the 10 000"),
        ({"folds": 10**5000}, "more than the 10 000"),
    ],
)
def test_shares_that_are_none(options, match):
    with pytest.raises(wxb.UsageError, match=match):
        wxb.fit(TABLE, target="y", **options)


def test_too_few_rows_for_the_folds():
    with pytest.raises(
        wxb.UsageError, match=r"50 folds of 20 rows: there are more folds than rows\n.*folds=20` leaves"
    ):
        wxb.fit((X[:20], Y[:20]), folds=50)
    with pytest.raises(wxb.UsageError, match="held out none of 5 rows"):
        wxb.fit((X[:5], Y[:5]), test=0.0001)
