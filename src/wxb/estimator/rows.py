"""Arrays as scikit-learn's checks leave them → exact sums, piece by piece: pieces of any size in any order end with the same bits.

    X (n, p) dense or sparse, y (n, t), weights (n,) or None       →       Moments of p terms and t targets

A sparse matrix is made dense a block of rows at a time, so it takes no memory, but the time of a dense one: more than MOST
numbers, the zeros counted, are refused.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, wait
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.block import block_rows
from wxb.data.numbers import array_cells
from wxb.errors import DataError, UsageError
from wxb.estimator.beside import Beside
from wxb.i18n import _
from wxb.moments import Collector, Moments
from wxb.moments.exact import DOUBLE, NARROW
from wxb.moments.kernels import choose
from wxb.numbers import thousands
from wxb.passes.each import cores
from wxb.passes.labelled import moments_of
from wxb.passes.workers import blas_on_one_thread, with_room

MOST = 2**27  # numbers of a sparse matrix, 1 GiB of doubles: at 100 columns about ten seconds
SMALL = (
    2**17
)  # numbers, some 0.3 ms, that one thread sums as quickly as several with their waking: so many wait together
SHARED = 2**20  # numbers that are quicker copied in part, for other threads, than these are waited for

Ranges = tuple[tuple[float, float], ...]
Room = tuple[NDArray[np.float64], NDArray[np.float64]]  # for rows of terms and of targets


class RowSums:
    """The sums of all pieces so far, of columns with these names.        rows : how many, those of weight 0 too"""

    def __init__(self, terms: Sequence[str], targets: Sequence[str]) -> None:
        self.terms, self.targets = tuple(terms), tuple(targets)
        self.width = len(self.terms) + len(self.targets)
        self.rows = 0
        self._weighted = False
        self._rounding, self._dtypes = (0.0,) * self.width, tuple[Any, ...]()
        self._ranges: Ranges | None = None
        self._moments: Moments | None = None  # of what was collected before
        self._threads = 1  # that the last rows were for
        self._torn = False  # whether rows were being added when an error or the user stopped it
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Nothing is collected, and nothing waits."""
        self._first: Collector | None = None  # what this thread adds to
        self._idle: list[Collector] = []  # siblings that no other thread adds to just now
        self._room: Room | None = None  # where rows wait to be collected
        self._waits = 0  # how many do
        self._rooms: list[Room] = []  # where none do
        self._going: deque[tuple[Future[None], Room]] = (
            deque()
        )  # tasks in the order they were begun, where their rows lie

    def add(self, X: Any, y: NDArray[Any], weights: Vector | None = None, threads: int | None = None) -> None:
        """Add the rows of a piece, finite numbers.  threads : None takes all cores"""
        self._begin()
        self._weighted = self._weighted or weights is not None
        if (X.dtype, y.dtype) != self._dtypes:
            self._dtypes = X.dtype, y.dtype
            units = [_roundoff(X.dtype)] * len(self.terms) + [_roundoff(y.dtype)] * len(self.targets)
            self._rounding = tuple(map(max, self._rounding, units))
        plain = weights is None and type(X) is np.ndarray and X.dtype == y.dtype == np.float64
        plain = plain and X.flags.aligned and y.flags.aligned
        if not (plain and self._share_out(X, y, threads or cores())):
            self._collect(X, y, weights, threads)
        self.rows += X.shape[0]
        self._torn = False

    def take(self, X: NDArray[np.float64], y: NDArray[np.float64], threads: int | None) -> bool:
        """Add rows, looked at as they are copied; False, with nothing changed, unless they are few, as those before, and finite.

        X (n, p) and y, (n,) or (n, t), are aligned.
        """
        if self._torn or (X.dtype, y.dtype) != self._dtypes or X.dtype != np.float64 or y.dtype != np.float64:
            return False
        self._torn = True
        taken = self._put_aside(X, y, threads or cores())
        self.rows += taken * len(X)
        self._torn = False
        return taken

    def _begin(self) -> None:
        """Count rows from here until all of them are; what was stopped between is refused."""
        if self._torn:
            raise UsageError(
                _("an earlier `partial_fit` was stopped amid its rows, so which of them are counted is not known"),
                _("give all rows anew: to `fit`, or to another estimator"),
            )
        self._torn = True

    def _put_aside(self, X: NDArray[np.float64], y: NDArray[np.float64], threads: int) -> bool:
        """Copy a few finite rows to where they wait for more; those before are summed meanwhile."""
        self._threads = threads
        most = SMALL // (2 if threads > 1 else 8)  # alone, copying many takes longer than one more call
        if self._first is None or len(X) * self.width > most:
            return False
        self._room = self._room or self._new_room()
        if self._waits + len(X) > len(self._room[0]):
            self._room = self._pass_on(self._room, threads)
        finite = self._first.kernel.take(X, y, self._room, self._waits)
        if finite:
            self._waits += len(X)
        return finite

    def _share_out(self, X: NDArray[np.float64], y: NDArray[np.float64], threads: int) -> bool:
        """Add rows, unless they are many: copies of those for which other threads have time, the rest as it lies."""
        if threads == 1 or self._first is None or self._first.kernel.uses_blas or len(X) * self.width > SHARED:
            return self._put_aside(X, y, threads)
        step = max(1, SMALL // 2 // self.width)
        for start in range(0, len(X), step):
            rows = slice(start, start + step)
            if (len(X) > step and not self._have_time(threads)) or not self._put_aside(X[rows], y[rows], threads):
                _add(self._first, X[rows], y[rows], None, range(1), step)
        return True

    def _new_room(self) -> Room:
        rows = SMALL // self.width
        return np.empty((rows, len(self.terms))), np.empty((rows, len(self.targets)))

    def _have_time(self, threads: int) -> bool:
        """Whether other threads would begin soon with what they are handed now."""
        while self._going and self._going[0][0].done():
            task, room = self._going.popleft()
            task.result()
            self._rooms.append(room)
        return len(self._going) < threads and threads > 1

    def _pass_on(self, room: Room, threads: int) -> Room:
        """Sum the rows that wait, most of them in another thread if one has time; where there is room for others."""
        few = self._waits * self.width < SMALL // 4
        if few or self._first is None or self._first.kernel.uses_blas or not self._have_time(threads):
            self._collect_waiting(room)
            return room
        count, self._waits = self._waits, 0
        # The rest at once: a thread that copied on, in Python, would hold up the other's beginning, and be held up by it.
        theirs = count * 2 // 3
        self._going.append((self._elsewhere(room[0][:theirs], room[1][:theirs], None, range(1), theirs), room))
        _add(self._first, room[0][theirs:count], room[1][theirs:count], None, range(1), count)
        return self._rooms.pop() if self._rooms else self._new_room()

    def _collect_waiting(self, room: Room) -> None:
        count, self._waits = self._waits, 0
        X, y = room
        self._collect(X[:count], y[:count], None, 1)

    def _collect(self, X: Any, y: NDArray[Any], weights: Vector | None, threads: int | None) -> None:
        """Add the rows of a piece as they lie."""
        if self._first is None:
            self._first = Collector(self.width, choose())
        rows = X.shape[0]
        count = 1 if rows * self.width <= SMALL else with_room(threads or cores(), self.width)
        step = min(block_rows(self.width), -(-rows // count))
        starts = range(0, rows, step)
        with blas_on_one_thread() if count > 1 and self._first.kernel.uses_blas else nullcontext():
            tasks = [self._elsewhere(X, y, weights, starts[k::count], step) for k in range(1, count)]
            try:
                _add(self._first, X, y, weights, starts[::count], step)  # in this thread: waking another takes time
            finally:
                wait(tasks)
        for task in tasks:
            task.result()

    def _elsewhere(self, *share: Any) -> Future[None]:
        """Add the blocks of a share in another thread."""
        assert self._first is not None
        return _begin(self._first, self._idle, *share)

    @property
    def moments(self) -> Moments:
        """Of all rows so far; more may be added afterwards."""
        self._settle()
        assert self._moments is not None
        return self._moments

    @property
    def ranges(self) -> Ranges | None:
        """Smallest and largest number of each term."""
        self._settle()
        return None if self._ranges is None else self._ranges[: len(self.terms)]

    def _settle(self) -> None:
        """Make moments of what was collected since the last time."""
        if self._first is None and not self._torn:
            return
        self._begin()
        if self._room and self._waits:
            self._pass_on(self._room, self._threads)
        while self._going:
            self._going.popleft()[0].result()
        collector = self._first
        assert collector is not None
        for other in self._idle:
            collector.absorb(other)
        found = moments_of(collector, self.terms, self.targets, self._weighted)
        whole = found if self._moments is None else self._moments + found
        self._moments = replace(whole, rounding=self._rounding, weighted=self._weighted)
        low, high = (side.tolist() for side in collector.ranges())
        if self._ranges is not None:
            low, high = ([*map(pick, old, new)] for pick, old, new in zip((min, max), zip(*self._ranges), (low, high)))
        self._ranges = tuple(zip(low, high))
        self._begin_anew()
        self._torn = False

    def __getstate__(self) -> dict[str, Any]:
        self._settle()
        return self.__dict__ | {"_idle": [], "_rooms": [], "_going": deque()}  # a copy's own


def _begin(first: Collector, idle: list[Collector], *share: Any) -> Future[None]:
    """Add the blocks of a share in another thread, to a collector that is idle or a new sibling of the first."""
    task = _pool().submit(_add_to_idle, first, idle, *share)
    _going_on.add(task)
    task.add_done_callback(_going_on.discard)
    return task


_going_on: set[Future[None]] = set()


@cache
def _pool() -> Beside:
    """Threads that stay, beside the one that asks: beginning some takes as long as a thousand rows."""
    return Beside(max(1, cores() - 1), thread_name_prefix="wxb")


if hasattr(os, "register_at_fork"):
    # A child has none of its parent's threads, so none may be at work on what it takes along.
    os.register_at_fork(before=lambda: wait([*_going_on]), after_in_child=_pool.cache_clear)


def _add_to_idle(first: Collector, idle: list[Collector], *share: Any) -> None:
    try:
        own = idle.pop()
    except IndexError:
        own = first.sibling()
    _add(own, *share)
    idle.append(own)


def _add(collector: Collector, X: Any, y: NDArray[Any], w: Vector | None, starts: range, step: int) -> None:
    """Add the blocks that begin at these rows."""
    for start in starts:
        rows = slice(start, start + step)
        columns, lows = _doubles([dense(X[rows]), y[rows]])
        collector.add(columns, lows, None if w is None else w[rows])


def _doubles(matrices: Sequence[NDArray[Any]]) -> tuple[list[Vector], dict[int, Vector]]:
    """All columns as doubles, and what these leave of integers beyond 2^53 and of long doubles."""
    columns: list[Vector] = []
    lows: dict[int, Vector] = {}
    for matrix in matrices:
        if matrix.dtype == np.float64:
            columns.extend(np.require(matrix, requirements="A").T)  # numbers of packed records lie across words
            continue
        if matrix.dtype.kind == "b" or (matrix.dtype.kind in "fiu" and matrix.dtype.itemsize < 8):
            matrix = matrix.astype(np.float64)
        for place in range(matrix.shape[1]):
            column = matrix[:, place]
            if column.dtype != np.float64:
                cells = array_cells(column)
                column = cells.values
                if cells.low is not None:
                    lows[len(columns)] = cells.low
            columns.append(column)
    return columns, lows


def dense(X: Any) -> NDArray[Any]:
    """A block of rows as an array."""
    return X.toarray() if hasattr(X, "toarray") else X


def refuse_large(X: Any) -> None:
    """DataError for a sparse matrix of more numbers than can be summed in a while."""
    n, p = X.shape
    if n * p > MOST:
        raise DataError(
            _(
                "X is a sparse matrix of {n} rows and {p} columns, and exact sums need all of their numbers, the zeros too: "
                "{most} at most",
                n=thousands(n),
                p=thousands(p),
                most=thousands(MOST),
            ),
            _(
                "leave columns out (`SelectKBest`) or put them together (`TruncatedSVD`); categories of thousands of levels "
                "need no sparse columns in `wxb.fit(table, formula=…)`"
            ),
        )


def _roundoff(dtype: Any) -> float:
    """How far, relatively, a number of this type may be from the one meant; integers are what they are."""
    return NARROW.get(dtype.itemsize, DOUBLE) if dtype.kind == "f" else 0.0
