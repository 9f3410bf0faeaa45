"""What a user holds of a picture: it overwrites only its like, tells its table apart, and is one of many in a page."""

from __future__ import annotations

import re

import pytest

import wxb
from wxb.errors import UsageError

HOURS = {"hours": [1.0, 2.0, 3.0], "score": [2.0, 4.0, 6.0]}


@pytest.fixture(scope="module")
def picture():
    return wxb.fit(HOURS, target="score").plot("line", HOURS)


@pytest.mark.parametrize("ending", ["svg", "html", "txt", "png", "pdf"])
def test_it_takes_the_place_of_pictures_only(picture, tmp_path, ending):
    target = tmp_path / f"a.{ending}"
    target.write_text("hours,score\n1,2\n")
    with pytest.raises(UsageError, match="writing would lose it"):
        picture.save(target)
    assert target.read_text() == "hours,score\n1,2\n"
    if ending not in ("png", "pdf"):
        target.unlink()
        picture.save(target)
        written = target.read_bytes()
        assert picture.save(target).read_bytes() == written


def test_pictures_in_a_notebook_have_ids_of_their_own(picture):
    model, saved = wxb.fit(HOURS, target="score"), picture.svg()
    shown = [picture._repr_mimebundle_()["image/svg+xml"] for __ in range(3)]
    shown += [one._repr_mimebundle_()["image/svg+xml"] for one in (model, model, model.plot("graph"), picture)]
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in shown]
    assert len(set.union(*ids)) == sum(map(len, ids))
    for text, own in zip(shown, ids):
        assert set(re.findall(r"(?:url\(#|aria-labelledby=\")([^)\" ]+)", text)) <= own
    assert picture.svg() == saved


@pytest.mark.parametrize(("name", "kind"), [("row", "line"), ("cost", "path"), ("epochs", "film"), ("cost", "cost")])
def test_a_column_called_as_ours_is_still_its_own(name, kind):
    data = {name: [1.0, 2.0, 3.0], "y": [2.0, 4.0, 7.0]}
    table = wxb.fit(data, target="y", lr=0.05, epochs=20).plot(kind, data).scene.table
    assert f"{name} (wxb)" in table
    assert len({len(column) for column in table.values()}) == 1
    if kind == "line":
        assert (table["row"], table["row (wxb)"]) == ([1.0, 2.0, 3.0], [1, 2, 3])


def test_names_that_differ_in_spaces_look_different():
    data = {"a b": [1.0, 2.0, 4.0, 3.0], "a  b": [1.0, 3.0, 2.0, 5.0], "y": [1.0, 2.0, 3.0, 5.0]}
    html = wxb.fit(data, target="y")._repr_mimebundle_()["text/html"]
    assert ">a b</th>" in html
    assert ">a  b</th>" in html
    assert re.search(r"th\[scope=row\]\{[^}]*white-space:pre-wrap", html)
