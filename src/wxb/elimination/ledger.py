"""Sums of products of terms of which most are levels of one category: looked up, formed as a whole only where that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from wxb._typing import Matrix
from wxb.design import Coded, Design, Term
from wxb.design.assemble import moments_of
from wxb.elimination.levels import Levels
from wxb.elimination.sums import SumsByCell
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments import LateLedger, Ledger
from wxb.moments.ledger import as_integers

MOST = 3000  # columns of sums that are formed as a whole


class BorderedLedger(LateLedger):
    """Of z = (1, terms, target).

    rest : sums of (1, other terms, target)        levels : sums by level, of the other terms and the target
    places : of each column of z its place in `rest`, or −1 − g for the level g
    base : what is taken off each level's column under sum coding, −1 without one
    """

    __slots__ = ("base", "levels", "places", "rest")

    def __init__(self, rest: Ledger, levels: Levels, places: Sequence[int], base: int = -1) -> None:
        super().__init__(self._whole)
        self.rest, self.levels, self.places, self.base = rest, levels, tuple(places), base

    @property
    def width(self) -> int:
        return len(self.places)

    def value(self, i: int, j: int) -> tuple[int, int]:
        """(N, f): Σ z_i z_j = N · 2^f."""
        one, other = self.places[i], self.places[j]
        if one >= 0 and other >= 0:
            return self.rest.value(one, other)
        if one >= 0:
            one, other = other, one
        level = -1 - one
        if other < 0:
            weight = (self.levels.weights[level] if one == other else 0) + self._off(self.levels.weights)
            return weight, 2 * self.levels.half
        numbers, unit = self._sums(other)
        return numbers[level] - self._off(numbers), unit

    def _off(self, numbers: Sequence[int]) -> int:
        return numbers[self.base] if self.base >= 0 else 0

    def _sums(self, place: int) -> tuple[Sequence[int], int]:
        """A column's sums by level; column 0 is 1."""
        if place == 0:
            return self.levels.weights, 2 * self.levels.half
        return self.levels.sums[place - 1], self.levels.exponents[place - 1]

    def _whole(self) -> Ledger:
        if self.width > MOST:
            raise NumericalError(
                _(
                    "the sums of products of {width} terms are not formed: they would be {width2:.1e} numbers",
                    width=self.width - 2,
                    width2=self.width**2,
                ),
                _("absorb the category with so many levels: `absorb=`"),
            )
        half = self.levels.half
        rest = [min(f, self._sums(j)[1] - half) for j, f in enumerate(self.rest.exponents)]
        exponents = [rest[place] if place >= 0 else half for place in self.places]
        integers = [[0] * self.width for __ in exponents]
        for i, e in enumerate(exponents):
            for j in range(i + 1):
                number, unit = self.value(i, j)
                integers[i][j] = integers[j][i] = number << (unit - e - exponents[j]) if number else 0
        return Ledger(exponents, integers)

    def __reduce__(self) -> tuple[Any, ...]:
        return BorderedLedger, (self.rest, self.levels, self.places, self.base)


class CornerLedger(LateLedger):
    """Of 1 and the target alone. corner : (1, 1), (1, y), (y, 1), (y, y)"""

    __slots__ = ("corner", "count")

    def __init__(self, count: int, corner: Sequence[tuple[int, int]]) -> None:
        super().__init__(self._refused)
        self.count, self.corner = count, tuple(corner)

    @property
    def width(self) -> int:
        return self.count

    def value(self, i: int, j: int) -> tuple[int, int]:
        """(N, f): Σ z_i z_j = N · 2^f."""
        ends = {0: 0, -1: 1, self.count - 1: 1}
        return self.corner[2 * ends[i] + ends[j]] if i in ends and j in ends else self._refused().value(i, j)

    def _refused(self) -> Ledger:
        raise NumericalError(
            _(
                "the sums of products of {count} terms are not formed: they would be {count2:.1e} numbers",
                count=self.count - 2,
                count2=self.count**2,
            ),
            _("absorb the categories with so many levels: `absorb=`"),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return CornerLedger, (self.count, self.corner)


class LookedUpLedger(LateLedger):
    """Of (1, terms, target) of a design of which most terms are of blocks: each number is that of the tallies.

    rest : sums of (1, other terms, target)        places : of each column its place in `rest`, −1 of those of blocks
    """

    __slots__ = ("by", "design", "places", "rest")

    def __init__(self, design: Design, rest: Ledger, places: Sequence[int], by: SumsByCell) -> None:
        super().__init__(self._whole)
        self.design, self.rest, self.places, self.by = design, rest, tuple(places), by

    @property
    def width(self) -> int:
        return len(self.places)

    def value(self, i: int, j: int) -> tuple[int, int]:
        """(N, f): Σ z_i z_j = N · 2^f."""
        i, j = sorted((i % self.width, j % self.width))
        if self.places[i] >= 0 and self.places[j] >= 0:
            return self.rest.value(self.places[i], self.places[j])
        if i == 0:
            [number], unit = self.by.of_term(*self._term(j))
        elif j == self.width - 1:
            [number], unit = self.by.of_term(*self._term(i), ((len(self.design.columns) + 1, Fraction(1)),))
        else:
            [number], unit = self.by.of_terms(self._term(i), self._term(j))
        return number, unit

    def _term(self, column: int) -> tuple[Term, Sequence[Coded]]:
        term = self.design.terms[column - 1]
        return term, self.design.pieces[term.piece].categories

    def _whole(self) -> Ledger:
        if self.width > MOST:
            raise NumericalError(
                _(
                    "the sums of products of {width} terms are not formed: they would be {width2:.1e} numbers",
                    width=self.width - 2,
                    width2=self.width**2,
                ),
                _("ask for standard errors, tests or predictions, which take none of them"),
            )
        return moments_of(self.design, self.by.gathered, self.by.design).ledger

    def __reduce__(self) -> tuple[Any, ...]:
        return LookedUpLedger, (self.design, self.rest, self.places, self.by)


def as_ledger(matrix: Matrix, places: Sequence[int], count: int, whole: Ledger) -> Ledger:
    """Of (1, `count` columns, target) beside effects, where 1 goes with nothing, nor does a column that gave way.

    matrix : of the columns that stayed, and the target        places : where each of these columns stands
    """
    numbers, exponent = as_integers(matrix.reshape(-1))
    if exponent % 2:
        numbers, exponent = [number << 1 for number in numbers], exponent - 1
    q, width = len(places) + 1, count + 2
    at = [*(place + 1 for place in places), width - 1]
    rows = [[0] * width for __ in range(width)]
    rows[0][0] = whole.integers[0][0]
    for i, row in enumerate(at):
        for j, column in enumerate(at):
            rows[row][column] = numbers[i * q + j]
    return Ledger([whole.exponents[0], *([exponent // 2] * (width - 1))], rows)
