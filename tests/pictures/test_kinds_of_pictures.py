"""Every kind of picture, on every sort of line: what its marks say is what the line and its rows are."""

from __future__ import annotations

import warnings
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest

import wxb
from support.thinned import in_turn
from wxb.errors import UsageError, WxbError
from wxb.pictures.kinds import KINDS
from wxb.pictures.picture import Picture

random = np.random.default_rng(5)
HOURS = {"hours": [1.0, 2.0, 3.0], "score": [2.0, 4.0, 6.0]}
x = random.normal(20, 5, 50)
CARS = {"speed": x, "dist": 3 * x + random.normal(0, 10, 50)}
SCHOOLS = {"school": random.choice(list("abcd"), 60), "x": random.normal(size=60)}
SCHOOLS["y"] = SCHOOLS["x"] + (SCHOOLS["school"] == "b") + random.normal(0, 0.3, 60)
MANY = {name: random.normal(size=3000) for name in ("a", "<script>", "아주 긴 이름을 가진 열 " * 4, "d", "y")}
LINES = {
    "exact": (HOURS, {}),
    "cars": (CARS, {}),
    "weights": ({**CARS, "w": random.integers(0, 3, 50).astype(float)}, {"weights": "w", "target": "dist"}),
    "frequency": ({**CARS, "w": random.integers(0, 3, 50)}, {"frequency": "w", "target": "dist"}),
    "held out": (CARS, {"test": 0.3}),
    "descent": (CARS, {"lr": "auto", "epochs": 5}),
    "category": (SCHOOLS, {}),
    "formula": (SCHOOLS, {"target": None, "formula": "y ~ x + I(x^2) + x*school"}),
    "absorbed": (SCHOOLS, {"absorb": "school"}),
    "robust": (CARS, {"se": "HC3"}),
    "only b": (CARS, {"features": []}),
    "no b": (CARS, {"intercept": False}),
    "many": (MANY, {}),
    "collinear": ({**CARS, "twice": 2 * x, "z": CARS["dist"]}, {"features": ["speed", "twice"], "target": "z"}),
}
ROW_KINDS = [name for name, kind in KINDS.items() if kind.needs == "rows"]


@cache
def line(name: str):
    data, options = LINES[name]
    return fitted(data, **{"target": list(data)[-1], **options}), data


