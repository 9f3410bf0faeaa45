"""`wxb plot`: a model or data, a kind, a file by its ending; what cannot be drawn says what to give."""

from __future__ import annotations

import json
import os

import pytest

import wxb as library
from wxb.cli.commands import COMMANDS
from wxb.pictures.kinds import KINDS

CARS = "x,y\n" + "".join(f"{i},{3 * i + i * i % 7}\n" for i in range(30))


@pytest.fixture
def cars(tmp_path):
    table, model = tmp_path / "cars.csv", tmp_path / "m.json"
    table.write_text(CARS)
    library.fit(table, "y").save(model)
    return table, model


def test_a_model_and_data_give_the_same_picture(wxb, cars):
    table, model = cars
    one, two = wxb("plot", model, "residuals", table, "--json"), wxb("plot", "residuals", table, "-t", "y", "--json")
    assert one.code == two.code == 0
    assert one.json == two.json
    assert one.json["kind"] == "residuals"


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "html", "txt"])
def test_a_file_is_what_its_ending_says(wxb, cars, tmp_path, ending):
    start = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF", "html": b"<!doctype", "txt": b"y by x"}[ending]
    if ending in ("png", "pdf"):
        pytest.importorskip("vl_convert")
    file = tmp_path / f"p.{ending}"
    ended = wxb("plot", "line", cars[0], "-t", "y", "-o", file)
    assert ended.code == 0, ended.err
    assert file.read_bytes().startswith(start)
    assert "saved" in ended.out


@pytest.mark.parametrize(
    ("ending", "held"),
    [("txt", "my notes\n"), ("svg", "<svg>my drawing</svg>"), ("html", "<!doctype html><svg></svg>")],
)
def test_what_wxb_did_not_draw_is_not_overwritten(wxb, cars, tmp_path, ending, held):
    file = tmp_path / f"mine.{ending}"
    file.write_text(held)
    ended = wxb("plot", "line", cars[0], "-t", "y", "-o", file)
    assert ended.code == 2
    assert "choose another name" in ended.err
    assert file.read_text() == held


@pytest.mark.parametrize("ending", ["svg", "html"])
def test_a_picture_may_be_drawn_again(wxb, cars, tmp_path, ending):
    for __ in range(2):
        assert wxb("plot", "line", cars[0], "-t", "y", "-o", tmp_path / f"p.{ending}").code == 0


def test_in_a_terminal_and_as_a_table(wxb, cars):
    table, model = cars
    drawn = wxb("plot", "line", table, "-t", "y", "--at", "x=40").out
    assert "y by x" in drawn
    assert "(40, 1" in drawn
    assert all(len(line) <= 80 for line in drawn.splitlines())
    rows = wxb("plot", model, "line", table, "--table").out.splitlines()
    assert len(rows) == 31
    assert wxb("plot", model).out == wxb("plot", model, "coefficients").out
    assert wxb("plot", model, table).out == wxb("plot", model, "line", table).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lines", "{cars}", "-t", "y"), "did you mean `line`"),
        (("{m}", "lines", "{cars}"), "did you mean `line`"),
        (("{m}", "fitted"), "give the data too"),
        (("line",), "name a model"),
        (("line", "{cars}"), "--target"),
        (("line", "{m}"), "it stands first"),
        (("{cars}", "line"), "a line is fitted with its kind first"),
        (("{m}", "line", "{cars}", "--lr", "1"), "is fitted"),
        (("{m}", "coefficients", "--term", "x"), "takes no --term"),
        (("line", "{cars}", "-t", "y", "-o", "p.gif"), ".svg"),
        (("line", "{cars}", "-t", "y", "--term", "z"), "no column `z`"),
        (("nowhere.json", "line"), "neither a picture nor a model"),
    ],
)
def test_what_cannot_be_drawn_says_what_to_give(wxb, cars, words, said):
    places = {"cars": str(cars[0]), "m": str(cars[1])}
    ended = wxb("plot", *(word.format(**places) for word in words))
    assert ended.code != 0
    assert said in " ".join(ended.err.split())


def test_a_file_called_as_a_kind_is_a_path(wxb, cars, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.rename(cars[1], "line")
    assert "coefficient" in wxb("plot", "./line").out
    assert "y by x" in wxb("plot", "./line", "line", cars[0]).out


def test_the_help_names_every_kind():
    [plot] = [command for command in COMMANDS if command.name == "plot"]
    for kind in KINDS:
        assert kind in plot.help


def test_json_of_a_file_says_where_it_is(wxb, cars, tmp_path):
    found = json.loads(wxb("plot", "qq", cars[0], "-t", "y", "-o", tmp_path / "q.svg", "--json").out)
    assert found["output"] == str(tmp_path / "q.svg")
    assert found["table"]
