"""Scenes ⑨ and ⑩ by hand: zero_grad switched; a computation typed, pushed, chosen, copied, faulty; the cost as a graph."""

from __future__ import annotations

import contextlib
import io
import json
import math
import re

import numpy as np
import pytest

import wxb
from laboratory.test_code_of_pictures import read_by_shell
from laboratory.test_page_in_a_browser import opened, press, settled, students  # noqa: F401
from laboratory.test_painter import panel_json
from laboratory.test_pictures_of_the_page import told_apart
from laboratory.test_typed_expressions import FAULTY, TYPED, drawn
from wxb.cli import main
from wxb.explaining.expression import explain_expression
from wxb.laboratory.page import looks
from wxb.laboratory.texts import both

pytest.importorskip("torch")
pytestmark = [pytest.mark.browser, pytest.mark.torch, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
AT = {"w": 2.0, "x": 1.25}
STUDENTS = {"x": [1.0, 2, 3], "y": [2.0, 4, 6]}
PAYLOAD = {"names": {"x": "x", "y": "y"}, "rows": [[1, 2], [2, 4], [3, 6]], "cells": None, "presets": [], "path": {}}
SHOWN = """(lab, texts, looks, payload, typed, language) => {
  lab.teach(texts);
  lab.speak(language);
  const faults = [], svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  document.body.append(svg);
  const painter = lab.paintInto(svg, looks), unsaid = /^[a-z]+\\.[a-z_]+$|undefined|\\[object|\\{\\w+\\}/;
  const scene = lab.SCENES.find(({ id }) => id === 10);
  for (const expression of typed) for (const patch of [{}, { delta: 0.01, selected: 1, along: 1, beat: 1, epoch: 50 }]) {
    const state = { ...lab.firstState(payload), ...scene.opening(payload), ...lab.accepted({ ...patch, expression }) };
    const known = lab.derive(payload, { ...state, lang: language }), where = JSON.stringify([expression.slice(0, 60), patch]);
    try {
      for (const size of ["wide", "narrow"]) for (const panel of Object.values(scene.panels(known, size))) {
        painter.paint(panel, { width: size === "wide" ? 900 : 300, height: 260, description: scene.description(known) });
        const drawn = svg.querySelector(".wxb-marks").outerHTML;
        if (/NaN|Infinity|undefined|null/.test(drawn)) faults.push(`${where}: no number in ${panel.heading}`);
      }
      const { columns, rows } = scene.table(known) ?? { columns: [], rows: [] };
      const controls = scene.controls(known), values = scene.values(known);
      const texts = [scene.say(known), scene.sentence(known), lab.t("autograd.task", values), lab.t("autograd.answer", values)];
      texts.push(...columns, ...rows.flat(), ...controls.map(({ label }) => label), ...Object.values(scene.code(known)));
      texts.push(...scene.handles(known).map(({ text }) => text), ...scene.formula(known).map(([text]) => text));
      for (const text of texts) if (typeof text !== "string" || unsaid.test(text)) faults.push(`${where}: says ${text}`);
      for (const { kind, options, set } of controls) {
        const made = set(options ? options[0][0] : { number: 1.5, toggle: true, text: expression }[kind]);
        if (Object.keys(made).some((name) => !(name in lab.accepted(made)))) faults.push(`${where}: sets ${JSON.stringify(made)}`);
      }
    } catch (error) {
      faults.push(`${where}: ${error.stack.slice(0, 300)}`);
    }
  }
  svg.remove();
  return [...new Set(faults)];
}"""
CODES = """(lab, payload, cases) => cases.map(([expression, leaves]) => {
  const scene = lab.SCENES.find(({ id }) => id === 10);
  const known = lab.derive(payload, { ...lab.firstState(payload), expression, leaves }), { nodes } = known.typed.graph;
  return [scene.code(known), nodes.at(-1).value, Object.fromEntries(nodes.map(({ name, gradient }) => [name, gradient]))];
})"""


def typed(page, text):
    page.fill("#control-expression", text)
    settled(page)


def copied(page, tab):
    """What the dialog of code gives into the clipboard."""
    page.click("#code")
    page.click(f"#tab-{tab}")
    page.click("dialog .primary")
    text = page.evaluate("navigator.clipboard.readText()")
    press(page, "Escape")
    return text


def printed_by(code: str) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "code", "exec"), {})  # noqa: S102
    return said.getvalue()


def explained_by(words: list[str]) -> dict:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main([*words, "--json"]) == 0, words
    return json.loads(said.getvalue())


