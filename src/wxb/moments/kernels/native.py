"""The compiled kernel: the C of `c/`, built where there was a C compiler that knows vectors (gcc or clang)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector
from wxb.i18n import _
from wxb.moments.kernels.by_numpy import ByNumPy
from wxb.moments.kernels.kernel import Around, Beside, Bins, Counted, Kernel, Step
from wxb.moments.plan import DIGIT
from wxb.moments.segments import Segments
from wxb.moments.sums import Sums

ASIDE = 4096  # rows it may set aside at a time
MOST_FOLDS = 32  # whose hashes it puts in order
MOST_BIN = 2.0**50  # the number of a bin that rounding by a constant finds


class Native:
    """Sums by the compiled loop; where a column's scale is no double, which is rare, by NumPy.

    instructions : "plain", "avx2" or "avx512"; None takes the widest of this machine

    ImportError where it was not compiled, ValueError where the machine has no such instructions.
    """

    uses_blas = False

    def __init__(self, instructions: str | None = None) -> None:
        import wxb.moments.kernels._native as _native

        self._loop = _native.Loop(instructions)
        if not hasattr(self._loop, "take"):
            raise ImportError(_native.__file__)  # it was built earlier, for other sums
        self.stretch = _native.ROWS
        self._numpy = ByNumPy()

    @property
    def name(self) -> str:
        return _("native {instructions}", instructions=self._loop.instructions)

    def __reduce__(self) -> tuple[Callable[[], object], tuple[()]]:
        """On another machine, the best that is there: the sums are the same."""
        return choose, ()

    def takes_numbers(self, width: int) -> bool:
        return width >= self._loop.wide

    def add(self, columns: list[Vector], start: int, sums: Sums) -> Step:
        if not sums.scalable:
            return self._numpy.add(columns, start, sums)
        aside = np.empty(ASIDE, dtype=np.int64)
        plan = (sums.plan.order, sums.factors, sums.counts)
        reached, found, care = self._loop.add(
            columns, start, *plan, sums.parts, sums.pending, sums.low, sums.high, aside
        )
        return Step(reached, aside[:found], min(self.stretch, len(columns[0]) - reached) if care else 0)

    def add_shifted(self, columns: list[Vector], shift: Vector, weights: Vector | None, sums: Matrix) -> None:
        self._loop.add_shifted(columns, shift, weights, sums)

    def add_segments(
        self,
        columns: Sequence[Vector],
        segments: Segments,
        exponents: NDArray[np.int64],
        start: int,
        stop: int,
        combined: NDArray[np.int64],
    ) -> Integers:
        if not (np.abs(exponents) < 1000).all():
            return self._numpy.add_segments(columns, segments, exponents, start, stop, combined)
        aside = np.empty((stop - start) * segments.length, dtype=np.int64)
        factors = np.ldexp(1.0, -exponents)
        found = self._loop.add_segments(
            list(columns), segments.rows, segments.length, factors, start, stop, combined, aside
        )
        return aside[:found].copy()

    def add_digits(
        self, parts: Sequence[Vector], cells: Integers, plan: Integers, table: NDArray[np.int64]
    ) -> list[Integers]:
        if not (np.abs(plan[:, 0]) * DIGIT < 1000).all():
            return self._numpy.add_digits(parts, cells, plan, table)
        aside, found = np.empty((len(parts), len(cells)), dtype=np.int64), np.empty(len(parts), dtype=np.int64)
        factors = np.ldexp(1.0, -DIGIT * plan[:, 0])
        self._loop.add_digits(list(parts), cells, factors, plan, aside, found, table, table.shape[1])
        return [rows[:count].copy() for rows, count in zip(aside, found.tolist())]

    def add_scores(
        self, z: Matrix, factors: Vector, cells: Integers, columns: Integers, table: NDArray[np.int64]
    ) -> Integers:
        aside = np.empty(len(cells), dtype=np.int64)
        found = self._loop.add_scores(z, factors, cells, columns, table, aside, table.shape[1])
        return aside[:found].copy()

    def count_cells(self, columns: Sequence[Vector], start: int, bins: Bins, found: Counted, more: Beside) -> int:
        if not (np.abs(bins.firsts) < MOST_BIN).all():
            return self._numpy.count_cells(columns, start, bins, found, more)
        beside = [one for one in (more.averaged, more.times) if one is not None]
        has = more.averaged is not None, more.times is not None
        return self._loop.count_cells([*columns, *beside], start, *bins, *has, more.scale, *found)

    def whiten(
        self,
        columns: Sequence[Vector],
        rests: Mapping[int, Vector],
        around: Around,
        z: Matrix,
        size: Vector,
        left: Vector,
    ) -> None:
        zeros = np.broadcast_to(0.0, left.shape)
        others = [rests.get(j, zeros) for j in range(len(columns))] if rests else None
        self._loop.whiten(list(columns), others, *around, z, size, left)

    def weigh(
        self, columns: Sequence[Vector], starts: Integers, weights: Sequence[Vector | None], sums: Matrix
    ) -> None:
        self._loop.weigh(list(columns), starts, list(weights), sums)

    def deal(self, columns: Sequence[Vector], codes: Integers, counts: Integers, starts: Integers, out: Matrix) -> None:
        self._loop.deal(list(columns), codes, counts.copy(), starts.copy(), out, out.shape[1])

    def take(self, X: Matrix, y: NDArray[np.float64], room: tuple[Matrix, Matrix], start: int) -> bool:
        return self._loop.take(X, y, *room, start)

    def folds(self, first: int, rows: int, count: int, seed: int) -> Integers:
        """(rows,) fold of each row from `first` on, of at most MOST_FOLDS (`wxb.question.shares`)."""
        found = np.empty(rows, dtype=np.int64)
        self._loop.folds(first, count, seed, found)
        return found


def choose() -> Kernel:
    """The compiled kernel on the widest instruction set of this machine, or NumPy's where none was compiled."""
    try:
        return Native()
    except ImportError:
        return ByNumPy()
