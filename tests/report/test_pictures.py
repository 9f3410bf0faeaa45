"""Text and pictures of rates and descents: what they say, that they fit, that their geometry is right."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.bowls import bowl_from, bowl_of_spectrum, hours
from support.peers import arrays
from support.scenes import faults
from wxb import i18n
from wxb.bowl import Bowl
from wxb.descent import descend
from wxb.errors import MissingExtra, UsageError
from wxb.layout import Layout
from wxb.learning_rates import rates_of
from wxb.marks.svg import svg
from wxb.marks.terminal import terminal
from wxb.report.charts import cost_scene, curve_scene, line_scene, path_scene, save_scene, three_rates
from wxb.report.rates_text import rates_table, rates_text

SVG = "{http://www.w3.org/2000/svg}"


def test_the_table_of_rates() -> None:
    assert rates_table(rates_of(hours()), lr=0.01, mark="the notebook's").splitlines() == [
        " rate     what happens",
        " 0.001    crawls: 9577 epochs per digit",
        " 0.01     slow: 957 epochs per digit   ← the notebook's",
        " 0.17647  best constant rate: 53 epochs per digit",
        " 0.18029  the limit (2/λmax)",
        " 0.2      diverges: distance × 1.219 each epoch, overflows near epoch 1788",
    ]


@pytest.mark.parametrize(
    ("lr", "said"), [(0.1803, "diverges"), (0.1802, "zigzags"), (1e-5, "crawls"), (0.1, "is good"), (2.0, "×")]
)
def test_the_verdict_comes_first(lr: float, said: str) -> None:
    text = rates_text(rates_of(hours()), lr=lr, target="score")
    verdict = text.split("\n\n")[0]
    assert said in verdict
    assert "← asked" in text
    assert "sum" in text.split("\n\n")[-1]


@given(st.integers(1, 10), st.floats(0, 12), st.floats(-9, 9), st.sampled_from([0.0, 0.5, 0.9]), st.booleans())
@settings(max_examples=40)
def test_every_table_is_in_order_and_names_the_limit(
    p: int, digits: float, size: float, momentum: float, nesterov: bool
) -> None:
    rates = rates_of(bowl_of_spectrum(10**size * np.geomspace(1, 10**-digits, p), 1))
    rows = rates.table(None, momentum, nesterov and momentum > 0)
    assert [row.rate for row in rows] == sorted(row.rate for row in rows)
    assert [row.role for row in rows] == ["slow", "slow", "best", "limit", "diverges"]
    assert [row.verdict.converges for row in rows] == [True, True, True, False, False]
    assert all(len(line) <= 80 for line in rates_text(rates, momentum=momentum).splitlines())


@pytest.mark.parametrize("lr", [0.01, 0.2, 1e200])
def test_the_cost_by_epoch(lr: float) -> None:
    path = descend(hours(), lr=lr, epochs=2000, test=hours())
    scene = cost_scene(path)
    cost, test = scene.panels[0].marks
    assert (cost.role, test.role) == ("path", "test")
    assert scene.panels[0].y.log
    assert np.array_equal(cost.points[:, 0], path.epochs)
    assert np.array_equal(cost.points[:5, 1], path.cost[:5])
    assert scene.table["cost"] == path.cost.tolist()
    lines = terminal(scene).splitlines()
    assert max(map(len, lines)) <= 80
    assert any("┬" in line for line in lines)


def test_a_cost_of_nothing() -> None:
    bowl = Bowl(Layout(("x",), False), np.array([[2.0]]), np.array([1.0]), 0.0, 3)
    scene = cost_scene(descend(bowl, lr=0.1, epochs=3, start=np.array([1.0])))
    assert scene.note == "cost is 0 at every epoch"
    assert faults(svg(scene)) == []


def test_a_geometric_fall_is_a_straight_line() -> None:
    path = descend(Bowl(Layout(("x",), False), np.array([[2.0]]), np.array([1.0]), 0.0, 3), lr=0.05, epochs=100)
    panel = cost_scene(path).panels[0]
    heights = panel.y.place(panel.marks[0].points[:, 1])
    assert np.diff(heights) == pytest.approx(np.full(len(heights) - 1, heights[1] - heights[0]), abs=1e-9)


def test_a_line_through_points() -> None:
    scene = line_scene(
        np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), weight=2, intercept=0, names=("hours", "score")
    )
    assert scene.title == "score = 2 · hours + 0"
    drawn, points = scene.panels[0].marks
    assert points.points.tolist() == [[1, 2], [2, 4], [3, 6]]
    assert np.array_equal(drawn.points[:, 1], 2 * drawn.points[:, 0])
    with pytest.raises(UsageError, match="equally long"):
        line_scene(np.ones(3), np.ones(2), weight=1, intercept=0)


def test_three_rates_are_too_small_good_and_too_large() -> None:
    scene = path_scene(hours(), three_rates(hours()))
    assert [panel.heading for panel in scene.panels] == ["too small", "good", "too large"]
    assert faults(svg(scene)) == []


def test_every_epoch_is_drawn_from_the_real_start() -> None:
    bowl, away = hours(), np.array([1.0, -1.5])
    path = descend(bowl, lr=0.1, epochs=700, start=bowl.minimum + away)
    marks = path_scene(bowl, [path]).panels[0].marks
    line, dots, minimum, start = marks[-4:]
    assert len(line.points) == len(dots.points) == 701
    assert start.points[0] - minimum.points[0] == pytest.approx(away[::-1])
    assert line.points[-1] == pytest.approx([path.W[-1, 0], path.b[-1]])


def test_korean_words(monkeypatch: pytest.MonkeyPatch) -> None:
    bowl = hours()
    korean = Bowl(Layout(("공부한 시간 <h>",), True), bowl.hessian, bowl.minimum, bowl.floor, bowl.rows)
    monkeypatch.setattr(i18n, "_spoken", {"asked": "ko"})
    scene = path_scene(korean, three_rates(korean))
    texts = [element.text for element in ElementTree.fromstring(svg(scene)).iter(f"{SVG}text")]
    assert {"너무 작음", "알맞음", "너무 큼", "W (공부한 시간 <h>)"} <= set(texts)
    assert faults(svg(scene)) == []


@given(st.floats(0, 5), st.integers(0, 99))
def test_contours_are_lines_of_equal_cost(digits: float, seed: int) -> None:
    """The ends of a ring's radii are all of one cost."""
    bowl = bowl_of_spectrum(np.array([1.0, 10**-digits]), seed, minimum=np.array([0.3, -2.0]))
    scene = path_scene(bowl, [descend(bowl, lr=0.1, epochs=3)])
    shown = [1, 0] if bowl.layout.intercept else [0, 1]
    rings = [mark.points for mark in scene.panels[0].marks if mark.kind == "ellipse"]
    for center, one, other in rings:
        ends = np.array([one, other, 2 * center - one, 2 * center - other])
        costs = bowl.cost(ends[:, shown]) - bowl.floor
        assert costs == pytest.approx(np.full(4, costs[0]), rel=1e-6)
    assert len(rings) > 10


