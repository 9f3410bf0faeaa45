"""Rows less the means of their own levels, where the levels' effects were eliminated: no column is made for a level.

    x − x̄_g,   y − ȳ_g        e = (y − ȳ_g) − β·(x − x̄_g)        h = w (1/w_g + |T (x − x̄_g)|²)

The means are those of the exact sums, in pairs of doubles. What is given out are the columns left and their target, then 1/w_g
and the place of the level of each row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.data.block import Block, Column
from wxb.design import Design
from wxb.elimination.levels import as_pair
from wxb.errors import DataError
from wxb.moments.pairs import Pair, divide, subtract
from wxb.passes.statistic import Numbers, Weights
from wxb.printable import show
from wxb.solve import Solution


class Within:
    """A form of blocks of raw columns (`wxb.passes.once_more`).

    design : of the line        solution : of which the levels of a category were eliminated        in_pairs : whether what doubles
        leave of the differences is given too
    """

    def __init__(self, design: Design, solution: Solution, in_pairs: bool) -> None:
        gone: Any = solution.eliminated
        self.in_pairs, self.columns = in_pairs, gone.columns
        names = [one.column for one in design.categories]
        self.column, self.place = gone.column, names.index(gone.column)
        pieces = [p for p in design.pieces if [one.column for one in p.categories] != [gone.column]]
        others = tuple(one for one in design.categories if one.column != gone.column)
        self.rest = replace(design, pieces=tuple(pieces), categories=others)
        self.levels = {level: place for place, level in enumerate(gone.levels)}
        high, low = gone.sums.means([*gone.columns, len(gone.sums.sums) - 1])
        self.means = (np.ascontiguousarray(high.T), np.ascontiguousarray(low.T))
        self.parts = _parts(gone.sums)
        self.lows = _that_matter(self.means[1], solution)
        self._tables: dict[int, tuple[Sequence[object], Integers]] = {}

    def __call__(self, block: Block) -> Numbers:
        codes = self._codes(block)
        labels = (*block.labels[: self.place], *block.labels[self.place + 1 :])
        left = self.rest.dense(replace(block, labels=labels))
        assert left.target is not None
        chosen = [*(left.features[i] for i in self.columns), left.target]
        values, lows = [], {}
        for i, column in enumerate(chosen):
            value, low = self._apart(column, i, codes)
            values.append(value)
            if low is not None:
                lows[i] = low
        lows[len(values)] = self.parts[1][codes]
        values += [self.parts[0][codes], codes.astype(np.float64)]
        return Numbers(values, lows, Weights(block.weights, counts=block.frequency))

    def _apart(self, column: Column, i: int, codes: Integers) -> tuple[Vector, Vector | None]:
        """x − x̄, and where it is wanted what its double leaves."""
        mean = self.means[0][i][codes]
        if self.in_pairs:
            low = np.zeros(len(column.values)) if column.low is None else column.low
            return subtract((np.ascontiguousarray(column.values), low), (mean, self.means[1][i][codes]))
        apart = np.subtract(
            column.values, mean, out=mean
        )  # exact where the two are near; else rounded as any difference
        if self.lows[i]:
            apart -= self.means[1][i][codes]
        if column.low is not None:
            apart += column.low
        return apart, None

    def _codes(self, block: Block) -> Integers:
        """(n,) place of each row's level."""
        labels = block.labels[self.place]
        known = self._tables.get(id(labels.values))
        if known is None or known[0] is not labels.values:
            table = np.array([self.levels.get(value, -1) for value in labels.values], dtype=np.int64)
            known = (labels.values, table)
            if len(self._tables) > 64:
                self._tables.clear()
            self._tables[id(labels.values)] = known
        codes = known[1][labels.codes]
        if len(bad := np.flatnonzero(codes < 0)):
            row, level = block.row_numbers()[bad[0]] + 1, labels.values[labels.codes[bad[0]]]
            raise DataError(
                f"row {row}: {show(self.column)} is {show(str(level))}, a level that the model was not fitted to",
                "give the rows of the fit",
            )
        return codes


def _that_matter(lows: Matrix, solution: Solution) -> list[bool]:
    """(p + 1,) whether what the doubles of means leave is seen beside the spread of the columns, and of the errors."""
    gone: Any = solution.eliminated
    most = np.abs(lows).max(axis=1, initial=0.0)
    spread = float(solution.rss / max(1, solution.freedom)) ** 0.5
    seen = [] if gone.measure is None else np.abs(gone.measure.T).max(axis=0) * solution.rows**0.5
    return [bool(low * by >= 2.0**-51) for low, by in zip(most, seen)] + [bool(most[-1] >= 2.0**-51 * spread)]


def _parts(sums: Any) -> Pair:
    """(G,) 1/w in pairs."""
    weights = as_pair(sums.weights, 2 * sums.half)
    return divide((np.ones(len(weights[0])), np.zeros(len(weights[0]))), weights)
