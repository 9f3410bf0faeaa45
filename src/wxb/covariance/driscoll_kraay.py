"""Errors of rows that vary together within a time in any way, and with those of the times near it (Driscoll, Kraay).

    Cov = B (Γ₀ + Σ_{l=1…L} (1 − l/(L + 1)) (Γ_l + Γ_lᵀ)) B · T/(T − 1) · (n − 1)/(n − k)
    Γ_l = Σ_t S_t S_{t−l}ᵀ,   S_t = Σ_{i in t} w e x

Times are labels, so rows may come in any order: numbers and dates go by size, texts by their letters. Times that no row has are not
there, and their neighbours follow each other. Without L it is ⌊T^{1/4}⌋, as in fixest and pyfixest, whose factor it is too; with 0
lags these are the errors clustered by time. t has T − 1 degrees of freedom.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

from wxb.advice import Advice
from wxb.covariance.clusters import (
    counted_terms,
    cr1_factor,
    of_all,
    of_kept,
    of_levels,
    read_of,
    refuse_one,
    with_levels,
)
from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.covariance.rows import nothing_to_tell
from wxb.covariance.scores import Clusters, outer_sum
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.moments.tally import Tally
from wxb.numbers import counted
from wxb.solve import Solution


def driscoll_kraay(
    solution: Solution, tally: Tally, errors: Errors, nested: Sequence[str] = (), levels: Tally | None = None
) -> Covariance:
    """The covariance by time. tally : moments, or scores, under the labels of the times

    nested, levels : as of `clustered`
    """
    times, label = len(tally), errors.labels[0]
    refuse_one(times, label, _("times"))
    lags = isqrt(isqrt(times)) if errors.lags is None else errors.lags
    if lags >= times:
        fewer = Advice("se", str(Errors(kind="DK", labels=errors.labels, lags=isqrt(isqrt(times)))))
        raise UsageError(
            _("errors with {lags}: the number of times is {times}", lags=counted(lags, "lag"), times=times),
            _("use fewer, as {fewer}", fewer=fewer),
        )
    matrix, factor, whitened, parts = nothing_to_tell(solution), 1.0, None, None
    if matrix is None:
        clusters = Clusters.of(tally, solution)
        scores, factor = clusters.scores, cr1_factor(times, solution, nested)
        middle = outer_sum(scores)
        for lag in range(1, lags + 1):
            lagged = outer_sum(scores[lag:], scores[:-lag])
            middle = middle + (1 - lag / (lags + 1)) * (lagged + lagged.T)
        middle = middle * factor
        parts = None if levels is None else of_all(solution, levels, scores, lags).times(factor)
        matrix = (
            of_kept(clusters.whitening.covariance(middle), solution) if parts is None else with_levels(solution, parts)
        )
        whitened = clusters.whitening.whole(middle)
    return Covariance.of(
        matrix,
        solution,
        freedom=times - 1,
        errors=Errors(kind="DK", labels=errors.labels, lags=lags),
        factor=_(
            "Bartlett weights 1 − l/{lags}, factor T/(T − 1) · (n − 1)/(n − k) = {factor:.6g}{about}, t with T − 1 = "
            "{freedom}",
            lags=lags + 1,
            factor=factor,
            about=counted_terms(solution, nested),
            freedom=counted(times - 1, "freedom"),
        ),
        clusters=(times,),
        most_tested=times - 1,
        notes=() if parts is not None else of_levels(solution),
        beside=parts,
        read=read_of(errors, tally, solution),
        whitened=whitened,
    )
