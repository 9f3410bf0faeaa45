"""The cost by epoch of the run that was made, on a logarithmic scale, down to the cost of the minimum; other rates beside it.

A cost that has reached the rounding of its first value is drawn at the bottom, not followed into noise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wxb._typing import Vector
from wxb.fitted import Fitted
from wxb.i18n import _
from wxb.learning_rates import VerdictKind
from wxb.marks.axis import around, counting
from wxb.marks.mark import SERIES, Mark, dots, line, rule
from wxb.marks.scene import Panel, Scene
from wxb.numbers import number, readable
from wxb.passes.binned import Shown
from wxb.pictures.options import Options
from wxb.pictures.run import Run, run_of, tried
from wxb.pictures.words import name_of

NOISE = 1e-16  # of the highest cost
MANY = 20_000  # epochs beyond which the axis is logarithmic too


def scene(model: Fitted, shown: Shown | None, options: Options) -> Scene:
    run = run_of(model)
    others = [tried(model, lr, options.within or run.made) for lr in options.rates]
    highest = max(float(np.nanmax(one.path.cost, initial=0.0)) for one in (run, *others))
    many = run.made > MANY
    first, last = run.path.cost[0], run.path.final_cost
    marks = _marks(run, others, options.rates, max(highest * NOISE, 5e-324) if highest > 0 else 1.0, many)
    cap = 1e3 * float(first) if any(one.diverges for one in others) and not run.diverges else np.inf
    heights = [np.minimum(mark.points[:, 1], cap) for mark in marks]
    across = [1.0, float(max(run.made, *(other.made for other in others)) if others else run.made)]
    panel = Panel(
        x=around(_("epoch"), across, margin=0.02, log=True)
        if many
        else counting(_("epoch"), [0.0, across[1]], margin=0.02),
        y=around(_("cost"), *heights, log=True, margin=0.04),
        marks=tuple(marks),
        heading=_heading(run),
        subheading=run.rate_text,
        closing=run.end_text,
        aspect=0.55,
    )
    return Scene(
        kind="epochs",
        title=_("The cost by epoch: {target}", target=name_of(model.target)),
        description=_("{heading}: from {first} to {last}, the minimum is {floor}. {rate}, {end}.", heading=_heading(run),
            first=readable(float(first)), last=readable(last), floor=number(run.bowl.floor), rate=run.rate_text, end=run.end_text),
        panels=(panel,),
        note=" · ".join(one for one in (run.note, "" if highest > 0 else _("cost is 0 at every epoch")) if one),
        table=_table([run, *others]),
    )  # fmt: skip


def _marks(run: Run, others: list[Run], rates: Sequence[float], lowest: float, many: bool) -> list[Mark]:
    """The runs, the minimum, where the run made starts and ends. lowest : the cost drawn at the bottom"""
    first, last = run.path.cost[0], run.path.final_cost
    own = _("rate {lr}", lr=readable(float(run.path.lr[0]))) if others else ""
    marks = [_line(run, "path", lowest, own or (_("cost") if run.path.test_cost is not None else ""), many)]
    if run.path.test_cost is not None:
        held_out = np.maximum(run.path.test_cost, lowest)
        marks.append(line(run.path.epochs, held_out, "test", name=_("cost of the rows held out")))
    marks += [
        _line(other, role, lowest, many=many, name=_("rate {lr}: {came}", lr=readable(lr), came=other.came_text))
        for other, role, lr in zip(others, SERIES, rates)
    ]
    if run.bowl.floor > lowest:
        marks.append(rule(y=run.bowl.floor, role="minimum", text=_("the minimum: {cost}", cost=number(run.bowl.floor))))
    marks.append(dots(1.0 if many else 0.0, first, "start", text=number(float(first))))
    if last > lowest and not run.diverges:
        marks.append(dots(run.made, max(last, lowest), "end", text=number(float(last))))
    return marks


def _line(run: Run, role: Any, lowest: float, name: str, many: bool) -> Mark:
    epochs, cost = costs(run)
    return line(np.maximum(epochs, 1.0) if many else epochs, np.maximum(cost, lowest), role, name=name)


def costs(run: Run) -> tuple[Vector, Vector]:
    """(epochs made, the cost after them)."""
    path = run.path
    last = [path.final_cost] if np.isfinite(path.final_cost) else []
    return np.append(path.epochs.astype(np.float64), [float(run.made)] * len(last)), np.append(path.cost, last)


def _heading(run: Run) -> str:
    if run.came is VerdictKind.DIVERGING:
        return _("The cost climbs")
    if run.came in (VerdictKind.ZIGZAG, VerdictKind.CRITICAL):
        return _("The cost falls slowly: each step jumps across the minimum")
    return _("The cost falls to its minimum") if run.arrived else _("The cost falls, and is not at its minimum yet")


def _table(runs: list[Run]) -> dict[str, list[Any]]:
    table: dict[str, list[Any]] = {"lr": [], "epoch": [], "cost": []}
    for run in runs:
        table["lr"] += run.path.lr.tolist()
        table["epoch"] += run.path.epochs.tolist()
        table["cost"] += run.path.cost.tolist()
    if (test := runs[0].path.test_cost) is not None:
        table["test cost"] = [*test.tolist(), *[None] * (len(table["lr"]) - len(test))]
    return table
