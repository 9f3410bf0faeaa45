"""Test rows and folds within groups: each row has the share it has without groups, and each group is judged by its own lines."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.moments import Moments
from wxb.quality import cross_validate, judge
from wxb.question.shares import Shares

RANDOM = np.random.default_rng(3)
N = 240
TABLE: dict[str, Any] = {
    "a": RANDOM.normal(size=N),
    "b": RANDOM.normal(size=N),
    "school": RANDOM.choice(["north", "south", "east"], N),
    "year": RANDOM.choice([2001, 2002], N),
}
TABLE["y"] = TABLE["a"] - 3 * TABLE["b"] + RANDOM.normal(size=N)
SHARES = Shares(test=0.25, folds=4, seed=5)
OF = SHARES.of(np.arange(N))


def fitted(table: Any = TABLE, **options: Any) -> wxb.Groups:
    return wxb.fit(table, "y", features=["a", "b"], by="school", test=0.25, folds=4, seed=5, **options)


def of_rows(rows: Any) -> Moments:
    return Moments.of(np.c_[TABLE["a"], TABLE["b"]][rows], TABLE["y"][rows], terms=["a", "b"])


@pytest.mark.parametrize("threads", [1, 2])
def test_each_group_is_judged_by_its_own_rows(threads: int) -> None:
    groups = fitted(threads=threads)
    assert groups.labels == list(dict.fromkeys(TABLE["school"].tolist()))
    for school, model in groups.items():
        mine = TABLE["school"] == school
        assert model.moments == of_rows(mine & (OF >= 0))
        expected = cross_validate([of_rows(mine & (k == OF)) for k in range(4)], intercept=True)
        assert model.cross_validation is not None
        assert model.fold_costs.tolist() == expected.costs.tolist()
        assert model.test_moments is not None
        assert model.test_cost == judge(of_rows(mine & (OF == -1)), model.exact_theta, True).cost
        rows = mine & (OF == -1)
        errors = model.predict(np.c_[TABLE["a"], TABLE["b"]][rows]) - TABLE["y"][rows]
        assert model.test_mae == pytest.approx(np.abs(errors).mean(), rel=1e-14)
        assert model.cross_validation.overall.mae == model.fold_mae is not None


def test_the_table_says_how_well_each_group_is_predicted() -> None:
    groups = fitted()
    text = str(groups)
    assert "R² test  R² folds" in text
    for model in groups.values():
        assert model.test_quality is not None
        assert f"{model.test_quality.r2:.3f}".rstrip("0")[:5] in text


def test_a_group_without_test_rows_has_none_and_a_fold_without_rows_is_said() -> None:
    few = {name: column[:3] for name, column in TABLE.items()} | {"school": ["alone"] * 3}
    more = {name: np.concatenate([few[name], column]) for name, column in TABLE.items()}
    models = fitted(more)
    alone = models.failed["alone"] if "alone" in models.failed else models["alone"]
    assert isinstance(alone, wxb.WxbError) or any("has no rows left" in note for note in alone.cross_validation.notes)


def test_a_stream_has_no_absolute_errors_and_fast_sums_have_shares() -> None:
    import pyarrow as pa

    stream = fitted(pa.table(TABLE).to_reader())
    assert stream["north"].fold_mae is None
    assert stream["north"].fold_costs.tolist() == fitted()["north"].fold_costs.tolist()
    fast = fitted(precision="fast")["south"]
    assert fast.moments.precision == "fast"
    assert fast.coef == pytest.approx(fitted()["south"].coef, rel=1e-9)


def test_shares_of_groups_by_two_columns() -> None:
    groups = wxb.fit(TABLE, "y", features=["a"], by=["school", "year"], folds=3)
    assert len(groups) == 6
    whole = groups["north", 2001].cross_validation
    assert whole is not None
    assert whole.overall.mae is not None


@pytest.mark.parametrize(
    ("options", "said"),
    [({"test": 1e-9}, "held out none of 240 rows"), ({"folds": 241}, "241 folds of 240 rows: there are more folds")],
)
def test_shares_that_hold_no_rows_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(wxb.UsageError, match=said):
        wxb.fit(TABLE, "y", features=["a"], by="school", **options)


# ---------------------------------------------------------------- categories and formulas


FORMULAS = [
    "y ~ a + school",
    "y ~ log(a + 9) + school:b",
    "y ~ poly(a, 2) + C(school)",
    "y ~ 0 + C(school, coding=sum)*b",
]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("folds", [0, 3])
def test_lines_of_groups_by_formula_are_those_of_their_rows(formula: str, folds: int) -> None:
    groups = wxb.fit(TABLE, formula=formula, by="year", folds=folds, threads=2)
    for year, model in groups.items():
        rows = {name: column[TABLE["year"] == year] for name, column in TABLE.items()}
        alone = wxb.fit(rows, formula=formula)
        assert model.predict(rows) == pytest.approx(alone.predict(rows), rel=1e-12)
        assert (model.r2, model.cost) == pytest.approx((alone.r2, alone.cost), rel=1e-12)
        assert (model.fold_mae is None) is not bool(folds)
        assert len(model.fold_costs) == folds


def test_text_columns_are_categories_in_groups_too() -> None:
    table = {name: column for name, column in TABLE.items() if name != "b"}
    groups = wxb.fit(table, "y", by="year")
    same = wxb.fit(table, formula="y ~ a + school", by="year")
    assert groups.terms == ("a", "school[north]", "school[south]")
    assert groups.coef.tolist() == same.coef.tolist()


def test_a_level_that_a_group_has_not_gives_way_there() -> None:
    few = {name: column[(TABLE["year"] == 2001) | (TABLE["school"] != "south")] for name, column in TABLE.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        groups = wxb.fit(few, "y", features=["a", "school"], by="year")
        assert "school[south]" in groups[2002].dropped
        assert "school[south]" not in groups[2001].dropped
        assert "left out" in str(groups)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"formula": "y ~ a | school"}, "absorbed"),
        ({"formula": "y ~ 1 + school", "precision": "fast"}, "precision"),
    ],
)
def test_what_groups_cannot_have_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(wxb.WxbError, match=said):
        wxb.fit(TABLE, by="year", **options)
