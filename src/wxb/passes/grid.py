"""A two-way histogram that grows with its rows: how many lie in each cell, whatever the range turns out to be.

    bins of an axis: ⌊x / 2^k⌋, with the least k that leaves at most `BINS` of them between the least and the largest number

No range need be known beforehand: when one is left the bins are merged in pairs, and ⌊⌊x / 2^j⌋ / 2^(k−j)⌋ is ⌊x / 2^k⌋. So
the counts follow from the numbers alone: blocks, threads, their order and files leave no trace. Means of bins are sums of whole
multiples of a power of two, which are exact in any order too. Memory is that of the grid, whatever the rows.

Rejected: bins of the fit's ranges (a model need not hold them, and errors have none beforehand), equal counts (a second pass).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor, frexp, ldexp

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.moments.kernels import Beside, Bins, Counted, Kernel, choose

FINE = 1 << 14  # bins of a column alone
BINS = 1 << 7  # of an axis at most, and more than half as many where the numbers differ enough
LEAST = -1000  # exponent of the narrowest bins


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cells:
    """low : (2,) where the first bins of x and y begin        width : (2,) of each bin        counts : (nx, ny) rows

    means : (nx,) of what was averaged in each bin of x, NaN where there is none; None where nothing was
    """

    low: tuple[float, float]
    width: tuple[float, float]
    counts: Integers
    means: Vector | None = None

    @property
    def centres(self) -> Vector:
        """(nx,) of the bins of x."""
        return self.low[0] + self.width[0] * (np.arange(len(self.counts), dtype=np.float64) + 0.5)

    def filled(self, most: int) -> tuple[Matrix, Vector, tuple[float, float]]:
        """Centres (k, 2) of at most so many cells with rows, their counts (k,), their size: bins are merged until they are few."""
        counts, width = self.counts, self.width
        while np.count_nonzero(counts) > most:
            axis = int(counts.shape[1] > counts.shape[0])
            counts = np.add.reduceat(counts, np.arange(0, counts.shape[axis], 2), axis=axis)
            width = (width[0] * (2 - axis), width[1] * (1 + axis))
        i, j = np.nonzero(counts)
        places = np.column_stack([i, j]).astype(np.float64)
        centres = np.array(self.low) + np.array(width) * (places + 0.5)
        return centres, counts[i, j].astype(np.float64), width


@dataclass(slots=True)
class Axis:
    """The range of the numbers so far, and their bins: ⌊x / 2^exponent⌋ − first, at most `most` of them."""

    low: float = np.inf
    high: float = -np.inf
    exponent: int = LEAST
    first: int = 0
    most: int = BINS

    def stretched(self, low: float, high: float) -> Axis:
        """The axis of these numbers too."""
        low, high = min(low, self.low), max(high, self.high)
        if low > high:
            return Axis(most=self.most)
        __, size = frexp(max(abs(low), abs(high)))
        least = max(LEAST, size - 53)  # so that every bin has a whole number that a float64 holds
        width = (high / 2 - low / 2) / (self.most / 2)
        exponent = max(least, frexp(width)[1] - 2) if width else least
        while _bin(high, exponent) - _bin(low, exponent) >= self.most:
            exponent += 1
        return Axis(low, high, exponent, _bin(low, exponent), self.most)

    @property
    def as_numbers(self) -> tuple[float, float, float, float]:
        """(scale, first, low, high)"""
        return ldexp(1.0, -self.exponent), float(self.first), self.low, self.high

    def is_cut_as(self, other: Axis) -> bool:
        return (self.exponent, self.first) == (other.exponent, other.first)

    @property
    def bins(self) -> int:
        return _bin(self.high, self.exponent) - self.first + 1

    def places(self, other: Axis) -> Integers:
        """(most,) where bins of another axis, no wider and within this one, went."""
        moved = (np.arange(self.most) + other.first) >> (self.exponent - other.exponent)
        return np.clip(moved - self.first, 0, self.most - 1)


def _bin(value: float, exponent: int) -> int:
    scaled = ldexp(value, -exponent)
    return -1 if scaled == 0 and value < 0 else floor(scaled)


@dataclass(slots=True)
class Histogram:
    """How many rows lie in each cell of one or two axes.

    counts : (most,) for each axis        sums : (most,) of what is averaged, by bin of the first
    """

    axes: tuple[Axis, ...]
    kernel: Kernel = field(default_factory=choose)
    counts: Integers = field(init=False)
    sums: Integers = field(init=False)

    def __post_init__(self) -> None:
        self.counts = np.zeros([axis.most for axis in self.axes], dtype=np.int64)
        self.sums = np.zeros(self.axes[0].most, dtype=np.int64)

    def add(self, columns: Sequence[Vector], more: Beside) -> None:
        start, rows = 0, len(columns[0])
        if self.is_empty and rows:
            self._stretch([_range(column) for column in columns])
        while (start := self._count(columns, start, more)) < rows:
            self._stretch([_range(column[start:]) for column in columns])

    @property
    def is_empty(self) -> bool:
        return self.axes[0].low > self.axes[0].high

    def _count(self, columns: Sequence[Vector], start: int, more: Beside) -> int:
        """Count rows from `start` on as long as they lie on the axes; the row reached."""
        scales, firsts, low, high = np.array([one.as_numbers for one in self.axes]).T.copy()
        bins = Bins(self.axes[0].most.bit_length() - 1, scales, firsts)
        start = self.kernel.count_cells(
            columns, start, bins, Counted(self.counts.reshape(-1), self.sums, low, high), more
        )
        self._stretch(list(zip(low.tolist(), high.tolist())))
        return start

    def _stretch(self, ranges: Sequence[tuple[float, float]]) -> None:
        """Make room for such ranges."""
        wider = tuple(axis.stretched(*one) for axis, one in zip(self.axes, ranges))
        if not self.is_empty and any(not a.is_cut_as(b) for a, b in zip(wider, self.axes)):
            counts, sums = self.counts, self.sums
            self.counts, self.sums = np.zeros_like(counts), np.zeros_like(sums)
            self._move(wider, self.axes, counts, sums)
        self.axes = wider

    def absorb(self, other: Histogram) -> None:
        if not other.is_empty:
            self._stretch([(axis.low, axis.high) for axis in other.axes])
            self._move(self.axes, other.axes, other.counts, other.sums)

    def _move(self, to: tuple[Axis, ...], of: tuple[Axis, ...], counts: Integers, sums: Integers) -> None:
        """Add what was counted along some axes to where it is on those that hold them."""
        places = [new.places(old) for new, old in zip(to, of)]
        np.add.at(self.counts, np.ix_(*places), counts)
        np.add.at(self.sums, places[0], sums)


class Grid:
    """Rows counted by cell of two columns.

    unit : exponent of what is averaged in multiples of, None where nothing is; a number counts for at most `MOST_MULTIPLE` of them
    """

    def __init__(self, unit: int | None = None, kernel: Kernel | None = None) -> None:
        self.unit, self.rows = unit, 0
        self.found = Histogram((Axis(), Axis()), kernel or choose())

    @property
    def x(self) -> Axis:
        return self.found.axes[0]

    @property
    def y(self) -> Axis:
        return self.found.axes[1]

    def add(self, x: Vector, y: Vector, times: Vector | None = None, averaged: Vector | None = None) -> None:
        self.rows += len(x) if times is None else int(times.sum())
        self.found.add((x, y), Beside(averaged, ldexp(1.0, -(self.unit or 0)), times))

    def absorb(self, other: Grid) -> None:
        self.rows += other.rows
        self.found.absorb(other.found)

    def cells(self) -> Cells:
        nx, ny = self.x.bins, self.y.bins
        counts = self.found.counts[:nx, :ny]
        means = None
        if self.unit is not None:
            with np.errstate(invalid="ignore"):
                means = self.found.sums[:nx] / counts.sum(axis=1) * ldexp(1.0, self.unit)
        width = ldexp(1.0, self.x.exponent), ldexp(1.0, self.y.exponent)
        return Cells(low=(self.x.first * width[0], self.y.first * width[1]), width=width, counts=counts, means=means)


class Ranks:
    """A histogram of one column with bins by the thousand: its quantiles, as fine as its range is wide."""

    def __init__(self, kernel: Kernel | None = None) -> None:
        self.found = Histogram((Axis(most=FINE),), kernel or choose())

    @property
    def axis(self) -> Axis:
        return self.found.axes[0]

    def add(self, values: Vector, times: Vector | None = None) -> None:
        self.found.add((values,), Beside(times=times))

    def absorb(self, other: Ranks) -> None:
        self.found.absorb(other.found)

    def at(self, shares: Vector) -> Vector:
        """The middle of the bin with the least number that has no less than each of these shares of all up to it."""
        upto = np.cumsum(self.found.counts)
        places = np.searchsorted(upto, np.ceil(shares * upto[-1] - 1e-9))
        middles = (places + self.axis.first + 0.5) * ldexp(1.0, self.axis.exponent)
        return np.clip(middles, self.axis.low, self.axis.high)


def _range(values: Vector) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise NumericalError(
            _("a number to be drawn is not finite"), _('look at the rows: `missing="drop"` leaves such out')
        )
    return low, high
