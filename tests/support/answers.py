"""Whether two fits came to the same: `==` of models is that of their lines and sums, and says nothing of errors or folds."""

from __future__ import annotations

from typing import Any

import numpy as np

import wxb


def assert_same_answer(one: Any, other: Any) -> None:
    """The same lines, sums, standard errors and costs of folds, to the bit, and the same words of them."""
    if isinstance(one, wxb.Groups) and one.failed:
        assert list(one) == list(other)
    else:
        assert one == other
    if isinstance(one, wxb.Model):
        for mine, theirs in zip(_numbers(one), _numbers(other), strict=True):
            np.testing.assert_array_equal(np.asarray(mine, dtype=float), np.asarray(theirs, dtype=float))
    if isinstance(one, wxb.Groups):
        failed = {name: str(error) for name, error in one.failed.items()}
        assert failed == {name: str(error) for name, error in other.failed.items()}
        for name in set(one) - set(failed):
            assert_same_answer(one[name], other[name])
    assert str(one) == str(other)


def _numbers(model: wxb.Model) -> list[Any]:
    inferred = None if model.estimate.penalised is not None else model.inference
    return [None if inferred is None else inferred.se, model.fold_costs, model.test_cost]
