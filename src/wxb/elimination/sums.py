"""The sums of a design's terms by the levels of one category, from the tallies of one pass.

S_gt = Σ_{i: level g} w t_i        t a number: from the tally of the category; t with levels of others: from that of all of them
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from wxb._typing import Integers as Codes
from wxb.design import Coded, Design, Term
from wxb.design.joints import Joint, joint_of, joints_of
from wxb.elimination.levels import Integers, Levels
from wxb.moments.gathered import Gathered

Sums = tuple[Integers, int]  # N, f: N_g · 2^f


@dataclass(frozen=True, slots=True, eq=False)
class SumsByLevel:
    """design : that the sums were gathered for, closed        column : the category"""

    design: Design
    gathered: Gathered
    column: str

    def levels(self, rest: Design, some: Sequence[Term] | None = None) -> Levels:
        """The sums of the terms of what is left of the design (or some of them), and of the target."""
        chosen = rest.terms if some is None else some
        terms = [self._of_term(term, rest.pieces[term.piece].categories) for term in chosen]
        return Levels.of(self._raw(0), [*terms, self._raw(len(self.design.columns) + 1)])

    def weights(self) -> Sums:
        """Of each level."""
        return self._raw(0)

    def rows(self) -> Codes:
        """(G,) rows of each level of the design."""
        tally = self.gathered.tallies[(self.column,)]
        found = np.zeros(len(self.design.state.levels[self.column]), dtype=np.int64)
        found[self.order(tally.axes[0])] = tally.rows
        return found

    def _raw(self, column: int) -> Sums:
        return self._taken((self.column,), column, None)

    def _of_term(self, term: Term, coded: Sequence[Coded]) -> Sums:
        joint = joint_of(self.design, [self.column, *(one.column for one in coded)])
        signed: list[list[tuple[Any, int]]] = []
        for one, level in zip(coded, term.levels):
            summed = not one.full and self.design.category(one.column).coding == "sum"
            signed.append([(level, 1), (self.design.base(one.column), -1)] if summed else [(level, 1)])
        parts: list[tuple[Fraction, Sums]] = []
        for choice in product(*signed):
            at = {one.column: level for one, (level, _) in zip(coded, choice)}
            sign = -1 if sum(s < 0 for _, s in choice) % 2 else 1
            parts += [(sign * factor, self._taken(joint, raw, at)) for raw, factor in term.component.combination]
        return _combined(parts, len(self.design.state.levels[self.column]))

    def _taken(self, joint: Joint, raw: int, at: dict[str, Any] | None) -> Sums:
        """The sums of a raw column by level, of the cells at some levels of the other columns."""
        tally = self.gathered.tallies[joint]
        numbers, unit = tally.integers(joints_of(self.design)[joint].index((0, raw)))
        cells = np.ones(len(tally), dtype=np.bool_)
        for column, level in (at or {}).items():
            place = joint.index(column)
            cells &= tally.codes[:, place] == tally.axes[place].index(level)
        found = [0] * len(self.design.state.levels[self.column])
        mine = joint.index(self.column)
        order = self.order(tally.axes[mine])
        for cell, level in zip(np.flatnonzero(cells).tolist(), order[tally.codes[cells, mine]].tolist()):
            found[level] += numbers[cell]
        return found, unit

    def order(self, axis: Sequence[Any]) -> Codes:
        """Where each level of a tally stands among those of the design."""
        places = {level: place for place, level in enumerate(self.design.state.levels[self.column])}
        return np.array([places[level] for level in axis], dtype=np.int64)


def _combined(parts: Sequence[tuple[Fraction, Sums]], count: int) -> Sums:
    """Σ factor · sums, factors with powers of two below."""
    if len(parts) == 1 and parts[0][0] == 1:
        return parts[0][1]
    units = [unit - (factor.denominator.bit_length() - 1) for factor, (_, unit) in parts]
    finest = min(units, default=0)
    found = [0] * count
    for unit, (factor, (numbers, _)) in zip(units, parts):
        times = factor.numerator << (unit - finest)
        found = [total + times * number for total, number in zip(found, numbers)]
    return found, finest
