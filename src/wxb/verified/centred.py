"""n G − g gᵀ cut into slices, from sums as they were made, by arrays alone.

    C_ij 2^(−s_i − s_j) = n Σ_t V_t[i, j] 2^(…) − Σ_l (Σ_{a+b=l} g_a[i] g_b[j]) 2^(…)        g = Σ_a g_a 2^(22 a)

Each term is a matrix of doubles that hold it exactly. From all of them in turn the multiples of one unit after the other are
taken, by adding and subtracting a large number, and carried upwards at the end, so that no digit is above half of its base.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.moments.plan import BITS
from wxb.moments.stacked import Stack, StackedLedger
from wxb.verified.sliced import Sliced, digit_width, places_of

MANTISSA = 53
DIGIT = 30  # bits of a digit of n
MOST_POWER = 400  # by which a row or a column is scaled at most, so that nothing leaves the range of doubles
CELLS = 1 << 14  # of a panel, which stays in the cache


def centred_slices(
    ledger: StackedLedger, places: Sequence[int], n: int, first: Sequence[int], scales: Sequence[int]
) -> Sliced | None:
    """C_ij 2^(−s_i − s_j), C = n N − g gᵀ of the ledger's integers N at some places; None where that takes integers."""
    width = digit_width(len(scales))
    count, cut = places_of(scales, width)
    powers = [_Power.of(stack, ledger, places, scales) for stack in ledger.stacks]
    most = max(*(int(np.abs(own.powers).max()) for own in powers), *(abs(g).bit_length() for g in first), *scales)
    if cut or max(most, n.bit_length()) > MOST_POWER:
        return None
    g, down = _digits_of(first), np.array([-s for s in scales], dtype=np.int64)
    size = len(scales)
    slices = [np.empty((size, size)) for _ in range(count)]
    start = 0
    while start < size:
        stop = min(size, start + max(8, CELLS // size))
        panel = _Panel(width, count, (stop - start, stop))
        for own in powers:
            for matrix, top, low in own.terms(n, start, stop):
                panel.take(matrix, top, low)
        for matrix, top, low in _outer(g, down, start, stop):
            panel.take(matrix, top, low)
        for whole, digits in zip(slices, panel.digits(), strict=True):
            whole[start:stop, :stop] = digits
            whole[:start, start:stop] = digits[:, :start].T
        start = stop
    if np.abs(slices[0]).max() > 2.0 ** (width - 1):
        return None
    return Sliced(tuple(slices), width, False)


class _Power:
    """A stack at some places, and by which powers of two its rows and columns are scaled."""

    def __init__(self, levels: Integers, powers: Integers) -> None:
        self.levels, self.powers = levels, powers

    @classmethod
    def of(cls, stack: Stack, ledger: StackedLedger, places: Sequence[int], scales: Sequence[int]) -> _Power:
        some = stack.levels[:, places[0] : places[-1] + 1, places[0] : places[-1] + 1]
        if len(places) != places[-1] - places[0] + 1:
            some = stack.levels[:, places][:, :, places]
        own = BITS * (len(stack.levels) // 2)
        powers = [stack.units[i] + own - ledger.exponents[i] - s for i, s in zip(places, scales)]
        return cls(some, np.array(powers, dtype=np.int64))

    def terms(self, n: int, start: int, stop: int) -> Iterator[tuple[Matrix, int, int]]:
        """n V_t, scaled, as (rows, columns) of doubles, each with the powers of two that it is below and a multiple of."""
        for place in range(0, n.bit_length(), DIGIT):
            digit = n >> place & (1 << DIGIT) - 1
            if digit:
                yield from self._times(digit, place, start, stop)

    def _times(self, digit: int, place: int, start: int, stop: int) -> Iterator[tuple[Matrix, int, int]]:
        """The same with a digit of n in its place."""
        bits = digit.bit_length()
        part = MANTISSA - bits
        mine, theirs = self.powers[start:stop], self.powers[:stop]
        by_column = np.ldexp(1.0, theirs)
        for t, level in enumerate(self.levels):
            rest = level[start:stop, :stop].copy()
            most = max(int(rest.max()), -int(rest.min()))
            below = 0
            while most:
                piece = rest - ((rest >> part) << part) if most.bit_length() > part else rest
                power = place + below - BITS * t
                matrix = piece * np.ldexp(float(digit), power + mine)[:, None]
                matrix *= by_column
                top = min(most.bit_length(), part) + bits + power
                yield matrix, top + int(mine.max() + theirs.max()), power + int(mine.min() + theirs.min())
                if piece is rest:
                    break
                rest, most, below = rest >> part, (most >> part) + 1, below + part


class _Panel:
    """Sums of doubles by multiples of 2^(2 − βm), m from as far up as it takes to `count`."""

    def __init__(self, width: int, count: int, shape: tuple[int, int]) -> None:
        self.width, self.count, self.shape = width, count, shape
        self.sums: dict[int, Matrix] = {}

    def take(self, matrix: Matrix, top: int, low: int) -> None:
        """Add numbers below 2^top that are multiples of 2^low; they are used up."""
        first = -((top - 1) // self.width)
        last = min(self.count, -((low - 2) // self.width))
        for m in range(first, last + 1):
            constant = 1.5 * 2.0 ** (MANTISSA - 1 + 2 - self.width * m)
            taken = matrix + constant
            taken -= constant
            if m in self.sums:
                self.sums[m] += taken
            else:
                self.sums[m] = taken
            if m < last:
                matrix -= taken

    def digits(self) -> Iterator[Matrix]:
        """Whole numbers, the first digit first."""
        lowest = min(1, *self.sums)
        for m in range(max(1, *self.sums), lowest, -1):
            constant = 1.5 * 2.0 ** (MANTISSA - 1 + 2 - self.width * (m - 1))
            over = (self.sums[m] + constant) - constant
            self.sums[m] -= over
            if m - 1 in self.sums:
                self.sums[m - 1] += over
            else:
                self.sums[m - 1] = over
        for m in range(lowest, 1):  # what is left above the first digit is nothing, or a unit of it
            self.sums[1] += self.sums[m]
        for m in range(1, self.count + 1):
            found = self.sums.get(m)
            yield np.zeros(self.shape) if found is None else found * 2.0 ** (self.width * m - 2)


def _digits_of(numbers: Sequence[int]) -> Matrix:
    """(k, digits) of 22 bits, the lowest first, of integers of either sign."""
    count = max(abs(v).bit_length() for v in numbers) // BITS + 1
    mask = (1 << BITS) - 1
    rows = [[(-1.0 if v < 0 else 1.0) * (abs(v) >> (BITS * a) & mask) for a in range(count)] for v in numbers]
    return np.array(rows)


def _outer(g: Matrix, down: Integers, start: int, stop: int) -> Iterator[tuple[Matrix, int, int]]:
    """−g gᵀ, scaled, as the terms of a stack are."""
    count = g.shape[1]
    rows, columns = np.ldexp(1.0, down[start:stop]), np.ldexp(1.0, down[:stop])
    most, least = int(down[start:stop].max() + down[:stop].max()), int(down[start:stop].min() + down[:stop].min())
    for level in range(2 * count - 1):
        a = np.arange(max(0, level - count + 1), min(level, count - 1) + 1)
        left: Vector = g[start:stop, a] * (-rows * 2.0 ** (BITS * level))[:, None]
        matrix = left @ g[:stop, level - a].T
        matrix *= columns
        yield matrix, 2 * BITS + len(a).bit_length() + BITS * level + most, BITS * level + least
