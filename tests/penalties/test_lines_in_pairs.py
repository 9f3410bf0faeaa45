"""Lines in pairs of doubles: every number of a path and of its folds beside rational arithmetic, where columns nearly agree."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import wxb
from support.nist import load
from wxb.moments import Moments
from wxb.penalties import lines
from wxb.penalties.choose import costs
from wxb.penalties.penalty import Penalty
from wxb.penalties.seen import Seen
from wxb.question import Shares

pytestmark = pytest.mark.filterwarnings("ignore:.*predicts best")
Exact = list[list[Fraction]]


def alike(apart: int, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """Four columns of which two agree but for 2^−apart of a number, and the third is nearly their sum."""
    rng = np.random.default_rng(apart)
    one, other, rest = rng.integers(-64, 64, (3, n)) / 16
    X = np.column_stack([one, one + rest * 2.0**-apart, other, one + other + rng.integers(-8, 8, n) * 2.0**-apart])
    return X, X[:, 0] - X[:, 2] + rng.integers(-16, 16, n) / 8 + 3


def centred(X: np.ndarray, y: np.ndarray) -> tuple[Exact, list[Fraction], list[Fraction]]:
    """C, c and the means of all, exactly."""
    columns = [[Fraction(v) for v in column] for column in (*X.T.tolist(), y.tolist())]
    means = [sum(column) / len(y) for column in columns]
    *z, target = ([v - mean for v in column] for column, mean in zip(columns, means))
    square = [[sum(a * b for a, b in zip(i, j)) / len(y) for j in z] for i in z]
    return square, [sum(a * b for a, b in zip(i, target)) / len(y) for i in z], means


def solved(square: Exact, cross: list[Fraction]) -> list[Fraction]:
    """By Gauss."""
    table = [[*row, right] for row, right in zip(square, cross)]
    for i in range(len(table)):
        table[i] = [v / table[i][i] for v in table[i]]
        for j in range(len(table)):
            if j != i:
                table[j] = [a - table[j][i] * b for a, b in zip(table[j], table[i])]
    return [row[-1] for row in table]


def minimum(X: np.ndarray, y: np.ndarray, l1: float, l2: float, signs: np.ndarray) -> list[Fraction]:
    """The exact minimum with these signs, and b; its conditions hold, so there is no other."""
    square, cross, means = centred(X, y)
    there = np.flatnonzero(signs) if l1 else np.arange(len(cross))
    half = [Fraction(l1) / 2 * int(sign) for sign in signs]
    system = [[square[i][j] + (Fraction(l2) if i == j else 0) for j in there] for i in there]
    weights = [Fraction(0)] * len(cross)
    for j, weight in zip(there, solved(system, [cross[i] - half[i] for i in there])):
        weights[j] = weight
    if l1:
        slopes = [c - sum(a * w for a, w in zip(row, weights)) for c, row in zip(cross, square)]
        assert all(abs(slope) <= Fraction(l1) / 2 for slope, sign in zip(slopes, signs) if not sign)
        assert all(weight * int(sign) > 0 for weight, sign in zip(weights, signs) if sign)
    return [*weights, means[-1] - sum(w * mean for w, mean in zip(weights, means))]


def mean_square(X: np.ndarray, y: np.ndarray, line: list[Fraction]) -> float:
    *weights, b = line
    errors = [
        Fraction(goal) - b - sum(w * Fraction(v) for w, v in zip(weights, row))
        for row, goal in zip(X.tolist(), y.tolist())
    ]
    return float(sum(error * error for error in errors) / len(y))


def agree(found: np.ndarray, wanted: list[Fraction] | list[float], rel: float = 1e-14) -> None:
    assert found.tolist() == pytest.approx([float(value) for value in wanted], rel=rel, abs=0)


@pytest.mark.compiler
@pytest.mark.parametrize("apart", [4, 28])
@pytest.mark.parametrize("l2", [0.0, 2.0**-30])
def test_a_lasso_of_columns_that_nearly_agree(apart, l2):
    X, y = alike(apart)
    among, fold = [2.0**-28, 2.0**-14, 2.0**-4, 1.0], Shares(folds=2).of(np.arange(len(y)))
    given = {"l2": l2} if l2 else {}
    path = wxb.fit((X, y), l1="auto", among=among, folds=2, standardise=False, **given).path
    for i, l1 in enumerate(path.values):
        line = minimum(X, y, l1, l2, np.sign(path.coef[i]))
        agree(np.array([*path.coef[i], path.intercept[i]]), line)
        assert path.cost[i] == pytest.approx(mean_square(X, y, line), rel=1e-14)
        for k in range(2):
            mine, others = fold == k, fold != k
            penalty = Penalty(l2=l2, l1=l1, factors=np.ones(4), standardise=False, positive=False)
            found, __ = penalty.line(Seen.of(Moments.of(X[others], y[others]), True))
            line = minimum(X[others], y[others], l1, l2, np.sign(found[0]))
            assert path.fold_costs[k, i] == pytest.approx(mean_square(X[mine], y[mine], line), rel=1e-14)


@pytest.mark.compiler
def test_a_ridge_of_longley_in_its_own_units():
    columns, y = load("Longley")
    X = np.column_stack([*columns.values()])
    path = wxb.fit((X, y), l2="auto", choose="gcv", standardise=False).path
    square, __, ___ = centred(X, y)
    for i in range(0, len(path), 7):
        l2 = float(path.values[i])
        line = minimum(X, y, 0.0, l2, np.ones(6))
        agree(np.array([*path.coef[i], path.intercept[i]]), line)
        assert path.cost[i] == pytest.approx(mean_square(X, y, line), rel=1e-14)
        system = [[v + (Fraction(l2) if i == j else 0) for j, v in enumerate(row)] for i, row in enumerate(square)]
        freedom = 7 - sum(Fraction(l2) * solved(system, [Fraction(int(i == j)) for i in range(6)])[j] for j in range(6))
        assert path.freedom[i] == pytest.approx(float(freedom), rel=1e-13)


def problem(n: int, p: int, seed: int = 3) -> Seen:
    rng = np.random.default_rng(seed)
    X = rng.integers(-64, 64, (n, p)) / 16 + rng.integers(-16, 16, (n, 1)) / 8
    return Seen.of(Moments.of(X, X[:, 0] - 2 * X[:, p // 2] + rng.integers(-32, 32, n) / 8), True)


@pytest.mark.compiler
@pytest.mark.parametrize("positive", [False, True])
@pytest.mark.parametrize(("l1", "l2"), [("l1", 0.25), ("l2", 0.5)])
@pytest.mark.parametrize(("n", "p"), [(60, 5), (40, 30), (100, 70)])
def test_the_walk_ends_where_the_descent_does(monkeypatch, positive, l1, l2, n, p):
    seen = problem(n, p)
    own = {"l1": 0.5, "l2": l2} if l1 == "l2" else {"l1": 0.0, "l2": l2}
    factors = np.ones(p)
    factors[1] = 0.0
    penalty = Penalty(factors=factors, standardise=True, positive=positive, **own)
    values = penalty.tried(seen, l1)[1::6]  # at the first one rounding decides
    walked = penalty.lines(seen, l1, values, free=True)
    by_pairs = costs(seen, seen, walked.weights)
    monkeypatch.setattr(lines, "_compiled", lambda: None)
    descended = penalty.lines(seen, l1, values, free=True)
    assert walked.weights[0] == pytest.approx(descended.weights[0], abs=1e-9)
    assert walked.freedom == pytest.approx(descended.freedom, rel=1e-9)
    assert by_pairs == pytest.approx(costs(seen, seen, walked.weights), rel=1e-15)


@pytest.mark.compiler
@pytest.mark.parametrize("factor", [0.0, 1.0])
def test_a_ridge_one_by_one_and_decomposed(monkeypatch, factor):
    seen = problem(60, 8)
    penalty = Penalty(l2=0.0, l1=0.0, factors=np.array([factor] * 2 + [2.0] * 6), standardise=True, positive=False)
    values = penalty.tried(seen, "l2")
    solved = penalty.lines(seen, "l2", values, free=True)
    monkeypatch.setattr(lines, "NARROW", 1)
    refined = penalty.lines(seen, "l2", values, free=True)
    monkeypatch.setattr(lines, "_compiled", lambda: None)
    slowly = penalty.lines(seen, "l2", values, free=True)
    for other in (refined, slowly):
        assert other.weights[0] == pytest.approx(solved.weights[0], rel=1e-15)
        assert other.freedom == pytest.approx(solved.freedom, rel=1e-12)


def test_columns_that_are_another_in_other_units_end_at_the_minimum():
    X, y = alike(4)
    X = np.column_stack([X, X[:, :2] * 2, -X[:, 2], X[:, 0] + X[:, 2]])
    for l1 in (2.0, 0.25, 2.0**-20):
        found = wxb.fit((X, y), l1=l1, standardise=False).penalised
        assert found.gap < 1e-14
    path = wxb.fit((X, y), l1="auto").path
    assert (path.freedom <= 5).all()


def test_costs_of_which_nothing_is_left_are_formed_in_integers():
    X, __ = alike(4)
    y = X[:, 0] - X[:, 2]
    path = wxb.fit((X, y), l2="auto", among=[2.0**-60], folds=2, standardise=False).path
    assert path.cost[0] == pytest.approx(mean_square(X, y, minimum(X, y, 0.0, 2.0**-60, np.ones(4))), rel=1e-12)
    assert 0 < path.cost[0] < 1e-30


@pytest.mark.compiler
@pytest.mark.parametrize("power", [-490, -300, 300, 505])
@pytest.mark.parametrize("asked", [{"l2": True}, {"l1": True}, {"l2": True, "positive": True}])
def test_columns_of_any_size_have_the_same_lines(asked, power):
    rng = np.random.default_rng(5)
    X, y = rng.standard_normal((60, 4)), rng.standard_normal(60)
    scale = 2.0**power
    options = {"folds": 4, "standardise": False, **asked}
    (name, _), *__ = asked.items()
    given = options | {name: "auto"}
    tried = np.geomspace(4.0, 2.0**-8, 12)
    one = wxb.fit((X, y), **given, among=tried).path
    other = wxb.fit((X * scale, y), **given, among=tried * scale if name == "l1" else tried * scale * scale).path
    assert np.array_equal(other.coef * scale, one.coef)
    assert np.array_equal(other.fold_costs, one.fold_costs)


@pytest.mark.compiler
@pytest.mark.parametrize("name", ["l1", "l2"])
@pytest.mark.parametrize("factor", [2.0**-1000, 5e-324])
def test_a_factor_and_a_penalty_may_be_of_any_size(name, factor):
    rng = np.random.default_rng(6)
    X = rng.standard_normal((60, 4))
    y = X[:, 0] + rng.standard_normal(60)
    terms = ("x1", "x2", "x3", "x4")
    given = {name: "auto", "folds": 4}
    tried = np.array([2.0**-60, 2.0**-54, 2.0**-52]) if factor < 2.0**-1000 else np.geomspace(0.1, 0.5, 5)
    one = wxb.fit((X, y), **given, among=tried).path
    lines = wxb.fit(
        (X, y), **given, among=np.ldexp(tried, -np.frexp(factor)[1] + 1), penalise=dict.fromkeys(terms, factor)
    ).path
    assert np.array_equal(one.coef, lines.coef)
    assert wxb.fit((X, y), **given, penalise=dict.fromkeys(terms, factor)).penalised.gap < 1e-12
