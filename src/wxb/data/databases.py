"""Who answers a query: PostgreSQL through ADBC, DuckDB, SQLite by Python's own library, or a connection that is open.

    address                    transaction                                      what it promises
    postgresql://user@host/db  REPEATABLE READ, READ ONLY                       one snapshot, however often the query is issued
    sqlite:///file.db          one read transaction, the file opened read-only  one snapshot; without WAL writers wait for it
    duckdb:///file.duckdb      one transaction, the file opened read-only       one snapshot
    a connection               whatever it is in                                what that does: READ COMMITTED sees each commit

A path behind `///` is relative, behind four slashes absolute. What drivers say is shown without a password that it might hold.
"""

# pyright: reportMissingImports=false

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import pyarrow as pa

from wxb.arguments import described
from wxb.data.block import block_rows
from wxb.data.sql_values import columns_of, plain_batch
from wxb.errors import DataError, MissingExtra, UsageError
from wxb.i18n import _
from wxb.printable import show

Rows = tuple[pa.Schema, Iterator[pa.RecordBatch]]
SECRET = "…"
_FORM = re.compile(r"(postgres(?:ql)?|sqlite|duckdb):(.*)", re.DOTALL)


class Database(Protocol):
    """issue : the query's columns and rows, anew        said : what an error says, on one line        close : let go"""

    def issue(self, sql: str) -> Rows: ...
    def said(self, error: Exception) -> str: ...
    def close(self) -> None: ...


def opener_of(connection: Any) -> Callable[[], Database]:
    """What makes the database of an address or a connection; UsageError for what is neither."""
    if isinstance(connection, str):
        return _of_address(connection)
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


def _of_address(address: str) -> Callable[[], Database]:
    form = _FORM.fullmatch(address)
    if form is None:
        raise UsageError(
            _("the address of the database begins with none of postgresql:, sqlite: and duckdb:"),
            _("for example postgresql://user@host/name, sqlite:///file.db, duckdb:///file.duckdb"),
        )
    if form[1].startswith("postgres"):
        _refuse_malformed(address)
        return lambda: _postgresql(address)
    path = form[2].removeprefix("//").removeprefix("/") if form[2].startswith("///") else form[2]
    if not os.path.isfile(path):
        raise DataError(
            _("there is no file {path} of a database", path=show(path)),
            _("behind sqlite:/// and duckdb:/// stands a path, an absolute one begins with a fourth slash"),
        )
    return lambda: _sqlite(path) if form[1] == "sqlite" else _duckdb(path)


def _refuse_malformed(address: str) -> None:
    """UsageError for an address of which a driver would quote a piece of the password."""
    plain = re.fullmatch(r"postgres(?:ql)?://[^\s/?#@]*(?:@[^\s/?#@]*)?(?:/[^\s@#]*)?(?:\?[^\s@#]*)?", address)
    if plain is None or re.search(r"%(?![0-9A-Fa-f]{2})", address):
        raise UsageError(
            _("the address of the database cannot be read"),
            _(
                "write what is special in names and passwords by its code: %40 for @, %2F for /, %3A for :, %20 for a space"
            ),
        )


def _secrets(address: str) -> tuple[str, ...]:
    """What must not be shown of an address and of the surroundings, the longest first."""
    found = [address, os.environ.get("PGPASSWORD", ""), os.environ.get("WXB_URI", "")]
    parts = urlsplit(address)  # which `_refuse_malformed` has let pass
    __, colon, password = parts.netloc.rpartition("@")[0].partition(":")
    found += [password, unquote(password)] if colon else []
    for name, value in parse_qsl(parts.query):
        found += [value] if "password" in name else []
    return tuple(sorted({text for text in found if text}, key=len, reverse=True))


def without(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, SECRET)
    return text


# ---------------------------------------------------------------- ADBC


def _postgresql(address: str) -> Database:
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise MissingExtra("adbc-driver-postgresql", "sql", _("reading from PostgreSQL")) from None
    found = Adbc(None, _secrets(address))
    try:
        found.connection = dbapi.connect(address, autocommit=True)
        found.own = True
        with found.connection.cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL synchronize_seqscans = off")  # else a scan begins where another one is
    except Exception as error:  # the driver's own, which might quote the address
        found.close()
        raise DataError(
            _("the server of PostgreSQL cannot be reached: {reason}", reason=found.said(error)),
            _(
                "check that the server runs, and address, name and password; "
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
        return reader.schema, self._read(reader)

    def _read(self, reader: Any) -> Iterator[pa.RecordBatch]:
        self._running = True
        for batch in reader:
            yield plain_batch(batch)
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
    """The one line of a driver's error that says what is wrong."""
    text = text.split("Query was:")[0]
    said = re.search(r"(?:ERROR|FATAL):\s*([^\n]+)", text)
    if said is not None:
        return said[1].strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return re.sub(r"^[A-Z_ ]+: |\[\w+\] |.*\bconnect:\s", "", lines[0])[:300] if lines else _("no reason given")


# ---------------------------------------------------------------- DuckDB


def _duckdb(path: str) -> Database:
    import duckdb

    try:
        connection = duckdb.connect(path, read_only=True)
        connection.execute("BEGIN TRANSACTION")
    except duckdb.Error as error:
        raise _no_database(path, error) from None
    return Duck(connection, own=True)


class Duck:
    """A connection of DuckDB."""

    def __init__(self, connection: Any, own: bool = False) -> None:
        self.connection, self.own = connection, own

    def issue(self, sql: str) -> Rows:
        relation = self.connection.sql(sql)
        if relation is None:
            raise no_rows()
        rows = block_rows(len(relation.columns))
        taken = relation.to_arrow_reader if hasattr(relation, "to_arrow_reader") else relation.fetch_arrow_reader
        reader = taken(rows)
        return reader.schema, iter(reader)

    def said(self, error: Exception) -> str:
        return str(error).strip().split("\n")[0][:300]

    def close(self) -> None:
        if self.own:
            self.connection.close()


# ---------------------------------------------------------------- SQLite


def _sqlite(path: str) -> Database:
    import sqlite3
    from pathlib import Path

    try:
        connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
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
        return str(error).strip()[:300]

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
