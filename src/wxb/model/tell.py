"""What a careful user must see of an answer, said to Python as warnings; and that a run which diverged has none.

What a reader recognised or did as it was asked to (its notes: instants in days, lines skipped, an encoding, rows chosen by a
condition) is a fact: it stands in `model.notes`, the summary and the command line's screen, and stops nobody who runs with
warnings as errors. Of the notes only *cautions* are warned of: rows dropped, cells that may mean something else, the same rows
twice.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from wxb.arguments import warn
from wxb.report.warnings import no_answer

if TYPE_CHECKING:
    from wxb.model.model import Model


def tell(found: Model, cautions: Collection[str] = ()) -> Model:
    """Warn, in the line of the user's that asked for it, of what a model's solution left out and of the cautions of its reader."""
    for text in found.warnings:
        if text in cautions or text not in found.notes:
            warn(text)
    if found.trajectory is not None and found.diverged:
        warn(no_answer(found.trajectory.outcome))
    return found
