"""`precision="fast"`: the same moments from plain shifted float64 sums, as quick as the memory allows.

    S = Σ w (z − c)(z − c)ᵀ,   s = Σ w (z − c),     c = the means of the first rows

The shift takes away the part of the squares that would drown the rest; what rounding can have done is bounded (`noise`), and
`model.digits` is what that bound leaves. The float64 results are solved as they are where that costs no digits
(`wxb.solve.rounded`); elsewhere they are taken as exact and shifted back in integers, so that all downstream is the same road.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from wxb._typing import Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments.kernels import Kernel
from wxb.moments.ledger import Ledger
from wxb.moments.log_weights import log_units
from wxb.moments.noise import LEAST_WEIGHT, MOST_WEIGHT, Noise
from wxb.moments.once import Once

FIRST = 2048  # rows whose means are the point summed around


class FastCollector:
    """Rounded Σ w z zᵀ of z = (1, columns…), fed block by block; the same face as `Collector`."""

    precision = "fast"

    def __init__(self, width: int, kernel: Kernel) -> None:
        self.width = width
        self._kernel = kernel
        self.rows = self.log_weights = 0
        self._origin: Once[Vector] = Once()
        self._shift: Vector | None = None
        self._stretches, self._longest = 0, 0
        self._safe = True
        self._sum = np.zeros((width + 1, width + 1))

    def add(
        self,
        columns: Sequence[Vector],
        lows: Mapping[int, Vector],
        weights: Vector | None = None,
        *,
        second: Vector | None = None,
        counts: Vector | None = None,
    ) -> None:
        """Add n rows; `counts` (n,) says how often each is there; `second`, less than the rounding of a weight, is left aside."""
        rows = len(columns[0])
        if rows == 0:
            return
        if self._shift is None:
            self._shift = self._origin.get(lambda: _means(columns))
        if weights is not None:
            self.log_weights += log_units(weights, counts)
            positive = weights[weights > 0]
            self._safe &= not len(positive) or bool(LEAST_WEIGHT < positive.min() <= positive.max() < MOST_WEIGHT)
        self.rows += _count(rows, weights, counts)
        if counts is not None:  # with `second`, two roundings more, for which the bound has room
            weights = counts if weights is None else weights * counts
        shift = self._shift
        if lows:
            # The first difference of a pair is exact, or so large that the low part is within a rounding of it.
            columns = [(c - shift[i]) + lows[i] if i in lows else c for i, c in enumerate(columns)]
            shift = np.array([0.0 if i in lows else c for i, c in enumerate(shift)])
        self._stretches += -(-rows // self._kernel.stretch)
        self._longest = max(self._longest, min(rows, self._kernel.stretch) + 8)
        with np.errstate(over="ignore", invalid="ignore"):  # `result` looks whether the sums are finite
            self._kernel.add_shifted(list(columns), shift, weights, self._sum)

    def begin(self, columns: Sequence[Vector]) -> None:
        """Sum about the means of these rows, here and in every sibling."""
        self._origin.get(lambda: _means(columns))

    def sibling(self) -> FastCollector:
        """An empty collector for other rows of the same columns, on another thread."""
        other = FastCollector(self.width, self._kernel)
        other._origin = self._origin
        return other

    def absorb(self, other: FastCollector) -> None:
        """Take over the rows of a sibling."""
        self.rows += other.rows
        self.log_weights += other.log_weights
        self._shift = self._shift if other._shift is None else other._shift
        self._stretches += other._stretches + 1
        self._longest = max(self._longest, other._longest)
        self._safe &= other._safe
        self._sum += other._sum

    def noise(self) -> Noise | None:
        """What the sums may have lost; None where weights so small or large are among them that nothing is proven."""
        if self._shift is None:
            return Noise(origin=(0.0,) * (self.width + 1), slack=(0.0,) * (self.width + 1))
        if not self._safe:
            return None
        squares = self._sum.diagonal()
        if not np.isfinite(squares).all():
            return None
        additions = self._longest + self._stretches
        return Noise.of_sums([0.0, *self._shift.tolist()], squares.tolist(), additions, self.rows)

    def result(self) -> Ledger:
        """The sums, which are shifted back when their integers are asked for."""
        width = self.width + 1
        if self._shift is None:
            return Ledger.empty(width)
        if not np.isfinite(self._sum).all():
            raise NumericalError(
                _('the sums of squares overflow with `precision="fast"`'),
                _('use `precision="exact"`, which has no such limit'),
            )
        from wxb.moments.shifted import ShiftedLedger

        origin = np.concatenate([[0.0], self._shift])
        return ShiftedLedger(origin, np.triu(self._sum) + np.triu(self._sum, 1).T)


def _count(rows: int, weights: Vector | None, counts: Vector | None) -> int:
    """n, of rows of positive weight."""
    if counts is not None:
        return sum(map(int, (counts if weights is None else counts[weights > 0]).tolist()))
    return rows if weights is None else int(np.count_nonzero(weights))


def _means(columns: Sequence[Vector]) -> Vector:
    """Of the first rows; 0 where that is not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        means = np.array([float(np.mean(column[:FIRST])) for column in columns])
    return np.where(np.isfinite(means), means, 0.0)
