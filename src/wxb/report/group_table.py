"""Models of groups as one table: a row for each, as many coefficients as the page holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wxb.errors import WxbError
from wxb.fitted import Fitted
from wxb.i18n import N_, _
from wxb.layout import Layout
from wxb.numbers import DASH, counted, number, thousands
from wxb.printable import one_line, printable
from wxb.question import Question
from wxb.report.lines import WIDTH, fits, room_for_names, shortened, table, width, wrapped
from wxb.report.lines import names as short_names

MOST_GROUPS = 40


class FittedGroups(Protocol):
    """Lines by group label. by : the column of labels, or the columns        rows : (g,)        failed : why some have none"""

    @property
    def by(self) -> str | tuple[str, ...]: ...
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


def label_text(label: Any) -> str:
    """A label of a group, or the parts of one, as text; the same of the columns they are of."""
    return ", ".join(map(str, label)) if isinstance(label, tuple) else str(label)


def group_table(groups: FittedGroups, warnings: bool = True, rest: str = N_("their numbers are in `coef`")) -> str:
    """group · rows · each W · b · R², for the first groups; under each number its standard error.

    warnings : whether those of the whole stand in the text        rest : where the groups are that are not shown
    """
    labels = list(groups)[:MOST_GROUPS]
    several = isinstance(groups.by, tuple)
    layout = Layout(groups.terms, groups.question.intercept)
    left = list(groups.by) if several else [""]
    shares = groups.question.shares
    judged = [*([_("R² test")] if shares.test else []), *([_("R² folds")] if shares.folds else [])]
    rows = [[*left, _("rows"), *layout.terms, *layout.names[: layout.offset], "R²", *judged]]
    failed = groups.failed
    for label, count in zip(labels, groups.rows.tolist()):
        names = [shortened(str(part), 24 if width() <= WIDTH else 40) for part in (label if several else [label])]
        if label in failed:
            rows.append([*names, str(count), *[DASH] * (len(rows[0]) - len(names) - 1)])
        else:
            rows += _of_one(names, groups[label], len(judged))
    lines = _fitting(rows, len(left), 1 + len(judged))
    names = one_line(_("{target} by {columns}", target=groups.target, columns=label_text(groups.by)))
    asked = groups.question.se
    said = "" if asked is None else f"{one_line(asked)} "
    head = _(
        "{names}: {count} · squared error · exact minima with ({said}standard errors)",
        names=names,
        count=counted(len(groups), "group"),
        said=said,
    )
    left_out = len(groups) - MOST_GROUPS
    more = [_("  … {count} more groups; {rest}", count=thousands(left_out), rest=_(rest))] if left_out > 0 else []
    notes = [line for text in groups.warnings if warnings for line in wrapped(f"! {text}", "  ", "    ")]
    return printable("\n".join([*wrapped(head, "", "  "), "", *lines, *more, *notes]))


def _of_one(names: list[str], model: Fitted, judged: int) -> list[list[str]]:
    """Two rows: the numbers of a group, and the errors of its coefficients."""
    layout, dropped = model.layout, model.dropped
    values = [
        _("left out") if term in dropped else number(w)
        for term, w in zip(model.terms, layout.split(model.theta)[0].tolist())
    ]
    b = [number(value) for value in model.theta.tolist()[: layout.offset]]
    errors = [f"({number(se)})" if np.isfinite(se) else f"({DASH})" for se in model.inference.se.tolist()]
    errors = [*errors[layout.offset :], *errors[: layout.offset]]
    under = ["" if value == _("left out") else error for value, error in zip([*values, *b], errors)]
    shares, folds = model.question.shares, model.cross_validation
    quality = [model.test_quality] if shares.test else []
    quality += [folds.overall if folds is not None else None] if shares.folds else []
    r2 = [number(model.r2, 3), *(DASH if one is None else number(one.r2, 3) for one in quality)]
    return [[*names, str(model.n), *values, *b, *r2], [*[""] * len(names), "", *under, *[""] * (1 + judged)]]


def _fitting(rows: list[list[str]], left: int, last: int) -> list[str]:
    """The table with the middle columns left out that do not fit.  left : columns of labels        last : columns of R²"""
    lines: list[str] = []
    tried = [[short_names(rows[0], most), *rows[1:]] for most in room_for_names(14)]
    rows = next((one for one in tried if fits(table(one, left=left, gap="  "))), tried[-1])
    for left_out in range(max(len(rows[0]) - left - 1 - last, 1)):
        kept = rows
        if left_out:
            end = len(rows[0]) - 1 - last - left_out
            kept = [
                [*row[:end], "" if not row[left] else "…" if i else f"+{left_out}", *row[-1 - last :]]
                for i, row in enumerate(rows)
            ]
        lines = table(kept, left=left, gap="  ")
        if fits(lines):
            return lines
    return lines
