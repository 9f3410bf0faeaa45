"""`(X, y)`: arrays, lists and tensors as a Table, with nothing between them and the blocks but views.

X is (n,) or (n, p), its columns called x, or x1 … xp, or as in the frame it is; y is (n,), called y or as its Series.
"""

from __future__ import annotations

import array as buffers
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wxb.arguments import described
from wxb.data.numbers import array_cells, dtype_kind
from wxb.data.pandas_index import align, has_index
from wxb.data.table import Block, Column, Scan, block_rows
from wxb.data.times import time_of
from wxb.errors import DataError

if TYPE_CHECKING:
    from wxb.data.frames import ColumnsTable

FEW_ROWS = 4096  # not worth saving a pass over
SOURCE = "the arrays"
BUFFERS = (buffers.array, memoryview)  # numbers by position, without being arrays of NumPy


def arrays_table(X: Any, y: Any, weights: Any = None) -> ArraysTable | ColumnsTable:
    """The table of `(X, y)`, `(X, y, weights)` or X alone (y None); DataError when shapes or types do not fit."""
    if type(X) is np.ndarray and type(y) is np.ndarray and weights is None and X.dtype.names is None:
        matrix, target = laid_plainly(X), laid_plainly(y)
    else:
        columns = named_columns(X)
        if columns is not None:
            from wxb.data.memory import frame_and_target

            return frame_and_target(columns, y, weights)
        matrix = as_array(X, "X")
        target = None if y is None else as_array(y, "y")
    matrix, target = _shaped(matrix, target)
    by_columns = weights is not None
    for name, array in (("X", matrix), ("y", target)):
        if array is not None and array.dtype.kind not in "fiub":
            if array.dtype.kind not in "mM":
                _refuse_no_numbers(name, array)
            by_columns = True
    label = "y" if y is None or type(y) is np.ndarray else _label(y, matrix.shape[1])
    if by_columns:
        from wxb.data.memory import columns_of_arrays

        ordered, note = _in_order(y, weights)
        table = columns_of_arrays(matrix, target, ordered, label)
        table.notes = (note,) if note else ()
        return table
    return ArraysTable(matrix, target, label)


def _shaped(matrix: NDArray[Any], target: NDArray[Any] | None) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """(n, p) and (n,) of what may be (n,) and (n, 1)."""
    if matrix.ndim == 1:
        matrix = matrix[:, None]
    if matrix.ndim != 2:
        raise DataError(f"X has shape {matrix.shape}: (n,) or (n, p) expected.", "Give one row per observation.")
    if target is not None and target.ndim != 1:
        if target.ndim != 2 or target.shape[1] != 1:
            raise DataError(
                f"y has shape {target.shape}: (n,) expected, one number a row.", "Fit one target at a time."
            )
        target = target[:, 0]
    if target is not None and len(target) != len(matrix):
        raise DataError(f"X has {len(matrix)} rows and y has {len(target)}.", "Give one y for every row of X.")
    if not len(matrix):
        raise DataError(f"X has shape {matrix.shape}: there are no data rows.", "Give at least one row of data.")
    return matrix, target


def _label(y: Any, p: int) -> str:
    """The name of the target: that of its series, unless a column of X is called so."""
    from wxb.data.memory import name_of

    name = name_of(y)
    return "y" if not name or name in term_names(p) else name


def term_names(p: int) -> tuple[str, ...]:
    return ("x",) if p == 1 else tuple([f"x{j}" for j in range(1, p + 1)])


def _in_order(y: Any, weights: Any) -> tuple[Any, str]:
    """(the weights in the order of y where both have labels, what to say about it)."""
    return align(y, weights, "y", "w") if has_index(y) and has_index(weights) else (weights, "")


