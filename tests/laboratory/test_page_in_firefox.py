"""The page in Firefox, where it is installed: opened from disk and within a frame, dragged, stepped, in both languages."""

from __future__ import annotations

import re
import shutil
import time

import pytest

import wxb
from support.firefox import Firefox

pytestmark = pytest.mark.browser
HANDLE = """const box = document.querySelector(arguments[0]).getBoundingClientRect();
return [box.x + box.width / 2, box.y + box.height / 2];"""
TITLE = "return document.getElementById('title').textContent"
FORMULA = "return document.getElementById('formula').textContent"
END = "\ue010"


@pytest.fixture(scope="module")
def firefox():
    found = next((path for name in ("firefox-esr", "firefox") if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("there is no Firefox")
    with Firefox(found) as browser:
        yield browser


@pytest.fixture
def page(firefox, tmp_path):
    """The students' page, open; afterwards the console is empty."""
    file = wxb.lab().save(tmp_path / "lab.html")

    def opened(fragment: str = "") -> Firefox:
        firefox.open("about:blank")
        firefox.open(f"file://{file}#{fragment}")
        return firefox

    yield opened
    assert firefox.console() == []


def soon(firefox: Firefox, script: str, wanted: str) -> str:
    """What a script gives, once it is as it should be."""
    until = time.monotonic() + 5
    while not re.search(wanted, found := str(firefox.run(script))) and time.monotonic() < until:
        time.sleep(0.05)
    assert re.search(wanted, found)
    return found


def test_the_line_is_dragged_and_steps(page):
    firefox = page("s=2&W=1&b=0")
    before = firefox.run(FORMULA)
    x, y = firefox.run(HANDLE, '[role=slider][aria-label="weight W"]')
    firefox.drag((x, y), (x, y - 60))
    soon(firefox, FORMULA, f"^(?!{re.escape(before)}$)")
    soon(firefox, "return location.hash", "W=")
    firefox = page("s=5&W=0&b=0&lr=0.01")
    firefox.press(END)
    soon(firefox, "return location.hash", r"e=(min|2000)")


def test_every_scene_opens_in_both_languages(page):
    titles, count = [], 0
    for language in ("en", "ko"):
        firefox = page(f"s=1&lang={language}")
        count = firefox.run("return document.querySelectorAll('#scenes button, #scenes a').length")
        for key in "1234567890"[:count]:
            firefox.press(key)
            titles.append(soon(firefox, TITLE, "①②③④⑤⑥⑦⑧⑨⑩"["1234567890".index(key)]))
            assert firefox.run("return document.querySelectorAll('#stage svg path').length") > 3
    assert len(set(titles)) >= 2 * count - 1 > 0  # zero_grad is called so everywhere


def test_in_a_frame_without_an_address_it_is_alive(page, tmp_path):
    """As a notebook shows it: within `srcdoc`, in a sandbox."""
    frame = tmp_path / "frame.html"
    frame.write_text(f"<!doctype html><body>{wxb.lab()._repr_mimebundle_()['text/html']}", "utf-8")
    firefox = page()
    firefox.open(f"file://{frame}")
    firefox.ask("WebDriver:SwitchToFrame", {"id": 0})
    firefox.run("document.getElementById('text').focus()")
    firefox.press("3")
    soon(firefox, TITLE, "③")
    firefox.ask("WebDriver:SwitchToFrame", {"id": None})
