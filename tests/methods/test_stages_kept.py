"""Lines of two stages in files, as sums, and with errors by cluster: what a model of least squares can, they can."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wxb
from wxb.errors import ModelFileError, UsageError, WxbError

RANDOM = np.random.default_rng(12)
N = 160
Z, T, U, V = RANDOM.normal(size=(4, N))
DATA: dict[str, Any] = {
    "a": V,
    "z": Z,
    "t": T,
    "w": RANDOM.uniform(0.5, 2, N),
    "kind": RANDOM.choice(["p", "q", "r"], N),
    "firm": RANDOM.choice([f"f{i}" for i in range(5)], N),
    "team": RANDOM.integers(0, 14, N),
}
DATA["x"] = Z + T / 2 + U + (DATA["kind"] == "q")
DATA["y"] = 2 * DATA["x"] + V - U + RANDOM.normal(size=N)
LINES: list[dict[str, Any]] = [
    {"formula": "y ~ a | x ~ z + t"},
    {"formula": "y ~ a + kind | x ~ z + t + z:t"},
    {"formula": "y ~ poly(a, 2) | firm | x ~ z + t"},
    {"formula": "y ~ 0 + a | x ~ z + kind"},
    {"target": "y", "features": ["a"], "endogenous": "x", "instruments": ["z", "t"]},
    {"target": "y", "features": ["a"], "endogenous": "x", "instruments": ["z", "t"], "weights": "w", "test": 0.2},
]


def part(rows: slice) -> dict[str, Any]:
    return {name: column[rows] for name, column in DATA.items()}


def same(one: wxb.Model, other: wxb.Model) -> None:
    a, b = one.inference, other.inference
    assert (one.terms, one.theta.tobytes()) == (other.terms, other.theta.tobytes())
    assert (a.covariance.tobytes(), a.p.tobytes(), a.f, a.r2) == (b.covariance.tobytes(), b.p.tobytes(), b.f, b.r2)
    assert one.stages is not None
    assert other.stages is not None
    assert one.stages.first == other.stages.first
    for name in ("endogenous", "instruments", "unused", "sargan", "sargan_freedom", "wu_hausman", "wu_freedom"):
        assert str(getattr(one.stages, name)) == str(getattr(other.stages, name))
    assert str(one) == str(other)


@pytest.mark.parametrize("asked", LINES, ids=str)
def test_a_file_brings_the_line_back(asked: dict[str, Any], tmp_path: Path) -> None:
    model = wxb.fit(DATA, **asked)
    model.save(tmp_path / "m.json")
    found = wxb.load(tmp_path / "m.json")
    same(found, model)
    assert (found.ranges, found.test_cost, found.test_mae) == (model.ranges, model.test_cost, model.test_mae)
    if "firm" not in str(asked):
        new = {name: DATA[name][:4] for name in ("a", "x", "kind")}
        for of in ("row", "mean"):
            told, own = found.predict(new, 0.9, of=of), model.predict(new, 0.9, of=of)
            assert (told.low.tolist(), told.high.tolist()) == (own.low.tolist(), own.high.tolist())
        weights = asked.get("weights")
        robust = wxb.fit(DATA, **asked, se="HC1")
        same(found.with_se("HC1", DATA, weights=weights), robust)
        robust.save(tmp_path / "r.json")
        same(wxb.load(tmp_path / "r.json"), robust)
    assert str(wxb.table(found, model)) == str(wxb.table(model, model))
    assert found.test("x = 2")[0] == model.test("x = 2")[0]


@pytest.mark.parametrize("asked", LINES[:5], ids=str)
def test_sums_of_lines_are_those_of_one_fit(asked: dict[str, Any], tmp_path: Path) -> None:
    first, rest = wxb.fit(part(slice(0, 90)), **asked), wxb.fit(part(slice(90, N)), **asked)
    whole = wxb.fit(DATA, **asked)
    same(wxb.update(first, part(slice(90, N))), whole)
    same(wxb.merge(first, rest), whole)
    assert wxb.merge(first, rest).ranges == whole.ranges
    assert wxb.forget(whole, part(slice(90, N))).theta.tobytes() == first.theta.tobytes()
    first.save(tmp_path / "m.json")
    again = wxb.update(wxb.load(tmp_path / "m.json"), part(slice(90, N)))
    same(again, whole)
    again.save(tmp_path / "m.json")
    same(wxb.load(tmp_path / "m.json"), whole)


def test_what_does_not_add() -> None:
    model = wxb.fit(DATA, **LINES[4])
    other = wxb.fit(DATA, "y", features=["a"], endogenous="x", instruments=["z"])
    for wrong in (other, wxb.fit(DATA, "y", features=["a", "x"])):
        with pytest.raises(UsageError, match=r"it is found by|its terms"):
            wxb.merge(model, wrong)
    with pytest.raises(UsageError, match="of its test rows the instruments are not known"):
        wxb.update(wxb.fit(DATA, **LINES[5]), DATA, weights="w")
    with pytest.raises(WxbError):
        wxb.forget(model, {**part(slice(0, 9)), "z": np.full(9, 1e6)})


def changes(content: dict[str, Any]) -> dict[str, Any]:
    """Files that no line wrote, by what is wrong with them."""
    stages = content["stages"]
    return {
        "no stages": {name: value for name, value in content.items() if name != "stages"},
        "other coefficients": {**content, "coef": [content["coef"][0] + 1, *content["coef"][1:]]},
        "no instruments": {**content, "recipe": {**content["recipe"], "instruments": []}},
        "unknown instruments": {**content, "recipe": {**content["recipe"], "instruments": ["__class__"]}},
        "of numbers": {**content, "recipe": {**content["recipe"], "instruments": [3]}},
        "too few": {**content, "recipe": {**content["recipe"], "endogenous": ["x", "a"], "instruments": ["z"]}},
        "other terms": {**content, "stages": {**stages, "terms": stages["terms"][::-1]}},
        "more": {**content, "stages": {**stages, "more": 1}},
        "no moments": {**content, "stages": {name: value for name, value in stages.items() if name != "moments"}},
        "text": {**content, "stages": "stages"},
        "kinds": {**content, "stages": {**stages, "kinds": stages["kinds"][1:]}},
        "descent": {**content, "outcome": "converged"},
        "of least squares": {**content, "recipe": {}},
    }


def test_hostile_files_are_refused(tmp_path: Path) -> None:
    wxb.fit(DATA, **LINES[4]).save(tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text())
    for what, changed in changes(content).items():
        (tmp_path / "h.json").write_text(json.dumps(changed))
        with pytest.raises(ModelFileError):
            raise AssertionError(what, wxb.load(tmp_path / "h.json"))


def test_levels_of_few_rows_are_not_told(tmp_path: Path) -> None:
    rare = {**DATA, "kind": np.where(np.arange(N) == 3, "s", DATA["kind"])}
    model = wxb.fit(rare, formula="y ~ a + kind | x ~ z + t")
    with pytest.raises(UsageError, match="so few rows that its sums would tell them") as told:
        model.save(tmp_path / "m.json")
    assert "`keep=" in told.value.do
    model.save(tmp_path / "m.json", keep="labels")
    same(wxb.load(tmp_path / "m.json"), model)


def by_algebra(kind: str, weights: Any) -> tuple[np.ndarray, np.ndarray]:
    """Errors and Satterthwaite's degrees of freedom by dense algebra with x̂: A_g = (1 − H_gg)^(−1/2), or its inverse."""
    ones, w = np.ones(N), np.ones(N) if weights is None else DATA[weights]
    X, instruments = (
        np.column_stack([ones, DATA["a"], DATA["x"]]),
        np.column_stack([ones, DATA["a"], DATA["z"], DATA["t"]]),
    )
    root = np.sqrt(w)[:, None]
    X, Y = X * root, DATA["y"] * root[:, 0]
    q, _ = np.linalg.qr(instruments * root)
    hat = q @ (q.T @ X)
    bread = np.linalg.inv(hat.T @ hat)
    left = Y - X @ (bread @ hat.T @ Y)
    H, middle, parts = hat @ bread @ hat.T, np.zeros((3, 3)), []
    for g in np.unique(DATA["team"]):
        mine = DATA["team"] == g
        values, vectors = np.linalg.eigh(np.eye(mine.sum()) - H[np.ix_(mine, mine)])
        adjust = (vectors * values ** (-0.5 if kind == "CR2" else -1.0)) @ vectors.T
        score = hat[mine].T @ adjust @ left[mine]
        middle += np.outer(score, score)
        parts.append((np.eye(N) - H)[:, mine] @ adjust @ hat[mine] @ bread)
    groups = len(parts)
    if kind == "CR3":
        return np.sqrt((bread @ middle @ bread).diagonal() * (groups - 1) / groups), np.full(3, groups - 1.0)
    freedom = []
    for c in range(3):
        directions = np.array([one[:, c] for one in parts])
        products = directions @ directions.T
        freedom.append(np.trace(products) ** 2 / (products**2).sum())
    return np.sqrt((bread @ middle @ bread).diagonal()), np.array(freedom)


