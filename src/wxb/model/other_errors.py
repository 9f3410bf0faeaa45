"""A model with other standard errors: from what it holds, or from its rows, which are read again and must be the same.

The line stays what it is, to the bit; only how sure it is changes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from wxb.advice import Advice
from wxb.arguments import number, whole
from wxb.covariance.covariance import Covariance
from wxb.covariance.covary import covary, held, needed
from wxb.covariance.errors import Errors
from wxb.covariance.wild import WildTest
from wxb.data import open_table
from wxb.design.meaning import scan_as
from wxb.errors import UsageError
from wxb.fitted import Fitted
from wxb.i18n import N_, _, both
from wxb.moments.tally import Tally
from wxb.numbers import counted
from wxb.passes.again import RowPasses
from wxb.printable import show
from wxb.question import Running

UNORDERED = N_(
    "the order is that in which the rows were given for these errors: a model does not hold the "
    "order of its fit, and rows in another order have other errors of HAC"
)

Line = TypeVar("Line", bound=Fitted)


def with_errors(
    model: Line, text: str, data: Any = None, *, weights: str | None = None, frequency: str | None = None
) -> Line:
    """The same line with the errors of such a text. data : its rows, where the model does not hold what it takes"""
    model.estimate.refuse_penalised(_("a standard error"))
    errors = Errors.parse(text)
    if errors.kind == "classical":
        return _with(model, None, None)
    if model.moments.precision != "exact":
        raise UsageError(
            _("{se} needs exact sums, and those of this model are rounded", se=Advice("se", str(errors))),
            _("fit without {precision}", precision=Advice("precision")),
        )
    known = model.clusters.get(errors.labels) if errors.labels else None
    if known is not None and data is None:
        return _with(model, str(errors), covary(errors, model.estimate, None, known, seed=model.question.shares.seed))
    if data is None:
        by = _("moments by {columns}", columns=both(*map(show, errors.labels))) if errors.labels else _("the rows")
        raise UsageError(
            _("{se} needs {by}, and this model holds none", se=Advice("se", str(errors)), by=by),
            _("fit with {se}, or give `model.with_se` the rows of the fit", se=Advice("se", str(errors))),
        )
    covariance, found = _of_rows(model, errors, data, weights, frequency)
    if errors.kind == "HAC":
        covariance = replace(covariance, notes=(*covariance.notes, _(UNORDERED)))
    return replace(_with(model, str(errors), covariance), clusters={**model.clusters, **found})


def wild(model: Fitted, name: str, null: float, draws: int, seed: int) -> WildTest:
    """The wild cluster bootstrap of one coefficient, by the clusters of the model's errors."""
    from wxb.covariance.clusters import cr1_factor
    from wxb.covariance.scores import Clusters
    from wxb.covariance.wild import wild_test

    model.estimate.refuse_penalised(_("the wild bootstrap"))
    labels = () if model.errors is None or model.errors.errors is None else model.errors.errors.labels
    tally = model.clusters.get(labels) if len(labels) == 1 else None
    if tally is None or model.solution.eliminated is not None or model.solution.rss == 0:
        raise UsageError(
            _("the wild bootstrap is of clusters by one column, whose moments this model does not hold"),
            _("fit with {se}, which keeps them while the model is in memory", se=Advice("se", "CR3:school")),
        )
    place = model.layout.position(name)
    if place not in model.solution.kept:
        raise UsageError(_("{name} was not estimated", name=show(name)), _("name another coefficient"))
    draws = whole("draws", draws, 99, _("a whole number, 99 or more"))
    clusters = Clusters.of(tally, model.solution)
    return wild_test(
        clusters,
        name,
        model.solution.kept.index(place),
        null=number("null", null),
        draws=draws,
        seed=whole("seed", seed, 0, _("a whole number, 0 or more")),
        factor=cr1_factor(len(clusters), model.solution),
    )


def _with(model: Line, se: str | None, covariance: Covariance | None) -> Line:
    return replace(model, question=replace(model.question, se=se), errors=covariance)


def _of_rows(
    model: Fitted, errors: Errors, data: Any, weights: str | None, frequency: str | None
) -> tuple[Covariance, dict[tuple[str, ...], Tally]]:
    if (weights is None) is model.moments.weighted:
        what = _("had weights") if model.moments.weighted else _("had no weights")
        raise UsageError(
            _("the rows of this model {what}", what=what),
            _("read them the same way, by {weights}", weights=Advice("weights")),
        )
    table, question = open_table(data), replace(model.question, se=None)
    selection = replace(question.selection, weights=weights, frequency=frequency)
    scan = partial(
        scan_as,
        model.read_design,
        table,
        weights=weights,
        frequency=frequency,
        beside=errors.labels,
        missing=question.selection.missing,
    )
    again = scan if table.rereadable else None
    design = None if model.read_design.is_plain else model.read_design
    along = partial(needed, errors, table.rereadable) if design is None and model.stages is None else None
    passes = RowPasses(scan(), Running(), again=again, design=design, along=along)
    sums = passes.sums(replace(question, selection=selection))
    absorbed = design is not None and any(one.absorbed for one in design.categories)  # its sums are those within levels
    if (sums.minimum(question).moments if absorbed else sums.train) != model.sums:
        raise UsageError(
            _(
                "{source}: these are not the rows that the model was fitted to ({rows}, in the model "
                "{n}): their sums differ",
                source=passes.source,
                rows=counted(sums.train.rows, "row"),
                n=model.n,
            ),
            _("give the rows of the fit, all of them and no others"),
        )
    return covary(errors, model.estimate, passes, *passes.brought, seed=question.shares.seed), held(
        errors, passes.brought
    )
