"""Sums of products as integers times powers of two: nothing is ever lost, so order never matters.

Σ z_i z_j = N_ij · 2^(f_i + f_j)          N an integer matrix, f one exponent per column
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any

import numpy as np

from wxb._typing import Vector


@dataclass(slots=True)
class Ledger:
    """Exact sums of products of m columns.

    exponents : m numbers f        integers : m rows of m Python integers N, symmetric
    """

    exponents: list[int]
    integers: list[list[int]]

    @classmethod
    def empty(cls, width: int) -> Ledger:
        return cls([0] * width, [[0] * width for _ in range(width)])

    @property
    def width(self) -> int:
        return len(self.exponents)

    def aligned(self, exponents: Sequence[int]) -> list[list[int]]:
        """The integers on finer (or equal) exponents."""
        shifts = [mine - theirs for mine, theirs in zip(self.exponents, exponents)]
        if not any(shifts):
            return self.integers
        return [
            [value << (si + sj) if value else 0 for value, sj in zip(row, shifts)]
            for row, si in zip(self.integers, shifts)
        ]

    def add(self, other: Ledger, sign: int = 1) -> None:
        """Add (or subtract) another ledger of the same columns."""
        if not other.holds_any:
            return
        if not self.holds_any:
            self.exponents = list(other.exponents)
            if sign == 1:
                self.integers = [list(row) for row in other.integers]
                return
        finest = [min(a, b) for a, b in zip(self.exponents, other.exponents)]
        mine, theirs = self.aligned(finest), other.aligned(finest)
        self.integers = [[a + sign * b for a, b in zip(r, s)] for r, s in zip(mine, theirs)]
        self.exponents = finest

    def combined(self, other: Ledger, sign: int) -> Ledger:
        """The sum, or the difference; both stay what they are."""
        found = Ledger(list(self.exponents), [list(row) for row in self.integers])
        found.add(other, sign)
        return found

    @property
    def holds_any(self) -> bool:
        """Whether any sum is not 0."""
        return any(any(row) for row in self.integers)

    def plus(self, other: Ledger) -> Ledger:
        """The sum, for which this one may be used up."""
        if not self.holds_any:
            return other
        self.add(other)
        return self

    @classmethod
    def of_rows(cls, columns: Sequence[Vector]) -> Ledger:
        """The sums of rows with Python's integers alone: slow, bounded by nothing, and the reference for the quick road."""
        pairs = [as_integers(column) for column in columns]
        numbers = [p[0] for p in pairs]
        lower = [[sum(map(mul, a, b)) for b in numbers[: i + 1]] for i, a in enumerate(numbers)]
        width = len(numbers)
        full = [[lower[max(i, j)][min(i, j)] for j in range(width)] for i in range(width)]
        return Ledger([p[1] for p in pairs], full)

    def add_integers(self, columns: Sequence[Vector]) -> None:
        """Add such rows."""
        self.add(Ledger.of_rows(columns))

    def value(self, i: int, j: int) -> tuple[int, int]:
        """(N, f): Σ z_i z_j = N · 2^f."""
        return self.integers[i][j], self.exponents[i] + self.exponents[j]

    def part(self, places: Sequence[int]) -> Ledger:
        """The sums of some columns."""
        return Ledger([self.exponents[i] for i in places], [[self.integers[i][j] for j in places] for i in places])


class LateLedger(Ledger):
    """A ledger that is worked out when it is first looked at: of ten thousand groups' models few ever are."""

    __slots__ = ("_work",)

    def __init__(self, work: Callable[[], Ledger]) -> None:
        self._work = work

    def __getattr__(self, name: str) -> Any:  # asked only while the slot of that name is empty
        if name not in ("exponents", "integers"):
            raise AttributeError(name)
        made = self._work()
        self.exponents, self.integers = made.exponents, made.integers
        return getattr(self, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ledger):
            return NotImplemented
        return (self.exponents, self.integers) == (other.exponents, other.integers)

    __hash__ = None  # pyright: ignore[reportAssignmentType] (as of every ledger: it can be added to)

    def __reduce__(self) -> tuple[Any, ...]:
        return Ledger, (self.exponents, self.integers)


def fraction(numerator: int, exponent: int, denominator: int = 1) -> Fraction:
    """numerator / denominator · 2^exponent, reduced once: products of fractions are reduced at each step."""
    return Fraction(numerator << max(exponent, 0), denominator << max(-exponent, 0))


def as_integers(column: Vector) -> tuple[list[int], int]:
    """Finite floats as integers times one power of two: column = integers · 2^exponent, as coarse as the numbers allow."""
    mantissas, exponents = np.frexp(column)
    whole = np.ldexp(mantissas, 53).astype(np.int64)
    nonzero = whole != 0
    if not nonzero.any():
        return [0] * len(column), 0
    low_bit = (whole & -whole)[nonzero]
    trailing = np.log2(low_bit.astype(np.float64)).astype(np.int64)
    finest = int((exponents[nonzero] - 53 + trailing).min())
    shifts = (exponents.astype(np.int64) - 53 - finest).tolist()
    return [m << s if s >= 0 else m >> -s for m, s in zip(whole.tolist(), shifts)], finest
