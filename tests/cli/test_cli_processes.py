"""Whole processes: without PyTorch, into a closed pipe, interrupted, on a terminal, and what is loaded at the start."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from test_cli_notebook import LOG

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HOURS = ("fit", "examples/hours.csv", "--target", "score")
NO_TORCH = """
import importlib.abc, sys

class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "torch" or name.startswith("torch."):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Blocked())
"""


@pytest.fixture
def bare(process, tmp_path):
    """`wxb` where PyTorch is not installed."""
    (tmp_path / "sitecustomize.py").write_text(NO_TORCH)

    def run(*arguments):
        places = filter(None, (str(tmp_path), os.environ.get("PYTHONPATH")))
        return process(*arguments, env={"PYTHONPATH": os.pathsep.join(places)})

    return run


def test_core_works_without_torch(bare, tmp_path):
    ended = bare(*HOURS, "--lr", "0.01", "--epochs", "2000", "--at", "hours=4", "--save", tmp_path / "m.json")
    assert (ended.code, ended.err) == (0, "! hours = 4 is outside the data (1 … 3)\n")
    assert ended.lines[1] == LOG[1]
    assert bare("predict", tmp_path / "m.json", "--at", "hours=2").code == 0
    assert bare("rates", *HOURS[1:]).code == 0
    assert bare("cost", "examples/line.csv", "-t", "score", "--line", "13*hours + 1").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (*HOURS, "--lr", "0.01", "--epochs", "10", "--engine", "torch"),
        (*HOURS, "--optimizer", "adam", "--epochs", "10"),
        ("explain", "z = 2*w", "--at", "w=2"),
        ("watch", "bench/startup.py"),
    ],
)
def test_what_needs_torch_says_the_install_line(bare, arguments):
    ended = bare(*arguments)
    assert ended.code == 1
    assert "pip install 'wxb[torch]'" in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err.splitlines()) <= 3


def test_the_demo_runs_without_torch(bare):
    ended = bare("demo")
    assert ended.code == 0
    assert ended.out.count("pip install 'wxb[torch]'") == 7
    assert f"  {LOG[1]}" in ended.lines
    assert "7.995" in ended.out


def test_a_closed_pipe_is_no_error():
    command = (
        f"{sys.executable} -m wxb fit examples/hours.csv --target score --lr 0.01 --epochs 2000 --log-every 1 | head -1"
    )
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "Epoch    0/1999 W: 0.187, b: 0.080 Cost: 18.666667\n"
    assert done.stderr == ""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_closed_before_the_start_is_no_error(closed):
    command = f"{sys.executable} -m wxb fit examples/hours.csv --target score {closed}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has it")
@pytest.mark.parametrize("option", ["", "--json", "--lr 0.01 --epochs 2000 --log-every 1"])
def test_a_full_disk_under_the_output_is_said_once(option):
    command = f"{sys.executable} -m wxb fit examples/hours.csv --target score {option} > /dev/full"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "✗ No space left on device: while the output was written"
    assert done.stderr.count("✗") == 1
    assert "Traceback" not in done.stderr


def test_signs_a_terminal_lacks_become_ascii_and_no_minus_is_lost(process):
    ended = process(
        "cost", "examples/line.csv", "-t", "score", "--line", "13*hours + 1", env={"PYTHONIOENCODING": "ascii"}
    )
    assert ended.code == 0
    assert ["4", "42", "53", "-11", "121"] in [line.split() for line in ended.lines]


def test_a_fault_of_ours_is_one_line_and_a_traceback_only_when_asked(process, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import wxb.api\nwxb.api.cost_of = lambda *a, **k: 1 / 0\n")
    arguments = ("cost", "examples/line.csv", "-t", "score", "--line", "13*hours + 1")
    ended = process(*arguments, env={"PYTHONPATH": str(tmp_path)})
    assert ended.code == 70
    assert "ZeroDivisionError" in ended.err
    assert "Traceback" not in ended.err
    assert "WXB_TRACEBACK=1" in ended.err
    asked = process(*arguments, env={"PYTHONPATH": str(tmp_path), "WXB_TRACEBACK": "1"})
    assert "Traceback" in asked.err


@pytest.mark.torch
def test_an_interrupted_descent_is_shown_and_saved(tmp_path):
    saved = tmp_path / "m.json"
    arguments = [
        *HOURS,
        "--engine",
        "torch",
        "--lr",
        "0.01",
        "--epochs",
        "100000000",
        "--save",
        str(saved),
        "--json",
        "-q",
    ]
    running = subprocess.Popen(
        [sys.executable, "-c", _READY, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stderr is not None
    assert running.stderr.readline() == "descending\n"
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert json.loads(out)["outcome"] == "interrupted"
    assert json.loads(saved.read_text("utf-8"))["outcome"] == "interrupted"
    assert "Traceback" not in err


_READY = """
import sys
import wxb.training as engine
before = engine.Loop.epoch
def epoch(self, number):
    if number == 50:
        print("descending", file=sys.stderr, flush=True)
    return before(self, number)
