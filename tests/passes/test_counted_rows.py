"""Rows sent as counts give the bits of the rows repeated, by every statistic."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

import wxb
from wxb.data import open_table
from wxb.data.selection import Selection
from wxb.passes import each
from wxb.passes.absolute_errors import AbsoluteErrors
from wxb.passes.grouped import GroupMoments
from wxb.passes.labelled import LabelledMoments
from wxb.passes.labels import by_label, unlabelled
from wxb.passes.weighted import WeightedMoments, squared_errors
from wxb.solve import solve

RANDOM = np.random.default_rng(31)
ROWS = 3000
COUNTS = RANDOM.integers(0, 4, ROWS)
TABLE = {
    "a": RANDOM.normal(size=ROWS) * 10.0 ** RANDOM.uniform(-4, 4, ROWS),
    "b": RANDOM.integers(0, 9, ROWS),
    "w": RANDOM.uniform(0, 2, ROWS),
    "g": RANDOM.integers(0, 40, ROWS),
    "y": RANDOM.normal(size=ROWS),
}
REPEATED = {name: np.repeat(column, COUNTS) for name, column in TABLE.items()}
COUNTED = TABLE | {"f": COUNTS}


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("threads", [1, 2])
def test_every_statistic_counts(weights, threads):
    results = []
    for table, frequency in ((COUNTED, "f"), (REPEATED, None)):
        asked = Selection(target="y", features=["a", "b"], weights=weights, frequency=frequency, by="g")
        opened = open_table(table)
        scan = opened.scan(asked)
        names = scan.terms, ("y",)
        weighted = weights is not None
        groups, labels, whole = each(
            scan,
            [
                GroupMoments(*names, label=by_label(0)),
                LabelledMoments(*names, label=by_label(0), always=(), weighted=weighted),
                LabelledMoments(*names, weighted=weighted),
            ],
            threads=threads,
        ).results
        line = solve(whole.sums[0]).exact
        squares, errors = each(
            opened.scan(asked),
            [
                WeightedMoments(*names, squared_errors(line, True)),
                AbsoluteErrors(unlabelled, {0: ("all", line)}, True),
            ],
            threads=threads,
        ).results
        results.append((dict(groups.items()), labels.sums, whole, squares.sums, squares.ranges, errors))
    assert results[0] == results[1]
    assert results[0][2].sums[0].log_weights == results[1][2].sums[0].log_weights


def test_what_is_no_count_is_refused_by_name_and_row():
    for bad, match in (
        ([1, 2, -1], r"1 frequency that is no count: row 3, column `f`: `-1"),
        ([1, 0.5, 2], r"1 frequency that is no count: row 2, column `f`: `0.5`"),
        ([2**53 + 1, 1, 1], r"1 frequency that is no count: row 1, column `f`: `9007199254740993`\n  a frequency"),
        ([Decimal("2.00000000000000000001"), 1, 1], r"1 frequency that is no count: row 1, column `f`"),
        ([1e17, 1, 1], r"1 frequency that is no count: row 1, column `f`.*\n.*a frequency says .* up to 2\^53"),
        ([1, None, 1], r"1 missing value: row 2, column `f`"),
    ):
        scan = open_table({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0], "f": bad}).scan(
            Selection(target="y", frequency="f")
        )
        with pytest.raises(wxb.DataError, match=match):
            each(scan, [LabelledMoments(scan.terms, ("y",))])


def test_as_many_rows_as_are_counted_are_enough():
    """Two rows counted thrice are six: the too few rows for an answer are found where the repeated ones are."""
    scan = open_table({"x": [1.0, 2.0], "y": [1.0, 3.0], "f": [3, 3]}).scan(Selection(target="y", frequency="f"))
    found = each(scan, [LabelledMoments(scan.terms, ("y",))], needed=4).results[0]
    assert found.sums[0].rows == 6
    with pytest.raises(wxb.NumericalError, match="6 rows are too few for 7 coefficients"):
        each(scan, [LabelledMoments(scan.terms, ("y",))], needed=7)
