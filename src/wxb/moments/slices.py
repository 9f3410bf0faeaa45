"""Exact products by ordinary BLAS: cut every number into short slices whose products cannot round.

A float64 product rounds because 53 + 53 bits do not fit in 53. A sum rounds because its terms reach across too many bits.
Cut each column, on a grid of its own, into slices of at most 22 bits:

    x · 2^−e = s₀ + s₁ + s₂ + … ,     s_k an integer multiple of 2^(−22 k)

Over at most 2048 rows every product s_k · s_l and every partial sum of them is then an integer (in units of 2^(−22 (k + l)))
of at most 2^53, so **one** symmetric BLAS product of the stacked slices is exact, whatever the order BLAS sums in. The results are
added as 64-bit integers and carried over into Python's, which have no end. What comes out is not an approximation:
merging, subtracting, chunking and shuffling give the same integers, as a theorem.

The first slice is laid so that the root mean square, not the maximum, is 2^18 to 2^19 (`plan`). The bound is checked afterwards
and costs nothing: by Cauchy and Schwarz no entry or partial sum exceeds the largest diagonal entry, and those are computed
anyway. Rows that need more slices than their column's plan has (a value 10^4 times smaller than the rest, an outlier)
wait in a pool with a plan of its own; a few rows in ten thousand do on continuous data, none on integers. Among hundreds of columns
every third row holds such a number: there the compiled kernel takes what it has over as one more slice of this number alone.

A kernel (`kernels`) does the cutting, multiplying and adding, block by block; what is decided is decided here.

Rejected: slices relative to each block's maximum (needs a pass to find it, and a grid that moves with the chunks);
double-double accumulators (fast, but the last bits then depend on the order).

Source: error-free transformations as in Rump, Ogita, Oishi (2008) and Ozaki et al. (2012), with integer accumulators.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.moments.cutting import Cutter
from wxb.moments.kernels import Kernel
from wxb.moments.ledger import Ledger
from wxb.moments.once import Once
from wxb.moments.plan import CENTRE, LIMIT, MOST_LEVELS, PLANNED, RARE, Plan, make_plan, many, not_finite, times_power
from wxb.moments.sums import Sums

WAITING = 1024, 16 * 1024  # rows that wait before they are added, at least and at most
POOL = 1 << 22  # numbers of rows that wait
MANY = 18  # columns from which sums stay arrays
FEW = 8  # rows for which Python's integers are quicker than a plan


class Slicer:
    """Adds rows of m raw columns to an exact ledger of their products.

    Not a value but a worker: one per thread, fed with blocks; one absorbs the others and is asked once for its ledger.
    """

    def __init__(self, width: int, kernel: Kernel, depth: int = 0, first_plan: Once[Plan] | None = None) -> None:
        self.width = width
        self.depth = depth
        self.ledger = Ledger.empty(width)
        self.low = np.full(width, np.inf)  # (m,) smallest and largest number of each column, complete after `result`
        self.high = np.full(width, -np.inf)
        self._kernel = kernel
        self._alone = kernel.takes_numbers(width)
        self._first_plan = first_plan or Once()
        self._sums: Sums | None = None
        self._pool: list[Matrix] = []
        self._pooled = 0

    def add(self, columns: Sequence[Vector]) -> None:
        """Add n rows given as m columns of n numbers; NumericalError when one is not finite, after which this is no use."""
        if len(columns[0]) <= FEW and self._sums is None:
            if not all(np.isfinite(column).all() for column in columns):
                raise not_finite()
            self.ledger = self.ledger.plus(Ledger.of_rows(columns))
            self._widen([float(c.min()) for c in columns], [float(c.max()) for c in columns])
            return
        with np.errstate(over="ignore", invalid="ignore"):
            if self._sums is None:
                self._adopt(self._first_plan.get(lambda: self._plan([column[:PLANNED] for column in columns])))
            self._add(list(columns))

    def __getstate__(self) -> dict[str, Any]:
        """With the rows that wait added up: what goes to another process holds none."""
        if self._pool:
            self._empty_pool()
        return self.__dict__

    def result(self) -> Ledger:
        """The exact ledger of all rows added."""
        self._settle()
        if self._pool:
            self._empty_pool()
        return self.ledger

    def absorb(self, other: Slicer) -> None:
        """Take over the rows that another slicer of the same columns was given, which is no use afterwards."""
        if self._sums is None and other._sums is not None:
            self._adopt(other._sums.plan)
        if self._sums is not None and other._sums is not None and self._sums.plan is other._sums.plan:
            self._sums.absorb(other._sums)
        else:
            other._settle()
        self.ledger = self.ledger.plus(other.ledger)
        self._widen(other.low, other.high)
        self._pool += other._pool
        self._pooled += other._pooled

    def _plan(self, columns: Sequence[Vector], rare: float = RARE) -> Plan:
        return make_plan(columns, rare, self._alone)

    def _adopt(self, plan: Plan) -> None:
        """Cut by this plan from now on."""
        self._settle()
        self._sums = Sums.under(plan)

    def _settle(self) -> None:
        """Carry the 64-bit sums into the ledger."""
        if self._sums is not None:
            if self.width < MANY:
                made = self._sums.ledger()
            else:
                from wxb.moments.stacked import ledger_of

                made = ledger_of(self._sums)
            self.ledger = self.ledger.plus(made)
            self._widen(self._sums.low, self._sums.high)
            self._sums = None

    def _add(self, columns: list[Vector]) -> None:
        """Add rows under the present plan, deciding about those for which it is not made."""
        start, rows = 0, len(columns[0])
        while start < rows:
            assert self._sums is not None
            step = self._kernel.add(columns, start, self._sums)
            self._set_aside(columns, step.aside)
            start = step.reached + step.undecided
            if step.undecided:
                self._decide([column[step.reached : start] for column in columns])

    def _decide(self, columns: list[Vector]) -> None:
        """Many of these rows do not fit, or their first slices are too large: plan anew, or set the odd ones aside."""
        assert self._sums is not None
        rows = len(columns[0])
        stack, unfit = Cutter(columns, self._sums.plan, rows).cut(0, rows)
        if many(len(unfit), rows) and self._replan(columns):
            return
        self._set_aside(columns, unfit)
        fit = np.delete(np.arange(rows), unfit)
        if len(fit) == 0:
            return
        first = stack[: self.width, fit]
        columns = [column[fit] for column in columns]
        if np.square(first).sum(axis=1).max() < LIMIT:
            self._add(columns)
        else:
            self._too_large(columns)

    def _replan(self, columns: list[Vector]) -> bool:
        """Many rows do not fit: plan anew from them and add them, unless that would change nothing."""
        assert self._sums is not None
        before, plan = self._sums.plan, self._plan(columns)
        if np.array_equal(plan.exponents, before.exponents) and np.array_equal(plan.levels, before.levels):
            return False
        if (plan.levels >= MOST_LEVELS).any() and (before.levels >= MOST_LEVELS).any():
            return False
        self._adopt(plan)
        self._add(columns)
        return True

    def _too_large(self, columns: list[Vector]) -> None:
        """The first slices overflow the bound: set outliers aside when few, else plan anew from this piece."""
        assert self._sums is not None
        scaled = np.array([times_power(c, -e) for c, e in zip(columns, self._sums.plan.exponents.tolist())])
        large = np.abs(scaled) > 2.0 ** (CENTRE + 4)
        aside, keep = np.flatnonzero(large.any(axis=0)), np.flatnonzero(~large.any(axis=0))
        if 0 < len(aside) <= max(2, 0.01 * scaled.shape[1]):
            self._set_aside(columns, aside)
            if len(keep):
                self._add([column[keep] for column in columns])
            return
        self._adopt(self._plan(columns))
        self._add(columns)

    def _set_aside(self, columns: Sequence[Vector], rows: Integers) -> None:
        if len(rows) == 0:
            return
        odd = np.array([column[rows] for column in columns])
        if not np.isfinite(odd).all():
            raise not_finite()
        self._pool.append(odd)
        self._pooled += len(rows)
        least, most = WAITING
        if self._pooled >= max(least, min(most, POOL // self.width)):
            self._empty_pool()

    def _empty_pool(self) -> None:
        """Add the rows set aside: by a slicer of their own first, by Python's integers when that too leaves some."""
        pool = np.concatenate(self._pool, axis=1)
        self._pool, self._pooled = [], 0
        if self.depth >= 2:
            self.ledger = self.ledger.plus(Ledger.of_rows(list(pool)))
            return
        slicer = Slicer(self.width, self._kernel, self.depth + 1)
        with np.errstate(over="ignore", invalid="ignore"):
            slicer._adopt(slicer._plan(list(pool), rare=0.0))
        slicer.add(list(pool))
        self.ledger = self.ledger.plus(slicer.result())

    def _widen(self, low: Vector | list[float], high: Vector | list[float]) -> None:
        np.minimum(self.low, low, out=self.low)
        np.maximum(self.high, high, out=self.high)
