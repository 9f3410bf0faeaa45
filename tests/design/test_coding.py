"""The full-rank rule: as many columns as there are independent ones, whatever stands before a term."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from wxb.design.coding import full_rank

NONE: frozenset[str] = frozenset()
X = frozenset({"x"})
LEVELS = {"a": 2, "b": 3, "c": 3}
Terms = list[tuple[frozenset[str], tuple[str, ...]]]


def shown(terms: Terms, intercept: bool = True) -> str:
    """`a⁻:b` where only b has a column for every level."""
    codings = full_rank(terms, intercept)
    return "; ".join(
        " ".join(":".join(c if full else f"{c}-" for c, full in one) or "1" for one in term) for term in codings
    )


@pytest.mark.parametrize(
    ("terms", "intercept", "expected"),
    [
        ([(NONE, ("a",))], True, "a-"),
        ([(NONE, ("a",))], False, "a"),
        ([(NONE, ("a",)), (NONE, ("b",))], False, "a; b-"),
        ([(NONE, ("a",)), (NONE, ("b",)), (NONE, ("a", "b"))], True, "a-; b-; a-:b-"),
        ([(NONE, ("a", "b"))], True, "b- a-:b"),
        ([(NONE, ("a", "b"))], False, "a:b"),
        ([(NONE, ("a",)), (NONE, ("a", "b"))], True, "a-; a:b-"),
        ([(X, ()), (X, ("a",))], True, "1; a-"),
        ([(X, ("a",))], True, "a"),
        ([(X, ("a",)), (X, ("b",))], True, "a; b-"),
        ([(X, ("a", "b"))], True, "a:b"),
    ],
)
def test_what_a_term_brings(terms, intercept, expected):
    assert shown(terms, intercept) == expected


def dummies(category: str, rows: np.ndarray, full: bool) -> np.ndarray:
    every = np.eye(LEVELS[category])[rows]
    return every if full else every[:, 1:]


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("some", list(combinations([s for k in range(1, 4) for s in combinations("abc", k)], 3)))
def test_columns_are_independent_and_span_all_margins(some, intercept):
    cells = np.array(list(product(*(range(count) for count in LEVELS.values()))))
    rows = dict(zip(LEVELS, np.repeat(cells, 2, axis=0).T))
    n = len(rows["a"])

    def product_of(coding: tuple[tuple[str, bool], ...]) -> np.ndarray:
        columns = np.ones((n, 1))
        for category, full in coding:
            columns = (columns[:, :, None] * dummies(category, rows[category], full)[:, None, :]).reshape(n, -1)
        return columns

    terms: Terms = [(NONE, one) for one in sorted(some, key=len)]
    coded = [product_of(one) for term in full_rank(terms, intercept) for one in term]
    whole = [product_of(tuple((category, True) for category in one)) for one in some]
    ones = [np.ones((n, 1))] if intercept else []
    matrix, every = np.hstack([*ones, *coded]), np.hstack([*ones, *whole])
    rank = np.linalg.matrix_rank(matrix)
    assert rank == matrix.shape[1] == np.linalg.matrix_rank(every) == np.linalg.matrix_rank(np.hstack([matrix, every]))