@pytest.mark.parametrize("weights", [None, "w"])
@pytest.mark.parametrize("kind", ["CR2", "CR3"])
def test_errors_by_cluster_have_the_leverage_of_what_the_instruments_tell(kind: str, weights: str | None) -> None:
    asked: dict[str, Any] = {"target": "y", "features": ["a"], "endogenous": "x", "instruments": ["z", "t"]}
    model = wxb.fit(DATA, **asked, weights=weights, se=f"{kind}:team")
    se, freedom = by_algebra(kind, weights)
    np.testing.assert_allclose(model.inference.se, se, rtol=1e-11)
    np.testing.assert_allclose(model.inference.t_freedom, freedom, rtol=1e-9)
    assert model.errors is not None
    assert "clubSandwich" in model.errors.notes[-1]
    again = wxb.fit(DATA, formula="y ~ a | x ~ z + t", weights=weights).with_se(f"{kind}:team", DATA, weights=weights)
    assert again.inference.se.tobytes() == model.inference.se.tobytes()


@pytest.mark.parametrize(
    ("formula", "asked"),
    [
        ("y ~ a + x | a + z + t", "y ~ a | x ~ z + t"),
        ("log(w) ~ a + x | a + z", "log(w) ~ a | x ~ z"),
    ],
)
def test_a_formula_of_ivreg_is_answered_with_ours(formula: str, asked: str) -> None:
    with pytest.raises(WxbError, match="absorbed") as told:
        wxb.fit(DATA, formula=formula)
    assert told.value.do.endswith(asked)
    wxb.fit(DATA, formula=asked)


def test_options_beside_a_formula_that_does_not_name_them() -> None:
    with pytest.raises(UsageError, match="`t` is no term of the formula") as told:
        wxb.fit(DATA, formula="y ~ a + x", endogenous="x", instruments="t")
    assert 'formula="y ~ a | x ~ t"' in told.value.do
    named = wxb.fit(DATA, formula="y ~ a + x + t", endogenous="x", instruments="t")
    assert named.theta.tobytes() == wxb.fit(DATA, formula="y ~ a | x ~ t").theta.tobytes()
