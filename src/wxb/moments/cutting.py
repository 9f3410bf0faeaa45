"""Cutting columns into slices with NumPy, a piece of their rows at a time.

    x · 2^−e = s₀ + s₁ + s₂ + … ,     s_k = (rest + c) − c with c = 1.5 · 2^(52 − 22 k), a multiple of 2^(−22 k)

The slices of all columns lie in one stack (s, n), level by level, within a level in the plan's order. A row does not fit when a
number of it is more than the sum of its slices, was lost by scaling, or is not finite.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector
from wxb.moments.plan import Plan, constant_of, times_power

Run = tuple[int, Matrix]  # first column, and it and those after it as rows of a matrix

TINY = 2.0**-1022  # numbers below have fewer bits


class Cutter:
    """Cuts pieces of m columns of n numbers by one plan, into buffers that every piece overwrites.

    most : rows of the longest piece
    low, high : (m,) smallest and largest number of each column in the last piece
    """

    def __init__(self, columns: Sequence[Vector], plan: Plan, most: int) -> None:
        self._columns, self._plan = columns, plan
        self._exponents, self._order = plan.exponents.tolist(), plan.order.tolist()
        self._stack = np.empty((plan.height, most))
        self._rest = np.empty((len(columns), most))
        self._over = np.empty((len(columns), most), dtype=np.bool_)
        self._runs = _in_order(find_runs(columns), plan) if len(columns[0]) >= most else []
        self._together = {self._order[row + i] for row, matrix, _ in self._runs for i in range(len(matrix))}
        self.low, self.high = np.empty(len(columns)), np.empty(len(columns))

    def cut(self, start: int, stop: int) -> tuple[Matrix, Integers]:
        """The slices (s, stop − start) of some rows, and which of them, counted from `start`, do not fit."""
        rows = slice(0, stop - start)
        rest, over, stack = self._rest[:, rows], self._over[:, rows], self._stack[:, rows]
        piece = [column[start:stop] for column in self._columns]
        lost = self._scale(piece, slice(start, stop), rest)
        self._look(piece, rest, lost)
        self._cut(stack, rest, over)
        unfit = np.logical_or.reduce(over, axis=0)
        for column in lost:
            unfit |= (piece[column] != 0) & (np.abs(piece[column]) < 1.0)
        return stack, np.flatnonzero(unfit)

    def _scale(self, piece: Sequence[Vector], rows: slice, out: Matrix) -> list[int]:
        """out ← piece · 2^−e in the plan's order; returns the columns in which a number vanished by it."""
        for row, matrix, factors in self._runs:
            np.multiply(matrix[:, rows], factors, out=out[row : row + len(matrix)])
        lost = []
        for row, column in enumerate(self._order):
            exponent = self._exponents[column]
            if column not in self._together:
                times_power(piece[column], -exponent, out[row])
            if exponent > 0 and np.count_nonzero(out[row]) != np.count_nonzero(piece[column]):
                lost.append(column)
        return lost

    def _look(self, piece: Sequence[Vector], scaled: Matrix, lost: list[int]) -> None:
        """low, high ← the range of the piece, from the scaled numbers unless scaling changed more than the exponent."""
        low, high = scaled.min(axis=1), scaled.max(axis=1)
        ends = np.abs(np.concatenate([low, high]))
        if lost or not (((ends >= TINY) | (ends == 0)) & (ends < np.inf)).all():
            self.low[:], self.high[:] = [c.min() for c in piece], [c.max() for c in piece]
            return
        order = self._plan.order
        self.low[order] = np.ldexp(low, self._plan.exponents[order])
        self.high[order] = np.ldexp(high, self._plan.exponents[order])

    def _cut(self, stack: Matrix, rest: Matrix, over: NDArray[np.bool_]) -> None:
        """stack ← slices of `rest`, level by level; over ← where a number is more than the sum of its slices."""
        top = 0
        counts = (*self._plan.counts, 0)
        for level, count in enumerate(self._plan.counts):
            constant, going_on = constant_of(level), counts[level + 1]
            slices = stack[top : top + count]
            np.add(rest[:count], constant, out=slices)
            np.subtract(slices, constant, out=slices)
            np.not_equal(rest[going_on:count], slices[going_on:], out=over[going_on:count])
            np.subtract(rest[:going_on], slices[:going_on], out=rest[:going_on])
            top += count


def find_runs(columns: Sequence[Vector]) -> list[Run]:
    """Columns that follow each other evenly in memory, as matrices (k, n) with a column in each row.

    The columns of a row-major X are read n times from end to end when taken one by one, once when taken together.
    """
    runs: list[Run] = []
    start = 0
    places = [column.__array_interface__["data"][0] for column in columns]
    while start < len(columns):
        stop = start + 1
        step = places[stop] - places[start] if stop < len(columns) else 0
        while stop < len(columns) and 0 < step < columns[start].strides[0] and places[stop] - places[stop - 1] == step:
            if columns[stop].strides != columns[start].strides or columns[stop].base is not columns[start].base:
                break
            stop += 1
        if stop - start > 1:
            shape, strides = (stop - start, len(columns[start])), (step, columns[start].strides[0])
            runs.append((start, np.lib.stride_tricks.as_strided(columns[start], shape, strides, writeable=False)))
        start = stop
    return runs


def _in_order(runs: Sequence[Run], plan: Plan) -> list[tuple[int, Matrix, Matrix]]:
    """Runs that also follow each other in the plan and scale by doubles: first row there, matrix (k, n), factors (k, 1)."""
    chosen = []
    order = plan.order.tolist()
    for first, matrix in runs:
        last, row = first + len(matrix), order.index(first)
        exponents = plan.exponents[first:last]
        if order[row : row + len(matrix)] == list(range(first, last)) and (np.abs(exponents) < 1000).all():
            chosen.append((row, matrix, np.ldexp(1.0, -exponents)[:, None]))
    return chosen
