"""The threads of a pass: each block is added to statistics on one of them, and what they made is absorbed when its turn comes.

The thread that reads is one of them: where enough blocks wait it adds one itself, and does not wait beside the others.

A statistic whose order is free has one copy for each thread, absorbed at the end. One `in_order` has a copy for each block, and the
copies are absorbed in the order of the rows: threads only work ahead, and leave no trace in rounded sums or kept rows.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.errors import DataError, NumericalError
from wxb.i18n import _
from wxb.passes.statistic import Statistic

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
Progress = Callable[[int, int | None], None]  # rows read, rows of the source where that is known
Some = list[Statistic[Any]]

SMALL = 4096  # rows for which one thread, as it is, is quicker than a pool,
WIDE = 1 << 19  # unless they are as many numbers: of 256 columns no block has more rows, and each takes some time
HELD = 1 << 30  # bytes, about, of the sums of all threads: each has its own,
EACH = 64  # for every product of two columns


class _Taken:
    """Work on a block, and the copies it goes to: given to a pool, from which it may be taken back; done at once without one."""

    def __init__(self, work: Callable[[], None], copies: Some, pool: ThreadPoolExecutor | None) -> None:
        self.copies, self._work = copies, work
        self._failed: Exception | None = None
        self._made: Future[None] | None = None if pool is None else pool.submit(work)
        if pool is None:
            work()

    def done(self) -> bool:
        return self._made is None or self._made.done()

    def here(self) -> bool:
        """Do it on this thread, unless another has begun it; what it raises is raised in its turn."""
        if self._made is None or not self._made.cancel():
            return False
        self._made = None
        try:
            self._work()
        except Exception as error:
            self._failed = error
        return True

    def wait(self) -> None:
        if self._failed is not None:
            raise self._failed
        if self._made is not None:
            self._made.result()


class Workers:
    """The threads, the copies they feed, and the blocks in flight in the order of their rows."""

    def __init__(self, scan: Scan, statistics: Sequence[Statistic[Any]], threads: int) -> None:
        self._scan, self._statistics = scan, statistics
        self._threads = with_room(threads, len(scan.columns))
        self._ordered = [statistic for statistic in statistics if statistic.in_order]
        self._free = [statistic for statistic in statistics if not statistic.in_order]
        self._idle: list[Some] = []
        self._all: list[Some] = []
        self._lock = threading.Lock()
        self._line: deque[_Taken] = deque()
        self._part = -1
        self._pool: ThreadPoolExecutor | None = None
        self._limits = ExitStack()
        self._uses_blas = any(statistic.uses_blas for statistic in statistics)
        self._held = False

    def take(self, block: Block, part: int) -> None:
        """Add a block of that part: here and now when it is small and alone, else on a thread."""
        if not block.rows:
            return
        if part != self._part:
            self._part = part
            for statistic in self._ordered:
                statistic.begin(self._formed(block))
        copies = [statistic.new() for statistic in self._ordered]
        pool = self._pool_for(block)
        taken = _Taken(lambda: self._add(block, copies), copies, pool)
        self._line.append(taken)
        while self._line and (len(self._line) > 2 * self._threads or self._line[0].done()):
            self._absorb_next()

    def drain(self) -> None:
        """Absorb all that was taken."""
        while self._line:
            self._absorb_next()
        copies, self._all, self._idle = self._all, [], []
        for some in copies:
            self._absorb(self._free, some)

    def results(self, scan: Scan) -> list[Any]:
        """What each statistic made of the rows; `scan` has its columns as these showed them."""
        return [self._named(lambda one=statistic: one.result(scan)) for statistic in self._statistics]

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
        self._limits.close()

    def _add(self, block: Block, copies: Some) -> None:
        block, mine = self._formed(block), self._borrow() if self._free else []
        try:
            for statistic in (*mine, *copies):
                self._named(lambda one=statistic: one.add(block))
        finally:
            if mine:
                with self._lock:
                    self._idle.append(mine)

    def _formed(self, block: Block) -> Block:
        form = self._scan.form
        return block if form is None else form(block)

    def _borrow(self) -> Some:
        """Copies of the statistics of free order that no other thread has."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            copies = [statistic.new() for statistic in self._free]
            self._all.append(copies)
            return copies

    def _absorb_next(self) -> None:
        """What the first of the line came to; as long as it is being worked on, others are begun here."""
        first = self._line[0]
        while not first.done() and any(taken.here() for taken in self._line):
            pass
        first.wait()
        self._line.popleft()
        self._absorb(self._ordered, first.copies)

    def _absorb(self, wholes: Some, copies: Some) -> None:
        for whole, copy in zip(wholes, copies):
            self._named(lambda one=whole, other=copy: one.absorb(other))

    def _named(self, work: Callable[[], T]) -> T:
        """What the work gives; what it finds wrong is said of the source."""
        try:
            return work()
        except NumericalError as error:
            raise NumericalError(f"{self._scan.source}: {error.what}", error.do) from None

    def _pool_for(self, block: Block) -> ThreadPoolExecutor | None:
        """The threads; None when the block is small and alone, or there is but one."""
        if self._pool is None and (self._threads == 1 or self._is_small(block)):
            if block.rows > SMALL:
                self._hold_blas()
            return None
        if self._pool is None:
            self._hold_blas()
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(self._threads - 1, thread_name_prefix="wxb")
        return self._pool

    def _is_small(self, block: Block) -> bool:
        """Whether a pool would not pay. BLAS has threads of its own, and shares a wide block out among them."""
        if block.rows > SMALL:
            return False
        return self._uses_blas or block.rows * len(block.features) < WIDE

    def _hold_blas(self) -> None:
        """Hold BLAS to one thread until closed: the pool is the parallelism."""
        if not self._held and self._uses_blas:
            self._limits.enter_context(blas_on_one_thread())
            self._held = True


def with_room(threads: int, columns: int) -> int:
    """How many of the threads there is room for: of 4000 columns the sums of one take a gigabyte."""
    return max(1, min(threads, HELD // (EACH * max(1, columns) ** 2)))


def must_fit(block: Block, scan: Scan) -> None:
    """DataError where a source of one's own gives blocks of other columns than its scan has: nothing later would see it."""
    roles, columns = scan.roles, (*block.features, *((block.target,) if block.target else ()))
    if len(block.features) != len(roles.features) or (block.target is None) != (roles.target is None):
        raise DataError(
            _(
                "{source} gives rows of {count} columns, and its scan has {count2}",
                source=scan.source,
                count=len(columns),
                count2=len(roles.columns),
            ),
            _("give each feature of the scan, and then its target"),
        )
    if any(len(column.values) != block.rows for column in columns):
        raise DataError(
            _("{source} gives columns of unequal lengths", source=scan.source),
            _("give {rows} numbers in each, as the block says", rows=block.rows),
        )


def blas_on_one_thread() -> Any:
    """A context in which BLAS uses one thread: our own threads are the parallelism."""
    return _blas_controller().limit(limits=1, user_api="blas")


@lru_cache(maxsize=1)
def _blas_controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
