"""Scenes of any rows: what they show can be drawn, what they say is said in full, what hands do is a state that may be."""

from __future__ import annotations

import math
from typing import Any

import pytest

from wxb.laboratory.page import looks
from wxb.laboratory.texts import both

pytestmark = pytest.mark.browser

STUDENTS = [[1, 2], [2, 4], [3, 6]]
SHEET = [[2, 25], [3, 50], [4, 42], [5, 61]]
ROWS: dict[str, list[list[float]]] = {
    "students": STUDENTS,
    "sheet": SHEET,
    "many": [[k / 7, math.sin(k) + k / 9] for k in range(100)],
    "one": [[4, 5]],
    "equal x": [[4, 1], [4, 5]],
    "level": [[1, 5], [2, 5]],
    "far": [[1e9, 1], [1e9 + 1, 3], [1e9 + 2, 2]],
    "tiny": [[1e-9, 5e12], [2e-9, 7e12], [3e-9, 6e12]],
    "large": [[-1e150, 1e150], [1e150, -1e150], [0, 1e120]],
    "noughts": [[0, 0], [0, 0]],
}
PATCHES: list[dict[str, Any]] = [
    {},
    {
        "start": {"W": -3.5, "b": 2},
        "view": "contours",
        "shape": "(3,)",
        "guess": 8.5,
        "absolute": True,
        "trace": [[1, 2], [2, 3]],
    },
    {"epoch": "min", "selected": 0, "beat": 2},
    {"epoch": 300, "lr": 0.4, "momentum": 0.5, "only": "W"},
    {"epoch": 2000, "lr": 0.02, "zero": False, "view": "contours", "answers": {"5": 1.5}},
    {"start": {"W": 1e200, "b": -1e200}},
]
# of every scene, payload and patch: what is wrong with what it shows and does
FAULTS = """(lab, texts, looks, payloads, patches, language) => {
  lab.teach(texts);
  lab.speak(language);
  const faults = [], svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  document.body.append(svg);
  const painter = lab.paintInto(svg, looks), unsaid = /^[a-z]+\\.[a-z_]+$|undefined|\\[object|\\{\\w+\\}|NaN/;
  const said = (where, text) => { if (typeof text !== "string" || unsaid.test(text)) faults.push(`${where}: says ${text}`); };
  const shown = (where, scene, known) => {
    const description = scene.description(known);
    for (const panel of ["wide", "narrow"].flatMap((size) => Object.values(scene.panels(known, size)))) {
      painter.paint(panel, { width: 480, height: 420, description });
      if (/NaN|Infinity|undefined|null/.test(svg.outerHTML)) faults.push(`${where}: no number in ${panel.heading}`);
      for (const { textContent } of svg.querySelectorAll("text")) said(where, textContent);
    }
    [scene.say(known), description, ...Object.values(scene.values(known)).map(String)].forEach((text) => said(where, text));
    const parts = ["title", "sentence", "task", "hint", "answer"];
    for (const part of parts) said(where, lab.t(`${scene.key}.${part}`, scene.values(known)));
    const table = scene.table(known) ?? { columns: [], rows: [] }, lines = scene.lines?.(known) ?? [];
    for (const text of [...table.columns, ...table.rows.flat()]) said(where, text);
    for (const [text] of [...scene.formula(known), ...lines]) said(where, text);
  };
  const done = (where, scene, known) => {
    const controls = scene.controls(known), handles = scene.handles(known);
    const given = { number: 1.5, toggle: true, text: "u = 3*w; u**2 + v" };
    for (const { label } of controls) said(where, label);
    for (const { name, text } of handles) [name, text].forEach((each) => said(where, each));
    const made = controls.map(({ set, kind, options }) => set(options ? options[1][0] : given[kind]));
    const seen = handles.filter(({ at }) => at.every(Number.isFinite));
    for (const { move, nudge, at } of seen) made.push(move(...at), nudge("y", "plain", 1), nudge("x", "large", -1));
    for (const slot of ["A", "B", "C", "D"]) made.push(scene.press?.(known, slot, [1.5, 2.5]), scene.hover?.(known, slot, null));
    for (const patch of made.filter(Boolean)) {
      const kept = lab.accepted(patch), lost = Object.keys(patch).filter((name) => !(name in kept));
      if (lost.length) faults.push(`${where}: sets ${lost} to ${JSON.stringify(patch)}`);
    }
    for (const task of lab.tasksOf(scene)) task.done(known, {});
    for (const [language, code] of Object.entries(scene.code(known))) if (!code) faults.push(`${where}: no ${language}`);
  };
  for (const payload of payloads) for (const patch of patches) for (const scene of lab.SCENES) {
    const where = `${payload.name} ${JSON.stringify(patch)} ${scene.id}`, opening = lab.accepted(scene.opening(payload));
    try {
      const state = { ...lab.firstState(payload), lang: language, scene: scene.id, ...opening, ...lab.accepted(patch) };
      shown(where, scene, lab.derive(payload, state));
      done(where, scene, lab.derive(payload, state));
    } catch (error) {
      faults.push(`${where}: ${error.stack.slice(0, 300)}`);
    }
  }
  svg.remove();
  return [...new Set(faults)];
}"""


