"""Which errors a line has, in one line; what they assume and from what they were made, in a sentence.

errors: clustered by school (CR1), 24 clusters, t with 23 df
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wxb.advice import Advice
from wxb.covariance.covariance import Covariance
from wxb.diagnostics.record import DOUBT, Diagnostics
from wxb.fitted import Fitted
from wxb.numbers import number, p_value, thousands
from wxb.printable import one_line
from wxb.report.certain import residuals_told

FAR_FROM_2 = 0.5  # of the statistic of Durbin and Watson: a correlation of a quarter between neighbours


def has_errors(model: Fitted) -> bool:
    """Whether there are any: rows to spare, and residuals."""
    inference = model.inference
    return inference.freedom > 0 and not inference.is_through_all and residuals_told(model)


def errors_line(model: Fitted) -> str:
    """`errors: HC1, t with 47 df`; "" where there are none."""
    return f"errors: {errors_name(model)}, t with {_freedom(model)} df" if has_errors(model) else ""


def errors_name(model: Fitted) -> str:
    """`classical`, `HC1`, `clustered by school (CR1), 24 clusters`."""
    covariance = model.inference.errors
    if covariance is None:
        return "classical"
    if covariance.errors is None:
        return "given"
    errors = covariance.errors
    by = _and([one_line(label) for label in errors.labels])
    if errors.kind == "HAC":
        return f"HAC, {_lags(errors.lags)}"
    if errors.kind == "DK":
        return f"Driscoll–Kraay by {by}, {_lags(errors.lags)}"
    counts = f", {_and(list(map(thousands, covariance.clusters)))} clusters" if covariance.clusters else ""
    if errors.kind == "bootstrap":
        return f"bootstrap, {errors.draws} draws{f' of {by}' if by else ''}{counts}"
    return f"clustered by {by} ({errors.kind}){counts}" if errors.labels else errors.kind


def _lags(lags: int | None) -> str:
    return "lags as the rows suggest" if lags is None else f"{lags} lag{'' if lags == 1 else 's'}"


def _freedom(model: Fitted) -> str:
    """`48`, or `3.1 … 22.4` where each t has its own."""
    inference = model.inference
    own = inference.t_freedom[list(model.solution.kept)]
    low, high = float(np.min(own, initial=np.inf)), float(np.max(own, initial=-np.inf))
    return number(low) if low == high or low > high else f"{number(low, 3)} … {number(high, 3)}"


def assumptions(model: Fitted) -> str:
    """What the errors take for granted, and from what they were made; "" where there are none."""
    if not has_errors(model):
        return ""
    covariance = model.inference.errors
    if covariance is None:
        alike = "with a variance of s²/weight" if model.moments.weighted else "all alike"
        return f"The errors assume independent rows that vary around the line {alike}."
    text = _of(covariance)
    made = f" They are made from {covariance.read}{f'; {covariance.factor}' if covariance.factor else ''}."
    noted = "".join(f" {note[:1].upper()}{note[1:]}." for note in covariance.notes)
    return f"{text}{made}{noted}"


def against(model: Fitted, found: Diagnostics) -> str:
    """What the rows say against the assumptions, and which errors do without them; "" where there are no errors."""
    if not has_errors(model):
        return ""
    kind = None if model.inference.errors is None else model.inference.errors.errors
    alike, apart = kind is None, kind is None or (not kind.labels and kind.kind != "HAC")
    size, watson = found.breusch_pagan.p, found.durbin_watson
    said = []
    if alike and size < DOUBT:
        said.append(
            f"the size of the errors goes with the terms (Breusch–Pagan p {p_value(size)}): {Advice('se', 'HC3')}"
        )
    if apart and abs(watson - 2) > FAR_FROM_2:
        said.append(
            f"neighbouring rows are related (Durbin–Watson {number(watson, 3)}), which counts where their order means "
            f"something, give {Advice('se', 'HAC:4')}"
        )
    if said:
        return f"Against this: {'; '.join(said)}."
    size_text = f"Breusch–Pagan p {p_value(size)}, " if alike else ""
    return f"Nothing in the rows speaks against this ({size_text}Durbin–Watson {number(watson, 3)})." if apart else ""


def _of(covariance: Covariance) -> str:
    errors = covariance.errors
    if errors is None:
        return "The errors are those of a covariance that was given."
    by = " or ".join(one_line(label) for label in errors.labels)
    if errors.kind == "HAC":
        return (
            "The errors let a row go together with rows near it in the order of the data, and let the variance change."
        )
    if errors.kind == "DK":
        return f"The errors let all rows of one {by}, and of those near it, go together."
    if errors.kind == "bootstrap":
        drawn = by or "rows"
        return f"The errors are the spread of {errors.draws} draws of {drawn}, and assume that {drawn} are independent."
    if errors.labels:
        return (
            f"The errors let rows of one {by} go together in any way, and assume that different ones are independent."
        )
    return "The errors let each row have a variance of its own, and assume that rows are independent."


def _and(words: Sequence[str]) -> str:
    *first, last = [*words] or [""]
    return f"{', '.join(first)} and {last}" if first else last
