"""One door for every table: a path, a glob, columns in memory, arrays, or an Arrow stream.

>>> open_table("examples/*.csv").columns
('hours', 'score')
>>> open_table(([1, 2, 3], [2, 4, 6])).columns
('x', 'y')
>>> open_table({"hours": [1, 2], "score": [2, 4]}).columns
('hours', 'score')

A source is taken by the first opener that recognises it. What has the words of a `Table` is one, whoever made it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from wxb.data.files import find_files, form_of, is_path, is_stream, table_form
from wxb.data.layout import NOTHING, LaidOut, SourceLayout
from wxb.data.plain_arrays import BUFFERS, engine_of, has_names, named_columns, refuse_elsewhere
from wxb.data.table import Table
from wxb.errors import DataError, UsageError
from wxb.i18n import _

if TYPE_CHECKING:
    from wxb.data.elsewhere import OnDask
    from wxb.data.source_file import SourceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was said beside the source (see `open_table`)."""

    layout: SourceLayout = NOTHING
    weights: Any = None
    threads: int | None = None


def open_table(
    source: Any, *, threads: int | None = None, layout: SourceLayout = NOTHING, weights: Any = None
) -> Table:
    """The table `source` stands for, its columns known, nothing else read.

    source : a path or glob (CSV, TSV, gzip, JSON, Parquet, Excel) or a list, "-" for stdin, an open file; a dict of
        columns; a pandas frame; anything with the Arrow stream interface (polars, pyarrow, DuckDB); `(X, y)` of arrays,
        lists, tensors or frames; X alone; anything with the words of a `Table`
    layout : how a text is read, and which rows (see `SourceLayout`); UsageError for what makes no sense for the source
    weights : one a row, for tables in memory that do not have them as a column
    threads : how many DuckDB may use; None for as many as there are cores

    Raises DataError for what is no table, and names what it is.
    """
    if isinstance(source, LaidOut):
        source, layout = source.source, source.layout
    asked = Asked(layout=layout, weights=weights, threads=threads)
    return next(opens(source, asked) for recognises, opens in OPENERS if recognises(source))


# ---------------------------------------------------------------- tables, files, streams


def _is_table(source: Any) -> bool:
    """Whether it has the words of a `Table` (`isinstance` of a protocol takes a twentieth of a small fit)."""
    return all(hasattr(source, word) for word in ("rereadable", "scan", "columns", "kinds", "name")) and not isinstance(
        source, type
    )


def _as_it_is(source: Table, asked: Asked) -> Table:
    asked.layout.only(_("a table in memory"))
    _no_weights(source, asked)
    return _conditioned(source, asked.layout.where)


def _conditioned(table: Any, where: str | None) -> Table:
    """A table of columns in memory of which a condition chooses the rows."""
    if where is None:
        return table
    from wxb.data.arrays import ArraysTable

    found = table.by_columns() if isinstance(table, ArraysTable) else table
    if not is_dataclass(found) or isinstance(found, type) or not hasattr(found, "where"):
        raise UsageError(
            _("`where` chooses rows of files and of columns in memory, not of a {kind}", kind=type(table).__name__),
            _("let the source give the rows that are wanted"),
        )
    return replace(cast("Any", found), where=where)


def _are_paths(source: Any) -> bool:
    several = isinstance(source, (list, tuple)) and len(source) > 0
    return all(map(is_path, source)) if several else is_path(source)


def _files(source: Any, asked: Asked) -> Table:
    return _open_files(source, find_files(source), asked)


def _spooled(source: Any, asked: Asked) -> Table:
    from wxb.data.stream import spooled

    return _open_files(source, [spooled(source)], asked)


def _open_files(source: Any, files: list[SourceFile], asked: Asked) -> Table:
    name = files[0].name
    if len(files) > 1:
        name = (
            _("{name} and {count} more", name=name, count=len(files) - 1)
            if isinstance(source, (list, tuple))
            else str(source)
        )
    forms = {table_form(file) for file in files}
    if len(forms) > 1:
        kinds = ", ".join(sorted(forms))
        raise DataError(
            _("{name}: files of different kinds ({kinds}) make no one table", name=name, kinds=kinds),
            _("read one kind at a time"),
        )
    return FORMS[forms.pop()](name, files, asked)


