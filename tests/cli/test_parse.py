"""What is typed → values by name: every way an option can be written, and what is said of what means nothing."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from wxb import api
from wxb.cli import values
from wxb.cli.commands import COMMANDS
from wxb.cli.declared import Command
from wxb.cli.parse import parsed
from wxb.errors import UsageError

BY_NAME = {command.name: command for command in COMMANDS}
FIT = BY_NAME["fit"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("d.csv --target y", {"data": ["d.csv"], "target": "y"}),
        ("--target=y d.csv", {"data": ["d.csv"], "target": "y"}),
        ("--target= d.csv", {"data": ["d.csv"], "target": ""}),
        ("-t y d.csv", {"data": ["d.csv"], "target": "y"}),
        ("-ty d.csv", {"data": ["d.csv"], "target": "y"}),
        ("-qty d.csv", {"data": ["d.csv"], "target": "y", "quiet": True}),
        ("-qt y d.csv", {"data": ["d.csv"], "target": "y", "quiet": True}),
        ("d.csv e.csv -q", {"data": ["d.csv", "e.csv"], "quiet": True}),
        ("d.csv -q e.csv", {"data": ["d.csv", "e.csv"], "quiet": True}),
        ("- -q", {"data": ["-"], "quiet": True}),
        ("-q -- -q --target", {"data": ["-q", "--target"], "quiet": True}),
        ("d.csv --lr -1", {"data": ["d.csv"], "lr": -1.0}),
        ("d.csv --at x=-1 --at y=2", {"data": ["d.csv"], "at": [{"x": "-1", "y": "2"}]}),
        ("d.csv --target --json", {"data": ["d.csv"], "target": "--json"}),
        ("d.csv --target a --target b", {"data": ["d.csv"], "target": "b"}),
        ("d.csv -f a,b -f c", {"data": ["d.csv"], "features": ["a", "b", "c"]}),
        ("d.csv --no-intercept", {"data": ["d.csv"], "intercept": False}),
        ("d.csv --save m.json", {"data": ["d.csv"], "save": Path("m.json")}),
        ("d.csv --where a=b=c", {"data": ["d.csv"], "where": "a=b=c"}),
    ],
)
def test_every_way_to_write_an_option(typed, expected):
    assert parsed(FIT, typed.split(" ")) == expected


def test_all_after_the_script_is_the_scripts():
    typed = ["--fail", "train.py", "--report", "x", "--", "-h", "--json"]
    assert parsed(BY_NAME["watch"], typed) == {"fail": True, "script": "train.py", "arguments": typed[2:]}


@pytest.mark.parametrize(
    ("command", "typed", "said"),
    [
        ("fit", "d.csv --lambda 1", r"no option `--lambda`; did you mean `--l2 λ`\?"),
        ("fit", "d.csv --cv 5", r"no option `--cv`; did you mean `--folds K`\?"),
        ("fit", "d.csv --cluster firm", r"no option `--cluster`; did you mean `--se cluster:COLUMN`\?"),
        ("fit", "d.csv --xyzzyrov y", r"no option `--xyzzyrov`\n"),
        ("fit", "d.csv --targt y", r"no option `--targt`; did you mean `--target`\?"),
        ("fit", "d.csv --tar y", "no option `--tar`"),
        ("fit", "d.csv -x", "no option `-x`"),
        ("fit", "d.csv -y cost", r"no option `-y`; did you mean `--target`\?"),
        ("fit", "--query q --db t.db", r"no option `--query`; did you mean `--sql"),
        ("fit", "--sql q --db t.db", r"no option `--db`; did you mean `--uri ADDRESS`\?"),
        ("update", "m.json d.csv --save m2.json", r"no option `--save`; did you mean `-o M2\.json`\?"),
        ("fit", "-1", "no option `-1`"),
        ("fit", "d.csv -qx", "no option `-x`"),
        ("fit", "d.csv --json=1", "`--json` takes no value"),
        ("fit", "d.csv --target", "`--target` needs a value: COLUMN"),
        ("rates", "--json", "wxb rates needs DATA"),
        ("fit", "d.csv --epochs many", "expected a whole number"),
        ("fit", "d.csv --momentum many", "expected a number"),
        ("update", "m.json d.csv", "needs `--output M2.json`"),
        ("explain", "a b", "does not know what `b` is for"),
        ("watch", "--foo train.py", "no option `--foo`"),
    ],
)
def test_what_means_nothing_is_refused_in_words(command, typed, said):
    with pytest.raises(UsageError, match=said) as caught:
        parsed(BY_NAME[command], typed.split(" "))
    told = f"wxb {command} -h shows what it takes" if "lambda" not in typed else "added to the mean square"
    assert told in caught.value.do or "expected a" in said


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_value_that_is_none_of_the_choices_is_refused_as_it_was_typed(command):
    for option in (one for one in command.options if one.choices):
        with pytest.raises(UsageError) as caught:
            parsed(command, [f"{option.flags[0]}=foo", "a", "b"])
        assert caught.value.what == f"`{option.flags[0]}` `foo` is not known"
        assert [f"`{option.flags[0]} {choice}`" in caught.value.do for choice in option.choices] == [True] * len(
            option.choices
        )


@pytest.mark.parametrize(("typed", "meant"), [("fti", "`fit`"), ("--versoin", "`--version`")])
def test_the_nearest_command_is_named(wxb, typed, meant):
    ended = wxb(typed)
    assert (ended.code, ended.out) == (2, "")
    assert f"did you mean {meant}?" in ended.err


def test_wrong_usage_is_json_for_a_program(wxb):
    ended = wxb("fit", "--json", "d.csv", "--nonsense")
    assert ended.code == 2
    assert ended.json["error"]["kind"] == "UsageError"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_what_is_declared_can_be_read_and_is_declared_once(command: Command):
    flags = [flag for option in command.options for flag in option.flags]
    assert len(flags) == len(set(flags))
    assert all(hasattr(values, one.read) for one in (*command.options, *command.arguments))
    assert {"-h", "--help"}.isdisjoint(flags)


def test_defaults_that_help_shows_are_those_of_the_calls():
    known = inspect.signature(api.fit).parameters
    shown = {option.name: option.default for option in FIT.options if option.default and option.name in known}
    assert len(shown) > 8
    assert shown == {name: str(known[name].default) for name in shown}
