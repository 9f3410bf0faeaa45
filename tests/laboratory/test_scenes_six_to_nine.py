"""Scenes ⑥ to ⑨: what they say of the three students, when their tasks are done, what hands and keys make of them."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest

from laboratory.test_scenes_one_to_five import ROWS, STUDENTS, payload
from wxb.laboratory.texts import both
from wxb.tails import two_sided_t

pytestmark = pytest.mark.browser
SCENE = """(lab, texts, payload, id, patch, what) => {
  lab.teach(texts);
  lab.speak("en");
  const scene = lab.SCENES[id - 1], opening = lab.accepted(scene.opening(payload));
  const state = { ...lab.firstState(payload), scene: id, ...opening, ...patch };
  const known = lab.derive(payload, state), find = (key) => scene.handles(known).find((handle) => handle.key === key);
  return (new Function("scene", "known", "find", "lab", `return ${what}`))(scene, known, find, lab);
}"""


def asked(lab_js, scene: int, what: str, patch: dict[str, Any] | None = None, rows=STUDENTS):
    return lab_js(SCENE, both(), payload("p", rows), scene, patch or {}, what)


def test_the_border_of_rates_is_that_of_the_students(lab_js):
    values = asked(lab_js, 6, "scene.values(known)")
    assert (values["limit"], values["best"]) == ("0.1803", "0.176")
    alone = asked(lab_js, 6, "scene.values(known)", {"only": "W"})
    assert alone["limit"] == "0.2143"
    assert (
        asked(lab_js, 6, "scene.say(known)", {"lr": 0.2})
        == "Learning rate 0.2 climbs: the cost grows × 1.48 each epoch."
    )
    panels = asked(lab_js, 6, "Object.values(scene.panels(known, 'wide')).map((panel) => panel.heading)")
    assert panels == ["too small: not there yet", "good: it arrives", "too large: it climbs", "Cost by epoch"]


@pytest.mark.parametrize("name", ["students", "sheet", "many"])
def test_the_goal_of_rates_is_neither_given_nor_out_of_reach(lab_js, name):
    done = "lab.tasksOf(scene).map((task) => task.done(known, {}))"
    assert asked(lab_js, 6, done, rows=ROWS[name]) == [False, False]
    shares = [0.3 + 0.05 * k for k in range(16)]
    limit = asked(lab_js, 6, "known.rates.limit", rows=ROWS[name])
    assert asked(lab_js, 6, done, {"lr": 1.2 * limit}, rows=ROWS[name])[1] is True
    assert any(asked(lab_js, 6, done, {"lr": share * limit}, rows=ROWS[name])[0] for share in shares)


def test_a_line_of_the_log_is_the_notebooks(lab_js):
    assert asked(lab_js, 7, "scene.say(known)") == "Epoch  100/1999 W: 1.746, b: 0.578 Cost: 0.048171"
    table = asked(lab_js, 7, "scene.table(known)")
    assert table["columns"] == ["Epoch", "W", "b", "Cost"]
    assert table["rows"][table["selected"]] == ["100", "1.746", "0.578", "0.048171"]
    assert len(table["rows"]) == 21
    assert asked(lab_js, 7, "scene.values(known).W", {"selected": 2}) == "1.8"  # the line under the pointer
    assert asked(lab_js, 7, "scene.press(known, 'D', [523.4, 1])") == {"epoch": 523}
    assert asked(lab_js, 7, "find('epoch').nudge('x', 'large', 1)") == {"epoch": 201}
    assert asked(lab_js, 7, "[find('epoch').home(), find('epoch').end()]") == [{"epoch": 0}, {"epoch": 2000}]


def test_the_epoch_of_a_thousandth_is_found(lab_js):
    costs = asked(lab_js, 7, "Array.from(known.run.costs)")
    epoch = next(e for e, cost in enumerate(costs) if cost <= costs[0] / 1000)
    done = "scene.task.done(known, {})"
    assert asked(lab_js, 7, done) is False
    assert asked(lab_js, 7, done, {"answers": {"7": epoch}}) is True
    assert asked(lab_js, 7, done, {"answers": {"7": epoch // 2}}) is False


def test_predictions_of_the_students(lab_js):
    assert asked(lab_js, 8, "scene.values(known).reached + ' ' + scene.values(known).exact") == "7.995 8.000"
    assert asked(lab_js, 8, "find('at').move(6.123456, 3)") == {"at": 6.12}
    marks = asked(lab_js, 8, "scene.panels(known, 'wide').A.marks.map((mark) => mark.role)", {"guess": 9})
    assert "band" not in marks  # every row lies on the line
    assert marks.count("outside") == 2
    assert {"own", "value", "minimum"} <= {*marks}
    noisy = asked(lab_js, 8, "scene.panels(known, 'wide').A.marks.map((mark) => mark.role)", rows=ROWS["many"])
    assert "band" in noisy


def test_the_beaker_holds_what_was_poured(lab_js):
    assert asked(lab_js, 9, "scene.say(known)") == "After 21 calls of backward() w.grad is 42.0: nothing emptied it."
    emptied = asked(lab_js, 9, "scene.say(known)", {"zero": True})
    assert emptied == "After 21 calls of backward() w.grad is 2.0: it was emptied before each."
    assert asked(lab_js, 9, "scene.keys.b(known).calls") == 22
    assert asked(lab_js, 9, "scene.keys.z(known)") == {"zero": True}
    assert asked(lab_js, 9, "scene.step(known, -1)") == {"calls": 20, "epoch": 20}
    assert asked(lab_js, 9, "scene.step(known, -1)", {"calls": 0}) == {"calls": 0, "epoch": 0}


def test_the_cost_begins_to_rise_where_the_loop_says(lab_js):
    W = b = total_W = total_b = 0.0
    costs = []
    for __ in range(30):
        errors = [(W * x + b - y, x) for x, y in STUDENTS]
        costs.append(sum(e * e for e, __ in errors) / 3)
        total_W += 2 / 3 * sum(e * x for e, x in errors)
        total_b += 2 / 3 * sum(e for e, __ in errors)
        W, b = W - 0.01 * total_W, b - 0.01 * total_b
    rise = next(k for k in range(1, 30) if costs[k] > costs[k - 1])
    assert asked(lab_js, 9, "scene.values(known).step") == rise
    assert asked(lab_js, 9, "scene.task.done(known, {})", {"answers": {"9": rise}}) is True
    assert asked(lab_js, 9, "scene.task.done(known, {})", {"answers": {"9": rise + 1}}) is False


@pytest.mark.torch
@pytest.mark.parametrize("zero", [True, False])
def test_the_code_of_the_beaker_runs(lab_js, zero):
    pytest.importorskip("torch")
    codes = asked(lab_js, 9, "scene.code(known)", {"zero": zero, "calls": 21})
    printed = []
    for code in (codes["torch"], codes["python"]):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(code, "code", "exec"), {})  # noqa: S102
        printed.append(out.getvalue())
    value = "2" if zero else "42"
    assert f"tensor({value}.)" in printed[0]
    assert value in printed[1]
    assert ("--zero-grad" in codes["command"]) == zero


def test_students_quantiles_are_those_of_python(lab_js):
    cases = [(p, freedom) for p in (0.75, 0.975, 0.995) for freedom in (1, 2, 3, 5, 28, 1000, 1_000_000)]
    found = lab_js("(lab, cases) => cases.map(([p, freedom]) => lab.studentQuantile(p, freedom))", cases)
    assert found == pytest.approx([two_sided_t(2 * p - 1, freedom) for p, freedom in cases], rel=1e-9)
