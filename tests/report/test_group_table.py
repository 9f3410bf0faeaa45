"""The table of groups: each row is its model's numbers under their names, and what is not shown is counted."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import wxb
from wxb.numbers import number
from wxb.report.group_table import MOST_GROUPS, group_table

RANDOM = np.random.default_rng(61)


def grouped(count: int, intercept: bool = True) -> wxb.Groups:
    labels = np.repeat(np.arange(count), 5)
    a, b, e = RANDOM.normal(size=(3, 5 * count))
    table = {"g": labels, "a": a, "b": b, "y": 3 * a - 2 * b + 1 + 0.1 * e}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return wxb.fit(table, "y", by="g", intercept=intercept)


@pytest.mark.parametrize("count", [1, MOST_GROUPS - 1, MOST_GROUPS, MOST_GROUPS + 1, MOST_GROUPS + 7])
def test_groups_that_are_not_shown_are_counted(count: int) -> None:
    text = group_table(grouped(count), rest="and here they are")
    rows = [line for line in text.splitlines() if line.split()[:1] and line.split()[0].isdigit()]
    assert [int(line.split()[0]) for line in rows] == list(range(min(count, MOST_GROUPS)))
    more = [line.strip() for line in text.splitlines() if "more groups" in line]
    assert more == ([f"… {count - MOST_GROUPS} more groups; and here they are"] if count > MOST_GROUPS else [])
    assert f"y by g: {count} group{'' if count == 1 else 's'} ·" in text


@pytest.mark.parametrize("intercept", [True, False])
def test_each_number_stands_under_its_name_and_its_error_under_it(intercept: bool) -> None:
    groups = grouped(3, intercept)
    head, *rows = [line.split() for line in group_table(groups, warnings=False).splitlines()[2:] if line.strip()]
    assert head == ["rows", "a", "b", *["(b)"][: int(intercept)], "R²"]
    for row, errors, label in zip(rows[::2], rows[1::2], groups, strict=True):
        model = groups[label]
        expected = [str(label), "5", *map(number, model.coef.tolist())]
        assert row == [*expected, *([number(model.intercept)] if intercept else []), number(model.r2, 3)]
        se = model.inference.se.tolist()
        assert errors == [f"({number(one)})" for one in (se[1:] + se[:1] if intercept else se)]


def test_groups_by_two_columns_have_a_column_for_each() -> None:
    table = {"a": [1.0, 2, 4, 7], "g": ["n", "n", "s", "s"], "h": [1, 1, 2, 2], "y": [1.0, 2, 3, 9]}
    groups = wxb.fit(table, "y", features=["a"], by=["g", "h"])
    assert list(groups) == [("n", 1), ("s", 2)]
    text = str(groups)
    assert text.startswith("y by g, h: 2 groups")
    head, first, errors, _, _ = [line.split() for line in text.splitlines()[2:]]
    assert head == ["g", "h", "rows", "a", "(b)", "R²"]
    assert first == ["n", "1", "2", "1", "0", "1"]
    assert errors == ["(—)", "(—)"]
    assert repr(groups) == "Groups(y by g, h: 2 groups, 1 term, 4 rows)"
    with pytest.raises(wxb.UsageError, match="no group 'n' by g, h"):
        groups["n"]
