"""Errors of rows that vary together within clusters in any way, and independently between them; all from moments by cluster.

    CR1     Cov = B (Σ_g s_g s_gᵀ) B · G/(G − 1) · (n − 1)/(n − k)                s_g = c_g − M_g θ,  B = (Σ w x xᵀ)⁻¹
    CR2     s_g of residuals (1 − H_gg)^{-1/2} e_g: unbiased where rows are independent and alike (Bell, McCaffrey)
    CR3     (G − 1)/G Σ_g (θ₋g − θ)(θ₋g − θ)ᵀ,  θ₋g of all clusters but one: statsmodels' `cluster-crv3`
    a + b   CR1 by a, plus CR1 by b, minus CR1 by both, each with its own factor (Cameron, Gelbach, Miller; statsmodels)

In whitened coordinates (`scores`) no matrix is larger than (k, k): 1 − H_gg acts on a cluster's scores as 1 − K_g, so those of CR2
are (1 − K_g)^{-1/2} s_g, of CR3 (1 − K_g)⁻¹ s_g. In two stages x̂ stands for x in H and s, and e is that of the true x, as
clubSandwich has it for AER's and ivreg's lines (Pustejovsky, Tipton 2018); the first stage is not found anew without a cluster.
t has G − 1 degrees of freedom (the smaller G of two), under CR2 those of Satterthwaite for each coefficient. With weights the
variance of a row is s²/w there too. The factor of CR1 is that of Stata,
statsmodels and pyfixest: k counts absorbed effects, but of those that lie within the clusters, which grow in number with them, one
(fixest's and pyfixest's `nonnested`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.advice import Advice
from wxb.covariance.beside_levels import Beside
from wxb.covariance.covariance import Covariance
from wxb.covariance.errors import Errors
from wxb.covariance.level_scores import sandwich_of
from wxb.covariance.rows import nothing_to_tell
from wxb.covariance.scores import (
    SINGULAR,
    Clusters,
    Seen,
    covariance_of,
    is_scored,
    not_determined,
    outer_sum,
    satterthwaite,
    touched,
)
from wxb.elimination.eliminated import Sandwich
from wxb.errors import NumericalError
from wxb.i18n import _, both
from wxb.moments.tally import Tally
from wxb.numbers import counted
from wxb.printable import show
from wxb.solve import Solution


def clustered(
    solution: Solution,
    tally: Tally,
    errors: Errors,
    nested: Sequence[str] = (),
    beside: Beside | None = None,
    levels: Tally | None = None,
) -> Covariance:
    """CR1, CR2 or CR3 of the exact minimum. tally : moments under the labels of the clusters, one column or two

    nested : absorbed categories of which each level lies within a cluster
    beside : what clusters come to where levels were eliminated, for CR2 and CR3
    levels : Σ w e by such a level and the clusters, where their own coefficients are asked for
    """
    sides = [tally] if len(errors.labels) == 1 else [tally.over([0]), tally.over([1])]
    for side, label in zip(sides, errors.labels):
        refuse_one(len(side), label, "clusters")
    counts = tuple(len(side) for side in sides)
    known = {
        "errors": errors,
        "clusters": counts,
        "most_tested": min(counts) - 1,
        "read": read_of(errors, tally, solution),
    }
    nothing = nothing_to_tell(solution)
    if nothing is not None:
        return Covariance.of(nothing, solution, freedom=min(counts) - 1, **known)
    if len(sides) == 2:
        return _two_ways(solution, tally, sides, nested, levels, known)
    clusters = beside or Clusters.of(tally, solution)
    notes = _few(clusters, errors, levels is not None)
    if errors.kind == "CR1":
        factor = cr1_factor(len(clusters), solution, nested)
        said = _(
            "factor G/(G − 1) · (n − 1)/(n − k) = {factor:.6g}{about}, t with G − 1 degrees of freedom",
            factor=factor,
            about=counted_terms(solution, nested),
        )
        parts = None if levels is None else of_all(solution, levels, clusters.scores).times(factor)
        times = len(clusters) - 1
        return _of(clusters.scores, factor, clusters, parts, freedom=times, factor=said, notes=notes, **known)
    if errors.kind == "CR3":
        seen = clusters if beside is None else beside.left_out()
        moved, share = _left_out(seen, errors.labels[0]), (len(clusters) - 1) / len(clusters)
        said = _("each cluster left out in turn, factor (G − 1)/G, t with G − 1 degrees of freedom")
        return _of(moved, share, clusters, freedom=len(clusters) - 1, factor=said, notes=notes, **known)
    adjusted, freedom, more = _bell_mccaffrey(clusters) if beside is None else beside.bell_mccaffrey()
    own = np.full(len(solution.layout), np.nan)
    own[list(solution.kept if solution.eliminated is None else solution.eliminated.kept)] = freedom
    said = _("residuals by (1 − H)^(−1/2) within clusters, t with Satterthwaite's degrees of freedom")
    known |= {"freedom": own, "joint": float(len(clusters) - 1), "factor": said, "notes": (*notes, *more)}
    return _of(adjusted, 1.0, clusters, **known)


def _of(scores: Matrix, times: float, seen: Clusters | Seen, parts: Sandwich | None = None, **known: Any) -> Covariance:
    """Of whitened scores (g, k).  parts : of all coefficients, those of levels that were eliminated among them"""
    solution, whitening = seen.solution, seen.whitening
    if parts is None:
        matrix = of_kept(covariance_of(whitening, scores, times), solution)
    else:
        matrix = with_levels(solution, parts)
    return Covariance.of(matrix, solution, whitened=whitening.whole(outer_sum(scores) * times), beside=parts, **known)


def of_all(solution: Solution, levels: Tally, scores: Matrix, lags: int = 0) -> Sandwich:
    """The parts of a sandwich of all coefficients, of Σ w e by level and cluster, and the scores of the clusters."""
    gone: Any = solution.eliminated
    return sandwich_of(gone, levels, scores, lags)


def with_levels(solution: Solution, parts: Sandwich) -> Matrix:
    """(k, k) of all coefficients."""
    gone: Any = solution.eliminated
    return gone.sandwich(parts)


def _two_ways(
    solution: Solution,
    crossed: Tally,
    sides: list[Tally],
    nested: Sequence[str],
    levels: Tally | None,
    known: dict[str, Any],
) -> Covariance:
    """CR1 by either of two columns."""
    total, factors, whitening, parts = 0.0, [], None, None
    for part, sign, labels in ((sides[0], 1, [0, 1]), (sides[1], 1, [0, 2]), (crossed, -1, [0, 1, 2])):
        clusters = Clusters.of(part, solution)
        factors.append(cr1_factor(len(clusters), solution, nested))
        total = total + sign * factors[-1] * outer_sum(clusters.scores)
        whitening = clusters.whitening
        if levels is not None:
            own = of_all(solution, levels.over(labels), clusters.scores).times(sign * factors[-1])
            parts = own if parts is None else parts.plus(own)
    assert whitening is not None
    whitening.refuse_out_of_range(np.sqrt(np.abs(total).max(initial=0.0)))
    matrix = whitening.back @ total @ whitening.back.T
    matrix = (matrix + matrix.T) / 2
    lowest = float(np.linalg.eigvalsh(total).min(initial=0.0))
    size = float(np.abs(total).max(initial=0.0))
    notes = [
        _("by both columns there are {clusters}", clusters=counted(len(crossed), "cluster")),
        *(of_levels(solution) if levels is None else ()),
    ]
    if lowest < -1e-10 * size:
        notes.append(
            _(
                "the covariance by two columns has a negative eigenvalue, so some combination of "
                "coefficients has no error: too few clusters of one of them, as a rule"
            )
        )
    said = _(
        "CR1 by each minus CR1 by both, factors G/(G − 1) · (n − 1)/(n − k) = {factors}{about}, t with the smaller G − 1 "
        "degrees of freedom",
        factors=", ".join(f"{one:.6g}" for one in factors),
        about=counted_terms(solution, nested),
    )
    return Covariance.of(
        of_kept(matrix, solution) if parts is None else with_levels(solution, parts),
        solution,
        beside=parts,
        freedom=min(len(side) for side in sides) - 1,
        factor=said,
        notes=tuple(notes),
        whitened=whitening.whole(total),
        **known,
    )


def _bell_mccaffrey(clusters: Clusters | Seen) -> tuple[Matrix, Vector, tuple[str, ...]]:
    """Whitened scores (g, k), Satterthwaite's degrees of freedom (k,), and what is to be said.

    With K_g = Q Λ Qᵀ and d = Fe_c, of each coefficient: α_g = dᵀ Q Λ(1 − Λ)⁻¹ Qᵀ d,  b_g = Q Λ (1 − Λ)^{-1/2} Qᵀ d, and
    ν = (Σ α_g − |b_g|²)² / (Σ α_g² − 2 Σ α_g |b_g|² + ‖Σ b_g b_gᵀ‖²); where 1 − λ is 0 its inverse is 0 (Moore, Penrose).
    """
    values, vectors = np.linalg.eigh(clusters.shares)
    rest = 1 - values
    gone = rest < SINGULAR
    inverse = np.where(gone, 0.0, 1 / np.where(gone, 1.0, rest))
    turned = np.einsum("gia,gi->ga", vectors, clusters.scores) * np.sqrt(inverse)
    scores = np.einsum("gia,ga->gi", vectors, turned)
    freedom = []
    directions = clusters.whitening.back
    sizes = np.frexp(np.abs(directions).max(axis=1, keepdims=True))[1]
    for direction in np.ldexp(directions, -sizes):  # ν does not hang on their length
        y = np.einsum("gia,i->ga", vectors, direction)
        alpha = np.einsum("ga,ga->g", y * y, values * inverse)
        b = np.einsum("gia,ga->gi", vectors, values * np.sqrt(inverse) * y)
        freedom.append(satterthwaite(alpha, b))
    return scores, np.array(freedom), not_determined(clusters, touched(clusters, vectors, gone))


def _left_out(clusters: Clusters | Seen, label: str) -> Matrix:
    """(g, k) whitened θ − θ₋g."""
    values, vectors = np.linalg.eigh(clusters.shares)
    rest = 1 - values
    gone = rest < SINGULAR
    bad = np.flatnonzero(touched(clusters, vectors, gone))
    if len(bad):
        cluster = show(str(clusters.labels[int(bad[0])][0]))
        what = _(
            "errors of CR3 leave each cluster out in turn, and without {cluster} of {label} some coefficient is not "
            "determined",
            cluster=cluster,
            label=show(label),
        )
        if len(bad) > 1:
            what = _("{what}, nor without {count} others", what=what, count=len(bad) - 1)
        raise NumericalError(
            what,
            _(
                "use {first}, {second}, or leave out terms that one cluster decides",
                first=Advice("se", f"CR2:{label}"),
                second=Advice("se", f"cluster:{label}"),
            ),
        )
    turned = np.einsum("gia,gi->ga", vectors, clusters.scores) * np.where(gone, 0.0, 1 / np.where(gone, 1.0, rest))
    return np.einsum("gia,ga->gi", vectors, turned)


def _few(clusters: Clusters | Seen, errors: Errors, with_levels: bool) -> tuple[str, ...]:
    """What should be known of levels that were eliminated, and where clusters are very small."""
    label = errors.labels[0]
    notes = [] if with_levels else list(of_levels(clusters.solution))
    if int(clusters.rows.max()) == 1:
        like = {"CR1": "HC1", "CR2": "HC2", "CR3": "HC3"}[errors.kind]
        notes.append(
            _(
                "every row is a cluster of its own: by {label} these are the errors {like} but for the factor",
                label=show(label),
                like=like,
            )
        )
    return tuple(notes)


def of_levels(solution: Solution) -> tuple[str, ...]:
    """What is to be said of levels that were eliminated."""
    gone = solution.eliminated
    if gone is None or gone.hidden:
        return ()
    return (
        _(
            "the many levels of {column} have no errors by cluster; all other coefficients have",
            column=show(gone.column),
        ),
    )


def cr1_factor(count: int, solution: Solution, nested: Sequence[str] = ()) -> float:
    """G/(G − 1) · (n − 1)/(n − k); absorbed levels that lie within clusters are no part of k, but for one, as in fixest."""
    return count / (count - 1) * (solution.rows - 1) / (solution.freedom + _nested(solution, nested))


def _nested(solution: Solution, nested: Sequence[str]) -> int:
    """Coefficients that do not count: effects that lie within clusters grow with them, and what is said between clusters has
    lost none of its freedom to them; but for one, the constant."""
    gone = solution.eliminated
    if gone is None or not gone.hidden:
        return 0
    sizes = dict(zip(gone.apart.columns, gone.apart.sizes))
    return min(sum(sizes[column] - 1 for column in nested), gone.hidden - 1)


def counted_terms(solution: Solution, nested: Sequence[str]) -> str:
    """What is to be said of k where effects are absorbed."""
    gone = solution.eliminated
    if gone is None or not gone.hidden:
        return ""
    free = [column for column in gone.hidden_columns if column in nested]
    rest = [column for column in gone.hidden_columns if column not in nested]
    counted_in = both(*map(show, rest))
    if not free:
        return _(" (the effects of {columns} counted in k)", columns=counted_in)
    said = _("the effects of {columns} not counted, as in fixest", columns=both(*map(show, free)))
    if rest:
        said = _("{said}; those of {columns} counted in k", said=said, columns=counted_in)
    return f" ({said})"


def refuse_one(count: int, label: str, what: str) -> None:
    """NumericalError where there is nothing that could vary."""
    if count < 2:
        raise NumericalError(
            _(
                "all rows are in one cluster: column {label} has a single value, and errors need at least two {things}",
                label=show(label),
                things=what,
            ),
            _("name a column with more values, or leave the errors classical"),
        )


def of_kept(matrix: Matrix, solution: Solution) -> Matrix:
    """(k, k) of all coefficients, NaN for those that gave way, and for levels that were eliminated."""
    gone: Any = solution.eliminated
    places = solution.kept if gone is None else gone.kept
    whole = np.full((len(solution.layout),) * 2, np.nan)
    whole[np.ix_(places, places)] = matrix
    return whole


def read_of(errors: Errors, tally: Tally, solution: Solution) -> str:
    """From what they were made, in words."""
    by = both(*errors.labels)
    return _("the rows once more, summed by {by}", by=by) if is_scored(tally, solution) else _("moments by {by}", by=by)
