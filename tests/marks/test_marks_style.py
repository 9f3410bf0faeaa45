"""Colours: contrast on both grounds, and roles seen together told apart by those who see colours otherwise."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest

from support.eyes import SEEN, told_apart
from wxb.marks.mark import Role
from wxb.marks.style import DEEPEST, FRAME, GROUND, INK, LOOKS, SOFT, Theme, contrast, legible, mix

THEMES = get_args(Theme)

DOTS = ("data", "test", "minimum", "above", "below", "own", "other")
STEPS = ("path", "start", "end", "minimum", "gradient", "faded")
LINES = ("fit", "other", "mean", "limit", "minimum", "tangent", "band", "row-band", "faded", "quiet")
SERIES = ("path", "first", "second", "third", "fourth", "fifth", "minimum")
AREAS = ("crawl", "slow", "good", "zigzag", "diverge")
ERRORS = ("above", "below", "outside", "band")
DESCENT = ("path", "contour", "tangent", "triangle", "limit")


def test_every_role_has_a_look() -> None:
    assert set(LOOKS) == set(get_args(Role))


@pytest.mark.parametrize("theme", THEMES)
def test_contrast_of_every_role_and_text(theme: Theme) -> None:
    ground = GROUND[theme]
    assert min(contrast(INK[theme], ground), contrast(SOFT[theme], ground)) >= 4.5
    for role, look in LOOKS.items():
        assert contrast(look.colour(theme), ground) >= 3, role
        assert contrast(legible(look.colour(theme), theme), ground) >= 4.5, role
    assert contrast(FRAME[theme], ground) > 1.3


@pytest.mark.parametrize("theme", THEMES)
def test_marks_stand_out_of_the_bowl(theme: Theme) -> None:
    deepest = mix(LOOKS["contour"].colour(theme), GROUND[theme], DEEPEST)
    for role in ("path", "gradient", "minimum", "start", "end", "contour"):
        assert contrast(LOOKS[role].colour(theme), deepest) >= 2.8, role


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize(
    ("together", "otherwise"),
    [
        (DOTS, ("dot",)),
        (STEPS, ("dot",)),
        (LINES, ("dash",)),
        (SERIES, ("dash",)),
        (AREAS, ("hatch",)),
        (ERRORS, ("hatch", "dash")),
        (DESCENT, ("dash",)),
    ],
)
def test_roles_seen_together_are_told_apart(
    theme: Theme, seen: str, together: tuple[Role, ...], otherwise: tuple[str, ...]
) -> None:
    for one, other in combinations(together, 2):
        assert told_apart(one, other, otherwise, theme, seen), (one, other)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
