"""What --plot and --picture draw: of a descent its cost by epoch and its path, of a line the rows about it, or its coefficients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wxb.cli.screen import Screen
    from wxb.model.model import Model
    from wxb.passes.binned import Shown
    from wxb.pictures.picture import Picture


def plot(screen: Screen, model: Model, drawn: Picture | None) -> None:
    """In the terminal.  drawn : the picture of a line that is no descent's"""
    if drawn is not None:
        screen.picture(drawn.scene)
    elif model.trajectory is not None:
        from wxb.report.charts import cost_scene

        screen.picture(cost_scene(model.trajectory))


def picture(model: Model, path: Path, drawn: Picture | None) -> None:
    """As a file, by its ending."""
    if drawn is not None:
        drawn.save(path)
    elif model.trajectory is not None:
        from wxb.pictures.picture import Picture
        from wxb.report.charts import path_scene

        Picture(path_scene(model.bowl, [model.trajectory])).save(path)


def of_line(model: Model, source: Any, fitting: Mapping[str, Any], shown: Shown | None) -> Picture | None:
    """The rows about the line along its one column, or the coefficients of several; None of a descent, which has other pictures.

    fitting : options of the fit, as typed        shown : what its pass saw of the rows
    """
    if model.trajectory is not None:
        return None
    from wxb.model.fit_and_plot import drawn
    from wxb.pictures.along import columns_of

    kind = "line" if len(columns_of(model)) <= 1 else "coefficients"
    return drawn(model, source, fitting, kind, {}, shown if kind == "line" else None)
