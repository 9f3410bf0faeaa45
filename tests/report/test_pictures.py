"""Text and pictures of rates and descents: what they say, that they fit, that their geometry is right."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.bowls import bowl_from, bowl_of_spectrum, hours
from support.peers import arrays
from wxb.bowl import Bowl
from wxb.descent import descend
from wxb.errors import MissingExtra, UsageError
from wxb.layout import Layout
from wxb.learning_rates import rates_of
from wxb.report.charts import curve_picture, path_picture, save_path_picture, three_rates
from wxb.report.rates_text import rates_table, rates_text
from wxb.report.svg import HEIGHT, WIDTH, Extent, Panel
from wxb.report.terminal_plots import cost_plot, line_plot

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
    ("lr", "said"), [(0.1803, "diverges"), (0.1802, "overshoots"), (1e-5, "crawls"), (0.1, "is good"), (2.0, "×")]
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
def test_cost_plots_fit_a_terminal(lr: float) -> None:
    lines = cost_plot(descend(hours(), lr=lr, epochs=2000, test=hours())).splitlines()
    assert max(map(len, lines)) <= 80
    assert "∘" in lines[0]
    assert any("┬" in line for line in lines)


def test_a_geometric_fall_is_a_straight_line() -> None:
    path = descend(Bowl(Layout(("x",), False), np.array([[2.0]]), np.array([1.0]), 0.0, 3), lr=0.05, epochs=100)
    rows = [line.split("┤")[-1].split("│")[-1] for line in cost_plot(path, width=60, height=10).splitlines()[1:11]]
    columns = [next(i for i, c in enumerate(row) if c.strip()) for row in rows if row.strip()]
    steps = np.diff(columns)
    assert columns[0] == 0
    assert steps.max() - steps.min() <= 2


def test_line_plot_has_every_point_and_the_line() -> None:
    text = line_plot(
        np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), weight=2, intercept=0, names=("hours", "score")
    )
    assert text.splitlines()[0] == "score = 2 · hours + 0"
    assert text.count("●") == 3
    with pytest.raises(UsageError, match="equally long"):
        line_plot(np.ones(3), np.ones(2), weight=1, intercept=0)
    with pytest.raises(UsageError, match="too small"):
        line_plot(np.ones(3), np.ones(3), weight=1, intercept=0, width=10)


def test_three_rates_are_too_small_good_and_too_large() -> None:
    root = ElementTree.fromstring(path_picture(hours(), three_rates(hours())))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert [text for text in texts if text in ("too small", "good", "too large")] == ["too small", "good", "too large"]
    assert len(list(root.iter(f"{SVG}polyline"))) == 3


def test_the_ring_stands_at_the_start() -> None:
    """From twice as far away it is twice as far from the cross, whatever the rate."""
    bowl, away = hours(), np.array([1.0, -1.5])
    paths = [descend(bowl, lr=lr, epochs=40, start=bowl.minimum + k * away) for k, lr in ((1, 0.1), (2, 0.03))]
    svg = path_picture(bowl, paths)
    rings = np.array(re.findall(r'<circle cx="([^"]+)" cy="([^"]+)" r="4.6"', svg), dtype=np.float64)
    arms = np.array(re.findall(r'<path d="M([^ ]+) ([^h]+)h10', svg), dtype=np.float64)
    near, far = rings - arms - np.array([5.0, 0.0])
    assert np.abs(near).min() > 10
    assert far == pytest.approx(2 * near, abs=0.05)


def test_korean_words() -> None:
    bowl = hours()
    korean = Bowl(Layout(("공부한 시간 <h>",), True), bowl.hessian, bowl.minimum, bowl.floor, bowl.rows)
    texts = [
        e.text
        for e in ElementTree.fromstring(path_picture(korean, three_rates(korean), language="ko")).iter(f"{SVG}text")
    ]
    assert {"너무 작음", "알맞음", "너무 큼", "W (공부한 시간 <h>)"} <= set(texts)


@given(st.floats(0, 5), st.integers(0, 99))
def test_contours_are_lines_of_equal_cost(digits: float, seed: int) -> None:
    """A point on the drawn ellipse, mapped back to coefficients, has the cost of its ring."""
    bowl = bowl_of_spectrum(np.array([1.0, 10**-digits]), seed, minimum=np.array([0.3, -2.0]))
    frame = Extent(-1.0, 2.0, -10.0, 5.0)
    panel = Panel(frame, ("a", "b"), "", "", "")
    values, vectors = np.linalg.eigh(bowl.hessian)
    panel.ellipse(bowl.minimum, vectors * np.sqrt(2 * 0.01 / values), 0.5)
    rx, ry, x, y, turn = (
        float(re.search(pattern, panel.shapes[0]).group(1))
        for pattern in (
            r'rx="([^"]+)',
            r'ry="([^"]+)',
            r"translate\(([^ ]+)",
            r"translate\([^ ]+ ([^)]+)",
            r"rotate\(([^)]+)",
        )
    )
    angles = np.linspace(0, 2 * np.pi, 9)
    cosine, sine = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    px = x + rx * np.cos(angles) * cosine - ry * np.sin(angles) * sine
    py = y + rx * np.cos(angles) * sine + ry * np.sin(angles) * cosine
    theta = np.column_stack([frame.left + px / WIDTH * 3.0, frame.top - py / HEIGHT * 15.0])
    # Two decimals of a pixel and three of a degree are what is written.
    assert bowl.cost(theta) == pytest.approx(np.full(9, 0.01), rel=0.05)


def test_chosen_terms_of_many_and_the_parabola(tmp_path: Path) -> None:
    X, y, terms = arrays("swiss")
    bowl = bowl_from(X, y, terms=terms)
    paths = [descend(bowl, lr=0.1, epochs=50, momentum=0.5), descend(bowl, line_search=True, epochs=20)]
    saved = save_path_picture(bowl, paths, tmp_path / "path.svg", terms=("Catholic", "(b)"))
    text = saved.read_text(encoding="utf-8")
    for word in ("W (Catholic)", "momentum 0.5", "exact line search", "slice through the minimum"):
        assert word in text
    alone = bowl_from(X[:, :1], y, intercept=False)
    saved = save_path_picture(alone, three_rates(alone), tmp_path / "curve.svg")
    assert ">cost<" in saved.read_text(encoding="utf-8")
    assert "diverg" not in curve_picture(bowl, [0.1], term="Education")


def test_png_is_drawn_or_asks_for_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(MissingExtra, match=r"wxb\[report\]"):
        save_path_picture(hours(), three_rates(hours()), tmp_path / "a.png")
    monkeypatch.delitem(sys.modules, "vl_convert")
    data = save_path_picture(hours(), three_rates(hours()), tmp_path / "a.png").read_bytes()
    assert data.startswith(b"\x89PNG")


def test_wrong_pictures(tmp_path: Path) -> None:
    bowl, paths = hours(), three_rates(hours())
    for call in (
        lambda: save_path_picture(bowl, paths, tmp_path / "a.gif"),
        lambda: path_picture(bowl, paths, terms=("hours", "hours")),
        lambda: path_picture(bowl, paths, terms=("hours", "days")),
        lambda: path_picture(bowl, paths, language="xx"),
        lambda: path_picture(bowl, []),
        lambda: path_picture(bowl_of_spectrum(np.ones(2)), paths),
        lambda: curve_picture(bowl, [0.1], term="days"),
    ):
        with pytest.raises(UsageError):
            call()
