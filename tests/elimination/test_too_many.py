"""Interactions of very many terms are the lines that other ways give; what is refused says what to do instead."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import wxb
from wxb.errors import NumericalError

RANDOM = np.random.default_rng(7)
N, LEVELS = 4000, 320
DATA: dict[str, Any] = {
    "x": RANDOM.normal(size=N),
    "z": RANDOM.normal(size=N),
    "school": np.array([f"s{i:03d}" for i in np.arange(N) % LEVELS]),
    "region": RANDOM.choice(["north", "south", "west"], N),
}
DATA["y"] = DATA["x"] + RANDOM.normal(size=N)


FIRM = np.array([f"f{i:03d}" for i in RANDOM.integers(0, LEVELS, N)])


@pytest.mark.parametrize("formula", ["y ~ C(school):C(region) + z", "y ~ C(school)*C(region) + z"])
def test_two_categories_are_those_of_one_column(formula: str) -> None:
    both = np.char.add(np.char.add(DATA["school"], " "), DATA["region"])
    joint = wxb.fit({**DATA, "both": both}, formula="y ~ C(both) + z")
    with pytest.warns(wxb.WxbWarning) as told:
        crossed = wxb.fit(DATA, formula=formula)
    assert "school[s003]:region[south] is 0 in every row" in str(told[0].message)
    assert len(crossed.terms) > 600
    assert crossed["z"].coef == joint["z"].coef
    assert crossed["z"].se == pytest.approx(joint["z"].se, rel=1e-15)
    assert crossed.inference.rss == joint.inference.rss
    assert crossed.solution.freedom == joint.solution.freedom


def test_a_category_and_a_number_are_lines_of_each_level() -> None:
    groups = wxb.fit(DATA, "y", features=["x"], by="school")
    line = wxb.fit(DATA, formula="y ~ 0 + C(school) + C(school):x")
    assert len(line.terms) == 2 * LEVELS
    for school in groups:
        assert line[f"school[{school}]"].coef == groups[school].intercept
        assert line[f"school[{school}]:x"].coef == groups[school].coef[0]


@pytest.mark.parametrize(
    ("formula", "advice"),
    [
        ("y ~ C(school):C(region) + C(firm)*C(region)", "write `school` and `region` into one column"),
        ("y ~ C(school)*(x + z) + C(firm):x + C(firm):z", '`by="school"` fits a line to each level'),
        ("y ~ C(school, coding=sum)*x", "leave `coding=sum` of `school` out"),
    ],
)
def test_what_is_too_much_all_the_same_is_told_what_else_there_is(formula: str, advice: str) -> None:
    with pytest.raises(NumericalError, match="too many to be solved together") as caught:
        wxb.fit({**DATA, "firm": FIRM}, formula=formula)
    assert advice in caught.value.do
