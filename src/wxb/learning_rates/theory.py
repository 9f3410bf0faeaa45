"""Limits, pace and condition of gradient descent on a bowl, in numbers.

    converges below     2/λmax · (1 + β)      with momentum β; Nesterov 2/λmax · (1 + β)/(1 + 2β)
    best constant rate  2/(λmax + λmin)
    best pair           lr = 4/(√λmax + √λmin)², β = ((√κ − 1)/(√κ + 1))²      (Polyak 1964)

Refuses rates that are not positive and finite, and momenta outside of 0 ≤ β < 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from wxb._typing import Matrix, Vector
from wxb.arguments import number, truth, whole
from wxb.bowl import Bowl
from wxb.errors import UsageError
from wxb.i18n import _
from wxb.learning_rates.eigen import spectrum_of
from wxb.learning_rates.horizon import epochs_until
from wxb.learning_rates.modes import Modes, modes_of
from wxb.learning_rates.scaling import Standard, standard_of
from wxb.numbers import counted, in_words, numbered, readable
from wxb.values import Value

DIGITS = 6
"""Gains of scaling are told in epochs until the distance is 10⁻⁶ of the start's."""


@dataclass(frozen=True, slots=True)
class Steepest:
    """The steepest direction in the user's columns.

    shares : (term, share) of every term, largest first; a share is the squared component, all add to 1
    """

    shares: tuple[tuple[str, float], ...]

    @property
    def term(self) -> str:
        """The term most to blame."""
        return self.shares[0][0]

    @property
    def share(self) -> float:
        """Its share, 0 … 1."""
        return self.shares[0][1]


