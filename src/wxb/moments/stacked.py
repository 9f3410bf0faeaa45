"""Exact sums of many columns as they were made: 64-bit sums of products of slices, integers only when these are asked for.

    Σ z_i z_j = Σ_t V_t[i, j] · 2^(e_i + e_j − 22 t)        of each stack; stacks add

A thousand columns have a million sums. As Python's integers they take longer than their rows; what solves them wants arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wxb.moments.ledger import LateLedger, Ledger
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

    @property
    def holds_any(self) -> bool:
        return any(stack.levels.any() for stack in self.stacks)


def ledger_of(sums: Sums) -> Ledger:
    """The sums as they are, or as integers where 64 bits do not hold them."""
    levels = sums.levels()
    return sums.ledger() if levels is None else StackedLedger([Stack(levels, sums.units(len(levels)))])
