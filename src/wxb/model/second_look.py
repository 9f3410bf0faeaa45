"""Mean absolute errors of test rows and folds: the one number of theirs that moments do not hold, so the rows are read again.

    MAE = Σ w |y − H(x)| / Σ w        H of all training rows for test rows, of all other folds for a fold

An error is evaluated as one sum, so what cancels in it is looked after, and the sum of errors is exact: chunks leave no trace in
it either. A source that can be read only once has none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from wxb._typing import Vector
from wxb.data.table import Block, Scan
from wxb.linear_form import evaluate
from wxb.moments import Collector
from wxb.moments.kernels import choose
from wxb.question.shares import TEST, Shares


def mean_absolutes(
    again: Callable[[], Scan], shares: Shares, lines: dict[int, Sequence[Fraction]], intercept: bool
) -> tuple[float | None, float | None]:
    """(of test rows, of all folds); None where there are none. lines : {share: k coefficients its rows are judged by}"""
    kernel = choose()
    sums = {True: Collector(1, kernel), False: Collector(1, kernel)}
    for block in again().blocks():
        if not block.rows:
            continue
        share = shares.of(block.row_numbers())
        order = np.argsort(share, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(share[order])) + 1):
            label = int(share[rows[0]])
            if label in lines:
                weights = None if block.weights is None else block.weights[rows]
                errors = _errors(block, rows, lines[label], intercept)
                if not np.isfinite(errors).all():
                    return None, None
                sums[label == TEST].add([errors], {}, weights)
    return _mean(sums[True]), _mean(sums[False])


def _errors(block: Block, rows: NDArray[np.int64], line: Sequence[Fraction], intercept: bool) -> Vector:
    """(m,) |y − H(x)| of some rows of a block."""
    assert block.target is not None
    first = [np.broadcast_to(1.0, len(rows))] if intercept else []
    given = [*block.features, block.target]
    columns = [*first, *(column.values[rows] for column in given)]
    lows = {i: c.low[rows] for i, c in enumerate(given, len(first)) if c.low is not None}
    exact = [*line, Fraction(-1)]
    return np.abs(evaluate(columns, lows, np.array([float(value) for value in exact]), lambda: exact))


def _mean(collector: Collector) -> float | None:
    if not collector.rows:
        return None
    (total, unit), (weight, own) = (ledger := collector.result()).value(0, 1), ledger.value(0, 0)
    return float(Fraction(total, weight) * Fraction(2) ** (unit - own))
