"""What pictures in a terminal are drawn with: nothing that the stream, its locale or its font cannot show."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.scenes import SCENES
from wxb.cli.streams import alphabet_of, width_of
from wxb.marks.terminal import terminal

NAMES = ("LC_ALL", "LC_CTYPE", "LANG", "TERM", "PYTHONIOENCODING", "PYTHONUTF8")


@pytest.mark.parametrize(
    ("encoding", "surroundings", "alphabet"),
    [
        ("utf-8", {"LANG": "ko_KR.UTF-8"}, "braille"),
        ("utf-8", {}, "braille"),
        ("utf-8", {"LC_ALL": "C"}, "ascii"),
        ("utf-8", {"LANG": "POSIX"}, "ascii"),
        ("utf-8", {"LC_ALL": "C.UTF-8", "LANG": "C"}, "braille"),
        ("utf-8", {"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, "braille"),
        ("utf-8", {"TERM": "dumb"}, "ascii"),
        ("utf-8", {"TERM": "linux", "LANG": "de_DE.UTF-8"}, "blocks"),
        ("utf-16", {}, "braille"),
        ("cp437", {}, "blocks"),
        ("cp850", {}, "blocks"),
        ("cp949", {}, "ascii"),
        ("cp1252", {}, "ascii"),
        ("latin-1", {}, "ascii"),
        ("ascii", {}, "ascii"),
    ],
)
def test_alphabets(encoding: str, surroundings: dict[str, str], alphabet: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    chosen = alphabet_of(stream)
    assert chosen == alphabet
    if encoding != "ascii" and chosen != "ascii":
        drawn = terminal(SCENES["squares"](), alphabet=chosen)
        drawn.replace("−", "-").encode(encoding)


def test_a_pipe_is_eighty_wide() -> None:
    assert width_of(io.StringIO()) == 80


@pytest.mark.parametrize(
    "command", [("fit", "{hours}", "-t", "score", "--plot"), ("plot", "line", "{hours}", "-t", "score")]
)
def test_the_locale_c_shows_nothing_but_ascii(command: tuple[str, ...]) -> None:
    hours = str(Path(__file__).parents[2] / "examples" / "hours.csv")
    words = [word.format(hours=hours) for word in command]
    surroundings = {name: value for name, value in os.environ.items() if name not in NAMES} | {"LC_ALL": "C"}
    ended = subprocess.run(
        [sys.executable, "-m", "wxb", *words], capture_output=True, env=surroundings, check=True, timeout=60
    )
    drawn = [line for line in ended.stdout.decode("utf-8").splitlines() if "*" in line]
    assert len(drawn) > 10
    assert all(line.isascii() and "?" not in line for line in drawn)
