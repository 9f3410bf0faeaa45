"""Exact moments of many small groups at once: the slices of `slices`, with one small BLAS product per group.

Rows are laid out group by group in segments of equal length (padded with zeros, which add nothing to any sum), cut together, and
multiplied by one batched product. Each group's sums stay as 64-bit integers, one for each pair of columns and each
combined level: Σ z_i z_j = 2^(e_i + e_j) · Σ_m A_m 2^(−22 m). Rows that do not fit the plan get a plan of their own, and what
does not fit that one either is added by Python's integers, so nothing is lost here either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector
from wxb.moments.era import Era
from wxb.moments.kernels import Kernel, choose
from wxb.moments.ledger import Ledger
from wxb.moments.once import Once
from wxb.moments.pairs import two_sum
from wxb.moments.plan import BITS, MOST_LEVELS, make_plan
from wxb.moments.segments import Segments

CHUNK = 1 << 15  # numbers that are worth a turn on a thread
ODD = 0.1  # a share of rows that do not fit, above which the plan is made wider
MOST_ERAS = 16
AT_ONCE = 1 << 22  # numbers of sums that are worked out before they are added up


@dataclass(frozen=True, slots=True, eq=False)
class GroupPlan:
    """How the columns are cut: exponents (q,), and a number of slices that is the same for all."""

    exponents: Integers
    levels: int

    @classmethod
    def of(cls, columns: Sequence[Vector], tier: int) -> GroupPlan:
        """For rows like the first of these; those of the last tier get as many slices as there can be."""
        plan = make_plan([np.ones(len(columns[0][:4096])), *(column[:4096] for column in columns)])
        return cls(plan.exponents, int(plan.levels.max()) if tier == 0 else MOST_LEVELS)

    def wider(self, other: GroupPlan) -> GroupPlan:
        """One that holds what either does, as far as its slices reach: plans of rows that drift soon hold all of them."""
        exponents = np.maximum(self.exponents, other.exponents)
        lows = np.minimum(self.exponents - BITS * self.levels, other.exponents - BITS * other.levels)
        return GroupPlan(exponents, min(MOST_LEVELS, int((-((lows - exponents) // BITS)).max())))


class GroupSums:
    """Exact Σ z zᵀ of z = (1, columns…) for every group, fed block by block.

    `add` takes rows with whole-number group ids; `ledger(g)` gives group g's sums, `pairs()` those of all as floats.
    """

    def __init__(
        self, width: int, kernel: Kernel, threads: int = 1, first_plans: Sequence[Once[GroupPlan]] | None = None
    ) -> None:
        self.width = width + 1
        self.threads = threads
        self._kernel = kernel
        self.rows = np.zeros(0, dtype=np.int64)
        self._first_plans = first_plans or (Once(), Once())
        self._plans: list[GroupPlan | None] = [None, None]
        self.eras: list[Era] = []
        self.rare: dict[int, Ledger] = {}

    @property
    def groups(self) -> int:
        return len(self.rows)

    def sibling(self) -> GroupSums:
        """Empty sums of other rows of the same columns, on another thread."""
        return GroupSums(self.width - 1, self._kernel, self.threads, self._first_plans)

    def add(self, columns: Sequence[Vector], ids: Integers) -> None:
        """Add n rows: width columns of n finite numbers, and the group of each row."""
        counts = np.bincount(ids, minlength=self.groups)
        counts[: self.groups] += self.rows
        self.rows = counts
        self._add(columns, ids, tier=0)

    def absorb(self, other: GroupSums, groups: Integers) -> None:
        """Take over the sums of a sibling, whose group i is my group groups[i]; it is no use afterwards."""
        counts = np.zeros(max(self.groups, int(groups.max(initial=-1)) + 1), dtype=np.int64)
        counts[: self.groups] = self.rows
        counts[groups[: other.groups]] += other.rows
        self.rows = counts
        for era in other.eras:
            self._keep(era.exponents, groups[era.ids], era.sums, era.peak)
        for group, ledger in other.rare.items():
            self.rare.setdefault(int(groups[group]), Ledger.empty(self.width)).add(ledger)

    def _add(self, columns: Sequence[Vector], ids: Integers, tier: int) -> None:
        if tier == len(self._plans):
            self._add_integers(columns, ids)
            return
        segments = Segments.of(ids)
        known = self._plans[tier]
        plan = known or self._first_plans[tier].get(lambda: GroupPlan.of(columns, tier))
        aside = [np.empty(0, dtype=np.int64)]
        for start, stop in _spans(segments, self.width**2 * (2 * MOST_LEVELS - 1)):
            sums, odd = self._products(columns, segments, start, stop, plan)
            if len(odd) > ODD * (stop - start) * segments.length:
                wider = plan.wider(GroupPlan.of([column[odd] for column in columns], tier))
                if wider.levels > plan.levels or (wider.exponents > plan.exponents).any():
                    plan = wider
                    sums, odd = self._products(columns, segments, start, stop, plan)
            self._take(segments, start, stop, plan, sums)
            aside.append(odd)
        self._plans[tier] = plan
        rest = np.concatenate(aside)
        if len(rest):
            self._add([column[rest] for column in columns], ids[rest], tier + 1)

    def _products(
        self, columns: Sequence[Vector], segments: Segments, first: int, last: int, plan: GroupPlan
    ) -> tuple[NDArray[np.int64], Integers]:
        """Sums of the segments first … last − 1, of all rows that fit the plan, and the rows that do not."""
        chunk = max(1, CHUNK // (self.width * segments.length), -(-(last - first) // (4 * self.threads)))
        whole = np.zeros((last - first, 2 * plan.levels - 1, self.width, self.width), dtype=np.int64)
        part = segments.part(first, last)

        def work(start: int) -> Integers:
            stop = min(start + chunk, part.count)
            return self._kernel.add_segments(columns, part, plan.exponents, start, stop, whole)

        starts = range(0, part.count, chunk)
        if self.threads > 1 and len(starts) > 1:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(self.threads) as pool:
                aside = list(pool.map(work, starts))
        else:
            aside = [work(start) for start in starts]
        return whole, np.concatenate(aside)

    def _take(self, segments: Segments, first: int, last: int, plan: GroupPlan, sums: NDArray[np.int64]) -> None:
        """Add what was made of some segments, all those of their groups."""
        squares = np.einsum("slii->sli", sums)[:, 0]
        longest = segments.length * int(squares.max(initial=0) > 0)
        low, high = np.searchsorted(segments.starts, (first, last))
        starts = segments.starts[low:high] - first
        if len(starts) != len(sums):
            most = int(np.diff(starts, append=len(sums)).max())
            sums, longest = np.add.reduceat(sums, starts, axis=0), longest * most
            squares = np.einsum("slii->sli", sums)[:, 0]
        # Slices behind the first are 2^21 at most, so by Cauchy and Schwarz no sum is larger than:
        peak = plan.levels * max(int(squares.max(initial=0)), longest << 42)
        self._keep(plan.exponents, segments.ids[low:high], sums, peak)

    def _keep(self, exponents: Integers, ids: Integers, sums: NDArray[np.int64], peak: int) -> None:
        """Add sums to those of the same plan, or put them beside the others; never more than a few of them."""
        for era in self.eras:
            if era.like(exponents, sums.shape[1]) and era.add(ids, sums, peak):
                return
        if len(self.eras) == MOST_ERAS:
            self.rare = {group: self.ledger(group) for group in range(self.groups)}
            self.eras = []
        era = Era(exponents, sums.shape[1])
        era.add(ids, sums, peak)
        self.eras.append(era)

    def _add_integers(self, columns: Sequence[Vector], ids: Integers) -> None:
        order = np.argsort(ids, kind="stable")
        starts = np.flatnonzero(np.diff(ids[order], prepend=-1))
        for rows in np.split(order, starts[1:]):
            ledger = self.rare.setdefault(int(ids[rows[0]]), Ledger.empty(self.width))
            ledger.add_integers([np.ones(len(rows)), *(column[rows] for column in columns)])

    def ledger(self, group: int) -> Ledger:
        """The exact sums of one group."""
        return self.part(group).ledger()

    def part(self, group: int) -> GroupPart:
        """What is known of one group alone; nothing of the others is held."""
        found = ((era.exponents, era.of(group)) for era in self.eras)
        return GroupPart(self.width, self.rare.get(group), [(e, sums) for e, sums in found if sums is not None])

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("_kernel", "_first_plans")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _kernel=choose(), _first_plans=(Once(), Once()))

    def pairs(self) -> Pairs:
        """All sums as pairs of doubles, for solving all groups at once."""
        shape = (self.groups, self.width, self.width)
        exponents = self.eras[0].exponents if self.eras else np.zeros(self.width, dtype=np.int64)
        high, low = np.zeros(shape), np.zeros(shape)
        sure = np.ones(self.groups, dtype=np.bool_)
        sure[list(self.rare)] = False
        with np.errstate(over="ignore", invalid="ignore"):
            for era in self.eras:
                top, rest = era.pairs(exponents)
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


def _spans(segments: Segments, size: int) -> Iterator[tuple[int, int]]:
    """(first, last) segments whose sums are worked out together, all those of some groups. size : numbers of one"""
    most = max(1, AT_ONCE // size)
    start, ends = 0, np.append(segments.starts[1:], segments.count)
    while start < segments.count:
        place = int(np.searchsorted(ends, start + most, side="right")) - 1
        stop = int(ends[place]) if place >= 0 and ends[place] > start else int(ends[place + 1])
        yield start, stop
        start = stop