engine.Loop.epoch = epoch
from wxb.cli import main
sys.exit(main(sys.argv[1:]))
"""


def _on_a_terminal(*arguments: str, program: tuple[str, ...] = ("-m", "wxb"), seconds: float = 60) -> str:
    """What a command writes to a terminal, colours and all."""
    terminal, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "40"}
    environment.pop("NO_COLOR", None)
    running = subprocess.Popen(
        [sys.executable, *program, *arguments], cwd=ROOT, stdin=child, stdout=child, stderr=child, env=environment
    )
    os.close(child)
    written = b""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            written += piece
    os.close(terminal)
    running.wait(timeout=10)
    return written.decode("utf-8").replace("\r\n", "\n")


def test_a_terminal_gets_colours_and_the_same_words(process):
    coloured = _on_a_terminal(*HOURS)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == process(*HOURS).out


@pytest.mark.torch
def test_a_long_descent_shows_progress_on_a_terminal_unless_quiet():
    soon = "import sys\nfrom wxb.cli import main, progress\nprogress.PATIENCE = progress.EVERY = 0\nsys.exit(main(sys.argv[1:]))"
    arguments = (*HOURS, "--engine", "torch", "--lr", "0.01", "--epochs", "500")
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", _on_a_terminal(*arguments, program=("-c", soon)))
    assert re.search(r"epoch [0-9 ]+ of 500 · cost [0-9.e-]+ · \|∇\| [0-9.e-]+ · [0-9 ]+ epochs/s +[0-9:-]+", shown)
    assert "500 epochs used up" in shown
    by_formulas = (*HOURS, "--lr", "0.01", "--epochs", "2000")
    assert "/s" in _on_a_terminal(*by_formulas, program=("-c", soon))
    assert "/s" not in _on_a_terminal(*by_formulas, "-q", program=("-c", soon))


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (("--version",), ("numpy", "re", "dataclasses", "duckdb", "pyarrow", "flint", "torch")),
        (("--help",), ("numpy", "re", "dataclasses", "duckdb", "pyarrow", "flint", "torch")),
        (("fit", "--help"), ("numpy", "re", "dataclasses", "duckdb", "pyarrow", "flint", "torch")),
        ((*HOURS, "--lr", "0.01", "--epochs", "2000"), ("duckdb", "pyarrow", "torch", "pandas", "scipy")),
        (HOURS, ("concurrent", "difflib", "hashlib", "json", "pathlib", "secrets", "shlex", "tempfile")),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(arguments, absent):
    program = (
        "import sys\nfrom wxb.cli import main\nmain(sys.argv[1:])\n"
        "print(*[name for name in sys.modules if '.' not in name], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    of_numpy = (
        {"hashlib", "json", "pathlib", "secrets", "tempfile"}
        if np.__version__ < "2" and "numpy" not in absent
        else set()
    )
    assert set(done.stderr.split()).isdisjoint({*absent} - of_numpy)


@pytest.mark.slow
def test_a_fit_takes_at_most_a_third_of_the_notebooks_program():
    subprocess.run(
        [sys.executable, "bench/startup.py", "--runs", "5", "--most", "0.35", "--check"], cwd=ROOT, check=True
    )
