"""Pages of hostile tables: names that are markup, code or directions, numbers at the edges; nothing of it runs, the page lives."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import wxb

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
X = [1.0, 2.0, 4.0, 5.0, 7.0]
NAMES = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\u202egnp.exe\u202c",
    "a'b\"c`d\\e",
    "{hours} {0} ${x}",
    "__proto__",
    "constructor",
    "x\ny\tz\x00",
    "가중치은(는)" * 20,
    "",
)
TABLES = {
    "far": {"x": [1e9 + k for k in range(5)], "y": X},
    "tiny": {"x": [1e-100 * k for k in range(1, 6)], "y": [3e-100 * k * k for k in range(1, 6)]},
    "huge": {"x": [1e100 * k for k in range(1, 6)], "y": [1e100 * k * k for k in range(1, 6)]},
    "equal x": {"x": [2.0] * 5, "y": X},
    "equal y": {"x": X, "y": [3.0] * 5},
    "zeros": {"x": [0.0] * 5, "y": [0.0] * 5},
    "two": {"x": [1.0, 2.0], "y": [5.0, 3.0]},
    "yes": {"x": [True, False, True, False, True], "y": X},
    "outlier": {"x": [*X[:4], 1e12], "y": X},
    "many": {"x": np.arange(3000.0), "y": np.arange(3000.0) % 7},
    "many equal": {"x": np.ones(3000), "y": np.arange(3000.0) % 7},
    "steps": {"x": X, "y": [-0.0, 5e-100, 1e-30, 1.0, 1e30]},
}


@pytest.fixture(scope="module")
def page(chromium):
    made = chromium.new_page(viewport={"width": 1200, "height": 900})
    yield made
    made.close()


@pytest.fixture
def alive(page, tmp_path):
    said: list[str] = []
    events = {
        "console": lambda message: said.append(message.text),
        "pageerror": lambda error: said.append(str(error)),
        "dialog": lambda dialog: said.append(dialog.message) or dialog.dismiss(),
        "request": lambda request: said.append(request.url) if request.url.startswith("http") else None,
    }
    for name, note in events.items():
        page.on(name, note)

    def look(data) -> None:
        """Every scene opens, in both languages; there are numbers in its pictures, and none of them is NaN."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", wxb.WxbWarning)
            file = wxb.lab(data).save(tmp_path / "lab.html")
        page.goto("about:blank")
        page.goto(f"file://{file}")
        for key in "1234567890lp"[:11]:
            page.keyboard.press(key)
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            paths = page.evaluate(
                "[...document.querySelectorAll('#stage svg *')].flatMap(e => [...e.attributes].map(a => a.value))"
            )
            assert not [one for one in paths if "NaN" in one or "Infinity" in one or "undefined" in one]
        assert page.evaluate("document.querySelectorAll('script').length") == 2
        assert page.evaluate("document.querySelectorAll('img').length") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 1200
        assert page.evaluate("document.documentElement.lang") == "ko"

    yield look
    for name, note in events.items():
        page.remove_listener(name, note)
    assert said == []


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_only_a_text(alive, name):
    alive({name: X, "y": [2.0, 3.0, 3.5, 6.0, 7.0]})


@pytest.mark.parametrize("name", TABLES)
def test_numbers_at_the_edges_are_drawn_or_said(alive, name):
    alive(TABLES[name])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"lr": 0.01, "epochs": 100},
        {"lr": 0.9, "epochs": 2000},
        {"lr": 0.001, "epochs": 300, "momentum": 0.9, "start": [5.0, -3.0]},
        {"intercept": False},
        {"lr": 0.01, "epochs": 1, "intercept": False},
    ],
)
@pytest.mark.filterwarnings("ignore::wxb.WxbWarning")
def test_a_model_without_its_rows_has_every_scene(alive, options):
    alive(wxb.fit({"x": X, "y": [2.0, 3.0, 3.5, 6.0, 7.0]}, "y", **options))
