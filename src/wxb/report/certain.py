"""What is said of a fit's digits: of exact sums all that are shown follow from the data, of fast ones those a bound proves.

That is arithmetic. What another sample would give is what the standard errors are for, and no sentence here speaks of it.
"""

from __future__ import annotations

from math import floor, isfinite, log10

import numpy as np

from wxb.fitted import Fitted
from wxb.i18n import N_, _, _n, both
from wxb.numbers import DASH, fixed, number, p_value, placed, significant, statistic
from wxb.printable import show
from wxb.report.lines import wrapped


def exact_words(model: Fitted) -> str:
    """What is proven of the digits: columns of a formula are rounded where they are formed, errors by rows are sums in float64."""
    plain = all(made.tree is None for made in (*model.design.columns, model.design.target))
    if model.errors is None:
        if plain:
            return _("exact: every digit shown follows from the data as stored")
        return _("exact: every digit shown follows from the columns as formed")
    if plain:
        return _("exact: W, b and cost follow from the data as stored")
    return _("exact: W, b and cost follow from the columns as formed")


def residuals_told(model: Fitted) -> bool:
    """Whether the sums tell the residuals from 0; exact ones always do."""
    return model.inference.certainty.rss >= 1


def share(model: Fitted) -> str:
    """R² in words, without an intercept said to be uncentred; "" where there is none."""
    centred, eliminated = model.solution.centred, model.solution.eliminated
    beside = N_("the mean") if centred else "0"
    value, slack = model.r2, model.inference.certainty.share_error if model.is_minimum else 0.0
    if not isfinite(value) or not slack < 0.5:
        return ""
    text = share_text(value, beside) if slack == 0 else _proven_share(value, slack)
    within = None if eliminated is None else eliminated.share_within(model.solution.rss)
    if within is not None and eliminated is not None:
        columns = both(*map(show, eliminated.hidden_columns))
        return _("R² {share}, {within} within {columns}", share=text, within=share_text(within), columns=columns)
    return f"R² {text}" if centred else _("R² {share} (uncentred: beside predicting 0)", share=text)


def share_text(value: float, beside: str = N_("the mean")) -> str:
    """R² with three decimals, or as many nines as it takes to stay below 1. beside : what the line is compared with predicting"""
    if value == 1:
        return "1"
    if value < -1:
        return _("{share}: far worse than predicting {beside}", share=number(value), beside=_(beside))
    for decimals in range(3, 13):
        text = fixed(value, decimals)
        if not text.startswith("1.0"):
            return text
    return _("1 but for rounding")


def _proven_share(value: float, slack: float) -> str:
    """The same with no decimal that the slack leaves open."""
    low, high = value - slack, min(value + slack, 1.0)
    texts = [fixed(value, d) for d in range(3, 13) if fixed(low, d) == fixed(high, d)]
    below_one = [text for text in texts if not text.startswith("1.0")]
    if below_one:
        return below_one[0]
    decimals = next(d for d in range(1, 17) if slack >= 10.0**-d or 1 - low >= 10.0**-d)
    return _("at least {share}", share=fixed(floor(low * 10**decimals) / 10**decimals, decimals))


def residual_sd(model: Fitted) -> str:
    """To four digits, or those that are certain."""
    return sure_number(model.inference.residual_sd, 4, model.inference.certainty.rss)


def sure_number(value: float, wanted: int, certain: float) -> str:
    """A number to `wanted` digits, or those of them that are certain (of integers below a million `number` shows all)."""
    return number(value, wanted) if certain >= 7 else significant(value, max(min(wanted, floor(certain)), 1))


def t_text(model: Fitted, place: int) -> str:
    """t with two decimals, or those that are certain: its relative error is the sum of two."""
    sure, t = model.inference.certainty, float(model.inference.t[place])
    digits = floor(min(sure.coefficients[place], sure.errors[place]) - log10(2))
    if digits < 7:
        return DASH if digits < 1 else placed(t, min(2, digits - 1 - (floor(log10(abs(t))) if t else 0)))
    return fixed(t, 2) if abs(t) < 1e4 else number(t, 3)


def f_text(model: Fitted) -> str:
    """F and its p, "" where the sums leave F fewer than four digits; d log p / d log F ≤ ½ min(ν₂, ν₁F) + ½ν₁ + 1."""
    inference = model.inference
    if not isfinite(inference.f):
        return ""
    explained, left = inference.f_freedom
    room = min(inference.r2, 1 - inference.r2)
    slack = 2 * inference.certainty.share_error / room if room > 0 else 0.0
    if slack > 1e-5 or inference.certainty.rss < 8:
        return ""
    steep = (min(left, explained * inference.f) + explained) / 2 + 1
    p = f", p {p_value(inference.f_p)}" if slack * steep <= 1e-3 else ""
    f = statistic(inference.f)
    return _("F {f} on {explained} and {left} df{p}", f=f, explained=explained, left=number(left, 6), p=p)


def certain(model: Fitted) -> list[str]:
    """The cost, and what its digits and those above it are worth."""
    inference = model.inference
    if not model.is_minimum:
        return []
    sure = inference.certainty
    if model.moments.precision == "exact":
        exactly = _("  the line passes through every row exactly: there is no error to speak of")
        cost = f"  {_('cost {cost}', cost=_cost(model))} · {exact_words(model)}"
        return [exactly, cost] if inference.is_through_all and inference.freedom > 0 else [cost]
    kept = list(model.solution.kept)
    least = floor(float(np.min(sure.coefficients[kept], initial=16.0)))
    if least < 1:
        return [_("  ! no digit of some coefficients is certain at precision fast; use precision exact")]
    if not residuals_told(model):
        most = number(1.05 * sure.most_rss / float(model.solution.total_weight), 2)
        return [
            _("  cost at most {most}: at precision fast the residuals cannot be told from 0", most=most),
            _n(
                "  {n} digit of each coefficient is certain; the table shows none that is not",
                "  {n} digits of each coefficient are certain; the table shows none that is not",
                least,
            ),
            _("  ! there are no standard errors for that reason; precision exact gives them"),
        ]
    least = min(least, max(floor(float(np.min(sure.errors[kept], initial=16.0))), 0))
    cost = _("cost {cost}", cost=sure_number(model.cost, 6, sure.rss))
    told = _n(
        "{n} digit of each coefficient and error is certain; the table shows none that is not, the equation those it needs",
        "{n} digits of each coefficient and error are certain; the table shows none that is not, the equation those it needs",
        least,
    )
    return wrapped(f"{cost} · {told}")


def _cost(model: Fitted) -> str:
    """To six digits; one that is not 0 and below all doubles is said to be that."""
    return number(model.cost, 6) if model.cost or model.inference.is_through_all else _("below 5e-324")


def tail_told(model: Fitted, place: int) -> bool:
    """Whether the digits of t leave its p three: p moves by about t² of what t moves by."""
    inference = model.inference
    if model.moments.precision == "exact":
        return True
    digits = min(inference.certainty.coefficients[place], inference.certainty.errors[place])
    return bool(digits >= 6 and inference.t[place] ** 2 <= 10 ** (digits - 4))


def told(value: float, digits: int = 4) -> str:
    """To so many significant digits, with the zeros among them, so that 4 is a 4 and nothing near it: 4.002, 4.000, 4."""
    exact = not isfinite(value) or float(f"{value:.{digits}g}") == value
    return number(value, digits) if exact else statistic(value, digits)
