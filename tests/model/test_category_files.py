"""Files of models with categories and formulas: what comes back, what is not written, and what is refused whole."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

import wxb
from wxb.errors import ModelFileError, UsageError, WxbWarning
from wxb.model.file import model_to_json

rng = np.random.default_rng(2)
N = 60
DATA: dict[str, Any] = {
    "x": rng.normal(size=N).tolist(),
    "z": rng.integers(0, 50, N).tolist(),
    "school": rng.choice(["north", "south", "east"], N).tolist(),
    "paid": rng.choice(["yes", "no"], N).tolist(),
    "w": rng.uniform(0.5, 2, N).tolist(),
}
DATA["y"] = (np.array(DATA["x"]) * 2 + (np.array(DATA["school"]) == "east") + rng.normal(size=N) + 20).tolist()
RARE = {**DATA, "school": ["west", *DATA["school"][1:]]}
FITS: dict[str, dict[str, Any]] = {
    "text": {"features": ["x", "school", "paid"]},
    "test rows": {"features": ["x", "school"], "test": 0.4, "seed": 3},
    "weights": {"features": ["school", "x"], "weights": "w"},
    "descent": {"features": ["school", "x"], "lr": 0.1, "epochs": 20},
    "poly": {"formula": "log(y) ~ poly(x, 2)*school + paid"},
    "splines": {"formula": "y ~ bs(x, df=4) + scale(z) + C(school, coding=sum)"},
    "numbers": {"formula": "y ~ x*z + I(x^2) + offset(z)"},
    "errors": {"formula": "y ~ x + I(z^2)", "se": "HC1"},
    "no intercept": {"formula": "y ~ 0 + school:x"},
    "absorbed": {"formula": "y ~ x + paid | school"},
    "absorbed by name": {"features": ["x"], "absorb": "school"},
    "one level": {"formula": "y ~ x + C(z, base=2)"},
}


def fitted(data: dict[str, Any], options: dict[str, Any]) -> wxb.Model:
    return wxb.fit(data, None if "formula" in options else "y", **options)


@pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")
@pytest.mark.parametrize("name", FITS)
def test_what_is_saved_comes_back(name: str, tmp_path: Path) -> None:
    model = fitted(DATA, FITS[name])
    model.save(tmp_path / "m.json", keep="labels")
    found = wxb.load(tmp_path / "m.json")
    assert found.theta.tobytes() == model.theta.tobytes()
    assert found.gathered == model.gathered
    assert (
        name.startswith("absorbed") or found == model
    )  # what is left within levels is rounded, and the file has what is exact
    assert found.design == model.design
    assert found.inference.se.tobytes() == model.inference.se.tobytes()
    assert (found.ranges, found.test_quality, found.notes) == (model.ranges, model.test_quality, model.notes)
    if not name.startswith("absorbed"):
        assert found.predict(DATA).tolist() == model.predict(DATA).tolist()
    found.save(tmp_path / "again.json", keep="labels")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "m.json").read_bytes()
    if name not in ("descent", "errors") and not name.startswith("absorbed"):
        weights = FITS[name].get("weights")
        more = wxb.update(found, DATA, weights=weights)
        assert more == wxb.update(model, DATA, weights=weights)
        assert more.n > found.n


@pytest.mark.filterwarnings("ignore::wxb.errors.WxbWarning")
def test_folds_and_declared_levels_come_back(tmp_path: Path) -> None:
    frame = pandas.DataFrame(DATA)
    frame["school"] = pandas.Categorical(DATA["school"], categories=["south", "east", "none", "north"])
    model = wxb.fit(frame, "y", features=["school", "x"], folds=2)
    model.save(tmp_path / "m.json")
    found = wxb.load(tmp_path / "m.json")
    assert found.fold_costs.tolist() == model.fold_costs.tolist()
    assert found.terms == ("school[east]", "school[north]", "x")
    assert wxb.merge(found, found).n == 2 * N


def test_a_level_of_one_row_is_not_written(tmp_path: Path) -> None:
    model = wxb.fit(RARE, "y", features=["x", "school"], test=0.2, seed=1)
    with pytest.warns(WxbWarning, match="coefficients and standard errors, not the sums"):
        model.save(tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text())
    assert {"minimum", "test", "design"} <= set(content)
    assert not {"sums", "moments", "test_sums"} & set(content)
    found = wxb.load(tmp_path / "m.json")
    assert found.theta.tobytes() == model.theta.tobytes()
    assert np.allclose(found.inference.se, model.inference.se, rtol=1e-15)
    assert (found.n, found.r2, found.cost, found.inference.f) == (model.n, model.r2, model.cost, model.inference.f)
    assert found.inference.p.tolist() == pytest.approx(model.inference.p.tolist(), rel=1e-12)
    assert found.test_quality == model.test_quality
    assert found.predict(RARE).tolist() == model.predict(RARE).tolist()
    assert "school" in found.summary()
    for asked in (
        lambda: wxb.update(found, RARE),
        lambda: wxb.merge(found, found),
        lambda: found.predict(RARE, interval=0.9),
        lambda: found.inference.covariance,
        lambda: found.moments.exact(1, 1),
    ):
        with pytest.raises(UsageError, match=r"holds no sums: .*\n.*fit it again, and save it with `keep=\"labels\"`"):
            asked()
    found.save(tmp_path / "again.json")
    again = wxb.load(tmp_path / "again.json")
    assert again.theta.tobytes() == model.theta.tobytes()


def test_a_collinear_term_does_not_tell_the_row_of_a_level(tmp_path: Path) -> None:
    """x:school[solo] = −7.25·school[solo] stood in the file and in its warnings: x of that row, and with it y."""
    x = [-7.25, *np.random.default_rng(1).normal(size=20).tolist()]
    data = {"x": x, "y": [v * v for v in x], "school": ["solo", *["a", "b"] * 10]}
    with pytest.warns(WxbWarning, match="collinear"):
        model = wxb.fit(data, formula="y ~ x*school")
    with pytest.warns(WxbWarning, match="not the sums"):
        model.save(tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text())
    del content["ranges"]  # of all rows together, as in every file
    assert "7.25" not in json.dumps(content)
    found = wxb.load(tmp_path / "m.json")
    assert "x:school[solo] is made of school[solo]: collinear" in found.warnings[0]
    assert found.theta.tobytes() == model.theta.tobytes()
    assert found.summary()
    model.save(tmp_path / "m.json", keep="labels")
    assert wxb.load(tmp_path / "m.json").warnings == model.warnings


def test_what_a_cell_tells() -> None:
    """Of two rows the sums under a level tell neither; with slopes by level they tell both."""
    school = ["north"] * 30 + ["south"] * 28 + ["east"] * 2
    plain = wxb.fit({**DATA, "school": school}, formula="y ~ x + school")
    slopes = wxb.fit({**DATA, "school": school}, formula="y ~ x + school + x:school")
    assert "sums" in model_to_json(plain)
    assert "minimum" in model_to_json(slopes)
    assert "sums" in model_to_json(slopes, "labels")


def _places(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(content, dict | list):
        for key in content if isinstance(content, dict) else range(len(content)):
            found += _places(content[key], (*path, key))
    return found


VALUES = [
    None,
    True,
    -1,
    0,
    3,
    2**70,
    1.5,
    "",
    "x",
    "1fp+3",
    "-1p+9000",
    "0p+0",
    [],
    {},
    [[]],
    "__import__('os')",
    [1, 2],
    "y ~ x",
]


@pytest.mark.parametrize("kind", ["sums", "minimum"])
def test_changed_files_are_refused_whole(kind: str, tmp_path: Path) -> None:
    """What is changed is noticed, or leaves a model that works."""
    data, options = (
        (DATA, {"formula": "y ~ poly(x, 2) + school"}) if kind == "sums" else (RARE, {"features": ["school", "x"]})
    )
    content = model_to_json(fitted(data, options))
    assert kind in content
    places, draw = _places(content), random.Random(7)
    refused = 0
    for _ in range(120):
        path = draw.choice(places)
        changed = copy.deepcopy(content)
        inner = changed
        for key in path[:-1]:
            inner = inner[key]
        if draw.random() < 0.3:
            del inner[path[-1]]
        else:
            inner[path[-1]] = draw.choice(VALUES)
        (tmp_path / "m.json").write_text(json.dumps(changed))
        try:
            model = wxb.load(tmp_path / "m.json")
            model.predict(data)
            model.summary()
        except wxb.WxbError as error:
            refused += isinstance(error, ModelFileError)
    assert refused > 90
    (tmp_path / "m.json").write_text(json.dumps(content))
    assert wxb.load(tmp_path / "m.json").n == N


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("errors", "freedom", 1), 1e308),
        (("errors", "joint"), 1e308),
        (("errors", "joint"), -1),
        (("errors", "most_tested"), 10**400),
        (("errors", "most_tested"), -1),
        (("clusters", 0, "rows", 0), 2**63),
    ],
)
def test_counts_beyond_all_rows_are_refused(path: tuple[Any, ...], value: Any, tmp_path: Path) -> None:
    """They are numbers of JSON, and overflowed in what is computed of them."""
    content = model_to_json(wxb.fit(DATA, "y", features=["x"], se="cluster:school"), "labels")
    inner: Any = content
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    (tmp_path / "m.json").write_text(json.dumps(content))
    with pytest.raises(ModelFileError):
        wxb.load(tmp_path / "m.json")


def test_a_formula_in_a_file_is_only_read(tmp_path: Path) -> None:
    content = model_to_json(fitted(DATA, {"formula": "y ~ poly(x, 2) + school"}))
    for text in (
        "y ~ __import__('os').system('true')",
        "y ~ (lambda: x)()",
        "y ~ x + " + "(" * 10_000,
        "z ~ x",
        "y ~ 0 + x",
    ):
        changed = copy.deepcopy(content)
        changed["design"]["formula"] = text
        (tmp_path / "m.json").write_text(json.dumps(changed))
        with pytest.raises(ModelFileError, match=r"\$\.design is"):
            wxb.load(tmp_path / "m.json")


def test_moments_by_cluster_are_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    model = wxb.fit(DATA, "y", features=["x", "z"], se="cluster:school")
    model.save(tmp_path / "plain.json")
    model.save(tmp_path / "kept.json", keep="labels")
    plain, kept = wxb.load(tmp_path / "plain.json"), wxb.load(tmp_path / "kept.json")
    assert plain.clusters == {}
    assert kept.with_se("CR2:school").inference.se.tolist() == model.with_se("CR2:school").inference.se.tolist()
    with pytest.raises(UsageError, match="rows of the fit"):
        plain.with_se("CR2:school")
    content = json.loads((tmp_path / "kept.json").read_text())
    content["clusters"][0]["sums"].pop()
    (tmp_path / "kept.json").write_text(json.dumps(content))
    with pytest.raises(ModelFileError, match=r"\$\.clusters\[0\] are not those of the rows"):
        wxb.load(tmp_path / "kept.json")


def test_other_errors_of_a_model_without_sums_are_their_own_alone(tmp_path: Path) -> None:
    model = wxb.fit(RARE, "y", features=["x", "school"], se="HC1")
    with pytest.warns(WxbWarning, match="not the sums"):
        model.save(tmp_path / "m.json")
    found = wxb.load(tmp_path / "m.json")
    assert np.allclose(found.inference.se, model.inference.se, rtol=1e-15)
    assert np.isnan(found.errors.matrix[1, 0])
