"""Mean absolute errors of test rows and folds: the one number of theirs that moments do not hold, so the rows are read again.

    MAE = Σ w |y − H(x)| / Σ w        H of all training rows for test rows, of all other folds for a fold

An error is evaluated as one sum, so what cancels in it is looked after, and the sum of errors is exact: chunks leave no trace in
it either. A source that can be read only once has none.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Self

import numpy as np

from wxb._typing import Vector
from wxb.data.block import Block
from wxb.data.table import Scan
from wxb.linear_form import evaluate
from wxb.moments import Collector
from wxb.moments.kernels import Kernel, choose
from wxb.passes.labels import Label
from wxb.passes.statistic import Numbers, Statistic


class AbsoluteErrors(Statistic["dict[Hashable, float | None]"]):
    """Mean absolute error of the rows of each kind, by the line of their label.

    lines : {label: (kind, k coefficients its rows are judged by)}        result : {kind: mean, None where there are no rows}
    """

    def __init__(
        self,
        label: Label,
        lines: Mapping[Any, tuple[Hashable, Sequence[Fraction]]],
        intercept: bool,
        kernel: Kernel | None = None,
    ) -> None:
        self.label, self.lines, self.intercept, self.kernel = label, lines, intercept, kernel or choose()
        self.uses_blas = self.kernel.uses_blas
        self._sums = {kind: Collector(1, self.kernel) for kind, _ in lines.values()}
        self._endless = False  # whether an error was beyond the range of doubles

    def new(self) -> Self:
        return type(self)(self.label, self.lines, self.intercept, self.kernel)

    def add(self, block: Block) -> None:
        numbers, found = Numbers.of(block), self.label(block)
        codes, labels = (np.zeros(block.rows, dtype=np.int64), (0,)) if found is None else found
        for code, some in numbers.dealt(codes, self.kernel):
            if labels[code] not in self.lines:
                continue
            kind, line = self.lines[labels[code]]
            errors = np.abs(residuals(some, line, self.intercept))
            if np.isfinite(errors).all():
                Numbers([errors], {}, some.weights).into(self._sums[kind])
            else:
                self._endless = True

    def absorb(self, other: Self) -> None:
        self._endless |= other._endless
        for kind, collector in other._sums.items():
            self._sums[kind].absorb(collector)

    def result(self, scan: Scan) -> dict[Hashable, float | None]:
        return {kind: None if self._endless else _mean(collector) for kind, collector in self._sums.items()}


def residuals(numbers: Numbers, line: Sequence[Fraction], intercept: bool) -> Vector:
    """(n,) H(x) − y of some rows, y their last column: each one sum, rounded once."""
    columns, lows = numbers.columns, numbers.lows
    if intercept:
        columns = [np.broadcast_to(1.0, len(columns[-1])), *columns]
        lows = {i + 1: low for i, low in lows.items()}
    exact = [*line, Fraction(-1)]
    return evaluate(columns, lows, np.array([float(value) for value in exact]), lambda: exact)


def _mean(collector: Collector) -> float | None:
    if not collector.rows:
        return None
    (total, unit), (weight, own) = (ledger := collector.result()).value(0, 1), ledger.value(0, 0)
    return float(Fraction(total, weight) * Fraction(2) ** (unit - own))
