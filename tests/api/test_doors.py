"""Every argument of every public call, given what it cannot be: an answer or a WxbError that names the argument."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import numpy as np
import pytest

import wxb

TABLE = {"x": [1.0, 2.0, 3.0, 4.0, 6.0], "z": [1.0, 0.0, 0.0, 1.0, 1.0], "y": [1.0, 2.0, 1.0, 5.0, 4.0]}
ROW = {"x": [1.0], "z": [1.0]}


class Odd:
    """No number, no text, no list; its repr fails, as a user's may."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


WRONG: list[Any] = [
    None, 3, -1, 0, 0.5, 95, math.nan, math.inf, 10**400, True, 1j, "", "x", "0.95", b"x", [], (), {}, object(), Odd(),
    "\ud800", "a" * 5000, np.timedelta64(3, "D"), np.array([1.0, 2.0]), [1.0, 2.0],
    [None], {"x": None}, ["x", "x"], [[1, 2], [3]], np.array(["a"]), np.array(3.0), np.array([1j]), {1, 2},
]  # fmt: skip

THEIRS = {"self", "data", "engine", "optimizer", "device"}  # what PyTorch is asked with is tried in tests/descent


@pytest.fixture(scope="module")
def calls() -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    model = wxb.fit(TABLE, "y")
    path = wxb.fit(TABLE, "y", lr=0.01, epochs=5).trajectory
    rates, inference, design = wxb.rates(model), model.inference, np.ones((1, 3))
    return {
        "fit": (wxb.fit, {"data": TABLE, "target": "y"}),
        "descent": (wxb.fit, {"data": TABLE, "target": "y", "lr": 0.01, "epochs": 3}),
        "rates": (wxb.rates, {"data": TABLE, "target": "y"}),
        "rates of a model": (wxb.rates, {"data": model}),
        "cost_of": (wxb.cost_of, {"data": TABLE, "target": "y", "line": "x"}),
        "update": (wxb.update, {"model": model, "data": TABLE}),
        "forget": (wxb.forget, {"model": model, "data": {"x": [1.0], "z": [1.0], "y": [1.0]}}),
        "load": (wxb.load, {}),
        "explain": (wxb.explain, {}),
        "Stop": (wxb.Stop, {}),
        "Moments.of": (wxb.Moments.of, {"X": np.ones((3, 1)), "y": np.arange(3.0)}),
        "Moments.select": (model.moments.select, {}),
        "predict": (model.predict, {"data": ROW}),
        "predict with interval": (model.predict, {"data": ROW, "interval": 0.9}),
        "save": (model.save, {}),
        "verdict": (rates.verdict, {"lr": 0.1}),
        "interval": (inference.interval, {}),
        "prediction_interval": (inference.prediction_interval, {"rows": design}),
        "mean_interval": (inference.mean_interval, {"rows": design}),
        "mean_se": (inference.mean_se, {"rows": design}),
        "at": (path.at, {"epoch": 2}),
        "entry": (path.entry, {"position": 2}),
        "design": (model.design.rows, {"columns": ROW}),
        "limit": (rates.limit, {}),
        "growth": (rates.growth, {"lr": 0.1}),
        "epochs": (rates.epochs, {"lr": 0.1}),
        "epochs_per_digit": (rates.epochs_per_digit, {"lr": 0.1}),
        "best_for": (rates.best_for, {}),
        "modes": (rates.modes, {"lr": 0.1}),
        "table": (rates.table, {}),
    }


