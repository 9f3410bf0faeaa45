"""Errors by drawing anew: rows, or whole clusters, each counted as often as Poisson(1) says, and the line fitted to what was drawn.

    θ* − θ = Fᵀ K*⁻¹ s*,   K* = Σ v K_g,   s* = Σ v s_g        v ~ Poisson(1), one for each draw and row or cluster
    Cov = Σ (θ* − θ̄*)(θ* − θ̄*)ᵀ / (draws − 1)

v is a hash of the seed, the draw and the number of the row in the source, or of the cluster among the labels in order; so chunks
and threads leave no trace, nor, by clusters, the order of rows. Draws that do not determine every coefficient are left out, and
said.
t has n − k degrees of freedom, or G − 1.
"""

from __future__ import annotations

import numpy as np

from wxb._typing import Matrix
from wxb.advice import Advice
from wxb.covariance.beside_levels import Beside
from wxb.covariance.clusters import of_kept, read_of, refuse_one
from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.covariance.rows import READ, Asks, middle, nothing_to_tell
from wxb.covariance.scores import Clusters
from wxb.errors import NumericalError, UsageError
from wxb.estimate import Estimate
from wxb.i18n import _
from wxb.moments.tally import Tally
from wxb.numbers import counted
from wxb.passes.again import RowPasses
from wxb.passes.draws import poisson
from wxb.passes.row_sums import Wanted
from wxb.passes.workers import blas_on_one_thread
from wxb.solve import Solution
from wxb.whitening import Whitening

AT_ONCE = 1 << 22  # counts drawn together
SINGULAR = 1e-9  # of K*, whose mean is 1
FEWEST = 0.5  # a share of draws that must determine all coefficients


def of_clusters(
    solution: Solution, tally: Tally, errors: Errors, seed: int, beside: Beside | None = None
) -> Covariance:
    """Clusters drawn. tally : moments by cluster        beside : what they come to where levels were eliminated"""
    count = len(tally)
    refuse_one(count, errors.labels[0], "clusters")
    known = {
        "clusters": (count,),
        "most_tested": min(count, errors.draws) - 1,
        "read": read_of(errors, tally, solution),
    }
    nothing, notes, whitened = nothing_to_tell(solution), (), None
    if nothing is None:
        clusters = beside or Clusters.of(tally, solution)
        k = clusters.whitening.width
        parts = np.concatenate([clusters.shares.reshape(count, k * k), clusters.scores], axis=1)
        sums, step = np.empty((errors.draws, parts.shape[1])), max(1, AT_ONCE // count)
        with blas_on_one_thread():
            for start in range(0, errors.draws, step):
                drawn = np.arange(start, min(start + step, errors.draws))
                often = poisson(seed, drawn, np.arange(count))
                sums[drawn] = often @ parts if beside is None else beside.drawn(often)
        middle, notes = _spread(clusters.whitening, sums)
        nothing = of_kept(clusters.whitening.covariance(middle), solution)
        whitened = clusters.whitening.whole(middle)
    known |= {"errors": errors, "factor": _factor(errors, "G − 1"), "notes": notes, "whitened": whitened}
    return Covariance.of(nothing, solution, freedom=count - 1, **known)


def of_rows(estimate: Estimate, passes: RowPasses, errors: Errors, seed: int) -> Asks[Covariance]:
    """Rows drawn, in one more pass."""
    solution = estimate.solution
    if estimate.stages is not None or solution.eliminated is not None:
        raise UsageError(
            _("drawing rows anew is for lines of least squares whose terms are all columns"),
            _("use {se}", se=Advice("se", "HC3")),
        )
    made = yield from middle(estimate, passes, Wanted(draws=errors.draws, seed=seed), str(errors))
    matrix, notes, whitened = nothing_to_tell(solution), (), None
    if made is not None:
        drawn, notes = _spread(made[0], made[1].sums["draws"])
        matrix, whitened = of_kept(made[0].covariance(drawn), solution), made[0].whole(drawn)
    assert matrix is not None
    said = _factor(errors, "n − k")
    return Covariance.of(matrix, solution, errors=errors, factor=said, notes=notes, read=READ, whitened=whitened)


def _factor(errors: Errors, freedom: str) -> str:
    return _(
        "the spread of {draws}, t with {freedom} degrees of freedom",
        draws=counted(errors.draws or 0, "draw"),
        freedom=freedom,
    )


def _spread(whitening: Whitening, sums: Matrix) -> tuple[Matrix, tuple[str, ...]]:
    """Cov (k, k), whitened, of draws (draws, k k + k), and what is to be said."""
    k = whitening.width
    shares, scores = sums[:, : k * k].reshape(-1, k, k), sums[:, k * k :]
    told = np.linalg.eigvalsh(shares)[:, 0] > SINGULAR
    lost = int((~told).sum())
    if lost > FEWEST * len(sums):
        raise NumericalError(
            _("in {lost} of {count} draws some coefficient is not determined", lost=lost, count=len(sums)),
            _("draw more rows or larger clusters, or leave out terms that few of them decide"),
        )
    away = np.linalg.solve(shares[told], scores[told][:, :, None])[:, :, 0]
    away = away - away.mean(axis=0)
    middle = np.einsum("di,dj->ij", away, away) / (len(away) - 1)
    said = (
        (_("{lost} of {count} draws determine not all coefficients, and are left out", lost=lost, count=len(sums)),)
        if lost
        else ()
    )
    return middle, said
