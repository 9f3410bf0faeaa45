"""`wxb lab`: a page of the students, of a table, of a model; where it is and what it shows is said."""

from __future__ import annotations

import json
import re

import pytest

import wxb as library

CARS = "speed,dist\n" + "".join(f"{i},{3 * i + i * i % 7}\n" for i in range(1, 31))


@pytest.fixture
def cars(tmp_path):
    table, model = tmp_path / "cars.csv", tmp_path / "m.json"
    table.write_text(CARS)
    library.fit(table, "dist", lr=0.001, epochs=300).save(model)
    return table, model


def payload(path):
    return json.loads(re.search(r'id="payload">(.*?)</script>', path.read_text("utf-8"), re.S)[1])


def test_without_data_it_is_of_the_students(process, tmp_path):
    ended = process("lab", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert re.fullmatch(r"  saved lab\.html\n  \d+ kB: open it in any browser, or send it\n", ended.out)
    assert len(payload(tmp_path / "lab.html")["rows"]) == 3


def test_a_table(wxb, cars, tmp_path):
    ended = wxb("lab", cars[0], "-t", "dist", "--lr", "auto", "-o", tmp_path / "a.html", "--json")
    assert ended.code == 0
    assert ended.json["names"] == {"x": "speed", "y": "dist"}
    assert ended.json["bytes"] == (tmp_path / "a.html").stat().st_size
    assert payload(tmp_path / "a.html")["path"]["lr"] == library.rates(cars[0], "dist").best


def test_a_model_with_and_without_its_rows(wxb, cars, tmp_path):
    page = tmp_path / "a.html"
    assert wxb("lab", cars[1], "-o", page).code == 0
    assert payload(page)["rows"] is None
    assert payload(page)["path"]["lr"] == 0.001
    assert wxb("lab", cars[1], cars[0], "-o", page).code == 0
    assert len(payload(page)["rows"]) == 30


def test_the_language_is_that_of_the_page(wxb, tmp_path):
    assert wxb("lab", "--lang", "ko", "-o", tmp_path / "a.html").code == 0
    assert payload(tmp_path / "a.html")["lang"] == "ko"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{t}", "-t", "dst"], "did you mean dist"),
        (["{t}", "-f", "speed,dist"], "--features names 2"),
        (["{m}", "-t", "dist"], "is of a fit, and"),
        (["-t", "dist"], "--target says how data are read"),
        (["{t}", "--epochs", "0"], "epochs"),
        (["{t}", "-o", "{t}"], "is one of the files to be read"),
        (["{t}", "-o", "a.txt"], "ends in .html"),
        (["none.csv"], "none.csv"),
        (["{g}"], "holds one for each group"),
    ],
)
def test_what_cannot_be_is_said(wxb, cars, words, said):
    groups = cars[0].with_name("groups.json")
    groups.write_text('{"format": "wxb groups"}')
    ended = wxb("lab", *(word.format(t=cars[0], m=cars[1], g=groups) for word in words))
    assert ended.code in (1, 2)
    assert said in " ".join(ended.err.replace("`", "").split())
