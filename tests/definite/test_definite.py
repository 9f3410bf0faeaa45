"""Positive semidefiniteness against elimination in Fractions, on matrices where every kind of doubt comes up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.rational import is_semidefinite as by_hand
from wxb.definite import is_semidefinite, negative_variance, rank


def gram(rows) -> list[list[int]]:
    return [[sum(row[i] * row[j] for row in rows) for j in range(len(rows[0]))] for i in range(len(rows[0]))]


@settings(max_examples=400)
@given(st.data())
def test_as_elimination_by_hand(data):
    k = data.draw(st.integers(1, 5))
    row = st.lists(st.integers(-2, 2), min_size=k, max_size=k)
    rows = [[1, *r] for r in data.draw(st.lists(row, min_size=1, max_size=7))]
    matrix = gram(rows)
    for away in data.draw(st.lists(row, max_size=2)):
        other = gram([[data.draw(st.integers(0, 1)), *away]])
        matrix = [[a - b for a, b in zip(r, s)] for r, s in zip(matrix, other)]
    if matrix[0][0] <= 0:
        return
    scale = [data.draw(st.sampled_from([1, 2**40, 3**200])) for _ in matrix]
    matrix = [[v * a * b for v, b in zip(r, scale)] for r, a in zip(matrix, scale)]
    assert is_semidefinite(matrix) == by_hand(matrix)


@pytest.mark.parametrize("less", [0, 1])
@pytest.mark.parametrize("size", [9, 17, 40])
def test_collinear_columns_of_large_integers(size, less):
    """On the very edge: of rank less than full, and one unit in the smallest place beyond it."""
    random = np.random.default_rng(size)
    X = random.integers(-(2**40), 2**40, size=(2 * size, size)).astype(object)
    X[:, -1] = X[:, 0] + 3 * X[:, 1]
    Z = np.column_stack([np.ones(2 * size, dtype=object), X])
    matrix = [[int(v) for v in row] for row in Z.T @ Z]
    assert rank(matrix) == size
    matrix[-1][-1] -= less
    assert is_semidefinite(matrix) == (less == 0)


def test_a_zero_minor_in_a_matrix_of_full_rank():
    """[[n, 0, 0], [0, 0, 1], …] has a variance of 0 with a product; and one whose doubt only shows further on."""
    assert not is_semidefinite([[1, 0, 0], [0, 0, 1], [0, 1, 5]])
    assert negative_variance([[1, 0, 0], [0, 0, 1], [0, 1, 5]]) == 1
    assert not is_semidefinite([[1, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 1], [0, 0, 1, 5]])
    assert is_semidefinite([[3]])
