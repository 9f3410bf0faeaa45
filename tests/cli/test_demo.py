"""`wxb demo`: a section at a time on a terminal, all at once for a pipe, as a notebook; Ctrl-C, the end of input, small screens."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from wxb import lesson
from wxb.cli import demo_command

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def reader(monkeypatch, capsys):
    """`reader("", "3", "q")`: what a person sees who answers so; without PyTorch, which takes its time."""

    def read(*answers: str, rows: int = 24, columns: int = 80) -> str:
        given = iter(answers)

        def answer(question: str) -> str:
            print(question)
            try:
                found = next(given)
            except StopIteration:
                raise EOFError from None
            if found == "^C":
                raise KeyboardInterrupt
            return found

        size = os.terminal_size((columns, rows))
        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr(demo_command, "is_terminal", lambda stream: True)
        monkeypatch.setattr(demo_command, "has_torch", lambda: False)
        monkeypatch.setattr(demo_command, "get_terminal_size", lambda fallback: size)
        monkeypatch.setattr(demo_command, "width_of", lambda stream: columns)
        capsys.readouterr()
        from wxb.cli import main

        assert main(["demo"]) == (130 if "^C" in answers else 0)
        return capsys.readouterr().out

    return read


def headings(text: str) -> list[str]:
    return re.findall(r"^── (\d+)  ", text, re.MULTILINE)


def test_enter_goes_on_and_q_ends(reader):
    assert headings(reader("", "", "", "q", rows=200)) == ["1", "2", "3", "4"]


def test_a_number_jumps_b_goes_back_l_lists(reader):
    assert headings(reader("11", "b", "q", rows=200)) == ["1", "11", "10"]
    listed = reader("l", "q", rows=200)
    assert all(title in listed for __, title, ___ in lesson.plan(False))
    assert headings(reader("b", "99", "0", "x", "q", rows=200)) == ["1"] * 5
    assert "there are the sections 1 to 13" in reader("99", "q", rows=200)


def test_the_last_section_ends_it(reader):
    assert reader("13", "", rows=200).count("── Next ") == 1


def test_the_end_of_input_ends_it(reader):
    assert headings(reader(rows=200)) == ["1"]


def test_ctrl_c_ends_it(reader):
    assert reader("^C").endswith("\n")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (80, 12), (60, 10), (40, 5), (200, 60)])
def test_a_page_is_no_longer_than_the_screen(reader, columns, rows):
    """By Enter alone to the end: every page fits, and together they hold everything."""
    text = reader(*[""] * 500, columns=columns, rows=rows)
    pages = re.split(r"^.* > \n", text, flags=re.MULTILINE)
    assert max(page.count("\n") for page in pages[1:]) <= max(rows, 8)
    assert headings(text) == [str(number) for number in range(1, 13)]


def test_all_at_once_for_a_pipe_and_when_asked_for(wxb, monkeypatch):
    piped = wxb("demo").out
    monkeypatch.setattr(demo_command, "is_terminal", lambda stream: True)
    assert wxb("demo", "--all").out == piped
    assert len(headings(piped)) == 12


def test_in_ascii_where_a_terminal_has_nothing_else(process):
    ended = process("demo", env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "WXB_LANG": "en"})
    assert ended.code == 0
    assert ended.out.isascii()
    assert "??" not in ended.out
    assert max(map(len, ended.lines)) <= 80


def test_the_notebook_is_written_whole_or_not_at_all(wxb, tmp_path):
    target = tmp_path / "lesson.ipynb"
    ended = wxb("demo", "--notebook", target)
    assert ended.code == 0
    assert f"saved {target}" in ended.out
    assert target.read_text("utf-8").startswith('{\n "metadata"')
    for bad, said in (("lesson.py", "ends in .ipynb"), ("no/lesson.ipynb", "its folder does not exist")):
        refused = wxb("demo", "--notebook", tmp_path / bad)
        assert (refused.code, said in refused.err) == (2, True), refused.err
    other = tmp_path / "other.ipynb"
    other.write_text("my own notes")
    refused = wxb("demo", "--notebook", other)
    assert (refused.code, other.read_text()) == (2, "my own notes")
    assert wxb("demo", "--notebook", target, "--json").json == {"notebook": str(target)}


def test_on_a_true_terminal():
    """Enter, then q, in a terminal of 24 lines."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", "WXB_LANG": "ko", "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "wxb", "demo"], stdin=child, stdout=child, stderr=child, cwd=ROOT, env=environment
    ) as program:
        os.close(child)
        os.write(parent, b"\nq\n")
        seen = b""
        while True:
            try:
                part = os.read(parent, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not part:
                break
            seen += part
        assert program.wait(30) == 0
    os.close(parent)
    text = seen.decode("utf-8")
    assert "세 학생" in text
    assert "Enter: " in text
    assert "Traceback" not in text


def test_a_notebook_with_work_in_it_is_not_lost(wxb, tmp_path):
    target = tmp_path / "lesson.ipynb"
    assert wxb("demo", "--notebook", target).code == 0
    saved = json.dumps(json.loads(target.read_text("utf-8")), sort_keys=True)  # as Jupyter saves it
    target.write_text(saved, "utf-8")
    assert wxb("demo", "--notebook", target).code == 2
    assert target.read_text("utf-8") == saved
