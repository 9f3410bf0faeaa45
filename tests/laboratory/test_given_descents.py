"""The descent that a page was made with is the one that its scenes of a descent begin with."""

from __future__ import annotations

import pytest

import wxb

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
ENTERED = """(lab, payload, ids) => ids.map(id => {
    const first = lab.firstState(payload), scene = lab.SCENES.find(one => one.id === id);
    return { ...first, ...lab.entered(payload, first, scene) };
})"""


def test_scenes_of_a_descent_begin_with_it(lab_js):
    payload = dict(wxb.lab(lr=0.05, epochs=60, momentum=0.5, start={"hours": 1.0, "(b)": -2.0}).payload)
    for state in lab_js(ENTERED, payload, [5, 7, 8]):
        asked = {name: state[name] for name in ("lr", "epochs", "momentum", "start")}
        assert asked == {"lr": 0.05, "epochs": 60, "momentum": 0.5, "start": {"W": 1.0, "b": -2.0}}
        assert state["epoch"] <= 60


def test_the_lesson_begins_as_it_does_in_the_notebook(lab_js):
    [step, log, prediction] = lab_js(ENTERED, dict(wxb.lab().payload), [5, 7, 8])
    assert [one["epochs"] for one in (step, log, prediction)] == [2000] * 3
    assert (step["epoch"], log["epoch"], prediction["epoch"], prediction["at"]) == (0, 101, 2000, 4)
