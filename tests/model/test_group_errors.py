"""`by=` with `se=`: the errors of each group are, to the bit, those of a fit to its rows alone."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import wxb
from wxb.errors import NumericalError, UsageError
from wxb.numbers import number
from wxb.passes import apart

RANDOM = np.random.default_rng(3)
N = 4000
OF = RANDOM.integers(0, 3, N)
TABLE: dict[str, np.ndarray[Any, Any]] = {
    "x": RANDOM.normal(size=N) * 10.0 ** RANDOM.integers(-1, 2, N),
    "z": RANDOM.normal(size=N) + 1e4,
    "w": RANDOM.uniform(0.5, 2, N),
    "m": RANDOM.integers(0, 4, N),
    "kind": np.array(["a", "b", "c"])[RANDOM.integers(0, 3, N)],
    "school": np.array(["north", "south", "west"])[OF],
    "class": RANDOM.integers(0, 40, N),
    "year": 2000 + RANDOM.integers(0, 6, N),
}
TABLE["y"] = TABLE["x"] - 2 * TABLE["z"] + RANDOM.normal(size=N) * (1 + np.abs(TABLE["x"]))
KINDS = [
    "HC0",
    "HC1",
    "HC2",
    "HC3",
    "cluster:class",
    "CR2:class",
    "CR3:class",
    "cluster:class+year",
    "HAC:3",
    "DK:year:1",
]


def alone(label: str, marks: Any = True) -> dict[str, Any]:
    mine = (TABLE["school"] == label) & marks
    return {name: column[mine] for name, column in TABLE.items()}


def same(one: wxb.Model, other: wxb.Model) -> None:
    a, b = one.inference, other.inference
    assert one.theta.tobytes() == other.theta.tobytes()
    assert a.covariance.tobytes() == b.covariance.tobytes()
    for mine, its in ((a.p, b.p), (a.interval(0.9), b.interval(0.9)), (np.float64(a.f), np.float64(b.f))):
        assert mine.tobytes() == its.tobytes()
    assert one.errors is not None
    assert other.errors is not None
    for name in ("errors", "factor", "clusters", "read", "notes", "joint"):
        assert getattr(one.errors, name) == getattr(other.errors, name)


@pytest.mark.parametrize("se", [*KINDS, "bootstrap:99", "bootstrap:99:class"])
@pytest.mark.parametrize("formula", ["y ~ x + z", "y ~ kind + x + z"])
def test_they_are_those_of_the_groups_own_fit(se: str, formula: str) -> None:
    groups = wxb.fit(TABLE, formula=formula, by="school", se=se)
    for label in ("north", "south", "west"):
        same(groups[label], wxb.fit(alone(label), formula=formula, se=se))


@pytest.mark.parametrize("how", [{"weights": "w"}, {"frequency": "m"}, {"weights": "w", "frequency": "m"}])
@pytest.mark.parametrize("se", ["HC1", "HC3", "cluster:class"])
def test_with_weights_and_frequencies(se: str, how: dict[str, str]) -> None:
    asked = {"target": "y", "features": ["x", "z"], "se": se, **how}
    groups = wxb.fit(TABLE, by="school", **asked)
    counted = TABLE["m"] > 0 if "frequency" in how else True  # a row that counts 0 times is not there
    for label in groups:
        same(groups[label], wxb.fit(alone(label, counted), **asked))


@pytest.mark.parametrize("se", ["HC1", "HAC:2", "bootstrap:60"])
def test_rows_left_out_leave_no_gap(se: str) -> None:
    holes = {**TABLE, "x": np.where(np.arange(N) % 7 == 3, np.nan, TABLE["x"])}
    asked: dict[str, Any] = {"target": "y", "features": ["x", "z"], "se": se}
    with pytest.warns(wxb.WxbWarning, match="rows dropped"):
        groups = wxb.fit(holes, by="school", missing="drop", **asked)
    for label in groups:
        same(groups[label], wxb.fit(alone(label, ~np.isnan(holes["x"])), **asked))


@pytest.mark.parametrize("se", ["HC2", "HAC:5", "cluster:class"])
def test_neither_blocks_nor_threads_leave_a_trace(se: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {"target": "y", "features": ["x", "z"], "by": "school", "se": se}
    whole = wxb.fit(TABLE, **asked, threads=1)
    table = pa.table(TABLE)
    chunks = pa.Table.from_batches(table.to_batches(max_chunksize=17))
    monkeypatch.setattr(apart, "ENOUGH", 100)
    for label, model in wxb.fit(chunks, **asked, threads=3).items():
        same(model, whole[label])


def test_many_groups_and_several_columns() -> None:
    groups = wxb.fit(TABLE, target="y", features=["x"], by=["class", "school"], se="HC1")
    assert len(groups) == 120
    mine = (TABLE["class"] == 7) & (TABLE["school"] == "west")
    same(groups[7, "west"], wxb.fit({n: c[mine] for n, c in TABLE.items()}, "y", features=["x"], se="HC1"))
    own = np.array([groups[label].intercept for label in groups])
    assert own.tobytes() == groups.intercept.tobytes()


def test_folds_and_test_rows_are_no_part_of_them() -> None:
    asked: dict[str, Any] = {"target": "y", "features": ["x", "z"], "test": 0.25, "folds": 3, "seed": 8}
    groups = wxb.fit(TABLE, **asked, by="school", se="HC1")
    plain = wxb.fit(TABLE, **asked, by="school")
    used = wxb.fit({**TABLE, "row": np.arange(N)}, "row", features=["x"], by="school", test=0.25, folds=3, seed=8)
    assert [groups[label].n for label in groups] == [used[label].n for label in groups]
    for label, model in groups.items():
        assert model.theta.tobytes() == plain[label].theta.tobytes()
        assert (model.test_mae, model.fold_mae) == (plain[label].test_mae, plain[label].fold_mae)
        assert model.errors is not None
        assert not np.array_equal(model.inference.se, plain[label].inference.se)


def test_a_group_in_which_they_are_not_defined_says_why_and_the_others_have_theirs() -> None:
    rows = {
        "x": [1.0, 2, 3, 4, 5, 1, 1, 1, 1, 9],
        "y": [1.0, 3, 2, 5, 4, 1, 2, 3, 4, 5],
        "g": ["a"] * 5 + ["b"] * 5,
        "c": [1, 2, 1, 2, 3, 7, 7, 7, 7, 7],
    }
    groups = wxb.fit(rows, "y", features=["x"], by="g", se="HC3")
    assert list(groups.failed) == ["b"]
    assert "leverage of 1" in groups.failed["b"].what
    assert np.isnan(groups.intercept).tolist() == [False, True]
    with pytest.raises(NumericalError, match=r"group b: .* leverage of 1"):
        _ = groups["b"]
    few = wxb.fit(rows, "y", features=["x"], by="g", se="cluster:c").failed
    assert list(few) == ["b"]
    assert "all rows are in one cluster" in few["b"].what


def test_what_can_be_read_once_has_those_of_moments_only() -> None:
    table = pa.table(TABLE)
    asked: dict[str, Any] = {"target": "y", "features": ["x", "z"], "by": "school"}
    with pytest.raises(UsageError, match="HC1 errors need the rows once more"):
        wxb.fit(table.to_reader(), **asked, se="HC1")
    once = wxb.fit(table.to_reader(), **asked, se="cluster:class")
    for label, model in wxb.fit(table, **asked, se="cluster:class").items():
        same(model, once[label])


@pytest.mark.parametrize("se", ["HC1", "cluster:class"])
def test_file_and_table_have_them(se: str, tmp_path: Any) -> None:
    groups = wxb.fit(TABLE, target="y", features=["x", "z"], by="school", se=se)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        groups.save(tmp_path / "g.json")
    found = wxb.Groups.load(tmp_path / "g.json")
    for label, model in groups.items():
        same(found[label], model)
        row, other = {"x": [1.0], "z": [1e4]}, wxb.fit(alone(label), target="y", features=["x", "z"], se=se)
        wide, own = found[label].predict(row, 0.9, of="mean"), other.predict(row, 0.9, of="mean")
        assert (wide.low.tolist(), wide.high.tolist()) == (own.low.tolist(), own.high.tolist())
    assert str(found) == str(groups)
    assert f"with ({se} standard errors)" in " ".join(str(groups).split())
    assert f"({number(float(groups['north'].inference.se[1]))})" in str(groups)
