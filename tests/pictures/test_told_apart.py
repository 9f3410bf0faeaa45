"""In every picture what differs in meaning is told apart by everyone: in light and dark, by the colour-blind, and in print."""

from __future__ import annotations

import json
from itertools import combinations, product
from pathlib import Path
from typing import get_args

import pytest

from support.eyes import SEEN, told_apart
from wxb.marks.style import LOOKS, Theme

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
FORMS = {
    **dict.fromkeys(("line", "rule", "segments", "arrow"), ("strokes", ("dash",))),
    **dict.fromkeys(("area", "bars", "squares"), ("areas", ("hatch", "dash"))),
    "dots": ("dots", ("dot",)),
}
NAMED = {("leaf", "result")}  # boxes, each of which says what it is


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_roles_of_a_picture_are_told_apart(path: Path) -> None:
    for panel in json.loads(path.read_text("utf-8"))["panels"]:
        for sort, forms in set(FORMS.values()):
            roles = sorted({mark["role"] for mark in panel["marks"] if FORMS.get(mark["kind"], ("",))[0] == sort})
            for (one, other), theme, seen in product(combinations(roles, 2), get_args(Theme), SEEN):
                assert (one, other) in NAMED or told_apart(one, other, forms, theme, seen), (
                    sort,
                    one,
                    other,
                    theme,
                    seen,
                )


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_names_of_a_legend_have_samples_that_differ(path: Path) -> None:
    marks = [
        mark for panel in json.loads(path.read_text("utf-8"))["panels"] for mark in panel["marks"] if mark.get("name")
    ]
    samples = {(mark["role"], mark["name"]): FORMS.get(mark["kind"], mark["kind"])[0] for mark in marks}
    assert len({(role, sort) for (role, __), sort in samples.items()}) == len(samples)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_lines_of_a_legend_have_signs_that_differ(path: Path) -> None:
    """On a terminal without colours."""
    marks = [
        mark for panel in json.loads(path.read_text("utf-8"))["panels"] for mark in panel["marks"] if mark.get("name")
    ]
    roles = {mark["role"] for mark in marks if mark["kind"] == "line"}
    assert len({LOOKS[role].dot for role in roles}) == len(roles)
