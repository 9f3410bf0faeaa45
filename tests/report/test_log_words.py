"""The sentence on a coefficient beside a logarithm is what the predictions of the line say."""

from __future__ import annotations

import re
from math import exp, log

import numpy as np
import pytest

import wxb
from wxb.i18n import speak
from wxb.report.certain import told

RANDOM = np.random.default_rng(4)
N = 60
TABLE = {
    "x": RANDOM.uniform(1, 9, N),
    "g": np.array(["a", "b"] * (N // 2)),
    "paid": np.array(["yes", "no", "no"] * (N // 3)),
}
TABLE["y"] = np.exp(0.3 * np.log(TABLE["x"]) - 0.2 * (TABLE["g"] == "b") + 0.05 * RANDOM.normal(size=N) + 1)


def said(formula: str) -> tuple[wxb.Model, str]:
    model = wxb.fit(TABLE, formula=formula)
    return model, " ".join(model.summary().split())


@pytest.mark.parametrize(("value", "text"), [
    (4.002, "4.002"), (4.0, "4"), (3.9999999, "4.000"), (0.6, "0.6"), (0.599999, "0.6000"), (30044.4, "30044"),
    (2.0000001e-5, "2.000e-5"),
    (-4.0, "−4"), (0.0, "0"),
])  # fmt: skip
def test_four_digits_and_no_false_exactness(value: float, text: str) -> None:
    assert told(value) == text


def test_a_slope_that_rounds_keeps_its_digits() -> None:
    x = np.arange(40.0)
    for slope, words in ((4.002, "4.002"), (4.0, "4"), (3.99999999, "4.000")):
        assert f"One more unit of x goes with {words} more y." in wxb.fit({"x": x, "y": slope * x + 1}, "y").summary()


@pytest.mark.parametrize(("log_y", "grows"), [("log", exp), ("log2", lambda v: 2.0**v), ("log10", lambda v: 10.0**v)])
@pytest.mark.parametrize(("log_x", "base"), [("log", exp(1)), ("log2", 2), ("log10", 10), ("", 0)])
def test_per_cents_are_those_of_the_predictions(log_y: str, grows, log_x: str, base: float) -> None:
    model, text = said(f"{log_y}(y) ~ {log_x}(x)" if log_x else f"{log_y}(y) ~ x")
    b = float(model.coef[0])
    rise = grows(b * log(1.01) / log(base)) if log_x else grows(b)
    first = "1 % more of x" if log_x else "One more unit of x"
    assert f"{first} multiplies y by {told(rise)} in the geometric mean: {told(100 * (rise - 1))} % more." in text


def test_a_logarithm_of_the_term_alone() -> None:
    model, text = said("y ~ log(x)")
    assert f"1 % more of x goes with {told(float(model.coef[0]) * log(1.01))} more y." in text
    model, text = said("y ~ log1p(x)")
    assert f"1 % more of x + 1 goes with {told(float(model.coef[0]) * log(1.01))} more y." in text


def test_levels_words_and_other_terms() -> None:
    model, text = said("log(y) ~ g")
    rise = exp(float(model.coef[0]))
    least = told(100 * (1 - rise))
    assert (
        f"Where g is b, y is {told(rise)} times what it is where it is a, in the geometric mean: {least} % less."
        in text
    )
    assert "times what it is elsewhere, in the geometric mean" in said("log(y) ~ paid")[1]
    assert re.search(r"% more, the other terms held\.", said("log(y) ~ log(x) + g")[1])


@pytest.mark.parametrize(
    "formula", ["log(y) ~ x*g", "log(y) ~ x + I(x^2)", "log(y) ~ log(x) + x", "log(y) ~ poly(x, 2)"]
)
def test_no_per_cent_where_no_one_number_says_it(formula: str) -> None:
    assert "multiplies" not in said(formula)[1]


def test_other_functions_stay_as_they_are_and_huge_factors_too() -> None:
    assert "One more unit of x goes with" in said("sqrt(y) ~ x")[1]
    far = {"x": np.arange(8.0) / 1e4, "y": np.exp(np.arange(8.0) % 3 + np.arange(8.0))}
    assert "more log(y)." in wxb.fit(far, formula="log(y) ~ x").summary()


def test_in_korean() -> None:
    speak("ko")
    try:
        assert "x가 한 단위 크면 y의 기하평균이" in said("log(y) ~ x")[1]
    finally:
        speak("en")
