"""The page's pictures of a state against Python's of the same model: the same marks, places to 1e-9, the same words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import wxb
from laboratory.test_painter import in_numbers, panel_json
from wxb.laboratory.texts import both

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::wxb.WxbWarning")]

DRAW = np.random.default_rng(13)
MANY = np.round(DRAW.normal(5, 2, 30), 3)
DATA = {
    "students": ([1.0, 2, 3], [2.0, 4, 6]),
    "nine": ([1.0, 2, 3, 4, 5, 6, 7, 8, 9], [2.0, 3, 7, 7, 11, 10, 14, 19, 16]),
    "thirty": (MANY.tolist(), np.round(1.5 * MANY - 2 + DRAW.normal(size=30), 3).tolist()),
    "sheet": ([2.0, 3, 4, 5], [25.0, 50, 42, 61]),
    "sixty": (np.linspace(-1, 1, 60).tolist(), np.round((np.linspace(-1, 1, 60) + 0.2) ** 2, 4).tolist()),
}
RUNS = [
    ("students", {"lr": 0.01, "epochs": 100}),
    ("students", {"lr": 0.1, "epochs": 40}),
    ("students", {"lr": 0.176, "epochs": 12}),
    ("students", {"lr": 0.3, "epochs": 30}),
    ("nine", {"lr": 0.01, "epochs": 300, "momentum": 0.5}),
    ("thirty", {"lr": 0.02, "epochs": 1000}),
    ("sheet", {"lr": 0.01, "epochs": 5}),
    ("sixty", {"lr": 0.05, "epochs": 2}),
]
PANELS = """(lab, texts, cases) => {
  lab.teach(texts);
  lab.speak("en");
  return cases.map(({ rows, lr, epochs, momentum, axes }) => {
    const payload = { names: { x: "x", y: "y" }, rows };
    const state = { ...lab.firstState(payload), lr, epochs, momentum, epoch: epochs };
    const known = lab.derive(payload, state), { x, y } = axes.path;
    const steps = lab.pathMarks(lab.trackOf(known), x, y, { ends: !known.run.diverges });
    return {
      line: lab.linePanel(known, { axes: axes.line }).marks,
      residuals: lab.errorMarks(known),
      squares: lab.errorMarks(known, { squares: true }),
      cost: lab.costMarks(known, axes.cost.x),
      meter: lab.meterPanel(known),
      path: [...lab.ringMarks(known, x, y), ...steps, lab.minimumMark(known)],
      epochs: lab.epochMarks(known),
    };
  });
}"""


def told_apart(wanted: Any, found: Any, place: str, scale: float) -> list[str]:
    """Where two lists of marks differ, in words."""
    if isinstance(wanted, dict):
        names = [name for name in {**wanted, **found} if wanted.get(name) != found.get(name)]
        return [told for n in names for told in told_apart(wanted.get(n), found.get(n), f"{place}.{n}", scale)]
    if isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            return [f"{place}: {len(wanted)} in Python, {len(found)} on the page"]
        return [told for k, pair in enumerate(zip(wanted, found)) for told in told_apart(*pair, f"{place}[{k}]", scale)]
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        same = (
            (math.isnan(wanted) and math.isnan(found))
            or wanted == found
            or abs(wanted - found) <= 1e-9 * max(scale, abs(wanted))
        )
        return [] if same else [f"{place}: {wanted} / {found}"]
    return [] if wanted == found else [f"{place}: {wanted!r} / {found!r}"]


def rings_upright(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Conjugate radii may point either way."""
    found = []
    for mark in marks:
        if mark["kind"] == "ellipse":
            center, *ends = np.array(mark["points"])
            away = [end - center if tuple(end - center) > (0, 0) else center - end for end in ends]
            mark = mark | {"points": [center.tolist(), *(one.tolist() for one in away)]}
        found.append(mark)
    return found


def of_python(name: str, options: dict[str, Any]) -> dict[str, Any]:
    x, y = DATA[name]
    rows = {"x": x, "y": y}
    model = wxb.fit(rows, "y", **options)
    drawn = {kind: model.plot(kind, rows).scene for kind in ("line", "residuals", "squares")}
    drawn |= {kind: model.plot(kind).scene for kind in ("path", "epochs")} | {"cost": model.plot("cost", rows).scene}
    return {kind: [panel_json(panel) for panel in scene.to_json()["panels"]] for kind, scene in drawn.items()}


def test_the_marks_of_a_state_are_those_of_the_model(lab_js):
    """Python also draws the exact minimum beside a line that a descent reached, which the page's scenes keep for later."""
    before = wxb.language()
    wxb.language("en")
    try:
        wanted = [of_python(name, options) for name, options in RUNS]
    finally:
        wxb.language(before)
    cases = [
        {
            "rows": list(zip(*DATA[name])),
            "momentum": 0,
            **options,
            "axes": {kind: panels[0] for kind, panels in drawn.items()},
        }
        for (name, options), drawn in zip(RUNS, wanted)
    ]
    told = []
    for (name, options), drawn, found in zip(RUNS, wanted, lab_js(PANELS, both(), cases)):
        marks = {kind: panels[0]["marks"] for kind, panels in drawn.items()}
        errors = ("above", "below")
        pairs = {
            "line": ([one for one in marks["line"] if one["role"] != "minimum"], found["line"]),
            **{k: ([one for one in marks[k] if one["role"] in errors], found[k]) for k in ("residuals", "squares")},
            **{kind: (marks[kind], found[kind]) for kind in ("cost", "epochs")},
            "meter": (drawn["cost"][1]["marks"], found["meter"]["marks"]),
            "path": (rings_upright(marks["path"]), rings_upright(found["path"])),
        }
        if options["lr"] > 0.2:  # a run that climbs ends earlier in Python
            pairs = {"path": pairs["path"]}
        for kind, (one, other) in pairs.items():
            seen = np.array([p for mark in one for p in in_numbers(mark["points"])])
            scale = float(np.abs(seen[np.isfinite(seen)]).max(initial=1.0))
            told += told_apart(one, other, f"{name} {options} {kind}", scale)
    assert told[:20] == []
