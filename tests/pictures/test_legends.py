"""What the legend of a picture names on a terminal is told apart without colours, in every alphabet."""

from __future__ import annotations

import pytest

import wxb
from wxb.marks.drawn import sample
from wxb.marks.terminal import _signed, _upright
from wxb.pictures.kinds import KINDS

HOURS = {"hours": [1.0, 2.0, 3.0], "score": [2.0, 4.0, 6.0]}
CARS = {"speed": [4, 4, 7, 7, 8, 9, 10, 10, 10, 11], "dist": [2, 10, 4, 22, 16, 10, 18, 26, 34, 17]}
TAKES_ROWS = [name for name, kind in KINDS.items() if kind.needs == "rows"] + ["cost", "film"]


@pytest.mark.parametrize("alphabet", ["braille", "blocks", "ascii"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_legend_names_is_told_apart_without_colours(kind: str, alphabet) -> None:
    data, options = (CARS, {}) if KINDS[kind].needs == "rows" else (HOURS, {"lr": 0.05, "epochs": 20})
    if kind == "folds":
        data, options = CARS, {"l2": "auto", "folds": 5}
    scene = wxb.fit(data, list(data)[-1], **options).plot(kind, data if kind in TAKES_ROWS else None).scene
    shown = [
        "".join(sign for sign, __ in sample(entry, alphabet, *kept))
        for entry in scene.legend
        for kept in [[(entry.role, entry.name) in them for them in (_signed(scene.legend), _upright(scene))]]
    ]
    assert len({*shown}) == len(shown), shown
