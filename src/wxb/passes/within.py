"""Rows less the effects of their own levels, where these were eliminated: no column is made for a level.

    x − x̄_g,   y − ȳ_g        e = (y − ȳ_g) − β·(x − x̄_g)        h = w (1/w_g + |T (x − x̄_g)|²)

The means, beside several categories the effects (`wxb.elimination.apart`), are those of the exact sums, in pairs of doubles. What
is given out are the columns left and their target, then the share of the levels, 1/w_g, and the place of the level of each row
among those of all categories, one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.data.block import Block, Column
from wxb.design import Design
from wxb.elimination.apart import Apart
from wxb.errors import DataError
from wxb.i18n import _
from wxb.moments.pairs import Pair, subtract
from wxb.passes.statistic import Numbers, Weights
from wxb.printable import show
from wxb.solve import Solution


class Within:
    """A form of blocks of raw columns (`wxb.passes.once_more`).

    design : of the line        solution : of which the levels of categories were eliminated        in_pairs : whether what doubles
        leave of the differences is given too
    shares : whether leverage is wanted; without it a row's share of its levels is left 0
    """

    def __init__(self, design: Design, solution: Solution, in_pairs: bool, shares: bool = True) -> None:
        assert solution.eliminated is not None
        self.apart: Apart = solution.eliminated.apart
        self.in_pairs, self.shares = in_pairs, shares
        names = [one.column for one in design.categories]
        gone = self.apart.columns
        self.places = [names.index(column) for column in gone]
        self.left = [place for place, name in enumerate(names) if name not in gone]
        pieces = [p for p in design.pieces if [one.column for one in p.categories] not in [[column] for column in gone]]
        others = tuple(design.categories[place] for place in self.left)
        self.rest = replace(design, pieces=tuple(pieces), categories=others)
        self.levels = [dict.fromkeys(design.state.levels[column], 0) for column in gone]  # 0: all rows are held out
        for known, own in zip(self.levels, self.apart.levels):
            known |= {level: place for place, level in enumerate(own)}
        self.starts = np.concatenate([[0], np.cumsum(self.apart.sizes)]).tolist()
        self.lows = [_that_matter(low, self.apart, solution) for __, low in self.apart.effects]
        self._tables: dict[tuple[int, int], tuple[Sequence[object], Integers]] = {}

    def __call__(self, block: Block) -> Numbers:
        codes = [self._codes(block, way) for way in range(len(self.places))]
        left = self.rest.dense(replace(block, labels=tuple(block.labels[place] for place in self.left)))
        assert left.target is not None
        chosen = [*(left.features[i] for i in self.apart.terms), left.target]
        values, lows = [], {}
        for i, column in enumerate(chosen):
            value, low = self._beside(column, i, codes)
            values.append(value)
            if low is not None:
                lows[i] = low
        share = self._share(codes)
        lows[len(values)] = share[1]
        values += [share[0], *((own + start).astype(np.float64) for own, start in zip(codes, self.starts))]
        return Numbers(values, lows, Weights(block.weights, counts=block.frequency))

    def _beside(self, column: Column, i: int, codes: Sequence[Integers]) -> tuple[Vector, Vector | None]:
        """x less the effects of the row's levels, and where it is wanted what its double leaves."""
        if self.in_pairs or len(codes) > 1:
            low = np.zeros(len(column.values)) if column.low is None else column.low
            pair: Pair = (np.ascontiguousarray(column.values), low)
            for own, (high, rest) in zip(codes, self.apart.effects):
                pair = subtract(pair, (high[i][own], rest[i][own]))
            return pair if self.in_pairs else (pair[0], None)
        [own], [(high, rest)] = codes, self.apart.effects
        mean = high[i][own]
        apart = np.subtract(
            column.values, mean, out=mean
        )  # exact where the two are near; else rounded as any difference
        if self.lows[0][i]:
            apart -= rest[i][own]
        if column.low is not None:
            apart += column.low
        return apart, None

    def _share(self, codes: Sequence[Integers]) -> Pair:
        """What the levels have of the leverage of each row, by its weight."""
        if not self.shares:
            return np.zeros(len(codes[0])), np.zeros(len(codes[0]))
        return self.apart.share(codes)

    def _codes(self, block: Block, way: int) -> Integers:
        """(n,) place of each row's level."""
        labels = block.labels[self.places[way]]
        key = (way, id(labels.values))
        known = self._tables.get(key)
        if known is None or known[0] is not labels.values:
            table = np.array([self.levels[way].get(value, -1) for value in labels.values], dtype=np.int64)
            known = (labels.values, table)
            if len(self._tables) > 64:
                self._tables.clear()
            self._tables[key] = known
        codes = known[1][labels.codes]
        if len(bad := np.flatnonzero(codes < 0)):
            row, level = block.row_numbers()[bad[0]] + 1, labels.values[labels.codes[bad[0]]]
            raise DataError(
                _(
                    "row {row}: {columns} is {level}, a level that the model was not fitted to",
                    row=row,
                    columns=show(self.apart.columns[way]),
                    level=show(str(level)),
                ),
                _("give the rows of the fit"),
            )
        return codes


def _that_matter(lows: Matrix, apart: Apart, solution: Solution) -> list[bool]:
    """(p + 1,) whether what the doubles of means leave is seen beside the spread of the columns, and of the errors."""
    most = np.abs(lows).max(axis=1, initial=0.0)
    spread = float(solution.rss / max(1, solution.freedom)) ** 0.5
    seen = [] if apart.measure is None else np.abs(apart.measure.T).max(axis=0) * solution.rows**0.5
    return [bool(low * by >= 2.0**-51) for low, by in zip(most, seen)] + [bool(most[-1] >= 2.0**-51 * spread)]
