"""Arrays X (n, p) and y (n,) as a Table, with nothing between them and the blocks but views."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from wxb.data.block import FEW_ROWS, Block, Column, block_rows, view_rows
from wxb.data.field import Field
from wxb.data.kinds import Kind
from wxb.data.numbers import array_cells, dtype_kind
from wxb.data.plain_arrays import SOURCE, term_names
from wxb.data.reading import Blocks, Reading
from wxb.data.roles import Roles
from wxb.data.selection import Selection
from wxb.data.table import Scan
from wxb.i18n import _

if TYPE_CHECKING:
    from wxb.data.frames import ColumnsPart, ColumnsTable


@dataclass(slots=True)
class ArraysTable:
    """X (n, p) and y (n,) of floats, integers or bools."""

    X: NDArray[Any]
    y: NDArray[Any] | None
    label: str = "y"

    @property
    def name(self) -> str:
        return _(SOURCE)

    @property
    def terms(self) -> tuple[str, ...]:
        return term_names(self.X.shape[1])

    @property
    def target(self) -> str | None:
        return None if self.y is None else self.label

    @property
    def weights(self) -> str | None:
        return None

    @property
    def columns(self) -> tuple[str, ...]:
        return self.terms if self.y is None else (*self.terms, self.label)

    @property
    def rereadable(self) -> bool:
        return True

    @property
    def kinds(self) -> Mapping[str, Kind]:
        kind = dtype_kind(self.X.dtype)
        return dict.fromkeys(self.terms, kind) | ({} if self.y is None else {self.label: dtype_kind(self.y.dtype)})

    def scan(self, selection: Selection) -> Scan:
        given = self.label if self.y is not None else None
        others = selection.weights, selection.frequency, selection.by, *selection.labels, *selection.beside
        alone = others == (None, None, None) and selection.target == given
        terms = self.terms
        if not alone or (selection.features is not None and tuple(selection.features) != terms):
            return self.by_columns().scan(selection)
        kind, exact = dtype_kind(self.X.dtype), self.X.dtype.kind != "f"
        features = tuple([Field(term, place, kind, exact) for place, term in enumerate(terms)])
        y = self.y
        target = None if y is None else Field(self.label, len(terms), dtype_kind(y.dtype), y.dtype.kind != "f")
        unproven = (ArraysPart(self, selection, proven=False),) if len(self.X) > FEW_ROWS else None
        return Scan(
            source=_(SOURCE),
            roles=Roles(features=features, target=target),
            parts=(ArraysPart(self, selection),),
            unproven=unproven,
        )

    def by_columns(self) -> ColumnsTable:
        """The same table by columns, for what is not plain."""
        from wxb.data.memory import columns_of_arrays

        return columns_of_arrays(self.X, self.y, None, self.label)


@dataclass(frozen=True, slots=True)
class ArraysPart:
    """The whole of an ArraysTable, in blocks of views."""

    table: ArraysTable
    selection: Selection
    proven: bool = True

    @property
    def key(self) -> str:
        return f"arrays|{self.table.X.shape}|{id(self.table.X)}"

    @property
    def rows(self) -> int | None:
        return len(self.table.X)

    def blocks(self, first: int) -> Blocks:
        X, y = self.table.X, self.table.y
        n, p = X.shape
        start = 0
        while start < n:
            size = block_rows(p) if self.proven else view_rows(p, n - start)
            part = X[start : start + size]
            target = None if y is None else y[start : start + size]
            block = _plain_block(part, target, first + start, self.proven)
            if block is None:
                return (yield from self._through_gate(first, start))
            yield block
            start += size
        return Reading(rows=n)

    def _through_gate(self, first: int, start: int) -> Blocks:
        """What is not plain (missing, infinite, more digits than a double's) goes row by row through the gate."""
        (part,) = self.table.by_columns().scan(self.selection).parts
        return (yield from cast("ColumnsPart", part).blocks(first, start))


def _plain_block(X: NDArray[Any], y: NDArray[Any] | None, first: int, proven: bool) -> Block | None:
    """A block of doubles, all finite when `proven`; None when it takes more than that."""
    matrix, target = _doubles(X), None if y is None else _doubles(y)
    if matrix is None or (y is not None and target is None):
        return None
    if proven:
        with np.errstate(all="ignore"):
            # A finite sum proves that every number is; an overflowing one sends the block the long way, as right.
            total = matrix.sum() if target is None else matrix.sum() + target.sum()
        if not math.isfinite(total):
            return None
    features = tuple([Column(matrix[:, j]) for j in range(X.shape[1])])
    return Block(first, len(X), None, features, None if target is None else Column(target))


def _doubles(array: NDArray[Any]) -> NDArray[np.float64] | None:
    """The array as float64 when it holds nothing more than that, else None."""
    if array.dtype == np.float64:
        return array if array.dtype.isnative and array.flags.aligned else array.astype(np.float64)
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "b" or (kind in "fiu" and size < 8):
        return array.astype(np.float64)
    if kind in "iu":
        cells = array_cells(array.reshape(-1))
        return cells.values.reshape(array.shape) if cells.low is None else None
    return None
