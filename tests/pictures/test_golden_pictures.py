"""Golden pictures: the scenes of three students, compared mark by mark and number by number, and not pixel by pixel.

After a change that is meant: WXB_GOLDEN=write python -m pytest tests/pictures/test_golden_pictures.py, and look at the difference.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

import wxb

HERE = Path(__file__).parent / "golden"
HOURS = {"hours": [1.0, 2.0, 3.0], "score": [2.0, 4.0, 6.0]}
RUN = {"lr": 0.1, "epochs": 40}
PICTURES = {
    "path": (RUN, {}),
    "rates": ({}, {"within": 12}),
    "alpha": ({}, {"rates": [0.01]}),
    "epochs": (RUN, {"rates": [0.001, 0.2]}),
    "cost": ({"lr": 0.05, "epochs": 1}, {}),
    "bowl": ({}, {}),
    "film": (RUN, {}),
    "gradients": ({}, {"rates": [0.01], "within": 20}),
    "graph": ({}, {}),
}
WITH_ROWS = ("cost", "film")


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_has_the_marks_that_it_had(kind: str) -> None:
    fitting, options = PICTURES[kind]
    picture = wxb.fit(HOURS, "score", **fitting).plot(kind, HOURS if kind in WITH_ROWS else None, **options)
    found, path = picture.scene.to_json(6), HERE / f"{kind}.json"
    if os.environ.get("WXB_GOLDEN") == "write":
        path.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    assert differences(json.loads(path.read_text("utf-8")), json.loads(json.dumps(found)), kind) == []


def differences(old: Any, new: Any, place: str) -> list[str]:
    """Where two scenes are not the same, in words; numbers may differ in their last digit."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [told for name in old for told in differences(old[name], new[name], f"{place}.{name}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [told for k, pair in enumerate(zip(old, new)) for told in differences(*pair, f"{place}[{k}]")]
    if (
        isinstance(old, int | float)
        and isinstance(new, int | float)
        and math.isclose(old, new, rel_tol=2e-5, abs_tol=1e-9)
    ):
        return []
    return [] if old == new else [f"{place}: {old!r} → {new!r}"]


def test_a_mark_that_moved_is_named() -> None:
    old = {"panels": [{"marks": [{"points": [[1.0, 2.0]]}]}]}
    new = {"panels": [{"marks": [{"points": [[1.0, 2.1]]}]}]}
    assert differences(old, old, "line") == []
    assert differences(old, new, "line") == ["line.panels[0].marks[0].points[0][1]: 2.0 → 2.1"]
