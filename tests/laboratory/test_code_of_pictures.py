"""The code behind a picture is run: PyTorch, the command as a shell reads it, the call in Python; all find the page's W and b."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess

import numpy as np
import pytest

from wxb.cli import main

pytest.importorskip("torch")
pytestmark = [pytest.mark.browser, pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
CODES = """(lab, payload, patches) => patches.map((patch) => {
    const known = lab.derive(payload, Object.freeze({ ...lab.firstState(payload), ...lab.accepted(patch) }));
    const line = known.here;
    return [{ W: line.W, b: line.b, cost: line.cost }, lab.codeOf(known)];
})"""
PAYLOAD = {
    "names": {"x": "hours", "y": "score"},
    "rows": [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]],
    "cells": None,
    "moments": None,
    "path": {},
    "source": {"file": None, "options": {}},
}
SHEET = [[2.0, 25.0], [3.0, 50.0], [4.0, 42.0], [5.0, 61.0]]
NAMES = [
    {"x": "공부 시간", "y": "점수"},
    {"x": "it's", "y": 'a "score"'},
    {"x": "back\\slash$HOME", "y": "`score`!"},
    {"x": "two\nlines", "y": "EOF"},
    {"x": "a,b=c", "y": "-"},
    {"x": "same", "y": "same"},
    {"x": "--help", "y": "<img src=x onerror=1>"},
    {"x": "", "y": "\u202eabc\u2028"},
]
STATES = [
    {},
    {"epoch": 100},
    {"epoch": 500, "start": {"W": 0.4, "b": -0.25}},
    {"epoch": "min"},
    {"start": {"W": 0.1 + 0.2, "b": -1e-7}},
    {"epoch": 60, "momentum": 0.9, "lr": 0.005},
    {"epoch": 40, "only": "W", "lr": 0.05},
    {"epoch": 40, "only": "W", "lr": 0.05, "start": {"W": -1.0, "b": 0.5}},
    {"epoch": "min", "only": "W", "start": {"W": 0.0, "b": -0.5}},
    {"epoch": "min", "only": "W"},
    {"epoch": 25, "zero": False, "lr": 0.003},
    {"epoch": 25, "zero": False, "lr": 0.003, "momentum": 0.25, "start": {"W": 3.0, "b": 1.0}},
    {"epoch": 12, "zero": False, "only": "W", "lr": 0.01, "start": {"W": 0.0, "b": 0.5}},
    {"epoch": 8, "lr": 0.2},
    {"epoch": 300, "rows": SHEET, "names": {"x": "x", "y": "y"}, "lr": 0.02},
    *({"epoch": 30, "names": names, "start": {"W": 0.5, "b": 1.0}} for names in NAMES),
    *({"names": names, "start": {"W": -0.5, "b": 1.0}} for names in NAMES),
    {"epoch": 9, "names": NAMES[2], "only": "W", "start": {"W": 0.0, "b": 2.0}},
]


def run_python(code: str) -> dict[str, float]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code.replace(":.10g}", ":.17g}"), "code", "exec"), {})  # noqa: S102
    return {name: float(value) for name, value in re.findall(r"(W|b|cost) (\S+?)(?:,|$)", printed.getvalue().strip())}


def read_by_shell(commands: list[str]) -> list[tuple[list[str], str]]:
    """(words, stdin) of each command, as one bash reads them all."""
    script = 'wxb() { printf "%s\\0" "$@"; printf "\\1"; cat; printf "\\2"; }\n' + "\n".join(commands)
    ran = subprocess.run(["bash", "-c", script], input=b"", capture_output=True, check=True)
    assert ran.stderr == b""
    parts = [part.partition(b"\1") for part in ran.stdout.split(b"\2")[:-1]]
    return [([word.decode() for word in words.split(b"\0")[:-1]], table.decode()) for words, __, table in parts]


def run_command(words: list[str], table: str, monkeypatch) -> dict[str, float]:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(table.encode()), encoding="utf-8"))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()) as said:
        code = main([*words, "--json"])
    assert code in (0, 1), (words, said.getvalue())
    found = json.loads(printed.getvalue())
    if words[0] == "cost" or found["coef"] is None:  # a run that diverges has no answer, but a cost
        return {"cost": found["cost"]} if words[0] == "cost" else {}
    lowered = re.search(r"- \(?(-?[\d.e+-]+)\)? ~", next((word for word in words if word.startswith("--formula")), ""))
    b = found["intercept"] if found["intercept"] is not None else float(lowered[1]) if lowered else 0.0
    return {"W": found["coef"][0], "b": b, "cost": found["cost"]}


def test_all_three_codes_find_the_line_of_the_page(lab_js, monkeypatch):
    found = lab_js(CODES, PAYLOAD, STATES)
    commands = [codes["command"] for __, codes in found]
    asked = iter(read_by_shell(commands))
    for state, (line, codes) in zip(STATES, found):
        size = max(abs(line["W"]), abs(line["b"]), 1.0)
        near = {"torch": 1e-9 * size, "python": 1e-12 * size}
        for language, off in near.items():
            ended = run_python(codes[language])
            assert abs(ended["W"] - line["W"]) <= off, (state, codes[language], ended, line)
            assert abs(ended["b"] - line["b"]) <= off, (state, codes[language], ended, line)
            assert ended["cost"] == pytest.approx(line["cost"], rel=1e-9, abs=1e-12), (state, codes[language])
        if codes["command"].startswith("#"):
            assert state["zero"] is False
            continue
        words, table = next(asked)
        ended = run_command(words, table, monkeypatch)
        for name, value in ended.items():
            assert value == pytest.approx(line[name], rel=1e-12, abs=1e-12), (state, codes["command"], ended, line)


def test_many_rows_are_named_by_their_file(lab_js, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw = np.random.default_rng(1)
    rows = np.column_stack([np.arange(40.0), 3 * np.arange(40.0) + draw.normal(size=40)]).tolist()
    text = "\n".join(["note", "hours;other;score", *(f"{x!r};7;{y!r}" for x, y in rows)])
    (tmp_path / "-my data.csv").write_text(text)
    payload = PAYLOAD | {"rows": rows, "source": {"file": "-my data.csv", "options": {"sep": ";", "skip": 1}}}
    patch = {"epoch": 50, "lr": 1e-4}
    ((line, codes),) = lab_js(CODES, payload, [patch])
    assert run_python(codes["python"])["W"] == pytest.approx(line["W"], rel=1e-12)
    ((words, table),) = read_by_shell([codes["command"]])
    assert table == ""
    assert run_command(words, table, monkeypatch)["W"] == pytest.approx(line["W"], rel=1e-12)
    assert "read_csv" in codes["torch"]
    ((__, own),) = lab_js(CODES, payload, [{"rows": rows[:35], "names": {"x": "a", "y": "b"}, "epoch": 1}])
    assert "wxb-lab.csv" in own["command"]
    assert '"wxb-lab.csv"' in own["python"]
