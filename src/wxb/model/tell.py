"""What should be known about an answer, said to Python: its warnings, and that a run which diverged has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from wxb.arguments import warn
from wxb.numbers import readable, told_apart
from wxb.trajectory.outcome import Outcome, OutcomeKind

if TYPE_CHECKING:
    from wxb.fitted import Fitted
    from wxb.model.groups import Groups

Told = TypeVar("Told", bound="Fitted | Groups")


def tell(found: Told) -> Told:
    """Warn, in the line of the user's that asked for it, of all that is known of a model or of the models of groups."""
    for text in found.warnings:
        warn(text)
    trajectory = getattr(found, "trajectory", None)
    if trajectory is not None and getattr(found, "diverged", False):
        warn(no_answer(trajectory.outcome))
    return found


def no_answer(outcome: Outcome) -> str:
    """Why a run has no answer, and what to give instead, as keywords."""
    if outcome.kind is OutcomeKind.DIVERGING:
        head = "the descent diverged: its W and b are no answer"
    else:
        head = f"the descent left the range of its numbers at epoch {outcome.epoch}: its W and b are no answer"
    cause = outcome.cause
    if cause is None:
        return f"{head}; give a smaller lr, or scale='standard' (wxb.rates shows which rates converge)"
    lr, limit = told_apart(cause.lr, cause.limit)
    scaled = "" if cause.scaled_condition is None else ", or scale='standard'"
    return f"{head}; lr {lr} is above {limit}, where convergence ends: give lr={readable(cause.suggested_lr)}{scaled}"
