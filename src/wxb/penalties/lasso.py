"""Lasso and elastic net from moments, and what may not be negative: coordinate descent for all λ at once, closed by active sets.

    minimise  uᵀAu − 2 aᵀu + Σ_j l2_j u_j² + l1_j |u_j|         g = a − A u
    u_j ← S(g_j + A_jj u_j, l1_j / 2) / (A_jj + l2_j)           S(z, t) = sign(z) max(|z| − t, 0)

After two sweeps the signs are taken at their word: with them the minimum is one linear system, and u goes there until a coefficient
would change its sign, which stops at 0. Where that is all the way and no other coefficient wants to leave 0, it is the minimum, to
the rounding of the solve. What is not closed goes on, and is left where its gap has long not halved: `answer` ends it in integers.

KKT gap: how far the conditions of the minimum are from holding, of the largest |a_j|.  u_j ≠ 0: |g_j − l2_j u_j − ½ l1_j sign u_j|;
u_j = 0: what |g_j| exceeds ½ l1_j by.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from wxb._typing import Integers, Marks, Matrix, Vector

CLOSED = 1e-13  # gap at which a problem counts as solved
MOST_ROUNDS = 1000
MANY = 50  # rounds after which signs have not settled: longer descent, and all the way with its signs; so many without gain end it
SWEEPS, STEPS = 2, 4  # of a round: by coordinates, and towards the minimum with their signs
HAIR = 2.0**-43  # of the largest diagonal entry
SYSTEMS = 4_000_000  # numbers of the linear systems that are solved together
NEAR = 0.9  # of the largest of them, the size of the smallest


def shrunk(
    square: Matrix, cross: Vector, l1: Matrix, l2: Matrix, positive: bool = False, begun: Matrix | None = None
) -> tuple[Matrix, Vector]:
    """(L, p) the minimum for each λ, and (L,) its gap.

    square : A (p, p)        cross : a (p,)        l1, l2 : (L, p) penalties of each coefficient        positive : u ≥ 0
    begun : (L, p) where to begin, such as the minimum of nearly the same rows, whose signs are tried as they are; a column that
        does not vary begins at 0, and stays there
    """
    count, width = l1.shape
    answer, gaps = np.zeros((count, width)), np.zeros(count)
    best, since = np.full(count, np.inf), np.zeros(count, dtype=np.int64)  # the smallest gap, and the round of it
    left, u = np.arange(count), np.zeros((width, count)) if begun is None else np.array(begun.T, order="C")
    u[square.diagonal() <= 0] = 0.0
    half, ridge = np.ascontiguousarray(0.5 * l1.T), np.ascontiguousarray(l2.T)
    for rounds in range(MOST_ROUNDS):
        gradient = cross[:, None] - square @ u
        for __ in range(_sweeps(rounds, begun is not None)):
            _sweep(square, u, gradient, half, ridge, positive)
        for __ in range(STEPS if rounds < MANY else width):
            u, whole = _towards(square, cross, u, half, ridge)
            if whole.all():
                break
        gap = gap_of(square, cross, u, 2 * half, ridge, positive)
        answer[left], gaps[left] = u.T, gap
        smaller = gap < 0.5 * best[left]
        best[left[smaller]], since[left[smaller]] = gap[smaller], rounds
        open_ = (gap > CLOSED) & (rounds - since[left] < MANY)
        if not open_.any():
            break
        left, u, half, ridge = left[open_], u[:, open_], half[:, open_], ridge[:, open_]
    return answer, gaps


def _sweeps(rounds: int, begun: bool) -> int:
    """Sweeps of a round: none of the first where signs are known."""
    if rounds == 0 and begun:
        return 0
    return SWEEPS if rounds < MANY else 8 * SWEEPS


def _sweep(square: Matrix, u: Matrix, gradient: Matrix, half: Matrix, l2: Matrix, positive: bool) -> None:
    """One coordinate after the other, for all λ; u and g (p, L) change in place."""
    for j, own in enumerate(square.diagonal().tolist()):
        if own <= 0:
            continue
        wanted = gradient[j] + own * u[j]
        if positive:
            new = np.maximum(wanted - half[j], 0.0) / (own + l2[j])
        else:
            new = (wanted - np.clip(wanted, -half[j], half[j])) / (own + l2[j])
        step = new - u[j]
        if step.any():
            gradient -= square[j][:, None] * step
            u[j] = new


def _towards(square: Matrix, cross: Vector, u: Matrix, half: Matrix, l2: Matrix) -> tuple[Matrix, Marks]:
    """(p, L) from u towards the minimum among lines with its signs, as far as they hold; and (L,) whether that is all the way.

    A coefficient that would change its sign stops at 0. The cost falls on the way, so nothing runs in a circle.
    """
    signs = np.sign(u)
    wanted = _with_signs(square, cross, u, half, l2)
    turns = np.sign(wanted) * signs < 0
    share = np.where(turns, u / np.where(turns, u - wanted, 1.0), 1.0)
    first = share.min(axis=0, initial=1.0)
    out = np.where(first < 1, u + first * (wanted - u), wanted)
    out[turns & (share <= first)] = 0.0
    return out, first == 1


def _with_signs(square: Matrix, cross: Vector, u: Matrix, half: Matrix, l2: Matrix) -> Matrix:
    """(p, L) where the gradient vanishes for coefficients with the signs of u, those at 0 staying there.

    A hair of (v − u)² is added, so that collinear columns have an answer: along what the rows do not tell it goes as far as
    the penalty leads, and the next step takes the rest. A system is of the coefficients that stand in the line: of hundreds of
    columns a lasso keeps few, and what a solve takes is the third power of its size.
    """
    out = u.copy()
    hair = HAIR * square.diagonal().max(initial=0.0)
    slopes = cross[:, None] - square @ u - l2 * u - half * np.sign(u)
    for here in _together((u != 0).sum(axis=0)):
        there = (u[:, here] != 0).T
        most = int(there.sum(axis=1).max())
        places = np.argsort(~there, axis=1, kind="stable")[:, :most]  # those that stand in the line come first
        own = np.take_along_axis(there, places, axis=1)
        systems = np.where(own[:, :, None] & own[:, None, :], square[places[:, :, None], places[:, None, :]], 0.0)
        diagonal = np.arange(most)
        systems[:, diagonal, diagonal] += np.where(own, l2[places, here[:, None]] + hair, 1.0)
        right = np.where(own, slopes[places, here[:, None]], 0.0)
        out[places, here[:, None]] += np.linalg.solve(systems, right[:, :, None])[:, :, 0]
    return out


def _together(sizes: Integers) -> Iterator[Integers]:
    """Places of lines whose systems are solved together: of nearly one size, and as many as fit.  sizes : (L,)"""
    order = np.argsort(sizes, kind="stable")[::-1]
    order = order[sizes[order] > 0]
    while len(order):
        most = int(sizes[order[0]])
        near = int((sizes[order] >= NEAR * most).sum())
        count = min(near, max(SYSTEMS // (most * most), 1))
        yield order[:count]
        order = order[count:]


def gap_of(square: Matrix, cross: Vector, u: Matrix, l1: Matrix, l2: Matrix, positive: bool) -> Vector:
    """(L,) the KKT gap of u (p, L)."""
    return gap_from(cross[:, None] - square @ u, np.abs(cross).max(initial=0.0), u, l1, l2, positive)


def gap_from(gradient: Matrix, unit: float, u: Matrix, l1: Matrix, l2: Matrix, positive: bool) -> Vector:
    """(L,) the same of a known gradient g (p, L).  unit : the largest |a_j|"""
    active = np.abs(gradient - l2 * u - 0.5 * l1 * np.sign(u))
    idle = np.maximum((gradient if positive else np.abs(gradient)) - 0.5 * l1, 0.0)
    worst = np.where(u != 0, active, idle).max(axis=0, initial=0.0)
    return worst / unit if unit > 0 else worst
