"""Exact moments of many small groups at once: the slices of `slices`, with one small BLAS product per group.

Rows are laid out group by group in segments of equal length (padded with zeros, which add nothing to any sum), cut together, and
multiplied by one batched product. Each group's sums stay as 64-bit integers, one for each pair of columns and each
combined level: Σ z_i z_j = 2^(e_i + e_j) · Σ_m A_m 2^(−22 m). Rows that do not fit the plan get a plan of their own, and what
does not fit that one either is added by Python's integers, so nothing is lost here either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector
from wxb.moments.kernels import Kernel, choose
from wxb.moments.ledger import Ledger
from wxb.moments.pairs import two_sum
from wxb.moments.plan import BITS, MOST_LEVELS, make_plan
from wxb.moments.segments import Segments

CHUNK = 1 << 15  # numbers that are worth a turn on a thread
ODD = 0.1  # a share of rows that do not fit, above which the plan is made anew
MOST_ERAS = 16
ROOM = 2**62  # what the sums of two eras may reach together as int64


@dataclass(frozen=True, slots=True, eq=False)
class Era:
    """Sums under one plan: ids (g,) of the groups touched, ascending; exponents (q,); sums (g, levels, q, q) int64."""

    ids: Integers
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

    def __init__(self, width: int, kernel: Kernel, threads: int = 1) -> None:
        self.width = width + 1
        self.threads = threads
        self._kernel = kernel
        self.rows = np.zeros(0, dtype=np.int64)
        self._plans: list[tuple[NDArray[np.int64], int] | None] = [None, None]
        self._eras: list[Era] = []
        self._rare: dict[int, Ledger] = {}

    @property
    def groups(self) -> int:
        return len(self.rows)

    def add(self, columns: Sequence[Vector], ids: Integers) -> None:
        """Add n rows: width columns of n finite numbers, and the group of each row."""
        counts = np.bincount(ids, minlength=self.groups)
        counts[: self.groups] += self.rows
        self.rows = counts
        self._add(columns, ids, tier=0)

    def _add(self, columns: Sequence[Vector], ids: Integers, tier: int) -> None:
        if tier == len(self._plans):
            self._add_integers(columns, ids)
            return
        segments = Segments.of(ids)
        known = self._plans[tier]
        plan = known or _plan(columns, tier)
        era, aside = _products(columns, segments, *plan, self._kernel, self.threads)
        if known is not None and len(aside) > ODD * len(ids):
            plan = _plan(columns, tier)
            era, aside = _products(columns, segments, *plan, self._kernel, self.threads)
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

    def _add_integers(self, columns: Sequence[Vector], ids: Integers) -> None:
        order = np.argsort(ids, kind="stable")
        starts = np.flatnonzero(np.diff(ids[order], prepend=-1))
        for rows in np.split(order, starts[1:]):
            ledger = self._rare.setdefault(int(ids[rows[0]]), Ledger.empty(self.width))
            ledger.add_integers([np.ones(len(rows)), *(column[rows] for column in columns)])

    def ledger(self, group: int) -> Ledger:
        """The exact sums of one group."""
        return self.part(group).ledger()

    def part(self, group: int) -> GroupPart:
        """What is known of one group alone; nothing of the others is held."""
        found = []
        for era in self._eras:
            place = int(np.searchsorted(era.ids, group))
            if place < len(era.ids) and era.ids[place] == group:
                found.append((era.exponents, era.sums[place].copy()))
        return GroupPart(self.width, self._rare.get(group), found)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_kernel"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _kernel=choose())

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
class GroupPart:
    """The sums of one group: those of odd rows, and (exponents (q,), sums (levels, q, q)) of each era."""

    width: int
    rare: Ledger | None
    eras: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]

    def ledger(self) -> Ledger:
        """As Python's integers."""
        total, width = Ledger.empty(self.width), range(self.width)
        if self.rare is not None:
            total.add(self.rare)
        for exponents, sums in self.eras:
            deepest = len(sums) - 1
            flat = sums.tolist()
            integers = [
                [sum(flat[m][i][j] << (BITS * (deepest - m)) for m in range(deepest + 1)) for j in width] for i in width
            ]
            # deepest = 2 (levels − 1) is even: half of it goes to each column's exponent.
            half = BITS * deepest // 2
            total.add(Ledger([int(e) - half for e in exponents], integers))
        return total


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


def _plan(columns: Sequence[Vector], tier: int) -> tuple[NDArray[np.int64], int]:
    """Exponents and number of levels for these rows."""
    plan = make_plan([np.ones(len(columns[0][:4096])), *(column[:4096] for column in columns)])
    return plan.exponents, int(plan.levels.max()) if tier == 0 else MOST_LEVELS


def _products(
    columns: Sequence[Vector],
    segments: Segments,
    exponents: NDArray[np.int64],
    levels: int,
    kernel: Kernel,
    threads: int,
) -> tuple[Era, Integers]:
    """The era of all rows that fit the plan, and the rows that do not."""
    width = len(columns) + 1
    chunk = max(1, CHUNK // (width * segments.length), -(-segments.count // (4 * threads)))
    combined = np.zeros((segments.count, 2 * levels - 1, width, width), dtype=np.int64)

    def work(start: int) -> Integers:
        stop = min(start + chunk, segments.count)
        return kernel.add_segments(columns, segments, exponents, start, stop, combined)

    starts = range(0, segments.count, chunk)
    if threads > 1 and len(starts) > 1:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(threads) as pool:
            aside = list(pool.map(work, starts))
    else:
        aside = [work(start) for start in starts]
    if len(segments.starts) != segments.count:
        combined = np.add.reduceat(combined, segments.starts, axis=0)
    return Era(segments.ids, exponents, combined), np.concatenate(aside)


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
