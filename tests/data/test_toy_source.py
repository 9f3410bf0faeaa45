"""A new kind of source is one class with the words of a `Table`: nothing else has to know of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.data import Scan, Selection, open_table
from wxb.data.block import Column
from wxb.data.reading import Blocks, Reading
from wxb.errors import DataError, UsageError


@dataclass(frozen=True)
class Squares:
    """The numbers 1 to `rows` and their squares, which no file holds."""

    rows: int
    name: str = "the squares"
    columns: tuple[str, ...] = ("n", "square")
    rereadable: bool = True

    def scan(self, selection: Selection) -> Scan:
        n = np.arange(1.0, self.rows + 1)
        return open_table({"n": n, "square": n * n}).scan(selection)


def test_a_toy_source_is_fitted_predicted_and_updated() -> None:
    model = wxb.fit(Squares(10), "square", test=0.3, seed=1)
    assert model.test_mae is not None  # read twice
    n = np.arange(1.0, 11)
    same = wxb.fit({"n": n, "square": n * n}, "square", test=0.3, seed=1)
    assert model.predict(Squares(3)).tolist() == same.predict({"n": [1, 2, 3]}).tolist()
    whole = wxb.update(wxb.fit(Squares(10), "square"), Squares(3))
    assert whole.n == 13
    with pytest.raises(UsageError, match="where"):
        wxb.fit(Squares(3), "square", where="n > 1")


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
        name, columns, rereadable = "the table", table.columns, True

        def scan(self, selection: Selection) -> Scan:
            scan = table.scan(selection)
            return replace(scan, parts=tuple(map(Part, scan.parts)), unproven=None)

    with pytest.raises(DataError, match=match):
        wxb.fit(Source(), "y", features=["a", "b"], **options)


def test_a_source_that_changes_between_two_passes_is_refused() -> None:
    lengths = iter([10, 7])

    class Shrinking:
        name, columns, rereadable = "it", ("x", "y"), True

        def scan(self, selection: Selection) -> Scan:
            x = np.arange(float(next(lengths)))
            return open_table({"x": x, "y": np.sin(x)}).scan(selection)

    with pytest.raises(DataError, match="changed while it was read: 10 rows at first, then 7"):
        wxb.fit(Shrinking(), "y", test=0.3)
