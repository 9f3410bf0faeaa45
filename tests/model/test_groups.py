"""`by=`: each group's model is, to the bit, the model of its rows alone."""

from __future__ import annotations

import copy
import warnings
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from support.notes import noted
from wxb.moments import Moments
from wxb.moments.grouped import GroupSums
from wxb.moments.kernels import choose
from wxb.passes import grouped


def groups_of(X, y, ids, **options):
    data = {f"x{j}": X[:, j] for j in range(X.shape[1])} | {"y": y, "g": ids}
    return wxb.fit(data, "y", by="g", **options)


def table(seed: int, rows: int, groups: int, scale: str):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 2))
    if scale == "offset":
        X += [1e6, -3.0]
    elif scale == "wide":
        X[:, 0] = 10.0 ** random.uniform(-9, 9, rows)
    elif scale == "huge":
        X[:, 1] *= 1e200
    elif scale == "whole":
        X = np.round(X * 100)
    y = X @ [1.5, -0.25] + random.normal(size=rows)
    return X, y, random.integers(0, groups, rows)


@pytest.mark.parametrize("scale", ["plain", "offset", "wide", "huge", "whole"])
@pytest.mark.parametrize(("rows", "groups"), [(600, 5), (3000, 200), (9000, 3)])
def test_every_group_is_the_fit_of_its_rows_alone(scale, rows, groups, monkeypatch):
    X, y, ids = table(rows, rows, groups, scale)
    monkeypatch.setattr(grouped, "LARGE", 2048)
    fitted = groups_of(X, y, ids)
    for number, label in enumerate(fitted.labels[:40]):
        mine = ids == label
        alone = wxb.fit((X[mine], y[mine]))
        assert fitted.coef[number].tolist() == alone.coef.tolist()
        assert fitted.intercept[number] == alone.intercept
        assert fitted[label].moments.ledger.value(1, 1)[0] != 0
        assert fitted[label].coef.tolist() == alone.coef.tolist()
        assert fitted[label].inference.se.tolist() == alone.inference.se.tolist()
        assert fitted.rows[number] == mine.sum()


def test_most_groups_are_certain_without_the_exact_solver():
    from wxb.group_solve import solve_groups

    X, y, ids = table(1, 20_000, 200, "plain")
    sums = groups_of(X, y, ids).gathered.small.pairs()
    found = solve_groups(sums.high, sums.low, sums.exponents, sums.sure, intercept=True)
    assert found.certain.mean() > 0.95


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 400),
    st.integers(1, 60),
    st.sampled_from(["plain", "offset", "wide", "huge", "whole"]),
    st.integers(1, 5),
)
def test_group_sums_are_exact_whatever_the_batches(seed, rows, groups, scale, batches):
    X, y, ids = table(seed, rows, groups, scale)
    sums = GroupSums(3, choose())
    for part in np.array_split(np.arange(rows), batches):
        if len(part):
            sums.add([X[part, 0], X[part, 1], y[part]], ids[part])
    for group in np.unique(ids)[:5].tolist():
        mine = ids == group
        expected = Moments.of(X[mine], y[mine])
        ledger = sums.ledger(group)
        for i in range(4):
            for j in range(4):
                integer, exponent = ledger.value(i, j)
                assert Fraction(integer) * Fraction(2) ** exponent == expected.exact(i, j)


def test_pairs_stay_within_their_promise():
    X, y, ids = table(3, 5000, 40, "offset")
    sums = GroupSums(3, choose())
    for part in np.array_split(np.arange(5000), 3):
        sums.add([X[part, 0], X[part, 1], y[part]], ids[part])
    pairs = sums.pairs()
    assert pairs.sure.all()
    for group in range(40):
        ledger = sums.ledger(group)
        exact = [[Fraction(n) * Fraction(2) ** e for n, e in (ledger.value(i, j) for j in range(4))] for i in range(4)]
        for i in range(4):
            for j in range(4):
                unit = Fraction(2) ** int(pairs.exponents[i] + pairs.exponents[j])
                found = (Fraction(pairs.high[group, i, j]) + Fraction(pairs.low[group, i, j])) * unit
                assert (found - exact[i][j]) ** 2 <= Fraction(2) ** -200 * exact[i][i] * exact[j][j]


