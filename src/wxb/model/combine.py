"""Models as sums: add new rows, merge two sites, forget rows, without the rows that were fitted before.

update(M, new rows)   moments + moments of the new rows, dealt to test rows and folds as if they followed the old ones
merge(A, B)           moments of A + moments of B, test rows to test rows, fold k to fold k
forget(M, old rows)   moments − moments of the old rows: the bits equal a fit that never saw them

What a model knows of its rows besides (bounds, counts, notes) is kept with them (`wxb.model.books`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Any

from wxb.advice import Advice
from wxb.arguments import warn
from wxb.covariance.covary import by_clusters, covary
from wxb.covariance.errors import Errors
from wxb.data import open_table
from wxb.design import Design
from wxb.design.assemble import moments_of
from wxb.design.close import levels_of
from wxb.design.looking_back import lag_text
from wxb.design.meaning import common, scan_as
from wxb.design.part import line_ranges
from wxb.design.pieces import Piece, level_text
from wxb.errors import DataError, NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.i18n import _, _n, both
from wxb.methods.exact import Exact
from wxb.model.assemble import assemble
from wxb.model.books import (
    TWICE,
    Books,
    Summed,
    kept_penalty,
    refuse_dealt_folds,
    refuse_lost_folds,
    refuse_unlike,
    rows_dealt,
    same_rows_twice,
)
from wxb.model.model import Model
from wxb.model.remainder import check_cells, check_inside, check_spread, refuse_more, remainder
from wxb.model.stages_json import SumsAlone
from wxb.model.tell import tell
from wxb.moments import Moments
from wxb.moments.gathered import Gathered, SharesGathered
from wxb.moments.tally import Tally
from wxb.passes import each
from wxb.passes.by_share import held_out_of, share_moments
from wxb.passes.gather import assembled, gathered, tallies_of
from wxb.passes.labelled import Labelled
from wxb.passes.statistic import Statistic
from wxb.passes.sums import Sums
from wxb.printable import show
from wxb.question.row_order import refuse_unordered
from wxb.question.shares import TEST, Shares

LOOKED_AT = 600  # terms of a piece


def update(model: Model, data: Any, *, weights: str | None = None, frequency: str | None = None) -> Model:
    """The model of the rows it has seen and those of `data`, which are dealt to its test rows and folds by their numbers.

    Row 0 of `data` is numbered on from the last row the model has seen, so that a source fitted in two halves ends with the bits
    of one fit to the whole.
    """
    _refuse_test_of_stages(model)
    _refuse_lags(model, _("adding rows"))
    refuse_dealt_folds(model)
    refuse_lost_folds(model)
    whole = Books.of(model)
    new = _read(model, data, weights, frequency, replace(model.question.shares, first=rows_dealt(model)))
    if not new.train.rows and not (new.test and new.test.rows):
        raise UsageError(_("there are no rows to add"), _("give a table with rows"))
    return _refitted(model, _noted(whole + new, same_rows_twice((whole.train, new.train))), model.read_design)


def forget(model: Model, data: Any, *, weights: str | None = None, frequency: str | None = None) -> Model:
    """The model of the rows it has seen without those of `data`, as if it had never seen them.

    Rows that were never in the model are refused where sums can show it (`wxb.model.remainder` says where): when no rows at all
    have the sums that would remain. Where some rows could, nobody can tell: a model holds no rows.
    """
    _refuse_forgetting(model)
    whole = Books.of(model)
    old = _read(model, data, weights, frequency, Shares())
    if not old.train.rows:
        raise UsageError(_("there are no rows to take away"), _("give the rows to forget"))
    dropped = whole.dropped - old.dropped
    if dropped < 0 and whole.source_rows is not None:
        raise DataError(
            _n(
                "{n} row has missing values, and the model left out only {dropped2}: these rows were never all in the model",
                "{n} rows have missing values, and the model left out only {dropped2}: these rows were never all in the "
                "model",
                old.dropped,
                dropped2=whole.dropped,
            ),
            _("give rows that the model was fitted to"),
        )
    left = _without(model, whole, old)
    clusters = {by: one - old.clusters[by] for by, one in whole.clusters.items() if by in old.clusters}
    seen = None if whole.source_rows is None else max(0, whole.source_rows - (old.source_rows or 0))
    notes = tuple(note for note in whole.notes if not note.endswith((TWICE, _(TWICE))))
    books = replace(
        whole,
        train=left,
        outer=whole.ranges is not None,
        dropped=max(dropped, 0),
        source_rows=seen,
        notes=notes,
        clusters=clusters,
    )
    return _refitted(model, books, model.read_design)


def _refuse_forgetting(model: Model) -> None:
    """A model whose sums do not tell what they are without some rows."""
    _refuse_lags(model, _("forgetting"))
    refuse_dealt_folds(model)
    if model.moments.precision != "exact":
        raise UsageError(
            _('forgetting needs exact moments, and this model was fitted with `precision="fast"`'),
            _("fit anew without those rows"),
        )
    if model.question.shares.test or model.question.shares.folds:
        held = _("test rows") if model.question.shares.test else _("folds")
        raise UsageError(
            _(
                "this model has {held}, and which share a row is in follows from its number, which rows to "
                "forget do not tell",
                held=held,
            ),
            _("fit anew without those rows, or forget from a model without test and folds"),
        )


def _without(model: Model, whole: Books, old: Books) -> Summed:
    """The sums of the rows that are left; DataError where no rows have them."""
    design, columns = model.read_design, [one.name for one in model.design.columns]
    if isinstance(whole.train, Gathered):
        assert isinstance(old.train, Gathered)
        _refuse_unknown_levels(design, old.train)
        plain, taken = whole.train.plain, old.train.plain
    else:
        assert isinstance(old.train, Moments)
        plain, taken = whole.train, old.train
    refuse_more(plain, taken)
    if whole.ranges is not None and old.ranges is not None:
        check_inside(whole.ranges, old.ranges, columns)
    left = remainder(plain, taken, _sorts(design, plain))
    if whole.ranges is not None and model.stages is None:  # those of instruments are not known
        check_spread(left, whole.ranges)
    if isinstance(whole.train, Gathered) and isinstance(old.train, Gathered):
        check_cells(whole.train, old.train)
        pieces = tuple(piece for piece in design.pieces if _is_small(design, piece))
        terms = replace(design, pieces=pieces)
        remainder(moments_of(terms, whole.train, design), moments_of(terms, old.train, design))
        return whole.train - old.train
    return left


def _is_small(design: Design, piece: Piece) -> bool:
    """Whether the sums of squares and products of its terms are formed for a look at what would remain."""
    return prod(len(design.state.levels[one.column]) for one in piece.categories) <= LOOKED_AT


def _refuse_unknown_levels(design: Design, old: Gathered) -> None:
    for one in design.categories:
        known = set(design.state.levels[one.column])
        unknown = [level for level in levels_of(one, old) if level not in known]
        if unknown:
            raise DataError(
                _(
                    "{column} is {unknown} in a row to forget, and in no row of the model",
                    column=show(one.column),
                    unknown=show(level_text(unknown[0])),
                ),
                _("give rows that the model was fitted to"),
            )


def merge(first: Model, *others: Model) -> Model:
    """The model of the rows of all: fold k of one is put to fold k of the others, test rows to test rows."""
    refuse_unlike(first, others)
    for model in (first, *others):
        _refuse_test_of_stages(model)
        _refuse_lags(model, "merging")
        refuse_dealt_folds(model)
        refuse_lost_folds(model)
    design = common(first.read_design, [other.read_design for other in others])
    books = Books.of(first)
    for other in others:
        books = books + Books.of(other)
    twice = same_rows_twice([Books.of(model).train for model in (first, *others)])
    return _refitted(first, _noted(_noted(books, twice), kept_penalty(first, others)), design)


def _refuse_lags(model: Model, what: str) -> None:
    """Sums of rows that look at earlier ones do not say which rows these were."""
    if model.read_design.lags:
        named = show(lag_text(model.read_design.lags[0]))
        raise UsageError(
            _("{what} needs rows that stand for themselves, and {named} looks at earlier ones", what=what, named=named),
            _("fit anew, to all rows in their order"),
        )


def _refuse_test_of_stages(model: Model) -> None:
    if model.stages is not None and model.question.shares.test:
        raise UsageError(
            _("this line was found in two stages, and of its test rows the instruments are not known any more"),
            _("fit anew to all rows, or without {test}", test=Advice("test")),
        )


def _read(model: Model, data: Any, weights: str | None, frequency: str | None, shares: Shares) -> Books:
    """The books of rows read the way the model's own were."""
    if weights is None and model.moments.weighted:
        raise UsageError(_("this model's rows had weights"), _("name the column of weights: `weights=…`"))
    if weights is not None and not model.moments.weighted:
        raise UsageError(
            _("this model's rows had no weights, so each counts 1"), _("leave weights out, or fit anew with them")
        )
    table = open_table(data)
    refuse_unordered(table, shares)
    missing = model.question.selection.missing
    beside = tuple(dict.fromkeys(label for labels in model.clusters for label in labels))
    how: dict[str, Any] = {"weights": weights, "frequency": frequency, "missing": missing, "beside": beside}
    scan, design = scan_as(model.read_design, table, **how), model.read_design
    tallies: Sequence[Statistic[Any]] = ()
    if not design.is_plain:
        scan, tallies = design.formed(scan), tallies_of(design, shares)
    moments = share_moments(scan, shares, model.moments.precision, weights is not None)
    clusters = [by_clusters(labels, scan, held_out_of(shares)) for labels in model.clusters]
    passed = each(scan, [moments, *tallies, *clusters])
    found: Labelled = passed.results[0]
    made: Sequence[Tally] = passed.results[1 + len(tallies) :]
    return Books(
        **_by_share(model, shares, found, passed.results[1 : 1 + len(tallies)]),
        clusters={labels: tally for labels, tally in zip(model.clusters, made) if tally.width},
        ranges=line_ranges(found.ranges, design, model.terms),
        dropped=passed.reading.dropped,
        source_rows=passed.reading.rows,
        notes=passed.reading.notes,
        cautions=passed.reading.cautions,
    )


