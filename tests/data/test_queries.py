"""Queries as data: SQLite, DuckDB, and what needs no server of what is said of PostgreSQL."""

from __future__ import annotations

import copy
import pickle
import sqlite3
import subprocess
import sys
import traceback
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

import wxb
from wxb.cli import main
from wxb.data.query import Query, query

ROWS = [(i, i * 0.25 if i % 2 else i, f"{'abc'[i % 3]}", (7 * i) % 11 + 0.125 * i) for i in range(400)]
SQL = "select x, g, y from t"
SECRET = "hun ter/2"
ADDRESS = "postgresql://ann:hun%20ter%2F2@127.0.0.1:1/db"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database of SQLite, and its rows as CSV beside it."""
    with sqlite3.connect(tmp_path / "t.db") as connection:
        connection.execute("create table t (n, x, g, y)")
        connection.executemany("insert into t values (?, ?, ?, ?)", ROWS)
    connection.close()
    (tmp_path / "t.csv").write_text("x,g,y\n" + "".join(f"{x},{g},{y}\n" for __, x, g, y in ROWS))
    return tmp_path / "t.db"


ASKED: list[dict[str, Any]] = [
    {"features": ["x"], "se": "HC3"},
    {"features": ["x", "g"], "se": "cluster:g"},
    {"features": ["x"], "by": "g"},
    {"features": ["x"], "where": "x > 20 and g != 'a'"},
    {"features": ["x"], "folds": 4},
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked.values())))
def test_a_query_has_the_bits_of_its_rows_as_text(file: Path, asked: dict[str, Any]) -> None:
    found = wxb.fit(wxb.query(f"{SQL} order by n", f"sqlite:///{file}"), "y", **asked)
    assert found == wxb.fit(file.with_suffix(".csv"), "y", **asked)


def test_connections_that_are_open(file: Path) -> None:
    expected = wxb.fit(file.with_suffix(".csv"), "y", se="HC3")
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select * from read_csv('{file.with_suffix('.csv')}')")
        assert wxb.fit(wxb.query(SQL, connection), "y", se="HC3") == expected
        with pytest.raises(wxb.UsageError, match=r"is a database, not a table\n  give wxb.query"):
            wxb.fit(connection, "y")
    connection = sqlite3.connect(file)
    assert wxb.fit(wxb.query(SQL, connection), "y", se="HC3") == expected
    connection.close()


def test_a_file_of_duckdb(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "t.duckdb")) as connection:
        connection.execute("create table t as select i::double x, (i * i)::decimal(20, 2) y from range(50) as r(i)")
    model = wxb.fit(wxb.query("select * from t", f"duckdb:///{tmp_path / 't.duckdb'}"), "y", se="HC1")
    assert model.coef.tolist() == [49.0]


@pytest.mark.parametrize(
    "asked", [{"folds": "g"}, {"folds": "2:g", "l2": "auto"}, {"folds": "time:3:x", "features": ["x"]}], ids=str
)
def test_folds_that_values_decide_take_two_looks_on_one_connection(file: Path, asked: dict[str, Any]) -> None:
    """DuckDB has one result on its way at most, and a new cursor of ADBC closes the one before."""
    text = file.with_suffix(".csv")
    with duckdb.connect() as connection:
        connection.execute(f"create table t as select * from read_csv('{text}')")
        assert wxb.fit(wxb.query("select x, g, y from t order by y", connection), "y", **asked) == wxb.fit(
            text, "y", **asked
        )


def test_a_query_of_duckdb_is_asked_again_after_a_refusal_that_is_kept() -> None:
    """A notebook keeps the last error, and with it the rows that were on their way."""
    with duckdb.connect() as connection:
        rows = wxb.query("select i as x, i * i as y from range(300000) as r(i)", connection)
        with pytest.raises(wxb.DataError, match="there is no column") as kept:
            wxb.fit(rows, "z")
        assert wxb.fit(rows, "y").coef.tolist() == [299999.0]
        assert kept.traceback


def test_numbers_of_sqlite_keep_their_digits() -> None:
    """Whole numbers beyond 2^53 beside fractions in one column, as text has them."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t (x, y)")
    connection.executemany("insert into t values (?, ?)", [(2**60 + 1, 1), (0.5, 2), (2**53, 7), (-3, 1)])
    found = wxb.fit(wxb.query("select * from t", connection), "y").moments
    expected = wxb.fit({"x": [2**60 + 1, 0.5, 2**53, -3], "y": [1, 2, 7, 1]}, "y").moments
    assert found == expected
    connection.close()


