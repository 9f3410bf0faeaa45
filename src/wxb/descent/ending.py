"""How a descent ended, in numbers: the distance left, the epochs missing, the cause of a divergence."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wxb._typing import Marks, Matrix
from wxb.descent.frame import Frame
from wxb.descent.motion import Constant
from wxb.descent.walk import Walk, first_where
from wxb.i18n import _
from wxb.learning_rates.verdict import CRITICAL_WITHIN, cause_of, overflow_epoch
from wxb.numbers import round_down
from wxb.trajectory import Outcome, OutcomeKind

NEAR_ENOUGH = 0.01
"""Standard errors from the minimum at which no reader of the coefficients can see a difference."""

SIX_DIGITS = 1e-12
"""Where there are no standard errors: the cost above the minimum, as a share of the start's (six digits of distance)."""

FOREVER = 10**15


@dataclass(frozen=True, slots=True)
class Stepping:
    """How the steps were made. lr : the constant rate, or None where it changes; change : how, in words."""

    lr: float | None
    momentum: float
    nesterov: bool
    change: str = ""

    @property
    def method(self) -> str:
        """In words, "" for plain descent at a constant rate."""
        given = ""
        if self.momentum:
            given = _("Nesterov momentum {beta:g}", beta=self.momentum) if self.nesterov else ""
            given = given or _("momentum {beta:g}", beta=self.momentum)
        return ", ".join(part for part in (given, self.change) if part)

    def motion(self, frame: Frame, lr: float | None = None) -> Constant:
        """The constant-rate motion of this stepping, or of another rate."""
        rate = self.lr if lr is None else lr
        assert rate is not None
        return Constant(frame.components, frame.rates.modes(rate, self.momentum, self.nesterov), rate)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What counts as having arrived. text : in words; reached : predicate on c (k, r)."""

    text: str
    reached: Callable[[Matrix], Marks]


def target_of(frame: Frame) -> Target:
    """Within NEAR_ENOUGH standard errors where they are known, else six digits of the distance of the start."""
    if frame.errors is not None:
        return Target(
            _("within {count} standard errors of the minimum", count=NEAR_ENOUGH),
            lambda c: frame.distance_se(c) <= NEAR_ENOUGH,
        )
    bound = SIX_DIGITS * float(frame.excess(frame.components[None])[0])
    return Target(_("within a millionth of the start's distance"), lambda c: frame.excess(c) <= bound)


def unstable(frame: Frame, stepping: Stepping) -> bool:
    """Whether a constant rate is above the limit."""
    if stepping.lr is None:
        return False
    limit = frame.rates.limit(stepping.momentum, stepping.nesterov)
    return stepping.lr > limit * (1 + CRITICAL_WITHIN)


def outcome_of(frame: Frame, stepping: Stepping, walk: Walk) -> Outcome:
    """The outcome of a walk."""
    last = walk.after[-1:]
    if walk.blown is not None or (unstable(frame, stepping) and not walk.reason and bool(np.any(frame.components))):
        return diverging(frame, stepping, walk.made, walk.blown, float(walk.rate[-1]))
    distance_cost = float(frame.excess(last)[0])
    distance_se = None if frame.errors is None else float(frame.distance_se(last)[0])
    target = target_of(frame)
    arrived = bool(target.reached(last)[0])
    if walk.reason or (arrived and not walk.interrupted):
        kind, reason = OutcomeKind.CONVERGED, walk.reason or target.text
    else:
        kind, reason = (OutcomeKind.INTERRUPTED if walk.interrupted else OutcomeKind.EPOCHS_USED_UP), ""
    needed, suggested, suggested_epochs, scaled_epochs = None, None, None, None
    if kind is OutcomeKind.EPOCHS_USED_UP:
        needed, suggested, suggested_epochs = _missing(frame, stepping, target, walk.made)
        scaled_epochs = _scaled_epochs(frame, min(walk.made + (needed or math.inf), suggested_epochs or math.inf))
    return Outcome(
        kind=kind,
        epochs=walk.made,
        reason=reason,
        distance_cost=distance_cost,
        distance_se=distance_se,
        epochs_needed=needed,
        target=target.text,
        lr=stepping.lr,
        suggested_lr=suggested,
        suggested_epochs=suggested_epochs,
        scaled_epochs=scaled_epochs,
    )


def _missing(
    frame: Frame, stepping: Stepping, target: Target, made: int
) -> tuple[float | None, float | None, float | None]:
    """More epochs at this rate, a better rate, and its epochs from the start."""
    needed = None if stepping.lr is None else _epochs_to(frame, stepping.motion(frame), target) - made
    best = round_down(frame.rates.best_for(stepping.momentum, stepping.nesterov), 5)
    epochs = _epochs_to(frame, stepping.motion(frame, best), target)
    if needed is not None and epochs > 0.5 * (needed + made):
        return needed, None, None
    return needed, best, epochs


def _scaled_epochs(frame: Frame, otherwise: float) -> float | None:
    """Epochs on standardised columns, where they are fewer than half of those needed otherwise."""
    if frame.standard is not None:
        return None
    epochs = frame.rates.scaled().epochs
    return epochs if epochs < 0.5 * otherwise else None


def _epochs_to(frame: Frame, motion: Constant, target: Target) -> float:
    if not bool(np.all(motion.modes.log_radius < 0)):
        return math.inf
    found = first_where(lambda e: target.reached(motion.components(e)), FOREVER)
    return math.inf if found is None else found


def diverging(frame: Frame, stepping: Stepping, made: int, blown: int | None, lr: float) -> Outcome:
    """The outcome of a run whose rate is above the limit."""
    rates = frame.rates
    constant = stepping.lr is not None
    start = frame.start if frame.standard is None else frame.standard.into(frame.start)
    return Outcome(
        kind=OutcomeKind.DIVERGING,
        epochs=made,
        epoch=blown,
        overflow_epoch=overflow_epoch(rates, lr, stepping.momentum, stepping.nesterov, start) if constant else None,
        growth=rates.growth(lr, stepping.momentum, stepping.nesterov) if constant else None,
        cause=cause_of(rates, lr, stepping.momentum, stepping.nesterov, scalable=frame.standard is None),
        lr=lr,
    )
