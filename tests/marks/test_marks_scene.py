"""A scene as JSON, mark by mark."""

from __future__ import annotations

import json

import numpy as np

from support.scenes import SCENES, line_scene, scene_of
from wxb.marks.mark import bars, between, dots, ellipse, line, rule, segments
from wxb.marks.scene import Entry


def test_a_scene_in_full() -> None:
    scene = scene_of(
        bars(3, np.inf, -np.inf, np.inf, "outside"),
        line([0, 1, np.nan], [0.1 + 0.2, 1, 2], "fit", text="H(x)", name="the line"),
        rule(y=2, role="mean"),
        ellipse([1, 2], [[3, 0], [0, 4]], 0.25),
    )
    content = scene.to_json(digits=6)
    assert json.loads(json.dumps(content, allow_nan=False)) == content
    assert content["panels"][0]["marks"] == [
        {"kind": "bars", "role": "outside", "points": [[3.0, "-inf"], ["inf", "inf"]]},
        {
            "kind": "line",
            "role": "fit",
            "points": [[0.0, 0.3], [1.0, 1.0], [None, 2.0]],
            "text": "H(x)",
            "name": "the line",
        },
        {"kind": "rule", "role": "mean", "points": [[None, 2.0]]},
        {"kind": "ellipse", "role": "contour", "points": [[1.0, 2.0], [4.0, 2.0], [1.0, 6.0]], "weight": [0.25]},
    ]
    assert content["panels"][0]["x"] == {
        "label": "x", "low": 0.0, "high": 10.0, "log": False, "ticks": None, "unit": "", "hidden": False,
    }  # fmt: skip
    assert scene.to_json()["panels"][0]["marks"][1]["points"][0][1] == 0.1 + 0.2


def test_every_scene_is_json() -> None:
    for make in SCENES.values():
        json.dumps(make().to_json(), allow_nan=False)


def test_the_legend_has_each_name_once() -> None:
    scene = scene_of(
        line([0, 1], [0, 1], "data", name="rows"),
        dots([1], [1], "data", name="rows"),
        dots([1], [1], "test", name="rows"),
        dots([1], [1], "fit"),
    )
    assert scene.legend == (
        Entry(role="data", name="rows", kinds=("line", "dots")),
        Entry(role="test", name="rows", kinds=("dots",)),
    )
    assert [entry.name for entry in line_scene().legend][:2] == ["outside the data", "95 % of new rows"]


def test_shapes_of_points() -> None:
    assert between([0, 1], 2, [3, 4]).points.tolist() == [[0, 2], [1, 2], [1, 4], [0, 3]]
    assert segments([0, 1], 2, [3, 4], "above").points.tolist() == [[0, 2], [0, 3], [1, 2], [1, 4]]
    assert dots(1, [1, 2]).points.tolist() == [[1, 1], [1, 2]]
    assert not dots(1, 2).points.flags.writeable
