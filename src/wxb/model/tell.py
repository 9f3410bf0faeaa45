"""What should be known about an answer, said to Python: its warnings, and that a run which diverged has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from wxb.arguments import warn
from wxb.report.warnings import no_answer

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
