"""Calls that cannot be meant: refused in words before anything is read, or taken as the number they are."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

import wxb

TABLE = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 1.0, 5.0], "w": [0.0, 0.0, 0.0, 0.0]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"lr": 0.1, "epochs": 1.5}, "epochs must be a whole number, not 1.5"),
        ({"lr": 0.1, "epochs": True}, "epochs must be a whole number, not True"),
        ({"lr": [0.1]}, "lr must be a number or 'auto'"),
        ({"test": "0.2"}, "test must be a number, not '0.2'"),
        ({"folds": None}, "folds must be a whole number or a text, not None"),
        ({"intercept": "no"}, "intercept must be True or False, not 'no'"),
        ({"seed": 0.5}, "seed must be a whole number"),
        ({"threads": 0}, "threads must be 1 or more, not 0"),
        ({"threads": "2"}, "threads must be 1 or more, not '2'"),
        ({"weights": {1.0}}, "weights must be the name of a column, or one weight a row, not {1.0}"),
        ({"weights": ["w"]}, "weights=['w'] is a list, not the name of a column\n  use weights='w'"),
        ({"by": [[3]]}, "by must be names of columns; one of them is [3]"),
        ({"by": []}, "by names no column"),
        ({"by": {"a", "b"}}, "by is a set, which has no order"),
        ({"by": b"a"}, "by must be the name of a column"),
    ],
)
def test_an_option_of_the_wrong_kind_is_refused(options, said):
    with pytest.raises(wxb.UsageError) as caught:
        wxb.fit(TABLE, target="y", features=["x"], **options)
    assert said in str(caught.value)


def test_a_target_that_is_no_text_is_refused():
    wrong: Any = True
    with pytest.raises(wxb.UsageError, match="target must be the name of a column, not True"):
        wxb.fit(TABLE, target=wrong)
    wrong = np.ones(4)
    with pytest.raises(wxb.UsageError, match=r"one pair of brackets: wxb.fit\(\(X, y\)\)"):
        wxb.fit(np.ones((4, 2)), wrong)


def test_numbers_of_numpy_and_whole_floats_are_numbers(tmp_path):
    options: dict[str, Any] = {"lr": np.float32(0.0625), "epochs": 1e2, "seed": np.int64(3), "test": np.float64(0)}
    model = wxb.fit(TABLE, "y", features=["x"], **options)
    same = wxb.fit(TABLE, "y", features=["x"], lr=0.0625, epochs=100, seed=3)
    assert model.question == same.question
    assert model.theta.tolist() == same.theta.tolist()
    model.save(tmp_path / "m.json")
    assert wxb.load(tmp_path / "m.json").question.method == same.question.method


def test_weights_of_zero_alone_are_named():
    with pytest.raises(wxb.DataError, match="every weight in `w` is 0"):
        wxb.fit(TABLE, "y", features=["x"], weights="w")


def test_rates_of_weighted_rows_are_those_of_rows_repeated():
    table = {"x": [1.0, 2.0, 3.0, 7.0], "y": [1.0, 2.0, 1.0, 5.0], "w": [1.0, 3.0, 2.0, 1.0]}
    often = [int(w) for w in table["w"]]
    repeated = {name: np.repeat(table[name], often) for name in ("x", "y")}
    weighted, same = wxb.rates(table, "y", features=["x"], weights="w"), wxb.rates(repeated, "y")
    assert (weighted.max, weighted.best) == pytest.approx((same.max, same.best), rel=1e-14)
    assert weighted.max != pytest.approx(wxb.rates(table, "y", features=["x"]).max, rel=0.01)


@pytest.mark.parametrize("text", [["1", "2", "3", "5"], ["1", "1", "2", "2"]])
def test_numbers_kept_as_text_are_called_that(text):
    with pytest.raises(wxb.DataError, match="numbers kept as text"):
        wxb.fit({"x": text, "y": [1.0, 2.0, 1.0, 5.0]}, "y")


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"x": [np.nan], "z": [1.0]}, "`x` holds NaN"),
        ({"x": [1.0, np.inf], "z": [1.0, 2.0]}, "`x` holds NaN or infinite"),
        ({"x": ["a"], "z": [1.0]}, "`a`"),
        ({"x": [1.0, 2.0], "z": [1.0]}, "row"),
        ({"x": [[1.0, 2.0]], "z": [[1.0, 2.0]]}, r"row 1: \[1.0, 2.0\]"),
    ],
)
def test_columns_that_cannot_be_predicted_are_refused(columns, said):
    model = wxb.fit({"x": [1.0, 2.0, 3.0, 4.0], "z": [1.0, 0.0, 0.0, 1.0], "y": [1.0, 2.0, 1.0, 5.0]}, "y")
    with pytest.raises(wxb.DataError, match=said):
        model.predict(columns)


def test_a_pipe_or_a_device_is_not_replaced_by_a_model(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(wxb.DataError, match="a device or a pipe, not a file"):
        wxb.fit(TABLE, "y", features=["x"]).save(pipe)
    assert pipe.is_fifo()
    assert [p.name for p in tmp_path.iterdir()] == ["pipe"]


def test_a_weight_that_stays_at_0_does_not_hide_the_digits_of_the_minimum():
    data = {"a": [1e6, 2e6, 3e6, 5e6], "b": [1.0, -1.0, -1.0, 1.0], "y": [0.0, 0.0, 0.0, 1e-7]}
    model = wxb.fit(data, "y", lr=1e-300, epochs=1)
    row = next(line.split() for line in model.summary().splitlines() if line.split()[:1] == ["b"])
    assert float(row[2]) == pytest.approx(model.solution.coefficients[2], rel=0.3)
