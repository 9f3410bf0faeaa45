"""Where rows come from is said the same way after every command: a query gives what the file of its rows gives."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import wxb as package
from wxb.cli import main
from wxb.cli.commands import COMMANDS

ROWS = [(i, 0.25 * i, "abc"[i % 3], 0.125 * ((7 * i) % 11) + i) for i in range(40)]
SQL = "select i, x, g, y from t order by i"
ASKED = {
    "fit": "fit DATA -t y -f x,g --se HC1 --save {o}/new.json --report {o}/r.html",
    "cost": "cost DATA -t y --line 2*x",
    "rates": "rates DATA -t y -f x --lr 0.1",
    "predict": "predict {m} DATA --interval 0.9",
    "plot": "plot m.json fitted DATA",
    "report": "report {m} DATA -o {o}/r.html",
    "lab": "lab DATA -t y -f x -o {o}/lab.html",
    "residuals": "residuals {m} DATA --label g",
    "update": "update {m} DATA -o {o}/new.json",
    "forget": "forget {twice} DATA -o {o}/new.json",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of SQLite, its rows as CSV, and models of these rows."""
    folder = tmp_path_factory.mktemp("rows")
    with closing(sqlite3.connect(folder / "t.db")) as connection, connection:
        connection.execute("create table t (i, x, g, y)")
        connection.executemany("insert into t values (?, ?, ?, ?)", ROWS)
    (folder / "t.csv").write_text("i,x,g,y\n" + "".join(f"{i},{x},{g},{y}\n" for i, x, g, y in ROWS))
    for name, files in (("m", ["t.csv"]), ("twice", ["t.csv", "t.csv"])):
        package.fit([folder / file for file in files], "y", features=["x", "g"]).save(folder / f"{name}.json")
    return folder


def test_every_command_that_takes_data_takes_a_query() -> None:
    takes = {one.name for one in COMMANDS if any(option.name == "sql" for option in one.options)}
    assert takes == {*ASKED}
    assert takes >= {one.name for one in COMMANDS if any(word.name == "data" for word in one.arguments)}


@pytest.mark.parametrize("command", [*ASKED])
def test_a_query_gives_what_its_rows_give(
    command: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    shown: list[tuple[str, ...]] = []
    for rows in (["t.csv"], ["--sql", SQL, "--uri", "sqlite:///t.db"]):
        at = tmp_path / rows[0].strip("-")
        at.mkdir()
        places = {"o": str(at), "m": "m.json", "twice": "twice.json"}
        words = [word.format(**places) for word in ASKED[command].split()]
        place = words.index("DATA")
        assert main([*words[:place], *rows, *words[place + 1 :], "--json"]) == 0
        answer = capsys.readouterr().out.replace(str(at), "")
        models = [file.read_text() for file in sorted(at.glob("*.json"))]
        shown.append((answer if "html" not in ASKED[command] or command == "fit" else "", *models))
        for file in at.iterdir():
            assert "t.db" not in file.read_text()
    assert shown[0] == shown[1]


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("command", ["predict", "residuals"])
def test_what_is_found_stands_beside_the_columns_of_the_query(
    command: str, form: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uri = f"sqlite:///{folder / 't.db'}"
    found = {}
    for name, rows in (("file", [str(folder / "t.csv")]), ("query", ["--sql", "select * from t", "--uri", uri])):
        to = tmp_path / f"{name}.{form}"
        assert main([command, str(folder / "m.json"), *rows, "-o", str(to)]) == 0
        assert "40 rows" in " ".join(capsys.readouterr().out.split())
        found[name] = _columns(to)
    assert [*found["query"]] == [*found["file"]]
    assert found["query"]["i"] == [row[0] for row in ROWS] if form != "csv" else [str(row[0]) for row in ROWS]
    read = [name for name in found["file"] if form == "csv" or name not in ("i", "y")]
    assert {name: found["query"][name] for name in read} == {name: found["file"][name] for name in read}


def _columns(path: Path) -> dict[str, list[object]]:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pydict()
    with path.open() as file:
        rows = [json.loads(line) for line in file] if path.suffix == ".jsonl" else [*csv.DictReader(file)]
    return {name: [row[name] for row in rows] for name in rows[0]}


def test_a_file_is_whole_or_not_there(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A query that fails in the middle leaves the file that was there."""
    to = tmp_path / "p.csv"
    to.write_text("what was there\n")
    sql = "select x, g, case when i = 39 then abs(-9223372036854775808) else 1 end as z from t order by i"
    words = ["predict", str(folder / "m.json"), "--sql", sql, "--uri", f"sqlite:///{folder / 't.db'}", "-o", str(to)]
    assert main(words) == 1
    assert "integer overflow" in capsys.readouterr().err
    assert to.read_text() == "what was there\n"
    assert [*tmp_path.iterdir()] == [to]


def test_what_cannot_be_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    uri = f"sqlite:///{folder / 't.db'}"
    for words, said in (
        (["residuals", "m.json"], "wxb residuals needs DATA, or `--sql` and `--uri`"),
        (["update", "m.json", "t.csv", "--sql", SQL, "-o", "x.json"], "there are DATA and `--sql`"),
        (["rates", "--sql", SQL, "--uri", uri, "--dask", "local"], "there are `--dask` and `--sql`"),
        (["plot", "line", "t.csv", "--sql", SQL, "-t", "y"], "there are DATA and `--sql`"),
        (["plot", "line", "--uri", uri], "no query is asked of it"),
        (["predict", "m.json", "--sql", SQL, "--at", "x=1"], "DATA or `--sql`"),
        (["table", "m.json", "--sql", SQL], "has no option"),
    ):
        assert main(words) == 2
        assert said in " ".join(capsys.readouterr().err.split())


ADDRESS = "postgresql://ann:hun ter%2F2@127.0.0.1:1/db?sslpassword=hunter"
MISTAKES = [
    "fit", "plot", "lab", "report", "residuals m.json", "predict m.json", "fit t.csv -t", "fit t.csv -t y -f", "fit --url",
    "fit --sql", "fit -t y --sql select --uri", "", "--lang", "merge m.json", "table", "test m.json",
    "residuals m.json t.csv --label",
    "fit t.csv -t y --save", "explain", "fit t.csv -t y --where", "fit t.csv -t y --se", "update m.json", "cost t.csv --line",
]  # fmt: skip


@pytest.mark.parametrize("typed", MISTAKES)
def test_a_password_is_not_shown_wherever_its_address_is_typed(
    typed: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    for address in (ADDRESS, ADDRESS.replace(" ", "%20"), "postgresql://ann:hun@ter2@h/db"):
        for more in ([], ["--json"]):
            assert main([*typed.split(), address, *more]) in (1, 2)
            shown = "".join(capsys.readouterr())
            assert not re.search("hun|2F2", shown), shown
