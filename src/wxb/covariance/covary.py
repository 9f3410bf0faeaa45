"""The errors asked for, from the cheapest that holds them: the moments, moments by cluster, the rows once more."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from wxb.advice import Advice
from wxb.covariance.covariance import Covariance, untested
from wxb.covariance.errors import Errors
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.i18n import N_, _
from wxb.passes.again import RowPasses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wxb.covariance.rows import Asks
    from wxb.data.block import Block
    from wxb.data.table import Scan
    from wxb.moments.tally import Tally
    from wxb.passes.joined import Joined
    from wxb.passes.moment_tally import MomentTally
    from wxb.passes.once_more import Former
    from wxb.passes.statistic import Statistic

OF_MOMENTS = ("CR2", "CR3", "bootstrap")  # that scores alone do not tell
OF_STAGES = N_(
    "{kind} by what the instruments tell of the terms, as clubSandwich has it for two stages: these are not found anew"
)
PLENTY = 1 << 31  # bytes of moments by cluster, where nothing smaller does


def needed(errors: Errors, rereadable: bool, scan: Scan, left_out: Any) -> tuple[MomentTally, ...]:
    """What goes along with the first pass over columns that are the terms, so that no other is needed.

    With very many rows a second pass for scores is quicker than moments by cluster, where these are not needed themselves.

    left_out : marks rows that are no part of the training rows, None for none
    """
    if not errors.labels:
        return ()
    from wxb.passes.moment_tally import MOST_ROWS

    plenty = errors.kind in OF_MOMENTS
    most = MOST_ROWS if rereadable and not plenty else None
    return (by_clusters(errors.labels, scan, left_out, plenty=plenty, most_rows=most),)


def by_clusters(
    labels: Sequence[str],
    scan: Scan,
    left_out: Any,
    *,
    plenty: bool = False,
    most_rows: int | None = None,
    within: int = 0,
) -> MomentTally:
    """Moments of columns that are the terms, under labels beside them.  within : columns of labels of groups, the first ones"""
    from wxb.passes import moment_tally

    most = PLENTY if plenty else moment_tally.MOST_BYTES
    return moment_tally.MomentTally(
        [*range(within), *places_of(labels, scan)],
        len(scan.terms) + 1,
        left_out=left_out,
        most_bytes=most,
        most_rows=most_rows,
    )


def held(errors: Errors, brought: Sequence[Tally]) -> dict[tuple[str, ...], Tally]:
    """What the first pass brought for these errors, by the names of the columns of labels; nothing where there are too many."""
    return {errors.labels: brought[0]} if brought and brought[0].width else {}


def places_of(labels: Sequence[str], scan: Scan) -> list[int]:
    """Which of a block's columns of labels, the last ones, have these names."""
    found = [field.called for field in scan.roles.labelled]
    return [len(found) - 1 - found[::-1].index(label) for label in labels]


def covary(
    errors: Errors, estimate: Estimate, passes: RowPasses | None, tally: Tally | None = None, *, seed: int = 0
) -> Covariance:
    """How the exact minimum of the estimate's rows varies; what it asks of them is read (`covarying`)."""
    from wxb.covariance.rows import answered

    return answered(covarying(errors, estimate, passes, tally, seed=seed), passes)


