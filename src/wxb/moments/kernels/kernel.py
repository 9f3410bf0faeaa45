"""What every kernel does: sums of products, exact and rounded, and rows as they lie around a line; into arrays the caller owns.

Exact sums come with their theorem, `slices`; a kernel keeps to its bound (no sum of squares of first slices reaches 2^53) and hands
back, untouched, the rows with which it could not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Integers, Matrix, Vector
from wxb.moments.segments import Segments
from wxb.moments.sums import Sums


class Step(NamedTuple):
    """How far a kernel came: rows before `reached` are in the sums, or among `aside`, which do not fit the plan.

    undecided : so many rows from `reached` on need a decision: too many of them do not fit, or their squares are too large
    """

    reached: int
    aside: Integers
    undecided: int


class Kernel(Protocol):
    """Cuts, multiplies and adds. Columns are (n,) float64 arrays, however they lie in memory."""

    @property
    def name(self) -> str:
        """What it works with, for people."""
        ...

    @property
    def uses_blas(self) -> bool:
        """Whether it calls BLAS, whose own threads must then be held while ours are at work."""
        ...

    @property
    def stretch(self) -> int:
        """Rows whose rounded products are summed before their sum is added, when filled up to a multiple of 8."""
        ...

    def takes_numbers(self, width: int) -> bool:
        """Whether, of so many columns, a number that is more than its slices is added alone, and its row with the others."""
        ...

    def add(self, columns: list[Vector], start: int, sums: Sums) -> Step:
        """Add rows from `start` on to exact sums, and widen their range; stops early where it wants an answer or room."""
        ...

    def add_shifted(self, columns: list[Vector], shift: Vector, weights: Vector | None, sums: Matrix) -> None:
        """sums += Σ w (1, z − c)(1, z − c)ᵀ, rounded; (m + 1, m + 1), of which the upper triangle counts; c = shift."""
        ...

    def add_segments(
        self,
        columns: Sequence[Vector],
        segments: Segments,
        exponents: NDArray[np.int64],
        start: int,
        stop: int,
        combined: NDArray[np.int64],
    ) -> Integers:
        """Exact sums of some segments, into combined (segments, 2 levels − 1, q, q), zeros there; returns rows that do not fit.

        z = (1, columns…) has q parts, exponents (q,) is how they are scaled; level m counts units of 2^(e_i + e_j − 22 m).
        Calls for different segments may run at once.
        """
        ...

    def add_digits(
        self, parts: Sequence[Vector], cells: Integers, plan: Integers, table: NDArray[np.int64]
    ) -> list[Integers]:
        """Cut numbers into digits of 32 bits and add those of each row to its cell of a table (g, d); exact.

        plan (parts, 3) : of each part the place p of its first digit, so that it counts units of 2^(32 p), the column of the
        table where that is added, and how many digits there are. A first digit has at most 36 bits; of a part's rows those
        that do not fit are not added, and given back. Rows: at most 65536.
        """
        ...

    def add_scores(
        self, z: Matrix, factors: Vector, cells: Integers, columns: Integers, table: NDArray[np.int64]
    ) -> Integers:
        """Add z (k, n) times the factors (n,) of its rows, rounded to whole numbers, to each row's cell of a table (g, d).

        columns : (k,) of the table where the three digits of 32 bits of each begin, the first one of 36 bits at most. Rows with
        a number that is more than that, or none, are not added, and given back. z, factors and cells lie in one piece.
        """
        ...

    def count_cells(self, columns: Sequence[Vector], start: int, bins: Bins, found: Counted, more: Beside) -> int:
        """Count rows from `start` on by the cell of their bins, and widen the range; the row reached: near it one lies outside.

        columns : (n,) one or two, each cut into its bins
        """
        ...

    def whiten(
        self,
        columns: Sequence[Vector],
        rests: Mapping[int, Vector],
        around: Around,
        z: Matrix,
        size: Vector,
        left: Vector,
    ) -> None:
        """z (p, n) = T (x − c) of the first p columns, size (n,) = Σ z², left (n,) = θ₀ + Σ θ_j x_j of all, one sum of pairs.

        rests : what columns leave where one double does not hold a value, by position
        """
        ...

    def weigh(
        self, columns: Sequence[Vector], starts: Integers, weights: Sequence[Vector | None], sums: Matrix
    ) -> None:
        """sums[t, m] += Σ v_m z zᵀ over the rows from starts[t] to starts[t + 1], at most TILE of them: X' diag(v) X by tiles.

        columns : (k,) z        weights : (n,) v of each m, None for ones        sums : (tiles, m, k, k), whole and symmetric
        """
        ...

    def deal(self, columns: Sequence[Vector], codes: Integers, counts: Integers, starts: Integers, out: Matrix) -> None:
        """Put the rows of each code together, in their order: out[:, starts[c]] is the first one of code c.

        codes : (n,) 0 … K − 1        counts : (K,) rows of each        starts : (K,)        out : (m, any)
        """
        ...

    def take(self, X: Matrix, y: NDArray[np.float64], room: tuple[Matrix, Matrix], start: int) -> bool:
        """Copy the rows of X (n, p) and y, (n,) or (n, t), to where is room, from its row `start` on; whether all is finite."""
        ...


class Bins(NamedTuple):
    """⌊x scale⌋ − first of each column, 0 to 2^shift − 1; a cell is their bins in row-major order.

    scales, firsts : (columns,) powers of two, whole numbers of at most 2^53
    """

    shift: int
    scales: Vector
    firsts: Vector


class Counted(NamedTuple):
    """counts : (2^(shift columns),) rows        sums : (2^shift,) of what is averaged, by bin of the first column

    low, high : (columns,) the range of the rows that were counted
    """

    counts: Integers
    sums: Integers
    low: Vector
    high: Vector


class Beside(NamedTuple):
    """averaged : (n,) whose multiples of 1/scale are summed, each of at most `MOST_MULTIPLE`

    times : (n,) for how many rows each stands
    """

    averaged: Vector | None = None
    scale: float = 1.0
    times: Vector | None = None


class Around(NamedTuple):
    """Where rows are looked at from: a centre, a measure, a line.

    centre : (2, p) c as pairs        T : (p, p) lower triangular        theta : (2, q + 1) θ as pairs, of a constant first
    """

    centre: Matrix
    T: Matrix
    theta: Matrix


TILE = 512  # rows of a tile at most
MOST_MULTIPLE = 2.0**36  # that a number counts for in a mean: 2^26 of them are still below 2^62
