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
from wxb.elimination.levels import Levels, as_pair
from wxb.elimination.one_way import Late
from wxb.elimination.sums import SumsByLevel
from wxb.elimination.two_categories import TwoCategories, Way
from wxb.elimination.two_way import Minimum, TwoWay, minimum
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments import Ledger, Moments
from wxb.moments.gathered import Gathered
from wxb.moments.pairs import Pair, add
from wxb.rank import Dependence
from wxb.solve import Solution, total_sum_of_squares

COLLINEAR = 1e-11  # what is left of a column beside its squares, where it is nothing in float64
FAR = Fraction(1, 2**20)  # squares about the mean beside those about 0, below which a column is seen from near its mean


class Huge:
    """design : closed        large, small : columns of the two categories, the first is eliminated

    iterated : whether the other is too large for a matrix of its levels        whole : what was gathered for, with more pieces
    """

    def __init__(
        self,
        design: Design,
        gathered: Gathered,
        large: str,
        small: str,
        iterated: bool = False,
        whole: Design | None = None,
    ) -> None:
        self.design, self.gathered, self.iterated = design, gathered, iterated
        self.whole = whole or design
        own = [[one.column for one in piece.categories] for piece in design.pieces]
        pieces = tuple(piece for piece, columns in zip(design.pieces, own) if columns not in ([large], [small]))
        self.rest = replace(design, pieces=pieces)
        self.moments = moments_of(self.rest, gathered, self.whole)
        self.by = [SumsByLevel.of(self.whole, gathered, column) for column in (large, small)]
        rows = self.by[0].rows()
        self.there = np.flatnonzero(rows > 0)  # levels of the larger one that some row has
        self.large, self.small = self._way(large, rows, self.there), self._way(small, self.by[1].rows())
        kept = {id(piece) for piece in pieces}
        self.left = [
            i for i, term in enumerate(design.terms, design.layout.offset) if id(design.pieces[term.piece]) in kept
        ]

    def _way(self, column: str, rows: Integers, there: Integers | None = None) -> Way:
        """there : the levels that are taken; the last of them stands for a base that is not"""
        design, levels = self.design, self.design.state.levels[column]
        number = {level: i for i, level in enumerate(levels)}
        places, listed = np.full(len(levels), -1, dtype=np.int64), False
        for i, term in enumerate(design.terms, design.layout.offset):
            if [one.column for one in design.pieces[term.piece].categories] == [column]:
                places[number[term.levels[0]]], listed = i, True
        base = -1 if listed and bool((places >= 0).all()) else number[design.base(column)]
        if there is None or len(there) == len(levels):
            return Way(column, levels, base, listed, places, rows)
        every = places[places >= 0]
        levels, places, rows = tuple(levels[i] for i in there.tolist()), places[there], rows[there]
        if base >= 0:
            base = int(np.flatnonzero(there == base)[0]) if base in there else len(there) - 1
            places[base] = -1
        return Way(column, levels, base, listed, places, rows, tuple(np.setdiff1d(every, places).tolist()))

    def _levels(self, place: int, kept: Sequence[int]) -> Levels:
        """Sums by level of the larger or the smaller category."""
        found = self.by[place].levels(self.rest, [self.rest.terms[i] for i in kept])
        return found if place else found.at(self.there)

    def _centres(self, places: Sequence[int]) -> list[Fraction]:
        """Of each column a number near its mean, where it is far from 0, for pairs of doubles lose its spread in squares."""
        ledger = self.moments.ledger
        weight, found = _exact(ledger, 0, 0), list[Fraction]()
        for place in places:
            mean = _exact(ledger, 0, place) / weight
            square = _exact(ledger, place, place)
            found.append(Fraction(float(mean)) if mean * mean * weight > (1 - FAR) * square else Fraction(0))
        return found

    def system(self, columns: Integers, kept: Sequence[int], around: bool = False) -> tuple[TwoWay, list[Fraction]]:
        """The sums, and what each number and the target is less in them.

        columns : levels of the smaller category that have a column        kept : of the other terms
        around : whether numbers are seen from near their means
        """
        joint = joint_of(self.whole, [self.large.column, self.small.column])
        tally = self.gathered.tallies[joint]
        one, two = (joint.index(way.column) for way in (self.large, self.small))
        codes = [by.order(tally.axes[place])[tally.codes[:, place]] for by, place in zip(self.by, (one, two))]
        codes[0] = np.searchsorted(self.there, codes[0])
        number = np.full(len(self.small.levels), -1, dtype=np.int64)
        number[columns] = np.arange(len(columns))
        some = np.flatnonzero(number[codes[1]] >= 0)
        place = joints_of(self.whole)[joint].index((0, 0))
        high, low = tally.pairs()
        places = [*(i + 1 for i in kept), len(self.rest.terms) + 1]
        centres = self._centres(places) if around else [Fraction(0)] * len(places)
        levels = [self._levels(own, kept).around(centres) for own in (0, 1)]
        weights = [as_pair(own.weights, 2 * own.half) for own in levels]
        by_first, by_second = ([as_pair(*pair) for pair in zip(own.sums, own.exponents)] for own in levels)
        system = TwoWay(
            weights=weights[0],
            columns=(weights[1][0][columns], weights[1][1][columns]),
            first=codes[0][some],
            second=number[codes[1][some]],
            cells=(high[some, place], low[some, place]),
            by_first=by_first,
            by_second=[(a[columns], b[columns]) for a, b in by_second],
            whole=[
                [_product(self.moments.ledger, i, j, c, d) for j, d in zip(places, centres)]
                for i, c in zip(places, centres)
            ],
        )
        return system, centres

    def solution(self) -> Solution:
        """The minimum, with errors of all coefficients."""
        every = np.arange(len(self.small.levels))
        base = max(self.small.base, 0)
        system, __ = self.system(every, ())
        joined = components(system.first, system.second, (len(self.large.levels), len(every)))
        last = np.zeros(len(every), dtype=np.int64)
        np.maximum.at(last, joined, every)
        last[joined == joined[base]] = base
        last = last[joined]
        gone = np.unique(last)
        columns = every if self.iterated else np.setdiff1d(every, gone)
        kept = list(range(len(self.left)))
        found, centres = None, list[Fraction]()
        while found is None:
            system, centres = self.system(columns, kept, around=True)
            found, out = _iterated(system, last) if self.iterated else _attempt(system, len(kept))
            kept = [i for place, i in enumerate(kept) if place not in out]
        if any(centres):
            found, system = _from_zero(found, len(columns), centres), self.system(columns, kept)[0]
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
        if not (self.large.listed or self.small.listed):
            ledger = as_ledger(ways.normal(), [self.left[i] - offset for i in kept], len(terms), own.ledger)
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
            _("two categories leave the coefficients undetermined in float64"),
            _("leave one of them out, or columns that hardly vary within them"),
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


def _from_zero(found: Minimum, levels: int, centres: Sequence[Fraction]) -> Minimum:
    """The minimum of numbers as they are, of that of numbers less these centres: the effects take them up."""
    beta = zip(*(part[levels:].tolist() for part in found.beta))
    moved = [-centre * (Fraction(a) + Fraction(b)) for centre, (a, b) in zip(centres, beta)]
    total = sum(moved, centres[-1])
    high = np.full(len(found.alpha[0]), float(total))
    return replace(found, alpha=add(found.alpha, (high, np.full(len(high), float(total - Fraction(float(total)))))))


def _exact(ledger: Ledger, i: int, j: int) -> Fraction:
    number, exponent = ledger.value(i, j)
    return number * Fraction(2) ** exponent


def _product(ledger: Ledger, i: int, j: int, c: Fraction, d: Fraction) -> Pair:
    """Σ w (z_i − c) (z_j − d)."""
    if not (c or d):
        number, exponent = ledger.value(i, j)
        return as_pair([number], exponent)
    total = _exact(ledger, i, j) - c * _exact(ledger, 0, j) - d * _exact(ledger, 0, i) + c * d * _exact(ledger, 0, 0)
    return as_pair([total.numerator], 1 - total.denominator.bit_length())
