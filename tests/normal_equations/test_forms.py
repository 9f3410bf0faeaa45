"""Linear forms of the minimum against rational arithmetic: nearly collinear columns, forms that cancel."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from flint import fmpq_mat, fmpz_mat

from wxb.normal_equations.forms import determinant, distance, spread

TOLD = Fraction(1, 2**98)


def collinear_gram() -> list[list[int]]:
    """Of columns 1, x, x + 1e-9·z in integers: differences vary 1e9 times as much as sums."""
    rng = np.random.default_rng(4)
    x, z = (rng.integers(-(2**40), 2**40, 50).tolist() for _ in range(2))
    columns = [[2**30] * 50, [v * 2**30 for v in x], [a * 2**30 + b for a, b in zip(x, z)]]
    return [[sum(a * b for a, b in zip(u, v)) for v in columns] for u in columns]


def rational_spread(gram, forms) -> list[list[Fraction]]:
    side = fmpq_mat(len(gram), len(forms), [_q(form[i]) for i in range(len(gram)) for form in forms])
    V = side.transpose() * fmpq_mat(fmpz_mat(gram)).inv() * side
    return [[Fraction(int(v.p), int(v.q)) for v in row] for row in V.tolist()]


def _q(value):
    from flint import fmpq

    return fmpq(value.numerator, value.denominator)


def test_forms_that_cancel_keep_all_their_digits():
    gram = collinear_gram()
    third = Fraction(1, 3)
    forms = [[Fraction(0), Fraction(1), Fraction(1)], [third, Fraction(1), Fraction(-1)]]
    found, truth = spread(gram, forms), rational_spread(gram, forms)
    for i in range(2):
        assert abs(found[i][i] - truth[i][i]) < TOLD * truth[i][i]
        assert all(abs(found[i][j] - truth[i][j]) ** 2 < TOLD**2 * truth[i][i] * truth[j][j] for j in range(2))
    assert truth[0][0] * 10**12 < truth[1][1]
    d = [Fraction(2, 7), Fraction(-5)]
    (a, b), (_, c) = truth
    whole = (d[0] ** 2 * c - 2 * d[0] * d[1] * b + d[1] ** 2 * a) / (a * c - b * b)
    assert abs(distance(gram, forms, d) - whole) < TOLD * whole
    assert abs(determinant(gram, forms) - (a * c - b * b)) < TOLD * (a * c - b * b)


def test_nothing_from_nothing():
    assert spread(collinear_gram(), []) == []
    assert distance(collinear_gram(), [[Fraction(1), Fraction(0), Fraction(0)]], [Fraction(0)]) == 0
