"""A statistic: what is made of rows, block by block, on any number of threads.

    new      an empty one beside this, for other rows of the same columns
    add      some rows                        (on a thread, in any order)
    absorb   what another was given           (in the order of the rows where `in_order` says so)
    result   what all rows came to

A statistic given to `each` is never added to itself: it says what is wanted, and its `new` ones are fed.
"""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar

from wxb._typing import Vector
from wxb.data.table import Block, Scan
from wxb.fields import Reader

R = TypeVar("R", covariant=True)
Lows = dict[int, Vector]


class Statistic(Generic[R]):
    """The face of all statistics; what is not said here otherwise is up to each.

    in_order : every block goes to a `new` one of its own, and they are absorbed in the order of the rows
    sees_nan : `add` raises NumericalError for a number that is not finite, so that nobody need look first
    uses_blas : `add` calls BLAS, whose own threads must be held while several of ours are at work
    """

    in_order: bool = False
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

    def result(self, scan: Scan) -> R:
        """What the rows came to; `scan` says what was found of its columns."""
        raise NotImplementedError

    def state(self, scan: Scan) -> dict[str, Any]:
        """All rows so far as JSON, for a checkpoint. More may be added afterwards."""
        raise NotImplementedError

    def restore(self, reader: Reader) -> None:
        """Take up what `state` gave, before anything else is added."""
        raise NotImplementedError


def logical(block: Block) -> tuple[list[Vector], Lows]:
    """The block's columns, the target last, and what these leave where one double does not hold a value."""
    columns = block.features if block.target is None else (*block.features, block.target)
    lows = {i: column.low for i, column in enumerate(columns) if column.low is not None}
    return [column.values for column in columns], lows