NAMES = (
    "fit", "descent", "rates", "rates of a model", "cost_of", "update", "forget", "load", "explain", "Stop", "Moments.of",
    "Moments.select", "predict", "predict with interval", "save", "verdict", "interval", "prediction_interval",
    "mean_interval", "mean_se", "at", "entry", "design", "limit", "growth", "epochs", "epochs_per_digit", "best_for",
    "modes", "table",
)  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_argument_is_an_answer_or_an_error_in_words(name, calls, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # "x" is the name of a file, to some
    call, right = calls[name]
    for parameter in inspect.signature(call).parameters.values():
        if parameter.name in THEIRS or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        for value in WRONG:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", wxb.WxbWarning)
                try:
                    call(**{**right, parameter.name: value})
                except wxb.WxbError:
                    pass
                except TypeError as error:
                    if "required" not in str(error):
                        raise


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda model: wxb.merge(model, 3), "argument 2 must be a fitted Model, not 3"),
        (lambda model: wxb.update("m.json", TABLE), "model must be a fitted Model, not 'm.json'\n  wxb.load"),
        (lambda model: wxb.fit(TABLE, "y", lr=0.1, epochs=2, stop=3), "stop must be a wxb.Stop, not 3"),
        (lambda model: wxb.fit(TABLE, "y", progress=3), "progress must be a function of"),
        (lambda model: wxb.fit(TABLE, "y", lr=0.1, on_epoch=3), "on_epoch must be a function of"),
        (lambda model: wxb.fit(TABLE, "y", checkpoint=3), "checkpoint must be the path of a file, not 3"),
        (
            lambda model: wxb.fit(TABLE, "y", lr=0.1, log_every=0),
            "log_every must be a number of epochs, 1 or more, not 0",
        ),
        (lambda model: wxb.fit(TABLE, "y", lr=0.1, start="x"), "start must be numbers"),
        (lambda model: wxb.fit(TABLE, "y", lr=0.1, start={"x": "1"}), "start of x must be a number, not '1'"),
        (lambda model: wxb.load(123), "path must be the path of a file, not 123"),
        (lambda model: model.save(None), "path must be the path of a file, not None"),
        (lambda model: model.predict(ROW, interval=95), "interval lies between 0 and 1, not 95\n  95 % is 0.95"),
        (lambda model: model.predict(ROW, interval="0.95"), "interval must be a number between 0 and 1, not '0.95'"),
        (
            lambda model: model.inference.mean_interval([[1.0, 2.0]]),
            r"shape \(1, 2\), expected \(m, 3\), the intercept's 1",
        ),
        (lambda model: wxb.cost_of(TABLE, "y", 3), "an expression must be a text, not 3"),
        (lambda model: wxb.cost_of(TABLE, ["y"], "x"), "target must be the name of a column"),
        (lambda model: wxb.rates(model, features=["x"]), "features is a choice of the fit"),
        (lambda model: wxb.rates(model, intercept=False), "intercept is a choice of the fit"),
        (lambda model: wxb.rates(model, missing="drop"), "missing is a choice of the fit"),
        (lambda model: wxb.rates(model, where="x > 1"), "where is a choice of the fit"),
        (lambda model: wxb.rates(model).verdict(0.1, start=[1.0]), "start must be 3 finite numbers"),
        (lambda model: wxb.Stop(patience="5"), "stop rule patience must be a positive number, not '5'"),
    ],
)
def test_the_argument_is_named(call, said):
    with pytest.raises(wxb.UsageError, match=said):
        call(wxb.fit(TABLE, "y"))


def test_texts_and_names_of_numpy_and_of_enumerations_are_taken():
    class Precision(StrEnum):
        fast = "fast"

    for text in (np.str_("fast"), Precision.fast):
        precision: Any = text
        assert wxb.fit(TABLE, "y", precision=precision).question.precision == "fast"
    start: Any = {0: 1.0, "1": 2.0}
    numbered = {0: TABLE["x"], 1: TABLE["z"], 2: TABLE["y"]}
    asked: Any = 2
    begun = wxb.fit(numbered, asked, lr=1e-300, epochs=1, start=start)
    assert begun.coef == pytest.approx([1.0, 2.0], rel=1e-14)
    with pytest.raises(wxb.UsageError, match="two values for one coefficient"):
        wxb.fit(numbered, asked, lr=0.01, epochs=1, start={0: 1.0, "0": 2.0})


@pytest.mark.parametrize("name", ["\ud800", "a" * 5000])
def test_a_name_that_no_file_can_have_is_refused_wherever_a_file_is_named(name, tmp_path):
    model = wxb.fit(TABLE, "y")
    calls: list[Callable[[], object]] = [
        lambda: wxb.fit(name, "y"),
        lambda: wxb.fit(TABLE, "y", checkpoint=name),
        lambda: wxb.load(name),
        lambda: model.save(name),
        lambda: model.predict(name),
    ]
    for call in calls:
        with pytest.raises(wxb.WxbError):
            call()


# ---------------------------------------------------------------- warnings and runs without an answer


def _fit_collinear() -> Any:
    return wxb.fit({"x": [1, 2, 3, 4], "z": [2, 4, 6, 8], "y": [1.0, 2.0, 1.0, 5.0]}, "y")


def test_warnings_name_the_users_line(tmp_path):
    calls = [
        _fit_collinear,
        lambda: wxb.update(model, {"x": [1], "z": [2], "y": [1.0]}),
        lambda: wxb.merge(model, other),
        lambda: wxb.rates({"x": [1, 2, 3, 4], "z": [2, 4, 6, 8], "y": [1.0, 2.0, 1.0, 5.0]}, "y"),
        lambda: wxb.fit(TABLE, "y", lr=10.0, epochs=50),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", wxb.WxbWarning)
        model, other = _fit_collinear(), _fit_collinear()
    for call in calls:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            call()
        assert said
        assert {warning.filename for warning in said} == {__file__}


def test_a_run_that_diverged_warns_and_is_not_predicted_from(tmp_path):
    with pytest.warns(
        wxb.WxbWarning, match=r"diverged: its W and b are no answer; lr 1 is above 0\.\d+, .* give `lr=0\."
    ) as said:
        model = wxb.fit(TABLE, "y", lr=1.0, epochs=100)
    assert "--lr" not in str(said[0].message)
    assert model.diverged
    model.save(tmp_path / "m.json")
    for one in (model, wxb.load(tmp_path / "m.json")):
        with pytest.raises(wxb.NumericalError, match="ended diverging: its coefficients are no answer"):
            one.predict(ROW)
        assert np.isfinite(one.predict(ROW, even_if_diverged=True)).all()


def test_a_run_that_used_up_its_epochs_is_predicted_from():
    model = wxb.fit(TABLE, "y", lr=0.001, epochs=3)
    assert not model.diverged
    assert model.predict(ROW).shape == (1,)
