"""Pictures as SVG: well-formed whatever names are, nothing cut or over each other, true in their geometry, small."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.scenes import SCENES, SVG, bowl_scene, crowd_scene, faults, line_scene, scene_of, text_boxes
from wxb.marks.axis import Axis, around
from wxb.marks.mark import area, bars, cells, dots, ellipse, line, rule, segments, words
from wxb.marks.scene import Panel, Scene
from wxb.marks.svg import svg

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</svg>",
            "]]>",
            "&amp;",
            '"onload="',
            "\x00\x1b[31m",
            "\u202eabc",
            "👩‍👩‍👧 이름",
            "\ud800",
            "a" * 500,
        ]
    ),
)
MOST = 200_000


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_every_picture_is_whole(name: str, theme: str) -> None:
    text = svg(SCENES[name](), theme)
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    named = [element.get("id") for tag in ("title", "desc") for element in root.iter(f"{SVG}{tag}")]
    assert root.get("aria-labelledby", "").split() == named
    assert faults(text) == []
    assert len(text) < MOST
    assert ("prefers-color-scheme" in text) == (theme == "auto")


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.parametrize("width", [320, 500, 1600])
def test_every_width_is_kept(name: str, width: int) -> None:
    text = svg(SCENES[name](), width=width)
    assert f'width="{width}"' in text
    assert faults(text) == []


@given(HOSTILE, HOSTILE, HOSTILE)
@settings(max_examples=60)
def test_names_are_only_names(one: str, other: str, third: str) -> None:
    marks = (
        dots([1, 2], [3, 4], text=one, name=other),
        line([0, 9], [0, 9], text=third),
        bars(3, 5, 0, 4, "value", text=one, name=third),
        words(5, 5, other),
    )
    scene = scene_of(*marks, x=one, y=other, title=third, heading=one, subheading=other, closing=third)
    scene = replace(scene, description=one, note=other)
    text = svg(scene)
    root = ElementTree.fromstring(text)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "title", "desc", "style", "defs", "rect", "g", "path", "text", "tspan", "clipPath", "pattern",
    }  # fmt: skip
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert faults(text) == []


def test_long_names_that_differ_stay_different() -> None:
    names = ["a" * 250 + middle + "b" * 250 for middle in "xyz"] + ["c" * 500, "c" * 501]
    ticks = tuple((float(k), name) for k, name in enumerate(names))
    scene = scene_of(
        *(dots([k], [k], "first", text=name, name=name) for k, name in enumerate(names)),
        y=Axis(label="", low=-1, high=5, ticks=ticks),
    )
    texts = [box[4] for box in text_boxes(svg(scene))]
    assert sum("…" in text for text in texts) >= 10
    legend = [text for text in texts if text_boxes_count(texts, text) and "…" in text]
    assert len(set(legend)) >= 5


def text_boxes_count(texts: list[str], text: str) -> bool:
    return texts.count(text) >= 1


VALUES = st.lists(st.tuples(st.floats(), st.floats()), max_size=12)


@given(VALUES, st.booleans())
@settings(max_examples=40)
def test_whatever_the_numbers(values: list[tuple[float, float]], log: bool) -> None:
    """NaN, infinities, 1e308, constants, one point, none: a picture, with every coordinate on it."""
    x, y = np.array(values).reshape(-1, 2).T
    x_axis, y_axis = around("x", x), around("y", y, log=log)
    ends = np.stack([x, y], axis=1)
    marks = [
        dots(x, y), line(x, y, text="a line"), area(x, y, "band"), segments(x, y, 0.0, "above"),
        segments(x, y, 1.0, "below", squares=True), bars(x, x + 1, 0, y, "value"), cells(x, y, (1.0, 1.0), np.ones(len(x))),
        *(rule(x=a, text="here") for a in x[:2]), *(ellipse(end, np.eye(2), 0.5, text="e") for end in ends[:2]),
    ]  # fmt: skip
    with np.errstate(all="ignore"):
        text = svg(Scene(kind="t", title="t", description="d", panels=(Panel(x=x_axis, y=y_axis, marks=tuple(marks)),)))
    root = ElementTree.fromstring(text)
    assert "nan" not in text
    assert faults(text) == []
    width = float(root.get("width", ""))
    for path in root.iter(f"{SVG}path"):
        for start in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", path.get("d", "")):
            assert -20 <= float(start[0]) <= width + 20


def test_squares_are_square() -> None:
    """As many pixels across as up, whatever the axes, and not cut while the other side has room."""
    marks = segments([1.0, 9.5], [1.0, 20.0], [9.0, 60.0], "above", squares=True)
    text = svg(scene_of(marks, y=Axis(label="y", low=0, high=100)))
    path = re.search(r'class="wxb-area" [^>]*? d="([^"]+)"', text)
    assert path is not None
    for square in path[1].split("z")[:-1]:
        steps = np.array([float(n) for n in re.findall(r"-?[\d.]+", square)]).reshape(-1, 2)[1:]
        sides = np.abs(steps).max(axis=1)
        assert sides == pytest.approx(np.full(len(sides), sides[0]), abs=0.11)


def test_square_panels_have_one_unit() -> None:
    text = svg(scene_of(bars(2, 4, 2, 4, "value"), y=Axis(label="y", low=0, high=50), square=True))
    path = re.search(r'class="wxb-area" [^>]*? d="([^"]+)"', text)
    assert path is not None
    steps = np.abs(np.array([float(n) for n in re.findall(r"-?[\d.]+", path[1])]).reshape(-1, 2)[1:])
    assert steps[0].max() == pytest.approx(steps[1].max(), abs=0.11)


@given(st.floats(0, 5), st.integers(0, 99))
def test_contours_are_lines_of_equal_cost(digits: float, seed: int) -> None:
    """A point on the drawn ellipse, mapped back to coefficients, has the cost of its ring."""
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(2, 2)))[0]
    hessian = turn @ np.diag([1.0, 10**-digits]) @ turn.T
    center, level = np.array([5.0, 5.0]), 0.01
    values, vectors = np.linalg.eigh(hessian)
    root = ElementTree.fromstring(svg(scene_of(ellipse(center, vectors * np.sqrt(2 * level / values), 0.5))))
    frame = next(rect for rect in root.iter(f"{SVG}rect") if rect.get("class") == "wxb-frame")
    left, top, width, height = (float(frame.get(key, "")) for key in ("x", "y", "width", "height"))
    drawn = next(root.iter(f"{SVG}ellipse"))
    x, y, turned = (float(n) for n in re.findall(r"-?[\d.]+", drawn.get("transform", "")))
    angles = np.linspace(0, 2 * np.pi, 9)
    across, down = float(drawn.get("rx", "")) * np.cos(angles), float(drawn.get("ry", "")) * np.sin(angles)
    cosine, sine = np.cos(np.radians(turned)), np.sin(np.radians(turned))
    px, py = x + across * cosine - down * sine, y + across * sine + down * cosine
    theta = np.column_stack([10 * (px - left) / width, 10 * (top + height - py) / height]) - center
    # Two decimals of a pixel and three of a degree are what is written.
    assert 0.5 * np.einsum("ki,ij,kj->k", theta, hessian, theta) == pytest.approx(np.full(9, level), rel=0.1)


def test_pictures_in_one_page_do_not_meddle() -> None:
    scenes = [line_scene(), line_scene("days"), bowl_scene()]
    texts = [svg(scene, theme) for scene in scenes for theme in ("light", "dark")]
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in texts]
    assert len(set.union(*ids)) == sum(map(len, ids))
    for text, own in zip(texts, ids):
        rules = re.findall(r"^#(\w+) ", text, re.MULTILINE)
        assert set(rules) == {next(name for name in own if "-" not in name)}
        assert set(re.findall(r"url\(#([^)]+)\)", text)) <= own
        assert all(name.startswith("wxb-") for names in re.findall(r'class="([^"]+)"', text) for name in names.split())


def test_labels_stand_in_the_frame_however_many() -> None:
    draw = np.random.default_rng(3).uniform(0, 10, (200, 2))
    text = svg(scene_of(*(dots([x], [y], text=f"row {k}") for k, (x, y) in enumerate(draw))))
    assert faults(text) == []
    assert text.count("row ") > 60


def test_size_does_not_grow_with_rows() -> None:
    draw = np.random.default_rng(0).normal(size=(50_000, 2))
    for mark in (dots(*draw.T), line(*draw.T), line(np.arange(50_000), draw[:, 0]), segments(*draw.T, 0, "above")):
        axes = {"x": around("x", mark.points[:, 0]), "y": around("y", mark.points[:, 1])}
        assert len(svg(scene_of(mark, **axes))) < MOST
    assert len(svg(crowd_scene())) < MOST


def test_one_scene_one_text() -> None:
    assert svg(line_scene()) == svg(line_scene())
    assert svg(line_scene(), "light") != svg(line_scene(), "dark")
    assert "wxb-wide" in svg(line_scene("공부한 시간"))


def test_a_scene_without_panels() -> None:
    assert faults(svg(Scene(kind="none", title="Nothing", description="d", panels=()))) == []


def test_lines_and_dots_over_bins_have_an_edge_of_ground() -> None:
    bins = cells([2.0, 4.0], [2.0, 4.0], (2.0, 2.0), [1.0, 0.5])
    over = svg(scene_of(bins, line([0, 9], [0, 9]), dots([3], [3], "own")))
    assert over.count('class="wxb-halo"') == 2
    assert 'class="wxb-halo"' not in svg(scene_of(line([0, 9], [0, 9]), dots([3], [3], "own"), bins))
    square = segments([3], [3], [5], "above", squares=True)
    assert 'class="wxb-bare"' in svg(scene_of(bins, square))
    assert 'class="wxb-bare"' not in svg(scene_of(square, bins))


def test_hatches_are_not_overruled_by_the_style_sheet() -> None:
    text = svg(SCENES["zones"]())
    filled = re.findall(r'class="wxb-area" fill="([^"]+)"', text)
    assert len(filled) == 10  # five zones and their samples
    assert sum(fill.startswith("url(#") for fill in filled) == 8
    assert "fill" not in next(line for line in text.split("\n") if ".wxb-area" in line)


def test_the_worst_of_pictures_keeps_its_size() -> None:
    draw = np.random.default_rng(0).uniform(0, 10, (3000, 2))
    grid = np.stack(np.meshgrid(np.linspace(0, 10, 120), np.linspace(0, 10, 90)), axis=-1).reshape(-1, 2)
    marks = (
        *(dots(*draw.T, role) for role in ("fourth", "fifth", "test")),
        cells(*grid.T, (0.1, 0.1), np.random.default_rng(1).uniform(0, 1, len(grid))),
        segments(draw[:, 0], draw[:, 1], draw[:, 1] + 0.3, "above", squares=True),
    )
    panel = scene_of(*marks).panels[0]
    assert len(svg(Scene(kind="t", title="t", description="d", panels=(panel,) * 3))) <= MOST
