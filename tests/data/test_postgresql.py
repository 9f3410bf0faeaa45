"""PostgreSQL for real: a server of its own on loopback, through ADBC."""

from __future__ import annotations

import copy
import pickle
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

import wxb
from support.postgresql import PASSWORD, Server, binaries, served
from wxb.cli import main

pytestmark = pytest.mark.engines
ROWS = """create table rows as select i, ((i * 7919) % 1000)::numeric / 1000 + i as a,
  case i % 4 when 0 then 9007199254740993 * i::numeric when 1 then i / 3.0 when 2 then 0.1 + i * 1e-28
  else i * 1e20 + 0.5 end::numeric as b,
  (sin(i) * 5)::float8 as x, (i % 7)::int2 as k, (array['north', 'south', 'east'])[i % 3 + 1] as g, i % 50 as firm,
  date '2024-01-01' + i % 300 as d, timestamptz '2024-01-01 09:00+09' + i * interval '1 hour 1 microsecond' as t,
  case when i % 97 > 0 then cos(i)::float8 end as gaps, (i * 0.01 + sin(i * i))::float8 as y
  from generate_series(1, 3000) as s(i)"""
SQL = "select * from rows order by i"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    found = binaries()
    if found is None:
        pytest.skip("there is no PostgreSQL")
    with served(found) as server:
        server.psql(ROWS, "create sequence counted")
        yield server


@pytest.fixture(scope="module")
def written(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    server.psql("set timezone = 'UTC'", f"\\copy ({SQL}) to '{path}' csv header")
    path.write_text(path.read_text().replace("+00,", "Z,"))
    return path


ASKED: list[dict[str, Any]] = [
    {"features": ["a", "b", "x", "d", "t"], "se": "HC3"},
    {"features": ["x", "gaps"], "missing": "drop", "test": 0.2},
    {"features": ["x", "g"], "se": "cluster:firm"},
    {"features": ["b"], "by": "g"},
    {"features": ["x"], "where": "a > 100 and g != 'east' and b < 1e22"},
    {"features": ["b", "x"], "folds": 5, "weights": "k"},
    {"features": ["b", "x"], "folds": "2:g"},
    {"formula": "y ~ x*C(g) + C(k) | firm"},
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked.values())))
def test_a_query_has_the_bits_of_its_rows_as_text(server: Server, written: Path, asked: dict[str, Any]) -> None:
    asked = asked if "formula" in asked else {"target": "y", **asked}
    with pytest.warns(wxb.WxbWarning) if "missing" in asked else pytest.MonkeyPatch.context():
        found, expected = wxb.fit(wxb.query(SQL, server.address()), **asked), wxb.fit(written, **asked)
    assert found == expected


NUMBERS = """create table numbers as select i, (i * 37 % 101)::int2 as small, i * 7 % 1009 as whole,
  9007199254740993 + i * i as big, (i * 0.1)::real as single, sin(i) / 3 as double, (i / 7.0)::numeric(38, 10) as decimal,
  case i % 3 when 0 then 1e25 + i when 1 then 0.1 else -i end::numeric as mixed, nullif(i % 11, 3) * 9007199254740993 as holes,
  case when i % 5 = 0 then 'NaN' else (i % 13) * 0.1 end::numeric as nans, (i * 0.01 + sin(i * i))::float8 as y,
  (array['b', 'a', 'ä', ' c', 'D'])[i % 5 + 1]::varchar(9) as v,
  ('{b,a,c}'::text[])[i % 3 + 1]::letter as e, md5((i % 4)::text)::uuid as u,
  date '2024-02-27' + i % 4 as day, (i % 4 > 1) as yes, ('x' || i % 3)::char(5) as padded
  from generate_series(1, 300) as s(i)"""


