"""Exact moments of many small groups at once: the slices of `slices`, with one small BLAS product per group.

Rows are laid out group by group in segments of equal length (padded with zeros, which add nothing to any sum), cut together, and
multiplied by one batched product. Each group's sums stay as 64-bit integers, one for each pair of columns and each
combined level: Σ z_i z_j = 2^(e_i + e_j) · Σ_m A_m 2^(−22 m). Rows that do not fit the plan get a plan of their own, and what
does not fit that one either is added by Python's integers, so nothing is lost here either.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wxb.moments import compiled
from wxb.moments.ledger import Ledger
from wxb.moments.pairs import two_sum
from wxb.moments.plan import BITS, MOST_LEVELS, constant_of, make_plan, times_power
from wxb.moments.slices import LIMIT

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Ids = NDArray[np.int64]

LONGEST = 256  # rows of a segment
CACHED = 1 << 15  # numbers cut and multiplied at a time
ODD = 0.1  # a share of rows that do not fit, above which the plan is made anew
MOST_ERAS = 16
ROOM = 2**62  # what the sums of two eras may reach together as int64


@dataclass(frozen=True, slots=True, eq=False)
class Era:
    """Sums under one plan: ids (g,) of the groups touched, ascending; exponents (q,); sums (g, levels, q, q) int64."""

    ids: Ids
    exponents: NDArray[np.int64]
    sums: NDArray[np.int64]

    @property
    def peak(self) -> int:
        """The largest sum, whatever its sign."""
        return max(int(self.sums.max(initial=0)), -int(self.sums.min(initial=0)))


class GroupSums:
    """Exact Σ z zᵀ of z = (1, columns…) for every group, fed block by block.

    `add` takes rows with whole-number group ids; `ledger(g)` gives group g's sums, `triples()` those of all as floats.
    """

    def __init__(self, width: int, threads: int = 1) -> None:
        self.width = width + 1
        self.threads = threads
        self.rows = np.zeros(0, dtype=np.int64)
        self._plans: list[tuple[NDArray[np.int64], int] | None] = [None, None]
        self._eras: list[Era] = []
        self._rare: dict[int, Ledger] = {}

    @property
    def groups(self) -> int:
        return len(self.rows)

    def add(self, columns: Sequence[Vector], ids: Ids) -> None:
        """Add n rows: width columns of n finite numbers, and the group of each row."""
        counts = np.bincount(ids, minlength=self.groups)
        counts[: self.groups] += self.rows
        self.rows = counts
        self._add(columns, ids, tier=0)

    def _add(self, columns: Sequence[Vector], ids: Ids, tier: int) -> None:
        if tier == len(self._plans):
            self._add_integers(columns, ids)
            return
        layout = Layout.of(ids)
        known = self._plans[tier]
        plan = known or _plan(columns, tier)
        era, aside = _products(columns, layout, *plan, self.threads)
        if known is not None and len(aside) > ODD * len(ids):
            plan = _plan(columns, tier)
            era, aside = _products(columns, layout, *plan, self.threads)
        self._plans[tier] = plan
        self._keep(era)
        if len(aside):
            self._add([column[aside] for column in columns], ids[aside], tier + 1)

    def _keep(self, era: Era) -> None:
        """Add an era to one of the same groups and plan, or put it beside the others; never more than a few of them."""
        for place, other in enumerate(self._eras):
            same = other.sums.shape == era.sums.shape and np.array_equal(other.exponents, era.exponents)
            if same and np.array_equal(other.ids, era.ids) and other.peak + era.peak < ROOM:
                self._eras[place] = Era(era.ids, era.exponents, other.sums + era.sums)
                return
        self._eras.append(era)
        if len(self._eras) > MOST_ERAS:
            self._rare = {group: self.ledger(group) for group in range(self.groups)}
            self._eras = []

    def _add_integers(self, columns: Sequence[Vector], ids: Ids) -> None:
        order = np.argsort(ids, kind="stable")
        starts = np.flatnonzero(np.diff(ids[order], prepend=-1))
        for rows in np.split(order, starts[1:]):
            ledger = self._rare.setdefault(int(ids[rows[0]]), Ledger.empty(self.width))
            ledger.add_integers([np.ones(len(rows)), *(column[rows] for column in columns)])

    def ledger(self, group: int) -> Ledger:
        """The exact sums of one group."""
        total = Ledger.empty(self.width)
        if group in self._rare:
            total.add(self._rare[group])
        for era in self._eras:
            place = int(np.searchsorted(era.ids, group))
            if place == len(era.ids) or era.ids[place] != group:
                continue
            deepest = era.sums.shape[1] - 1
            flat = [level.tolist() for level in era.sums[place]]
            integers = [
                [sum(flat[m][i][j] << (BITS * (deepest - m)) for m in range(deepest + 1)) for j in range(self.width)]
                for i in range(self.width)
            ]
            # deepest = 2 (levels − 1) is even: half of it goes to each column's exponent.
            half = BITS * deepest // 2
            total.add(Ledger([int(e) - half for e in era.exponents], integers))
        return total

    def pairs(self) -> Pairs:
        """All sums as pairs of doubles, for solving all groups at once."""
        shape = (self.groups, self.width, self.width)
        exponents = self._eras[0].exponents if self._eras else np.zeros(self.width, dtype=np.int64)
        high, low = np.zeros(shape), np.zeros(shape)
        sure = np.ones(self.groups, dtype=np.bool_)
        sure[list(self._rare)] = False
        with np.errstate(over="ignore", invalid="ignore"):
            for era in self._eras:
                top, rest = _as_pair(era, exponents)
                if len(era.ids) == self.groups and not high.any():
                    high, low = top, rest
                    continue
                total, error = two_sum(high[era.ids], top)
                high[era.ids], low[era.ids] = two_sum(total, error + low[era.ids] + rest)
        sure &= np.isfinite(high).all(axis=(1, 2)) & np.isfinite(low).all(axis=(1, 2))
        return Pairs(exponents, high, low, sure)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Sums of all groups, Σ z_i z_j = (high + low)_ij · 2^(e_i + e_j), with an error below 2^−100 of √(M_ii M_jj).

    exponents : (q,) e        high, low : (groups, q, q)
    sure : (groups,) False where that cannot be promised, and the ledger must be asked
    """

    exponents: NDArray[np.int64]
    high: Matrix
    low: Matrix
    sure: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Rows in segments of one length, each of one group.

    rows : (segments, length) row of each place, −1 for padding; None when the rows lie so already
    ids : (g,) groups, ascending        starts : (g,) first segment of each group
    segments, length : of the layout
    padded : whether any place is padding
    """

    rows: Ids | None
    ids: Ids
    starts: Ids
    segments: int
    length: int
    padded: bool

    @classmethod
    def of(cls, ids: Ids) -> Layout:
        """The layout of rows with these group ids."""
        n = len(ids)
        ordered = bool((ids[1:] >= ids[:-1]).all())
        order = None if ordered else np.argsort(ids.astype(np.uint16) if ids.max() < 2**16 else ids, kind="stable")
        sorted_ids = ids if order is None else ids[order]
        first = np.flatnonzero(np.diff(sorted_ids, prepend=-1))
        sizes = np.diff(first, append=n)
        length = int(min(max(sizes.max() if sizes.max() <= 2 * sizes.mean() else sizes.mean(), 4), LONGEST))
        per_group = -(-sizes // length)
        segments = int(per_group.sum())
        starts = np.cumsum(per_group) - per_group
        if (sizes == length).all():
            rows = None if order is None else order.reshape(segments, length)
            return cls(rows, sorted_ids[first], starts, segments, length, padded=False)
        group_of_segment = np.repeat(np.arange(len(sizes)), per_group)
        place = (np.arange(segments) - starts[group_of_segment]) * length
        within = place[:, None] + np.arange(length)
        inside = within < sizes[group_of_segment][:, None]
        position = np.where(inside, first[group_of_segment][:, None] + within, 0)
        rows = position if order is None else order[position]
        return cls(np.where(inside, rows, -1), sorted_ids[first], starts, segments, length, padded=True)

    def piece(self, column: Vector, start: int, stop: int) -> tuple[Matrix, NDArray[np.bool_] | None]:
        """(stop − start, length) numbers of some segments, 0 in the padding, and which places hold rows (None: all)."""
        if self.rows is None:
            return column[start * self.length : stop * self.length].reshape(stop - start, self.length), None
        rows = self.rows[start:stop]
        if not self.padded:
            return column[rows], None
        inside = rows >= 0
        return np.where(inside, column[rows], 0.0), inside


def _plan(columns: Sequence[Vector], tier: int) -> tuple[NDArray[np.int64], int]:
    """Exponents and number of levels for these rows."""
    plan = make_plan([np.ones(len(columns[0][:4096])), *(column[:4096] for column in columns)])
    return plan.exponents, int(plan.levels.max()) if tier == 0 else MOST_LEVELS


def _products(
    columns: Sequence[Vector], layout: Layout, exponents: NDArray[np.int64], levels: int, threads: int
) -> tuple[Era, Ids]:
    """The era of all rows that fit the plan, and the rows that do not."""
    width = len(columns) + 1
    chunk = max(1, CACHED // (width * layout.length))
    combined = np.zeros((layout.segments, 2 * levels - 1, width, width), dtype=np.int64)
    kernel = compiled.kernel if (np.abs(exponents) < 1000).all() else None  # beyond, a scale is no double
    if kernel is not None:
        chunk = max(chunk, -(-layout.segments // (4 * threads)))
    factors = np.ldexp(1.0, -exponents)

    def work(start: int) -> Ids:
        stop = min(start + chunk, layout.segments)
        if kernel is not None:
            aside = np.empty((stop - start) * layout.length, dtype=np.int64)
            place = (list(columns), layout.rows, layout.length, factors, start, stop, combined, aside)
            return aside[: kernel.add_segments(*place)].copy()
        combined[start:stop], unfit = _cut_and_multiply(columns, layout, exponents, levels, start, stop)
        return unfit

    starts = range(0, layout.segments, chunk)
    if threads > 1 and len(starts) > (1 if kernel else 8):
        with ThreadPoolExecutor(threads) as pool:
            aside = list(pool.map(work, starts))
    else:
        aside = [work(start) for start in starts]
    if len(layout.starts) != layout.segments:
        combined = np.add.reduceat(combined, layout.starts, axis=0)
    return Era(layout.ids, exponents, combined), np.concatenate(aside)


def _cut_and_multiply(
    columns: Sequence[Vector], layout: Layout, exponents: NDArray[np.int64], levels: int, start: int, stop: int
) -> tuple[NDArray[np.int64], Ids]:
    """Combined level sums (segments, 2 levels − 1, q, q) of some segments, and the rows set aside."""
    count, length, width = stop - start, layout.length, len(columns) + 1
    rest = np.empty((count, width, length))
    vanished = np.zeros((count, length), dtype=np.bool_)
    inside: NDArray[np.bool_] | None = None
    for i, column in enumerate(columns):
        numbers, inside = layout.piece(column, start, stop)
        times_power(numbers, -int(exponents[i + 1]), rest[:, i + 1])
        if exponents[i + 1] > 0:
            vanished |= (rest[:, i + 1] == 0) & (numbers != 0)
    rest[:, 0] = 2.0 ** -int(exponents[0]) if inside is None else inside * 2.0 ** -int(exponents[0])
    stack = np.empty((count, levels, width, length))
    for level in range(levels):
        constant = constant_of(level)
        np.add(rest, constant, out=stack[:, level])
        stack[:, level] -= constant
        rest -= stack[:, level]
    unfit = (rest != 0).any(axis=1) | vanished
    squares = np.einsum("cql,cql->cq", stack[:, 0], stack[:, 0])
    unfit |= ~(squares.max(axis=1) < LIMIT)[:, None]  # at 2^53 itself a sum may already have lost ones
    if unfit.any():
        stack[np.broadcast_to(unfit[:, None, None, :], stack.shape)] = 0.0
    flat = stack.reshape(count, levels * width, length)
    product = np.matmul(flat, flat.transpose(0, 2, 1)).reshape(count, levels, width, levels, width)
    combined = np.zeros((count, 2 * levels - 1, width, width))
    for k in range(levels):
        for other in range(levels):
            combined[:, k + other] += product[:, k, :, other, :]
    combined *= np.exp2(BITS * np.arange(2 * levels - 1, dtype=np.float64))[:, None, None]
    return combined.astype(np.int64), _rows_of(unfit, inside, layout, start, stop)


def _rows_of(unfit: NDArray[np.bool_], inside: NDArray[np.bool_] | None, layout: Layout, start: int, stop: int) -> Ids:
    if not unfit.any():
        return np.empty(0, dtype=np.int64)
    if layout.rows is None:
        return np.flatnonzero(unfit) + start * layout.length
    return layout.rows[start:stop][unfit if inside is None else unfit & inside]


def _as_pair(era: Era, exponents: NDArray[np.int64]) -> tuple[Matrix, Matrix]:
    """An era's sums (g, q, q) as unevaluated sums of two doubles, in units of 2^(e_i + e_j)."""
    sums = era.sums.copy()
    last = sums.shape[1] - 1
    for m in range(last, 0, -1):  # carry upwards: all but the first become digits of 22 bits
        sums[:, m - 1] += sums[:, m] >> BITS
        sums[:, m] &= (1 << BITS) - 1
    high = sums[:, 0].astype(np.float64)
    low = (sums[:, 0] - high.astype(np.int64)).astype(np.float64)
    for m in range(1, last + 1, 2):
        digits = sums[:, m] << BITS
        if m + 1 <= last:
            digits = digits | sums[:, m + 1]
        part = np.ldexp(digits.astype(np.float64), -BITS * (m + 1))
        high, error = two_sum(high, part)
        low = low + error
    high, low = two_sum(high, low)
    shift = era.exponents - exponents
    if not shift.any():
        return high, low
    scale = shift[:, None] + shift[None, :]
    return np.ldexp(high, scale), np.ldexp(low, scale)
