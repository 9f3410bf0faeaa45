"""A source of one's own that does not keep its word is refused in words, and gives no line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.data import Scan, Selection, open_table
from wxb.data.block import Column
from wxb.data.kinds import NUMBER
from wxb.data.reading import Blocks, Reading
from wxb.errors import DataError


def _without_a_column(blocks: Blocks) -> Blocks:
    for block in blocks:
        yield replace(block, features=block.features[1:])
    return Reading(rows=10)


def _without_target(blocks: Blocks) -> Blocks:
    for block in blocks:
        yield replace(block, target=None)
    return Reading(rows=10)


def _cut(blocks: Blocks) -> Blocks:
    for block in blocks:
        yield replace(block, target=Column(np.ones(3)))
    return Reading(rows=10)


def _without_reading(blocks: Blocks) -> Any:
    yield from blocks


@pytest.mark.parametrize("options", [{}, {"by": "g"}, {"folds": 2}])
@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        (_without_a_column, "the table gives rows of 2 columns, and its scan has 3"),
        (_without_target, "the table gives rows of 2 columns, and its scan has 3"),
        (_cut, "the table gives columns of unequal lengths"),
        (_without_reading, "a part of the table ends without a Reading"),
    ],
)
def test_a_source_whose_rows_are_not_of_its_scan_is_refused(wrong: Any, match: str, options: dict[str, Any]) -> None:
    n = np.arange(10.0)
    table = open_table({"a": n, "b": n * n, "g": n % 2, "y": np.sin(n)})

    class Part:
        key, rows = "a part", 10

        def __init__(self, part: Any) -> None:
            self.part = part

        def blocks(self, first: int) -> Blocks:
            return wrong(self.part.blocks(first))

    class Source:
        name, columns, kinds, rereadable = "the table", table.columns, table.kinds, True

        def scan(self, selection: Selection) -> Scan:
            scan = table.scan(selection)
            return replace(scan, parts=tuple(map(Part, scan.parts)), unproven=None)

    with pytest.raises(DataError, match=match):
        wxb.fit(Source(), "y", features=["a", "b"], **options)


def test_a_source_that_changes_between_two_passes_is_refused() -> None:
    lengths = iter([10, 7])

    class Shrinking:
        name, columns, rereadable = "it", ("x", "y"), True
        kinds = {"x": NUMBER, "y": NUMBER}  # noqa: RUF012

        def scan(self, selection: Selection) -> Scan:
            x = np.arange(float(next(lengths)))
            return open_table({"x": x, "y": np.sin(x)}).scan(selection)

    with pytest.raises(DataError, match="changed while it was read: 10 rows at first, then 7"):
        wxb.fit(Shrinking(), "y", test=0.3)
