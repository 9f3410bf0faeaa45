"""How a run can end: in a room of its own, for it is asked of every fit, and an outcome of descents alone."""

from __future__ import annotations

from enum import Enum

from wxb.i18n import N_


class OutcomeKind(Enum):
    """The ways a run ends: what a file holds of it, and in the reader's language what is said."""

    CONVERGED = N_("converged")
    EPOCHS_USED_UP = N_("epochs used up")
    DIVERGING = N_("diverging")
    NOT_FINITE = N_("not finite")
    INTERRUPTED = N_("interrupted")
    EXACT = N_("exact minimum")
    PENALISED = N_("minimum under a penalty")
