"""Rows in, exact moments out: columns that are pairs of doubles, weights, and rows that no double can carry.

A logical column z may be an unevaluated sum of doubles (values + low), and with weights the left factor of every product is
w·z, itself two doubles without error (w·z = p + e). A weight may be such a sum too: a second double of its own, or a count f, which
says that a row stands for f equal rows (f·w = p + e); then there are two parts for each of its doubles. Each part is a *raw* column
of the slicer; products of logical columns are sums of products of raw ones, so exactness carries over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.moments.kernels import Kernel
from wxb.moments.ledger import Ledger, as_integers
from wxb.moments.log_weights import log_units
from wxb.moments.once import Once
from wxb.moments.pairs import two_product
from wxb.moments.plan import Plan
from wxb.moments.slices import Slicer

Key = tuple[
    tuple[int, ...], int
]  # paired columns, parts of a weighted factor: 0 without weights, else 2 for each of a weight

_SAFE = (
    2.0**450
)  # products of two, and of their second doubles, between 1/_SAFE and _SAFE neither overflow nor underflow
_ONE = np.ones(1)
_WEIGHTED_ROWS = 8192  # rows at a time where products are formed, to stay in the cache


class Collector:
    """Exact Σ w z zᵀ of z = (1, x₁ … x_p, y), fed block by block.

    One per thread: one of them absorbs the others, and is asked once for its `result`.

    width : columns given to `add` (features, then target), without the column of ones
    kernel : what cuts, multiplies and adds
    """

    precision = "exact"

    def __init__(self, width: int, kernel: Kernel) -> None:
        self.width = width
        self.kernel = kernel
        self.rows = self.log_weights = 0
        self._slicers: dict[Key, Slicer] = {}
        self._first_plans: dict[Key, Once[Plan]] = {}
        self._rare = Ledger.empty(width + 1)
        self._rare_low, self._rare_high = np.full(width, np.inf), np.full(width, -np.inf)

    def add(
        self,
        columns: Sequence[Vector],
        lows: Mapping[int, Vector],
        weights: Vector | None = None,
        *,
        second: Vector | None = None,
        counts: Vector | None = None,
    ) -> None:
        """Add n rows: `columns` (width arrays of n finite numbers), `lows` the low parts of some, `weights` (n,) ≥ 0.

        second : (n,) what the weights leave, |second| ≤ ½ ulp(weights)        counts : (n,) whole, how often each row is there
        """
        rows = len(columns[0])
        if rows == 0:
            return
        if weights is not None:
            self.log_weights += log_units(weights, counts)
        if weights is not None or counts is not None:
            factors = np.ones(rows) if weights is None else weights
            for start in range(0, rows, _WEIGHTED_ROWS):
                piece = slice(start, start + _WEIGHTED_ROWS)
                self._add_weighted(
                    [column[piece] for column in columns],
                    {i: low[piece] for i, low in lows.items()},
                    factors[piece],
                    None if second is None else second[piece],
                    None if counts is None else counts[piece],
                )
            return
        self.rows += rows
        paired = tuple(sorted(lows))
        raw = [_ones(rows), *columns, *(lows[j] for j in paired)]
        self._slicer(paired, 0, len(raw)).add(raw)

    def sibling(self) -> Collector:
        """An empty collector for other rows of the same columns, on another thread."""
        other = Collector(self.width, self.kernel)
        other._first_plans = self._first_plans
        return other

    def absorb(self, other: Collector) -> None:
        """Take over the rows of a sibling, which is no use afterwards."""
        self.rows += other.rows
        self.log_weights += other.log_weights
        for key, slicer in other._slicers.items():
            if key in self._slicers:
                self._slicers[key].absorb(slicer)
            else:
                self._slicers[key] = slicer
        self._rare.add(other._rare)
        np.minimum(self._rare_low, other._rare_low, out=self._rare_low)
        np.maximum(self._rare_high, other._rare_high, out=self._rare_high)

    def result(self) -> Ledger:
        """The exact ledger of (1, columns…)."""
        total = self._rare
        for (paired, parts), slicer in self._slicers.items():
            total = total.plus(self._logical(slicer.result(), paired, parts))
        return total

    def noise(self) -> None:
        """Nothing is lost."""

    def ranges(self) -> tuple[Vector, Vector]:
        """(width,) smallest and (width,) largest number of each column, low parts aside; asked after `result`."""
        low, high = self._rare_low.copy(), self._rare_high.copy()
        for slicer in self._slicers.values():
            np.minimum(low, slicer.low[1 : self.width + 1], out=low)
            np.maximum(high, slicer.high[1 : self.width + 1], out=high)
        return low, high

    def _slicer(self, paired: tuple[int, ...], parts: int, width: int) -> Slicer:
        key = (paired, parts)
        if key not in self._slicers:
            first_plan = self._first_plans.setdefault(key, Once())
            self._slicers[key] = Slicer(width, self.kernel, first_plan=first_plan)
        return self._slicers[key]

    def _add_weighted(
        self,
        columns: Sequence[Vector],
        lows: Mapping[int, Vector],
        weights: Vector,
        second: Vector | None,
        counts: Vector | None,
    ) -> None:
        used = np.flatnonzero(weights > 0) if counts is None else np.flatnonzero((weights > 0) & (counts > 0))
        self.rows += len(used) if counts is None else sum(map(int, counts[used].tolist()))
        paired = tuple(sorted(lows))
        raw = [_ones(len(used)), *(c[used] for c in columns), *(lows[j][used] for j in paired)]
        w, rest, f = (None if part is None else part[used] for part in (weights, second, counts))
        assert w is not None
        rare = outside_safe_range([*raw, w] if rest is None else [*raw, w, rest])
        if rare.any():
            for part in (w,) if rest is None else (w, rest):
                self._add_rare([r[rare] for r in raw], part[rare], None if f is None else f[rare], paired)
            raw = [r[~rare] for r in raw]
            w, rest, f = (None if part is None else part[~rare] for part in (w, rest, f))
        if w is not None and len(w):
            self._add_products(raw, weight_parts(w, rest, f), paired)

    def _add_products(self, raw: Sequence[Vector], factors: list[Vector], paired: tuple[int, ...]) -> None:
        """Rows whose weighted numbers are formed as exact sums of doubles, two for each part of a weight."""
        products = [[two_product(factor, r) for r in raw] for factor in factors]
        union = [*raw, *(pair[half] for made in products for half in (0, 1) for pair in made)]
        self._slicer(paired, 2 * len(factors), len(union)).add(union)

    def _add_rare(self, raw: Sequence[Vector], weights: Vector, counts: Vector | None, paired: tuple[int, ...]) -> None:
        """Rows whose weighted products would leave the range of doubles, by Python's integers."""
        numbers = [as_integers(r) for r in raw]
        w, w_exponent = as_integers(weights)
        if counts is not None:
            w = [value * int(count) for value, count in zip(w, counts.tolist())]
        if w_exponent % 2:
            w, w_exponent = [2 * v for v in w], w_exponent - 1
        integers = [[sum(a * b * c for a, b, c in zip(w, x, y)) for y, _ in numbers] for x, _ in numbers]
        ledger = Ledger([f + w_exponent // 2 for _, f in numbers], integers)
        self._rare.add(self._logical(ledger, paired, 0))
        for i, column in enumerate(raw[1 : self.width + 1]):
            self._rare_low[i] = min(self._rare_low[i], column.min())
            self._rare_high[i] = max(self._rare_high[i], column.max())

    def _logical(self, raw: Ledger, paired: tuple[int, ...], weighted: int) -> Ledger:
        """Sums of products of logical columns from those of raw ones."""
        parts = [[i] for i in range(self.width + 1)]
        for position, column in enumerate(paired):
            parts[column + 1].append(self.width + 1 + position)
        if not paired and not weighted:
            return raw
        count = self.width + 1 + len(paired)
        left = [[i + k * count for k in range(1, weighted + 1) for i in own] if weighted else own for own in parts]
        exponents = [min(raw.exponents[i] for i in {*own, *other}) for own, other in zip(parts, left)]
        integers = [
            [
                sum(
                    raw.integers[i][j] << (raw.exponents[i] - exponents[a] + raw.exponents[j] - exponents[b])
                    for i in left[a]
                    for j in parts[b]
                )
                for b in range(self.width + 1)
            ]
            for a in range(self.width + 1)
        ]
        return Ledger(exponents, integers)


def _ones(rows: int) -> Vector:
    """(rows,) of one number in memory, as `np.broadcast_to` makes them, which takes ten times as long."""
    return np.ndarray(rows, np.float64, _ONE, strides=(0,))


def weight_parts(w: Vector, rest: Vector | None, counts: Vector | None) -> list[Vector]:
    """f · (w + rest) as a sum of doubles, without error."""
    parts = [w] if rest is None else [w, rest]
    if counts is None:
        return parts
    products = [half for part in parts for half in two_product(counts, part)]
    return [products[0], *(half for half in products[1:] if half.any())]


def outside_safe_range(raw: Sequence[Vector]) -> NDArray[np.bool_]:
    """(n,) rows with a number or weight so large or small that a product of two could lose bits."""
    rare = np.zeros(len(raw[0]), dtype=np.bool_)
    for column in raw:
        size = np.abs(column)
        rare |= (size > _SAFE) | ((size < 1 / _SAFE) & (size > 0))
    return rare
