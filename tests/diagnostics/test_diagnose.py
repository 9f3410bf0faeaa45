"""What rows say of a fit: against statsmodels, against definitions, on rows of any kind, and refused where they are others."""

from __future__ import annotations

import json
from functools import partial
from math import erf, sqrt
from pathlib import Path

import numpy as np
import pytest

import wxb
from support import peer_terms
from wxb.diagnostics import Diagnostics, StandingOut
from wxb.errors import DataError, NumericalError, UsageError

REFERENCE = Path(__file__).parent.parent / "reference" / "diagnostics" / "statsmodels.json"
KNOWN = json.loads(REFERENCE.read_text(encoding="utf-8"))["models"]
close = partial(pytest.approx, rel=1e-10)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known['set']} {known['model']} {known['weighted']}")
def test_statsmodels(known):
    model = [*peer_terms.models(known["set"])][known["model"]]
    columns = peer_terms.columns(known["set"], model)
    features = [term for term in model["terms"] if term != "Intercept"]
    given = {"weights": "w"} if known["weighted"] else {}
    columns["w"] = 1.0 + np.arange(model["n_used"]) % 3
    fitted = wxb.fit(columns, model["response"], features=features, **given)
    found = fitted.diagnose(columns, white="white" in known, largest=3)
    assert [found.breusch_pagan.statistic, found.breusch_pagan.p] == close(known["breusch_pagan"])
    normality = found.jarque_bera
    assert [normality.statistic, normality.p, normality.skewness, normality.kurtosis] == pytest.approx(
        known["jarque_bera"], rel=1e-10, abs=1e-12
    )
    assert found.durbin_watson == close(known["durbin_watson"])
    assert found.press == close(known["press"])
    if found.white is not None:
        assert [found.white.statistic, found.white.p] == close(known["white"])
    for name in ("leverage", "cook", "studentised"):
        row, value = known[name]
        first = getattr(found, name)[0]
        assert abs(first.value) == close(abs(value))
        assert first.row == row or sum(abs(one.value) == close(abs(value)) for one in getattr(found, name)) > 1


@pytest.mark.parametrize("name", peer_terms.SETS)
def test_peers(name):
    for model in peer_terms.models(name):
        known, columns = model["diagnostics_statsmodels"], peer_terms.columns(name, model)
        features = [term for term in model["terms"] if term != "Intercept"]
        fitted = wxb.fit(columns, model["response"], features=features, intercept=model["intercept"])
        found = fitted.diagnose(columns, largest=1)
        assert found.durbin_watson == close(known["durbin_watson"])
        assert [found.jarque_bera.statistic, found.jarque_bera.p] == pytest.approx(
            known["jarque_bera"], rel=1e-10, abs=1e-12
        )
        assert found.leverage[0].value == pytest.approx(float(model["mp50"]["max_leverage"]), rel=1e-13)
        if "breusch_pagan_koenker" in known and model["intercept"]:
            test = known["breusch_pagan_koenker"]
            assert [found.breusch_pagan.statistic, found.breusch_pagan.p] == pytest.approx(
                [test["lm"], test["p"]], rel=1e-9
            )
        if found.leverage[0].value < 1:
            digits = 1e-9 if name == "longley" else 1e-10  # as many as statsmodels has there
            assert found.cook[0].value == pytest.approx(known["cooks_distance_max"], rel=digits)
            assert abs(found.studentised[0].value) == close(known["studentized_external_max_abs"])


RANDOM = np.random.default_rng(21)
N = 3000
TABLE = {
    "x": RANDOM.normal(size=N),
    "z": RANDOM.normal(size=N) + 1e7,
    "w": RANDOM.uniform(0.5, 2, N),
    "f": RANDOM.integers(0, 3, N),
    "name": [f"row {i}" for i in range(N)],
}
TABLE["y"] = 3 * TABLE["x"] - TABLE["z"] + RANDOM.standard_t(4, size=N)
FEATURES = ["x", "z"]