def test_chosen_terms_of_many_and_the_parabola(tmp_path: Path) -> None:
    X, y, terms = arrays("swiss")
    bowl = bowl_from(X, y, terms=terms)
    paths = [descend(bowl, lr=0.1, epochs=50, momentum=0.5), descend(bowl, line_search=True, epochs=20)]
    saved = save_scene(path_scene(bowl, paths, terms=("Catholic", "(b)")), tmp_path / "path.svg")
    text = saved.read_text(encoding="utf-8")
    for word in ("W (Catholic)", "momentum 0.5", "exact line search", "slice through the minimum"):
        assert word in text
    alone = bowl_from(X[:, :1], y, intercept=False)
    saved = save_scene(path_scene(alone, three_rates(alone)), tmp_path / "curve.svg")
    assert ">cost<" in saved.read_text(encoding="utf-8")


def test_the_parabola_is_of_the_run() -> None:
    X, y, __ = arrays("swiss")
    alone = bowl_from(X[:, :1], y, intercept=False)
    path = descend(alone, lr=0.1, epochs=50, momentum=0.5, start=np.array([3.0]))
    dots = curve_scene(alone, [path]).panels[0].marks[2]
    assert dots.points[0, 0] == 3
    assert dots.points[1:, 0].tolist() == path.W[:, 0].tolist()
    assert dots.points[:-1, 1] == pytest.approx(path.cost)


def test_pictures_are_drawn_or_ask_for_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = path_scene(hours(), three_rates(hours()))
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "vl_convert", None)
        with pytest.raises(MissingExtra, match=r"wxb\[report\]"):
            save_scene(scene, tmp_path / "a.png")
    assert save_scene(scene, tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert save_scene(scene, tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_wrong_pictures(tmp_path: Path) -> None:
    bowl, paths = hours(), three_rates(hours())
    alone = bowl_from(np.array([[1.0], [2.0]]), np.array([1.0, 3.0]), intercept=False)
    for call in (
        lambda: save_scene(path_scene(bowl, paths), tmp_path / "a.gif"),
        lambda: path_scene(bowl, paths, terms=("hours", "hours")),
        lambda: path_scene(bowl, paths, terms=("hours", "days")),
        lambda: path_scene(bowl, []),
        lambda: path_scene(bowl_of_spectrum(np.ones(2)), paths),
        lambda: path_scene(alone, three_rates(alone), terms=("x", "z")),
    ):
        with pytest.raises(UsageError):
            call()
