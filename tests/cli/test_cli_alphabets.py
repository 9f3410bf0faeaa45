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


@pytest.mark.parametrize(
    ("more", "korean"),
    [
        ({"LC_ALL": "C", "WXB_LANG": "ko"}, False),
        ({"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "latin-1", "WXB_LANG": "ko"}, False),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "utf-8", "WXB_LANG": "ko"}, True),
        ({"LC_ALL": "ko_KR.UTF-8", "PYTHONUTF8": "1", "WXB_LANG": ""}, True),
        ({"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "euc-kr", "WXB_LANG": "ko"}, True),
    ],
)
def test_where_korean_letters_would_be_lost_all_of_it_is_english(more: dict, korean: bool, tmp_path: Path) -> None:
    """One rule for all that is said and written: of a picture, its file, its texts, and what is said beside it."""
    hours = str(Path(__file__).parents[2] / "examples" / "hours.csv")
    surroundings = {name: value for name, value in os.environ.items() if name not in NAMES} | more
    words = ["plot", "line", hours, "-t", "score", "-o", str(tmp_path / "a.svg"), "--table"]
    ended = subprocess.run([sys.executable, "-m", "wxb", *words], capture_output=True, env=surroundings, check=True)
    encoding = more.get("PYTHONIOENCODING", "utf-8")
    said = ended.stdout.decode(encoding), ended.stderr.decode(encoding), (tmp_path / "a.svg").read_text("utf-8")
    assert [any("가" <= letter <= "힣" for letter in one) for one in said] == (
        [True, False, True] if korean else [False] * 3
    )
    assert ("PYTHONIOENCODING=utf-8" in said[1]) is not korean
