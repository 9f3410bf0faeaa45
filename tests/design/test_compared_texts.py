"""I(school == "north"): 1 where the text stands and 0 elsewhere, the bits of a column of 1 and 0."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas
import pytest

import wxb
from wxb.errors import DataError, ExpressionError, UsageError

rng = np.random.default_rng(7)
N = 400
FRAME = pandas.DataFrame(
    {"school": rng.choice(["north", "south", "east"], N), "x": rng.normal(size=N), "y": rng.normal(size=N)}
)
NORTH = (FRAME.school == "north").astype(int)


def same(one: wxb.Model, other: wxb.Model) -> bool:
    return one.theta.tobytes() == other.theta.tobytes() and one.inference.se.tobytes() == other.inference.se.tobytes()


@pytest.mark.parametrize(
    ("formula", "by_hand"),
    [
        ('y ~ x + I(school == "north")', "y ~ x + d"),
        ('y ~ x + I("north" == school)', "y ~ x + d"),
        ("y ~ x + I(school != ' north ')", "y ~ x + I(1 - d)"),
        ('y ~ x + x:I(school == "north")', "y ~ x + x:d"),
        ('y ~ I((school == "north") * x + x^2)', "y ~ I(d * x + x^2)"),
        ('y ~ x + C(school) + x:I(school == "north")', "y ~ x + C(school) + x:d"),
        ('y ~ bs(x, df=4):I(school == "north")', "y ~ bs(x, df=4):d"),
        ('y ~ x + I(school == "north") | school2', "y ~ x + d | school2"),
    ],
)
def test_a_comparison_is_a_column_of_1_and_0(formula: str, by_hand: str) -> None:
    frame = FRAME.assign(d=NORTH, school2=np.arange(N) % 7)
    assert same(wxb.fit(frame, formula=formula), wxb.fit(frame, formula=by_hand))


def test_its_name_is_as_it_is_typed() -> None:
    assert wxb.fit(FRAME, formula="y ~ x + I(school=='north')").terms == ("x", 'I(school == "north")')


def test_sources_files_and_predictions(tmp_path: Path) -> None:
    formula = 'y ~ x + I(school == "north")'
    model = wxb.fit(FRAME, formula=formula)
    FRAME.to_csv(tmp_path / "a.csv", index=False)
    assert same(wxb.fit(tmp_path / "a.csv", formula=formula), model)
    model.save(tmp_path / "m.json")
    again, new = wxb.load(tmp_path / "m.json"), pandas.DataFrame({"school": ["north", "Ulm"], "x": [1.0, 1.0]})
    found = again.predict(new)
    assert np.allclose(found, model.intercept + model.coef[0] + np.array([model.coef[1], 0.0]))
    assert np.allclose(model.residuals(FRAME), FRAME.y - model.predict(FRAME))
    both = wxb.update(model, FRAME.head(50))
    assert same(both, wxb.fit(pandas.concat([FRAME, FRAME.head(50)], ignore_index=True), formula=formula))
    assert same(model.with_se("cluster:school", FRAME), wxb.fit(FRAME, formula=formula, se="cluster:school"))


def test_a_missing_text_is_a_missing_value() -> None:
    holes = FRAME.copy()
    holes.loc[3, "school"] = None
    with pytest.raises(DataError, match="school"):
        wxb.fit(holes, formula='y ~ x + I(school == "north")')


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ('y ~ I(x == "north")', "compares it with a text"),
        ('y ~ I(school < "north")', "a text where numbers are computed"),
        ('y ~ I(school == "a" == "b")', "a text where numbers are computed|comparison of a comparison"),
        ("y ~ I(school == x)", "is text"),
        ('y ~ log("north")', "a text where numbers are computed"),
        ('y ~ lag(school == "north")', "looked back at"),
        ('I(school == "north") ~ x', "numbers alone are predicted"),
    ],
)
def test_other_uses_of_texts_are_refused(formula: str, said: str) -> None:
    with pytest.raises((ExpressionError, UsageError), match=said):
        wxb.fit(FRAME, formula=formula)


def test_what_is_not_finite_is_told_without_a_number() -> None:
    with pytest.raises(DataError, match=r"is no finite number"):
        wxb.fit(FRAME, formula='y ~ log(school == "north")')
