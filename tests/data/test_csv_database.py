"""How many databases of DuckDB the files of a table take, and that none outlives their reading."""

from __future__ import annotations

import gc
import os
import pickle
from pathlib import Path
from typing import Any

import duckdb
import pytest

import wxb
from wxb.data import csv_fast, csv_part
from wxb.data.csv_database import Database

connect = duckdb.connect


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[duckdb.DuckDBPyConnection]:
    """Every database that was made."""
    found: list[duckdb.DuckDBPyConnection] = []

    def making(**how: Any) -> duckdb.DuckDBPyConnection:
        found.append(connect(**how))
        return found[-1]

    monkeypatch.setattr(csv_part, "SMALL_FILE", -1)
    monkeypatch.setattr(duckdb, "connect", making)
    return found


def is_open(database: duckdb.DuckDBPyConnection) -> bool:
    try:
        return bool(database.execute("SELECT 1").fetchone())
    except duckdb.Error:
        return False


def files(folder: Path, count: int) -> str:
    for number in range(count):
        rows = [f"{x},{2 * x + number}" for x in range(number, number + 50)]
        (folder / f"{number}.csv").write_text("\n".join(["x,y", *rows]) + "\n")
    return str(folder / "*.csv")


def test_the_files_of_a_scan_share_one(tmp_path: Path, made: list[Any]) -> None:
    found = wxb.fit(files(tmp_path, 4), target="y")
    assert found.n == 200
    assert len(made) == 1
    assert not is_open(made[0])


def test_none_waits_behind_a_last_file_that_is_small(
    tmp_path: Path, made: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = files(tmp_path, 3)
    (tmp_path / "2.csv").write_text("x,y\n1,2\n")
    monkeypatch.setattr(csv_part, "SMALL_FILE", 100)
    found = wxb.fit(source, target="y")
    assert found.n == 101
    assert len(made) == 1
    assert not is_open(made[0])


def test_every_pass_has_its_own(tmp_path: Path, made: list[Any]) -> None:
    assert len(wxb.fit(files(tmp_path, 3), target="y", se="HC3").inference.se) == 2
    assert len(made) >= 2
    assert not any(map(is_open, made))


def test_one_that_an_error_ended_is_used_no_more(
    tmp_path: Path, made: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = files(tmp_path, 4)
    plain = wxb.fit(source, target="y")
    del made[:]
    real = csv_fast._query

    def failing(file: Any, *others: Any) -> str:
        return "SELECT nothing" if Path(file.path).name == "1.csv" else real(file, *others)

    monkeypatch.setattr(csv_fast, "_query", failing)
    found = wxb.fit(source, target="y")
    assert (found.coef.tolist(), found.intercept, found.n) == (plain.coef.tolist(), plain.intercept, plain.n)
    assert len(made) == 2
    assert not any(map(is_open, made))


def test_a_reading_that_is_broken_off_leaves_none(tmp_path: Path, made: list[Any]) -> None:
    source = files(tmp_path, 3)
    (tmp_path / "1.csv").write_text("x,y\n1,2\n2,junk\n" + "3,4\n" * 2000)
    with pytest.raises(wxb.DataError):
        wxb.fit(source, target="y")
    gc.collect()
    assert made
    assert not any(map(is_open, made))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_none_that_waits_is_there_when_the_process_is_forked(made: list[Any]) -> None:
    database = Database(1)
    with database.connection(more=True):
        pass
    assert is_open(made[0])
    child = os.fork()
    if not child:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert not is_open(made[0])
    with database.connection(more=False) as connection:
        assert connection.execute("SELECT 2").fetchone() == (2,)
    assert len(made) == 2


def test_a_copy_has_its_own(made: list[Any]) -> None:
    database = Database(1)
    with database.connection(more=True):
        pass
    copied = pickle.loads(pickle.dumps(database))  # noqa: S301
    with copied.connection(more=False):
        pass
    assert len(made) == 2
    database.close()
    assert not any(map(is_open, made))
