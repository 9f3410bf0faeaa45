"""Curves break where they break: at poles, jumps and ends, and nowhere else."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import wxb
from wxb.pictures.curve import heights, places, stretches

BROKEN = {
    "1/x": (lambda x: 1 / x, [0.0]),
    "1/(x − 0.1)²": (lambda x: (x - 0.1) ** -2.0, [0.1]),
    "−1/|x|": (lambda x: -1 / np.abs(x), [0.0]),
    "log|x|": (lambda x: np.log(np.abs(x)), [0.0]),
    "x > 1": (lambda x: (x > 1) * 1.0, [1.0]),
    "floor": (np.floor, [-2.0, -1.0, 0.0, 1.0, 2.0]),
    "log": (np.log, [0.0]),
    "√": (np.sqrt, [0.0]),
    "tan": (np.tan, [-np.pi / 2, np.pi / 2]),
}
WHOLE = {
    "x³": lambda x: x**3,
    "steep": lambda x: np.tanh(300 * (x - 0.03)),
    "peak": lambda x: np.exp(-((20 * (x - 0.3)) ** 2)),
    "corner": np.abs,
    "cube root": np.cbrt,
    "wave": lambda x: np.sin(9 * x),
    "level": np.zeros_like,
}


def quietly(curve):
    def found(x):
        with np.errstate(all="ignore"):
            y = curve(x)
            return np.where(np.isfinite(y), y, np.nan)

    return found


@pytest.mark.parametrize("name", BROKEN)
def test_a_curve_breaks_where_it_does(name: str) -> None:
    curve, breaks = BROKEN[name]
    x = places(quietly(curve), -3.0, 2.9)
    known = x[np.isfinite(x)]
    assert (np.diff(known) >= 0).all()
    y = np.where(np.isfinite(x), quietly(curve)(np.nan_to_num(x)), np.nan)
    ends = [x[[part.start, part.stop - 1]] for part in stretches(y)]
    inner = np.unique(np.round(np.ravel(ends)[1:-1] if len(ends) > 1 else np.array([ends[0][0]]), 4))
    for at in breaks:
        assert np.abs(inner - at).min() < 1e-3
    assert all(np.abs(np.array(breaks) - at).min() < 1e-3 for at in inner)


@pytest.mark.parametrize("name", WHOLE)
def test_a_curve_that_is_whole_is_drawn_in_one(name: str) -> None:
    assert np.isfinite(places(WHOLE[name], -3.0, 2.9)).all()


def test_what_runs_off_does_not_decide_how_high_a_picture_is() -> None:
    assert heights(np.array([1.0, 5.0, 900.0]), np.array([0.0, 2.0])).max() == 900
    assert heights(np.array([1.0, np.nan, 900.0]), np.array([0.0, 2.0])).tolist() == [1, 4]


def test_a_pole_is_not_crossed() -> None:
    z = np.concatenate([np.linspace(-3, -0.4, 20), np.linspace(0.4, 3, 20)])
    data = {"z": z, "y": 2 / z + np.sin(np.arange(40)) / 5}
    scene = wxb.fit(data, formula="y ~ I(1/z)").plot("line", data).scene
    marks = scene.panels[0].marks
    [drawn] = [one for one in marks if one.kind == "line"]
    before, after = (drawn.points[part] for part in stretches(drawn.points[:, 1]))
    assert before[-1, 1] < -100
    assert after[0, 1] > 100
    assert sum(one.role == "band" for one in marks) == 2
    assert scene.panels[0].y.high < 3 * np.ptp(data["y"])


def test_far_from_0_the_valley_is_drawn_over_the_height_at_the_mean() -> None:
    """The column 1e9 ± 1: over (W, b) the bowl is a hair; its curvatures and the costs of a descent are those of exact sums."""
    x = np.linspace(-2, 2, 9)
    data = {"x": 1e9 + x, "y": 3 * x + np.sin(7 * x)}
    exact, spread = wxb.fit(data, target="y"), float(np.mean(x**2))
    picture = exact.plot("bowl")
    panel = picture.scene.panels[0]
    assert panel.x.high - panel.x.low < 10
    assert panel.y.high - panel.y.low < 10
    assert panel.y.label == "b + 1e9 · W"
    assert "height of the line" in picture.scene.note
    steep, flat = picture.table().column("curvature").to_pylist()
    assert steep == pytest.approx(2 * (1 + 1e18), rel=1e-12)
    assert steep * flat == pytest.approx(4 * spread, rel=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        run = wxb.fit(data, target="y", lr=4e-19, epochs=30)
    first = float(np.mean(data["y"] ** 2))
    assert run.trajectory is not None
    assert run.trajectory.cost[0] == pytest.approx(first, rel=1e-5)
    path = run.plot("path").scene
    assert "before the minimum" in path.panels[0].heading
    [ring, *__] = [one for one in path.panels[0].marks if one.kind == "ellipse"]
    middle, end, other = ring.points
    above = float(ring.text) - exact.cost
    for away in (end - middle, other - middle):
        assert spread * away[0] ** 2 + away[1] ** 2 == pytest.approx(above, rel=1e-6)


def test_numbers_of_squares_are_not_said_to_be_0_where_errors_are_not() -> None:
    x = np.linspace(-2, 2, 9)
    tiny = {"x": x, "y": 1e-200 * (3 * x + np.sin(7 * x))}
    said = wxb.fit(tiny, target="y").plot("squares", tiny).scene.panels[0].subheading
    assert "too small" in said
    rounded = {"x": np.arange(40) / 10, "y": 0.3 * np.arange(40) / 10 + 0.1}
    said = wxb.fit(rounded, target="y").plot("squares", rounded).scene.panels[0].subheading
    assert "weights" not in said


def test_names_that_differ_at_their_ends_stay_different() -> None:
    rng = np.random.default_rng(0)
    names = [f"average number of hours spent reading per week in {part}" for part in ("spring", "summer", "autumn")]
    data = {name: rng.normal(size=20) for name in [*names, "y"]}
    ticks = wxb.fit(data, target="y").plot("coefficients").scene.panels[0].y.ticks
    assert ticks is not None
    assert len({text.split(":")[0] for __, text in ticks}) == 3
    panel = wxb.fit(data, target="y", intercept=False).plot("bowl").scene.panels[0]
    assert panel.x.label != panel.y.label