@pytest.fixture(scope="module")
def numbers(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    server.psql("create type letter as enum ('c', 'b', 'a')", NUMBERS)
    path = tmp_path_factory.mktemp("numbers") / "numbers.csv"
    server.psql(f"\\copy (select * from numbers order by i) to '{path}' csv header")
    path.write_text(path.read_text().replace(",NaN,", ",,"))
    return path


@pytest.mark.parametrize("name", ["small", "whole", "big", "single", "double", "decimal", "mixed", "holes", "nans"])
def test_numbers_of_every_type_have_the_bits_of_their_text(server: Server, numbers: Path, name: str) -> None:
    asked: dict[str, Any] = {
        "target": "y",
        "features": [name],
        "missing": "drop" if name in ("holes", "nans") else "error",
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        found = wxb.fit(wxb.query(f"select {name}, y from numbers", server.address()), **asked)
        expected = wxb.fit(numbers, **asked)
    assert found.moments == expected.moments
    assert found.theta.tolist() == expected.theta.tolist()


@pytest.mark.parametrize("name", ["v", "e", "u", "day", "padded", "small"])
def test_categories_are_called_as_their_text_is(server: Server, numbers: Path, name: str) -> None:
    found = wxb.fit(wxb.query(f"select {name}, y from numbers", server.address()), formula=f"y ~ C({name})")
    expected = wxb.fit(numbers, formula=f"y ~ C({name})")
    assert found.terms == expected.terms
    assert found.theta.tolist() == expected.theta.tolist()
    rows = wxb.query(f"select {name}, double, y from numbers", server.address())
    grouped = wxb.fit(rows, "y", features=["double"], by=name)
    assert [*map(str, grouped)] == [*map(str, wxb.fit(numbers, "y", features=["double"], by=name))]


def test_one_transaction_sees_one_state(server: Server) -> None:
    server.psql("create table growing as select i::float8 as x, i * i::float8 as y from generate_series(1, 9) as s(i)")
    rows = wxb.query("select x, y from growing", server.address())
    before = wxb.fit(rows, "y")
    server.psql("insert into growing values (10, 0)")
    assert wxb.fit(rows, "y", se="HC1").theta.tolist() == before.theta.tolist()
    assert wxb.fit(wxb.query("select x, y from growing", server.address()), "y").n == 10


def test_a_connection_sees_what_its_transaction_does(server: Server) -> None:
    from adbc_driver_postgresql import dbapi

    server.psql("create table changing as select i::float8 as x, i * i::float8 as y from generate_series(1, 9) as s(i)")
    with dbapi.connect(server.address()) as connection:
        rows = wxb.query("select x, y from changing", connection)
        assert wxb.fit(rows, "y", se="HC3").n == 9
        server.psql("update changing set y = 3 where x = 3")
        with pytest.raises(wxb.DataError, match="the query gave other rows than the first time"):
            wxb.fit(rows, "y")
        with connection.cursor() as cursor:
            with pytest.raises(wxb.UsageError, match="no query behind it"):
                wxb.fit(cursor, "y")
            cursor.execute("select x, y from changing")
            assert wxb.fit(cursor, "y").n == 9


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("selec 1", 'the database refused the query: syntax error at or near "selec"'),
        ("select nope from rows", 'column "nope" does not exist'),
        ("select x, y from rows where false", "there are no data rows"),
        ("select x, x, y from rows", "the column name `x` occurs twice"),
        ("select 1 / (i - 2000) as x, y from rows", "division by zero"),
        ("insert into rows (i) values (1) returning x, y", "the query says INSERT"),
        ("with gone as (delete from rows returning x, y) select * from gone", "the query says DELETE FROM"),
        ("select nextval('counted') as x, 1 as y", "read-only transaction"),
        ("select x, y from rows; select 1", "several statements"),
        ("select x,\n  nope from rows", r"does not exist\n    LINE 2:   nope from rows\n              \^"),
        ("select x, y from rows where i > $1 or i > :name", "syntax error at or near"),
        ("select g::bytea as x, y from rows", "`x` is of type bytea"),
        ("select 1 as x, 2 as y where pg_sleep(2) is null", "statement timeout"),
        ("select 1.0::money * i as x, y from rows", "`x` is of type money"),
        ("select array[x] as x, y from rows", r"`x` is of type float8\[\]"),
        ("select 'infinity'::timestamp as x, y from rows", "column `x` holds a date that is infinite"),
        ("select 'Infinity'::numeric as x, y from rows", "infinite value"),
        ("select nullif(i, 7) as x, y from rows", "1 missing value: row 7, column `x`"),
        (
            "select case when i = 7 then 'NaN' else i::numeric end as x, y from rows",
            "1 missing value: row 7, column `x`",
        ),
        ("select random() as x, y from rows", "neither random"),
    ],
)
def test_bad_queries_are_refused_in_words(server: Server, sql: str, said: str) -> None:
    address = f"{server.address()}?options=-c%20statement_timeout%3D500"
    with pytest.raises((wxb.DataError, wxb.UsageError), match=said):
        wxb.fit(wxb.query(sql, address), "y", se="HC1")


