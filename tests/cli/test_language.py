"""`--lang`: before the command and behind it, heard before a word is said, and never taken from a script's own words."""

from __future__ import annotations

import pytest

from wxb import i18n
from wxb.cli import main
from wxb.cli.commands import COMMANDS
from wxb.cli.help import help_of
from wxb.cli.language import behind, speak_as_asked
from wxb.printable import cells

BY_NAME = {command.name: command for command in COMMANDS}


@pytest.fixture(autouse=True)
def _english_before_and_after():
    i18n.speak("en")
    yield
    i18n.speak("en")


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("--lang ko fit d.csv", "fit --lang ko d.csv"),
        ("--lang=ko fit d.csv", "fit --lang=ko d.csv"),
        ("--lang ko --lang en fit", "fit --lang ko --lang en"),
        ("--lang ko", "--help --lang ko"),
        ("--lang", "--help --lang"),
        ("fit --lang ko", "fit --lang ko"),
        ("", "--help"),
    ],
)
def test_before_a_command_it_is_as_if_behind_it(typed, understood):
    assert behind(typed.split()) == understood.split()


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        ("fit --lang ko d.csv", "ko"),
        ("fit d.csv --lang=ko", "ko"),
        ("fit --lang ko --lang en", "en"),
        ("fit --target --lang ko", "en"),  # a column of that name
        ("fit -- --lang ko", "en"),
        ("watch --lang ko train.py", "ko"),
        ("watch train.py --lang ko", "en"),  # the script's
        ("fit --nothing --lang ko", "ko"),
    ],
)
def test_it_is_heard_where_the_command_would_read_it(typed, spoken):
    name, *words = typed.split()
    speak_as_asked(BY_NAME[name], words)
    assert i18n.language() == spoken


@pytest.mark.parametrize("typed", ["--lang ko fit d.csv --targett y", "fit d.csv --targett y --lang ko"])
def test_what_is_wrong_is_said_in_the_language_asked_for(typed, capsys):
    assert main(typed.split()) == 2
    assert "옵션이 없습니다. 혹시 `--target`입니까?" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["--lang xx", "--lang", "fit d.csv -t y --lang xx", "--lang xx fit d.csv -t y"])
def test_a_language_that_is_not_spoken_is_refused(typed, capsys):
    assert main(typed.split()) == 2
    assert "give `--lang en` or `--lang ko`" in capsys.readouterr().err


@pytest.mark.parametrize("name", [None, *BY_NAME])
def test_every_help_is_korean_and_fits_eighty_columns(name):
    english = help_of(BY_NAME.get(name), coloured=False)
    i18n.speak("ko")
    korean = help_of(BY_NAME.get(name), coloured=False)
    assert max(map(cells, korean.split("\n"))) <= 80
    assert "말할 언어" in korean
    assert english != korean
