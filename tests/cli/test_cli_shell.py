"""What the command line suggests to type does what it says in a shell: nothing in a name runs."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from wxb.printable import shell_word

CARS = Path(__file__).resolve().parents[1] / "reference" / "peers" / "cars.csv"
NAMES = (
    "a b",
    "$(touch x)",
    "`touch x`",
    'a"b',
    "a'b",
    "a;b",
    "a|b",
    "a&b",
    "!x",
    "a\\b",
    "#x",
    "~",
    "*",
    "{x,y}",
    "a>b",
    "-x",
    "점수",
    "Σx²",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_word_is_one_word(name):
    assert shlex.split(shell_word(name)) == [name]
    active = shell_word(name)
    assert active.startswith("'") or not any(letter in active for letter in "$`!")


@pytest.mark.parametrize("name", ["$(touch x)", "`touch x`", "a b", "a;b"])
def test_the_next_step_can_be_typed(wxb, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    table, model = "a table.csv", "m 1.json"
    (tmp_path / table).write_text(f"{name},y\n1,2\n2,3\n3,5\n4,5\n")
    shown = wxb("fit", table, "--target", "y", "--save", model).out
    step = shown.partition("next: ")[2].partition("→")[0].strip()
    assert shlex.split(step)[:4] == ["wxb", "predict", model, "--at"]
    assert wxb(*shlex.split(step)[1:]).code == 0
    shown = wxb("cost", table, "--target", "y", "--line", "2").out
    step = shown.partition("next: ")[2].partition("   finds")[0].strip()
    assert shlex.split(step) == ["wxb", "fit", table, "--target", "y"]


@pytest.mark.parametrize("level", [(), ("--interval", "0.5"), ("--interval", "0.999")])
def test_the_next_step_says_what_comes_out_at_the_level_asked_for(wxb, tmp_path, monkeypatch, level):
    monkeypatch.chdir(tmp_path)
    shown = " ".join(wxb("fit", CARS, "-t", "dist", *level, "--save", "m.json").out.split())
    step, _, rest = shown.partition("next: ")[2].partition(" → ")
    foretold = rest.partition(")")[0]
    assert "(" in foretold
    assert foretold in " ".join(wxb(*shlex.split(step)[1:]).out.split())
