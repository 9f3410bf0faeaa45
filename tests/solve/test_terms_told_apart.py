"""Of columns that few rows cannot tell apart the first ones are left, as an elimination of all columns at once leaves them."""

from __future__ import annotations

import numpy as np
import pytest

from wxb.moments import Moments
from wxb.solve import told_apart


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("rows", [1, 2, 5, 9])
def test_what_is_left_are_the_first_columns_that_add_to_the_rank(rows, intercept) -> None:
    random = np.random.default_rng(rows)
    X = random.integers(-3, 4, size=(rows, 12)).astype(np.float64)
    X[:, 2], X[:, 4], X[:, 7] = X[:, 0] - 2 * X[:, 1], 5, 0
    left: list[int] = []
    whole = [np.ones(rows)] if intercept else []
    for place in range(12):
        tried = [*whole, *(X[:, one] for one in left), X[:, place]]
        if np.linalg.matrix_rank(np.column_stack(tried)) == len(tried):
            left.append(place)
    found = told_apart(Moments.of(X, random.normal(size=rows)), intercept=intercept)
    assert found == tuple(f"x{place + 1}" for place in left)
    assert len(found) <= rows - intercept
