"""Frames of Dask as tables: each partition becomes Arrow where it lies.

What a partition holds need not be what the frame says it holds: its columns are taken by name, whatever their order, and those
that it lacks or that are nothing Arrow knows are refused.
"""

# Types are checked where Dask need not be installed:
# pyright: reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import pyarrow as pa

from wxb.data.arrow import value_type
from wxb.data.dask_engine import Dask, computed
from wxb.data.partitions import ALIKE, Partitions
from wxb.data.refused import Refused
from wxb.errors import DataError, WxbError
from wxb.i18n import _
from wxb.printable import show

HEAD = 2000  # rows by which texts are judged
AHEAD = 8  # times as many partitions are looked at where some had fewer rows


def dask_table(frame: Any, client: Any = None) -> Partitions:
    """The table of a Dask frame or series; its index is no column."""
    frame = frame.to_frame() if hasattr(type(frame), "to_frame") else frame
    if not hasattr(type(frame), "columns") or not hasattr(type(frame), "_meta"):
        raise DataError(
            _("a Dask {kind} has no columns", kind=type(frame).__name__),
            _("give a frame: dask.dataframe.from_dask_array makes one, and from_delayed"),
        )
    types = [_type(frame._meta.iloc[:, place]) for place in range(len(frame.columns))]
    return Partitions(
        name=_("the Dask frame"),
        schema=pa.schema([pa.field(str(name), kind) for name, kind in zip(frame.columns, types)]),
        pieces=partial(_pieces, frame),
        first_rows=partial(_first_rows, frame, client),
        runner=Dask(client),
    )


def _type(column: Any) -> pa.DataType:
    """The type of Arrow that a column comes as; of what Arrow does not know, one that is refused by its name."""
    try:
        return pa.array(column, from_pandas=True).type
    except (pa.ArrowException, TypeError, ValueError):
        return pa.struct([pa.field(str(column.dtype), pa.null())])


def _first_rows(frame: Any, client: Any, places: Sequence[int]) -> pa.Table:
    """Of no more partitions than it takes: the first ones, mostly the first."""
    from dask.delayed import delayed

    labels = [frame.columns[place] for place in places]
    names, some, many = [str(label) for label in labels], frame[labels], 1
    while True:
        heads = [delayed(_head)(names, one) for one in some.partitions[:many].to_delayed()]
        rows = computed(delayed(_joined)(heads), client)
        if isinstance(rows, Refused):
            raise rows.error()
        if rows.num_rows >= HEAD or many >= some.npartitions:
            return rows
        many *= AHEAD


def _head(names: Sequence[str], rows: Any) -> pa.Table | Refused:
    """The first rows of a partition."""
    try:
        return _table(names, rows.iloc[:HEAD] if hasattr(rows, "iloc") else rows)
    except WxbError as error:
        return Refused.of(error)


def _joined(heads: Sequence[pa.Table | Refused]) -> pa.Table | Refused:
    """One after the other. Categories keep their order if all of them are categories."""
    tables = list[pa.Table]()
    for head in heads:
        if isinstance(head, Refused):
            return head
        tables.append(head)
    tables = [table for table in tables if table.num_rows] or tables[:1]
    try:
        return pa.table({name: _chunks(name, [one.column(name) for one in tables]) for name in tables[0].column_names})
    except WxbError as error:
        return Refused.of(error)


def _chunks(name: str, columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    """A column of several partitions; what categories stand for in their place, where not all of them are categories."""
    for alike in (columns, [column.cast(value_type(column.type)) for column in columns]):
        with suppress(pa.ArrowException):
            tables = [pa.table([column], ["one"]) for column in alike]
            return pa.concat_tables(tables, promote_options="permissive").unify_dictionaries().column(0)
    what = _(
        "column {name} of the Dask frame is of other types in other partitions: {kinds}",
        name=show(name),
        kinds=", ".join(dict.fromkeys(str(value_type(column.type)) for column in columns)),
    )
    raise DataError(what, _(ALIKE))


def _pieces(
    frame: Any, names: Sequence[str]
) -> tuple[list[tuple[str, Any]], Callable[[Any], Sequence[pa.RecordBatch]]]:
    by_text = {str(name): name for name in frame.columns}
    some = frame[[by_text[name] for name in names]]
    pieces = [(f"{some._name}|{place}", one) for place, one in enumerate(some.to_delayed())]
    return pieces, partial(_as_arrow, tuple(names))


def _as_arrow(names: Sequence[str], rows: Any) -> Sequence[pa.RecordBatch]:
    """A partition, also one that is not there yet, where it is read here."""
    return _table(names, rows.compute() if hasattr(rows, "compute") else rows).to_batches()


def _table(names: Sequence[str], rows: Any) -> pa.Table:
    """These columns of a frame of pandas."""
    if not hasattr(rows, "iloc") or not hasattr(rows, "columns"):
        raise DataError(_("a partition of the Dask frame is no frame but a {kind}", kind=type(rows).__name__), _(ALIKE))
    places = {str(name): place for place, name in enumerate(rows.columns)}
    columns = []
    for name in names:
        if name not in places:
            raise DataError(_("a partition of the Dask frame has no column {name}", name=show(name)), _(ALIKE))
        column = rows.iloc[:, places[name]]
        try:
            columns.append(pa.array(column, from_pandas=True))
        except (pa.ArrowException, TypeError, ValueError) as error:
            what = _(
                "column {name} ({dtype}) of a partition of the Dask frame cannot be read: {error}",
                name=show(name),
                dtype=column.dtype,
                error=str(error).splitlines()[0],
            )
            raise DataError(what, _(ALIKE)) from None
    return pa.Table.from_arrays(columns, list(names))