def test_many_batches_are_folded_and_stay_exact(monkeypatch):
    from wxb.moments import grouped

    monkeypatch.setattr(grouped, "MOST_ERAS", 2)
    X, y, ids = table(5, 2000, 30, "plain")
    sums = GroupSums(3, choose())
    for part in np.array_split(np.arange(2000), 9):
        sums.add([X[part, 0], X[part, 1], y[part]], ids[part])
    for group in range(30):
        mine = ids == group
        integer, exponent = sums.ledger(group).value(3, 1)
        assert Fraction(integer) * Fraction(2) ** exponent == Moments.of(X[mine], y[mine]).exact(3, 1)


def test_small_batches_and_one_thread_change_nothing(monkeypatch):
    X, y, ids = table(7, 4000, 150, "plain")
    whole = groups_of(X, y, ids)
    monkeypatch.setattr(grouped, "BATCH", 1000)
    parts = groups_of(X, y, ids, threads=1)
    assert parts.labels == whole.labels
    assert parts.coef.tolist() == whole.coef.tolist()
    assert parts.intercept.tolist() == whole.intercept.tolist()


def test_labels_keep_their_order_and_text_labels_work(tmp_path):
    path = tmp_path / "schools.csv"
    path.write_text("school,hours,score\nnorth,1,2\nsouth,1,5\nnorth,2,4\nsouth,3,9\nnorth,3,6\nsouth,2,7\n서울,1,1\n")
    fitted = wxb.fit(str(path), "score", by="school")
    assert list(fitted) == ["north", "south", "서울"]
    assert fitted["north"].coef.tolist() == [2.0]
    assert fitted["south"].intercept == 3.0
    with pytest.raises(wxb.NumericalError, match=r"group 서울: 1 row is too few for 2 coefficients"):
        fitted["서울"]
    assert list(fitted.failed) == ["서울"]
    assert str(fitted).startswith("score by school: 3 groups")
    assert np.isnan(fitted.intercept[2])
    assert np.isnan(fitted.coef[2]).all()
    with pytest.raises(wxb.UsageError, match="no group 'east'"):
        fitted["east"]


def test_weights_go_with_groups():
    X, y, ids = table(9, 400, 6, "plain")
    weights = np.random.default_rng(1).uniform(0.5, 2, 400)
    fitted = wxb.fit({"a": X[:, 0], "y": y, "g": ids, "w": weights}, "y", by="g", weights="w", features=["a"])
    for label in fitted:
        mine = ids == label
        alone = wxb.fit({"a": X[mine, 0], "y": y[mine], "w": weights[mine]}, "y", weights="w", features=["a"])
        assert fitted[label].coef.tolist() == alone.coef.tolist()


@pytest.mark.parametrize("option", [{"lr": 0.1}, {"epochs": 3}, {"engine": "torch"}])
def test_what_does_not_go_with_groups_is_said(option):
    X, y, ids = table(9, 40, 2, "plain")
    with pytest.raises(wxb.UsageError, match="`by=`"):
        groups_of(X, y, ids, **option)


def test_a_group_of_equal_rows_names_its_constant_column():
    X = np.array([[1.0], [2.0], [3.0], [5.0], [5.0], [5.0]])
    y = np.array([1.0, 2, 3, 4, 5, 6])
    fitted = groups_of(X, y, np.array([0, 0, 0, 1, 1, 1]))
    assert fitted.coef.tolist() == [[1.0], [0.0]]
    assert fitted.intercept.tolist() == [0.0, 5.0]
    assert "constant (5)" in fitted[1].warnings[0]


