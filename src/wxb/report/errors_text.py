"""Which errors a line has, in one line; what they assume and from what they were made, in a sentence.

errors: clustered by school (CR1), 24 clusters, t with 23 df
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from wxb.advice import Advice
from wxb.fitted import Fitted
from wxb.i18n import _, _n, either, listed
from wxb.numbers import number, p_value, statistic, thousands
from wxb.printable import one_line
from wxb.report.certain import residuals_told

if TYPE_CHECKING:
    from wxb.covariance.covariance import Covariance
    from wxb.diagnostics.record import Diagnostics

FAR_FROM_2 = 0.5  # of the statistic of Durbin and Watson: a correlation of a quarter between neighbours


def has_errors(model: Fitted) -> bool:
    """Whether there are any: rows to spare, and residuals."""
    if model.penalised is not None:
        return False
    inference = model.inference
    return inference.freedom > 0 and not inference.is_through_all and residuals_told(model)


def errors_line(model: Fitted) -> str:
    """`errors: HC1, t with 47 df`; "" where there are none."""
    if not has_errors(model):
        return ""
    return _("errors: {kind}, t with {freedom} df", kind=errors_name(model), freedom=_freedom(model))


def errors_name(model: Fitted) -> str:
    """`classical`, `HC1`, `clustered by school (CR1), 24 clusters`."""
    covariance = model.inference.errors
    if covariance is None:
        return _("classical")
    if covariance.errors is None:
        return _("given")
    errors = covariance.errors
    by = listed([one_line(label) for label in errors.labels])
    if errors.kind == "HAC":
        return _("HAC, {lags}", lags=_lags(errors.lags))
    if errors.kind == "DK":
        return _("Driscoll–Kraay by {by}, {lags}", by=by, lags=_lags(errors.lags))
    clusters = listed(map(thousands, covariance.clusters))
    counts = _(", {counts} clusters", counts=clusters) if covariance.clusters else ""
    if errors.kind == "bootstrap":
        drawn = _("{draws} draws of {by}", draws=errors.draws, by=by) if by else _("{draws} draws", draws=errors.draws)
        return _("bootstrap, {drawn}", drawn=drawn) + counts
    return _("clustered by {by} ({kind})", by=by, kind=errors.kind) + counts if errors.labels else errors.kind


def _lags(lags: int | None) -> str:
    return _("lags as the rows suggest") if lags is None else _n("{n} lag", "{n} lags", lags)


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
        if model.moments.weighted:
            return _("The errors assume independent rows that vary around the line with a variance of s²/weight.")
        return _("The errors assume independent rows that vary around the line all alike.")
    text = _of(covariance)
    read = f"{_(covariance.read)}; {covariance.factor}" if covariance.factor else _(covariance.read)
    made = _(" They are made from {read}.", read=read)
    noted = "".join(f" {note[:1].upper()}{note[1:]}." for note in covariance.notes)
    return f"{text}{made}{noted}"


def against(model: Fitted, found: Diagnostics) -> str:
    """What the rows say against the assumptions, and which errors do without them; "" where there are no errors."""
    from wxb.diagnostics.record import DOUBT

    if not has_errors(model):
        return ""
    kind = None if model.inference.errors is None else model.inference.errors.errors
    alike, apart = kind is None, kind is None or (not kind.labels and kind.kind != "HAC")
    size, watson = found.breusch_pagan.p, found.durbin_watson
    said = []
    if alike and size < DOUBT:
        said.append(
            _(
                "the size of the errors goes with the terms (Breusch–Pagan p {p}): {se}",
                p=p_value(size),
                se=Advice("se", "HC3"),
            )
        )
    if apart and abs(watson - 2) > FAR_FROM_2:
        said.append(
            _(
                "neighbouring rows are related (Durbin–Watson {watson}), which counts where their order means "
                "something, give {se}",
                watson=statistic(watson),
                se=Advice("se", "HAC:4"),
            )
        )
    if said:
        return _("Against this: {said}.", said="; ".join(said))
    tested = f"Breusch–Pagan p {p_value(size)}, " if alike else ""
    tested += f"Durbin–Watson {statistic(watson)}"
    return _("Nothing in the rows speaks against this ({tested}).", tested=tested) if apart else ""


def _of(covariance: Covariance) -> str:
    errors = covariance.errors
    if errors is None:
        return _("The errors are those of a covariance that was given.")
    by = either(*map(one_line, errors.labels))
    if errors.kind == "HAC":
        return _(
            "The errors let a row go together with rows near it in the order of the data, and let the variance change."
        )
    if errors.kind == "DK":
        return _("The errors let all rows of one {by}, and of those near it, go together.", by=by)
    if errors.kind == "bootstrap":
        return _(
            "The errors are the spread of {draws} draws of {drawn}, and assume that {drawn} are independent.",
            draws=errors.draws,
            drawn=by or _("rows"),
        )
    if errors.labels:
        return _(
            "The errors let rows of one {by} go together in any way, and assume that different ones are independent.",
            by=by,
        )
    return _("The errors let each row have a variance of its own, and assume that rows are independent.")
