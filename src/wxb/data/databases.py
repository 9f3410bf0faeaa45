"""Who answers a query: PostgreSQL through ADBC, DuckDB, SQLite by Python's own library, or a connection that is open.

    address                    transaction                                      what it promises
    postgresql://user@host/db  REPEATABLE READ, READ ONLY                       one snapshot, however often the query is issued
    sqlite:///file.db          one read transaction, the file opened read-only  one snapshot; without WAL writers wait for it
    duckdb:///file.duckdb      one transaction, the file opened read-only       one snapshot
    a connection               whatever it is in                                what that does: READ COMMITTED sees each commit

What drivers say is shown without a password that it might hold, with the line and the place in it where they point at one.
"""

# pyright: reportMissingImports=false

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pyarrow as pa

from wxb.arguments import described
from wxb.data.address import Address, without
from wxb.data.block import block_rows
from wxb.data.sql_values import columns_of, plain_batch, plain_schema
from wxb.errors import DataError, MissingExtra, UsageError
from wxb.i18n import _
from wxb.printable import show

Rows = tuple[pa.Schema, Iterator[pa.RecordBatch]]


class Database(Protocol):
    """issue : the query's columns and rows, anew        said : what an error says, on one line        close : let go"""

    def issue(self, sql: str) -> Rows: ...
    def said(self, error: Exception) -> str: ...
    def close(self) -> None: ...


def opener_of(connection: Any) -> Callable[[], Database]:
    """What makes the database of an address or a connection; UsageError for what is neither."""
    if isinstance(connection, str):
        address = Address.of(connection)
        opens = {"postgresql": lambda: _postgresql(address), "sqlite": lambda: _sqlite(address.place)}
        return opens.get(address.kind, lambda: _duckdb(address.place))
    if hasattr(connection, "adbc_connection") or hasattr(connection, "adbc_statement"):
        return lambda: Adbc(connection)
    kind = type(connection)
    if kind.__name__ == "DuckDBPyConnection":
        return lambda: Duck(connection)
    if any(base.__module__ == "sqlite3" and base.__name__ == "Connection" for base in kind.__mro__):
        return lambda: Sqlite(connection)
    raise UsageError(
        _("a query is asked of a database, and {kind} is no connection that is known", kind=described(connection)),
        _("give an address as postgresql://user@host/name, or a connection of ADBC, DuckDB or sqlite3"),
    )


# ---------------------------------------------------------------- ADBC


def _postgresql(address: Address) -> Database:
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise MissingExtra("adbc-driver-postgresql", "sql", _("reading from PostgreSQL")) from None
    found = Adbc(None, address.secrets)
    try:
        found.connection = dbapi.connect(address.place, autocommit=True)
        found.own = True
        with found.connection.cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL synchronize_seqscans = off")  # else a scan begins where another one is
    except Exception as error:  # the driver's own, which might quote the address
        found.close()
        raise DataError(
            _("there is no connection to PostgreSQL: {reason}", reason=found.said(error)),
            _(
                "check that the server runs, and host, database, name and password; "
                "PGPASSWORD or the file ~/.pgpass can hold the password"
            ),
        ) from None
    return found