def covarying(
    errors: Errors, estimate: Estimate, passes: RowPasses | None, tally: Tally | None = None, *, seed: int = 0
) -> Asks[Covariance]:
    """How the exact minimum of the estimate's rows varies, by other errors than the classical ones.

    seed : of what is drawn
    passes : over the rows, None where they are gone and only the tally is there
    tally : moments under the labels of the errors, where the first pass or the model holds them
    """
    if estimate.stages is not None:
        _refuse_of_stages(errors, estimate)
    if errors.kind in OF_MOMENTS and errors.labels and estimate.solution.eliminated is not None:
        return (yield from _beside_levels(errors, estimate, passes, seed))
    if errors.labels:
        from wxb.covariance.clusters import clustered
        from wxb.covariance.driscoll_kraay import driscoll_kraay

        found = None if estimate.stages is not None or tally is None or not tally.width else tally
        nested, levels = (), None
        if found is None:
            assert passes is not None
            found, nested, levels = yield from _again(errors, estimate, passes)
        if errors.kind == "bootstrap":
            from wxb.covariance.bootstrap import of_clusters

            return of_clusters(estimate.solution, found, errors, seed)
        of = driscoll_kraay if errors.kind == "DK" else clustered
        made = of(estimate.solution, found, errors, nested, levels=levels)
        told = estimate.stages is not None and errors.kind in OF_MOMENTS
        return replace(made, notes=(*made.notes, _(OF_STAGES, kind=errors.kind))) if told else made
    assert passes is not None
    if errors.kind == "bootstrap":
        from wxb.covariance.bootstrap import of_rows

        return (yield from of_rows(estimate, passes, errors, seed))
    if errors.kind == "HAC":
        from wxb.covariance.hac import hac

        return (yield from hac(estimate, passes, errors))
    from wxb.covariance.heteroskedastic import heteroskedastic

    return (yield from heteroskedastic(estimate, passes, errors))


def _refuse_of_stages(errors: Errors, estimate: Estimate) -> None:
    """UsageError for what is of least squares alone: moments by cluster, draws of rows, rows within absorbed levels."""
    if estimate.solution.eliminated is not None:
        raise UsageError(
            _("{se} is not known in two stages beside absorbed effects", se=Advice("se", str(errors))),
            _("leave it out for the classical errors, or name the category among the terms"),
        )
    if errors.kind == "bootstrap":
        other = f"CR3:{errors.labels[0]}" if errors.labels else "HC3"
        raise UsageError(
            _("draws of rows are for least squares, and of two stages each would have other first stages"),
            _("use {se}", se=Advice("se", other)),
        )


def _beside_levels(errors: Errors, estimate: Estimate, passes: RowPasses | None, seed: int) -> Asks[Covariance]:
    """Errors that take each cluster out, or draw it, beside levels that were eliminated."""
    from wxb.covariance.beside_levels import beside, one_way
    from wxb.covariance.bootstrap import of_clusters
    from wxb.covariance.clusters import clustered
    from wxb.covariance.rows import refuse_without_rows

    assert passes is not None
    refuse_without_rows(str(errors), passes)
    solution, design, skip = one_way(estimate.solution, passes, errors.kind)
    tally, found = yield from beside(solution, design, passes, places_of(errors.labels, passes.scan)[0], skip)
    if errors.kind == "bootstrap":
        made = of_clusters(solution, tally, errors, seed, found)
    else:
        made = clustered(solution, tally, errors, beside=found)
    if not skip:
        return made
    known = {name: getattr(made, name) for name in ("joint", "errors", "factor", "clusters", "most_tested", "read")}
    own = untested(solution, most_tested=made.most_tested, clusters=made.clusters, errors=made.errors)
    known["notes"] = tuple(note for note in made.notes if note not in own)
    return Covariance.of(made.matrix[skip:, skip:], estimate.solution, freedom=made.freedom[skip:], **known)


def _again(errors: Errors, estimate: Estimate, passes: RowPasses) -> Asks[tuple[Tally, tuple[str, ...], Tally | None]]:
    """Moments or scores by cluster, from the rows once more; and the absorbed categories whose levels lie within clusters."""
    from wxb.covariance.rows import refuse_without_rows

    refuse_without_rows(str(errors), passes)
    places = places_of(errors.labels, passes.scan)
    return (yield from (_moments if errors.kind in OF_MOMENTS else _scores)(errors, places, estimate, passes))


def _moments(
    errors: Errors, places: Sequence[int], estimate: Estimate, passes: RowPasses
) -> Asks[tuple[Tally, tuple[str, ...], Tally | None]]:
    from wxb.covariance.rows import form_of
    from wxb.passes.moment_tally import MomentTally
    from wxb.passes.split import OfTerms

    width, terms = len(estimate.solution.moments.terms) + 1, passes.terms
    wanted: Statistic[Tally] = MomentTally(places, width, left_out=passes.held_out, most_bytes=PLENTY)
    if estimate.stages is not None:
        terms = partial(_onto, form_of(estimate, passes.terms))
    [tally] = yield [wanted if terms is None else OfTerms(terms, wanted)]
    if not tally.width:
        raise UsageError(
            _(
                "{errors} errors need moments by cluster, and those of so many clusters and terms leave the memory",
                errors=errors,
            ),
            _("use {se}: with many clusters they are the same", se=Advice("se", f"cluster:{errors.labels[0]}")),
        )
    return tally, (), None