def fitted(data, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        return wxb.fit(data, **options)


def marks(picture: Picture, kind: str, role: str | None = None):
    found = [one for panel in picture.scene.panels for one in panel.marks if one.kind == kind]
    return [one for one in found if role is None or one.role == role]


@pytest.mark.parametrize(("kind", "name"), in_turn(2, [*ROW_KINDS, "coefficients"], LINES))
def test_every_kind_draws_every_line(name: str, kind: str) -> None:
    model, data = line(name)
    if name == "descent" and kind in ("qq", "scale", "leverage"):
        with pytest.raises(UsageError, match="exact minimum"):
            model.plot(kind, data)
        return
    picture = model.plot(kind, data if kind in ROW_KINDS else None)
    scene = picture.scene
    assert scene.title
    assert scene.description
    assert len({len(column) for column in scene.table.values()}) == 1
    svg = picture.svg()
    ElementTree.fromstring(svg)
    assert svg == model.plot(kind, data if kind in ROW_KINDS else None).svg()
    for panel in scene.panels:
        assert np.isfinite([panel.x.low, panel.x.high, panel.y.low, panel.y.high]).all()


def test_the_line_its_rows_and_a_prediction() -> None:
    model, data = line("exact")
    picture = model.plot("line", data, at={"hours": 4})
    [rows] = marks(picture, "dots", "data")
    assert rows.points.tolist() == [[1, 2], [2, 4], [3, 6]]
    [own] = marks(picture, "dots", "own")
    assert own.points.tolist() == [[4, 8]]
    assert own.text == "(4, 8.000)"
    [drawn] = marks(picture, "line", "fit")
    assert drawn.points[:, 1] == pytest.approx(2 * drawn.points[:, 0])
    assert not marks(picture, "area", "band")  # every error is 0: there is no band
    assert [one.role for one in marks(picture, "area")] == ["outside", "outside"]


def test_the_bands_are_the_intervals() -> None:
    model, data = line("cars")
    picture = model.plot("line", data, interval=0.9)
    for role, of in (("band", "mean"), ("row-band", "row")):
        [band] = marks(picture, "area", role)
        half = len(band.points) // 2
        at = band.points[:half, 0]
        found = model.predict({"speed": at}, interval=0.9, of=of)
        assert band.points[:half, 1] == pytest.approx(found.low)
        assert band.points[half:, 1][::-1] == pytest.approx(found.high)


def test_one_of_several_columns_the_others_at_their_means() -> None:
    model, data = line("many")
    [drawn] = marks(model.plot("line", data, term="d"), "line", "fit")
    means = {name: np.full(2, np.mean(column)) for name, column in data.items() if name != "y"}
    found = model.predict({**means, "d": drawn.points[[0, -1], 0]})
    assert drawn.points[[0, -1], 1] == pytest.approx(found)


def test_rows_of_several_columns_are_their_errors_put_on_the_line() -> None:
    rng = np.random.default_rng(1)
    data = {"a": rng.normal(size=40), "b": rng.normal(size=40), "y": rng.normal(size=40)}
    model = wxb.fit(data, target="y")
    picture = model.plot("line", data, term="b")
    [rows] = marks(picture, "dots", "data")
    on = model.predict({"a": np.full(40, data["a"].mean()), "b": data["b"]})
    assert rows.points[:, 1] == pytest.approx(on + model.residuals(data))
    assert "partial residuals" in picture.scene.note


def test_levels_stand_side_by_side_with_their_means() -> None:
    model, data = line("category")
    picture = model.plot("line", data, term="school")
    [means] = marks(picture, "dots", "fit")
    assert means.points[:, 1] == pytest.approx([one.estimate for one in model.margins("school")])
    assert [text for _, text in picture.scene.panels[0].x.ticks] == list("abcd")
    [rows] = marks(picture, "dots", "data")
    assert (np.abs(rows.points[:, 0] - np.rint(rows.points[:, 0])) <= 0.25).all()


def test_segments_and_squares_are_the_errors() -> None:
    model, data = line("cars")
    errors = np.sort(model.residuals(data))
    for kind, drawn in (("residuals", "segments"), ("squares", "squares")):
        found = []
        for role, sign in (("above", 1), ("below", -1)):
            [one] = marks(model.plot(kind, data), drawn, role)
            lengths = one.points[1::2, 1] - one.points[0::2, 1]
            assert (np.sign(lengths) == sign).all()
            found += lengths.tolist()
        assert np.sort(found) == pytest.approx(errors)


def strip_at(at: np.ndarray, place: float, places: list[float]) -> np.ndarray:
    """Which rows are in a strip: its left edge is in it, and the right end of the last one."""
    half = np.diff(places).min() / 2 * (1 - 1e-9)
    left, right = place - half * (1 + 2e-9), place + half
    return (at >= left) & ((at < right) | ((at == at.max()) & (at < right + 1e-6)))


@pytest.mark.parametrize("rows", [1500, 6000])
@pytest.mark.parametrize("along", ["x", "z", "g"])
def test_of_many_rows_boxes_are_the_quantiles_of_the_errors_beside_them(rows: int, along: str) -> None:
    rng = np.random.default_rng(rows)
    data = {"x": rng.gamma(4, 2, rows), "z": rng.normal(size=rows), "g": rng.choice(["north", "south"], rows)}
    data["y"] = data["x"] ** 1.3 - data["z"] + (data["g"] == "south") + rng.normal(size=rows) * data["x"]
    model = wxb.fit(data, target="y")
    picture, errors = model.plot("residuals", data, term=along), model.residuals(data)
    table, at = picture.scene.table, data[along] if along != "g" else (data["g"] == "south") * 1.0
    fine = 0.0 if rows < 2000 else np.ptp(errors) / 64
    for place, count, low, high in zip(table["x"], table["rows"], table["error 25%"], table["error 95%"]):
        beside = errors[strip_at(at, place, table["x"])]
        assert len(beside) == count
        assert low == pytest.approx(np.quantile(beside, 0.25, method="inverted_cdf"), abs=fine + 1e-9)
        assert high == pytest.approx(np.quantile(beside, 0.95, method="inverted_cdf"), abs=fine + 1e-9)
    for role, sign in (("above", 1), ("below", -1)):
        [boxes] = marks(picture, "bars", role)
        on = np.interp(boxes.points[0::2, 0] + np.diff(boxes.points[:, 0])[::2] / 2, table["x"], table["H(x)"])
        assert (sign * (boxes.points[0::2, 1] - on) >= -1e-9).all() if sign > 0 else True
        assert (sign * (boxes.points[1::2, 1] - on) >= -1e-9).all()
    assert sum(table["rows"]) >= 0.98 * rows


@pytest.mark.parametrize("rows", [1500, 6000])
def test_of_many_rows_a_square_is_the_mean_of_those_beside_it(rows: int) -> None:
    rng = np.random.default_rng(rows)
    data = {"x": rng.uniform(0, 8, rows)}
    data["y"] = data["x"] + rng.normal(size=rows) * (1 + data["x"])
    data["y"][0] += 1e4  # a row far off is in the mean, and cut nowhere
    model = wxb.fit(data, target="y")
    picture, errors = model.plot("squares", data), model.residuals(data)
    table = picture.scene.table
    for place, count, square in zip(table["x"], table["rows"], table["error²"]):
        beside = errors[strip_at(data["x"], place, table["x"])]
        assert len(beside) == count
        assert square == pytest.approx(np.mean(beside**2), rel=1e-4)
    [drawn] = marks(picture, "squares", "above")
    assert np.diff(drawn.points[:, 1])[::2] ** 2 == pytest.approx(table["error²"])
    assert "the mean of all is the cost, " in picture.scene.panels[0].subheading


def test_quantiles_are_those_of_the_studentised_errors() -> None:
    model, data = line("cars")
    [rows] = marks(model.plot("qq", data), "dots", "data")
    wanted = model.diagnose(data, qq=50).quantiles
    assert rows.points[:, 0] == pytest.approx(wanted.normal)
    assert rows.points[:, 1] == pytest.approx(wanted.residual)


def test_leverage_names_the_rows_with_the_largest_distance() -> None:
    model, data = line("cars")
    picture = model.plot("leverage", data)
    named = [one.text for one in marks(picture, "dots", "own")]
    assert named == [f"row {one.row + 1}" for one in model.diagnose(data, largest=4).cook]
    augmented = model.augment(data)
    [rows] = marks(picture, "dots", "data")
    assert rows.points[:, 0] == pytest.approx(augmented["leverage"].to_numpy())
    k = 2
    for contour in marks(picture, "line", "contour"):
        h, r = contour.points.T
        cook = r**2 * h / (k * (1 - h))
        assert cook == pytest.approx(np.full(len(h), cook[0]))


def test_coefficients_have_the_intervals_of_the_model() -> None:
    model, _ = line("robust")
    [drawn] = marks(model.plot("coefficients", interval=0.9), "segments")
    assert drawn.points[:, 0].tolist() == pytest.approx(list(model["speed"].interval(0.9)))


def test_many_rows_are_cells_in_a_small_file() -> None:
    rng = np.random.default_rng(0)
    data = {"x": rng.normal(size=100_000)}
    data["y"] = data["x"] + rng.uniform(-3, 3, size=100_000)
    model = wxb.fit(data, target="y")
    for kind in ROW_KINDS:
        picture = model.plot(kind, data)
        assert len(picture.svg()) < 200_000
    [cells] = marks(model.plot("line", data), "cells")
    assert cells.weight.max() == 1
    assert sum(model.plot("line", data).scene.table["rows"]) == 100_000


def test_a_line_without_an_answer_says_so() -> None:
    model = fitted(CARS, target="dist", lr=1, epochs=400)
    picture = model.plot("line", CARS)
    assert "without an answer" in picture.scene.note
    ElementTree.fromstring(picture.svg())


@pytest.mark.parametrize("rows", [1, 2])
def test_one_row_and_two(rows: int) -> None:
    data = {"x": [1.0, 2.0][:rows], "y": [3.0, 5.0][:rows]}
    model = fitted(data, target="y", features=["x"] if rows > 1 else [])
    for kind in ("line", "residuals", "squares", "fitted", "coefficients"):
        ElementTree.fromstring(model.plot(kind, data).svg())
    for kind in ("qq", "scale", "leverage"):
        with pytest.raises(WxbError, match="no error is left"):
            model.plot(kind, data)


@pytest.mark.parametrize(
    ("kind", "data", "options", "said"),
    [
        ("lines", CARS, {}, "did you mean `line`"),
        ("line", None, {}, "shows rows"),
        ("line", CARS, {"term": "sped"}, "no column `sped`"),
        ("line", CARS, {"at": {"dist": 4}}, "no column `dist`"),
        ("coefficients", None, {"term": "speed"}, "takes no `term=`"),
        ("line", CARS, {"interval": 95}, "between 0 and 1"),
    ],
)
def test_wishes_that_cannot_be_met(kind, data, options, said) -> None:
    with pytest.raises(UsageError) as error:
        line("cars")[0].plot(kind, data, **options)
    assert said in f"{error.value.what} {error.value.do}"


def test_other_rows_than_those_of_the_fit() -> None:
    model, _ = line("cars")
    with pytest.raises(WxbError, match="fitted to 50"):
        model.plot("leverage", {name: np.concatenate([column, column]) for name, column in CARS.items()})


def test_a_line_of_products_is_drawn_with_the_others_at_their_means() -> None:
    random = np.random.default_rng(3)
    a, b = random.uniform(0.1, 10, 60), random.normal(2, 1, 60)
    data = {"a": a, "b": b, "y": 3 * np.log(a) + b * np.log(a) + random.normal(0, 0.3, 60)}
    model = wxb.fit(data, formula="y ~ log(a) * b")
    terms = np.column_stack([np.ones(60), np.log(a), b, np.log(a) * b])
    theta, *__ = np.linalg.lstsq(terms, data["y"], rcond=None)
    mean = b.mean()
    on = np.column_stack([np.ones(60), np.log(a), np.full(60, mean), np.log(a) * mean]) @ theta
    table = model.plot("line", data).table()
    np.testing.assert_allclose(table.column(2).to_numpy(), on + data["y"] - terms @ theta, atol=1e-9)
    at = model.plot("line", data, at={"a": 4.0})
    [own] = marks(at, "dots", "own")
    assert own.points[0, 1] == pytest.approx(theta @ [1, np.log(4), mean, np.log(4) * mean])


def test_beside_the_places_where_a_term_is_a_number_there_is_no_line() -> None:
    a = np.geomspace(0.01, 10, 40)
    data = {"a": a, "y": 3 * np.log(a) + np.sin(np.arange(40))}
    picture = wxb.fit(data, formula="y ~ log(a)").plot("line", data)
    assert picture.scene.panels[0].x.low < 0
    [drawn] = marks(picture, "line", "fit")
    assert (drawn.points[np.isfinite(drawn.points[:, 1]), 0] > 0).all()
    assert all(np.isfinite(band.points).all() for role in ("band", "row-band") for band in marks(picture, "area", role))


def test_areas_of_rows_with_weights_are_not_said_to_be_the_cost() -> None:
    data = {"x": [1.0, 2.0, 3.0, 4.0], "w": [1.0, 9.0, 1.0, 4.0], "y": [1.0, 2.5, 2.0, 5.0]}
    model = wxb.fit(data, target="y", weights="w")
    picture = model.plot("squares", data)
    areas = np.mean(picture.table().column("error²").to_numpy())
    assert areas != pytest.approx(model.cost)
    said = picture.scene.panels[0].subheading
    assert f"the mean of their areas is {areas:.4g}; the cost of the fit" in said
    plain = wxb.fit({k: data[k] for k in "xy"}, target="y").plot("squares", data)
    assert "the mean of their areas is the cost" in plain.scene.panels[0].subheading


def test_dates_on_an_axis_stand_at_months_and_times_at_hours() -> None:
    day = np.datetime64("2024-01-10") + np.arange(300)
    data = {"day": day, "y": np.sin(np.arange(300))}
    picture = fitted(data, target="y").plot("line", data)
    assert [text for __, text in picture.scene.panels[0].x.ticks] == ["2024-01", "2024-04", "2024-07", "2024-10"]
    back = fitted(data, target="day").plot("line", data)
    assert [text for __, text in back.scene.panels[0].y.ticks] == ["2024-01", "2024-04", "2024-07", "2024-10"]
    assert back.scene.panels[0].x.ticks is None
    took = {"took": (np.arange(30) * np.timedelta64(600, "s")), "y": np.cos(np.arange(30))}
    ticks = fitted(took, target="y").plot("line", took).scene.panels[0].x.ticks
    assert [text for __, text in ticks] == ["0 days", "2 h", "4 h"]


def test_of_two_stages_no_bowl_is_drawn_for_the_line_is_not_its_bottom() -> None:
    rng = np.random.default_rng(0)
    z, u, q = rng.normal(size=(3, 60))
    data = {"z": z, "q": q, "x": z + u, "y": 2 * (z + u) + 3 * u + q}
    model = wxb.fit(data, formula="y ~ q | x ~ z")
    for name, kind in KINDS.items():
        if kind.bowl:
            with pytest.raises(UsageError, match="two stages"):
                model.plot(name, data if name == "cost" else None)
    assert model.plot("line", data).scene.panels


def test_absorbed_effects_stand_in_the_height_of_the_line_and_in_the_mean_leverage() -> None:
    model, data = line("absorbed")
    [drawn] = marks(model.plot("line", data), "line", "fit")
    at = np.interp(np.mean(data["x"]), *drawn.points.T)
    assert at == pytest.approx(np.mean(data["y"]))
    [mean] = marks(model.plot("leverage", data), "rule", "mean")
    assert mean.points[0, 0] == pytest.approx(model.augment(data)["leverage"].to_numpy().mean())
