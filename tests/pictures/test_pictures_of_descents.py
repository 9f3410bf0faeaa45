"""Pictures of descents are of the run that was made: its start, its steps until the end, judged by where it ends."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wxb
from support.bowls import bowl_of_spectrum
from support.scenes import faults
from support.thinned import in_turn
from wxb.errors import UsageError
from wxb.learning_rates import rates_of
from wxb.learning_rates.verdict import VerdictKind
from wxb.pictures.alpha import Alpha
from wxb.pictures.contours import pair_of, view
from wxb.pictures.picture import Picture

HOURS = {"hours": [1.0, 2.0, 3.0], "score": [2.0, 4.0, 6.0]}
random = np.random.default_rng(7)
CARS = {
    "wt": random.normal(3.2, 1, 40),
    "hp": random.normal(147, 68, 40),
    "<b>아주 긴 이름 " * 3: random.normal(size=40),
}
CARS["mpg"] = 37 - 3.9 * CARS["wt"] - 0.03 * CARS["hp"] + random.normal(0, 2, 40)
RUNS = {
    "notebook": (HOURS, {"lr": 0.01, "epochs": 2000}),
    "zigzag": (HOURS, {"lr": 0.1795, "epochs": 60}),
    "diverging": (HOURS, {"lr": 0.19, "epochs": 400}),
    "crawling": (HOURS, {"lr": 5e-4, "epochs": 100}),
    "one epoch": (HOURS, {"lr": 0.05, "epochs": 1}),
    "long": (HOURS, {"lr": 1e-4, "epochs": 200_000}),
    "momentum": (HOURS, {"lr": 0.02, "momentum": 0.9, "epochs": 150, "start": [-1.0, 3.0]}),
    "schedule": (HOURS, {"lr": 0.15, "schedule": "step:10:0.5", "epochs": 100}),
    "at the minimum": (HOURS, {"lr": 0.1, "epochs": 5, "start": [0.0, 2.0]}),
    "no b": (HOURS, {"lr": 0.05, "epochs": 20, "intercept": False}),
    "only b": (CARS, {"target": "mpg", "features": [], "lr": 0.1, "epochs": 40}),
    "collinear": ({**CARS, "two": 2 * CARS["wt"]}, {"target": "mpg", "features": ["wt", "two"], "lr": 0.01, "epochs": 50}),
    "several": (CARS, {"target": "mpg", "lr": 1e-5, "epochs": 50}),
    "standardised": (CARS, {"target": "mpg", "lr": "auto", "epochs": 20, "scale": "standard"}),
    "wild": (CARS, {"target": "mpg", "lr": 0.01, "epochs": 100}),
    "test": (CARS, {"target": "mpg", "features": ["wt"], "lr": 0.05, "epochs": 30, "test": 0.3}),
    "exact": (HOURS, {}),
    "noisy": (CARS, {"target": "mpg"}),
}  # fmt: skip
OF_RUNS = ("path", "epochs", "film")
KINDS = (*OF_RUNS, "rates", "alpha", "cost", "bowl", "gradients", "graph")


@cache
def model_of(name: str):
    data, options = RUNS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return wxb.fit(data, **{"target": "score", **options})


def marks(picture: Picture, kind: str, role: str | None = None, panel: int = 0):
    found = [one for one in picture.scene.panels[panel].marks if one.kind == kind]
    return [one for one in found if role is None or one.role == role]


@pytest.mark.parametrize(("kind", "name"), in_turn(2, KINDS, RUNS))
def test_every_kind_draws_every_run(name: str, kind: str) -> None:
    model = model_of(name)
    if kind in OF_RUNS and model.trajectory is None:
        with pytest.raises(UsageError, match="descent"):
            model.plot(kind)
        return
    if kind == "bowl" and len(model.layout) == 1:
        with pytest.raises(UsageError, match="two coefficients"):
            model.plot(kind)
        return
    picture = model.plot(kind)
    scene, svg = picture.scene, picture.svg()
    assert scene.title
    assert scene.description
    assert all(panel.heading for panel in scene.panels)
    assert len({len(column) for column in scene.table.values()}) == 1
    ElementTree.fromstring(svg)
    assert len(svg) < 200_000
    assert not faults(svg)
    assert picture.text()
    for panel in scene.panels:
        assert np.isfinite([panel.x.low, panel.x.high, panel.y.low, panel.y.high]).all()


@pytest.mark.parametrize("name", ["notebook", "momentum", "schedule", "long", "one epoch", "crawling", "zigzag"])
def test_the_path_is_the_one_that_was_made(name: str) -> None:
    model = model_of(name)
    picture, path = model.plot("path"), model.trajectory
    assert path is not None
    [drawn] = marks(picture, "line", "path")
    assert drawn.points[0].tolist() == [float(path.start[0][0]), path.start[1]]
    assert drawn.points[1:, 0].tolist() == path.W[:, 0].tolist()
    assert drawn.points[1:, 1].tolist() == path.b.tolist()
    [dotted] = marks(picture, "dots", "path")
    assert dotted.points.tolist() == drawn.points.tolist()
    [end] = marks(picture, "dots", "end")
    assert end.points.tolist() == [[float(model.coef[0]), model.intercept]]
    assert picture.scene.table["epochs"][-1] == path.outcome.epochs


def test_contours_are_where_the_cost_is_what_is_written_on_them() -> None:
    model = model_of("notebook")
    rings = marks(model.plot("path"), "ellipse")
    assert len(rings) > 3
    for ring in rings:
        center, one, other = ring.points
        for turn in np.linspace(0, 6, 7):
            W, b = center + np.cos(turn) * (one - center) + np.sin(turn) * (other - center)
            assert float(model.bowl.cost(np.array([b, W]))) == pytest.approx(
                float(ring.text.replace(",", "")), rel=1e-9
            )


@pytest.mark.parametrize(("name", "said"), [
    ("notebook", "end at the minimum"), ("zigzag", "jumps across"), ("diverging", "lands higher"),
    ("crawling", "end before"), ("wild", "lands higher"), ("several", "end before"), ("at the minimum", "end at the minimum"),
])  # fmt: skip
def test_a_run_is_judged_by_where_it_ends(name: str, said: str) -> None:
    assert said in model_of(name).plot("path").scene.panels[0].heading


def test_a_run_that_climbs_is_drawn_until_it_is_out_of_sight_and_says_why() -> None:
    picture = model_of("diverging").plot("path")
    [drawn] = marks(picture, "line", "path")
    x = picture.scene.panels[0].x
    inside = (drawn.points[:, 0] > x.low) & (drawn.points[:, 0] < x.high)
    assert inside[:2].all()
    assert not inside[-1]
    assert "0.1803" in picture.scene.note
    assert "2/λmax" in picture.scene.note


def test_three_rates_have_one_start_one_pair_of_axes_and_each_its_end() -> None:
    picture = model_of("exact").plot("rates")
    panels = picture.scene.panels
    assert [panel.heading.partition(":")[0] for panel in panels] == ["too small", "good", "too large"]
    assert len({(panel.x.low, panel.x.high, panel.y.low, panel.y.high) for panel in panels}) == 1
    starts = {tuple(marks(picture, "dots", "start", k)[0].points[0]) for k in range(3)}
    assert starts == {(0.0, 0.0)}


def test_the_rate_of_the_run_is_among_the_three_with_its_start_and_momentum() -> None:
    picture = model_of("momentum").plot("rates")
    assert 0.02 in picture.scene.table["lr"]
    assert all("momentum 0.9" in panel.subheading for panel in picture.scene.panels)
    [start] = marks(picture, "dots", "start")
    assert start.points.tolist() == [[3.0, -1.0]]


def test_rates_that_are_given_and_epochs_that_are_asked() -> None:
    picture = model_of("exact").plot("rates", rates=[0.1, 0.001], within=7)
    assert picture.scene.table["lr"] == [0.001, 0.1]
    assert picture.scene.table["epochs"] == [7, 7]
    assert not any("good" in panel.heading for panel in picture.scene.panels)


@pytest.mark.parametrize("name", ["several", "wild", "noisy"])
def test_no_rate_of_ill_conditioned_columns_is_called_good(name: str) -> None:
    model = model_of(name)
    for kind in ("rates", "alpha"):
        scene = model.plot(kind).scene
        assert "good" not in scene.description
        assert not any("good" in str(value) for value in scene.table["what happens"])


def test_zones_are_the_verdicts_and_the_limit_is_their_end() -> None:
    picture = model_of("exact").plot("alpha")
    rates = wxb.rates(HOURS, "score")
    table = picture.scene.table
    assert table["what happens"] == ["crawls", "slow", "good", "zigzags", "diverges"]
    assert table["from"][-1] == rates.max
    for low, high, word in zip(table["from"], table["to"], table["what happens"]):
        assert rates.verdict(float(np.sqrt(low * high))).brief.startswith(word)
    [curve] = marks(picture, "line", "path")
    assert curve.points[0, 1] == rates.epochs(curve.points[0, 0], 0.01)


def test_a_rate_of_ones_own_stands_where_its_epochs_are() -> None:
    [own] = marks(model_of("exact").plot("alpha", rates=[0.01]), "dots", "own")
    assert own.points.tolist() == [[0.01, wxb.rates(HOURS, "score").epochs(0.01, 0.01)]]


def test_the_cost_by_epoch_is_that_of_the_run_down_to_the_minimum() -> None:
    model = model_of("test")
    picture, path = model.plot("epochs"), model.trajectory
    assert path is not None
    [drawn] = marks(picture, "line", "path")
    assert drawn.points.tolist() == [
        *zip(path.epochs.tolist(), path.cost.tolist()),
        (30, path.final_cost),
    ] or np.allclose(drawn.points, [*zip(path.epochs, path.cost), (30, path.final_cost)])
    [test] = marks(picture, "line", "test")
    assert test.points[:, 1].tolist() == list(path.test_cost if path.test_cost is not None else [])
    [floor] = marks(picture, "rule", "minimum")
    assert floor.points[0, 1] == model.bowl.floor
    assert picture.scene.panels[0].y.log
    assert "log" in picture.scene.panels[0].y.title


def test_other_rates_beside_the_run() -> None:
    picture = model_of("notebook").plot("epochs", rates=[0.001, 0.2])
    assert len(marks(picture, "line")) == 3
    assert any("climbs" in one.name for one in marks(picture, "line"))


def test_the_tangent_has_the_slope_that_is_written_on_it() -> None:
    """Three students, W = 0.4 and b = 0: 28/3 · (0.4 − 2) = −14.93."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = wxb.fit(HOURS, "score", intercept=False, lr=1e-9, epochs=1, start=[0.4])
    picture = model.plot("cost")
    [tangent] = marks(picture, "line", "tangent")
    (x, y), (x2, y2) = tangent.points
    assert (y2 - y) / (x2 - x) == pytest.approx(28 / 3 * (0.4 - 2))
    assert "14.93" in tangent.text
    assert "negative" in picture.scene.panels[0].heading
    [curve] = marks(picture, "line", "value")
    assert curve.points[:, 1] == pytest.approx(14 / 3 * (curve.points[:, 0] - 2) ** 2, abs=1e-12)


