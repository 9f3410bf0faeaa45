"""Tables of columns in memory, made of what people have: dicts, frames, records, lists of dicts, `(X, y)` and weights.

Names are texts: the column 0 of a pandas frame is `0`. Series and frames of pandas are put together by their labels
(see `pandas_index`), everything else by position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wxb.data.frames import ColumnsTable, Held, HeldArray, HeldObjects
from wxb.data.numbers import NUMERIC_KINDS
from wxb.data.pandas_index import align, align_columns, has_index, index_columns
from wxb.data.plain_arrays import SOURCE, as_array, laid_plainly, refuse_elsewhere, rounded, term_names
from wxb.errors import DataError
from wxb.i18n import N_, _
from wxb.numbers import counted, thousands
from wxb.printable import show

NAMES_OF_WEIGHTS = ("w", "weights", N_("the weights"))
THE_TABLE = N_("the table")


def columns_table(columns: Mapping[Any, Any], weights: Any = None) -> ColumnsTable:
    """The table of a dict of columns (lists, arrays, series, tensors)."""
    named = dict(zip(names_of(columns), columns.values()))
    aligned, notes = align_columns(named)
    base = next(
        ((_("column {name}", name=show(name)), column) for name, column in aligned.items() if has_index(column)), None
    )
    held = [(name, hold(column, name)) for name, column in aligned.items()]
    return _with_weights(held, weights, base, notes)


def frame_table(frame: Any, weights: Any = None) -> ColumnsTable:
    """The table of a frame, or of a series alone."""
    return _with_weights(frame_columns(frame), weights, (_(THE_TABLE), frame) if has_index(frame) else None, [], frame)


def _with_weights(
    columns: list[tuple[str, Held]], weights: Any, base: tuple[str, Any] | None, notes: list[str], frame: Any = None
) -> ColumnsTable:
    name = None
    if weights is not None:
        name = free_name(NAMES_OF_WEIGHTS, columns)
        if base is not None and has_index(weights):
            weights, note = align(base[1], weights, base[0], "weights")
            notes = [*notes, *([note] if note else [])]
        columns = [*columns, (name, _one_column(weights, "weights"))]
        _same_rows(columns, _(THE_TABLE), _("weights"))
    table = table_of(columns, _(THE_TABLE))
    table.weights, table.notes = name, tuple(notes)
    return _without_index(table, frame)


def _without_index(table: ColumnsTable, frame: Any) -> ColumnsTable:
    """An Arrow table that was one of pandas took its index along."""
    metadata = getattr(getattr(frame, "schema", None), "metadata", None)
    table.index = index_columns(table.columns, metadata) if hasattr(frame, "__arrow_c_stream__") else frozenset()
    return table


def table_of(columns: Sequence[tuple[str, Held]], name: str) -> ColumnsTable:
    """Columns of the same length as a table."""
    if not columns:
        raise DataError(_("{name} has no columns", name=name), _("give at least one column"))
    first, held = columns[0]
    for other, column in columns[1:]:
        if len(column) != len(held):
            raise DataError(
                _(
                    "{name}: column {first} has {rows} and column {other} has {others}",
                    name=name,
                    first=show(first),
                    rows=counted(len(held), "row"),
                    other=show(other),
                    others=thousands(len(column)),
                ),
                _("give columns of the same length"),
            )
    if not len(held):
        raise DataError(_("{name}: there are no data rows", name=name), _("give at least one row of data"))
    return ColumnsTable(name, tuple(key for key, __ in columns), [column for __, column in columns], len(held))


# ---------------------------------------------------------------- names


def names_of(names: Any) -> list[str]:
    """The names of columns as texts; DataError for a column without one, and for two that differ only in type."""
    found: dict[str, Any] = {}
    texts = []
    for place, name in enumerate(names):
        if name is None or (isinstance(name, float) and name != name):
            raise DataError(
                _("the table: column {place} is called {name!r}, which is no name", place=place + 1, name=name),
                _("give every column a name"),
            )
        text = str(name)
        other = found.setdefault(text, name)
        if type(other) is not type(name) and (isinstance(other, str) or isinstance(name, str)):
            raise DataError(
                _(
                    "the table: two columns are called {other!r} and {name!r}, and names are texts here: both "
                    "are {text}",
                    other=other,
                    name=name,
                    text=show(text),
                ),
                _("give every column a name of its own"),
            )
        texts.append(text)
    return texts


def name_of(series: Any) -> str:
    """The name of a series as a text, "" when it has none."""
    name = getattr(series, "name", None)
    plain = isinstance(name, (str, int, float, tuple)) and not isinstance(name, bool) and name == name
    return str(name) if plain else ""


def free_name(wanted: Sequence[str], columns: Sequence[tuple[str, Held]]) -> str:
    taken = {name for name, __ in columns}
    return next((name for name in wanted if name not in taken), wanted[-1])


# ---------------------------------------------------------------- columns


def hold(column: Any, name: str) -> Held:
    """A column as it lies in memory."""
    if isinstance(column, np.ma.MaskedArray):
        as_array(column, name)
    if type(column).__module__.partition(".")[0] == "pandas":
        return _hold_pandas(column, name)
    if hasattr(column, "__arrow_c_stream__") or hasattr(column, "__arrow_c_array__"):
        from wxb.data.arrow import HeldArrow

        return HeldArrow.of(column)
    listed = isinstance(column, (list, tuple, range))
    if listed and not (column and hasattr(column[0], "detach")):
        return _hold_list(column, name)
    array = as_array(column, _("column {name}", name=show(name)))
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise DataError(
            _("column {name} has shape {shape}: (n,) expected", name=show(name), shape=array.shape),
            _("give one number a row"),
        )
    return _hold_array(array, name)


def _hold_array(array: NDArray[Any], name: str) -> Held:
    if array.dtype.kind in NUMERIC_KINDS:
        return HeldArray(array)
    if array.dtype.kind in "OUT":
        return HeldObjects(array.tolist())
    kind = _("complex") if array.dtype.kind == "c" else _("of type {type}", type=array.dtype)
    raise DataError(
        _("column {name} is {kind}: real numbers expected", name=show(name), kind=kind),
        _("convert it to numbers first"),
    )


def _hold_list(column: Sequence[Any], name: str) -> Held:
    try:
        array = laid_plainly(np.asarray(column))
    except (ValueError, OverflowError):
        array = None
    if array is not None and array.ndim == 1 and array.dtype.kind in "fiub" and array.size:
        mixed = array.dtype.kind in "fiu" and any(isinstance(thing, bool) for thing in column)
        if not mixed and not (array.dtype.kind == "f" and rounded(array)):
            return HeldArray(array)
    if array is not None and array.ndim == 1 and array.dtype.kind in "mM":
        return HeldArray(array)
    return HeldObjects(list(column))


def _hold_pandas(series: Any, name: str) -> Held:
    if hasattr(series, "columns"):
        raise DataError(_("column {name} is a whole table", name=show(name)), _("give one column, frame['name']"))
    if not hasattr(series, "dtype"):
        raise DataError(
            _("column {name} is a {kind}: a series expected", name=show(name), kind=type(series).__name__),
            _("give one column, frame['name']"),
        )
    if isinstance(series.dtype, np.dtype):
        return _hold_array(series.to_numpy(), name)
    from wxb.data.arrow import HeldArrow

    return HeldArrow.of_pandas(series, name)


def frame_columns(frame: Any) -> list[tuple[str, Held]]:
    """Names and columns of a frame of pandas, polars or Arrow, of a dict, or of a series under its name."""
    if isinstance(frame, Mapping):
        return [(name, hold(column, name)) for name, column in zip(names_of(frame), frame.values())]
    if has_index(frame) and hasattr(frame, "columns"):
        names = names_of(frame.columns)
        return [(name, hold(frame.iloc[:, position], name)) for position, name in enumerate(names)]
    if hasattr(frame, "get_columns"):  # polars
        return [(series.name, hold(series, series.name)) for series in frame.get_columns()]
    if not hasattr(frame, "columns"):
        name = name_of(frame) or "x"
        return [(name, hold(frame, name))]
    import pyarrow as pa

    try:
        whole = pa.table(frame)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise DataError(
            _("a {kind} cannot be read as a table: {error}", kind=type(frame).__name__, error=error),
            _("give a dict of columns"),
        ) from error
    return [(name, hold(column, name)) for name, column in zip(whole.column_names, whole.columns)]


def _one_column(given: Any, role: str) -> Held:
    """The target or the weights: a column, or a table of one."""
    refuse_elsewhere(given, role)
    if not hasattr(given, "columns"):
        return hold(given, role)
    inner = frame_columns(given)
    if len(inner) != 1:
        raise DataError(
            _("{role} is a table of {count} columns: one expected", role=role, count=len(inner)),
            _("fit one target at a time"),
        )
    return inner[0][1]


# ---------------------------------------------------------------- (X, y, weights)


def frame_and_target(X: Any, y: Any, weights: Any) -> ColumnsTable:
    """`(X, y)` and `(X, y, weights)` where X has columns of its own: a frame, a series, a dict."""
    notes: list[str] = []
    if isinstance(X, Mapping):
        X, notes = align_columns(dict(zip(names_of(X), X.values())))
    base = (
        X if has_index(X) else next((c for c in X.values() if has_index(c)), None) if isinstance(X, Mapping) else None
    )
    columns = frame_columns(X)
    index = index_columns((), getattr(getattr(X, "schema", None), "metadata", None))
    target = None
    if y is not None:
        y, base = _in_order(y, base, "y", notes)
        inner = _one_column(y, "y")
        taken = {name for name, __ in columns}
        target = names_of(y.columns)[0] if hasattr(y, "columns") else name_of(y)
        target = target if target and (hasattr(y, "columns") or target not in taken) else "y"
        columns.append((target, inner))
        _same_rows(columns, "X", "y")
    name = None
    if weights is not None:
        weights, __ = _in_order(weights, base, "w", notes, "X" if has_index(X) or y is None else "y")
        name = free_name(NAMES_OF_WEIGHTS, columns)
        columns.append((name, _one_column(weights, "w")))
        _same_rows(columns, "X", "w")
    table = table_of(columns, _(THE_TABLE))
    table.target, table.weights, table.notes, table.index = target, name, tuple(notes), index
    return table


def _in_order(thing: Any, base: Any, name: str, notes: list[str], base_name: str = "X") -> tuple[Any, Any]:
    """(the rows of `thing` in the order of `base`, what later ones are put in the order of)."""
    if not has_index(thing):
        return thing, base
    if base is None:
        return thing, thing
    found, note = align(base, thing, base_name, name)
    notes += [note] if note else []
    return found, base


def _same_rows(columns: Sequence[tuple[str, Held]], first: str, role: str) -> None:
    if len(columns[-1][1]) != len(columns[0][1]):
        raise DataError(
            _(
                "{first} has {rows} and {role} has {others}",
                first=first,
                rows=counted(len(columns[0][1]), "row"),
                role=role,
                others=thousands(len(columns[-1][1])),
            ),
            _("give one {role} a row", role=role),
        )


def columns_of_arrays(X: NDArray[Any], y: NDArray[Any] | None, weights: Any, label: str = "y") -> ColumnsTable:
    """`(X, y, weights)` by columns, as views; the weights are called w."""
    columns = [(name, _hold_array(X[:, j], name)) for j, name in enumerate(term_names(X.shape[1]))]
    if y is not None:
        columns.append((label, _hold_array(y, label)))
    name = None
    if weights is not None:
        name = free_name(NAMES_OF_WEIGHTS, columns)
        columns.append((name, _one_column(weights, "w")))
        _same_rows(columns, "X", "w")
    if not columns:
        raise DataError(_("X has shape {shape}: there are no columns", shape=X.shape), _("give at least one column"))
    table = table_of(columns, _(SOURCE))
    table.target, table.weights = label if y is not None else None, name
    return table
