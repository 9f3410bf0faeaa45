"""What each whitened row is by itself, and the largest of it; of all rows together, their quantiles.

    leverage h        internal r = √w e / (s √(1 − h))        external t = r √((m − 1)/(m − r²))        cook r² h / (k (1 − h))

m = n − k. r and t are the studentised residuals, by the s of all rows and by that of all others. A row of leverage 1 has none
left: r, t and cook are NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from wxb._typing import Integers, Vector
from wxb.whitening import Rows

ALONE = 2.0**-66  # 1 − h, in pairs of doubles, of a row that alone decides a coefficient: what rounding leaves of 0
MEASURES = ("leverage", "cook", "studentised")


class Scale(NamedTuple):
    """spread : s, the residual standard deviation        freedom : n − k        width : k"""

    spread: float
    freedom: int
    width: int

    @property
    def sigma(self) -> float:
        """σ, σ² = Σ w e² / n."""
        return self.spread * (self.freedom / (self.freedom + self.width)) ** 0.5


@dataclass(frozen=True, slots=True, eq=False)
class RowMeasures:
    """(n,) each"""

    leverage: Vector
    internal: Vector
    external: Vector
    cook: Vector

    @classmethod
    def of(cls, rows: Rows, scale: Scale) -> RowMeasures:
        rest = np.where(rows.rest > ALONE, rows.rest, np.nan)
        internal = internal_of(rows.left, rows.rest, rows.weights, scale)
        with np.errstate(invalid="ignore", divide="ignore"):
            square = internal * internal
            others = np.maximum(scale.freedom - square, 0.0)
            external = internal * np.sqrt((scale.freedom - 1) / others)
            cook = square * rows.leverage / (scale.width * rest)
        return cls(rows.leverage, internal, external, cook)

    def of_name(self, name: str) -> Vector:
        """One of `MEASURES`."""
        return self.external if name == "studentised" else self.cook if name == "cook" else self.leverage


def internal_of(left: Vector, rest: Vector, weights: Vector | None, scale: Scale, out: Vector | None = None) -> Vector:
    """(n,) the studentised residuals by the s of all rows, of y − H(x) and 1 − h; NaN of a row of leverage 1."""
    if not rest.min(initial=1.0) > ALONE:
        rest = np.where(rest > ALONE, rest, np.nan)
    root = np.sqrt(rest, out=out)
    root *= scale.spread
    return np.divide(left if weights is None else np.sqrt(weights) * left, root, out=root)


def cook_of(internal: Vector, rest: Vector, leverage: Vector, scale: Scale, out: Vector | None = None) -> Vector:
    """(n,) Cook's distances, from the studentised residuals."""
    out = np.multiply(internal, internal, out=out)
    out /= rest
    out *= leverage
    out *= 1 / scale.width
    return out


@dataclass(slots=True)
class Largest:
    """The `count` rows whose values are largest in size, the first of equal ones.

    numbers, values : in falling order of size once `settled`
    """

    count: int
    numbers: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    values: Vector = field(default_factory=lambda: np.empty(0))

    def add(self, values: Vector, numbers_at: Callable[[Integers], Integers]) -> bool:
        """Whether any of these is among them.  numbers_at : the numbers of rows by their places among these"""
        if len(self.values) == self.count and len(
            values
        ):  # what is no larger than the least of so many is not looked at again
            least = np.abs(self.values[-1])
            if values.max() < least and values.min() > -least:
                return False
            some = np.flatnonzero(np.abs(values) >= least)
        elif len(values) > 4 * self.count:
            size = np.abs(values)
            finite = np.where(np.isnan(size), -1.0, size)
            some = np.flatnonzero(finite >= np.partition(finite, -self.count)[-self.count])
        else:
            some = np.arange(len(values))
        self._settle(np.append(self.numbers, numbers_at(some)), np.append(self.values, values[some]))
        return True

    def absorb(self, other: Largest) -> None:
        self._settle(np.append(self.numbers, other.numbers), np.append(self.values, other.values))

    def _settle(self, numbers: Integers, values: Vector) -> None:
        there = np.flatnonzero(~np.isnan(values))
        order = there[np.lexsort((numbers[there], -np.abs(values[there])))][: self.count]
        self.numbers, self.values = numbers[order], values[order]


EXACTLY = 1 << 20  # rows whose numbers are kept for their quantiles; beyond, they are counted
LEADING = 12  # bits of a number that are kept beside its sign and exponent
ACCURACY = 2.0 ** -(LEADING + 1)
LEAST, MOST = -24, 10  # exponents told apart; residuals are in units of their own spread


