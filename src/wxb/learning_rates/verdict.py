"""A verdict on one learning rate: too small, slow, good, zigzagging, exactly critical, diverging.

*Arrived* is a distance of the coefficients from the minimum of a hundredth of the start's, in the slowest direction and
from the worst start: two digits. Good is a rate that arrives within the epochs asked for; where none are, one that takes at
most ten times the epochs of the best rate, and at most REASONABLE. On ill-conditioned columns no constant rate is good.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.advice import Advice
from wxb.i18n import N_, _, _n
from wxb.learning_rates.modes import Modes
from wxb.learning_rates.theory import Theory
from wxb.numbers import counted, in_words, readable, round_down, told_apart
from wxb.trajectory.outcome import SCALED, Cause, either
from wxb.values import Shown

CRITICAL_WITHIN = 4e-15
"""The limit is known to about this, relatively; a rate closer to it than that is called critical."""

SLOW = 10.0
CRAWLING = 100.0
ZIGZAG = 1.5
"""Times the epochs of the best rate from which a rate that jumps across the minimum zigzags."""

ARRIVED = 0.01
REASONABLE = 10_000
"""Epochs within which a rate arrives that is called good, where nobody says how many there are to be."""

LOG_LARGEST = math.log(np.finfo(np.float64).max)


class VerdictKind(Enum):
    """What a rate will do."""

    TOO_SMALL = "too small"
    SLOW = "slow"
    GOOD = "good"
    ZIGZAG = "zigzag"
    CRITICAL = "critical"
    DIVERGING = "diverging"


@dataclass(frozen=True, slots=True)
class Verdict(Shown):
    """What one rate will do on one bowl.

    Attributes
    ----------
    kind : TOO_SMALL (over ten times the epochs of the best rate, or too few of those asked for), SLOW (as every constant rate is on
        these columns), GOOD, ZIGZAG (converges, but jumps across the minimum along the steepest direction at every epoch, and takes
        many more epochs than the best), CRITICAL (the limit itself), DIVERGING
    lr, momentum, nesterov : what was asked        epochs : within which it is to arrive, None where that was not said
    growth : factor on the distance per epoch in the long run
    epochs_per_digit, arrival : epochs for a digit of the coefficients, and until it has arrived; inf unless it converges
    limit, best : for this momentum
    overflow_epoch : when the cost leaves float64's range from the given start; None unless it diverges
    cause : why it diverges; None unless it does
    ways : what to give instead, a line each        theory : of the bowl that it is about
    """

    kind: VerdictKind
    lr: float
    momentum: float
    nesterov: bool
    growth: float
    epochs_per_digit: float
    limit: float
    best: float
    best_epochs_per_digit: float
    overflow_epoch: float | None
    cause: Cause | None
    epochs: int | None = None
    arrival: float = math.inf
    ways: tuple[str, ...] = ()
    theory: Theory = field(kw_only=True, repr=False, compare=False)

    def __repr__(self) -> str:
        pace = (
            f"{readable(self.arrival)} epochs to two digits"
            if self.converges
            else f"× {readable(self.growth)} each epoch"
        )
        return f"Verdict({self.kind.value}: lr {readable(self.lr)}, {pace}, converges below {readable(self.limit)})"

    def plot(self) -> Any:
        """A picture as `model.plot` gives them: the axis of learning rates, and where on it this one is."""
        return self.theory.plot(self.lr, self.momentum, self.nesterov, self.epochs)

    @property
    def converges(self) -> bool:
        return self.kind not in (VerdictKind.CRITICAL, VerdictKind.DIVERGING)

    @property
    def arrives(self) -> bool:
        """Whether it arrives within the epochs asked for, or within a reasonable number."""
        return self.arrival <= (REASONABLE if self.epochs is None else self.epochs)

    @property
    def brief(self) -> str:
        """In one line, as the table of rates has it."""
        if self.kind is VerdictKind.DIVERGING:
            growth = told_apart(self.growth, 1.0)[0]
            if self.overflow_epoch is None:
                return _("diverges: distance × {growth} each epoch", growth=growth)
            return _(
                "diverges: distance × {growth} each epoch, overflows near epoch {epoch}",
                growth=growth,
                epoch=in_words(self.overflow_epoch),
            )
        if self.kind is VerdictKind.CRITICAL:
            return _("the limit: neither converges nor grows")
        return f"{_(self._word)}: {self.pace if self.epochs is None else self._within}"

    @property
    def pace(self) -> str:
        """How fast it converges."""
        if self.epochs_per_digit < 0.1:
            return _("one step reaches the minimum")
        return _("{epochs} per digit", epochs=counted(self.epochs_per_digit))

    @property
    def _within(self) -> str:
        """Whether it arrives within the epochs asked for."""
        needed = in_words(self.arrival)
        if self.arrives:
            return _("arrives in {needed} of {epochs}", needed=needed, epochs=counted(float(self.epochs or 0)))
        return _n(
            "{epochs} epoch is too few, it takes {needed}",
            "{epochs} epochs are too few, it takes {needed}",
            self.epochs or 0,
            epochs=in_words(float(self.epochs or 0)),
            needed=needed,
        )

    @property
    def rule(self) -> str:
        """The limit as a formula."""
        return rule_text(self.momentum, self.nesterov)

    @property
    def _word(self) -> str:
        if self.kind is VerdictKind.TOO_SMALL:
            return N_("crawls") if self.epochs_per_digit > CRAWLING * self.best_epochs_per_digit else N_("slow")
        if self.kind is VerdictKind.SLOW:
            return N_("slow, as every constant rate here")
        return N_("zigzags") if self.kind is VerdictKind.ZIGZAG else N_("good")

    @property
    def text(self) -> str:
        """The verdict in lines, with what to do."""
        mark = {VerdictKind.GOOD: "✓", VerdictKind.CRITICAL: "✗", VerdictKind.DIVERGING: "✗"}.get(self.kind, "•")
        reads = _READS[self.kind] if self.epochs is None else _WITHIN.get(self.kind, _READS[self.kind])
        lines = [
            f"{mark} {_(reads, lr=readable(self.lr, 6), epochs=counted(float(self.epochs or 0)))}",
            f"  {self.brief}",
        ]
        if self.cause is not None:
            return "\n".join([*lines, *self.cause.lines()])
        return "\n".join([*lines, *either(_("  do    "), list(self.ways))] if self.ways else lines)


_WITHIN = {
    VerdictKind.TOO_SMALL: N_("lr {lr} is too small for {epochs}"),
    VerdictKind.SLOW: N_("lr {lr} is about the best, and no constant rate arrives in {epochs}"),
}
_READS = {
    VerdictKind.TOO_SMALL: N_("lr {lr} is too small: it converges, in more than ten times the epochs it could"),
    VerdictKind.SLOW: N_("lr {lr} is about the best, and slow: these columns are ill-conditioned for one rate"),
    VerdictKind.GOOD: N_("lr {lr} is good"),
    VerdictKind.ZIGZAG: N_("lr {lr} zigzags: it converges, jumping across the minimum at every epoch"),
    VerdictKind.CRITICAL: N_("lr {lr} is exactly critical"),
    VerdictKind.DIVERGING: N_("lr {lr} diverges"),
}


def verdict_on(
    theory: Theory,
    lr: float,
    momentum: float,
    nesterov: bool,
    start: Vector | None = None,
    epochs: int | None = None,
) -> Verdict:
    """The verdict on a rate. epochs : within which it is to arrive"""
    best = theory.best_for(momentum, nesterov)
    best_pace = theory.epochs_per_digit(best, momentum, nesterov)
    kind, pace = kind_and_pace(theory, lr, momentum, nesterov, epochs, best, best_pace)
    arrival = theory.epochs(lr, ARRIVED, momentum, nesterov)
    diverges, critical = kind is VerdictKind.DIVERGING, kind is VerdictKind.CRITICAL
    return Verdict(
        kind=kind,
        lr=lr,
        momentum=momentum,
        nesterov=nesterov,
        growth=1.0 if critical else theory.growth(lr, momentum, nesterov),
        epochs_per_digit=math.inf if critical else pace,
        limit=theory.limit(momentum, nesterov),
        best=best,
        best_epochs_per_digit=best_pace,
        overflow_epoch=overflow_epoch(theory, lr, momentum, nesterov, start) if diverges else None,
        cause=cause_of(theory, lr, momentum, nesterov) if diverges else None,
        epochs=epochs,
        arrival=math.inf if critical else arrival,
        ways=() if diverges else _ways(theory, kind, best, best_pace),
        theory=theory,
    )


def kind_and_pace(
    theory: Theory, lr: float, momentum: float, nesterov: bool, epochs: int | None, best: float, best_pace: float
) -> tuple[VerdictKind, float]:
    """What a verdict says first, and its epochs per digit, for those who ask of hundreds of rates.

    best, best_pace : the best rate, and its epochs per digit
    """
    pace = theory.epochs_per_digit(lr, momentum, nesterov)
    kind = _kind(theory, lr, momentum, nesterov, pace, best_pace)
    if kind is VerdictKind.TOO_SMALL and epochs is not None:
        arrives = theory.epochs(lr, ARRIVED, momentum, nesterov) <= epochs
        return VerdictKind.GOOD if arrives else kind, pace
    if kind is VerdictKind.GOOD:
        arrival = theory.epochs(lr, ARRIVED, momentum, nesterov)
        if arrival > (REASONABLE if epochs is None else epochs):
            least = theory.epochs(best, ARRIVED, momentum, nesterov)
            kind = VerdictKind.SLOW if epochs is None or least > epochs else VerdictKind.TOO_SMALL
    return kind, pace


def _kind(theory: Theory, lr: float, momentum: float, nesterov: bool, pace: float, best_pace: float) -> VerdictKind:
    """The kind as the pace tells it, whatever the number of epochs."""
    limit = theory.limit(momentum, nesterov)
    if abs(lr - limit) <= CRITICAL_WITHIN * limit:
        return VerdictKind.CRITICAL
    if lr > limit:
        return VerdictKind.DIVERGING
    modes = theory.modes(lr, momentum, nesterov)
    if modes.flips[np.argmax(modes.log_radius)] and pace > ZIGZAG * max(best_pace, 1.0):
        return VerdictKind.ZIGZAG
    return VerdictKind.TOO_SMALL if pace > SLOW * max(best_pace, 1.0) else VerdictKind.GOOD


def _ways(theory: Theory, kind: VerdictKind, best: float, best_pace: float) -> tuple[str, ...]:
    """What to give instead of a rate that is not good; where every constant rate is slow, what changes that."""
    if kind is VerdictKind.GOOD:
        return ()
    ways = []
    if kind is not VerdictKind.SLOW:
        rate, pace = Advice("lr", round_down(best, 5)), counted(best_pace)
        ways.append(_("{lr}  best constant rate ({epochs} per digit)", lr=rate, epochs=pace))
    if kind is VerdictKind.SLOW or 2 * best_pace > REASONABLE:
        scaled, (lr, beta) = theory.scaled(), theory.best_pair()
        if scaled.condition < theory.condition / 2:
            ways.append(f"{SCALED}  {scaled.change}")
        elif beta > 0.01:
            pair = f"{Advice('lr', round_down(lr, 4))} {Advice('momentum', round_down(beta, 6))}"
            pace = counted(theory.epochs_per_digit(lr, beta))
            ways.append(_("{pair}  {epochs} per digit", pair=pair, epochs=pace))
    return tuple(ways)


def overflow_epoch(
    theory: Theory, lr: float, momentum: float = 0.0, nesterov: bool = False, start: Vector | None = None
) -> float | None:
    """The epoch near which the cost leaves the range of float64; None when it never does from this start."""
    bowl = theory.bowl
    origin = np.zeros(len(bowl.names)) if start is None else np.asarray(start, dtype=np.float64)
    components = np.abs(theory.eigenvectors.T @ (origin - bowl.minimum))
    modes = theory.modes(lr, momentum, nesterov)
    with np.errstate(divide="ignore"):
        log_cost = np.log(theory.eigenvalues / 2) + 2 * (np.log(components) + np.log(_amplitude(modes)))
    growing = (modes.log_radius > 0) & np.isfinite(log_cost)
    if not growing.any():
        return None
    epochs = (LOG_LARGEST - log_cost[growing]) / (2 * modes.log_radius[growing])
    return float(max(1, math.ceil(epochs.min())))


def _amplitude(modes: Modes) -> Vector:
    """(q,) f(e)/z^e for large e: 1 for plain descent, 1 + lead part for two real roots."""
    if not modes.lead.any():
        return np.ones(len(modes.lead))
    share = np.divide(modes.lead, modes.gap, out=np.zeros_like(modes.lead), where=modes.gap > 0)
    amplitude = np.abs(share) * np.exp(-modes.first)
    return np.where(modes.lead != 0, np.maximum(amplitude, 1e-300), 1.0)


def cause_of(theory: Theory, lr: float, momentum: float = 0.0, nesterov: bool = False, scalable: bool = True) -> Cause:
    """Why a rate diverges, and what to use instead."""
    steepest = theory.steepest
    best = round_down(theory.best_for(momentum, nesterov))
    mean, spread = _values_of(theory, steepest.term)
    scaled = theory.scaled().condition if scalable else math.inf
    return Cause(
        lr=lr,
        limit=theory.limit(momentum, nesterov),
        rule=rule_text(momentum, nesterov),
        curvature=float(theory.eigenvalues[0]),
        term=steepest.term,
        share=steepest.share,
        mean=mean,
        spread=spread,
        suggested_lr=best,
        epochs_per_digit=theory.epochs_per_digit(best, momentum, nesterov),
        condition=theory.condition,
        scaled_condition=scaled if scaled < theory.condition / 2 else None,
    )


def rule_text(momentum: float, nesterov: bool) -> str:
    """The limit as a formula."""
    if momentum == 0:
        return "2/λmax"
    return "2(1+β)/((1+2β)λmax)" if nesterov else "2(1+β)/λmax"


def _values_of(theory: Theory, term: str) -> tuple[float | None, float | None]:
    bowl = theory.bowl
    position = bowl.names.index(term)
    if not bowl.layout.intercept or position == 0:
        return None, None
    standard = theory.standard()
    return float(standard.mean[position - 1]), float(standard.spread[position - 1])
