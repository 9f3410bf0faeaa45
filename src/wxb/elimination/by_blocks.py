"""A design whose interactions are eliminated block by block: its answer as a solution.

    W β = r of the columns left        μ = N⁻¹ (S_y − S β) of each cell        θ = L μ of the coefficients that are made of blocks

W is known to 2^−500 of what it is made of (`within`), β to a hundred bits, and each coefficient is rounded once, as that of the
dummies' fit is. With nothing left beside the blocks they are rational numbers, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from wxb.design import Design
from wxb.design.assemble import moments_of
from wxb.design.pieces import Level
from wxb.elimination.beside_blocks import BesideBlocks, Forms
from wxb.elimination.blocks import Blocks, Own
from wxb.elimination.cells import Cells
from wxb.elimination.coded import Coded, Number, Sparse
from wxb.elimination.ledger import LookedUpLedger
from wxb.elimination.one_way import OneWay
from wxb.elimination.sums import SumsByCell
from wxb.moments import Ledger
from wxb.moments.gathered import Gathered
from wxb.rank import Dependence
from wxb.solve import Solution, rounded_once, total_sum_of_squares

ZERO = Fraction(0)


class ByBlocks:
    """design : closed        whole : what was gathered for, where that has more pieces        where : the levels of each cell"""

    def __init__(self, design: Design, blocks: Blocks, gathered: Gathered, whole: Design) -> None:
        self.design, self.blocks = design, blocks
        self.where = gathered.tallies[blocks.columns].labels
        self.rest = moments_of(blocks.rest, gathered, whole)
        self.moments = replace(moments_of(design, gathered, whole), ledger=self._ledger(gathered, whole))
        self.cells = self._cells(SumsByCell(whole, gathered, blocks.columns, self.where))

    def _cells(self, by: SumsByCell) -> Cells:
        numbers, rest = self.blocks.numbers, self.blocks.rest
        squares = [[by.of_numbers(one, other) for other in numbers] for one in numbers]
        beside = [
            [
                *([by.of_numbers(((0, Fraction(1)),), one)] if rest.intercept else []),
                *(by.of_term(term, rest.pieces[term.piece].categories, one) for term in rest.terms),
                by.target(one),
            ]
            for one in numbers
        ]
        units = {
            own.number: self.moments.rounding[own.term] if own.term >= 0 else 0.0 for own in reversed(self.blocks.own)
        }
        return Cells.of(squares, beside, [units[number] for number in range(len(numbers))])

    def solution(self) -> Solution:
        design, rest = self.design, self.blocks.rest
        skip = 0 if rest.intercept else 1
        ledger = self.rest.ledger
        inner = Ledger(ledger.exponents[skip:], [row[skip:] for row in ledger.integers[skip:]])
        units = rest.layout.listed(self.rest.rounding[:-1], 0.0)
        found = OneWay.of(inner, self.cells.levels(), units)
        columns = list(self._columns())
        coded = Coded.of(columns)
        own = {one.place for one in self.blocks.own}
        left = [place for place in range(len(design.layout)) if place not in own]
        exact = self._exact(found, coded, left)
        gone = [
            Dependence(left[d.column], {left[i]: v for i, v in d.combination.items()}, d.exact) for d in found.dropped
        ]
        places = [self.blocks.own[k].place for k in coded.kept]
        gone += [Dependence(place, {}, True) for place in own.difference(places)]
        kept = tuple(sorted([*places, *(left[i] for i in found.kept)]))
        return Solution(
            self.moments,
            design.layout,
            kept,
            tuple(sorted(gone, key=lambda d: d.column)),
            rounded_once(exact, design.layout.names, self.moments.target),
            found.rss,
            total_sum_of_squares(self.rest, design.intercept),
            self.moments.rows - len(kept),
            exact,
            self._beside(found, coded, left, columns),
        )

    def _ledger(self, gathered: Gathered, whole: Design) -> LookedUpLedger:
        design, places = self.design, [0]
        mine = {own.term for own in self.blocks.own}
        for term in range(len(design.terms)):
            places.append(-1 if term in mine else max(places) + 1)
        return LookedUpLedger(
            design, self.rest.ledger, [*places, max(places) + 1], SumsByCell(whole, gathered, (), [()])
        )

    def _matching(self) -> Iterator[tuple[Own, list[int]]]:
        """Each coefficient that is made of blocks, and the cells it is of."""
        columns, known = self.blocks.columns, dict[tuple[str, ...], dict[tuple[Level, ...], list[int]]]()
        for own in self.blocks.own:
            names = tuple(own.levels)
            if names not in known:
                places, found = [columns.index(name) for name in names], known.setdefault(names, {})
                for c, cell in enumerate(self.where):
                    found.setdefault(tuple(cell[place] for place in places), []).append(c)
            yield own, known[names].get(tuple(own.levels.values()), [])

    def _columns(self) -> Iterator[Sparse]:
        """Of each such coefficient its column, of those of cells: r c + a for the number a in the cell c."""
        r = len(self.blocks.numbers)
        for own, cells in self._matching():
            column: Sparse = {}
            for c in cells:
                cell = self.cells.cells[c]
                if own.number in cell.told:
                    column |= {r * c + a: value for a, value in zip(cell.free, cell.told[own.number]) if value}
                else:
                    column[r * c + own.number] = 1
            yield column

    def _exact(self, found: OneWay, coded: Coded, left: Sequence[int]) -> tuple[Fraction, ...]:
        """All coefficients."""
        r, exact = len(self.blocks.numbers), [ZERO] * len(self.design.layout)
        for place, value in zip(left, found.coefficients):
            exact[place] = value
        effects = self.cells.effects(found.coefficients)
        by_number = [dict(zip(cell.free, values)) for cell, values in zip(self.cells.cells, effects)]
        for k, form in zip(coded.kept, coded.forms):
            values = (_times(value, by_number[c // r][c % r]) for c, value in form.items())
            exact[self.blocks.own[k].place] = sum(values, ZERO)
        return tuple(exact)

    def _beside(self, found: OneWay, coded: Coded, left: Sequence[int], columns: Sequence[Sparse]) -> BesideBlocks:
        nothing = [own.place for own, column in zip(self.blocks.own, columns) if not column]
        return BesideBlocks(
            columns=self.blocks.columns,
            count=len(self.design.layout),
            kept=tuple(left[i] for i in found.kept),
            terms=found.kept,
            forms=self._forms(coded),
            cells=self.cells,
            measure=found.measure(),
            within=found.within,
            nothing=frozenset(nothing),
        )

    def _forms(self, coded: Coded) -> Forms:
        r = len(self.blocks.numbers)
        index = np.full(len(self.design.layout), -1, dtype=np.int64)
        index[[self.blocks.own[k].place for k in coded.kept]] = np.arange(len(coded.kept))
        entries = np.array([c for form in coded.forms for c in form], dtype=np.int64)
        values = [value for form in coded.forms for value in form.values()]
        high = [float(value) for value in values]
        low = [0.0 if value == near else float(value - Fraction(near)) for value, near in zip(values, high)]
        return Forms(
            index=index,
            start=np.cumsum([0, *map(len, coded.forms)]),
            cells=entries // r,
            numbers=entries % r,
            values=(np.array(high), np.array(low)),
        )


def _times(factor: Number, value: Fraction) -> Fraction:
    return value if factor == 1 else -value if factor == -1 else factor * value
