"""Advice in the spelling of a shell, which runs nothing that stands in it."""

from __future__ import annotations

import shlex

import pytest

from wxb.advice import Advice
from wxb.cli.flags import flag, in_flags


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
