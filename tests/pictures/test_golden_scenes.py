"""Scenes compared mark by mark with those that were looked at: what changes in one has to be looked at again.

`WXB_GOLDEN=write pytest tests/pictures/test_golden_scenes.py` writes them anew.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import wxb
from wxb.pictures.kinds import KINDS

HERE = Path(__file__).parent / "golden"
ROWS = {"hours": [1.0, 2, 3, 4, 5, 6, 7, 8, 9], "score": [2.0, 3, 7, 7, 11, 10, 14, 19, 16]}
TWO = {**ROWS, "sleep": [7.0, 8, 6, 7, 5, 8, 7, 6, 7]}
CASES = {
    **{kind: (ROWS, {}, kind) for kind in ("line", "residuals", "squares", "fitted", "qq", "scale", "leverage")},
    "coefficients": (TWO, {}, "coefficients"),
    "exact": ({"hours": [1.0, 2, 3], "score": [2.0, 4, 6]}, {}, "line"),
    "partial": (TWO, {"term": "sleep"}, "line"),
}


def near(found, wanted, place="$"):
    """Each mark by itself, to five digits."""
    assert type(found) is type(wanted) or {type(found), type(wanted)} <= {int, float}, place
    if isinstance(wanted, dict):
        assert list(found) == list(wanted), place
        for name in wanted:
            near(found[name], wanted[name], f"{place}.{name}")
    elif isinstance(wanted, list):
        assert len(found) == len(wanted), place
        for i, (one, other) in enumerate(zip(found, wanted)):
            near(one, other, f"{place}[{i}]")
    elif isinstance(wanted, float):
        assert found == pytest.approx(wanted, rel=1e-5, abs=1e-9), place
    else:
        assert found == wanted, place


@pytest.mark.parametrize("name", CASES)
def test_a_scene_is_the_one_that_was_looked_at(name: str) -> None:
    data, options, kind = CASES[name]
    model = wxb.fit(data, target="score")
    if name == "exact":
        options = {"at": {"hours": 4}}
    scene = model.plot(kind, data if KINDS[kind].needs == "rows" else None, **options).scene
    found, file = scene.to_json(6), HERE / f"{name}.json"
    if os.environ.get("WXB_GOLDEN") == "write":
        HERE.mkdir(exist_ok=True)
        file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    near(found, json.loads(file.read_text("utf-8")))
