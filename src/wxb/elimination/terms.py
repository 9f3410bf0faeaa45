"""The minimum over the terms of a design, levels by the thousand among them, from what one pass gathered.

    few terms      their exact moments are assembled and solved as any others
    interactions   of very many terms are eliminated by blocks, one for each cell of levels (`by_blocks`)
    many levels    the category with most of them, or the absorbed one, is eliminated exactly (`one_way`); what is left is solved

A level of which no row is summed (all are held out, or another group has them) gives way, and the last that has some stands for
a base that has none.

Nothing (k, k) is formed of eliminated levels unless it is asked for. An eliminated category stands before all else: a column
that does not vary within its levels gives way to it, whatever the order of the formula.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from wxb._typing import Integers, Vector
from wxb.design import Design, Piece
from wxb.design.assemble import moments_of
from wxb.elimination.blocks import blocks_of
from wxb.elimination.by_blocks import ByBlocks
from wxb.elimination.eliminated import Coding, Eliminated
from wxb.elimination.ledger import BorderedLedger
from wxb.elimination.one_way import Effects, Late, OneWay
from wxb.elimination.sums import SumsByLevel
from wxb.elimination.too_many import MOST, refuse_too_many, terms_left
from wxb.elimination.within import Within
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments import Ledger, Moments
from wxb.moments.gathered import Gathered
from wxb.numbers import counted
from wxb.printable import show
from wxb.rank import Dependence
from wxb.solve import Solution, check_rows, rounded_once, solve, total_sum_of_squares

FEW = 48  # levels up to which terms are assembled
LEFT = 120  # levels of a second category up to which they are columns
MOST_LEFT = 8000  # up to which they are solved for by a matrix of theirs; two that are absorbed may have more


def solve_terms(design: Design, gathered: Gathered, *, rank: str = "drop", whole: Design | None = None) -> Solution:
    """The minimum over the terms of a closed design.

    rank : as of `solve`        whole : what was gathered for, where that has more pieces
    """
    columns = () if _base_is_spread(design, gathered) else eliminable(design)
    whole = whole or design
    blocks = blocks_of(design) if terms_left(design, columns) > MOST else None
    if blocks is not None and len(blocks.rest.terms) <= MOST:
        check_rows(gathered.rows, len(design.layout), len(design.terms))
        return _refused(ByBlocks(design, blocks, gathered, whole).solution(), rank)
    if not columns:
        refuse_too_many(design)
        return solve(moments_of(design, gathered, whole), intercept=design.intercept, rank=rank)
    if more := _absorbed_besides(design):
        from wxb.elimination.several import with_dummies, without_dummies

        found = solve_terms(with_dummies(design, more), gathered)
        return _refused(without_dummies(found, design, gathered, more), rank)
    check_rows(gathered.rows, len(design.layout), len(design.terms))
    refuse_too_many(design, columns)
    if len(columns) == 2:
        from wxb.elimination.huge import Huge

        iterated = len(design.state.levels[columns[1]]) > MOST_LEFT
        return _refused(Huge(design, gathered, *columns, iterated=iterated, whole=whole).solution(), rank)
    return _refused(_OneCategory(design, gathered, columns[0], whole).solution(), rank)


def _refused(solution: Solution, rank: str) -> Solution:
    """NumericalError where terms gave way that must not."""
    if solution.dropped and rank == "error":
        text = "; ".join(solution.dependence_text(d) for d in solution.dropped)
        raise NumericalError(
            _("collinear terms: {text}", text=text), _('leave one of each set out, or use `rank="drop"`')
        )
    return solution


def eliminable(design: Design) -> tuple[str, ...]:
    """The category to eliminate: the absorbed one, else that with most levels where there are many; () for none.

    Two, the larger first, where two are absorbed or another has so many levels that they are no columns to be solved exactly.
    """
    size = {one.column: len(design.state.levels[one.column]) for one in design.categories}
    absorbed = _absorbed(design)
    listed = [column for column in _main_effects(design, bool(absorbed)) if size[column] > FEW]
    listed.sort(key=lambda column: size[column], reverse=True)
    found = (absorbed + listed)[:2]
    if len(found) == 2 and len(absorbed) < 2:
        treated = all(design.category(column).coding == "treatment" for column in found)
        found = found if treated and min(size[column] for column in found) > LEFT else found[:1]
    found.sort(key=lambda column: size[column], reverse=True)
    if len(found) == 2 and size[found[1]] > MOST_LEFT and len(absorbed) < 2:
        raise NumericalError(
            _(
                "{found} has {size} levels and {found2} {size2}, and where effects are listed one may have {most_left}",
                found=show(found[0]),
                size=size[found[0]],
                found2=show(found[1]),
                size2=size[found[1]],
                most_left=MOST_LEFT,
            ),
            _("absorb both: `absorb=[{first!r}, {second!r}]`", first=found[0], second=found[1]),
        )
    return tuple(found)


def _base_is_spread(design: Design, gathered: Gathered) -> bool:
    """Whether a level under sum coding has no rows: its column is still that of the base, and the last of them all gives way."""
    summed = [one.column for one in design.categories if one.coding == "sum" and not one.absorbed]
    tallies = gathered.tallies
    return any(len(tallies[(one,)]) < len(design.state.levels[one]) for one in summed if (one,) in tallies)


def _absorbed(design: Design) -> list[str]:
    """The absorbed categories, the largest first."""
    found = [one.column for one in design.categories if one.absorbed]
    return sorted(found, key=lambda column: len(design.state.levels[column]), reverse=True)


def _absorbed_besides(design: Design) -> list[str]:
    """Of three and more absorbed categories those that are columns beside one or two others, as few as these are."""
    absorbed = _absorbed(design)
    if len(absorbed) < 3:
        return []
    size = [len(design.state.levels[column]) for column in absorbed]
    beside = 1 if size[1] <= LEFT and sum(size[1:]) + len(design.terms) <= MOST else 2
    if sum(size[beside:]) + len(design.terms) > MOST:
        raise NumericalError(
            _(
                "beside {absorbed} and {absorbed2} there are {sum} levels of absorbed categories and "
                "{count}, and {most} is the most",
                absorbed=show(absorbed[0]),
                absorbed2=show(absorbed[1]),
                sum=sum(size[2:]),
                count=counted(len(design.terms), "term"),
                most=MOST,
            ),
            _("leave {absorbed} out, or group its levels", absorbed=show(absorbed[2])),
        )
    return absorbed[beside:]


def _main_effects(design: Design, absorbed: bool) -> list[str]:
    """Categories whose levels span the constant as they are coded, and that stand in no interaction."""
    found: list[str] = []
    for piece in design.pieces:
        if len(piece.factors) == 1 and piece.categories:
            [own] = piece.categories
            used = sum(own.column == other.column for other in design.pieces for other in other.categories)
            if used == 1 and own.full != (design.intercept or absorbed):
                found.append(own.column)
    return found


class _OneCategory:
    """A design of which one category is eliminated."""

    def __init__(self, design: Design, gathered: Gathered, column: str, whole: Design) -> None:
        self.design, self.column = design, column
        own = design.category(column)
        self.coding: Coding = "absorbed" if own.absorbed else "full" if not design.intercept else own.coding
        pieces = tuple(piece for piece in design.pieces if not self._is_own(piece))
        self.rest = replace(design, pieces=pieces)
        self.moments = moments_of(self.rest, gathered, whole)
        by_level = SumsByLevel.of(whole, gathered, column)
        self.every, rows = by_level.levels(self.rest), by_level.rows()
        self.there = np.flatnonzero(rows > 0)
        self.sums, self.rows = self.every.at(self.there), rows[self.there]
        self.names = tuple(design.state.levels[column][place] for place in self.there.tolist())

    def _is_own(self, piece: Piece) -> bool:
        return [one.column for one in piece.categories] == [self.column]

    def solution(self) -> Solution:
        design, ledger = self.design, self.moments.ledger
        inner = Ledger(ledger.exponents[1:], [row[1:] for row in ledger.integers[1:]])
        found = OneWay.of(inner, self.sums, self.moments.rounding[:-1])
        effects = found.effects()
        absorbed = self.coding == "absorbed"
        base = self._base()
        places, left, without = self._places(base)
        coefficients, exact = self._coefficients(found, effects, base, places, left)
        kept = tuple(left[i] for i in found.kept)
        hidden = len(self.names) if absorbed else 0
        levels = set(range(len(design.layout))) - {*left, *without}
        eliminated = Eliminated(
            column=self.column,
            levels=self.names,
            coding=self.coding,
            count=len(design.layout),
            base=base,
            places=places,
            kept=kept,
            columns=found.kept,
            effects=effects.rounded,
            sums=self.sums,
            measure=found.measure(),
            within=found.within,
            rows=self.rows,
            hidden=hidden,
            without=without,
        )
        kept = tuple(sorted(levels | set(kept)))
        dropped = [
            Dependence(left[d.column], {left[i]: v for i, v in d.combination.items()}, d.exact) for d in found.dropped
        ]
        dropped += [Dependence(place, {}, True) for place in without]
        return Solution(
            self._bordered(found.system, base, left),
            design.layout,
            kept,
            tuple(sorted(dropped, key=lambda d: d.column)),
            coefficients,
            found.rss,
            total_sum_of_squares(self.moments, design.intercept or absorbed),
            self.moments.rows - len(kept) - hidden,
            exact,
            eliminated,
        )

    def _base(self) -> int:
        """The place of the base among the levels that have rows, −1 without one."""
        if self.coding not in ("treatment", "sum"):
            return -1
        base = self.design.base(self.column)
        return self.names.index(base) if base in self.names else len(self.names) - 1

    def _places(self, base: int) -> tuple[Integers, list[int], tuple[int, ...]]:
        """Where coefficients stand: (G,) that of each level, −1 where it has none; those of other terms; of levels without rows."""
        design = self.design
        places = np.full(len(self.names), -1, dtype=np.int64)
        left, without = list[int](), list[int]()
        mine = {level: place for place, level in enumerate(self.names) if place != base}
        for i, term in enumerate(design.terms, design.layout.offset):
            if self.coding == "absorbed" or not self._is_own(design.pieces[term.piece]):
                left.append(i)
            elif term.levels[0] in mine:
                places[mine[term.levels[0]]] = i
            else:
                without.append(i)
        return places, left, tuple(without)

    def _coefficients(
        self, found: OneWay, effects: Effects, base: int, places: Integers, left: list[int]
    ) -> tuple[Vector, Late]:
        """All of them, and what they are exactly."""
        names, target = self.design.layout.names, self.moments.target
        coefficients = np.zeros(len(names))
        coefficients[left] = rounded_once(found.coefficients, [names[i] for i in left], target)
        others = np.flatnonzero(places >= 0)
        reference = Fraction(0) if self.coding != "sum" else effects.mean()
        if self.coding == "treatment":
            coefficients[0], coefficients[places[others]] = effects.rounded[base], effects.beside(base)[others]
            reference = effects.exact(base)
        elif self.coding == "sum":
            coefficients[0] = float(reference)
            coefficients[places[others]] = [float(effects.exact(g) - reference) for g in others.tolist()]
        elif self.coding == "full":
            coefficients[places] = effects.rounded
        level_at = dict(zip(places[others].tolist(), others.tolist()))
        column_at = {place: i for i, place in enumerate(left)}

        def work(place: int) -> Fraction:
            if place in column_at:
                return found.coefficients[column_at[place]]
            if place in level_at:
                return effects.exact(level_at[place]) - reference
            return Fraction(0) if place >= self.design.layout.offset else reference

        return coefficients, Late(len(names), work)

    def _bordered(self, system: Within, base: int, left: list[int]) -> Moments:
        """The moments of all terms, of which none of a level's is formed before it is asked for; within absorbed levels."""
        own, design = self.moments, self.design
        if self.coding == "absorbed":
            return replace(own, ledger=system.ledger(own.ledger))
        columns = [0] * (len(design.terms) + 2)
        rounding = [0.0] * (len(design.terms) + 1)
        for j, place in enumerate(left):
            columns[place + 1 - design.layout.offset] = j + 1
            rounding[place - design.layout.offset] = own.rounding[j]
        number = {level: place for place, level in enumerate(design.state.levels[self.column])}
        for place, term in enumerate(design.terms, 1):
            if self._is_own(design.pieces[term.piece]):
                columns[place] = -1 - number[term.levels[0]]
        columns[-1], rounding[-1] = len(left) + 1, own.rounding[-1]
        ledger = BorderedLedger(own.ledger, self.every, columns, base if self.coding == "sum" else -1)
        return replace(own, terms=design.layout.terms, ledger=ledger, rounding=tuple(rounding))
