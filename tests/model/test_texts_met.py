"""A text that a formula compares and no row holds is named, with the labels that it may have been meant for."""

from __future__ import annotations

import numpy as np
import pandas
import pytest

import wxb

rng = np.random.default_rng(7)
FRAME = pandas.DataFrame(
    {"school": rng.choice(["north", "south", "east"], 400), "x": rng.normal(size=400), "y": rng.normal(size=400)}
)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ('y ~ x + I(school == "nroth")', "no row has `nroth` in `school`: near it are `north`, `south`"),
        ('y ~ x + I((school == "North") * x)', "no row has `North` in `school`: near it is `north`"),
        ('y ~ x + x:I(school == "outh")', "no row has `outh` in `school`: near it are `south`, `north`"),
        ('y ~ x + I(school != "2")', "no row has `2` in `school`: there are `east`, `north`, `south`"),
        ('y ~ x + C(school) + I(school == "est")', "no row has `est` in `school`: near it is `east`"),
    ],
)
def test_a_text_that_no_row_has_is_named_with_those_near_it(formula: str, said: str) -> None:
    with pytest.warns(wxb.WxbWarning) as caught:
        model = wxb.fit(FRAME, formula=formula)
    assert said in [str(one.message) for one in caught]
    assert said in model.notes


def test_texts_that_rows_have_are_not_told(recwarn: pytest.WarningsRecorder) -> None:
    both = 'y ~ x + I(school == "north") + I(school == "south") + I(school == "east")'  # collinear, and all there
    model = wxb.fit(FRAME, formula=both)
    assert not [one for one in recwarn if "no row has" in str(one.message)]
    assert not [note for note in model.notes if "no row has" in note]
