"""The sums of a design's terms by the levels of one category, or by cells of several, from the tallies of one pass.

S_gt = Σ_{i: level g} w t_i        t a number: from the tally of the category; t with levels of others: from that of all of them

Beside 1 a term may be summed with another number, Σ w u_i t_i, which the design has under the same levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import numpy as np

from wxb._typing import Integers as Codes
from wxb.design import Coded, Design, Term
from wxb.design.joints import Joint, joint_of, joints_of
from wxb.design.pieces import Level
from wxb.elimination.levels import Integers, Levels
from wxb.moments.gathered import Gathered
from wxb.moments.tally import cells_of

Sums = tuple[Integers, int]  # N, f: N_g · 2^f
Combination = Sequence[tuple[int, Fraction]]  # (raw column, factor)
ONE: Combination = ((0, Fraction(1)),)


@dataclass(frozen=True, slots=True, eq=False)
class SumsByCell:
    """design : that the sums were gathered for, closed        columns : label columns        cells : (G,) a level of each"""

    design: Design
    gathered: Gathered
    columns: Joint
    cells: Sequence[tuple[Level, ...]]
    _orders: dict[Joint, Codes] = field(default_factory=dict[Joint, Codes])

    def target(self, by: Combination = ONE) -> Sums:
        """Of the target, times a number."""
        return self.of_numbers(((len(self.design.columns) + 1, Fraction(1)),), by)

    def of_numbers(self, numbers: Combination, by: Combination = ONE) -> Sums:
        """Of a number, times another."""
        return _combined(self._products(self.columns, {}, 1, numbers, by), len(self.cells))

    def of_term(self, term: Term, coded: Sequence[Coded], by: Combination = ONE) -> Sums:
        """Of a term of a piece with such categories, times a number."""
        return self._summed([(term, coded)], by)

    def of_terms(self, one: tuple[Term, Sequence[Coded]], other: tuple[Term, Sequence[Coded]]) -> Sums:
        """Of the product of two terms, each with the categories of its piece."""
        return self._summed([one, other], ONE)

    def _summed(self, terms: Sequence[tuple[Term, Sequence[Coded]]], by: Combination) -> Sums:
        joint = joint_of(self.design, [*self.columns, *(one.column for _, coded in terms for one in coded)])
        chosen = [list(self._choices(*one)) for one in terms]
        numbers, others = terms[0][0].component.combination, terms[1][0].component.combination if terms[1:] else by
        parts: list[tuple[Fraction, Sums]] = []
        for several in product(*chosen):
            at: dict[str, Any] = {}
            for levels, _ in several:
                at |= levels
            if any(at[name] != level for levels, _ in several for name, level in levels.items()):
                continue  # no row is at two levels
            sign = prod(sign for _, sign in several)
            parts += self._products(joint, at, sign, numbers, others)
        return _combined(parts, len(self.cells))

    def _choices(self, term: Term, coded: Sequence[Coded]) -> Iterator[tuple[dict[str, Any], int]]:
        """The levels at which a term is not 0, and its sign there."""
        signed: list[list[tuple[Any, int]]] = []
        for one, level in zip(coded, term.levels):
            summed = not one.full and self.design.category(one.column).coding == "sum"
            signed.append([(level, 1), (self.design.base(one.column), -1)] if summed else [(level, 1)])
        for choice in product(*signed):
            yield {one.column: level for one, (level, _) in zip(coded, choice)}, prod(sign for _, sign in choice)

    def _products(
        self, joint: Joint, at: dict[str, Any], sign: int, numbers: Combination, by: Combination
    ) -> list[tuple[Fraction, Sums]]:
        return [
            (sign * f * g, self._taken(joint, (min(raw, own), max(raw, own)), at))
            for raw, f in numbers
            for own, g in by
        ]

    def _taken(self, joint: Joint, pair: tuple[int, int], at: dict[str, Any]) -> Sums:
        """The sums of a product of raw columns by cell, of the rows at some levels of other columns."""
        if not joint:  # of all rows
            number, unit = self.gathered.plain.ledger.value(*pair)
            return [number], unit
        tally = self.gathered.tallies[joint]
        numbers, unit = tally.integers(joints_of(self.design)[joint].index(pair))
        some = np.ones(len(tally), dtype=np.bool_)
        for column, level in at.items():
            place = joint.index(column)
            some &= tally.codes[:, place] == tally.axes[place].index(level)
        found = [0] * len(self.cells)
        for cell, mine in zip(np.flatnonzero(some).tolist(), self.order(joint)[some].tolist()):
            found[mine] += numbers[cell]
        return found, unit

    def order(self, joint: Joint) -> Codes:
        """Of each cell of a tally its place among the cells."""
        if not self.columns:
            return np.zeros(len(self.gathered.tallies[joint]), dtype=np.int64)
        if joint not in self._orders:
            tally = self.gathered.tallies[joint]
            mine = [joint.index(column) for column in self.columns]
            codes, back = cells_of(tally.codes[:, mine])
            axes = [tally.axes[place] for place in mine]
            places = {cell: place for place, cell in enumerate(self.cells)}
            labels = (tuple(axis[code] for axis, code in zip(axes, some)) for some in codes.tolist())
            self._orders[joint] = np.array([places[label] for label in labels], dtype=np.int64)[back]
        return self._orders[joint]


@dataclass(frozen=True, slots=True, eq=False)
class SumsByLevel:
    """design : that the sums were gathered for, closed        column : the category"""

    design: Design
    gathered: Gathered
    column: str
    by_cell: SumsByCell

    @classmethod
    def of(cls, design: Design, gathered: Gathered, column: str) -> SumsByLevel:
        cells = [(level,) for level in design.state.levels[column]]
        return cls(design, gathered, column, SumsByCell(design, gathered, (column,), cells))

    def levels(self, rest: Design, some: Sequence[Term] | None = None) -> Levels:
        """The sums of the terms of what is left of the design (or some of them), and of the target."""
        chosen = rest.terms if some is None else some
        terms = [self.by_cell.of_term(term, rest.pieces[term.piece].categories) for term in chosen]
        return Levels.of(self.weights(), [*terms, self.by_cell.target()])

    def weights(self) -> Sums:
        """Of each level."""
        return self.by_cell.of_numbers(ONE)

    def rows(self) -> Codes:
        """(G,) rows of each level of the design."""
        found = np.zeros(len(self.by_cell.cells), dtype=np.int64)
        found[self.by_cell.order((self.column,))] = self.gathered.tallies[(self.column,)].rows
        return found

    def order(self, axis: Sequence[Any]) -> Codes:
        """Where each level of a tally stands among those of the design."""
        places = self.design.level_places[self.column]
        return np.array([places[level] for level in axis], dtype=np.int64)


def _combined(parts: Sequence[tuple[Fraction, Sums]], count: int) -> Sums:
    """Σ factor · sums, factors with powers of two below."""
    if not parts:
        return [0] * count, 0
    if len(parts) == 1 and parts[0][0] == 1:
        return parts[0][1]
    units = [unit - (factor.denominator.bit_length() - 1) for factor, (_, unit) in parts]
    finest = min(units)
    found = [0] * count
    for unit, (factor, (numbers, _)) in zip(units, parts):
        times = factor.numerator << (unit - finest)
        found = [total + times * number for total, number in zip(found, numbers)]
    return found, finest