@dataclass(frozen=True, slots=True)
class Scaled:
    """What standardising the columns would change: condition, best constant rate, and epochs to six digits at it."""

    condition_before: float
    condition: float
    epochs_before: float
    epochs: float
    best: float

    @property
    def text(self) -> str:
        return _("standardise: {change}", change=self.change)

    @property
    def change(self) -> str:
        """The same without what makes it."""
        return _(
            "condition {before} → {condition}, six digits {epochs_before} → {epochs}",
            before=readable(self.condition_before, 3),
            condition=readable(self.condition, 3),
            epochs_before=in_words(self.epochs_before),
            epochs=counted(self.epochs),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Theory(Value):
    """What any rate does on one bowl.

    Attributes
    ----------
    bowl : the bowl
    eigenvalues : (r,) positive eigenvalues of H, largest first
    eigenvectors : (q, r) their directions, in the order of bowl.names
    """

    bowl: Bowl
    eigenvalues: Vector
    eigenvectors: Matrix

    def __repr__(self) -> str:
        count = numbered(len(self.bowl.names), "coefficient")
        what = f"best {readable(self.best)}, condition {readable(self.condition)}; {count}"
        return f"{type(self).__name__}(converges below {readable(self.max)}, {what})"

    @property
    def max(self) -> float:
        """2/λmax: gradient descent converges at every positive rate below it, and at none above."""
        return 2 / float(self.eigenvalues[0])

    @property
    def best(self) -> float:
        """2/(λmax + λmin): the constant rate with the fewest epochs."""
        return 2 / float(self.eigenvalues[0] + self.eigenvalues[-1])

    @property
    def condition(self) -> float:
        """λmax/λmin over the directions that are not flat."""
        return float(self.eigenvalues[0] / self.eigenvalues[-1])

    @property
    def flat(self) -> int:
        """Directions in which collinear terms leave the cost unchanged."""
        return len(self.bowl.names) - len(self.eigenvalues)

    @property
    def sum_limit(self) -> float:
        """The limit if the cost were the *sum* of squared errors: n times smaller."""
        return self.max / self.bowl.rows

    @property
    def steepest(self) -> Steepest:
        """Which term makes the steepest direction."""
        shares = self.eigenvectors[:, 0] ** 2
        order = np.argsort(-shares, kind="stable")
        return Steepest(tuple((self.bowl.names[j], float(shares[j])) for j in order))

    def limit(self, momentum: float = 0.0, nesterov: bool = False) -> float:
        """The smallest rate that does not converge."""
        momentum = checked_momentum(momentum, nesterov)
        return self.max * (1 + momentum) / ((1 + 2 * momentum) if nesterov else 1)

    def modes(self, lr: float, momentum: float = 0.0, nesterov: bool = False) -> Modes:
        """The motion along each eigenvector."""
        return modes_of(self.eigenvalues, checked_rate(lr), checked_momentum(momentum, nesterov), nesterov)

    def growth(self, lr: float, momentum: float = 0.0, nesterov: bool = False) -> float:
        """The factor on the distance per epoch, in the long run, in the direction that falls slowest or grows fastest."""
        with np.errstate(over="ignore"):
            return float(np.exp(self.modes(lr, momentum, nesterov).log_radius.max()))

    def epochs(self, lr: float, tolerance: float = 0.1, momentum: float = 0.0, nesterov: bool = False) -> float:
        """Epochs until the distance of the coefficients, from the worst start, has fallen by `tolerance` and stays there.

        The cost above the minimum has then fallen by tolerance². inf for a rate that does not converge.
        """
        if not 0 < number("tolerance", tolerance, _("a factor between 0 and 1")) < 1:
            raise UsageError(
                _("a tolerance is a factor between 0 and 1, not {tolerance!r}", tolerance=tolerance),
                _("give a factor, such as 1e-6"),
            )
        lr = checked_rate(lr)
        if lr >= self.limit(momentum, nesterov):
            return math.inf
        return epochs_until(self.modes(lr, momentum, nesterov), tolerance)

    def epochs_per_digit(self, lr: float, momentum: float = 0.0, nesterov: bool = False) -> float:
        """Epochs for one more decimal digit of the coefficients, in the long run; inf for a rate that does not converge."""
        lr = checked_rate(lr)
        slowest = float(self.modes(lr, momentum, nesterov).log_radius.max())
        if slowest >= 0 or lr >= self.limit(momentum, nesterov):
            return math.inf
        return math.log(10) / -slowest

    def best_for(self, momentum: float = 0.0, nesterov: bool = False) -> float:
        """The best constant rate at a given momentum."""
        momentum = checked_momentum(momentum, nesterov)
        if momentum == 0 or not nesterov:
            # From a momentum of Polyak's optimum on, a whole interval of rates falls by √β; this one lies inside it.
            return self.best * (1 + momentum)
        low, high = 1 / float(self.eigenvalues[0]), self.limit(momentum, nesterov)
        for __ in range(100):
            middle = 0.5 * (low + high)
            log_radius = self.modes(middle, momentum, nesterov).log_radius
            low, high = (middle, high) if log_radius[0] < log_radius[-1] else (low, middle)
        return low

    def best_pair(self) -> tuple[float, float]:
        """Polyak's (rate, momentum): the fewest epochs any constant pair needs, √κ of them where plain descent needs κ."""
        steep, flat = math.sqrt(self.eigenvalues[0]), math.sqrt(self.eigenvalues[-1])
        return 4 / (steep + flat) ** 2, ((steep - flat) / (steep + flat)) ** 2

    def plot(
        self,
        lr: float | Sequence[float] | None = None,
        momentum: float = 0.0,
        nesterov: bool = False,
        epochs: int | None = None,
    ) -> Any:
        """A picture as `model.plot` gives them: the axis of learning rates from crawling to diverging, and rates of one's own.

        lr : one rate or a few to mark        momentum, nesterov, epochs : as for `verdict`
        """
        beta = checked_momentum(momentum, nesterov)
        own = () if lr is None else tuple(checked_rate(one) for one in np.atleast_1d(np.asarray(lr, dtype=object)))
        within = None if epochs is None else whole("epochs", epochs, 1, _("a number of epochs, 1 or more"))
        return import_module("wxb.pictures.alpha").picture(
            self, own, beta, nesterov, within
        )  # knows nothing of pictures

    def standard(self) -> Standard:
        """The standardised coordinates."""
        return standard_of(self.bowl)

    def scaled(self) -> Scaled:
        """What standardising would gain."""
        values = spectrum_of(self.standard().hessian).values
        best = 2 / float(values[0] + values[-1])
        tolerance = 10.0**-DIGITS
        return Scaled(
            condition_before=self.condition,
            condition=float(values[0] / values[-1]),
            epochs_before=self.epochs(self.best, tolerance),
            epochs=epochs_until(modes_of(values, best), tolerance),
            best=best,
        )


def checked_rate(lr: float) -> float:
    """A positive finite learning rate, or UsageError."""
    rate = number("lr", lr, _("a positive number"))
    if not 0 < rate < math.inf:
        raise UsageError(
            _("the learning rate is {lr!r}; it is a positive number", lr=lr),
            _("give a positive number; `wxb.rates` shows which converge"),
        )
    return rate


def checked_momentum(momentum: float, nesterov: bool = False) -> float:
    """A momentum of at least 0 and less than 1, or UsageError."""
    if not 0 <= number("momentum", momentum) < 1:
        raise UsageError(
            _("the momentum is {momentum!r}; it is a number from 0 to less than 1", momentum=momentum),
            _("give one, such as `momentum=0.9`"),
        )
    if truth("nesterov", nesterov) and momentum == 0:
        raise UsageError(
            _("nesterov's method is a form of momentum, and the momentum is 0"), _("give a momentum, such as 0.9")
        )
    return float(momentum)
