"""The page's painter against Python's, mark by mark: the same elements, coordinates to a tenth of a pixel; texts are never cut."""

from __future__ import annotations

import json
import math
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from support.scenes import INF, SCENES, scene_of
from wxb.laboratory.page import looks
from wxb.marks.axis import Axis, around, counting
from wxb.marks.geometry import Frame, equal_units
from wxb.marks.mark import Mark, area, arrow, bars, cells, dots, ellipse, line, rule, segments, words
from wxb.marks.measure import folded, text_width
from wxb.marks.scene import Panel, Scene
from wxb.marks.shapes import Setting, shapes
from wxb.marks.sheet import arranged

pytestmark = pytest.mark.browser
GOLDEN = Path(__file__).parents[1] / "pictures" / "golden"
NUMBER = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
FRAME = {"left": 40.0, "top": 30.0, "width": 400.0, "height": 300.0}
# of panels as JSON: each mark's elements, drawn in a frame
DRAWN = """(lab, looks, panels) => panels.map(({ frame, x, y, marks }) => {
  let setting = { frame: lab.frameOf(frame, x, y), key: "k", looks, above: 1, crowded: false };
  return marks.map((mark) => {
    const shapes = lab.shapesOf(mark, setting);
    setting = lab.settingAfter(mark, setting);
    return shapes;
  });
})"""
# painted into an element of the page: texts that are cut, labels over each other, elements made anew by painting twice
PAINTED = """(lab, looks, panels, sizes) => {
  const found = [];
  for (const [width, height] of sizes) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.style = `position:absolute;left:0;top:0;width:${width}px;height:${height}px;font-family:'Liberation Sans',sans-serif`;
    document.body.append(svg);
    const painter = lab.paintInto(svg, looks);
    for (const panel of panels) {
      painter.paint(panel, { width, height, description: "What it shows" });
      const boxes = [...svg.querySelectorAll("text")].map((text) => [text.getBBox(), text.textContent, text.getAttribute("class")]);
      for (const [box, text] of boxes) {
        if (box.x < -1 || box.y < -1 || box.x + box.width > width + 1 || box.y + box.height > height + 1) {
          found.push(`cut at ${width} × ${height}: ${text}`);
        }
      }
      const labels = boxes.filter(([, , name]) => name.includes("wxb-label"));
      labels.forEach(([one, text], k) => labels.slice(0, k).forEach(([other, beside]) => {
        const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
        const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
        if (across > 1 && down > 2) found.push(`over each other at ${width} × ${height}: ${text} / ${beside}`);
      }));
      const wrong = svg.outerHTML.match(/.{60}(NaN|Infinity|undefined|null).{20}/);
      if (wrong) found.push(`no number: ${wrong[0]}`);
      const before = [...svg.querySelectorAll("*")], drawn = svg.outerHTML;
      painter.paint(panel, { width, height, description: "What it shows" });
      const after = [...svg.querySelectorAll("*")];
      if (svg.outerHTML !== drawn || before.some((node, k) => node !== after[k])) found.push("painted again it is another");
    }
    svg.remove();
  }
  return found;
}"""
SIZES = [[328, 280], [480, 420], [160, 110], [480, 120]]


def in_numbers(content: Any) -> Any:
    """JSON of a scene with its NaN and infinities as numbers."""
    if isinstance(content, list):
        return [in_numbers(each) for each in content]
    return (
        {"inf": INF, "-inf": -INF, None: math.nan}.get(content, content) if isinstance(content, str | None) else content
    )


def panel_json(panel: dict[str, Any]) -> dict[str, Any]:
    marks = [mark | {"points": in_numbers(mark["points"])} for mark in panel["marks"]]
    return panel | {"marks": marks}


def scenes() -> dict[str, Scene]:
    return {name: make() for name, make in SCENES.items()} | {"odd": odd(), "huge": huge(), "hangul": hangul()}


