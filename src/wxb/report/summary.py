"""A fit as a text a person can read: the line, its numbers with their uncertainty, what they mean, what to do next.

    dist = 3.932 · speed − 17.58                   50 rows · squared error · exact minimum

                   W   std. err       t         p      95 % interval
      speed    3.932      0.416    9.46   1.5e-12     3.097 …  4.768

No line is wider than 80 columns. A coefficient is shown to the digits its standard error leaves it, and never to more
than are certain. A descent is shown beside the minimum it was on its way to.
"""

from __future__ import annotations

from collections.abc import Callable
from math import floor, isfinite, isnan, log10

import numpy as np

from wxb.errors import WxbError
from wxb.fitted import Fitted
from wxb.numbers import DASH, MOST_DECIMALS, apart, decimals_for, fixed, number, p_value, place_for, placed, predicted
from wxb.predict.evaluate import Prediction, predict_terms
from wxb.predict.meaning import kinds_of, word_of
from wxb.printable import one_line, printable
from wxb.quality import Quality
from wxb.report.certain import (
    certain,
    f_text,
    residual_sd,
    residuals_told,
    share,
    share_text,
    sure_number,
    t_text,
    tail_told,
)
from wxb.report.equation import equation
from wxb.report.lines import WIDTH, aligned, cells, folded, shortened, table, wrapped
from wxb.report.time_text import in_python, round_time, row_name, slope_text, time_kind, value_text

MOST_ROWS = 40
NAME_WIDTH = 22
SMALL = 1e-5  # below it eight decimals show fewer than four digits


def summary(
    model: Fitted,
    *,
    level: float = 0.95,
    next_step: str | None = None,
    warnings: bool = True,
    spelled: Callable[[str], str] = str,
) -> str:
    """The fit as text.

    level : of the intervals        next_step : what to suggest; None suggests the Python call, "" nothing
    warnings : whether the model's warnings stand in the text        spelled : how a face writes advice; str as Python does
    """
    parts = [headline(model), ""]
    if not model.is_minimum:
        parts += [*folded(spelled(_ending(model))), ""]
    parts += [*_coefficients(model, level), "", *_facts(model)]
    if warnings:
        for text in model.warnings:
            parts += wrapped(f"! {spelled(text)}", "  ", "    ")
    parts += _meaning(model)
    hint = python_hint(model) if next_step is None else next_step
    if hint:
        parts.append(f"  next: {hint}")
    return printable("\n".join(parts))


def _ending(model: Fitted) -> str:
    """How a descent ended: in full where its path is there, else what a model file keeps of it."""
    if model.trajectory is not None:
        return model.trajectory.outcome.text
    return f"• what a descent reached, which ended with: {model.outcome} (a model file keeps no path of it)"


def headline(model: Fitted) -> str:
    """The line as an equation, and what it was fitted to."""
    weights = "weighted squared error" if model.moments.weighted else "squared error"
    rows = f"{model.n:,} row{'' if model.n == 1 else 's'}".replace(",", " ")
    about = f"{rows} · {weights} · {model.outcome}"
    line = equation(model)
    gap = WIDTH - cells(line) - cells(about)
    return f"{line}{' ' * gap}{about}" if gap >= 3 else f"{line}\n  {about}"


def _coefficients(model: Fitted, level: float) -> list[str]:
    """The table of coefficients."""
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
    count = len(model.theta)
    order = [*range(1, count), 0] if model.recipe.intercept else list(range(count))
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


def _facts(model: Fitted) -> list[str]:
    """R², residual sd, F; the cost of a descent; held-out costs; what is certain."""
    inference = model.inference
    facts = [share(model)] if share(model) else []
    if not model.is_minimum:
        facts.append(f"cost {number(model.cost, 6)} (at the minimum {number(float(model.bowl.floor), 6)})")
    else:
        if inference.freedom > 0 and residuals_told(model):
            facts.append(f"residual sd {residual_sd(model)} on {inference.freedom} df")
        facts += [text for text in [f_text(model)] if text]
    lines = wrapped(" · ".join(facts)) if facts else []
    lines += _held_out(model)
    lines += certain(model)
    return lines


