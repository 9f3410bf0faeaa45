"""Rows beside the effects of two categories, one eliminated, the other solved for (`two_way`).

    a of each number: the system of `two_way` with that number as the target, refined until 2^−80 of its size
    share of a row at (g, h): 1/w_g + (e_h − m_g)' S⁻¹ (e_h − m_g),   m_g = w_gh/w_g

S⁻¹ is the block of W⁻¹ that knows nothing of numbers. A row that alone joins its levels to the others has a share of 1/w, and
that is decided here: without weights every other row leaves a (2 H + 2)-th at least, which a double does not miss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.elimination.apart import Apart, measure_of
from wxb.elimination.doubles import parts_of, summed
from wxb.elimination.two_way import Minimum, TwoWay, by_length, refined
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments.pairs import Pair
from wxb.printable import show


def apart_of(
    system: TwoWay,
    solved: Minimum,
    ways: Sequence[tuple[str, tuple[Any, ...]]],
    columns: Integers,
    places: tuple[int, ...],
    terms: tuple[int, ...],
) -> Apart:
    """ways : the eliminated category and the other, with their levels        columns : levels of the other that have a column

    places, terms : as of `Apart`
    """
    levels, [(large, firsts), (small, seconds)] = Between(system, solved), ways
    count = len(system.whole)
    found = [levels.effects(j) for j in range(count)]
    first = tuple(np.stack([alpha[half] for alpha, __ in found]) for half in (0, 1))
    second = tuple(np.zeros((count, len(seconds))) for __ in (0, 1))
    for half in (0, 1):
        second[half][:, columns] = [beta[half] for __, beta in found]
    number = np.full(len(seconds), -1, dtype=np.int64)
    number[columns] = np.arange(len(columns))

    def share(codes: Sequence[Integers]) -> Pair:
        if solved.inverse is None:
            raise NumericalError(
                _(
                    "the leverage of rows is not known beside so many levels of both {large} and {small}",
                    large=show(large),
                    small=show(small),
                ),
                _("absorb one of them alone; errors of HC1 and by clusters take none"),
            )
        high = levels.shares(codes[0], number[codes[1]])
        return high, np.zeros(len(high))

    return Apart(
        columns=(large, small),
        levels=(firsts, seconds),
        effects=((first[0], first[1]), (second[0], second[1])),
        places=places,
        terms=terms,
        measure=measure_of([[levels.left_of(i, j, found) for j in range(i + 1)] for i in range(count - 1)]),
        share=share,
        explained=lambda sums: levels.explained(sums[0], sums[1][columns]),
    )


@dataclass(frozen=True, eq=False)
class Between:
    """What the levels of both come to without any number."""

    system: TwoWay
    found: Minimum

    def effects(self, j: int) -> tuple[Pair, Pair]:
        """α and β of one of the numbers, or the target."""
        system = self.system
        alone = replace(
            system, by_first=[system.by_first[j]], by_second=[system.by_second[j]], whole=[[system.whole[j][j]]]
        )
        size = float(system.whole[j][j][0][0] / system.weights[0].sum()) ** 0.5
        beta, alpha, __ = refined(alone, self.solve, size)
        return alpha, beta

    def solve(self, right: Vector) -> Vector:
        """S⁻¹ r, about."""
        if self.found.inverse is None:
            return self.found.iterated.between(right)
        return self._inverse @ right

    @cached_property
    def _inverse(self) -> Matrix:
        """(H, H) S⁻¹."""
        assert self.found.inverse is not None
        H, whole = self.system.sizes[1], self.found.inverse
        if len(whole) == H:
            return whole
        cross = whole[:H, H:]
        return whole[:H, :H] - cross @ np.linalg.solve(whole[H:, H:], cross.T)

    def left_of(self, i: int, j: int, effects: Sequence[tuple[Pair, Pair]]) -> Pair:
        """Σ w x̃_i x̃_j."""
        system, (alpha, beta) = self.system, effects[j]
        parts = [*system.whole[i][j]]
        parts += [-part for part in (*parts_of(system.by_first[i], alpha), *parts_of(system.by_second[i], beta))]
        total = np.concatenate(parts)
        return summed([total], np.zeros(len(total), dtype=np.int64), 1)

    def explained(self, first: Vector, second: Vector) -> float:
        """Σ of squares of a number that the levels explain; first, second : (G,), (H,) its sums by level"""
        system, means = self.system, first / self.system.weights[0]
        right = second - np.bincount(system.second, system.cells[0] * means[system.first], len(second))
        return float(first @ means + right @ self.solve(right))

    @cached_property
    def _pulls(self) -> tuple[Integers, Vector, Vector]:
        """Cells in order, as g (H + 1) + h, of each (S⁻¹ m_g)_h; and of each g m_g' S⁻¹ m_g."""
        system, inverse = self.system, self._inverse
        G, H, __ = system.sizes
        shares = system.cells[0] / system.weights[0][system.first]
        pull, square = np.zeros(len(shares)), np.zeros(G)
        for cells in by_length(system.first, G):
            for some in np.array_split(cells, 1 + cells.size * cells.shape[1] // (1 << 21)):
                places, v = system.second[some], shares[some]
                own = np.einsum("gij,gj->gi", inverse[places[:, :, None], places[:, None, :]], v)
                pull[some.reshape(-1)] = own.reshape(-1)
                square[system.first[some[:, 0]]] = np.einsum("gi,gi->g", own, v)
        keys = system.first * (H + 1) + system.second
        order = np.argsort(keys)
        return keys[order], pull[order], square

    def shares(self, first: Integers, second: Integers) -> Vector:
        """(n,) of rows at these levels; −1 : the level of the smaller category that has no column"""
        (keys, pull, square), H = self._pulls, self.system.sizes[1]
        found = 1 / self.system.weights[0][first] + square[first]
        there = np.flatnonzero(second >= 0)
        own = second[there]
        cells = np.searchsorted(keys, first[there] * (H + 1) + own)
        found[there] += self._inverse.diagonal()[own] - 2 * pull[cells]
        return found
