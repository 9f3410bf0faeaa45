"""A design of two categories with very many levels each: its sums as those of `two_way`, its answer as a solution.

Other categories, as long as they are small, and numbers are the columns that stand beside the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.design import Design
from wxb.design.assemble import moments_of
from wxb.design.joints import joint_of, joints_of
from wxb.elimination.doubles import components
from wxb.elimination.ledger import CornerLedger, as_ledger
from wxb.elimination.levels import as_pair
from wxb.elimination.one_way import Late
from wxb.elimination.sums import SumsByLevel
from wxb.elimination.two_categories import TwoCategories, Way
from wxb.elimination.two_way import Minimum, TwoWay, minimum
from wxb.errors import NumericalError
from wxb.moments import Ledger, Moments
from wxb.moments.gathered import Gathered
from wxb.moments.pairs import Pair
from wxb.rank import Dependence
from wxb.solve import Solution, total_sum_of_squares

COLLINEAR = 1e-11  # what is left of a column beside its squares, where it is nothing in float64


class Huge:
    """design : closed        large, small : columns of the two categories, the first is eliminated

    iterated : whether the other is too large for a matrix of its levels
    """

    def __init__(self, design: Design, gathered: Gathered, large: str, small: str, iterated: bool = False) -> None:
        self.design, self.gathered, self.iterated = design, gathered, iterated
        own = [[one.column for one in piece.categories] for piece in design.pieces]
        pieces = tuple(piece for piece, columns in zip(design.pieces, own) if columns not in ([large], [small]))
        self.rest = replace(design, pieces=pieces)
        self.moments = moments_of(self.rest, gathered, design)
        self.by = [SumsByLevel(design, gathered, column) for column in (large, small)]
        self.large, self.small = self._way(large, 0), self._way(small, 1)
        listed = {*self.large.places.tolist(), *self.small.places.tolist()}
        self.left = [i for i in range(design.layout.offset, len(design.layout)) if i not in listed]

    def _way(self, column: str, place: int) -> Way:
        design, levels = self.design, self.design.state.levels[column]
        number = {level: i for i, level in enumerate(levels)}
        places, listed = np.full(len(levels), -1, dtype=np.int64), False
        for i, term in enumerate(design.terms, design.layout.offset):
            if [one.column for one in design.pieces[term.piece].categories] == [column]:
                places[number[term.levels[0]]], listed = i, True
        full = listed and bool((places >= 0).all())
        return Way(column, levels, -1 if full else number[design.base(column)], listed, places, self.by[place].rows())

    def _sums(self, by: SumsByLevel, kept: Sequence[int]) -> list[Pair]:
        found = by.levels(self.rest, [self.rest.terms[i] for i in kept])
        return [as_pair(sums, exponent) for sums, exponent in zip(found.sums, found.exponents)]

    def system(self, columns: Integers, kept: Sequence[int]) -> TwoWay:
        """columns : levels of the smaller category that have a column        kept : of the other terms"""
        joint = joint_of(self.design, [self.large.column, self.small.column])
        tally = self.gathered.tallies[joint]
        one, two = (joint.index(way.column) for way in (self.large, self.small))
        codes = [by.order(tally.axes[place])[tally.codes[:, place]] for by, place in zip(self.by, (one, two))]
        number = np.full(len(self.small.levels), -1, dtype=np.int64)
        number[columns] = np.arange(len(columns))
        some = np.flatnonzero(number[codes[1]] >= 0)
        place = joints_of(self.design)[joint].index((0, 0))
        high, low = tally.pairs()
        weights = [as_pair(*by.weights()) for by in self.by]
        second = self._sums(self.by[1], kept)
        places = [*(i + 1 for i in kept), len(self.rest.terms) + 1]
        return TwoWay(
            weights=weights[0],
            columns=(weights[1][0][columns], weights[1][1][columns]),
            first=codes[0][some],
            second=number[codes[1][some]],
            cells=(high[some, place], low[some, place]),
            by_first=self._sums(self.by[0], kept),
            by_second=[(a[columns], b[columns]) for a, b in second],
            whole=[[_value(self.moments.ledger, i, j) for j in places] for i in places],
        )

    def solution(self) -> Solution:
        """The minimum, with errors of all coefficients."""
        every = np.arange(len(self.small.levels))
        base = max(self.small.base, 0)
        system = self.system(every, range(len(self.left)))
        joined = components(system.first, system.second, (len(self.large.levels), len(every)))
        last = np.zeros(len(every), dtype=np.int64)
        np.maximum.at(last, joined, every)
        last[joined == joined[base]] = base
        last = last[joined]
        gone = np.unique(last)
        columns = every if self.iterated else np.setdiff1d(every, gone)
        kept = list(range(len(self.left)))
        found = None
        while found is None:
            system = self.system(columns, kept)
            found, out = _iterated(system, last) if self.iterated else _attempt(system, len(kept))
            kept = [i for place, i in enumerate(kept) if place not in out]
        return self._solution(system, found, columns, kept, len(every) - len(gone))

    def _solution(self, system: TwoWay, found: Minimum, columns: Integers, kept: list[int], free: int) -> Solution:
        """free : levels of the smaller category that a row tells apart from the others"""
        design = self.design
        ways = TwoCategories(
            ways=(self.large, self.small),
            columns=columns,
            count=len(design.layout),
            intercept=design.layout.intercept,
            kept=tuple(self.left[i] for i in kept),
            terms=tuple(kept),
            system=system,
            found=found,
            within=Fraction(0),
            hidden=0,
        )
        offset = design.layout.offset
        places = np.flatnonzero(ways.estimated)
        hidden = len(self.large.levels) + free + len(kept) - len(places)
        ways = replace(ways, hidden=hidden, within=ways.squares_within() if hidden else Fraction(0))
        dropped = [i for i in range(len(design.layout)) if not ways.estimated[i]]
        coefficients = ways.spread_out(found.alpha, found.beta)
        exact = Late(len(coefficients[0]), lambda i: Fraction(coefficients[0][i]) + Fraction(coefficients[1][i]))
        tss = total_sum_of_squares(self.moments, design.intercept or hidden > 0)
        rss = max(Fraction(found.rss[0][0]) + Fraction(found.rss[1][0]), Fraction(0))
        return Solution(
            self._moments(ways, kept, offset),
            design.layout,
            tuple(places.tolist()),
            tuple(Dependence(i, {}, True) for i in dropped),
            coefficients[0],
            rss,
            tss,
            self.moments.rows - len(places) - hidden,
            exact,
            ways,
        )

    def _moments(self, ways: TwoCategories, kept: list[int], offset: int) -> Moments:
        own, terms = self.moments, self.design.layout.terms
        rounding = [0.0] * len(terms)
        for i, place in enumerate(self.left):
            rounding[place - offset] = own.rounding[i]
        corner = [own.ledger.value(i, j) for i in (0, -1) for j in (0, -1)]
        ledger = CornerLedger(len(terms) + 2, corner)
        if not (self.large.listed or self.small.listed) and len(kept) == len(terms):
            ledger = as_ledger(ways.normal(), own.ledger)
        return replace(own, terms=terms, ledger=ledger, rounding=(*rounding, own.rounding[-1]))


def _attempt(system: TwoWay, p: int) -> tuple[Minimum | None, list[int]]:
    """The minimum; or None, and which of the p numbers are collinear."""
    W, H = system.matrix(), system.sizes[1]
    squares = np.array([system.whole[j][j][0][0] for j in range(p)])
    bare = np.flatnonzero(~(W.diagonal()[H:] > COLLINEAR * squares))  # that the larger category alone tells of
    if len(bare):
        return None, bare.tolist()
    try:
        found = minimum(system, W)
    except (np.linalg.LinAlgError, NumericalError):
        found = None
    if found is not None and (1 / found.numbers.diagonal() > COLLINEAR * squares).all():
        return found, []
    W = system.matrix()
    left = W[H:, H:] - W[H:, :H] @ np.linalg.solve(W[:H, :H], W[:H, H:]) if H else W
    out = _collinear(left, squares)
    if not out:
        raise NumericalError(
            "two categories leave the coefficients undetermined in float64",
            "leave one of them out, or columns that hardly vary within them",
        )
    return None, out


def _iterated(system: TwoWay, last: Integers) -> tuple[Minimum | None, list[int]]:
    """The same of levels that are not solved for by a matrix."""
    from wxb.elimination.iterated import Iterated

    iterated = Iterated(system, last)
    out = _collinear(iterated.within.copy(), np.array([system.whole[j][j][0][0] for j in range(system.sizes[2])]))
    return (None, out) if out else (iterated.minimum(), [])


def _collinear(left: Matrix, squares: Vector) -> list[int]:
    """Which of p numbers are those before them, of what is left of their squares and products (p, p)."""
    out: list[int] = []
    for j, square in enumerate(squares):
        if not left[j, j] > COLLINEAR * square:
            out.append(j)
            continue
        left -= np.outer(left[:, j], left[j]) / left[j, j]
    return out


def _value(ledger: Ledger, i: int, j: int) -> Pair:
    number, exponent = ledger.value(i, j)
    return as_pair([number], exponent)
