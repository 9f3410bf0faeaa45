"""What is known of the rows of each level: their weight, and the sums of the columns that are left, as integers.

w_g 2^unit        S_gi = s_gi 2^(e_i)        G levels, q columns, the target last
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.moments.pairs import Pair, divide

Integers = list[int]  # of any size
MOST_BITS = 900  # of an integer that is read as a pair of doubles as it is


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """weights : G whole numbers above 0, in units of 4^half        sums, exponents : of each of q columns"""

    weights: Integers
    half: int
    sums: Sequence[Integers]
    exponents: Sequence[int]

    def __len__(self) -> int:
        return len(self.weights)

    @classmethod
    def of(cls, weights: tuple[Integers, int], columns: Sequence[tuple[Integers, int]]) -> Levels:
        """Of (N, f) each, N_g · 2^f."""
        numbers, unit = weights
        if unit % 2:
            numbers, unit = [number << 1 for number in numbers], unit - 1
        return cls(numbers, unit // 2, [sums for sums, _ in columns], [exponent for _, exponent in columns])

    def at(self, places: Iterable[int]) -> Levels:
        """Some of the levels."""
        chosen = [int(place) for place in places]
        if chosen == [*range(len(self))]:
            return self
        sums = [[column[place] for place in chosen] for column in self.sums]
        return Levels([self.weights[place] for place in chosen], self.half, sums, self.exponents)

    def around(self, centres: Sequence[Fraction]) -> Levels:
        """The sums of the columns less a number each, which is a float64."""
        moved, exponents = list[Integers](), list[int]()
        for sums, exponent, centre in zip(self.sums, self.exponents, centres):
            unit = 2 * self.half - (centre.denominator.bit_length() - 1)
            finest = min(exponent, unit) if centre else exponent
            times = centre.numerator << (unit - finest) if centre else 0
            moved.append(
                [(s << (exponent - finest)) - times * w for s, w in zip(sums, self.weights)] if centre else sums
            )
            exponents.append(finest)
        return Levels(self.weights, self.half, moved, exponents)

    def aligned(self, column: int, exponent: int) -> Integers:
        """The sums of a column in units of 2^exponent, which is as fine as their own or finer."""
        shift = self.exponents[column] - exponent
        return [number << shift for number in self.sums[column]] if shift else self.sums[column]

    def means(self, columns: Sequence[int]) -> tuple[Matrix, Matrix]:
        """(G, p) means of some columns in pairs of doubles, to 2^−95."""
        high, low = np.empty((len(self), len(columns))), np.empty((len(self), len(columns)))
        weights = as_pair(self.weights, 2 * self.half)
        for place, column in enumerate(columns):
            high[:, place], low[:, place] = divide(as_pair(self.sums[column], self.exponents[column]), weights)
        return high, low

    def parts(self) -> Vector:
        """(G,) 1/w."""
        return 1.0 / as_pair(self.weights, 2 * self.half)[0]

    def part_pairs(self) -> Pair:
        """The same in pairs of doubles."""
        weights = as_pair(self.weights, 2 * self.half)
        return divide((np.ones(len(self)), np.zeros(len(self))), weights)


def as_pair(numbers: Integers, exponent: int) -> Pair:
    """Integers times 2^exponent as pairs of doubles."""
    shift = max(0, max(map(abs, numbers), default=0).bit_length() - MOST_BITS)
    if shift:
        numbers = [number >> shift for number in numbers]
    high = [float(number) for number in numbers]
    low = [float(number - int(near)) for number, near in zip(numbers, high)]
    return np.ldexp(high, exponent + shift), np.ldexp(low, exponent + shift)
