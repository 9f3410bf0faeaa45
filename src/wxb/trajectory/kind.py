"""How a run can end: in a room of its own, for it is asked of every fit, and an outcome of descents alone."""

from __future__ import annotations

from enum import Enum


class OutcomeKind(Enum):
    """The ways a run ends."""

    CONVERGED = "converged"
    EPOCHS_USED_UP = "epochs used up"
    DIVERGING = "diverging"
    NOT_FINITE = "not finite"
    INTERRUPTED = "interrupted"
    EXACT = "exact minimum"
