"""Columns read as labels, several at once, from every kind of source."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from data.reading import read, refused
from wxb.data import Labels, Selection
from wxb.data.labels import labels_of, labels_of_integers
from wxb.errors import UsageError


def values_of(labels: Labels) -> list[Any]:
    return [
        None if labels.missing is not None and labels.missing[i] else labels.values[code]
        for i, code in enumerate(labels.codes)
    ]


def test_labels_are_cut_and_picked_with_their_marks() -> None:
    labels = labels_of(["b", None, "a", "b", float("nan")])
    assert labels.values == ("b", "a")
    assert values_of(labels) == ["b", None, "a", "b", None]
    assert values_of(labels.cut(2, 5)) == ["a", "b", None]
    assert labels.cut(2, 4).missing is None
    assert values_of(labels.at(np.array([4, 0]))) == [None, "b"]


@pytest.mark.parametrize("found", [[3, 1, 3, -2], [2**60, 0, 2**60, 5], []])
def test_whole_numbers_as_labels(found: list[int]) -> None:
    labels = labels_of_integers(np.array(found, dtype=np.int64))
    assert values_of(labels) == found
    assert list(labels.values) == sorted(set(found))


def test_a_text_is_one_column() -> None:
    assert Selection(by="school").by == ("school",)
    assert Selection(target="y", by=("a", "b"), labels=("c",)).names == ("y", "a", "b", "c")


TABLE = {"x": [1.0, 2, 4, 7], "y": [1.0, 2, 3, 5], "g": ["n", "s", "n", "s"], "h": ["a", "a", None, "b"]}


def test_a_column_is_a_number_and_a_label_at_once() -> None:
    whole = read(TABLE, features=["x"], labels=("x", "g"))
    assert whole.X[0][0] == whole.labels[0] == TABLE["x"]
    assert whole.labels[1] == TABLE["g"]


def test_a_missing_label_makes_a_row_incomplete_and_is_counted_once() -> None:
    whole = read(TABLE, features=["x"], by=("h", "g"), labels=("h",), missing="drop")
    assert whole.labels == [["a", "a", "b"], ["n", "s", "s"], ["a", "a", "b"]]
    assert whole.reading.missing == {"h": 1}
    assert "1 missing value: row 3, column `h`" in refused(TABLE, features=["x"], by=("h", "g"), labels=("h",))


def test_groups_by_one_column_twice_are_refused() -> None:
    with pytest.raises(UsageError, match="asked for twice"):
        read(TABLE, features=["x"], by=("g", "g"))
