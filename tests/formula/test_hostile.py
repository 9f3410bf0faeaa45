"""Whatever is typed is read or refused, and nothing of it ever runs."""

from __future__ import annotations

import sys

import pytest
from hostile import TERMS, WHOLE

from wxb.errors import ExpressionError, WxbError
from wxb.formula import read

COLUMNS = ("y", "x", "z", "a", "b", "school", "firm", "year")


def refusal(text: str) -> WxbError:
    with pytest.raises(ExpressionError) as caught:
        read(text).over(COLUMNS)
    return caught.value


def test_there_are_enough_of_them():
    assert len({*TERMS, *WHOLE}) >= 250


RUN: list[str] = []  # what Python runs, compiles, imports and opens, where it is listened to
LISTENING = [False]
sys.addaudithook(lambda event, _: RUN.append(event) if LISTENING[0] else None)


@pytest.mark.parametrize("term", TERMS)
def test_a_hostile_term_is_refused_unevaluated(term):
    texts = f"y ~ {term}", f"y ~ x + ({term})"
    for text in texts:
        assert refusal(text).what  # whatever is loaded late is there now
    RUN.clear()
    LISTENING[0] = True
    try:
        for text in texts:
            refusal(text)
    finally:
        LISTENING[0] = False
    assert not {"exec", "compile", "import", "open", "os.system", "subprocess.Popen"}.intersection(RUN)


def test_running_would_be_heard():
    RUN.clear()
    LISTENING[0] = True
    eval(compile("1 + 1", "", "eval"))  # noqa: S307
    LISTENING[0] = False
    assert {"exec", "compile"} <= {*RUN}


@pytest.mark.parametrize("text", WHOLE, ids=lambda text: text[:20])
def test_what_is_no_formula_is_refused(text):
    assert refusal(text).what


def test_crossings_are_refused_before_they_are_made():
    many = "+".join(f"x{i}" for i in range(1000))
    for text in (f"y ~ ({many})^9", f"y ~ ({many}):({many})", "y ~ " + "*".join(f"x{i}" for i in range(60))):
        with pytest.raises(ExpressionError, match="10 000 terms"):
            read(text)


def test_nothing_is_imported_for_a_text():
    for term in ("import antigravity", "__import__('antigravity')", "antigravity.x"):
        refusal(f"y ~ {term}")
    assert "antigravity" not in sys.modules
