"""The roads through the normal equations: refinement, rational arithmetic, balls; against Fractions and each other."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from support import rational
from wxb import normal_equations
from wxb.estimate import Estimate
from wxb.inference import infer
from wxb.moments import Ledger, Moments
from wxb.normal_equations import balls, refinement, solve_normal
from wxb.normal_equations.scaled import rounds_one_way
from wxb.solve import solve

RANDOM = np.random.default_rng(31)
MANY = 10**6
ROADS = {  # settings of the module: where each road begins and ends
    "as it comes": {},
    "refinement first": {"FEW": 0, "SMALL": 0},
    "refinement, then balls": {"FEW": 0, "RATIONAL": 0, "SMALL": 0},
    "rational": {"FEW": MANY, "RATIONAL": MANY, "SMALL": MANY},
    "balls": {"FEW": MANY, "RATIONAL": 0, "SMALL": MANY},
}


@pytest.fixture(params=ROADS)
def road(request, monkeypatch):
    for name, value in ROADS[request.param].items():
        monkeypatch.setattr(normal_equations, name, value)
    return request.param


def on(road: str, moments: Moments) -> tuple[list[float], float, list[float]]:
    """Coefficients, rss, standard errors."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ROADS[road].items():
            patch.setattr(normal_equations, name, value)
        solution = solve(moments)
        return solution.coefficients.tolist(), float(solution.rss), infer(Estimate.of(solution)).se.tolist()


@pytest.mark.parametrize("count", [1, 7, 8, 9, 40])
def test_all_roads_lead_to_the_same_bits(count):
    X = RANDOM.normal(size=(3 * count, count)) * 10.0 ** RANDOM.integers(-9, 9, count) + 100
    moments = Moments.of(X, RANDOM.normal(size=3 * count))
    found = {name: on(name, moments) for name in ROADS}
    assert all(numbers == found["rational"] for numbers in found.values())


def test_a_nearly_collinear_design(road):
    x = RANDOM.normal(size=200)
    X = np.column_stack([x, x + 1e-13 * RANDOM.normal(size=200)])
    y = RANDOM.normal(size=200)
    truth = rational.Fit(list(X.T), y)
    solution = solve(Moments.of(X, y))
    assert solution.coefficients.tolist() == [float(c) for c in truth.coefficients]
    assert float(solution.rss) == float(truth.rss)


@pytest.mark.parametrize("distance", [100, 170, 230, 300, 390])
def test_columns_told_apart_by_more_bits_than_balls_begin_with(road, distance):
    """Columns that differ by as little as 2^-390, in their low parts."""
    x, z, y = (RANDOM.integers(-9, 9, 50) * 1.0 for _ in range(3))
    X = [x, (x, z * 2.0**-distance)]
    moments = replace(Moments.of(X, y), rounding=(0.0, 0.0, 0.0))
    truth = rational.Fit(X, y)
    solution = solve(moments)
    assert solution.dropped == ()
    assert solution.coefficients.tolist() == [float(c) for c in truth.coefficients]
    assert float(solution.rss) == float(truth.rss)
    for value, square in zip(infer(Estimate.of(solution)).se, truth.squared_errors):
        assert rational.digits(value, rational.root(square)) >= 15.9


def test_nothing_left_is_exactly_nothing(road):
    """A line through every row, a slope that is exactly 0, a target of zeros."""
    X = RANDOM.integers(-9, 9, (40, 11)) * 1.0
    beta = np.arange(1.0, 12.0)
    solution = solve(Moments.of(X, X @ beta + 3))
    assert solution.rss == 0
    assert solution.coefficients.tolist() == [3.0, *beta]
    nothing = solve(Moments.of(X, np.zeros(40)))
    assert nothing.rss == 0
    assert not nothing.coefficients.any()


def test_r2_of_nearly_nothing_keeps_its_digits(road):
    """Nine columns that explain 1e-26 of the target: 1 − rss / tss cancels nearly everything."""
    X = RANDOM.integers(-9, 9, (60, 9)) * 1.0
    ones = np.column_stack([np.ones(60), X])
    noise = RANDOM.integers(-9, 9, 60) * 1.0
    rest = noise - ones @ np.linalg.lstsq(ones, noise, rcond=None)[0]
    moments = Moments.of(X, np.round(rest * 2.0**40))  # at right angles to X but for rounding to whole numbers
    truth = rational.Fit(list(X.T), np.round(rest * 2.0**40))
    assert truth.r2 < Fraction(1, 10**22)
    assert rational.digits(infer(Estimate.of(solve(moments))).r2, truth.r2) >= 15.5


