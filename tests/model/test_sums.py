"""Models add and subtract: update, merge and forget give the bits of a fit of the union or the rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb

RANDOM = np.random.default_rng(71)
X = RANDOM.normal(size=(300, 2)) * 10.0 ** RANDOM.uniform(-4, 4, (300, 1))
Y = X @ [1.0, 2.0] + RANDOM.normal(size=300)


def table(rows, weights=None) -> dict:
    extra = {} if weights is None else {"w": weights[rows]}
    return {"a": X[rows, 0], "b": X[rows, 1], **extra, "y": Y[rows]}


def fitted(rows) -> wxb.Model:
    return wxb.fit(table(rows), target="y")


def assert_same(one: wxb.Model, other: wxb.Model) -> None:
    assert one.theta.tolist() == other.theta.tolist()
    assert one.inference.se.tolist() == other.inference.se.tolist()
    assert one.moments == other.moments
    assert one.n == other.n


ALL = np.arange(300)


@settings(max_examples=25)
@given(st.integers(4, 296), st.integers(0, 10**6))
def test_update_and_forget(cut, seed):
    order = np.random.default_rng(seed).permutation(300)
    old, new = order[:cut], order[cut:]
    model = fitted(old)
    both = wxb.update(model, table(new))
    assert_same(both, fitted(ALL))
    assert_same(wxb.forget(both, table(new)), model)
    assert_same(wxb.forget(both, table(old)), fitted(new))


def test_merge():
    parts = np.array_split(RANDOM.permutation(300), 5)
    merged = wxb.merge(*(fitted(part) for part in parts))
    assert_same(merged, fitted(ALL))
    assert merged.ranges == fitted(ALL).ranges
    assert_same(wxb.merge(merged), merged)


def test_updates_through_files(tmp_path):
    fitted(ALL[:200]).save(tmp_path / "old.json")
    updated = wxb.update(wxb.load(tmp_path / "old.json"), table(ALL[200:]))
    updated.save(tmp_path / "new.json")
    again = wxb.forget(wxb.load(tmp_path / "new.json"), table(ALL[200:]))
    assert_same(again, fitted(ALL[:200]))
    assert_same(wxb.load(tmp_path / "new.json"), fitted(ALL))


def test_weighted_rows():
    w = RANDOM.uniform(0.1, 3, 300)
    model = wxb.fit(table(ALL[:200], w), target="y", weights="w")
    updated = wxb.update(model, table(ALL[200:], w), weights="w")
    assert_same(updated, wxb.fit(table(ALL, w), target="y", weights="w"))
    assert_same(wxb.forget(updated, table(ALL[200:], w), weights="w"), model)
    with pytest.raises(wxb.UsageError, match="had weights"):
        wxb.update(model, table(ALL[200:]))


def test_forgetting_what_was_never_there():
    model = fitted(ALL[:100])
    far = {"a": np.full(50, 1e9), "b": np.full(50, 1.0), "y": np.full(50, 2.0)}
    with pytest.raises(wxb.DataError, match="a = 1e9 lies outside the rows of the model"):
        wxb.forget(model, far)
    with pytest.raises(wxb.DataError, match="200 rows cannot be taken from 100"):
        wxb.forget(model, table(ALL[100:]))


def test_forgetting_everything_or_nearly():
    model = fitted(ALL[:100])
    with pytest.raises(wxb.NumericalError, match="no rows are left"):
        wxb.forget(model, table(ALL[:100]))
    with pytest.raises(wxb.NumericalError, match="2 rows are too few"):
        wxb.forget(model, table(ALL[:98]))


def test_forgetting_the_rows_that_told_columns_apart():
    """Collinearity comes and goes with the rows."""
    a = np.arange(20)
    b = 2 * a
    b[-1] += 1
    data = {"a": a, "b": b, "y": a + RANDOM.normal(size=20)}
    model = wxb.fit(data, target="y")
    assert model.dropped == ()
    with pytest.warns(wxb.WxbWarning, match="b = 2·a"):
        less = wxb.forget(model, {name: column[-1:] for name, column in data.items()})
    assert less.dropped == ("b",)
    assert wxb.update(less, {name: column[-1:] for name, column in data.items()}).theta.tolist() == model.theta.tolist()


def test_columns_in_another_order_and_more_of_them():
    model = fitted(ALL[:200])
    rows = table(ALL[200:])
    assert_same(wxb.update(model, {"y": rows["y"], "extra": rows["a"], "b": rows["b"], "a": rows["a"]}), fitted(ALL))


def test_models_that_do_not_add():
    other = wxb.fit({"a": X[:, 0], "c": X[:, 1], "y": Y}, target="y")
    with pytest.raises(
        wxb.UsageError, match="model 2 cannot be added to the first: its terms are `a`, `c`, in the first `a`, `b`"
    ):
        wxb.merge(fitted(ALL), other)
    with pytest.raises(wxb.UsageError, match="intercept"):
        wxb.merge(fitted(ALL), wxb.fit(table(ALL), target="y", intercept=False))
    with pytest.raises(wxb.DataError, match=r"'b'|`b`"):
        wxb.update(fitted(ALL), {"a": X[:, 0], "y": Y})
    with pytest.raises(wxb.UsageError, match='precision="fast"'):
        wxb.forget(wxb.fit(table(ALL), target="y", precision="fast"), table(ALL[:10]))


def test_a_descent_that_is_updated_becomes_the_minimum():
    model = wxb.fit(table(ALL[:200]), target="y", lr="auto", epochs=5)
    updated = wxb.update(model, table(ALL[200:]))
    assert updated.outcome == "exact minimum"
    assert updated.theta.tolist() == fitted(ALL).theta.tolist()


def test_groups_are_fits_of_their_rows():
    school = np.array(["north", "south", "east"])[RANDOM.integers(0, 3, 300)]
    groups = wxb.fit({**table(ALL), "school": school}, target="y", by="school")
    assert list(groups) == list(dict.fromkeys(school.tolist()))
    for label in groups:
        rows = np.flatnonzero(school == label)
        assert_same(groups[label], fitted(rows))
    assert groups.failed == {}
    with pytest.raises(wxb.UsageError, match="west"):
        groups["west"]


def test_a_group_without_a_model_says_why_and_disturbs_no_other():
    school = np.array(["large"] * 297 + ["small", "small", "same"])
    groups = wxb.fit({**table(ALL), "school": school}, target="y", by="school")
    assert set(groups.failed) == {"small", "same"}
    with pytest.raises(wxb.NumericalError, match="group small: 2 rows are too few"):
        groups["small"]
    assert_same(groups["large"], fitted(ALL[:297]))


@pytest.mark.parametrize("kind", ["hostile", "weighted", "boundary"])
def test_many_small_groups_on_hostile_data(kind):
    """The quick road for groups must be as exact as the plain one."""
    random = np.random.default_rng(8)
    n, count = 6000, 60
    code = random.integers(0, count, n)
    x = random.normal(size=n) * 10.0 ** random.uniform(-9, 9, n)
    y = random.normal(size=n) * 10.0 ** random.uniform(-200, 200, n) if kind == "hostile" else random.normal(size=n)
    data = {"x": x, "y": y, "g": code}
    weights = None
    if kind == "weighted":
        data["w"] = random.uniform(0, 2, n) * (random.random(n) < 0.9)
        weights = "w"
    if kind == "boundary":
        x[:] = 2.0**-20
        for group in range(count):
            x[np.flatnonzero(code == group)[:2]] = 2.0**6
    groups = wxb.fit(data, target="y", by="g", weights=weights)
    assert len(groups) == count
    for label in groups:
        rows = np.flatnonzero(code == label)
        truth = wxb.Moments.of(x[rows], y[rows], data["w"][rows] if weights else None, terms=["x"], target="y")
        assert groups[label].moments == truth
