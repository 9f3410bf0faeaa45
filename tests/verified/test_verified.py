"""Whatever LAPACK and BLAS find, what is said of a solution and of the inverse's diagonal holds: against Fractions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from flint import ctx

from support import rational
from wxb import verified
from wxb.moments import Moments
from wxb.normal_equations import balls
from wxb.normal_equations.variances import Variances
from wxb.verified import ANSWER_BITS, System
from wxb.verified.inverse import FAR, Inverse
from wxb.verified.sliced import Sliced, digit_width


def gram_of(count: int, digits: float, scale: float, seed: int) -> list[list[int]]:
    """G of the ones and columns far from 0, with a condition of about 10^digits, in scales that differ by up to 10^scale."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(count + 9, count)) @ random.normal(size=(count, count))
    X[:, -1] = X[:, 0] + 10.0**-digits * X[:, -1]
    X = (X + 1000 * random.normal(size=count)) * 10.0 ** random.uniform(-scale / 2, scale / 2, count)
    return [row[:-1] for row in Moments.of(X, X[:, 0]).ledger.integers[:-1]]


def scaled(system: System) -> list[list[Fraction]]:
    """A, put together from its slices."""
    units = [Fraction(2) ** (2 - system.matrix.width * m) for m in range(1, len(system.matrix.slices) + 1)]
    size = range(system.matrix.size)
    return [
        [sum((int(a[i, j]) * u for a, u in zip(system.matrix.slices, units)), Fraction(0)) for j in size] for i in size
    ]


CASES = [
    (count, digits, scale, seed)
    for seed, (count, digits, scale) in enumerate(
        (c, d, s) for c in (1, 2, 3, 5, 8) for d in (0, 2, 4, 5.5) for s in (0, 20, 300)
    )
]


def crude(monkeypatch: pytest.MonkeyPatch, off: float) -> None:
    """An inverse with so large relative errors, by which each bound is put to the test."""
    true = np.linalg.inv

    def made(A):
        R = true(A)
        return R * (1 + off * np.random.default_rng(3).uniform(-1, 1, R.shape))

    monkeypatch.setattr(np.linalg, "inv", made)
    if off:  # narrower slices leave more room above the last level
        monkeypatch.setattr("wxb.verified.sliced.digit_width", lambda size: 18)


@pytest.mark.parametrize("off", [0.0, 1e-12, 1e-6, 1e-3])
def test_every_bound_holds_however_crude_the_inverse_is(monkeypatch, off):
    crude(monkeypatch, off)
    told = 0
    for case in CASES:
        system = System.of(gram_of(*case))
        if system is None:
            assert off or case[1] > 3
            continue
        truth = rational.invert(scaled(system))
        norm = max(sum(map(abs, row)) for row in truth)
        assert norm <= system.inverse.norm
        diagonal = system.diagonal()
        if diagonal is not None:
            for j, row in enumerate(truth):
                found = sum(map(Fraction, diagonal.parts[:, j].tolist()))
                assert abs(found - row[j]) <= Fraction(float(diagonal.radius[j]))
                told += diagonal.radius[j] < 2.0**-20 * row[j]
        side = [7 + 3 * i for i in range(system.matrix.size)]
        exact = [sum(v * c for v, c in zip(row, side)) for row in truth]
        form = sum(v * c for v, c in zip(exact, side))
        for (answer,) in system.answers([side], [0] * len(side)):
            most = max(abs(Fraction(v, 2**ANSWER_BITS) - u) for v, u in zip(answer.x, exact))
            assert most <= Fraction(answer.error, 2**ANSWER_BITS)
            ball = answer.form()
            off_by = form - ball.middle * Fraction(2) ** ball.exponent
            assert 0 <= off_by <= ball.radius * Fraction(2) ** ball.exponent
    assert told > 50 or off > 1e-4


@pytest.mark.parametrize("bits", [60, 100])
def test_what_is_cut_off_is_in_the_bounds(monkeypatch, bits):
    monkeypatch.setattr("wxb.verified.sliced.MOST_BITS", bits)
    for case in CASES[::7]:
        gram = gram_of(*case)
        system = System.of(gram)
        if system is None:
            continue
        n, first = system.n, system.first
        C = [
            [Fraction(n * gram[i][j] - first[i - 1] * first[j - 1]) for j in range(1, len(gram))]
            for i in range(1, len(gram))
        ]
        A = [[v / Fraction(2) ** (s + t) for v, t in zip(row, system.scales)] for row, s in zip(C, system.scales)]
        truth = rational.invert(A)
        diagonal = system.diagonal()
        for j, row in enumerate(truth):
            side = [int(i == j) for i in range(len(A))]
            *_, (answer,) = system.answers([side], [0] * len(A))
            most = max(abs(Fraction(v, 2**ANSWER_BITS) - own[j]) for v, own in zip(answer.x, truth))
            assert most <= Fraction(answer.error, 2**ANSWER_BITS)
            ball = answer.form()
            unit = Fraction(2) ** ball.exponent
            assert abs(ball.middle * unit - row[j]) <= ball.radius * unit
            if diagonal is not None:
                found = sum(map(Fraction, diagonal.parts[:, j].tolist()))
                assert abs(found - row[j]) <= Fraction(float(diagonal.radius[j]))


