"""Colours: contrast on both grounds, and roles seen together told apart by those who see colours otherwise."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import numpy as np
import pytest

from wxb.marks.mark import Role
from wxb.marks.style import DEEPEST, FRAME, GROUND, INK, LOOKS, SOFT, Theme, contrast, legible, mix

THEMES = get_args(Theme)

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SEEN = {
    "all colours": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]),
    "print": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}  # fmt: skip

DOTS = ("data", "test", "minimum", "above", "below", "own", "other")
STEPS = ("path", "start", "end", "minimum", "gradient", "faded")
LINES = ("fit", "other", "mean", "limit", "minimum", "tangent", "band", "row-band", "faded", "quiet")
SERIES = ("first", "second", "third", "fourth", "fifth", "minimum")
AREAS = ("crawl", "slow", "good", "zigzag", "diverge")
ERRORS = ("above", "below", "outside", "band")
DESCENT = ("path", "contour", "tangent", "triangle", "limit")


def linear(colour: str) -> np.ndarray:
    share = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIELAB of linear RGB."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    share = to_xyz @ np.clip(rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


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
        looks = LOOKS[one], LOOKS[other]
        colours = [lab(SEEN[seen] @ linear(look.colour(theme))) for look in looks]
        far = float(np.linalg.norm(colours[0] - colours[1]))
        formed = any(getattr(looks[0], form) != getattr(looks[1], form) for form in otherwise)
        formed |= max(look.width for look in looks) >= 2 * min(look.width for look in looks)
        assert far > 11 or formed, (one, other, far)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
