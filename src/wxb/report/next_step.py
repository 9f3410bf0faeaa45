"""What to do next with a line: a prediction at round values inside the data, as it is typed, and what comes out.

model.predict({"speed": [21]}, interval=0.95)   →  65.00  (33.4 … 96.6)
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, log10

import numpy as np

from wxb.design.made import Made
from wxb.design.pieces import Level, level_text
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
from wxb.predict.evaluate import Prediction, predict_terms, predicted_blocks
from wxb.printable import cells, one_line
from wxb.report.lines import width
from wxb.report.time_text import four_fifths, in_python, round_time, time_kind

MOST = 4  # values of an example
Value = float | Level


def example_row(model: Fitted) -> dict[str, Value] | None:
    """What to predict at: of each number a round one four fifths up its range, of a category its last level; None without one.

    By the names that new rows have: of terms, or of the columns that these are made of.
    """
    design, ranges = model.design, model.ranges
    if ranges is None or not model.terms or model.dropped or design.lags:
        return None
    places = {made.name: (i, ranges[i]) for i, made in _raw(model)}
    row: dict[str, Value] = {}
    for name in design.shown_names:
        levels = design.state.levels.get(name) if name in design.label_names else None
        if levels:
            row[name] = levels[-1]
        elif name in places:
            place, (low, high) = places[name]
            timed = time_kind(model, model.terms[place])
            row[name] = round_time(low, high) if timed else _round_inside(low, high, model.moments.rounding[place] == 0)
        else:  # the rows tell what is made of it, and not what it is
            return None
    if len(row) > MOST or not all(isinstance(value, float) or _is_typed(level_text(value)) for value in row.values()):
        return None
    try:
        _predicted(model, row, None)
    except WxbError:  # beyond float64: nothing to be shown of it
        return None
    return row


def _raw(model: Fitted) -> Iterator[tuple[int, Made]]:
    """The terms that are columns themselves, with their places."""
    for place, term in enumerate(model.design.terms):
        if term.made is not None and term.made.tree is None:
            yield place, term.made


def _is_typed(level: str) -> bool:
    """Whether `--at` takes a level as it is."""
    return level.replace(" ", "").isalnum()


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
    values = ", ".join(f'"{one_line(name)}": [{_in_python(model, name, value)}]' for name, value in row.items())
    level = "" if _interval_of(model, row, 0.95) is None else ", interval=0.95"
    return with_answer(f"model.predict({{{values}}}{level})", answer(model, row))


def _in_python(model: Fitted, name: str, value: Value) -> str:
    return (
        in_python(model, name, value)
        if isinstance(value, float)
        else f'"{value}"'
        if isinstance(value, str)
        else str(value)
    )


def with_answer(call: str, found: str) -> str:
    """`call   →  found` on the line of "next:", or on two; "" when even the call is too long."""
    room = width() - len("  next: ")
    if cells(call) > room:
        return ""
    line = f"{call}   →  {found}"
    return line if cells(line) <= room else f"{call}\n          →  {found}"


def answer(model: Fitted, row: dict[str, Value], level: float = 0.95) -> str:
    """A prediction in words: `65.00  (33.4 … 96.6)`."""
    interval = _interval_of(model, row, level)
    if interval is None:
        return predicted(float(_predicted(model, row, None).value[0]))
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


def _interval_of(model: Fitted, row: dict[str, Value], level: float) -> Prediction | None:
    """The prediction with its interval; None where there is none."""
    if not model.is_minimum or not model.inference.residual_sd > 0:
        return None
    try:
        return _predicted(model, row, level)
    except WxbError:
        return None


def _predicted(model: Fitted, row: dict[str, Value], level: float | None) -> Prediction:
    if model.design.is_plain:
        return predict_terms(model, {term: np.array([value]) for term, value in row.items()}, level)
    [rows] = predicted_blocks(model, {name: [value] for name, value in row.items()}, level)
    return rows.prediction