def _held_out(model: Fitted) -> list[str]:
    """How test rows and folds are predicted; ± is the standard deviation of the folds' costs."""
    lines = []
    if model.test_quality is not None:
        found = model.test_quality
        count = f"{found.rows:,} row{'' if found.rows == 1 else 's'}"
        lines += wrapped(f"test  {count} held out: {_quality(model, found)}", "  ", "        ")
    if model.cross_validation is not None:
        folds = model.cross_validation
        spread = f" ± {number(folds.spread, 2)} (standard deviation over the folds)" if isfinite(folds.spread) else ""
        said = f"folds {model.recipe.folds}, each judged by the line of the others: {_quality(model, folds.overall, spread)}"
        lines += wrapped(said, "  ", "        ")
        lines += [line for note in folds.notes for line in wrapped(f"! {note}", "        ", "          ")]
    if lines and model.moments.precision == "fast":
        lines += wrapped("these are of rounded sums, and no bound proves their digits", "        ", "        ")
    return lines


def _quality(model: Fitted, found: Quality, spread: str = "") -> str:
    r2 = share_text(found.r2, "the mean" if model.recipe.intercept else "0") if isfinite(found.r2) else DASH
    uncentred = "" if model.recipe.intercept else " (uncentred)"
    return (
        f"cost {number(found.cost, 4 if spread else 6)}{spread}, RMSE {number(found.rmse)}, "
        f"MAE {number(found.mae)}, R² {r2}{uncentred}"
    )


def _meaning(model: Fitted) -> list[str]:
    """The strongest coefficient in plain words, and what the intercept does not say."""
    if not model.is_minimum:
        return []
    place = _strongest(model)
    if place is None:
        return []
    term, slope = model.terms[place], float(model.coef[place])
    digits = model.digits
    certain_digits = 16.0 if digits is None else float(digits[place + model.recipe.intercept])
    size = sure_number(abs(slope), 3, certain_digits)
    way, kind = "more" if slope > 0 else "less", kinds_of(model)[place]
    others = ", the other terms held" if len(model.terms) - len(model.dropped) > 1 else ""
    word = word_of(term) if kind is None else kind.word
    if word:
        text = f"Where {term.removesuffix(f'[{word}]')} is {word}, {model.target} is {size} {way}{others}."
    elif slope == 0:
        text = f"{model.target} does not change with {term}{others}."
    elif kind is not None and kind.is_time:
        text = f"One more day of {term} goes with {size} {way} {model.target}{slope_text(model, place)}{others}."
    else:
        text = f"One more unit of {term} goes with {size} {way} {model.target}{others}."
    if len(model.terms) == 1 and model.ranges is not None and model.recipe.intercept:
        low, high = model.ranges[0]
        if low > 0 or high < 0:
            ends = [value_text(model, term, end) or plain for end, plain in zip((low, high), apart((low, high)))]
            within = f"{ends[0]} … {ends[1]}" if ends[0] != ends[1] else f"all of it near {ends[0]}"
            text += f" At {term} {_shown(model, 0.0)} the line is outside the data ({within})."
    return wrapped(text)


def _shown(model: Fitted, value: float) -> str:
    """A value of the only term."""
    text = value_text(model, model.terms[0], value) or number(value)
    return f"{text} (day 0)" if value == 0 and "-" in text else text


def _strongest(model: Fitted) -> int | None:
    offset = 1 if model.recipe.intercept else 0
    known = [i for i, term in enumerate(model.terms) if term not in model.dropped]
    if not known:
        return None
    t = np.abs(np.nan_to_num(model.inference.t[offset:], nan=-1.0, posinf=np.inf))
    return max(known, key=lambda i: float(t[i]))


def example_row(model: Fitted) -> dict[str, float] | None:
    """Values inside the data to predict at: a round number four fifths up the range of each term."""
    if model.ranges is None or not 1 <= len(model.terms) <= 3 or model.dropped:
        return None
    whole = model.moments.integral
    return {
        term: round_time(low, high) if time_kind(model, term) else _round_inside(low, high, whole[i])
        for i, (term, (low, high)) in enumerate(zip(model.terms, model.ranges))
    }


def _round_inside(low: float, high: float, whole: bool) -> float:
    wanted = low + 0.8 * (high - low)
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