def named_columns(thing: Any) -> Any:
    """What has names for its columns, as a frame, a series or a dict; None for what goes by position."""
    if isinstance(thing, Mapping):
        return thing
    if isinstance(thing, np.ndarray):
        masked = isinstance(thing, np.ma.MaskedArray)
        return {name: thing[name] for name in thing.dtype.names} if thing.dtype.names and not masked else None
    if isinstance(thing, (list, tuple)):
        return columns_of_rows(thing) if thing and isinstance(thing[0], Mapping) else None
    if has_index(thing) or (hasattr(thing, "__arrow_c_stream__") and hasattr(thing, "columns")):
        return thing
    polars = type(thing).__module__.partition(".")[0] == "polars" and type(thing).__name__ == "Series"
    return {thing.name: thing} if polars and thing.name else None


def columns_of_rows(rows: Sequence[Any]) -> dict[Any, list[Any]]:
    """A list of dicts as a dict of lists; what a row does not have is missing there."""
    names: dict[Any, None] = {}
    for place, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise DataError(
                f"the rows: row {place + 1} is {described(row)} ({type(row).__name__}), and row 1 is a dict.",
                "Give every row as a dict of names and values.",
            )
        names.update(dict.fromkeys(row))
    return {name: [row.get(name) for row in rows] for name in names}


def as_array(thing: Any, name: str) -> NDArray[Any]:
    """An array, tensor, series or list as a NumPy array; DataError for what is none."""
    if hasattr(thing, "detach") and not hasattr(thing, "read"):  # nor an open file, which has one too
        thing = _tensor(thing, name)
    if hasattr(thing, "tocsr"):
        raise DataError(f"{name} is a sparse matrix.", f"Give {name}.toarray() if it fits in memory.")
    if isinstance(thing, np.ma.MaskedArray):
        raise DataError(
            f"{name} is a masked array.", f'Give {name}.filled(np.nan), and missing="drop" to leave rows out.'
        )
    if isinstance(thing, (str, bytes)) or (not hasattr(thing, "__array__") and not hasattr(thing, "__len__")):
        raise DataError(f"{name} is a {type(thing).__name__}: an array, a list or a tensor expected.")
    if isinstance(thing, (list, tuple)) and thing and hasattr(thing[0], "detach"):
        thing = [_tensor(part, name) if hasattr(part, "detach") else part for part in thing]
    try:
        found = np.asarray(thing)
    except ValueError as error:
        raise DataError(
            f"{name}: its rows have different lengths.", "Give every row the same number of values."
        ) from error
    except (TypeError, NotImplementedError, RuntimeError, OverflowError) as error:
        raise DataError(
            f"{name} cannot be read as an array: {error}.", "Give an array or a list of numbers."
        ) from error
    if isinstance(thing, (list, tuple)):
        if any(isinstance(part, np.ma.MaskedArray) for part in thing):
            raise DataError(f"{name} has a masked array in it.", "Give it .filled(np.nan).")
        if found.dtype.kind == "f" and rounded(found):
            return np.array(thing, dtype=object)
    return laid_plainly(found)


def laid_plainly(array: NDArray[Any]) -> NDArray[Any]:
    """The same numbers aligned and in the machine's byte order: fields of packed records, big-endian files are copied."""
    if array.dtype.kind not in "biufmM" or (array.flags.aligned and array.dtype.byteorder in "=|"):
        return array
    return array.astype(array.dtype.newbyteorder("="))


def rounded(array: NDArray[Any]) -> bool:
    """Whether integers of a list may have lost digits when its floats made NumPy choose float64."""
    with np.errstate(invalid="ignore"):
        return bool((np.abs(array) >= 2.0**53).any())


def _tensor(thing: Any, name: str) -> NDArray[Any]:
    """A torch tensor's numbers, wherever they lie and whether or not autograd follows them."""
    try:
        plain = thing.detach()
        if getattr(plain, "is_sparse", False):
            raise DataError(f"{name} is a sparse tensor.", f"Give {name}.to_dense() if it fits in memory.")
        plain = plain.cpu()
        try:
            return plain.numpy()
        except TypeError:  # bfloat16 has no NumPy type; float32 holds it exactly
            return plain.float().numpy()
    except (
        TypeError,
        AttributeError,
        NotImplementedError,
        RuntimeError,
    ) as error:  # meta, quantized, or no tensor at all
        reason = str(error).partition("\n")[0][:200]
        raise DataError(
            f"{name} is a {type(thing).__name__} whose numbers cannot be had: {reason}.", "Give an array."
        ) from error


