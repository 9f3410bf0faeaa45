"""Advice in the spelling of a shell, which runs nothing that stands in it."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from wxb.advice import Advice
from wxb.cli.flags import flag, in_flags

CATALOG = Path(__file__).resolve().parents[2] / "src/wxb/locale/ko/LC_MESSAGES/wxb.po"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("give `lr=0.1`, or `scale=\"standard\"`", "give --lr 0.1, or --scale standard"),
        ("`sheet=` names another", "--sheet names another"),
        ("`intercept=False` or `line_search=True`", "--no-intercept or --line-search"),
        ('`features=["a", "b,c", "d e"]`', "--features 'a,\"b,c\",d e'"),
        ("`wxb.rates` shows which rates converge", "`wxb rates` shows which rates converge"),
        ("column `lr` and `a b=c`, 3 `` 4", "column `lr` and `a b=c`, 3 `` 4"),
        ('`target="$(rm x)"`', "--target '$(rm x)'"),
    ],
)  # fmt: skip
def test_texts_are_told_in_flags(text: str, typed: str) -> None:
    assert in_flags(text) == typed


@pytest.mark.parametrize("value", ["a b", "$(x)", "`x`", "it's", "-x", "", "a;b", "%d/%m/%Y", "-,?", "점수"])
def test_a_shell_reads_the_value_and_runs_nothing(value: str) -> None:
    assert shlex.split(in_flags(f"{Advice('target', value)}")) == ["--target", value]
    assert shlex.split(flag(Advice("target", value))) == ["--target", value]


def test_values_that_advice_shows_are_ones_that_can_be_typed() -> None:
    """`features=[…]` would be `--features "[…]"`: what no literal is, no one can type; the option alone is `features=`."""
    texts = [text for text in CATALOG.read_text("utf-8").splitlines() if text.startswith(("msgid", '"'))]
    found = [match for text in texts for match in re.findall(r"`[a-z_]+=([\[{][^`]*)`", text) if "{" not in match]
    assert [value for value in found if not literal(value.replace('\\"', '"'))] == []


def literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return False
    return True


COLUMN = "`lr=0.1`"  # as a condition names a column that is called like advice


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--where", f"{COLUMN} >"], f"    {COLUMN} >\n"),
        (["--where", f"{COLUMN} > 1"], r"! where \x60lr=0.1\x60 > 1: 3 of 4 rows"),
        (["--where", f"{COLUMN} > 9"], r"where \x60lr=0.1\x60 > 9 holds for none"),
        (["--by", "g"], r"group \x60epochs=3\x60: 1 row"),
    ],
)
def test_what_a_user_calls_like_advice_is_told_in_no_flags(
    wxb: Any, tmp_path: Path, options: list[str], said: str
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("lr=0.1,y,g\n1,2,`epochs=3`\n2,4,a\n3,7,a\n4,8.5,a\n")
    err = wxb("fit", table, "-t", "y", "-f", "lr=0.1", *options).err
    assert said in err
    assert "--lr" not in err
    assert "--epochs" not in err


def test_dropped_rows_of_a_column_called_like_advice(wxb: Any, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"{COLUMN},y\n1,2\n2,4\n,7\n4,8.5\n")
    assert r"missing \x60lr=0.1\x60 (1)" in wxb("fit", tmp_path / "t.csv", "-t", "y", "--missing", "drop").err
