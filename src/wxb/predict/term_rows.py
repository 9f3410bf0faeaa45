"""New rows as the terms of a model: which columns, of which kind, block by block, as pairs of doubles.

Columns are found by name in whatever has names; arrays are taken by position, in the order of the model's terms. What is
read means the same as in the data of the fit, or is refused by name (`wxb.design.meaning`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data import open_table
from wxb.data.block import Block
from wxb.data.files import is_path, is_stream
from wxb.data.numbers import array_cells, dtype_kind
from wxb.data.pandas_index import align_columns, has_index
from wxb.data.plain_arrays import BUFFERS, as_array, rounded
from wxb.data.reading import Read
from wxb.data.remarks import without_prediction
from wxb.data.words import split_integer
from wxb.errors import DataError, UsageError
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.numbers import counted
from wxb.printable import show

Lows = dict[str, Vector]
TermBlock = tuple[NDArray[np.int64], dict[str, Vector], Lows]


def term_blocks(model: Fitted, data: Any, missing: str, notes: list[str] | None) -> Iterator[TermBlock]:
    """Numbers of the rows, term columns, and what these leave where one double does not hold a value."""
    from wxb.data.memory import names_of

    data = _without_target(data)
    array = _as_matrix(data)
    if array is not None:
        yield from _of_matrix(model, array, missing, notes)
        return
    if isinstance(data, Mapping):
        texts = data if all(type(name) is str for name in data) else names_of(data)
        data = {name: _listed(values) for name, values in zip(texts, data.values())}
        data, aligned = align_columns(data) if any(map(has_index, data.values())) else (data, [])
        given = _plain_terms(model, data)
        if given is not None:
            yield _numbered(model, given, list(given), _("the values"))
            return
        if notes is not None:
            notes.extend(aligned)
    table = open_table(data)
    yield from _of_table(model, table, missing, notes, _positions(table, data, len(model.terms)))


def opened(model: Fitted, data: Any, notes: list[str] | None) -> tuple[Any, Sequence[str] | None]:
    """(the table of new rows, its columns where they are taken by position, in the order that the design reads them in)."""
    from wxb.data.memory import names_of

    data = _without_target(data)
    array = _as_matrix(data)
    if array is not None:
        table = open_table(array) if array.ndim != 2 or array.dtype.kind in "fiub" else _by_columns(data, array)
        return table, table.columns
    if isinstance(data, Mapping):
        data = {name: _listed(values) for name, values in zip(names_of(data), data.values())}
        data, aligned = align_columns(data) if any(map(has_index, data.values())) else (data, [])
        if notes is not None:
            notes.extend(aligned)
    table = open_table(data)
    return table, _positions(table, data, len(model.design.shown_names))


def _by_columns(data: Any, array: NDArray[Any]) -> Any:
    """Rows of numbers and texts, in a list of lists or an array of objects, as a table of columns."""
    from wxb.data.memory import columns_table

    rows = data if isinstance(data, list) else array.tolist()
    return columns_table({f"x{place}": list(column) for place, column in enumerate(zip(*rows), 1)})


def _without_target(data: Any) -> Any:
    """X of (X, y) and (X, y, weights)."""
    pair = type(data) is tuple and len(data) in (2, 3) and not (is_path(data[0]) or is_stream(data[0]))
    return data[0] if pair else data


def _positions(table: Any, data: Any, columns: int) -> Sequence[str] | None:
    """The column of a series without a name, where the model is made of one."""
    from wxb.data.memory import name_of

    nameless = hasattr(data, "to_numpy") and not hasattr(data, "columns") and not name_of(data)
    return table.columns if nameless and columns == 1 else None


def _of_table(
    model: Fitted, table: Any, missing: str, notes: list[str] | None, columns: Sequence[str] | None = None
) -> Iterator[TermBlock]:
    from wxb.design.meaning import scan_as  # for tables: typed values need none of it

    keep = missing == "nan"
    scan = scan_as(model.design, table, target=False, missing="drop" if keep else missing, columns=columns)
    read = Read(scan.blocks())
    for block in read:
        pairs = [(column.values, column.low) for column in block.features]
        numbers = block.row_numbers()
        if keep and block.kept is not None:
            numbers, pairs = block.first + np.arange(block.source_rows), [_spread(block, *pair) for pair in pairs]
        yield numbers, *_named(model.terms, pairs)
    if notes is not None:
        notes.extend(without_prediction(read.reading) if keep else read.reading.notes)


def _spread(block: Block, values: Vector, low: Vector | None) -> tuple[Vector, Vector | None]:
    """A column of the rows kept among all the block's rows, NaN for those with a missing value."""
    assert block.kept is not None
    full = np.full(block.source_rows, np.nan)
    full[block.kept] = values
    if low is None:
        return full, None
    rest = np.zeros(block.source_rows)
    rest[block.kept] = low
    return full, rest


