"""Pieces of rows end with the moments of all rows, on any number of threads and in a forked child too."""

from __future__ import annotations

import copy
import os
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from wxb import LinearRegression
from wxb.errors import UsageError
from wxb.estimator import rows as sums_of_rows
from wxb.estimator.rows import RowSums
from wxb.moments import Moments

X = np.random.default_rng(3).normal(size=(20_000, 4))
Y = X[:, :1] * 2 + 1


@pytest.fixture(autouse=True)
def little_room(monkeypatch):
    """So few numbers wait together that other threads are handed some."""
    monkeypatch.setattr(sums_of_rows, "SMALL", 2**12)


def summed(pieces: int, threads: int) -> RowSums:
    found = RowSums(["a", "b", "c", "d"], ["y"])
    for rows in np.array_split(np.arange(len(X)), pieces):
        found.add(X[rows], Y[rows], None, threads)
    return found


@pytest.mark.parametrize(("pieces", "threads"), [(1, 1), (1, 3), (3, 2), (60, 2), (150, 1), (150, 3)])
def test_the_sums_are_those_of_all_rows(pieces, threads) -> None:
    whole = Moments.of(X, Y[:, 0], terms=["a", "b", "c", "d"])
    found = summed(pieces, threads)
    assert found.moments == whole
    assert found.moments.rounding == whole.rounding
    assert found.ranges == tuple((low, high) for low, high in zip(X.min(axis=0).tolist(), X.max(axis=0).tolist()))
    found.add(X[:7], Y[:7])
    assert found.moments == whole + Moments.of(X[:7], Y[:7, 0], terms=["a", "b", "c", "d"])


def test_small_pieces_among_others_wait_as_copies() -> None:
    """Of doubles; what has weights or is of another type goes in as it comes, and what is asked between is of all so far."""
    found, whole = RowSums(["a", "b", "c", "d"], ["y"]), Moments.of(X[:0], Y[:0, 0], terms=["a", "b", "c", "d"])
    for k, rows in enumerate(np.array_split(np.arange(4000), 40)):
        piece, target = X[rows], Y[rows]
        weights = np.full(len(rows), 2.0) if k % 7 == 6 else None
        if k % 5 == 4:
            piece = piece.astype(np.float32)
        whole = whole + Moments.of(piece, target[:, 0], weights, terms=["a", "b", "c", "d"])
        found.add(piece, target, weights)
        piece[:] = np.nan
        if k % 11 == 10:
            assert found.moments == whole
    assert found.moments == whole
    assert found.moments.rounding[0] == 2.0**-24
    assert found.moments.rows == 4000


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_piece_that_is_refused_leaves_no_trace(bad) -> None:
    """Whatever its size, and wherever in it the number lies that is not finite."""
    found, whole = LinearRegression(), LinearRegression().fit(X, Y[:, 0])
    for k, rows in enumerate(np.array_split(np.arange(len(X)), 30)):
        found.partial_fit(X[rows], Y[rows, 0])
        piece, target = X[: 50 << k % 8].copy(), Y[: 50 << k % 8, 0].copy()
        (piece if k % 2 else target)[-1] = bad
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            found.partial_fit(piece, target)
    assert (found.model_.n, found.coef_.tobytes()) == (len(X), whole.coef_.tobytes())


def _pickled(one: LinearRegression) -> LinearRegression:
    return pickle.loads(pickle.dumps(one))  # noqa: S301


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, _pickled])
def test_a_copy_grows_apart_from_its_original(copied) -> None:
    found = LinearRegression().partial_fit(X[:500], Y[:500, 0])
    found.partial_fit(X[500:600], Y[500:600, 0] + 1)  # waits
    other = copied(found)
    other.partial_fit(X[600:700], Y[600:700, 0])
    found.partial_fit(X[700:], Y[700:, 0])
    assert (found.model_.n, other.model_.n) == (len(X) - 100, 700)
    assert (
        other.coef_.tolist()
        == LinearRegression().fit(X[:700], np.r_[Y[:500, 0], Y[500:600, 0] + 1, Y[600:700, 0]]).coef_.tolist()
    )


def test_numbers_of_packed_records_are_taken() -> None:
    """They lie across the words of the machine."""
    records = np.zeros(len(X), dtype=[("flag", "u1"), ("x", "f8", 4), ("y", "f8")])
    records["x"], records["y"] = X, Y[:, 0]
    assert not records["x"].flags.aligned
    whole = Moments.of(X, Y[:, 0])
    assert Moments.of(records["x"], records["y"]) == whole
    found = LinearRegression()
    for rows in np.array_split(np.arange(len(X)), 3):
        found.partial_fit(records["x"][rows[0] : rows[-1] + 1], records["y"][rows[0] : rows[-1] + 1])
    assert (
        found.coef_.tobytes()
        == LinearRegression().fit(records["x"], records["y"]).coef_.tobytes()
        == LinearRegression().fit(X, Y[:, 0]).coef_.tobytes()
    )


@pytest.mark.parametrize("rows", [7, 4000])  # that wait with others, and that are summed as they come
def test_after_an_interruption_amid_rows_nothing_is_told(rows, monkeypatch) -> None:
    def interrupted(*share):
        raise KeyboardInterrupt

    def add_many() -> None:
        for __ in range(200):
            found.add(X[:rows], Y[:rows], None, 2)

    found = summed(60, 2)
    with monkeypatch.context() as patched:
        patched.setattr(sums_of_rows, "_begin", interrupted)
        patched.setattr(sums_of_rows, "_add", interrupted)
        with pytest.raises(KeyboardInterrupt):
            add_many()
    for ask in (lambda: found.moments, lambda: found.ranges, lambda: found.add(X, Y), lambda: pickle.dumps(found)):
        with pytest.raises(UsageError, match="stopped amid its rows"):
            ask()


def test_threads_that_add_and_ask_at_once_take_turns() -> None:
    found, barrier = LinearRegression(), threading.Barrier(4)
    whole = LinearRegression().fit(X, Y[:, 0])

    def work(own: int) -> tuple[float, ...]:
        barrier.wait()
        for rows in np.array_split(np.arange(own, len(X), 4), 20):
            found.partial_fit(X[rows], Y[rows, 0])
        barrier.wait()
        return (*found.predict(X[:3]), found.model_.n)

    with ThreadPoolExecutor(4) as pool:
        told = set(pool.map(work, range(4)))
    assert told == {(*whole.predict(X[:3]), len(X))}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing can be done there")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own() -> None:
    whole, going = summed(1, 2).moments, summed(100, 2)
    child = os.fork()
    if not child:
        os._exit(0 if going.moments == summed(2, 2).moments == whole else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
