"""A scan → moments, in one pass: blocks go to a pool of threads, each adds to collectors of its own, all are summed at the end.

The sums are exact, so which thread took which block leaves no trace (fast ones are added in order: `gather_fast`). Memory is
bounded by the blocks in flight (twice the threads), not by the rows. With a checkpoint the sums are put aside after a part (a
file, a row group) now and then.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import numpy as np

from wxb.data.table import Block, Part, Scan
from wxb.errors import NumericalError
from wxb.model.checkpoint import Checkpoint, Progressed
from wxb.model.waiting import Waiting
from wxb.moments import Collector, FastCollector, Ledger, Moments, Noise
from wxb.moments.kernels import Kernel, choose
from wxb.question.shares import Shares

Progress = Callable[[int, int | None], None]
Sums = dict[int, Moments]
Ranges = tuple[tuple[float, float], ...]

T = TypeVar("T")

SMALL = 4096  # rows for which one thread, as it is, is quicker than a pool


class AnyCollector(Protocol):
    """What both collectors do."""

    rows: int
    log_weights: int

    def add(self, columns: Sequence[Any], lows: dict[int, Any], weights: Any = None) -> None: ...
    def result(self) -> Ledger: ...
    def sibling(self) -> AnyCollector: ...
    def absorb(self, other: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Gathered:
    """sums : {fold: moments}, test rows under `shares.TEST`        ranges : of each feature, None when not looked at

    source_rows : rows read, dropped ones too
    """

    sums: Sums
    ranges: Ranges | None
    source_rows: int


def gather(
    scan: Scan,
    shares: Shares,
    *,
    precision: str = "exact",
    threads: int | None = None,
    progress: Progress | None = None,
    checkpoint: Checkpoint | None = None,
    weighted: bool = False,
    needed: int = 0,
    kernel: Kernel | None = None,
) -> Gathered:
    """Moments of each share of the scan's rows, and the range of each feature.

    needed : coefficients to be estimated; fewer rows are refused before anything is summed
    kernel : what sums; None takes the quickest there is
    """
    at_once = threads or os.cpu_count() or 1
    how = (scan, shares, precision, at_once, progress, checkpoint, weighted, needed, kernel or choose())
    if scan.unproven is not None:
        with suppress(NumericalError):  # the reading that looks at every number says what is wrong, and where
            return _gather(scan.unproven, *how)
    return _gather(scan.parts(), *how)


def _gather(
    parts: Sequence[Part],
    scan: Scan,
    shares: Shares,
    precision: str,
    threads: int,
    progress: Progress | None,
    checkpoint: Checkpoint | None,
    weighted: bool,
    needed: int,
    kernel: Kernel,
) -> Gathered:
    done = checkpoint.resume(scan, parts, shares) if checkpoint else Progressed()
    total = _known_rows(parts)
    first, start = done.rows, len(done.keys)
    gathering = _gathering(precision)(scan, shares, precision, threads, weighted, kernel, done.sums)
    gathering.widen(done.ranges)
    waiting = Waiting(0 if start else needed)
    try:
        saved = time.monotonic()
        for part in parts[start:]:
            gathering.starts.append(first)
            for block in part.blocks(first):
                first = block.first + block.source_rows
                for ready in waiting.pass_on(block):
                    gathering.take(ready)
                if progress:
                    progress(first, total)
            done.keys.append(part.key)
            due = time.monotonic() - saved if checkpoint and not waiting.blocks else -1.0
            if checkpoint and len(done.keys) < len(parts) and due >= checkpoint.seconds:
                sums, ranges = gathering.drain(), gathering.ranges() or ()
                checkpoint.save(scan, shares, Progressed(sums, first, done.keys, list(scan.notes), ranges))
                saved = time.monotonic()
        waiting.refuse_too_few(scan)
        sums = gathering.drain()
    finally:
        gathering.close()
    return Gathered(sums, gathering.ranges(), first)


def _gathering(precision: str) -> type[Gathering]:
    if precision == "exact":
        return Gathering
    from wxb.model.gather_fast import FastGathering

    return FastGathering


def _known_rows(parts: Sequence[Part]) -> int | None:
    rows = [part.rows for part in parts]
    return None if any(r is None for r in rows) else sum(r for r in rows if r is not None)


class Gathering:
    """The threads, their collectors, the blocks in flight, and the sums so far. starts : first row of each part read"""

    def __init__(
        self,
        scan: Scan,
        shares: Shares,
        precision: str,
        threads: int,
        weighted: bool,
        kernel: Kernel,
        sums: Sums | None = None,
    ) -> None:
        self.scan, self.shares, self.precision, self.weighted = scan, shares, precision, weighted
        self.threads, self.kernel = threads, kernel
        self.starts: list[int] = []
        self._sums: Sums = dict(sums or {})
        self._pool: ThreadPoolExecutor | None = None
        self._low = np.full(len(scan.terms), np.inf)
        self._high = np.full(len(scan.terms), -np.inf)
        self._limits = ExitStack()
        self._held = False
        self.begin()

    def begin(self) -> None:
        """Nothing is read yet."""
        self._first = Collector(len(self.scan.terms) + 1, self.kernel)
        self._idle: list[dict[int, Any]] = []
        self._all: list[dict[int, Any]] = []
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(2 * self.threads)
        self._flying: list[Future[None]] = []

    def take(self, block: Block) -> None:
        """Add a block: here and now when it is small and alone, else on a thread."""
        pool = self.pool_for(block)
        if pool is None:
            self._add(block)
            return
        self._room.acquire()
        self._flying.append(pool.submit(self._add_and_release, block))
        if len(self._flying) > 4 * self.threads:
            self._settle([f for f in self._flying if f.done()])

    def drain(self) -> Sums:
        """The moments of all blocks taken."""
        self._settle(self._flying)
        collected, self._all, self._idle = self._all, [], []
        for share in self.shares.labels():
            whole = self._first.sibling()
            for collectors in collected:
                if share in collectors:
                    whole.absorb(collectors[share])
            moments = self.moments_of(whole)
            low, high = whole.ranges()
            self.widen(tuple(zip(low[:-1].tolist(), high[:-1].tolist())))
            self.add({share: moments})
        return self.totals()

    def ranges(self) -> Ranges | None:
        """Smallest and largest value of each feature so far; None at precision="fast", which does not look."""
        if self.precision != "exact" or not (self._low <= self._high).all():
            return None
        return tuple(zip(self._low.tolist(), self._high.tolist()))

    def widen(self, ranges: Ranges) -> None:
        """Take in ranges found before."""
        for i, (low, high) in enumerate(ranges):
            self._low[i], self._high[i] = min(self._low[i], low), max(self._high[i], high)

    def add(self, more: Sums) -> None:
        """Add sums to those so far."""
        for share, moments in more.items():
            self._sums[share] = self._sums[share] + moments if share in self._sums else moments

    def totals(self) -> Sums:
        """The sums so far, of each share there can be."""
        empty = self._first_collector()
        missing = [share for share in self.shares.labels() if share not in self._sums]
        return self._sums | {share: self.moments_of(empty.sibling()) for share in missing}

    def moments_of(self, collector: AnyCollector) -> Moments:
        """The moments of a collector's rows."""
        ledger, rows = self.named(collector.result), collector.rows
        return Moments(
            self.scan.terms,
            self.scan.target,
            rows,
            ledger,
            self.scan.rounding,
            self.weighted,
            self.precision,
            noise_of(collector),
            collector.log_weights,
        )

    def named(self, work: Callable[[], T]) -> T:
        """What the work gives; what it finds wrong is said of the source."""
        try:
            return work()
        except NumericalError as error:
            raise NumericalError(f"{self.scan.source}: {error.what}", error.do) from None

    def pool_for(self, block: Block) -> ThreadPoolExecutor | None:
        """The threads; None when the block is small and alone, or there is but one."""
        if self._pool is None and (block.rows <= SMALL or self.threads == 1):
            if block.rows > SMALL:
                self._hold_blas()
            return None
        if self._pool is None:
            self._hold_blas()
            self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="wxb")
        return self._pool

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        self._limits.close()

    def _hold_blas(self) -> None:
        """Hold BLAS to one thread until closed: the pool is the parallelism."""
        if not self._held and self.kernel.uses_blas:
            self._limits.enter_context(blas_on_one_thread())
            self._held = True

    def _first_collector(self) -> AnyCollector:
        width = len(self.scan.terms) + 1
        return Collector(width, self.kernel) if self.precision == "exact" else FastCollector(width, self.kernel)

    def _settle(self, futures: list[Future[None]]) -> None:
        for future in futures:
            future.result()
        self._flying = [f for f in self._flying if f not in futures] if futures is not self._flying else []

    def _add_and_release(self, block: Block) -> None:
        try:
            self._add(block)
        finally:
            self._room.release()

    def _add(self, block: Block) -> None:
        collectors = self._borrow()
        try:
            self.named(lambda: add_block(block, collectors, self.shares, self._first.sibling))
        finally:
            with self._lock:
                self._idle.append(collectors)

    def _borrow(self) -> dict[int, Any]:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            collectors: dict[int, Any] = {}
            self._all.append(collectors)
            return collectors


