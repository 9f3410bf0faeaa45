"""The wild cluster bootstrap: p of one coefficient where clusters are few, by signs drawn for clusters (Cameron, Gelbach, Miller).

    y* = X θ̃ + v_g ẽ,   θ̃ the minimum where the coefficient is what the hypothesis says        p = share of |t*| ≥ |t|

t is by CR1, whose factor cancels. From moments by cluster alone, in whitened coordinates: with d = F e_c, γ = (θ_c − null)/(d·d),

    s̃_g = s_g + γ K_g d,   w = Σ v_g s̃_g,   t* = d·w / √Σ_g (v_g d·s̃_g − (K_g d)·w)²

v is −1 or 1, with 12 clusters or fewer one of Webb's six values; a hash of seed, draw and the cluster's number, so nothing else
leaves a trace.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Integers, Matrix
from wxb.covariance.scores import Clusters
from wxb.numbers import number
from wxb.passes.draws import hashed
from wxb.passes.workers import blas_on_one_thread
from wxb.values import Shown

FEW = 12
WEBB = np.sqrt(np.array([1.5, 1.0, 0.5]))
AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class WildTest(Shown):
    """name : of the coefficient        null : what the hypothesis says it is        t : by CR1        p : of |t|

    draws, clusters : how many        values : that clusters are multiplied by, "Rademacher" or "Webb"
    """

    name: str
    null: float
    t: float
    p: float
    draws: int
    clusters: int
    values: str

    def __repr__(self) -> str:
        return f"WildTest({self.name} = {number(self.null)}: p {number(self.p)}, {self.draws} draws of {self.clusters} clusters)"


def wild_test(
    clusters: Clusters, name: str, place: int, *, null: float, draws: int, seed: int, factor: float
) -> WildTest:
    """place : of the coefficient among those kept        factor : of CR1"""
    count, few = len(clusters), len(clusters) <= FEW
    d = clusters.directions[place]
    gap = float(clusters.solution.coefficients[clusters.solution.kept[place]]) - null
    along = np.einsum("gij,j->gi", clusters.shares, d)
    scores = clusters.scores + along * (gap / float(d @ d))
    own, own_scores = np.einsum("gi,i->g", scores, d), np.einsum("gi,i->g", clusters.scores, d)
    t = gap / float(np.sqrt((own_scores * own_scores).sum()))
    beyond, step = 0, max(1, AT_ONCE // count)
    with blas_on_one_thread():
        for start in range(0, draws, step):
            v = _values(seed, np.arange(start, min(start + step, draws)), np.arange(count), few)
            w = v @ scores
            left = v * own - w @ along.T
            with np.errstate(divide="ignore", invalid="ignore"):
                drawn = np.abs(w @ d) / np.sqrt((left * left).sum(axis=1))
            beyond += int((drawn >= abs(t) * (1 - 1e-12)).sum())
    return WildTest(
        name=name,
        null=null,
        t=t / factor**0.5,
        p=beyond / draws,
        draws=draws,
        clusters=count,
        values="Webb" if few else "Rademacher",
    )


def _values(seed: int, draws: Integers, numbers: Integers, few: bool) -> Matrix:
    """(draws, n) what each cluster is multiplied by."""
    bits = hashed(seed, draws, numbers)
    sign = np.where(bits >> np.uint64(63), 1.0, -1.0)
    return sign * WEBB[((bits & np.uint64(0xFFFFFFFF)) % np.uint64(3)).astype(np.int64)] if few else sign
