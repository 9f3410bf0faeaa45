"""Stopping rules as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wxb.trajectory import Stop


def stop_of(
    gradient: float | None, cost: float | None, standard_errors: float | None, patience: int | None
) -> Stop | None:
    """The rules given, or None when there are none."""
    if gradient is None and cost is None and standard_errors is None and patience is None:
        return None
    from wxb.trajectory import Stop

    return Stop(gradient, cost, standard_errors, patience)
