"""`wxb predict` and `--at` of lines with categories: the columns they are made of, and levels that the model does not know."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import wxb as library

RANDOM = np.random.default_rng(8)
TABLE = {
    "x": RANDOM.normal(size=60).tolist(),
    "ok": (["yes", "no"] * 30),
    "school": RANDOM.choice(["north", "south", "east"], 60).tolist(),
}
TABLE["y"] = [x + (school == "north") for x, school in zip(TABLE["x"], TABLE["school"])]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> library.Model:
    """What a file of it would give."""
    fitted = library.fit({**TABLE, "y": np.array(TABLE["y"]) + RANDOM.normal(size=60)}, "y")
    monkeypatch.setattr(library, "load", lambda path: fitted)
    return fitted


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_text("x,school,ok\n1,north,yes\n2,nort,no\n,south,no\n4,east,yes\n")
    return path


def test_rows_are_shown_by_the_columns_they_are_made_of(wxb, model, rows):
    ended = wxb("predict", "m.json", rows, "--missing", "drop", "--unseen", "reference")
    assert ended.code == 0
    head, *lines = ended.out.splitlines()
    assert head == "row,x,ok,school,predicted_y"
    assert [line.rpartition(",")[0] for line in lines] == ["1,1.0,1.0,north", "2,2.0,0.0,east", "4,4.0,1.0,east"]
    expected = model.predict({"x": [1.0, 2, 4], "ok": ["yes", "no", "yes"], "school": ["north", "east", "east"]})
    assert [float(line.rpartition(",")[2]) for line in lines] == expected.tolist()
    assert "1 row counted as `east`: `school` is a level that the model was not fitted to" in ended.err


def test_a_level_that_is_not_known_is_refused_or_left_out(wxb, model, rows):
    ended = wxb("predict", "m.json", rows, "--missing", "drop")
    assert (ended.code, ended.out) == (1, "")
    assert "row 2: `school` is `nort`" in ended.err
    assert "--unseen" in ended.err
    left = wxb("predict", "m.json", rows, "--missing", "drop", "--unseen", "drop", "--json").json
    assert left["rows"] == [1, 4]
    kept = wxb("predict", "m.json", rows, "--missing", "nan", "--unseen", "drop", "--json").json
    assert [value is None for value in kept["predictions"]] == [False, True, True, False]


def test_rows_are_written_beside_the_table(wxb, model, rows, tmp_path):
    out = tmp_path / "out.csv"
    ended = wxb("predict", "m.json", rows, "--missing", "nan", "--unseen", "drop", "-o", out)
    assert ended.code == 0
    head, first, second, *_ = out.read_text().splitlines()
    assert head == "x,school,ok,predicted_y"
    assert first.startswith("1,north,yes,")
    assert second == "2,nort,no,"


def test_a_typed_point(wxb, model):
    ended = wxb("predict", "m.json", "--at", "x=1,school=north,ok=yes")
    [value] = model.predict({"x": 1, "school": "north", "ok": "yes"}).tolist()
    assert "y at x = 1, ok = yes, school = north:" in ended.out
    found = wxb("predict", "m.json", "--at", "x=1,school=north,ok=yes", "--interval", "0.9", "--json").json
    assert found["predictions"] == [value]
    assert found["low"][0] < value < found["high"][0]


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ("x=1,ok=yes", "gives no value for `school`"),
        ("x=1,ok=yes,school=nort", "did you mean `north`"),
        ("x=1,ok=yes,skool=north", "did you mean `school`"),
        ("x=1,ok=maybe,school=north", "maybe"),
    ],
)
def test_a_point_that_is_none_is_refused_in_words(wxb, model, point, said):
    ended = wxb("predict", "m.json", "--at", point)
    assert ended.code != 0
    assert said in ended.err


def test_unseen_is_of_rows(wxb, model):
    assert "`--unseen` is for the rows" in wxb("predict", "m.json", "--at", "x=1", "--unseen", "drop").err
