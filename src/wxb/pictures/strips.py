"""Errors of rows side by side along a column, where there are too many to be drawn one by one: how they spread, strip by strip.

A strip is a part of the column, all of one width; of a category each level is one. Of points its numbers follow from the rows, of
cells from their counts: a quantile lies within a cell, where rows are taken to be spread evenly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.passes.binned import Cloud
from wxb.pictures.smooth import LEAST_GROUP, SMALLEST

SHARES = np.array([0.05, 0.25, 0.75, 0.95])
LEVEL_WIDTH = 0.6  # of a category, where levels are 1 apart


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Strips:
    """x : (k,) their middles        width : of each        rows : (k,)        quantiles : (k, 4) errors at `SHARES`

    squares : (k,) the mean square of the errors, NaN where cells do not have it
    """

    x: Vector
    width: float
    rows: Integers
    quantiles: Matrix
    squares: Vector

    @property
    def shown(self) -> Strips:
        """Those with enough rows to say something of."""
        many = self.rows >= max(LEAST_GROUP, int(self.rows.sum()) // SMALLEST)
        return Strips(
            x=self.x[many],
            width=self.width,
            rows=self.rows[many],
            quantiles=self.quantiles[many],
            squares=self.squares[many],
        )


def strips(errors: Cloud, most: int, *, is_category: bool = False) -> Strips:
    """At most so many, from left to right.  errors : of the column and the error; of a category rows stand about their level"""
    return (_of_points if errors.cells is None else _of_cells)(errors, most, is_category)


def _of_points(errors: Cloud, most: int, is_category: bool) -> Strips:
    low, high = errors.low[0], errors.high[0]
    x, width, places = _cut(errors.x, low, (high - low) / most, most, is_category)
    groups = [errors.y[places == one] for one in range(len(x))]
    none = np.full(len(SHARES), np.nan)
    quantiles = [np.quantile(group, SHARES, method="inverted_cdf") if len(group) else none for group in groups]
    return Strips(
        x=x,
        width=width,
        rows=np.array([len(group) for group in groups], dtype=np.int64),
        quantiles=np.array(quantiles).reshape(-1, len(SHARES)),
        squares=np.array([float(np.mean(group**2)) if len(group) else np.nan for group in groups]),
    )


def _of_cells(errors: Cloud, most: int, is_category: bool) -> Strips:
    assert errors.cells is not None
    cells = errors.cells
    together = -(-len(cells.counts) // most)
    x, width, places = _cut(cells.centres, cells.low[0], together * cells.width[0], most, is_category)
    counts = np.zeros((len(x), cells.counts.shape[1]), dtype=np.int64)
    np.add.at(counts, places, cells.counts)
    rows = counts.sum(axis=1)
    squares = np.full(len(x), np.nan)
    if cells.means is not None:
        sums = np.zeros(len(x))
        np.add.at(sums, places, np.nan_to_num(cells.means) * cells.counts.sum(axis=1))
        squares = np.divide(sums, rows, out=squares, where=rows > 0)
    quantiles = np.array([_quantiles(one, cells.low[1], cells.width[1]) for one in counts]).reshape(-1, len(SHARES))
    return Strips(
        x=x, width=width, rows=rows, quantiles=np.clip(quantiles, errors.low[1], errors.high[1]), squares=squares
    )


def _cut(x: Vector, low: float, width: float, most: int, is_category: bool) -> tuple[Vector, float, Integers]:
    """Middles of the strips, their width, and in which of them each number is."""
    if is_category:
        levels = np.rint(x)
        found, places = np.unique(levels, return_inverse=True)
        return found, LEVEL_WIDTH, places.ravel()
    if not width > 0:
        return np.array([low]), 0.0, np.zeros(len(x), dtype=np.int64)
    places = np.clip(np.floor((x - low) / width), 0, most - 1).astype(np.int64)
    count = int(places.max(initial=-1)) + 1
    middles = np.asarray(low + width * (np.arange(count) + 0.5), dtype=np.float64)
    return middles, width, places


def _quantiles(counts: Integers, low: float, width: float) -> Vector:
    """(4,) of a column of cells, NaN of one without rows."""
    upto = np.cumsum(counts)
    if not upto[-1]:
        return np.full(len(SHARES), np.nan)
    wanted = SHARES * upto[-1]
    cell = np.searchsorted(upto, wanted)
    before = upto[cell] - counts[cell]
    return np.asarray(low + width * (cell + (wanted - before) / counts[cell]), dtype=np.float64)
