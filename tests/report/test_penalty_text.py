"""What is said of a λ: how far off its folds are, and what an option that does not fit it should have been."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import numpy as np
import pytest

import wxb
from wxb.cli import main
from wxb.errors import UsageError

CARS = Path(__file__).parents[1] / "reference" / "peers" / "mtcars.csv"
FEATURES = ["wt", "hp", "cyl", "disp"]


def said(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("choose", ["minimum", "one-se"])
def test_the_summary_has_the_rmse_of_the_folds_at_the_best_the_plainer_and_the_chosen_lambda(choose: str) -> None:
    model = wxb.fit(CARS, "mpg", features=FEATURES, l2="auto", folds=5, choose=choose)
    path = model.path
    assert path is not None
    best, plain = path.least, int(np.flatnonzero(path.judged <= path.judged[path.least] + path.spread[path.least])[0])
    assert path.within == plain
    text = said(model.summary())
    for place, why in ((best, "the smallest"), (plain, "the largest λ within one standard error")):
        chosen = ", chosen" if place == path.chosen else ""
        assert f"{sqrt(path.judged[place]):.4g} at l2 = {path.values[place]:.4g} ({why}{chosen})" in text
    assert "RMSE of the folds, in units of mpg:" in text
    assert model.cross_validation is not None
    assert f"RMSE {model.cross_validation.overall.rmse:.4g}" in text
    left_out = said(wxb.fit(CARS, "mpg", features=FEATURES, l2="auto").summary())
    assert "RMSE of rows left out, in units of mpg: 2.669 at l2 = 0.04142 (the smallest, chosen)" in left_out
    assert "RMSE" not in wxb.fit(CARS, "mpg", features=FEATURES, l1="auto").summary()


def test_folds_beside_a_given_lambda_are_said_to_judge_it() -> None:
    text = said(wxb.fit(CARS, "mpg", features=FEATURES, l2=0.1, folds=5).summary())
    assert 'the folds only judge it; `l2="auto"` has them choose one' in text
    assert "only judge" not in wxb.fit(CARS, "mpg", features=FEATURES, l2=0.1).summary()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"l2": [0.1, 1, 10]}, '`l2="auto"` and `among=[0.1, 1, 10]`'),
        ({"l1": np.array([1.0, 0.5])}, '`l1="auto"` and `among=[0.5, 1]`'),
        ({"l1": [0.5]}, '`l1=0.5`, or `l1="auto"`'),
        ({"l2": ["a", 1]}, '`l2=0.01`, or `l2="auto"`'),
        ({"l1": 0.1, "among": [1, 2]}, 'give `l1="auto"` in its place, or leave `among=` out'),
        ({"l2": 0.1, "l1": 1, "choose": "one-se", "folds": 4}, '`l2="auto"` or `l1="auto"` in the place of one'),
        ({"positive": True, "choose": "gcv"}, '`l2="auto"` or `l1="auto"` as well'),
        ({"among": [1, 2]}, '`l2="auto"` (ridge) or `l1="auto"` (lasso)'),
    ],
)
def test_an_option_that_chooses_is_answered_with_what_to_write(options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        wxb.fit(CARS, "mpg", features=FEATURES, **options)  # type: ignore[arg-type]
    assert words in refused.value.do


def test_the_command_line_says_it_in_flags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*words: object) -> str:
        assert main([str(word) for word in words]) == 2
        return said(capsys.readouterr().err)

    fit = ("fit", CARS, "-t", "mpg", "--features", "wt,hp")
    assert "--l2 auto and --among 0.1,1,10" in told(*fit, "--l2", "0.1,1,10")
    assert "its errors are not known leave it out" in told(*fit, "--l2", "0.1", "--interval", "0.9")
    assert "`wxb predict m.json test.csv`" in told(*fit, "--test", "test.csv")
    saved = tmp_path / "m.json"
    wxb.fit(CARS, "mpg", features=FEATURES).save(saved)
    assert f"the model comes first: `wxb predict {saved} {CARS}`" in told("predict", CARS, saved).replace(" /", " /")
    assert main(["predict", str(CARS), str(CARS)]) == 1
    assert "--save m.json` makes one of these rows" in said(capsys.readouterr().err)


def test_several_are_and_one_is() -> None:
    table = {"g": ["a", "b"] * 6, "h": ["a", "b", "c"] * 4, "x": np.arange(12.0), "y": np.arange(12.0) ** 2}
    for absorb, words in ((["g"], "`g` is absorbed"), (["g", "h"], "`g`, `h` are absorbed")):
        with pytest.raises(UsageError, match=words):
            wxb.fit(table, formula=f"y ~ x | {' + '.join(absorb)}", l2=0.1)