def test_rows_that_changed_are_refused(file: Path) -> None:
    connection = sqlite3.connect(file)
    rows = query(f"{SQL} order by n", connection)
    wxb.fit(rows, "y", features=["x"])
    connection.execute("update t set x = 3.25 where n = 7")
    with pytest.raises(wxb.DataError, match="the query gave other rows than the first time"):
        wxb.fit(rows, "y", features=["x"])
    connection.close()


def test_rows_in_another_order_are_refused(file: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t as select i::double x, (i * i)::double y, 1 as one from range(50) as r(i)")
        rows = query("select x, y from t order by one", connection)
        wxb.fit(rows, "y")
        connection.execute("create or replace table t as select * from t order by x desc")
        with pytest.raises(wxb.DataError, match="in another order"):
            wxb.fit(rows, "y")
        some = query("select x, y from t", connection)
        before = wxb.fit(some, "y")
        connection.execute("create or replace table t as select * from t order by x")
        assert wxb.fit(some, "y") == before


BY_NUMBER: list[dict[str, Any]] = [
    {"folds": 5}, {"folds": "time:5"}, {"test": 0.2}, {"se": "HAC:3"}, {"se": "bootstrap:99"},
    {"optimizer": "adam", "batch_size": 3, "epochs": 2}, {"formula": "y ~ lag(x, 1)", "target": None},
]  # fmt: skip


@pytest.mark.parametrize("asked", BY_NUMBER, ids=lambda asked: next(iter(asked)))
def test_what_goes_by_the_number_of_a_row_needs_an_order(file: Path, asked: dict[str, Any]) -> None:
    with pytest.raises(wxb.UsageError, match="without ORDER BY the rows of a query have none"):
        wxb.fit(query(SQL, f"sqlite:///{file}"), **dict[str, Any]({"target": "y", **asked}))


def test_new_rows_of_a_model_with_folds_need_an_order(file: Path) -> None:
    model = wxb.fit(query(f"{SQL} order by n", f"sqlite:///{file}"), "y", features=["x"], folds=4)
    with pytest.raises(wxb.UsageError, match="without ORDER BY"):
        wxb.update(model, query(SQL, f"sqlite:///{file}"))


@pytest.mark.parametrize(
    ("sql", "ordered"),
    [
        ("select x from t order by x", True),
        ("select x from t ORDER\n BY (x + 1), y limit 5 -- done", True),
        ("select 'order by' from t", False),
        ('select x as "order by" from t', False),
        ("select x from t -- order by x", False),
        ("select x from t /* order by x */", False),
        ("select $q$ order by $q$ from t", False),
        ("select x from (select x from t order by x) as s", False),
        ("select row_number() over (partition by (g) order by x) from t", False),
        ("with s as (select x from t) select * from s order by x", True),
        ("select x from t /* a /* b */ order by x */", False),
        ("select x from t /* a /* b */ order by x", True),  # SQLite's comments hold no others
        (r"select e'\' order by x ' from t", False),
        (r"select '\' from t order by x, '\'", True),
    ],
)
def test_the_order_of_a_query_is_its_own(sql: str, ordered: bool) -> None:
    assert query(sql, "postgresql://localhost/db").ordered is ordered


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select nope from t", "refused the query: no such column: nope"),
        ("selec x", 'refused the query: near "selec": syntax error'),
        ("select x, y from t where x < -1", "there are no data rows"),
        ("select x, x, y from t", "the column name `x` occurs twice"),
        ("select x, 'abc' || n as y from t", "column `y`"),
        ("delete from t", "the query says DELETE"),
        ("with s as (select 1) delete from t where x in s", "the query says DELETE FROM"),
        ("attach 'made.db' as made", "the query says ATTACH"),
        ("select x, y from t; select 1", "several statements"),
        ("pragma user_version = 3", "the query says PRAGMA"),
    ],
)
def test_bad_queries_are_refused_in_words(file: Path, sql: str, said: str) -> None:
    with pytest.raises((wxb.DataError, wxb.UsageError), match=said):
        wxb.fit(query(sql, f"sqlite:///{file}"), "y")
    assert not Path("made.db").exists()