def _parquet(name: str, files: list[SourceFile], asked: Asked) -> Table:
    from wxb.data.parquet import ParquetTable

    asked.layout.only("Parquet")
    return ParquetTable.of(name, files, asked.layout.where)


def _excel(name: str, files: list[SourceFile], asked: Asked) -> Table:
    from wxb.data.excel import excel_table

    return _conditioned(excel_table(files, asked.layout), asked.layout.where)


def _json(name: str, files: list[SourceFile], asked: Asked) -> Table:
    from wxb.data.jsonlines import JsonTable

    return JsonTable.of(name, files, [form_of(file) == "gzip" for file in files], asked.layout)


def _text(name: str, files: list[SourceFile], asked: Asked) -> Table:
    from wxb.data.csv_dialect import sniff
    from wxb.data.csv_table import TextTable

    asked.layout.only(_("a text table"), "skip", "comment", "na", "encoding", "sep", "date")
    dialects = [sniff(file, form_of(file) == "gzip", asked.layout) for file in files]
    return TextTable(name, files, dialects, asked.threads)


FORMS: dict[str, Callable[[str, list[SourceFile], Asked], Table]] = {
    "parquet": _parquet, "excel": _excel, "json": _json, "text": _text
}  # fmt: skip


# ---------------------------------------------------------------- databases


def _issued(source: Any, asked: Asked) -> Table:
    """A query (`wxb.query`)."""
    from wxb.data.arrow_stream import StreamTable

    asked.layout.only(_("the query"))
    _no_weights(source, asked)
    return cast("Any", _conditioned(StreamTable.of(source), asked.layout.where))


def _is_database(source: Any) -> bool:
    """Whether it is a cursor of ADBC, or a connection of anybody's."""
    return hasattr(source, "adbc_statement") or (hasattr(source, "cursor") and hasattr(source, "commit"))


def _cursor(source: Any, asked: Asked) -> Table:
    from wxb.data.query import rows_behind

    return _arrow(rows_behind(source), asked)


# ---------------------------------------------------------------- in memory


def _in_memory(source: Any, asked: Asked) -> Table:
    asked.layout.only(_("a table in memory"))
    table = next(opens(source, asked) for recognises, opens in IN_MEMORY if recognises(source))
    return _conditioned(table, asked.layout.where)


def _is_pair(source: Any) -> bool:
    return type(source) is tuple and 2 <= len(source) <= 3


def _pair(source: tuple[Any, ...], asked: Asked) -> Table:
    for part, name in zip(source, ("X", "y", "weights")):
        refuse_elsewhere(part, name)
    from wxb.data.pairs import arrays_table

    return arrays_table(*source) if asked.weights is None else arrays_table(source[0], source[1], asked.weights)


def _is_query(source: Any) -> bool:
    return hasattr(source, "collect") and type(source).__module__.partition(".")[0] == "polars"


def _refuse_query(source: Any, asked: Asked) -> Table:
    raise UsageError(_("a polars LazyFrame is a query, not a table"), _("give query.collect(), or the file it scans"))


def _is_dask(source: Any) -> bool:
    return engine_of(source) == "Dask"


def _is_of_engine(source: Any) -> bool:
    return engine_of(source) is not None


def _of_engine(source: Any, asked: Asked) -> Table:
    """A frame of Dask or Spark."""
    _no_weights(source, asked)
    if _is_dask(source):
        from wxb.data.dask_frame import dask_table

        return dask_table(source)
    from wxb.data.spark_engine import spark_table

    return spark_table(source)


# ---------------------------------------------------------------- read by a cluster


