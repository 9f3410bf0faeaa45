"""What --plot and --picture draw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from wxb.errors import UsageError
from wxb.i18n import _

if TYPE_CHECKING:
    from wxb.cli.screen import Screen
    from wxb.model.model import Model

MOST_POINTS = 2000


def plot(screen: Screen, model: Model, data: Any) -> None:
    """The cost by epoch of a descent; the line through the points of a fit with one term."""
    from wxb.report.charts import cost_scene, line_scene

    if model.trajectory is not None:
        screen.picture(cost_scene(model.trajectory))
    elif len(model.terms) != 1:
        screen.show(
            _("  no plot: a line through points has one term, and this one has {count}", count=len(model.terms))
        )
    else:
        x, y = _points(model, data)
        names = (model.terms[0], model.target)
        screen.picture(line_scene(x, y, weight=float(model.coef[0]), intercept=model.intercept, names=names))


def _points(model: Model, data: Any) -> tuple[np.ndarray, np.ndarray]:
    """The first rows of the data."""
    from wxb.data import open_table
    from wxb.design.meaning import scan_as

    table = open_table(data)
    for block in scan_as(model.design, table, missing=model.question.selection.missing).blocks():
        if block.rows and block.target is not None:
            return np.array(block.features[0].values[:MOST_POINTS]), np.array(block.target.values[:MOST_POINTS])
    raise UsageError(_("there are no rows to draw"), _("leave `--plot` out"))


def picture(model: Model, path: Path) -> None:
    """The path of a descent over the contours of its cost, as SVG, PNG or PDF."""
    if model.trajectory is None:
        raise UsageError(
            _("`--picture` draws the path of a descent, and none was made"), _("give `--lr` or `--epochs`")
        )
    from wxb.report.charts import path_scene, save_scene

    save_scene(path_scene(model.bowl, [model.trajectory]), path)
