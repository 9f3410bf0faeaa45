"""More terms than are solved together: the refusal says what to do instead, and that can be done."""

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


def told(formula: str) -> NumericalError:
    with pytest.raises(NumericalError, match="too many to be solved together") as caught:
        wxb.fit(DATA, formula=formula)
    return caught.value


@pytest.mark.parametrize("formula", ["y ~ C(school):C(region) + z", "y ~ C(school)*C(region) + z"])
def test_two_categories_are_one_column(formula: str) -> None:
    assert "write `school` and `region` into one column" in told(formula).do
    both = np.char.add(np.char.add(DATA["school"], " "), DATA["region"])
    joint = wxb.fit({**DATA, "both": both}, formula="y ~ C(both) + z")
    some = np.isin(DATA["school"], ["s000", "s001", "s002"])  # where both can be done they are the same line
    few = {name: column[some] for name, column in {**DATA, "both": both}.items()}
    line = wxb.fit(few, formula="y ~ C(both) + z")
    crossed = wxb.fit(few, formula=formula)
    assert crossed["z"].coef == line["z"].coef
    assert crossed.inference.rss == line.inference.rss
    assert np.isfinite(joint.inference.se).all()


def test_a_category_and_a_number_are_lines_of_each_level() -> None:
    assert '`by="school"` fits a line to each level' in told("y ~ C(school)*x").do
    groups = wxb.fit(DATA, "y", features=["x"], by="school")
    some = np.isin(DATA["school"], ["s000", "s001", "s002"])
    line = wxb.fit({name: column[some] for name, column in DATA.items()}, formula="y ~ 0 + C(school) + C(school):x")
    for school in ("s000", "s001", "s002"):
        assert line[f"school[{school}]"].coef == groups[school].intercept
        assert line[f"school[{school}]:x"].coef == groups[school].coef[0]
