"""What to do next with a line: a prediction at round values inside the data, as it is typed, and what comes out.

model.predict({"speed": [21]}, interval=0.95)   →  65.00  (33.4 … 96.6)
"""

from __future__ import annotations

from math import floor, log10

import numpy as np

from wxb.errors import WxbError
from wxb.fitted import Fitted
from wxb.numbers import (
    SMALL,
    decimals_for,
    fixed,
    number,
    place_for,
    predicted,
)
from wxb.predict.evaluate import Prediction, predict_terms
from wxb.printable import cells, one_line
from wxb.report.lines import WIDTH
from wxb.report.time_text import four_fifths, in_python, round_time, time_kind


def example_row(model: Fitted) -> dict[str, float] | None:
    """Values inside the data to predict at: a round number four fifths up the range of each term; None without a prediction."""
    if model.ranges is None or not 1 <= len(model.terms) <= 3 or model.dropped:
        return None
    if model.design.categories or any(term.made is None or term.made.tree is not None for term in model.design.terms):
        return None  # what is typed are columns, and these are no terms
    whole = model.moments.integral
    row = {
        term: round_time(low, high) if time_kind(model, term) else _round_inside(low, high, whole[i])
        for i, (term, (low, high)) in enumerate(zip(model.terms, model.ranges))
    }
    try:
        predict_terms(model, {term: np.array([value]) for term, value in row.items()})
    except WxbError:  # beyond float64: nothing to be shown of it
        return None
    return row


def _round_inside(low: float, high: float, whole: bool) -> float:
    wanted = four_fifths(low, high)
    if whole and high < 2**53:
        return float(round(wanted))
    for digits in range(1, 17):
        value = float(f"{wanted:.{digits}g}")
        if low <= value <= high and abs(value - wanted) <= 0.05 * (high - low):
            return value
    return wanted


def python_hint(model: Fitted) -> str:
    """`model.predict({"speed": [21]}, interval=0.95)` and what comes out."""
    row = None if model.diverged else example_row(model)
    if row is None:
        return ""
    values = ", ".join(f'"{one_line(term)}": [{in_python(model, term, value)}]' for term, value in row.items())
    level = "" if _interval_of(model, row, 0.95) is None else ", interval=0.95"
    return with_answer(f"model.predict({{{values}}}{level})", answer(model, row))


def with_answer(call: str, found: str) -> str:
    """`call   →  found` on the line of "next:", or on two; "" when even the call is too long."""
    room = WIDTH - len("  next: ")
    if cells(call) > room:
        return ""
    line = f"{call}   →  {found}"
    return line if cells(line) <= room else f"{call}\n          →  {found}"


def answer(model: Fitted, row: dict[str, float], level: float = 0.95) -> str:
    """A prediction in words: `65.00  (33.4 … 96.6)`."""
    interval = _interval_of(model, row, level)
    if interval is None:
        found = predict_terms(model, {term: np.array([v]) for term, v in row.items()})
        return predicted(float(found.value[0]))
    return interval_text(float(interval.value[0]), float(interval.low[0]), float(interval.high[0]))


def interval_text(value: float, low: float, high: float) -> str:
    """A value and the interval around it, with the digits the interval leaves."""
    half = (high - low) / 2
    most = max(abs(low), abs(high))
    if half > 1e-15 * most and (most < SMALL or most >= 1e9):
        digits = min(max(place_for(half, 3) + 1 + floor(log10(most)), 4), 16)
        return f"{number(value, digits)}  ({number(low, digits)} … {number(high, digits)})"
    decimals = decimals_for(half, 3) if half > 0 else decimals_for(value, 4)
    return f"{fixed(value, decimals)}  ({fixed(low, decimals)} … {fixed(high, decimals)})"


def _interval_of(model: Fitted, row: dict[str, float], level: float) -> Prediction | None:
    """The prediction with its interval; None where there is none."""
    if not model.is_minimum or not model.inference.residual_sd > 0:
        return None
    try:
        return predict_terms(model, {term: np.array([value]) for term, value in row.items()}, level)
    except WxbError:
        return None
