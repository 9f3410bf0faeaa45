"""Models as sums: add new rows, merge two sites, forget rows, without the rows that were fitted before.

update(M, new rows)   moments + moments of the new rows, dealt to test rows and folds as if they followed the old ones
merge(A, B)           moments of A + moments of B, test rows to test rows, fold k to fold k
forget(M, old rows)   moments − moments of the old rows: the bits equal a fit that never saw them

What a model knows of its rows besides (bounds, counts, notes) is kept with them (`wxb.model.books`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from wxb.advice import Advice
from wxb.arguments import warn
from wxb.data import open_table
from wxb.design import Design
from wxb.design.meaning import common, scan_as
from wxb.errors import DataError, NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.methods.exact import Exact
from wxb.model.assemble import assemble
from wxb.model.books import TWICE, Books, refuse_lost_folds, refuse_unlike, rows_dealt, same_rows_twice
from wxb.model.model import Model
from wxb.model.remainder import check_inside, check_spread, refuse_more, remainder
from wxb.model.tell import tell
from wxb.passes import each
from wxb.passes.by_share import share_moments
from wxb.passes.labelled import Labelled
from wxb.question.shares import TEST, Shares
from wxb.solve import solve


def update(model: Model, data: Any, *, weights: str | None = None, frequency: str | None = None) -> Model:
    """The model of the rows it has seen and those of `data`, which are dealt to its test rows and folds by their numbers.

    Row 0 of `data` is numbered on from the last row the model has seen, so that a source fitted in two halves ends with the bits
    of one fit to the whole.
    """
    model.refuse_stages("adding rows")
    refuse_lost_folds(model)
    new = _read(model, data, weights, frequency, replace(model.question.shares, first=rows_dealt(model)))
    if not new.train.rows and not (new.test and new.test.rows):
        raise UsageError("there are no rows to add", "give a table with rows")
    twice = same_rows_twice((model.moments, new.train))
    return _refitted(model, _noted(Books.of(model) + new, twice), model.design)


def forget(model: Model, data: Any, *, weights: str | None = None, frequency: str | None = None) -> Model:
    """The model of the rows it has seen without those of `data`, as if it had never seen them.

    Rows that were never in the model are refused where sums can show it (`wxb.model.remainder` says where): when no rows at all
    have the sums that would remain. Where some rows could, nobody can tell: a model holds no rows.
    """
    model.refuse_stages("forgetting")
    if model.moments.precision != "exact":
        raise UsageError(
            'forgetting needs exact moments, and this model was fitted with `precision="fast"`',
            "fit anew without those rows",
        )
    if model.question.shares.test or model.question.shares.folds:
        held = "test rows" if model.question.shares.test else "folds"
        raise UsageError(
            f"this model has {held}, and which share a row is in follows from its number, which rows to forget do not tell",
            "fit anew without those rows, or forget from a model without test and folds",
        )
    old = _read(model, data, weights, frequency, Shares())
    if not old.train.rows:
        raise UsageError("there are no rows to take away", "give the rows to forget")
    whole = Books.of(model)
    dropped = whole.dropped - old.dropped
    if dropped < 0 and whole.source_rows is not None:
        raise DataError(
            f"{old.dropped} rows have missing values, and the model left out only {whole.dropped}: "
            "these rows were never all in the model",
            "give rows that the model was fitted to",
        )
    refuse_more(model.moments, old.train)
    if whole.ranges is not None and old.ranges is not None:
        check_inside(whole.ranges, old.ranges, model.terms)
    left = remainder(model.moments, old.train, _sorts(model))
    if whole.ranges is not None:
        check_spread(left, whole.ranges)
    seen = None if whole.source_rows is None else max(0, whole.source_rows - (old.source_rows or 0))
    notes = tuple(note for note in whole.notes if not note.endswith(TWICE))
    books = replace(
        whole, train=left, outer=whole.ranges is not None, dropped=max(dropped, 0), source_rows=seen, notes=notes
    )
    return _refitted(model, books, model.design)


def merge(first: Model, *others: Model) -> Model:
    """The model of the rows of all: fold k of one is put to fold k of the others, test rows to test rows."""
    refuse_unlike(first, others)
    for model in (first, *others):
        model.refuse_stages("merging")
        refuse_lost_folds(model)
    design = common(first.design, [other.design for other in others])
    books = Books.of(first)
    for other in others:
        books = books + Books.of(other)
    twice = same_rows_twice([model.moments for model in (first, *others)])
    return _refitted(first, _noted(books, twice), design)


def _read(model: Model, data: Any, weights: str | None, frequency: str | None, shares: Shares) -> Books:
    """The books of rows read the way the model's own were."""
    if weights is None and model.moments.weighted:
        raise UsageError("this model's rows had weights", "name the column of weights: `weights=…`")
    if weights is not None and not model.moments.weighted:
        raise UsageError(
            "this model's rows had no weights, so each counts 1", "leave weights out, or fit anew with them"
        )
    table = open_table(data)
    missing = model.question.selection.missing
    scan = scan_as(model.design, table, weights=weights, frequency=frequency, missing=missing)
    passed = each(scan, [share_moments(scan, shares, model.moments.precision, weights is not None)])
    found: Labelled = passed.results[0]
    folds = tuple(found.sums[k] for k in range(max(shares.folds, 1)))
    return Books(
        train=sum(folds[1:], folds[0]),
        test=found.sums.get(TEST),
        folds=folds if shares.folds else (),
        ranges=found.ranges,
        dropped=passed.reading.dropped,
        source_rows=passed.reading.rows,
        notes=passed.reading.notes,
        cautions=passed.reading.cautions,
    )


def _noted(books: Books, remark: str | None) -> Books:
    if remark is None:
        return books
    return replace(books, notes=tuple(dict.fromkeys((*books.notes, remark))), cautions=(*books.cautions, remark))


def _sorts(model: Model) -> list[str | None]:
    """What the columns hold, where every number read was exact by type."""
    if model.kinds is None:
        return []
    return [kind.sort if whole else None for kind, whole in zip(model.kinds, model.moments.integral)]


def _refitted(model: Model, books: Books, design: Design) -> Model:
    """The exact minimum of other books in the place of the model's."""
    question = replace(model.question, method=Exact(), se=None)
    if model.question.se is not None:
        asked = Advice("se", model.question.se)
        warn(f"the errors are classical now: {asked} needs all rows once more, which `model.with_se` takes")
    if books.train.rows == 0:
        raise NumericalError("no rows are left", "keep at least as many rows as there are coefficients")
    solution = solve(books.train, intercept=question.intercept, rank=question.rank)
    return tell(
        assemble(
            Estimate.of(solution, test_moments=books.test, fold_moments=books.folds),
            question,
            column_ranges=books.ranges,
            outer_ranges=books.outer,
            dropped_rows=books.dropped,
            source_rows=books.source_rows,
            notes=books.notes,
            design=design,
        ),
        books.cautions,
    )
