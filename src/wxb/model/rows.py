"""Rows for a road that needs them again and again: kept from the first reading while they are few, read anew when not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.table import Block, Part, Scan
from wxb.errors import DataError
from wxb.question.shares import Shares

Rows = tuple[NDArray[np.float64], Vector, Vector | None]

MOST_NUMBERS = 2**26  # kept in memory: half a gigabyte of float64


@dataclass(slots=True)
class Keeper:
    """Watches a scan being read, keeps its blocks until they are too many, and gives them again.

    again : starts the scan anew; None for a source that can be read once only
    """

    scan: Scan
    shares: Shares
    again: Callable[[], Scan] | None
    _blocks: list[Block] | None = field(default_factory=list)
    _numbers: int = 0

    def watch(self) -> None:
        """Keep blocks from now on, as the scan is read."""
        self.scan.pieces = [_Watched(part, self) for part in self.scan.pieces]
        self.scan.unproven = None

    def keep(self, block: Block) -> None:
        self._numbers += block.rows * (len(self.scan.terms) + 1)
        if self._blocks is None:
            return
        if self._numbers > MOST_NUMBERS:
            self._blocks = None
            if self.again is None:
                raise DataError(
                    f"{self.scan.source} is larger than memory allows for and can be read only once",
                    "write it to a Parquet file and give its path",
                )
            return
        self._blocks.append(block)

    def source(self, share: int | None) -> Rows | Callable[[], Iterator[Rows]]:
        """Rows (X (n, p), y (n,), weights or None) of a share, or of all but the test rows for None.

        All at once when they were kept, else a function that starts reading them anew.
        """
        if self._blocks is not None:
            return _joined([rows for block in self._blocks if (rows := self._select(block, share)) is not None])
        assert self.again is not None
        again = self.again

        def read() -> Iterator[Rows]:
            for block in again().blocks():
                rows = self._select(block, share)
                if rows is not None:
                    yield rows

        return read

    def _select(self, block: Block, share: int | None) -> Rows | None:
        assert block.target is not None
        X = (
            np.column_stack([column.values for column in block.features])
            if block.features
            else np.empty((block.rows, 0))
        )
        y, w = np.asarray(block.target.values), block.weights
        if not self.shares.whole:
            shares = self.shares.of(block.row_numbers())
            chosen = shares >= 0 if share is None else shares == share
            X, y, w = X[chosen], y[chosen], None if w is None else w[chosen]
        return (X, y, w) if len(y) else None


@dataclass(frozen=True, slots=True)
class _Watched:
    """A part that shows each of its blocks to the keeper."""

    part: Part
    keeper: Keeper

    @property
    def key(self) -> str:
        return self.part.key

    @property
    def rows(self) -> int | None:
        return self.part.rows

    def blocks(self, first: int) -> Iterator[Block]:
        for block in self.part.blocks(first):
            self.keeper.keep(block)
            yield block


def _joined(parts: list[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    weights = [w for _, _, w in parts if w is not None]
    return (
        np.concatenate([X for X, _, _ in parts]),
        np.concatenate([y for _, y, _ in parts]),
        np.concatenate(weights) if weights else None,
    )
