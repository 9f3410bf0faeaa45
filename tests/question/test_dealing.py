"""Folds by groups and along time as they are asked for: one short text, always spelled alike."""

from __future__ import annotations

import numpy as np
import pytest

import wxb
from wxb.data import Block, Column, Labels
from wxb.question.dealing import Dealing, Dealt
from wxb.question.shares import Shares


@pytest.mark.parametrize(
    ("text", "dealing"),
    [
        ("school", Dealing(column="school")),
        ("5:school", Dealing(count=5, column="school")),
        ("time:5", Dealing(count=5, ordered=True)),
        ("time:5:day", Dealing(count=5, column="day", ordered=True)),
        ("3:time", Dealing(count=3, column="time")),
        ("`time`", Dealing(column="time")),
        ("5:`a:b`", Dealing(count=5, column="a:b")),
        ("`2.5`", Dealing(column="2.5")),
    ],
)
def test_a_text_says_what_folds_go_by(text, dealing):
    assert Shares(folds=text).dealing == dealing
    assert Dealing.parse(str(dealing)) == dealing


def test_a_number_as_a_text_is_the_number():
    assert Shares(folds="5") == Shares(folds=5)
    assert Shares(folds="5").dealing is None


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("time", r'does not say how many\n.*`folds="time:5"`'),
        ("5:a:b", "cannot be read"),
        ("time:", "cannot be read"),
        (":school", "cannot be read"),
        (" ", "cannot be read"),
        ("1:school", "folds must be 2 or more, not 1"),
        ("0:school", "folds must be 2 or more, not 0"),
        ("time:0", "folds must be 1 or more, not 0"),
        ("20000:school", "more than the 10 000"),
        ("2.5", "must be a whole number, not '2.5'"),
        ("9" * 5000, "must be a whole number"),
        ("-" + "9" * 5000, "must be a whole number"),
        ("9" * 5000 + ":school", "cannot be read"),
        ("time:" + "9" * 5000, "cannot be read"),
    ],
)
def test_texts_that_say_nothing(text, match):
    with pytest.raises(wxb.UsageError, match=match):
        Shares(folds=text)


def test_a_value_that_comes_up_later_is_a_table_that_changed():
    block = Block(0, 2, None, (Column(np.zeros(2)),), labels=(Labels(np.array([1, 0]), ("a", "b", "unused")),))
    assert Dealt(count=2, place=0, folds={"a": 0, "b": 1}).of(block).tolist() == [1, 0]
    with pytest.raises(wxb.DataError, match="changed while it was read: 'b'"):
        Dealt(count=1, place=0, folds={"a": 0}).of(block)
