"""Exact sums of many columns as they were made: 64-bit sums of products of slices, integers only when these are asked for.

    Σ z_i z_j = Σ_t V_t[i, j] · 2^(e_i + e_j − 22 t)        of each stack; stacks add

A thousand columns have a million sums. As Python's integers they take longer than their rows; what solves them wants arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.moments.ledger import LateLedger, Ledger
from wxb.moments.pairs import add
from wxb.moments.plan import BITS
from wxb.moments.sums import Sums, folded


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """levels : (levels, m, m) V, symmetric        units : (m,) f = e − 22 (levels − 1) / 2: all sums are multiples of these"""

    levels: NDArray[np.int64]
    units: list[int]

    def value(self, i: int, j: int, unit: int) -> int:
        """In units of 2^unit."""
        total = 0
        for value in self.levels[:, i, j].tolist():
            total = (total << BITS) + value
        return total << (self.units[i] + self.units[j] - unit)

    def ledger(self) -> Ledger:
        beyond = np.zeros((1, *self.levels.shape[1:]), dtype=np.int64)
        return Ledger(self.units, folded(np.concatenate([beyond, self.levels])))

    def with_other(self, other: Stack, sign: int) -> list[Stack]:
        """Both in one, or one beside the other where they have other units or 64 bits do not hold the sums."""
        alike = self.units == other.units and len(self.levels) == len(other.levels)
        if alike and int(np.abs(self.levels).max()) + int(np.abs(other.levels).max()) < 2**63:
            return [Stack(self.levels + sign * other.levels, self.units)]
        return [self, other if sign > 0 else Stack(-other.levels, other.units)]

    def part(self, places: Sequence[int]) -> Stack:
        return Stack(self.levels[:, places][:, :, places], [self.units[i] for i in places])


class StackedLedger(LateLedger):
    """stacks : whose sum it is"""

    __slots__ = ("stacks",)

    def __init__(self, stacks: Sequence[Stack]) -> None:
        super().__init__(self._total)
        self.stacks = tuple(stacks)
        self.exponents = [min(units) for units in zip(*(stack.units for stack in stacks))]

    def _total(self) -> Ledger:
        total = self.stacks[0].ledger()
        for stack in self.stacks[1:]:
            total.add(stack.ledger())
        return total

    def value(self, i: int, j: int) -> tuple[int, int]:
        unit = self.exponents[i] + self.exponents[j]
        try:
            return object.__getattribute__(self, "integers")[i][j], unit
        except AttributeError:  # not worked out for one number
            return sum(stack.value(i, j, unit) for stack in self.stacks), unit

    def part(self, places: Sequence[int]) -> Ledger:
        return StackedLedger([stack.part(places) for stack in self.stacks])

    def plus(self, other: Ledger) -> Ledger:
        if isinstance(other, StackedLedger):
            return StackedLedger([*self.stacks, *other.stacks])
        return Ledger(list(self.exponents), self.integers).plus(other) if other.holds_any else self

    def combined(self, other: Ledger, sign: int) -> Ledger:
        if not isinstance(other, StackedLedger):
            return super().combined(other, sign)
        stacks = list(self.stacks)
        for stack in other.stacks:
            stacks[-1:] = stacks[-1].with_other(stack, sign)
        return StackedLedger(stacks)

    def in_pairs(self) -> NDArray[np.float64]:
        """(2, m (m + 1) / 2) of the upper triangle, row by row, in units of 2^(f_i + f_j), f the exponents of the ledger.

        To 2^−100 of √(s_i s_j), s the `sizes`: each level is a pair without error, and they are added as pairs.
        """
        rows, columns = np.triu_indices(self.width)
        total = np.zeros(len(rows)), np.zeros(len(rows))
        for stack in self.stacks:
            finer = np.array(stack.units) - np.array(self.exponents)
            powers = (finer[:, None] + finer)[rows, columns]
            for t, level in enumerate(stack.levels[::-1]):
                whole = level[rows, columns]
                high = whole.astype(np.float64)
                low = (whole - high.astype(np.int64)).astype(np.float64)
                total = add(total, (np.ldexp(high, powers + BITS * t), np.ldexp(low, powers + BITS * t)))
        return np.array(total)

    def sizes(self) -> Vector:
        """(m,) |Σ z²| of each stack, added, in the same units: more than Σ z² where rows were taken away."""
        total = np.zeros(self.width)
        for stack in self.stacks:
            powers = 2 * (np.array(stack.units) - np.array(self.exponents))
            levels = stack.levels.diagonal(axis1=1, axis2=2)[::-1]
            total += np.abs(
                sum(np.ldexp(level.astype(np.float64), powers + BITS * t) for t, level in enumerate(levels))
            )
        return total

    @property
    def holds_any(self) -> bool:
        return any(stack.levels.any() for stack in self.stacks)


def ledger_of(sums: Sums) -> Ledger:
    """The sums as they are, or as integers where 64 bits do not hold them."""
    levels = sums.levels()
    return sums.ledger() if levels is None else StackedLedger([Stack(levels, sums.units(len(levels)))])
