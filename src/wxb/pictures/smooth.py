"""A smooth line through a cloud: means of rows that are next to each other, of many those of each bin."""

from __future__ import annotations

from math import frexp, isfinite

import numpy as np

from wxb._typing import Matrix
from wxb.fitted import Fitted
from wxb.marks.mark import Mark, line
from wxb.passes.binned import Cloud

LEAST_GROUP, MOST_GROUPS = 4, 24  # rows whose mean is a point of the line, and points of it
SMALLEST = 5000  # a bin with fewer than one in so many rows is none to be averaged
LEAST_UNIT = -1000  # the multiples of a smaller one are no float64
DIGITS = 20  # binary ones of a spread that means are added to


def smooth(cloud: Cloud) -> Matrix:
    """(k, 2) of y, empty of too few rows."""
    if cloud.cells is not None:
        means = cloud.cells.means
        assert means is not None
        many = cloud.cells.counts.sum(axis=1) >= max(LEAST_GROUP, cloud.n // SMALLEST)
        return np.column_stack([cloud.cells.centres, means])[many & np.isfinite(means)]
    groups = min(len(cloud.x) // LEAST_GROUP, MOST_GROUPS, int(np.sqrt(len(cloud.x))))
    if groups < 3 or cloud.low[0] == cloud.high[0]:
        return np.empty((0, 2))
    parts = np.array_split(np.argsort(cloud.x, kind="stable"), groups)
    return np.array([[cloud.x[part].mean(), cloud.y[part].mean()] for part in parts])


def smooth_marks(cloud: Cloud, name: str) -> list[Mark]:
    found = smooth(cloud)
    return [line(found[:, 0], found[:, 1], "mean", name=name)] if len(found) else []


def unit_of(model: Fitted) -> int:
    """The exponent of what errors are averaged in multiples of: fine beside their own spread."""
    spread = model.cost**0.5 if isfinite(model.cost) else 1.0
    found = frexp(spread)[1] - DIGITS if spread > 0 else frexp(abs(model.intercept) or 1.0)[1] - 52
    return max(found, LEAST_UNIT)
