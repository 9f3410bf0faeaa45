"""The page's JavaScript in a real browser, for tests that hold it to Python.

    lab_js("number", 0.1)                             an export of any module, by its name, called
    lab_js("lab => lab.number(1) + lab.number(2)")    any function of all exports and of the values after it

One page is open for the whole session and nothing of the page has begun; hundreds of cases belong into one call. NaN and
infinities go there and back; typed arrays come back as lists.
"""

from __future__ import annotations

import re

import pytest

PLAIN = """
const plain = value => {
  if (ArrayBuffer.isView(value)) return Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  if (value === null || typeof value !== "object") return typeof value === "function" ? undefined : value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
};
"""
CALL = "([name, args]) => labPlain(lab[name](...args))"


@pytest.fixture(scope="session")
def lab_page(chromium):
    """An empty page that holds all exports as `lab`."""
    from wxb.laboratory.joined import modules, script

    names = [name for module in modules() for name in module.exports]
    page = chromium.new_page()
    page.add_script_tag(content=script(f"{PLAIN}\nwindow.labPlain = plain; window.lab = {{{', '.join(names)}}};"))
    yield page
    page.close()


@pytest.fixture
def lab_js(lab_page):
    said: list[str] = []
    note = lambda error: said.append(str(error))  # noqa: E731
    lab_page.on("pageerror", note)

    def call(what: str, *args):
        if re.fullmatch(r"[\w$]+", what):
            return lab_page.evaluate(CALL, [what, list(args)])
        return lab_page.evaluate(f"args => labPlain(({what})(lab, ...args))", list(args))

    yield call
    lab_page.remove_listener("pageerror", note)
    assert said == []
