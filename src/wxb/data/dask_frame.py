"""Frames of Dask as tables: each partition becomes Arrow where it lies."""

# Types are checked where Dask need not be installed:
# pyright: reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from wxb.data.dask_engine import Dask
from wxb.data.partitions import Partitions
from wxb.errors import DataError
from wxb.i18n import _

HEAD = 2000  # rows by which texts are judged


def dask_table(frame: Any, client: Any = None) -> Partitions:
    """The table of a Dask frame; its index is no column."""
    if not hasattr(frame, "columns") or not hasattr(frame, "_meta"):
        raise DataError(
            _("a Dask {kind} has no columns", kind=type(frame).__name__),
            _("give a frame: dask.dataframe.from_dask_array makes one"),
        )
    names = [str(name) for name in frame.columns]
    schema = pa.Schema.from_pandas(frame._meta, preserve_index=False)
    return Partitions(
        name=_("the Dask frame"),
        schema=pa.schema([field.with_name(name) for field, name in zip(schema, names)]),
        pieces=partial(_pieces, frame),
        first_rows=partial(_first_rows, frame, client),
        runner=Dask(client),
    )


def _first_rows(frame: Any, client: Any, places: Sequence[int]) -> pa.Table:
    some = frame.head(HEAD, npartitions=-1, compute=False)
    return _table(some.compute() if client is None else client.compute(some).result()).select(list(places))


def _pieces(
    frame: Any, names: Sequence[str]
) -> tuple[list[tuple[str, Any]], Callable[[Any], Sequence[pa.RecordBatch]]]:
    by_text = {str(name): name for name in frame.columns}
    some = frame[[by_text[name] for name in names]]
    return [(f"{some._name}|{place}", one) for place, one in enumerate(some.to_delayed())], _as_arrow


def _as_arrow(rows: Any) -> Sequence[pa.RecordBatch]:
    """A partition, also one that is not there yet, where it is read here."""
    return _table(rows.compute() if hasattr(rows, "compute") else rows).to_batches()


def _table(rows: Any) -> pa.Table:
    return pa.Table.from_pandas(rows, preserve_index=False)
