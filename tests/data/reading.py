"""Reading a table whole, and the two roads a text file can take."""

from __future__ import annotations

import os
from typing import Any

import duckdb
import numpy as np
import pytest

from wxb.data import Scan, Selection, csv_part, open_table
from wxb.data.layout import SourceLayout
from wxb.data.reading import Read
from wxb.data.times import whole_nanoseconds
from wxb.errors import WxbError


class Whole:
    """All blocks of a scan put together: exact integers and fractions are compared as (values, low)."""

    def __init__(self, scan: Scan) -> None:
        read = Read(scan.blocks())
        blocks = list(read)
        self.reading = read.reading
        self.scan = scan.after(read.reading)
        self.blocks = blocks
        self.X = [_join([b.features[j] for b in blocks]) for j in range(len(scan.terms))]
        self.y = _join([b.target for b in blocks if b.target is not None])
        self.rows = sum(b.rows for b in blocks)
        self.row_numbers = np.concatenate([b.row_numbers() for b in blocks]).tolist()
        self.weights = np.concatenate([b.weights for b in blocks]) if blocks[0].weights is not None else None
        columns = [[block.labels[j] for block in blocks] for j in range(len(blocks[0].labels))]
        every = [[part.values[code] for part in parts for code in part.codes] for parts in columns]
        self.labels = every[0] if len(every) == 1 else every
        self.notes = list(read.reading.notes)


def _join(columns: list[Any]) -> tuple[list[float], list[float]]:
    values: list[float] = []
    low: list[float] = []
    for column in columns:
        values += column.values.tolist()
        low += [0.0] * len(column.values) if column.low is None else column.low.tolist()
    return values, low


def read(source: Any, target: str | None = "y", layout: dict[str, Any] | None = None, **choice: Any) -> Whole:
    """A table whole; `layout` are the options of a `SourceLayout`."""
    return Whole(open_table(source, layout=SourceLayout(**(layout or {}))).scan(Selection(target=target, **choice)))


def refused(source: Any, target: str | None = "y", **choice: Any) -> str:
    """The message of the error that reading ends with."""
    with pytest.raises(WxbError) as caught:
        read(source, target, **choice)
    return str(caught.value)


def exact(column: tuple[list[float], list[float]]) -> list[int]:
    return [int(value) + int(low) for value, low in zip(*column)]


def nanoseconds_in(column: tuple[list[float], list[float]]) -> list[int]:
    """Days as the nanoseconds they were made of."""
    return [whole_nanoseconds(value, low) for value, low in zip(*column)]


ROADS = ["careful", "fast"]
_connect = duckdb.connect
_databases: dict[tuple[object, ...], duckdb.DuckDBPyConnection] = {}


def take(road: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send text files of any size down one of the two roads."""
    monkeypatch.setattr(csv_part, "SMALL_FILE", -1 if road == "fast" else 1 << 40)
    monkeypatch.setattr(duckdb, "connect", _one_of_many)


def _one_of_many(*named: str, config: dict[str, Any], **given: Any) -> duckdb.DuckDBPyConnection:
    """A connection to a database that is there already: to make one takes ten times as long as reading a small file."""
    if named or given:
        return _connect(*named, config=config, **given)
    key = (os.getpid(), *sorted(config.items()))
    if key not in _databases or not _lives(_databases[key]):
        _databases[key] = _connect(config=config)
    return _databases[key].cursor()


def _lives(database: duckdb.DuckDBPyConnection) -> bool:
    """Whether it still answers: after a fatal error, which 1.2.0 meets in some hostile files, no cursor does."""
    try:
        return database.execute("SELECT 1").fetchone() == (1,)
    except duckdb.Error:
        return False