def _by_share(model: Model, shares: Shares, found: Labelled, tallies: list[Tally]) -> dict[str, Any]:
    """The sums of each share as books have them."""
    if model.gathered is not None:
        sums = gathered(model.read_design, shares, found.sums, tallies)
        return {"train": sums.train, "test": sums.test, "folds": sums.folds}
    folds = tuple(found.sums[k] for k in range(shares.count))
    return {"train": sum(folds[1:], folds[0]), "test": found.sums.get(TEST), "folds": folds if shares.folds else ()}


def _noted(books: Books, remark: str | None) -> Books:
    if remark is None:
        return books
    return replace(books, notes=tuple(dict.fromkeys((*books.notes, remark))), cautions=(*books.cautions, remark))


def _sorts(design: Design, moments: Moments) -> list[str | None]:
    """What the columns hold, where every number read was exact by type."""
    kinds = [one.kind for one in (*design.columns, design.target)]
    if None in kinds:
        return []
    return [kind.sort if kind and whole else None for kind, whole in zip(kinds, moments.integral)]


def classical_now(errors: Errors) -> str:
    """What is said where the errors that a model had do not follow from the sums of others beside it."""
    what = (
        _("moments by {columns} of all rows", columns=both(*errors.labels))
        if errors.labels
        else _("all rows once more")
    )
    return _(
        "the errors are classical now: {se} needs {what}, as `model.with_se` takes them",
        se=Advice("se", str(errors)),
        what=what,
    )