def test_the_meter_shows_each_square_and_their_mean_as_one() -> None:
    """y = 13x + 1 of the notebook's sheet costs 62.5; here the line that was reached."""
    model = model_of("one epoch")
    picture = model.plot("cost", HOURS)
    [rows] = marks(picture, "bars", "value", 1)
    sides = rows.points[1::2, 1]
    assert sides**2 == pytest.approx(model.residuals(HOURS) ** 2)
    assert rows.points[1::2, 0] - rows.points[::2, 0] == pytest.approx(sides)
    [mean] = marks(picture, "bars", "mean", 1)
    assert mean.points[1, 1] ** 2 == pytest.approx(model.cost)
    assert picture.scene.panels[1].square


@pytest.mark.parametrize("rows", [20, 300, 5000])
def test_shares_of_many_rows_add_to_the_cost(rows: int) -> None:
    rng = np.random.default_rng(rows)
    data = {"x": rng.normal(size=rows), "y": rng.normal(size=rows)}
    picture = wxb.fit(data, target="y").plot("cost", data)
    [shares] = marks(picture, "bars", "value", 1)
    assert shares.points[0, 0] == 0
    assert shares.points[-1, 0] == pytest.approx(1)
    assert np.allclose(shares.points[1:-1:2, 0], shares.points[2::2, 0])
    assert len(picture.svg()) < 200_000


