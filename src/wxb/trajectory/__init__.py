"""What a descent leaves behind, whichever engine made it: the path, how it ended, and the log of it.

`Trajectory` (path), each epoch an `Entry` (entry) · `Outcome`, its kind and cause (outcome) · `Stop` (stop) · which are kept (kept)
"""

from __future__ import annotations

from wxb.trajectory.entry import Entry
from wxb.trajectory.kept import KEPT_AT_MOST, epochs_to_keep
from wxb.trajectory.outcome import Cause, Outcome, OutcomeKind
from wxb.trajectory.path import Trajectory
from wxb.trajectory.stop import Stop, blown_up_beyond

__all__ = [
    "KEPT_AT_MOST",
    "Cause",
    "Entry",
    "Outcome",
    "OutcomeKind",
    "Stop",
    "Trajectory",
    "blown_up_beyond",
    "epochs_to_keep",
]
