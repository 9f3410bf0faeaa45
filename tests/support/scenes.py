"""Scenes that use every kind of mark, and what an SVG of them says and where: boxes of its texts, measured."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from itertools import combinations

import numpy as np

from wxb.marks.axis import Axis, around
from wxb.marks.mark import (
    SERIES,
    Mark,
    across,
    arrow,
    bars,
    between,
    cells,
    dots,
    ellipse,
    line,
    rule,
    segments,
    words,
)  # fmt: skip
from wxb.marks.measure import text_width
from wxb.marks.scene import Panel, Scene

SVG = "{http://www.w3.org/2000/svg}"
INF = np.inf


def scene_of(
    *marks: Mark, x: str | Axis = "x", y: str | Axis = "y", reach: float = 10.0, title: str = "A title", **panel
) -> Scene:
    """One panel from 0 to `reach` both ways."""
    axes = {n: a if isinstance(a, Axis) else Axis(label=a, low=0, high=reach) for n, a in (("x", x), ("y", y))}
    return Scene(
        kind="test", title=title, description="What it shows.", panels=(Panel(**{**axes, "marks": marks, **panel}),)
    )


def line_scene(name: str = "hours") -> Scene:
    x = np.array([1.0, 2.0, 3.0])
    grid = np.linspace(-0.2, 4.2, 23)
    marks = (
        bars(3, INF, -INF, INF, "outside", name="outside the data"),
        between(grid, 2 * grid - 1.2, 2 * grid + 1.2, "row-band", name="95 % of new rows"),
        between(grid, 2 * grid - 0.4, 2 * grid + 0.4, "band", name="95 % of the line"),
        line(grid, 2 * grid, "fit", name="the line", text="H(x) = 2x"),
        dots(x, 2 * x, "data", name="rows"),
        dots([4], [8], "minimum", text="4 → 8.000"),
    )
    panel = Panel(x=Axis(label=name, low=-0.2, high=4.2, unit="h"), y=around("score", [0, 8]), marks=marks)
    return Scene(
        kind="line",
        title=f"score = 2 · {name}",
        description="Three rows on a line.",
        panels=(panel,),
        note="3 rows",
        table={name: [1.0, 2.0, 3.0], "score": [2.0, 4.0, 6.0]},
    )


def squares_scene() -> Scene:
    x, y = np.array([1.0, 2, 3, 4]), np.array([25.0, 3, 42, 30])
    h = 13 * x + 1
    up = y > h
    errors = Panel(
        x=around("x", [0, 5.0]),
        y=around("y", [0, 70]),
        marks=(
            segments(x[up], h[up], y[up], "above", squares=True, name="above the line"),
            segments(x[~up], h[~up], y[~up], "below", squares=True, name="below the line"),
            line([0, 5], [1, 66], "fit", text="H(x) = 13x + 1"),
            dots(x, y, "data", name="rows"),
        ),
    )
    meter = Panel(
        x=around("row", [0.5, 4.5]),
        y=around("share", [0, 0.5]),
        marks=(
            bars(np.arange(0.6, 4), np.arange(1.4, 5), 0, [0.4, 0.3, 0.2, 0.1], "value"),
            rule(y=0.25, role="mean", name="mean", text="mean"),
        ),
    )
    return Scene(kind="squares", title="Squares", description="Four rows.", panels=(errors, meter))


def bowl_scene(headings: tuple[str, ...] = ("too small", "알맞음", "too large")) -> Scene:
    hessian, center = np.array([[28 / 3, 4], [4, 2.0]]), np.array([2.0, 0.0])
    values, vectors = np.linalg.eigh(hessian)
    panels = []
    for lr, heading in zip((0.003, 0.15, 0.185), headings):
        path = [np.array([0.0, -1.5])]
        for __ in range(60):
            path.append(path[-1] - lr * hessian @ (path[-1] - center))
        x, y = np.array(path).T
        rings = [
            ellipse(center, vectors * np.sqrt(2 * level / values), height, text=f"{level}")
            for level, height in ((20, 1.0), (5, 0.5), (1, 0.25))
        ]
        marks = (
            *rings,
            line(x, y, "path", name="path"),
            dots(x, y, "path"),
            arrow(x[:2], y[:2], "gradient", name="first step"),
            dots([2], [0], "minimum", text="minimum"),
            dots(x[:1], y[:1], "start", text="start"),
        )
        panels.append(
            Panel(
                x=Axis(label="W", low=-1, high=5),
                y=Axis(label="b", low=-4, high=4),
                marks=marks,
                heading=heading,
                subheading=f"learning rate {lr}",
                closing="60 epochs · cost 0.00012 above the minimum, as these words say at some length",
            )
        )
    return Scene(kind="rates", title="H(x) = W·x + b", description="Three rates.", panels=tuple(panels))


def zones_scene() -> Scene:
    edges = [0, 0.001, 0.03, 0.12, 0.18, INF]
    zones = zip(edges, edges[1:], ("crawl", "slow", "good", "zigzag", "diverge"))
    marks = (
        *(bars(low, high, -INF, INF, role, name=role) for low, high, role in zones),
        rule(x=0.18, role="limit", text="2/λmax = 0.18"),
        dots([0.01], [0.5], "own", text="yours: 0.01"),
    )
    panel = Panel(
        x=Axis(label="learning rate", low=1e-4, high=1, log=True),
        y=Axis(label="", low=0, high=1, hidden=True),
        marks=marks,
        aspect=0.25,
    )
    return Scene(kind="alpha", title="Learning rates", description="Five zones.", panels=(panel,))


def epochs_scene() -> Scene:
    epochs = np.arange(2001)
    curves = [
        line(epochs, 20 * np.exp(-epochs * rate) + 1e-3, role, name=f"α = {rate}")
        for rate, role in zip((0.0005, 0.002, 0.01, 0.05, 0.2), SERIES)
    ]
    panel = Panel(
        x=around("epoch", epochs),
        y=around("cost", [1e-3, 20], log=True),
        marks=(*curves, rule(y=1e-3, role="minimum", text="least cost")),
    )
    return Scene(kind="epochs", title="Cost by epoch", description="Five rates.", panels=(panel,))


def crowd_scene(rows: int = 20_000) -> Scene:
    """Thousands of dots, bins, coefficients with long names."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=rows)
    y = 2 * x + draw.normal(size=rows)
    count, left, low = np.histogram2d(x, y, bins=(80, 60))
    gx, gy = np.meshgrid(left[:-1] + np.diff(left) / 2, low[:-1] + np.diff(low) / 2, indexing="ij")
    full = count > 0
    names = ["hours" * 100 + "a", "hours" * 100 + "b", "<script>", "b", "공부한 시간의 제곱", "(b)"]
    bins = cells(gx[full], gy[full], (left[1] - left[0], low[1] - low[0]), (count / count.max())[full])
    ticks = tuple((float(k), name) for k, name in enumerate(names))
    return Scene(
        kind="fitted",
        title="Many rows",
        description="Rows, bins, coefficients.",
        panels=(
            Panel(x=around("x" * 300, x), y=around("가나다" * 50, y), marks=(dots(x, y), *_named(x[:12], y[:12]))),
            Panel(x=around("x", x), y=around("y", y), marks=(bins, line([-4, 4], [-8, 8]), words(0, 0, "centre"))),
            Panel(
                x=around("estimate", [-3, 3]),
                y=Axis(label="", low=-0.5, high=5.5, ticks=ticks),
                marks=(rule(x=0), across(range(6), np.arange(6) - 4, np.arange(6) - 1, "data")),
            ),
        ),
    )


