"""`wxb fit --by`: predictions of each group at typed points, or of the one that a point names."""

from __future__ import annotations

from pathlib import Path

import pytest

import wxb as library

pytestmark = pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")

ROWS = ["north,2001,1,2", "south,2001,1,5", "north,2001,2,4.5", "south,2002,3,9", "north,2001,3,6", "south,2002,2,7.5"]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text("school,year,hours,score\n" + "\n".join([*ROWS, "alone,2001,1,1"]) + "\n")
    return path


def call(table: Path, *more: str) -> tuple[str, ...]:
    return ("fit", str(table), "-t", "score", "-f", "hours", *more)


def test_a_point_is_predicted_in_every_group_that_has_a_model(wxb, table):
    ended = wxb(*call(table, "--by", "school", "--at", "hours=4"))
    groups = library.fit(table, "score", features=["hours"], by="school")
    for school in ("north", "south"):
        [value] = groups[school].predict({"hours": [4]}).tolist()
        assert f"score at school = {school}, hours = 4:  {value:.2f}" in ended.out
    assert "alone, hours" not in ended.out
    found = wxb(*call(table, "--by", "school", "--at", "hours=4", "--json")).json
    assert [len(group["predictions"]) for group in found["groups"]] == [1, 1]
    assert found["groups"][0]["predictions"] == groups["north"].predict({"hours": [4]}).tolist()


def test_a_point_may_name_its_group(wxb, table):
    more = ("--by", "school,year", "--at", "hours=4,school=south", "--at", "hours=2,year=2001,school=north")
    ended = wxb(*call(table, *more))
    assert "at school = south, year = 2002, hours = 4:" in ended.out
    assert "at school = north, year = 2001, hours = 2:" in ended.out
    assert ended.out.count("score at") == 2


def test_a_group_that_is_not_there_is_named_with_a_near_one(wxb, table):
    ended = wxb(*call(table, "--by", "school", "--at", "school=nort,hours=4"))
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean `north`" in ended.err
    ended = wxb(*call(table, "--by", "school", "--at", "school=alone,hours=4"))
    assert ended.code != 0
    assert "group alone: 1 row is too few" in ended.err


def test_groups_are_saved_and_what_tells_rows_is_said(wxb, table, tmp_path):
    path = tmp_path / "g.json"
    ended = wxb(*call(table, "--by", "school", "--save", str(path)))
    assert ended.code == 0
    assert f"saved {path}" in " ".join((ended.out + ended.err).split())
    groups, found = library.fit(table, "score", features=["hours"], by="school"), library.Groups.load(path)
    assert found.coef.tobytes() == groups.coef.tobytes()
    few = wxb(*call(table, "--by", "school,year", "--save", str(path)))
    assert "--keep labels" in few.err
    assert list(library.Groups.load(path).failed) != list(
        library.fit(table, "score", features=["hours"], by=["school", "year"]).failed
    )
    wxb(*call(table, "--by", "school,year", "--save", str(path), "--keep", "labels"))
    assert library.Groups.load(path)["south", "2002"].n == 2