def test_a_typed_computation_has_the_gradients_of_explain_and_its_code_runs_to_the_same(opened):  # noqa: F811
    page = opened("#s=10&lang=en")
    assert "dz/dw = dz/dy · dy/dw = 2 · 4 = 8" in page.inner_text("#sentence").replace("\xa0", " ")
    typed(page, "y = w**3; z = y*y + 1")
    (chain,) = explain_expression("y = w**3; z = y*y + 1", {"w": 2.0}).graph.chains
    assert chain.lines[0] in page.inner_text("#sentence").replace("\xa0", " ")
    rows = [line.locator("td").all_inner_texts() for line in page.locator("#rows tbody tr").all()]
    assert rows == [["dy/dw", "3w²", "12", "192"], ["dz/dy", "2y", "16", "16"]]

    assert printed_by(copied(page, "torch")) == "z 65, dz/dw 192\n"
    assert "192" in printed_by(copied(page, "python"))
    ((words, __),) = read_by_shell([copied(page, "command")])
    assert explained_by(words)["gradients"] == {"w": 192.0}

    page.click("#control-push")
    settled(page)
    after = (2.01**3) ** 2 + 1
    assert (
        f"{wxb.numbers.number(after, 6)}: the ratio is {(after - 65) / 0.01:.6g}, the gradient is 192"
        in page.inner_text("#say")
    )
    assert page.locator(".tasks .done").count() == 1
    press(page, "Control+z")
    assert page.locator("#control-push").is_checked() is False


def test_zero_grad_is_switched_by_hand_and_by_key_and_its_code_runs_to_the_same(opened):  # noqa: F811
    page = opened("#s=9&lang=en")
    assert "42.0" in page.inner_text("#say")
    assert printed_by(copied(page, "torch")) == "tensor(42.)\n"
    page.click("#control-zero")
    settled(page)
    assert "2.0" in page.inner_text("#say")
    assert printed_by(copied(page, "torch")) == "tensor(2.)\n"
    ((words, __),) = read_by_shell([copied(page, "command")])
    assert explained_by(words)["backward"][-1]["after"] == 2.0
    page.keyboard.press("z")
    page.keyboard.press("b")
    settled(page)
    assert page.locator("#control-zero").is_checked() is False
    assert "44.0" in page.inner_text("#say")
    assert printed_by(copied(page, "torch")) == "tensor(44.)\n"
    ((words, __),) = read_by_shell([copied(page, "command")])
    assert explained_by(words)["backward"][-1]["after"] == 44.0


def test_a_push_of_the_first_computation_is_that_of_the_lesson(opened):  # noqa: F811
    page = opened("#s=10&lang=ko&dw=0.01")
    assert "13에서 13.0802까지" in page.inner_text("#say")
    assert "8.02" in page.inner_text("#say")
    shown = page.locator('.slot[data-slot="D"] text').all_text_contents()
    assert {"grad −18.67", "grad −8", "18.67"} <= set(shown)


def test_the_leaf_moves_by_hand_and_keys_and_an_edge_is_chosen(opened):  # noqa: F811
    page = opened("#s=10&lang=en")
    held = '.slot[data-slot="B"] [data-key="leaf"]'
    page.focus(held)
    press(page, "ArrowUp", "Shift+ArrowUp")
    assert page.input_value("#control-leaf-0") == "3"
    assert page.get_attribute(held, "aria-valuetext") == "w 3, z 23, slope 12"
    box = page.locator(f"{held} .reach").bounding_box()
    page.mouse.move(box["x"] + 22, box["y"] + 22)
    page.mouse.down()
    page.mouse.move(box["x"] - 40, box["y"] + 30, steps=4)
    page.mouse.up()
    settled(page)
    assert 0 < float(page.input_value("#control-leaf-0")) < 3
    arrows = page.locator('.slot[data-slot="A"] .wxb-marks > .wxb-gradient:has(path)').all()
    box = arrows[-1].bounding_box()  # the way back from z to y
    page.mouse.click(box["x"] + box["width"] / 2, box["y"])
    settled(page)
    assert page.is_checked("#control-edge-1")
    assert "y grows a little, z grows 2 times" in page.inner_text("#say")


