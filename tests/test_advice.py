"""Advice is written once and read back whole, whatever its value; nothing foreign is read as advice.

Below the command line nothing speaks in flags: a Python user never reads `--lr`.
"""

from __future__ import annotations

import ast
import re

import pytest

from support import sources
from wxb.advice import Advice, rewritten
from wxb.printable import show

FACES = ("cli", "lesson", "__main__.py")  # the lesson shows commands as they are typed
STYLES = "laboratory/style.py"  # variables of CSS begin as flags do
FLAG = re.compile(r"(?<![\w-])--([a-z]|$)")  # at the end a name may follow
HOSTILE = ("lr=0.1", "`lr=0.1`", "``lr=0.1``", "wxb.fit", "a `lr=0.1` b", "lr=`", "x`lr=1", "`wxb.rates`", "test=`\n`")


def found_in(text: str) -> list[Advice]:
    found: list[Advice] = []
    rewritten(text, lambda advice: found.append(advice) or "", lambda command: found.append(Advice(command)) or "")
    return found


@pytest.mark.parametrize(
    ("advice", "text"),
    [
        (Advice("lr", 0.1803), "`lr=0.1803`"),
        (Advice("epochs", 3740000), "`epochs=3740000`"),
        (Advice("scale", "standard"), '`scale="standard"`'),
        (Advice("features", ["a", "b c"]), '`features=["a", "b c"]`'),
        (Advice("intercept", False), "`intercept=False`"),
        (Advice("line_search", True), "`line_search=True`"),
        (Advice("sheet"), "`sheet=`"),
        (Advice("lr", 1e-7), "`lr=1e-7`"),
    ],
)
def test_it_is_written_as_python_does(advice: Advice, text: str) -> None:
    assert str(advice) == text == f"{advice}"
    (found,) = found_in(f"no answer: give {advice} instead")
    number = isinstance(advice.value, float | int) and not isinstance(advice.value, bool)
    assert found.option == advice.option
    assert (float(found.value) if number else found.value) == advice.value


@pytest.mark.parametrize("value", ["a`b", 'quo"te', "line\nbreak", "\\", "“”", "\x1b[31m", "`", "", "…"])
def test_a_text_comes_back_whatever_it_is(value: str) -> None:
    assert found_in(f"x {Advice('target', value)} y") == [Advice("target", value)]
    assert found_in(f"x {Advice('features', [value, value])} y") == [Advice("features", [value, value])]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_no_advice(name: str) -> None:
    assert found_in(f"column {show(name)} holds text, give {Advice('lr', 0.1)}") == [Advice("lr", "0.1")]


def test_names_that_look_like_nothing_are_shown_as_they_are() -> None:
    assert [show(name) for name in ("speed", "공부시간", "temp[C]", "a=b c")] == [
        "`speed`",
        "`공부시간`",
        "`temp[C]`",
        '`"a=b c"`',
    ]


def test_a_call_of_wxb_is_a_command() -> None:
    assert rewritten("`wxb.rates` shows which", str, lambda command: f"<{command}>") == "<rates> shows which"


def strings(tree: ast.AST) -> list[ast.Constant]:
    """The literal texts of a module, of f-strings too, but for its documentation."""
    documentation = {
        id(body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and (body := node.body)
        and isinstance(body[0], ast.Expr)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]


def test_no_flag_stands_in_a_text_below_the_command_line() -> None:
    found = [
        f"{name}:{one.lineno}: {one.value}"
        for name, tree in sources.trees().items()
        if name.partition("/")[0] not in FACES and name != STYLES
        for one in strings(tree)
        if FLAG.search(one.value)
    ]
    assert not found


def test_a_flag_would_be_seen() -> None:
    tree = ast.parse(
        '"""--lr is documented."""\nraise ValueError(f"give {x} or --lr {y}")\ndef f():\n    "--b"\n    return "a--b"'
    )
    assert [one.value for one in strings(tree) if FLAG.search(one.value)] == [" or --lr "]
