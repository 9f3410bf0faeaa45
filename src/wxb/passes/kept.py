"""Rows for a road that needs them again and again: kept from the first reading while they are few, read anew when not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.advice import Advice
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.errors import DataError, UsageError
from wxb.i18n import _
from wxb.passes.labels import Label
from wxb.passes.statistic import Statistic

if TYPE_CHECKING:
    from wxb.fields import Reader

Rows = tuple[NDArray[np.float64], Vector, Vector | None]

MOST_NUMBERS = 2**26  # kept in memory: half a gigabyte of float64


class KeptRows(Statistic["list[Block] | None"]):
    """The blocks of a scan, in order; None when they are too many to keep.

    source : as the user would name it        again : whether the rows can be read anew; where not, too many are refused
    """

    in_order = True

    def __init__(self, source: str, again: bool) -> None:
        self.source, self.again = source, again
        self._blocks: list[Block] | None = []
        self._numbers = 0

    def new(self) -> Self:
        return type(self)(self.source, self.again)

    def add(self, block: Block) -> None:
        assert self._blocks is not None
        self._blocks.append(block)
        self._numbers += block.rows * (len(block.features) + 1)

    def absorb(self, other: Self) -> None:
        self._numbers += other._numbers
        if self._numbers > MOST_NUMBERS:
            if not self.again:
                raise DataError(
                    _("{source} is larger than memory allows for and can be read only once", source=self.source),
                    _("write it to a Parquet file and give its path"),
                )
            self._blocks = None
        if self._blocks is not None and other._blocks is not None:
            self._blocks += other._blocks

    def refuse_elsewhere(self, source: str) -> None:
        raise UsageError(
            _("PyTorch trains with all rows on one machine, and {source} is read by several", source=source),
            _(
                "descend by {engine}, for which sums are enough, or fit the files here",
                engine=Advice("engine", "moments"),
            ),
        )

    def result(self, scan: Scan) -> list[Block] | None:
        return self._blocks

    def state(self, scan: Scan) -> dict[str, Any]:
        return {}

    def restore(self, reader: Reader) -> None:
        if not self.again:
            raise DataError(
                _(
                    "{source} can be read only once, and its rows before the checkpoint, which are needed again, "
                    "are gone",
                    source=self.source,
                ),
                _("delete the checkpoint to start anew, or write the rows to a file and give its path"),
            )
        self._blocks = None  # those before the checkpoint are not in memory


class RowsAgain:
    """Rows of some labels, as often as they are wanted.

    blocks : all rows, or None        again : starts the scan anew, for when there are none        label : (wxb.passes.labels)
    """

    def __init__(self, blocks: list[Block] | None, again: Callable[[], Scan] | None, label: Label) -> None:
        self.blocks, self.again, self.label = blocks, again, label

    def under(self, labels: Collection[Hashable]) -> Rows | Callable[[], Iterator[Rows]]:
        """Rows (X (n, p), y (n,), weights or None) of these labels.

        All at once when they were kept, else a function that starts reading them anew.
        """
        if self.blocks is not None:
            return _joined([rows for block in self.blocks if (rows := self._select(block, labels)) is not None])
        assert self.again is not None
        again = self.again

        def read() -> Iterator[Rows]:
            for block in again().blocks():
                rows = self._select(block, labels)
                if rows is not None:
                    yield rows

        return read

    def _select(self, block: Block, wanted: Collection[Hashable]) -> Rows | None:
        assert block.target is not None
        columns = [column.values for column in block.features]
        X = np.column_stack(columns) if columns else np.empty((block.rows, 0))
        y, w = np.asarray(block.target.values), block.weights
        found = self.label(block)
        if found is not None:
            codes, labels = found
            chosen = np.array([label in wanted for label in labels])[codes]
            X, y, w = X[chosen], y[chosen], None if w is None else w[chosen]
        return (X, y, w) if len(y) else None


def _joined(parts: list[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    weights = [w for __, __, w in parts if w is not None]
    return (
        np.concatenate([X for X, __, __ in parts]),
        np.concatenate([y for __, y, __ in parts]),
        np.concatenate(weights) if weights else None,
    )