TELLS = (
    "explain {}", "EXPLAIN QUERY PLAN {}", "explain (analyze, format json) {}", "show tables", "pragma table_info(t)", "describe t",
    "desc t", "summarize t", "analyze t",
)  # fmt: skip


@pytest.mark.parametrize("sql", TELLS)
@pytest.mark.parametrize("before", ["", " \n", "-- rows\n", "/* all */ ", "/* a /* b */ c */"])
def test_what_tells_of_the_database_is_no_query_of_its_rows(sql: str, before: str) -> None:
    """A plan and a list of columns have rows too, and numbers in them: a line would be fitted without a word."""
    for connection in ("sqlite:///none.db", "duckdb:///none.db", "postgresql://localhost/none"):
        with pytest.raises(
            wxb.UsageError, match=f"the query says {sql.split()[0].upper()}, whose rows tell of the database"
        ):
            query(before + sql.format("select x from t"), connection)


def test_what_is_called_as_such_statements_are_is_asked_for_in_a_select() -> None:
    with duckdb.connect() as connection:
        connection.execute('create table "show" as select i as "explain", 2 * i as "describe" from range(9) as r(i)')
        assert wxb.fit(query('from "show"', connection), "describe").coef.tolist() == [2.0]
        assert wxb.fit(query('(select "explain", "describe" from "show")', connection), "describe").n == 9
        told = query('from (describe "show")', connection).issue()
        assert told.schema.names[:2] == ["column_name", "column_type"]


def test_nothing_is_written_through_a_connection_that_could(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, duckdb.connect() as duck:
        duck.execute("create table t as select 1 as x, 2 as y")
        for of in (connection, duck):
            for sql in ("delete from t", "/* all */ drop table t", "with s as (select 1) insert into t select 1, 2"):
                with pytest.raises(wxb.UsageError, match="data are only read"):
                    query(sql, of)
            with pytest.raises(wxb.UsageError, match="several statements"):
                query("select 1; delete from t", of)
        assert connection.execute("select count(*) from t").fetchone() == (400,)
        assert duck.execute("select count(*) from t").fetchone() == (1,)


@pytest.mark.parametrize(
    "sql",
    [f"{SQL};", f"{SQL} ; -- all of them", f"{SQL} where g <> 'delete from t;'", f"{SQL} /* ; */", f"/* ; -- */{SQL}"],
)
def test_a_semicolon_ends_a_query(file: Path, sql: str) -> None:
    for address in (f"sqlite:///{file}", f"sqlite+pysqlite:///{file}"):
        assert wxb.fit(query(sql, address), "y") == wxb.fit(file.with_suffix(".csv"), "y")


def test_a_database_in_place_of_a_table_is_told_how_it_is_asked(file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "t.duckdb")) as connection:
        connection.execute("create table t as select 1 as x")
    for path in (file, tmp_path / "t.duckdb"):
        with pytest.raises(wxb.DataError, match=r"is a database, not a table\n  its rows come by a query"):
            wxb.fit(path, "y")
    with pytest.raises(wxb.DataError, match="is a database of SQLite"):
        wxb.fit(query(SQL, f"duckdb:///{file}"), "y")
    with pytest.raises(wxb.DataError, match=r"`postgresql://…` is an address") as caught:
        wxb.fit("postgresql://ann:hunter2@h/db", "y")
    assert "hunter2" not in str(caught.value)