def _scores(
    errors: Errors, places: Sequence[int], estimate: Estimate, passes: RowPasses
) -> Asks[tuple[Tally, tuple[str, ...], Tally | None]]:
    from wxb.covariance.level_scores import fits
    from wxb.covariance.rows import form_of
    from wxb.covariance.scores import may_cancel
    from wxb.passes.joined import lies_within
    from wxb.passes.score_tally import ScoreTally
    from wxb.whitening import Whitening

    solution = estimate.solution
    whitening, rss = Whitening.of(solution), solution.rss or Fraction(1)
    form, nesting = form_of(estimate, passes.terms), {}
    if solution.eliminated is not None:
        from wxb.passes.within import Within

        assert passes.design is not None
        form = Within(passes.design, solution, whitening.in_pairs, shares=False)
        nesting = _nesting(errors.labels, places, solution, passes)
    scores = ScoreTally(places, whitening, rss, form=form, left_out=passes.held_out)
    by_level = _by_level(places, solution, whitening, form, passes)
    tally, *found = yield [scores, *nesting.values(), *by_level]
    if may_cancel(tally.pairs()[0], rss):
        tally, *more = yield _in_pairs(places, solution, whitening, passes, form)
        found[len(nesting) :] = more
    within = {column for (column, __), joined in zip(nesting, found) if lies_within(joined)}
    absorbed = () if solution.eliminated is None else solution.eliminated.hidden_columns
    nested = tuple(column for column in absorbed if column in within or column in errors.labels)
    levels = found[-1] if by_level and fits(solution.eliminated, len(tally)) else None
    return tally, nested, levels


def _in_pairs(places: Sequence[int], solution: Any, whitening: Any, passes: RowPasses, form: Any) -> list[Joined]:
    """Scores by cluster of rows in pairs of doubles, where those of rounded ones may cancel, and what goes along by level."""
    from wxb.passes.joined import Joined, scores_of
    from wxb.passes.within import Within

    if solution.eliminated is not None:
        assert passes.design is not None
        form = Within(passes.design, solution, True, shares=False)
    scores = Joined(places, scores_of(whitening, form), left_out=passes.held_out)
    return [scores, *_by_level(places, solution, whitening, form, passes, fine=True)]


def _by_level(
    places: Sequence[int], solution: Any, whitening: Any, form: Any, passes: RowPasses, fine: bool = False
) -> list[Joined]:
    """Σ w e by each level that was eliminated and the clusters, where such levels have coefficients."""
    from wxb.covariance.level_scores import fits
    from wxb.elimination.eliminated import MOST
    from wxb.passes.joined import Joined, residuals_of

    if not fits(solution.eliminated, 1) or solution.eliminated.count > MOST:
        return []
    assert passes.design is not None
    own = [one.column for one in passes.design.categories].index(solution.eliminated.column)
    return [Joined([own, *places], residuals_of(whitening, form, fine), left_out=passes.held_out)]


def _onto(form: Former, block: Block) -> Block:
    """Rows of x̂ in the place of what they are formed of."""
    return form(block).onto(block)


def _nesting(
    labels: Sequence[str], places: Sequence[int], solution: Any, passes: RowPasses
) -> dict[tuple[str, str], Joined]:
    """What tells whether absorbed levels lie within clusters, by the category and the column of the clusters."""
    from wxb.passes.joined import Joined

    assert passes.design is not None
    names = [one.column for one in passes.design.categories]
    return {
        (column, label): Joined([names.index(column), place], left_out=passes.held_out)
        for column in solution.eliminated.hidden_columns
        for label, place in zip(labels, places)
        if column not in labels
    }