class Adbc:
    """A connection of ADBC, or a cursor of one.  own : it is closed in the end, a user's is not"""

    def __init__(self, connection: Any, secrets: tuple[str, ...] = ()) -> None:
        self.connection, self.secrets, self.own = connection, secrets, False
        self._cursor: Any = None
        self._running = False

    def issue(self, sql: str) -> Rows:
        self._stop()
        given = self.connection
        self._cursor = given.cursor() if hasattr(given, "cursor") else given
        self._cursor.execute(
            f"{sql.strip()}\n"
        )  # drivers put it into a text of theirs, where a comment at its end must not go on
        reader = self._cursor.fetch_record_batch()
        schema = plain_schema(reader.schema)
        if not schema.names:
            raise no_rows()
        return schema, self._read(reader, schema)

    def _read(self, reader: Any, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        self._running = True
        for batch in reader:
            yield plain_batch(batch, schema)
        self._running = False

    def _stop(self) -> None:
        if self._cursor is not None and self._cursor is not self.connection:
            self._cursor.close()
        self._cursor = None

    def said(self, error: Exception) -> str:
        return _reason(without(str(error), self.secrets))

    def close(self) -> None:
        """Without reading on what nobody wants any more."""
        if self._running and self._cursor is not None and self.own:
            self._cursor.adbc_cancel()
        self._stop()
        if self.own:
            self.connection.close()


def _reason(text: str) -> str:
    """The line of a driver's error that says what is wrong, and below it the place of the query, where it is told."""
    text = text.split("Query was:")[0]
    said = re.search(r"(?:ERROR|FATAL):\s*([^\n]+)", text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if said is None and not lines:
        return _("no reason given")
    told = said[1].strip() if said else re.sub(r"^[A-Z_ ]+: |\[\w+\] |.*\bconnect:\s", "", lines[0])[:300]
    place = re.search(r"^(LINE \d+: (?!COPY \().*)\n( *\^+)", text, re.MULTILINE)
    return told if place is None else f"{told}\n    {place[1]}\n    {place[2]}"


# ---------------------------------------------------------------- DuckDB


def _duckdb(path: str) -> Database:
    import duckdb

    with open(path, "rb") as file:
        if file.read(15) == b"SQLite format 3":
            what = _("{path} is a database of SQLite, not of DuckDB", path=show(path))
            raise DataError(what, _("write its address as sqlite:///…"))
    try:
        connection = duckdb.connect(path, read_only=True, config={"autoinstall_known_extensions": "false"})
        connection.execute("BEGIN TRANSACTION")
    except duckdb.Error as error:
        raise _no_database(path, error) from None
    return Duck(connection, own=True)


class Duck:
    """A connection of DuckDB, which answers nothing as long as rows of an earlier query wait to be taken."""

    def __init__(self, connection: Any, own: bool = False) -> None:
        self.connection, self.own = connection, own
        self._reader: Any = None

    def issue(self, sql: str) -> Rows:
        if self._reader is not None:
            self._reader.close()
        try:
            return self._asked(sql)
        except Exception as error:
            raise (_not_taken() if "unfinished result" in str(error) else error) from None

    def _asked(self, sql: str) -> Rows:
        relation = self.connection.sql(sql)
        if relation is None:
            raise no_rows()
        rows = block_rows(len(relation.columns))
        taken = relation.to_arrow_reader if hasattr(relation, "to_arrow_reader") else relation.fetch_arrow_reader
        self._reader = reader = taken(rows)
        schema = plain_schema(reader.schema)
        return schema, (plain_batch(batch, schema) for batch in reader)

    def said(self, error: Exception) -> str:
        return _reason(without(str(error)))

    def close(self) -> None:
        if self.own:
            self.connection.close()


def _not_taken() -> UsageError:
    return UsageError(
        _("the connection of DuckDB still holds rows of an earlier query that nobody has taken"),
        _("take them with `connection.fetchall()`, or give a connection of its own, `connection.cursor()`"),
    )


# ---------------------------------------------------------------- SQLite


def _sqlite(path: str) -> Database:
    import sqlite3
    from pathlib import Path

    try:
        connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)  # a file that is attached would be made
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # now the transaction sees a state
    except sqlite3.Error as error:
        raise _no_database(path, error) from None
    return Sqlite(connection, own=True)


class Sqlite:
    """A connection of Python's sqlite3, whose cells have each a type of their own."""

    def __init__(self, connection: Any, own: bool = False) -> None:
        self.connection, self.own = connection, own
        self._cursor: Any = None

    def issue(self, sql: str) -> Rows:
        self._cursor = self.connection.cursor()
        self._cursor.row_factory = None
        self._cursor.execute(sql)
        if self._cursor.description is None:
            raise no_rows()
        names = [column[0] for column in self._cursor.description]
        batches = self._read(self._cursor, names)
        first = next(batches, None)
        if first is None:
            return pa.schema([(name, pa.float64()) for name in names]), iter(())
        return first.schema, _again(first, batches)

    def _read(self, cursor: Any, names: list[str]) -> Iterator[pa.RecordBatch]:
        size = block_rows(len(names))
        while rows := cursor.fetchmany(size):
            yield pa.RecordBatch.from_arrays(columns_of(rows), names=names)

    def said(self, error: Exception) -> str:
        return without(str(error).strip()[:300])

    def close(self) -> None:
        if self._cursor is not None:
            self._cursor.close()
        if self.own:
            self.connection.close()


def _again(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _no_database(path: str, error: Exception) -> DataError:
    reason = str(error).strip().split("\n")[0][:300]
    return DataError(
        _("{path} cannot be opened as a database: {reason}", path=show(path), reason=reason),
        _("check the path, and that no other program keeps the file for itself"),
    )


def no_rows() -> DataError:
    return DataError(_("the query gives no rows and no columns"), _("give one SELECT"))