def test_a_model_of_a_file_has_no_path_and_says_what_to_give(tmp_path) -> None:
    model_of("notebook").save(tmp_path / "m.json")
    with pytest.raises(UsageError, match="read from a file") as found:
        wxb.load(tmp_path / "m.json").plot("path")
    assert "lr=" in str(found.value.do)
    assert wxb.load(tmp_path / "m.json").plot("rates").scene.panels


@pytest.mark.parametrize(
    "options", [{"rates": []}, {"rates": [-1.0]}, {"rates": [0.1] * 6}, {"within": 0}, {"lr": 0.1}]
)
def test_options_that_are_none(options) -> None:
    with pytest.raises(UsageError):
        model_of("exact").plot("rates", **options)


def test_rates_as_they_are_typed() -> None:
    from wxb.cli.values import rates

    assert rates(["0.01,0.1", "1"], "--rates") == [0.01, 0.1, 1.0]


def test_the_film_is_of_lines_that_were_there() -> None:
    model = model_of("notebook")
    picture, path = model.plot("film", HOURS), model.trajectory
    assert path is not None
    assert picture.scene.table["epochs"] == [0, 1, 2, 5, 10, 100, 1000, 2000]
    drawn = [*marks(picture, "line", "faded"), *marks(picture, "line", "fit")]
    for made, one in zip(picture.scene.table["epochs"], drawn):
        W, b = (0.0, 0.0) if made == 0 else (path.at(made - 1).W[0], path.at(made - 1).b)
        assert one.points[:, 1] == pytest.approx(W * one.points[:, 0] + b)
    [rows] = marks(picture, "dots", "data")
    assert rows.points.tolist() == [[1, 2], [2, 4], [3, 6]]
    [least] = marks(picture, "line", "minimum")
    assert least.points[:, 1] == pytest.approx(2 * least.points[:, 0])


