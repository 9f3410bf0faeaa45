"""Exact sums of numbers by label, as digits of 32 bits on one grid for all: nothing is planned that has to be kept to.

    Σ_{i: cell_i = g} c_ij  =  Σ_m table[g, m of column j] · 2^(32 (top_j − m))

A column has a window of places, which widens where numbers ask for it; as all windows lie on the same grid, sums of different
windows add by their places. A number is cut from the top: the first digit may have 36 bits, the others 31 and a sign, so that of
2^24 rows no sum of digits reaches 2^63; then they are carried. The few numbers that lie far outside a window (outliers, tiny
values) are summed as fractions instead, which changes no value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.moments.kernels import Kernel, choose
from wxb.moments.pairs import two_sum
from wxb.moments.plan import DIGIT, FIRST, not_finite

CARRY = 1 << 24  # rows whose digits are added before they are carried: 2^36 · 2^24 is far from 2^63
MOST = 16  # digits of a window
AT_ONCE = 1 << 16  # rows cut together: NumPy sums a digit of theirs in a double
ODD = 1e-3  # a share of numbers outside a window, above which it is widened


@dataclass(slots=True, eq=False)
class Digits:
    """Sums of q columns in each of g cells, to which rows are added.

    tops, depths : (q,) place of the first digit, and number of digits, of each column
    table : (g, Σ depths) digits, those of a column side by side, the first one first
    rare : {(cell, column): what numbers outside of the window came to}
    pending : rows added since digits were last carried
    """

    width: int
    kernel: Kernel = field(default_factory=choose)
    tops: list[int] = field(init=False)
    depths: list[int] = field(init=False)
    table: Integers = field(init=False)
    rare: dict[tuple[int, int], Fraction] = field(default_factory=dict)
    pending: int = 0

    def __post_init__(self) -> None:
        self.tops, self.depths = [0] * self.width, [0] * self.width
        self.table = np.zeros((0, 0), dtype=np.int64)

    def starts(self) -> list[int]:
        """(q + 1,) where the digits of each column begin in a row of the table."""
        return [0, *np.cumsum(self.depths, dtype=np.int64).tolist()]

    def grow(self, cells: int) -> None:
        """Room for so many cells."""
        if cells > len(self.table):
            more = np.zeros((max(cells, 2 * len(self.table)), self.table.shape[1]), dtype=np.int64)
            more[: len(self.table)] = self.table
            self.table = more

    def add(self, columns: Sequence[Sequence[Vector]], cells: Integers) -> None:
        """Add n rows: of each column arrays (n,) whose unevaluated sum it is, and the cell of each row, which has room."""
        for start in range(0, len(cells), AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            self._add([(j, part[rows]) for j, column in enumerate(columns) for part in column], cells[rows])

    def add_scores(self, z: Matrix, factors: Vector, cells: Integers, low: int) -> None:
        """Add n rows of z_j · factor, rounded to a multiple of 2^(32 low), of which none is more than 2^100 times that.

        z : (q, n)        factors : (n,) of each row, in units of 2^(32 low)        cells : (n,) of each row, which has room
        """
        if not self.width:  # the levels that were eliminated are all that a line has
            return
        self.widen(dict.fromkeys(range(self.width), (low + 2, low)))
        tops = np.array(self.tops, dtype=np.int64)
        columns = np.array(self.starts()[:-1], dtype=np.int64) + tops - (low + 2)
        rest = self.kernel.add_scores(z, factors, cells, columns, self.table)
        for row in rest.tolist():
            for column, value in enumerate((z[:, row] * factors[row]).tolist()):
                if not np.isfinite(value):
                    raise not_finite()
                self.add_fraction(int(cells[row]), column, Fraction(round(value)) * Fraction(2) ** (DIGIT * low))
        self.pending += len(cells)
        if self.pending >= CARRY:
            self.carry()

    def _add(self, parts: list[tuple[int, Vector]], cells: Integers) -> None:
        fresh = {j for j, part in parts if not self.depths[j] and part.any()}
        if fresh:
            self.widen({j: _window(np.concatenate([part for i, part in parts if i == j])) for j in fresh})
        for (j, part), rows in zip(parts, self._cut(parts, cells)):
            if len(rows):
                self._aside(j, part[rows], cells[rows], len(cells))
        self.pending += len(cells) * len(parts)
        if self.pending >= CARRY:
            self.carry()

    def _cut(self, parts: list[tuple[int, Vector]], cells: Integers) -> list[Integers]:
        """Add each part to its column as far as its numbers fit the window; of each part the rows that do not."""
        starts = self.starts()
        used = [(j, part) for j, part in parts if self.depths[j]]  # the others are zeros
        plan = np.array([(self.tops[j], starts[j], self.depths[j]) for j, _ in used], dtype=np.int64).reshape(-1, 3)
        found = iter(self.kernel.add_digits([part for _, part in used], cells, plan, self.table) if used else ())
        return [next(found) if self.depths[j] else np.empty(0, dtype=np.int64) for j, _ in parts]

    def _aside(self, column: int, values: Vector, cells: Integers, rows: int) -> None:
        """Numbers that did not fit: in a wider window where they are many, else one by one."""
        if not np.isfinite(values).all():
            raise not_finite()
        if len(values) > ODD * rows:
            self.widen({column: _window(values)})
            left = self._cut([(column, values)], cells)[0]
            values, cells = values[left], cells[left]
        for cell, value in zip(cells.tolist(), values.tolist()):
            self.add_fraction(cell, column, Fraction(value))

    def add_fraction(self, cell: int, column: int, value: Fraction) -> None:
        """Add one number, whose denominator is a power of two."""
        self.rare[cell, column] = self.rare.get((cell, column), Fraction(0)) + value

    def add_whole(self, column: int, numbers: Integers, unit: int, cells: Integers) -> None:
        """Add N · 2^unit to some cells of a column, each once; numbers : (n,) N, of 64 bits"""
        place, shift = divmod(unit, DIGIT)
        mask = (1 << DIGIT) - 1
        low, high = numbers & mask, numbers >> DIGIT
        pieces = (high >> (DIGIT - shift), (low >> (DIGIT - shift)) + ((high << shift) & mask), (low << shift) & mask)
        self.widen({column: (place + 2, place)})
        start, top, depth = self.starts()[column], self.tops[column], self.depths[column]
        for at, piece in zip((place + 2, place + 1, place), pieces):
            if top - depth < at <= top:
                self.table[cells, start + top - at] += piece
            else:
                for cell, value in zip(cells.tolist(), piece.tolist()):
                    self.add_fraction(cell, column, Fraction(value) * Fraction(2) ** (DIGIT * at))

    def widen(self, wanted: Mapping[int, tuple[int, int]]) -> None:
        """Windows that hold the (top, lowest) places wanted of some columns, as far as MOST digits reach."""
        tops, depths = list(self.tops), list(self.depths)
        for j, (top, low) in wanted.items():
            if depths[j]:
                bottom = tops[j] - depths[j] + 1
                top = max(tops[j], min(top, bottom + MOST - 1))
                low = min(bottom, max(low, top - MOST + 1))
            tops[j], depths[j] = top, top - low + 1
        self._lay_out(tops, depths)

    def _lay_out(self, tops: list[int], depths: list[int]) -> None:
        """The same digits in wider windows."""
        if (tops, depths) == (self.tops, self.depths):
            return
        old, before = self.table, list(zip(self.starts(), self.tops, self.depths))
        self.tops, self.depths = tops, depths
        starts = self.starts()
        self.table = np.zeros((len(old), starts[-1]), dtype=np.int64)
        for start, top, (had, was, depth) in zip(starts, tops, before):
            place = start + top - was
            self.table[:, place : place + depth] = old[:, had : had + depth]

    def carry(self) -> None:
        """Digits from −2^31 up to 2^31, of all places; a window gains places at its top where sums need them."""
        full = [True]
        while any(full):
            for start, stop in pairwise(self.starts()):
                for place in range(stop - 1, start, -1):
                    over = _over(self.table[:, place])
                    self.table[:, place] -= over << DIGIT
                    self.table[:, place - 1] += over
            firsts = zip(self.starts(), self.depths)
            full = [depth > 0 and bool(_over(self.table[:, start]).any()) for start, depth in firsts]
            self._lay_out(
                [top + more for top, more in zip(self.tops, full)], [d + more for d, more in zip(self.depths, full)]
            )
        self.pending = 0

    def absorb(self, other: Digits, cells: Integers, sign: int = 1) -> None:
        """Add (or subtract) other sums of the same columns: those of its cell i to my cell cells[i], each to another."""
        self.carry()
        other.carry()
        tops, depths = list(self.tops), list(self.depths)
        for j, (top, depth) in enumerate(zip(other.tops, other.depths)):
            if depth and depths[j]:
                low = min(top - depth, tops[j] - depths[j])
                tops[j] = max(top, tops[j])
                depths[j] = tops[j] - low
            elif depth:
                tops[j], depths[j] = top, depth
        self._lay_out(tops, depths)
        for mine, (start, stop), top, theirs in zip(self.starts(), pairwise(other.starts()), self.tops, other.tops):
            place = mine + top - theirs
            self.table[cells, place : place + stop - start] += sign * other.table[: len(cells), start:stop]
        for (cell, column), value in other.rare.items():
            if cell < len(cells):
                self.add_fraction(int(cells[cell]), column, sign * value)
        self.carry()

    def taken(self, cells: Integers) -> Digits:
        """The sums of some cells, numbered anew in that order."""
        return self.parts([cells])[0]

    def parts(self, cells: Sequence[Integers]) -> list[Digits]:
        """Those of some cells after those of others, each numbered anew."""
        self.carry()
        return [self._part(some) for some in cells]

    def _part(self, cells: Integers) -> Digits:
        other = Digits(self.width, self.kernel)
        other.tops, other.depths, other.table = list(self.tops), list(self.depths), self.table[cells]
        if self.rare:
            places = {int(cell): place for place, cell in enumerate(cells)}
            kept = ((places.get(cell), column, value) for (cell, column), value in self.rare.items())
            other.rare = {(place, column): value for place, column, value in kept if place is not None and value}
        return other

    def of_columns(self, columns: Sequence[int]) -> Digits:
        """The sums of some columns, each once, in this order."""
        self.carry()
        other, starts = Digits(len(columns), self.kernel), self.starts()
        other.tops, other.depths = [self.tops[j] for j in columns], [self.depths[j] for j in columns]
        kept = [place for j in columns for place in range(starts[j], starts[j + 1])]
        other.table, places = self.table[:, kept], {j: place for place, j in enumerate(columns)}
        other.rare = {(cell, places[j]): value for (cell, j), value in self.rare.items() if j in places}
        return other

    def folded(self, cells: Integers, count: int) -> Digits:
        """The sums of `count` cells, to each of which go all of mine with its number in cells (g,)."""
        self.carry()
        other = Digits(self.width, self.kernel)
        other.tops, other.depths = list(self.tops), list(self.depths)
        other.table = np.zeros((count, self.table.shape[1]), dtype=np.int64)
        np.add.at(other.table, cells, self.table[: len(cells)])
        for (cell, column), value in self.rare.items():
            other.add_fraction(int(cells[cell]), column, value)
        other.carry()
        return other

    def equals(self, other: Digits) -> bool:
        """Whether the sums of the same cells and columns are the same numbers."""
        left = self.taken(np.arange(len(self.table)))
        left.absorb(other, np.arange(len(other.table)), -1)
        for cell in {cell for cell, _ in left.rare}:
            if any(left.exact(cell, column) for column in range(self.width)):
                return False
            left.table[cell] = 0
        return not left.table.any()

    def exact(self, cell: int, column: int) -> Fraction:
        """One sum."""
        start, depth, total = self.starts()[column], self.depths[column], 0
        for digit in self.table[cell, start : start + depth].tolist():
            total = (total << DIGIT) + digit
        places = DIGIT * (self.tops[column] - depth + 1)
        return Fraction(total) * Fraction(2) ** places + self.rare.get((cell, column), 0)

    def integers(self, column: int) -> tuple[list[int], int]:
        """(N, f): a column's sums are N_g · 2^f."""
        start, depth = self.starts()[column], self.depths[column]
        unit = DIGIT * (self.tops[column] - depth + 1) if depth else 0
        totals = np.zeros(len(self.table), dtype=object)
        for digits in self.table[:, start : start + depth].T:
            totals = (totals << DIGIT) + digits
        numbers: list[int] = totals.tolist()
        odd = {cell: value for (cell, at), value in self.rare.items() if at == column and value}
        if odd:
            deeper = max(0, unit + max(value.denominator.bit_length() - 1 for value in odd.values()))
            numbers, unit = [number << deeper for number in numbers], unit - deeper
            for cell, value in odd.items():
                numbers[cell] += int(value / Fraction(2) ** unit)
        return numbers, unit

    def pairs(self) -> tuple[Matrix, Matrix]:
        """(high, low), (g, q) each: sums as unevaluated sums of two doubles, to 2^−100, infinite beyond their range."""
        high, low = np.zeros((len(self.table), self.width)), np.zeros((len(self.table), self.width))
        for j, (start, stop) in enumerate(pairwise(self.starts())):
            high[:, j], low[:, j] = _as_pair(self.table[:, start:stop], self.tops[j])
        for cell, column in self.rare:
            digits, top = _digits(self.exact(cell, column))
            high[cell, column], low[cell, column] = (float(part[0]) for part in _as_pair(digits, top))
        return high, low


