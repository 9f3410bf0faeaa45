"""The options that say how a text is read, and stdin, on every command that takes DATA."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import wxb as library
from wxb.errors import DataError, UsageError

pytestmark = pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")

ODD = "measured by kim;2024\n% units\nx;y\n1;2\n2;4\n-;9\n3;7\n"
OPTIONS = ("--skip", "2", "--comment", "%", "--na", "-", "--sep", ";", "--encoding", "utf-8")
PYTHON = {"skip": 2, "comment": "%", "na": "-", "sep": ";", "encoding": "utf-8"}
PLAIN = "x,y\n1,2\n2,4\n3,7\n"


@pytest.fixture
def odd(tmp_path):
    (tmp_path / "odd.csv").write_text(ODD)
    return tmp_path / "odd.csv"


@pytest.fixture
def model(wxb, odd, tmp_path):
    path = tmp_path / "m.json"
    assert wxb("fit", odd, "-t", "y", "--missing", "drop", *OPTIONS, "--save", path).code == 0
    return path


def test_every_command_takes_the_options(wxb, odd, model, tmp_path):
    assert library.load(model).coef.tolist() == [2.5]
    for command in (
        ("cost", odd, "-t", "y", "--line", "2*x", "--missing", "drop"),
        ("rates", odd, "-t", "y", "--missing", "drop"),
        ("predict", model, odd, "--missing", "drop"),
        ("update", model, odd, "-o", tmp_path / "m2.json"),
        ("forget", model, odd, "-o", tmp_path / "m3.json"),
    ):
        assert wxb(*command).code != 0
        ended = wxb(*command, *OPTIONS)
        assert ended.code == (1 if command[0] == "forget" else 0), ended.err
    assert "no rows are left" in ended.err
    assert wxb("fit", odd, "-t", "y", "--missing", "drop", *OPTIONS, "--plot").code == 0


def test_python_takes_the_same(odd):
    model = library.fit(odd, "y", missing="drop", **PYTHON)
    assert model.coef.tolist() == [2.5]
    assert library.cost_of(odd, "y", "2*x", missing="drop", **PYTHON).n == 3
    library.rates(odd, "y", missing="drop", **PYTHON)
    assert library.update(model, odd, **PYTHON).n == 6
    with pytest.raises(TypeError, match="has no option"):
        library.fit(odd, "y", skips=2)


@pytest.mark.parametrize(
    ("name", "value"), [("skip", 1), ("comment", "#"), ("na", "-"), ("encoding", "cp949"), ("sep", ";"), ("date", "%Y")]
)
def test_what_makes_no_sense_for_a_source_is_refused(name, value, wxb, tmp_path):
    table = pa.table({"x": [1, 2, 3], "y": [2, 4, 7]})
    pq.write_table(table, tmp_path / "t.parquet")
    for source in (tmp_path / "t.parquet", table, table.to_pydict(), ([1, 2, 3], [2, 4, 7])):
        with pytest.raises(UsageError, match=name):
            library.fit(source, "y", **{name: value})
    ended = wxb("fit", tmp_path / "t.parquet", "-t", "y", f"--{name}", value)
    assert ended.code == 2
    assert f"--{name}" in ended.err


def test_at_takes_no_layout(wxb, model):
    assert wxb("predict", model, "--at", "x=1", "--skip", "2").code == 2


def test_a_checkpoint_of_another_layout_is_refused(odd, tmp_path):
    from wxb.data.layout import SourceLayout
    from wxb.methods.options import asked
    from wxb.model.fit import _checkpoint

    call = asked(checkpoint=tmp_path / "state")
    marks = {
        _checkpoint(*call, SourceLayout(**options).given).asked
        for options in ({}, PYTHON, {**PYTHON, "na": "?"}, {"skip": 2})
    }
    assert len(marks) == 4


# ---- stdin and open files


def piped(data: bytes, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "wxb", *map(str, arguments)], input=data, capture_output=True, check=False
    )


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"x": [1.0, 2.0, 3.0], "y": [2.0, 4.0, 7.0]}), sink)
    return sink.getvalue()


CONTENTS = {
    "csv": PLAIN.encode(),
    "tsv": PLAIN.replace(",", "\t").encode(),
    "gzip": gzip.compress(PLAIN.encode()),
    "lines": b'{"x": 1, "y": 2}\n{"x": 2, "y": 4}\n{"x": 3, "y": 7}\n',
    "array": json.dumps([{"x": 1, "y": 2}, {"x": 2, "y": 4}, {"x": 3, "y": 7}]).encode(),
    "parquet": parquet(),
}


class Typed:
    """stdin, with the bytes of a pipe."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize("form", CONTENTS)
