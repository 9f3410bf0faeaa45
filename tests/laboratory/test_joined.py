"""Modules are joined as they are written, in one order, and keep to the forms and words that joining and the page allow."""

from __future__ import annotations

import re

import pytest

from wxb.laboratory.joined import COMMENT, Module, modules, ordered, read, script

FORBIDDEN = (
    r"\beval\b",
    r"\bFunction\s*\(",
    r"\b(?:inner|outer)HTML\b",
    r"\binsertAdjacentHTML\b",
    r"\bcreateContextualFragment\b",
    r"\bDOMParser\b",
    r"\bdocument\.write",
    r"\bfetch\s*\(",
    r"\bXMLHttpRequest\b",
    r"\bWebSocket\b",
    r"\bsendBeacon\b",
    r"\b(?:local|session)Storage\b",
    r"\bimport\s*\(",
    r"\bdebugger\b",
    r"</script",
    r"<!--",
)
A = 'import { two } from "./b.js";\nexport const one = () => two + 1;\n'
B = "// b: two\nexport const two = 2;\n"


def of(**texts: str) -> dict[str, Module]:
    return {f"{name}.js": read(f"{name}.js", text) for name, text in texts.items()}


def test_a_module_stands_after_those_it_imports():
    assert [one.path for one in ordered(of(a=A, b=B))] == ["b.js", "a.js"]
    assert of(a=A)["a.js"].body == "const one = () => two + 1;\n"


@pytest.mark.parametrize(
    "text",
    [
        'import { two as three } from "./b.js";\n',
        'import two from "./b.js";\n',
        'import * as b from "./b.js";\n',
        'import "./b.js";\n',
        "export default 1;\n",
        "export { one };\n",
        'export * from "./b.js";\n',
        'import { two } from "../b.js";\n',
        "export const { one, other } = 1;\n",
        "const one = 1;\nexport let [two] = [2];\n",
        "let one, other;\n",
        "const one = 1,\n  other = 2;\n",
    ],
)
def test_other_forms_are_refused(text):
    with pytest.raises(ValueError, match=r"^a\.js: "):
        read("a.js", text)


@pytest.mark.parametrize(
    "texts",
    [
        {"a": 'import { three } from "./b.js";\n', "b": B},
        {"a": 'import { two } from "./c.js";\n', "b": B},
        {"a": "const two = 1;\n", "b": B},
        {"a": A, "b": 'import { one } from "./a.js";\nexport const two = () => one;\n'},
    ],
)
def test_what_cannot_stand_side_by_side_is_refused(texts):
    with pytest.raises(ValueError, match=r"exports no|stands in|import each other"):
        ordered(of(**texts))


def test_the_script_is_the_same_every_time():
    modules.cache_clear()
    first = script()
    modules.cache_clear()
    assert script() == first
    assert first.startswith('(() => {\n"use strict";')
    assert first.endswith("begin();\n})();\n")


def test_comments_at_the_beginning_of_lines_stay_behind():
    text = "// a\n\n/** b\n * c */\nexport const one = `\n  // kept`; // kept\n"
    assert COMMENT.sub("", read("a.js", text).body) == "\nconst one = `\n  // kept`; // kept\n"
    assert not re.search(r"^(?://|/\*)", script(), re.M)


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.path)
def test_a_module_keeps_to_the_rules(module):
    """No word by which text becomes markup or code, or anything is asked of an address; what it is in its first line."""
    found = [word for word in FORBIDDEN if re.search(word, module.body)]
    assert found == []
    assert module.body.startswith("// ")
    assert len(module.body.splitlines()) <= 300


def test_every_name_of_a_statement_counts():
    text = 'export const one = f(1, [2, 3]), two = "a, b", three = { of: 1, more: 2 };\nconst four = (a, b) => a, five = /[",]/;\n'
    module = read("a.js", text + "const six = (a, b) => { // seven, eight\n  return a;\n};\nlet nine = [\n  1,\n];\n")
    assert module.names == ("one", "two", "three", "four", "five", "six", "nine")
    assert module.exports == ("one", "two", "three")
    with pytest.raises(ValueError, match="two stands in"):
        ordered(of(a="const one = 1, two = 2;\n", b=B))
