"""The coefficients as a table: each with its uncertainty, or what a descent reached beside the minimum.

                   W   std. err       t         p      95 % interval
      speed    3.932      0.416    9.46   1.5e-12     3.097 …  4.768

A coefficient is shown to the digits its standard error leaves it, and never to more than are certain.
"""

from __future__ import annotations

from math import floor, isfinite, isnan

import numpy as np

from wxb.fitted import Fitted
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
from wxb.printable import cells
from wxb.report.certain import (
    sure_number,
    t_text,
    tail_told,
)
from wxb.report.lines import WIDTH, aligned, shortened, table
from wxb.report.time_text import row_name

MOST_ROWS = 40
NAME_WIDTH = 22


def coefficient_table(model: Fitted, level: float) -> list[str]:
    """The table in lines of at most WIDTH cells, where the names allow it. level : of the intervals"""
    rows = _minimum_rows(model, level) if model.is_minimum else _descent_rows(model)
    lines: list[str] = []
    for gap, indent, width in (("  ", "  ", NAME_WIDTH), (" ", " ", NAME_WIDTH), (" ", " ", 14), (" ", "", 10)):
        lines = table([[shortened(row[0], width), *row[1:]] for row in rows], gap=gap, indent=indent)
        if all(cells(line) <= WIDTH for line in lines):
            break
    hidden = len(model.theta) - (len(rows) - 1)
    return [*lines, f"  … {hidden} more"] if hidden > 0 else lines


def _order(model: Fitted) -> list[int]:
    """Positions of coefficients as they are shown: the terms, then the intercept; the first MOST_ROWS of them."""
    count, first = len(model.layout), model.layout.offset
    order = [*range(first, count), *range(first)]
    return order if count <= MOST_ROWS else [*order[: MOST_ROWS - 1], order[-1]]


def _minimum_rows(model: Fitted, level: float) -> list[list[str]]:
    inference = model.inference
    told = inference.freedom > 0 and inference.rss > 0
    bounds = inference.interval(level) if told else np.full((len(model.theta), 2), np.nan)
    order = _order(model)
    decimals = _decimals(model, order)
    percent = number(100 * level)
    head = ["", "W", "std. err", "t", "p", f"{percent} % interval", ""]
    rows = [head]
    for place, i in enumerate(order):
        name = shortened(row_name(model, inference.names[i]), NAME_WIDTH)
        if inference.names[i] in model.dropped:
            rows.append([name, "left out", DASH, DASH, DASH, DASH, ""])
            continue
        low, high = (_placed(model, value, decimals[place]) for value in bounds[i])
        known = told and not isnan(inference.se[i])
        within = known and not (_is_fast(model) and "0" in (low, high))
        rows.append(
            [
                name,
                _sure(model, float(model.theta[i]), decimals[place], inference.certainty.coefficients[i], 4),
                _sure(model, float(inference.se[i]), decimals[place], inference.certainty.errors[i], 3),
                t_text(model, i) if known else DASH,
                p_value(float(inference.p[i])) if known and tail_told(model, i) else DASH,
                f"{low} …" if within else DASH,
                high if within else "",
            ]
        )
    return _joined_intervals(rows)


def _joined_intervals(rows: list[list[str]]) -> list[list[str]]:
    """The points of the numbers, and the two ends of the intervals, under each other."""
    for column in (1, 2, 6):
        for row, text in zip(rows[1:], aligned([row[column] for row in rows[1:]])):
            row[column] = text
    lows = aligned([row[5].removesuffix(" …") for row in rows[1:]])
    for row, text in zip(rows[1:], lows):
        row[5] = f"{text} …" if row[6].strip() else row[5]
    width = max(cells(row[6]) for row in rows[1:])
    joined = [row[5] if not row[6].strip() else f"{row[5]} {' ' * (width - cells(row[6]))}{row[6]}" for row in rows[1:]]
    return [rows[0][:6], *([*row[:5], text] for row, text in zip(rows[1:], joined))]


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


def _decimals(model: Fitted, order: list[int]) -> list[int]:
    """Decimals of each row: three digits of the standard error, four of the coefficient; the same for all where that is near."""
    wanted = []
    se, digits = model.inference.se, model.digits
    fast = _is_fast(model)
    place_of = place_for if fast else decimals_for
    for i in order:
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
    same = max(wanted) - min(wanted) <= 1 and not uncertain
    return [max(wanted)] * len(wanted) if same else wanted


def _descent_rows(model: Fitted) -> list[list[str]]:
    """What the descent reached beside the minimum."""
    inference = model.inference
    known = inference.freedom > 0 and inference.rss > 0
    order = _order(model)
    rows = [["", "W reached", "at the minimum", "std. err", "distance"]]
    decimals = _decimals(model, order)
    for place, i in enumerate(order):
        name, error = shortened(row_name(model, inference.names[i]), NAME_WIDTH), float(inference.se[i])
        reached, best = float(model.theta[i]), float(inference.coefficients[i])
        distance = f"{number(abs(reached - best) / error, 3)} se" if known and error > 0 else number(reached - best, 2)
        rows.append(
            [
                name,
                fixed(reached, decimals[place]),
                "left out" if inference.names[i] in model.dropped else fixed(best, decimals[place]),
                fixed(error, decimals[place]) if known else DASH,
                distance,
            ]
        )
    for column in (1, 2, 3):
        for row, text in zip(rows[1:], aligned([row[column] for row in rows[1:]])):
            row[column] = text
    return rows
