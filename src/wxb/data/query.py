"""A query as data: `wxb.query("select …", connection)`, streamed as Arrow, issued again where rows are read twice.

    query ── database: an address, or a connection ── issue ──▶ batches ── watched ──▶ blocks

An address is opened once, for one transaction that sees one state of the data however often the query is issued (see
`databases`); a connection of the user's promises what its own transaction does. Whatever is promised, what the query gives is
watched: rows that are not those of the first time are refused, as a file that changed is.

Rows of a table have no order: what goes by the number of a row needs an ORDER BY (`ordered`). Only the user's text is ever sent
as a query. No message, model or repr holds an address: it may hold a password.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wxb.advice import Advice
from wxb.arguments import described
from wxb.data.sql_text import is_ordered, one_select
from wxb.data.watched import Seen, watched
from wxb.errors import DataError, UsageError, WxbError
from wxb.i18n import _, _n
from wxb.numbers import counted

if TYPE_CHECKING:
    import pyarrow as pa

    from wxb.data.databases import Database
    from wxb.data.reading import Blocks

VARIABLE = "WXB_URI"


def query(sql: str, connection: Any = None) -> Query:
    """What a query gives, as data for `fit` and all that takes data: streamed, and issued again where rows are read twice.

    sql : one SELECT, as the database understands it; with an ORDER BY where the order of rows matters (folds, test rows, HAC, lags)
    connection : an address (`postgresql://user@host/name`, `sqlite:///file.db`, `duckdb:///file.duckdb`), which is opened for one
        read-only transaction that sees one state of the data; or a connection that is open: of ADBC (PostgreSQL, SQLite, …), DuckDB
        or Python's sqlite3. The address in the variable WXB_URI when left out. A password can come from PGPASSWORD or ~/.pgpass

    >>> import sqlite3
    >>> from wxb import fit
    >>> school = sqlite3.connect(":memory:")
    >>> _ = school.execute("create table marks as select 1 as hours, 2 as score union select 2, 4 union select 3, 6")
    >>> fit(query("select hours, score from marks", school), "score").coef
    array([2.])
    >>> school.close()

    Nothing is read, and no address opened, before somebody asks for rows. Raises UsageError for what is no text or no connection,
    and for a statement that would write.
    """
    if not isinstance(sql, str) or not sql.strip():
        raise UsageError(
            _("a query is a text of SQL, not {sql}", sql=described(sql)), _('for example "select x, y from t"')
        )
    sql = one_select(sql)
    if connection is None:
        connection = os.environ.get(VARIABLE)
    if connection is None:
        raise UsageError(
            _("of which database is {option} asked?", option=Advice("sql")),
            _(
                "give {option}, as postgresql://user@host/name or sqlite:///file.db, or set {variable}",
                option=Advice("uri"),
                variable=VARIABLE,
            ),
        )
    from wxb.data.databases import opener_of

    return Query(sql, opener_of(connection))


@dataclass(slots=True)
class Issued:
    """A query on its way.  schema : of its columns        batches : of its rows, errors in words"""

    schema: pa.Schema
    batches: Iterator[Any]

    def __iter__(self) -> Iterator[Any]:
        return self.batches


@dataclass(slots=True, weakref_slot=True, repr=False, eq=False)
class Query:
    """A query and who answers it. Made by `wxb.query`.

    opened : makes the database; asked once, when rows are first wanted
    seen : what earlier readings of these columns found, by what they read
    """

    sql: str
    opened: Callable[[], Database]
    seen: dict[Hashable, Seen] = field(default_factory=dict)
    _database: Database | None = field(default=None, init=False)

    @property
    def ordered(self) -> bool:
        """Whether the query itself says in which order its rows come."""
        return is_ordered(self.sql)

    def __repr__(self) -> str:
        return "<wxb query>"

    def __reduce__(self) -> str:
        raise UsageError(
            _("a query holds a connection and may hold a password: it is neither copied nor kept in a file"),
            _("make another one: wxb.query(sql, connection)"),
        )

    def issue(self) -> Issued:
        """The columns and the rows, anew."""
        database = self._known()
        try:
            schema, batches = database.issue(self.sql)
        except WxbError:
            raise
        except Exception as error:  # every driver has errors of its own
            self._forget(database)
            raise refused(database.said(error)) from None
        return Issued(schema, self._told(database, batches))

    def _known(self) -> Database:
        if self._database is None:
            self._database = found = self.opened()
            weakref.finalize(self, _close, found)
            return found
        return self._database

    def _forget(self, database: Database) -> None:
        """Open another one next time: a connection that broke answers no more, nor does a transaction in which a query failed.

        That one may see another state of the data; rows that are others then are refused, as `seen` tells them.
        """
        self._database = None
        _close(database)

    def _told(self, database: Database, batches: Iterator[Any]) -> Iterator[Any]:
        """The batches; what a driver says in the middle, in words."""
        rows = 0
        while True:
            try:
                batch = next(batches, None)
            except WxbError:
                raise
            except Exception as error:
                self._forget(database)
                raise DataError(
                    _(
                        "the query broke off after {rows}: {reason}",
                        rows=counted(rows, "row"),
                        reason=(reason := database.said(error)),
                    ),
                    _("somebody stopped it, here by ^C or at the server: run it again")
                    if "cancel" in reason and "user request" in reason
                    else _("mend the query where it is at fault; where the connection broke, run it again"),
                ) from None
            if batch is None:
                return
            rows += batch.num_rows
            yield batch

    def watch(self, key: Hashable, blocks: Blocks) -> Blocks:
        """The same blocks; DataError where they are not those that an earlier reading of the same columns gave."""
        return watched(blocks, self.seen, key, in_order=self.ordered)


def rows_behind(source: Any) -> Any:
    """The rows of the query that an ADBC cursor has executed, read once; UsageError for a connection, or after some were taken."""
    if not hasattr(source, "adbc_statement"):
        what = _("a {kind} is a database, not a table", kind=type(source).__name__)
        raise UsageError(what, _('give wxb.query("select …", connection)'))
    taken = getattr(source, "rownumber", None)
    if taken:
        raise UsageError(
            _n(
                "{n} row of the {kind} has been taken already, and the rest are not the rows of its query",
                "{n} rows of the {kind} have been taken already, and the rest are not the rows of its query",
                taken,
                kind=type(source).__name__,
            ),
            _('execute the query again and take none, or give wxb.query("select …", connection)'),
        )
    try:
        return source.fetch_record_batch()
    except Exception:  # the driver's own
        what = _("the {kind} has no query behind it whose rows could be read", kind=type(source).__name__)
        raise UsageError(what, _('give wxb.query("select …", connection)')) from None


def _close(database: Database) -> None:
    """Let go of what may have broken, or been closed by its owner, before."""
    with suppress(Exception):
        database.close()


def refused(reason: str) -> DataError:
    return DataError(
        _("the database refused the query: {reason}", reason=reason),
        _("give one SELECT that the database takes; try it in the database's own client"),
    )
