"""Forgetting: true subsets leave the bits of a fit without them; what no rows can leave is refused, as far as sums can show."""

from __future__ import annotations

import json
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from support.rational import is_semidefinite as by_hand
from wxb.cli import main
from wxb.model.file import model_to_json
from wxb.model.remainder import remainder
from wxb.moments import Moments


def quiet(call, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return call(*arguments, **options)


def data_of(seed: int, n: int, scale: str, weighted: bool) -> dict:
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, 3))
    if scale == "whole":
        X = random.integers(-3, 4, (n, 3))
    elif scale == "collinear":
        X = random.integers(-3, 4, (n, 3)).astype(float)
        X[:, 2] = X[:, 0] - 2 * X[:, 1]
    elif scale == "far":
        X = X + 1e9
    elif scale == "wide":
        X = X * 10.0 ** random.uniform(-9, 9, (n, 1))
    table = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": X[:, 0] + random.integers(-2, 3, n)}
    return {**table, "w": random.integers(0, 4, n) / 4} if weighted else table


def rows(table: dict, chosen) -> dict:
    return {name: column[chosen] for name, column in table.items()}


@settings(max_examples=60)
@given(
    st.integers(0, 10**6),
    st.integers(12, 40),
    st.sampled_from(["plain", "whole", "collinear", "far", "wide"]),
    st.booleans(),
    st.data(),
)
def test_a_true_subset_is_always_forgotten_to_the_bits_of_a_fit_without_it(seed, n, scale, weighted, data):
    table = data_of(seed, n, scale, weighted)
    options = {"features": ["a", "b", "c"], "weights": "w" if weighted else None}
    model = quiet(wxb.fit, table, "y", **options)
    order = np.random.default_rng(seed).permutation(n)
    cut = data.draw(st.integers(1, n - 6))
    gone, left = order[:cut], order[cut:]
    if weighted and ((table["w"][left] > 0).sum() < 4 or not table["w"][gone].any()):
        return
    after = quiet(wxb.forget, model, rows(table, gone), weights=options["weights"])
    alone = quiet(wxb.fit, rows(table, left), "y", **options)
    assert after.moments == alone.moments
    assert after.theta.tolist() == alone.theta.tolist()
    assert after.n == alone.n
    assert (after.source_rows, after.dropped_rows) == (alone.source_rows, 0)
    assert after.outer_ranges
    assert all(a <= c <= d <= b for (a, b), (c, d) in zip(after.ranges, alone.ranges))


@settings(max_examples=150)
@given(st.integers(0, 10**6), st.integers(4, 12), st.integers(1, 3), st.booleans())
def test_what_no_rows_can_leave_is_refused(seed, n, away, scaled):
    """Rows that were never there, or were there on another scale: refused whenever the remainder is no Gram matrix."""
    random = np.random.default_rng(seed)
    X, y = random.integers(-2, 3, (n, 2)), random.integers(-2, 3, n)
    model = Moments.of(X, y)
    others = (X[:away] * 2, y[:away]) if scaled else (random.integers(-2, 3, (away, 2)), random.integers(-2, 3, away))
    part = Moments.of(*others)
    left = [[model.exact(i, j) - part.exact(i, j) for j in range(4)] for i in range(4)]
    possible = by_hand(left) and n - away >= elimination_rank(left)
    if possible:
        assert remainder(model, part).exact(1, 1) == left[1][1]
    else:
        with pytest.raises(wxb.DataError, match="these rows were never all in the model"):
            remainder(model, part)


def elimination_rank(matrix) -> int:
    m, found = [[Fraction(v) for v in row] for row in matrix], 0
    for column in range(len(m)):
        pivot = next((i for i in range(found, len(m)) if m[i][column]), None)
        if pivot is None:
            continue
        m[found], m[pivot] = m[pivot], m[found]
        for i in range(found + 1, len(m)):
            factor = m[i][column] / m[found][column]
            m[i] = [a - factor * b for a, b in zip(m[i], m[found])]
        found += 1
    return found


TABLE = {"a": [1, 2, 3, 4, 5, 6], "on": [True, False, True, True, False, False], "y": [1, 3, 2, 5, 4, 6]}


@pytest.mark.parametrize(
    ("gone", "match"),
    [
        ({"a": [9], "on": [True], "y": [3]}, r"a = 9 lies outside the rows of the model \(1 … 6\)"),
        ({"a": [3] * 7, "on": [True] * 7, "y": [3] * 7}, "7 rows cannot be taken from 6"),
        ({"a": [1, 2, 3, 4, 5, 6], "on": [True, False] * 3, "y": [1, 3, 2, 5, 4, 6]}, "sums are others"),
        ({"a": [3.5], "on": [True], "y": [3.0]}, "no whole numbers"),
        ({"a": [3], "on": [True], "y": [30]}, "y would be left with less than no variance"),
        ({"a": [1, 1], "on": [True, True], "y": [3, 3]}, "never all in the model"),
        (
            {"a": [2.0, None], "on": [False, True], "y": [3, 3]},
            "1 row has missing values, and the model left out only 0",
        ),
    ],
)
def test_what_can_be_seen_is_said(gone, match):
    model = quiet(wxb.fit, TABLE, "y", missing="drop")
    with pytest.raises(wxb.DataError, match=match):
        quiet(wxb.forget, model, gone)


def test_it_is_exit_1_at_the_command_line(tmp_path, capsys):
    (tmp_path / "m.csv").write_text("x,y\n1,1\n2,3\n3,2\n4,5\n5,4\n")
    (tmp_path / "never.csv").write_text("x,y\n3,30\n")
    main(["fit", str(tmp_path / "m.csv"), "--target", "y", "--save", str(tmp_path / "m.json"), "-q"])
    capsys.readouterr()
    code = main(["forget", str(tmp_path / "m.json"), str(tmp_path / "never.csv"), "-o", str(tmp_path / "n.json")])
    assert code == 1
    assert "never all in the model" in capsys.readouterr().err.replace("\n  ", " ")
    assert not (tmp_path / "n.json").exists()


@pytest.mark.parametrize("shares", [{"test": 0.3}, {"folds": 2}])
def test_a_model_with_shares_says_why_it_cannot_forget(shares):
    table = data_of(1, 40, "plain", False)
    model = wxb.fit(table, "y", **shares)
    with pytest.raises(wxb.UsageError, match="which share a row is in follows from its number"):
        wxb.forget(model, rows(table, slice(0, 5)))


def test_outside_the_data_is_still_said_after_forgetting():
    table = data_of(2, 40, "plain", False)
    after = wxb.forget(wxb.fit(table, "y"), rows(table, slice(0, 5)))
    assert after.ranges is not None
    assert json.loads(json.dumps(model_to_json(after)))["outer_ranges"] is True
    from wxb.report.outside import outside

    assert outside(after, {"a": [1e6]})


def test_the_range_of_the_rows_is_said_in_the_fewest_digits():
    model = wxb.fit({"x": [5.2, 6.1, 8.9, 7.0], "y": [1, 3, 2, 5]}, target="y")
    with pytest.raises(wxb.DataError, match=r"x = 4\.7 lies outside the rows of the model \(5\.2 … 8\.9\)"):
        wxb.forget(model, {"x": [4.7], "y": [3]})