def test_directions_of_the_bowl_are_its_eigenvectors() -> None:
    picture = model_of("exact").plot("bowl")
    rates = wxb.rates(HOURS, "score")
    assert picture.scene.table["curvature"] == pytest.approx(rates.eigenvalues.tolist())
    [steep] = marks(picture, "arrow", "gradient")
    step = steep.points[1] - steep.points[0]
    assert abs(step[::-1] @ rates.eigenvectors[:, 0]) == pytest.approx(np.linalg.norm(step))
    with pytest.raises(UsageError, match="two coefficients"):
        model_of("no b").plot("bowl")


def test_the_beaker_fills_without_zero_grad() -> None:
    """Three students at W = 0, b = 0: −18.667, and −392 after 21 calls."""
    picture = model_of("exact").plot("gradients", rates=[0.01])
    [filled] = marks(picture, "bars", "gradient")
    assert filled.points[1::2, 1] == pytest.approx(-56 / 3 * np.arange(1, 22))
    [emptied] = marks(picture, "bars", "third")
    assert emptied.points[1::2, 1] == pytest.approx(-56 / 3)
    table = picture.scene.table
    made = wxb.fit(HOURS, "score", lr=0.01, epochs=60).trajectory
    assert table["hours with zero_grad()"][1:] == pytest.approx(made.W[:, 0].tolist())
    theta, grad = np.zeros(2), np.zeros(2)
    bowl = model_of("exact").bowl
    for step in range(60):
        grad = grad + bowl.gradient(theta)
        theta = theta - 0.01 * grad
        assert table["hours without"][step + 1] == pytest.approx(theta[1])


def test_what_comes_back_through_the_graph_is_the_gradient() -> None:
    picture = model_of("exact").plot("graph")
    assert picture.scene.table["gradient"] == pytest.approx([-8, -56 / 3])
    texts = [one.text for one in marks(picture, "text")]
    assert {"W = 0", "grad −18.67", "b = 0", "grad −8", "18.67", "mean −4"} <= set(texts)


@pytest.mark.parametrize("kind", ["path", "rates", "alpha", "epochs", "cost", "bowl", "film", "gradients", "graph"])
def test_in_korean_no_english_sentence_is_left(kind: str) -> None:
    before = wxb.language()
    wxb.language("ko")
    try:
        scene = model_of("notebook").plot(kind).scene
    finally:
        wxb.language(before)
    said = [
        scene.title,
        scene.description,
        scene.note,
        *(p for panel in scene.panels for p in (panel.heading, panel.subheading)),
    ]
    for text in said:
        words = re.findall(r"[A-Za-z]{3,}", re.sub(r"zero_grad|backward|step|dcost|lr|hours|score|grad", "", text))
        assert not words, text