@pytest.mark.parametrize("count", [1, 2, 7, 33, 130])
def test_slices_are_the_matrix_and_small_enough(count):
    random = np.random.default_rng(count)
    bits = int(random.integers(30, 200))
    numbers = [[int(v) << bits | int(w) for v, w in random.integers(-(2**60), 2**60, (i + 1, 2))] for i in range(count)]
    scale = (bits + 61) // 2 + 1
    matrix = Sliced.of(numbers, [scale] * count)
    units = [Fraction(2) ** (2 - matrix.width * m) for m in range(1, len(matrix.slices) + 1)]
    assert not matrix.cut
    for i, row in enumerate(numbers):
        for j, value in enumerate(row):
            assert sum(int(a[j, i]) * u for a, u in zip(matrix.slices, units)) == Fraction(value, 4**scale)
    assert max(np.abs(a).max() for a in matrix.slices) <= 2 ** (matrix.width - 1)
    assert count * 4 ** (digit_width(count) - 1) <= 2**53 < count * 4 ** digit_width(count) * 4


def test_products_with_digits_are_exact():
    system = System.of(gram_of(8, 2, 20, 1))
    assert system is not None
    A, width = scaled(system), system.matrix.width
    random = np.random.default_rng(2)
    digits = [random.integers(-(2 ** (width - 1)), 2 ** (width - 1), (8, 3)).astype(float) for _ in range(2)]
    levels = system.matrix.times(digits)
    for q in range(3):
        z = [int(a) * 2**width + int(b) for a, b in zip(digits[0][:, q], digits[1][:, q])]
        for i, row in enumerate(A):
            total = sum(Fraction(int(level[i, q])) * Fraction(2) ** (2 - width * m) for m, level in enumerate(levels))
            assert total == sum(v * w for v, w in zip(row, z))


def test_an_inverse_that_is_none_is_not_taken(monkeypatch):
    system = System.of(gram_of(5, 0, 0, 1))
    assert system is not None
    monkeypatch.setattr(np.linalg, "inv", lambda A: np.eye(len(A)) * 1e-3)
    assert Inverse.of(system.matrix) is None
    assert FAR < 1


def test_entries_of_the_diagonal_and_each_of_them_solved_for_are_the_same():
    gram = gram_of(40, 3, 20, 9)
    found = Variances.of(System.of(gram))
    assert found is not None
    truth = balls.invert(gram)
    with ctx.workprec(256):
        entries = [(ball, found.entry(lambda: gram, j)) for j, ball in enumerate(found.entries())]
    for j, both in enumerate(entries):
        mantissa, exponent = truth[j][j]
        exact = Fraction(mantissa) * Fraction(2) ** exponent
        for one in both:
            middle, own = one.mid().man_exp()
            off = abs(Fraction(int(middle)) * Fraction(2) ** int(own) - exact)
            radius, unit = one.rad().man_exp()
            assert off <= Fraction(int(radius)) * Fraction(2) ** int(unit) + exact / 2**98
            assert off <= exact / 2**70


def test_the_first_column_may_be_any_in_any_unit():
    gram = gram_of(6, 1, 20, 4)
    turned = [[gram[i][j] << 5 * ((i == 2) + (j == 2)) for j in (2, 0, 1, 3, 4, 5, 6)] for i in (2, 0, 1, 3, 4, 5, 6)]
    found = Variances.of(System.of(turned))
    assert found is not None
    truth = rational.invert([[Fraction(v) for v in row] for row in turned])
    for j, ball in enumerate(found.entries()):
        assert abs(float(ball.mid()) / float(truth[j][j]) - 1) < 1e-15


def test_a_matrix_of_one_column_or_none_positive_is_left_alone():
    assert System.of([[4]]) is None
    assert System.of([[4, 4], [4, 4]]) is None
    assert verified.System is System
    assert replace(Sliced.of([[1]], [0]), cut=True).cut