def plainly(weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Residuals, leverage, studentised residuals (internal) by inverses of float64."""
    w = np.ones(N) if weights is None else weights
    X = np.column_stack([np.ones(N), TABLE["x"], TABLE["z"] - 1e7]) * np.sqrt(w)[:, None]
    y = (TABLE["y"] + 1e7) * np.sqrt(w)
    inverse = np.linalg.inv(X.T @ X)
    e, h = y - X @ (inverse @ (X.T @ y)), np.einsum("ij,jk,ik->i", X, inverse, X)
    return e, h, e / np.sqrt((e @ e) / (N - 3) * (1 - h))


def test_rows_that_stand_out_by_name():
    model = wxb.fit(TABLE, "y", features=FEATURES)
    found = model.diagnose(TABLE, largest=4, label="name")
    e, h, r = plainly()
    cook = r**2 * h / (3 * (1 - h))
    for measure, truth in (("leverage", h), ("cook", cook)):
        order = np.argsort(-truth)[:4]
        rows = getattr(found, measure)
        assert [one.row for one in rows] == order.tolist()
        assert [one.label for one in rows] == [f"row {i}" for i in order]
        assert [one.value for one in rows] == pytest.approx(truth[order], rel=1e-7)
    assert found.press == pytest.approx(((e / (1 - h)) ** 2).sum(), rel=1e-7)
    assert model.diagnose(TABLE, largest=0).leverage == ()


@pytest.mark.parametrize("weighted", [False, True])
def test_quantiles_are_those_of_all_rows(weighted, monkeypatch):
    model = wxb.fit(TABLE, "y", features=FEATURES, **({"weights": "w"} if weighted else {}))
    r = plainly(TABLE["w"] if weighted else None)[2]
    exact = model.diagnose(TABLE, qq=19).quantiles
    share = (np.arange(19) + 0.5) / 19
    assert exact.share == pytest.approx(share)
    assert exact.residual == pytest.approx(np.quantile(r, share, method="inverted_cdf"), rel=1e-6)
    assert exact.normal[9] == pytest.approx(0, abs=1e-15)
    assert [(1 + erf(v / sqrt(2))) / 2 for v in exact.normal] == pytest.approx(share, rel=1e-14)
    monkeypatch.setattr("wxb.passes.row_measures.EXACTLY", 100)
    counted = model.diagnose(TABLE, qq=19).quantiles
    assert exact.accuracy == 0
    assert 0 < counted.accuracy < 2e-4
    assert counted.residual == pytest.approx(exact.residual, rel=counted.accuracy)


def test_counts_are_the_rows_repeated():
    again = {name: np.repeat(np.asarray(column), TABLE["f"]) for name, column in TABLE.items()}
    one = wxb.fit(TABLE, "y", features=FEATURES, frequency="f").diagnose(TABLE, white=True, qq=5)
    other = wxb.fit(again, "y", features=FEATURES).diagnose(again, white=True, qq=5)
    assert one.n == other.n == sum(TABLE["f"])
    for name in ("press", "predicted_r2", "durbin_watson"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-12)
    for name in ("breusch_pagan", "jarque_bera", "white"):
        assert getattr(one, name).statistic == pytest.approx(getattr(other, name).statistic, rel=1e-11)
    assert one.quantiles.residual == pytest.approx(other.quantiles.residual, rel=1e-13)


def test_threads_leave_no_trace():
    big = {name: np.tile(np.asarray(column), 50) for name, column in TABLE.items() if name != "name"}
    model = wxb.fit(big, "y", features=FEATURES)
    one, two = (model.diagnose(big, white=True, qq=9, threads=count) for count in (1, 2))
    assert repr_of(one) == repr_of(two)


def repr_of(found: Diagnostics) -> list:
    parts = [getattr(found, name) for name in ("leverage", "cook", "studentised", "press", "durbin_watson")]
    return [*parts, found.breusch_pagan, found.white, found.jarque_bera, found.quantiles.residual.tolist()]


def test_a_row_that_alone_decides_a_coefficient_is_said():
    table = {"x": TABLE["x"][:30], "one": [0.0] * 29 + [1.0], "y": TABLE["y"][:30]}
    found = wxb.fit(table, "y").diagnose(table, largest=2)
    assert found.leverage[0] == StandingOut(29, 1.0)
    assert np.isnan(found.press)
    assert np.isnan(found.errors["HC3"]).all()
    assert not np.isnan(found.errors["HC1"]).any()
    assert found.cook[0].row != 29
    assert "data row 30 alone decides a coefficient" in found.notes[0]
    assert "data row 30 alone decides" in str(found)


def test_standard_errors_side_by_side():
    model = wxb.fit(TABLE, "y", features=FEATURES)
    found = model.diagnose(TABLE)
    assert list(found.errors) == ["classical", "HC0", "HC1", "HC2", "HC3"]
    for kind, errors in found.errors.items():
        assert errors.tolist() == model.with_se(kind, TABLE).inference.se.tolist()
    with pytest.raises(ValueError, match="read-only"):
        found.errors["HC0"][0] = 1
    assert "HC3 errors" in str(found)


def test_rows_that_are_held_out_have_no_part():
    model = wxb.fit(TABLE, "y", features=FEATURES, test=0.25)
    assert model.diagnose(TABLE).n == model.n < N
    table = model.augment(TABLE)
    assert np.isnan(table["leverage"].to_numpy()).sum() == N - model.n
    assert not np.isnan(table["residual"].to_numpy()).any()


def test_a_perfect_fit_has_nothing_to_test():
    line = {"x": [1.0, 2, 3, 5], "y": [3.0, 5, 7, 11]}
    found = wxb.fit(line, "y").diagnose(line)
    assert found.press == 0
    assert np.isnan(found.breusch_pagan.p)
    assert "nothing to test" in str(found)


def test_other_rows_are_refused():
    model = wxb.fit(TABLE, "y", features=FEATURES)
    few = {name: column[:-1] for name, column in TABLE.items()}
    with pytest.raises(DataError, match="2999 rows, and the model was fitted to 3000"):
        model.diagnose(few)
    moved = TABLE | {"y": TABLE["y"] + (np.arange(N) == 7)}
    for call in (model.diagnose, model.augment):
        with pytest.raises(DataError, match="other rows than the fit: squared errors"):
            call(moved)
    assert model.residuals(moved)[7] == pytest.approx(model.residuals(TABLE)[7] + 1, abs=1e-6)


def test_what_cannot_be_asked():
    with pytest.raises(UsageError, match="what a descent reached"):
        wxb.fit(TABLE, "y", features=["x"], epochs=3).diagnose(TABLE)
    two = {"x": [1, 2], "y": [1, 3]}
    with pytest.warns(wxb.WxbWarning, match="0 residual degrees"):
        through = wxb.fit(two, "y")
    with pytest.raises(NumericalError, match="passes through all 2 rows"):
        through.diagnose(two)
    wide = {f"x{i}": RANDOM.normal(size=80) for i in range(32)} | {"y": RANDOM.normal(size=80)}
    with pytest.raises(UsageError, match="560 columns; at most 500"):
        wxb.fit(wide, "y").diagnose(wide, white=True)
    weighted = wxb.fit(TABLE, "y", features=["x"], weights="w")
    with pytest.raises(UsageError, match="the weights of the fit"):
        weighted.diagnose({"x": TABLE["x"], "y": TABLE["y"]})
    for wrong in ({"largest": -1}, {"qq": 2.5}, {"largest": 10**9}, {"white": 3}):
        with pytest.raises(UsageError, match=next(iter(wrong))):
            wxb.fit(TABLE, "y", features=["x"]).diagnose(TABLE, **wrong)
    with pytest.raises(UsageError, match="no column `nme`"):
        weighted.diagnose(TABLE, label="nme")


def test_one_line_and_a_text_of_eighty_columns():
    model = wxb.fit(TABLE, "y", features=FEATURES)
    found = model.diagnose(TABLE, white=True, qq=5, label="name")
    assert repr(found).startswith("Diagnostics(3000 rows: Durbin–Watson ")
    assert "\n" not in repr(found) + repr(found.quantiles) + repr(found.jarque_bera) + repr(found.white)
    assert all(len(line) <= 80 for line in str(found).splitlines())
    for word in ("Breusch–Pagan", "White", "Jarque–Bera", "Durbin–Watson", "PRESS", "Cook", "row "):
        assert word in str(found)
