"""Files that commands write: whole or not at all, and never in place of a stranger. How a command ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import wxb as package
from wxb import writing
from wxb.errors import DataError, UsageError
from wxb.writing import replacing, write_atomically

HOURS = ("examples/hours.csv", "--target", "score")


@pytest.fixture(params=["unnamed", "neighbour"])
def either_way(request, monkeypatch):
    """With files that have no name until they are complete, and where the system has none."""
    if request.param == "neighbour":
        monkeypatch.setattr(writing, "_unnamed", lambda folder: None)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o755])
def test_the_mode_of_the_file_replaced_is_kept(tmp_path, mode):
    path = tmp_path / "m.json"
    path.write_text("old")
    path.chmod(mode)
    write_atomically(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["m.json"]


@pytest.mark.usefixtures("either_way")
def test_a_new_file_has_the_mode_the_umask_gives(tmp_path):
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "m.json", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "m.json").stat().st_mode) == 0o640


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link(tmp_path, there):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    if there:
        real.write_text("old")
    link.symlink_to(real.name)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


def _half(path, end):
    with replacing(path) as place:
        place.write_text("half of")
        raise end


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("end", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError("no")])
def test_what_fails_on_the_way_changes_nothing_and_leaves_nothing(tmp_path, end):
    path = tmp_path / "m.json"
    path.write_text("old")
    expected = DataError if isinstance(end, OSError) else type(end)
    with pytest.raises(expected):
        _half(path, end)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["m.json"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_a_read_only_file_is_not_replaced(tmp_path):
    path = tmp_path / "m.json"
    path.write_text("old")
    path.chmod(0o444)
    with pytest.raises(DataError, match="read-only"):
        write_atomically(path, "new")


_SLOW = """
import sys, time
from pathlib import Path
from wxb import writing
def save(model, path, keep=None):
    with writing.replacing(path) as place:
        place.write_text("half of")
        print("writing", file=sys.stderr, flush=True)
        for _ in range(600):  # a signal that comes just before a sleep does not end it
            time.sleep(0.1)
import wxb.model.file
wxb.model.file.save = save
from wxb.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGKILL, -9)])
@pytest.mark.parametrize("kind", ["unnamed", "neighbour"])
def test_a_killed_save_leaves_nothing_behind(tmp_path, number, code, kind):
    if kind == "neighbour" and number == signal.SIGKILL:
        pytest.skip("nothing can be done there")
    program = _SLOW if kind == "unnamed" else _SLOW.replace("def save", "writing._unnamed = lambda f: None\ndef save")
    running = subprocess.Popen(
        [sys.executable, "-c", program, "fit", *HOURS, "--save", str(tmp_path / "m.json")],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    assert running.stderr.readline() == "writing\n"
    running.send_signal(number)
    _, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (code, "")
    assert list(tmp_path.iterdir()) == []


STRANGERS = [
    ("fit", *HOURS, "--save", "{table}"),
    ("fit", *HOURS, "--lr", "0.01", "--epochs", "20", "--picture", "{svg}"),
    ("fit", *HOURS, "--lr", "0.01", "--epochs", "20", "--picture", "{png}"),
    ("fit", *HOURS, "--lr", "0.01", "--epochs", "20", "--picture", "{table}"),
    ("fit", *HOURS, "--checkpoint", "{table}"),
    ("explain", "y = w**2", "--at", "w=2", "-o", "{svg}"),
    ("explain", "y = w**2", "--at", "w=2", "-o", "{table}"),
    ("update", "{model}", "examples/hours.csv", "-o", "{table}"),
    ("merge", "{model}", "{model}", "-o", "{table}"),
    ("forget", "{model}", "examples/hours.csv", "-o", "{table}"),
    ("predict", "{model}", "{table}", "-o", "{table}"),
    ("predict", "{model}", "{table}", "-o", "{link}"),
    ("predict", "{csvmodel}", "{table}", "-o", "{csvmodel}"),
    ("watch", "--report", "{table}", "tests/loops/clean_by_hand.py"),
    ("watch", "--report", "{script}", "{script}"),
]


@pytest.mark.parametrize("arguments", STRANGERS, ids=lambda a: " ".join(a[:1] + a[-2:]))
def test_no_file_of_another_kind_is_overwritten(wxb, tmp_path, arguments):
    places = {name: tmp_path / name for name in ("m.json", "t.csv", "p.svg", "p.png", "s.py", "link.csv", "m.csv")}
    assert wxb("fit", *HOURS, "--save", places["m.json"]).code == 0
    places["m.csv"].write_bytes(places["m.json"].read_bytes())
    places["t.csv"].write_text("hours,score\n1,2\n3,4\n")
    places["p.svg"].write_text("hours,score\n1,2\n")
    places["p.png"].write_text("hours,score\n1,2\n")
    places["s.py"].write_text("import torch\n")
    places["link.csv"].symlink_to("t.csv")
    before = {path: path.read_bytes() for path in places.values()}
    names = {"table": "t.csv", "svg": "p.svg", "png": "p.png", "model": "m.json", "script": "s.py", "link": "link.csv"}
    filled = {key: str(places[name]) for key, name in {**names, "csvmodel": "m.csv"}.items()}
    ended = wxb(*(argument.format(**filled) for argument in arguments))
    assert ended.code in (1, 2), ended
    assert ended.out == ""
    assert {path: path.read_bytes() for path in places.values()} == before


@pytest.mark.torch
def test_what_wxb_wrote_may_be_written_again(wxb, tmp_path):
    model, picture, graph = tmp_path / "m.json", tmp_path / "p.svg", tmp_path / "g.svg"
    for _ in range(2):
        descent = ("--lr", "0.01", "--epochs", "20")
        assert wxb("fit", *HOURS, *descent, "--save", model, "--picture", picture).code == 0
        assert wxb("explain", "y = w**2", "--at", "w=2", "-o", graph).code == 0
    assert wxb("fit", *HOURS, "--save", model).code == 0
    assert wxb("update", model, "examples/hours.csv", "-o", model).code == 0
    assert json.loads(model.read_text("utf-8"))["moments"]["rows"] == 2 * package.fit("examples/hours.csv", "score").n


def test_two_outputs_of_one_name_are_refused(wxb, tmp_path):
    both = tmp_path / "p.svg"
    ended = wxb("fit", *HOURS, "--lr", "0.01", "--epochs", "9", "--save", both, "--picture", both)
    assert ended.code == 2
    assert "written twice" in ended.err
    assert not both.exists()


def test_python_overwrites_no_strange_file_with_a_model(tmp_path):
    model = package.fit({"x": [1, 2, 3], "y": [1, 2, 4]}, "y")
    (tmp_path / "data.csv").write_text("x,y\n1,2\n")
    with pytest.raises(UsageError, match="is not a model"):
        model.save(tmp_path / "data.csv")
    (tmp_path / "empty.json").touch()
    model.save(tmp_path / "empty.json")


_INTERRUPTED_AT = """
import os, signal, sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
sys.argv[1:] = ["fit", "examples/hours.csv", "--target", "score"]
from wxb.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    "module", ["wxb.cli", "wxb.cli.commands", "wxb.cli.parse", "wxb.cli.guard", "wxb.api", "numpy", "wxb.solve"]
)
def test_ctrl_c_while_python_imports_is_no_traceback(module):
    program = _INTERRUPTED_AT.format(module=module)
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr in ("", "\n• interrupted\n")
