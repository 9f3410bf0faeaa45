"""The errors asked for, from the cheapest that holds them: the moments, moments by cluster, the rows once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wxb.advice import Advice
from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.errors import UsageError
from wxb.estimate import Estimate
from wxb.passes.again import RowPasses

if TYPE_CHECKING:
    from wxb.data.table import Scan
    from wxb.moments.tally import Tally
    from wxb.passes.moment_tally import MomentTally

PLENTY = 1 << 31  # bytes of moments by cluster, where nothing smaller does


def needed(errors: Errors, scan: Scan, left_out: Any) -> tuple[MomentTally, ...]:
    """What goes along with the first pass over columns that are the terms, so that no other is needed.

    left_out : marks rows that are no part of the training rows, None for none
    """
    if not errors.labels:
        return ()
    from wxb.passes.moment_tally import MOST_BYTES, MomentTally

    most = PLENTY if errors.kind in ("CR2", "CR3") else MOST_BYTES
    return (MomentTally(places_of(errors, scan), len(scan.terms) + 1, left_out=left_out, most_bytes=most),)


def places_of(errors: Errors, scan: Scan) -> list[int]:
    """Which of a block's columns of labels are those of the errors."""
    found = [field.called for field in scan.roles.labelled]
    return [len(found) - 1 - found[::-1].index(label) for label in errors.labels]


def covary(errors: Errors, estimate: Estimate, passes: RowPasses, tally: Tally | None = None) -> Covariance:
    """How the exact minimum of the estimate's rows varies, by other errors than the classical ones.

    tally : moments under the labels of the errors, where the first pass or the model holds them
    """
    if errors.kind == "bootstrap":
        raise UsageError(
            "bootstrap errors are not there", f"give {Advice('se', 'HC3')} or {Advice('se', 'CR3:school')}"
        )
    if errors.labels:
        from wxb.covariance.clusters import clustered
        from wxb.covariance.driscoll_kraay import driscoll_kraay

        found = None if estimate.stages is not None or tally is None or not tally.width else tally
        found = found or _again(errors, estimate, passes)
        return (driscoll_kraay if errors.kind == "DK" else clustered)(estimate.solution, found, errors)
    if errors.kind == "HAC":
        from wxb.covariance.hac import hac

        return hac(estimate, passes, errors)
    from wxb.covariance.heteroskedastic import heteroskedastic

    return heteroskedastic(estimate, passes, errors)


def _again(errors: Errors, estimate: Estimate, passes: RowPasses) -> Tally:
    """Moments or scores by cluster, from the rows once more."""
    from wxb.covariance.rows import form_of, refuse_without_rows
    from wxb.passes.moment_tally import MomentTally
    from wxb.passes.score_tally import ScoreTally
    from wxb.whitening import Whitening

    refuse_without_rows(str(errors), passes)
    solution, places = estimate.solution, places_of(errors, passes.scan)
    if errors.kind in ("CR2", "CR3"):
        if estimate.stages is not None:
            raise UsageError(
                f"errors of {errors.kind} are for least squares, and this line is found in two stages",
                f"use {Advice('se', f'cluster:{errors.labels[0]}')}",
            )
        [tally] = passes.each(
            [MomentTally(places, len(solution.moments.terms) + 1, left_out=passes.held_out, most_bytes=PLENTY)]
        )
        if not tally.width:
            raise UsageError(
                f"{errors} errors need moments by cluster, and those of so many clusters and terms leave the memory",
                f"use {Advice('se', f'cluster:{errors.labels[0]}')}: with many clusters they are the same",
            )
        return tally
    [tally] = passes.each(
        [ScoreTally(places, Whitening.of(solution), form=form_of(estimate), left_out=passes.held_out)]
    )
    return tally
