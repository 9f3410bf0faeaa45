"""Identifiers among columns of labels: all are named, and a long column is not read to its end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from wxb.data import Block, Labels, Selection, open_table
from wxb.errors import DataError
from wxb.passes import each, identifiers
from wxb.passes.identifiers import Identifiers


def refusal(found: Sequence[tuple[str, int]], rows: int) -> DataError:
    return DataError(f"{dict(found)} of {rows}", "leave them out")


def block(codes: np.ndarray, first: int = 0) -> Block:
    found, places = np.unique(codes, return_inverse=True)
    return Block(
        first, len(codes), None, (), labels=(Labels(places.astype(np.int64), tuple(map(str, found.tolist()))),)
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_all_that_look_like_it_are_named(threads: int) -> None:
    n = 30_000
    table = {
        "y": np.arange(n),
        "id": [f"i{i}" for i in range(n)],
        "half": np.arange(n) // 2,
        "k": np.arange(n) // 3 * 2,
    }
    scan = open_table(table).scan(Selection(target="y", features=[], labels=("id", "half", "k")))
    watch = Identifiers.of(scan, {0: "id", 1: "half", 2: "k"}, refusal)
    assert watch.limit == n // 2
    with pytest.raises(DataError, match=r"\{'id': 30000\} of 30000"):
        each(scan, [watch], threads=threads)
    each(scan, [Identifiers.of(scan, {1: "half", 2: "k"}, refusal)], threads=threads)


def read_until_refused(watch: Identifiers) -> int:
    """Rows of an identifier that are read before it is known for one."""
    for start in range(0, 1000, 20):
        try:
            watch.add(block(np.arange(start, start + 20)))
        except DataError:
            return start + 20
    return 1020


def test_a_long_column_is_read_no_further_than_it_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifiers, "PENDING", 10)
    assert 500 < read_until_refused(Identifiers({0: "id"}, 1000, refusal)) < 700
    assert read_until_refused(Identifiers({0: "id"}, None, refusal)) > 1000
    monkeypatch.setattr(identifiers, "MANY", 100)
    assert read_until_refused(Identifiers({0: "id"}, None, refusal)) < 150


def test_labels_that_come_again_count_once_and_unused_ones_never() -> None:
    watch = Identifiers({0: "g"}, 60, refusal)
    labels = tuple(map(str, range(100)))
    for start in (10, 10, 10, 0):
        watch.add(Block(0, 20, None, (), labels=(Labels(np.arange(20) + start, labels),)))
    watch.result(None)  # type: ignore[arg-type]
    watch.limit = 29
    with pytest.raises(DataError, match=r"\{'g': 30\}"):
        watch.result(None)  # type: ignore[arg-type]