@pytest.mark.parametrize(
    ("ends", "said"),
    [("pg_terminate_backend", ".*(closed|terminat)"), ("pg_cancel_backend", ".*user request\n  somebody stopped it")],
)
def test_a_query_that_breaks_in_the_middle(server: Server, ends: str, said: str) -> None:
    broken: list[int] = []

    def progress(rows: int, total: int | None) -> None:
        if not broken:
            broken.append(rows)
            server.psql(
                f"select {ends}(pid) from pg_stat_activity where query like '%1234567%' and pid != pg_backend_pid()"
            )

    columns = ", ".join(f"sin(i + {place})::float8 as x{place}" for place in range(10))
    with pytest.raises(wxb.DataError, match=f"the query broke off after .* rows: {said}") as caught:
        wxb.fit(
            wxb.query(f"select {columns} from generate_series(1, 1234567) as s(i)", server.address()),
            "x0",
            progress=progress,
        )
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://ann:hunter%202%2Fx@127.0.0.1:{port}/postgres", "password authentication failed"),
        ("postgresql://ann:hunter%202%2Fx@127.0.0.1:1/postgres", "there is no connection"),
        ("postgresql://ann@127.0.0.1:{port}/postgres?password=hunter%202%2Fx", "password authentication failed"),
        ("postgresql://ann:hunter%202%2Fx@127.0.0.1:{port}/hunter%202%2Fx", "password authentication failed"),
        ("postgresql://ann:hunter%202%2Fx@127.0.0.1:port/postgres", "there is no connection"),
        ("postgresql://ann:hunter%202%2Fx@127.0.0.1/postgres?no_such=1", "there is no connection"),
    ],
)
def test_no_password_is_shown(server: Server, address: str, said: str) -> None:
    rows = wxb.query("select 1 as y", address.format(port=server.port))
    with pytest.raises(wxb.DataError, match=said) as caught:
        wxb.fit(rows, "y")
    shown = "".join(traceback.format_exception(caught.value)) + repr(rows)
    assert "hunter" not in shown.replace(address, "")


def test_no_kind_of_call_tells_the_password(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything that is printed and written by every command and every call is searched, those that fail too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WXB_URI", server.address())
    said: list[str] = []
    sql, where = "select i, x, k, y from rows order by i limit 500", server.address()
    asked = [
        ["--sql", sql, "--uri", where],
        ["--sql", "select x, nope from rows", f"--uri={where}"],
        [where],
        ["--sql", where],
    ]
    for rows in (["--sql", sql], *asked):
        for typed in (
            "fit DATA -t y -f x,k --se HC1 --save m.json --report r.html --checkpoint c.json --picture p.svg",
            "fit DATA -t y --by k --save g.json", "cost DATA -t y --line 2*x", "rates DATA -t y --lr 0.1",
            "predict m.json DATA -o p.csv", "plot m.json fitted DATA", "plot line DATA -t y -f x -o l.html",
            "report m.json DATA -o s.html", "lab DATA -t y -f x -o l.html", "residuals m.json DATA -o e.parquet",
            "update m.json DATA -o m2.json", "forget m.json DATA -o m3.json", "fit DATA -t y --json", "fit DATA",
        ):  # fmt: skip
            place = (words := typed.split()).index("DATA")
            main([*words[:place], *rows, *words[place + 1 :]])
            said += capsys.readouterr()
    data = wxb.query(sql, where)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        model = wxb.fit(data, "y", features=["x"])
        said += [repr(data), str(data), repr(model), str(model), model.to_json() if hasattr(model, "to_json") else ""]
        said += [str(model.lab(data).payload), str(model.plot("fitted", data)), str(model.diagnose(data))]
        for broken in (
            lambda: pickle.dumps(data),
            lambda: copy.deepcopy(data),
            lambda: wxb.fit(where, "y"),
            lambda: wxb.fit(data, "q"),
        ):
            try:
                said.append(repr(broken()))
            except Exception as error:
                said.append("".join(traceback.format_exception(error)))
    said += [str(one.message) for one in warned]
    said += [file.read_bytes().decode("utf-8", "replace") for file in tmp_path.rglob("*") if file.is_file()]
    assert len([*tmp_path.iterdir()]) >= 9
    for piece in (PASSWORD, quote(PASSWORD, safe=""), "hun%20", "hun ter"):
        assert [text[max(text.index(piece) - 200, 0) :][:300] for text in said if piece in text] == []


def test_the_command_line_takes_all_from_the_environment(
    server: Server, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--target", "y", "--features", "x,b", "--json"]
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("WXB_URI", server.address(""))
    assert main(["fit", "--sql", SQL, *asked]) == 0
    found = capsys.readouterr()
    assert main(["fit", str(written), *asked]) == 0
    assert found.out == capsys.readouterr().out
    monkeypatch.delenv("PGPASSWORD")
    page, model = tmp_path / "r.html", tmp_path / "m.json"
    more = ["--uri", server.address(), "--report", str(page), "--save", str(model)]
    assert main(["fit", "--sql", SQL, *asked, *more]) == 0
    ended = capsys.readouterr()
    for text in (ended.out, ended.err, found.err, page.read_text(), model.read_text()):
        assert "hun" not in text
