"""Rows put together by their labels: every kernel against rows looked for one by one, however columns lie; what is unsound."""

from __future__ import annotations

import numpy as np
import pytest

from wxb.moments.kernels import Native
from wxb.passes.statistic import Numbers, Weights
from wxb.question import shares
from wxb.question.shares import Shares

RANDOM = np.random.default_rng(29)
ROWS = 1300


def columns() -> list[np.ndarray]:
    """Of a row-major and a column-major matrix, every second number of a longer one, and one number that is repeated."""
    matrix, other = RANDOM.standard_normal((ROWS, 3)), RANDOM.standard_normal((2, ROWS))
    return [*matrix.T, *other, RANDOM.standard_normal(2 * ROWS)[::2], np.broadcast_to(2.0, ROWS)]


@pytest.mark.parametrize(
    "codes",
    [
        RANDOM.integers(-1, 5, ROWS),
        RANDOM.integers(0, 900, ROWS),
        RANDOM.integers(-3, 3, ROWS) * 10**15,
        np.full(ROWS, 7),
        np.where(RANDOM.random(ROWS) < 0.5, 3, 9),
    ],
    ids=["few", "many", "far apart", "one", "gaps"],
)
def test_rows_of_a_label_keep_their_order(kernel, codes):
    given = columns()
    weights = Weights(RANDOM.random(ROWS), counts=RANDOM.integers(1, 4, ROWS).astype(np.float64))
    numbers = Numbers(given, {2: RANDOM.standard_normal(ROWS)}, weights)
    seen = []
    for code, some in numbers.dealt(codes, kernel):
        rows, wanted = np.flatnonzero(codes == code), numbers.at(codes == code)
        seen.append(code)
        assert len(rows)
        for mine, theirs in zip(some.columns, wanted.columns, strict=True):
            assert mine.tobytes() == theirs.tobytes()
        assert some.lows[2].tobytes() == wanted.lows[2].tobytes()
        assert some.weights.second is None
        assert some.weights.values.tobytes() == wanted.weights.values.tobytes()
        assert some.weights.counts.tobytes() == wanted.weights.counts.tobytes()
    assert seen == np.unique(codes).tolist()


def test_no_rows_have_no_labels(kernel):
    assert not list(Numbers([np.empty(0)], {}, Weights()).dealt(np.empty(0, dtype=np.int64), kernel))


@pytest.mark.compiler
@pytest.mark.parametrize(
    ("codes", "counts", "starts"),
    [
        ([0, 0, 2], [2, 1], [0, 2]),
        ([0, -1, 1], [2, 1], [0, 2]),
        ([0, 0, 1], [1, 2], [0, 1]),
        ([0, 0, 1], [2, 1], [0, 3]),
    ],
    ids=["no such code", "a code below 0", "other counts", "no room"],
)
def test_what_does_not_belong_together_is_refused(codes, counts, starts):
    arrays = [np.array(one, dtype=np.int64) for one in (codes, counts, starts)]
    with pytest.raises(ValueError, match="do not belong together"):
        Native().deal([np.zeros(3)], *arrays, np.zeros((1, 3)))


@pytest.mark.compiler
@pytest.mark.parametrize("count", [2, 5, 12, 13, 32, 33])
@pytest.mark.parametrize("seed", [0, -5, 2**70])
def test_folds_are_the_same_with_and_without_the_compiled_kernel(monkeypatch, count, seed):
    of = Shares(folds=count, seed=seed).of
    numbers = [np.arange(first, first + rows) for first, rows in ((0, 1), (0, 400), (12345, 77), (7, 0))]
    found = [of(some) for some in numbers]
    monkeypatch.setattr(shares, "_compiled", lambda __: None)
    assert all(np.array_equal(mine, of(some)) for mine, some in zip(found, numbers))
