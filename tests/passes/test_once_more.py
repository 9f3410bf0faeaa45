"""The rows once more: sums that remember neither blocks nor threads, against the same in long doubles."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from wxb.data.block import Block, Column
from wxb.errors import NumericalError, UsageError
from wxb.moments import Moments
from wxb.moments.kernels import ByNumPy, choose
from wxb.passes.once_more import OnceMore
from wxb.passes.row_measures import Scale
from wxb.passes.row_sums import Wanted
from wxb.solve import solve
from wxb.whitening import Whitening

RANDOM = np.random.default_rng(8)
N = 3000
X = RANDOM.normal(size=(N, 3)) * [1.0, 50.0, 1e-3] + [0.0, 2000.0, 3e-3]
Y = X @ [2.0, -0.1, 400.0] + RANDOM.normal(size=N) * (1 + np.abs(X[:, 0]))
WEIGHTS = RANDOM.uniform(0.1, 3.0, N)
ALL = Wanted(meats=("HC0", "HC2", "HC3"), lags=3)


def block(start: int, stop: int, kept: np.ndarray | None = None, weights: bool = False, counts=None) -> Block:
    """Rows start … stop of the source, of which some are kept."""
    rows = np.arange(start, stop)
    if kept is not None:
        rows = rows[kept[start:stop]]
    positions = None if kept is None else np.flatnonzero(kept[start:stop])
    return Block(
        first=start,
        source_rows=stop - start,
        kept=positions,
        features=tuple(Column(np.ascontiguousarray(X[rows, j])) for j in range(3)),
        target=Column(Y[rows]),
        weights=WEIGHTS[rows] if weights else None,
        frequency=None if counts is None else counts[rows],
    )


def passed(wanted: Wanted, blocks: list[Block], kernel=None, intercept: bool = True, **moments):
    solution = solve(Moments.of(**moments), intercept=intercept)
    statistic = OnceMore(Whitening.of(solution), wanted, kernel=kernel).new()
    for one in blocks:
        copy = statistic.new()
        copy.add(one)
        statistic.absorb(copy)
    return solution, statistic.whitening, statistic.result(None)  # type: ignore[arg-type]


def long_double(solution, w: np.ndarray, kind: str) -> np.ndarray:
    """Σ v x xᵀ between inverses, in long doubles."""
    full = np.column_stack([np.ones(len(X)), X])[w > 0].astype(np.longdouble)
    y, w = Y[w > 0].astype(np.longdouble), w[w > 0].astype(np.longdouble)
    gram = (full * w[:, None]).T @ full
    scale = np.sqrt(gram.diagonal())
    inverse = np.linalg.inv((gram / np.outer(scale, scale)).astype(float)).astype(np.longdouble)
    for _ in range(3):
        inverse = inverse @ (2 * np.eye(4) - (gram / np.outer(scale, scale)) @ inverse)
    inverse = inverse / np.outer(scale, scale)
    theta = inverse @ ((full * w[:, None]).T @ y)
    e, h = y - full @ theta, w * np.einsum("ij,jk,ik->i", full, inverse, full)
    scores = full * (w * e)[:, None]
    if kind == "HAC":
        meat = scores.T @ scores
        for lag in (1, 2, 3):
            cross = scores[lag:].T @ scores[:-lag]
            meat = meat + (1 - np.longdouble(lag) / 4) * (cross + cross.T)
    else:
        meat = (scores / (1 - h[:, None]) ** {"HC0": 0, "HC2": 1, "HC3": 2}[kind]).T @ scores
    return np.sqrt((inverse @ meat @ inverse).diagonal()).astype(float)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kernel", [None, ByNumPy()], ids=["best", "numpy"])
def test_errors_to_thirteen_digits(kernel, weighted):
    w = WEIGHTS if weighted else np.ones(N)
    given = {"weights": WEIGHTS} if weighted else {}
    solution, whitening, found = passed(ALL, [block(0, N, weights=weighted)], kernel, X=X, y=Y, **given)
    assert found.rows == N
    for meat, kind in zip([*found.sums["meats"], found.sums["HAC"]], ["HC0", "HC2", "HC3", "HAC"]):
        se = np.sqrt(whitening.covariance(meat).diagonal())
        assert se == pytest.approx(long_double(solution, w, kind), rel=1e-13)


@pytest.mark.parametrize("kernel", [choose(), ByNumPy()], ids=["best", "numpy"])
@pytest.mark.parametrize("dropping", [False, True])
def test_blocks_leave_no_trace(kernel, dropping):
    kept = RANDOM.uniform(size=N) > 0.3 if dropping else None
    if kept is not None:
        kept[600:1400] = False  # whole tiles without a row
    here = slice(None) if kept is None else kept
    given = {"X": X[here], "y": Y[here]}
    truth = passed(ALL, [block(0, N, kept)], kernel, **given)[2]
    for size in (1, 13, 500, 512, 700, 2048):
        blocks = [block(start, min(start + size, N), kept) for start in range(0, N, size)]
        found = passed(ALL, blocks, kernel, **given)[2]
        assert found.rows == truth.rows
        assert {name: part.tobytes() for name, part in found.sums.items()} == {
            name: part.tobytes() for name, part in truth.sums.items()
        }


def test_rows_of_a_frequency_are_that_many_rows():
    counts = RANDOM.integers(0, 4, N).astype(float)
    again = np.repeat(np.arange(N), counts.astype(int))
    wanted = Wanted(meats=("HC0", "HC2", "HC3"))
    _, whitening, found = passed(wanted, [block(0, N, counts=counts)], X=X[again], y=Y[again])
    many = Block(
        first=0,
        source_rows=len(again),
        kept=None,
        features=tuple(Column(X[again, j].copy()) for j in range(3)),
        target=Column(Y[again]),
    )
    truth = passed(wanted, [many], X=X[again], y=Y[again])[2]
    assert found.rows == truth.rows == counts.sum()
    for mine, theirs in zip(found.sums["meats"], truth.sums["meats"]):
        assert whitening.covariance(mine) == pytest.approx(whitening.covariance(theirs), rel=1e-13)
    with pytest.raises(UsageError, match="order of the rows"):
        passed(Wanted(lags=2), [block(0, N, counts=counts)], X=X[again], y=Y[again])


def test_rows_of_no_weight_are_not_there():
    weights = WEIGHTS * (RANDOM.uniform(size=N) > 0.5)
    one = Block(0, N, None, tuple(Column(X[:, j].copy()) for j in range(3)), Column(Y), weights)
    solution, whitening, found = passed(ALL, [one], X=X, y=Y, weights=weights)
    assert found.rows == (weights > 0).sum() == solution.rows
    se = np.sqrt(whitening.covariance(found.sums["meats"][2]).diagonal())
    assert se == pytest.approx(long_double(solution, weights, "HC3"), rel=1e-13)


def test_a_row_that_alone_decides_a_coefficient():
    features = np.column_stack([X[:, 0], np.arange(N) == 1234])
    one = Block(0, N, None, tuple(Column(features[:, j].astype(float)) for j in range(2)), Column(Y))
    passed(Wanted(meats=("HC0",)), [one], X=features, y=Y)
    with pytest.raises(NumericalError, match="data row 1235 has a leverage of 1") as told:
        passed(Wanted(meats=("HC3",)), [one], X=features, y=Y)
    assert 'se="HC1"' in told.value.do


def test_nearly_leverage_one_keeps_its_digits():
    """A row 10⁸ away: 1 − h is 2e-14, and HC3 asks for its square."""
    x = np.append(RANDOM.normal(size=200), 1e8)
    y = np.append(RANDOM.normal(size=200), 3e7)
    one = Block(0, 201, None, (Column(x),), Column(y))
    _, whitening, found = passed(Wanted(meats=("HC3",)), [one], X=x[:, None], y=y)
    xs, ys = [*map(Fraction, x.tolist())], [*map(Fraction, y.tolist())]
    n, sx, sxx = len(xs), sum(xs), sum(a * a for a in xs)
    sy, sxy = sum(ys), sum(a * b for a, b in zip(xs, ys))
    det = n * sxx - sx * sx
    slope = (n * sxy - sx * sy) / det
    b = (sy - slope * sx) / n
    h = [(sxx - 2 * a * sx + n * a * a) / det for a in xs]
    total = sum(((v - b - slope * a) / (1 - t)) ** 2 * ((n * a - sx) / det) ** 2 for a, v, t in zip(xs, ys, h))
    assert whitening.covariance(found.sums["meats"][0])[1, 1] == pytest.approx(float(total), rel=1e-13)


@pytest.mark.parametrize("seed", range(6))
def test_runs_of_blocks_append_in_any_grouping(seed):
    """Parts that others read: short and long ones, with rows left out, grouped as a tree."""
    random = np.random.default_rng(seed)
    kept = random.uniform(size=N) > (0.0, 0.4)[seed % 2]
    kept[: (0, 0, 700)[seed % 3]] = False
    wanted = Wanted(meats=("HC0", "HC3"), lags=(None, 3, None)[seed % 3], tests=seed == 5, scale=Scale(1.0, 10, 4))
    edges = [0, *sorted(random.choice(np.arange(1, N), (9, 60)[seed // 3], replace=False).tolist()), N]
    blocks = [block(a, b, kept) for a, b in pairwise(edges)]
    __, __, right = passed(wanted, blocks, X=X, y=Y)
    statistic = OnceMore(Whitening.of(solve(Moments.of(X=X, y=Y), intercept=True)), wanted)
    parts = []
    for one in blocks:
        whole, copy = statistic.new(), statistic.new()
        whole.begin(one)
        copy.add(one)
        whole.absorb(copy)
        parts.append(whole)
    while len(parts) > 1:
        place = int(random.integers(len(parts) - 1))
        parts[place].append(parts.pop(place + 1))
    found = parts[0].result(None)
    assert found.rows == right.rows == kept.sum()
    assert all((found.sums[name] == right.sums[name]).all() for name in right.sums)
    assert len(right.sums) == 1 + (wanted.lags is not None) + wanted.tests