@given(st.floats(0, 5), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_rings_of_any_bowl_are_lines_of_equal_cost(digits: float, seed: int) -> None:
    """The ends of a ring's radii are all of one cost."""
    bowl = bowl_of_spectrum(np.array([1.0, 10**-digits]), seed, minimum=np.array([0.3, -2.0]))
    places = pair_of(bowl, None)
    seen = view(bowl, places, bowl.minimum, [np.zeros((1, 2)), bowl.minimum[None]])
    rings = seen.rings()
    for center, one, other in (ring.points for ring in rings):
        ends = np.array([one, other, 2 * center - one, 2 * center - other])
        costs = bowl.cost(ends[:, np.argsort(places)]) - bowl.floor
        assert costs == pytest.approx(np.full(4, costs[0]), rel=1e-6)
    assert len(rings) > 3


def test_a_geometric_fall_is_a_straight_line() -> None:
    panel = model_of("no b").plot("epochs").scene.panels[0]
    heights = panel.y.place(panel.marks[0].points[:, 1])
    assert np.diff(heights) == pytest.approx(np.full(len(heights) - 1, heights[1] - heights[0]), abs=1e-9)


def test_the_parabola_is_of_the_run() -> None:
    model = wxb.fit(HOURS, "score", intercept=False, lr=0.05, momentum=0.5, start=[3.0], epochs=50)
    picture, path = model.plot("path"), model.trajectory
    assert path is not None
    [dotted] = marks(picture, "dots", "path")
    assert dotted.points[0, 0] == 3
    assert dotted.points[1:, 0].tolist() == path.W[:, 0].tolist()
    assert dotted.points[:-1, 1] == pytest.approx(path.cost)


def test_no_rate_takes_fewer_epochs_than_the_best() -> None:
    picture = wxb.fit(HOURS, "score", lr=0.02, epochs=60, momentum=0.9).plot("alpha")
    [curve] = [one for one in picture.scene.panels[0].marks if one.kind == "line"]
    [best] = [one for one in picture.scene.panels[0].marks if one.role == "minimum"]
    assert best.points[0, 1] <= 1.05 * np.nanmin(curve.points[:, 1])


def test_a_limit_is_told_from_a_rate_a_hair_above_it() -> None:
    limit = wxb.rates(HOURS, "score").limit()
    with pytest.warns(wxb.WxbWarning, match="diverged"):
        model = wxb.fit(HOURS, "score", lr=limit * (1 + 1e-7), epochs=60)
    said = model.plot("path").scene
    text = said.panels[0].closing + said.note
    assert "× 1 each" not in text
    first, own = re.search(r"rates from (\S+) on diverge .* this one is (\S+)", said.note).groups()
    assert float(first) < float(own)


def test_epochs_beyond_2_to_the_64_are_drawn() -> None:
    x = np.array([1.0, 2.0, 4.0]) * 1e-150
    model = wxb.fit({"x": x, "y": [1.0, 2.0, 3.0]}, "y", lr=0.1, epochs=3)
    assert model.plot("alpha").scene.panels


@pytest.mark.parametrize("counted", ["weights", "frequency"])
def test_the_cost_of_weighted_rows_is_not_shown_as_the_mean_of_their_squares(counted):
    rows = {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 3.0, 2.0, 5.0], "w": [1, 9, 1, 2]}
    model = wxb.fit(rows, "y", features=["x"], lr=0.01, epochs=20, **{counted: "w"})
    scene = model.plot("cost", rows).scene
    assert len(scene.panels) == 1
    assert "rows are weighted" in scene.note


def test_rates_and_verdicts_have_the_picture_of_a_model():
    model = wxb.fit(HOURS, target="score")
    rates = wxb.rates(HOURS, target="score")
    for more in ({}, {"within": 2000}):
        of_model = model.plot("alpha", rates=[0.01, 0.3], **more).scene
        found = rates.plot([0.01, 0.3], epochs=more.get("within")).scene
        assert replace(found, title=of_model.title).to_json() == of_model.to_json()
    verdict = rates.verdict(0.4, 0.9, epochs=50)
    assert verdict.plot().scene.to_json() == rates.plot(0.4, 0.9, epochs=50).scene.to_json()
    assert "diverges" in verdict.plot().scene.description
    assert "diverges" in rates.verdict(0.3)._repr_mimebundle_()["image/svg+xml"]


@pytest.mark.parametrize(
    ("momentum", "nesterov", "within"), [(0, False, None), (0.9, False, None), (0.9, True, 200), (0, False, 300)]
)
def test_the_zone_of_a_rate_is_what_a_verdict_says_of_it(momentum, nesterov, within):
    for bowl in (wxb.fit(HOURS, target="score").bowl, bowl_of_spectrum(np.array([40.0, 3.0, 0.01]), 1)):
        axis = Alpha(rates_of(bowl), momentum, nesterov, within)
        for lr in np.geomspace(axis.limit / 1e5, axis.limit * (1 - 1e-9), 20).tolist():
            said = axis.verdict(lr)
            far = said.epochs_per_digit > 100 * max(said.best_epochs_per_digit, 1.0)
            zone = {VerdictKind.GOOD: "good", VerdictKind.ZIGZAG: "zigzag"}.get(said.kind, "crawl" if far else "slow")
            assert axis.role(lr) == zone


@pytest.mark.parametrize("lr", [5e-324, 1e-300, 0.18029485097507347, 1e300])
def test_the_axis_holds_any_rate(lr):
    assert "nan" not in wxb.rates(HOURS, target="score").plot(lr).svg()