def odd() -> Scene:
    """What is not finite, not there, or all the same."""
    nan = math.nan
    return scene_of(
        dots([1.0, nan, INF, 1e308, 5.0], [1.0, 2.0, 3.0, -1e308, nan], text="some"),
        line([0, 2, nan, 4, 6], [1, -1e308, nan, 1e308, 2], text="broken"),
        line([], []),
        line([3, 3, 3], [3, 3, 3]),
        segments([1.0, 2.0, nan], 0, [5.0, INF, 1.0], "above"),
        segments([1.0, 9.5], 1, [5.0, 9.9], "below", squares=True),
        area([-INF, 2, 2, -INF], [-INF, -INF, INF, INF], "outside"),
        bars([-INF, 4], [1, 4], -INF, [INF, INF], "band", text="bars"),
        arrow([5, 5], [5, 5]),
        arrow([1, 8], [1, 9], text="arrow"),
        arrow([1, 80], [1, 90]),
        rule(x=nan),
        rule(x=4, text="a rule"),
        rule(y=400),
        cells([1.0, 2.0, nan], [1.0, 1.0, 2.0], (1.0, 1.0), [0.2, 1.0, 1.0]),
        segments([6.0, 7.0], 1, 5.0, "above", squares=True),
        ellipse([5, 5], np.array([[3.0, 1.0], [-1.0, 0.5]]), 0.5, text="ring"),
        ellipse([5, -4000], np.array([[90.0, 1.0], [-1.0, 4004.5]]), 0.2, text="long"),
        words(5, 5, "middle"),
        words(nan, 5, "nowhere"),
    )


def huge() -> Scene:
    """Numbers at the ends of what there is, and equal ones."""
    panels = [
        Panel(x=around("x", [-1e308, 1e308]), y=around("y", [1e308, 1e308]), marks=(dots([0, 1e308], [1e308, 1e308], text="top"),)),
        Panel(x=around("x", [0.0]), y=around("y", [1e-300, 1e300], log=True), marks=(line([0, 0], [1e-300, 1e300], text="up"),)),
        Panel(x=around("x", []), y=around("y", [1e9, 1e9 + 1]), marks=(dots([0.5], [1e9], text="far from 0"),)),
    ]  # fmt: skip
    return Scene(kind="huge", title="huge", description="", panels=tuple(panels))


def hangul() -> Scene:
    marks = [dots([k], [k], "data", text=f"학생 {k}: 공부한 시간과 점수") for k in range(9)]
    return scene_of(
        *marks,
        x=Axis(label="하루에 공부한 시간을 모두 더한 것", low=0, high=9, unit="시간"),
        y=Axis(label="시험에서 받은 점수", low=0, high=9, unit="점"),
        heading="공부한 시간이 길면 점수가 높아지는 것을 보여 주는 그림입니다",
        subheading="점마다 학생 한 명, 주황색 직선은 가설 H(x) = W·x + b",
        closing="모든 학생의 제곱 오차의 평균이 비용이며, 지금은 12.34입니다",
    )


def golden_panels() -> list[dict[str, Any]]:
    return [
        panel_json(panel)
        for path in sorted(GOLDEN.glob("*.json"))
        for panel in json.loads(path.read_text("utf-8"))["panels"]
    ]


def mark_of(said: dict[str, Any]) -> Mark:
    points = np.array(said["points"], dtype=np.float64).reshape(-1, 2)
    weight = np.array(said["weight"]) if "weight" in said else None
    size = tuple(said["size"]) if "size" in said else None
    return Mark(
        kind=said["kind"], role=said["role"], points=points, text=said.get("text", ""), size=size, weight=weight
    )


def framed(panel: dict[str, Any]) -> Frame:
    fields = {name: panel[name] for name in ("x", "y")}
    axes = {
        name: Axis(**{**said, "ticks": said["ticks"] and tuple(map(tuple, said["ticks"]))})
        for name, said in fields.items()
    }
    frame = Frame(**FRAME, **axes)
    return equal_units(frame) if panel["square"] else frame


def in_python(panel: dict[str, Any], frame: Frame) -> list[list[Any]]:
    """What Python draws of each mark: tags with attributes."""
    setting, drawn = Setting(frame=frame, key="k-0"), []
    for said in panel["marks"]:
        mark = mark_of(said)
        group = shapes(mark, setting)
        drawn.append(elements(group))
        setting = setting.after(mark)
    return drawn


