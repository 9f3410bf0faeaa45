"""Which sums a design needs besides the moments of its raw columns: Σ u·v under labels, for sets of label columns.

Let U_F be the raw columns (the constant 1 among them) of the pieces whose categories are F, and Z all raw columns and the target.
Two terms of pieces with the categories F and G have Σ u·v under the joint labels of F ∪ G, u from U_F, v from U_G; with Z beside
them, for what has no category, for the target, and for elimination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement

from wxb.design.structure import Structure

Joint = tuple[str, ...]
Pairs = tuple[tuple[int, int], ...]  # (u, v) with u ≤ v: raw columns, 0 the constant, q + 1 the target


def joint_of(design: Structure, columns: Sequence[str]) -> Joint:
    """A set of label columns, in the order of the design."""
    return tuple(one.column for one in design.categories if one.column in columns)


def joints_of(design: Structure) -> Mapping[Joint, Pairs]:
    """The pairs of raw columns whose products are summed under each set of label columns."""
    used: dict[Joint, set[int]] = {joint_of(design, [one.column]): {0} for one in design.categories if one.absorbed}
    for piece in design.pieces:
        if piece.categories:
            own = used.setdefault(joint_of(design, [one.column for one in piece.categories]), {0})
            own.update(piece.columns)
    every = range(len(design.columns) + 2)
    found: dict[Joint, set[tuple[int, int]]] = {
        joint: {_pair(u, z) for u in columns for z in every} for joint, columns in used.items()
    }
    for (one, us), (other, vs) in combinations_with_replacement(used.items(), 2):
        union = joint_of(design, [*one, *other])
        found.setdefault(union, {(0, 0)}).update(_pair(u, v) for u in us for v in vs)
    return {joint: tuple(sorted(pairs)) for joint, pairs in sorted(found.items())}


def _pair(u: int, v: int) -> tuple[int, int]:
    return (u, v) if u <= v else (v, u)
