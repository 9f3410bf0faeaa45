"""Where a descent is after e epochs: in closed form at a constant rate, by stepping when the rate changes.

Both give c(e), the components along the eigenvectors, *before* the step of epoch e; c(e + 1) is after it.
"""

from __future__ import annotations

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.descent.schedule import Schedule
from wxb.learning_rates.modes import Modes


class Constant:
    """A constant rate: c(e) = f(e)·c(0), so any epoch costs the same."""

    def __init__(self, start: Vector, modes: Modes, lr: float) -> None:
        self.start, self.modes, self.lr = start, modes, lr

    def components(self, epochs: Integers) -> Matrix:
        with np.errstate(over="ignore", invalid="ignore"):
            moved = self.modes.factors(epochs) * self.start
        return np.where(self.start == 0, 0.0, moved)

    def rate(self, epochs: Integers) -> Vector:
        return np.full(len(epochs), self.lr)


class Stepped:
    """A rate that changes: every epoch is made, O(r) each.

    schedule : of the rate, or None for the exact line search lr = gᵀg/gᵀHg (the rate that lowers the cost most)
    total : length of the run, for the schedules that need it
    """

    def __init__(
        self,
        start: Vector,
        eigenvalues: Vector,
        *,
        lr: float,
        momentum: float,
        nesterov: bool,
        schedule: Schedule | None,
        total: int,
    ) -> None:
        self.eigenvalues, self.lr, self.momentum, self.nesterov = eigenvalues, lr, momentum, nesterov
        self.schedule, self.total = schedule, total
        self._next = 0
        self._c, self._v = start.copy(), np.zeros_like(start)

    def _planned(self, first: int, count: int) -> list[float]:
        if self.schedule is None:
            return [0.0] * count
        return (self.lr * self.schedule.factors(np.arange(first, first + count), self.total)).tolist()

    def _line_search(self, gradient: Vector) -> float:
        square = gradient @ gradient
        curvature = (gradient * self.eigenvalues) @ gradient
        return float(square / curvature) if curvature > 0 else 0.0

    def advance(self, count: int) -> tuple[Matrix, Vector]:
        """Make `count` epochs: c (count + 1, r) before each and after the last, and the rates (count,)."""
        path, rates = np.empty((count + 1, len(self._c))), np.empty(count)
        c, v, values = self._c, self._v, self.eigenvalues
        with np.errstate(over="ignore", invalid="ignore"):
            for i, lr in enumerate(self._planned(self._next, count)):
                path[i] = c
                gradient = values * c
                if self.schedule is None:
                    lr = self._line_search(gradient)
                rates[i] = lr
                if self.momentum:
                    v = self.momentum * v + gradient
                    gradient = gradient + self.momentum * v if self.nesterov else v
                c = c - lr * gradient
        path[count] = c
        self._c, self._v, self._next = c, v, self._next + count
        return path, rates
