"""Names of other libraries: each says where a model has it, and what is said there is so."""

from __future__ import annotations

import copy

import pytest

import wxb
from wxb.model.called import CALLED

ROWS = {"x": [1.0, 2.0, 3.0, 4.0, 7.0], "y": [2.0, 4.0, 7.0, 8.0, 9.5]}


def test_what_is_said_to_be_there_is_there() -> None:
    plain, ridge = wxb.fit(ROWS, "y", folds=2), wxb.fit(ROWS, "y", l2="auto")
    for here, names in CALLED.items():
        with pytest.raises(AttributeError, match="here it is `"):
            getattr(plain, names.split()[0])
        for one in here.split("` and `"):
            model = ridge if "penalised" in one or "path" in one else plain
            assert eval(one.replace("a = b", "x = 1"), {"model": model, "data": ROWS}) is not None  # noqa: S307


def test_a_name_that_nobody_has_is_plainly_not_there() -> None:
    model = wxb.fit(ROWS, "y")
    with pytest.raises(AttributeError, match=r"^.Model. object has no attribute .coeff.$"):
        model.coeff  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]
    assert not hasattr(model, "rsquared")
    assert copy.deepcopy(model) == model
