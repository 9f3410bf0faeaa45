"""What clusters say of levels that were eliminated and have coefficients: the parts of a sandwich (`wxb.elimination.eliminated`).

r_gc = Σ w e of the rows of level g in cluster c        spread = Σ_c r_c ṙ_cᵀ,  scores = Σ_c r_c ṡ_cᵀ,  meat = Σ_c s_c ṡ_cᵀ
ṙ_c = r_c, and with lags r_c + Σ_l (1 − l/(L + 1)) (r_{c−l} + r_{c+l}), clusters being times
"""

from __future__ import annotations

import numpy as np

from wxb._typing import Matrix
from wxb.elimination.eliminated import Eliminated, Sandwich
from wxb.moments.tally import Tally
from wxb.passes.workers import blas_on_one_thread

MOST = 1 << 27  # numbers r_gc


def fits(gone: object, clusters: int) -> bool:
    """Whether the errors of levels are formed."""
    return isinstance(gone, Eliminated) and not gone.hidden and clusters * len(gone.levels) <= MOST


def sandwich_of(gone: Eliminated, cells: Tally, scores: Matrix, lags: int = 0) -> Sandwich:
    """cells : Σ w e by level and cluster, or by level and both of two        scores : (g, p) of the clusters, in their order"""
    place = {level: i for i, level in enumerate(gone.levels)}
    levels = np.array([place[level] for level in cells.axes[0]], dtype=np.int64)[cells.codes[:, 0]]
    _, clusters = np.unique(cells.codes[:, 1:], axis=0, return_inverse=True)
    own = np.zeros((len(scores), len(gone.levels)))
    own[clusters.reshape(-1), levels] = cells.pairs()[0][:, 0]
    with blas_on_one_thread():
        toward, along = _smoothed(own, lags), _smoothed(scores, lags)
        return Sandwich(meat=scores.T @ along, spread=own.T @ toward, scores=own.T @ along)


def _smoothed(values: Matrix, lags: int) -> Matrix:
    found = values.copy()
    for lag in range(1, lags + 1):
        share = 1 - lag / (lags + 1)
        found[lag:] += share * values[:-lag]
        found[:-lag] += share * values[lag:]
    return found
