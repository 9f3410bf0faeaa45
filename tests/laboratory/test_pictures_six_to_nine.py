"""The page's pictures of rates, logs and gradients against Python's of the same model: the same marks, to 1e-9."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import wxb
from laboratory.test_painter import in_numbers, panel_json
from laboratory.test_pictures_of_the_page import DATA, rings_upright, told_apart
from wxb.laboratory.texts import both

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::wxb.WxbWarning")]
RUNS = [
    ("students", {"lr": 0.01, "epochs": 100}),
    ("students", {"lr": 0.1, "epochs": 40}),
    ("nine", {"lr": 0.01, "epochs": 300, "momentum": 0.5}),
    ("thirty", {"lr": 0.02, "epochs": 1000}),
    ("sheet", {"lr": 0.01, "epochs": 50}),
]
TRIED = {
    "students": [0.001, 0.05, 0.2],
    "nine": [0.002, 0.02, 0.05],
    "thirty": [0.001, 0.03, 0.05],
    "sheet": [0.001, 0.05, 0.09],
}
PANELS = """(lab, texts, cases) => {
  lab.teach(texts);
  lab.speak("en");
  return cases.map(({ rows, lr, epochs, momentum, tried, within, only, axes, first }) => {
    const payload = { names: { x: "x", y: "y" }, rows };
    const state = { ...lab.firstState(payload), lr, epochs, momentum, epoch: epochs, only, zero: true };
    const known = lab.derive(payload, state), runs = tried.map((rate) => lab.triedRun(known, rate, within));
    const plain = { ...known, used: known.used, state: { ...state, momentum: 0 } };
    return {
      alpha: lab.alphaPanel(known.rates, epochs, [lr]),
      rates: lab.ratesPanels(known, runs, null, axes.rates),
      film: lab.filmMarks(known, epochs, axes.film.x),
      beaker: lab.beakerPanel("W (x)", first),
      steps: lab.stepsPanel(plain, lab.bothDescents(plain, 60), null, "W (x)"),
    };
  });
}"""


def of_python(name: str, options: dict[str, Any], only: str) -> dict[str, Any]:
    x, y = DATA[name]
    rows = {"x": x, "y": y}
    model = wxb.fit(rows, "y", **options, intercept=only == "both")
    drawn = {"alpha": model.plot("alpha"), "film": model.plot("film"), "gradients": model.plot("gradients")}
    drawn["rates"] = model.plot("rates", rates=TRIED[name], within=60)
    found = {
        kind: [panel_json(panel) for panel in picture.scene.to_json()["panels"]] for kind, picture in drawn.items()
    }
    found["first"] = float(model.bowl.gradient(np.zeros(len(model.layout)))[-1])
    return found


def without_words(marks: list[dict[str, Any]], roles: tuple[str, ...]) -> list[dict[str, Any]]:
    """Lines that the page names at themselves, and Python in a legend."""
    return [{**mark, "text": ""} if mark["kind"] == "line" and mark["role"] in roles else mark for mark in marks]


def below_the_limit(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without places so near the limit that a last digit of it decides how many epochs they take."""
    return [
        {**mark, "points": [place for place in mark["points"] if not place[1] > 1e6]}
        if mark["kind"] == "line"
        else mark
        for mark in marks
    ]


def plain(marks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in mark.items() if value != ""} for mark in marks]


@pytest.mark.parametrize("only", ["both", "W"])
def test_the_marks_of_a_state_are_those_of_the_model(lab_js, only):
    runs = [(name, options) for name, options in RUNS if only == "both" or name != "thirty"]
    wanted = [of_python(name, options, only) for name, options in runs]
    cases = [
        {"rows": list(zip(*DATA[name])), "momentum": 0, **options, "tried": TRIED[name], "within": 60, "only": only,
         "axes": {"rates": drawn["rates"][0], "film": drawn["film"][0]}, "first": drawn["first"]}
        for (name, options), drawn in zip(runs, wanted)
    ]  # fmt: skip
    told = []
    for (name, options), drawn, found in zip(runs, wanted, lab_js(PANELS, both(), cases)):
        pairs = {
            "alpha": tuple(below_the_limit(panel["marks"]) for panel in (drawn["alpha"][0], found["alpha"])),
            "film": (drawn["film"][0]["marks"], found["film"]),
        }
        for k, (panel, made) in enumerate(zip(drawn["rates"], found["rates"])):
            said = ("heading", "subheading", "closing") if "momentum" not in options else ("heading", "closing")
            told += [f"{name} {panel[one]} / {made[one]}" for one in said if panel[one] != made[one]]
            if "climbs" not in panel["heading"]:  # a run that climbs ends earlier in Python
                pairs[f"rates {k}"] = (rings_upright(panel["marks"]), rings_upright(made["marks"]))
        beaker, steps = drawn["gradients"]
        pairs["beaker"] = beaker["marks"], found["beaker"]["marks"]
        pairs["steps"] = steps["marks"], without_words(found["steps"]["marks"], ("gradient", "third"))
        for kind, (one, other) in pairs.items():
            seen = np.array([p for mark in one for p in in_numbers(mark["points"])])
            scale = float(np.abs(seen[np.isfinite(seen)]).max(initial=1.0))
            told += told_apart(plain(one), plain(other), f"{name} {options} {kind}", scale)
    assert told[:20] == [], "\n".join(told[:40])


def test_the_log_is_that_of_the_trajectory(lab_js):
    js = """(lab, cases) => cases.map(({ rows, lr, epochs }) => {
      const payload = { names: { x: "x", y: "y" }, rows }, known = lab.derive(payload, { ...lab.firstState(payload), lr, epochs });
      return lab.loggedEpochs(known.run).map((epoch) => [epoch, lab.logLine(known, epoch)]);
    })"""
    cases = [("students", 0.01, 2000), ("sheet", 0.02, 500), ("nine", 1e-4, 100), ("thirty", 0.02, 40)]
    asked = [{"rows": list(zip(*DATA[name])), "lr": lr, "epochs": epochs} for name, lr, epochs in cases]
    for (name, lr, epochs), found in zip(cases, lab_js(js, asked)):
        x, y = DATA[name]
        path = wxb.fit({"x": x, "y": y}, "y", lr=lr, epochs=epochs).trajectory
        assert 10 <= len(found) <= 31
        lines = [*path.log_lines(every=1)]
        assert [text for __, text in found] == [lines[epoch] for epoch, __ in found]


def test_the_band_is_that_of_python(lab_js):
    js = """(lab, cases) => cases.map((rows) => {
      const payload = { names: { x: "x", y: "y" }, rows }, known = lab.derive(payload, lab.firstState(payload));
      return lab.bandMarks(known, { low: 0, high: 10 })[0].points;
    })"""
    names = ["nine", "thirty", "sheet", "sixty"]
    for name, points in zip(names, lab_js(js, [list(zip(*DATA[name])) for name in names])):
        x, y = DATA[name]
        model = wxb.fit({"x": x, "y": y}, "y")
        there, back = np.array(points[:61]), np.array(points[61:])[::-1]
        found = model.predict({"x": there[:, 0].tolist()}, interval=0.95, of="mean")
        assert there[:, 1] == pytest.approx(found.low, rel=1e-9, abs=1e-9)
        assert back[:, 1] == pytest.approx(found.high, rel=1e-9, abs=1e-9)
