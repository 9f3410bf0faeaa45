"""The report: one file that needs nothing else, says what the line is, and stays what it is whatever names there are."""

from __future__ import annotations

import re
import warnings
from base64 import b64encode
from hashlib import sha256

import numpy as np
import pytest

import wxb
from page.test_shown_in_notebooks import HOSTILE, HOURS, SCHOOLS, Tags, fit, groups
from wxb.errors import WxbError
from wxb.model.groups import Groups

MOST = 1_000_000
MANY = {"x": np.linspace(0, 1, 30_000), "y": np.sin(np.arange(30_000.0))}
LINES = {
    "exact": (HOURS, {"target": "score"}),
    "several": (SCHOOLS, {"target": "y"}),
    "formula": (SCHOOLS, {"target": None, "formula": "y ~ x + I(x^2) + school"}),
    "absorbed": (SCHOOLS, {"target": "y", "absorb": "school"}),
    "two stages": (SCHOOLS, {"target": None, "formula": "y ~ 1 | x ~ z"}),
    "robust": (SCHOOLS, {"target": "y", "features": ["x"], "se": "HC3"}),
    "held out": (SCHOOLS, {"target": "y", "test": 0.3}),
    "only b": (HOURS, {"target": "score", "features": []}),
    "perfect": ({"x": [1.0, 2.0], "y": [1.0, 3.0]}, {"target": "y"}),
    "descent": (HOURS, {"target": "score", "lr": 0.01, "epochs": 2000}),
    "descent of many": (SCHOOLS, {"target": "y", "lr": 0.1, "epochs": 300}),
    "without b": (HOURS, {"target": "score", "lr": 0.01, "epochs": 20, "intercept": False}),
    "long": (SCHOOLS, {"target": "y", "lr": 0.001, "epochs": 30_000}),
    "diverged": (HOURS, {"target": "score", "lr": 0.3, "epochs": 2000}),
    "not finite": (HOURS, {"target": "score", "lr": 1e9, "epochs": 2000}),
    "many rows": (MANY, {"target": "y"}),
}


def report(model, path, data=None, **more) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return model.report(path / "r.html", data, **more).read_text("utf-8")


def check(html: str) -> list[tuple[str, dict]]:
    """What holds of every report."""
    assert len(html.encode()) < MOST
    tags = Tags(html.replace("<!doctype html>", "")).found
    names = [tag for tag, __ in tags]
    assert not {"img", "link", "iframe", "object"} & {*names}
    assert not re.search(r"""(src|href)=|url\((?!#)|https?://(?!www\.w3\.org)""", html)
    assert [tag for tag in names if re.fullmatch("h[1-6]", tag)] == ["h1"] + ["h2"] * names.count("h2")
    assert all("scope" in attributes for tag, attributes in tags if tag == "th")
    ids = [attributes["id"] for __, attributes in tags if "id" in attributes]
    assert len(ids) == len({*ids})
    svgs = [attributes for tag, attributes in tags if tag == "svg"]
    assert all({*one["aria-labelledby"].split()} <= {*ids} for one in svgs)
    scripts = re.findall("<script>(.*?)</script>", html, re.DOTALL)
    hashes = re.findall("'sha256-(.*?)'", html)
    assert hashes == [b64encode(sha256(one.encode()).digest()).decode() for one in scripts]
    assert names.count("script") == len(scripts) <= 1
    return tags


@pytest.mark.parametrize("rows", [True, False], ids=["rows", "no rows"])
@pytest.mark.parametrize("name", LINES)
def test_every_line_has_a_report(name, rows, tmp_path):
    data, options = LINES[name]
    model = fit(data, **options)
    html = report(model, tmp_path, data if rows else None)
    tags = check(html)
    assert ("script" in {tag for tag, __ in tags}) is (model.trajectory is not None)
    assert report(model, tmp_path, data if rows else None) == html, "the same line, the same file"


def test_a_line_with_its_rows_has_all_its_pictures(tmp_path):
    html = report(fit(SCHOOLS, "y"), tmp_path, SCHOOLS)
    for title in ("y by x", "Errors of y against predictions", "Whether errors of y are normal", "How far errors of y spread",
                  "Rows that pull the line of y", "What each term adds to y", "Breusch–Pagan"):  # fmt: skip
        assert title in html


def test_rows_that_are_not_those_of_the_fit_are_refused(tmp_path):
    with pytest.raises(wxb.DataError, match="rows"):
        report(fit(SCHOOLS, "y"), tmp_path, {name: np.concatenate([one, one]) for name, one in SCHOOLS.items()})
    assert not [*tmp_path.iterdir()]


