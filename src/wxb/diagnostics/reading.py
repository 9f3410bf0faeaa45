"""The rows of a fit, read again as the fit read them: the same columns by name, its weights, its way with missing cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wxb.data.block import Block
from wxb.data.table import Scan, Table
from wxb.design.meaning import scan_as
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.passes.once_more import Former
from wxb.passes.statistic import Numbers
from wxb.passes.within import Within
from wxb.printable import show
from wxb.whitening import Whitening


def scan_of(
    model: Fitted,
    table: Table,
    *,
    weights: str | None = None,
    frequency: str | None = None,
    label: str | None = None,
    missing: str | None = None,
    weighted: bool = True,
) -> Scan:
    """A scan of a model's rows: of the raw columns of its design, which `design.dense` makes the terms of.

    weights, frequency : by their names in the fit when left out; none are read unless `weighted`        missing : as in the fit
    """
    asked = model.question.selection
    if not weighted:
        return _formed(model, scan_as(model.design, table, missing=missing or asked.missing))
    weights = _known("weights", weights or asked.weights, table, model.moments.weighted)
    frequency = _known("frequency", frequency or asked.frequency, table, asked.frequency is not None)
    if label is not None and label not in table.columns:
        raise UsageError(
            _("{name} has no column {label}", name=table.name, label=show(label)),
            _("its columns are {columns}", columns=", ".join(table.columns[:20])),
        )
    labels = () if label is None else (label,)
    how: Any = {"weights": weights, "frequency": frequency, "beside": labels}
    return _formed(model, scan_as(model.design, table, missing=missing or asked.missing, **how))


def _formed(model: Fitted, scan: Scan) -> Scan:
    return scan if model.design.is_plain else model.design.formed(scan)


def form_of(model: Fitted, whitening: Whitening, leverage: bool = True) -> Former:
    """What the rows of such a scan are to the line: their terms and target; less the effects of levels that were eliminated.

    leverage : whether that of the rows is wanted
    """
    if model.solution.eliminated is not None:
        return Within(model.design, model.solution, whitening.in_pairs, leverage)
    return terms_of(model)


def terms_of(model: Fitted) -> Former:
    """The terms and target of some rows."""
    if model.design.is_plain:
        return Numbers.of
    dense = model.design.dense
    return lambda block: Numbers.of(dense(block))


def pieces(block: Block, terms: int) -> Iterator[Block]:
    """Some rows of a block at a time, so few that so many terms of them find room."""
    step = max(512, (1 << 20) // max(1, terms))
    for start in range(0, block.rows, step):
        yield block if block.rows <= step else block.at(slice(start, start + step))


def _known(what: str, name: str | None, table: Table, needed: bool) -> str | None:
    if name is None and needed:
        raise UsageError(_("the rows of this model had {what}", what=what), _("name the column: `{what}=…`", what=what))
    if name is not None and name not in table.columns:
        raise UsageError(
            _("{name} has no column {name2}, the {what} of the fit", name=table.name, name2=show(name), what=what),
            _("give `{what}=…`", what=what),
        )
    return name