def test_stdin_tells_its_form_by_its_content(form, wxb, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Typed(CONTENTS[form]))
    ended = wxb("fit", "-", "-t", "y", "--json")
    assert ended.json["coef"] == [2.5]
    assert "stdin" in ended.err or form not in ("tsv", "gzip")


def test_every_command_takes_stdin(wxb, tmp_path, monkeypatch):
    model = tmp_path / "m.json"
    for command in (
        ("fit", "-", "-t", "y", "--save", model, "--plot"),
        ("cost", "-", "-t", "y", "--line", "2*x"),
        ("rates", "-", "-t", "y"),
        ("predict", model, "-"),
        ("update", model, "-", "-o", tmp_path / "m2.json"),
        ("forget", tmp_path / "m2.json", "-", "-o", tmp_path / "m3.json"),
    ):
        monkeypatch.setattr(sys, "stdin", Typed(PLAIN.encode()))
        ended = wxb(*command)
        assert ended.code == 0, ended.err
    assert library.load(tmp_path / "m3.json").coef.tolist() == library.load(model).coef.tolist()


def test_a_pipe(tmp_path):
    data = ("x,y\n" + "".join(f"{i},{2 * i + i % 3}\n" for i in range(100_000))).encode()
    ended = piped(data, "fit", "-", "-t", "y", "-q", "--folds", "3")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("y = 2 · x".encode())
    assert piped(b"", "fit", "-", "-t", "y").stderr.startswith("✗ stdin is empty".encode())


@pytest.mark.parametrize("form", CONTENTS)
def test_open_files(form, tmp_path):
    path = tmp_path / "t.dat"
    path.write_bytes(CONTENTS[form])
    with path.open("rb") as file:
        model = library.fit(file, "y")
        assert model.coef.tolist() == [2.5]
        assert library.fit(file, "y").coef.tolist() == [2.5]  # read once, kept
    assert library.fit(io.BytesIO(CONTENTS[form]), "y").coef.tolist() == [2.5]
    assert model.predict(io.BytesIO(CONTENTS[form])).round(9).tolist() == pytest.approx([11 / 6, 13 / 3, 41 / 6])


def test_open_texts_and_what_cannot_be_read(tmp_path):
    assert library.fit(io.StringIO(PLAIN), "y").coef.tolist() == [2.5]
    path = tmp_path / "t.csv"
    path.write_text(PLAIN)
    with path.open() as file:
        pass
    with pytest.raises(UsageError, match="cannot be read"):
        library.fit(file, "y")
    with path.open("ab") as file, pytest.raises((UsageError, DataError), match="cannot be read"):
        library.fit(file, "y")


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    library.fit(io.StringIO(PLAIN), "y")
    assert [path for path in Path(tmp_path).iterdir() if "proc" not in str(path)] == []


@pytest.mark.torch
def test_torch_reads_stdin_again(wxb, monkeypatch):
    from wxb.passes import kept

    monkeypatch.setattr(kept, "MOST_NUMBERS", 1)
    monkeypatch.setattr(sys, "stdin", Typed(PLAIN.encode()))
    ended = wxb("fit", "-", "-t", "y", "--engine", "torch", "--epochs", "5", "--lr", "0.01", "-q")
    assert ended.code == 0, ended.err


def test_where_on_every_command(wxb, tmp_path):
    data = tmp_path / "t.csv"
    data.write_text("k,x,y\n" + "".join(f"{'ab'[i % 2]},{i},{2 * i + i % 3}\n" for i in range(40)))
    model = tmp_path / "m.json"
    ended = wxb("fit", data, "-t", "y", "--where", "k == 'a'", "--save", model, "--plot")
    assert ended.code == 0
    assert "where k == 'a': 20 of 40 rows" in ended.err
    for command in (
        ("cost", data, "-t", "y", "--line", "2*x"),
        ("rates", data, "-t", "y"),
        ("predict", model, data),
        ("update", model, data, "-o", tmp_path / "m2.json"),
        ("forget", tmp_path / "m2.json", data, "-o", tmp_path / "m3.json"),
    ):
        ended = wxb(*command, "--where", "k == 'b'")
        assert ended.code == 0, ended.err
        assert "where k == 'b': 20 of 40 rows" in ended.err
    assert library.load(tmp_path / "m3.json").coef.tolist() == library.load(model).coef.tolist()
    assert wxb("fit", data, "-t", "y", "--where", "k = 'a'").code == 1
