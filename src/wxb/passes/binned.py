"""Rows as a picture shows them: the points while they are few, else how many lie in each cell of a grid (`wxb.passes.grid`).

A look makes numbers of the rows of a block, by name; clouds are pairs of these. What else a picture asks of the same rows goes
along: which are largest, and the quantiles. Any order of blocks, threads and files gives the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self

import numpy as np

from wxb._typing import Integers, Vector
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.moments.kernels import Kernel, choose
from wxb.passes.grid import Cells, Grid, Ranks
from wxb.passes.row_measures import Largest
from wxb.passes.statistic import Statistic

MOST_POINTS = 2000  # that are kept as they are


class Look(NamedTuple):
    """What is looked at of some rows.  block : these        values : (n,) each, by name"""

    block: Block
    values: Mapping[str, Vector]


Looking = Callable[[Block], Iterable[Look]]


class Pair(NamedTuple):
    """What a cloud is of.  averaged : what is averaged in each bin of x, in multiples of 2^unit; None for nothing"""

    x: str
    y: str
    averaged: str | None = None
    unit: int = 0

    @property
    def names(self) -> set[str]:
        """What is looked at for it."""
        return {self.x, self.y} | ({self.averaged} if self.averaged else set())


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Cloud:
    """Rows as points (x, y) with their numbers, in the order of the source, or, where these are more than `MOST_POINTS`, in cells.

    n : how many there are, each as often as it counts        low, high : (2,) the range of x and y
    """

    n: int
    low: tuple[float, float]
    high: tuple[float, float]
    numbers: Integers
    x: Vector
    y: Vector
    cells: Cells | None = None


@dataclass(slots=True)
class CloudSoFar:
    """A cloud in the making: points while they are few, and then the grid."""

    grid: Grid
    points: list[tuple[Integers, Vector, Vector]] | None = field(default_factory=list)
    n: int = 0

    def add(self, block: Block, x: Vector, y: Vector, averaged: Vector | None) -> None:
        self.n += len(x)
        if self.points is not None and self.n <= MOST_POINTS:
            self.points.append((block.row_numbers(), x.copy(), y.copy()))
        else:
            self.points = None
        self.grid.add(x, y, block.frequency, averaged)

    def absorb(self, other: CloudSoFar) -> None:
        self.n += other.n
        if self.points is None or other.points is None or self.n > MOST_POINTS:
            self.points = None
        else:
            self.points = [*self.points, *other.points]
        self.grid.absorb(other.grid)

    def result(self) -> Cloud:
        numbers, x, y = _in_order(self.points or [])
        axes = (self.grid.x, self.grid.y)
        low, high = ((one(axes[0]), one(axes[1])) for one in (lambda a: a.low, lambda a: a.high))
        cells = self.grid.cells() if self.points is None else None
        return Cloud(n=self.grid.rows, low=low, high=high, numbers=numbers, x=x, y=y, cells=cells)


def _in_order(points: list[tuple[Integers, Vector, Vector]]) -> tuple[Integers, Vector, Vector]:
    if not points:
        return np.empty(0, dtype=np.int64), np.empty(0), np.empty(0)
    numbers, x, y = (np.concatenate(parts) for parts in zip(*points))
    order = np.argsort(numbers, kind="stable")
    return numbers[order], x[order], y[order]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Shown:
    """clouds, ranks, largest : by name, as they were asked for        beside : all numbers of the largest rows, by theirs"""

    clouds: Mapping[str, Cloud]
    ranks: Mapping[str, Ranks]
    largest: Mapping[str, Largest]
    beside: Mapping[int, Mapping[str, float]]


class Binned(Statistic[Shown]):
    """Rows as pictures show them.

    look : at a block        pairs : of each cloud, by its name        ranks : what quantiles are wanted of
    largest : how many rows of each are named

    A look leaves out rows that lack a number; one that is not finite is refused.
    """

    sees_nan = True

    def __init__(
        self,
        look: Looking,
        pairs: Mapping[str, Pair],
        *,
        ranks: tuple[str, ...] = (),
        largest: Mapping[str, int] | None = None,
        kernel: Kernel | None = None,
    ) -> None:
        self.look, self.pairs, self.kernel = look, pairs, kernel or choose()
        units = {name: None if pair.averaged is None else pair.unit for name, pair in pairs.items()}
        self.clouds = {name: CloudSoFar(Grid(unit, self.kernel)) for name, unit in units.items()}
        self.ranks = {name: Ranks(self.kernel) for name in ranks}
        self.largest = {name: Largest(count) for name, count in (largest or {}).items()}
        self.beside: dict[int, dict[str, float]] = {}

    def new(self) -> Self:
        counts = {name: one.count for name, one in self.largest.items()}
        return type(self)(self.look, self.pairs, ranks=tuple(self.ranks), largest=counts, kernel=self.kernel)

    def add(self, block: Block) -> None:
        for seen in self.look(block):
            if seen.block.rows:
                self._add(seen)

    def _add(self, seen: Look) -> None:
        for name, pair in self.pairs.items():
            averaged = None if pair.averaged is None else seen.values[pair.averaged]
            self.clouds[name].add(seen.block, seen.values[pair.x], seen.values[pair.y], averaged)
        for name, ranks in self.ranks.items():
            ranks.add(seen.values[name], seen.block.frequency)
        for name, largest in self.largest.items():
            if largest.add(seen.values[name], seen.block.numbers_at):
                self._note(seen, largest)

    def _note(self, seen: Look, largest: Largest) -> None:
        """What was seen of the rows that are the largest so far."""
        for number in largest.numbers.tolist():
            if (place := seen.block.place_of(number)) is not None:
                self.beside[number] = {name: float(one[place]) for name, one in seen.values.items()}
        if len(self.beside) > 8 * largest.count:
            self._forget()

    def _forget(self) -> None:
        """What is no longer among the largest."""
        kept = {int(number) for one in self.largest.values() for number in one.numbers}
        self.beside = {number: self.beside[number] for number in kept if number in self.beside}

    def absorb(self, other: Self) -> None:
        for name, cloud in self.clouds.items():
            cloud.absorb(other.clouds[name])
        for name, ranks in self.ranks.items():
            ranks.absorb(other.ranks[name])
        for name, largest in self.largest.items():
            largest.absorb(other.largest[name])
        self.beside |= other.beside
        self._forget()

    def result(self, scan: Scan) -> Shown:
        clouds = {name: one.result() for name, one in self.clouds.items()}
        return Shown(clouds=clouds, ranks=self.ranks, largest=self.largest, beside=self.beside)
