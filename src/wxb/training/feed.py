"""Rows for the descent: all at once as tensors, or streamed in batches from what does not fit in memory.

A source is either arrays (X, y) or (X, y, w), or a function that starts an iterator of such blocks anew for every epoch.
A function's blocks are read into memory once when they fit in `MEMORY` bytes, and streamed otherwise.

Shuffling comes from the seed alone. In memory: one permutation per epoch. Streamed: the next block is drawn from
`AHEAD` blocks read ahead, and its rows are permuted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from wxb.errors import DataError, UsageError
from wxb.i18n import _

if TYPE_CHECKING:
    import torch

Arrays: TypeAlias = "tuple[Any, Any] | tuple[Any, Any, Any]"
Source: TypeAlias = "Arrays | Callable[[], Iterator[Arrays]]"

MEMORY = 256 * 2**20
AHEAD = 8


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """n rows as tensors: X (n, p); y (n,), or (n, 1) for one feature as the notebook has it; w like y, or None."""

    X: torch.Tensor
    y: torch.Tensor
    w: torch.Tensor | None

    @property
    def weight(self) -> float:
        """Sum of the weights, the number of rows without."""
        return float(len(self.X)) if self.w is None else float(self.w.sum())

    def take(self, rows: torch.Tensor | slice) -> Batch:
        return Batch(self.X[rows], self.y[rows], None if self.w is None else self.w[rows])


class Feed:
    """A source as batches of tensors, the same at every epoch or shuffled from the seed.

    features : p        total : sum of the weights of all rows
    """

    def __init__(self, source: Source, *, dtype: torch.dtype, device: torch.device) -> None:
        self._dtype, self._device = dtype, device
        self._start: Callable[[], Iterator[Arrays]] | None = None
        self._whole: Batch | None = None
        if callable(source):
            self._read_ahead(source)
        else:
            self._whole = self._batch(source)
        first = self._whole if self._whole is not None else next(self._stream())
        self.features = first.X.shape[1]
        self.rows, self.total = self._count()
        if self.rows == 0:
            raise DataError(_("there are no rows to descend on"), _("give a table with rows"))
        if not self.total > 0:
            raise DataError(_("the weights add up to zero"), _("give at least some rows a positive weight"))

    @property
    def in_memory(self) -> bool:
        """Whether all rows are held as tensors."""
        return self._whole is not None

    def _read_ahead(self, source: Callable[[], Iterator[Arrays]]) -> None:
        """Keep the blocks when they fit in memory, else only how to start them."""
        import torch

        blocks, size = [], 0
        for arrays in source():
            block = self._batch(arrays)
            blocks.append(block)
            size += (block.X.numel() + 2 * len(block.X)) * block.X.element_size()
            if size > MEMORY:
                self._start = source
                return
        if not blocks:
            raise DataError(_("there are no rows to descend on"), _("give a table with rows"))
        weights = [block.w for block in blocks if block.w is not None]
        self._whole = Batch(
            torch.cat([block.X for block in blocks]),
            torch.cat([block.y for block in blocks]),
            torch.cat(weights) if len(weights) == len(blocks) else None,
        )

    def _batch(self, arrays: Arrays) -> Batch:
        import torch

        X, y, w = arrays if len(arrays) == 3 else (*arrays, None)
        X, y = np.asarray(X), np.asarray(y)
        X = X[:, None] if X.ndim == 1 else X
        if X.ndim != 2 or y.shape != (len(X),) or (w is not None and np.shape(w) != (len(X),)):
            raise UsageError(
                _(
                    "X has shape {shape} and y {of_y}; they must be (n, p) and (n,), weights (n,)",
                    shape=X.shape,
                    of_y=y.shape,
                ),
                _("give arrays of these shapes"),
            )
        tensor = [
            None if part is None else torch.tensor(np.ascontiguousarray(part), dtype=self._dtype) for part in (X, y, w)
        ]
        X_, y_, w_ = [None if part is None else part.to(self._device) for part in tensor]
        assert X_ is not None
        assert y_ is not None
        if X_.shape[1] == 1:
            y_, w_ = y_[:, None], None if w_ is None else w_[:, None]
        return Batch(X_, y_, w_)

    def _stream(self) -> Iterator[Batch]:
        assert self._start is not None
        return map(self._batch, self._start())

    def _count(self) -> tuple[int, float]:
        rows, total = 0, 0.0
        for batch in self.blocks():
            rows += len(batch.X)
            total += batch.weight
        return rows, total

    def blocks(self) -> Iterator[Batch]:
        """All rows in source order, in one piece when they are in memory."""
        if self._whole is not None:
            yield self._whole
        else:
            yield from self._stream()

    def batches(self, size: int, epoch: int, seed: int) -> Iterator[Batch]:
        """All rows in shuffled batches of `size`, the last one shorter. The order depends on (seed, epoch) only."""
        import torch

        generator = torch.Generator().manual_seed((seed * 1_000_003 + epoch) % 2**63)
        if self._whole is not None:
            order = torch.randperm(self.rows, generator=generator).to(self._device)
            for first in range(0, self.rows, size):
                yield self._whole.take(order[first : first + size])
            return
        rest: Batch | None = None
        for block in _drawn(self._stream(), generator):
            order = torch.randperm(len(block.X), generator=generator).to(self._device)
            block = block.take(order)
            joined = block if rest is None else _joined(rest, block)
            whole = len(joined.X) - len(joined.X) % size
            for first in range(0, whole, size):
                yield joined.take(slice(first, first + size))
            rest = joined.take(slice(whole, None)) if whole < len(joined.X) else None
        if rest is not None:
            yield rest


def _drawn(blocks: Iterator[Batch], generator: torch.Generator) -> Iterator[Batch]:
    """The blocks in an order drawn from those read ahead."""
    import torch

    waiting: list[Batch] = []
    for block in blocks:
        waiting.append(block)
        if len(waiting) > AHEAD:
            yield waiting.pop(int(torch.randint(len(waiting), (1,), generator=generator)))
    while waiting:
        yield waiting.pop(int(torch.randint(len(waiting), (1,), generator=generator)))


def _joined(a: Batch, b: Batch) -> Batch:
    import torch

    w = None if a.w is None or b.w is None else torch.cat([a.w, b.w])
    return Batch(torch.cat([a.X, b.X]), torch.cat([a.y, b.y]), w)
