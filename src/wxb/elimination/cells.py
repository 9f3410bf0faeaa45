"""The block of each cell, eliminated exactly: r numbers under every cell, and what is left beside them.

    N = Σ w v vᵀ,  S = Σ w v zᵀ over the rows of a cell        v = (u_1, …, u_r),  z = (columns left, target)

Elimination without fractions (Bareiss): after a column's turn every entry is a minor of (N S), in integers. Row a of what is left,
divided by the minor before it, are the sums of the part u_a⊥ of u_a that those before it do not tell, so that blocks are levels
with other weights and sums: S N⁻¹ Sᵀ = Σ_a s_a s_aᵀ / (D_a D_{a−1}), D_a the minor of the first a + 1.

A column of which nothing is left within a cell (a number in a cell of one row, one that does not vary there), or no more than
rounding (`wxb.rank`), is *told* by those before it: u = Σ c u_a there, c exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul

from wxb.elimination.levels import Integers, Levels
from wxb.elimination.sums import Sums
from wxb.rank import find_dependences

TWO = Fraction(2)


@dataclass(frozen=True, slots=True)
class Cell:
    """free : which of the r numbers stand        rows : of each its r + q minors        told : c of the others on those"""

    free: tuple[int, ...]
    rows: list[Integers]
    told: dict[int, list[Fraction]]

    def solved(self, right: Sequence[int]) -> list[Fraction]:
        """N⁻¹ t in the units of the integers, of the minors that t has come to."""
        found: list[Fraction] = []
        for place in range(len(self.free) - 1, -1, -1):
            row = self.rows[place]
            rest = right[place] - sum(row[b] * value for b, value in zip(self.free[place + 1 :], found))
            found.insert(0, Fraction(rest) / row[self.free[place]])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """half : units of the r numbers are 2^half        exponents : of the q columns of z

    cells : one for each, in their order
    """

    half: tuple[int, ...]
    exponents: tuple[int, ...]
    cells: list[Cell]

    @classmethod
    def of(
        cls, squares: Sequence[Sequence[Sums]], beside: Sequence[Sequence[Sums]], rounding: Sequence[float]
    ) -> Cells:
        """squares : (r, r) sums by cell        beside : (r, q)        rounding : unit roundoffs of the r numbers"""
        half = tuple(min(unit for _, unit in row) // 2 for row in squares)
        exponents = tuple(min(row[t][1] - h for row, h in zip(beside, half)) for t in range(len(beside[0])))
        columns = [
            [_aligned(one, h + e) for one, e in zip([*own, *others], [*half, *exponents])]
            for own, others, h in zip(squares, beside, half)
        ]
        count = len(squares[0][0][0])
        return cls(
            half,
            exponents,
            [_eliminated([[column[g] for column in row] for row in columns], half, rounding) for g in range(count)],
        )

    def levels(self) -> Levels:
        """What of each number the others before it do not tell, cell by cell, as levels with a weight and sums."""
        r, q = len(self.half), len(self.exponents)
        weights, sums = Integers(), [Integers() for _ in range(q)]
        for cell in self.cells:
            before = 1
            for own, row in zip(cell.free, cell.rows):
                weights.append(row[own] * before)
                before = row[own]
                for column, value in zip(sums, row[r:]):
                    column.append(value)
        return Levels(weights, 0, sums, self.exponents)

    def effects(self, theta: Sequence[Fraction]) -> list[list[Fraction]]:
        """Of each cell the coefficients of the numbers that stand: N⁻¹ (S_y − S θ).  theta : of the q − 1 columns left"""
        r, unit = len(self.half), self.exponents[-1]
        raw = [value * TWO ** (e - unit) for value, e in zip(theta, self.exponents)]
        common = lcm(*(value.denominator for value in raw))
        whole = [value.numerator * (common // value.denominator) for value in raw]
        found: list[list[Fraction]] = []
        for cell in self.cells:
            right = [row[-1] * common - sum(map(mul, whole, row[r:-1])) for row in cell.rows]
            values = cell.solved(right)
            found.append([v / common * TWO ** (unit - self.half[a]) for v, a in zip(values, cell.free)])
        return found


def _eliminated(rows: list[Integers], half: Sequence[int], rounding: Sequence[float]) -> Cell:
    """rows : (r, r + q)"""
    r = len(rows)
    gram = [row[:r] for row in rows]
    told = {one.column for one in find_dependences(gram, half, rounding, False)}
    free, before = list[int](), 1
    for a in range(r):
        if a in told:
            continue
        own, pivot = rows[a], rows[a][a]
        for b in range(a + 1, r):
            factor, row = rows[b][a], rows[b]
            rows[b] = [(pivot * value - factor * mine) // before for value, mine in zip(row, own)]
        free.append(a)
        before = pivot
    cell = Cell(tuple(free), [rows[a] for a in free], {})
    for b in sorted(told):
        found = cell.solved([row[b] if a < b else 0 for a, row in zip(free, cell.rows)])
        cell.told[b] = [value * TWO ** (half[b] - half[a]) for value, a in zip(found, free)]
    return cell


def _aligned(sums: Sums, exponent: int) -> Integers:
    numbers, unit = sums
    return [number << (unit - exponent) for number in numbers] if unit != exponent else numbers
