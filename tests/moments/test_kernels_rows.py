"""Rows around a line, and sums of them weighted anew: every kernel, layout and length against long doubles; what does not fit."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from wxb.moments.kernels import TILE, Around

RANDOM = np.random.default_rng(17)


def layouts(X: np.ndarray) -> dict[str, np.ndarray]:
    wide = np.zeros((2 * len(X), X.shape[1] + 3))
    wide[::2, 1:-2] = X
    return {"row by row": X.copy(order="C"), "column by column": X.copy(order="F"), "a part": wide[::2, 1:-2]}


def around(p: int, q: int) -> Around:
    T = np.tril(RANDOM.normal(size=(p, p)))
    centre, theta = RANDOM.normal(size=(2, p)), RANDOM.normal(size=(2, q + 1))
    centre[1] *= 2.0**-54
    theta[1] *= 2.0**-54
    return Around(centre, T, theta)


def near(found: np.ndarray, truth: np.ndarray, rel: float, least: float = 1e-12) -> bool:
    """What `pytest.approx` says, which asks each of a hundred thousand numbers by itself."""
    return bool((abs(found - truth) <= np.maximum(rel * abs(truth), least)).all())


@pytest.mark.parametrize("layout", layouts(np.zeros((2, 2))))
@pytest.mark.parametrize(("p", "q"), [(0, 1), (1, 2), (3, 4), (4, 5), (10, 11), (21, 22)])
@pytest.mark.parametrize("rows", [1, 7, 512, 1031])
def test_whiten(kernel, layout, p, q, rows):
    X = layouts(RANDOM.normal(size=(rows, q)))[layout]
    rests = {0: X[:, 0] * 2.0**-54 * RANDOM.uniform(-1, 1, rows)} if rows == 1031 else {}
    look, whole = around(p, q), np.full((p + 1, rows), 7.0)
    size, left = np.empty(rows), np.empty(rows)
    kernel.whiten(list(X.T), rests, look, whole[1:], size, left)
    exact = X.astype(np.longdouble)
    for j, rest in rests.items():
        exact[:, j] += rest
    centre = look.centre.astype(np.longdouble).sum(axis=0)
    z = (exact[:, :p] - centre) @ look.T.T.astype(np.longdouble)
    assert near(whole[1:].T, z.astype(float), rel=1e-13, least=1e-13)
    assert near(size, (z * z).sum(axis=1).astype(float), rel=1e-13)
    assert (whole[0] == 7).all()
    theta = look.theta.astype(np.longdouble).sum(axis=0)
    assert near(left, (theta[0] + exact @ theta[1:]).astype(float), rel=1e-13, least=1e-16)


def test_what_cancels_is_still_told(kernel):
    """θ₀ + θ·x of numbers near 1e9 that leave 1e-9: as if it were rounded once."""
    x = RANDOM.uniform(1, 2, 600) * 2.0**30
    theta = Fraction(1, 3)
    y = x / 3
    pair = [[0.0, -float(theta), 1.0], [0.0, -float(theta - Fraction(float(theta))), 0.0]]
    look = Around(np.zeros((2, 0)), np.zeros((0, 0)), np.array(pair))
    left = np.empty(600)
    kernel.whiten([x, y], {}, look, np.empty((0, 600)), np.empty(600), left)
    truth = [float(Fraction(b) - theta * Fraction(a)) for a, b in zip(x.tolist(), y.tolist())]
    assert left == pytest.approx(truth, rel=1e-13, abs=1e-22)
    assert 0 < np.abs(left).max() < 1e-6


def test_a_row_does_not_know_those_beside_it(kernel):
    """The same bits in any company: sums that leave no trace of blocks rest on it."""
    X, look = RANDOM.normal(size=(1300, 6)), around(5, 6)
    whole, parts = ([np.empty((5, 1300)), np.empty(1300), np.empty(1300)] for _ in range(2))
    kernel.whiten(list(X.T), {}, look, *whole)
    for start, stop in [(0, 1), (1, 14), (14, 700), (700, 1300)]:
        some = [np.empty((5, stop - start)), np.empty(stop - start), np.empty(stop - start)]
        kernel.whiten(list(X[start:stop].T), {}, look, *some)
        for part, one in zip(parts, some):
            part[..., start:stop] = one
    assert [one.tobytes() for one in whole] == [one.tobytes() for one in parts]


@pytest.mark.parametrize("layout", layouts(np.zeros((2, 2))))
@pytest.mark.parametrize("width", [1, 3, 7, 11, 23])
def test_weigh(kernel, layout, width):
    starts = np.array([3, 3, 10, 10 + TILE, 900, 901])
    X = layouts(RANDOM.normal(size=(1000, width)))[layout]
    weights = [RANDOM.uniform(0, 1, 1000), None, np.broadcast_to(2.0, 1000)]
    sums = np.zeros((5, 3, width, width))
    kernel.weigh(list(X.T), starts, weights, sums)
    for t, (start, stop) in enumerate(pairwise(starts.tolist())):
        for m, v in enumerate(weights):
            some = X[start:stop].astype(np.longdouble)
            truth = (some * (1 if v is None else v[start:stop, None])).T @ some
            assert sums[t, m] == pytest.approx(truth.astype(float), rel=1e-12, abs=1e-13)
            assert (sums[t, m] == sums[t, m].T).all()


@pytest.mark.compiler
def test_what_does_not_belong_together_is_refused():
    loop = pytest.importorskip("wxb.moments.kernels._native").Loop()
    x, z, size = np.zeros(20), np.zeros((1, 20)), np.zeros(20)
    good = Around(np.zeros((2, 1)), np.eye(1), np.zeros((2, 3)))
    loop.whiten([x, x], None, *good, z, size, size.copy())
    bad = [
        ([x, x], None, good.centre, np.eye(2), good.theta, z, size, size),
        ([x, x], None, *good, z[:, :10].copy(), size, size),
        ([x, x], None, *good, z, size[:3], size),
        ([x, x], [x], *good, z, size, size),
        ([x, x], [x[:5], x[:5]], *good, z, size, size),
        ([x, x], x, *good, z, size, size),
        ([x], None, good.centre, np.eye(3), np.zeros((2, 2)), z, size, size),
        ([x, x.astype(np.float32)], None, *good, z, size, size),
    ]
    for arguments in bad:
        with pytest.raises((TypeError, ValueError)):
            loop.whiten(*arguments)
    sums = np.zeros((1, 1, 2, 2))
    loop.weigh([x, x], np.array([0, 20]), [None], sums)
    for starts in ([0, 21], [-1, 5], [5, 2], [0, 3, 9], []):
        with pytest.raises(ValueError, match="tiles"):
            loop.weigh([x, x], np.array(starts, dtype=np.int64), [None], sums)
    long = np.zeros(2 * TILE)
    with pytest.raises(ValueError, match="tiles"):
        loop.weigh([long, long], np.array([0, TILE + 1]), [None], sums)
    for weights in ([x[:3]], [x, x], [3]):
        with pytest.raises((TypeError, ValueError)):
            loop.weigh([x, x], np.array([0, 20]), weights, sums)