def test_a_file_that_another_process_writes(tmp_path: Path) -> None:
    path = tmp_path / "t.duckdb"
    program = f"import duckdb, sys\nopen = duckdb.connect({str(path)!r})\nprint(1, flush=True)\nsys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline()
        with pytest.raises(wxb.DataError, match=r"cannot be opened as a database: .*lock"):
            wxb.fit(query("select * from t", f"duckdb:///{path}"), "x")
        other.communicate()


@pytest.mark.parametrize(
    ("connection", "said"),
    [
        (3, "3 is no connection that is known"),
        ("mysql://ann:hunter2@h/db", "begins with none of postgresql:, sqlite: and duckdb:"),
        ("sqlite:///nowhere.db", "there is no file `nowhere.db`"),
        ("duckdb:///md:school?motherduck_token=hunter2", "there is no file `md:school`"),
        ("postgresql://ann:hun ter2@h/db", "cannot be read"),
        ("postgresql://ann:hunt@er2@h/db", "cannot be read"),
        ("postgresql://ann:hun/ter2@h/db", "cannot be read"),
        ("postgresql://ann:hun%ter2@h/db", "cannot be read"),
        ("postgresql://[ann:hunter2@h/db?x=@", "cannot be read"),
    ],
)
def test_bad_addresses_are_refused_without_their_password(connection: Any, said: str) -> None:
    with pytest.raises(wxb.WxbError, match=said) as caught:
        query("select 1", connection)
    assert "ter2" not in "".join(traceback.format_exception(caught.value))


def test_the_address_comes_from_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WXB_URI", raising=False)
    with pytest.raises(wxb.UsageError, match=r"of which database is `sql=` asked"):
        query(SQL)
    monkeypatch.setenv("WXB_URI", f"sqlite:///{file}")
    assert wxb.fit(query(SQL), "y") == wxb.fit(file.with_suffix(".csv"), "y")
    with pytest.raises(wxb.UsageError, match="a query is a text of SQL"):
        query("")
    with pytest.raises(wxb.UsageError, match="nothing but comments"):
        query("-- select x from t")
    with pytest.raises(wxb.UsageError, match="a NUL character"):
        query(f"{SQL}\0 where x < 5")


def test_what_is_shown_of_a_query_holds_no_address() -> None:
    rows = query(f"select '{SECRET}'", ADDRESS)
    assert repr(rows) == "<wxb query>"
    for kept in (pickle.dumps, copy.deepcopy, copy.copy):
        with pytest.raises(wxb.UsageError, match="neither copied nor kept"):
            kept(rows)


