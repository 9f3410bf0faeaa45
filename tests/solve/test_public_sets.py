"""Every model of the public sets whose terms are plain columns, against 50-digit arithmetic: 12 digits of everything."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import wxb
from support.rational import digits

FOLDER = Path(__file__).parent.parent / "reference" / "peers"
BAR = 12.0


def plain_models() -> dict[str, tuple[str, dict]]:
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for model in content["ols"]:
            terms = [t for t in model["terms"] if t != "Intercept"]
            if all(t in content["columns"] for t in [*terms, model["response"]]):
                found[f"{path.stem}: {model['formula']}"] = (path.stem, model)
    return found


MODELS = plain_models()


def fitted(name: str) -> tuple[wxb.Model, dict]:
    stem, reference = MODELS[name]
    terms = [t for t in reference["terms"] if t != "Intercept"]
    with_missing = reference["n_dropped_missing"] > 0
    path = FOLDER / f"{stem}.csv"
    call = {"target": reference["response"], "features": terms, "intercept": reference["intercept"]}
    if not with_missing:
        return wxb.fit(path, **call), reference
    with pytest.warns(wxb.WxbWarning, match=str(reference["n_dropped_missing"])):
        return wxb.fit(path, **call, missing="drop"), reference


def assert_digits(found, truth, what: str) -> None:
    found, truth = np.ravel(found).tolist(), np.ravel(truth).tolist()
    assert len(found) == len(truth)
    for a, b in zip(found, truth):
        assert digits(a, Fraction(b)) >= BAR, f"{what}: {a!r} for {b}"


def test_there_are_enough_models():
    assert len(MODELS) >= 19


@pytest.mark.parametrize("name", MODELS)
def test_every_number_of_the_model(name):
    model, reference = fitted(name)
    found, truth = model.inference, reference["mp50"]
    assert (model.n, found.freedom) == (reference["n_used"], reference["df_residual"])
    for what, value in {
        "coef": model.theta,
        "se": found.se,
        "t": found.t,
        "p": found.p,
        "ci95": found.interval(0.95),
        "rss": found.rss,
        "tss": float(found.solution.tss),
        "residual_sd": found.residual_sd,
        "r2": found.r2,
        "adj_r2": found.adjusted_r2,
        "F": found.f,
        "F_p": found.f_p,
        "loglik": found.loglik,
        "aic": found.aic,
        "bic": found.bic,
    }.items():
        assert_digits(value, truth[what], what)


@pytest.mark.parametrize("name", MODELS)
def test_predictions_and_their_intervals(name):
    model, reference = fitted(name)
    points = reference["new_points"]
    columns = {t: [point[t] for point in points] for t in model.terms}
    rows = model.design.rows(columns)
    truth = reference["mp50"]["prediction"]
    prediction = model.predict(columns, interval=0.95)
    assert_digits(prediction.value, [p["mean"] for p in truth], "mean")
    assert_digits(model.inference.mean_se(rows), [p["se_mean"] for p in truth], "se_mean")
    assert_digits(model.inference.mean_interval(rows), [p["ci_mean"] for p in truth], "ci_mean")
    assert_digits(model.inference.prediction_interval(rows), [p["pi"] for p in truth], "pi")
    assert_digits(np.column_stack([prediction.low, prediction.high]), [p["pi"] for p in truth], "predict's interval")