def elements(group: str) -> list[tuple[str, dict[str, str]]]:
    """What is drawn of a mark: what lies under it, and what is in its group."""
    inner = ElementTree.fromstring(f"<all>{group}</all>")
    return [(one.tag, dict(one.attrib)) for part in inner for one in (part if part.tag == "g" else [part])]


def absolute(path: str) -> list[list[tuple[float, float]]]:
    """The places that a path goes through, by its parts."""
    parts: list[list[tuple[float, float]]] = []
    tokens, command, at = NUMBER.findall(path), "", (0.0, 0.0)
    takes = {"m": 2, "l": 2, "h": 1, "v": 1, "a": 7, "z": 0}
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        given = [float(tokens.pop(0)) for __ in range(takes[command.lower()])]
        if command.lower() == "z":
            continue
        base = at if command.islower() else (0.0, 0.0)
        if command.lower() in "hv":
            across = command.lower() == "h"
            at = (
                (base[0] * command.islower() + given[0], at[1])
                if across
                else (at[0], base[1] * command.islower() + given[0])
            )
        else:
            at = (base[0] + given[-2], base[1] + given[-1])
        if command.lower() == "m":
            parts.append([])
            command = {"m": "l", "M": "L"}[command]
        parts[-1].append(at)
    return parts


def differences(wanted: list[Any], found: list[Any], place: str) -> list[str]:
    if len(wanted) != len(found):
        return [f"{place}: {len(wanted)} elements in Python, {len(found)} on the page"]
    told = []
    for k, ((tag, attributes), (other, page)) in enumerate(zip(wanted, found)):
        here = f"{place} {tag} {k}"
        if tag != other or attributes.keys() != page.keys():
            told.append(f"{here}: {tag} {sorted(attributes)} / {other} {sorted(page)}")
            continue
        for name in attributes:
            told += unequal(name, attributes[name], str(page[name]), f"{here} {name}")
    return told


def unequal(name: str, wanted: str, found: str, place: str) -> list[str]:
    if name == "d":
        one, other = absolute(wanted), absolute(found)
        if [len(part) for part in one] != [len(part) for part in other]:
            return [f"{place}: {wanted[:90]} / {found[:90]}"]
        away = max((float(np.abs(np.array(a) - b).max()) for a, b in zip(one, other) if len(a)), default=0.0)
        return [f"{place}: {away} apart: {wanted[:60]} / {found[:60]}"] if away > 0.101 else []
    if name == "transform":
        one, other = (np.array([float(n) for n in re.findall(r"-?[\d.]+", text)]) for text in (wanted, found))
        one[2], other[2] = one[2] % 180, other[2] % 180
        turned = min(abs(one[2] - other[2]), 180 - abs(one[2] - other[2]))
        return [] if np.abs(one - other)[:2].max() < 0.1 and turned < 0.01 else [f"{place}: {wanted} / {found}"]
    try:
        return [] if abs(float(wanted) - float(found)) < 0.011 else [f"{place}: {wanted} / {found}"]
    except ValueError:
        return [] if wanted.replace("#k-0", "#k") == found else [f"{place}: {wanted} / {found}"]


def test_the_page_draws_the_marks_that_python_draws(lab_js):
    """Every mark of the test scenes, where they stand on Python's sheet, and of the pictures that were looked at."""
    cases = []
    for name, scene in scenes().items():
        for place, panel in zip(arranged(scene).places, scene.to_json()["panels"]):
            cases.append((name, panel_json(panel), place.frame))
    cases += [("golden", panel, framed(panel)) for panel in golden_panels()]
    given = [
        {
            "frame": {n: getattr(frame, n) for n in FRAME},
            "x": asdict(frame.x),
            "y": asdict(frame.y),
            "marks": panel["marks"],
        }
        for __, panel, frame in cases
    ]
    told = []
    for (name, panel, frame), drawn in zip(cases, lab_js(DRAWN, looks(), given)):
        for said, wanted, found in zip(panel["marks"], in_python(panel, frame), drawn):
            told += differences(wanted, found, f"{name} {said['kind']} {said['role']}")
    assert told == []
    assert sum(len(panel["marks"]) for __, panel, __ in cases) > 250


