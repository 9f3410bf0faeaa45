"""One category eliminated exactly: the minimum over columns and the effects of G levels, without a dummy column.

    W β = r,   rss = Σ w y² − Σ_g S_gy²/w_g − β'r        α_g = (S_gy − S_g β) / w_g

W, r from `within`, in integers; β and rss as `solve` has them, exact or to proven bits; each α is rounded once. Columns of
which nothing is left within the levels, or no more than rounding, give way as `rank` has it: the levels stand before them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from operator import mul
from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.elimination.apart import leverage_of
from wxb.elimination.levels import Levels
from wxb.elimination.within import Within
from wxb.leverage import Leverage
from wxb.moments import Ledger
from wxb.normal_equations import InverseFactor, solve_normal
from wxb.rank import Dependence, find_dependences
from wxb.solve import quotient

UNSURE = 2.0**-240  # what is left of a column beside this is nothing, where W is rounded


@dataclass(frozen=True, slots=True, eq=False)
class OneWay:
    """kept : which of the columns have a coefficient        dropped : the others

    coefficients : those of all columns, 0 where dropped        rss, within : Σ w (y − ŷ)² and Σ w (y − ȳ_g)²
    """

    system: Within
    levels: Levels
    kept: tuple[int, ...]
    dropped: tuple[Dependence, ...]
    coefficients: tuple[Fraction, ...]
    rss: Fraction
    within: Fraction

    @classmethod
    def of(cls, ledger: Ledger, levels: Levels, rounding: Sequence[float]) -> OneWay:
        """ledger : of p columns and the target        rounding : p unit roundoffs"""
        system = Within.of(ledger, levels)
        p = len(rounding)
        gram = [row[:p] for row in system.integers[:p]]
        marks = rounding if system.exact else [max(unit, UNSURE) for unit in rounding]
        dropped = find_dependences(gram, system.exponents[:p], marks, False, system.squares[:p]) if p else []
        gone = {d.column for d in dropped}
        kept = [i for i in range(p) if i not in gone]
        right, square = [system.integers[-1][i] for i in kept], system.integers[-1][-1]
        minimum = solve_normal([[gram[i][j] for j in kept] for i in kept], right, square)
        unit, exact = Fraction(4) ** system.exponents[-1] / system.share, [Fraction(0)] * p
        for i, value in zip(kept, minimum.coefficients):
            exact[i] = value * Fraction(2) ** (system.exponents[-1] - system.exponents[i])
        rss = max(minimum.rss, Fraction(0)) * unit
        return cls(system, levels, tuple(kept), tuple(dropped), tuple(exact), rss, square * unit)

    def measure(self) -> Leverage | None:
        """T of the columns kept."""
        if not self.kept:
            return None
        system, kept = self.system, self.kept
        factor = InverseFactor.of([[system.integers[i][j] for j in kept] for i in kept], system.share)
        shifts = np.array([s + system.exponents[i] for s, i in zip(factor.shifts, kept)], dtype=np.int64)
        return leverage_of(factor, shifts)

    def effects(self) -> Effects:
        """α of each level."""
        system, kept = self.system, self.kept
        raw = [self.coefficients[i] * Fraction(2) ** (system.exponents[i] - system.exponents[-1]) for i in kept]
        common = lcm(*(value.denominator for value in raw))
        whole = [value.numerator * (common // value.denominator) for value in raw]
        columns = [system.sums[i] for i in kept]
        numerators = [
            target * common - sum(map(mul, whole, row))
            for target, row in zip(system.sums[-1], zip(*columns) if columns else [()] * len(self.levels))
        ]
        return Effects(numerators, self.levels.weights, common, system.exponents[-1] - self.levels.half)


@dataclass(frozen=True, eq=False)
class Effects:
    """α_g = numerators_g / (weights_g · common) · 2^exponent"""

    numerators: list[int]
    weights: list[int]
    common: int
    exponent: int

    @cached_property
    def rounded(self) -> Vector:
        """(G,) each rounded once."""
        return np.array([quotient(n, w * self.common, self.exponent) for n, w in zip(self.numerators, self.weights)])

    def beside(self, base: int) -> Vector:
        """(G,) α_g − α_base, each rounded once."""
        n, w = self.numerators[base], self.weights[base]
        parts = zip(self.numerators, self.weights)
        return np.array([quotient(a * w - n * v, v * w * self.common, self.exponent) for a, v in parts])

    def exact(self, level: int) -> Fraction:
        return Fraction(self.numerators[level], self.weights[level] * self.common) * Fraction(2) ** self.exponent

    def mean(self) -> Fraction:
        """Σ α_g / G."""
        return sum(map(self.exact, range(len(self.weights))), Fraction(0)) / len(self.weights)


class Late(Sequence[Fraction]):
    """Exact numbers of which each is worked out when it is asked for: a million levels have as many."""

    def __init__(self, count: int, work: Callable[[int], Fraction]) -> None:
        self._count, self._work = count, work

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return tuple(map(self._work, range(*place.indices(self._count))))
        if not -self._count <= place < self._count:
            raise IndexError(place)
        return self._work(place % self._count)

    def __iter__(self) -> Iterator[Fraction]:
        return map(self._work, range(self._count))

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)