def test_a_saved_model_and_groups_have_one(tmp_path):
    fit(lr=0.01, epochs=50).save(tmp_path / "m.json")
    html = report(wxb.load(tmp_path / "m.json"), tmp_path, HOURS)
    check(html)
    assert "keeps no path" in html
    check(report(groups(50), tmp_path))
    groups(3).save(tmp_path / "g.json", keep="labels")
    assert "3 groups" in report(Groups.load(tmp_path / "g.json"), tmp_path)


def test_the_steps_of_the_slider_are_those_of_the_run(tmp_path):
    model = fit(lr=0.01, epochs=2000)
    html = report(model, tmp_path, HOURS)
    assert "after 0 epochs: hours 0, b 0; cost 18.6667" in html
    assert "after 2000 epochs: hours 1.997, b 0.005984; cost 5.1375e-6" in html
    assert len(re.findall(r"after \d+ epochs?:", html)) - 1 <= 245
    assert len(re.findall("data-moves", html)) == 3 + 1, "line, cost and path, and the script"


def test_foreign_names_are_texts(tmp_path):
    data = {HOSTILE: [1.0, 2.0, 3.0, 5.0], "z<b>": [1.0, 0.0, 2.0, 1.0], "y": [1.0, 3.0, 2.0, 5.0]}
    for options in ({}, {"lr": 0.01, "epochs": 5}, {"features": [HOSTILE], "lr": 0.01, "epochs": 5}):
        html = report(fit(data, "y", **options), tmp_path, data)
        check(html)
        assert "<script>alert" not in html
        assert "\u202e" not in html
    html = report(fit(data, HOSTILE), tmp_path, data)
    check(html)


def test_it_says_how_it_is_made_again(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n2,3\n3,5\n")
    model = wxb.fit(tmp_path / "a.csv", "y", features=["x"], se="HC1")
    html = report(model, tmp_path, tmp_path / "a.csv")
    assert sha256((tmp_path / "a.csv").read_bytes()).hexdigest() in html
    assert wxb.__version__ in html
    assert "HC1" in html


@pytest.mark.parametrize("name", ["r.txt", "r", "a.csv"])
def test_a_report_is_a_page(name, tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n1,2\n2,3\n3,5\n")
    with pytest.raises(WxbError, match=r"\.html"):
        fit().report(tmp_path / name)


def test_neither_data_nor_strangers_are_written_over(tmp_path):
    rows, own = "x,y\n1,2\n2,3\n3,5\n", "<!doctype html>\n<title>My thesis</title>\n"
    for text, data in ((rows, tmp_path / "a.html"), ("not a page", None), (own, None)):
        (tmp_path / "a.html").write_text(text)
        with pytest.raises(wxb.UsageError, match="lose"):
            fit().report(tmp_path / "a.html", data)
        assert (tmp_path / "a.html").read_text() == text


def test_in_korean(tmp_path):
    before = wxb.language()
    try:
        wxb.language("ko")
        html = report(fit(SCHOOLS, "y", lr=0.1, epochs=20), tmp_path, SCHOOLS)
    finally:
        wxb.language(before)
    check(html)
    assert '<html lang="ko">' in html
    words = re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", " ", html, flags=re.DOTALL)
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", words), "an English sentence"


def test_a_report_takes_the_place_of_one(tmp_path):
    assert report(fit(), tmp_path) == report(fit(), tmp_path)


def test_what_must_be_known_is_said_once(tmp_path):
    """Beside the answer, and not again among what is to be known of the rows."""
    rows = {
        "x": [1.0, 2.0, 3.0, 4.0, 7.0, 8.0],
        "z": [1.0, 4.0, 2.0, 2.0, 1.0, 3.0],
        "y": [2.0, 4.0, 7.0, 8.0, 9.5, 13.0],
    }
    model = wxb.fit(rows, "y", select="bic")
    said = model.report(tmp_path / "r.html", rows).read_text()
    assert said.count("p values and intervals take no account of that") == 1


def test_its_intervals_are_of_the_level_that_was_asked_for(tmp_path):
    line, several, many = (fit(*LINES[name][:1], **LINES[name][1]) for name in ("exact", "several", "held out"))
    for model, data in ((line, HOURS), (line, None), (several, None), (many, SCHOOLS), (groups(3), None)):
        html = report(model, tmp_path, data, interval=0.8)
        assert "80 %" in html
        assert "95 % interval" not in html
        assert "95 %" in report(model, tmp_path, data)
    with pytest.raises(WxbError, match="between 0 and 1"):
        report(line, tmp_path, interval=80)
