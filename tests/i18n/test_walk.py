"""A walk through the commands in a language in which every text is marked ⟦so⟧, and in Korean.

What stands outside the marks is no English sentence: names, numbers, code, and the log lines `Epoch …`, which stay as the
notebook has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from wxb import i18n
from wxb.cli import main
from wxb.cli.commands import COMMANDS
from wxb.printable import cells

ROOT = Path(__file__).resolve().parents[2]
SENTENCE = re.compile(r"[A-Za-z]{2,}[,:;]? [a-z]{2,}[,:;]? [a-z]{2,}")
COMMAND = re.compile(r"wxb [a-z]+ \S.*")
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")
HANGUL = re.compile("[가-힣]")
CARS = "speed,dist\n4,2\n4,10\n7,4\n7,22\n8,16\n9,10\n10,18\n10,26\n10,34\n11,17\n11,28\n12,14\n12,20\n"
DOUBLED = "a,b,y\n1,2,1\n2,4,3\n3,6,2\n4,8,5\n"
GROUPS = "g,x,y\n" + "".join(f"{g},{x},{x * (1 + (g == 'n')) + x % 3}\n" for g in "ns" for x in range(6))
TABLES = {"cars.csv": CARS, "doubled.csv": DOUBLED, "groups.csv": GROUPS}

WALK = (
    "fit cars.csv --target dist",
    "fit cars.csv --target dist --test 0.2 --folds 3",
    "fit cars.csv --target dist --lr auto --epochs 20",
    "fit cars.csv --target dist --lr 0.01 --epochs 20 --at speed=4",
    "fit cars.csv --target dist --lr 0.1 --epochs 400",
    "fit cars.csv --target dist --lr auto --scale standard --stop-gradient 1e-6",
    "fit cars.csv --target dist --lr 0.001 --epochs 30 --momentum 0.5 --nesterov --stop-cost 1",
    "fit cars.csv --target dist --precision fast --at speed=40",
    "fit doubled.csv --target y",
    "fit groups.csv --target y --by g --at x=2",
    "fit cars.csv --target dist --save m.json",
    "predict m.json --at speed=50 --interval 0.9",
    "predict m.json --at speed=5 --interval 0.9 --of mean",
    "predict m.json cars.csv -o out.csv",
    "table m.json m.json --stars",
    "update m.json cars.csv -o m2.json",
    "merge m.json m.json -o m3.json",
    "cost cars.csv --target dist --line 2*speed",
    "rates cars.csv --target dist --lr 0.2",
    "rates cars.csv --target dist --lr 0.001 --momentum 0.9 --nesterov",
    "rates doubled.csv --target y",
    "fit cars.csv --target dist --lr 0.1",
    "fit cars.csv --target dist --stop-se 1",
    "fit cars.csv --target dist --lr -1 --epochs 3",
    "fit cars.csv --target dist --epochs x",
    "fit cars.csv --target dist --momentum 2 --lr 0.1",
    "fit cars.csv --tarjet dist",
    "fitt cars.csv",
    "cost cars.csv --target dist --line 2*(speed",
    "predict m.json --at sped=3",
    "predict cars.csv --at speed=3",
    "predict m.json",
    "test m.json speed=3",
    "test m.json sped=3",
    "residuals m.json cars.csv --white --qq 3",
    "report m.json cars.csv -o r.html",
    "forget m3.json cars.csv -o m4.json",
    "forget m.json doubled.csv -o m5.json",
    "plot residuals cars.csv --target dist",
    "plot rates cars.csv --target dist",
    "plot m.json line cars.csv -o x.gif",
    "plot m.json path",
    "fit cars.csv --target dist -o f.json",
    "fit cars.csv --target dist --se HC9",
    "fit cars.csv --target dist --formula dist~speed",
    "fit cars.csv --formula dist~foo(speed)",
    "fit cars.csv --target dist --stop-se 0 --lr 0.01",
    "fit none.csv --target y",
    "fit cars.csv",
    "predict broken.json --at speed=3",
)
HELP = tuple(f"{one.name} --help" for one in COMMANDS)
EXPLAIN = (
    "explain y=w**2;z=2*y+5 --at w=2",
    "explain y=w*x;z=y*w+x --at w=2,x=3 --times 3",
    "explain y=w*x;z=y*w+x --at w=2,x=3 --times 2 --zero-grad",
    "explain y=w*x --at w=2",
    "watch no_zero_grad.py",
    "watch shapes.py",
    "watch nan.py",
)


class Marked:
    """A catalogue that puts marks around every text."""

    def gettext(self, text: str) -> str:
        return f"⟦{text}⟧"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return f"⟦{one if n == 1 else many}⟧"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, content in {**TABLES, "broken.json": "{"}.items():
        (tmp_path / name).write_text(content)
    for path in (ROOT / "examples" / "loops").glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def speaking(monkeypatch):
    """Speak from a catalogue: `speaking(Marked())`, or by a code."""
    before = i18n.language()
    yield lambda catalogue: i18n._spoken.update(catalogue=catalogue)
    i18n.speak(before)


def shown(capsys, line: str) -> str:
    """Everything a command says."""
    main(line.split())
    captured = capsys.readouterr()
    return captured.out + captured.err


def outside(text: str) -> Iterator[str]:
    """The lines of what stands outside the marks."""
    depth, rest = 0, ""
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        if letter == "\n" or (depth == 0 and letter != "⟧"):
            rest += letter
    assert depth == 0
    yield from (COMMAND.sub("", line) for line in rest.split("\n") if not line.startswith("Epoch "))


def test_every_text_of_the_walk_is_said_from_a_catalogue(folder, speaking, capsys):
    speaking(Marked())
    left = [f"{line}: {part}" for line in WALK for part in outside(shown(capsys, line)) if SENTENCE.search(part)]
    assert left == []


@pytest.mark.torch
def test_so_is_what_explains_and_watches(folder, speaking, capsys):
    speaking(Marked())
    assert [p for line in EXPLAIN for p in outside(shown(capsys, line)) if SENTENCE.search(p)] == []


def test_the_walk_is_korean_and_no_wider_than_a_terminal(folder, capsys):
    i18n.speak("ko")
    try:
        for line in (*WALK, *HELP):
            text = shown(capsys, line)
            assert HANGUL.search(text), line
            assert [part for part in text.split("\n") if cells(part) > 80] == [], line
            assert not ENGLISH.search(re.sub(r"wxb [a-z]+ .*|`[^`]*`|Epoch .*|\n", " · ", text)), line
    finally:
        i18n.speak("en")


def test_particles_go_by_the_names_before_them(folder, capsys):
    i18n.speak("ko")
    try:
        text = shown(capsys, "fit cars.csv --target dist")
        assert "speed가 한 단위 크면 dist는" in text
        assert "절편은 speed가 0인 곳의 dist입니다" in text
        assert "lr 0.2는 발산합니다" in shown(capsys, "rates cars.csv --target dist --lr 0.2")
        assert i18n._("the steep direction is {term} ({share:.3g} %)", term="`W`", share=1).startswith(
            "가파른 방향은 `W`"
        )
    finally:
        i18n.speak("en")