def payload(name: str, rows: list[list[float]]) -> dict[str, Any]:
    span = {axis: [min(row[k] for row in rows), max(row[k] for row in rows)] for k, axis in enumerate("xy")}
    presets = [{"key": "students", "rows": STUDENTS}, {"key": "sheet", "rows": SHEET}]
    names = {"x": "<b>시간</b>", "y": "score"}
    return {"name": name, "names": names, "rows": rows, "cells": None, "span": span, "path": {}, "presets": presets}


def without_rows(cells: bool) -> dict[str, Any]:
    """A page of moments, with cells or without."""
    sums = {"n": 3, "origin": [0, 0], "x": [6, 0], "y": [12, 0], "xx": [14, 0], "xy": [28, 0], "yy": [57, 0]}
    places = {"x": [1, 2], "y": [2, 4], "weight": [0.5, 1]} if cells else {"x": [], "y": [], "weight": []}
    drawn = places | {"size": [0.5, 0.5], "n": 3}
    return payload("cells" if cells else "moments", STUDENTS) | {"rows": None, "moments": sums, "cells": drawn}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_scene_can_be_shown_of_any_rows(lab_js, language):
    payloads = [payload(name, rows) for name, rows in ROWS.items()] + [without_rows(True), without_rows(False)]
    found = lab_js(FAULTS, both(), looks(), payloads, PATCHES, language)
    assert found == [], "\n".join(found)


def test_tasks_are_done_when_they_are(lab_js):
    js = """(lab, payloads, cases) => cases.map(([scene, name, patch]) => {
      const given = payloads[name], known = lab.derive(given, { ...lab.firstState(given), scene, ...patch });
      return lab.SCENES[scene - 1].task.done(known, {});
    })"""
    payloads = {name: payload(name, rows) for name, rows in ROWS.items()}
    lines = {
        "far off": {"W": 0, "b": 0},
        "exact": {"W": 2, "b": 0},
        "sheet": {"W": 13, "b": 1},
        "best": {"W": 10, "b": 9.5},
    }
    cases = [
        (1, "students", {}, False),
        (1, "students", {"guess": 7}, True),
        (2, "students", {"start": lines["far off"]}, False),
        (2, "students", {"start": lines["exact"]}, True),
        (3, "sheet", {"start": lines["sheet"]}, False),  # 62.5 is not cheaper than 62.5
        (3, "sheet", {"start": lines["best"]}, True),
        (4, "students", {"start": lines["far off"]}, False),
        (4, "students", {"start": lines["exact"]}, True),
        (5, "students", {"answers": {"5": 0.2}}, False),
        (5, "students", {"answers": {"5": 0.74}}, True),
    ]
    found = lab_js(js, payloads, [case[:3] for case in cases])
    assert found == [wanted for *__, wanted in cases]


def test_a_trace_draws_the_parabola_of_the_learners_own_drags(lab_js):
    """Each W that a hand tries leaves a dot at its cost: with b = 0 all lie on 14/3 (W − 2)²."""
    js = """(lab, payload) => {
      let state = { ...lab.firstState(payload), scene: 4, trace: [], start: { W: 0, b: 0 } };
      for (const W of [0.5, 1, 3, 4]) {
        const handle = lab.SCENES[3].handles(lab.derive(payload, state)).find(({ key }) => key === "curve");
        state = { ...state, ...handle.move(W, 0) };
      }
      return [state.trace, lab.SCENES[3].panels(lab.derive(payload, state), "wide").B.marks.map(({ role }) => role)];
    }"""
    trace, roles = lab_js(js, payload("students", STUDENTS))
    assert [place for place, __ in trace] == [0.5, 1, 3, 4]
    assert [cost for __, cost in trace] == pytest.approx([14 / 3 * (place - 2) ** 2 for place, __ in trace])
    assert roles == ["path", "fit"]


def test_five_steps_are_those_of_pytorch(lab_js):
    """W after five steps of rate 0.01 from nothing, on the three students."""
    W, b = 0.0, 0.0
    for __ in range(5):
        errors = [(W * x + b - y, x) for x, y in STUDENTS]
        W, b = W - 0.02 / 3 * sum(e * x for e, x in errors), b - 0.02 / 3 * sum(e for e, __ in errors)
    js = "(lab, payload) => lab.SCENES[4].values(lab.derive(payload, { ...lab.firstState(payload), scene: 5 })).W"
    assert float(lab_js(js, payload("students", STUDENTS))) == pytest.approx(W, rel=1e-3)