def _named(x: np.ndarray, y: np.ndarray) -> list[Mark]:
    return [dots([across], [up], "test", text=f"row {k}") for k, (across, up) in enumerate(zip(x, y))]


SCENES = {
    "line": line_scene,
    "squares": squares_scene,
    "bowl": bowl_scene,
    "zones": zones_scene,
    "epochs": epochs_scene,
    "crowd": crowd_scene,
}


def text_boxes(svg: str) -> list[tuple[float, float, float, float, str]]:
    """Left, top, right, bottom and text of everything written."""
    boxes = []
    for element in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        size = float(element.get("font-size", ""))
        parts = [part for part in element if part.get("x")] or [element]
        for part in parts:
            text = "".join(part.itertext())
            wide = text_width(text, size) * (1.06 if element.get("font-weight") else 1)
            shift = {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", ""), 0.0)
            left = float(part.get("x", "")) - shift * wide
            bottom = float(part.get("y", "")) + 0.2 * size
            boxes.append((left, bottom - size, left + wide, bottom, text))
    return boxes


def faults(svg: str) -> list[str]:
    """Texts that are cut by the edge of the picture or lie over each other."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert found is not None
    width, height = float(found[1]), float(found[2])
    boxes = text_boxes(svg)
    cut = [
        f"cut: {text}"
        for left, top, right, bottom, text in boxes
        if min(left, top) < -1 or right > width + 1 or bottom > height
    ]
    over = [
        f"over: {one[4]} / {other[4]}"
        for one, other in combinations(boxes, 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) - max(one[1], other[1]) > 1.5
    ]
    return cut + over
