"""Levels stand beneath their category with what they are beside; too many for a table are one line that says how many."""

from __future__ import annotations

import pytest

from support.levels import of_levels
from wxb.report.sections import sections


def test_levels_stand_beneath_their_category() -> None:
    text = of_levels(3).summary()
    place = text.index("  school (base: s000)\n")
    assert [line.split()[0] for line in text[place:].splitlines()[1:4]] == ["s001", "s002", "(b)"]
    assert "    s001  " in text
    assert "school[" not in "\n".join(text.splitlines()[2:]).split("One more")[0]


def test_the_base_is_the_one_asked_for_and_of_sums_the_last_is_told() -> None:
    assert "school (base: s002)" in of_levels(4, base="s002").summary()
    text = " ".join(of_levels(4, coding="sum").summary().split())
    assert "school (beside the mean of the levels; s000 is minus their sum)" in text


def test_interactions_have_a_heading_of_their_own() -> None:
    lines = of_levels(3, crossed=True).summary().splitlines()
    assert [line.strip() for line in lines if line.startswith("  ") and line.endswith(")") and "base" in line] == [
        "school (base: s000)",
        "hours:school (base: s000)",
    ]


@pytest.mark.parametrize(("count", "beneath"), [(61, True), (62, False)])
def test_many_levels_are_one_line_that_says_where_they_are(count: int, beneath: bool) -> None:
    model = of_levels(count)
    text = " ".join(model.summary().split())
    assert (" s060 " in text) == beneath
    assert (f"school (base: s000): {count - 1} levels, " in text) != beneath
    assert ("model.coefficients() has them" in text) != beneath


def test_every_coefficient_is_in_one_line() -> None:
    model = of_levels(100, crossed=True)
    assert sorted(place for line in sections(model) for place in line.places) == list(range(len(model.layout)))
