"""Models of groups as one table: a row for each, as many coefficients as 80 columns hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wxb.errors import WxbError
from wxb.fitted import Fitted
from wxb.layout import Layout
from wxb.numbers import DASH, number
from wxb.printable import cells, one_line, printable
from wxb.question import Question
from wxb.report.lines import WIDTH, shortened, table, wrapped

MOST_GROUPS = 40


class FittedGroups(Protocol):
    """Lines by group label. by : the column of labels        rows : (g,)        failed : why some have none"""

    @property
    def by(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def terms(self) -> tuple[str, ...]: ...
    @property
    def question(self) -> Question: ...
    @cached_property
    def rows(self) -> NDArray[np.int64]: ...
    @property
    def dropped_rows(self) -> int: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...
    @property
    def failed(self) -> Mapping[Any, WxbError]: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, label: Any, /) -> Fitted: ...


def group_table(groups: FittedGroups, warnings: bool = True, rest: str = "their numbers are in `coef`") -> str:
    """group · rows · each W · b · R², for the first groups.

    warnings : whether those of the whole stand in the text        rest : where the groups are that are not shown
    """
    labels = list(groups)[:MOST_GROUPS]
    failed, layout = groups.failed, Layout(groups.terms, groups.question.intercept)
    rows = [["", "rows", *layout.terms, *layout.names[: layout.offset], "R²"]]
    for label, count in zip(labels, groups.rows.tolist()):
        name = shortened(str(label), 24)
        if label in failed:
            rows.append([name, str(count), *[DASH] * (len(rows[0]) - 2)])
            continue
        model = groups[label]
        values = [
            "left out" if term in model.dropped else number(w) for term, w in zip(model.terms, model.coef.tolist())
        ]
        b = [number(value) for value in model.theta.tolist()[: layout.offset]]
        rows.append([name, str(model.n), *values, *b, number(model.r2, 3)])
    rows[0] = [shortened(name, 14) for name in rows[0]]
    lines = _fitting(rows)
    names = one_line(f"{groups.target} by {groups.by}")
    head = f"{names}: {len(groups):,} groups · squared error · exact minimum of each"
    more = [f"  … {len(groups) - MOST_GROUPS:,} more groups; {rest}"] if len(groups) > MOST_GROUPS else []
    notes = [line for text in groups.warnings if warnings for line in wrapped(f"! {text}", "  ", "    ")]
    return printable("\n".join([head, "", *lines, *more, *notes]))


def _fitting(rows: list[list[str]]) -> list[str]:
    """The table with the middle columns left out that do not fit."""
    lines: list[str] = []
    for left_out in range(max(len(rows[0]) - 3, 1)):
        kept = rows
        if left_out:
            end = len(rows[0]) - 2 - left_out
            kept = [[*row[:end], "…" if i else f"+{left_out}", *row[-2:]] for i, row in enumerate(rows)]
        lines = table(kept, gap="  ")
        if all(cells(line) <= WIDTH for line in lines):
            return lines
    return lines