def test_a_group_s_model_is_whole_whenever_it_is_looked_at(tmp_path):
    """Sums of groups are worked out late; saved, added and copied they are there."""
    random = np.random.default_rng(11)
    groups = np.repeat(np.arange(100), 30)
    X, y = random.normal(size=(3000, 2)), random.normal(size=3000)
    frame = {"a": X[:, 0], "b": X[:, 1], "g": groups, "y": y}
    fitted = wxb.fit(frame, "y", by="g")
    alone = wxb.fit({"a": X[:30, 0], "b": X[:30, 1], "y": y[:30]}, "y")
    model = fitted[0]
    assert model.n == 30
    model.save(tmp_path / "m.json")
    assert wxb.load(tmp_path / "m.json").moments == alone.moments
    assert fitted[0].moments + fitted[1].moments == wxb.fit({"a": X[:60, 0], "b": X[:60, 1], "y": y[:60]}, "y").moments
    assert fitted[2].moments == fitted[2].moments + fitted[3].moments - fitted[3].moments
    assert fitted[0].inference.se.tolist() == alone.inference.se.tolist()
    assert copy.deepcopy(fitted[4]).coef.tolist() == fitted[4].coef.tolist()


@settings(max_examples=60)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 300),
    st.integers(1, 12),
    st.sampled_from(["plain", "offset", "wide", "huge", "whole"]),
    st.sampled_from(["sorted", "shuffled", "one last"]),
    st.sampled_from([1, 60, 500]),
    st.sampled_from([2, 20, 2048]),
    st.booleans(),
)
def test_groups_that_some_batches_lack(seed, rows, groups, scale, order, batch, large, holes):
    """Whatever the order of the rows, the batches and which groups each of them lacks: the fit of each subset alone."""
    X, y, ids = table(seed, rows, groups, scale)
    if order == "sorted":
        ids = np.sort(ids)
    elif order == "one last":
        ids = np.where(np.arange(rows) < rows - 1, 0, 1)
    if holes:  # whole blocks of rows that are dropped
        y[rows // 3 : rows // 2] = np.nan
    parts = [pa.record_batch({"a": X[i : i + 37, 0], "b": X[i : i + 37, 1], "y": y[i : i + 37], "g": ids[i : i + 37]})
             for i in range(0, rows, 37)]  # fmt: skip
    full = np.isfinite(y)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        patch.setattr(grouped, "BATCH", batch)
        patch.setattr(grouped, "LARGE", large)
        reader = pa.RecordBatchReader.from_batches(parts[0].schema, parts)
        if not full.any():
            with pytest.raises(wxb.DataError):
                wxb.fit(reader, "y", by="g", missing="drop")
            return
        fitted = wxb.fit(reader, "y", by="g", missing="drop")
        assert fitted.dropped_rows == (~full).sum()
        for number, label in enumerate(fitted.labels):
            mine = (ids == label) & full
            expected = Moments.of(X[mine], y[mine], terms=["a", "b"], target="y")
            assert fitted.gathered.numbered(number) == expected
            if expected.rows < 3:
                assert f"group {label}: {expected.rows} row" in str(fitted.failed[label])
                continue
            alone = wxb.fit(expected)
            assert fitted[label].theta.tolist() == alone.theta.tolist()
            assert fitted.coef[number].tolist() == alone.coef.tolist()


def test_rows_dropped_by_the_reader_are_said_of_the_whole():
    data = {"x": [1.0, 2, None, 4, 5, 6], "y": [1.0, 2, 3, 5, None, 6], "g": ["a", "a", "a", "b", "b", "b"]}
    with pytest.warns(wxb.WxbWarning, match="2 of 6 rows dropped"):
        fitted = wxb.fit(data, "y", by="g", missing="drop")
    assert fitted.dropped_rows == 2
    assert fitted.rows.tolist() == [2, 2]
    assert "2 of 6 rows dropped" in str(fitted)


def test_columns_of_integers_beyond_2_53_in_some_batches(monkeypatch):
    monkeypatch.setattr(grouped, "BATCH", 8)
    ids = np.repeat([0, 1, 2], 8)
    x = np.arange(24, dtype=np.int64) + np.where(ids == 1, 2**60, 0)
    fitted = wxb.fit({"x": x, "y": x - np.where(ids == 1, 2**60, 0), "g": ids}, "y", by="g")
    assert noted("above 2\\^53", fitted)
    assert fitted.coef.tolist() == [[1.0]] * 3