def noise_of(collector: object) -> Noise | None:
    """What the sums of a fast collector may have lost."""
    return collector.noise() if isinstance(collector, FastCollector) else None


def add_block(
    block: Block, collectors: dict[int, AnyCollector], shares: Shares, new: Callable[[], AnyCollector]
) -> None:
    """Add a block's rows to the collector of each row's share."""
    if block.rows == 0:
        return
    assert block.target is not None
    logical = (*block.features, block.target)
    columns = [column.values for column in logical]
    lows = {i: column.low for i, column in enumerate(logical) if column.low is not None}
    if shares.whole:
        collectors.setdefault(0, new()).add(columns, lows, block.weights)
        return
    share = shares.of(block.row_numbers())
    order = np.argsort(share, kind="stable")
    starts = np.flatnonzero(np.diff(share[order], prepend=share[order[0]] - 1))
    for rows in np.split(order, starts[1:]):
        weights = None if block.weights is None else block.weights[rows]
        collectors.setdefault(int(share[rows[0]]), new()).add(
            [c[rows] for c in columns], {i: low[rows] for i, low in lows.items()}, weights
        )


def blas_on_one_thread() -> Any:
    """A context in which BLAS uses one thread: our own threads are the parallelism."""
    return _blas_controller().limit(limits=1, user_api="blas")


@lru_cache(maxsize=1)
def _blas_controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