def _on_dask(source: OnDask, asked: Asked) -> Table:
    """Files and frames alone: rows in memory would travel to the workers and back."""
    from wxb.data.dask_client import connected, ready
    from wxb.data.dask_engine import Dask
    from wxb.data.dask_frame import dask_table

    data = source.data
    _no_weights(data, asked)
    if _is_dask(data):
        asked.layout.only(_("a table in memory"))
        return _conditioned(dask_table(data, connected(source.client)), asked.layout.where)
    files = find_files(data) if _are_paths(data) else []
    if not files or data == "-" or any(form_of(file) == "excel" for file in files):
        raise UsageError(
            _("workers read files of Parquet, CSV or JSON, or a frame of Dask, and this is none"),
            _("write the rows to Parquet files that all workers see, or fit them here"),
        )
    table = _open_files(data, files, replace(asked, threads=1))
    from wxb.data.elsewhere import Elsewhere

    client = connected(source.client)
    return Elsewhere(table, Dask(client, ready(client, files)))


def _columns(source: Any, asked: Asked) -> Table:
    """Dicts, frames and series of pandas, what else has names: one column after the other."""
    from wxb.data.memory import columns_table, frame_table

    columns = named_columns(source)
    return (columns_table if isinstance(columns, Mapping) else frame_table)(columns, asked.weights)


def _is_arrow(source: Any) -> bool:
    return hasattr(source, "__arrow_c_stream__") or type(source).__name__ == "DuckDBPyRelation"


def _arrow(source: Any, asked: Asked) -> Table:
    """A stream of batches; by columns where weights stand beside it, or where it is a series or a chunked array."""
    framed = hasattr(source, "__arrow_c_stream__")
    named = hasattr(source, "columns")
    if framed and (asked.weights is not None if named else hasattr(source, "to_numpy")):
        from wxb.data.memory import frame_table

        if not named:
            _no_weights(source, asked)
        return frame_table(source, asked.weights)
    from wxb.data.arrow_stream import StreamTable

    _no_weights(source, asked)
    return StreamTable.of(source)


def _refuse_sparse(source: Any, asked: Asked) -> Table:
    _no_weights(source, asked)
    raise DataError(_("the table is a sparse matrix"), _("give source.toarray() if it fits in memory"))


def _is_array(source: Any) -> bool:
    arrays = isinstance(source, (list, tuple, range, *BUFFERS))
    return arrays or hasattr(source, "__array__") or hasattr(source, "detach")


def _array(source: Any, asked: Asked) -> Table:
    _no_weights(source, asked)
    return _pair((source, None), asked)


def _refuse(source: Any, asked: Asked) -> Table:
    _no_weights(source, asked)
    kind = type(source)
    if hasattr(source, "__next__"):
        raise UsageError(
            _("a {kind} gives its rows once and has no columns", kind=kind.__name__),
            _("give list(…) of it, or the arrays (X, y)"),
        )
    raise UsageError(
        _("a {module}.{kind} is no table", module=kind.__module__, kind=kind.__name__),
        _("give a path, (X, y), a dict of columns, or a pandas, polars or pyarrow table"),
    )


def _no_weights(source: Any, asked: Asked) -> None:
    if asked.weights is not None:
        raise UsageError(
            _("weights of a {kind} are the name of a column, not values of their own", kind=type(source).__name__),
            _("put them into the table, or give (X, y) or a frame"),
        )


def _anything(source: Any) -> bool:
    return True


Openers = Sequence[tuple[Callable[[Any], bool], Callable[[Any, Asked], Table]]]

OPENERS: Openers = (
    (_is_of_engine, _in_memory),  # first: frames of Spark Connect and what is delayed have every word there is
    (_is_table, _as_it_is),
    (lambda source: type(source).__name__ == "OnDask", _on_dask),
    (_are_paths, _files),
    (is_stream, _spooled),
    (lambda source: hasattr(source, "issue"), _issued),
    (_anything, _in_memory),
)
IN_MEMORY: Openers = (
    (_is_pair, _pair),
    (_is_query, _refuse_query),
    (_is_of_engine, _of_engine),
    (has_names, _columns),
    (_is_database, _cursor),
    (_is_arrow, _arrow),
    (lambda source: hasattr(source, "tocsr"), _refuse_sparse),
    (_is_array, _array),
    (_anything, _refuse),
)

__all__ = ["open_table"]
