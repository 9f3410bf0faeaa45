"""The eleven NIST StRD sets through the public fit, against the certified values as printed.

The bar is the ceiling: what exact rational arithmetic gets from the same doubles. Only Filip, Norris, Pontius and Wampler2 lose
anything to the rounding of the data, Filip more than half of its digits when its powers are rounded to doubles.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf

import pytest

import wxb
from support import rational
from support.nist import CERTIFIED, EXACT_FITS, NAMES, POLYNOMIAL, estimates, exact, fitted, load, standard_errors
from support.rational import digits
from wxb.moments.pairs import power

COEFFICIENTS = {"Filip": 7.5, "Norris": 14.0, "Pontius": 13.4, "Wampler2": 13.1}
PAIRED = {"Filip": 13.0, "Pontius": 13.4, "Wampler2": 13.1}
STANDARD_ERRORS = {"Filip": 7.0}


def worst(found, truth) -> float:
    return min(digits(a, b) for a, b in zip(found, truth, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_coefficients(name):
    model = fitted(name)
    assert model.warnings == ()
    assert worst(model.theta, estimates(name)) >= COEFFICIENTS.get(name, 14.5)
    assert model.digits.min() >= 15


@pytest.mark.parametrize("name", NAMES)
def test_coefficients_are_the_correctly_rounded_exact_ones(name):
    """Nothing is lost besides what the stored doubles have lost: each coefficient is the nearest float64."""
    assert fitted(name).theta.tolist() == [float(c) for c in exact(name).coefficients]


@pytest.mark.parametrize("name", [n for n in NAMES if n not in EXACT_FITS])
def test_standard_errors_and_summaries(name):
    certified, found = CERTIFIED[name], fitted(name).inference
    assert worst(found.se, standard_errors(name)) >= STANDARD_ERRORS.get(name, 13.0)
    if name != "Filip":
        assert digits(found.residual_sd, Fraction(certified["residual_sd"])) >= 13
        assert digits(found.r2, Fraction(certified["r_squared"])) >= 13
        assert digits(found.f, Fraction(certified["f_statistic"])) >= 13
    assert found.f_freedom == (certified["df_regression"], certified["df_residual"])


@pytest.mark.parametrize("name", [n for n in NAMES if n != "Wampler1"])
def test_summaries_are_those_of_the_stored_doubles(name):
    """For Filip this is all that can be asked: its doubles hold 9.6 digits of the certified residual deviation."""
    found, truth = fitted(name).inference, exact(name)
    assert found.r2 == float(truth.r2)
    assert found.f == float(truth.f)
    assert digits(found.residual_sd, rational.root(truth.rss / truth.freedom)) >= 15.95
    assert worst(found.se, [rational.root(s) for s in truth.squared_errors]) >= 15.95


def test_filip_has_no_more_digits_in_its_doubles():
    """The ceiling itself, so that the bars above are known to be as high as they can be."""
    truth, certified = exact("Filip"), CERTIFIED["Filip"]
    assert 7.6 < worst_of_fractions(truth.coefficients, estimates("Filip")) < 7.7
    assert 7.6 < digits(rational.root(truth.squared_errors[0]), standard_errors("Filip")[0]) < 8.0
    assert 9.5 < digits(rational.root(truth.rss / truth.freedom), Fraction(certified["residual_sd"])) < 9.6
    assert 11.7 < digits(truth.r2, Fraction(certified["r_squared"])) < 11.8
    assert 9.2 < digits(truth.f, Fraction(certified["f_statistic"])) < 9.3


def worst_of_fractions(found, truth) -> float:
    return min(digits(float(a), b) for a, b in zip(found, truth, strict=True))


@pytest.mark.parametrize("name", POLYNOMIAL)
def test_powers_as_pairs(name):
    """Powers with 106 bits give Filip the digits that rounding them to 53 had spent."""
    columns, y = load(name)
    moments = wxb.Moments.of([power(columns["x1"], k) for k in range(1, len(columns) + 1)], y)
    model = wxb.fit(moments)
    assert worst(model.theta, estimates(name)) >= PAIRED.get(name, 14.5)
    if name not in EXACT_FITS:
        found, certified = model.inference, CERTIFIED[name]
        assert worst(found.se, standard_errors(name)) >= 13
        assert digits(found.residual_sd, Fraction(certified["residual_sd"])) >= 13
        assert digits(found.r2, Fraction(certified["r_squared"])) >= 13
        assert digits(found.f, Fraction(certified["f_statistic"])) >= 13


def test_fits_without_any_residual():
    first = fitted("Wampler1").inference
    assert (first.rss, first.residual_sd, first.r2, first.f, first.f_p) == (0.0, 0.0, 1.0, inf, 0.0)
    assert first.se.tolist() == [0.0] * 6
    assert first.t.tolist() == [inf] * 6
    assert first.p.tolist() == [0.0] * 6
    second = fitted("Wampler2").inference  # y has decimals that no double holds: what they leave is found exactly
    assert 0 < second.residual_sd < 1e-15
    assert second.r2 == 1.0
    assert second.f > 1e30
