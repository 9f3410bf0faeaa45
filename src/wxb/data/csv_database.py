"""DuckDB for the files of one table.

Making a database takes 40 ms, as long as reading a megabyte: the files of a scan have one after another, and none is kept when
the last has been read. To make the first beside the look at a file's head was tried, and won nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

if TYPE_CHECKING:
    import duckdb


class Database:
    """threads : how many DuckDB reads with; None leaves it to DuckDB

    Copies, as other processes have of the parts of a scan, make their own.
    """

    def __init__(self, threads: int | None) -> None:
        self._threads = threads
        self._idle: duckdb.DuckDBPyConnection | None = None
        self._turn = Lock()

    @contextmanager
    def connection(self, more: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to it.  more : whether other files are to be read after this, with the same unless an error ended it"""
        with self._turn:
            made, self._idle = self._idle, None
        made = made or _made(self._threads)
        sound = False
        try:
            with made.cursor() as cursor:
                yield cursor
            sound = True
        finally:
            if sound and more:
                with self._turn:
                    self._idle = made
                _some_idle.add(self)
            else:
                made.close()

    def close(self) -> None:
        """Give up the one that waits for the next file."""
        with self._turn:
            if self._idle is not None:
                self._idle.close()
            self._idle = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Database, (self._threads,)


_some_idle: WeakSet[Database] = WeakSet()


def _close_idle() -> None:
    for database in list(_some_idle):
        database.close()


if hasattr(os, "register_at_fork"):
    # A child has none of its parent's threads, and DuckDB would wait for its own.
    os.register_at_fork(before=_close_idle)


def _made(threads: int | None) -> duckdb.DuckDBPyConnection:
    import duckdb

    config: dict[str, Any] = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    if threads is not None:
        config["threads"] = threads
    return duckdb.connect(config=config)
