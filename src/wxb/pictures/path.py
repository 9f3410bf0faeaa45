"""The path of the run that was made, over labelled contours of the cost; of one coefficient, on its parabola."""

from __future__ import annotations

from typing import Any

import numpy as np

from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.learning_rates import VerdictKind
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number, readable
from wxb.passes.binned import Shown
from wxb.pictures.contours import View, pair_of, view
from wxb.pictures.options import Options
from wxb.pictures.parabola import parabola
from wxb.pictures.penalty import path_scene
from wxb.pictures.run import Run, run_of
from wxb.pictures.words import columns, name_of


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    if model.penalised is not None:
        return path_scene(model, shown, options)
    run = run_of(model)
    return Scene(
        kind="path",
        title=_("The path of the descent: {target}", target=name_of(model.target)),
        description=_("{heading}. {rate}, {end}. It starts at cost {first}; the minimum has cost {floor}.",
            heading=heading(run), rate=run.rate_text, end=run.end_text, first=readable(run.bowl.floor + float(run.excess[0])),
            floor=number(run.bowl.floor)),
        panels=(path_panel(run, options.term),),
        note=" · ".join(one for one in (run.note, _plane_note(run, options.term), _slice_note(run)) if one),
        table=table(run),
    )  # fmt: skip


def path_panel(run: Run, term: str | None = None) -> Panel:
    more: dict[str, Any] = {"heading": heading(run), "subheading": run.rate_text, "closing": run.end_text}
    if len(run.bowl.names) == 1:
        x, y, marks = parabola(run, 0)
        return Panel(x=x, y=y, marks=tuple(marks), **more)
    seen = slice_of([run], term)
    return Panel(x=seen.x, y=seen.y, marks=(*seen.rings(), *seen.steps(run), seen.minimum()), aspect=0.8, **more)


def slice_of(runs: list[Run], term: str | None) -> View:
    """The slice in which runs of one bowl are seen."""
    return view(runs[0].bowl, pair_of(runs[0].bowl, term), runs[0].goal, [run.track for run in runs])


def heading(run: Run) -> str:
    """What is to be seen."""
    if run.came is VerdictKind.DIVERGING:
        return _("Each step lands higher than it began")
    if run.came in (VerdictKind.ZIGZAG, VerdictKind.CRITICAL):
        return _("Each step jumps across the valley")
    if run.arrived:
        return _("The steps end at the minimum")
    return _("The steps end before the minimum")


def _plane_note(run: Run, term: str | None) -> str:
    return "" if len(run.bowl.names) == 1 else slice_of([run], term).plane.note


def _slice_note(run: Run) -> str:
    if len(run.bowl.names) <= 2:
        return ""
    return _(
        "contours: the other coefficients as at the minimum; the path is seen from above, its costs are those of the table"
    )


def table(run: Run) -> dict[str, list[Any]]:
    """The start, and where it was after each kept epoch."""
    theirs = dict(zip(run.bowl.names, run.track.T.tolist()))
    costs = (run.bowl.floor + np.maximum(run.excess, 0)).tolist()
    return columns({"epochs": run.epochs.tolist()}, theirs, {"cost": costs})