def _refitted(model: Model, books: Books, design: Design) -> Model:
    """The exact minimum of other books in the place of the model's."""
    errors = None if model.question.se is None else Errors.parse(model.question.se)
    known = None if errors is None else books.clusters.get(errors.labels)
    if errors is not None and known is None:
        warn(classical_now(errors))
        errors = None
    method: Any = Exact() if model.stages is None and model.steps is None else model.question.method
    if model.penalised is not None:  # the λ that was chosen stays
        asked: Any = model.question.method
        method = asked.given(model.penalised.l2, model.penalised.l1)
    question = replace(model.question, method=method, se=None if errors is None else str(errors))
    if books.train.rows == 0:
        raise NumericalError(_("no rows are left"), _("keep at least as many rows as there are coefficients"))
    design, kept, sums = _moments(design, books)
    if model.stages is None and model.penalised is None:
        estimate = Estimate.of(sums.minimum(question), test_moments=sums.test, fold_moments=sums.folds)
        estimate = replace(estimate, steps=model.steps)  # the terms stay, and that rows chose them
    else:
        estimate = method.estimate(question, SumsAlone(sums, None if kept is None else design))
    return tell(
        assemble(
            estimate,
            question,
            column_ranges=books.ranges,
            outer_ranges=books.outer,
            dropped_rows=books.dropped,
            source_rows=books.source_rows,
            notes=tuple(dict.fromkeys((*books.notes, *estimate.remarks))),
            design=design,
            gathered=kept,
            errors=None if errors is None else covary(errors, estimate, None, known, seed=question.shares.seed),
            clusters=books.clusters,
        ),
        books.cautions,
    )


def _moments(design: Design, books: Books) -> tuple[Design, SharesGathered | None, Sums]:
    """The design closed anew, what was gathered for it, and the moments of its terms."""
    train, test, folds = books.train, books.test, books.folds
    if isinstance(train, Moments):
        assert not isinstance(test, Gathered)
        return design, None, Sums(train=train, test=test, folds=tuple(m for m in folds if isinstance(m, Moments)))
    assert not isinstance(test, Moments)
    kept = SharesGathered(train=train, test=test, folds=tuple(g for g in folds if isinstance(g, Gathered)))
    design = design.closed(kept.whole)
    return design, kept, assembled(Sums(train=train.plain), design, kept)
