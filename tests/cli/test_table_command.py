"""`wxb table`: the same table as Python's, on a screen or in a file whose ending says the form."""

from __future__ import annotations

from pathlib import Path

import pytest

import wxb as package

CARS = Path(__file__).parents[1] / "reference" / "peers" / "cars.csv"


@pytest.fixture
def models(tmp_path: Path) -> list[Path]:
    places = [tmp_path / "plain.json", tmp_path / "slope.json"]
    package.fit(str(CARS), "dist").save(places[0])
    package.fit(str(CARS), "dist", intercept=False).save(places[1])
    return places


def table(models: list[Path], **look: object) -> str:
    return str(package.table(*map(package.load, models), **look))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["latex", "markdown", "html"])
def test_each_form_is_that_of_python(wxb, models, form) -> None:  # type: ignore[no-untyped-def]
    ended = wxb(
        "table",
        *models,
        f"--{form}",
        "--names",
        "plain,through 0",
        "--stars",
        "--errors",
        "interval",
        "--interval",
        "0.9",
    )
    look = {"names": ["plain", "through 0"], "stars": True, "errors": "interval", "level": 0.9}
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.rstrip("\n") == table(models, format=form, **look)


@pytest.mark.parametrize(("ending", "form"), [("tex", "latex"), ("md", "markdown"), ("html", "html"), ("txt", "text")])
def test_the_ending_of_a_file_says_its_form(wxb, models, tmp_path, ending, form) -> None:  # type: ignore[no-untyped-def]
    place = tmp_path / f"t.{ending}"
    ended = wxb("table", *models, "-o", place)
    assert ended.code == 0
    assert "saved" in ended.out
    assert place.read_text("utf-8") == table(models, format=form) + "\n"


def test_what_cannot_be_meant(wxb, models, tmp_path) -> None:  # type: ignore[no-untyped-def]
    both = wxb("table", *models, "--latex", "--html")
    assert both.code == 2
    assert "`--latex` and `--html`" in both.err
    assert wxb("table", *models, "--names", "one").code == 2
    assert wxb("table", *models, "-o", models[0]).code == 2
    assert wxb("table").code == 2


def test_the_answer_for_a_machine_has_every_model(wxb, models) -> None:  # type: ignore[no-untyped-def]
    found = wxb("table", *models, "--json").json
    assert found["names"] == ["(1)", "(2)"]
    assert [one["coef"] for one in found["models"]] == [package.load(place).coef.tolist() for place in models]


def test_the_interval_of_the_mean(wxb, models) -> None:  # type: ignore[no-untyped-def]
    model = package.load(models[0])
    found = wxb("predict", models[0], "--at", "speed=21", "--interval", "0.9", "--of", "mean", "--json").json
    both = model.inference.mean_interval(model.design.rows({"speed": [21.0]}), 0.9)[0]
    assert (found["low"], found["high"], found["of"]) == ([both[0]], [both[1]], "mean")
    wide = wxb("predict", models[0], "--at", "speed=21", "--interval", "0.9", "--json").json
    assert wide["low"][0] < found["low"][0] < found["high"][0] < wide["high"][0]
    assert (
        "interval of the mean" in wxb("predict", models[0], "--at", "speed=21", "--interval", "0.9", "--of", "mean").out
    )
    refused = wxb("predict", models[0], "--at", "speed=21", "--of", "mean")
    assert refused.code == 2
    assert "--interval 0.95" in refused.err


def test_rows_have_the_interval_of_the_mean(wxb, models, tmp_path) -> None:  # type: ignore[no-untyped-def]
    model = package.load(models[0])
    found = model.predict(str(CARS), 0.95, of="mean")
    assert (found.of, found.level) == ("mean", 0.95)
    shown = wxb("predict", models[0], CARS, "--interval", "0.95", "--of", "mean", "--json").json
    assert shown["low"] == found.low.tolist()
    for wrong in ("rows", None):
        with pytest.raises(package.UsageError, match="'row' or 'mean'"):
            model.predict({"speed": [1.0]}, 0.95, of=wrong)  # type: ignore[arg-type]
