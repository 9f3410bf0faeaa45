"""The report in a real browser: nothing complains, the slider moves the line, it is legible, accessible, narrow, printed.

`make test-browser` runs these, with the Chromium of the system.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import wxb
from page.test_shown_in_notebooks import HOSTILE, HOURS, SCHOOLS, fit

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
LINES = {
    "descent": (HOURS, {"target": "score", "lr": 0.01, "epochs": 2000}),
    "several": (SCHOOLS, {"target": "y"}),
    "diverged": (HOURS, {"target": "score", "lr": 0.3, "epochs": 2000}),
    "hostile": ({HOSTILE: [1.0, 2.0, 4.0, 5.0], "y": [1.0, 3.0, 2.0, 5.0]}, {"target": "y", "lr": 0.01, "epochs": 50}),
}


@pytest.fixture(scope="module", params=["en", "ko"])
def pages(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    before = wxb.language()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        try:
            wxb.language(request.param)
            for name, (data, options) in LINES.items():
                fit(data, **options).report(folder / f"{name}.html", data)
        finally:
            wxb.language(before)
    return folder


@pytest.fixture
def opened(chromium, pages):
    made = []

    def open_page(name: str, scheme: str = "light", width: int = 1000, script: bool = True):
        page = chromium.new_page(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=script
        )
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
        page.goto(f"file://{pages / name}.html")
        made.append((page, said))
        return page

    yield open_page
    for page, said in made:
        page.close()
        assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", LINES)
def test_nothing_is_wrong_for_axe(opened, name, scheme):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(opened(name, scheme))
    assert [(one["id"], [node["html"][:90] for node in one["nodes"]]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("name", LINES)
def test_nothing_is_wider_than_the_window(opened, name, width):
    page = opened(name, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_slider_moves_everything_by_keyboard(opened):
    page = opened("descent")
    paths = "[...document.querySelectorAll('[data-moves]')].map(one => one.getAttribute('d'))"
    last, said = page.evaluate(paths), page.inner_text("output")
    page.focus("#wxb-epoch")
    page.keyboard.press("Home")
    first = page.evaluate(paths)
    assert all(one != other for one, other in zip(first, last))
    assert page.inner_text("output") != said
    page.keyboard.press("ArrowRight")
    assert page.evaluate(paths) != first
    page.keyboard.press("End")
    assert (page.evaluate(paths), page.inner_text("output")) == (last, said)


def test_the_line_goes_from_the_start_to_the_minimum(opened):
    """The line is drawn where W and b put it: level at 0 before the first epoch, through the points at the end."""
    page = opened("descent")
    ends = "(() => { const b = document.querySelector('.wxb-moving-line').getBBox(); return b.height })()"
    steep = page.evaluate(ends)
    page.focus("#wxb-epoch")
    page.keyboard.press("Home")
    assert page.evaluate(ends) < 1 < steep
    assert np.isfinite(steep)


def test_without_script_the_last_epoch_is_shown(opened):
    page = opened("descent", script=False)
    assert not page.is_visible("#wxb-epoch")
    assert "2000" in page.inner_text("output")
    assert page.get_attribute("[data-moves='1']", "d").startswith("M")


def test_a_script_in_a_name_does_not_run(opened):
    page = opened("hostile")
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    assert "<script>alert(1)</script>" in page.inner_text("h1")


def test_printed_it_is_light_and_has_no_slider(opened):
    page = opened("descent", "dark")
    page.emulate_media(media="print")
    assert not page.is_visible("#wxb-epoch")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pages = page.pdf(format="A4")
    assert pages.startswith(b"%PDF")