def _of_matrix(model: Fitted, array: NDArray[Any], missing: str, notes: list[str] | None) -> Iterator[TermBlock]:
    if array.ndim == 2 and array.shape[1] != len(model.terms):
        raise UsageError(
            _(
                "X has {columns}, the model {count}: {terms}",
                columns=counted(array.shape[1], "column"),
                count=counted(len(model.terms), "term"),
                terms=", ".join(model.terms),
            ),
            _("give its columns in the order of the terms, or a table with their names"),
        )
    if array.dtype.kind in "fiub" and array.ndim == 2:
        if not np.isfinite(array).all():
            raise DataError(
                _("X holds NaN or infinite values; no prediction can be made of them"), _("leave those rows out")
            )
        yield _numbered(model, dict(zip(model.terms, array.T)), model.terms, "X", finite=True)
        return
    table = open_table(array)
    yield from _of_table(model, table, missing, notes, table.columns)


def _numbered(
    model: Fitted, columns: Mapping[str, NDArray[Any]], names: Iterable[str], source: str, finite: bool = False
) -> TermBlock:
    """Plain arrays of numbers, one for each term, checked."""
    from wxb.design.meaning import refuse_no_truth, refuse_other

    pairs = [_pair(column) for column in columns.values()]
    rows = np.arange(len(pairs[0][0]) if pairs else 0)
    for (values, __), column, name, term in zip(pairs, columns.values(), names, model.design.terms):
        if not finite and not np.isfinite(values).all():
            raise DataError(
                _(
                    "{source}: {name} holds NaN or infinite values; no prediction can be made of them",
                    source=source,
                    name=show(name),
                ),
                _("leave those rows out"),
            )
        refuse_other(term.kind, dtype_kind(column.dtype), name, source)
        if term.is_truth:
            refuse_no_truth(values, name, source, rows)
    return rows, *_named(model.terms, pairs)


def numbered(terms: Sequence[str], columns: Mapping[str, NDArray[Any]]) -> TermBlock:
    """Columns of numbers that stand for the terms as the model counts them."""
    pairs = [_pair(np.atleast_1d(np.asarray(columns[term]))) for term in terms]
    return np.arange(len(pairs[0][0]) if pairs else 1), *_named(terms, pairs)


def _plain_terms(model: Fitted, data: Mapping[str, Any]) -> dict[str, NDArray[Any]] | None:
    """Arrays of numbers of equal length under the names of all terms; None when it takes more to read them."""
    given: dict[str, NDArray[Any]] = {}
    for term in model.terms:
        if term not in data:
            return None
        array = _plain(data[term])
        if array is None:
            return None
        given[term] = array
    return given if len({len(array) for array in given.values()}) == 1 else None


def _plain(values: Any) -> NDArray[Any] | None:
    """(m,) numbers as they are; None for what takes more to read, or has to be refused in words."""
    if isinstance(values, np.ma.MaskedArray):
        return None
    if hasattr(values, "detach"):
        values = as_array(values, _("the values"))
    try:
        array = np.asarray(values)
    except (ValueError, TypeError, OverflowError, RuntimeError):
        return None
    if array.dtype.kind not in "fiub" or array.ndim != 1:
        return None
    return (
        None if isinstance(values, list) and array.dtype.kind == "f" and rounded(array[np.isfinite(array)]) else array
    )


def _listed(values: Any) -> Any:
    """A column as it is, one value as a column of one."""
    if isinstance(values, str | bytes):
        return [values]
    if getattr(values, "ndim", None) == 0:
        return [values if isinstance(values, np.generic) else as_array(values, _("the value"))[()]]
    return values if hasattr(values, "__len__") or hasattr(values, "__iter__") else [values]


def _named(terms: Iterable[str], pairs: Sequence[tuple[Vector, Vector | None]]) -> tuple[dict[str, Vector], Lows]:
    columns = {term: values for term, (values, __) in zip(terms, pairs)}
    return columns, {term: low for term, (__, low) in zip(columns, pairs) if low is not None}


def _pair(column: NDArray[Any]) -> tuple[Vector, Vector | None]:
    """(m,) numbers of any type as doubles, and what 64-bit integers and long doubles leave."""
    if column.dtype == object:  # whole numbers beyond 64 bits
        things = column.tolist()
        if bad := [thing for thing in things if not isinstance(thing, int | float)]:
            raise DataError(
                _("{kind} {bad!r:.40}: a number expected", kind=type(bad[0]).__name__, bad=bad[0]), _("give numbers")
            )
        parts = [split_integer(thing) if isinstance(thing, int) else (thing, 0.0) for thing in things]
        values, low = (np.array(part, dtype=np.float64) for part in zip(*parts))
        return values, low if low.any() else None
    cells = array_cells(column)
    return cells.values, cells.low


def _as_matrix(data: Any) -> NDArray[Any] | None:
    """(m, p) of an array, tensor or nested list, or (m,) of what is read by position; None for what has columns of its own."""
    if type(data) is np.ndarray:
        array = data if data.dtype.names is None else None
    elif isinstance(data, (np.ndarray, range, *BUFFERS)) or (hasattr(data, "detach") and not is_stream(data)):
        array = None if getattr(getattr(data, "dtype", None), "names", None) else as_array(data, "X")
    elif isinstance(data, list) and not any(isinstance(d, str | Mapping | PathLike) for d in data):
        array = as_array(data, "X")
    else:
        return None
    return array[:, None] if array is not None and array.ndim == 1 else array
