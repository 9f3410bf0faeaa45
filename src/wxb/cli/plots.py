"""What --plot and --picture draw: of a descent its cost by epoch and its path, of a line the rows about it, or its coefficients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wxb.model.model import Model
    from wxb.passes.binned import Shown
    from wxb.pictures.picture import Picture


def drawn(
    model: Model, source: Any, fitting: Mapping[str, Any], interval: float, shown: Shown | None, *, as_file: bool
) -> Picture:
    """The picture of a fit; of a line the rows along its one column, or the coefficients of several.

    fitting : options of the fit, as typed        interval : the level of intervals        shown : what its pass saw of the rows
    """
    from wxb.model.fit_and_plot import drawn as draw
    from wxb.pictures.along import columns_of
    from wxb.pictures.kinds import KINDS

    if model.path is not None:
        kind = "path"
    elif model.penalised is not None:
        kind = "line"
    elif model.trajectory is not None:
        kind = "path" if as_file else "epochs"
    else:
        kind = "line" if len(columns_of(model)) <= 1 else "coefficients"
    told = {"interval": interval} if "interval" in KINDS[kind].takes else {}
    return draw(model, source, fitting, kind, told, shown if kind == "line" else None)
