"""Each row of a fit beside the line: what it was predicted as, how far it is off, how much it counts.

    fitted H(x)        residual y − H(x)        leverage h        studentised t, by the s of all other rows        cook

Residuals are those of any rows; the others belong to the rows of the fit, and other rows have none. Under a penalty there are
the first two, and the others, which are of least squares, are NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wxb._typing import Integers, Marks, Vector
from wxb.arguments import warn
from wxb.data.block import Block
from wxb.data.remarks import warn_without_order
from wxb.data.table import Scan
from wxb.diagnostics.diagnose import refuse_no_minimum, refuse_other_rows, scale_of
from wxb.diagnostics.reading import form_of, pieces, terms_of
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.linear_form import evaluate
from wxb.moments.kernels import choose
from wxb.passes.absolute_errors import residuals as of_line
from wxb.passes.by_share import held_out_of
from wxb.passes.row_measures import RowMeasures
from wxb.passes.statistic import Numbers
from wxb.printable import show
from wxb.whitening import Whitening

if TYPE_CHECKING:
    import pyarrow

NEW = ("fitted", "residual", "leverage", "studentised", "cook")


class RowsOfBlock(NamedTuple):
    """numbers : (n,) of the rows in the source        block : as read        new : (n,) each of `NEW`"""

    numbers: Integers
    block: Block
    new: tuple[Vector, ...]


def residuals(model: Fitted, scan: Scan, *, spread: bool = False) -> Vector:
    """(m,) y − H(x) of the rows of a scan, each one sum. spread : NaN in the place of rows that were left out"""
    if not scan.ordered:
        warn_without_order()
    parts, misses = [np.empty(0)], misses_of(model)
    for block in scan.blocks():
        found = np.full(block.source_rows, np.nan)
        for some in pieces(block, len(model.layout)):
            found[slice(None) if some.kept is None else some.kept] = misses(some)
        parts.append(found if spread or block.kept is None else found[block.kept])
    return np.concatenate(parts)


def misses_of(model: Fitted) -> Callable[[Block], Vector]:
    """What gives y − H(x) of some rows."""
    if model.is_minimum and model.solution.eliminated is not None:
        whitening, kernel = Whitening.of(model.solution), choose()
        within = form_of(model, whitening, leverage=False)

        def apart(block: Block) -> Vector:
            found = within(block)
            return whitening.rows(block.row_numbers(), found.columns, found.lows, kernel).left

        return apart
    terms, line, intercept = terms_of(model), model.exact_theta, model.layout.intercept
    return lambda block: -of_line(terms(block), line, intercept)


def beside(model: Fitted, scan: Scan) -> Iterator[RowsOfBlock]:
    """Block by block; at the end DataError where these were not the rows of the fit. Rows held out have no leverage (NaN)."""
    if model.penalised is not None:
        yield from _under_penalty(model, scan)
        return
    refuse_no_minimum(model)
    model.estimate.refuse_unless_least_squares(_("leverage"))
    whitening, scale, kernel = Whitening.of(model.solution), scale_of(model), choose()
    held_out, sums = held_out_of(model.question.shares), _Sums()
    form, eliminated = form_of(model, whitening), model.solution.eliminated is not None
    for block in (some for whole in scan.blocks() for some in pieces(whole, whitening.width)):
        numbers, found = block.row_numbers(), form(block)
        values, __, counts = found.weights
        seen = whitening.rows(numbers, found.columns, found.lows, kernel, values, counts)
        measures = RowMeasures.of(seen, scale)
        out = sums.add(found, seen.left, None if held_out is None else held_out(block))
        apart = [np.where(out, np.nan, one) for one in (measures.leverage, measures.external, measures.cook)]
        assert block.target is not None
        fitted = block.target.values - seen.left if eliminated else _fitted(model, found)
        yield RowsOfBlock(numbers, block, (fitted, seen.left, *apart))
    refuse_other_rows(model, sums.rows, sums.squares, scan.source)


def _under_penalty(model: Fitted, scan: Scan) -> Iterator[RowsOfBlock]:
    """Of each row what it is predicted as and how far it is off; the rest is not known."""
    terms, held_out, sums = terms_of(model), held_out_of(model.question.shares), _Sums()
    line, intercept = model.exact_theta, model.layout.intercept
    for block in (some for whole in scan.blocks() for some in pieces(whole, len(model.layout))):
        found = terms(block)
        left = -of_line(found, line, intercept)
        sums.add(found, left, None if held_out is None else held_out(block))
        unknown = [np.full(len(left), np.nan)] * (len(NEW) - 2)
        yield RowsOfBlock(block.row_numbers(), block, (_fitted(model, found), left, *unknown))
    refuse_other_rows(model, sums.rows, sums.squares, scan.source)


@dataclass(slots=True)
class _Sums:
    """What tells the rows of the fit from others: how many there are, and what the line leaves of them."""

    rows: int = 0
    squares: float = 0.0

    def add(self, found: Numbers, left: Vector, out: Marks | None) -> Marks:
        """Add rows, and what is left of each; gives which have no part in the line.  out : those that are held out"""
        values, __, counts = found.weights
        gone: Marks = np.zeros(len(left), dtype=np.bool_) if out is None else out
        for one in (values, counts):
            gone = gone if one is None else gone | (one == 0)
        often = np.where(gone, 0.0, 1.0 if counts is None else counts)
        self.rows += int(often.sum())
        self.squares += float((often * left * left * (1.0 if values is None else values)).sum())
        return gone


def _fitted(model: Fitted, found: Numbers) -> Vector:
    columns, lows, offset = found.columns[:-1], found.lows, model.layout.offset
    ones = np.broadcast_to(1.0, len(found.columns[-1]))
    rests = {i + offset: low for i, low in lows.items() if i < len(columns)}
    design = model.layout.listed(columns, ones)
    return evaluate(design, rests, model.theta, lambda: model.exact_theta) if design else np.zeros(len(ones))


def augment(model: Fitted, scan: Scan) -> pyarrow.Table:
    """The columns that the model reads, labels too, and `NEW` beside them, a row for each complete row."""
    from wxb.data.arrow import table_of

    if not scan.ordered:
        warn_without_order()
    design = model.design
    numbers = [column.column if design.is_plain else column.name for column in (*design.columns, design.target)]
    labels = [category.column for category in design.categories if category.column not in numbers]
    names = [*numbers, *labels]
    refuse_taken(names, scan.source)
    parts: dict[str, list[Any]] = {name: [] for name in ("row", *names, *NEW)}
    for rows, block, new in beside(model, scan):
        assert block.target is not None
        read = [column.values for column in (*block.features, block.target)]
        texts = dict(zip([category.column for category in design.categories], block.labels))
        called = [np.array(texts[name].values, dtype=object)[texts[name].codes] for name in labels]
        for name, values in zip(parts, (rows, *read, *called, *new)):
            parts[name].append(np.ascontiguousarray(values))
    if model.penalised is not None:
        warn(unknown_of_rows())
    return table_of({name: np.concatenate(some) if some else np.empty(0) for name, some in parts.items()})


def unknown_of_rows() -> str:
    """What is not known of single rows under a penalty."""
    names = ", ".join(map(show, NEW[2:]))
    return _("{names} are of lines of least squares, and NaN of this one, which was found under a penalty", names=names)


def refuse_taken(names: list[str], source: str) -> None:
    """UsageError where a column of the source has a name that is wanted for a new one."""
    for name in ("row", *NEW):
        if name in names:
            raise UsageError(
                _("{source} already has a column {name}", source=source, name=show(name)), _("give it another name")
            )
