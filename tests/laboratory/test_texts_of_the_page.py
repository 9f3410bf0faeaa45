"""Texts of the page: both languages say all of them, with the same places; the page uses these and no others."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from wxb.i18n import in_language
from wxb.laboratory import texts
from wxb.laboratory.joined import WEB, modules
from wxb.laboratory.texts import ROOMS, SCENES, TEXTS, both

KEY = re.compile(r"""["'`]([a-z0-9]+(?:\.[a-z0-9_]+)+)["'`]""")
PARTS = ("title", "short", "sentence", "task", "hint", "answer")  # that every scene has


def places(text: str) -> list[str]:
    return sorted(name + form + (kind or "") for __, name, form, kind in Formatter().parse(text) if name is not None)


def used() -> set[str]:
    """Keys as the page's modules write them."""
    return {key for module in modules() for key in KEY.findall(module.body)}


def test_both_languages_say_everything_with_the_same_places():
    for key, text in TEXTS.items():
        korean = both()["ko"][key]
        assert places(korean) == places(text), key
        assert all(re.fullmatch(r"[A-Za-z]\w*", place) for place in places(text)), key
        assert korean, key


def test_a_text_has_one_home():
    assert sum(len(room.TEXTS) for room in ROOMS) == len(TEXTS)


def test_what_depends_on_a_number_has_both_forms():
    stems = {key.rpartition("_")[0] for key in TEXTS if key.endswith(("_one", "_many"))}
    assert all({f"{stem}_one", f"{stem}_many"} <= set(TEXTS) for stem in stems)


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_says_what_it_is(scene):
    assert {f"{scene}.{part}" for part in PARTS} <= set(TEXTS)


def test_the_page_says_nothing_that_is_not_there():
    known = {key.removesuffix("_one").removesuffix("_many") for key in TEXTS} | set(TEXTS)
    said = {key for key in used() if key.split(".")[0] in {*SCENES, *(one.split(".")[0] for one in TEXTS)}}
    assert said <= known


def test_nothing_is_there_that_the_page_does_not_say():
    """By its key, by a key that is put together (`count.${unit}_one`), in the template, or by Python."""
    code = "\n".join(module.body for module in modules())
    begun = tuple(re.findall(r"`([a-z0-9]+\.)\$\{", code))
    template = set(re.findall(r'data-[a-z]+="([a-z]+\.[a-z_]+)"', (WEB / "page.html").read_text("utf-8")))
    python = {
        key for path in Path(texts.__file__).parents[1].glob("*.py") for key in KEY.findall(path.read_text("utf-8"))
    }
    said = used() | template | python | {f"{scene}.{part}" for scene in SCENES for part in PARTS}
    coming = tuple(f"{scene}." for scene in SCENES if f'key: "{scene}"' not in code)
    left = {key for key in TEXTS if not {key, key.removesuffix("_one"), key.removesuffix("_many")} & said}
    assert {key for key in left if not key.startswith((*begun, *coming))} == set()


def test_a_language_is_said_whichever_is_spoken():
    assert in_language("ko", "The cost curve") == "비용 곡선"
    assert in_language("en", "The cost curve") == "The cost curve"
