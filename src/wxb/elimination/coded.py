"""From the coefficients of cells to those of a formula: which of them are told by those before, and what the others are.

A column of the formula is a combination of few columns of cells, column_k = Σ_c A_ck e_c. In their order each is reduced by those
before it; of which nothing is left gives way, as the dummies' fit has it. With μ the coefficients of the e_c and A of those left

    A θ = μ,    θ = L μ        L sparse: μ_ij − μ_i0 − μ_0j + μ_00 under treatment coding, where all cells have rows

Where a pivot is chosen a column is that no later one has, if there is one; else that which is needed last: little fills in then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush

Number = Fraction | int  # whole numbers as long as they do: nearly all are ±1
Sparse = dict[int, Number]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """kept : the columns that are not told by those before        forms : of each of them its row of L"""

    kept: tuple[int, ...]
    forms: tuple[Sparse, ...]

    @classmethod
    def of(cls, columns: Sequence[Sparse]) -> Coded:
        """columns : each as a combination of the e_c, which they span"""
        last = {c: k for k, column in enumerate(columns) for c in column}
        pivots: dict[int, int] = {}  # e_c → which of the reduced columns has it
        order, reduced, made, kept = list[int](), list[Sparse](), list[Sparse](), list[int]()
        for k, column in enumerate(columns):
            left, combination = _reduced(column, k, (pivots, order), reduced, made)
            if not left:
                continue
            own = next((c for c in left if last[c] == k), None)
            own = max(left, key=lambda c: last[c]) if own is None else own
            pivots[own] = len(reduced)
            order.append(own)
            if left[own] != 1:
                factor = Fraction(1) / left[own]
                left, combination = ({c: value * factor for c, value in one.items()} for one in (left, combination))
            reduced.append(left)
            made.append(combination)
            kept.append(k)
        return cls(tuple(kept), _forms(kept, order, reduced, made))


def _reduced(
    column: Sparse, k: int, known: tuple[dict[int, int], list[int]], reduced: Sequence[Sparse], made: Sequence[Sparse]
) -> tuple[Sparse, Sparse]:
    """What those before leave of a column, and as what combination of columns.  known : the pivots, and in their order"""
    pivots, order = known
    left, combination = dict(column), Sparse({k: 1})
    waiting = [pivots[c] for c in left if c in pivots]
    heapify(waiting)  # a reduced column has nothing of the pivots before its own
    while waiting:
        place = heappop(waiting)
        factor = left.get(order[place])
        if not factor:
            continue
        for c, value in reduced[place].items():
            before = left.get(c)
            now = (before or 0) - factor * value
            if now:
                left[c] = now
                if before is None and c in pivots:
                    heappush(waiting, pivots[c])
            else:
                left.pop(c, None)
        _subtract(combination, made[place], factor)
    return left, combination


def _forms(
    kept: Sequence[int], order: Sequence[int], reduced: Sequence[Sparse], made: Sequence[Sparse]
) -> tuple[Sparse, ...]:
    """θ of the columns kept: μ = Σ y · reduced is solved for y forwards, θ = Σ y · made."""
    within: dict[int, list[tuple[int, Number]]] = {c: [] for c in order}
    for place, column in enumerate(reduced):
        for c, value in column.items():
            within[c].append((place, value))
    y = list[Sparse]()
    for place, c in enumerate(order):
        found: Sparse = {c: 1}
        for before, value in within[c]:
            if before < place:
                _subtract(found, y[before], value)
        y.append(found)
    theta: dict[int, Sparse] = {k: {} for k in kept}
    for place, combination in enumerate(made):
        for k, value in combination.items():
            _subtract(theta[k], y[place], -value)
    return tuple(theta[k] for k in kept)


def _subtract(found: Sparse, other: Sparse, factor: Number) -> None:
    for c, value in other.items():
        now = found.get(c, 0) - factor * value
        if now:
            found[c] = now
        else:
            found.pop(c, None)
