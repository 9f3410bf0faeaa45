"""The line of a descent at epochs 0, 1, 2, 5, 10, 100 … and at its end, beside the exact minimum: how it settles.

Of several columns it is drawn along one, the others at their means; with rows these are shown too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wxb._typing import Integers, Matrix, Vector
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.learning_rates import VerdictKind
from wxb.marks.axis import around
from wxb.marks.mark import Mark, line
from wxb.marks.scene import Panel, Scene
from wxb.numbers import in_words
from wxb.passes.binned import Pair, Shown
from wxb.pictures.along import Course, course
from wxb.pictures.curve import heights
from wxb.pictures.options import Options
from wxb.pictures.points import ends, row_marks
from wxb.pictures.run import Run, run_of
from wxb.pictures.seen import Wanted
from wxb.pictures.words import columns, name_of, partial_note, target_of

FIRST = (0, 1, 2, 5, 10, 100)
LEAVES = 1.5  # times the height of the rows and the first and last line, beyond which a line is out of sight


def wants(model: Fitted, options: Options) -> Wanted:
    """Rows along the column, as they are or put on the line."""
    run_of(model)  # before the rows are read
    along = course(model, options.term)
    return Wanted(pairs={"film": Pair("x", along.height)}, along=along.along())


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    run, along = run_of(model), course(model, options.term)
    cloud = None if shown is None else shown.clouds.get("film")
    span = ends(cloud, 0) if cloud is not None else np.array(along.span if along.span is not None else (0.0, 1.0))
    x = along.axis(span)
    grid = along.grid(x.low, x.high)
    forms = _forms(along, grid, len(model.layout))
    chosen = frames(run)
    drawn = run.track[chosen] @ forms.T
    least = forms @ run.goal
    rows = [] if shown is None or cloud is None else row_marks(shown, "film")
    lines = _lines(grid, drawn, run.epochs[chosen])
    marks = [*rows, line(grid, least, "minimum", name=_("the exact minimum")), *lines]
    return Scene(
        kind="film",
        title=_("How the line of {target} settles", target=name_of(model.target)),
        description=_description(run, chosen),
        panels=(
            Panel(
                x=x,
                y=_up(target_of(model, along), drawn, least, np.empty(0) if cloud is None else ends(cloud, 1), run),
                marks=tuple(marks),
                heading=_heading(run),
                subheading=run.rate_text,
                closing=run.end_text,
            ),
        ),
        note=" · ".join(one for one in (partial_note(along) if cloud is not None else "", run.note) if one),
        table=_table(run, chosen),
    )


def frames(run: Run) -> Integers:
    """Which places of the track are drawn: a few of the first epochs, powers of ten, and the last."""
    made = int(run.epochs[-1])
    wanted = [epoch for epoch in (*FIRST, *(10**k for k in range(3, 16))) if epoch < 0.7 * made] + [made]
    return np.unique(np.searchsorted(run.epochs, wanted))


def _forms(along: Course, grid: Vector, count: int) -> Matrix:
    """(k, q) what multiplies the coefficients at each place; NaN where there is no line."""
    found = np.zeros((len(grid), count))
    for row, form in enumerate(along.forms(grid)):
        if form is None:
            found[row] = np.nan
            continue
        for place, factor in form.items():
            found[row, place] = float(factor)
    return found


def _lines(grid: Vector, drawn: Matrix, epochs: Integers) -> list[Mark]:
    last = len(epochs) - 1
    return [
        line(
            grid,
            height,
            "fit" if k == last else "faded",
            text=_("epoch {n}", n=in_words(float(epoch))) if k in (0, last) else in_words(float(epoch)),
            name=_("where it ends") if k == last else _("on its way"),
        )
        for k, (epoch, height) in enumerate(zip(epochs.tolist(), drawn))
    ]


def _up(label: str, drawn: Matrix, least: Vector, rows: Vector, run: Run) -> Any:
    """The axis of what is seen; lines of a run that climbs leave it."""
    if not run.diverges:
        return around(label, *(heights(one, rows) for one in (*drawn, least)), rows)
    seen = np.concatenate([heights(drawn[0], rows), heights(least, rows), rows])
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (0.0, 1.0)
    air = (LEAVES - 1) * ((high - low) or abs(high) or 1.0)
    return around(label, [low - air, high + air], margin=0)


def _heading(run: Run) -> str:
    if run.came is VerdictKind.DIVERGING:
        return _("The line swings farther at each epoch")
    return _("The line settles on the minimum") if run.arrived else _("The line is on its way")


def _description(run: Run, chosen: Integers) -> str:
    shown = ", ".join(in_words(float(epoch)) for epoch in run.epochs[chosen].tolist())
    return _("{heading}: the line after {epochs} epochs. {rate}, {end}.", heading=_heading(run), epochs=shown,
        rate=run.rate_text, end=run.end_text)  # fmt: skip


def _table(run: Run, chosen: Integers) -> dict[str, list[Any]]:
    rows = dict(zip(run.bowl.names, run.track[chosen].T.tolist()))
    costs = (run.bowl.floor + np.maximum(run.excess[chosen], 0)).tolist()
    return columns({"epochs": run.epochs[chosen].tolist()}, rows, {"cost": costs})
