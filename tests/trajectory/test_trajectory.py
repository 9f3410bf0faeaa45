"""Reading a trajectory: entries, log lines, tables, numbers in words."""

from __future__ import annotations

import json

import numpy as np
import pytest

from support.bowls import bowl_from, hours
from support.peers import arrays
from wxb.descent import descend
from wxb.errors import UsageError
from wxb.printable import cells
from wxb.trajectory import KEPT_AT_MOST, epochs_to_keep


def test_entries_by_epoch() -> None:
    path = descend(hours(), lr=0.01, epochs=50)
    entry = path.at(49)
    assert (entry.epoch, entry.b, entry.cost) == (49, path.b[49], path.cost[49])
    assert [entry.epoch for entry in path.entries()] == list(range(50))
    for epoch in (-1, 50):
        with pytest.raises(UsageError, match="not made"):
            path.at(epoch)


def test_an_epoch_that_was_not_kept() -> None:
    path = descend(hours(), lr=0.01, epochs=100_000)
    assert path.at(99_900).epoch == 99_900
    assert path.at(99_999).epoch == 99_999
    with pytest.raises(UsageError, match="not kept") as error:
        path.at(150)
    assert "100 or 200" in error.value.do


@pytest.mark.parametrize("total", [1, 9_999, KEPT_AT_MOST, KEPT_AT_MOST + 1, 10**6, 10**9, 10**15])
def test_what_is_kept(total: int) -> None:
    every, epochs = epochs_to_keep(total, None)
    assert epochs[0] == 0
    assert epochs[-1] == total - 1
    assert (np.diff(epochs) > 0).all()
    assert len(epochs) <= KEPT_AT_MOST
    assert every == 1 or str(every).strip("0") in ("1", "2", "5")


def test_lines_for_many_features_fit_and_name_them() -> None:
    X, y, terms = arrays("diabetes")
    long = tuple(f"{term}_measured_in_2004" for term in terms)
    path = descend(bowl_from(X, y, terms=long), lr="auto", epochs=301, test=bowl_from(X, y, terms=long))
    lines = list(path.log_lines(100))
    assert len(lines) == 4
    assert all(len(line) <= 80 for line in lines)
    assert lines[0].startswith("Epoch    0/300 age_")
    assert " b: " in lines[0]
    assert " more, b: " in lines[0]
    assert " Test: " in lines[0]


def test_a_line_without_an_intercept_has_no_b() -> None:
    path = descend(bowl_from(np.array([[1.0], [2.0]]), np.array([2.0, 4.0]), intercept=False), lr=0.1, epochs=1)
    assert list(path.log_lines()) == ["Epoch    0/0 W: 1.000 Cost: 10.000000"]


def test_large_and_small_numbers_stay_readable() -> None:
    x = np.array([[1e-7], [2e-7], [4e-7]])
    line = next(descend(bowl_from(x, 1e6 * x[:, 0] + 1), lr=0.1, epochs=1, scale="standard").log_lines())
    assert "0.000" not in line


def test_json_lines_and_arrow_say_the_same() -> None:
    path = descend(hours(), lr=0.01, epochs=30, test=hours())
    records = [json.loads(json.dumps(record, allow_nan=False)) for record in path.to_dicts()]
    table = path.to_arrow().to_pydict()
    assert table["W[hours]"] == [record["W"][0] for record in records]
    for name in ("epoch", "b", "cost", "test_cost", "gradient_norm", "lr"):
        assert table[name] == [record[name] for record in records]


def test_outcomes_are_json() -> None:
    for lr in (0.01, 0.2, 0.1, 0.1803, 2 / 11.0929403):
        outcome = descend(hours(), lr=lr, epochs=2000).outcome
        record = json.loads(json.dumps(outcome.to_dict(), allow_nan=False))
        assert record["text"] == outcome.text
        assert all(len(line) <= 100 for line in outcome.text.splitlines())


def test_wide_letters_fit_a_log_line() -> None:
    terms = tuple(f"공부시간과 잠잔시간{place}의 합계" for place in range(5))
    x = np.random.default_rng(2).normal(size=(30, 5))
    path = descend(bowl_from(x, x.sum(axis=1), terms=terms), lr=0.1, epochs=30)
    lines = list(path.log_lines(1))
    assert len(lines) == 30
    assert all(cells(line) <= 80 and "공부시" in line for line in lines)