def test_on_the_command_line(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--target", "y", "--features", "x", "--se", "HC1", "--json"]
    assert main(["fit", "--sql", SQL, "--uri", f"sqlite:///{file}", *asked, "--report", str(tmp_path / "r.html")]) == 0
    found = capsys.readouterr().out
    assert main(["fit", str(file.with_suffix(".csv")), *asked]) == 0
    assert found == capsys.readouterr().out
    page = (tmp_path / "r.html").read_text()
    assert "--sql" in page
    assert str(file) not in page
    for words, said in (
        ([], "wxb fit needs DATA, or `--sql` and `--uri`"),
        (["t.csv", "--sql", SQL], "there are DATA and `--sql`"),
        (["--uri", f"sqlite:///{file}"], "no query is asked of it"),
    ):
        assert main(["fit", *words, "-t", "y"]) == 2
        assert said in capsys.readouterr().err


@pytest.mark.parametrize("changed", ["x = 9007199254740995", "w = w + 1", "f = 3", "g = 'c'"])
def test_whatever_a_row_holds_is_looked_at(changed: str) -> None:
    """Digits beyond a double's, weights, frequencies and labels."""
    asked: dict[str, Any] = {"features": ["x"], "weights": "w", "frequency": "f", "se": "cluster:g"}
    with duckdb.connect() as connection:
        connection.execute(
            "create table t as select 9007199254740992 + i as x, 1.5 as w, 2 as f, 'ab'[1 + i % 2] as g, sin(i) as y "
            "from range(9) as r(i)"
        )
        rows = query("select * from t order by x", connection)
        wxb.fit(rows, "y", **asked)
        wxb.fit(rows, "y", **asked)
        connection.execute(f"update t set {changed} where x = 9007199254740996")
        with pytest.raises(wxb.DataError, match="other rows than the first time"):
            wxb.fit(rows, "y", **asked)


def test_one_transaction_of_sqlite_sees_one_state_and_ends_with_the_query(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma journal_mode = wal")
        rows = query(SQL, f"sqlite:///{file}")
        before = wxb.fit(rows, "y")
        connection.execute("insert into t values (400, 7, 'a', 1e6)")
        connection.commit()
        assert wxb.fit(rows, "y", se="HC1") == before
        opened: Any = rows._database
        del rows
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            opened.connection.execute("select 1")
        assert wxb.fit(query(SQL, connection), "y").n == 401
        assert connection.execute("select count(*) from t").fetchone() == (401,)  # one's own stays open


def test_rows_of_a_connection_come_whatever_it_makes_of_them(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = lambda cursor, row: {"row": row}
        assert wxb.fit(query(SQL, connection), "y") == wxb.fit(file.with_suffix(".csv"), "y")


def test_a_query_that_fails_on_its_way_says_how_far_it_came(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wxb.data import databases

    def failing(n: int) -> int:
        if n == 25:
            raise ValueError
        return n

    monkeypatch.setattr(databases, "block_rows", lambda columns: 10)
    with closing(sqlite3.connect(file)) as connection:
        connection.create_function("failing", 1, failing)
        with pytest.raises(wxb.DataError, match="the query broke off after 20 rows: user-defined function raised"):
            wxb.fit(query("select failing(n) as x, y from t", connection), "y")


def test_arrays_of_rows_are_mixed_into_64_bits() -> None:
    """Two rows that swap a cell are other rows, though every column holds the same numbers."""
    x, y = np.arange(10.0), np.arange(10.0) ** 2
    swapped = y.copy()
    swapped[[2, 5]] = y[[5, 2]]
    with duckdb.connect() as connection:
        connection.register("t", pa.table({"x": x, "y": y}))
        rows = query("select x, y from t", connection)
        wxb.fit(rows, "y")
        connection.unregister("t")
        connection.register("t", pa.table({"x": x, "y": swapped}))
        with pytest.raises(wxb.DataError, match="other rows"):
            wxb.fit(rows, "y")


def test_rows_without_an_order_are_not_named_by_their_numbers_without_a_word(file: Path) -> None:
    """Another reading may give them in another order: numbers of rows are of this one, and Durbin–Watson is of none."""
    address = f"sqlite:///{file}"
    some, all_of = query("select n, x, y from t", address), query("select n, x, y from t order by n", address)
    model = wxb.fit(all_of, "y", features=["x"])
    told, ordered = model.diagnose(some), model.diagnose(all_of)
    assert ordered.notes == ()
    assert "Durbin–Watson" in str(ordered)
    assert np.isnan(told.durbin_watson)
    assert "Durbin–Watson  " not in str(told)
    assert [note.partition(" ")[0] for note in told.notes] == ["Durbin–Watson", "the"]
    assert 'another reading may give others: `label="id"` calls them by a column' in told.notes[1]
    assert told.press == ordered.press
    assert told.breusch_pagan.p == ordered.breusch_pagan.p
    named = model.diagnose(some, label="n")
    assert len(named.notes) == 1
    assert named.cook[0].label == ordered.cook[0].row
    for asked in (model.residuals, model.augment):
        with pytest.warns(wxb.WxbWarning, match="the numbers and the order of this one reading"):
            found = asked(some)
        assert len(found) == len(asked(all_of)) == len(ROWS)


def test_the_command_line_says_that_rows_have_no_order(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, asked = str(tmp_path / "m.json"), ["--uri", f"sqlite:///{file}"]
    assert main(["fit", "--sql", "select x, y from t", *asked, "--target", "y", "--save", model]) == 0
    capsys.readouterr()
    assert main(["residuals", model, "--sql", "select x, y from t", *asked]) == 0
    said = capsys.readouterr()
    assert "Durbin–Watson  " not in said.out
    assert "--label id calls them by a column" in " ".join(said.err.split())
    assert main(["residuals", model, "--sql", "select x, y from t", *asked, "--json"]) == 0
    assert '"durbin_watson": null' in capsys.readouterr().out


class Breaking:
    """A database that breaks after a batch.  whole : or gives all"""

    def __init__(self, whole: bool) -> None:
        self.whole, self.closed = whole, False

    def issue(self, sql: str) -> Any:
        batch = pa.record_batch({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0]})
        if self.closed:
            raise RuntimeError("no connection")

        def batches() -> Any:
            yield batch
            if not self.whole:
                raise RuntimeError("the server closed the connection")

        return batch.schema, batches()

    def said(self, error: Exception) -> str:
        return str(error)

    def close(self) -> None:
        self.closed = True


def test_after_a_server_died_a_query_is_asked_of_a_new_connection() -> None:
    """A connection that broke answers no more, and says nothing of why."""
    opened = [first := Breaking(False), Breaking(True)]
    rows = Query("select x, y from t", lambda: opened.pop(0))
    with pytest.raises(
        wxb.DataError, match=r"broke off after 3 rows: the server closed the connection\n.*run it again"
    ):
        wxb.fit(rows, "y")
    assert first.closed
    assert wxb.fit(rows, "y").n == 3


def test_a_query_whose_rows_were_taken_in_part_is_refused_with_what_was_taken() -> None:
    """What a driver hands on after the first rows are not the rows of the query, whoever took them."""
    dbapi = pytest.importorskip("adbc_driver_duckdb.dbapi")
    with dbapi.connect(":memory:") as connection, connection.cursor() as cursor:
        for taken in (1, 2):
            cursor.execute("select range as x, 2 * range + 1 as y from range(10)")
            assert len(cursor.fetchmany(taken)) == taken
            with pytest.raises(wxb.UsageError, match=f"^{taken} rows? of the Cursor ha(s|ve) been taken already"):
                wxb.fit(cursor, "y")
        cursor.execute("select range as x, 2 * range + 1 as y from range(10)")
        assert wxb.fit(cursor, "y").n == 10


def test_rows_that_nobody_took_of_a_connection_of_duckdb_are_named() -> None:
    """The query is good, and is not asked to be another one."""
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        connection.execute("create table t as select range as x, 2 * range + 1 as y from range(10000)")
        connection.execute("select x from t").fetchone()
        rows = query("select x, y from t", connection)
        told = ""
        try:
            wxb.fit(rows, "y")  # other versions let go of them
        except wxb.WxbError as error:
            told = str(error)
        assert not told or ("an earlier query that nobody has taken" in told and "connection.cursor()" in told)
        connection.fetchall()
        assert wxb.fit(rows, "y").n == 10_000


def test_predictions_and_pictures_say_that_rows_have_no_order(file: Path) -> None:
    address = f"sqlite:///{file}"
    some, all_of = query("select n, x, y from t", address), query("select n, x, y from t order by n", address)
    model = wxb.fit(all_of, "y", features=["x"])
    with pytest.warns(wxb.WxbWarning, match="the numbers and the order of this one reading"):
        found = model.predict(some)
    assert sorted(found) == sorted(model.predict(all_of))
    assert "row" in model.plot("line", all_of).scene.table
    assert "row" not in model.plot("line", some).scene.table  # points have none of their own
    assert "row" not in model.plot("squares", some).scene.table
    with pytest.warns(wxb.WxbWarning, match="the numbers and the order of this one reading"):
        model.plot("leverage", some)  # names the rows that pull the line


def test_bytes_of_sqlite_are_written_as_it_writes_them() -> None:
    """b"12" is no number 3132."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table t (x, y)")
        connection.executemany("insert into t values (?, ?)", [(1, b"12"), (2, b"13"), (4, 3.5), (5, b"")])
        with pytest.raises(wxb.DataError, match=r"x'3132'.*\n.*are bytes \(a BLOB\): cast the column"):
            wxb.fit(query("select x, y from t", connection), "y")
    connection.close()
