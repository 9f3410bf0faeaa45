"""Which learning rates converge on this data, which is best, and what a given one will do: before the run.

Squared error is a bowl with a constant Hessian H; gradient descent moves along its eigenvectors independently (`modes`).
With λmax ≥ … ≥ λmin > 0 the eigenvalues of H:

    converges below     2/λmax · (1 + β)      with momentum β; Nesterov 2/λmax · (1 + β)/(1 + 2β)
    best constant rate  2/(λmax + λmin)       the distance falls by (κ − 1)/(κ + 1) each epoch, κ = λmax/λmin
    best pair           lr = 4/(√λmax + √λmin)², β = ((√κ − 1)/(√κ + 1))²      (Polyak 1964)

*Distance* is that of the coefficients from the minimum, in the slowest direction; the cost above the minimum falls by its
square. Directions in which collinear terms leave the cost flat (λ = 0) do not move and do not count.

>>> rates = rates_of(bowl)
>>> rates.max, rates.best, rates.condition
(0.180294..., 0.176470..., 46.14...)
>>> rates.verdict(0.2).kind.value
'diverging'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.arguments import vector, whole
from wxb.bowl import Bowl
from wxb.errors import NumericalError, UsageError
from wxb.i18n import _
from wxb.learning_rates.eigen import Spectrum, spectrum_of, spectrum_of_line
from wxb.learning_rates.table import Row, rows_of
from wxb.learning_rates.theory import Theory, checked_momentum, checked_rate
from wxb.learning_rates.verdict import Verdict, VerdictKind, verdict_on
from wxb.values import Shown

FAR = 1e-6  # of the square of a mean: a variance below it has lost digits in the second moment

__all__ = ["Rates", "Row", "Verdict", "VerdictKind", "rates_of"]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rates(Theory, Shown):
    """Learning-rate theory of one bowl, and verdicts on single rates. What it knows is described at `Theory`."""

    def verdict(
        self,
        lr: float,
        momentum: float = 0.0,
        nesterov: bool = False,
        start: Vector | None = None,
        epochs: int | None = None,
    ) -> Verdict:
        """What this rate will do. `start` (q,), intercept first, decides when a diverging run overflows; zeros by default.

        epochs : within which it is to arrive (the coefficients to two digits, from the worst start); where that is not said a rate
            is good that takes at most ten times the epochs of the best one, and at most 10 000
        """
        beta = checked_momentum(momentum, nesterov)
        return verdict_on(self, checked_rate(lr), beta, nesterov, self._start(start), _checked_epochs(epochs))

    def _start(self, start: Any) -> Vector | None:
        if start is None:
            return None
        point, count = vector("start", start), len(self.bowl.names)
        if point.shape != (count,) or not np.isfinite(point).all():
            raise UsageError(
                _(
                    "start must be {count} finite numbers, in the order {names}",
                    count=count,
                    names=", ".join(self.bowl.names),
                ),
                _("give them in that order"),
            )
        return point

    def table(
        self, lr: float | None = None, momentum: float = 0.0, nesterov: bool = False, epochs: int | None = None
    ) -> tuple[Row, ...]:
        """Rates worth comparing and what each does, in ascending order; `lr` among them."""
        beta, rate = checked_momentum(momentum, nesterov), None if lr is None else checked_rate(lr)
        return rows_of(self, rate, beta, nesterov, _checked_epochs(epochs))


def _checked_epochs(epochs: int | None) -> int | None:
    return None if epochs is None else whole("epochs", epochs, 1, _("a number of epochs, 1 or more"))


def _of_far_column(bowl: Bowl) -> Spectrum | None:
    """Of a line along one column so far from 0 that its spread is rounded away in H; None of others."""
    if len(bowl.layout) != 2 or not bowl.layout.intercept or bowl.means is None or bowl.covariance is None:
        return None
    mean, variance = float(bowl.means[0]), float(bowl.covariance[0, 0])
    if not 0 < variance < FAR * mean * mean:
        return None
    return spectrum_of_line(float(bowl.hessian[0, 0]), mean, variance)


def rates_of(bowl: Bowl) -> Rates:
    """Learning-rate theory of a bowl. Raises NumericalError when its Hessian is not finite or is zero."""
    if not np.isfinite(bowl.hessian).all():
        raise NumericalError(
            _("the second moments of the columns are beyond float64's range"),
            _("divide the largest columns by a power of ten"),
        )
    spectrum = _of_far_column(bowl) or spectrum_of(bowl.hessian)
    if len(spectrum.values) == 0:
        raise NumericalError(
            _("every column is zero: the cost is flat and no learning rate changes anything"),
            _("give a column that varies"),
        )
    return Rates(bowl, spectrum.values, spectrum.vectors)
