"""What a descent leaves behind, whichever engine made it: the path, how it ended, and the log of it.

`Trajectory` (path), each epoch an `Entry` (entry) · `Outcome`, its kind and cause (outcome) · `Stop` (stop) · which are kept (kept)
Names are loaded when first used: an exact fit asks for the kind of its outcome, and for no path.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from wxb.trajectory.entry import Entry
    from wxb.trajectory.kept import KEPT_AT_MOST, epochs_to_keep
    from wxb.trajectory.kind import OutcomeKind
    from wxb.trajectory.outcome import Cause, Outcome
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

_HOMES = {
    "entry": ("Entry",),
    "kept": ("KEPT_AT_MOST", "epochs_to_keep"),
    "outcome": ("Cause", "Outcome"),
    "kind": ("OutcomeKind",),
    "path": ("Trajectory",),
    "stop": ("Stop", "blown_up_beyond"),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    home = next((home for home, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module 'wxb.trajectory' has no attribute {name!r}")
    return getattr(import_module(f"wxb.trajectory.{home}"), name)
