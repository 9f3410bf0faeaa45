"""A statistic: what is made of rows, block by block, on any number of threads.

    new      an empty one beside this, for other rows of the same columns
    add      some rows                        (on a thread, in any order)
    absorb   what another was given           (in the order of the rows where `in_order` says so)
    append   whole parts that another was given, elsewhere, after those of this one
    result   what all rows came to

A statistic given to `each` is never added to itself: it says what is wanted, and its `new` ones are fed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Self, TypeVar

import numpy as np

from wxb._typing import Integers, Vector
from wxb.data.block import Block, Column
from wxb.data.table import Scan
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.passes.room import Room

if TYPE_CHECKING:
    from wxb.fields import Reader
    from wxb.moments.kernels import Kernel

R = TypeVar("R", covariant=True)
ALIGNED = 8  # numbers of a line of the cache
FEW = 64  # labels whose rows begin at such lines
_ROOM = Room()


class Statistic(Generic[R]):
    """The face of all statistics; what is not said here otherwise is up to each.

    in_order : every block goes to a `new` one of its own, and they are absorbed in the order of the rows
    sees_nan : `add` raises NumericalError for a number that is not finite, so that nobody need look first
    uses_blas : `add` calls BLAS, whose own threads must be held while several of ours are at work
    numbers_rows : whether the numbers of rows in the whole source decide anything
    appends : whether one `in_order` can be put together of whole parts; if not, what each block came to waits for its turn
    """

    in_order: bool = False
    numbers_rows: bool = True
    appends: bool = False
    sees_nan: bool = False
    uses_blas: bool = False

    def new(self) -> Self:
        raise NotImplementedError

    def begin(self, block: Block) -> None:
        """The next part of the source begins with this block; said in order, before any of the part's is added."""

    def add(self, block: Block) -> None:
        raise NotImplementedError

    def absorb(self, other: Any) -> None:
        raise NotImplementedError

    def append(self, other: Any) -> None:
        """All that another was given, whole parts of the source, which follow those of this one."""
        self.absorb(other)

    def refuse_elsewhere(self, source: str) -> None:
        """UsageError where it holds rows to the end, and those of a source that several machines read would all come here."""

    def result(self, scan: Scan) -> R:
        """What the rows came to; `scan` says what was found of its columns."""
        raise NotImplementedError

    def state(self, scan: Scan) -> dict[str, Any]:
        """All rows so far as JSON, for a checkpoint. More may be added afterwards."""
        raise UsageError(_("what is asked of these rows cannot be put aside"), _("leave `checkpoint` out"))

    def restore(self, reader: Reader) -> None:
        """Take up what `state` gave, before anything else is added."""
        raise NotImplementedError


class Weights(NamedTuple):
    """values : (n,) weights, None where all are 1        second : (n,) what they leave where one double does not hold them

    counts : (n,) how often each row is there, None where once
    """

    values: Vector | None = None
    second: Vector | None = None
    counts: Vector | None = None

    @property
    def none(self) -> bool:
        """Whether every row counts 1."""
        return self.values is None and self.counts is None

    def at(self, rows: Any) -> Weights:
        """Those of some rows."""
        return Weights(*(None if part is None else part[rows] for part in self))


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is summed of some rows.

    columns : (n,) each, targets last        lows : what columns leave where one double does not hold a value, by position
    """

    columns: list[Vector]
    lows: dict[int, Vector]
    weights: Weights

    @classmethod
    def of(cls, block: Block) -> Numbers:
        """A block's numbers, with the weights of its own."""
        columns = block.features if block.target is None else (*block.features, block.target)
        lows = {i: column.low for i, column in enumerate(columns) if column.low is not None}
        return cls([column.values for column in columns], lows, Weights(block.weights, counts=block.frequency))

    def at(self, rows: Any) -> Numbers:
        """Those of some rows."""
        lows = {i: low[rows] for i, low in self.lows.items()}
        return Numbers([column[rows] for column in self.columns], lows, self.weights.at(rows))

    def dealt(self, codes: Integers, kernel: Kernel) -> Iterator[tuple[int, Numbers]]:
        """(code, its rows in their order) for each code that occurs, rising; to be used up before the next rows are dealt.

        codes : (n,) whole numbers
        """
        first, counts, codes = _counted(codes)
        there = np.flatnonzero(counts)
        if len(there) < 2:
            yield from ((first(code), self) for code in there.tolist())
            return
        moved = [*self.columns, *self.lows.values(), *(part for part in self.weights if part is not None)]
        filled = -counts % ALIGNED if len(there) <= FEW else 0
        ends = np.cumsum(counts + filled)
        starts, stride = ends - counts - filled, int(ends[-1]) // (2 * ALIGNED) * 2 * ALIGNED + 3 * ALIGNED
        room = _ROOM.of("dealt", len(moved) * stride + ALIGNED)
        begin = -room.ctypes.data // 8 % ALIGNED
        out = room[begin : begin + len(moved) * stride].reshape(len(moved), stride)
        kernel.deal(moved, codes, counts, starts, out)
        for code, start, count in zip(there.tolist(), starts[there].tolist(), counts[there].tolist()):
            some = iter(out[:, start : start + count])
            columns, lows = [next(some) for __ in self.columns], {i: next(some) for i in self.lows}
            yield (
                first(code),
                Numbers(columns, lows, Weights(*(part if part is None else next(some) for part in self.weights))),
            )

    def onto(self, block: Block) -> Block:
        """The block with these in the place of its columns, the last one as its target."""
        *features, target = (Column(column, self.lows.get(i)) for i, column in enumerate(self.columns))
        return replace(block, features=tuple(features), target=target)

    def into(self, collector: Any) -> None:
        """Add them to a collector."""
        values, second, counts = self.weights
        collector.add(self.columns, self.lows, values, second=second, counts=counts)


def _counted(codes: Integers) -> tuple[Callable[[int], int], Integers, Integers]:
    """What each place stands for, how often it is there, and (n,) the place of each code."""
    low, high = (int(codes.min()), int(codes.max())) if len(codes) else (0, -1)
    if high - low < max(len(codes), 1):
        places = codes - low if low else codes
        return (lambda place: place + low), np.bincount(places, minlength=high - low + 1), places
    found, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return (lambda place: int(found[place])), counts, places.reshape(-1)
