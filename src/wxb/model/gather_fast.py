"""Fast sums of a scan, the same to the last bit whatever the threads and wherever a checkpoint cut it.

Rounded sums depend on their order, so the order is fixed: each block has a collector of its own, the blocks of a part (a file, a
row group) are added in the order of their rows, about the means of the part's first rows, and the parts' sums, shifted back
exactly, one part after the other. Threads only work ahead; what they made is added when its turn comes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from concurrent.futures import Future

from wxb.data.table import Block
from wxb.model.gather import AnyCollector, Gathering, Sums, add_block
from wxb.moments import FastCollector

Collectors = dict[int, AnyCollector]


class FastGathering(Gathering):
    """The threads, the blocks in flight in the order of their rows, and the sums of the part whose turn it is."""

    def begin(self) -> None:
        """Nothing is read yet."""
        self._line: deque[tuple[int, FastCollector, Collectors | Future[Collectors]]] = deque()
        self._origin: tuple[int, FastCollector] | None = None  # of the part read last
        self._part: tuple[int, FastCollector, Collectors] | None = None  # the one that is being added up

    def take(self, block: Block) -> None:
        """Add a block: here and now when it is small and alone, else on a thread."""
        if not block.rows:
            return
        part, first = self._part_of(block)
        pool = self.pool_for(block)
        made = self._sums_of(block, first) if pool is None else pool.submit(self._sums_of, block, first)
        self._line.append((part, first, made))
        while self._line and (len(self._line) > 2 * self.threads or not _waits(self._line[0][2])):
            self._add_next()

    def drain(self) -> Sums:
        """The moments of all blocks taken."""
        while self._line:
            self._add_next()
        self._end_part()
        return self.totals()

    def _part_of(self, block: Block) -> tuple[int, FastCollector]:
        """The block's part, and the collector whose siblings share its origin."""
        part = bisect_right(self.starts, block.first)
        if self._origin is None or self._origin[0] != part:
            first = FastCollector(len(self.scan.terms) + 1, self.kernel)
            assert block.target is not None
            first.begin([column.values for column in (*block.features, block.target)])
            self._origin = (part, first)
        return self._origin

    def _sums_of(self, block: Block, first: FastCollector) -> Collectors:
        collectors: Collectors = {}
        self.named(lambda: add_block(block, collectors, self.shares, first.sibling))
        return collectors

    def _add_next(self) -> None:
        part, first, made = self._line.popleft()
        if self._part is None or self._part[0] != part:
            self._end_part()
            self._part = (part, first, {})
        for share, collector in (made.result() if isinstance(made, Future) else made).items():
            self._part[2].setdefault(share, first.sibling()).absorb(collector)

    def _end_part(self) -> None:
        if self._part is not None:
            self.add({share: self.moments_of(whole) for share, whole in self._part[2].items()})
        self._part = None


def _waits(made: Collectors | Future[Collectors]) -> bool:
    return isinstance(made, Future) and not made.done()
