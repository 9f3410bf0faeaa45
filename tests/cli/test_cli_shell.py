"""What the command line suggests to type does what it says in a shell: nothing in a name runs."""

from __future__ import annotations

import shlex

import pytest

from wxb.printable import shell_word

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
