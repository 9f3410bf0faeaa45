"""Text columns become categories: the coefficients are those of columns of 0 and 1, and nothing leaves a trace in their bits."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pyarrow
import pyarrow.parquet
import pytest

import wxb
from wxb.errors import DataError, UsageError

rng = np.random.default_rng(11)
N = 400
SCHOOL = rng.choice(["north", "south", "east", "Ost 2"], N)
X = rng.normal(size=N)
Y = 2 * X + 3 * (SCHOOL == "north") - 1e5 * (SCHOOL == "south") + rng.normal(size=N)
DATA = {"x": X.tolist(), "school": SCHOOL.tolist(), "y": Y.tolist()}
LEVELS = ["Ost 2", "east", "north", "south"]


def dummies(base: str = "Ost 2") -> dict[str, Any]:
    return {"x": X, **{f"school[{level}]": 1 * (level == SCHOOL) for level in LEVELS if level != base}, "y": Y}


def same(one: wxb.Model, other: wxb.Model) -> bool:
    return (
        one.terms == other.terms
        and one.theta.tobytes() == other.theta.tobytes()
        and one.inference.se.tobytes() == other.inference.se.tobytes()
        and one.cost == other.cost
        and one.r2 == other.r2
    )


def test_a_category_is_a_column_for_each_level_but_the_first() -> None:
    model, plain = wxb.fit(DATA, "y"), wxb.fit(dummies(), "y")
    assert same(model, plain)
    assert model.moments == plain.moments
    assert model.ranges is not None
    assert model.ranges[1:] == ((0.0, 1.0),) * 3


@pytest.mark.parametrize("options", [{"test": 0.3, "seed": 4}, {"folds": 4}, {"test": 0.2, "folds": 3}])
def test_test_rows_and_folds(options: dict[str, Any]) -> None:
    model, plain = wxb.fit(DATA, "y", **options), wxb.fit(dummies(), "y", **options)
    assert same(model, plain)
    assert (model.test_quality, model.fold_costs.tolist()) == (plain.test_quality, plain.fold_costs.tolist())
    assert model.fold_mae == plain.fold_mae


@pytest.mark.parametrize(
    "options",
    [
        {"intercept": False},
        {"weights": "w"},
        {"frequency": "f"},
        {"lr": "auto", "epochs": 40},
        {"features": ["school", "x"]},
    ],
)
def test_every_road_takes_categories(options: dict[str, Any]) -> None:
    more = {"w": np.abs(X) + 0.1, "f": rng.integers(0, 3, N)}
    used = {name: more[name] for name in more if name in options.values()}
    model = wxb.fit({**DATA, **used}, "y", **options)
    columns = {**dummies(), **used}
    if not options.get("intercept", True):
        columns = {"x": X, **{f"school[{level}]": 1 * (level == SCHOOL) for level in LEVELS}, "y": Y}
    if "features" in options:
        options = {"features": [*model.terms]}
    assert same(model, wxb.fit(columns, "y", **options))


@pytest.mark.filterwarnings("ignore:.*fitted and not listed")
@pytest.mark.parametrize(
    "options",
    [{"formula": "y ~ x | school"}, {"formula": "y ~ x | school + half"}, {"formula": "y ~ x + half", "by": "school"}],
)
def test_what_is_worked_out_late_is_pickled_and_copied(options: dict[str, Any]) -> None:
    """Pickling a model of absorbed effects, or groups of a formula, ended in an AttributeError."""
    model = wxb.fit({**DATA, "half": ["a", "b"] * (N // 2)}, **options)
    found = pickle.loads(pickle.dumps(model))  # noqa: S301
    assert found == model == copy.deepcopy(model)
    assert str(found) == str(model)


@pytest.mark.torch
def test_training_goes_through_rows_of_the_terms() -> None:
    options = {"optimizer": "adam", "lr": 0.1, "epochs": 20}
    model, plain = wxb.fit(DATA, "y", **options), wxb.fit(dummies(), "y", **options)
    assert model.theta.tolist() == plain.theta.tolist()


@pytest.mark.parametrize("threads", [1, 2])
def test_sources_chunks_threads_and_order_leave_no_trace(threads: int, tmp_path: Path) -> None:
    frame = pandas.DataFrame(DATA)
    model = wxb.fit(DATA, "y", threads=threads)
    frame.to_csv(tmp_path / "d.csv", index=False)
    table = pyarrow.table(DATA)
    pyarrow.parquet.write_table(table, tmp_path / "d.parquet", row_group_size=7)
    sources: list[Any] = [frame, frame.sample(frac=1, random_state=1).reset_index(drop=True), table]
    sources += [tmp_path / "d.csv", tmp_path / "d.parquet"]
    for pieces in (7, N):
        parts = [tmp_path / f"{pieces}-{k:03}.csv" for k in range(pieces)]
        for path, rows in zip(parts, np.array_split(np.arange(N), pieces)):
            frame.iloc[rows].to_csv(path, index=False)
        sources.append(parts)
    for source in sources:
        assert same(model, wxb.fit(source, "y", threads=threads))


def test_declared_levels_keep_their_order() -> None:
    frame = pandas.DataFrame(DATA)
    frame["school"] = pandas.Categorical(SCHOOL, categories=["south", "none", "north", "east", "Ost 2"])
    model = wxb.fit(frame, "y")
    assert model.terms == ("x", "school[north]", "school[east]", "school[Ost 2]")
    assert model.design.base("school") == "south"


def test_identifiers_are_refused_together() -> None:
    names = [f"person {i}" for i in range(N)]
    with pytest.raises(DataError, match=r"`name`.*`mail`.*identifiers"):
        wxb.fit({**DATA, "name": names, "mail": names}, "y")
    few = {"name": names[:9], "x": X[:9], "y": Y[:9]}
    with pytest.raises(DataError, match=r"`name` \(9 different values in 9 rows\) looks like an identifier"):
        wxb.fit(few, "y")
    with pytest.raises(DataError, match=r"`name` \(1 value in 1 row\) looks like an identifier"):
        wxb.fit({column: cells[:1] for column, cells in few.items()}, "y")


def test_a_category_of_one_level_has_no_coefficient() -> None:
    with pytest.warns(wxb.WxbWarning, match="`school` is `north` in every row"):
        model = wxb.fit({**DATA, "school": ["north"] * N}, "y")
    assert same(model, wxb.fit({"x": X, "y": Y}, "y"))


def test_a_level_that_only_test_rows_have_gives_way() -> None:
    shares = wxb.fit(DATA, "y", test=0.3, seed=1)
    from wxb.question.shares import TEST, Shares

    held = np.flatnonzero(Shares(test=0.3, seed=1).of(np.arange(N)) == TEST)
    school = SCHOOL.astype(object)
    school[held[0]] = "west"
    with pytest.warns(wxb.WxbWarning, match=r"school\[west\]"):
        model = wxb.fit({**DATA, "school": school.tolist()}, "y", test=0.3, seed=1)
    assert model.dropped == ("school[west]",)
    assert model["x"].coef == shares["x"].coef


def test_new_rows_by_their_levels() -> None:
    model, plain = wxb.fit(DATA, "y"), wxb.fit(dummies(), "y")
    assert model.predict(DATA).tolist() == plain.predict(dummies()).tolist()
    assert model.predict(pandas.DataFrame(DATA)).tolist() == plain.predict(dummies()).tolist()
    found, expected = model.predict(DATA, interval=0.9), plain.predict(dummies(), interval=0.9)
    assert found.low.tolist() == expected.low.tolist()
    with pytest.raises(DataError, match="row 1: `school` is `nrth`"):
        model.predict({"x": [1.0], "school": ["nrth"]})


def test_fast_sums_are_of_numbers_alone() -> None:
    with pytest.raises(UsageError, match="`school` is none"):
        wxb.fit(DATA, "y", precision="fast")