def _refuse_no_numbers(name: str, array: NDArray[Any]) -> None:
    """Raise DataError for an array of anything but numbers; an object array of nothing but numbers or times passes."""
    if array.dtype.kind == "c":
        raise DataError(
            f"{name} is complex ({array.dtype}): real numbers expected.", f"Give {name}.real if that is meant."
        )
    if array.dtype.kind != "O":
        kind = "text" if array.dtype.kind in "USaT" else "records" if array.dtype.names else "values of another kind"
        raise DataError(
            f"{name} is an array of {kind} (dtype {array.dtype}): numbers expected.", "Convert it to numbers first."
        )
    for place, thing in np.ndenumerate(array):
        number = isinstance(thing, (int, float, np.number, np.bool_)) and not isinstance(thing, np.complexfloating)
        if not number and type(thing).__name__ != "NaTType" and time_of(thing) is None:
            at = ", ".join(f"column {i + 1}" if axis else f"row {i + 1}" for axis, i in enumerate(place))
            raise DataError(
                f"{name} is an array of Python objects: {at} is {described(thing)} ({type(thing).__name__}).",
                "Give an array of numbers, with np.nan where one is missing.",
            )


@dataclass(slots=True)
class ArraysTable:
    """X (n, p) and y (n,) of floats, integers or bools."""

    X: NDArray[Any]
    y: NDArray[Any] | None
    label: str = "y"

    @property
    def name(self) -> str:
        return SOURCE

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

    def scan(
        self,
        *,
        target: str | None,
        features: Sequence[str] | None = None,
        weights: str | None = None,
        by: str | None = None,
        missing: str = "error",
    ) -> Scan:
        plain = weights is None and by is None and missing in ("error", "drop")
        has_target = target is not None and target == self.label and self.y is not None
        if not plain or not (has_target or (target is None and self.y is None)):
            return self._columns().scan(target=target, features=features, weights=weights, by=by, missing=missing)
        terms = self.terms
        if features is not None and tuple(features) != terms:
            return self._columns().scan(target=target, features=features, missing=missing)
        exact = self.X.dtype.kind != "f"
        integral = (exact,) * len(terms)
        if self.y is not None:
            integral = (*integral, self.y.dtype.kind != "f")
        kinds = (dtype_kind(self.X.dtype),) * len(terms)
        if self.y is not None:
            kinds = (*kinds, dtype_kind(self.y.dtype))
        scan = Scan(SOURCE, terms, self.label if has_target else "", integral, (), kinds=kinds)
        scan.pieces = (ArraysPart(self, scan, missing),)
        if len(self.X) > FEW_ROWS:
            scan.unproven = (ArraysPart(self, scan, missing, proven=False),)
        return scan

    def _columns(self) -> ColumnsTable:
        """The same table by columns, for what is not plain."""
        from wxb.data.memory import columns_of_arrays

        return columns_of_arrays(self.X, self.y, None, self.label)


@dataclass(slots=True)
class ArraysPart:
    """The whole of an ArraysTable, in blocks of views."""

    table: ArraysTable
    scan: Scan
    missing: str
    proven: bool = True

    @property
    def key(self) -> str:
        return f"arrays|{self.table.X.shape}|{id(self.table.X)}"

    @property
    def rows(self) -> int | None:
        return len(self.table.X)

    def blocks(self, first: int) -> Iterator[Block]:
        X, y = self.table.X, self.table.y
        n, p = X.shape
        size = block_rows(p)
        for start in range(0, n, size):
            part = X[start : start + size]
            target = None if y is None else y[start : start + size]
            block = _plain_block(part, target, first + start, self.proven)
            if block is None:
                yield from self._through_gate(first, start)
                return
            yield block

    def _through_gate(self, first: int, start: int) -> Iterator[Block]:
        """What is not plain (missing, infinite, more digits than a double's) goes row by row through the gate."""
        from wxb.data.frames import gated_blocks

        yield from gated_blocks(self.table._columns(), self.scan, self.missing, first, start)


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
