"""The numbers of coefficients as text: each with its uncertainty, or what a descent reached beside the minimum.

A coefficient is shown to the digits its standard error leaves it, and never to more than are certain. Where they stand is the
business of `coefficient_table`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor, isfinite, isnan, nan, sqrt

import numpy as np

from wxb.fitted import Fitted
from wxb.i18n import N_, _
from wxb.numbers import (
    DASH,
    MOST_DECIMALS,
    SMALL,
    decimals_for,
    fixed,
    number,
    p_value,
    place_for,
    placed,
)
from wxb.report.certain import (
    sure_number,
    t_text,
    tail_told,
)
from wxb.tails import t_two_sided_p

MINIMUM = ("W", N_("std. err"), "t", "p")  # and the two ends of the interval
PENALISED = ("W", N_("per sd of its column"))
DESCENT = (N_("W reached"), N_("at the minimum"), N_("std. err"), N_("distance"))


def numbers_of_minimum(model: Fitted, level: float, places: Sequence[int]) -> list[list[str]]:
    """Of each coefficient W, its error, t, p and the ends of its interval; of one that gave way dashes."""
    inference = model.inference
    told = inference.freedom > 0 and not inference.is_through_all
    bounds = inference.interval(level) if told else np.full((len(model.theta), 2), np.nan)
    rows = []
    for i, decimals in zip(places, decimals_of(model, places)):
        if inference.names[i] in model.dropped:
            rows.append([_("left out"), DASH, DASH, DASH, DASH, ""])
            continue
        low, high = (_placed(model, value, decimals) for value in bounds[i])
        known = told and not isnan(inference.se[i])
        within = known and not (_is_fast(model) and "0" in (low, high))
        rows.append(
            [
                _sure(model, float(model.theta[i]), decimals, inference.certainty.coefficients[i], 4),
                _sure(model, float(inference.se[i]), decimals, inference.certainty.errors[i], 3),
                t_text(model, i) if known else DASH,
                p_value(_p(model, i)) if known and tail_told(model, i) else DASH,
                low if within else DASH,
                high if within else "",
            ]
        )
    return rows


def numbers_otherwise(model: Fitted, places: Sequence[int]) -> tuple[list[str], list[list[str]]]:
    """The head, and the numbers, of a line that is not the exact minimum: under a penalty, or what a descent reached."""
    if model.penalised is not None:
        return [*map(_, PENALISED)], numbers_under_penalty(model, places)
    return [*map(_, DESCENT)], numbers_of_descent(model, places)


def numbers_under_penalty(model: Fitted, places: Sequence[int]) -> list[list[str]]:
    """Of each coefficient W, and what it is for one standard deviation of its column; errors of these are not known."""
    rows = []
    for i in places:
        value, column = float(model.theta[i]), model.layout.columns[i]
        if model.layout.names[i] in model.dropped:
            rows.append([_("left out"), DASH])
            continue
        spread = _spread(model, column) if column else nan
        rows.append([number(value) if value else "0", number(value * spread, 3) if column else DASH])
    return rows


def _spread(model: Fitted, column: int) -> float:
    """The standard deviation of a column, around 0 without an intercept."""
    whole, square = model.moments.exact(0, 0), model.moments.exact(column, column)
    middle = model.moments.exact(0, column) if model.layout.intercept else Fraction(0)
    return sqrt(square / whole - (middle / whole) ** 2)


def _p(model: Fitted, place: int) -> float:
    """Of one coefficient: with many levels most are not shown, and each takes as long as a row of a table."""
    inference = model.inference
    return t_two_sided_p(float(inference.t[place]), float(inference.t_freedom[place]))


def numbers_of_descent(model: Fitted, places: Sequence[int]) -> list[list[str]]:
    """Of each coefficient what the descent reached, the minimum, its error, and how far it is from it."""
    inference = model.inference
    known = inference.freedom > 0 and not inference.is_through_all
    rows = []
    for i, decimals in zip(places, decimals_of(model, places)):
        error, reached, best = float(inference.se[i]), float(model.theta[i]), float(inference.coefficients[i])
        distance = (
            _("{size} se", size=number(abs(reached - best) / error, 3))
            if known and error > 0
            else number(reached - best, 2)
        )
        rows.append(
            [
                fixed(reached, decimals),
                _("left out") if inference.names[i] in model.dropped else fixed(best, decimals),
                fixed(error, decimals) if known else DASH,
                distance,
            ]
        )
    return rows


def _is_fast(model: Fitted) -> bool:
    return model.is_minimum and model.moments.precision == "fast"


def _placed(model: Fitted, value: float, decimals: int) -> str:
    """With so many decimals; of a number too small for those of a table four digits, of fast sums only what is certain."""
    if _is_fast(model):
        return placed(value, decimals)
    return number(value) if decimals == MOST_DECIMALS and 0 < abs(value) < SMALL else fixed(value, decimals)


def _sure(model: Fitted, value: float, decimals: int, certain: float, digits: int) -> str:
    """A coefficient or its error in the decimals of its row; where these show none of it, `digits` of it or what is certain."""
    if certain < 1:
        return DASH
    text = _placed(model, value, decimals)
    shown = value == 0 or not isfinite(value) or any(digit in text for digit in "123456789")
    return text if shown else sure_number(value, digits, float(certain))


def decimals_of(model: Fitted, places: Sequence[int]) -> list[int]:
    """Decimals of each row: three digits of the standard error, four of the coefficient; the same for all where that is near."""
    wanted: list[int] = []
    se, digits = model.inference.se, model.digits
    fast = _is_fast(model)
    place_of = place_for if fast else decimals_for
    for i in places:
        value, error = float(model.theta[i]), float(se[i])
        least = place_of(value, 4) if value != 0 or not (isfinite(error) and error > 0) else 0
        if isfinite(error) and error > 0:
            enough = place_of(error, 3)
            least = max(least, enough) if value == 0 or enough - least < 4 else least
        if digits is not None and value != 0 and isfinite(digits[i]):
            least = min(least, place_for(value, floor(digits[i])))
        if isfinite(error) and error > 0:
            least = min(least, place_for(error, floor(model.inference.certainty.errors[i])))
        wanted.append(least if fast else max(least, 0))
    uncertain = digits is not None and bool((digits < 12).any())
    same = max(wanted, default=0) - min(wanted, default=0) <= 1 and not uncertain
    return [max(wanted, default=0)] * len(wanted) if same else wanted
