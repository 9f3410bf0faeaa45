"""Levels stand beneath their category with what they are beside; too many for a table are one line that says how many."""

from __future__ import annotations

import numpy as np
import pytest

import wxb
from support.levels import of_levels
from wxb.report.next_step import answer, example_row
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
    assert "school (beside their mean; s000: minus the sum)" in text


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


RANDOM = np.random.default_rng(2)
TABLE = {"x": RANDOM.normal(size=60) + 5, "z": RANDOM.normal(size=60), "y": RANDOM.normal(size=60)}
TABLE |= {"school": ["north", "south", "west"] * 20, "k": ["a", "a", "a", "b", "b", "b"] * 10}


@pytest.mark.parametrize(
    ("formula", "headings", "row"),
    [
        ("y ~ x + school", ["school (base: north)"], "x is 0 and school is north: outside the data (x "),
        ('y ~ x + C(school, base="south")', ["school (base: south)"], "x is 0 and school is south"),
        ("y ~ school:k", ["k (base: a)", "school:k (base: north)"], "k is a and school is north"),
        ("y ~ x:school", ["x:school (every level)"], "x is 0"),
        ("y ~ z + C(school, coding=sum)", ["school (beside their mean; north: minus the sum)"], "school is at the mean of its"),
        ("y ~ 0 + school", ["school (every level)"], ""),
        ("y ~ x + z + I(x^2)", [], "x and z are 0"),
        ("y ~ poly(x, 2, raw=True)", [], "x is 0"),
        ("y ~ center(x) + z", [], "z is 0 and x is at its mean"),
        ("y ~ exp(x) + z", [], "exp(x) and z are 0"),
    ],
)  # fmt: skip
def test_headings_and_the_intercept_of_formulas(formula: str, headings: list[str], row: str) -> None:
    text = wxb.fit(TABLE, formula=formula).summary()
    lines = [line.strip() for line in text.splitlines()]
    assert [
        line for line in lines if (line.endswith(")") and "(b" in line) or line.endswith("every level)")
    ] == headings
    said = " ".join(text.split()).partition("The intercept is y where ")[2]
    assert said.startswith(row) if row and "school is at" not in row else (row in said)


def test_an_intercept_that_stands_for_no_row_is_not_told() -> None:
    for formula in ("y ~ poly(x, 2) + z", "y ~ bs(x, df=4)", "y ~ exp(x) + x"):
        assert "The intercept is" not in wxb.fit(TABLE, formula=formula).summary()


def test_what_comes_next_is_a_row_of_the_columns_that_a_formula_is_made_of() -> None:
    text = wxb.fit(TABLE, formula="y ~ x*school + I(x^2)").summary()
    said = " ".join(text.partition("next: ")[2].split())
    assert said.startswith('model.predict({"x": [')
    assert '"school": ["west"]}, interval=0.95) →' in said
    model = wxb.fit(TABLE, formula="y ~ x*school + I(x^2)")
    row = example_row(model)
    assert row is not None
    [value] = model.predict({name: [value] for name, value in row.items()})
    assert answer(model, row).startswith(f"{value:.2f}  (".replace("-", "−"))
    assert example_row(wxb.fit(TABLE, formula="y ~ poly(x, 2) + school")) is None


def test_a_coefficient_that_no_number_tells_is_not_told() -> None:
    for formula in ("y ~ poly(x, 2, raw=True)", "y ~ bs(x, df=4)", "y ~ x*school", "y ~ x + I(x^2)"):
        text = wxb.fit(TABLE, formula=formula).summary()
        assert "One more unit" not in text
        assert "Where school" not in text


def test_what_is_absorbed_is_counted_and_no_intercept_is_shown() -> None:
    model = wxb.fit(TABLE, formula="y ~ x | school")
    text = model.summary()
    assert "school: absorbed, 3 levels" in text
    assert "+ an effect of school" in text
    assert "(b)" not in text
    assert "intercept" not in text
    assert "school effects" in str(wxb.table(model, wxb.fit(TABLE, "y", features=["x"])))
    with pytest.raises(wxb.UsageError, match="effects of `school`"):
        model.to_sql()


def test_an_offset_is_part_of_the_equation() -> None:
    assert wxb.fit(TABLE, formula="y ~ x + offset(z)").equation().endswith(" + z")