def _over(digits: Integers) -> Integers:
    """What leaves a digit between −2^31 and 2^31."""
    return (digits + (1 << (DIGIT - 1))) >> DIGIT


def _window(values: Vector) -> tuple[int, int]:
    """The first and the last place that these numbers need, but for a rare few where they lie far apart."""
    values = values[values != 0]
    if not np.isfinite(values).all():
        raise not_finite()
    mantissas, exponents = np.frexp(values)
    whole = np.ldexp(mantissas, 53).astype(np.int64)
    trailing = np.frexp((whole & -whole).astype(np.float64))[1] - 1
    highs = -((FIRST - exponents.astype(np.int64)) // DIGIT)  # |value| ≤ 2^(32 high + 36)
    lows = (exponents.astype(np.int64) - 53 + trailing) // DIGIT
    highs = np.maximum(highs, lows)
    top, low = int(highs.max()), int(lows.min())
    if top - low >= MOST // 2:
        few = int(ODD * len(values) / 2)
        top, low = int(np.sort(highs)[-1 - few]), int(np.sort(lows)[few])
        low = min(top, max(low, top - MOST // 2 + 1))
    return top, low


def _digits(value: Fraction) -> tuple[Integers, int]:
    """One number as a row of digits, and the place of the first."""
    low = -(-(value.denominator.bit_length() - 1) // DIGIT)
    rest, digits = int(value * (1 << (DIGIT * low))), []
    while rest:
        digit = (rest + (1 << (DIGIT - 1))) % (1 << DIGIT) - (1 << (DIGIT - 1))
        digits.append(digit)
        rest = (rest - digit) >> DIGIT
    return np.array([digits[::-1]], dtype=np.int64).reshape(1, -1), len(digits) - 1 - low


def _as_pair(digits: Integers, top: int) -> tuple[Vector, Vector]:
    """(g, depth) digits, carried, as pairs of doubles: the same for a value whatever zeros stand before and after it."""
    depth = digits.shape[1]
    total, errors = np.zeros(len(digits)), []
    with np.errstate(over="ignore", invalid="ignore"):
        for place in range(depth - 1, -1, -1):
            total, error = two_sum(np.ldexp(digits[:, place].astype(np.float64), DIGIT * (top - place)), total)
            errors.append(error)
        rest = np.zeros(len(digits))
        for error in errors:
            rest = rest + error
        high, low = two_sum(total, rest)
    return high, np.where(np.isfinite(high), low, 0.0)
