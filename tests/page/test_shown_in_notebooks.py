"""What notebooks show: every result has its tables and pictures, of a size that does not grow, safe whatever names it has."""

from __future__ import annotations

import json
import re
import warnings
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

import wxb
from support.scenes import faults

HOURS = {"hours": [1.0, 2.0, 3.0], "score": [2.0, 4.0, 6.0]}
random = np.random.default_rng(12)
SCHOOLS = {"school": random.choice(list("abcd"), 80), "x": random.normal(size=80), "z": random.normal(size=80)}
SCHOOLS["y"] = 2 * SCHOOLS["x"] + (SCHOOLS["school"] == "b") + random.normal(0, 0.3, 80)
HOSTILE = "<script>alert(1)</script></svg>\u202e&\"'"
MOST = 300_000


class Tags(HTMLParser):
    """Every element with its attributes; texts within."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.feed(html)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in {"br", "meta", "link", "hr", "input"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"{tag} closes another"


def fit(data=HOURS, target="score", **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return wxb.fit(data, target=target, **options)


def groups(count: int):
    labels = np.repeat(np.arange(count), 3)
    x = np.tile([0.0, 1.0, 2.0], count)
    return fit({"g": labels, "x": x, "y": x * labels + np.tile([0.0, 0.5, 0.0], count)}, "y", by="g")


def levels(count: int):
    labels = np.repeat([f"level {i}" for i in range(count)], 2)
    return fit({"place": labels, "y": random.normal(size=2 * count)}, None, formula="y ~ C(place)")


def watched() -> object:
    from wxb.watching.finding import Finding, Site
    from wxb.watching.report import Report

    finding = Finding("stale", Site("a.py", 3), "evidence", "effect", "fix")
    return Report(findings=[finding], first_loss=2.0, last_loss=1.0, outcome="ended")


SHOWN = {
    "exact": fit,
    "several terms": lambda: fit(SCHOOLS, "y"),
    "formula": lambda: fit(SCHOOLS, None, formula="y ~ poly(x, 2)"),
    "category alone": lambda: fit(SCHOOLS, "y", features=["school"]),
    "absorbed": lambda: fit(SCHOOLS, "y", absorb="school"),
    "two stages": lambda: fit(SCHOOLS, None, formula="y ~ 1 | x ~ z"),
    "held out": lambda: fit(SCHOOLS, "y", test=0.3),
    "only b": lambda: fit(HOURS, features=[]),
    "collinear": lambda: fit({**HOURS, "twice": [2.0, 4.0, 6.0]}),
    "descent": lambda: fit(lr=0.01, epochs=2000),
    "diverged": lambda: fit(lr=0.3, epochs=2000),
    "not finite": lambda: fit(lr=1e6, epochs=2000),
    "one epoch": lambda: fit(lr=0.01, epochs=1),
    "long": lambda: fit(SCHOOLS, "y", lr=0.001, epochs=30_000),
    "path": lambda: fit(SCHOOLS, "y", lr=0.01, epochs=2000).trajectory,
    "groups": lambda: fit(SCHOOLS, "y", features=["x"], by="school"),
    "many groups": lambda: groups(10_000),
    "600 levels": lambda: levels(600),
    "rates": lambda: wxb.rates(HOURS, target="score"),
    "verdict": lambda: wxb.rates(HOURS, target="score").verdict(0.3),
    "cost": lambda: wxb.cost_of(HOURS, "score", "hours + 1"),
    "cost of two": lambda: wxb.cost_of(SCHOOLS, "y", "x + z"),
    "cost of many": lambda: wxb.cost_of({"x": np.arange(20_000.0), "y": np.arange(20_000.0)}, "y", "2*x"),
    "prediction": lambda: fit(SCHOOLS, "y", features=["x"]).predict({"x": np.linspace(0, 1, 5000)}, interval=0.9),
    "mean": lambda: fit(SCHOOLS, "y", features=["x"]).predict({"x": [1.0]}, interval=0.9, of="mean"),
    "watch": watched,
    "test": lambda: fit(SCHOOLS, "y", features=["x", "z"]).test("x = 2, z = 0"),
    "anova": lambda: fit(SCHOOLS, "y").anova(),
    "vif": lambda: fit(SCHOOLS, "y").vif(),
    "means": lambda: fit(SCHOOLS, "y").margins("school"),
    "slopes": lambda: fit(SCHOOLS, "y").margins("x"),
    "compare": lambda: wxb.compare(fit(SCHOOLS, "y", features=["x"]), fit(SCHOOLS, "y", features=["x", "z"])),
    "diagnostics": lambda: fit(SCHOOLS, "y").diagnose(SCHOOLS, white=True),
    "wild": lambda: fit(SCHOOLS, "y", features=["x"], se="cluster:school").wild("x", draws=99),
}
WITHOUT_PICTURE = {
    "watch",
    "test",
    "anova",
    "vif",
    "means",
    "slopes",
    "compare",
    "diagnostics",
    "wild",
}


@pytest.mark.parametrize("name", SHOWN)
def test_every_result_is_shown(name):
    found = SHOWN[name]()._repr_mimebundle_()
    assert sum(map(len, found.values())) < MOST
    assert found["text/plain"]
    assert "\x1b" not in found["text/plain"]
    tags = Tags(found["text/html"])
    assert all("scope" in attributes for tag, attributes in tags.found if tag == "th")
    assert ("image/svg+xml" in found) is (name not in WITHOUT_PICTURE)
    if "image/svg+xml" in found:
        ElementTree.fromstring(found["image/svg+xml"])
        assert found["image/svg+xml"] in found["text/html"]
        assert faults(found["image/svg+xml"]) == []


def test_a_descent_that_diverged_says_why_and_what_to_do():
    html = SHOWN["diverged"]()._repr_mimebundle_()["text/html"]
    assert all(said in html for said in ("above 0.1803", "lr=0.1764", "The cost climbs"))


def test_the_picture_of_a_line_of_one_column_is_the_line_over_its_range():
    svg = SHOWN["exact"]()._repr_mimebundle_()["image/svg+xml"]
    assert all(said in svg for said in ("score by hours", "hours runs from 1 to 3", "outside the data"))


def test_foreign_names_are_texts():
    data = {HOSTILE: [1.0, 2.0, 3.0, 4.0], "y": [1.0, 3.0, 2.0, 5.0]}
    labels = {**data, "g": [HOSTILE] * 2 + ["b"] * 2}
    for value in (fit(data, "y"), fit({HOSTILE: data["y"], "x": data[HOSTILE]}, HOSTILE), fit(labels, "y", by="g"),
                  fit(labels, "y", features=["g"]), wxb.cost_of(data, "y", "1")):  # fmt: skip
        found = value._repr_mimebundle_()["text/html"]
        assert "script" not in {tag for tag, __ in Tags(found).found}
        assert (
            "<script>" not in found and "\u202e" not in found and "&lt;script&gt;" in found
        ) or "script" not in found


def test_it_speaks_the_language_of_its_reader():
    before = wxb.language()
    try:
        wxb.language("ko")
        html = fit()._repr_mimebundle_()["text/html"]
    finally:
        wxb.language(before)
    assert 'lang="ko"' in html
    assert "제곱 오차" in html


def test_results_load_no_pictures_until_a_notebook_asks():
    import subprocess
    import sys

    code = "import wxb, sys; m = wxb.fit({'x': [1., 2., 3.], 'y': [1., 2., 2.]}, target='y'); repr(m); str(m); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # the widths of texts, `marks.measure`, are those of summaries too
    assert not re.search(r"wxb\.(page|marks\.(?!measure)|pictures)", done.stdout)


def test_a_notebook_runs_and_shows_them():
    import nbformat
    from nbclient import NotebookClient

    cells = [
        "import wxb",
        f"hours = {json.dumps(HOURS)}",
        "model = wxb.fit(hours, target='score'); model",
        "wxb.fit(hours, target='score', lr=0.3, epochs=2000)",
        "wxb.fit(hours, target='score', lr=0.01, epochs=2000).trajectory",
        "wxb.rates(hours, target='score')",
        "model.plot('line', hours)",
        "undisplayed = model",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in cells])
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    outputs = [
        [one for one in cell.outputs if one.output_type != "stream"] for cell in book.cells
    ]  # a warning of the run
    assert [len(one) for one in outputs] == [0, 0, 1, 1, 1, 1, 1, 0]
    for (one,) in outputs[2:7]:
        assert {"text/plain", "text/html"} <= set(one.data)
    assert "<svg" in outputs[2][0].data["image/svg+xml"]
    assert len(nbformat.writes(book)) < 5 * MOST
