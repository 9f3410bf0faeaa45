"""Exact products by ordinary BLAS: cut every number into short slices whose products cannot round.

A float64 product rounds because 53 + 53 bits do not fit in 53. A sum rounds because its terms reach across too many bits.
Cut each column, on a grid of its own, into slices of at most 22 bits:

    x · 2^−e = s₀ + s₁ + s₂ + … ,     s_k an integer multiple of 2^(−22 k)

Over at most 2048 rows every product s_k · s_l and every partial sum of them is then an integer (in units of 2^(−22 (k + l)))
of at most 2^53, so **one** symmetric BLAS product of the stacked slices is exact, whatever the order BLAS sums in. The results are
added as 64-bit integers and carried over into Python's, which have no end. What comes out is not an approximation:
merging, subtracting, chunking and shuffling give the same integers, as a theorem.

The first slice is laid so that the root mean square, not the maximum, is near 2^20 (`plan`). The bound is checked afterwards
and costs nothing: by Cauchy and Schwarz no entry or partial sum exceeds the largest diagonal entry, and those are computed
anyway. Rows that need more slices than their column's plan has (a value 10^4 times smaller than the rest, an outlier)
wait in a pool with a plan of its own; a few rows in ten thousand do on continuous data, none on integers.

Rejected: slices relative to each block's maximum (needs a pass to find it, and a grid that moves with the chunks);
double-double accumulators (fast, but the last bits then depend on the order).

Source: error-free transformations as in Rump, Ogita, Oishi (2008) and Ozaki et al. (2012), with integer accumulators.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wxb.moments import compiled
from wxb.moments.ledger import Ledger
from wxb.moments.once import Once
from wxb.moments.plan import (
    BITS,
    CENTRE,
    MOST_LEVELS,
    PLANNED,
    Plan,
    constant_of,
    make_plan,
    not_finite,
    times_power,
)

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Run = tuple[int, Matrix]  # first column, and it and those after it as rows of a matrix

ROWS = 1024  # rows of one product: 22 + 22 − 2 bits of a product and 10 of the sum
NARROW_ROWS, NARROW = 2048, 16  # the same for few columns, 11 bits of the sum: 2^53 is reached, never passed
LIMIT = 2.0**53
TINY = 2.0**-1022  # numbers below have fewer bits
POOL = 1 << 22  # numbers of rows that wait
CARRY = 256  # products added as int64 before their upper part moves on: 2^8 · 2^53 < 2^63
LOW_BITS = 40  # what stays below
ASIDE = 4096  # rows the compiled loop may set aside at a time
FEW = 8  # rows for which Python's integers are quicker than a plan


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


class Slicer:
    """Adds rows of m raw columns to an exact ledger of their products.

    Not a value but a worker: one per thread, fed with blocks; one absorbs the others and is asked once for its ledger.
    """

    def __init__(self, width: int, depth: int = 0, first_plan: Once[Plan] | None = None) -> None:
        self.width = width
        self.depth = depth
        self._first_plan = first_plan or Once()
        self.most = NARROW_ROWS if width <= NARROW else ROWS
        self.ledger = Ledger.empty(width)
        self.plan: Plan | None = None
        self._pool: list[Matrix] = []
        self._pooled = 0
        self.low = np.full(width, np.inf)  # (m,) smallest and largest number of each column so far
        self.high = np.full(width, -np.inf)

    def add(self, columns: Sequence[Vector]) -> None:
        """Add n rows given as m columns of n numbers; NumericalError when one is not finite, after which this is no use."""
        rows = len(columns[0])
        if rows <= FEW and self.plan is None:
            if not all(np.isfinite(column).all() for column in columns):
                raise not_finite()
            self.ledger.add_integers(columns)
            self._widen([float(c.min()) for c in columns], [float(c.max()) for c in columns])
            return
        with np.errstate(over="ignore", invalid="ignore"):
            if self.plan is None:
                self._adopt(self._first_plan.get(lambda: make_plan([column[:PLANNED] for column in columns])))
            if compiled.kernel is None:
                self._add_pieces(columns)
            else:
                self._add_compiled(list(columns))

    def result(self) -> Ledger:
        """The exact ledger of all rows added."""
        self._carry()
        if self._pool:
            self._empty_pool()
        return self.ledger

    def absorb(self, other: Slicer) -> None:
        """Take over the rows that another slicer of the same columns was given, which is no use afterwards."""
        if self.plan is None and other.plan is not None:
            self._adopt(other.plan)
        if other.plan is self.plan and self.plan is not None:
            _carry_low(*self._sums)
            _carry_low(*other._sums)
            self._sums[0][...] += other._sums[0]
            self._sums[1][...] += 1
            np.minimum(self._low, other._low, out=self._low)
            np.maximum(self._high, other._high, out=self._high)
        else:
            other._carry()
        self.ledger.add(other.ledger)
        self._widen(other.low, other.high)
        self._pool += other._pool
        self._pooled += other._pooled

    def _add_pieces(self, columns: Sequence[Vector]) -> None:
        runs = find_runs(columns) if len(columns[0]) >= self.most else []
        for start in range(0, len(columns[0]), self.most):
            stop = start + self.most
            piece = [column[start:stop] for column in columns]
            self._add_piece(piece, [(first, matrix[:, start:stop]) for first, matrix in runs])

    def _add_compiled(self, columns: list[Vector]) -> None:
        """The same by the compiled loop, which hands back the rows that need a decision."""
        kernel = compiled.kernel
        assert self.plan is not None
        start, rows = 0, len(columns[0])
        while start < rows:
            care = None in self._factors  # a scale that is no double
            if not care:
                start, found, care = kernel.add(
                    columns,
                    start,
                    self.plan.order,
                    np.array(self._factors),
                    np.array(self.plan.counts),
                    *self._sums,
                    self.low,
                    self.high,
                    self._aside,
                )
                self._set_aside(columns, self._aside[:found])
            if care:
                stop = start + kernel.ROWS
                self._add_piece([column[start:stop] for column in columns])
                start = stop

    def _adopt(self, plan: Plan) -> None:
        self._carry()
        self.plan = plan
        height = plan.height
        self._stack = np.empty((height, self.most))
        self._rest = np.empty((self.width, self.most))
        self._over = np.empty((self.width, self.most), dtype=np.bool_)
        self._product = np.empty((height, height))
        # Low and high part of the sums, upper triangle; products added since the low part was last carried over.
        self._sums = (np.zeros((2, height, height), dtype=np.int64), np.zeros(1, dtype=np.int64))
        self._aside = np.empty(ASIDE, dtype=np.int64)
        self._low, self._high = np.full(self.width, np.inf), np.full(self.width, -np.inf)
        self._factors = [float(np.ldexp(1.0, -e)) if -1000 < e < 1000 else None for e in plan.exponents.tolist()]
        self._order = plan.order.tolist()

    def _add_piece(self, columns: Sequence[Vector], runs: Sequence[Run] = ()) -> None:
        """Add at most `most` rows: cut, set aside the rows that do not fit, multiply, add."""
        assert self.plan is not None
        rows = len(columns[0])
        stack, rest, over = self._stack[:, :rows], self._rest[:, :rows], self._over[:, :rows]
        lost = self._scale_into(columns, runs, rest)
        self._note_range(columns, rest, bool(lost))
        self._cut(stack, rest, over)
        aside = self._unfinished(over, columns, lost)
        if len(aside):
            if len(aside) > max(8, 0.1 * rows) and self._replan(columns):
                return
            self._set_aside(columns, aside)
            stack[:, aside] = 0.0
        product = np.dot(stack, stack.T, out=self._product)
        if not product.diagonal()[: self.width].max() < LIMIT:  # at 2^53 itself a sum may already have lost ones
            if len(aside) < rows:
                self._too_large([np.delete(column, aside) for column in columns])
            return
        np.multiply(product, self.plan.scale, out=product)
        (low, _), pending = self._sums
        low += product.astype(np.int64)
        pending += 1
        if pending == CARRY:
            _carry_low(*self._sums)

    def _scale_into(self, columns: Sequence[Vector], runs: Sequence[Run], out: Matrix) -> list[int]:
        """out ← columns · 2^−e in the plan's order; returns the columns in which a number vanished by it."""
        assert self.plan is not None
        lost: list[int] = []
        together = self._scale_runs(runs, out)
        for row, column in enumerate(self._order):
            factor = self._factors[column]
            if factor is None:
                times_power(columns[column], -int(self.plan.exponents[column]), out[row])
            elif column not in together:
                np.multiply(columns[column], factor, out=out[row])
            shrinks = self.plan.exponents[column] > 0
            if shrinks and np.count_nonzero(out[row]) != np.count_nonzero(columns[column]):
                lost.append(column)
        return lost

    def _scale_runs(self, runs: Sequence[Run], out: Matrix) -> set[int]:
        """Scale columns that lie evenly in memory and follow each other in the plan by one product; says which."""
        together: set[int] = set()
        for first, matrix in runs:
            some = range(first, first + len(matrix))
            row = self._order.index(first)
            factors = self._factors[first : first + len(matrix)]
            if self._order[row : row + len(matrix)] == list(some) and None not in factors:
                np.multiply(matrix, np.array(factors)[:, None], out=out[row : row + len(matrix)])
                together.update(some)
        return together

    def _unfinished(self, over: NDArray[np.bool_], columns: Sequence[Vector], lost: list[int]) -> NDArray[np.int64]:
        """Rows with something over after the last slice, or a tiny number that may have vanished by scaling."""
        rows = np.logical_or.reduce(over, axis=0)
        for column in lost:
            rows |= (columns[column] != 0) & (np.abs(columns[column]) < 1.0)
        return np.flatnonzero(rows)

    def _cut(self, stack: Matrix, rest: Matrix, over: NDArray[np.bool_]) -> None:
        """stack ← slices of `rest`, level by level; over ← where a number is more than the sum of its slices."""
        assert self.plan is not None
        top = 0
        counts = (*self.plan.counts, 0)
        for level, count in enumerate(self.plan.counts):
            constant, going_on = constant_of(level), counts[level + 1]
            slices = stack[top : top + count]
            np.add(rest[:count], constant, out=slices)
            np.subtract(slices, constant, out=slices)
            np.not_equal(rest[going_on:count], slices[going_on:], out=over[going_on:count])
            np.subtract(rest[:going_on], slices[:going_on], out=rest[:going_on])
            top += count

    def _replan(self, columns: Sequence[Vector]) -> bool:
        """Many rows do not fit: plan anew from them, unless that would change nothing."""
        assert self.plan is not None
        plan = make_plan(columns)
        same = np.array_equal(plan.exponents, self.plan.exponents) and np.array_equal(plan.levels, self.plan.levels)
        if same:
            return False
        if (plan.levels >= MOST_LEVELS).any() and (self.plan.levels >= MOST_LEVELS).any():
            return False
        self._adopt(plan)
        self._add_piece(columns)
        return True

    def _too_large(self, columns: Sequence[Vector]) -> None:
        """The first slices overflow the bound: set outliers aside when few, else plan anew from this piece."""
        assert self.plan is not None
        scaled = np.array([times_power(c, -e) for c, e in zip(columns, self.plan.exponents.tolist())])
        large = np.abs(scaled) > 2.0 ** (CENTRE + 4)
        aside, keep = np.flatnonzero(large.any(axis=0)), np.flatnonzero(~large.any(axis=0))
        if 0 < len(aside) <= max(2, 0.01 * scaled.shape[1]):
            self._set_aside(columns, aside)
            if len(keep):
                self._add_piece([column[keep] for column in columns])
            return
        self._adopt(make_plan(columns))
        self._add_piece(columns)

    def _set_aside(self, columns: Sequence[Vector], rows: NDArray[np.int64]) -> None:
        if len(rows) == 0:
            return
        odd = np.array([column[rows] for column in columns])
        if not np.isfinite(odd).all():
            raise not_finite()
        self._pool.append(odd)
        self._pooled += len(rows)
        if self._pooled >= max(ROWS, min(16 * ROWS, POOL // self.width)):
            self._empty_pool()

    def _empty_pool(self) -> None:
        """Add the rows set aside: by a slicer of their own first, by Python's integers when that too leaves some."""
        pool = np.concatenate(self._pool, axis=1)
        self._pool, self._pooled = [], 0
        if self.depth >= 2:
            self.ledger.add_integers(list(pool))
            return
        slicer = Slicer(self.width, self.depth + 1)
        with np.errstate(over="ignore", invalid="ignore"):
            slicer._adopt(make_plan(list(pool), rare=0.0))
        slicer.add(list(pool))
        self.ledger.add(slicer.result())

    def _carry(self) -> None:
        """Move the 64-bit sums into the ledger."""
        if self.plan is None:
            return
        sums, pending = self._sums
        deepest = len(self.plan.counts) - 1
        self.ledger.add(Ledger([int(e) - BITS * deepest for e in self.plan.exponents], _folded(sums, self.plan)))
        sums[...] = 0
        pending[:] = 0
        width = self.width
        order, exponents = self.plan.order, self.plan.exponents[self.plan.order]
        low, high = np.empty(width), np.empty(width)
        low[order], high[order] = np.ldexp(self._low, exponents), np.ldexp(self._high, exponents)
        self._widen(low, high)

    def _note_range(self, columns: Sequence[Vector], scaled: Matrix, lost: bool) -> None:
        """Smallest and largest number of each column, from the scaled ones unless scaling changed more than the exponent."""
        low, high = scaled.min(axis=1), scaled.max(axis=1)
        ends = np.abs(np.concatenate([low, high]))
        if lost or not (((ends >= TINY) | (ends == 0)) & (ends < np.inf)).all():
            self._widen([float(c.min()) for c in columns], [float(c.max()) for c in columns])
            return
        np.minimum(self._low, low, out=self._low)
        np.maximum(self._high, high, out=self._high)

    def _widen(self, low: Vector | list[float], high: Vector | list[float]) -> None:
        np.minimum(self.low, low, out=self.low)
        np.maximum(self.high, high, out=self.high)


def _carry_low(sums: NDArray[np.int64], pending: NDArray[np.int64]) -> None:
    """Move all but the lowest bits of the low part (2, s, s) to the high part."""
    low, high = sums
    high += low >> LOW_BITS
    low &= (1 << LOW_BITS) - 1
    pending[:] = 0


def _folded(sums: NDArray[np.int64], plan: Plan) -> list[list[int]]:
    """(m, m) integers Σ z_i z_j in units of the deepest slices, from the sums of slices (2, s, s), upper triangle."""
    low, high = np.triu(sums) + np.triu(sums, 1).transpose(0, 2, 1)
    width, deepest = len(plan.order), len(plan.counts) - 1
    digits = np.zeros((2 * deepest + 5, width, width), dtype=np.int64)  # of 22 bits, the last first
    tops = np.concatenate([[0], np.cumsum(plan.counts)]).tolist()
    for k, rows in enumerate(plan.counts):
        for other, columns in enumerate(plan.counts):
            cells = np.s_[tops[k] : tops[k + 1], tops[other] : tops[other + 1]]
            place = 2 * deepest - k - other
            upper = high[cells]
            digits[place, :rows, :columns] += low[cells]
            # 2^40 · upper = 2^(22 + 18) · its lower 26 bits + 2^(22 · 3) · the rest
            digits[place + 1, :rows, :columns] += (upper & ((1 << 26) - 1)) << 18
            digits[place + 3, :rows, :columns] += upper >> 26
    for place in range(len(digits) - 1):
        digits[place + 1] += digits[place] >> BITS
        digits[place] &= (1 << BITS) - 1
    pairs = digits[0:-1:2] + (digits[1::2] << BITS)
    values = digits[-1].astype(object)
    for pair in pairs[::-1]:
        values = (values << (2 * BITS)) + pair
    back = np.empty(width, dtype=np.int64)
    back[plan.order] = np.arange(width)
    return values[back][:, back].tolist()