def test_axes_are_those_of_python(lab_js):
    draw = np.random.default_rng(3)
    cases: list[tuple[list[float], bool, int]] = [
        ([1e308, -1e308], False, 5),
        ([5.0], False, 4),
        ([], True, 4),
        ([math.nan, math.inf, 3.0], False, 4),
        ([1e-320, 1e300], True, 6),
        ([600_000.0, 1_200_000.0], False, 5),
    ]
    for __ in range(300):
        log, scale = bool(draw.random() < 0.4), 10.0 ** draw.integers(-12, 12)
        spread, away = (1 if draw.random() < 0.5 else 1e-3), draw.choice([0, 1, 1e6])
        values = draw.normal(size=draw.integers(0, 4)) * scale * spread + away * scale
        cases.append((list(np.abs(values) if log else values), log, int(draw.integers(1, 9))))
    js = """(lab, cases) => cases.map(([values, log, most]) => {
      const axis = lab.around("x", [values], { log });
      return [axis.low, axis.high, lab.ticksOf(axis, most), lab.counting("x", [values]).ticks];
    })"""
    for (values, log, most), (low, high, ticks, whole) in zip(cases, lab_js(js, cases)):
        axis = around("x", values, log=log)
        assert (low, high) == pytest.approx((axis.low, axis.high), rel=1e-14)
        exact = Axis(label="x", low=low, high=high, log=log).marked(most)
        assert [text for __, text in ticks] == [text for __, text in exact], (values, log, most)
        assert [value for value, __ in ticks] == pytest.approx([value for value, __ in exact], rel=1e-13, abs=1e-300)
        assert whole == (wanted := counting("x", values).ticks) or whole == [list(one) for one in wanted]


def test_texts_are_measured_and_folded_as_in_python(lab_js):
    texts = ["hours", "공부한 시간의 제곱", "H(x) = 2x − 1 · cost 0.00012", "x" * 200, "a \u202e b\n c", "a\u0301", ""]
    texts += ["→ α ∂", "가나다" * 40, "a\u200db", "\U0001f469\u200d\U0001f52c"]
    js = """(lab, texts) => texts.map((text) => {
      const fits = (part) => lab.textWidth(part, 12) <= 150;
      return [lab.textWidth(text, 12), lab.folded(text, fits, 3)];
    })"""
    for text, (width, lines) in zip(texts, lab_js(js, texts)):
        assert width == pytest.approx(text_width(text, 12)), text
        assert lines == folded(text, lambda part: text_width(part, 12) <= 150, 3), text


def test_no_text_is_cut_and_nothing_is_made_anew(lab_js):
    panels = [panel_json(panel) for scene in scenes().values() for panel in scene.to_json()["panels"]]
    assert lab_js(PAINTED, looks(), [*panels, *golden_panels()], SIZES) == []


def test_a_place_leads_back_to_its_data(lab_js):
    js = """(lab, axes) => axes.map(([x, y]) => {
      const frame = lab.frameOf({ left: 10, top: 20, width: 300, height: 200 }, lab.axis("", ...x), lab.axis("", ...y));
      return [[0, 0], [0.5, 0.3], [1, 1]].map(([a, b]) => [10 + 300 * a, 20 + 200 * b]).map((p) => [p, frame.place(frame.data(p))]);
    })"""
    axes = [([0, 4], [-3, 9]), ([1e-4, 1, {"log": True}], [1, 1e9, {"log": True}]), ([-1e308, 1e308], [1e9, 1e9 + 1])]
    for pairs in lab_js(js, axes):
        for given, back in pairs:
            assert back == pytest.approx(given, abs=1e-4)


def test_handles_stay_last_and_foreign_text_is_text(lab_js):
    js = """(lab, looks, panel) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      document.body.append(svg);
      const painter = lab.paintInto(svg, looks), handles = document.createElementNS(svg.namespaceURI, "g");
      svg.append(handles);
      painter.paint(panel, { width: 480, height: 420, description: panel.heading });
      const said = [svg.lastChild === handles, svg.querySelectorAll("img, script").length, svg.querySelector("desc").textContent];
      svg.remove();
      return said;
    }"""
    name = "<img src=x onerror=alert(1)><script>"
    panel = panel_json(scene_of(dots([1], [1], text=name), x=name, heading=name).to_json()["panels"][0])
    assert lab_js(js, looks(), panel) == [True, 0, name]