@dataclass(slots=True)
class Quantiles:
    """Quantiles of n numbers: of all of them, or beyond `EXACTLY` of counts by their leading bits.

    Counts go by sign, exponent and 12 bits, so a quantile is within 2^−13 of itself, and adding counts loses nothing.
    """

    exactly: bool
    kept: list[tuple[Vector, Vector | None]] = field(default_factory=list)
    counts: Integers | None = None

    def add(self, values: Vector, times: Vector | None) -> None:
        there = ~np.isnan(values)
        if not there.all():
            values, times = values[there], None if times is None else times[there]
        if self.exactly:
            self.kept.append((values, times))
            return
        if self.counts is None:
            self.counts = np.zeros(2 * _BINS + 1, dtype=np.int64)
        np.add.at(self.counts, _code(values), 1 if times is None else times.astype(np.int64))

    def absorb(self, other: Quantiles) -> None:
        self.kept += other.kept
        if other.counts is not None:
            self.counts = other.counts if self.counts is None else self.counts + other.counts

    def at(self, shares: Vector) -> Vector:
        """The least number with no less than each of these shares (0 < share < 1) of all up to it."""
        if self.exactly:
            values = np.concatenate([one for one, _ in self.kept]) if self.kept else np.empty(0)
            order = np.argsort(values, kind="stable")
            values = values[order]
            given = [one for _, one in self.kept if one is not None]
            counts = np.concatenate(given)[order] if given else np.ones(len(values))
        else:
            counts = np.zeros(2 * _BINS + 1) if self.counts is None else self.counts
            values = _middles()
        if not counts.sum():
            return np.full(len(shares), np.nan)
        upto = np.cumsum(counts)
        return values[np.searchsorted(upto, np.ceil(shares * upto[-1] - 1e-9))]


_BINS = (MOST - LEAST) << LEADING


def _code(values: Vector) -> Integers:
    """Its place among the bins: those of negative numbers, that of 0, those of positive ones."""
    bits = np.abs(values).view(np.int64)
    bits >>= 52 - LEADING
    bits -= ((1023 + LEAST) << LEADING) - 1
    np.minimum(np.maximum(bits, 0, out=bits), _BINS, out=bits)  # 0 for what is as good as 0
    np.negative(bits, out=bits, where=values < 0)
    bits += _BINS
    return bits


def _middles() -> Vector:
    bits = (np.arange(_BINS, dtype=np.int64) + ((1023 + LEAST) << LEADING)) << (52 - LEADING)
    positive = (bits + (1 << (51 - LEADING))).view(np.float64)
    return np.concatenate([-positive[::-1], [0.0], positive])


@dataclass(slots=True)
class Noted:
    """What was noted of rows as they came: the largest of each measure, with what their label says, and the quantiles.

    labels : of the rows that are largest, by their numbers
    """

    scale: Scale
    largest: Mapping[str, Largest]
    quantiles: Quantiles | None
    labels: dict[int, object] = field(default_factory=dict)

    @classmethod
    def none(cls, scale: Scale, count: int, quantiles: bool) -> Noted:
        """Of no rows."""
        exactly = scale.freedom + scale.width <= EXACTLY
        largest = {name: Largest(count) for name in MEASURES} if count else {}
        return cls(scale, largest, Quantiles(exactly) if quantiles else None)

    def add(self, rows: Rows) -> None:
        if not (self.largest or self.quantiles):
            return
        measures = RowMeasures.of(rows, self.scale)
        for name, one in self.largest.items():
            one.add(measures.of_name(name), rows.numbers.__getitem__)
        if self.quantiles is not None:
            self.quantiles.add(measures.internal, rows.counts)

    def name(self, numbers: Integers, codes: Integers, values: Sequence[object]) -> None:
        """Take the labels of those of these rows that are among the largest."""
        for number in self._wanted():
            place = int(np.searchsorted(numbers, number))
            if place < len(numbers) and numbers[place] == number:
                self.labels[number] = values[codes[place]]

    def absorb(self, other: Noted) -> None:
        for name, one in self.largest.items():
            one.absorb(other.largest[name])
        if self.quantiles is not None and other.quantiles is not None:
            self.quantiles.absorb(other.quantiles)
        if other.labels:
            both = self.labels | other.labels
            self.labels = {number: both[number] for number in self._wanted() if number in both}

    def _wanted(self) -> list[int]:
        return sorted({number for one in self.largest.values() for number in one.numbers.tolist()})
