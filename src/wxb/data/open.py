"""One door for every table: a path, a glob, columns in memory, arrays, or an Arrow stream.

>>> open_table("examples/*.csv").columns
('hours', 'score')
>>> open_table(([[1], [2], [3]], [2, 4, 6])).columns
('x', 'y')
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, cast

from wxb.data.arrays import ArraysTable
from wxb.data.layout import NOTHING, LaidOut, Layout
from wxb.data.pairs import arrays_table
from wxb.data.pandas_index import has_index
from wxb.data.plain_arrays import BUFFERS, named_columns
from wxb.data.table import Table
from wxb.errors import DataError, UsageError

if TYPE_CHECKING:
    from wxb.data.source_file import SourceFile


def open_table(source: Any, *, threads: int | None = None, layout: Layout = NOTHING, weights: Any = None) -> Table:
    """The table `source` stands for, its columns known, nothing else read.

    source : a path or glob (CSV, TSV, gzip, JSON, Parquet, Excel) or a list, "-" for stdin, an open file; a dict of
        columns; a pandas frame; anything with the Arrow stream interface (polars, pyarrow, DuckDB); `(X, y)` of arrays,
        lists, tensors or frames; X alone
    layout : how a text is read, and which rows (see `Layout`); UsageError for what makes no sense for the source
    weights : one a row, for tables in memory that do not have them as a column
    threads : how many DuckDB may use; None for as many as there are cores

    Raises DataError for what is no table, and names what it is.
    """
    if isinstance(source, LaidOut):
        return open_table(source.source, threads=threads, layout=source.layout, weights=weights)
    from wxb.data.files import find_files, is_path
    from wxb.data.stream import is_stream, spooled

    several = isinstance(source, (list, tuple))
    if is_path(source) or (several and len(source) and all(is_path(one) for one in source)):
        return _open_files(source, find_files(source), threads, layout)
    if is_stream(source):
        return _open_files(source, [spooled(source)], threads, layout)
    layout.only("a table in memory")
    table = _in_memory(source, weights)
    return table if layout.where is None else _conditioned(table, layout.where)


def _conditioned(table: Any, where: str) -> Table:
    """A table in memory of which a condition chooses the rows."""
    found = copy(table._columns() if isinstance(table, ArraysTable) else table)
    found.where = where
    return found


def _in_memory(source: Any, weights: Any) -> Table:
    """The table of columns, arrays or a stream of them."""
    if type(source) is tuple and 2 <= len(source) <= 3:
        return arrays_table(*source) if weights is None else arrays_table(source[0], source[1], weights)
    if type(source).__module__.startswith("wxb.data."):
        return cast("Table", source)
    if hasattr(source, "collect") and type(source).__module__.partition(".")[0] == "polars":
        raise UsageError("A polars LazyFrame is a query, not a table", "Give query.collect(), or the file it scans.")
    columns = named_columns(source)
    if columns is not None and (weights is not None or has_index(columns) or isinstance(columns, Mapping)):
        from wxb.data.memory import columns_table, frame_table

        return (columns_table if isinstance(columns, Mapping) else frame_table)(columns, weights)
    if weights is not None:
        raise UsageError(
            f"weights of a {type(source).__name__} are the name of a column, not values of their own",
            "Put them into the table, or give (X, y) or a frame.",
        )
    if hasattr(source, "__arrow_c_stream__") and not hasattr(source, "columns") and hasattr(source, "to_numpy"):
        from wxb.data.memory import frame_table  # a series, or a chunked array

        return frame_table(source)
    if hasattr(source, "__arrow_c_stream__") or type(source).__name__ == "DuckDBPyRelation":
        from wxb.data.arrow_stream import StreamTable

        return StreamTable.of(source)
    if hasattr(source, "tocsr"):
        raise DataError("The table is a sparse matrix.", "Give source.toarray() if it fits in memory.")
    if hasattr(source, "__array__") or hasattr(source, "detach") or isinstance(source, (list, tuple, range, *BUFFERS)):
        return arrays_table(source, None)
    if hasattr(source, "__next__"):
        raise UsageError(
            f"A {type(source).__name__} gives its rows once and has no columns",
            "Give list(…) of it, or the arrays (X, y).",
        )
    raise UsageError(
        f"A {type(source).__module__}.{type(source).__name__} is no table",
        "Give a path, (X, y), a dict of columns, or a pandas, polars or pyarrow table.",
    )


def _open_files(source: Any, files: list[SourceFile], threads: int | None, layout: Layout) -> Table:
    from wxb.data.files import form_of

    name = files[0].name if len(files) == 1 else _common_name(source, files)
    forms = {_form(file, form_of(file)) for file in files}
    if len(forms) > 1:
        kinds = ", ".join(sorted(form.rpartition(":")[2] for form in forms))
        raise DataError(f"{name}: files of different kinds ({kinds}) make no one table.", "Read one kind at a time.")
    form = forms.pop()
    if form == "parquet":
        from wxb.data.parquet import ParquetTable

        layout.only("Parquet")
        return ParquetTable.of(name, files, layout.where)
    if form == "excel":
        from wxb.data.excel import excel_table

        table = excel_table(files, layout)
        table.where = layout.where
        return table
    if form == "json":
        from wxb.data.jsonlines import JsonTable

        return JsonTable.of(name, files, [form_of(file) == "gzip" for file in files], layout)
    from wxb.data.csv_dialect import sniff
    from wxb.data.csv_table import TextTable

    layout.only("a text table", "skip", "comment", "na", "encoding", "sep", "date")

    return TextTable(name, files, [sniff(file, form_of(file) == "gzip", layout) for file in files], threads)


def _form(file: Any, form: str) -> str:
    """`text`, `json`, `parquet` or `excel`; the name decides between the two texts only."""
    lower = file.name.lower().removesuffix(".gz")
    if form == "excel":
        return form
    if form == "parquet":
        if lower.endswith((".parquet", ".pq", ".parq")) or not lower.endswith(
            (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
        ):
            return "parquet"
        raise DataError(
            f"{file.name} is a Parquet file (binary), not a CSV.", "Rename it to end in .parquet and read it again."
        )
    if lower.endswith((".parquet", ".pq", ".parq")):
        raise DataError(f"{file.name} is not a Parquet file: it does not start with PAR1.", "Is it damaged, or a text?")
    from wxb.data.files import is_json, read_head

    return "json" if is_json(read_head(file, 4096, form == "gzip"), file.name) else "text"


def _common_name(source: Any, files: list[Any]) -> str:
    return str(source) if not isinstance(source, (list, tuple)) else f"{files[0].name} and {len(files) - 1} more"


__all__ = ["ArraysTable", "open_table"]
