"""A two-way histogram that grows with its rows: how many lie in each cell, whatever the range turns out to be.

    bins of an axis: ⌊x / 2^k⌋, with the least k that leaves at most `BINS` of them between the least and the largest number

No range need be known beforehand: when one is left the bins are merged in pairs, and ⌊⌊x / 2^j⌋ / 2^(k−j)⌋ is ⌊x / 2^k⌋. So
the counts follow from the numbers alone: blocks, threads, their order and files leave no trace. Means of bins are sums of whole
multiples of a power of two, which are exact in any order too. Memory is that of the grid, whatever the rows.

Rejected: bins of the fit's ranges (a model need not hold them, and errors have none beforehand), equal counts (a second pass).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor, frexp, ldexp

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.errors import NumericalError
from wxb.i18n import _
from wxb.passes.room import Room

FINE = 1 << 14  # bins of a column alone
SHIFT = 7
BINS = 1 << SHIFT  # of an axis at most, and more than half as many where the numbers differ enough
AT_ONCE = 1 << 14  # rows whose numbers stay in the cache
LEAST = -1000  # exponent of the narrowest bins
MOST = 36  # exponent of the multiples that a number may count in a mean: 2^26 of them are still below 2^62


_ROOM = Room()


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
    def bins(self) -> int:
        return _bin(self.high, self.exponent) - self.first + 1

    def of(self, values: Vector, out: Vector) -> Vector:
        """(n,) the bin of each, as float64."""
        np.multiply(values, ldexp(1.0, -self.exponent), out=out)
        np.floor(out, out=out)
        if self.exponent > 0 and self.low < 0:  # what is scaled to nothing is still below 0
            out[(out == 0) & (values < 0)] = -1.0
        out -= self.first
        return out

    def places(self, other: Axis) -> Integers:
        """(most,) where bins of another axis, no wider and within this one, went."""
        moved = (np.arange(self.most) + other.first) >> (self.exponent - other.exponent)
        return np.clip(moved - self.first, 0, self.most - 1)


def _bin(value: float, exponent: int) -> int:
    scaled = ldexp(value, -exponent)
    return -1 if scaled == 0 and value < 0 else floor(scaled)


@dataclass(slots=True)
class Grid:
    """A two-way histogram that grows with its rows.

    unit : exponent of what is averaged in multiples of, None where nothing is; a number counts for at most 2^MOST of them
    sums : (BINS,) of these multiples by bin of x
    """

    unit: int | None = None
    rows: int = 0
    x: Axis = field(default_factory=Axis)
    y: Axis = field(default_factory=Axis)
    counts: Integers = field(default_factory=lambda: np.zeros((BINS, BINS), dtype=np.int64))
    sums: Integers = field(default_factory=lambda: np.zeros(BINS, dtype=np.int64))

    def add(self, x: Vector, y: Vector, times: Vector | None = None, averaged: Vector | None = None) -> None:
        self.rows += len(x) if times is None else int(times.sum())
        self._stretch(_range(x), _range(y))
        column, row, places = _ROOM.of("column", len(x)), _ROOM.of("row", len(x)), _ROOM.places(len(x))
        for start in range(0, len(x), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            self.x.of(x[some], column[some])
            self.y.of(y[some], row[some])
            column[some] *= BINS
            column[some] += row[some]
            np.copyto(places[some], column[some], casting="unsafe")
        self.counts += _counted(places, times, BINS * BINS).reshape(BINS, BINS)
        if self.unit is not None and averaged is not None:
            places >>= SHIFT
            self.sums += _counted(places, self._multiples(averaged, times, row), BINS)

    def _multiples(self, values: Vector, times: Vector | None, out: Vector) -> Vector:
        assert self.unit is not None
        np.multiply(values, ldexp(1.0, -self.unit), out=out)
        np.rint(out, out=out)
        np.minimum(np.maximum(out, -(2.0**MOST), out=out), 2.0**MOST, out=out)
        return out if times is None else out * times

    def _stretch(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Make room for such ranges."""
        wider = self.x.stretched(*x), self.y.stretched(*y)
        same = all((a.exponent, a.first) == (b.exponent, b.first) for a, b in zip(wider, (self.x, self.y)))
        if not same and self.rows and self.x.low <= self.x.high:
            places = [new.places(old) for new, old in zip(wider, (self.x, self.y))]
            counts, sums = np.zeros_like(self.counts), np.zeros_like(self.sums)
            np.add.at(counts, (places[0][:, None], places[1][None, :]), self.counts)
            np.add.at(sums, places[0], self.sums)
            self.counts, self.sums = counts, sums
        self.x, self.y = wider

    def absorb(self, other: Grid) -> None:
        if other.x.low > other.x.high:
            return
        self.rows += other.rows
        self._stretch((other.x.low, other.x.high), (other.y.low, other.y.high))
        places = [mine.places(theirs) for mine, theirs in ((self.x, other.x), (self.y, other.y))]
        np.add.at(self.counts, (places[0][:, None], places[1][None, :]), other.counts)
        np.add.at(self.sums, places[0], other.sums)

    def cells(self) -> Cells:
        nx, ny = self.x.bins, self.y.bins
        counts = self.counts[:nx, :ny]
        means = None
        if self.unit is not None:
            with np.errstate(invalid="ignore"):
                means = self.sums[:nx] / counts.sum(axis=1) * ldexp(1.0, self.unit)
        width = ldexp(1.0, self.x.exponent), ldexp(1.0, self.y.exponent)
        return Cells(low=(self.x.first * width[0], self.y.first * width[1]), width=width, counts=counts, means=means)


@dataclass(slots=True)
class Ranks:
    """A histogram of one column with bins by the thousand: its quantiles, as fine as its range is wide.

    counts : (FINE,)
    """

    axis: Axis = field(default_factory=lambda: Axis(most=FINE))
    counts: Integers = field(default_factory=lambda: np.zeros(FINE, dtype=np.int64))

    def add(self, values: Vector, times: Vector | None = None) -> None:
        self._stretch(*_range(values))
        places = _ROOM.places(len(values))
        np.copyto(places, self.axis.of(values, _ROOM.of("column", len(values))), casting="unsafe")
        self.counts += _counted(places, times, FINE)

    def absorb(self, other: Ranks) -> None:
        if other.axis.low <= other.axis.high:
            self._stretch(other.axis.low, other.axis.high)
            np.add.at(self.counts, self.axis.places(other.axis), other.counts)

    def at(self, shares: Vector) -> Vector:
        """The middle of the bin with the least number that has no less than each of these shares of all up to it."""
        upto = np.cumsum(self.counts)
        places = np.searchsorted(upto, np.ceil(shares * upto[-1] - 1e-9))
        middles = (places + self.axis.first + 0.5) * ldexp(1.0, self.axis.exponent)
        return np.clip(middles, self.axis.low, self.axis.high)

    def _stretch(self, low: float, high: float) -> None:
        wider = self.axis.stretched(low, high)
        if (wider.exponent, wider.first) != (self.axis.exponent, self.axis.first) and self.axis.low <= self.axis.high:
            moved = np.zeros_like(self.counts)
            np.add.at(moved, wider.places(self.axis), self.counts)
            self.counts = moved
        self.axis = wider


def _counted(places: Integers, times: Vector | None, bins: int) -> Integers:
    return np.bincount(places, weights=times, minlength=bins).astype(np.int64, copy=False)


def _range(values: Vector) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise NumericalError(
            _("a number to be drawn is not finite"), _('look at the rows: `missing="drop"` leaves such out')
        )
    return low, high
