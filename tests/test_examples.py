"""What is shown to a reader runs: the examples of docstrings, the Python and the shell blocks of the documents.

Everything runs in a folder of its own that holds `examples/` and the files the documents speak of.
"""

from __future__ import annotations

import doctest
import gzip
import importlib
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.cli import main
from wxb.model.file import VERSION

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src"
DOCUMENTS = sorted(path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PROMPT = re.compile(r"^ *>>> ", re.MULTILINE)
PEOPLE = [(17, "ok", 1), (30, "ok", 20), (40, "-", 1), (41, "ok", 31), (50, "ok", 38), ("?", "ok", 2)]


def _modules() -> list[str]:
    """The modules that show an example, by name."""
    files = (path for path in PACKAGE.rglob("*.py") if PROMPT.search(path.read_text("utf-8")))
    return sorted(".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__") for path in files)


def _blocks(language: str) -> list[tuple[str, str]]:
    """(document, text) of each fenced block of a language."""
    fence = re.compile(r"^```(\w*)(?: title=.*)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    found = [(path.name, *block) for path in DOCUMENTS for block in fence.findall(path.read_text("utf-8"))]
    return [(name, text) for name, spoken, text in found if spoken == language]


def _table_calls() -> list[str]:
    """The whole calls in the last column of the table "Notebook section → command"."""
    table = (ROOT / "README.md").read_text("utf-8").split("\n## Notebook")[1].split("\n## ")[0]
    cells = re.findall(r"^\|.*\| *([^|]*) \|$", table, re.MULTILINE)
    return [call for cell in cells for call in re.findall(r"`([^`]+)`", cell) if "…" not in call]


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """The folder a reader would be in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    return tmp_path


@pytest.mark.parametrize("name", _modules())
def test_the_examples_of_a_docstring_come_out_as_shown(name, here):
    module = importlib.import_module(name)
    given: dict[str, Any] = {"np": np, "bowl": wxb.fit("examples/hours.csv", "score").bowl}
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    report: list[str] = []
    for example in doctest.DocTestFinder().find(module, name, globs=given | vars(module)):
        runner.run(example, out=report.append)
    assert runner.tries
    assert not runner.failures, "".join(report)


def test_most_rooms_show_an_example():
    assert len(_modules()) >= 12


@pytest.mark.parametrize(("document", "text"), _blocks("python"))
def test_python_in_a_document_runs(document, text, here):
    exec(compile(text, document, "exec"), {"__name__": "__main__"})  # noqa: S102


@pytest.mark.torch
@pytest.mark.parametrize("call", _table_calls())
def test_python_in_the_table_of_the_notebook_runs(call, here):
    import torch

    w = torch.tensor(2.0, requires_grad=True)
    known = {"wxb": wxb, "model": wxb.fit("examples/hours.csv", "score", lr=0.01, epochs=3), "z": 2 * w}
    exec(compile(call + (" pass" if call.endswith(":") else ""), "the table", "exec"), known)  # noqa: S102


def test_shell_lines_of_the_documents_run(here, capsys, monkeypatch):
    """One after the other, in this process; what a shell has to put together in a shell."""
    monkeypatch.setenv("WXB_URI", "sqlite:///t.db")  # what a line before exports
    shown = [line for _, text in _blocks("") for line in text.splitlines() if re.match(r"(wxb|gzip) ", line)]
    assert len(shown) >= 8
    _tables(here)
    (here / "wxb").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wxb "$@"\n')
    (here / "wxb").chmod(0o755)
    before = wxb.language()
    for line in dict.fromkeys(line.split("  #")[0].rstrip() for line in shown):
        command, *words = shlex.split(line, comments=True)
        if command == "wxb" and "|" not in words:
            assert main(words) == 0, (line, capsys.readouterr().err)
        else:
            script = f"set -e -o pipefail; PATH=.:$PATH; {line}"
            done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=100, check=False)
            assert done.returncode == 0, (line, done.stderr)
        wxb.language(before)
    assert (here / "out.parquet").exists()


@pytest.mark.parametrize(
    ("document", "text"),
    [(name, screen) for name, text in _blocks("") for screen in re.split(r"^(?=\$ wxb )", text, flags=re.M)[1:]],
)
def test_a_screen_of_a_document_is_what_comes_out(document, text, here, capsys):
    """Line by line in order; a line `…` stands for those left out."""
    before = wxb.language()
    command, *shown = (line for line in text.splitlines() if line.strip() not in ("", "…"))
    main(shlex.split(command)[2:])
    wxb.language(before)
    come = iter(capsys.readouterr().out.splitlines())
    assert [line for line in shown if line not in come] == [], document


def _tables(here: Path) -> None:
    """The files that the documents name."""
    import pyarrow
    from pyarrow import parquet

    rows = "".join(f"{age},{status},{income}\n" for age, status, income in PEOPLE)
    (here / "survey.csv").write_text("age,status,income\n" + rows)
    days = "".join(f"{day:02}/02/2024;{day * day}\n" for day in (1, 2, 3))
    (here / "old.txt").write_text("첫\n둘\n셋\nday;y\n" + days, encoding="cp949")
    (here / "big.csv.gz").write_bytes(gzip.compress(b"x,y\n1,2\n2,4\n3,7\n"))
    with closing(sqlite3.connect(here / "t.db")) as database, database:
        database.execute("create table t as select 1.0 as x, 2.0 as y union select 2.0, 4.0 union select 3.0, 7.0")
        database.execute(
            "create table marks as select rowid as id, x as hours, y as score, '2026-02-0' || rowid as day from t"
        )
        database.execute("create table new_students as select id, hours + 3 as hours from marks")
    for name, header, row in (
        (
            "pay",
            "id,pay,age,school",
            lambda i: (i, 1000 + 30 * i + i % 7, 20 + 3 * (i % 11), ["north", "south", "west"][i % 3]),
        ),
        ("curve", "x,z,y", lambda i: (i, i * i % 17, i**3 % 23)),
        ("days", "sales,price", lambda i: (i * i % 13, 3 * i % 7)),
        ("demand", "sales,income,price,cost", lambda i: (i * 7 % 19, i % 6, 3 * i + i % 5, 2 * i)),
    ):
        lines = [header, *(",".join(map(str, row(i))) for i in range(1, 41))]
        (here / f"{name}.csv").write_text("\n".join(lines) + "\n")
    wxb.fit("examples/hours.csv", "score").save(here / "m.json")
    parquet.write_table(pyarrow.table({"hours": [1.0, None, 4.0]}), here / "new.parquet")
    (here / "data").mkdir()
    for name in ("big", "data/2023", "data/2024"):
        parquet.write_table(pyarrow.table({"x": [1.0, 2.0, 4.0], "y": [1.0, 3.0, 2.0]}), here / f"{name}.parquet")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_targets_of_make_that_a_document_names_exist(path):
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"(?:`|^)make ([a-z-]+)", path.read_text("utf-8"), re.MULTILINE)
    assert set(named) <= set(targets)


@pytest.mark.parametrize(
    ("name", "said"), [("README.md", "(version {}; versions 1 to"), ("README.ko.md", "(버전 {}, 버전 1부터")]
)
def test_the_version_of_model_files_is_that_of_today(name, said):
    assert said.format(VERSION) in (ROOT / name).read_text("utf-8")