def test_a_fault_is_said_in_words_and_what_can_be_read_is_drawn(opened):  # noqa: F811
    page = opened("#s=10&lang=en")
    typed(page, "y = w**3; z = y*")
    assert page.get_attribute("#control-expression", "aria-invalid") == "true"
    assert "expected" in page.inner_text("#control-expression-fault") or "must" in page.inner_text(
        "#control-expression-fault"
    )
    assert "dy/dw = 12" in page.inner_text("#sentence")
    for text in [
        "",
        "<img src=x onerror=alert(1)>",
        "__proto__ * 2",
        "a" * 500,
        "(" * 400,
        "w\x00",
        "값*값 + 🙂",
        "1/0 + w",
        "3 + 4",
    ]:
        typed(page, text)
        assert page.locator("#stage img").count() == 0
    typed(page, "z = w*w")
    assert "dz/dw = 4" in page.inner_text("#sentence")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_whatever_is_typed_can_be_shown(lab_js, language):
    texts = [
        *TYPED,
        *(drawn(seed) for seed in range(8)),
        *FAULTY,
        "a*b*c*d*e*f*g*h",
        "; ".join(f"a{k} = w*{k}" for k in range(30)) + "; a1 + a2",
    ]
    texts += ["exp(exp(w*9))", "1e300*w*1e300", "w*1e-300", "log(0*w)"]
    found = lab_js(SHOWN, both(), looks(), PAYLOAD, [text[:500] for text in texts], language)
    assert found == [], "\n".join(found)


def test_code_of_any_computation_runs_to_the_values_of_the_page(lab_js):
    texts = [text for text in TYPED if "NaN" not in text and "__proto__" not in text]
    texts += [drawn(seed) for seed in range(40)]
    texts += [
        "lambda = w",
        "maximum(2, 3)*w",
        "007*w + 1.e2",
        "torch*2",
        "(2*w)**-2 - -w - (w - 1) - w/(2/w)",
        "-w**2",
        "값_1*값_1",
        "x² + `a b`**0.5",
    ]
    names = lab_js("(lab, texts) => texts.map(lab.freeNames)", texts)
    cases = [[text, dict(zip(names, [2.0, 1.25, 0.75, 3.0]))] for text, names in zip(texts, names)]
    ran = 0
    commands = lab_js(CODES, PAYLOAD, [case for case in cases if case[1]])
    asked = iter(read_by_shell([codes["command"] for codes, *__ in commands]))
    for (text, at), (codes, value, gradients) in zip([case for case in cases if case[1]], commands):
        numbers = [
            float(one)
            for one in re.findall(
                r" (\S+?)(?:,|$)",
                re.sub(r"d\S+/d\S+", "d", printed_by(codes["torch"].replace(":.10g", ":.17g")).strip()),
            )
        ]
        wanted = [value, *(gradients[name] for name in at if gradients[name] is not None)]
        assert np.allclose(numbers, wanted, rtol=1e-9, atol=1e-12, equal_nan=True), (
            text,
            codes["torch"],
            numbers,
            wanted,
        )
        words, __ = next(asked)
        assert words[0] == "explain"
        assert words[-1] == text.strip()
        ran += 1
    assert ran > 60


def test_layers_of_a_graph_are_in_order_and_no_two_things_stand_in_one_place(lab_js):
    js = """(lab, texts) => texts.map((text) => {
      const graph = lab.explained(text, Object.fromEntries(lab.freeNames(text).map((name, k) => [name, k + 2])));
      return graph.fault ? null : [lab.layered(graph), graph.edges];
    })"""
    found = [one for one in lab_js(js, [*TYPED, *(drawn(seed) for seed in range(60))]) if one]
    assert len(found) > 60
    for spread, edges in found:
        taken = [tuple(place) for place in spread["places"]] + [
            tuple(bend) for route in spread["routes"] for bend in route[1:-1]
        ]
        assert len(set(taken)) == len(taken)
        for edge, route in zip(edges, spread["routes"]):
            layers = [layer for layer, __ in route]
            assert layers == list(range(layers[0], layers[-1] + 1))
            assert route[0] == spread["places"][edge["source"]]
            assert route[-1] == spread["places"][edge["target"]]
        assert max(layer for layer, __ in taken) + 1 == spread["layers"]


def test_the_graph_of_the_cost_has_the_marks_of_python(lab_js):
    js = """(lab, texts, payload) => {
      lab.teach(texts);
      lab.speak("en");
      return lab.costGraphPanel(lab.derive(payload, lab.firstState(payload)), { size: "wide" });
    }"""
    before = wxb.language()
    wxb.language("en")
    try:
        wanted = panel_json(wxb.fit(STUDENTS, "y").plot("graph").scene.to_json()["panels"][0])
    finally:
        wxb.language(before)
    found = lab_js(js, both(), PAYLOAD)
    assert told_apart(wanted["marks"], found["marks"], "graph", 1.0) == []
    assert [wanted[axis][end] for axis in "xy" for end in ("low", "high")] == pytest.approx(
        [found[axis][end] for axis in "xy" for end in ("low", "high")]
    )
    assert math.isfinite(found["x"]["low"])
