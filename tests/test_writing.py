"""Every file that wxb writes is written whole or not at all: a write that fails in the middle leaves the old file."""

from __future__ import annotations

import ast
import io
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

import wxb
from support import sources
from wxb.cli import completion
from wxb.cli import main as command
from wxb.errors import DataError
from wxb.marks import raster
from wxb.watching import report

HOURS = ("examples/hours.csv", "--target", "score")
LIMIT = 48  # bytes that fit on the disk: less than any of these files


def run(*arguments: object) -> None:
    code = command([str(argument) for argument in arguments])
    if code:
        raise DataError(f"exit {code}: cannot be written", "")


def predicted(path: Path) -> None:
    model = path.parent / "model"
    if not model.exists():
        wxb.fit({"hours": [1, 2, 3], "score": [2, 4, 7]}, "score").save(model)
    table = path.parent / "table"
    table.write_text("hours\n" + "1\n2\n3\n4\n" * 20) if not table.exists() else None
    run("predict", model, table, "-o", path, "--quiet")


def checkpointed(path: Path) -> None:
    from wxb.data.reading import Reading
    from wxb.passes.checkpoint import Checkpoint

    scan = wxb.data.open_table("examples/hours.csv").scan(wxb.data.Selection(target="score"))
    Checkpoint(path).save(scan, [*scan.parts] * 10, [], [Reading(rows=3)] * 10)


WRITERS: dict[str, Callable[[Path], object]] = {
    "m.json": lambda path: wxb.fit({"x": [1, 2, 3], "y": [1, 2, 4]}, "y").save(path),
    "saved.json": lambda path: run("fit", *HOURS, "--save", path, "-q"),
    "checkpoint": checkpointed,
    "p.svg": lambda path: run("fit", *HOURS, "--lr", "0.01", "--epochs", "9", "--picture", path, "-q"),
    "p.png": lambda path: wxb.fit({"x": [1, 2, 3], "y": [1, 2, 4]}, "y").plot("coefficients").save(path),
    "e.svg": lambda path: run("explain", "y = w**2", "--at", "w=2", "-o", path, "-q"),
    "report.json": lambda path: report.write(report.Report(), str(path)),
    "report.html": lambda path: report.write(report.Report(), str(path)),
    "o.csv": predicted,
    "o.jsonl": predicted,
    "o.parquet": predicted,
    ".bash_completions/wxb.sh": lambda path: completion.run("--install-completion", ["bash"]),
    ".bashrc": lambda path: completion.run("--install-completion", ["bash"]),
}


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows beyond LIMIT bytes: a write fails after some of them, whoever writes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", WRITERS)
def test_a_write_that_fails_in_the_middle_leaves_the_old_file(name, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(raster, "png", lambda scene, theme: b"\x89PNG\r\n\x1a\n" + bytes(100))
    if name == ".bashrc":  # where the script fits and the line that loads it does not
        monkeypatch.setattr(completion, "script", lambda shell: "\n")
    path = tmp_path / name
    WRITERS[name](path)
    before = path.read_bytes()
    assert len(before) > LIMIT
    if name.startswith("."):
        path.write_bytes(before := before.replace(b"wxb", b"old"))  # what is the same is not written again
    there = sorted(tmp_path.rglob("*"))
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said), full_disk(), pytest.raises(DataError, match="cannot be written"):
        WRITERS[name](path)
    assert path.read_bytes() == before
    assert sorted(tmp_path.rglob("*")) == there


WRITES = {"write_text", "write_bytes", "ParquetWriter", "savefig", "mkstemp", "NamedTemporaryFile", "fdopen"}
ALLOWED = {
    "writing.py": "the one writer",
    "data/write_table.py": "is handed a place of `replacing`",
    "cli/streams.py": "writes to nowhere where there is no stdout",
    "data/stream.py": "puts a stream aside, in a file of its own",
}


def writes(tree: ast.AST) -> Iterator[int]:
    """Lines of calls that put something into a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            modes = [
                one.value
                for one in (*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode"))
                if isinstance(one, ast.Constant)
            ]
            if name in WRITES or (name == "open" and any(set("wax+") & set(str(mode)) for mode in modes)):
                yield node.lineno


def test_nobody_else_writes_files() -> None:
    found = {name: list(writes(tree)) for name, tree in sources.trees().items()}
    assert {name: lines for name, lines in found.items() if lines and name not in ALLOWED} == {}
