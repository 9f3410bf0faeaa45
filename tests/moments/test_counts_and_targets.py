"""Rows that stand for many, weights that are pairs, several targets: each the same bits as the plain road would give."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import wxb
from wxb.errors import UsageError
from wxb.moments import Collector, FastCollector, Moments

N = 9000  # more than are weighted at a time
RANDOM = np.random.default_rng(12)
COUNTS = RANDOM.integers(0, 5, N).astype(np.float64)
COLUMNS = {
    "normal": [RANDOM.normal(size=N), RANDOM.normal(size=N)],
    "whole": [RANDOM.integers(0, 50, N) * 1.0, RANDOM.integers(-9, 9, N) * 1.0],
    "all orders": [RANDOM.normal(size=N) * 10.0 ** RANDOM.uniform(-300, 300, N), RANDOM.normal(size=N)],
}
WEIGHTS = {
    "none": None,
    "uniform": np.where(RANDOM.uniform(size=N) < 0.1, 0.0, RANDOM.uniform(0, 2, N)),
    "all orders": 10.0 ** RANDOM.uniform(-300, 300, N),
}


def moments_of(collector: Collector) -> Moments:
    ledger = collector.result()
    return Moments(("a",), ("y",), collector.rows, ledger, (0.0, 0.0), log_weights=collector.log_weights)


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("name", COLUMNS)
def test_a_row_counted_often_is_that_row_many_times(kernel, name, weights):
    columns, w = COLUMNS[name], WEIGHTS[weights]
    rows = N if name == "normal" else 1000
    columns, w, counts = [c[:rows] for c in columns], None if w is None else w[:rows], COUNTS[:rows]
    counted, repeated = Collector(2, kernel), Collector(2, kernel)
    counted.add(columns, {}, w, counts=counts)
    often = counts.astype(int)
    repeated.add([np.repeat(c, often) for c in columns], {}, None if w is None else np.repeat(w, often))
    a, b = moments_of(counted), moments_of(repeated)
    assert a == b
    assert (a.rows, a.log_weights) == (b.rows, b.log_weights)
    assert [v.tolist() for v in counted.ranges()] == [v.tolist() for v in repeated.ranges()]


def test_counts_as_large_as_a_double_counts(kernel):
    collector = Collector(2, kernel)
    collector.add(
        [np.array([0.1, 0.3]), np.array([0.7, 1e-9])], {}, np.array([0.3, 0.2]), counts=np.array([2.0**53, 3.0])
    )
    moments = moments_of(collector)
    assert moments.rows == 2**53 + 3
    assert moments.exact(1, 2) == 2**53 * Fraction(0.3) * Fraction(0.1) * Fraction(0.7) + 3 * Fraction(0.2) * Fraction(
        0.3
    ) * Fraction(1e-9)


@pytest.mark.parametrize("name", COLUMNS)
def test_weights_that_are_pairs(kernel, name):
    """Second doubles of either sign, and rows that are out of the range of quick products."""
    columns = [c[:400] for c in COLUMNS[name]]
    w = RANDOM.uniform(0.5, 2, 400)
    second = w * RANDOM.uniform(-1, 1, 400) * 2.0**-54
    second[::5] = 0.0
    low = columns[0] * 2.0**-55
    collector = Collector(2, kernel)
    collector.add(columns, {0: low}, w, second=second, counts=COUNTS[:400])
    moments = moments_of(collector)
    truth = [[Fraction(0)] * 3 for _ in range(3)]
    for i in range(400):
        z = [Fraction(1), Fraction(columns[0][i]) + Fraction(low[i]), Fraction(columns[1][i])]
        v = (Fraction(w[i]) + Fraction(second[i])) * int(COUNTS[i])
        for j in range(3):
            for k in range(3):
                truth[j][k] += v * z[j] * z[k]
    assert [[moments.exact(j, k) for k in range(3)] for j in range(3)] == truth


@pytest.mark.parametrize("weights", ["none", "uniform"])
def test_fast_sums_count_within_their_bound(kernel, weights):
    columns, w = [c + 100 for c in COLUMNS["normal"]], WEIGHTS[weights]
    fast, exact = FastCollector(2, kernel), Collector(2, kernel)
    fast.add(columns, {}, w, counts=COUNTS)
    exact.add(columns, {}, w, counts=COUNTS)
    assert (fast.rows, fast.log_weights) == (exact.rows, exact.log_weights)
    noise, truth = fast.noise(), moments_of(exact)
    found = Moments(("a",), ("y",), fast.rows, fast.result(), (0.0, 0.0))
    assert noise is not None
    c = [Fraction(v) for v in noise.origin]

    def about(m: Moments, i: int, j: int) -> Fraction:
        return m.exact(i, j) - c[i] * m.exact(0, j) - c[j] * m.exact(0, i) + c[i] * c[j] * m.exact(0, 0)

    for i in range(3):
        for j in range(3):
            assert abs(about(found, i, j) - about(truth, i, j)) <= noise.slack[i] * noise.slack[j]


@pytest.mark.parametrize("weights", ["none", "uniform"])
def test_several_targets_are_read_at_once_and_taken_one_by_one(weights):
    X, w = np.column_stack(COLUMNS["normal"]), WEIGHTS[weights]
    ys = np.column_stack([X @ [1.0, 2.0], RANDOM.normal(size=N), COLUMNS["whole"][0]]).astype(np.float64)
    several = Moments.of(X, ys, w, terms=["a", "b"], target=["u", "v", "w"])
    assert several.targets == ("u", "v", "w")
    for j, name in enumerate(several.targets):
        one = Moments.of(X, ys[:, j], w, terms=["a", "b"], target=name)
        assert several.of_target(name) == one
        assert several.of_target(name).ledger.width == 4
        ours, theirs = wxb.fit(several, name), wxb.fit(one)
        assert ours.theta.tolist() == theirs.theta.tolist()
        assert ours.inference.se.tolist() == theirs.inference.se.tolist()
        assert several.select(["b"]).of_target(name) == one.select(["b"])
    columns = Moments.of(X, [*ys.T], w, terms=["a", "b"], target=["u", "v", "w"])
    assert columns == several
    assert (several + several - several) == several


def test_several_targets_are_told_in_a_line():
    several = Moments.of(np.ones((3, 1)), np.ones((3, 2)), target=["u", "v"])
    assert repr(several) == "Moments(2 targets ~ 1 term: 3 rows, exact)"


@pytest.mark.parametrize("rows", [4, 2], ids=["more rows than targets", "as many rows as targets"])
def test_targets_in_a_frame_or_a_tensor_are_its_columns(rows):
    X, ys = np.arange(rows * 1.0), np.arange(rows * 2.0).reshape(rows, 2)
    wanted = Moments.of(X, ys, target=["u", "v"])
    assert Moments.of(X, pd.DataFrame(ys), target=["u", "v"]) == wanted
    torch = pytest.importorskip("torch")
    assert Moments.of(X, torch.tensor(ys), target=["u", "v"]) == wanted


def test_several_targets_are_no_one_target():
    several = Moments.of(np.ones((3, 1)), np.ones((3, 2)), target=["u", "v"])
    with pytest.raises(UsageError, match=r"2 targets: u, v\n.*of_target"):
        _ = several.target
    with pytest.raises(UsageError, match="no target 'w'"):
        several.of_target("w")
    with pytest.raises(UsageError, match="2 names for 3 targets"):
        Moments.of(np.ones((3, 1)), np.ones((3, 3)), target=["u", "v"])
    with pytest.raises(UsageError, match="a name, or a list of different names"):
        Moments.of(np.ones((3, 1)), np.ones((3, 2)), target=["u", "u"])
    with pytest.raises(UsageError, match="different columns"):
        _ = several + several.of_target("u")
