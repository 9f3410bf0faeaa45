"""The page as a notebook shows it: alive within its frame; without scripts, or without the frame, a picture."""

from __future__ import annotations

import pytest

import wxb

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def shown():
    return f"<!doctype html><meta charset=utf-8><body>{wxb.lab()._repr_mimebundle_()['text/html']}"


@pytest.fixture
def opened(chromium, tmp_path):
    made = []

    def show(html: str, **options):
        file = tmp_path / "export.html"
        file.write_text(html, "utf-8")
        page = chromium.new_page(viewport={"width": 1000, "height": 950}, **options)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
        page.goto(f"file://{file}")
        made.append((page, said))
        return page

    yield show
    for page, said in made:
        page.close()
        assert said == []


def test_in_its_frame_the_page_is_alive(opened, shown):
    page = opened(shown)
    inside = page.frame_locator("iframe")
    inside.locator("#title").wait_for()
    inside.locator("#scenes button, #scenes a").nth(1).click()
    assert "②" in inside.locator("#title").inner_text()
    handle = inside.locator('[role=slider][aria-label="weight W"]')
    before = handle.get_attribute("aria-valuetext")
    handle.focus()
    page.keyboard.press("ArrowUp")
    assert handle.get_attribute("aria-valuetext") != before
    page.keyboard.press("]")  # whatever would write an address


def test_where_scripts_do_not_run_there_is_the_picture(opened):
    page = opened(wxb.lab().html, java_script_enabled=False)
    assert page.locator("noscript img").bounding_box()["height"] > 100
    assert not page.locator("header, main, footer").nth(0).is_visible()


def test_where_frames_are_taken_out_there_is_the_picture(opened, shown):
    start, rest = shown.split("<iframe", 1)
    page = opened(start + rest.split("</iframe>", 1)[1])
    assert page.locator("svg.wxb-picture").bounding_box()["height"] > 100
