"""Normal equations G u = r of a positive definite matrix of integers, solved to as many bits as are asked for.

    C = n G_xx − g gᵀ,  n = G_00,  g = G_x0        C β = n r_x − g r_0,   u_0 = (r_0 − gᵀβ) / n
    (G⁻¹)_jj = n (C⁻¹)_jj,   (G⁻¹)_00 = (1 + gᵀ C⁻¹ g) / n

The first column, as a rule the ones, is eliminated without error: what is left of columns far from 0 is their spread, which a
float64 can invert. C is scaled by powers of two to A with a diagonal between 1/2 and 2.

A step z = R ρ, ρ = c − A u, takes from the error of u what R is worth, about 53 bits less those of the condition; z is rounded to
two digits and ρ − A z is exact. For any x with ρ = c − A x

    |A⁻¹c − x| ≤ ‖A⁻¹‖ |ρ|                               the largest entry of each
    cᵀA⁻¹c = xᵀc + xᵀρ + ρᵀA⁻¹ρ,   0 ≤ ρᵀA⁻¹ρ ≤ ‖A⁻¹‖ |ρ|²      (the Euclidean one): the error of a form is that of x squared
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import mul

import numpy as np

from wxb._typing import Matrix
from wxb.moments.stacked import StackedLedger
from wxb.verified.centred import centred_slices
from wxb.verified.diagonal import Diagonal, diagonal_of
from wxb.verified.inverse import Inverse
from wxb.verified.sliced import Sliced

ANSWER_BITS = 400  # after the point of u

Rows = Sequence[Sequence[int]]
Regressed = tuple[
    tuple[int, int, int], list[tuple[int, int, int]]
]  # n times what is left, and the coefficients: N, ± and unit

WORD = 64


@dataclass(frozen=True, slots=True)
class Ball:
    """A number between (middle − radius) 2^exponent and (middle + radius) 2^exponent."""

    middle: int
    radius: int
    exponent: int


@dataclass(frozen=True, slots=True)
class Answer:
    """x of A x ≈ c and what is left, ρ = c − A x, of one right side.

    x : k integers in units of 2^−ANSWER_BITS        rest, side : k, ρ and c in units of 2^−(bits + ANSWER_BITS)
    norm : a bound of ‖A⁻¹‖        bits : of A after the point        cut : whether A has more bits than these
    """

    x: list[int]
    rest: list[int]
    side: list[int]
    norm: int
    bits: int
    cut: bool

    @property
    def lost(self) -> int:
        """How far ρ is off at most, in its units: each entry of A is less than 2^−bits more."""
        return sum(map(abs, self.x)) if self.cut else 0

    @property
    def error(self) -> int:
        """|A⁻¹c − x| at most, in units of x."""
        return ((max(map(abs, self.rest)) + self.lost) * self.norm >> self.bits) + 1

    def form(self) -> Ball:
        """cᵀA⁻¹c, not below the ball's middle but for what was cut off."""
        lost = self.lost
        value = sum(map(mul, self.x, self.side)) + sum(map(mul, self.x, self.rest))
        error = (sum((abs(v) + lost) ** 2 for v in self.rest) * self.norm >> self.bits) + 1
        return Ball(value, error + lost * sum(map(abs, self.x)), -self.bits - 2 * ANSWER_BITS)

    def entry(self, j: int) -> Ball:
        """x_j."""
        return Ball(self.x[j], self.error, -ANSWER_BITS)


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """G with its first column eliminated, and A inverted.

    n, first : n and g (k,) in units of the first column times 2^shift        scales : (k,) s, C = S A S with S = diag 2^s
    """

    n: int
    first: list[int]
    shift: int
    scales: list[int]
    matrix: Sliced
    inverse: Inverse

    @classmethod
    def of(cls, gram: Rows) -> System | None:
        """Of a positive definite G (k + 1, k + 1), looked at up to its diagonal; None where float64 does not do."""
        found = _eliminated([row[0] for row in gram], [row[i] for i, row in enumerate(gram)])
        if found is None:
            return None
        n, first, shift, scales = found
        lower = (
            [n * v - mine * g for v, g in zip(row[1 : i + 1], first)]
            for i, (row, mine) in enumerate(zip(gram[1:], first), 1)
        )
        return cls._made(n, first, shift, scales, Sliced.of(lower, scales))

    @classmethod
    def of_stacks(cls, ledger: StackedLedger, places: Sequence[int]) -> System | None:
        """Of some columns of sums as they were made, without their integers; None where that cannot be, or float64 does not do."""
        column = [ledger.value(i, places[0])[0] for i in places]
        found = _eliminated(column, [ledger.value(i, i)[0] for i in places])
        if found is None:
            return None
        n, first, shift, scales = found
        matrix = centred_slices(ledger, places[1:], n, first, scales)
        return matrix and cls._made(n, first, shift, scales, matrix)

    @classmethod
    def _made(cls, n: int, first: list[int], shift: int, scales: list[int], matrix: Sliced) -> System | None:
        inverse = Inverse.of(matrix)
        return None if inverse is None else cls(n, first, shift, scales, matrix, inverse)

    def leading(self, count: int) -> System | None:
        """Of the first column and so many after it."""
        matrix = self.matrix.part(range(count))
        inverse = Inverse.of(matrix)
        return inverse and replace(
            self, first=self.first[:count], scales=self.scales[:count], matrix=matrix, inverse=inverse
        )

    def regressed(self, right: Sequence[int], square: int) -> Regressed | None:
        """A column of so large products with those of G, and its square, on these; the last step tells most."""
        n, first, shift = self.n, self.first, self.shift
        side = [(n * r << shift) - g * right[0] for r, g in zip(right[1:], first)]
        left = (n * square << 2 * shift) - right[0] ** 2
        top = max(1, left).bit_length() // 2
        found = list(self.answers([side], [-s - top for s in self.scales]))
        if not found and any(side):
            return None
        zeros = [0] * len(side)
        answer = found[-1][0] if found else Answer(zeros, zeros, zeros, 1, self.matrix.bits, False)
        form, error = answer.form(), answer.error
        unit = form.exponent + 2 * top
        if unit > 0:
            return None
        units = [top - s - ANSWER_BITS for s in self.scales]
        low = min(0, *units)
        level = (right[0] << -low) - sum(g * v << (own - low) for g, v, own in zip(first, answer.x, units))
        doubt = sum(abs(g) * error << (own - low) for g, own in zip(first, units))
        rest = [(v, error, own - shift) for v, own in zip(answer.x, units)]
        whole = (level // n, doubt // n + 2, low - 2 * shift)
        return ((left << -unit) - form.middle, form.radius, unit - 2 * shift), [whole, *rest]

    def answers(self, sides: Sequence[Sequence[int]], exponents: Sequence[int]) -> Iterator[list[Answer]]:
        """The solutions of A u = c, better and better, as long as they get better.

        sides : for each c, k integers in units of 2^exponent_i of its entry
        """

        unit = self.matrix.bits + ANSWER_BITS
        if any(unit + e < 0 for e in exponents):
            return
        whole = [[v << (unit + e) for v, e in zip(side, exponents)] for side in sides]
        x, rest = [[0] * len(side) for side in whole], whole
        norm, before = int(np.ceil(self.inverse.norm)) + 1, None
        while (z := self._step(rest)) is not None:
            digits, places = z
            more = self._moved(digits, places)
            x = [
                [v + (one << p) for v, one in zip(column, step)]
                for column, step, p in zip(x, self._joined(digits), places)
            ]
            rest = [[v - (one << p) for v, one in zip(column, step)] for column, step, p in zip(rest, more, places)]
            most = max(max(map(abs, column)) for column in rest)
            if before is not None and 2 * most > before:
                return
            before = most
            yield [Answer(*three, norm, self.matrix.bits, self.matrix.cut) for three in zip(x, rest, whole)]

    def _step(self, rest: list[list[int]]) -> tuple[list[Matrix], list[int]] | None:
        """R ρ in two digits (k, q) each, and where the lower one stands above 2^−ANSWER_BITS; None where ρ is 0 or nearly."""
        width, unit = self.matrix.width, self.matrix.bits + ANSWER_BITS
        floats, places = np.zeros((self.matrix.size, len(rest))), []
        tops = [max(map(abs, column)).bit_length() for column in rest]
        if not any(tops):
            return None
        for q, (column, top) in enumerate(zip(rest, tops)):
            drop = max(0, top - WORD)
            floats[:, q] = [float(v >> drop) for v in column]
            floats[:, q] *= 2.0 ** -min(top, WORD)
        z = self.inverse.R @ floats
        exponents = np.frexp(np.abs(z).max(axis=0))[1]
        z = np.ldexp(z, -exponents)
        first = np.rint(z * 2.0 ** (width - 1))
        second = np.rint((z - first * 2.0 ** (1 - width)) * 2.0 ** (2 * width - 1))
        for top, own in zip(tops, exponents.tolist()):
            places.append(top - unit + own + 1 - 2 * width + ANSWER_BITS if top else 0)
        return None if min(places) < 0 else ([first, second], places)

    def _joined(self, digits: list[Matrix]) -> list[list[int]]:
        """(q, k) first · 2^β + second."""
        first, second = (digit.astype(np.int64) for digit in digits)
        return ((first << self.matrix.width) + second).T.tolist()

    def _moved(self, digits: list[Matrix], places: list[int]) -> list[list[int]]:
        """(q, k) A times these digits, in units of 2^−bits of theirs."""
        total = None
        for level in self.matrix.times(digits):
            own = level.T.astype(object)
            total = own if total is None else (total << self.matrix.width) + own
        assert total is not None
        return total.tolist()

    def diagonal(self) -> Diagonal | None:
        """That of A⁻¹, in doubles."""
        return diagonal_of(self.matrix, self.inverse)


def _eliminated(column: Sequence[int], diagonal: Sequence[int]) -> tuple[int, list[int], int, list[int]] | None:
    """n, g, shift and scales, of the first column and the diagonal of G; None where no squares are left."""
    n, first = column[0], column[1:]
    shift = min([_trailing(n) // 2, *map(_trailing, filter(None, first))]) if n else 0
    n, first = n >> 2 * shift, [g >> shift for g in first]
    squares = [n * square - g * g for square, g in zip(diagonal[1:], first)]
    if n <= 0 or not first or min(squares) <= 0:
        return None
    return n, first, shift, [value.bit_length() // 2 for value in squares]


def _trailing(value: int) -> int:
    """Zero bits at the end of a number that is not 0."""
    return (value & -value).bit_length() - 1
