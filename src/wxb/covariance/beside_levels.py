"""Errors that leave clusters out, correct for them or draw them, beside the levels of a category that were eliminated.

The levels are columns too, 1_g/√w_g beside the whitened z̃, so what a cluster knows of the coefficients is

    Q = [diag(w_gc/w_g)  ·; S_gcᵀ/√w_g  K_c],   q = (r_gc/√w_g, s_c)        over the levels g that the cluster c has rows of
    S_gc = Σ w z̃,  r_gc = Σ w e,  w_gc = Σ w of the rows of level g in cluster c;  of all rows of a level S and r are 0

    CR2    scores: z̃'s part of (1 − Q)^{-1/2} q        CR3    of (1 − Q)⁻¹ q, that is (1 − K*)⁻¹ s* with
    K* = K + Σ S Sᵀ/(w_g − w_gc),   s* = s + Σ S r/(w_g − w_gc)
    draws  K* = Σ v K − Σ_g S*S*ᵀ/w*_g,   s* = Σ v s − Σ_g S* r*/w*_g,   S*, r*, w*_g summed by v over clusters

A level that lies within one cluster has S = r = 0 there: without the cluster it is no coefficient any more, and drops out of all
three. Coefficients of the levels themselves are given no such errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.advice import Advice
from wxb.covariance.rows import Asks
from wxb.covariance.scores import SINGULAR, Seen, may_cancel, not_determined, satterthwaite, touched
from wxb.data.block import Block, Column
from wxb.design import Design
from wxb.elimination import Eliminated
from wxb.elimination.two_way import by_length
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _, both
from wxb.moments.tally import Tally
from wxb.passes.again import RowPasses
from wxb.passes.joined import Joined, seen_by
from wxb.passes.within import Within
from wxb.printable import show
from wxb.solve import Solution
from wxb.whitening import Whitening

MOST = 1 << 27  # numbers of what all clusters say of all levels
WIDEST = 4000  # levels of a cluster that it shares with others
AT_ONCE = 1 << 21
ONE_SIDED = 2.0**-20  # of a level's weight beside one cluster
MOST_DUMMIES = 200  # levels that are columns


@dataclass(frozen=True, eq=False, kw_only=True)
class Shared:
    """Cells of levels that several clusters have rows of, in the order of their levels.

    level, cluster : (m,) places, levels counted among those that are shared        weight, left : (m,) w_gc and r_gc
    z : (m, p) S_gc        whole : (G,) w_g
    """

    level: Integers
    cluster: Integers
    weight: Vector
    left: Vector
    z: Matrix
    whole: Vector

    @classmethod
    def of(cls, tally: Tally) -> Shared:
        """Of a tally by level and cluster, of 1, e and z̃."""
        sums, codes = tally.pairs()[0], tally.codes
        count = np.bincount(codes[:, 0])
        some = np.flatnonzero(count[codes[:, 0]] > 1)
        __, level = np.unique(codes[some, 0], return_inverse=True)
        weight = sums[some, 0]
        known: dict[str, Any] = {"level": level, "cluster": codes[some, 1], "weight": weight}
        return cls(**known, left=sums[some, 1], z=sums[some, 2:], whole=np.bincount(level, weight).astype(np.float64))

    @cached_property
    def rest(self) -> Vector:
        """(m,) w_g − w_gc, as the weight of the other clusters: where weights are far apart the difference is nothing."""
        found = np.zeros(len(self.weight))
        for cells in by_length(self.level, len(self.whole)):
            weight = self.weight[cells]
            found[cells[:, 1:]] = np.cumsum(weight[:, :-1], axis=1)
            found[cells[:, :-1]] += np.cumsum(weight[:, :0:-1], axis=1)[:, ::-1]
        return found

    @property
    def is_one_sided(self) -> bool:
        """Whether some cluster has nearly all of the weight of a level."""
        return bool((self.rest < ONE_SIDED * self.weight).any())


@dataclass(frozen=True, eq=False, kw_only=True)
class Beside(Seen):
    """What clusters come to beside levels: their scores s and shares K, and what they have of the levels."""

    shared: Shared

    def left_out(self) -> Seen:
        """What they come to when each is left out: K*, s*."""
        own = self.shared
        rest = own.rest
        shares, scores = self.shares.copy(), self.scores.copy()
        np.add.at(scores, own.cluster, own.z * (own.left / rest)[:, None])
        step = max(1, AT_ONCE // max(1, own.z.shape[1] ** 2))
        for start in range(0, len(rest), step):
            part = slice(start, start + step)
            z = own.z[part]
            np.add.at(shares, own.cluster[part], z[:, :, None] * (z / rest[part, None])[:, None, :])
        return replace(self, shares=shares, scores=scores)

    def drawn(self, counts: Matrix) -> Matrix:
        """(draws, p p + p) K* and s* where cluster c counts counts[draw, c] times."""
        own, (C, p) = self.shared, self.scores.shape
        found = counts @ np.concatenate([self.shares.reshape(C, p * p), self.scores], axis=1)
        if not len(own.level):
            return found
        starts = np.searchsorted(own.level, np.arange(len(own.whole)))
        parts = np.column_stack([own.weight, own.left, own.z])
        for draw, often in enumerate(counts):
            sums = np.add.reduceat(parts * often[own.cluster][:, None], starts)
            sums = sums[sums[:, 0] > 0]
            apart = sums[:, 2:] / sums[:, :1]
            found[draw, : p * p] -= (apart.T @ sums[:, 2:]).reshape(-1)
            found[draw, p * p :] -= sums[:, 1] @ apart
        return found

    def bell_mccaffrey(self) -> tuple[Matrix, Vector, tuple[str, ...]]:
        """As of `wxb.covariance.clusters`, of the p coefficients."""
        (C, p), G = self.scores.shape, len(self.shared.whole)
        if C * (G + p) > MOST:
            raise NumericalError(
                _("errors of CR2 put {c} clusters beside {g} levels that they share, more than memory holds", c=C, g=G),
                _("use CR3, or CR1: with so many clusters they are the same"),
            )
        scores, gone, parts = np.zeros((C, p)), np.zeros(C, dtype=np.bool_), []
        for clusters, levels, Q, q in self._systems():
            values, vectors = np.linalg.eigh(Q)
            lost = 1 - values < SINGULAR
            gone[clusters] = touched(self, vectors, lost)
            inverse = np.where(lost, 0.0, 1 / np.where(lost, 1.0, 1 - values))
            turned = np.einsum("gia,gi->ga", vectors, q) * np.sqrt(inverse)
            scores[clusters] = np.einsum("gia,ga->gi", vectors[:, levels.shape[1] :], turned)
            parts.append((clusters, levels, values, inverse, vectors))
        sizes = np.frexp(np.abs(self.whitening.back).max(axis=1, keepdims=True, initial=0.0))[1]
        freedom = [self._freedom(d, parts) for d in np.ldexp(self.whitening.back, -sizes)]
        return scores, np.array(freedom), not_determined(self, gone)

    def _freedom(self, direction: Vector, parts: Sequence[tuple[Any, ...]]) -> float:
        """ν of a coefficient, of its direction along z̃ and the systems of `bell_mccaffrey`."""
        (C, p), G = self.scores.shape, len(self.shared.whole)
        alpha, b = np.zeros(C), np.zeros((C, G + p))
        for clusters, levels, values, inverse, vectors in parts:
            L = levels.shape[1]
            y = np.einsum("gia,i->ga", vectors[:, L:], direction)
            alpha[clusters] = np.einsum("ga,ga->g", y * y, values * inverse)
            found = np.einsum("gia,ga->gi", vectors, y * values * np.sqrt(inverse))
            b[clusters, G:] = found[:, L:]
            b[clusters[:, None], levels] = found[:, :L]
        return satterthwaite(alpha, b)

    def _systems(self) -> Any:
        """(clusters, levels of each, Q, q), clusters of as many shared levels together."""
        own, (C, p) = self.shared, self.scores.shape
        without = np.setdiff1d(np.arange(C), own.cluster)
        yield without, np.zeros((len(without), 0), dtype=np.int64), self.shares[without], self.scores[without]
        root = np.sqrt(own.whole)[own.level]
        for cells in by_length(own.cluster, C):
            L = cells.shape[1]
            if L > WIDEST:
                raise NumericalError(
                    _(
                        "errors of CR2 take the matrix of {l} levels that a cluster shares with others, and {widest} "
                        "is the most",
                        l=L,
                        widest=WIDEST,
                    ),
                    _("use CR3, or CR1"),
                )
            for some in np.array_split(cells, 1 + cells.size * (L + p) // AT_ONCE):
                clusters, levels = own.cluster[some[:, 0]], own.level[some]
                Q = np.zeros((len(some), L + p, L + p))
                place = np.arange(L)
                Q[:, place, place] = own.weight[some] / own.whole[levels]
                Q[:, :L, L:] = own.z[some] / root[some][:, :, None]
                Q[:, L:, :L] = Q[:, :L, L:].swapaxes(1, 2)
                Q[:, L:, L:] = self.shares[clusters]
                q = np.concatenate([own.left[some] / root[some], self.scores[clusters]], axis=1)
                yield clusters, levels, Q, q


def beside(solution: Solution, design: Design, passes: RowPasses, place: int, skip: int) -> Asks[tuple[Tally, Beside]]:
    """Clusters and what they come to, from the rows once more.

    place : which of the labels of a block is the clusters'        skip : as of `one_way`
    """
    gone, whitening = solution.eliminated, Whitening.of(solution)
    assert gone is not None
    own = [one.column for one in design.categories].index(gone.column)

    def asked(fine: bool) -> list[Joined]:
        seen = seen_by(whitening, Within(design, solution, fine or whitening.in_pairs, shares=False), fine)

        def of_cells(block: Block) -> list[list[Column]]:
            z, left = seen(block)
            return [[], [left], *([one] for one in z)]

        def of_clusters(block: Block) -> list[list[Column]]:
            z, left = seen(block)
            return [*([one, left] for one in z), *([z[i], z[j]] for i in range(len(z)) for j in range(i + 1))]

        return [
            Joined([own, place], of_cells, left_out=passes.held_out),
            Joined([place], of_clusters, left_out=passes.held_out),
        ]

    cells, tally = yield asked(fine=False)
    if may_cancel(tally.pairs()[0][:, : whitening.width], solution.rss) or Shared.of(cells).is_one_sided:
        cells, tally = yield asked(fine=True)
    sums, p = tally.pairs()[0], whitening.width
    shares = np.empty((len(tally), p, p))
    for column, i, j in zip(range(p, sums.shape[1]), *np.tril_indices(p)):
        shares[:, i, j] = shares[:, j, i] = sums[:, column]
    known: dict[str, Any] = {"labels": tally.labels, "rows": tally.rows, "scores": sums[:, :p], "shares": shares}
    dummies = sum(kept < skip for kept in gone.kept)
    return tally, Beside(solution=solution, whitening=whitening, shared=Shared.of(cells), dummies=dummies, **known)


def one_way(solution: Solution, passes: RowPasses, name: str) -> tuple[Solution, Design, int]:
    """The solution with all absorbed categories but one as dummies before its own coefficients, its design; how many they are."""
    from wxb.elimination.several import Several, with_dummies
    from wxb.elimination.terms import solve_terms

    gone, design = solution.eliminated, passes.design
    assert gone is not None
    assert design is not None
    if isinstance(gone, Eliminated):
        return solution, design, 0
    if isinstance(gone, Several) and isinstance(gone.inner, Eliminated):
        return gone.whole, with_dummies(design, list(gone.dummies)), gone.skip
    absorbed = [one.column for one in design.categories if one.absorbed]
    size = {column: len(design.state.levels[column]) for column in absorbed}
    rest = sorted(absorbed, key=lambda column: size[column], reverse=True)[1:]
    count = sum(size[column] - 1 for column in rest)
    if set(gone.hidden_columns) != set(absorbed) or len(absorbed) < 2 or count + len(design.terms) > MOST_DUMMIES:
        raise UsageError(
            _(
                "errors of {name} beside {absorbed} take all but one as columns, and {count} are too many",
                name=name,
                absorbed=both(*map(show, absorbed)),
                count=count,
            ),
            _("use {se}, or errors by cluster as {se2}", se=Advice("se", "HC1"), se2=Advice("se", "cluster:…")),
        )
    assert passes.gathered is not None
    changed = with_dummies(design, rest)
    return solve_terms(changed, passes.gathered.train), changed, len(changed.layout) - len(design.layout)
