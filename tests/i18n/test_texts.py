"""Texts in the reader's language: looked up, filled in, with the particle that fits."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import wxb
from support import sources
from wxb import i18n
from wxb.i18n import _, _n, with_particles


@pytest.fixture
def korean():
    before = i18n.language()
    wxb.language("ko")
    yield
    wxb.language(before)


def test_english_texts_are_those_of_the_code():
    assert _("{name} has {share:.1%}", name="{x!r}", share=0.5) == "{x!r} has 50.0%"
    assert _("braces {} stand as they are") == "braces {} stand as they are"
    assert [_n("{n} row", "{n} rows", n) for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]


def test_korean_is_spoken_once_asked_for(korean):
    assert wxb.language() == "ko"
    with pytest.raises(wxb.UsageError, match="wxb가 하는 말이 아닙니다"):
        wxb.language("xx")
    assert wxb.language() == "ko", "a language that is refused changes nothing"


@pytest.mark.parametrize("code", ["ko", "KO", "ko_KR.UTF-8", "ko-KR"])
def test_a_language_is_named_as_locales_name_it(korean, code):
    wxb.language("en")
    assert wxb.language(code) == "ko"


@pytest.mark.parametrize("code", ["xx", "", "한국어", "korean", "../ko"])
def test_other_languages_are_refused(code):
    with pytest.raises(wxb.UsageError, match=r'no language that wxb speaks\n  choose one of "en" \(English\)'):
        wxb.language(code)


@pytest.mark.parametrize(
    ("surroundings", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8", "WXB_LANG": "ko"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "WXB_LANG": "en"}, "en"),
    ],
)
def test_else_it_is_that_of_the_surroundings(surroundings, spoken):
    names = ("WXB_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    rest = {name: value for name, value in os.environ.items() if name not in names}
    program = [sys.executable, "-c", "import wxb; print(wxb.language())"]
    done = subprocess.run(program, env=rest | surroundings, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == spoken


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("W은(는)", "W는"),
        ("b은(는)", "b는"),
        ("n은(는)", "n은"),
        ("값은(는)", "값은"),
        ("기울기이(가)", "기울기가"),
        ("`hours`을(를)", "`hours`를"),
        ("3을(를) 10으로(로)", "3을 10으로"),
        ("2와 8으로(로)", "2와 8로"),
        ("서울으로(로) 부산으로(로)", "서울로 부산으로"),
        ("(x, 1)과(와)", "(x, 1)과"),
        ("α과(와) λ은(는)", "α와 λ는"),
        ("12.5%이(가)", "12.5%가"),
        ("`skip`은(는) `lr`은(는) `json`은(는) `csv`은(는)", "`skip`은 `lr`은 `json`은 `csv`는"),
        ("m은(는) l은(는) x은(는) y은(는) 1은(는) 2은(는) 10은(는)", "m은 l은 x는 y는 1은 2는 10은"),
        ("`line`이(가) `time`이(가) `score`이(가) `date`이(가)", "`line`이 `time`이 `score`가 `date`가"),
        ("file으로(로) scale으로(로) step으로(로) HTML으로(로)", "file로 scale로 step으로 HTML로"),
        ("target을(를) weight을(를) speed을(를) dist을(를)", "target을 weight를 speed를 dist를"),
        ("block과(와) week과(와) year과(와) hours_per_week과(와)", "block과 week와 year와 hours_per_week와"),
        ("RMSE은(는) BMI은(는) HC3은(는) wxb은(는)", "RMSE는 BMI는 HC3은 wxb는"),
        ("은(는)", "는"),
    ],
)
def test_particles_go_by_the_sound_before_them(text, right):
    assert with_particles(text) == right


def test_a_damaged_catalogue_leaves_english(monkeypatch):
    import gettext

    def damaged(*_args, **_options):
        raise OSError(0, "Bad magic number", "wxb.mo")

    monkeypatch.setattr(gettext, "translation", damaged)
    assert i18n._found("ko") is None


def test_what_python_shows_of_a_result_is_english_in_every_language() -> None:
    """A `repr` is one language, all of it: nothing in it is translated."""
    import ast

    said = {"_", "_n", "counted", "in_words", "listed", "both", "either"}
    for path, tree in sources.trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
                called = {
                    one.func.id
                    for one in ast.walk(node)
                    if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)
                }
                assert not called & said, path
