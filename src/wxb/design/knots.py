"""Where the pieces of splines meet: quantiles of all rows, looked at before the pass.

The outer knots are the smallest and the largest number; inner ones, where a formula gives none, the quantiles j/(m + 1) of all
rows, between neighbours by a straight line (R's type 7, NumPy's "linear", patsy's). A row that counts for several is there so
often; weights change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wxb._typing import Vector
from wxb.design.splines import inner
from wxb.errors import DataError
from wxb.formula import Spline
from wxb.i18n import _
from wxb.printable import show


def knots_of(spline: Spline, values: Vector, counts: Vector | None = None) -> tuple[float, ...]:
    """The knots of a spline, outer ones first and last.  values, counts : (n,) of all rows"""
    low, high = float(values.min()), float(values.max())
    if spline.knots is not None:
        outside = [knot for knot in spline.knots if not low < knot < high]
        if outside:
            what = _(
                "{text} has a knot at {outside:g}, and its numbers lie between {low:g} and {high:g}",
                text=show(spline.text),
                outside=outside[0],
                low=low,
                high=high,
            )
            raise DataError(what, _("give knots between them"))
        return (low, *spline.knots, high)
    many = inner(spline.kind, spline.df or 0, spline.degree)
    found = (low, *quantiles(values, [j / (many + 1) for j in range(1, many + 1)], counts), high)
    if len(set(found)) < len(found):
        raise DataError(
            _("{text} has knots that are equal, for many of its numbers are", text=show(spline.text)),
            _("give fewer, or give them: `bs(x, knots=[1, 2])`"),
        )
    return found


def quantiles(values: Vector, shares: Sequence[float], counts: Vector | None) -> list[float]:
    """Quantiles of the numbers, each as often as it counts."""
    if counts is None:
        return np.quantile(values, shares).tolist() if shares else []
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(counts[order])
    found: list[float] = []
    for share in shares:
        place = share * (ends[-1] - 1)
        below, above = (
            values[order[np.searchsorted(ends, at, side="right")]] for at in (np.floor(place), np.ceil(place))
        )
        found.append(float(below + (above - below) * (place - np.floor(place))))
    return found
