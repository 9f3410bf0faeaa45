"""A verdict on one learning rate: too small, good, overshooting, exactly critical, diverging."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

import numpy as np

from wxb._typing import Vector
from wxb.advice import Advice
from wxb.i18n import N_, _
from wxb.learning_rates.modes import Modes
from wxb.learning_rates.theory import Theory
from wxb.numbers import counted, in_words, readable, round_down, told_apart
from wxb.trajectory.outcome import Cause

CRITICAL_WITHIN = 4e-15
"""The limit is known to about this, relatively; a rate closer to it than that is called critical."""

SLOW = 10.0
CRAWLING = 100.0
LOG_LARGEST = math.log(np.finfo(np.float64).max)


class VerdictKind(Enum):
    """What a rate will do."""

    TOO_SMALL = "too small"
    GOOD = "good"
    OVERSHOOTING = "overshooting"
    CRITICAL = "critical"
    DIVERGING = "diverging"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rate will do on one bowl.

    Attributes
    ----------
    kind : TOO_SMALL (over ten times the epochs of the best rate), GOOD, OVERSHOOTING (converges, but the slowest direction
        jumps across the minimum every epoch), CRITICAL (the limit itself), DIVERGING
    lr, momentum, nesterov : what was asked
    growth : factor on the distance per epoch in the long run
    epochs_per_digit : inf unless it converges
    limit, best : for this momentum
    overflow_epoch : when the cost leaves float64's range from the given start; None unless it diverges
    cause : why it diverges; None unless it does
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

    @property
    def converges(self) -> bool:
        return self.kind in (VerdictKind.TOO_SMALL, VerdictKind.GOOD, VerdictKind.OVERSHOOTING)

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
        return f"{_(self._word)}: {self.pace}"

    @property
    def pace(self) -> str:
        """How fast it converges."""
        if self.epochs_per_digit < 0.1:
            return _("one step reaches the minimum")
        return _("{epochs} per digit", epochs=counted(self.epochs_per_digit))

    @property
    def rule(self) -> str:
        """The limit as a formula."""
        return rule_text(self.momentum, self.nesterov)

    @property
    def _word(self) -> str:
        if self.kind is VerdictKind.TOO_SMALL:
            return N_("crawls") if self.epochs_per_digit > CRAWLING * self.best_epochs_per_digit else N_("slow")
        return N_("overshoots but converges") if self.kind is VerdictKind.OVERSHOOTING else N_("good")

    @property
    def text(self) -> str:
        """The verdict in lines, with what to do."""
        mark = "✓" if self.converges else "✗"
        lines = [f"{mark} {_(_READS[self.kind], lr=readable(self.lr, 6))}", f"  {self.brief}"]
        if self.cause is not None:
            lines += self.cause.lines()
        elif self.kind is not VerdictKind.GOOD:
            lines.append(
                _(
                    "  do    {lr}  best constant rate ({epochs} per digit)",
                    lr=Advice("lr", round_down(self.best, 5)),
                    epochs=counted(self.best_epochs_per_digit),
                )
            )
        return "\n".join(lines)


_READS = {
    VerdictKind.TOO_SMALL: N_("lr {lr} is too small: it converges, in more than ten times the epochs it could"),
    VerdictKind.GOOD: N_("lr {lr} is good"),
    VerdictKind.OVERSHOOTING: N_("lr {lr} overshoots: it converges, crossing the minimum at every epoch"),
    VerdictKind.CRITICAL: N_("lr {lr} is exactly critical"),
    VerdictKind.DIVERGING: N_("lr {lr} diverges"),
}


def verdict_on(theory: Theory, lr: float, momentum: float, nesterov: bool, start: Vector | None = None) -> Verdict:
    """The verdict on a rate."""
    limit = theory.limit(momentum, nesterov)
    best = theory.best_for(momentum, nesterov)
    best_pace = theory.epochs_per_digit(best, momentum, nesterov)
    pace = theory.epochs_per_digit(lr, momentum, nesterov)
    kind = _kind(theory, lr, momentum, nesterov, pace, best_pace)
    diverges = kind is VerdictKind.DIVERGING
    return Verdict(
        kind=kind,
        lr=lr,
        momentum=momentum,
        nesterov=nesterov,
        growth=1.0 if kind is VerdictKind.CRITICAL else theory.growth(lr, momentum, nesterov),
        epochs_per_digit=math.inf if kind is VerdictKind.CRITICAL else pace,
        limit=limit,
        best=best,
        best_epochs_per_digit=best_pace,
        overflow_epoch=overflow_epoch(theory, lr, momentum, nesterov, start) if diverges else None,
        cause=cause_of(theory, lr, momentum, nesterov) if diverges else None,
    )


def _kind(theory: Theory, lr: float, momentum: float, nesterov: bool, pace: float, best_pace: float) -> VerdictKind:
    limit = theory.limit(momentum, nesterov)
    if abs(lr - limit) <= CRITICAL_WITHIN * limit:
        return VerdictKind.CRITICAL
    if lr > limit:
        return VerdictKind.DIVERGING
    modes = theory.modes(lr, momentum, nesterov)
    if modes.flips[np.argmax(modes.log_radius)] and lr > theory.best_for(momentum, nesterov) * (1 + CRITICAL_WITHIN):
        return VerdictKind.OVERSHOOTING
    return VerdictKind.TOO_SMALL if pace > SLOW * max(best_pace, 1.0) else VerdictKind.GOOD


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
