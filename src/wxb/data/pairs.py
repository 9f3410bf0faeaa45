"""The table of `(X, y)`, `(X, y, weights)` or X alone: plain arrays as they lie, everything else by columns.

X is (n,) or (n, p), its columns called x, or x1 … xp, or as in the frame it is; y is (n,), called y or as its Series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wxb.data.arrays import ArraysTable
from wxb.data.pandas_index import align, has_index
from wxb.data.plain_arrays import as_array, laid_plainly, named_columns, refuse_no_numbers, term_names
from wxb.errors import DataError
from wxb.i18n import _
from wxb.numbers import counted, thousands

if TYPE_CHECKING:
    from wxb.data.frames import ColumnsTable


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
                refuse_no_numbers(name, array)
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
        raise DataError(
            _("X has shape {shape}: (n,) or (n, p) expected", shape=matrix.shape), _("give one row per observation")
        )
    if target is not None and target.ndim != 1:
        if target.ndim != 2 or target.shape[1] != 1:
            raise DataError(
                _("y has shape {shape}: (n,) expected, one number a row", shape=target.shape),
                _("fit one target at a time"),
            )
        target = target[:, 0]
    if target is not None and len(target) != len(matrix):
        raise DataError(
            _("X has {rows} and y has {others}", rows=counted(len(matrix), "row"), others=thousands(len(target))),
            _("give one y for every row of X"),
        )
    if not len(matrix):
        raise DataError(
            _("X has shape {shape}: there are no data rows", shape=matrix.shape), _("give at least one row of data")
        )
    return matrix, target


def _label(y: Any, p: int) -> str:
    """The name of the target: that of its series, unless a column of X is called so."""
    from wxb.data.memory import name_of

    name = name_of(y)
    return "y" if not name or name in term_names(p) else name


def _in_order(y: Any, weights: Any) -> tuple[Any, str]:
    """(the weights in the order of y where both have labels, what to say about it)."""
    return align(y, weights, "y", "w") if has_index(y) and has_index(weights) else (weights, "")
