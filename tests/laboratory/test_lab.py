"""A lab as a value: one file that is the same for the same, a browser, a notebook; other people's files stay."""

from __future__ import annotations

import webbrowser
from html.parser import HTMLParser

import numpy as np
import pytest

import wxb
from wxb.laboratory.lab import of_students, opened

HOURS = {"hours": [1.0, 2.0, 3.0], "score": [2.0, 4.0, 6.0]}


class Frames(HTMLParser):
    """Attributes of what is in a page, by tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, list[dict[str, str | None]]] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.setdefault(tag, []).append(dict(attrs))


def test_the_same_rows_give_the_same_file(tmp_path):
    one, two = (wxb.lab(HOURS).save(tmp_path / f"{name}.html") for name in "ab")
    assert one.read_bytes() == two.read_bytes()
    assert len(one.read_bytes()) <= 600_000
    assert one.read_text("utf-8").startswith("<!doctype html>")


def test_a_page_of_many_rows_is_no_larger_than_it_may_be():
    rng = np.random.default_rng(2)
    x = rng.standard_cauchy(size=50_000)
    for n in (2000, 50_000):
        lab = wxb.lab({"x": x[:n], "y": rng.normal(size=n)})
        assert len(lab.html.encode()) <= 600_000
        assert sum(len(text.encode()) for text in lab._repr_mimebundle_().values()) <= 900_000


def test_a_page_of_wxb_is_replaced_and_no_other(tmp_path):
    place = tmp_path / "lab.html"
    wxb.lab().save(place)
    wxb.lab().save(place)
    other = tmp_path / "other.html"
    other.write_text("<!doctype html><p>mine")
    with pytest.raises(wxb.UsageError, match="is not a page that wxb wrote"):
        wxb.lab().save(other)
    with pytest.raises(wxb.UsageError, match=r"ends in .html, not '.txt'"):
        wxb.lab().save(tmp_path / "lab.txt")


def test_the_data_are_not_written_over(tmp_path):
    table = tmp_path / "rows.html"
    table.write_text("hours,score\n1,2\n2,4\n3,6\n")
    with pytest.raises(wxb.UsageError, match="is one of the files to be read"):
        wxb.lab(str(table)).save(table)


def test_no_folder_of_who_made_it_is_in_the_page(tmp_path):
    table = tmp_path / "hours.csv"
    table.write_text("hours,score\n1,2\n2,4\n3,6\n")
    lab = wxb.lab(table)
    assert lab.payload["source"] == {"file": "hours.csv", "options": {}}
    assert str(tmp_path) not in lab.html


def test_a_notebook_shows_the_page_in_a_frame_over_its_picture():
    lab = of_students()
    found = lab._repr_mimebundle_()
    [frame] = Frames(found["text/html"]).found["iframe"]
    assert frame["srcdoc"] == lab.html
    assert frame["sandbox"] == "allow-scripts allow-downloads"
    assert frame["title"] == "wxb lab: hours and score"
    assert found["image/svg+xml"] in found["text/html"]
    assert found["text/plain"] == "Lab(score by hours: 3 rows)"


def test_where_no_script_runs_there_is_the_picture():
    page = of_students().html
    inside = page.split("<noscript>")[1].split("</noscript>")[0]
    [image] = Frames(inside).found["img"]
    assert image["src"].startswith("data:image/svg+xml;base64,")
    assert "score" in image["alt"]


def test_the_page_speaks_the_language_in_which_it_was_made():
    wxb.language("ko")
    page = wxb.lab().html
    assert '<html lang="ko">' in page
    assert "<title>wxb 실험실: 공부 시간과 점수</title>" in page


def test_only_a_browser_with_a_window_is_opened(monkeypatch, tmp_path):
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser("lynx"))
    assert not opened(tmp_path / "lab.html")

    def none():
        raise webbrowser.Error("none")

    monkeypatch.setattr(webbrowser, "get", none)
    assert not opened(tmp_path / "lab.html")

    class Browser:
        told: list[str] = []  # noqa: RUF012

        def open(self, address):
            self.told.append(address)
            return True

    monkeypatch.setattr(webbrowser, "get", Browser)
    shown = wxb.lab().show()
    assert Browser.told == [shown.as_uri()]
    assert shown.read_text("utf-8") == wxb.lab().html