@pytest.mark.parametrize("shifts", [(0, 0, 0), (3, 0, 1), (0, 7, 2), (64, 1, 33)])
def test_the_same_moments_stored_on_other_exponents_give_the_same_bits(road, shifts):
    X, y = RANDOM.normal(size=(30, 11)), RANDOM.normal(size=30)
    moments = Moments.of(X, y)
    ledger = moments.ledger
    finer = [e - shifts[i % 3] for i, e in enumerate(ledger.exponents)]
    other = replace(moments, ledger=Ledger(finer, ledger.aligned(finer)))
    assert other == moments
    one, two = solve(moments), solve(other)
    assert one.coefficients.tolist() == two.coefficients.tolist()
    assert one.rss == two.rss
    assert infer(Estimate.of(one)).covariance.tolist() == infer(Estimate.of(two)).covariance.tolist()


def scaled_gram(count: int, digits: float, scale: float, seed: int) -> tuple[list[list[int]], list[int], int]:
    """G, r and Σy² of columns with a condition of about 10^digits, whose scales differ by up to 10^scale."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(count + 9, count)) @ random.normal(size=(count, count))
    X[:, -1] = X[:, 0] + 10.0**-digits * X[:, -1]
    X *= 10.0 ** random.uniform(-scale / 2, scale / 2, count)
    ledger = Moments.of(X, random.normal(size=count + 9)).ledger
    return [row[1:-1] for row in ledger.integers[1:-1]], ledger.integers[-1][1:-1], ledger.integers[-1][-1]


@settings(max_examples=40)
@given(
    st.integers(2, 25), st.floats(0, 5), st.sampled_from([0, 10, 100, 400]), st.integers(0, 10**6)
)  # 400: more bits than are kept after the point
def test_refinement_proves_what_rational_arithmetic_finds(count, digits, scale, seed):
    gram, right, square = scaled_gram(count, digits, scale, seed)
    truth = normal_equations._rational(gram, right, square)
    found = refinement.solve(gram, right, square)
    if found is None:
        assert digits > 3 or scale > 100
        return
    for value, exact in zip(found.coefficients, truth.coefficients):
        assert abs(value - exact) <= abs(exact) / 2**99
    assert truth.rss <= found.rss <= truth.rss * (1 + Fraction(1, 2**199))


@pytest.mark.parametrize("invert", [refinement.invert, balls.invert])
@pytest.mark.parametrize("digits", [0, 3, 5])
@pytest.mark.parametrize("scale", [0, 100, 400])
def test_the_inverse_is_as_near_as_promised(invert, digits, scale):
    gram, _, _ = scaled_gram(12, digits, scale, 5)
    inverse = invert(gram)
    truth = rational.invert([[Fraction(v) for v in row] for row in gram])
    for a, row in enumerate(inverse):
        assert len(row) == a + 1
        for b, (mantissa, exponent) in enumerate(row):
            off = abs(mantissa * Fraction(2) ** exponent - truth[a][b])
            assert off**2 <= truth[a][a] * truth[b][b] / 4**78


@pytest.mark.parametrize(
    "rows", [[[1, 0, 0], [0, 4, 2], [0, 2, 1]], [[1, 0, 0], [0, 10**40, 10**40 - 1], [0, 10**40 - 1, 10**40]]]
)
def test_refinement_says_when_float64_is_no_start(rows):
    assert refinement.invert(rows) is None
    assert refinement.solve(rows, [1, 1, 2], 10) is None


def test_no_coefficient_at_all():
    assert solve_normal([], [], 7).rss == 7


def test_a_number_that_could_round_either_way_decides_nothing():
    half = (2**53 + 1) << 200  # between two doubles
    assert not rounds_one_way(half)
    assert not rounds_one_way(-half + 2**80)
    assert rounds_one_way(half + 2**180)
    assert rounds_one_way(2**300)
    assert rounds_one_way(3)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_coefficient_halfway_between_two_doubles(road, sign):
    """Goes to rational arithmetic, which rounds it to even: y is (2^53 + 1) x and something at right angles to it."""
    x = np.tile([1.0, -1.0, 2.0, -2.0], 10)
    noise = np.tile([3.0, 3.0, -1.0, -1.0], 10)
    others = [
        np.roll(np.repeat([1.0, -1.0, 0.0], [4, 4, 32]), 8 * j) * np.tile([1.0, 1.0, 0.0, 0.0], 10) for j in range(5)
    ]
    y = (sign * x * 2.0**53, sign * x + noise)
    moments = Moments.of([x, *others], y)
    assert rational.Fit([x, *others], y).coefficients[1] == sign * (2**53 + 1)
    either = road in ("balls", "refinement, then balls")
    assert sign * solve(moments).coefficients[1] in ((2.0**53, 2.0**53 + 2) if either else (2.0**53,))


def test_precision_is_left_as_it_was(road):
    before = ctx.prec
    infer(Estimate.of(solve(Moments.of(RANDOM.normal(size=(30, 9)), RANDOM.normal(size=30)))))
    assert ctx.prec == before
