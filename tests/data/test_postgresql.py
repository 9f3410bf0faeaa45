"""PostgreSQL for real: a server of its own on loopback, through ADBC."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
        server.psql(ROWS)
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
    {"formula": "y ~ x*C(g) + C(k) | firm"},
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: " ".join(map(str, asked.values())))
def test_a_query_has_the_bits_of_its_rows_as_text(server: Server, written: Path, asked: dict[str, Any]) -> None:
    asked = asked if "formula" in asked else {"target": "y", **asked}
    with pytest.warns(wxb.WxbWarning) if "missing" in asked else pytest.MonkeyPatch.context():
        found, expected = wxb.fit(wxb.query(SQL, server.address()), **asked), wxb.fit(written, **asked)
    assert found == expected


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
        ("insert into rows (i) values (1) returning x, y", "read-only transaction"),
        ("select 1.0::money * i as x, y from rows", "`x` is of type money"),
        ("select array[x] as x, y from rows", "column `x` is of type list"),
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
    with pytest.raises(wxb.DataError, match=said):
        wxb.fit(wxb.query(sql, server.address()), "y", se="HC1")


def test_a_connection_that_breaks_in_the_middle(server: Server) -> None:
    broken: list[int] = []

    def progress(rows: int, total: int | None) -> None:
        if not broken:
            broken.append(rows)
            server.psql(
                "select pg_terminate_backend(pid) from pg_stat_activity where query like '%1234567%' and pid != pg_backend_pid()"
            )

    columns = ", ".join(f"sin(i + {place})::float8 as x{place}" for place in range(10))
    with pytest.raises(wxb.DataError, match=r"the query broke off after .* rows: .*(closed|terminat)") as caught:
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
        ("postgresql://ann:hunter%202%2Fx@127.0.0.1:1/postgres", "cannot be reached"),
        ("postgresql://ann@127.0.0.1:{port}/postgres?password=hunter%202%2Fx", "password authentication failed"),
        ("postgresql://ann:hunter%202%2Fx@127.0.0.1:{port}/hunter%202%2Fx", "password authentication failed"),
        ("postgresql://ann:hunter%202%2Fx@127.0.0.1:port/postgres", "cannot be reached"),
        ("postgresql://ann:hunter%202%2Fx@127.0.0.1/postgres?no_such=1", "cannot be reached"),
    ],
)
def test_no_password_is_shown(server: Server, address: str, said: str) -> None:
    rows = wxb.query("select 1 as y", address.format(port=server.port))
    with pytest.raises(wxb.DataError, match=said) as caught:
        wxb.fit(rows, "y")
    shown = "".join(traceback.format_exception(caught.value)) + repr(rows)
    assert "hunter" not in shown.replace(address, "")


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
